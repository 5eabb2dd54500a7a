#!/bin/sh
# kill_loop.sh EXIFSIM [REPLICAS] - a sweep that is killed at random moments until it is complete.
#
# SIGKILL after a random while, then --resume, again and again; sometimes two processes at once. In the end the export
# must be, but for host_us, the export of a sweep that nobody disturbed, and no run may have been done twice: what one export
# held, the next one holds to the letter, host_us and all.
set -u
exifsim=$1 replicas=${2:-150}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
exec 2>/dev/null                          # Of the shell, which tells of every kill.
scenario=$(dirname "$0")/../../scenarios/kb908674.ini
passed=0 failed=0 kills=0 seed=1

check() { # WHAT STATUS
    if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "not ok: $1"; fi
}

sweep() { # DATABASE OPTIONS
    database=$1
    shift
    exec "$exifsim" sweep "$scenario" --set 'load.smtp.rate=${10,24,100}/s' --set scenario.duration=20s \
        -n "$replicas" -o "$database" -q "$@" >/dev/null 2>&1
}

rows() { # DATABASE: a line a run
    "$exifsim" export "$1" --json 2>/dev/null | sed '1d; $d; s/},$/}/'
}

: >"$work/before"
while :; do
    sweep "$work/killed.db" --resume -j2 &
    one=$!
    other=
    if [ $((kills % 3)) = 2 ]; then
        sweep "$work/killed.db" --resume -j1 &
        other=$!
    fi
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    wait=$((seed / 65536 % (150 + kills * 20) + 10))          # Longer and longer, so that slow builds end, too.
    sleep "$((wait / 1000)).$(printf %03d $((wait % 1000)))"
    kill -9 $one $other 2>/dev/null
    wait $one
    status=$?
    [ -z "$other" ] || wait $other
    rows "$work/killed.db" | sort >"$work/after"
    comm -23 "$work/before" "$work/after" >"$work/lost"
    [ ! -s "$work/lost" ]
    lost=$?
    [ $lost = 0 ] || check "kill $kills: a run was lost or done again: $(head -1 "$work/lost")" $lost
    cp "$work/after" "$work/before"
    [ $status != 0 ] || break
    [ $status = 137 ] || { check "kill $kills: exit code $status" 1 && break; }
    kills=$((kills + 1))
    [ $kills -lt 1000 ] || { check "it never ends" 1 && break; }
done
(sweep "$work/calm.db" -j2)
rows "$work/killed.db" | sed 's/"host_us":[0-9]*,//' | sort >"$work/one"
rows "$work/calm.db" | sed 's/"host_us":[0-9]*,//' | sort >"$work/two"
cmp -s "$work/one" "$work/two"
check "the databases differ" $?
[ "$(wc -l <"$work/one")" = $((replicas * 3)) ]
check "$(wc -l <"$work/one") runs of $((replicas * 3))" $?
[ $kills -ge 3 ]
check "only $kills kills" $?
echo "$kills kills"
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
