#!/bin/sh
# students.sh EXIFSIM JSON - a student's folder: made, tried as it is, tried mended, and what can be wrong with it.
. "$(dirname "$0")/common.sh"
export XDG_CACHE_HOME="$work/cache"

# --- The list, and a new folder ------------------------------------------------------------------
code 0 "A DPC goes to another process" "$exifsim" lab
same "labs" "$(grep -c ' min$' out)" 10
holds_to_the_page 0 "$exifsim" lab
code 0 "Next: exifsim lab mine" "$exifsim" new lab h5 mine
same "its files" "$(ls mine | tr '\n' ' ')" "REPORT.md TASK.md driver.c lab.ini "
code 0 "" "$exifsim" new lab -q stopping
same "its files" "$(ls stopping | tr '\n' ' ')" "REPORT.md TASK.md driver.c harness.c lab.h lab.ini "
code 2 "mine: File exists (expected a new name)" "$exifsim" new lab h5 mine
code 2 'no lab "h55" (expected a name that `exifsim lab` lists; did you mean h5?)' "$exifsim" new lab h55
code 2 'unexpected "more" (expected a lab' "$exifsim" new lab h5 a more
code 2 "new needs a kind and a name" "$exifsim" new lab

# --- The driver as it comes ----------------------------------------------------------------------
# It does in the lab what the lesson's build does in its scenario: the same stop, and as many records.
for lab in h1 h2 h3 h4 h5 h6 h7 h8; do
    code 0 "stop" "$exifsim" run -q "$labs/$lab/lab.ini"
done
"$exifsim" run --format json "$labs/h3/lab.ini" >mine.json
"$exifsim" run --format json "$scenarios/h3_forgotten_detach.ini" >lesson.json
for field in outcome stop.code stop.arguments.0 records mail.delivered; do
    same "$field of lab and lesson" "$("$json" "runs.0.$field" <mine.json)" "$("$json" "runs.0.$field" <lesson.json)"
done
code 0 "passed" "$exifsim" run -q --verify "$labs/h3/lab.ini"
code 1 "known ends     no         STOP 0x00000005 in exifs!UndoThread" "$exifsim" lab mine
holds "the story" out "brings the machine down: STOP 0x00000005"
code 0 "" "$exifsim" replay -q mine/refuted.ini
holds_to_the_page 1 "$exifsim" lab mine
same "a stop is found" "$("$json" finding <document)" "STOP 0x00000005 in exifs!UndoThread"
same "two of four" "$("$json" points <document) $("$json" most <document)" "2 4"

# --- A race, mended ------------------------------------------------------------------------------
code 1 "the search     no         STOP 0x000000e2 in stopping!Wrong" "$exifsim" lab stopping
code 1 "stopping: refuted" "$exifsim" lab -q stopping
patch -s -d stopping <"$here/mends/stopping/right_rundown.diff"
code 0 "not asked: other numbers of threads and requests" "$exifsim" lab stopping
holds "what refuted an earlier driver goes" out "stopping/refuted.ini, of an earlier driver, is removed."
same "it is gone" "$(ls stopping/refuted.ini 2>/dev/null)" ""
holds "all orders" out "orders of the threads, modulo equivalence: none ends badly"
holds_to_the_page 0 "$exifsim" lab stopping
same "three of three" "$("$json" points <document) $("$json" most <document)" "3 3"
same "it is never called right" "$("$json" verdict <document)" "not refuted"

# --- What can be wrong ---------------------------------------------------------------------------
sed -i.old 's/KeAttachProcess/KeAttachProces/; s/ExifsUndoThere(/ExifsUndoTher(/' mine/driver.c
code 2 "mine/driver.c:" "$exifsim" lab mine
holds "the function that is not there" both "ExifsUndoTher"
holds "what is near" both "does not build"
holds_to_the_page 2 "$exifsim" lab mine
same "the line" "$("$json" errors.0.line <document)" "$(grep -n 'ExifsUndoTher(' mine/driver.c | head -1 | cut -d: -f1)"
printf '[lab]\nname = h9\n' >mine/lab.ini
code 2 'no lab "h9"' "$exifsim" lab mine
printf '[lab]\n' >mine/lab.ini
code 2 "expected" "$exifsim" lab mine
rm mine/lab.ini
code 2 "mine/lab.ini:1:1: cannot open: No such file or directory (expected a scenario file, as \`exifsim new lab\` makes it; or --lab NAME)" \
    "$exifsim" lab mine
rm mine/driver.c
code 2 "mine/driver.c: no such file" "$exifsim" lab mine --lab h5
code 2 "needs --grade SYSTEM" "$exifsim" lab mine --trust -o x
printf '[scenario]\ntitle = x\nduration = 1 s\n[versions]\nexifs = mine\n' >alone.ini
code 2 "alone.ini:5:9: mine without a driver (expected [driver exifs] with its source)" "$exifsim" run alone.ini
cp "$labs/h5/driver.c" .
printf '[scenario]\ntitle = x\nduration = 1 s\n[driver exifs]\nsource = driver.c\n' >unused.ini
code 2 "exifs.h: No such file" "$exifsim" run unused.ini
printf '[scenario]\ntitle = x\nduration = 1 s\n[versions]\nexifs = mine\n[driver exifs]\nsource = driver.c\nstart = demand\n' >start.ini
code 2 "start.ini:8:1: " "$exifsim" run start.ini
finish
