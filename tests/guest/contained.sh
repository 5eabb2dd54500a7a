#!/bin/sh
# contained.sh EXIFSIM SOURCES - whatever a driver does, the tool survives and says what the machine did; and memory is memory.
set -u
exifsim=$1 sources=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
XDG_CACHE_HOME=$work/cache
export XDG_CACHE_HOME
cp "$sources"/* "$work" || exit 1
cd "$work" || exit 1
passed=0 failed=0

judge() { # WHAT BAD: BAD 0 passes; else the test says WHAT, and what was printed.
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
        return
    fi
    echo "not ok: $1"
    sed 's/^/  read  /' said
    failed=$((failed + 1))
}

# mistake WHAT WANTED TEXT: a run of bad.c with this mistake has this exit code, and prints this text.
mistake() {
    cat >bad.ini <<INI
[scenario]
title = A mistake
duration = 30 s
seed = 1
[machine]
processors = 2
exchange = no
[driver bad]
source = bad.c
defines = WHAT=$1
INI
    "$exifsim" run bad.ini >said 2>&1
    got=$?
    [ "$got" -eq "$2" ] && grep -qF -e "$3" said
    judge "mistake $1: exit code $got (expected $2), and a line with $3" $?
}

# A stop that nobody expected is no failure here: the scenario expects nothing.
mistake 1 0 'STOP: 0x0000007E (0xC0000005'
mistake 2 0 'STOP: 0x000000D1 (0x00000008,0x00000002,0x00000001'
mistake 3 0 'STOP: 0x0000007E (0xC0000094'
mistake 4 0 'STOP: 0x0000007F (0x00000008'
mistake 5 0 'STOP: 0x0000007E (0xC0000005'
mistake 6 0 'STOP: 0x00000019 (0x00000020'
mistake 7 1 'the machine was destroyed, beyond a stop, by bad'
mistake 8 1 'waiting for a spin lock'
mistake 9 1 'processor 0 has been at IRQL 2 for 10 s of simulated time'
mistake 10 1 'made no call of the kernel'
mistake 11 0 'caught c0000005'
mistake 15 0 'STOP: 0x0000007E (0xC0000022,0xF8'
mistake 14 0 'STOP: 0x000000BE (0xF8'
mistake 13 1 'a filter returns EXCEPTION_CONTINUE_EXECUTION'
mistake 12 0 'bad!mistake'
[ "$(grep -c 'nt!KeBugCheckEx+' said)" -eq 1 ]
judge "KeBugCheckEx is to stand once" $?
mistake 16 0 'PROCESS_NAME:  ???'
! LC_ALL=C grep -q '[^ -~	]' said
judge "a smashed name is to be printed as text" $?
sed -i.old 's/WHAT=.*/WHAT=9/; s/exchange = no/&\nhung_after = 2 s/' bad.ini
! "$exifsim" run bad.ini >said 2>&1 && grep -qF 'at IRQL 2 for 2 s of simulated' said
judge "hung_after" $?
# A loop that calls nobody is a machine that hangs.
sed 's/WHAT=.*/WHAT=10\n[expect]\noutcome = hung/' bad.ini >loop.ini
"$exifsim" run loop.ini >said 2>&1 && grep -qF 'As expected: the run hung.' said
judge "outcome = hung of a loop that calls nobody" $?
# A machine that a driver destroys or hangs has no outcome in a sweep: it did not survive.
for what in 7 9 10; do
    sed "s/WHAT=.*/WHAT=$what/" bad.ini >swept.ini
    "$exifsim" sweep swept.ini -n 1 --set 'machine.processors=${1}' -o swept$what.db >said 2>&1
    got=$?
    "$exifsim" export swept$what.db --csv >rows 2>&1
    if [ "$got" -eq 1 ] && grep -q 'crashed,,.*bad: ' rows && ! grep -q survived rows; then
        passed=$((passed + 1))
    else
        echo "not ok: a sweep of mistake $what: exit code $got (expected 1)"
        sed 's/^/  read  /' said rows
        failed=$((failed + 1))
    fi
done
# ended CODE TEXT COMMAND ...: the command ends with this exit code, and prints this text.
ended() {
    wanted=$1 text=$2
    shift 2
    "$@" >said 2>&1 </dev/null
    got=$?
    [ "$got" -eq "$wanted" ] && grep -qF -e "$text" said
    judge "$*: exit code $got (expected $wanted), and a line with $text" $?
}
# So it is for who looks at the machine otherwise.
printf 'run 20 s\n' >lines
for what in 7 10; do
    text='made no call of the kernel'
    [ $what -eq 7 ] && text='a fault where no simulated code runs'
    sed "s/WHAT=.*/WHAT=$what/" bad.ini >looked.ini
    ended 4 "$text" "$exifsim" kd looked.ini -c q
    ended 1 "$text" sh -c "\"$exifsim\" console looked.ini <lines"
done
sed "s/WHAT=.*/WHAT=7/" bad.ini >looked.ini
ended 0 '"broken"' sh -c "\"$exifsim\" export looked.ini -q --json -o out.json --format json"
ended 1 'a fault where no simulated code runs' "$exifsim" explain looked.ini
sed "s/WHAT=.*/WHAT=9/" bad.ini >looked.ini
ended 0 'machine-hangs' "$exifsim" explain -q looked.ini
# Articles of Exchange are not weighed where it is not installed.
sed "s/WHAT=.*/WHAT=12/" bad.ini >looked.ini
ended 0 'guest-driver' "$exifsim" explain looked.ini
! grep -q 'KB [0-9]' said
judge "an article of Exchange on a machine without it" $?
for what in 1 2 3 4 5 6; do # The place of the mistake.
    mistake $what 0 "bad!"
done

"$exifsim" run --verify touch.ini >said 2>&1
judge "touch.ini" $?
ended 0 '0x000000CE' "$exifsim" test gone.ini # The routine of an unloaded driver is not called.
"$exifsim" test -n 16 -j 4 touch.ini >said 2>&1
judge "touch.ini, with four worlds at once" $?
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
