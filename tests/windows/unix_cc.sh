#!/bin/sh
# unix_cc.sh NAME - what unix_cc.exe starts: mingw-w64's gcc with the words of NAME.words, one a line, whose paths are Wine's.
# Its output goes to NAME.said, its exit code to NAME.code. Words have no line breaks.
name=$(printf '%s' "$1" | sed "s,\\\\,/,g; s,^[Zz]:,,; s,^[Cc]:,$WINEPREFIX/drive_c,")
set --
while IFS= read -r word; do
    set -- "$@" "$(printf '%s' "$word" | sed "/^-D/!{s,\\\\,/,g; s,^\\(-[A-Za-z]*\\)*[Zz]:,\\1,; s,^\\(-[A-Za-z]*\\)*[Cc]:,\\1$WINEPREFIX/drive_c,}")"
done <"$name.words"
x86_64-w64-mingw32-gcc "$@" >"$name.said" 2>&1 </dev/null
echo $? >"$name.code.new"
mv "$name.code.new" "$name.code"
