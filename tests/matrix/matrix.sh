#!/bin/sh
# matrix.sh [-s] [COLUMN ...] - the same fingerprints from every compiler, processor and C library that can be had here.
#
# Each column is a build of its own under build/matrix, warnings as errors; gcc-O2 and sanitize are the builds the tests use.
# Twenty scenarios run in each, ten with drivers and programs of their own, compiled for that processor, and a lesson is checked;
# -s, the sample: fewer columns, three scenarios, two with drivers. Every cell is a test: the fingerprint is the golden one of
# scenarios/fingerprints.txt. A column whose tools are not here is a counted skip. Prints the table, then "N passed, N failed,
# N skipped".
set -u
cd "$(dirname "$0")/../.." || exit 2
root=$PWD
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
all='gcc-O0 gcc-O2 gcc-O3-lto clang no-pie sanitize musl aarch64 s390x wasm windows'
scenarios='kb908674 calm_day fault_power_back burst dav day_curve drill_hotfix drill_root_held fault_hang fault_full_stm
    h2_reentry h7_state_overwritten kb281868 kb307242 kb887742 kb926204 mapi_users protocols_services reboot_in_order users_heavy'
lesson=3_queue
guests=$(sed -n 's,^[0-9a-f]* \(guests/.*\)\.ini$,\1,p' scenarios/fingerprints.txt)
usual=$all
if [ "${1:-}" = -s ]; then
    usual='gcc-O0 gcc-O2 clang sanitize musl aarch64 s390x windows' # The page tries WebAssembly with ten scenarios.
    scenarios='kb908674 calm_day fault_power_back' guests='guests/echo/echo guests/races/lookup' lesson=
    shift
fi
columns=${*:-$usual}
for column in $columns; do
    case " $all " in
    *" $column "*) ;;
    *) echo "matrix.sh: no column \"$column\" (expected some of: $all)" >&2; exit 2 ;;
    esac
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

have() { command -v "$1" >/dev/null 2>&1; }

# --- building: each leaves the command that makes runs in $run -----------------------------------

# A build of the command alone in build/matrix/COLUMN; CFLAGS, LDFLAGS and CC as for cmake.
make_build() { # COLUMN [CMAKE OPTIONS]
    dir=build/matrix/$1 run=$root/build/matrix/$1/exifsim
    shift
    make_in "$dir" exifsim -DEXIFSIM_VIEW=OFF -DEXIFSIM_TESTS=OFF "$@"
}
make_in() { # DIR TARGET [CMAKE OPTIONS]
    dir=$1 target=$2
    shift 2
    cmake -S . -B "$dir" -G Ninja -DEXIFSIM_WERROR=ON "$@" && cmake --build "$dir" -j "$jobs" --target "$target"
}

build_gcc_O0() { CC=gcc make_build gcc-O0 -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS='-O0 -funsigned-char'; }
build_gcc_O2() { run=$root/build/exifsim && make_in build exifsim; }
build_gcc_O3_lto() { CC=gcc make_build gcc-O3-lto -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS='-O3 -flto=auto'; }
build_clang() { CC=clang make_build clang; }
build_no_pie() { CC=gcc make_build no-pie -DCMAKE_C_FLAGS=-fno-pie -DCMAKE_EXE_LINKER_FLAGS=-no-pie; }
build_sanitize() {
    run=$root/build/sanitize/exifsim
    export ASAN_OPTIONS="detect_stack_use_after_return=0:${ASAN_OPTIONS:-}"
    make_in build/sanitize exifsim -DEXIFSIM_SANITIZE=ON
}

