#!/bin/sh
# fidelity.sh EXIFSIM PAGE - the table of docs/fidelity.md is what `exifsim doors` prints. With GOLDEN_UPDATE=1 it is written anew.
set -u
exifsim=$1 page=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# All up to the table's first fence is the page's own prose.
sed '/^```text$/q' "$page" >"$work/page"
"$exifsim" doors | sed 's/ *$//' >>"$work/page"
echo '```' >>"$work/page"
if [ "${GOLDEN_UPDATE:-0}" = 1 ]; then
    cp "$work/page" "$page"
elif ! cmp -s "$work/page" "$page"; then
    diff "$page" "$work/page" | head -10
    echo "not ok: $page differs from exifsim doors (GOLDEN_UPDATE=1 sh $0 ... writes it anew)"
    exit 1
fi
echo "1 passed, 0 failed"
