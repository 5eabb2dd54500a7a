#!/bin/sh
# outputs.sh EXIFSIM JSON - what other programs read: JSON, TAP, JUnit.
. "$(dirname "$0")/common.sh"
article=$scenarios/kb908674.ini
ask() { "$json" "$1" <document; }

# The article, as data: its four arguments, both processes, a stack of the driver's own functions.
"$exifsim" run --format json "$article" >document 2>err
same "exit code" $? 0
same "stderr" "$(cat err)" ""
same "passed" "$(ask passed)" 1
same "failed" "$(ask failed)" 0
same "runs" "$(ask 'runs.#')" 1
same "scenario" "$(ask runs.0.scenario)" "$article"
same "seed" "$(ask runs.0.seed)" 2
same "outcome" "$(ask runs.0.outcome)" stop
same "code" "$(ask runs.0.stop.code)" 0x00000005
same "name" "$(ask runs.0.stop.name)" INVALID_PROCESS_ATTACH_ATTEMPT
same "arguments" "$(ask runs.0.stop.arguments)" '["0xfdd95978","0xff2a6d88","0x00000001","0x00000000"]'
same "Arg1" "$(ask runs.0.stop.argument1_process)" inetinfo.exe
same "Arg2" "$(ask runs.0.stop.argument2_process)" store.exe
same "owner" "$(ask runs.0.stop.owning_process)" drwtsn32.exe
same "attached to" "$(ask runs.0.stop.current_process)" store.exe
same "versions" "$(ask runs.0.versions)" \
    '{"exifs.sys":"6.5.7638.1","ifsproxy.dll":"6.5.7638.1","exwin32.dll":"6.5.7638.1","ese.dll":"6.5.7638.1"}'
same "expectations" "$(ask runs.0.expectations.met)" true
same "crash" "$(ask runs.0.crash.process)" store.exe
same "fingerprint" "$(ask runs.0.fingerprint | grep -cE '^[0-9a-f]{16}$')" 1
same "repro" "$(ask runs.0.repro)" "exifsim run $article --seed 2"
ask runs.0.stop.stack >stack
for frame in 'nt!KeBugCheckEx' 'nt!KeAttachProcess' 'exifs!ExifsDispatchCleanup' 'nt!ObClearProcessHandleTable'; do
    case ${EXIFSIM_HOST:-$(uname -m)} in
    x86_64 | aarch64 | windows) holds "stack" stack "\"$frame\"" ;;
    esac
done
lines=$(ask 'runs.0.story.#')
same "the story has five to ten lines" $((lines >= 5 && lines <= 10)) 1
same "it ends with the stop" "$(ask "runs.0.story.$((lines - 1)).record")" "$(ask runs.0.stop.record)"
fingerprint=$(ask runs.0.fingerprint)

# The screen a person sees has the same.
"$exifsim" run "$article" >human
holds "stop screen" human '*** STOP: 0x00000005 (0xFDD95978,0xFF2A6D88,0x00000001,0x00000000)'
holds "fingerprint" human "Fingerprint $fingerprint"

# Nothing but JSON on stdout, whatever goes wrong.
for words in "nofile.ini" "$quiet --verify" "$quiet -n 2 -j 2" "$quiet --set expect.outcome=stop" "$quiet -q" "$quiet --color always" \
    "$quiet -v" "$quiet --set load.smtp.rate=x"; do
    for verb in run test; do
        [ "$verb $words" != "test $quiet -v" ] || continue
        "$exifsim" $verb --format json $words >document 2>err </dev/null
        ask passed >/dev/null 2>err
        same "JSON of $verb $words" $? 0
    done
done
"$exifsim" test --format json "$quiet" nofile.ini "$(printf 'x\377.ini')" >document 2>err
same "an unreadable file is a failure" "$(ask failed)" 2
same "with its error" "$(ask errors.0.message | sed 's/;.*//')" \
    "nofile.ini:1:1: cannot open: No such file or directory (expected a scenario file"
