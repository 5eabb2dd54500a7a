#!/bin/sh
# races.sh EXIFSIM FOLDER - the races of scenarios/guests are met within ten seeds, and the mended drivers stand in all of them; so it is
# too where each access to memory is a point.
set -u
exifsim=$1 folder=$2
passed=0 failed=0

# outcomes SCENARIO DRIVER POINTS: how many of ten seeds stopped or hung; -1 if not each of them has a line.
outcomes() {
    said=$("$exifsim" run -n 10 "$1" --set "driver.$2.points=$3")
    if [ "$(echo "$said" | grep -c '^[A-Za-z]* seed [0-9]* *\(survived\|stop\|hung\)')" -eq 10 ]; then
        echo "$said" | grep -c '^[A-Za-z]* seed [0-9]* *\(stop\|hung\)'
    else
        echo -1
    fi
}
judge() { # SCENARIO DRIVER LEAST MOST
    for points in calls memory; do
        count=$(outcomes "$folder/$1.ini" "$2" "$points")
        if [ "$count" -ge "$3" ] && [ "$count" -le "$4" ]; then
            passed=$((passed + 1))
        else
            echo "not ok: $1, points = $points: $count of 10 runs stopped or hung (expected $3 to $4)"
            failed=$((failed + 1))
        fi
    done
}
for race in cancel lookup teardown unload wakeup; do
    judge "races/$race" "$race" 1 10
    judge "races/${race}_mended" "$race" 0 0
done
judge stopping/stopping stopping 1 10
judge stopping/mended stopping 0 0
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
