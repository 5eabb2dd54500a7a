#!/bin/sh
# soak.sh [-n SEEDS] [-j JOBS] [-t TIME] [-x EXIFSIM] [-f TESTS] [-q TESTS] - the table of loads and versions, over many seeds.
#
# For each load (4.6, 24 and 100 messages a second) and version (SP2, the hotfix) 200 seeds of ten simulated minutes run, and are
# counted: survived, a process crash only, a stop. Beside each share stands its 95% interval (Wilson's). Exit code 1 if the table
# is not as it has to be:
#
#     4.6/s   no stop                                                      no stop
#     24/s    some runs have a crash, and most of those end in STOP 5      no stop, no crash
#     100/s   nearly every run stops (19 of 20)                            no stop, no crash
#
# The bar on a terminal shows all six together. With -f TESTS (tests/server/server_tests of the build, the default where it is
# there) the whole fault loop runs first: every allocation and every transfer fails once. -f none leaves it out. So it is with
# -q TESTS (tests/ui_tests): 200 questions of each type are held to runs of the test's own, and none may have a wrong key or a
# second right answer.
set -u
cd "$(dirname "$0")/.." || exit 1
seeds=200 jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) time=10min exifsim=build/exifsim loop=build/tests/server/server_tests questions=build/tests/ui_tests

usage() {
    echo "usage: tests/soak.sh [-n SEEDS] [-j JOBS] [-t TIME] [-x EXIFSIM] [-f TESTS] [-q TESTS]" >&2
    exit 2
}
while getopts n:j:t:x:f:q: option; do
    case $option in
    n) seeds=$OPTARG ;;
    j) jobs=$OPTARG ;;
    t) time=$OPTARG ;;
    x) exifsim=$OPTARG ;;
    f) loop=$OPTARG ;;
    q) questions=$OPTARG ;;
    *) usage ;;
    esac
done
shift $((OPTIND - 1))
[ $# = 0 ] || usage
case $seeds in '' | *[!0-9]* | 0) usage ;; esac
[ -x "$exifsim" ] || { echo "soak.sh: no program at $exifsim; ./dev build makes it" >&2; exit 2; }

work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
began=$(date +%s)
done_before=0 total=$((6 * seeds))

bar() { # DONE
    [ -t 2 ] || return 0
    spent=$(($(date +%s) - began))
    left=$(($1 > 0 ? spent * (total - $1) / $1 : 0))
    filled=$(printf '%*s' $(($1 * 40 / total)) '' | tr ' ' '#')
    printf '\r[%-40s] %d of %d runs, %d s, about %d s left \033[K' "$filled" "$1" "$total" "$spent" "$left" >&2
}

# One cell of the table into $work/RATE.VERSION: a line a run.
cell() { # RATE VERSION
    out=$work/$1.$2 excuse="--set expect.violates=acknowledged_kept" # A stray receipt may hit the log; the hotfix has none.
    [ "$2" != hotfix ] || excuse=
    : >"$out"
    "$exifsim" test -n "$seeds" -s 1 -j "$jobs" --set load.smtp.rate="$1/s" --set versions.all="$2" \
        --set scenario.duration="$time" --set expect.outcome=any $excuse scenarios/kb908674.ini </dev/null >"$out" 2>"$out.err" &
    pid=$!
    while kill -0 $pid 2>/dev/null; do
        bar $((done_before + $(grep -c '^pass\|^FAIL' "$out")))
        sleep 1
    done
    wait $pid
    code=$? pid=
    done_before=$((done_before + seeds))
    bar $done_before
    if [ $code != 0 ] || [ "$(grep -c '^pass' "$out")" != "$seeds" ]; then
        [ ! -t 2 ] || echo >&2
        echo "soak.sh: $1/s with $2 did not run to its end (exit code $code)" >&2
        cat "$out" "$out.err" | tail -n 5 >&2
        exit 70
    fi
}

# "12 of 200 (6.0%, 3.5 to 10.2)"
share() { # COUNT OF
    awk -v k="$1" -v n="$2" 'BEGIN {
        if (n == 0) { print "0 of 0"; exit }
        z = 1.959964; p = k / n; middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low = middle - half; high = middle + half
        if (k == 0) low = 0
        if (k == n) high = 1
        printf "%d of %d (%.1f%%, %.1f to %.1f)\n", k, n, 100 * p, 100 * low, 100 * high }'
}
count() { # FILE OUTCOME
    awk -v outcome="$2" '$1 == "pass" && $4 == outcome { n++ } END { print n + 0 }' "$1"
}

if [ -x "$loop" ]; then
    echo "soak.sh: every allocation and every transfer of a short night fails once" >&2
    EXIFSIM_WHOLE=1 "$loop" fault_test >"$work/loop" 2>&1 || { tail -20 "$work/loop" >&2; echo "soak.sh: the fault loop does not hold" >&2; exit 1; }
fi
if [ -x "$questions" ]; then
    echo "soak.sh: 200 questions of each type are held to runs" >&2
    EXIFSIM_VARIANTS=200 "$questions" quiz_test >"$work/questions" 2>&1 || { tail -20 "$work/questions" >&2; echo "soak.sh: a question has a wrong key, or none can be made" >&2; exit 1; }
fi
for rate in 4.6 24 100; do
    for version in sp2 hotfix; do
        cell $rate $version
    done
done
[ ! -t 2 ] || printf '\r\033[K' >&2

echo "scenarios/kb908674.ini, seeds 1 to $seeds, $time each; share and its 95% interval in per cent"
echo
printf '%-7s %-8s %-34s %-30s %s\n' load versions survived "process crash only" stop
failures=
wrong() {
    failures="$failures
  $*"
}
for rate in 4.6 24 100; do
    for version in sp2 hotfix; do
        file=$work/$rate.$version
        survived=$(count "$file" survived) crashed=$(count "$file" process_crash) stopped=$(count "$file" stop)
        five=$(grep -c '^pass.* stop  *0x00000005 ' "$file")
        printf '%-7s %-8s %-34s %-30s %s\n' "$rate/s" $version "$(share "$survived" "$seeds")" "$(share "$crashed" "$seeds")" \
            "$(share "$stopped" "$seeds")"
        [ "$five" = "$stopped" ] || wrong "$rate/s, $version: $((stopped - five)) stops are not STOP 5"
        case $rate.$version in
        4.6.*) [ "$stopped" = 0 ] || wrong "4.6/s, $version: $stopped stops on a normal day" ;;
        24.sp2)
            heavy_crashed=$crashed heavy_stopped=$stopped
            [ "$stopped" -gt 0 ] || wrong "24/s, sp2: no stop at all"
            [ "$survived" -gt 0 ] || wrong "24/s, sp2: no run survives"
            [ "$stopped" -gt "$crashed" ] || wrong "24/s, sp2: most crashes do not end in a stop" ;;
        100.sp2) [ $((stopped * 20)) -ge $((seeds * 19)) ] || wrong "100/s, sp2: only $stopped of $seeds stop" ;;
        *.hotfix) [ "$survived" = "$seeds" ] || wrong "$rate/s, hotfix: only $survived of $seeds survive" ;;
        esac
    done
done
echo
echo "24/s, sp2: of the runs with a process crash end in a stop $(share "$heavy_stopped" $((heavy_stopped + heavy_crashed)))"
echo "$total runs in $(($(date +%s) - began)) s"
if [ -n "$failures" ]; then
    echo "The table does not hold:$failures"
    exit 1
fi
echo "The table holds."
