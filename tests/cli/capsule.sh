#!/bin/sh
# capsule.sh EXIFSIM JSON - a run in a file, and surprises given back.
. "$(dirname "$0")/common.sh"

code 0 "" "$exifsim" run -q "$scenarios/h3_forgotten_detach.ini" --out one.ini
same "under one kilobyte" $(($(wc -c <one.ini) < 1024)) 1
code 0 "1 passed" "$exifsim" replay one.ini
code 0 "" "$exifsim" lint one.ini
sed 's/^fingerprint = ./fingerprint = 0/; s/^\(fingerprint = 0\).*/\1123456789abcdef/' one.ini >tampered.ini
code 3 "(expected 0123456789abcdef, from the capsule)" "$exifsim" replay tampered.ini
code 3 "" "$exifsim" replay --format json tampered.ini
sed 's/^seed = .*/seed = 77/' one.ini >seed.ini
code 3 "" "$exifsim" replay seed.ini
code 2 "no fingerprint (expected a capsule" "$exifsim" replay "$quiet"

# What --set and --until said is inside.
code 0 "" "$exifsim" run -q "$quiet" --seed 9 --set load.smtp.rate=3/s --set load.smtp.rate=4/s --set machine.processors=2 \
    --set scenario.duration=2min --set expect.min_delivered=1 --until 20s --out two.ini
code 0 "" "$exifsim" replay -q two.ini
same "rate" "$(grep -c '^rate = 4/s$' two.ini)" 1

# A run that was over before its warm-up was.
code 0 "" "$exifsim" run -q "$quiet" --set scenario.warm_up=30s --set expect.min_delivered=1 --until 20s --out cold.ini
code 0 "" "$exifsim" replay -q cold.ini

# Chance by seed; the surprises of the run come to the same without any chance.
cat >chance.ini <<END
[scenario]
extends = $scenarios/hotfix.ini
title = chance
duration = 20 s

[choices]
budget = 60
PREEMPT = 0.1%
READY = 0.1%
WAITER = 1%

[expect]
outcome = survived
min_delivered = 100
END
code 0 "" "$exifsim" run --format json chance.ini --out three.ini
cp out document
surprises=$("$json" runs.0.surprises <document)
same "some surprises" $((${#surprises} > 200)) 1
code 0 "" "$exifsim" replay -q three.ini
code 0 "$("$json" runs.0.fingerprint <document)" "$exifsim" run chance.ini --surprises "$surprises"
code 0 "" "$exifsim" test --verify chance.ini
code 0 "" "$exifsim" run -q chance.ini --surprises "" --out calm.ini
same "none is a list, too" "$(grep -c surprises calm.ini)" 0

# What cannot stand in a line of a file is said.
mkdir "with, comma" && cp "$quiet" "with, comma/a.ini"
code 2 "no capsule can say this run" "$exifsim" run -q "with, comma/a.ini" --out four.ini
same "nothing is left behind" "$(ls | grep -cE 'four|tmp')" 0
finish
