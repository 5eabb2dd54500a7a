#!/bin/sh
# layouts.sh [COMPILER] - tests/kernel/layouts.def against mingw-w64's own headers for drivers: every size and offset, but the
# rows of NT 5.2 where these headers describe a later system (LAYOUT_52: its head says which and why).
# Exit 77, a skipped test, where there is no such compiler.
set -u
cd "$(dirname "$0")/../.." || exit 1
compiler=${1:-x86_64-w64-mingw32-gcc}
command -v "$compiler" >/dev/null || { echo "0 passed, 0 failed, 1 skipped: no $compiler"; exit 77; }
target=$("$compiler" -dumpmachine)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/layouts.c" <<'END'
#include <ntifs.h>
#include <stddef.h>
#define CAT(a, b) a##b
#define AT_LINE(line) CAT(row_, line)
#define LAYOUT_SIZE(type, size) enum { AT_LINE(__COUNTER__) = 1 / (sizeof(type) == (size)) };
#define LAYOUT(type, field, at, size) \
    enum { AT_LINE(__COUNTER__) = 1 / (offsetof(type, field) == (at) && sizeof(((type *)0)->field) == (size)) };
#define LAYOUT_52(type, field, at, size)
#define LAYOUT_52_SIZE(type, size)
#include "tests/kernel/layouts.def"
END
# The headers need a word of a later system's to compile for NT 5.2.
"$compiler" -fsyntax-only -std=gnu11 -D_WIN32_WINNT=0x0502 -DNTDDI_VERSION=0x05020000 -DSYSTEM_POWER_STATE_CONTEXT=ULONG \
    -I. -isystem "/usr/$target/include/ddk" "$work/layouts.c" 2>"$work/said" || {
    grep -A 3 'error' "$work/said" | head -40
    echo "0 passed, 1 failed"
    exit 1
}
echo "1 passed, 0 failed"
