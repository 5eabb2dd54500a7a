#!/bin/sh
# anchors.sh EXIFSIM JSON - a capsule that was made before the driver was edited is still of use.
. "$(dirname "$0")/common.sh"

stories=$(cd "$(dirname "$0")/../../scenarios/orders" && pwd)
cp "$stories/bluetooth.c" "$stories/bluetooth.ini" "$stories/story.h" .
cp bluetooth.c before.c
code 1 "STOP 0x000000e2 in bluetooth!Wrong" "$exifsim" explore bluetooth.ini --schedules 300 --findings found
code 0 "RUN:" "$exifsim" minimize --trust found/*.ini -o small.ini
holds "the capsule says what was found" small.ini "finding = STOP 0x000000e2 in bluetooth!Wrong"
holds "who was asked, where, and who went on" small.ini ":BeginIo<Requests<"
holds "that is a name of a thread" small.ini "=System/Removes"
code 0 "Reproduced: the fingerprint is the capsule's." "$exifsim" replay small.ini
count=$(sed -n 's/^surprises = RUN:\([0-9]*\):.*/\1/p' small.ini)

# Calls in three places, each of which is a question more: the number names another question, the anchor the same.
edit()
{
    sed "$1" before.c >bluetooth.c
}
edit 's/^static KEVENT Idle;/static volatile LONG Seen, Gone;\n&/
s/^    if (!BeginIo())/    InterlockedIncrement(\&Seen);\n&/
s/^    Stopping = TRUE;/    InterlockedIncrement(\&Gone);\n    InterlockedIncrement(\&Gone);\n&/
s/^    EndIo();/    InterlockedIncrement(\&Seen);\n&/'
code 0 "STOP: 0x000000E2" "$exifsim" replay small.ini
holds "it held" err "1 of 1 surprises found by their anchors, 0 moved, 0 gone"
code 0 "RUN:" "$exifsim" minimize small.ini -o now.ini
same "the number is another now" "$(sed -n 's/^surprises = RUN:\([0-9]*\):.*/\1/p' now.ini | grep -c "^$count\$")" 0
code 0 "" "$exifsim" run bluetooth.ini --surprises "$(sed -n 's/^surprises = //p' small.ini)"

# The function goes into another, and the place is near: moved, and said to where.
edit 's/^static BOOLEAN BeginIo(VOID)/static BOOLEAN Inner(VOID)/
s/^static VOID Requests(PVOID Context)/static BOOLEAN BeginIo(VOID)\n{\n    return Inner();\n}\n\n&/'
code 3 "" "$exifsim" replay small.ini
holds "it has gone with its function" err "gone:  RUN@"
edit 's/^    if (Stopping)$/    ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 8, 0x31414141));\n&/'
code 0 "Reproduced: " "$exifsim" replay small.ini
holds "moved" err "  moved: RUN@"
holds "to where" err "      to RUN@"

# The driver mended: the question is there, the stop is not.
edit 's/^#include "story.h"/#define MENDED\n&/'
code 3 "no finding (expected STOP 0x000000e2 in bluetooth!Wrong, from the capsule)" "$exifsim" replay small.ini
edit ''
code 0 "Reproduced: the fingerprint is the capsule's." "$exifsim" replay small.ini

# By hand: anchors are taken wherever numbers are.
anchor=$(sed -n 's/^anchors = //p' small.ini)
code 1 "STOP: 0x000000E2" "$exifsim" run bluetooth.ini --seed 1 --surprises "$anchor"
code 0 "" "$exifsim" run bluetooth.ini --seed 1 --surprises "RUN@System/Nobody#0=1"
holds "nobody of that name" err "gone:  RUN@System/Nobody#0=1"
code 2 "--surprises:1:1: \"RUN@\" (expected a thread such as store.exe/proxy_0 behind \"@\")" \
    "$exifsim" run bluetooth.ini --seed 1 --surprises RUN@
code 2 "expected \"=\" and the answer" "$exifsim" run bluetooth.ini --seed 1 --surprises "RUN@System/Removes#0"
code 2 "expected the name of a site" "$exifsim" run bluetooth.ini --seed 1 --surprises "WALK@System/Removes#0=1"
sed '/^seed/d' bluetooth.ini >seedless.ini
code 2 "anchors without a seed" "$exifsim" run seedless.ini --surprises "$anchor"
finish
