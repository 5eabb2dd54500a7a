#!/bin/sh
# streams.sh EXIFSIM JSON - "-" is standard input for a scenario, and standard output for every output.
. "$(dirname "$0")/common.sh"

piped() { # CODE PART FILE COMMAND...: as code, with the file on standard input.
    want=$1 part=$2 from=$3
    shift 3
    "$@" >out 2>err <"$from"
    same "exit code of: $*" $? "$want"
    [ -z "$part" ] || { cat out err >both && holds "said by: $*" both "$part"; }
}

cp "$quiet" quiet.ini
code 0 "" "$exifsim" run -q quiet.ini
expected=$(sed 's/ quiet.ini$//' out | head -1)
for verb in run test explain lint list; do
    piped 0 "" quiet.ini "$exifsim" $verb -
done
piped 0 "$expected" quiet.ini "$exifsim" run -q -
piped 0 "Again: exifsim run - --seed" quiet.ini "$exifsim" run -
holds "how to go on" out "give it the same scenario"
printf '[scenario]\ntitel = x\n' >wrong.ini
piped 2 'stdin:2:1: "titel" (expected a key of [scenario]' wrong.ini "$exifsim" lint -
code 2 "an empty file (expected a scenario)" "$exifsim" lint -
piped 2 '"-" twice (expected standard input once)' quiet.ini "$exifsim" test - -
piped 2 "standard input has the commands" quiet.ini "$exifsim" console -
piped 0 "2 points" "$scenarios/kb281868.ini" "$exifsim" list - --set 'load.smtp.rate=${1,2}/s'

# A capsule through a pipe.
"$exifsim" run quiet.ini -o - 2>report | "$exifsim" replay -q - >out 2>err
same "replayed" $? 0
holds "the report goes to standard error" report "Again: exifsim run quiet.ini"
piped 0 "" quiet.ini "$exifsim" run - --junit -
same "JUnit alone" "$(head -c 5 out)" "<?xml"
piped 0 "" quiet.ini "$exifsim" test - --format json -o -
"$json" passed <out >read
same "JSON alone" "$(cat read)" 1
piped 0 "" quiet.ini "$exifsim" run - --counters - --interval 30s
same "counters alone" "$(head -c 5 out)" '"(PDH'
piped 0 "" quiet.ini "$exifsim" export - --csv -o - --until 2s
holds "records" out "number,time_ns"
code 2 "both write" "$exifsim" run quiet.ini -o - --junit -
code 2 "the runs go to a database" "$exifsim" sweep quiet.ini -o -
code 0 "" "$exifsim" sweep -q quiet.ini --set 'machine.processors=${1,2}' -o a.db --junit -
same "a sweep's JUnit" "$(head -c 5 out)" "<?xml"
if [ "${EXIFSIM_HOST:-}" != windows ] && command -v gnuplot >/dev/null; then
    code 0 "" "$exifsim" curve a.db --svg -
    same "a picture" "$(head -c 5 out)" "<?xml"
    code 0 "" "$exifsim" curve a.db --html -
    holds "a page" out "<html"
fi
same "no file called -" "$(ls -- -* 2>/dev/null)" ""
cp quiet.ini ./-x.ini
code 0 "" "$exifsim" lint -- -x.ini
finish
