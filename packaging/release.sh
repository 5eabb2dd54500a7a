#!/bin/sh
# release.sh VERSION URL [WINDOWS.zip] - makes a release from the last commit, into build/release:
#
#     exifsim-VERSION.tar.gz, SHA256SUMS      the sources, by git archive; the same commit gives the same bytes
#     exifsim.spec, exifsim.rb, vcpkg/        with version, address and hash
#     winget/                                 with those of WINDOWS.zip, if it is given
#
# URL is the page of the project; the archive is meant to lie at URL/releases/download/vVERSION/ (EXIFSIM_DOWNLOADS: somewhere else).
# Environment: EXIFSIM_CONTACT, "Name <address>" of who answers for the packages. Nothing is sent anywhere and nothing is tagged.
set -eu
usage() {
    echo "usage: packaging/release.sh VERSION URL [WINDOWS.zip]" >&2
    exit 2
}
die() {
    echo "release.sh: $*" >&2
    exit 2
}
[ $# = 2 ] || [ $# = 3 ] || usage
version=$1 url=${2%/} windows=${3:-}
echo "$version" | grep -qxE '(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)' ||
    die "\"$version\" is not a version (expected MAJOR.MINOR.PATCH, such as 0.1.0)"
case $url in https://*) ;; *) die "\"$url\" is no address (expected https://...)" ;; esac
[ -z "$windows" ] || [ -s "$windows" ] || die "$windows: no such file (expected the zip of the Windows build)"
[ -z "$windows" ] || windows=$(cd "$(dirname "$windows")" && pwd)/$(basename "$windows")
cd "$(dirname "$0")/.."

# The three places that name a version agree, and everything is committed.
built=$(sed -n 's/^project(exifsim VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
[ "$built" = "$version" ] || die "CMakeLists.txt:$(grep -n '^project(' CMakeLists.txt | cut -d: -f1): version $built (expected $version)"
date=$(sed -n "s/^## \[$version\] - \([0-9-]*\)$/\1/p" CHANGELOG.md)
[ -n "$date" ] || die "CHANGELOG.md has no head \"## [$version] - YEAR-MONTH-DAY\""
[ -z "$(git status --porcelain)" ] || die "there are changes that are not committed (expected a clean tree: git status)"

downloads=${EXIFSIM_DOWNLOADS:-$url/releases/download/v$version}
contact=${EXIFSIM_CONTACT:-exifsim authors <exifsim@example.org>}
out=build/release
rm -rf "$out"
mkdir -p "$out/vcpkg"
archive=exifsim-$version.tar.gz
git archive --format=tar --prefix="exifsim-$version/" HEAD | gzip -9n >"$out/$archive"

hash_of() { # BITS FILE
    if command -v "sha$1sum" >/dev/null 2>&1; then "sha$1sum" "$2"; else shasum -a "$1" "$2"; fi | cut -d' ' -f1
}
sha256=$(hash_of 256 "$out/$archive") sha512=$(hash_of 512 "$out/$archive")
windows_name=exifsim-$version-windows-x64.zip
windows_sha256=
[ -z "$windows" ] || windows_sha256=$(hash_of 256 "$windows" | tr 'a-f' 'A-F')
rpm_date=$(LC_ALL=C date -u -d "$date" '+%a %b %d %Y' 2>/dev/null || LC_ALL=C date -u -j -f %Y-%m-%d "$date" '+%a %b %d %Y')

fill() { # FROM TO
    sed -e "s|@VERSION@|$version|g" -e "s|@URL@|$url|g" -e "s|@SOURCE@|$downloads/$archive|g" -e "s|@SHA256@|$sha256|g" \
        -e "s|@SHA512@|$sha512|g" -e "s|@DATE@|$date|g" -e "s|@RPM_DATE@|$rpm_date|g" -e "s|@CONTACT@|$contact|g" \
        -e "s|@WINDOWS_SOURCE@|$downloads/$windows_name|g" -e "s|@WINDOWS_SHA256@|$windows_sha256|g" "$1" >"$2"
}
fill packaging/exifsim.spec "$out/exifsim.spec"
fill packaging/homebrew/exifsim.rb "$out/exifsim.rb"
for file in packaging/vcpkg/*; do
    fill "$file" "$out/vcpkg/${file##*/}"
done
if [ -n "$windows" ]; then
    mkdir "$out/winget"
    for file in packaging/winget/*; do
        name=${file##*/}
        fill "$file" "$out/winget/Exifsim.Exifsim${name#exifsim}"
    done
    cp "$windows" "$out/$windows_name"
else
    echo "release.sh: no zip of the Windows build is given: no winget manifests" >&2
fi
(cd "$out" && for file in *.tar.gz *.zip; do [ ! -f "$file" ] || echo "$(hash_of 256 "$file")  $file"; done >SHA256SUMS)
find "$out" -type f | sort
