#!/bin/sh
# lab.sh EXIFSIM EXIFSIM_VIEW - a lab in the window, by keyboard alone: the task, an exam that refutes and shows the run, one that does not, errors.
. "$(dirname "$0")/common.sh"
need_fonts
mends=$here/../lab/mends
"$exifsim" new lab stopping >out 2>err && "$exifsim" new lab h3 >out 2>err || bad "new labs: $(cat err)"

lab() { # FOLDER LINE...
    folder=$1
    shift
    printf '%s\n' "$@" >lines.txt
    "$view" view --no-settings --no-window --script lines.txt --lab "$folder" >out 2>err </dev/null
}

# The task, without the marks of its file, beside the student's own run.
lab stopping 'wait' 'expect "Requests use a device that is gone"' 'expect "text \"Mend it. A request may be refused"' 'expect-not "`driver.c`"' \
    'expect "text \"exifsim run lab.ini\""' 'expect "Now\": "' 'expect "button \"Try my driver\" (focused)"' 'expect-not "STOP"' &&
    good || bad "the task: $(tail -1 err)"

# The exam by one key: an order that stops the machine is the picture, at its stop.
lab stopping 'wait' 'key T' 'expect "under way"' 'expect "builds: "' 'do RELOAD' 'expect "the exam of a driver is under way"' 'wait' 'expect "heading \"Refuted\""' \
    'expect "does its work: yes"' 'expect "the search: no"' 'expect "STOP 0x000000e2 in stopping!Wrong"' 'expect "2 of 3 points."' \
    'expect "the smallest run that refutes it"' 'expect "alert \"STOP 0x000000E2 in System\""' 'expect "mark \"surprise\""' 'expect "status \"Status\": STOP"' \
    'expect "Try again\" (focused)"' 'key 2' 'expect "group \"Stop screen\""' 'key 1' 'shot refuted.png' 'key T' 'wait' 'expect "Refuted"' &&
    good || bad "an order that stops it: $(tail -1 err)"
[ -s refuted.png ] && good || bad "no picture"
grep -q '^surprises = RUN' stopping/refuted.ini && good || bad "the capsule: $(cat stopping/refuted.ini)"
lab h3 'wait' 'do LAB_TRY' 'wait' 'expect "known ends: no"' 'expect "alert \"STOP 0x00000001 in inetinfo.exe\""' 'expect "2 of 4 points."' &&
    good || bad "a seed that stops it: $(tail -1 err)"

# A mended driver: what was asked and what was not, and the capsule of the earlier driver goes.
cp -r stopping mended
patch -s -d mended <"$mends/stopping/right_count_first.diff" || bad "the mend"
lab mended 'wait' 'click "Try my driver"' 'wait' 'expect "heading \"Not refuted\""' 'expect "all 876 orders of the threads"' 'expect "not asked: "' \
    'expect "3 of 3 points."' 'expect-not "alert \"STOP"' && good || bad "a mended driver: $(tail -1 err)"
[ ! -e mended/refuted.ini ] && good || bad "the capsule of an earlier driver stays"

# A driver that does not build is told by line, and tried again in the same window once it does.
echo 'oops' >>mended/driver.c
lab mended 'wait' 'expect "Try my driver"' 'key T' 'wait' 'expect "The driver does not build"' 'expect "driver.c:"' 'expect-not "points."' &&
    good || bad "errors: $(tail -1 err)"

# An exam is ended; the pane is hidden, scrolled, and fits a small window.
lab h3 'wait' 'do LAB_END' 'expect "no exam is under way"' 'key T' 'key T' 'expect "E ends it"' 'key E' 'wait' 'expect "No answer: the exam was ended"' &&
    good || bad "an exam that is ended: $(tail -1 err)"
lab h3 'size 640 480' 'wait' 'describe top.txt' 'shot top.png' 'key PageDown' 'shot down.png' 'key Home' 'shot home.png' 'key F2' 'expect-not "group \"Lab\""' \
    'key F2' 'wait' 'expect "Try my driver\" (focused)"' && good || bad "the pane: $(tail -1 err)"
cmp -s top.png home.png && ! cmp -s top.png down.png && good || bad "the pane does not scroll by keys"

# A picture, and what is wrong.
code 0 'group "Lab"' "$view" render --lab h3 -o lab.png --describe
code 2 "nowhere/lab.ini: no such file (expected a folder that" "$view" render --lab nowhere -o x.png
code 2 'unexpected "b.ini" (a lab brings its scenario)' "$view" view --lab h3 b.ini
code 2 'a lab says what is shown' "$view" view --lab h3 --at 4s
code 2 'a lab says what is shown' "$view" view --lab h3 --game 1
finish
