#!/bin/sh
# commands.sh EXIFSIM EXIFSIM_VIEW - every command of commands.def, by a script: it does something, or says why not.
. "$(dirname "$0")/common.sh"
need_fonts
root=$here/../..
names=$(sed -n 's/^COMMAND(\([A-Z_]*\),.*/\1/p' "$root/ui/timeline/commands.def")
cp "$night" mine.ini
file=mine.ini

# Each begins where there is something before and behind it, with a lane chosen and something to undo.
{
    for name in $names; do
        [ "$name" != QUIT ] || continue
        case $name in                           # What there must be first.
        SHOW_HIDDEN) printf 'do LANE_DOWN\ndo HIDE\n' ;;
        VIEW_TIMELINE) echo 'do VIEW_STOP' ;;
        SCROLL_UP) echo 'do SCROLL_DOWN' ;;
        STORY_LEAVE | STORY_PREVIOUS) printf 'wait\ndo STORY_NEXT\nwait\ndo STORY_NEXT\nwait\n' ;;
        EXPAND | FOLD | PIN | HIDE | MOVE_*) echo 'do LANE_DOWN' ;;
        esac
        echo 'wait'
        echo "describe $name.before"
        echo "do $name"
        [ "$name" != PLAY ] || echo 'tick 400'
        echo 'wait'
        echo "describe $name.after"
        echo 'key Escape'
        [ "$name" != PLAY ] || echo 'do PLAY'
        case $name in STORY_*) printf 'do STORY_LEAVE\ndo AXIS\ndo FIT_ALL\ndo ZOOM_IN\nwait\n' ;; esac
    done
} >lines.txt
cat >begin.txt <<'END'
wait
do AXIS
do FIT_ALL
do FIND_LANE
text inetinfo
key Enter
do ZOOM_IN
do PREVIOUS_MARK
do MARK
text a note
key Enter
wait
END
cat begin.txt lines.txt >all.txt
"$view" view --no-settings --no-window --script all.txt "$file" >out 2>err </dev/null || {
    bad "the script: $(tail -1 err)"
    finish
}
for name in $names; do
    case $name in
    QUIT | FULL_SCREEN | CLOSE) continue ;;     # Tried below.
    esac
    if [ -s "$name.after" ] && ! cmp -s "$name.before" "$name.after"; then
        good
    else
        bad "$name: nothing can be seen of it, and nothing is said"
    fi
done

# The chances of a finding, on the ruler, and the run that escapes it as a branch.
cat >fate.txt <<'END'
wait
do FATE
wait
describe fate
do BRANCH
wait
describe escapes
key Enter
wait
describe escaped
END
"$view" view --no-settings --no-window --script fate.txt --seed 1 --surprises RUN:13:1 "$root/scenarios/orders/bluetooth.ini" >out 2>err </dev/null ||
    bad "the chances: $(tail -1 err)"
grep -q 'mark "chance of the finding": from .* 40 of 40 futures' fate && good || bad "no chances on the ruler"
grep -q 'mark "no way back": from record .* on 0 of 300 futures escape' fate && good || bad "no way back is not marked"
grep -q 'The nearest run that escapes: RUN:' escapes && good || bad "the branch that escapes is not offered"
grep -q 'branch: The nearest run that escapes' escaped && good || bad "the branch that escapes is not taken"

# What each is for, in a few words.
says() { # NAME WORDS
    if grep -qF -e "$2" "$1.after"; then good; else bad "$1: nothing says \"$2\""; fi
}
says PALETTE 'dialog "Commands"'
says FIND_LANE 'dialog "Find a lane"'
says KEY_SHEET 'dialog "All keys"'
says GO_TO 'dialog "Go to"'
says RUN_UNTIL 'dialog "Run until"'
says FIND 'dialog "Find a record"'
says WHO_WROTE 'dialog "Who wrote this byte?"'
says RECORDS_FILTER 'dialog "List only records that match"'
says RECORDS 'table "Records"'
says MORE 'dialog "More"'
says FILTER 'dialog "Dim other lanes"'
says OPEN 'dialog "Open"'
says SAVE_CAPSULE 'dialog "Save the run as a capsule"'
says BRANCH 'Kill inetinfo.exe'
says VIEW_STOP 'group "What happened"'
says THEME 'theme: light'
says TEXT_LARGER 'text at 125 %'
says AXIS 'time axis: linear time'
says MOTION 'reduced motion: on'
says TWIN 'the same seed with'
says FASTER 'speed: 3 x'

