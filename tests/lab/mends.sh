#!/bin/sh
# mends.sh EXIFSIM [OPTION ...] [-- LAB/NAME ...] - mended drivers, each a difference to the lab's driver in mends/LAB: the exam
# refutes those that are called wrong_NAME and does not refute those that are called right_NAME. Without names: all.
set -u
exifsim=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
labs=$(cd "$here/../../scenarios/labs" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
options=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    options="$options $1"
    shift
done
[ $# = 0 ] || shift
if ! command -v patch >/dev/null; then
    echo "patch is not there"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
[ $# -gt 0 ] || set -- $(cd "$here/mends" && ls */*.diff | sed 's/\.diff$//')
passed=0 failed=0
for mend; do
    lab=${mend%/*} name=${mend#*/}
    mkdir -p "$work/$mend"
    cp "$labs/$lab/driver.c" "$work/$mend"
    patch -s -d "$work/$mend" <"$here/mends/$mend.diff" || exit 1
    case $name in right_*) want="not refuted" ;; *) want=refuted ;; esac
    # shellcheck disable=SC2086
    "$exifsim" lab $options --lab "$lab" "$work/$mend" >"$work/out" 2>&1
    found=$(grep -xE 'refuted|not refuted|does not build|no answer: .*' "$work/out")
    if [ "$found" = "$want" ]; then
        passed=$((passed + 1))
    else
        printf 'not ok: %s\n  found    %s\n  expected %s\n' "$mend" "$found" "$want"
        sed 's/^/  /' "$work/out" | head -20
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
