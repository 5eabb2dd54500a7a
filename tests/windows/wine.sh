#!/bin/sh
# wine.sh - tries exifsim.exe under Wine, beside the native exifsim.
#
#     wine.sh PROGRAMS NATIVE PREFIX [all]
#
# PROGRAMS has exifsim.exe and host_check.exe, NATIVE the build of this machine, PREFIX is Wine's own folder and is made
# when it is not there. First what only Windows has: paths with '\' and a drive, names beyond ASCII in UTF-16, Ctrl+C,
# locks, exceptions; drivers and programs that mingw-w64's gcc compiles (unix_cc.sh). Then scripts of tests/cli, unchanged, through a wrapper; "all" takes more of them. Fingerprints are a column
# of tests/matrix. No display is needed. Exit 77: no Wine here.
set -u

[ $# -ge 3 ] || {
    echo "usage: wine.sh PROGRAMS NATIVE PREFIX [all]" >&2
    exit 2
}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
programs=$(cd "$1" && pwd) || exit 2
native=$(cd "$2" && pwd) || exit 2
mkdir -p "$3"
export WINEPREFIX="$(cd "$3" && pwd)" WINEDEBUG="${WINEDEBUG:--all}" LC_ALL=C.UTF-8
export WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe="
export EXIFSIM_HOST=windows
much=${4:-}
unset DISPLAY NO_COLOR

wine=$(command -v wine64 || command -v wine) || {
    echo "wine.sh: SKIP: Wine is not installed"
    exit 77
}
[ -e "$WINEPREFIX/system.reg" ] || timeout 120 "$wine" wineboot -i </dev/null >/dev/null 2>&1 || {
    echo "wine.sh: SKIP: Wine cannot make a prefix here"
    exit 77
}
timeout 20 wineserver -p >/dev/null 2>&1 </dev/null      # It stays between two programs.
work=$(mktemp -d)
trap 'timeout 20 wineserver -k >/dev/null 2>&1; chmod -R u+w "$work"; rm -rf "$work"' EXIT
printf '#!/bin/sh\nexec "%s" "%s/exifsim.exe" "$@"\n' "$wine" "$programs" >"$work/exifsim"
chmod +x "$work/exifsim"
exifsim=$work/exifsim
scenarios=$root/scenarios
mkdir "$work/here"
cd "$work/here" || exit 2
passed=0 failed=0 skipped=0

same() { # WHAT READ MEANT
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        printf 'not ok: %s\n  found    %s\n  expected %s\n' "$1" "$2" "$3"
        failed=$((failed + 1))
    fi
}
holds() { # WHAT FILE PART
    if grep -qF -e "$3" "$2"; then
        passed=$((passed + 1))
    else
        printf 'not ok: %s\n  expected a line with %s\n' "$1" "$3"
        sed 's/^/  read  /' "$2" | head -20
        failed=$((failed + 1))
    fi
}
code() { # CODE PART COMMAND...: its exit code, and a part of what it says
    want=$1 part=$2
    shift 2
    timeout 300 "$@" >out 2>err </dev/null
    same "exit code of: $*" $? "$want"
    [ -z "$part" ] || { cat out err >both && holds "said by: $*" both "$part"; }
}
add() { # "N passed, N failed" of another script
    case $1 in
    *passed*)
        passed=$((passed + $(echo "$1" | sed 's/ passed.*//')))
        failed=$((failed + $(echo "$1" | sed 's/.*passed, //; s/ failed.*//'))) ;;
    *) failed=$((failed + 1)) ;;
    esac
}

# --- what is inside ---------------------------------------------------------------------------------

mkdir check
(cd check && timeout 120 "$wine" "$programs/host_check.exe" </dev/null >../check.out 2>&1)
grep 'not ok' check.out
add "$(tail -1 check.out)"

# --- paths ------------------------------------------------------------------------------------------

