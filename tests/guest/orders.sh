#!/bin/sh
# orders.sh FOLDER PAGE - the page lists every story of the folder with what its [orders] says: finding, number of orders, mended twin.
set -u
folder=$1 page=$2
passed=0 failed=0

value_of() { # FILE KEY: the value in [orders].
    sed -n "s/^;*$2 = *//p" "$1"
}
finding_of() { # FILE: as the page says it: "none", "hang", "stop E2".
    finding=$(value_of "$1" finding)
    [ "$finding" != stop ] || finding="stop $(value_of "$1" stop | sed 's/^0x0*//' | tr a-f A-F)"
    echo "$finding"
}
check() { # NAME WHAT EXPECTED FOUND
    if [ "$3" = "$4" ]; then
        passed=$((passed + 1))
    else
        echo "not ok: $1, $2: \"$4\" in the page (expected \"$3\")"
        failed=$((failed + 1))
    fi
}
cell() { # NAME NUMBER: a cell of the story's row.
    awk -F ' *[|] *' -v name="\`$1\`" -v number="$2" '$2 == name { print $(number + 1) }' "$page"
}
for scenario in "$folder"/*.ini; do
    name=$(basename "$scenario" .ini)
    finding=$(finding_of "$scenario") count=$(value_of "$scenario" count)
    case $name in
    *_mended)
        check "$name" finding none "$finding"
        check "$name" orders "$count" "$(cell "${name%_mended}" 6)"
        continue
        ;;
    esac
    if [ -e "$folder/${name}_mended.ini" ]; then
        check "$name" finding "$finding" "$(cell "$name" 4)"
    elif [ -n "$(cell "$name" 4)" ]; then
        check "$name" finding none "$finding"
        check "$name" orders "$count" "$(cell "$name" 4)"
    else # A second way to mend a story is told below the table.
        check "$name" finding none "$finding"
        check "$name" "lines that name it" 1 "$(grep -c "^\`$name\` is a second way" "$page")"
    fi
done
# Names have no blanks; the quotes around them are the page's.
# shellcheck disable=SC2013,SC2016
for name in $(sed -n 's/^| `\([a-z0-9_]*\)` .*/\1/p' "$page"); do
    check "$name" scenario "$folder/$name.ini" "$(ls "$folder/$name.ini" 2>&1)"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
