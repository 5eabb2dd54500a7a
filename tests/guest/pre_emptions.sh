#!/bin/sh
# pre_emptions.sh EXIFSIM FOLDER PAGE - the page tells of each story the fewest pre-emptions that let it go wrong: with one less all runs end well,
# with so many one does not. A story that needs more than 4,000 runs for that is passed over.
set -u
exifsim=$1 folder=$2 page=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0 over=0
bounded() { # NAME DEPTH: "wrong", "well" if all runs end well, else "open".
    "$exifsim" explore -q "$folder/$1.ini" --strategy bounded --depth "$2" --schedules 4000 --findings "$work/found" >"$work/out" 2>&1
    if ! grep -q '^found     nothing' "$work/out"; then
        echo wrong
    elif grep -q '^proved    all runs with at most' "$work/out"; then
        echo well
    else
        echo open
    fi
}
# Names have no blanks; the quotes around them are the page's.
# shellcheck disable=SC2013,SC2016
for name in $(sed -n '/^## Stories that go wrong/,$s/^| `\([a-z0-9_]*\)` .*/\1/p' "$page"); do
    fewest=$(awk -F ' *[|] *' -v name="\`$name\`" '$2 == name { print $6 }' "$page")
    less=well
    [ "$fewest" -eq 0 ] || less=$(bounded "$name" "$fewest")
    case "$less $(bounded "$name" $((fewest + 1)))" in
    "well wrong") passed=$((passed + 1)) ;;
    *open*) over=$((over + 1)) ;;
    *)
        echo "not ok: $name goes wrong with $fewest pre-emptions and no fewer, the page says"
        failed=$((failed + 1))
        ;;
    esac
done
echo "$passed passed, $failed failed, $over passed over"
[ "$failed" -eq 0 ] && [ "$passed" -ge 30 ]
