#!/bin/sh
# bad.sh EXIFSIM - scenarios with something wrong, and what is said about each.
#
# bad/*.txt hold blocks:
#
#     === processors_zero             the name, from which NAME.ini is made
#     [scenario]
#     ...
#     --- expected
#     processors_zero.ini:5:14: ...   what `exifsim lint` says, to the letter; its exit code is 2
#
# A block "=== NAME (bytes)" is one line in which \n is a line's end and \0ooo a byte. Files that a scenario
# names lie in bad/parts. GOLDEN_UPDATE=1 writes the expectations anew; read the difference like code.
set -u
exifsim=$1
bad=$(cd "$(dirname "$0")/bad" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$bad/parts" "$work/parts"
cd "$work" || exit 1

awk '
    FNR == 1         { close(file); file = "" }
    /^=== /          { name = $2; bytes = $3 == "(bytes)"; file = name (bytes ? ".bytes" : ".ini"); printf "" >file; print name >"names"; next }
    /^--- expected$/ { close(file); file = name ".expected"; printf "" >file; next }
    /^$/ && file ~ /expected$/ { close(file); file = ""; next }
    file != ""       { print >file }' "$bad"/*.txt
for bytes in *.bytes; do
    printf '%b' "$(cat "$bytes")" >"${bytes%.bytes}.ini"
done

passed=0 failed=0
while read -r name; do
    "$exifsim" lint "$name.ini" >/dev/null 2>"$name.said"
    code=$?
    if [ $code = 2 ] && [ -s "$name.said" ] && { [ -n "${GOLDEN_UPDATE:-}" ] || diff -u "$name.expected" "$name.said"; }; then
        passed=$((passed + 1))
    else
        echo "not ok: $name (exit code $code)"
        failed=$((failed + 1))
    fi
done <names

[ -z "${GOLDEN_UPDATE:-}" ] || for page in "$bad"/*.txt; do
    awk '
        /^=== /          { name = $2; skip = 0 }
        /^$/             { skip = 0 }
        !skip            { print }
        /^--- expected$/ { while ((getline line <(name ".said")) > 0) print line; close(name ".said"); skip = 1 }' "$page" >page &&
        cp page "$page"
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ] && [ $passed -ge 60 ]
