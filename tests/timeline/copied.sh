#!/bin/sh
# copied.sh EXIFSIM EXIFSIM_VIEW LINK_READ - what the window copies leads back to the same run and the same view.
. "$(dirname "$0")/common.sh"
read=$3
need_fonts

# A link for a browser: the capsule in it is this run, its view is what was to be seen.
file=$night
script 'wait' 'key N' 'wait' 'do AXIS' 'describe seen.txt' 'key Ctrl+Shift+L' 'wait' 'expect "link: index.html#run="' && good ||
    bad "a link: $(tail -1 err)"
"$read" "$(grep '^index.html#run=' out)" >back.txt && good || bad "the link is none"
sed '/^view: /d' back.txt >back.ini
code 0 "1 passed" "$exifsim" replay -q back.ini
words=$(sed -n 's/^view: //p' back.txt)
case $words in *"--at '#"*"--axis "*) good ;; *) bad "its view: $words" ;; esac
printf '%s\n' 'wait' 'describe again.txt' >lines.txt
eval "\"\$view\" view --no-settings --no-window --script lines.txt back.ini $words" >out 2>err </dev/null
now() { sed -nE 's/.*status "Now": .*#([0-9 ]*[0-9]).*/\1/p' "$1"; }
[ -n "$(now seen.txt)" ] && [ "$(now seen.txt)" = "$(now again.txt)" ] && good || bad "where it is: $(now seen.txt), $(now again.txt)"

# The line for a shell, of the same view.
script 'wait' 'key N' 'wait' 'key Ctrl+L' 'expect "link: exifsim view "' && good || bad "a line: $(tail -1 err)"
grep -q '^exifsim view .*kb908674.ini .*--at' out && good || bad "the line: $(cat out)"

# Code from outside has no link: a browser does not compile it.
"$exifsim" new driver echo >out 2>err
file=echo/echo.ini
script 'wait' 'do COPY_PAGE' 'expect "cannot run in a browser: code from outside"' && good || bad "a driver: $(tail -1 err)"
grep -q '#run=' out && bad "a link to a driver" || good
finish
