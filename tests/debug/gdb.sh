#!/bin/sh
# gdb.sh EXIFSIM - every example of DEBUGGING.md, in a real gdb. Exit code 77: there is no gdb here.
set -u
exifsim=$1
cd "$(dirname "$0")/../.." || exit 1
command -v gdb >/dev/null 2>&1 || { echo "no gdb here"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# The number of a record late in the run: the first one of the story.
record=$("$exifsim" run scenarios/kb908674.ini --color never | sed -n 's/^.* record \([0-9]*\) .*$/\1/p' | head -1)

gdb -batch -ex 'set pagination off' -ex 'set confirm off' -x docs/exifsim-gdb.py \
    -ex 'break trace_breakpoint' -ex run -ex 'print number' -ex backtrace \
    -ex xprocesses -ex 'xthreads inetinfo' -ex xirps -ex 'python gdb.execute("xbt %d" % next(int(t["id"]) for t in threads() if state_of(t) == "waiting"))' \
    -ex 'xbt 1' --args "$exifsim" run scenarios/kb908674.ini --break-at "$record" >"$work/said" 2>&1

says() { # WHAT PATTERN
    if grep -qE "$2" "$work/said"; then
        passed=$((passed + 1))
    else
        echo "not ok: $1 (no line matches $2)"
        failed=$((failed + 1))
    fi
}
says "it stops at the record that was asked for" "^\\\$1 = $record\$"
says "the stack goes down to the driver" 'exifs_[a-z_]*\.c:[0-9]+'
says "and to the program that called it" 'PspUserThreadStartup'
says "processes are listed with their pinned addresses" '^ff2a6d88  id [0-9]+ +store\.exe'
says "threads are listed by process" '^[0-9a-f]{4}  [0-9a-f]{8}  inetinfo\.exe'
says "IRPs under way are listed" '^[0-9a-f]{4}  [a-z.0-9]+ .* irp 0x[0-9a-f]+  location'
says "a thread that does not run has its own stack" 'ke_switch_away'
says "an unknown thread is said to be one" 'no simulated thread has the ID 1'
[ $failed = 0 ] || cat "$work/said"
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
