#!/bin/sh
# bad.sh EXIFSIM EXIFSIM_VIEW - what is wrong is told with its place and what was meant: exit code 2.
. "$(dirname "$0")/common.sh"

# The command and its program.
cp "$exifsim" lonely
code 2 "cannot start exifsim-view" env PATH=/nowhere ./lonely view "$quiet"
code 2 "expected the verb as the first word" "$exifsim" -q view "$quiet"
code 0 "usage: exifsim view" "$exifsim" view --help
code 0 "usage: exifsim render" "$exifsim" render --help
code 0 "exifsim render" "$exifsim" render -h
code 0 "exifsim-view 0." "$view" --version

# Options.
for verb in view render; do
    code 2 'unknown option "--tehme", did you mean "--theme"?' "$view" $verb --tehme dark x
    code 2 '--theme "drak" (expected dark, light or high-contrast' "$view" $verb --theme drak x
    code 2 '--text "5" (expected a number from 75 to 300' "$view" $verb --text 5 x
    code 2 '--size "3" (expected WxH' "$view" $verb --size 3 x
    code 2 '--size "99999x2"' "$view" $verb --size 99999x2 x
    code 2 '--seed "abc" (expected a number' "$view" $verb --seed abc x
    code 2 'option "--theme" needs a value (expected dark, light or high-contrast)' "$view" $verb --theme
    code 2 'unexpected "b.ini" (' "$view" $verb a.ini b.ini
done
code 2 'view takes no --out' "$view" view -o x.png "$quiet"
code 2 'render takes no --script' "$view" render --script x "$quiet"
code 2 '--no-window needs --script' "$view" view --no-window "$quiet"
code 2 '--no-settings and --settings "x"' "$view" view --no-settings --settings x "$quiet"
code 2 'option "--no-settings=yes" takes no value' "$view" view --no-settings=yes "$quiet"
code 2 'render needs a scenario' "$view" render -o x.png
code 2 'render needs --out' "$view" render "$quiet"
code 2 '--out "x.gif" (expected a name that ends with .png or .svg' "$view" render "$quiet" -o x.gif
code 2 '--at "4" (expected a time such as 4.2s' "$view" render "$quiet" -o x.png --at 4
code 2 'both --at "4s" and --record (expected one of them' "$view" render "$quiet" -o x.png --at 4s --record 3
code 2 '--from that is not before --to' "$view" render "$quiet" -o x.png --from 4s --to 3s
code 2 '--axis "log" (expected linear, record or gaps' "$view" render "$quiet" -o x.png --axis log
code 2 '--view "film" (expected timeline, stop, curve or boxes' "$view" render "$quiet" -o x.png --view film
code 2 'needs --lesson NAME' "$view" render "$quiet" -o x.png --page 3
code 2 'needs --lesson NAME' "$view" view "$quiet" --presenter
code 2 'with --at (expected one of them: a page says what is shown)' "$view" view --lesson 1_day --at 4s
code 2 'unexpected "b.ini" (a lesson brings its scenario)' "$view" view --lesson 1_day b.ini
code 2 'needs --from and --to' "$view" render "$quiet" --frames f
code 2 'needs --frames FOLDER' "$view" render "$quiet" -o x.png --video v.mp4
code 2 '--view curve (expected a campaign' "$view" render "$quiet" -o x.png --view curve
code 2 '--fps "0"' "$view" render "$quiet" --frames f --fps 0
code 2 '--speed "-1"' "$view" render "$quiet" --frames f --speed -1

# Fonts, displays, files.
code 2 '/nowhere/x.ttf' "$view" render "$quiet" -o x.png --font /nowhere/x.ttf
need_fonts
code 2 'there is no display' env -u DISPLAY -u WAYLAND_DISPLAY -u SDL_VIDEODRIVER "$view" view --no-settings "$quiet"
code 2 'no.ini:1:1: cannot open' "$view" render no.ini -o x.png
code 2 'no.db' "$view" render no.db -o x.png
code 2 '/nowhere/x.png' "$view" render "$quiet" -o /nowhere/x.png
code 2 '/nowhere/x.svg' "$view" render "$quiet" -o /nowhere/x.svg
code 2 '--lanes "qqq"' "$view" render "$quiet" -o x.png --lanes qqq
code 2 '--select "qqq"' "$view" render "$quiet" -o x.png --select qqq
code 2 '--surprises:1:1: ' "$view" render "$quiet" -o x.png --surprises nonsense
code 2 '--set #1:' "$view" render "$quiet" -o x.png --set nonsense
code 2 'no.txt:1:1: cannot open' "$view" view --script no.txt --no-window --no-settings "$quiet"
[ ! -e x.png ] && good || bad "a picture of what went wrong was left"

