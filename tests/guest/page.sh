#!/bin/sh
# page.sh EXIFSIM PAGE - the commands of a page do what the page says.
#
# A line "    $ COMMAND" is executed; the indented lines behind it must appear in its output, in this order, as parts of lines.
set -u
exifsim=$1 page=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/here"
ln -s "$exifsim" "$work/bin/exifsim"
PATH=$work/bin:$PATH
XDG_CACHE_HOME=$work/cache
export PATH XDG_CACHE_HOME
cd "$work/here" || exit 1
passed=0 failed=0 command='' code=0

# Holds the expected lines, gathered in $work/expected, to the output of the command.
judge() {
    [ -n "$command" ] || return 0
    if [ "$code" -ne 0 ]; then
        echo "not ok: $command: exit code $code"
        cat "$work/output"
        failed=$((failed + 1))
    elif awk 'FILENAME == ARGV[1] { want[++n] = $0; next }
              k < n && index($0, want[k + 1]) { k++ }
              END { if (k < n) { print "  not there: " want[k + 1]; exit 1 } }' "$work/expected" "$work/output" >"$work/said"; then
        passed=$((passed + 1))
    else
        echo "not ok: $command"
        cat "$work/said" "$work/output"
        failed=$((failed + 1))
    fi
    command=''
}

while IFS= read -r line; do
    case $line in
    '    $ '*)
        judge
        command=${line#'    $ '}
        : >"$work/expected"
        sh -c "$command" >"$work/output" 2>&1
        code=$?
        ;;
    '    '?*) [ -z "$command" ] || echo "${line#'    '}" >>"$work/expected" ;;
    *) judge ;;
    esac
done <"$page"
judge
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