# Engine and model with another C library. The two libraries they need: inih as the machine has it, which calls nothing that
# musl lacks, and xxhash from its own header.
build_musl() {
    own=$root/build/matrix/musl-libraries
    mkdir -p "$own/include" "$own/lib"
    ln -sf /usr/include/ini.h /usr/include/xxhash.h "$own/include" &&
        ln -sf "$(gcc -print-file-name=libinih.a)" "$own/lib/libinih.a" &&
        printf '#define XXH_STATIC_LINKING_ONLY\n#define XXH_IMPLEMENTATION\n#include <xxhash.h>\n' >"$own/xxhash.c" &&
        musl-gcc -O2 -fPIC -isystem "$own/include" -c "$own/xxhash.c" -o "$own/xxhash.o" &&
        ar rc "$own/lib/libxxhash.a" "$own/xxhash.o" || return 1
    for name in inih xxhash; do
        printf 'Name: %s\nDescription: %s\nVersion: 1\nCflags: -I%s\nLibs: -L%s -l%s\n' $name $name "$own/include" "$own/lib" $name
    done | awk -v own="$own" '/^Name/ { file = own "/" ($2 == "inih" ? "inih" : "libxxhash") ".pc"; printf "" >file } { print >>file }'
    run=$root/build/matrix/musl/bare
    PKG_CONFIG_LIBDIR=$own CC=musl-gcc make_in build/matrix/musl bare -DEXIFSIM_COMMAND=OFF
}

# Engine and model as WebAssembly, in node.
build_wasm() {
    libraries=$root/build/matrix/wasm-libraries
    printf '#!/bin/sh\nexec node --no-experimental-fetch "%s" "$@"\n' "$root/build/matrix/wasm/bare.js" >build/matrix/wasm-run
    chmod +x build/matrix/wasm-run
    run=$root/build/matrix/wasm-run
    sh ui/web/libraries.sh "$libraries" &&
        make_in build/matrix/wasm bare -DCMAKE_TOOLCHAIN_FILE="$root/ui/web/wasm.cmake" -DEXIFSIM_LIBRARIES="$libraries" \
            -DEXIFSIM_COMMAND=OFF
}

build_cross() { # COLUMN DEBIAN_ARCHITECTURE
    sysroot=$root/build/matrix/$1-sysroot
    sh tests/matrix/sysroot.sh "$2" "$sysroot" libc6-dev libgcc-12-dev libinih-dev libxxhash-dev libjansson-dev libsqlite3-dev \
        libprotobuf-c-dev zlib1g-dev &&
        make_build "$1" -DCMAKE_TOOLCHAIN_FILE="$root/tests/matrix/toolchain.cmake" -DTARGET="$1-linux-gnu" \
            -DSYSROOT="$sysroot/root" &&
        printf '#!/bin/sh\nexec %s-linux-gnu-gcc --sysroot=%s "$@"\n' "$1" "$sysroot/root" >"build/matrix/$1-cc" &&
        chmod +x "build/matrix/$1-cc" && # What compiles the drivers.
        run="env EXIFSIM_CC=$root/build/matrix/$1-cc qemu-$1 -L $sysroot/root $run"
}
build_aarch64() { build_cross aarch64 arm64; }
build_s390x() { build_cross s390x s390x; }

# exifsim.exe under Wine; ./dev builds it, and the libraries it needs.
build_windows() {
    WINEPREFIX=$root/build/windows/wine WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe='
    export WINEPREFIX WINEDEBUG WINEDLLOVERRIDES
    unset DISPLAY
    mkdir -p "$WINEPREFIX"
    [ -e "$WINEPREFIX/system.reg" ] || timeout 120 "$(wine_program)" wineboot -i </dev/null || return 1
    run="$(wine_program) $root/build/windows/program/exifsim.exe"
    ! have x86_64-w64-mingw32-gcc ||
        run="env EXIFSIM_CC=Z:$root/build/windows/program/unix_cc.exe UNIX_CC_SCRIPT=$root/tests/windows/unix_cc.sh $run"
}
wine_program() { command -v wine64 || command -v wine; }