# Scripts.
wrong() { # CODE PLACE LINE...
    want=$1 part=$2
    shift 2
    script "$@"
    got=$?
    [ $got = "$want" ] && grep -qF -e "$part" err && good || { bad "$*: code $got"; cat err | tail -3; }
}
wrong 2 'lines.txt:2:1: "jump" (expected key, text' '# mine' 'jump'
wrong 2 'lines.txt:1:5: "Ctrl+Blah" (expected a key' 'key Ctrl+Blah'
wrong 2 'lines.txt:1:4: "ZOM_IN" (expected a command: did you mean ZOOM_IN' 'do ZOM_IN'
wrong 2 'lines.txt:1:10: the end of the line (expected a second quote' '  expect "half'
wrong 2 'lines.txt:1:7: "a" (expected a number' 'click a 4'
wrong 1 'lines.txt:1:7: "Nobody" (expected the name of something' 'click "Nobody"'
wrong 1 'lines.txt:2:8: expected "Nobody"' '' 'expect "Nobody"'
wrong 1 'lines.txt:2:12: expected no "Tools"' '' 'expect-not "Tools"'
wrong 2 'lines.txt:1:6: 5 5 (expected' 'size 5 5'
wrong 2 'lines.txt:1:6: "x.gif"' 'shot x.gif'
wrong 2 'expected X Y X Y' 'drag 1 2'
wrong 2 'expected Ctrl, Shift or Alt' 'wheel 1 2 3 Hyper'

# Beyond the end of the run.
code 2 '--at "1 h": the run ends at 180.000 s' "$view" render "$quiet" -o x.svg --at '1 h'
code 2 'the run ends at 180.000 s' "$view" render "$quiet" -o x.svg --from 200s --to 300s
code 2 '--record 999999999: this run has only' "$view" render "$quiet" -o x.svg --record 999999999

# A wrong scenario stays in the window, to be mended.
printf '[scenario]\nextends = %s\nduration = 10 fortnights\n' "$quiet" >wrong.ini
file=wrong.ini
wrong 2 'wrong.ini:3:12: "10 fortnights"' 'expect "3:12: \"10 fortnights\""' 'expect "line 3, column 12"' 'key F5' \
    'expect "This cannot be opened"' 'key Escape' 'expect "No run is open"'

# Each error of a file is told, the first among its lines.
printf '[scenario]\nextends = %s\nduration = 10 fortnights\nseed = many\n[load]\nrate = 1 2 3\n' "$quiet" >wrong.ini
wrong 2 'wrong.ini:4:8: "many"' 'expect "line 3, column 12"' 'expect "wrong.ini:4:8: \"many\""' 'expect "wrong.ini:5:1"'

# What is no file of a run is said, and nothing waits for it.
mkfifo pipe.ini
for file in pipe.ini nofile.db; do
    wrong 2 "$file:" 'expect "This cannot be opened"'
done

# A limit of file sizes: the host's reason, not libpng's, and nothing is left.
(ulimit -f 1; "$view" render "$quiet" --at 5s -o big.png) >out 2>err
[ $? = 2 ] && grep -qF "cannot write big.png: File too large" err && [ -z "$(ls big.png* 2>/dev/null)" ] && good || { bad "big.png"; cat err; }
# Lessons: a file with an error, one that is none, a page that is not there, a page that this run does not show.
lesson=$scenarios/lessons/4_memory.ini
sed "s|extends = ../|extends = $scenarios/|; s/^axis = record/axis = log/" "$lesson" >bad_lesson.ini
code 2 'bad_lesson.ini:28:8: "log" (expected' "$view" render --lesson bad_lesson.ini -o x.png
code 2 'bad_lesson.ini:28:8: "log" (expected' "$view" view --no-settings --no-window --script /dev/null --lesson bad_lesson.ini
code 2 'expected a lesson, such as scenarios/lessons/1_day.ini' "$view" render --lesson "$quiet" -o x.png
code 2 'no_lesson' "$view" render --lesson no_lesson -o x.png
code 2 '--page 9 (expected 1 to 7' "$view" render --lesson "$lesson" --page 9 -o x.png
code 1 '4_memory.ini:29:6: page 1: this run has no such line of a story' "$view" render --lesson "$lesson" -o x.png \
    --set versions.all=hotfix

finish
