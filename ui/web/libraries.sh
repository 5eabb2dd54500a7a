#!/bin/sh
# libraries.sh - what a WebAssembly build links, as static libraries with a pkg-config file each.
#
#     libraries.sh FOLDER
#
# xxhash is one header and comes from the machine's own package; for inih stands tests/windows/ini.c, as in the build for
# Windows. Nothing outside FOLDER changes. A library that is there already is not built again.
set -eu
[ $# = 1 ] || {
    echo "usage: libraries.sh FOLDER" >&2
    exit 2
}
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1/include"
folder=$(cd "$1" && pwd)

library() { # NAME MODULE SOURCE
    [ ! -e "$folder/lib$1.a" ] || return 0
    clang-16 -O2 --target=wasm32-unknown-emscripten --sysroot=/usr/share/emscripten/cache/sysroot -fignore-exceptions \
        -isystem "$folder/include" -c "$3" -o "$folder/$1.o"
    printf 'Name: %s\nDescription: %s for WebAssembly\nVersion: 1\nCflags: -I%s\nLibs: -L%s -l%s\n' \
        "$1" "$1" "$folder/include" "$folder" "$1" >"$folder/$2.pc"
    llvm-ar-16 rc "$folder/lib$1.a" "$folder/$1.o"
}

cp /usr/include/xxhash.h "$root/tests/windows/ini.h" "$folder/include"
printf '#define XXH_STATIC_LINKING_ONLY\n#define XXH_IMPLEMENTATION\n#include <xxhash.h>\n' >"$folder/xxhash.c"
library xxhash libxxhash "$folder/xxhash.c"
library inih inih "$root/tests/windows/ini.c"