drive=$(printf 'Z:%s' "$scenarios" | tr / '\\')
code 0 "$(sed -n 's, kb908674\.ini$,,p' "$scenarios/fingerprints.txt")" "$exifsim" run -q "$drive\\kb908674.ini"
code 0 "6 scenarios" sh -c "'$exifsim' lint '$drive\\h*.ini' && echo 6 scenarios"
mkdir -p 'Küche/Öfen'
printf '[scenario]\nextends = %s\\kill_without_load.ini\n' "$drive" >'Küche/Prüfung.ini'
printf '[scenario]\nextends = ..\\Prüfung.ini\ntitle = Käse\n' >'Küche/Öfen/größer.ini'
code 0 "Käse" "$exifsim" run 'Küche\Öfen\größer.ini' -o 'Küche\Kapsel ä.ini' --junit 'Küche\ü.xml'
holds "JUnit in a folder with an umlaut" 'Küche/ü.xml' 'größer.ini'
code 0 "passed" "$exifsim" replay 'Küche/Kapsel ä.ini'
code 0 "2 passed" "$exifsim" test 'Küche\' 'Küche\Öfen' --filter größer
code 0 "Größe" "$exifsim" run "$scenarios/kill_without_load.ini" --set 'scenario.title=Größe 日本'
code 2 'Küche\nichts.ini:1:1: cannot open: No such file or directory' "$exifsim" lint 'Küche\nichts.ini'
printf '[scenario]\nextends = Prüfung.ini\nseed = four\n' >'Küche/falsch.ini'
code 2 'falsch.ini:3:8: "four" is not a whole number' "$exifsim" lint 'Küche\falsch.ini'
code 2 "would overwrite the input" "$exifsim" run 'Küche\Prüfung.ini' -o 'Küche/../Küche/Prüfung.ini'
code 2 "cannot open: not a regular file" "$exifsim" lint NUL
same "nothing is left beside the outputs" "$(find . -name '*.tmp')" ""

# --- Ctrl+C -----------------------------------------------------------------------------------------

# Wine makes Ctrl+C of SIGINT, which a job in the background would ignore. --foreground: it is sent once, not to the group too.
interrupted() { # WORDS...: ended after three seconds
    timeout --foreground --preserve-status -s INT 3 "$exifsim" "$@" >out 2>err </dev/null
    same "exit code after Ctrl+C: $*" $? 4
    holds "said" err "exifsim: Ctrl+C: ending; once more ends at once"
}
long="--set scenario.duration=7d"
quiet=$scenarios/kill_without_load.ini
# shellcheck disable=SC2086
interrupted run "$quiet" $long -o never.ini
holds "run" out "No verdict: interrupted at "
same "no capsule" "$(ls never* 2>/dev/null)" ""
interrupted sweep "$quiet" --set 'machine.processors=${1,2}' -n 5000 -o cut.db
holds "the line that goes on" out "--resume"

# --- campaigns --------------------------------------------------------------------------------------

sweep="sweep $quiet --set machine.processors=\${1,2,3} --set scenario.duration=20s -n 20 -o"
# shellcheck disable=SC2086
{
    timeout 200 "$exifsim" $sweep Küche/two.db -j 1 --resume >one.out 2>&1 </dev/null &
    one=$!
    timeout 200 "$exifsim" $sweep Küche/two.db -j 1 --resume >two.out 2>&1 </dev/null
    two=$?
    wait $one
    same "two sweeps on one database" "$? $two" "0 0"
}
code 0 "" "$exifsim" export Küche/two.db --csv -o two.csv
"$native/exifsim" export Küche/two.db --csv -o two.native.csv
same "the native program reads the same" "$(cmp two.csv two.native.csv 2>&1)" ""
# shellcheck disable=SC2086
"$native/exifsim" $sweep native.db >/dev/null 2>&1
"$native/exifsim" export native.db --csv -o native.csv
rows() { cut -d, -f1-9 "$1" | sort; }
same "every run is there, once" "$(rows two.csv)" "$(rows native.csv)"
same "no file of claims is left" "$(ls Küche/*-claims 2>/dev/null)" ""

# --- drivers and programs from outside ---------------------------------------------------------------

