#!/bin/sh
# explore.sh EXIFSIM JSON - many orders of one scenario: what is found, proved and refused.
. "$(dirname "$0")/common.sh"
orders=$scenarios/orders
field() { "$json" "$1" <document; }

# A proof: all orders of a story without a fault.
code 0 'proved    90 orders are all there are, modulo equivalence: none of them ends otherwise' \
    "$exifsim" explore "$orders/increments_3x2.ini" --strategy dpor
holds "as the scenario says" out 'expected  yes'
holds "all are different" out 'explored  90 schedules by dpor, 90 different;'
# Sampling sees no order that does not exist.
"$exifsim" explore "$orders/increments_2x4.ini" --strategy random --schedules 3000 --format json >document
same "orders seen by chance" "$(field unique) $(field exhausted)" "70 false"
code 4 'go on     with --resume and a larger --schedules: the state is kept in few/search.state' \
    "$exifsim" explore "$orders/increments_2x4.ini" --strategy pos --schedules 20 --findings few

# What comes out depends neither on the threads, nor on whether the search was ended on the way, nor on who made which part.
summary() { sed '/"rate"/d; s/findings-[a-z0-9]*/F/' document; }
search() { # NAME OPTIONS: a search of 4,000 schedules, into findings-NAME and NAME.json
    name=$1
    shift
    "$exifsim" explore "$orders/bluetooth.ini" --findings "findings-$name" --format json "$@" >document 2>err
    summary >"$name.json"
}
for strategy in random dpor rings; do
    search whole --strategy $strategy --schedules 150
    search two --strategy $strategy --schedules 150 -j 2
    same "$strategy with two threads" "$(cat two.json)" "$(cat whole.json)"
    search parts --strategy $strategy --schedules 61
    search parts --strategy $strategy --schedules 150 --resume -j 2
    same "$strategy, gone on with" "$(cat parts.json)" "$(cat whole.json)"
    rm -rf findings-*
