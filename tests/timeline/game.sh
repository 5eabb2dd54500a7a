#!/bin/sh
# game.sh EXIFSIM EXIFSIM_VIEW - levels of the game in the window: by keyboard alone, by commands, by pointer; what is wrong is told.
. "$(dirname "$0")/common.sh"
need_fonts
XDG_DATA_HOME=$work/data
export XDG_DATA_HOME

play() { # LEVEL LINE...
    level=$1
    shift
    printf '%s\n' "$@" >lines.txt
    "$view" view --no-settings --no-window --script lines.txt --game "$level" >out 2>err </dev/null
}

# By keyboard alone: a decision, a move, an answer taken back, the end.
play 1 'wait' 'expect "Two clerks, one ledger"' 'expect "Decision 1 of 3"' 'expect "0: go on: Anna reads Balance"' \
    'expect "bring the machine to STOP 0xE2"' 'expect "0; par 1"' 'key Enter' 'wait' 'expect "0: go on: Anna changes Balance"' \
    'expect "Balance = balance + HUNDRED;"' 'key 1' 'wait' 'expect "1; par 1"' 'expect "mark \"surprise\""' 'key U' 'wait' \
    'expect "Decision 2 of 3"' 'expect-not "mark \"surprise\""' 'key 1' 'wait' 'key Enter' 'wait' 'key G' 'wait' 'expect "Won"' \
    'expect "100 points."' 'expect "STOP 0x000000e2 in ledger!Wrong"' &&
    good || bad "by keyboard alone: $(tail -1 err)"

# The picture ends at the decision; at the end of the play it is the whole run. A run lost can be taken back.
play 3 'wait' 'expect "Decision 1 of 40"' 'describe first.txt' 'key G' 'wait' 'expect "Not this time"' \
    'expect "The machine survives."' 'describe whole.txt' 'key 2' 'expect "group \"What happened\""' 'key 1' 'key U' 'wait' 'expect "Decision 1 of 40"' 'describe again.txt' \
    'key R' 'wait' 'expect "Decision 1 of 40"' &&
    good || bad "a run that is lost: $(tail -1 err)"
now() { sed -nE 's/.*status "Now": .*#([0-9 ]*[0-9]).*/\1/p' "$1" | tr -d ' '; }
[ "$(now whole.txt)" -gt "$(now first.txt)" ] && [ "$(now again.txt)" = "$(now first.txt)" ] && good ||
    bad "where the picture ends: $(now first.txt) $(now whole.txt) $(now again.txt)"
cmp -s first.txt again.txt && good || bad "what was taken back can be seen"

# Who waits for the driver behind a transfer that was made slow.
play 3 'wait' 'do GAME_ON' 'wait' 'do GAME_ON' 'wait' 'do GAME_ON' 'wait' 'do GAME_ON' 'wait' 'do GAME_ON' 'wait' 'do GAME_ON' 'wait' \
    'do GAME_ON' 'wait' 'do GAME_ON' 'wait' 'key 1' 'wait' 'do GAME_ON' 'wait' 'do GAME_ON' 'wait' 'do GAME_ON' 'wait' 'do GAME_ON' 'wait' \
    'expect "In line at the driver, for room in the store: atq of inetinfo.exe ("' && good || bad "who waits: $(tail -1 err)"

# By commands, and by pointer.
play 3 'wait' 'do GAME_ON' 'wait' 'expect "Decision 2 of 40"' 'do GAME_HINT' 'expect "Slow is worst"' 'do GAME_UNDO' 'wait' \
    'click "1: it takes ten times as long"' 'wait' 'expect "1; par 1"' 'do GAME_AGAIN' 'wait' 'expect "0; par 1"' \
    'do GAME_CLAIM' 'expect "No: it can be done."' 'do BRANCH' 'expect "its moves are the only branches"' \
    'key Escape' 'do FATE' 'expect "its moves are the only branches"' \
    'click "Go on to the end"' 'wait' 'expect "Not this time"' 'do GAME_END' 'expect "the run is over"' 'key 5' &&
    good || bad "by commands: $(tail -1 err)"
play 10 'wait' 'key Shift+P' 'wait' 'expect "Right, and proved"' 'expect "100 points."' && good || bad "a proof: $(tail -1 err)"

# What was won is kept, and stands on the ruler as a ghost.
"$exifsim" game --list >out 2>err </dev/null
grep -q 'Two clerks.*100 in 1' out && grep -q 'The hotfix.*100 in 0' out && good || bad "the list: $(cat out)"
play 1 'wait' 'expect "move of the best run"' 'expect "100 points; outlined on the ruler"' 'shot ghost.png' 'shot ghost.svg' &&
    [ -s ghost.png ] && good || bad "a ghost: $(tail -1 err)"
grep -q 'level=03_one_slow_disk end=lost' data/exifsim/game.log && good || bad "the log: $(cat data/exifsim/game.log)"

# A picture, at the sizes people have.
for size in 640x480 1280x720 1920x1080; do
    code 0 'group "Game"' "$view" render --game 3 --size $size -o level.png --describe
done

# What is wrong.
code 2 "no level 11 (expected a number from 1 to 10, or a file)" "$view" render --game 11 -o x.png
code 2 "expected a level, such as scenarios/game/01_two_clerks.ini" "$view" render --game "$quiet" -o x.png
code 2 'unexpected "b.ini" (a level brings its scenario)' "$view" view --game 1 b.ini
code 2 'a level says what is shown' "$view" view --game 1 --at 4s
sed "s|extends = |extends = $scenarios/game/|; s/^goal = .*/goal = win/" "$scenarios/game/03_one_slow_disk.ini" >bad.ini
code 2 'bad.ini:13:8: "win" (expected stop' "$view" view --no-settings --no-window --script /dev/null --game bad.ini
finish
