#!/bin/sh
# run.sh - second step of action.yml: exifsim test on $INPUT_SCENARIOS with $INPUT_ARGUMENTS.
#
# Writes JUnit XML to $INPUT_JUNIT, an annotation for each failure, with the line that runs it again, pictures of the ends of failed
# runs into $INPUT_PICTURES, the counts to $GITHUB_OUTPUT and a table to $GITHUB_STEP_SUMMARY. The exit code is that of exifsim test.
set -u
here=$(cd "$(dirname "$0")" && pwd)
pictures_most=10
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The words of a text on a line each. Quotes hold words together; nothing is expanded or carried out.
words() { # TEXT
    printf '%s\n' "$1" | tr '\n' ' ' | xargs -n 1 printf '%s\n'
}
if [ -z "$(printf '%s' "${INPUT_SCENARIOS:-}" | tr -d ' \n\t')" ]; then
    echo "::error title=exifsim::The input scenarios is empty (expected files, folders, patterns or names)"
    exit 2
fi
{ words "$INPUT_SCENARIOS" && { [ -z "${INPUT_ARGUMENTS:-}" ] || words "$INPUT_ARGUMENTS"; }; } >"$work/words" 2>"$work/err" || {
    echo "::error title=exifsim::The inputs cannot be split into words: $(head -1 "$work/err") (expected quotes in pairs)"
    exit 2
}
set -- --junit "${INPUT_JUNIT:-exifsim.xml}"
while IFS= read -r word; do
    set -- "$@" "$word"
done <"$work/words"

status=0
exifsim test "$@" >"$work/out" 2>"$work/err" || status=$?
cat "$work/out"
cat "$work/err" >&2

# --- Annotations, and the runs to be drawn ------------------------------------------------------
awk -v failures="$work/failures" -f "$here/annotate.awk" kind=errors "$work/err" kind=runs "$work/out"
if [ $status = 2 ] && ! grep -qE '^.+:[0-9]+:[0-9]+: ' "$work/err"; then   # The command line, not a file.
    printf '::error title=exifsim::%s\n' "$(head -1 "$work/err" | sed 's/%/%25/g')"
fi

# --- Counts and the summary ---------------------------------------------------------------------
counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$work/out" | tail -1)
[ -n "$counts" ] || counts="0 passed, 1 failed, 0 skipped"
echo "$counts" | sed 's/\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped/passed=\1\nfailed=\2\nskipped=\3/' >>"${GITHUB_OUTPUT:-/dev/null}"
{
    echo "### exifsim: $counts"
    echo
    if [ -s "$work/failures" ]; then
        echo '| scenario | what failed | again |'
        echo '|---|---|---|'
        while IFS='	' read -r path reason again; do
            echo "| $path | $(echo "$reason" | sed 's/|/\\|/g') | \`$(echo "$again" | sed 's/|/\\|/g')\` |"
        done <"$work/failures"
    fi
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"

# --- Pictures -----------------------------------------------------------------------------------
if [ -n "${INPUT_PICTURES:-}" ] && [ -s "$work/failures" ]; then
    mkdir -p "$INPUT_PICTURES"
    number=0
    while IFS='	' read -r path reason again; do
        case $again in "exifsim run "*) ;; *) continue ;; esac
        [ $number -lt $pictures_most ] || { echo "::notice title=exifsim::Only the first $pictures_most failed runs are drawn"; break; }
        number=$((number + 1))
        picture=$INPUT_PICTURES/$number-$(basename "$path" .ini).png
        words "${again#exifsim run }" >"$work/again"
        set --
        while IFS= read -r word; do
            set -- "$@" "$word"
        done <"$work/again"
        exifsim render "$@" --axis gaps -o "$picture" 2>"$work/err" >/dev/null ||
            echo "::notice title=exifsim::No picture of $path: $(head -1 "$work/err" | sed 's/%/%25/g')"
    done <"$work/failures"
fi
exit $status