done
search whole --strategy random --schedules 30000
search two --strategy random --schedules 30000 -j 3
same "as many as three threads make" "$(cat two.json)" "$(cat whole.json)"
same "the same capsules" "$(cat findings-two/*.ini)" "$(cat findings-whole/*.ini)"
end_by() { # SIGNAL JOBS: ends a search in the middle, and goes on with it.
    rm -rf findings-killed
    "$exifsim" explore -q "$orders/bluetooth.ini" --strategy random --schedules 30000 -j "$2" --findings findings-killed >out 2>err &
    running=$!
    tries=0
    while [ ! -e findings-killed/search.state ] && [ $tries -lt 600 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    kill "-$1" $running
    wait $running 2>/dev/null
    search killed --strategy random --schedules 30000 --resume
    same "ended by $1 with $2 threads, and gone on with" "$(cat killed.json)" "$(cat whole.json)"
    same "what was found until $1" "$(cat findings-killed/*.ini)" "$(cat findings-whole/*.ini)"
}
end_by KILL 1
end_by KILL 2
end_by TERM 1
holds "how to go on" out 'go on     with --resume: the state is kept in findings-killed/search.state'
end_by TERM 2
for i in 1 2 3; do
    search part$i --strategy random --schedules 30000 --shard $i/3
done
code 1 'shards    2 of 3, 2/3 is missing' "$exifsim" merge --status findings-part3 findings-part1
"$exifsim" merge -o findings-all findings-part2 findings-part3 findings-part1 --format json >document
summary | grep -v '"expected"' >all.json
same "shards, joined" "$(cat all.json)" "$(grep -v '"expected"' whole.json)"
same "capsules of shards, joined" "$(cat findings-all/*.ini)" "$(cat findings-whole/*.ini)"
search all --strategy random --schedules 30100 --resume
search whole --strategy random --schedules 30100 --resume
same "joined, and gone on with" "$(cat all.json)" "$(cat whole.json)"
code 2 'findings-part1/search.state:1:1: shard 1/3 (expected each shard of one search once' \
    "$exifsim" merge --status findings-part1 findings-part1
code 2 '--shard 2/2: a search by dpor has 1 part (expected at most as many shards)' \
    "$exifsim" explore "$orders/bluetooth.ini" --strategy dpor --shard 2/2
# A state of another search, or of none, is refused.
code 2 'findings-whole/search.state:4:10: ' "$exifsim" explore "$orders/account.ini" --strategy random --resume --findings findings-whole
holds "why" err 'the state is that of another scenario, or it was changed)'
code 2 'findings-whole/search.state:3:6: 1 (expected 7: the state is that of another search)' \
    "$exifsim" explore "$orders/bluetooth.ini" --seed 7 --strategy random --resume --findings findings-whole
head -c 300 findings-whole/search.state >cut
mkdir findings-cut && mv cut findings-cut/search.state
code 2 'findings-cut/search.state:' "$exifsim" explore "$orders/bluetooth.ini" --strategy random --resume --findings findings-cut
# What is left, and what may have been missed.
"$exifsim" explore "$orders/increments_3x4.ini" --strategy dpor --schedules 2000 --findings estimate --format json >document
estimate=$(field estimate)
[ "$estimate" -gt 5000 ] && [ "$estimate" -lt 200000 ]
same "near 34,650 are estimated: $estimate" $? 0
"$exifsim" explore "$orders/increments_3x4.ini" --schedules 2000 --findings estimate --format json >document
same "pct's share of the portfolio has a bound" "$(field bound.depth) $(field bound.schedules) $(field bound.actors)" "3 144 4"

# Rings end, and prove what they are.
code 4 'proved    all runs with at most 1 surprise were made' "$exifsim" explore "$orders/increments_2x2.ini" --strategy rings --depth 1
# A finding: its capsule repeats it, and is the same each time.
code 1 'found     STOP 0x000000e2 in bluetooth!Wrong' "$exifsim" explore "$orders/bluetooth.ini" --findings one
holds "in NT's order, too" out "in NT's own order: yes"
again=$(sed -n 's/^again  *exifsim //p' out)
code 1 'stop          0x000000E2' sh -c "'$exifsim' $again -q" # It survives in the calm run, as is expected.
"$exifsim" explore "$orders/bluetooth.ini" --findings other --format json >document
same "kind and stop" "$(field findings.0.kind) $(field findings.0.stop) $(field expected)" "stop 0x000000e2 true"
same "the same capsule" "$(cat other/*.ini)" "$(cat one/*.ini)"
code 0 'parts are left after' "$exifsim" minimize one/*.ini --trust -o small.ini
# A deadlock, although the lock that is waited for is never taken in it.
code 1 'the machine hangs in 1 schedules' "$exifsim" explore "$orders/deadlock01.ini" --strategy dpor --findings hang
# DPCs, timers and APCs are answers, too.
for story in dpc_unload timer_rearm apc_attach; do
    code 1 'expected  yes' "$exifsim" explore "$orders/$story.ini" --strategy dpor --findings "$story"
    code 0 'expected  yes' "$exifsim" explore "$orders/${story}_mended.ini" --strategy dpor
done
# Only what is asked for.
code 0 'found     nothing' "$exifsim" explore "$orders/bluetooth.ini" --strategy dpor --fail hang --findings none
same "no folder without a finding" "$(ls -d none 2>/dev/null)" ""

# A wait for more objects than a step can name is neither held back nor forgotten: the last object alone ends it.
cat >many.c <<'END'
#include <ntddk.h>
static KEVENT Events[6];
static VOID Waits(PVOID Context)
{
    PVOID objects[6];
    KWAIT_BLOCK blocks[6];

    UNREFERENCED_PARAMETER(Context);
    for (int i = 0; i < 6; i++)
        objects[i] = &Events[i];
    KeWaitForMultipleObjects(6, objects, WaitAny, Executive, KernelMode, FALSE, NULL, blocks);
}
static VOID Sets(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    KeSetEvent(&Events[LAST], IO_NO_INCREMENT, FALSE);
}
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    HANDLE thread;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    for (int i = 0; i < 6; i++)
        KeInitializeEvent(&Events[i], NotificationEvent, FALSE);
    PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, Waits, NULL);
    return PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, Sets, NULL);
}
END
for last in 0 5; do
    printf '[scenario]\ntitle = many\nduration = 2 s\nseed = 1\n[machine]\nexchange = no\nprocessors = 1\n[driver many]\nsource = many.c\ndefines = LAST=%s\n[orders]\nmode = free\n[expect]\noutcome = survived\n' $last >many.ini
    code 0 'proved    2 orders are all there are, modulo equivalence: none' "$exifsim" explore many.ini --strategy dpor
done

# NT's own order: a small night of the article, which its load alone does not bring down.
code 1 'found     STOP 0x00000005 in exifs!EnterOnce' "$exifsim" explore "$scenarios/kb908674_orders.ini" --schedules 40 --findings night
code 4 'found     nothing' "$exifsim" explore "$scenarios/kb908674_orders.ini" --schedules 40 --set versions.all=hotfix --findings none
for capsule in night/stop-*; do # The orders that bring the old driver down, with it and with the hotfix.
    "$exifsim" run "$capsule" >out 2>&1
    holds "the old driver" out 'STOP: 0x00000005 ('
    "$exifsim" run "$capsule" --set versions.all=hotfix >out 2>&1
    same "the hotfix does not stop" "$(grep -c 'STOP: 0x' out) $(grep -c 'no process crashed' out)" "0 1"
done
code 0 '' "$exifsim" explore "$orders/own_events.ini" --strategy dpor --format json
"$exifsim" explore "$orders/own_events.ini" --strategy dpor --format json >document
same "one order" "$(field schedules) $(field estimate)" "1 1"

# Priorities and time: what goes wrong in NT's own order goes wrong in no free one.
code 1 'found     STOP 0x000000e2 in priority_inversion!Wrong in the calm order' "$exifsim" explore "$orders/priority_inversion.ini" \
    --strategy delays --schedules 20 --findings late
code 0 'proved    2 orders are all there are, modulo equivalence: none of them ends otherwise' \
    "$exifsim" explore "$orders/priority_inversion.ini" --mode free --set expect.outcome=survived --strategy dpor

# A run that ends by itself is held to what the scenario expects.
code 1 'found     the run ended as survived, expected stop in' "$exifsim" explore "$orders/lazy01.ini" --mode strict --strategy random \
    --schedules 300 --fail expectation --findings short

# What is wrong.
code 2 'ends so already, without another order: the machine hangs (expected a scenario whose calm run does what it expects' \
    "$exifsim" explore "$orders/phase01.ini" --set expect.outcome=survived
code 2 'an empty window, from 1' "$exifsim" explore "$orders/bluetooth.ini" --from 1s --to 500ms
code 2 'an empty window: nothing could have gone otherwise' "$exifsim" explore "$orders/bluetooth.ini" --from 1s
code 2 '--from: "noon" (expected a time such as 78.5s)' "$exifsim" explore "$orders/bluetooth.ini" --from noon
code 2 '--strategy pct needs to know who goes on (expected --mode free' "$exifsim" explore "$scenarios/crash_without_load.ini" --strategy pct
code 2 'expected processors = 1 in [machine]' "$exifsim" explore "$orders/bluetooth.ini" --set machine.processors=2
code 2 'random, pct, pos, surw, delays, rings, bounded, novelty, dpor or portfolio' "$exifsim" explore "$orders/bluetooth.ini" --strategy luck
touch taken
code 2 'taken' "$exifsim" explore "$orders/bluetooth.ini" --findings taken
finish
