#!/bin/sh
# soak.sh BUILD SECONDS - runs each fuzz target of a build for so many seconds on its corpus. Exit code 1 if one of them broke:
# the input that did it is kept, and the command that repeats it is printed.
set -u
build=$1 seconds=$2 here=$(cd "$(dirname "$0")" && pwd) failed=0 passed=0

for target in "$build"/tests/fuzz/fuzz_*; do
    [ -x "$target" ] && [ ! -d "$target" ] || continue
    name=${target##*/fuzz_}
    [ -d "$here/corpus/$name" ] || continue
    last=$PWD/fuzz_$name.input
    if FUZZ_LAST_INPUT=$last "$target" "$seconds" "$here/corpus/$name"; then
        passed=$((passed + 1))
        rm -f "$last"
    else
        failed=$((failed + 1))
        mkdir -p "fuzz_$name.broken"
        mv "$last" "fuzz_$name.broken/input"
        echo "fuzz_$name broke. Again: $target 0 $PWD/fuzz_$name.broken" >&2
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
