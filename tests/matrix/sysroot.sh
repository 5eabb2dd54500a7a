#!/bin/sh
# sysroot.sh DEBIAN_ARCHITECTURE FOLDER PACKAGE ... - the headers and libraries of Debian for another processor, in a folder.
#
# Packages come from the sources this machine already has, into FOLDER/root; apt's own state for it lies in FOLDER/apt, and the
# machine's is not touched. With all of them there already nothing is done.
set -eu
arch=$1 folder=$2
shift 2
wanted="$arch $*"
if [ "$(cat "$folder/complete" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
rm -rf "$folder/root"
mkdir -p "$folder/root" "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial"
folder=$(cd "$folder" && pwd)
: >"$folder/apt/status"
apt() {
    apt-get -q -o APT::Architecture="$arch" -o APT::Architectures="$arch" -o APT::Sandbox::User="$(id -un)" \
        -o Dir::State="$folder/apt" -o Dir::State::status="$folder/apt/status" -o Dir::State::lists="$folder/apt/lists" \
        -o Dir::Cache="$folder/apt/cache" -o Debug::NoLocking=1 "$@"
}
apt update
apt install -y --no-install-recommends --download-only "$@"
for package in "$folder"/apt/cache/archives/*.deb; do
    dpkg-deb -x "$package" "$folder/root"
done
# A link to an absolute path would lead to the machine's own files.
find "$folder/root" -type l -lname '/*' | while read -r link; do
    ln -sfn "$folder/root$(readlink "$link")" "$link"
done
rm -rf "$folder/apt/cache/archives"
echo "$wanted" >"$folder/complete"
