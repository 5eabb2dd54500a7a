#!/bin/sh
# run_wine.sh - drives the real exifs.sys under Wine and compares the client's transcript.
#
#     run_wine.sh BUILD_DIR [GOLDEN]
#
# BUILD_DIR holds what tests/windows builds for x86_64. Both builds of the driver are run, each with
# the libraries of its own version; the transcript must be the golden one for either, for on normal
# paths all versions behave alike. GOLDEN_UPDATE=1 renews it. Exit 77: no Wine here, a skip.
set -u

here=$(cd "$(dirname "$0")" && pwd)
build=${1:?usage: run_wine.sh BUILD_DIR [GOLDEN]}
golden=${2:-$here/transcript.golden}

wine=$(command -v wine64 || command -v wine) || {
    echo "conformance: SKIP: Wine is not installed"
    exit 77
}
build=$(cd "$build" && pwd) || exit 2

# A prefix of our own, so that nobody's registry or files are touched. It is made first, and left
# to come to rest; then its server is told to stay (-p): else the services, and the driver with
# them, would end whenever no program runs.
# Wine's processes keep what they inherit, so nothing here is ever a pipe.
export WINEPREFIX="$build/wineprefix"
export WINEDEBUG="${WINEDEBUG:--all}"
export WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe="
unset DISPLAY
rm -rf "$WINEPREFIX"
mkdir -p "$WINEPREFIX"

end_wine() {
    timeout 20 wineserver -k >/dev/null 2>&1 </dev/null
    timeout 20 wineserver -w >/dev/null 2>&1 </dev/null
    rm -rf "$WINEPREFIX"
}
trap end_wine EXIT

run() { # SECONDS PROGRAM ARGUMENTS...: under Wine, not for ever.
    seconds=$1
    shift
    timeout "$seconds" "$wine" "$@" </dev/null
}

run 120 wineboot -i >/dev/null 2>&1 || {
    echo "conformance: SKIP: Wine cannot make a prefix here"
    exit 77
}
timeout 60 wineserver -w >/dev/null 2>&1 </dev/null
timeout 20 wineserver -p >/dev/null 2>&1 </dev/null

stage="$WINEPREFIX/drive_c/conformance"
passed=0
failed=0

verdict() { # NAME STATUS
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok    $1"
    else
        failed=$((failed + 1))
        echo "FAIL  $1"
    fi
}

run_build() { # IMAGE BUILD
    rm -rf "$stage"
    rm -f "$WINEPREFIX"/drive_c/conform*.stm "$WINEPREFIX"/drive_c/conform*.log "$WINEPREFIX"/drive_c/conform*.edb
    mkdir -p "$stage"
    cp "$build/$1.sys" "$stage/exifs.sys"
    cp "$build"/*.dll "$build"/conformance/*.exe "$stage/"
    (
        cd "$stage" || exit 1
        run 60 service.exe start exifs 'C:\conformance\exifs.sys' 2>service.txt >/dev/null
    )
    verdict "$2: the driver loads" $?
    (
        cd "$stage" || exit 1
        run 60 client.exe "$2" transcript.txt 2>client.txt >/dev/null
    )
    verdict "$2: the client comes to its end" $?
    cat "$stage/client.txt"
    (
        cd "$stage" || exit 1
        run 60 service.exe stop exifs 2>>service.txt >/dev/null
    )
    verdict "$2: the driver unloads" $?
    cat "$stage/service.txt"
    if [ "${GOLDEN_UPDATE:-0}" = 1 ] && [ "$2" = 6.5.7651.47 ]; then
        cp "$stage/transcript.txt" "$golden"
    fi
    diff -u "$golden" "$stage/transcript.txt"
    verdict "$2: its transcript is the golden one" $?
}

run_build exifs-6.5.7651 6.5.7651.47
run_build exifs-6.5.7638 6.5.7638.1

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
