#!/bin/sh
# capsule.sh EXIFSIM JSON - a run in a file, and surprises given back.
. "$(dirname "$0")/common.sh"

code 0 "" "$exifsim" run -q "$scenarios/h3_forgotten_detach.ini" --out one.ini
same "a short file" $(($(wc -c <one.ini) < 2048)) 1
holds "the build is named" one.ini "build = $("$exifsim" version | cut -d' ' -f2)"
code 0 "1 passed" "$exifsim" replay one.ini
code 0 "" "$exifsim" lint one.ini
sed 's/^fingerprint = ./fingerprint = 0/; s/^\(fingerprint = 0\).*/\1123456789abcdef/' one.ini >tampered.ini
code 3 "(expected 0123456789abcdef, from the capsule)" "$exifsim" replay tampered.ini
code 3 "" "$exifsim" replay --format json tampered.ini
sed 's/^seed = .*/seed = 77/' one.ini >seed.ini
code 3 "" "$exifsim" replay seed.ini
code 2 "no fingerprint (expected a capsule" "$exifsim" replay "$quiet"
sed 's/^build = .*/build = 0.0.9 abc/' one.ini >old.ini
code 0 "old.ini: made by exifsim 0.0.9 abc, replayed by exifsim" "$exifsim" replay old.ini
sed 's/^build = .*/build = 0.0.9 abc/; s/^seed = .*/seed = 77/' one.ini >old.ini
code 3 "from the capsule); made by exifsim 0.0.9 abc, replayed by exifsim" "$exifsim" replay old.ini

# A capsule needs no other file: neither those that the scenario extends, nor the folder.
mkdir -p far
for file in hotfix dav_hotfix kb281868_tuned kb887742_update drill_root_held replay_counters mapi_users; do
    code "" "" "$exifsim" run -q "$scenarios/$file.ini" --until 2s --out far/one.ini
    same "no path of a scenario in the capsule of $file" "$(grep -cE '^(extends|include)' far/one.ini)" 0
    (cd far && "$exifsim" replay -q one.ini >said 2>&1)
    same "the same fingerprint from another folder: $file" "$(($? == 3 || $? == 2))" 0
done

# Data is named with its hash. It may lie beside the capsule, and must be the same.
cp "$scenarios/replay_smtp_log.ini" log.ini
cp "$scenarios/data/smtp.log" smtp.log
code 0 "" "$exifsim" run -q log.ini --set load.smtp.arrivals=smtp.log --out log_capsule.ini
holds "the hash" log_capsule.ini "arrivals_hash = "
mkdir gone && mv smtp.log gone && cp log_capsule.ini gone
code 0 "1 passed" "$exifsim" replay gone/log_capsule.ini
code 2 "there or beside the capsule" "$exifsim" replay log_capsule.ini
head -20 gone/smtp.log >smtp.log
code 2 "the data of the capsule's run" "$exifsim" replay log_capsule.ini

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
READY = 20%
WAITER = 20%
DISK = 1%

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
code 0 "" "$exifsim" replay -q calm.ini

# A surprise that was not asked or is out of range is told, and given back as it was given.
lost="READY:0:99,PREEMPT:3000000:1"
code 0 "surprise PREEMPT:3000000:1 was not reached: PREEMPT was asked" "$exifsim" run chance.ini --surprises "$lost"
holds "out of range" out "surprise READY:0:99 is out of range: the answer was"
holds "as given" out "--surprises $lost"
code 0 "Questions READY" "$exifsim" run -v chance.ini
code 0 "" "$exifsim" run --format json chance.ini --surprises "$lost"
same "two lines" "$("$json" "runs.0.surprises_failed.#" <out)" 2
same "questions" "$(($("$json" runs.0.questions.PREEMPT <out) > 100))" 1
sed '/^surprises/d; s/^build = .*/&\nsurprises = PREEMPT:3000000:1/' calm.ini >lost.ini
code 3 "surprise PREEMPT:3000000:1 was not reached" "$exifsim" replay lost.ini
code 2 "expected the name or number of a choice site: READY, PREEMPT" "$exifsim" run chance.ini --surprises FOO:1:1

# What cannot stand in a line of a file is said.
code 2 "no capsule can say this run" "$exifsim" run -q "$quiet" --set "scenario.title=a ; b" --out four.ini
same "nothing is left behind" "$(ls | grep -cE 'four|tmp')" 0

# A long line that repeats a run is whole.
set -- "$quiet" --until 1s
for i in $(seq 60); do
    set -- "$@" --set "scenario.story=it's a long story, told for the time of number $i, $(printf '%0100d' "$i")"
done
code "" "shorter: exifsim run" "$exifsim" run "$@"
sed -n "s|^Again: exifsim|\"$exifsim\"|p" out >again.sh
cp out first
sh again.sh >second 2>&1
same "the same fingerprint" "$(grep ^Fingerprint second)" "$(grep ^Fingerprint first)"
finish