"$exifsim" run --format json "$quiet" --seed 18446744073709551615 --set expect.min_delivered=1 --until 5s >document
same "a large seed" "$(ask runs.0.seed)" 18446744073709551615

# To a file: whole or not at all.
code 0 "" "$exifsim" test --format json --out result.json "$quiet"
same "stdout is free" "$(cat out)" ""
cp result.json document
same "the file" "$(ask passed)" 1
same "no temporary files" "$(ls | grep -c '\.tmp$')" 0
code 2 "cannot write /nonexistent/r.json: No such file" "$exifsim" test --format json --out /nonexistent/r.json "$quiet"
mkdir closed && chmod 500 closed
if [ ! -w closed ]; then
    code 2 "cannot write closed/r.xml: Permission denied" "$exifsim" test --junit closed/r.xml "$quiet"
fi
code 2 "Is a directory" "$exifsim" test --junit closed "$quiet"

# TAP.
"$exifsim" test --format tap "$quiet" "$quiet" nofile.ini 'a#b.ini' --set expect.min_delivered=999999 >tap 2>err
same "version" "$(sed -n 1p tap)" "TAP version 13"
same "plan" "$(sed -n 2p tap)" "1..4"
same "cases" "$(grep -cE '^(not )?ok [0-9]+ - ' tap)" 4
same "failures" "$(grep -c '^not ok' tap)" 4
holds "repro" tap "repro: \"exifsim run $quiet --seed 1 --set expect.min_delivered=999999\""
holds "no directive by accident" tap 'a\#b.ini'
"$exifsim" test --format tap "$quiet" >tap
same "a pass" "$(sed -n 3p tap)" "ok 1 - $quiet rate=1,seed=1"

# JUnit.
odd='a&b <c>.ini'
[ "${EXIFSIM_HOST:-}" != windows ] || odd='a&b c.ini'          # Windows' names have no < and >.
cp "$quiet" "$odd"
"$exifsim" test -q --junit junit.xml "$quiet" "$odd" nofile.ini -n 2 --set 'scenario.title="&<>' \
    --set expect.min_delivered=100 --until 2min >out 2>err
holds "one root" junit.xml '<testsuites name="exifsim" tests="5" failures="0" errors="1" skipped="0">'
holds "suite" junit.xml '<testsuite name="'"$(echo "$odd" | sed 's/&/\&amp;/; s/</\&lt;/; s/>/\&gt;/')"'" tests="2" failures="0" errors="0" skipped="0">'
holds "case" junit.xml 'name="rate=1,seed=2"'
for property in seed fingerprint exifs.sys ifsproxy.dll exwin32.dll ese.dll outcome capsule; do
    holds "property" junit.xml "<property name=\"$property\" value=\""
done
"$exifsim" test -q --junit failed.xml "$quiet" --set expect.outcome=stop >out
holds "failure" failed.xml '<failure message="the run ended as survived, expected stop&#10;exifsim run '

# A sweep among scenarios is neither passed nor failed, and says so everywhere.
curve=$scenarios/load_curve.ini
code 0 "" "$exifsim" test "$quiet" "$curve" --junit skipped.xml
holds "skipped" out "skip a sweep: exifsim sweep runs it  $curve"
same "counted" "$(tail -n 1 out)" "1 passed, 0 failed, 1 skipped"
holds "JUnit" skipped.xml '<skipped message="a sweep: exifsim sweep runs it"/>'
"$exifsim" test --format tap "$curve" >tap
same "TAP" "$(tail -n 1 tap)" "ok 1 - $curve read # SKIP a sweep: exifsim sweep runs it"
"$exifsim" test --format json "$curve" >document
same "JSON" "$(ask passed) $(ask failed) $(ask skipped) $(ask 'skips.#')" "0 0 1 1"
code 2 "expected one value: a run has one" "$exifsim" test "$quiet" --set 'load.smtp.rate=${1, 2}/s'
if command -v xmllint >/dev/null; then
    xmllint --noout junit.xml failed.xml skipped.xml
    same "well-formed" $? 0
fi
finish
