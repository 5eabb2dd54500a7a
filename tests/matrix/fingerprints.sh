#!/bin/sh
# fingerprints.sh COMMAND [NAME.ini ...] - holds runs to scenarios/fingerprints.txt, the golden fingerprints.
#
# COMMAND is what makes the runs, in several words: "build/exifsim test --verify", "qemu-s390x build/s390x/exifsim test".
# Without names: every scenario there is, and each must have a line in the file. Prints a line for each scenario, then
# "N passed, N failed". A run that does not meet what its scenario expects fails, too.
#
# GOLDEN_UPDATE=1 writes the file anew. A change of it is a commit that says why.
set -u
command=$1
shift
cd "$(dirname "$0")/../../scenarios" || exit 2
golden=fingerprints.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $command in                        # A program is named from where the caller stands.
*/*) [ ! -x "$OLDPWD/${command%% *}" ] || command=$OLDPWD/$command ;;
esac

# "FINGERPRINT NAME" for each run that came to its end.
runs() { # FILES...
    # The command may be several words.
    # shellcheck disable=SC2086
    $command "$@" >"$work/printed" 2>&1 || cat "$work/printed" >>"$work/unmet"
    tr '\\' '/' <"$work/printed" | sed -nE 's/^(pass|FAIL) .* ([0-9a-f]{16})  (.*\.ini)$/\2 \3/p'
}

whole=
if [ $# = 0 ]; then
    # A sweep is many runs; names here have no blanks.
    # shellcheck disable=SC2046
    set -- $(grep -L '^\[sweep\]' ./*.ini lessons/*.ini | sed 's,^\./,,') $(grep -l '^extends = \.\./kb' game/*.ini) $(sed -n 's,^[0-9a-f]* guests/,guests/,p' $golden)
    whole=new
    # shellcheck disable=SC2086
    ${command%% test*} new --quiet scenario "$work/new.ini"
fi
{
    runs "$@"
    [ -z "$whole" ] || runs "$work/new.ini" | sed 's/ .*/ new/'
} >"$work/found"
if [ -n "${GOLDEN_UPDATE:-}" ]; then
    { grep '^#' $golden; sort -k 2 "$work/found"; } >"$work/anew" && cat "$work/anew" >$golden
fi
# The files meant, what they have to give, what they gave.
printf '%s\n' "$@" $whole | awk -v whole=$whole '
    FILENAME == "-" { names[++count] = $1; asked[$1] = 1; next }
    /^#/ { next }
    FILENAME ~ /fingerprints/ { meant[$2] = $1; next }
    { found[$2] = $1 }
    END {
        for (name in meant) if (whole != "" && !(name in asked)) names[++count] = name
        for (i = 1; i <= count; i++) {
            name = names[i]
            is = name in found ? found[name] : "no run"
            must = name in meant ? meant[name] : "no line in scenarios/fingerprints.txt"
            if (is == must) passed++
            else failed++
            print (is == must ? "same   " : "FAILED ") is "  " name (is == must ? "" : "  (expected " must ")")
        }
        print passed + 0 " passed, " failed + 0 " failed"
    }' - $golden "$work/found" >"$work/out"
[ ! -e "$work/unmet" ] || cat "$work/unmet"
cat "$work/out"
[ ! -e "$work/unmet" ] && grep -q ' 0 failed$' "$work/out"
