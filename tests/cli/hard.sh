#!/bin/sh
# hard.sh EXIFSIM JSON - hard ends of the command: inputs that never end, signals, limits of the host.
. "$(dirname "$0")/common.sh"

# A named pipe and a device are no scenarios: nothing waits for a writer that never comes, and nothing is read without end.
mkfifo pipe
for verb in lint list run test replay explain console export rare; do
    case $verb in export) more=--csv ;; *) more= ;; esac
    code 2 "cannot open: not a regular file (expected a scenario file)" timeout 20 "$exifsim" $verb pipe $more
done
code 2 "/dev/zero:1:1: cannot open: not a regular file" timeout 20 "$exifsim" lint /dev/zero
code 2 "cannot open: not a regular file" timeout 20 "$exifsim" sweep pipe -o pipe.db
for words in "curve pipe" "sweep $scenarios/load_curve.ini --resume -o pipe"; do
    code 2 "pipe: not a regular file (expected a database that exifsim sweep has written)" timeout 20 "$exifsim" $words
done
printf '[scenario]\nextends = pipe\n' >child.ini
code 2 'child.ini:2:11: cannot open "pipe": not a regular file (expected a scenario file)' timeout 20 "$exifsim" lint child.ini
printf '[scenario]\ntitle = data\n[versions]\nall = sp2\n[load smtp]\narrivals = pipe\n' >data.ini
code 2 'data.ini:6:12: cannot open "pipe": not a regular file (expected a file of data)' timeout 20 "$exifsim" lint data.ini

# A console whose line never ends.
timeout 20 "$exifsim" console "$quiet" </dev/zero >out 2>err
same "exit code of an endless line" $? 2
holds "said of it" err "stdin:1:1: 1048576 bytes without the end of a line (expected lines of text)"

# The first signal ends what runs; the reports are whole, with the rest skipped.
long="--set scenario.duration=7d"
until_busy() { # PID: waits until the process has had a third of a second of processor time, or is gone.
    if [ ! -r /proc/self/stat ]; then sleep 3; fi
    while [ "$(sed 's/.*) //' /proc/$1/stat 2>/dev/null | cut -d' ' -f12)" -lt 33 ] 2>/dev/null; do sleep 0.05; done
}
ended() { # SIGNAL WORDS...: runs it, ends it by the signal; the exit code is 4.
    signal=$1
    shift
    "$exifsim" "$@" >out 2>err </dev/null &
    pid=$!
    until_busy $pid
    kill -$signal $pid
    wait $pid
    same "exit code after SIG$signal: $*" $? 4
    holds "said" err "exifsim: SIG$signal: ending; once more ends at once"
}
for signal in TERM HUP; do
    ended $signal test "$quiet" "$quiet" -n 2 -j 2 $long --junit cut.xml --format json -o cut.json
    cp cut.json document
    same "JSON is whole" "$("$json" failed <document) $("$json" skipped <document)" "0 4"
    same "each case of JUnit is skipped" "$(grep -c '<skipped message="interrupted' cut.xml)" 4
    holds "JUnit is whole" cut.xml "</testsuites>"
done
ended TERM test "$quiet" -n 3 $long
same "the summary comes last" "$(tail -n 1 out)" "0 passed, 0 failed, 3 skipped"
holds "why" out "2 runs were not made: interrupted by SIGTERM"
holds "the run that was cut" out "     interrupted at "
ended HUP run "$quiet" $long -o never.ini --junit cut.xml
holds "run" out "No verdict: interrupted at "
holds "no capsule" err "never.ini was not written"
holds "JUnit of run" cut.xml '<skipped message="interrupted at '
ended TERM explain "$quiet" "$quiet" $long
same "explain" "$(tail -n 1 out)" "0 passed, 0 failed, 2 skipped"
ended TERM export "$quiet" $long --csv -o never.csv
holds "export" err "no file was written"
ended TERM rare "$quiet" $long
holds "rare" out "interrupted by SIGTERM: no estimate"
same "nothing is left" "$(ls never* 2>/dev/null)" ""
if timeout --preserve-status 5 true 2>/dev/null; then # A shell's background jobs do not hear Ctrl+C.
    timeout --preserve-status -s INT 5 "$exifsim" test "$quiet" $long >out 2>err
    same "exit code after Ctrl+C" $? 4
    holds "said" err "exifsim: Ctrl+C: ending"
fi

# A signal that is ignored stays ignored, as nohup wants it.
(trap '' HUP; exec "$exifsim" test "$quiet" -n 20 --set expect.min_delivered=1 >out 2>err) &
pid=$!
until_busy $pid
kill -HUP $pid
wait $pid
same "exit code after an ignored signal" $? 0

# The second signal ends at once: this sweep would complete its runs of seven days first.
"$exifsim" sweep "$quiet" $long -n 2 -o twice.db >out 2>err &
pid=$!
until_busy $pid
kill -TERM $pid
while ! grep -q SIGTERM err; do sleep 0.05; done
kill -TERM $pid
wait $pid
same "exit code after the second signal" $? 4
holds "said" err "exifsim: ended at once"

# A limit of file sizes is a failed write, and leaves nothing.
(ulimit -f 1; "$exifsim" export "$quiet" --csv -o big.csv --until 20s) >out 2>err
same "exit code at a limit of file sizes" $? 2
holds "said" err "cannot write big.csv: File too large"
same "nothing is left" "$(ls big.csv* 2>/dev/null)" ""

# --timeout: a run that takes too long hangs, and every thread of the machine is told.
for jobs in 1 2; do
    code 1 "0 passed, 2 failed, 0 skipped" "$exifsim" test -j $jobs "$quiet" "$quiet" $long --timeout 1s --junit hung.xml
    same "the word" "$(grep -c '^FAIL seed 1        hung ' out)" 2
    holds "why" out "     hung: after 1s of wall-clock time (--timeout) the run had come to "
    holds "its threads" out "store.exe / "
done
holds "a wait" out "(id 0x"
case $(uname -m) in
x86_64 | aarch64) holds "a stack" out "    nt!KeWaitFor" ;;
esac
holds "JUnit has the threads" hung.xml "store.exe / "
"$exifsim" test "$quiet" $long --timeout 1s --format json >document
same "JSON" "$("$json" runs.0.outcome <document) $("$json" failed <document)" "hung 1"
"$json" runs.0.threads <document >threads
holds "JSON has the threads" threads "store.exe / "
code 4 "No verdict: hung: after 1s" "$exifsim" run "$quiet" $long --timeout 1s
code 4 "No verdict: hung: after 1s" timeout 60 "$exifsim" run -v "$quiet" $long --timeout 1s
code 0 "1 passed" "$exifsim" test "$quiet" --timeout '10 min'
code 4 "runs hung: --timeout ended them, and they are not in the database" \
    "$exifsim" sweep "$quiet" $long --set 'machine.processors=${1, 2}' -o hung.db --timeout 1s
code 0 "complete, 0 runs to go" "$exifsim" sweep "$quiet" --set scenario.duration=20s --set 'machine.processors=${1, 2}' \
    -o good.db --timeout 10min
finish
