#!/bin/sh
# fingerprints.sh EXIFSIM - runs three scenarios and prints a line "name fingerprint" for each, to be compared with those of another host.
set -eu
[ $# = 1 ] || { echo "usage: tests/packages/fingerprints.sh EXIFSIM" >&2; exit 2; }
for name in kb908674 hotfix fault_power_back; do
    fingerprint=$("$1" run -q $name | grep -oE '[0-9a-f]{16}' | head -1)
    [ -n "$fingerprint" ] || { echo "fingerprints.sh: $name has none" >&2; exit 1; }
    echo "$name $fingerprint"
done
