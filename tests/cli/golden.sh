#!/bin/sh
# golden.sh EXIFSIM JSON - what a person reads of the article's night, with the host's figures and the fingerprint masked.
#
# GOLDEN_UPDATE=1 writes it anew. Addresses, record numbers and times follow from the seed, so they stand as they are.
. "$(dirname "$0")/common.sh"
golden=$here/kb908674.golden

cd "$scenarios/.." || exit 1
"$exifsim" run scenarios/kb908674.ini 2>"$work/err" |
    sed -E 's/ in [0-9]+ ms: ([0-9.]+( million)?) records, .* simulated s\/s; world of [0-9]+ MiB/ in # ms: \1 records, # records\/s, # simulated s\/s; world of # MiB/
            s/^(Fingerprint) [0-9a-f]{16}$/\1 #/' >"$work/read"
[ -z "${GOLDEN_UPDATE:-}" ] || cp "$work/read" "$golden"
case ${EXIFSIM_HOST:-$(uname -m)} in
x86_64) ;;
*) sed '/^Probably/d; /^LAST_CONTROL/d; /^STACK_TEXT/,/^Followup/d' "$golden" >"$work/meant"        # Frames are the compiler's business elsewhere.
   sed '/^Probably/d; /^LAST_CONTROL/d; /^STACK_TEXT/,/^Followup/d' "$work/read" >"$work/part" && mv "$work/part" "$work/read"
   golden=$work/meant ;;
esac
diff -u "$golden" "$work/read"
same "kb908674 as a person reads it" $? 0
same "stderr" "$(cat "$work/err")" ""
finish
