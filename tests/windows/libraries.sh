#!/bin/sh
# libraries.sh - builds the libraries of exifsim.exe and exifsim-view.exe with mingw-w64, as static libraries.
#
#     libraries.sh FOLDER command|window
#
# Debian has no Windows builds of these libraries, but the sources of all of them: the upstream archives that
# `apt-get source` fetches and verifies, without Debian's patches. apt gets a state of its own below FOLDER, with the
# system's own mirrors as sources; nothing outside FOLDER changes. "command" is what exifsim.exe links, "window" that
# and what exifsim-view.exe links. (zlib comes from a Debian package, libz-mingw-w64-dev.) A library that is there already is not built again.
#
#     FOLDER/apt       lists and state of apt      FOLDER/source    archives, unpacked sources and builds
#     FOLDER/include, FOLDER/lib, FOLDER/lib/pkgconfig      what comes out
set -eu

[ $# = 2 ] || {
    echo "usage: libraries.sh FOLDER command|window" >&2
    exit 2
}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/apt/lists/partial" "$1/apt/cache/archives/partial" "$1/source" "$1/include" "$1/lib/pkgconfig"
folder=$(cd "$1" && pwd)
what=$2
host=x86_64-w64-mingw32
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
unset CMAKE_GENERATOR DESTDIR CFLAGS CXXFLAGS CPPFLAGS LDFLAGS CC CXX

# --- sources ------------------------------------------------------------------------------------

apt() {
    apt-get -q -o APT::Sandbox::User=root -o Debug::NoLocking=1 \
        -o Dir::State="$folder/apt" -o Dir::State::status="$folder/apt/status" -o Dir::State::lists="$folder/apt/lists" \
        -o Dir::Cache="$folder/apt/cache" -o Dir::Etc::SourceList="$folder/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        "$@"
}

# Source lines for the mirrors of Debian that the system has; once.
know_sources() {
    [ ! -e "$folder/apt/updated" ] || return 0
    : >"$folder/apt/status"
    apt-get indextargets --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' |
        grep -E '^deb-src [^ ]*/debian(-security)?/ [^ ]+ main$' | sort -u >"$folder/apt/sources.list"
    [ -s "$folder/apt/sources.list" ] || {
        echo "libraries.sh: no mirror of Debian among this system's package sources" >&2
        exit 1
    }
    apt update
    : >"$folder/apt/updated"
}

