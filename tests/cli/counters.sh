#!/bin/sh
# counters.sh EXIFSIM JSON - a run as Performance Monitor logs it, and such a log as the load of another run.
. "$(dirname "$0")/common.sh"

# A column of a CSV whose cells are all quoted, by the end of its name: a value a line, blanks as they are.
column() { # FILE NAME
    awk -v name="$2" 'BEGIN { FS = "\",\"" }
        { sub(/^"/, ""); sub(/"\r?$/, "") }
        NR == 1 { for (i = 1; i <= NF; i++) if (substr($i, length($i) - length(name) + 1) == name) found = i; next }
        { print $found }' "$1"
}
sum() { awk '{ all += $1 } END { printf "%.0f\n", all }'; }

# What it looks like: a header that relog knows, quoted cells, a row an interval and one at the end.
code 0 "As expected: " "$exifsim" run "$quiet" --counters night.csv --interval 10s
same "rows of 180 s" "$(wc -l <night.csv | tr -d ' ')" 20
same "the header" "$(head -c 48 night.csv)" '"(PDH-CSV 4.0) (Coordinated Universal Time)(0)",'
same "the first time" "$(sed -n 2p night.csv | cut -c1-25)" '"09/05/2006 06:00:00.000"'
same "the last time" "$(tail -1 night.csv | cut -c1-25)" '"09/05/2006 06:03:00.000"'
same "cells of every row" "$(tr -d '\r' <night.csv | awk -F'","' '{ print NF }' | sort -u | wc -l | tr -d ' ')" 1
same "every cell is quoted" "$(tr -d '\r' <night.csv | grep -cvE '^"[^"]*"(,"[^"]*")*$')" 0
same "what grows is blank at first" "$(column night.csv 'Messages Received/sec' | head -1)" " "
for name in 'Processor(_Total)\% Processor Time' 'Memory\Pool Nonpaged Bytes' 'Process(store)\Handle Count' 'Process(store)\Thread Count' \
    'PhysicalDisk(0 C:)\Avg. Disk Queue Length' 'LogicalDisk(C:)\Avg. Disk sec/Write' 'SMTP Server(_Total)\Messages Received/sec' \
    'SMTP Server(_Total)\Local Queue Length' 'MSExchangeIS Mailbox(_Total)\Local Delivery Rate' 'MSExchangeIS\VM Largest Block Size' \
    'Epoxy(SMTP)\Client Out Queue Length' 'Epoxy(SMTP)\Store Out Queue Length' 'System\Context Switches/sec' \
    'exifsim(simulator only)\messages on the wire'; do
    same "there is one $name" "$(head -1 night.csv | tr -d '\r' | sed 's/","/\n/g' | tr -d '"' | grep -cxF "\\\\EXIFSIM\\$name")" 1
done

# Looking changes nothing.
"$exifsim" run "$quiet" >plain
"$exifsim" run "$quiet" --counters again.csv --interval 7ms >looked
same "the fingerprint" "$(grep Fingerprint looked)" "$(grep Fingerprint plain)"
"$exifsim" run "$quiet" --counters again.csv --interval 10s >looked
same "the same file twice" "$(cmp night.csv again.csv && echo same)" same

# Totals are what the run says it was, and rates are their growth.
"$exifsim" run "$scenarios/users_heavy.ini" --counters users.csv --interval 1s --format json >document
delivered=$("$json" runs.0.mail.delivered <document)
same "Messages Delivered Total" "$(column users.csv 'Server(_Total)\Messages Delivered Total' | tail -1)" "$delivered"
same "Messages Delivered/sec adds up" "$(column users.csv 'Server(_Total)\Messages Delivered/sec' | sum)" "$delivered"
same "arrivals add up" "$(column users.csv 'exifsim(load smtp)\Arrivals/sec' | sum)" "$("$json" runs.0.mail.arrived <document)"
busy=$(column users.csv 'Processor(_Total)\% Processor Time' | sum)
parts=$(for i in 0 1 2 3; do column users.csv "Processor($i)\\% Processor Time"; done | sum)
same "processors have the mean of _Total" "$((parts - 4 * busy <= 4 && 4 * busy - parts <= 4))" 1
same "no processor is more than busy" "$(column users.csv '% Processor Time' | awk '$1 > 400' | wc -l | tr -d ' ')" 0

# What leaves is sent, and not delivered here.
"$exifsim" run "$scenarios/kb950757.ini" --counters sent.csv --interval 10s --format json >document
same "Messages Sent Total" "$(column sent.csv 'Server(_Total)\Messages Sent Total' | tail -1)" "$("$json" runs.0.mail.delivered <document)"
same "none of it was for a mailbox" "$(column sent.csv 'Mailbox(_Total)\Local Delivery Rate' | sum)" 0
same "nor for SMTP to deliver" "$(column sent.csv 'Server(_Total)\Messages Delivered Total' | tail -1)" 0
same "what drviis.dll holds" "$(($(column sent.csv 'Rows Held By drviis.dll Total' | tail -1) > 30))" 1

# There and back: what one run received is the load of the next. Up to every row at most one message differs.
cat >back.ini <<'END'
[scenario]
title = back again
duration = 180 s
seed = 9
[load smtp]
arrivals = users.csv
column = \\EXIFSIM\SMTP Server(_Total)\Messages Received/sec
spacing = constant
size = 5 KiB
read_back = 0%
[expect]
outcome = survived
END
code 0 "As expected: " "$exifsim" run back.ini --counters back.csv
column users.csv 'SMTP Server(_Total)\Messages Received/sec' >there
column back.csv 'exifsim(load smtp)\Arrivals/sec' >back
same "as many rows" "$(wc -l <back)" "$(wc -l <there)"
same "cumulated they differ by one at most" "$(paste -d: there back | awk -F: '
    { all += $1 - $2; d = all < 0 ? -all : all; if (d > most) most = d } END { print (most <= 1.001) ? "yes" : most }')" yes
same "there was something" "$(($(sum <back) > 1000))" 1
# By the total, which is the same load; and with its rows squeezed it is still all of them.
code 0 "" "$exifsim" run back.ini --set 'load.smtp.column=SMTP Server(_Total)\Messages Received Total' --counters total.csv
more=$(($(column total.csv 'exifsim(load smtp)\Arrivals/sec' | sum) - $(sum <back)))
same "by the total, but for one message ($more more)" $((more >= -1 && more <= 1)) 1
code 0 "" "$exifsim" run back.ini --set load.smtp.time_scale=2 --set load.smtp.rate_scale=2 --counters fast.csv
same "in half the time" "$(column fast.csv 'exifsim(load smtp)\Arrivals/sec' | head -91 | sum)" "$(column fast.csv 'exifsim(load smtp)\Arrivals/sec' | sum)"
same "as many" "$(($(column fast.csv 'exifsim(load smtp)\Arrivals/sec' | sum) - $(sum <back)))" 0

# A capsule finds the file wherever it lies itself; so does a sweep.
mkdir -p elsewhere
code 0 "" "$exifsim" run back.ini --set load.smtp.arrivals=total.csv --out elsewhere/capsule.ini
(cd elsewhere && code 0 "" "$exifsim" replay capsule.ini && [ $failed = 0 ])
same "the capsule in its own folder" $? 0
code 0 "" "$exifsim" sweep back.ini --set 'load.smtp.rate_scale=${0.25, 0.5}' -n 2 -o sweep.db
code 0 "rate_scale" "$exifsim" curve sweep.db

# While the machine is off nobody logs it; what grows begins anew, and is blank rather than wrong.
code 0 "" "$exifsim" run "$scenarios/aftermath.ini" --counters dark.csv
same "blank for a while" "$(($(column dark.csv 'Memory\Pool Nonpaged Bytes' | grep -c '^ $') > 5))" 1
same "and then again" "$(($(column dark.csv 'Memory\Pool Nonpaged Bytes' | tail -1) > 0))" 1
same "no processor is more than busy, over a boot" "$(column dark.csv 'Processor(_Total)\% Processor Time' | awk '$1 > 100' | wc -l | tr -d ' ')" 0
same "what comes again is received once" "$(($(column dark.csv 'Messages Received Total' | tail -1) <= $(column dark.csv 'messages arrived total' | tail -1)))" 1
same "mail goes on arriving" "$(column dark.csv 'exifsim(load smtp)\Arrivals/sec' | grep -c '^ $')" 1

# What does not go together.
usage() { # PART WORDS...
    part=$1
    shift
    code 2 "$part" "$exifsim" "$@"
    same "stdout of usage error: $*" "$(cat out)" ""
}
usage 'needs --counters FILE' run "$quiet" --interval 1s
usage 'a file holds one run' run "$quiet" "$quiet" --counters x.csv
usage 'a file holds one run' run "$quiet" -n 2 --counters x.csv
usage '--interval "0 s"' run "$quiet" --counters x.csv --interval '0 s'
usage '--interval "1 us"' run "$quiet" --counters x.csv --interval '1 us'
usage 'test takes no --counters' test "$quiet" --counters x.csv
usage 'expected two files' run "$quiet" --counters x.csv --out x.csv
usage 'No such file or directory' run "$quiet" --counters nowhere/x.csv
same "nothing is left" "$(ls | grep -c tmp)" 0
finish
