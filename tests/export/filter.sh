#!/bin/sh
# filter.sh EXIFSIM JSON PERFETTO_CHECK CHROME_CHECK - a part of a run: a stretch of time, kinds of records, one process.
. "$(dirname "$0")/../cli/common.sh"
perfetto=$3
chrome=$4
night=$scenarios/kb908674.ini

code 0 "" "$exifsim" export "$night" --csv -o all.csv

# Records: what is left is what the whole export has.
code 0 "" "$exifsim" export "$night" --csv -o part.csv --from 70s --to 71s
awk -F, 'NR == 1 || ($2 >= 70000000000 && $2 < 71000000000)' all.csv >meant.csv
same "one second" "$(cmp part.csv meant.csv && wc -l <part.csv)" "$(wc -l <meant.csv)"
code 0 "" "$exifsim" export "$night" --csv -o part.csv --kind FOREIGN_WRITE,TAINTED_READ
same "two kinds" "$(tail -n +2 part.csv | tr -d '\r')" "$(grep -E ',(FOREIGN_WRITE|TAINTED_READ),' all.csv | tr -d '\r')"
code 0 "" "$exifsim" export "$night" --csv -o part.csv --process drwtsn32.exe
same "one process" "$(tail -n +2 part.csv | tr -d '\r')" "$(grep -E '^[0-9]+,[0-9]+,[0-9]+,[0-9]+,[^,]*,drwtsn32.exe,' all.csv | tr -d '\r')"
code 0 "" "$exifsim" export "$night" --csv -o part.csv --from 'stop - 30 us' --to stop
same "up to the stop, without it" "$(tail -1 part.csv | cut -d, -f1)" $(($(tail -1 all.csv | cut -d, -f1) - 1))
code 0 "" "$exifsim" export "$night" --csv -o part.csv --from '#1000' --to '#1010'
same "ten records" "$(sed -n '2p;$p' part.csv | cut -d, -f1 | tr '\n' ' ')" "1000 1009 "
code 0 "" "$exifsim" export "$night" --json -o part.json --kind STOP
same "a line about the run, the record, a line about the end" "$(wc -l <part.json | tr -d ' ')" 3

# Traces: slices are cut at both ends, so that they still nest, and no flow comes from nowhere.
code 0 "" "$exifsim" export "$night" --chrome -o part.json --from 70s --to 70.2s
"$chrome" part.json >facts
same "a reader takes it" $? 0
times=$(sed -n 's/.*"ph":"[BXi]".*"ts":\([0-9]*\).*/\1/p' part.json | sort -n | sed -n '1p;$p' | tr '\n' ' ')
same "from 70 s to 70.2 s" "$(echo "$times" | awk '{ print ($1 >= 70000000 && $2 < 70200000) }')" 1
code 0 "" "$exifsim" export "$night" --chrome -o part.json --from 'stop - 1 s' --process store.exe
"$chrome" part.json >facts
same "a reader takes one process" $? 0
same "one process" "$(grep -c '"name":"process_name"' part.json)" 1
code 0 "" "$exifsim" export "$night" --perfetto -o part.pftrace --kind FOREIGN_WRITE,STOP
"$perfetto" part.pftrace >facts
same "a reader takes kinds" $? 0
holds "no slices" facts "slices 0"
holds "the stop" facts "STOP 0x00000005"

# What is wrong.
code 2 '--kind "FOREIN_WRITE" (expected kinds of records' "$exifsim" export "$night" --csv -o no.csv --kind FOREIN_WRITE
holds "the nearest" err 'did you mean "FOREIGN_WRITE"?'
code 2 '--process "stor.exe" (expected a process of this run such as store.exe)' "$exifsim" export "$night" --csv -o no.csv --process stor.exe
code 2 '--from "70 hours": ' "$exifsim" export "$night" --csv -o no.csv --from '70 hours'
code 2 '--to "stop": this run has no stop' "$exifsim" export "$quiet" --csv -o no.csv --to stop
code 2 "nothing lies between --from and --to (the run ends at 180.000 s)" "$exifsim" export "$quiet" --csv -o no.csv --from '1 h'
same "nothing is left behind" "$(ls | grep -cE '^no')" 0
finish
