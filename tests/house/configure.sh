#!/bin/sh
# configure.sh ROOT CC - what CMake makes of other hosts: a host of 32 bits is refused in one sentence, and
# nobody's build breaks by a warning of his compiler unless he asks for it.
set -u
root=$1 cc=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

# A compiler for 32 bits need not link: a library is enough to see the size of a pointer.
echo 'int x;' >"$work/x.c"
if "$cc" -m32 -c "$work/x.c" -o "$work/x.o" 2>/dev/null; then
    cmake -S "$root" -B "$work/narrow" -DCMAKE_C_COMPILER="$cc" -DCMAKE_C_FLAGS=-m32 -DCMAKE_ASM_FLAGS=-m32 \
        -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY >"$work/said" 2>&1
    if [ $? != 0 ] && tr -s ' \n' ' ' <"$work/said" | grep -qF "exifsim needs a 64-bit host: a simulated machine's 4 GiB"; then
        passed=$((passed + 1))
    else
        echo "not ok: 32 bits"
        tail -5 "$work/said"
        failed=$((failed + 1))
    fi
else
    skipped=$((skipped + 1))
fi

for wish in '' ON; do
    cmake -S "$root" -B "$work/wide$wish" -DCMAKE_C_COMPILER="$cc" -DEXIFSIM_VIEW=OFF -DEXIFSIM_TESTS=OFF \
        ${wish:+-DEXIFSIM_WERROR=$wish} >"$work/said" 2>&1
    errors=$(grep -c -e '-Werror' "$work/wide$wish/compile_commands.json")
    if { [ -z "$wish" ] && [ "$errors" = 0 ]; } || { [ -n "$wish" ] && [ "$errors" -gt 0 ]; }; then
        passed=$((passed + 1))
    else
        echo "not ok: EXIFSIM_WERROR=$wish: $errors commands with -Werror"
        tail -5 "$work/said"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
