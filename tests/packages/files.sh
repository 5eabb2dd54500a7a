#!/bin/sh
# files.sh - the files for RPM, Homebrew, vcpkg and winget: release.sh fills them in, and each is what its reader takes. What is wrong with
# a release is said before anything is made. Runs in a copy of the last commit.
. "$(dirname "$0")/common.sh"
git clone -q --depth 1 "file://$root" "$work/tree" 2>"$work/said" || {
    echo "skipped: no repository to make a release from: $(head -1 "$work/said")"
    exit 77
}
# What is about to be committed is tried, too.
for file in CMakeLists.txt CHANGELOG.md packaging; do
    rm -rf "$work/tree/$file"
    cp -R "$root/$file" "$work/tree/$file"
done
cd "$work/tree" || exit 1
git add -A
[ -z "$(git status --porcelain)" ] || git -c user.name=x -c user.email=x@example.org commit -qm x
version=$(sed -n 's/^project(exifsim VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
same "the newest version of CHANGELOG.md" "$(sed -n 's/^## \[\([0-9][0-9.]*\)\].*/\1/p' CHANGELOG.md | head -1)" "$version"
url=https://example.org/exifsim
printf 'PK\003\004not a real one' >"$work/windows.zip"

# --- What is refused -----------------------------------------------------------------------------
code 2 "usage: packaging/release.sh VERSION URL" packaging/release.sh
code 2 '"0.1" is not a version (expected MAJOR.MINOR.PATCH' packaging/release.sh 0.1 $url
code 2 "version $version (expected 99.0.0)" packaging/release.sh 99.0.0 $url
code 2 '"example.org" is no address' packaging/release.sh "$version" example.org
code 2 'nothing.zip: no such file' packaging/release.sh "$version" $url nothing.zip
echo x >>README.md
code 2 "changes that are not committed" packaging/release.sh "$version" $url
git checkout -q README.md
[ ! -e build/release ] && good || bad "a refused release leaves something behind"

# --- What is made --------------------------------------------------------------------------------
code 0 "build/release/exifsim-$version.tar.gz" packaging/release.sh "$version" $url "$work/windows.zip"
cp -R build/release "$work/first"
code 0 "" packaging/release.sh "$version" $url "$work/windows.zip"
same "the same commit gives the same bytes" "$(diff -r "$work/first" build/release)" ""
cd build/release || exit 1
code 0 "exifsim-$version.tar.gz: OK" sha256sum -c SHA256SUMS
same "what is not filled in" "$(grep -rnE '@[A-Z0-9_]+@' exifsim.spec exifsim.rb vcpkg winget)" ""
sha256=$(sha256sum "exifsim-$version.tar.gz" | cut -d' ' -f1)
grep -q "sha256 \"$sha256\"" exifsim.rb && good || bad "exifsim.rb has another hash"
grep -q "SHA512 $(sha512sum "exifsim-$version.tar.gz" | cut -d' ' -f1)" vcpkg/portfile.cmake && good || bad "the port has another hash"
# An archive knows its commit, and needs no git.
tar -xzf "exifsim-$version.tar.gz" -C "$work"
cmake -DSOURCE="$work/exifsim-$version" -DOUT="$work/revision.h" -P "$work/exifsim-$version/ui/run/revision.cmake"
same "the commit of an archive" "$(sed 's/.*"\(.*\)"/\1/' "$work/revision.h")" "$(git -C "$work/tree" rev-parse HEAD | cut -c1-12)"

if command -v rpmspec >/dev/null 2>&1; then
    code 0 "" rpmspec -P exifsim.spec
    same "packages of the spec" "$(rpmspec -q exifsim.spec --queryformat '%{NAME} %{VERSION}\n' 2>"$work/said" | tr '\n' ' ')" \
        "exifsim $version exifsim-view $version exifsim-doc $version "
    same "what rpmspec says of it" "$(cat "$work/said")" ""
else
    skip "rpmspec is not here"
fi
if command -v ruby >/dev/null 2>&1; then
    code 0 "Syntax OK" ruby -wc exifsim.rb
else
    skip "ruby is not here"
fi
code 0 "" sh -c "echo 'cmake_minimum_required(VERSION 3.18)
function(vcpkg_download_distfile out)
    cmake_parse_arguments(PARSE_ARGV 1 has \"\" \"URLS;FILENAME;SHA512\" \"\")
    string(LENGTH \"\${has_SHA512}\" length)
    if(NOT length EQUAL 128 OR has_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR \"the port does not name its archive\")
    endif()
endfunction()
foreach(name vcpkg_extract_source_archive vcpkg_check_features vcpkg_find_acquire_program vcpkg_cmake_configure
        vcpkg_cmake_install vcpkg_copy_tool_dependencies vcpkg_install_copyright file)
    macro(\${name})
    endmacro()
endforeach()
include(vcpkg/portfile.cmake)' >try.cmake && cmake -P try.cmake"
if command -v python3 >/dev/null 2>&1; then
    python3 "$here/manifests.py" "$version" vcpkg/vcpkg.json winget >"$work/said" 2>&1
    case $? in
    0) good ;;
    77) skip "$(cat "$work/said")" ;;
    *) bad "manifests: $(cat "$work/said")" ;;
    esac
else
    skip "python3 is not here"
fi
finish
