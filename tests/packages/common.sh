# common.sh - sourced by the scripts beside it: counts, and a folder to work in that is removed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
passed=0 failed=0 skipped=0
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT

good() { passed=$((passed + 1)); }
bad() {
    printf 'not ok: %s\n' "$*"
    failed=$((failed + 1))
}
skip() {
    echo "skipped: $*"
    skipped=$((skipped + 1))
}
same() { # WHAT READ MEANT
    [ "$2" = "$3" ] && good || bad "$1: found \"$2\" (expected \"$3\")"
}
code() { # CODE PART COMMAND...: exit code, and a part of what is said ("": anything)
    want=$1 part=$2
    shift 2
    "$@" >"$work/said" 2>&1 </dev/null
    got=$?
    if [ $got != "$want" ]; then
        bad "$*: exit code $got (expected $want): $(tail -3 "$work/said")"
    elif [ -n "$part" ] && ! grep -qF -e "$part" "$work/said"; then
        bad "$*: expected a line with \"$part\": $(tail -3 "$work/said")"
    else
        good
    fi
}
finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ $failed = 0 ]
    exit
}