# Fetches the upstream archive of a source package and unpacks it. Its folder is $source then.
unpack() { # PACKAGE
    know_sources
    mkdir -p "$folder/source/$1"
    source=$folder/source/$1/unpacked
    (cd "$folder/source/$1" && apt --tar-only --download-only source "$1")
    rm -rf "$source"
    mkdir "$source"
    for archive in "$folder/source/$1"/*.orig.tar.*; do
        case $archive in
        *.asc) ;;
        *) tar -xf "$archive" -C "$source" --strip-components=1 ;;
        esac
    done
}

# --- ways of building ---------------------------------------------------------------------------

object() { # SOURCE.c OPTIONS...: compiled beside the source
    $host-gcc -O2 -g0 -ffile-prefix-map="$folder=." -c "$@" -o "${1%.c}.obj"
}

library() { # NAME OBJECT...
    rm -f "$folder/lib/lib$1.a"
    archive=$folder/lib/lib$1.a
    shift
    $host-ar rcs "$archive" "$@"
}

describe() { # MODULE VERSION LIBS [FOLDER OF HEADERS]
    printf 'prefix=%s\nName: %s\nDescription: %s for Windows\nVersion: %s\nLibs: -L${prefix}/lib %s\nCflags: -I${prefix}/include%s\n' \
        "$folder" "$1" "$1" "$2" "$3" "${4:+/$4}" >"$folder/lib/pkgconfig/$1.pc"
}

with_cmake() { # OPTIONS...
    cmake -S "$source" -B "$source/built" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
        -DCMAKE_TOOLCHAIN_FILE="$here/toolchain-program.cmake" -DCMAKE_INSTALL_PREFIX="$folder" -DCMAKE_INSTALL_LIBDIR=lib \
        -DEXIFSIM_LIBRARIES="$folder" "$@"
    cmake --build "$source/built" -j "$jobs"
    cmake --install "$source/built"
}

# --- the command's libraries --------------------------------------------------------------------

build_sqlite3() {
    unpack sqlite3
    # One file is made of all sources, by tools of the host.
    mkdir "$source/built"
    (cd "$source/built" && ../configure --disable-readline --disable-shared && make sqlite3.c)
    object "$source/built/sqlite3.c" -DSQLITE_THREADSAFE=1 -DSQLITE_OMIT_LOAD_EXTENSION -Wno-attributes
    library sqlite3 "$source/built/sqlite3.obj"
    cp "$source/built/sqlite3.h" "$folder/include/"
    describe sqlite3 "$(cat "$source/VERSION")" -lsqlite3
}

build_jansson() {
    unpack jansson
    with_cmake -DJANSSON_BUILD_DOCS=OFF -DJANSSON_EXAMPLES=OFF -DJANSSON_WITHOUT_TESTS=ON
}

build_xxhash() {
    unpack xxhash
    object "$source/xxhash.c"
    library xxhash "$source/xxhash.obj"
    cp "$source/xxhash.h" "$folder/include/"
    describe libxxhash "$(sed -n 's/^#define XXH_VERSION_[A-Z]* *\([0-9]*\)$/\1/p' "$source/xxhash.h" | tr '\n' . | sed 's/\.$//')" -lxxhash
}

build_protobuf_c() {
    unpack protobuf-c
    object "$source/protobuf-c/protobuf-c.c" -I"$source"
    library protobuf-c "$source/protobuf-c/protobuf-c.obj"
    mkdir -p "$folder/include/protobuf-c"
    cp "$source/protobuf-c/protobuf-c.h" "$folder/include/protobuf-c/"
    describe libprotobuf-c "$(sed -n 's/^#define PROTOBUF_C_VERSION[^"]*"\(.*\)"$/\1/p' "$source/protobuf-c/protobuf-c.h")" -lprotobuf-c
}

# Debian has inih as binaries only: the source package fits no cross compiler. See ini.c for what stands in.
build_inih() {
    cp "$here/ini.c" "$folder/source/ini.c"
    object "$folder/source/ini.c" -I"$here" -Wall -Wextra -Werror
    library inih "$folder/source/ini.obj"
    cp "$here/ini.h" "$folder/include/"
    describe inih 0 -linih
}

# Debian's own package, without the DLL beside it, which would be preferred.
build_zlib() {
    cp "/usr/$host/lib/libz.a" "$folder/lib/"
    cp "/usr/$host/include/zlib.h" "/usr/$host/include/zconf.h" "$folder/include/"
    describe zlib "$(sed -n 's/^#define ZLIB_VERSION "\([0-9.]*\).*/\1/p' "/usr/$host/include/zlib.h")" -lz
}

# --- the window's libraries ---------------------------------------------------------------------

