#!/bin/sh
# when.sh EXIFSIM JSON - from when on a finding cannot be escaped any more.
. "$(dirname "$0")/common.sh"

# A crash that a fault brings about: until the fault nothing is decided by chance, so no future escapes.
code 0 'No way back from record ' "$exifsim" explain --when "$scenarios/crash_without_load.ini"
holds "the finding" out 'store.exe crashes with c0000005'
holds "what was varied" out 'Futures: load and schedule drawn anew'
holds "every future" out '40 of 40'
"$exifsim" explain --when "$scenarios/crash_without_load.ini" --format json >one
"$exifsim" explain --when "$scenarios/crash_without_load.ini" --format json >other
same "the same again" "$(cat other)" "$(cat one)"

# A race of a driver: until the end some schedule escapes.
code 0 'At every instant that was asked some future escapes.' "$exifsim" explain --when "$scenarios/guests/stopping/stopping.ini" --vary schedule
holds "what was varied" out 'Futures: schedule drawn anew'

# A run that is over within microseconds: instants are as near as that, and the decision is named.
cp "$scenarios/orders/bluetooth.c" "$scenarios/orders/bluetooth.ini" "$scenarios/orders/story.h" .
code 1 "" "$exifsim" explore bluetooth.ini --schedules 300 --findings found
code 0 "No way back from record " "$exifsim" explain --trust --when found/*.ini
holds "in microseconds" out " us before: 0 of 300 futures escape"
holds "the decision" out "The last decision whose other answer escapes: RUN:"
holds "who was asked, and who went on instead" out "    RUN@System/"
decision=$(sed -n 's/^The last decision whose other answer escapes: \([^ ]*\) at.*/\1/p' out)
code 0 "" "$exifsim" run bluetooth.ini --seed 1 --surprises "$decision,$(sed -n 's/^surprises = //p' found/*.ini)"

# What is wrong.
code 2 'this run finds nothing (expected one that stops, crashes, hangs or breaks a rule)' "$exifsim" explain --when "$quiet"
code 2 'futures belong to one run' "$exifsim" explain --when "$quiet" "$quiet"
code 2 '--vary needs --when' "$exifsim" explain --vary load "$quiet"
code 2 'both, load or schedule' "$exifsim" explain --when --vary weather "$quiet"
finish
