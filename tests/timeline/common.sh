# common.sh - sourced by the scripts beside it: EXIFSIM EXIFSIM_VIEW are their arguments.
#
#     code 2 "unknown option" COMMAND...    exit code, and a part of what it said on stdout or stderr
set -u
exifsim=$1
view=$2
here=$(cd "$(dirname "$0")" && pwd)
scenarios=$(cd "$here/../../scenarios" && pwd)
night=$scenarios/kb908674.ini quiet=$scenarios/kill_without_load.ini
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir home
# Nothing here may touch the home of whoever runs the tests.
HOME=$work/home XDG_CONFIG_HOME=$work/home/config
export HOME XDG_CONFIG_HOME
passed=0 failed=0

good() { passed=$((passed + 1)); }
bad() { # WHAT
    echo "not ok: $*"
    failed=$((failed + 1))
}

code() { # CODE PART COMMAND...
    want=$1 part=$2
    shift 2
    "$@" >out 2>err </dev/null
    got=$?
    if [ $got = "$want" ] && cat out err | grep -qF -e "$part"; then
        good
    else
        bad "$*: code $got, meant $want with \"$part\""
        cat out err | head -20 | sed 's/^/  read  /'
    fi
}

# Without a font there are no pictures: nothing here can be tested.
need_fonts() {
    "$view" render "$quiet" --describe >out 2>err && return
    if grep -q font err; then
        cat err
        exit 77
    fi
}

script() { # LINE...: runs these lines without a window on $file; out and err have what it said.
    printf '%s\n' "$@" >lines.txt
    "$view" view --no-settings --no-window --script lines.txt "${file:-$quiet}" >out 2>err </dev/null
}

finish() {
    [ ! -e home/config ] || bad "something was written into the home"
    echo "$passed passed, $failed failed, 0 skipped"
    [ $failed = 0 ]
    exit
}
