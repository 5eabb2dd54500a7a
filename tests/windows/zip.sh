#!/bin/sh
# zip.sh - puts what a Windows user needs in one zip: the programs, the scenarios, the fonts of the window.
#
#     zip.sh PROGRAMS LIBRARIES OUT.zip
#
# PROGRAMS has exifsim.exe and exifsim-view.exe, LIBRARIES is the folder of libraries.sh, whose licences go along. There are no
# DLLs: all that the programs link is inside them, but what every Windows has.
set -eu

[ $# = 3 ] || {
    echo "usage: zip.sh PROGRAMS LIBRARIES OUT.zip" >&2
    exit 2
}
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$(cd "$(dirname "$3")" && pwd)/$(basename "$3")
name=$(basename "$out" .zip)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
into=$work/$name
mkdir -p "$into/fonts" "$into/licences"

for program in exifsim exifsim-view; do
    x86_64-w64-mingw32-strip --strip-debug -o "$into/$program.exe" "$1/$program.exe"
    others=$(x86_64-w64-mingw32-objdump -p "$into/$program.exe" | sed -n 's/^.*DLL Name: //p' |
        grep -viE '^(advapi32|gdi32|imm32|kernel32|msvcrt|ole32|oleaut32|setupapi|shell32|user32|version|winmm)\.dll$' || true)
    [ -z "$others" ] || {
        echo "zip.sh: $program.exe needs a DLL that not every Windows has: $others" >&2
        exit 1
    }
done
cp "$root/README.md" "$root/LICENSE" "$into/"
cp -R "$root/scenarios" "$root/docs" "$into/"
cp -R "$root/model/kernel/include" "$into/"             # For drivers and programs of one's own.
mkdir "$into/exifs"
cp "$root"/model/exifs/*.h "$into/exifs/"
cp /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf /usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf "$into/fonts/"
cp /usr/share/doc/fonts-dejavu-core/copyright "$into/licences/dejavu.txt"
for source in "$2"/source/*/unpacked; do
    package=$(basename "$(dirname "$source")")
    for file in "$source"/LICENSE* "$source"/COPYING* "$source"/docs/FTL.TXT; do
        [ ! -f "$file" ] || cp "$file" "$into/licences/$package-$(basename "$file")"
    done
done
rm -f "$out"
(cd "$work" && zip -q -r -X "$out" "$name")
echo "$out: $(wc -c <"$out") bytes"
