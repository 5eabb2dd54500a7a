#!/bin/sh
# wine_view.sh - tries exifsim-view.exe under Wine, beside the native exifsim-view.
#
#     wine_view.sh PROGRAMS NATIVE PREFIX
#
# PROGRAMS has exifsim.exe and exifsim-view.exe, NATIVE the build of this machine, PREFIX is Wine's own folder. Pictures
# have the same bytes as the native ones: both come from the same fonts by the same FreeType and the same deflate. Only
# the inspector's stack frames are left out, which Windows' program does not tell. A PDF is smaller or larger by some
# bytes: the cairo of Debian has patches that the upstream archive has not. The window opens under Xvfb, without which
# that part is left out. Exit 77: no Wine, or no font, here.
set -u

[ $# = 3 ] || {
    echo "usage: wine_view.sh PROGRAMS NATIVE PREFIX" >&2
    exit 2
}
here=$(cd "$(dirname "$0")" && pwd)
scenarios=$(cd "$here/../../scenarios" && pwd)
programs=$(cd "$1" && pwd) || exit 2
native=$(cd "$2" && pwd) || exit 2
mkdir -p "$3"
export WINEPREFIX="$(cd "$3" && pwd)" WINEDEBUG="${WINEDEBUG:--all}" LC_ALL=C.UTF-8
export WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe="
unset DISPLAY NO_COLOR WAYLAND_DISPLAY SDL_VIDEODRIVER
wine=$(command -v wine64 || command -v wine) || {
    echo "wine_view.sh: SKIP: Wine is not installed"
    exit 77
}
fonts=/usr/share/fonts/truetype/dejavu
[ -e "$fonts/DejaVuSans.ttf" ] && [ -e "$fonts/DejaVuSansMono.ttf" ] || {
    echo "wine_view.sh: SKIP: no font DejaVu"
    exit 77
}
[ -e "$WINEPREFIX/system.reg" ] || timeout 120 "$wine" wineboot -i </dev/null >/dev/null 2>&1
work=$(mktemp -d)
server=
trap 'timeout 20 wineserver -k >/dev/null 2>&1; [ -z "$server" ] || kill $server 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 2
mkdir "Bilder ü"
cp "$fonts/DejaVuSans.ttf" "$fonts/DejaVuSansMono.ttf" "Bilder ü/"
passed=0 failed=0

verdict() { # WHAT STATUS
    if [ "$2" = 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf "not ok: %s\n" "$1"
    fi
}
make() { # ENDING WORDS...: both programs make a file
    ending=$1
    shift
    rm -f "native.$ending" "wine.$ending"
    "$native/exifsim" "$@" -o "native.$ending" >native.out 2>&1 </dev/null
    timeout 300 "$wine" "$programs/exifsim.exe" "$@" -o "wine.$ending" >wine.out 2>&1 </dev/null
    verdict "exit code of: $*: $(cat wine.out)" $?
}
both() { # ENDING WORDS...: both programs make the same file
    make "$@"
    cmp "native.$1" "wine.$1" && cmp native.out wine.out
    verdict "the same file: $*" $?
}
night=$scenarios/kb908674.ini

# --- pictures ---------------------------------------------------------------------------------------

for words in --no-inspector "--theme light --text 175 --size 1920x1080" "--at 70s --from 69s --to 71s --axis gaps" "--select inetinfo.exe"; do
    # shellcheck disable=SC2086
    both png render "$night" $words
done
both svg render "$night" --no-inspector --describe
both png render "$night" --no-inspector --font "Bilder ü/DejaVuSans.ttf" --mono-font "Bilder ü/DejaVuSansMono.ttf"
make pdf poster "$night" --font "Bilder ü/DejaVuSans.ttf" --mono-font "Bilder ü/DejaVuSansMono.ttf"
less=$(($(wc -c <native.pdf) - $(wc -c <wine.pdf)))
[ "$(head -c 5 wine.pdf)" = %PDF- ] && [ ${less#-} -lt 500 ]
verdict "a poster of nearly the same size" $?

# --- a window ---------------------------------------------------------------------------------------

if command -v Xvfb >/dev/null; then
    Xvfb -noreset -displayfd 3 -screen 0 1600x1000x24 3>display >xvfb.log 2>&1 &
    server=$!
    for _ in $(seq 100); do [ -s display ] && break; sleep 0.1; done
    DISPLAY=:$(cat display)
    export DISPLAY
    cp "$night" 'Bilder ü/mine.ini'
    printf '%s\n' 'expect "Inspector"' 'shot shot.png' 'describe said.txt' 'quit' >lines.txt
    timeout 120 "$wine" "$programs/exifsim-view.exe" view --settings view.ini --script lines.txt 'Bilder ü\mine.ini' >out 2>err </dev/null
    verdict "a script in a window: $(cat err)" $?
    [ "$(od -An -c -N4 shot.png 2>/dev/null | tr -d ' ')" = '211PNG' ]
    verdict "it takes a picture" $?
    grep -q 'window "exifsim: KB 908674' said.txt
    verdict "it says what is there" $?
    grep -q '^\[window\]' view.ini
    verdict "its settings are kept" $?
else
    echo "no Xvfb: no window is tried"
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
