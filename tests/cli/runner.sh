#!/bin/sh
# runner.sh EXIFSIM JSON - exifsim test over many files: what is told of each, in which order, and when it ends.
. "$(dirname "$0")/common.sh"
ask() { "$json" "$1" <document; }

# Every expectation that was not met is told, in each format.
cat >wrong.ini <<END
[scenario]
extends = $quiet
[expect]
outcome = process_crash
min_delivered = 100000
event = EXIFS 9999
service = MSExchangeIS stopped
END
code 1 "0 passed, 1 failed, 0 skipped" "$exifsim" test wrong.ini --junit wrong.xml
for part in 'ended as survived, expected process_crash' 'messages were delivered, expected at least 100000' \
    'event EXIFS 9999 is 0 times in the log, expected' 'service MSExchangeIS is'; do
    holds "text" out "$part"
    holds "JUnit" wrong.xml "$part"
done
same "each in JUnit's message" "$(grep '<failure' wrong.xml | grep -o '&#10;' | wc -l | tr -d ' ')" 4
"$exifsim" test --format json wrong.ini >document
same "JSON has a list" "$(ask 'runs.0.expectations.unmet.#')" 4
same "JSON: the last" "$(ask 'runs.0.expectations.unmet.3')" 'service MSExchangeIS is RUNNING, expected STOPPED'
"$exifsim" test --format tap wrong.ini >tap
same "TAP has a list" "$(grep -c '^    - "' tap)" 4
code 1 "  - event EXIFS 9999 is 0 times" "$exifsim" run wrong.ini

# Errors win over "skip", and explain runs no sweep.
printf '[scenario]\ntitle = x\nnonsense = 4\n[load smtp]\nrate = ${2,5}/s\n[quatsch]\na = b\n' >sweep.ini
code 2 "0 passed, 1 failed, 0 skipped" "$exifsim" test sweep.ini --junit sweep.xml
holds "the error" err 'sweep.ini:3:1: "nonsense"'
holds "the error in JUnit" sweep.xml 'sweep.ini:3:1: &quot;nonsense&quot;'
code 2 "load_curve.ini:1:1: a sweep: exifsim sweep runs it (expected one run)" "$exifsim" explain "$scenarios/load_curve.ini"

code 1 "Again: exifsim explain $quiet --seed 4 --set expect.diagnosis=kb908674 --until 30s" \
    "$exifsim" explain -q "$quiet" --seed 4 --set expect.diagnosis=kb908674 --until 30s

# A capsule of a failure: the failure is there again.
"$exifsim" run -q "$quiet" --set expect.outcome=stop --set scenario.duration=40s -o failing.ini >out
code 1 "Reproduced: the fingerprint is the capsule's." "$exifsim" replay failing.ini
code 1 "     reproduced: the fingerprint is the capsule's" "$exifsim" replay -q failing.ini
"$exifsim" run -q "$quiet" --set scenario.duration=40s --set expect.min_delivered=1 -o fine.ini >out
"$exifsim" replay -q fine.ini >out
same "nothing failed, so nothing is reproduced" "$(grep -c -i reproduced out)" 0

# Files and seeds together on several threads; what is printed and written does not depend on their number.
mkdir -p many/below
for name in a b c; do
    printf '[scenario]\nextends = %s\ntitle = Night %s\nduration = 20 s\n[expect]\noutcome = survived\n' "$quiet" $name >many/$name.ini
done
sed 's/^title.*/title = The deep one/' many/a.ini >many/below/deep.ini
printf '[load smtp]\nrate = 3/s\n' >many/part.ini                # A part, which scenarios include.
printf 'no scenario\n' >many/notes.txt
cp wrong.ini many/d.ini
for jobs in 1 3; do
    "$exifsim" test -j $jobs -n 2 many --junit j$jobs.xml --format json -o j$jobs.json
    same "exit code with -j $jobs" $? 1
    "$exifsim" test -j $jobs -n 2 many >j$jobs
    sed 's/time="[0-9.]*"//' j$jobs.xml >plain && mv plain j$jobs.xml
    sed 's/"host_us": [0-9]*//' j$jobs.json >plain && mv plain j$jobs.json
done
for kind in '' .xml .json; do
    cmp j1$kind j3$kind && passed=$((passed + 1)) || failed=$((failed + 1))
done
same "in order of names" "$(grep '^[pF]' j3 | sed 's/.* //' | tr '\n' ' ')" \
    "many/a.ini many/a.ini many/b.ini many/b.ini many/below/deep.ini many/below/deep.ini many/c.ini many/c.ini many/d.ini many/d.ini "
# Each of several one-seed files has its thread: while two runs last, there are two workers beside the main thread.
if [ -d /proc/self/task ]; then
    "$exifsim" test -j 2 "$quiet" "$quiet" --set scenario.duration='7 d' >out 2>err &
    pid=$!
    threads=0
    for i in $(seq 300); do
        threads=$(ls /proc/$pid/task | wc -l)
        [ "$threads" -ge 3 ] && break
        sleep 0.1
    done
    kill -TERM $pid
    wait $pid
    same "exit code after SIGTERM" $? 4
    same "threads" "$threads" 3
fi

