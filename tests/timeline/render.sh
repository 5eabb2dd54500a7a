#!/bin/sh
# render.sh EXIFSIM EXIFSIM_VIEW - pictures without a window: what is asked for is in them, the same each time.
. "$(dirname "$0")/common.sh"
need_fonts
render() { "$exifsim" render "$night" "$@" </dev/null >out 2>err || { bad "render $*"; cat err; }; }
is_png() { # FILE WIDTH HEIGHT, from its header
    set -- "$1" "$(printf '%08x%08x' "$2" "$3")" "$(od -An -tx1 -j16 -N8 "$1" 2>/dev/null | tr -d ' ')"
    [ "$2" = "$3" ] && good || bad "$1: size $3, meant $2"
}
holds() { grep -qF -e "$2" "$1" && good || { bad "$1 has no \"$2\""; }; }
holds_not() { grep -qF -e "$2" "$1" && bad "$1 has \"$2\"" || good; }

render -o a.png
is_png a.png 1280 720
render -o b.png --theme light --text 175 --size 1920x1080
is_png b.png 1920 1080
render -o c.png
cmp -s a.png c.png && good || bad "the same picture has other bytes"
render -o a.svg --describe=words.txt
holds a.svg '<title>exifsim: KB 908674'
holds words.txt 'STOP 0x00000005'
render --describe
holds out 'window "exifsim: KB 908674'
render --describe - --record 1234
holds out '#1 234 of'
render --describe --at 70s --from 69s --to 71s
holds out 'status "Now": 69.9'
render --describe --at 70s --axis gaps
holds out 'logarithmic gaps'
render --describe --lanes store,CPU --no-inspector
holds out 'lane "CPU 0"'
holds out 'lane "store.exe/main'
holds_not out 'lane "inetinfo.exe"'
holds_not out 'Inspector'
render --describe --select inetinfo.exe
holds out 'lane "inetinfo.exe"'
grep -F 'lane "inetinfo.exe"' out | grep -q selected && good || bad "inetinfo.exe is not chosen"
# Each line of the story has the command that shows it, and the command does.
"$exifsim" run -v "$night" >told 2>err
[ "$(sed -n 's/^ *exifsim view //p' told | wc -l)" -ge 5 ] && good || bad "run -v prints no commands of the story"
for at in "$(sed -n 's/^ *exifsim view //p' told | head -1)" "$(sed -n 's/^ *exifsim view //p' told | tail -1)"; do
    eval "\"$exifsim\" render $at --describe" >out 2>err </dev/null || bad "$at: $(cat err)"
    number=$(expr "$at" : ".*--at '#\([0-9]*\)'" | sed -e :a -e 's/\(.*[0-9]\)\([0-9]\{3\}\)/\1 \2/;ta')
    holds out "#$number of"
done
# This folder is not the sources' root: they are found all the same.
case $(uname -m) in
x86_64 | aarch64)
    render --describe --at stop
    grep -q 'text "> [0-9]*: ' out && good || bad "no line of the driver's source from another folder"
    ;;
