#!/bin/sh
# window.sh EXIFSIM EXIFSIM_VIEW - a real window, under Xvfb, with real keys and a real pointer.
. "$(dirname "$0")/common.sh"
for tool in Xvfb xdotool; do
    command -v $tool >/dev/null 2>&1 || { echo "skipped: $tool is not here"; exit 77; }
done
need_fonts
unset WAYLAND_DISPLAY SDL_VIDEODRIVER
Xvfb -noreset -displayfd 3 -screen 0 1600x1000x24 3>display >xvfb.log 2>&1 &
server=$!
pid=
trap '[ -z "$pid" ] || kill $pid 2>/dev/null; kill $server 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
# What a display's drivers keep until the end is not ours.
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
export ASAN_OPTIONS
for _ in $(seq 100); do [ -s display ] && break; sleep 0.1; done
[ -s display ] || { echo "skipped: Xvfb does not start: $(tail -1 xvfb.log)"; exit 77; }
DISPLAY=:$(cat display)
XDG_RUNTIME_DIR=$work
export DISPLAY XDG_RUNTIME_DIR
cp "$night" mine.ini

# Waits until a command succeeds, for a minute: the machine may have other work.
until_true() {
    for _ in $(seq 600); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    return 1
}
colours() { import -window "$1" -depth 8 txt:- 2>/dev/null | sed 1d | awk '{ print $3 }' | sort -u | wc -l; }
# Waits until the window has answered all it was told, and rests: two looks at its processor time give the same. Where
# nobody tells that time, a while must do.
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat" 2>/dev/null; }
rests() {
    before=$(ticks)
    sleep 0.3
    [ "$(ticks)" = "$before" ]
}
settled() { sleep 0.1; until_true rests || bad "the window never rests"; }
gone() { ! kill -0 "$pid" 2>/dev/null; }
start() { # ARGS...
    "$exifsim" view --settings view.ini "$@" >out 2>err </dev/null &
    pid=$!
    if ! until_true xdotool search --onlyvisible --name "${title:-KB 908674}"; then
        bad "no window called ${title:-KB 908674}: $(cat err)"
        finish
    fi
    window=$(xdotool search --onlyvisible --name "${title:-KB 908674}" | head -1)
    xdotool windowfocus "$window" 2>/dev/null
}
stop() { # KEY: closes it and waits.
    xdotool key --window "$window" "$1"
    if until_true gone; then wait $pid; code=$?; pid=; [ $code = 0 ] && good || bad "code $code: $(cat err)"
    else bad "$1 does not close the window"; finish; fi
}
setting() { grep -qx "$1" view.ini && good || { bad "the settings have no \"$1\""; cat view.ini; }; }

# It shows something; keys and typed text arrive; what was done is found in the settings.
start mine.ini
settled
if command -v import >/dev/null 2>&1; then
    seen=$(colours "$window")
    [ "$seen" -gt 20 ] && good || bad "the window has $seen colours"
fi
for key in y i t t ctrl+equal; do xdotool key --window "$window" $key; settled; done
xdotool key --window "$window" m; settled
xdotool type --window "$window" "noted here"; settled
xdotool key --window "$window" Return; settled
grep -qx 'note = noted here' mine.ini.notes && good || bad "no bookmark: $(cat mine.ini.notes 2>&1)"
xdotool key --window "$window" slash; settled         # The key that opens a field is not typed into it.
xdotool type --window "$window" "store"; settled
xdotool key --window "$window" Return; settled
# The pointer: on the lanes, the wheel, a button of the toolbar.
xdotool mousemove --window "$window" 500 300 click 1 click 4 click 5 keydown ctrl click 4 keyup ctrl; settled
xdotool windowsize "$window" 1400 800; settled
stop ctrl+q
setting 'theme = light'
setting 'inspector = no'
setting 'axis = record'
setting 'text_percent = 125'
setting 'width = 1400'
setting 'height = 800'
setting 'hint_seen = yes'

# What is saved is read again; what is wrong then is shown, and mended.
start mine.ini
sed -i 's/^title = .*/title = another night/' mine.ini
until_true xdotool search --name "another night" && good || bad "a saved scenario is not read again"
sed -i 's/^duration = .*/duration = 10 fortnights/' mine.ini
until_true grep -q 'fortnights" (expected' err && good || bad "what is wrong is not told"
sed -i 's/^duration = .*/duration = 2 min/; s/^title = .*/title = mended/' mine.ini
until_true xdotool search --name "mended" && good || bad "a mended scenario is not read again"
stop ctrl+q

# A script, in the window; playing while it is watched; the window's own closing.
printf 'wait\nshot shot.png\nexpect "Tools"\nexpect "mended"\ndo PLAY\n' >lines.txt
title=mended
start --script lines.txt mine.ini
until_true test -s shot.png && good || bad "no picture by the script: $(cat err)"
stop ctrl+q
printf 'expect "nobody"\n' >lines.txt
code 1 'lines.txt:1:8: expected "nobody"' "$view" view --no-settings --script lines.txt mine.ini

# It sleeps when nothing happens.
start mine.ini
settled
before=$(ticks)
sleep 2
after=$(ticks)
if [ -n "$before" ]; then
    [ $((after - before)) -le 20 ] && good || bad "$((after - before)) ticks of work in two idle seconds"
fi
stop ctrl+q
finish
