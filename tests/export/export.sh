#!/bin/sh
# export.sh EXIFSIM JSON PERFETTO_CHECK CHROME_CHECK - one run for other programs, read back by readers that know the formats only.
. "$(dirname "$0")/../cli/common.sh"
perfetto=$3
chrome=$4
article=$scenarios/kb908674.ini

count_of() { sed -n "s/^$1 \([0-9]*\)\$/\1/p" facts; }
records_of() { grep -c ",$1," records.csv; }

# The article's night, as a trace: it parses, slices nest, flows have both ends.
code 0 "" "$exifsim" export "$article" --perfetto -o night.pftrace
same "stdout is free" "$(cat out err)" ""
same "no temporary files" "$(ls | grep -c '\.tmp$')" 0
"$perfetto" night.pftrace >facts
same "a reader takes it" $? 0

# It stops in Dr. Watson's thread, on its way out, inside the store.
holds "the stop" facts "STOP 0x00000005 INVALID_PROCESS_ATTACH_ATTEMPT: thread drwatson of drwtsn32.exe, \
NtTerminateProcess, in store.exe (index 1)"

# Names: every thread's own, every process's.
same "processes" "$(grep '^process ' facts | sort | tr '\n' ,)" \
    "process System,process cmd.exe,process drwtsn32.exe,process inetinfo.exe,process mad.exe,process services.exe,\
process store.exe,process svchost.exe,"
same "threads without a name" "$(count_of 'threads without a name')" 0
for thread in "atq of inetinfo.exe" "proxy of store.exe" "scm of services.exe" "drwatson of drwtsn32.exe" \
    "critical worker of System"; do
    holds "thread" facts "thread $thread"
done
for track in "CPU 0" "CPU 3 IRQL" "CPU 0 DPCs" "Event log" "MSExchangeIS" "Disk C: (logs)" "Disk C: (logs) queue" \
    "Nonpaged pool" "Epoxy: store out" "Delivery time" "Arrivals a second" "handles"; do
    holds "track" facts "track $track"
done

# The same in records: nothing is lost, nothing is told twice.
code 0 "" "$exifsim" export "$article" --csv -o records.csv
same "header" "$(head -1 records.csv | tr -d '\r')" \
    "number,time_ns,cpu,thread,thread_name,process,kind,a,b,c,d,text"
same "services" "$(count_of 'events of service')" "$(records_of SERVICE)"
same "DPCs" "$(count_of 'events of dpc')" "$(records_of DPC_RUN)"
same "threads on processors" "$(count_of 'events of thread')" "$(records_of SWITCH)"
same "transfers" "$(count_of 'events of disk')" "$(records_of DISK_START)"
same "locks" "$(count_of 'events of lock')" "$(records_of LOCK)"
same "requests" "$(count_of 'events of irp')" "$(records_of IRP_CREATE)"
same "lines of the log" "$(count_of 'events of log')" "$(records_of LOG)"
same "visits, of the thread and of its processor" "$(count_of 'events of attached')" $(($(records_of ATTACH) * 2))
same "the last record" "$(tail -1 records.csv | cut -d, -f5-11)" \
    "drwatson,drwtsn32.exe,STOP,00000005,fdd95978,ff2a6d88,00000001"
"$exifsim" run --format json "$article" >document
same "as many records as the run has" $(($(wc -l <records.csv) - 1)) "$("$json" runs.0.records <document)"

# From cause to effect.
same "foreign writes" "$(count_of 'foreign writes')" "$(records_of FOREIGN_WRITE)"
same "and their readers" "$(sed -n 's/^flow foreign write -> tainted read //p' facts)" "$(records_of TAINTED_READ)"
same "work items" "$(sed -n 's/^flow queues work item -> work item runs //p' facts)" "$(records_of WORK_RUN)"
woken=$(sed -n 's/^flow wakes -> running //p' facts)
ready=$(records_of READY)
same "nearly everybody is woken by somebody ($woken of $ready)" $((woken * 100 > ready * 99)) 1
sent=$(sed -n 's/^flow sends IRP -> completes IRP //p' facts)
same "nearly all requests are completed ($sent)" $((sent * 100 > $(records_of IRP_COMPLETE) * 99)) 1
same "few causes have no effect" $(($(count_of 'flows without an end') * 200 < $(count_of flows))) 1