esac
render --describe --until 5s
holds out 'status "Now": 2.'
code 2 '--video "x.mp4" needs --frames FOLDER' "$exifsim" render "$night" --video x.mp4
render --describe --view stop
holds out '*** STOP: 0x00000005'
render --describe --twin hotfix
[ "$(grep -c 'list "Lanes' out)" = 2 ] && good || bad "there are no two lists of lanes"
render --describe --twin "$quiet"
render --describe --seed 3 --set load.smtp.rate=2/s --surprises PREEMPT:1200:1

# A capsule is rendered like what it is of.
"$exifsim" run -q "$quiet" --out capsule.ini >out 2>&1
"$exifsim" render capsule.ini --describe >out 2>err && holds out 'window "exifsim: ' || bad "a capsule"

# A film.
render --frames film --fps 5 --from 70s --to 71s --size 640x480
[ "$(ls film | wc -l)" = 6 ] && good || bad "$(ls film | wc -l) frames, meant 6"
is_png film/frame-000006.png 640 480
if command -v ffmpeg >/dev/null 2>&1; then
    render --frames film --fps 5 --from 70s --to 71s --size 640x480 --video film.mp4
    [ -s film.mp4 ] && good || bad "no video"
else
    code 2 '--video needs ffmpeg' "$view" render "$night" --frames film --from 70s --to 71s --video film.mp4
fi

# A poster: one page, the same each time; a run in which nothing happens has none.
"$view" poster "$night" -o one.pdf 2>err && good || { bad "a poster"; cat err; }
"$view" poster "$night" -o two.pdf 2>err && good || { bad "a poster again"; cat err; }
cmp -s one.pdf two.pdf && good || bad "the same poster has other bytes"
[ "$(grep -ac '/Type /Page ' one.pdf)" = 1 ] && good || bad "the poster has $(grep -ac '/Type /Page ' one.pdf) pages, meant 1"
code 2 'needs --out FILE.pdf' "$view" poster "$night"
code 2 '.pdf' "$view" poster "$night" -o poster.png
code 2 'has no story' "$view" poster "${night%/*}/calm_day.ini" -o none.pdf
[ ! -e none.pdf ] && good || bad "a file is left of a poster that cannot be"

# A storyboard: one page in four forms, the same each time, in the run's own words; a run that survives has none.
cancel=${night%/*}/guests/races/cancel.ini
for kind in svg html png pdf; do
    "$exifsim" storyboard "$cancel" -o one.$kind 2>err && good || { bad "a storyboard, $kind"; cat err; }
    "$exifsim" storyboard "$cancel" -o two.$kind 2>err
    cmp -s one.$kind two.$kind && good || bad "the same storyboard has other bytes, $kind"
done
is_png one.png 1684 1190
[ "$(grep -ac '/Type /Page ' one.pdf)" = 1 ] && good || bad "the storyboard has $(grep -ac '/Type /Page ' one.pdf) pages, meant 1"
if command -v xmllint >/dev/null; then
    xmllint --noout one.svg 2>err && good || { bad "the storyboard is no XML"; cat err; }
fi
[ "$(grep -c '<li><strong>' one.html)" = 6 ] && good || bad "$(grep -c '<li><strong>' one.html) captions, meant 6"
holds one.html '<strong>Completed again</strong>'
holds one.svg 'completes it again'
holds one.svg 'IRQL_NOT_LESS_OR_EQUAL'
holds_not one.html 'src="http'
"$exifsim" storyboard "$night" -o night.svg --theme dark 2>err && good || { bad "a storyboard of the night"; cat err; }
holds night.svg 'enters store.exe'
code 2 'nothing to tell' "$exifsim" storyboard "${night%/*}/calm_day.ini" -o none.svg
[ ! -e none.svg ] && good || bad "a file is left of a storyboard that cannot be"
code 2 'one of them: the story says what is shown' "$view" render "$cancel" --storyboard one.svg --at stop

# Hand-outs: for paper and for a browser; the key is there only if it is wanted.
lesson=${night%/*}/lessons/2_turns.ini
"$exifsim" lesson "$lesson" --handout out.pdf 2>err && good || { bad "a hand-out"; cat err; }
pages=$(grep -ac '/Type /Page ' out.pdf)
"$exifsim" lesson "$lesson" --handout key.pdf --key --paper Letter 2>err && good || { bad "a hand-out with its key"; cat err; }
[ "$(grep -ac '/Type /Page ' key.pdf)" -gt "$pages" ] && good || bad "the key has no page of its own"
"$view" render --lesson "$lesson" --handout out.html 2>err && good || { bad "a hand-out for a browser"; cat err; }
[ "$(grep -c '<section>' out.html)" = 6 ] && good || bad "$(grep -c '<section>' out.html) pages, meant 6"
holds_not out.html '<h2>Key</h2>'
holds_not out.html 'src="http'
holds out.html 'One at a time'
"$view" render --lesson "$lesson" --handout key.html --key 2>err
holds key.html '<h2>Key</h2>'
code 2 '--handout "out.txt" (expected a name that ends with .pdf or .html)' "$exifsim" lesson "$lesson" --handout out.txt
code 2 '--handout FILE' "$exifsim" lesson "$lesson" --key

# A campaign.
"$exifsim" sweep -q "$quiet" --set 'load.smtp.rate=${1,2}/s' -n 2 -o few.db >out 2>&1 || cat out
# The boxes of the disks, with what they move and how many transfers waited for it.
code 0 'moves 24576 bytes, 2 waited when it began' "$view" render "$night" --view boxes --at 'first DISK_START with queue=3' \
    --describe -o boxes.svg

if [ -e few.db ]; then
    code 0 'window' "$view" render few.db --describe
    "$view" render few.db -o curve.svg 2>err && [ -s curve.svg ] && good || { bad "the curve"; cat err; }
fi
finish