# Folders, patterns, --filter.
code 1 "8 passed, 2 failed, 0 skipped" "$exifsim" test -n 2 'many/[a-d].ini' many/below
code 2 "many/x*.ini:1:1: no file of this pattern (expected a scenario file)" "$exifsim" test 'many/x*.ini'
mkdir empty
"$exifsim" test --format json many/a.ini empty 'none/*.ini' >document 2>err
same "exit code" $? 2
same "they are cases" "$(ask passed) $(ask failed) $(ask errors.1.message)" \
    "1 2 none/*.ini:1:1: no file of this pattern (expected a scenario file)"
code 0 "Night b" "$exifsim" list many
same "scenarios listed" "$(grep -c '^many' out)" 5
code 0 "5 passed, 0 failed, 0 skipped" "$exifsim" lint many
code 2 "many/part.ini" "$exifsim" lint many/part.ini
code 0 "1 passed, 0 failed, 0 skipped" "$exifsim" test many --filter 'deep ONE'
code 0 "1 passed, 0 failed, 0 skipped" "$exifsim" test many --filter many/b.
code 2 '--filter "nobody" fits none of 5 scenarios' "$exifsim" test many --filter nobody

# --fail-fast: the rest is skipped, whatever other threads have made of it.
for jobs in 1 3; do
    code 1 "2 runs were not made: not run: --fail-fast" "$exifsim" test -j $jobs --fail-fast many/a.ini many/d.ini many/b.ini many/c.ini \
        --junit fast.xml
    same "counts" "$(tail -n 1 out)" "1 passed, 1 failed, 2 skipped"
    same "skipped in JUnit" "$(grep -c '<skipped message="not run: --fail-fast"/>' fast.xml)" 2
done

# --strict: no expectation, or nothing delivered, is a failure.
printf '[scenario]\nextends = %s\nduration = 20 s\n[expect]\noutcome = any\nmin_delivered = 0\n' "$quiet" >lax.ini
printf '[scenario]\ntitle = nothing\nseed = 1\nduration = 5 s\n[versions]\nall = sp2\n[load smtp]\nrate = 0.001/s\n' >idle.ini
code 0 "1 passed" "$exifsim" test idle.ini
code 1 "nothing is expected (--strict wants [expect] with an outcome" "$exifsim" test --strict idle.ini
holds "nor delivered" out "nothing was delivered of"
sed -n 's/^     exifsim run/exifsim run/p' out >again
holds "the line that repeats it" again "--strict"
code 0 "1 passed" "$exifsim" test --strict many/a.ini

# The slowest are told for more than ten runs, or if asked.
code 0 "The slowest" "$exifsim" test -n 11 many/a.ini
same "five of them" "$(grep -c '^  .* s  seed' out)" 5
code 0 "The slowest" "$exifsim" test -v many/a.ini many/b.ini
"$exifsim" test many/a.ini many/b.ini >out
same "else not" "$(grep -c slowest out)" 0

# --until: what it cuts short is skipped, in one word everywhere.
code 4 "0 passed, 0 failed, 1 skipped" "$exifsim" test "$quiet" --until 10s --junit cut.xml
holds "text" out "skip seed 1        cut short"
holds "JUnit" cut.xml '<skipped message="cut short at 10s by --until: '
holds "JUnit counts" cut.xml 'failures="0" errors="0" skipped="1"'
"$exifsim" test --format json "$quiet" --until 10s >document
same "JSON" "$(ask failed) $(ask skipped) $(ask runs.0.outcome) $(ask runs.0.skipped)" "0 1 cut short true"
"$exifsim" test --format tap "$quiet" --until 10s >tap
holds "TAP" tap " # SKIP cut short at 10s by --until: "
code 1 "FAIL" "$exifsim" test "$scenarios/kb908674.ini" --set expect.outcome=survived --until 100s
code 2 '--until "99d" (expected a time up to 7 d' "$exifsim" run "$quiet" --until 99d
for time in 10s:10s 20000ms:20s '5 min:5min' 1500ms:1500ms '60 s:1min'; do
    "$exifsim" run "$quiet" --set scenario.duration='10 min' --until "${time%:*}" >out
    holds "a time that people read" out "--until ${time#*:}"
done

# JUnit of a sweep and of its curve have the shape of a test's.
cat >own.ini <<END
[scenario]
extends = $quiet
duration = 20 s
[load smtp]
rate = \${1, 2}/s
[sweep]
name = sweep own
[expect]
outcome = survived
curve = p_stop at 1/s < 0.9
END
code 0 "[expect] curve is checked by: exifsim curve own.db" "$exifsim" sweep own.ini -n 2 -o own.db --junit sweep.xml
code 0 "1 passed, 0 failed, 0 skipped" "$exifsim" curve own.db --junit curve.xml
holds "suites of a sweep" sweep.xml '<testsuites name="exifsim" tests="2" failures="0" errors="0" skipped="0">'
holds "suite of a sweep" sweep.xml '<testsuite name="sweep own" tests="2" failures="0" errors="0" skipped="0">'
holds "who checks" sweep.xml '<property name="expectations" value="[expect] curve is checked by: exifsim curve own.db"/>'
holds "suites of a curve" curve.xml '<testsuites name="exifsim" tests="1" failures="0" errors="0" skipped="0">'
holds "suite of a curve" curve.xml '<testsuite name="sweep own" tests="1" failures="0" errors="0" skipped="0">'
sed '/^curve/d' own.ini >plain.ini
code 0 "[expect] is not compared with the runs of a sweep" "$exifsim" sweep plain.ini -n 1 -o plain.db
if command -v xmllint >/dev/null; then
    xmllint --noout ./*.xml
    same "well-formed" $? 0
fi
finish
