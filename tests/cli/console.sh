#!/bin/sh
# console.sh EXIFSIM JSON - the administrator's console: lines from standard input, answers, exit codes.
. "$(dirname "$0")/common.sh"
calm=$scenarios/calm_day.ini

type() { # CODE LINES [WORDS...]: types the lines at the console of a scenario.
    want=$1 lines=$2
    shift 2
    printf '%b' "$lines" | "$exifsim" console "$@" >out 2>err
    same "exit code of the lines $lines" $? "$want"
}
lacks() { # WHAT FILE PART
    if grep -qF -e "$3" "$2"; then same "$1" "a line with $3" "none"; else same "$1" "" ""; fi
}

code 0 "usage: exifsim console" "$exifsim" console --help
code 2 "console needs one scenario file" "$exifsim" console
code 2 "(console takes one file)" "$exifsim" console "$calm" "$calm"
code 2 "console takes no --verify" "$exifsim" console --verify "$calm"
code 2 "nofile.ini:1:1: cannot open" "$exifsim" console nofile.ini

# Nothing typed: nothing happens, not even time.
type 0 '' -q "$calm"
same "no lines, no answer" "$(cat out err)" ""
type 0 'time\n' -q "$calm"
same "time stands" "$(cat out)" "2006-09-05 06:00:00, 0.000 s after the first boot"

# A service by hand: stop, look, start; time passes only as much as that takes.
type 0 'run 10 s\nnet stop "Microsoft Exchange Information Store"\nsc query MSExchangeIS\nnet start msexchangeis\nsc query MSExchangeIS\n' \
    -q "$calm"
holds "echo" out 'C:\>net start msexchangeis'
holds "stopped" out 'The Microsoft Exchange Information Store service was stopped successfully.'
holds "its state" out 'STATE              : 1  STOPPED'
holds "started" out 'The Microsoft Exchange Information Store service was started successfully.'
holds "its state again" out 'STATE              : 4  RUNNING'
cp out once
type 0 'run 10 s\nnet stop "Microsoft Exchange Information Store"\nsc query MSExchangeIS\nnet start msexchangeis\nsc query MSExchangeIS\n' \
    -q "$calm"
same "the same lines, the same answers" "$(cat out)" "$(cat once)"

# EXIFS is hidden: it answers to its name, and is in no list.
type 0 'run 2 s\nnet start\nsc query exifs\n' -q "$calm"
lacks "no EXIFS among the started" out '   EXIFS'
holds "but it is there" out 'TYPE               : 2  FILE_SYSTEM_DRIVER'

# Dependents want a /y, or a y; without it nothing stops.
type 0 'run 2 s\nnet stop IISADMIN\nn\nsc query SMTPSVC\nnet stop IISADMIN /y\nsc query SMTPSVC\n' -q "$calm"
holds "asks" out 'Do you want to continue this operation? (Y/N) [N]:'
same "runs, then is stopped" "$(sed -n 's/.*STATE.* \([A-Z]*\)$/\1/p' out | tr "\n" " ")" "RUNNING STOPPED "

# KB 246216 by hand.
type 0 'run 5 s\nnet stop IISADMIN /y\nnet stop MSExchangeSA /y\nnet stop exifs\nnet start exifs\nsubst m: /d\nnet start exifs\neventlog 2\n' \
    -q --set machine.services=exchange-core --set machine.drive_letter=M "$calm"
holds "the article's first line" out 'System error 2 has occurred.'
holds "its second" out 'The system cannot find the file specified.'
holds "after subst" out 'The EXIFS service was started successfully.'
holds "9216 is in the log" out 'EXIFS 9216'

# A line typed while the machine is off waits for the boot.
type 0 'run 61 s\nlm\n' -q "$scenarios/fault_power_back.ini"
holds "the machine is off" out 'The machine is off; the line waits until it boots.'
holds "and is answered after it" out 'loaded in System (4)'

# What is wrong is said with its line, and the rest is done all the same.
type 2 'nte stop x\nrun 5\nnet stop EXIF\nevntlog\neventlog 0\nsubst q\nsc config EXIFS start= now\nrun 1 s\ntime\n' -q "$calm"
holds "a word that is near" err 'stdin:1:1: the command "nte" (expected one such as net stop MSExchangeIS /y); did you mean "net"?'
holds "no unit" err 'stdin:2:1: run "5" (expected a time such as run 10 s'
holds "no such service" err 'stdin:3:1: the service "EXIF" (expected one of this machine such as MSExchangeIS); did you mean "EXIFS"?'
holds "an own word" err 'stdin:4:1: the command "evntlog"'
holds "which own word" err 'did you mean "eventlog"?'
holds "how many" err 'stdin:5:1: eventlog "0"'
holds "what subst takes" err 'stdin:6:1: "q" (expected subst, subst m: /d, or subst m: C:\PATH)'
holds "start types" err 'stdin:7:1: "now" (expected start= system, auto, demand or disabled)'
same "and time went on" "$(cat out)" "2006-09-05 06:00:01, 1.000 s after the first boot"

# The end of a scenario, quit, a stop.
type 4 'run 1 h\nnet start\nwhatever\n\ntime\n' -q "$calm" --set scenario.duration='20 s'
holds "the end" out "The scenario's time is over."
holds "lines that came too late" err "the scenario's time was over; 2 lines were not typed"
holds "time is still told" out "20.000 s after the first boot"
type 0 'time\nquit\nnet start\n' -q "$calm"
same "quit ends" "$(wc -l <out | tr -d ' ')" 1
type 0 'run 200 s\n' -q "$scenarios/drill_none.ini"
holds "the stop screen" out '*** STOP: 0x00000005'
type 1 'run 200 s\n' -q "$scenarios/drill_none.ini" --set expect.outcome=survived
type 4 'run 200 s\ntasklist\neventlog 3\n' -q "$scenarios/drill_none.ini"
holds "the log after the stop" out "Application"
holds "a line after the stop" err "; 1 line was not typed"
finish
