#!/bin/sh
# gdb.sh EXIFSIM - a real gdb on a recorded run: breakpoints in a driver's source, steps, and back again.
set -- "$1" none
. "$(dirname "$0")/../cli/common.sh"
case $(uname -s)-${EXIFSIM_HOST:-$(uname -m)} in
Linux-x86_64) ;;
*)
    code 2 "guests cannot be stepped on this host (expected Linux on x86-64)" "$exifsim" kd -q "$scenarios/kill_without_load.ini" --gdb 0
    exit 77
    ;;
esac
command -v gdb >/dev/null || exit 77

session() { # SCENARIO COMMANDS [OPTION ...]: what gdb prints is in `out`, what exifsim prints in `served`.
    scenario=$1 commands=$2
    shift 2
    rm -f served err
    "$exifsim" kd -q "$scenarios/guests/$scenario" --gdb 0 "$@" >served 2>err &
    server=$!
    until grep -qs localhost: served || ! kill -0 $server; do sleep 0.1; done
    { printf 'set pagination off\nset confirm off\n%s\n' "$(sed 's/^gdb: //' served)"; printf '%b\n' "$commands"; } >commands
    gdb -nx -q -batch -x commands >out 2>gdb.err
    wait $server
    same "exit code of kd" $? 0
}

# In the order given: each line holds its part, behind the one before.
in_order() { # PART ...
    line=0
    for part; do
        next=$(tail -n +$((line + 1)) out | grep -nF -- "$part" | head -1 | cut -d: -f1)
        if [ -z "$next" ]; then
            printf 'not ok: %s\n  expected behind line %s:\n' "$part" "$line"
            cat commands out gdb.err err | sed 's/^/  /'
            failed=$((failed + 1))
            return
        fi
        line=$((line + next)) passed=$((passed + 1))
    done
}

driver=stopping/stopping.ini source=$scenarios/guests/stopping/stopping.c
stop=$(grep -n 'Drain();' "$source" | tail -1 | cut -d: -f1)
flag=$(grep -n 'State.Stopping = TRUE' "$source" | tail -1 | cut -d: -f1)

# A breakpoint in the driver's source, steps into a function and over a call, and each of them back.
session $driver "break stopping.c:$stop\ncontinue\nbt 3\nstep\nnext\nreverse-next\nreverse-step\nreverse-continue\ndetach"
in_order "hit Breakpoint 1, Stop ()" "in StopsAndStarts" "in PspSystemThreadStartup" "Drain ()" "Leave();" "State.Stopping = TRUE;" \
    "Drain();" "No more reverse-execution history."

# To the stop, whose stack leads to the driver's line; nothing can be changed there; back to the last breakpoint before.
session $driver 'continue\nbt\nset var State.Stopping = 1'
in_order "No more reverse-execution history." "ASSERT(State.Work != NULL)" "Requests"
holds "the stop" gdb.err "*** Fatal System Error: 0x"
holds "nothing is changed" gdb.err "Cannot access memory at address"
session $driver 'continue\nbreak Stop\nreverse-continue\nbt 1\ncontinue\ndetach'
in_order "No more reverse-execution history." "hit Breakpoint 1, Stop ()" "#0  Stop ()" "No more reverse-execution history."

# Memory that is watched, forwards and backwards; the same places are met in another session.
session $driver 'break Requests\ncontinue\nwatch State.Stopping\ndelete 1\ncontinue\nreverse-continue\ninfo registers rip\nstepi\nreverse-stepi\nprint State.Stopping\ndetach'
in_order "Old value = 0" "New value = 1" "Old value = 1" "New value = 0" "$flag	" "Drain+" "Old value = 0" "$flag	" '$1 = 0'
grep -v 0x out >one
session $driver "$(sed -n '4,$p' commands)"
grep -v 0x out >other
same "a second session" "$(cat other)" "$(cat one)"

# The commands of kd at gdb's prompt; threads with their names; a breakpoint that cannot be.
session $driver 'break Requests\ncontinue\nmonitor !thread -1; lm\nmonitor nonsense\ninfo threads\nbreak KeBugCheckEx\ncontinue\ndetach'
in_order "hit Breakpoint 1, Requests" '"System/stopping"' "Breakpoint 2 at"
for part in "RUNNING on processor" "nt!PspSystemThreadStartup" "stopping   (private pdb symbols)" 'the command "nonsense"' \
    "Cannot insert breakpoint 2"; do # What the target says goes to standard error.
    holds "said by the target" gdb.err "$part"
done

# A program, its driver below, and the pointer that it passed; from the end of the run backwards.
session echo/echo.ini 'break EchoWrite\ncontinue\nbt\nup 6\ndetach' --at 'last PROCESS_EXIT'
in_order "No more reverse-execution history."
session echo/echo.ini 'break EchoWrite\ncontinue\nbt\ndetach'
in_order "hit Breakpoint 1, EchoWrite" "in IofCallDriver" "in win32_WriteFile" "in guest_main () at"

# Over calls that switch threads, with another thread at a breakpoint that does not count, and back line by line; off the end of a
# function that nobody but the kernel has called, and back.
session $driver 'break StopsAndStarts\ncontinue\ndelete\nbreak Enter if 1==0\nnext\nnext\nnext\nreverse-next\nreverse-next\ndetach'
in_order "Nap(15);" "Stop();" "Nap(15);" "Start();" "Nap(15);" "Stop();"
ends=$(grep -n 'return STATUS_SUCCESS;' "$scenarios/guests/echo/echo.c" | tail -1 | cut -d: -f1)
session echo/echo.ini "break echo.c:$ends\ncontinue\ndelete\nnext\nnext\nreverse-next\nreverse-next\nfinish\ndetach"
in_order "return STATUS_SUCCESS;" "}" "No more reverse-execution history." "return STATUS_SUCCESS;" "in IopLoadDriver"

# gdb may go without a word.
session $driver 'kill'

# What is wrong.
code 2 "expected a port from 1 to 65535" "$exifsim" kd "$scenarios/guests/$driver" --gdb 70000
code 2 'both --command "k" and --gdb (expected one of them)' "$exifsim" kd "$scenarios/guests/$driver" --gdb 0 -c k
rm -f served
"$exifsim" kd -q "$scenarios/guests/$driver" --gdb 0 >served 2>err &
until grep -qs localhost: served; do sleep 0.1; done
port=$(sed 's/.*://' served)
code 2 "port $port: Address already in use" "$exifsim" kd -q "$scenarios/guests/$driver" --gdb "$port"
printf 'target remote localhost:%s\nkill\n' "$port" >commands
gdb -nx -q -batch -x commands >/dev/null 2>&1
wait
finish
