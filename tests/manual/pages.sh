#!/bin/sh
# pages.sh EXIFSIM MANUAL VERSION - a man page for each verb, without a warning, with every option that --help prints.
. "$(dirname "$0")/../cli/common.sh"
manual=$2
version=$3

verbs=$("$exifsim" --help | sed -n '/^verbs$/,/^$/s/^  \([a-z]*\) .*/\1/p')
same "there are verbs" "$([ "$(echo "$verbs" | wc -l)" -gt 10 ] && echo yes)" yes
for verb in $verbs; do
    page=$(ls "$manual"/*/man1/exifsim-"$verb".1)
    [ -s "$page" ] || { same "page of $verb" missing there; continue; }
    holds "$verb: the version" "$page" "\"exifsim $version\""
    holds "$verb: its day" "$page" "$(sed -n "s/^## \[$version\] - /1 \"/p" "$here/../../CHANGELOG.md")\""
    # What a reader sees of it has the options of --help, and no other.
    groff -man -Tascii -P-cbou -rLL=200n "$page" 2>/dev/null | col -b 2>/dev/null >seen || sed 's/\\-/-/g; s/\\f[BIR]//g' "$page" >seen
    "$exifsim" "$verb" --help | sed -n 's/^  \(-[a-zA-Z],\|   \) \(--[a-z-]*\).*/\2/p' | LC_ALL=C sort >wanted
    if grep -q '^OPTIONS$' seen; then
        sed -n '/^OPTIONS$/,/^EXIT STATUS$/s/^ *\(-[a-zA-Z], \)\{0,1\}\(--[a-z-]*\).*/\2/p' seen | LC_ALL=C sort -u >there
        same "options of $verb" "$(cat there)" "$(cat wanted)"
    else
        skipped=$((skipped + 1))
    fi
    holds "exifsim(1) names $verb" "$manual/exifsim/man1/exifsim.1" "exifsim\\-$verb (1)"
done
same "no page besides" "$(ls "$manual"/*/man1 | grep -c '\.1$')" "$(($(echo "$verbs" | wc -l) + 1))"

for page in "$manual"/*/man1/*.1; do
    name=${page##*/}
    if command -v groff >/dev/null 2>&1; then
        same "groff on $name" "$(groff -man -Tascii -ww -z "$page" 2>&1)" ""
    else
        skipped=$((skipped + 1))
    fi
    if command -v mandoc >/dev/null 2>&1; then
        same "mandoc on $name" "$(mandoc -T lint -W warning "$page" 2>&1)" ""
    else
        skipped=$((skipped + 1))
    fi
    if command -v man >/dev/null 2>&1; then
        title=$(echo "${name%.1}" | tr 'a-z' 'A-Z')
        same "man on $name" "$(MANWIDTH=120 man -l "$page" 2>&1 | grep -c "^$title(1) .*$title(1)$")" 1
    else
        skipped=$((skipped + 1))
    fi
done
finish