build_libpng() {
    unpack libpng1.6
    cp "$source/scripts/pnglibconf.h.prebuilt" "$source/pnglibconf.h"
    rm "$source/pngtest.c"
    for file in "$source"/png*.c; do
        object "$file" -I"$folder/include" -DPNG_INTEL_SSE_OPT=0
    done
    library png16 "$source"/*.obj
    cp "$source/png.h" "$source/pngconf.h" "$source/pnglibconf.h" "$folder/include/"
    describe libpng "$(sed -n 's/^#define PNG_LIBPNG_VER_STRING "\(.*\)"/\1/p' "$source/png.h")" "-lpng16 -lz"
}

build_freetype() {
    unpack freetype
    with_cmake -DFT_REQUIRE_ZLIB=ON -DFT_DISABLE_BZIP2=ON -DFT_DISABLE_PNG=ON -DFT_DISABLE_HARFBUZZ=ON -DFT_DISABLE_BROTLI=ON
}

build_harfbuzz() {
    unpack harfbuzz
    $host-g++ -O2 -g0 -fno-exceptions -fno-rtti -fno-threadsafe-statics -DHAVE_FREETYPE=1 -DHB_NO_MT -I"$folder/include/freetype2" \
        -c "$source/src/harfbuzz.cc" -o "$source/harfbuzz.obj"
    library harfbuzz "$source/harfbuzz.obj"
    mkdir -p "$folder/include/harfbuzz"
    cp "$source"/src/hb*.h "$folder/include/harfbuzz/"
    describe harfbuzz "$(sed -n 's/^#define HB_VERSION_STRING "\(.*\)"/\1/p' "$source/src/hb-version.h")" "-lharfbuzz -lfreetype"
}

# Pictures and a window, a keyboard and a mouse.
build_sdl2() {
    unpack libsdl2
    with_cmake -DSDL_SHARED=OFF -DSDL_STATIC=ON -DSDL_TEST=OFF -DSDL_AUDIO=OFF -DSDL_JOYSTICK=OFF -DSDL_HAPTIC=OFF -DSDL_HIDAPI=OFF \
        -DSDL_SENSOR=OFF -DSDL_VULKAN=OFF -DSDL_OPENGLES=OFF
    # Not what a program for the desktop alone wants: main stays main, and there is a standard output.
    sed -i 's/-mwindows//g; s/-lSDL2main//g; s/-Dmain=SDL_main//' "$folder/lib/pkgconfig/sdl2.pc"
}

build_sdl2_ttf() {
    unpack libsdl2-ttf
    object "$source/SDL_ttf.c" -DTTF_USE_HARFBUZZ=1 -I"$folder/include/SDL2" -I"$folder/include/freetype2" -I"$folder/include/harfbuzz"
    library SDL2_ttf "$source/SDL_ttf.obj"
    cp "$source/SDL_ttf.h" "$folder/include/SDL2/"
    describe SDL2_ttf "$(sed -n 's/^#define SDL_TTF_\(MAJOR_VERSION\|MINOR_VERSION\|PATCHLEVEL\) *\([0-9]*\)$/\2/p' "$source/SDL_ttf.h" |
        tr '\n' . | sed 's/\.$//')" "-lSDL2_ttf -lharfbuzz -lfreetype" SDL2
    printf 'Requires: sdl2\n' >>"$folder/lib/pkgconfig/SDL2_ttf.pc"
}

build_pixman() {
    unpack pixman
    eval "$(sed -n 's/^m4_define(\[pixman_\(major\|minor\|micro\)\], *\([0-9]*\))/\1=\2/p' \
        "$source/configure.ac")"
    sed "s/@PIXMAN_VERSION_MAJOR@/$major/; s/@PIXMAN_VERSION_MINOR@/$minor/; s/@PIXMAN_VERSION_MICRO@/$micro/" \
        "$source/pixman/pixman-version.h.in" >"$source/pixman/pixman-version.h"
    for file in $(sed -n '/^libpixman_sources/,/^$/p' "$source/pixman/Makefile.sources" | grep -o '[a-z0-9-]*\.c'); do
        object "$source/pixman/$file" -I"$source/pixman" -DPACKAGE='"pixman"' -DHAVE_STDINT_H -DSIZEOF_LONG=4 -DTLS=__thread -Wno-attributes
    done
    library pixman-1 "$source"/pixman/*.obj
    mkdir -p "$folder/include/pixman-1"
    cp "$source/pixman/pixman.h" "$source/pixman/pixman-version.h" "$folder/include/pixman-1/"
    describe pixman-1 "$major.$minor.$micro" -lpixman-1 pixman-1
}

# PDF with FreeType's fonts.
build_cairo() {
    unpack cairo
    (cd "$source" && PKG_CONFIG_LIBDIR=$folder/lib/pkgconfig PKG_CONFIG="pkg-config --static" CPPFLAGS=-I$folder/include \
        LDFLAGS=-L$folder/lib ./configure --host=$host --prefix="$folder" --enable-static --disable-shared --disable-dependency-tracking \
        --enable-pdf --enable-ft --disable-fc --disable-win32 --disable-win32-font --disable-xlib --disable-xcb --disable-quartz \
        --disable-gl --disable-svg --disable-ps --disable-script --disable-interpreter --disable-gobject --disable-trace \
        --disable-full-testing --disable-gtk-doc --disable-valgrind)
    make -C "$source/src" -j "$jobs" install
    # It is built with the checked calls of _FORTIFY_SOURCE, which are in libssp.
    sed -i 's/^Libs.private:/& -lssp/' "$folder/lib/pkgconfig/cairo.pc"
}

# --- all of them --------------------------------------------------------------------------------

built() { [ -e "$folder/source/$1.built" ]; }

for name in $(case $what in
    command) echo inih xxhash protobuf_c jansson sqlite3 zlib ;;
    window) echo inih xxhash protobuf_c jansson sqlite3 zlib libpng freetype harfbuzz sdl2 sdl2_ttf pixman cairo ;;
    *)
        echo "usage: libraries.sh FOLDER command|window" >&2
        exit 2 ;;
    esac); do
    built "$name" || "build_$name"
    : >"$folder/source/$name.built"
    echo "library: $name"
done
