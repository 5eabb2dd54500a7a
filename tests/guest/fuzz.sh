#!/bin/sh
# fuzz.sh EXIFSIM FUZZ.C FIRST LAST - drivers that call at random, one a seed: each run ends as a machine ends, and says how, never by a
# signal of the program, and never with exit code 70. Exit code 1 names the seeds of which that is not so.
set -u
exifsim=$1 source=$2 first=$3 last=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
cp "$source" "$work/fuzz.c" || exit 1
cd "$work" || exit 1
passed=0 failed=0 seed=$first
while [ "$seed" -le "$last" ]; do
    cat >fuzz.ini <<INI
[scenario]
title = Calls at random
duration = 30 s
seed = 1
[machine]
processors = 2
exchange = no
[driver fuzz]
source = fuzz.c
defines = SEED=$seed
INI
    "$exifsim" run -q fuzz.ini >said 2>&1
    code=$?
    if [ "$code" -le 1 ] && grep -q '^\(pass\|FAIL\) seed 1 *\(survived\|stop\|hung\|broken\) ' said; then
        passed=$((passed + 1))
    else
        echo "not ok: seed $seed: exit code $code"
        sed 's/^/  read  /' said
        failed=$((failed + 1))
    fi
    seed=$((seed + 1))
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