guests() {
    printf '#!/bin/sh\nEXIFSIM_CC="Z:%s/unix_cc.exe" UNIX_CC_SCRIPT="%s/unix_cc.sh" exec "%s" "$@"\n' "$programs" "$here" "$exifsim" >"$work/guests"
    chmod +x "$work/guests"
    guests=$work/guests
    # A run is the one of every other host, record by record.
    # shellcheck disable=SC2046
    sh "$root/tests/matrix/fingerprints.sh" "$guests test" $(sed -n 's,^[0-9a-f]* *guests/,guests/,p' "$scenarios/fingerprints.txt") >same
    grep FAILED same
    add "$(tail -1 same)"
    code 0 "touched" "$guests" run --verify "$root/tests/guest/contained/touch.ini"
    code 0 "16 passed" "$guests" test -n 16 -j 4 "$root/tests/guest/contained/touch.ini" # Four worlds at once.
    # An image that is there needs no compiler.
    cp "$scenarios"/guests/echo/* .
    cp "$WINEPREFIX"/drive_c/users/*/AppData/Local/exifsim/guests/echo-*.dll echo.dll
    sed 's/= echo\.c/= echo.dll/; s/^source = echo/image = echo/' echo.ini >image.ini
    holds "the image" image.ini "image = echo.dll"
    code 0 "$(sed -n 's, guests/echo/echo\.ini$,,p' "$scenarios/fingerprints.txt")" "$guests" run image.ini
    cp "$root/tests/guest/contained/bad.c" .
    mistake() { # NUMBER CODE TEXT
        printf '[scenario]\ntitle = A mistake\nduration = 30 s\nseed = 1\n[machine]\nexchange = no\n[driver bad]\nsource = bad.c\ndefines = WHAT=%s\n' \
            "$1" >mistake.ini
        code "$2" "$3" "$guests" run mistake.ini
    }
    mistake 1 0 'STOP: 0x0000007E (0xC0000005' # A null pointer,
    holds "where" out 'bad!mistake'
    mistake 3 0 'STOP: 0x0000007E (0xC0000094' # a division by zero,
    mistake 4 0 'STOP: 0x0000007F (0x00000008' # an endless recursion,
    mistake 7 1 'the machine was destroyed, beyond a stop, by bad'
    mistake 10 1 'made no call of the kernel'  # a loop,
    mistake 11 0 'caught c0000005'             # and what the driver itself handles.
    # Snapshots hold a driver's variables: each schedule goes back to one.
    sh "$root/tests/guest/explored.sh" "$guests" "$scenarios/orders" account lost_wakeup increments_3x2 >orders
    grep 'not ok' orders
    add "$(tail -1 orders)"
    [ -z "$much" ] || {
        sh "$root/tests/guest/contained.sh" "$guests" "$root/tests/guest/contained" >contained
        grep 'not ok' contained
        add "$(sed -n '$s/, 0 skipped//p' contained)"
        code 0 "10 passed" "$guests" test "$root/tests/guest/samples"
    }
}
if command -v x86_64-w64-mingw32-gcc >/dev/null && [ -f "$programs/unix_cc.exe" ]; then
    guests
else
    echo "skipped: drivers and programs from outside: no mingw-w64 (gcc and unix_cc.exe) is here"
    skipped=1
fi

# --- the rest, a sample -----------------------------------------------------------------------------

code 0 "KB 908674" "$exifsim" explain "$scenarios/kb908674.ini"
"$native/exifsim" explain "$scenarios/h3_forgotten_detach.ini" --format json >explain.native 2>&1
"$exifsim" explain "$scenarios/h3_forgotten_detach.ini" --format json >explain.wine 2>&1 </dev/null
same "explain" "$(grep '"diagnosis"' explain.wine)" "$(grep '"diagnosis"' explain.native)"
code 0 "passed" "$exifsim" lesson --check "$scenarios/lessons/1_day.ini"
printf 'run 20 s\nnet start\n' | timeout 60 "$exifsim" console "$quiet" >out 2>err
printf 'run 20 s\nnet start\n' | "$native/exifsim" console "$quiet" >out.native 2>err.native
same "console" "$(cmp out out.native 2>&1)" ""
for format in csv perfetto chrome json; do
    "$native/exifsim" export "$quiet" --$format --until 20s -o export.native
    timeout 60 "$exifsim" export "$quiet" --$format --until 20s -o export.wine </dev/null
    same "export --$format" "$(cmp export.native export.wine 2>&1)" ""
done

# --- scripts of the native program ------------------------------------------------------------------

# hard and runner are about POSIX's signals and files.
scripts="golden capsule console streams"
[ -z "$much" ] || scripts="$scripts outputs pairs bad good documents counters lesson quiz"
# shellcheck disable=SC2086
printf '%s\n' $scripts | xargs -P 2 -I{} sh -c 'timeout 900 sh "$1/tests/cli/$2.sh" "$3" "$4" >"$2.log" 2>&1 </dev/null' - \
    "$root" {} "$exifsim" "$native/tests/cli/cli_json"
for script in $scripts; do
    last=$(tail -1 "$script.log")
    case $last in *" 0 failed"*) ;; *) sed "s/^/$script: /" "$script.log" ;; esac
    add "$last"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
