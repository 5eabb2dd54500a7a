#!/bin/sh
# deb.sh FOLDER - builds exifsim for packages below build/packages and puts the .deb files into FOLDER.
#
# Environment: EXIFSIM_CONTACT, "Name <address>" of who answers for the packages; SOURCE_DATE_EPOCH, their time (the last commit's).
set -eu
[ $# = 1 ] || { echo "usage: packaging/deb.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
build=$PWD/build/packages
for tool in cmake ninja dpkg-shlibdeps gzip; do
    command -v $tool >/dev/null 2>&1 || { echo "deb.sh: no $tool (./dev package installs what is needed)" >&2; exit 2; }
done
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || date +%s)}"
export SOURCE_DATE_EPOCH
rm -rf "$build/_CPack_Packages"
rm -f "$build"/*.deb
cmake -S . -B "$build" -G Ninja -DCMAKE_INSTALL_PREFIX=/usr -DEXIFSIM_VIEW=ON -DEXIFSIM_TESTS=OFF \
    -DEXIFSIM_ZSH_DIR=share/zsh/vendor-completions -DCMAKE_C_FLAGS="-ffile-prefix-map=$PWD/=" \
    -DCMAKE_EXE_LINKER_FLAGS="-Wl,-z,relro,-z,now" ${EXIFSIM_CONTACT:+-DCPACK_PACKAGE_CONTACT="$EXIFSIM_CONTACT"} >"$build.log" 2>&1 &&
    cmake --build "$build" -j "${JOBS:-$(getconf _NPROCESSORS_ONLN)}" >>"$build.log" 2>&1 &&
    (umask 022 && cd "$build" && cpack -G DEB) >>"$build.log" 2>&1 || {
    tail -30 "$build.log" >&2
    exit 1
}
cp "$build"/*.deb "$out"
ls "$out"/*.deb
