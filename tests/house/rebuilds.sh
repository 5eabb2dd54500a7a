#!/bin/sh
# rebuilds.sh ROOT BUILD - what one touched file costs: objects compiled, programs linked.
#
# BUILD is a finished build by Ninja. A file gets a new time, `ninja -n` says what it would do, and the
# file gets its old time back: nothing is built, and nothing is left behind. The two targets of the
# house are tested; the other rows are printed for the reader.
#
#     a row of records.def   at most 60 objects     a .c file of the kernel   at most 8 programs
set -u
root=$1 build=$2
cd "$root" || exit 1
# A copy of the manifest: under its own name ninja would first ask CMake whether files have come or gone.
stamp=$(mktemp)
manifest=$(mktemp)
cp "$build/build.ninja" "$manifest"
plan_of() { ninja -C "$build" -f "$manifest" -n; }
touched=
back() { [ -z "$touched" ] || touch -r "$stamp" "$touched"; }
trap 'back; rm -f "$stamp" "$manifest"' EXIT
trap 'exit 130' INT TERM
plan_of | grep -q 'no work to do' || { echo "rebuilds.sh: $build is not finished (expected: ninja has no work to do)"; exit 1; }

passed=0 failed=0
printf '%-34s %9s %9s\n' touched compiled linked
row() { # FILE [OBJECTS_MAX PROGRAMS_MAX]
    touch -r "$1" "$stamp"
    touched=$1
    touch "$1"
    plan=$(plan_of)
    back
    touched=
    objects=$(echo "$plan" | grep -c 'Building C object')
    programs=$(echo "$plan" | grep -c 'Linking C executable')
    printf '%-34s %9d %9d\n' "$1" "$objects" "$programs"
    if [ "$objects" -le "${2:-99999}" ] && [ "$programs" -le "${3:-99999}" ]; then
        passed=$((passed + 1))
    else
        echo "not ok: expected at most ${2:-any number of} objects and ${3:-any number of} programs"
        failed=$((failed + 1))
    fi
}
row model/words/records.def 60
for header in model/kernel/*.h; do row "$header"; done
row model/scenario/scenario.h
row model/exifs/exifs.h
row sim/base.h
row model/kernel/ke_attach.c 1 8
row model/outside/load.c
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