# A program that comes again has other threads and another process, though memory is used again.
code 0 "" "$exifsim" export "$quiet" --perfetto -o again.pftrace
code 0 "" "$exifsim" export "$quiet" --csv -o records.csv
"$perfetto" again.pftrace >facts
same "a reader takes it" $? 0
same "threads" "$(count_of threads)" "$(records_of THREAD_NEW)"
same "processes, and System" "$(count_of processes)" $(($(records_of PROCESS_NEW) + 1))
same "few causes have no effect" $(($(count_of 'flows without an end') * 200 < $(count_of flows))) 1

# Every run gives the same bytes, to a file or to a pipe.
for format in perfetto chrome csv json; do
    "$exifsim" export "$article" --$format --until 3s -o first
    "$exifsim" export "$article" --$format --until 3s | cmp - first
    same "$format twice" $? 0
done

# Chrome's JSON.
code 0 "" "$exifsim" export "$article" --chrome --until 20s -o night.json
"$chrome" night.json >facts
same "a reader takes it" $? 0
same "every begin has its end" "$(count_of B)" "$(count_of E)"
same "slices, states, counters" $(($(count_of B) > 1000 && $(count_of X) > 1000 && $(count_of C) > 1000)) 1
same "seed" "$("$json" otherData.seed <night.json)" 2

# JSON Lines: about the run, the records, the end.
"$exifsim" export "$article" --json --until 1s --seed 7 >lines.json
head -1 lines.json >document
same "seed" "$("$json" run.seed <document)" 7
same "command" "$("$json" run.command <document)" "exifsim run $article --seed 7 --until 1s"
sed -n 2p lines.json >document
same "the first record" "$("$json" number <document)" 0
tail -1 lines.json >document
same "the end" "$("$json" end.outcome <document)" survived
same "its records" "$("$json" end.records <document)" $(($(wc -l <lines.json) - 2))
{ echo '['; sed '$!s/$/,/' lines.json; echo ']'; } >document
same "all of it is JSON" "$("$json" '#' <document)" "$(wc -l <lines.json | tr -d ' ')"

# Options of run, and capsules.
"$exifsim" export "$article" --csv --until 1s --set machine.processors=2 | grep -q ',BOOT,00000002,'
same "--set" $? 0
code 0 "" "$exifsim" run "$quiet" -q --out capsule.ini
code 0 "" "$exifsim" export capsule.ini --csv -o capsule.csv
sed 's/^fingerprint = .*/fingerprint = 0000000000000001/' capsule.ini >other.ini
code 3 "(expected 0000000000000001, from the capsule)" "$exifsim" export other.ini --csv -o capsule.csv

# What is refused, and in which words.
code 2 "none of --perfetto, --chrome, --csv, --json and --html" "$exifsim" export "$article"
code 2 "several of" "$exifsim" export "$article" --perfetto --json
code 2 "needs a scenario, a capsule or a database" "$exifsim" export --csv
code 2 "export takes no --junit" "$exifsim" export "$article" --csv --junit x.xml
code 2 "nofile.ini:1:1: cannot open" "$exifsim" export nofile.ini --perfetto
code 2 '"nothing" (expected a key' "$exifsim" export "$article" --csv --set machine.nothing=1
code 2 "cannot write /nonexistent/x: No such file" "$exifsim" export "$article" --perfetto -o /nonexistent/x
code 2 "is a database, which holds no records" "$exifsim" export some.db --perfetto
code 2 "is a database, which holds no records" "$exifsim" export some.db --html x.html
code 2 "some.db" "$exifsim" export some.db --csv
code 2 "" "$exifsim" export "$scenarios/load_curve.ini" --csv -o sweep.csv
same "nothing is left behind" "$(ls | grep -cE '\.tmp$|sweep.csv')" 0
if [ -w /dev/full ]; then
    code 2 "No space left" sh -c "'$exifsim' export '$quiet' --csv >/dev/full"
fi
"$exifsim" export "$article" --csv 2>err | head -2 >out
same "a reader may leave early" "$(cat err)" ""

# Perfetto's own reader, where it is installed.
if command -v trace_processor_shell >/dev/null 2>&1; then
    echo "select count(*) as n from stats where severity in ('error', 'data_loss') and value > 0;" >query
    same "errors" "$(trace_processor_shell -q query night.pftrace 2>/dev/null | tail -1)" 0
    cat >query <<'END'
select count(*) as n from slice stop join slice band using (track_id) where stop.name glob 'STOP *' and band.name glob 'in store.exe*'
and band.ts <= stop.ts and stop.ts <= band.ts + band.dur;
END
    same "the stop lies in the visit" "$(trace_processor_shell -q query night.pftrace 2>/dev/null | tail -1)" 1
else
    echo "skipped: Perfetto's own reader, trace_processor_shell, is not here"
fi
finish
