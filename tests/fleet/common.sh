# common.sh - sourced by the scripts beside it: a sweep that takes a few seconds, and what its fleets must give.
. "$(dirname "$0")/../cli/common.sh"
printf '[scenario]\ntitle = fleet\nduration = 20 s\nwarm_up = 0 s\nseed = 3\n[load smtp]\nrate = ${5, 10, 24}/s\n[sweep]\nreplicas = 20\n' >sweep.ini

# All rows of a database, but for the time of the host and the line that names its folders.
rows() { # DATABASE
    "$exifsim" export "$1" --csv -o - | tr -d "\r" >rows.csv || return 1
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) hide[i] = $i == "host_us" || $i == "repro" }
             { for (i = 1; i <= NF; i++) if (!hide[i]) printf "%s,", $i; print "" }' rows.csv
}
"$exifsim" sweep -q sweep.ini -o whole.db >/dev/null
rows whole.db >whole.txt

is_the_sweep() { # DATABASE
    rows "$1" >fleet.txt
    cmp -s whole.txt fleet.txt
    same "$1 has the rows of one sweep" $? 0
}

# Waits until a command succeeds, for ten minutes: the machine may have other work.
until_true() {
    for _ in $(seq 6000); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    same "waited ten minutes for: $*" late soon
    return 1
}
