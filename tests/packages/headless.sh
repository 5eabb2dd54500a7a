#!/bin/sh
# headless.sh - builds the command without the window, as a server would, and tries what is installed (install.sh).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build/headless
version=$(sed -n 's/^project(exifsim VERSION \([0-9.]*\) .*/\1/p' "$root/CMakeLists.txt")
cmake -S "$root" -B "$build" -G Ninja -DEXIFSIM_VIEW=OFF -DEXIFSIM_TESTS=OFF
cmake --build "$build" -j "$(getconf _NPROCESSORS_ONLN)"
if ldd "$build/exifsim" 2>/dev/null | grep -iE 'sdl|cairo|freetype|png'; then
    echo "not ok: the command is linked with the window's libraries"
    exit 1
fi
exec sh "$here/install.sh" "$build" "$build/exifsim" "$version"
