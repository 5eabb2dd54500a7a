#!/bin/sh
# run_simulator.sh - the client's transcript from the simulated machine, beside the golden one.
#
#     run_simulator.sh PROGRAM BUILD [GOLDEN]
set -u

here=$(cd "$(dirname "$0")" && pwd)
program=${1:?usage: run_simulator.sh PROGRAM BUILD [GOLDEN]}
version=${2:?usage: run_simulator.sh PROGRAM BUILD [GOLDEN]}
golden=${3:-$here/transcript.golden}
said=$(mktemp)
trap 'rm -f "$said"' EXIT

"$program" "$version" > "$said" || exit 1
diff -u "$golden" "$said"
