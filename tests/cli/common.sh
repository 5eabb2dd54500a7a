# common.sh - sourced by the scripts beside it: EXIFSIM JSON are their arguments.
#
#     code 2 "unknown verb" EXIFSIM rnu          runs it; exit code and a part of what it said must be right
#     same "what it is" READ MEANT
set -u
exifsim=$1
json=$2
here=$(cd "$(dirname "$0")" && pwd)
scenarios=$(cd "$here/../../scenarios" && pwd)
quiet=$scenarios/kill_without_load.ini         # Three simulated minutes, ends well: the quickest.
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 1
unset NO_COLOR
passed=0 failed=0 skipped=0

same() { # WHAT READ MEANT
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        printf 'not ok: %s\n  found    %s\n  expected %s\n' "$1" "$2" "$3"
        failed=$((failed + 1))
    fi
}

holds() { # WHAT FILE PART: the file has a line with this part, taken literally.
    if grep -qF -e "$3" "$2"; then
        passed=$((passed + 1))
    else
        printf 'not ok: %s\n  expected a line with %s\n' "$1" "$3"
        sed 's/^/  read  /' "$2" | head -20
        failed=$((failed + 1))
    fi
}

code() { # CODE PART COMMAND...: exit code, and a part of stdout or stderr ("": anything).
    want=$1 part=$2
    shift 2
    "$@" >out 2>err </dev/null
    got=$?
    [ -z "$want" ] || same "exit code of: $*" $got "$want"
    [ -z "$part" ] || { cat out err >both && holds "said by: $*" both "$part"; }
}

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ $failed = 0 ]
    exit
}