file=$night
script 'wait' 'do VIEW_STOP' 'expect "Stop screen"' 'do CLOSE' 'expect "list \"Lanes\""' && good || { bad CLOSE; tail -1 err; }
script 'do FULL_SCREEN' 'do FULL_SCREEN' 'do QUIT' 'expect "never read"' && good || { bad QUIT; tail -1 err; }

# Without a run each says so, or opens something; none falls over.
mkdir empty
for name in $names; do
    [ "$name" = QUIT ] || printf 'do %s\nkey Escape\n' "$name"
done >lines.txt
printf '[scenario]\nwrong = yes\n' >wrong.ini
"$view" view --no-settings --no-window --script lines.txt wrong.ini >out 2>err </dev/null
code=$? # The file is wrong to the end, and nothing else is.
[ $code = 2 ] && grep -q 'wrong.ini:2:1' err && ! grep -q 'lines.txt' err && good || bad "without a run: $code $(tail -1 err)"

# A lesson: each of its commands by name, by pointer, and its progress, which the terminal shows as well.
play() { # LINE...: the same with lesson 4.
    printf '%s\n' "$@" >lines.txt
    "$view" view --no-settings --no-window --script lines.txt --lesson "$scenarios/lessons/4_memory.ini" >out 2>err </dev/null
}
play 'wait' 'click "A: yes"' 'expect "No. An address is not a place."' 'do LESSON_HINT' 'expect "Whose memory would"' \
    'do LESSON_SEE' 'wait' 'expect "You see what came next"' 'key Escape' 'wait' 'expect-not "You see"' \
    'do LESSON_REVEAL' 'wait' 'expect "It is: no"' 'do LESSON_NEXT' 'expect "page 2 of 7"' 'wait' 'do LESSON_BACK' \
    'expect "page 1 of 7"' 'wait' 'do LESSON_VIEW' 'expect "as the page shows it"' 'do LESSON_PANE' \
    'expect-not "page 1 of 7"' 'do LESSON_PANE' 'do LESSON_BLACK' 'expect "Black-out"' 'do LESSON_BLACK' &&
    good || { bad "a lesson by commands"; tail -1 err; }
play 'wait' 'click "B: no"' 'wait' 'expect "Right."' && good || { bad "a right answer"; tail -1 err; }
(cd "$scenarios/.." && "$exifsim" lesson) >out 2>err </dev/null
grep -q '4_memory.*begun, best 2 of 14' out && good || bad "progress: $(grep 4_memory out)"
ln -s "$scenarios" scenarios # A lesson's name alone is looked for in scenarios/lessons here.
"$view" view --no-settings --no-window --script /dev/null --lesson 4_memory --notes >out 2>err </dev/null
grep -q 'next:  What lies there' out && good || bad "notes: $(cat out err)"

# By pointer: buttons, lanes, dragging, the wheel; in a small window with large texts too.
file=$night
script 'wait' 'click "What happened"' 'expect "toggle \"What happened\" (focused, checked)"' 'key 1' \
    'click "store.exe"' 'drag 600 300 700 300' 'wheel 600 300 2 Ctrl' 'wheel 600 300 -2' 'wheel 600 300 1 Shift' \
    'double "inetinfo.exe"' 'move 500 400' 'wait' 'size 640 480' 'wait' 'do PRESENTER' 'wait' \
    'shot small.png' 'shot small.svg' 'focus "Whole run"' 'expect "per mille (focused)"' &&
    [ -s small.png ] && [ -s small.svg ] && good || { bad "by pointer"; tail -1 err; }
finish
