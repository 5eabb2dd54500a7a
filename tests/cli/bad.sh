#!/bin/sh
# bad.sh EXIFSIM - scenarios with something wrong, and what is said about each.
#
# Every bad/*.ini must be refused with exit code 2, and stderr must be bad/*.expected to the letter.
# GOLDEN_UPDATE=1 writes the expectations anew; read the difference like code.
set -u
exifsim=$1
cd "$(dirname "$0")/bad" || exit 1
passed=0 failed=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

for scenario in *.ini; do
    expected=${scenario%.ini}.expected
    "$exifsim" lint "$scenario" >/dev/null 2>"$said"
    code=$?
    [ -z "${GOLDEN_UPDATE:-}" ] || [ $code != 2 ] || cp "$said" "$expected"
    if [ $code = 2 ] && [ -s "$said" ] && diff -u "$expected" "$said"; then
        passed=$((passed + 1))
    else
        echo "not ok: $scenario (exit code $code)"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ] && [ $passed -ge 60 ]
