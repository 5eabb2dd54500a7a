#!/bin/sh
# game.sh EXIFSIM JSON - the game in the terminal: every level is beaten by its recorded solution; scripts, hints, claims; what is kept.
. "$(dirname "$0")/common.sh"
export XDG_DATA_HOME="$PWD/data"
game=$scenarios/game

# --- Every level ---------------------------------------------------------------------------------
number=0
for level in "$game"/*.ini; do
    number=$((number + 1))
    if grep -q '^par = 0' "$level"; then
        echo prove >script
    else
        sed -n 's/^solution[_0-9]* = //p' "$level" | tr ',' '\n' >script
    fi
    code 0 "100 points." "$exifsim" game $number --script script
done
same "ten levels" $number 10
code 0 "10  The hotfix" "$exifsim" game --list
same "all at their best" "$("$exifsim" game | grep -c '100 in ')" 10
code 0 "" "$exifsim" game --check-levels
same "ten are right" "$(grep -c '^pass' out)" 10
same "each par is proved" "$(grep -c ', proved: ' out)" 10

# --- Who waits behind whom -----------------------------------------------------------------------
{ echo DISK:72:1 && yes '' | head -30 && echo q; } >typed
code 0 "In line at the driver, for room in the store: atq of inetinfo.exe (" sh -c "\"$exifsim\" game 3 <typed"
same "nobody is in line in the calm run" "$(yes '' | head -39 | "$exifsim" game 3 | grep -c 'In line\|Behind it')" 0
{ sed -n 's/^solution = //p' "$game/04_guard_the_night.ini" && yes '' | head -60 && echo q; } >typed
code 0 "Behind it at the disk: atq of inetinfo.exe (" sh -c "\"$exifsim\" game 4 <typed"

# --- Scripts -------------------------------------------------------------------------------------
printf '# lost\ngo on\n' >script
code 1 "Not this time: The machine survives." "$exifsim" game 3 --script script
printf 'answer 1\nundo\nDISK:72:1   # the move\n' >script
code 0 "1 move, par 1, 0 hints: 100 points." "$exifsim" game 3 --script script
# A move by its anchor, as a capsule has it; also behind another move, which changes the numbers.
"$exifsim" run -q "$game/03_one_slow_disk.ini" --surprises DISK:72:1 -o capsule.ini >/dev/null
sed -n 's/^anchors = //p' capsule.ini >script
code 0 "1 move, par 1, 0 hints: 100 points." "$exifsim" game 3 --script script
{ echo 'answer 1' && sed -n 's/^anchors = //p' capsule.ini; } >script
code 0 "2 moves, par 1, 0 hints: 50 points." "$exifsim" game 3 --script script
printf 'DISK@nobody.exe/none+BOOT.1#0=1\n' >script
code 2 'script:1:1: "DISK@nobody.exe/none+BOOT.1#0=1" is gone (expected an anchor of this run)' "$exifsim" game 3 --script script
sed "s|extends = |extends = $game/|; s|^solution = .*|solution = $(sed -n 's/^anchors = //p' capsule.ini)|" "$game/03_one_slow_disk.ini" >anchored.ini
code 0 "pass" "$exifsim" game --check-levels anchored.ini
printf 'hint\nhint\nhint\ngo on to 3\nDISK:72:1\n' >script
code 0 "Hint: The next move of the best play known is one of decisions" "$exifsim" game 3 --script script
code 0 "1 move, par 1, 3 hints: 70 points." "$exifsim" game 3 --script script
printf 'hint\nhint\nhint\nhint\nhint\nDISK:72:1\n' >script # The move, said again, is free.
code 0 "1 move, par 1, 3 hints: 70 points." "$exifsim" game 3 --script script
sed -n 's/^solution = //p' "$game/04_guard_the_night.ini" >script
code 0 "Won: The machine survives." "$exifsim" game 4 --script script
same "a night that is survived has no story" "$(grep -c storyboard out)" 0
printf 'answer 1\nDISK:72:1\n' >script
code 0 "2 moves, par 1, 0 hints: 50 points." "$exifsim" game 3 --script script
printf 'claim\n' >script
code 0 "50 points" "$exifsim" game 10 --script script
code 2 "script:1:1: a claim that is wrong (expected" "$exifsim" game 3 --script script
printf '\n  jump\n' >script
code 2 'script:2:3: "jump" (expected a move such as DISK:5164:1' "$exifsim" game 3 --script script
printf 'DISK:72:1\nDISK:72:1\n' >script
code 2 'script:2:1: "DISK:72:1" does not come up behind decision' "$exifsim" game 3 --script script
printf 'DISC:72:1\n' >script
code 2 'script:1:1: "DISC" (expected the name or number of a choice site' "$exifsim" game 3 --script script
printf 'POOL:3:1\n' >script
code 2 'script:1:1: "POOL:3:1" does not come up' "$exifsim" game 3 --script script
printf 'answer 2\n' >script
code 2 'script:1:1: "answer 2" (expected a number from 1 to 1)' "$exifsim" game 3 --script script
printf 'go on to the end\ngo on\n' >script
code 2 'script:2:1: "go on" behind the end of the run (expected undo, or no line)' "$exifsim" game 3 --script script
printf 'undo\n' >script
code 2 'script:1:1: nothing to take back' "$exifsim" game 3 --script script
code 2 "nowhere: cannot be read (expected a file with moves)" "$exifsim" game 3 --script nowhere

# --- By hand -------------------------------------------------------------------------------------
printf '\n\n1\ng\nq\n' >hands
sh -c "\"$exifsim\" game 1 <hands" >out 2>&1
holds "the line of source" out "Balance = balance + HUNDRED;"
holds "what he touches" out "changes Balance"
holds "the end" out "Not this time"
holds "the command that shows it" out "See it:   exifsim view"
printf '\n1\n\n\n\n\n\nq\n' >hands
sh -c "\"$exifsim\" game 1 <hands" >out 2>&1
holds "won" out "Won: STOP 0x000000e2 in ledger!Wrong"
holds "its story" out "Its story: exifsim storyboard"
printf 'x\n9\nDISK:1:1\nu\nh\nl\n?\np\ng 2\ng 70\nq\n' >hands
sh -c "\"$exifsim\" game 5 <hands" >out 2>&1
holds "an unknown word" out '"x" (expected Enter, a number of the list'
holds "no such answer" out '"9" (expected Enter'
holds "a move that lies behind" out '"DISK:1:1" does not come up behind decision 1'
holds "a proof that fails" out "No: it can be done. That costs 10 points."
sed 's/^\[Enter.*?: help\] //; s/^\[u: .*end\] //; /^  See it:/d; /^  Its story:/d' out >lines
same "lines have 80 columns" "$(awk 'length > 80' lines)" ""
sh -c "printf 'q\n' | \"$exifsim\" game 1" | sed -n '/^1  Two/,/^\[Enter/p' >picture
same "lines of a picture" "$(awk 'END { print (NR <= 24) }' picture)" 1

# A run of the same surprises ends the same way.
code 0 "0x00000005" "$exifsim" run -q "$game/03_one_slow_disk.ini" --surprises DISK:72:1 --set expect.outcome=stop

# --- What is kept --------------------------------------------------------------------------------
holds "the best play" data/exifsim/progress.ini "play = DISK:72:1"
holds "the log" data/exifsim/game.log "level=03_one_slow_disk end=won points=50 moves=2"
sh -c "printf 'q\n' | \"$exifsim\" game 3" >out
holds "the ghost on the ruler" out "--o--"
holds "the best is told" out "Your best: 100 points"

# --- Wrong levels --------------------------------------------------------------------------------
code 2 "no level 11 (expected a number from 1 to 10, or a file)" "$exifsim" game 11
code 2 "no level 0 (expected" "$exifsim" game 0
code 2 "a scenario without a [level] section (expected a level" "$exifsim" game "$scenarios/calm_day.ini"
code 2 "expected a scenario file" "$exifsim" game nobody
code 2 "2 levels (expected one, to be played)" "$exifsim" game 1 2
sed "s|extends = |extends = $game/|; s/^goal = .*/goal = win/; s/^moves/move/" "$game/03_one_slow_disk.ini" >bad.ini
code 2 'bad.ini:13:8: "win" (expected stop' "$exifsim" game bad.ini
code 2 'move' "$exifsim" lint bad.ini
sed "s|extends = |extends = $game/|; s/^window = .*/window = 1 ns .. 2 ns/" "$game/03_one_slow_disk.ini" >empty.ini
code 2 "empty.ini:1:1: nothing can be decided in this level (expected" "$exifsim" game empty.ini
sed "s|extends = |extends = $game/|; s/^goal = .*/goal = survive/" "$game/03_one_slow_disk.ini" >easy.ini
code 2 "easy.ini:1:1: the calm run wins already (expected" "$exifsim" game easy.ini
sed "s|extends = |extends = $game/|; s/^solution = .*/solution = DISK:66:1/" "$game/03_one_slow_disk.ini" >wrong.ini
code 1 "the solution does not win; this one does: DISK:72:1" "$exifsim" game --check-levels wrong.ini
sed "s|extends = |extends = $game/|; s/^solution = .*/solution = DISK:66:1,DISK:72:1/; s/^par = 1/par = 2/" "$game/03_one_slow_disk.ini" >long.ini
code 1 "a move of the solution is not needed" "$exifsim" game --check-levels long.ini
code 0 "" "$exifsim" lint "$game"/*.ini

# --- The same every time -------------------------------------------------------------------------
printf '\n\n\n1\nl\ng\nq\n' >hands
for turn in 1 2; do sh -c "XDG_DATA_HOME=$PWD/none$turn \"$exifsim\" game 7 <hands" >turn$turn 2>&1; done
same "two plays, one text" "$(cmp turn1 turn2 && echo equal)" equal
finish
