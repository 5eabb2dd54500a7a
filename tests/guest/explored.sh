#!/bin/sh
# explored.sh EXIFSIM FOLDER [NAME ...] - explores stories, at most 10,000 schedules by all strategies in turn: what [orders] says is found.
#
# Without names: every story of the folder. A story whose faults are found by chance has that many schedules for it; one without a
# fault must show none, and have the number of orders that is known, if all of them were run.
set -u
exifsim=$1 folder=$2
shift 2
[ $# -gt 0 ] || set -- $(cd "$folder" && ls ./*.ini | sed 's,^\./,,; s,\.ini$,,')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0 all=$#
for name; do
    [ ! -t 2 ] || printf '\rexploring %d of %d: %s \033[K' $((passed + failed + 1)) "$all" "$name" >&2
    "$exifsim" explore -q "$folder/$name.ini" --schedules 10000 --time 60s --findings "$work/found" >"$work/out" 2>&1
    if grep -q '^expected  yes' "$work/out"; then
        passed=$((passed + 1))
    else
        [ ! -t 2 ] || printf '\r\033[K' >&2
        echo "not ok: $name"
        sed 's/^/  /' "$work/out"
        failed=$((failed + 1))
    fi
done
[ ! -t 2 ] || printf '\r\033[K' >&2
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