# The tools a column needs and the machine lacks.
lacks() { # COLUMN
    tools=
    case $1 in
    gcc-* | no-pie | sanitize) tools=gcc ;;
    clang) tools=clang ;;
    musl) tools=musl-gcc ;;
    wasm) tools='clang-16 wasm-ld-16 emcc node' ;;
    aarch64 | s390x) tools="$1-linux-gnu-gcc qemu-$1 apt-get dpkg-deb" ;;
    esac
    for tool in cmake ninja $tools; do
        have "$tool" || printf ' %s' "$tool"
    done
    if [ "$1" = windows ]; then
        wine_program >/dev/null || printf ' wine'
        [ -f build/windows/program/exifsim.exe ] || printf ' build/windows/program/exifsim.exe (./dev windows)'
    fi
    [ "$1" != musl ] || [ -f "$(gcc -print-file-name=libinih.a)" ] || printf ' libinih.a'
}

# --- the table ----------------------------------------------------------------------------------

passed=0 failed=0 skipped=0
file_name() { echo "$1" | tr / _; }
cell() { # COLUMN ROW good|bad TEXT
    echo "$4" >"$work/$(file_name "$2").$1"
    [ "$3" = good ] && passed=$((passed + 1)) || failed=$((failed + 1))
}
for column in $columns; do
    missing=$(lacks "$column")
    if [ -n "$missing" ]; then
        echo "skipped: $column: not here:$missing"
        skipped=$((skipped + 1))
        continue
    fi
    [ ! -t 2 ] || printf '\rmatrix: building %s \033[K' "$column" >&2
    mkdir -p build/matrix
    log=$root/build/matrix/$column.log
    if ! "build_$(echo "$column" | tr - _)" >"$log" 2>&1; then
        echo "FAILED $column does not build"
        tail -30 "$log"
        failed=$((failed + 1))
        continue
    fi
    [ ! -t 2 ] || printf '\rmatrix: running %s \033[K' "$column" >&2
    verb=test rows="$scenarios $guests"
    case $column in
    musl | wasm) verb= rows=$scenarios ;; # No command, so nothing that compiles drivers.
    windows) have x86_64-w64-mingw32-gcc || rows=$scenarios ;;
    s390x) rows=$(printf '%s\n' $rows | grep -v ramdisk) ;; # It reads a program's memory, which needs faults (sim/host/fault.h).
    esac
    # Names without blanks.
    # shellcheck disable=SC2046
    sh tests/matrix/fingerprints.sh "$run $verb" $(printf '%s.ini\n' $rows) >"$work/out"
    for scenario in $rows; do
        line=$(grep "  $scenario\.ini" "$work/out" | grep '^same\|^FAILED' | head -1)
        case $line in
        same*) cell "$column" "$scenario" good same ;;
        *) cell "$column" "$scenario" bad DIFFERS
           echo "$column: ${line:-FAILED no run  $scenario.ini}" >>"$work/differs" ;;
        esac
    done
    if [ -n "$lesson" ] && [ "$verb" != "" ]; then
        # The command may be several words.
        # shellcheck disable=SC2086
        if $run lesson --check -q "scenarios/lessons/$lesson.ini" >"$work/lesson" 2>&1; then
            cell "$column" lesson good held
        else
            cell "$column" lesson bad FAILED
            { echo "$column: lesson $lesson"; cat "$work/lesson"; } >>"$work/differs"
        fi
    fi
done
[ ! -t 2 ] || printf '\r\033[K' >&2

row() { # NAME GOLDEN FILE
    printf '%-22s %-16s' "$1" "$2"
    for column in $columns; do
        text=-
        [ ! -f "$work/$3.$column" ] || read -r text <"$work/$3.$column"
        printf ' %-10s' "$text"
    done
    echo
}
printf '\n%-22s %-16s' scenario golden
# shellcheck disable=SC2086
printf ' %-10s' $columns
echo
for scenario in $scenarios $guests; do
    row "${scenario##*guests/}" "$(sed -n "s, $scenario\.ini\$,,p" scenarios/fingerprints.txt)" "$(file_name "$scenario")"
done
[ -z "$lesson" ] || row "lesson $lesson" '' lesson
[ ! -f "$work/differs" ] || { echo; cat "$work/differs"; }
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
