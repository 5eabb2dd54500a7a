#!/bin/sh
# class.sh EXIFSIM JSON - what a class has handed in is graded: good and bad drivers, and some that mean harm, which comes to
# nobody but themselves. Where no sandbox can be had, nothing is run, and the rest is skipped.
. "$(dirname "$0")/common.sh"
export HOME="$work/teacher"
mkdir "$HOME"
echo "what only the teacher knows" >"$HOME/secret"
chmod -R a+rX "$work"

# --- Without a sandbox, nothing of others runs ---------------------------------------------------
mended one stopping right_rundown
code 2 "the code of others is not run without a sandbox: bwrap is not there" \
    env PATH=/nowhere "$exifsim" lab one --lab stopping --grade junit
code 0 '<testcase classname="stopping" name="one"' "$exifsim" lab one --lab stopping --grade junit --trust
code 2 "does not choose its exam" "$exifsim" lab one --grade junit
code 2 "nothing to grade" "$exifsim" lab teacher --lab stopping --grade junit --trust

# --- What grading systems read -------------------------------------------------------------------
code 0 '{"scores": {"builds": 1, "works": 1, "search": 1}}' sh -c \
    "\"$exifsim\" lab one --lab stopping --grade autolab --trust | tail -1"
code 0 "" "$exifsim" lab one --lab stopping --grade gradescope --trust -o results.json
same "gradescope" "$("$json" score <results.json) $("$json" tests.2.max_score <results.json) $("$json" tests.2.visibility <results.json)" "3 1 visible"
mended two stopping wrong_look_twice
code 2 "expected --grade junit" "$exifsim" lab one two --lab stopping --grade autolab --trust
code 0 '<failure message="refuted, 2 of 3 points: the search: STOP 0x000000e2' "$exifsim" lab one two --lab stopping --grade junit --trust
"$exifsim" lab one two --lab stopping --grade junit --trust -o grades.xml >out
holds "the table" out "1 not refuted, 1 refuted, 0 that do not build, 0 without an answer"
! command -v xmllint >/dev/null || same "well-formed" "$(xmllint --noout grades.xml 2>&1)" ""
holds_to_the_page 0 "$exifsim" lab one two --lab stopping --grade junit --trust -o grades.xml

# --- In the sandbox ------------------------------------------------------------------------------
"$exifsim" lab one --lab stopping --grade junit >out 2>err
if [ $? = 2 ]; then
    sed 's/^/# /' err
    skipped=1
    finish
fi
[ "$(uname -m)" = x86_64 ] || { skipped=1; finish; }
mkdir class
mended class/night h3 wrong_leave_twice
"$exifsim" lab class --lab h3 --grade junit -n 1 --schedules 1 -o grades.xml >out
same "the night's driver" "$? $(tail -1 out)" "0 0 not refuted, 1 refuted, 0 that do not build, 0 without an answer"
rm -r class/night
for number in 1 2 3; do
    mended class/right_$number stopping right_count_first
    mended class/wrong_$number stopping wrong_look_twice
done
"$exifsim" lab class --lab stopping --grade junit -j 2 -o grades.xml >out
same "a class is graded" "$? $(tail -1 out)" "0 3 not refuted, 3 refuted, 0 that do not build, 0 without an answer"

# Each tries something else.
mkdir harm
for source in "$here"/hostile/*.c; do
    name=$(basename "$source" .c)
    mkdir "harm/$name"
    { echo "#define TEACHER \"$HOME\""; cat "$here/hostile/calls.inc" "$source"; } >"harm/$name/driver.c"
done
mkdir harm/link
ln -s "$HOME/secret" harm/link/driver.c
"$exifsim" lab harm --lab h5 --grade junit -j 2 -n 1 --schedules 1 --timeout 5s -o grades.xml --format json >document 2>err
same "exit code" $? 4
verdict() { # WHO: the verdict, the points and the text.
    number=0
    while [ "$("$json" class.$number.who <document 2>/dev/null)" != "$1" ] && [ $number -lt 20 ]; do number=$((number + 1)); done
    echo "$("$json" class.$number.verdict <document), $("$json" class.$number.points <document)"
    "$json" class.$number.said <document
}
said() { # WHO VERDICT POINTS PART
    verdict "$1" >said
    same "verdict of $1" "$(head -1 said)" "$2, $3"
    holds "said of $1" said "$4"
}
said endless_loop unknown 0 "no answer after 5 s"
said endless_calls unknown 0 "no answer after 5 s"
said fork_bomb unknown 0 "no answer after 5 s"
said huge_memory unknown 0 "no answer"
said fake_answer unknown 0 "gave no answer that is its own"
said talks unknown 0 "it printed more than 4 MiB"
said crashes refuted 1 "STOP 0x0000007e in exifs!DriverEntry"
said reads_home unknown 0 'it printed "home: "'
said link unknown 0 "driver.c: "
verdict writes_files >said
same "nothing is written" "$(ls "$HOME"; ls /tmp/exifsim_hostile /etc/exifsim_hostile 2>/dev/null)" secret
same "nothing is told" "$(grep -c 'only the teacher' document grades.xml | tr '\n' ' ')" "document:0 grades.xml:0 "
same "no process is left" "$(ps -eo args 2>/dev/null | grep -c "[e]xifsim lab /lab")" 0
finish
