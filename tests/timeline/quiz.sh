#!/bin/sh
# quiz.sh EXIFSIM EXIFSIM_VIEW - a quiz in the window: the terminal's form, answers by keys, arrows and clicks, what is seen, the score, the end, errors.
. "$(dirname "$0")/common.sh"
need_fonts

quiz() { # OPTIONS LINE...
    options=$1
    shift
    printf '%s\n' "$@" >lines.txt
    # shellcheck disable=SC2086
    "$view" view --no-settings --no-window --script lines.txt --quiz $options >out 2>err </dev/null
}

# The form is the terminal's: its first questions, and what the key page says of them.
"$exifsim" quiz "$night" -s 7 -n 3 --key -o key.ini && "$exifsim" quiz "$night" -s 7 -n 3 --format json -o form.json ||
    bad "the terminal's form"
letter() { sed -n "s/^item_$1 = \([a-d]\).*/\1/p" key.ini; }
wrong() { letter "$1" | tr abcd bcda; } # Of three options d is none: the form's second question has three, and its key is b.
text() { sed -n 's/^ *"'"$1"'": "\(.*\)",*$/\1/p' form.json | sed -n "$2p"; }
record=$(sed -n 's/.*"record": \([0-9]*\).*/\1/p' form.json | sed -n 1p)
spaced=$(echo "$record" | sed ':a; s/\B[0-9]\{3\}\>/ &/; ta')

# By keyboard alone: a right answer, a wrong one, what is said, the instants, the score.
quiz "$night -s 7 -n 3" 'expect "progress \"Progress\": Question 1 is being made"' 'expect "Close\" (focused)"' 'wait' \
    'expect "Quiz, form 7 - question 1 of 3"' "expect \"$(text ask 1)\"" 'expect "seed 2, at 54.252570181 s"' \
    'expect "button \"a: nobody\" (focused)"' 'expect-not "Verdict"' 'key N' 'expect "the question is not answered yet"' \
    'key S' 'expect "an answer leads there"' "key $(letter 1 | tr a-d A-D)" 'expect "status \"Verdict\": Right. Of the threads"' \
    "expect \": right\"" 'expect-not "It is about another run"' 'expect "Next\" (focused)"' 'key A' 'expect "Verdict\": Right."' \
    'key S' 'wait' "expect \"#$spaced\"" 'expect "lane \"inetinfo.exe/atq (0140)\": waiting (selected)"' \
    'key N' 'expect "question 2 of 3"' 'expect "button \"a: nothing: every record is the same\" (focused)"' 'expect-not "Verdict"' \
    "key $(wrong 2 | tr a-d A-D)" 'expect "Verdict\": No."' "expect \"text \\\"It is $(letter 2): \"" 'expect ": no"' \
    'expect "It is about another run than the picture:"' 'expect "--surprises PREEMPT:"' 'key S' 'wait' \
    'expect-not "It is about another run"' 'expect "mark \"surprise\""' 'key N' "key $(letter 3 | tr a-d A-D)" \
    'expect "It is about another run"' 'key S' 'wait' 'expect-not "It is about another run"' 'expect-not "mark \"surprise\""' \
    'expect "button \"Score\" (focused)"' 'key Enter' 'expect "2 of 3 right"' 'expect "row \"2\": What if this turn ends here?, no"' \
    'expect "row \"3\": Who waits for whom?, right"' 'expect "Another form\" (focused)"' 'key N' 'expect "the quiz is over"' \
    'describe end.txt' 'shot end.png' 'key Escape' 'expect-not "group \"Quiz\""' 'expect "the quiz is closed: 2 of 3 right"' &&
    good || bad "by keyboard alone: $(tail -1 err)"
[ -s end.png ] && good || bad "no picture of the end"

# How often each option was taken, was taken rightly, and was right: as the key page has it.
rows() {
    for one in a b c d; do
        taken=0 hits=0 keys=0
        for i in 1 2 3; do
            mine=$(letter $i)
            [ $i != 2 ] || mine=$(wrong 2)
            [ "$mine" != $one ] || taken=$((taken + 1))
            [ "$(letter $i)" != $one ] || keys=$((keys + 1))
            [ "$mine" != $one ] || [ "$(letter $i)" != $one ] || hits=$((hits + 1))
        done
        echo "row \"$one\": $taken, $hits, $keys"
    done
}
rows >want.txt
sed -n 's/^ *\(row "[a-d]": .*\)/\1/p' end.txt >got.txt
cmp -s want.txt got.txt && good || bad "the letters: $(cat got.txt), meant $(cat want.txt)"

# With arrows and Enter, and by pointer; one question at the end, another form of the next seed.
quiz "$night -s 7 -n 1" 'wait' 'key Up' 'expect "a: nobody\" (focused)"' 'key Down' 'expect "b: inetinfo.exe/atq (328)\" (focused)"' \
    'key Down' 'key Down' 'key Down' 'expect "d: inetinfo.exe/atq (320)\" (focused)"' 'key Up' 'key Enter' 'expect "Verdict\": Right."' \
    'click "See it"' 'wait' "expect \"#$spaced\"" 'click "Score"' 'expect "1 of 1 right"' 'key R' 'wait' 'expect "Quiz, form 8 - question 1 of 1"' \
    'expect-not "Verdict"' && good || bad "with arrows: $(tail -1 err)"
quiz "$night -s 7 -n 1" 'wait' 'click "b: inetinfo.exe/atq (328)"' 'expect "Verdict\": No. It stands in the queue of another processor."' \
    'click "d: inetinfo.exe/atq (320)"' 'expect "Verdict\": No. It stands in the queue"' && good || bad "by pointer: $(tail -1 err)"

# A whole run is seen as what happened in it; a question of another scenario of the pool brings its command, and its run.
quiz "$night -s 7 -n 1 --type article" 'wait' 'key A' 'key S' 'wait' 'expect "group \"Stop screen\""' 'expect "Verdict"' &&
    good || bad "a whole run: $(tail -1 err)"
quiz "$quiet $night -s 1 -n 1 --type who_next" 'wait' 'expect "kb908674.ini, seed 2"' 'key A' 'expect "It is about another run"' \
    "expect \"exifsim view $night --seed 2 --at\"" 'key S' 'wait' 'expect-not "It is about another run"' 'expect "of 1 083 9"' &&
    good || bad "another scenario of the pool: $(tail -1 err)"

# On the run that is shown, with its seed and settings; the same form each time.
printf '%s\n' 'wait' 'do QUIZ_SEE' 'expect "no quiz is open"' 'do QUIZ' 'wait' 'expect "Quiz, form 7 - question 1 of 10"' 'expect "kb908674.ini, seed 7, at"' \
    'describe one.txt' 'key F2' 'expect-not "group \"Quiz\""' 'key F2' 'wait' 'expect "button \"a: "' 'do QUIZ_AGAIN' 'expect "form 8"' \
    'do QUIZ' 'wait' 'describe other.txt' 'focus "Whole run"' 'key B' 'expect "group \"Quiz\""' 'expect-not "Verdict"' 'key Escape' 'key Escape' \
    'key Escape' 'expect-not "group \"Quiz\""' >lines.txt
"$view" view --no-settings --no-window --script lines.txt "$night" --seed 7 >out 2>err </dev/null && good || bad "on this run: $(tail -1 err)"
sed -n '/group "Quiz"/,/^  [a-z]/p' one.txt >one.quiz
sed -n '/group "Quiz"/,/^  [a-z]/p' other.txt >other.quiz
[ -s one.quiz ] && cmp -s one.quiz other.quiz && good || bad "one seed is two forms"
printf '%s\n' 'wait' 'do QUIZ' 'expect "forced choices"' 'expect-not "group \"Quiz\""' >lines.txt
"$view" view --no-settings --no-window --script lines.txt "$quiet" --seed 1 --surprises PREEMPT:3:1 >out 2>err </dev/null && good ||
    bad "forced choices: $(tail -1 err)"
printf '%s\n' 'wait' 'do QUIZ' 'expect "has the place of a quiz"' 'expect-not "group \"Quiz\""' >lines.txt
"$view" view --no-settings --no-window --script lines.txt --lesson 1_day >out 2>err </dev/null && good || bad "beside a lesson: $(tail -1 err)"

# Closed while a question is being made; a type of which there is no question.
quiz "$night -s 7 --type fix" 'expect "is being made"' 'key Escape' 'expect-not "group \"Quiz\""' 'wait' 'expect "Timeline"' &&
    good || bad "closed early: $(tail -1 err)"
quiz "$night --type orders" 'wait' 'expect "heading \"Nothing to ask\""' 'expect "There is no question of type orders in these runs."' \
    'click "Close"' 'expect-not "group \"Quiz\""' && good || bad "nothing to ask: $(tail -1 err)"
quiz "$night -s 7 -n 9 --type argument" 'wait' 'expect "question 1 of "' 'expect-not "of 9"' && good || bad "fewer than wanted: $(tail -1 err)"

# In an upright picture, in a narrow one.
for size in '390 844' '640 480'; do
    quiz "$night -s 7 -n 1" "size $size" 'wait' 'expect "heading \"Who runs next?\""' 'key C' 'wait' 'expect "Score\" (focused)"' 'shot small.png' &&
        good || bad "at $size: $(tail -1 err)"
done

# What is wrong.
code 2 '--quiz with --lesson (expected one of them' "$view" view --quiz --lesson 1_day
code 2 '--quiz with --game (expected one of them' "$view" view --quiz --game 1
code 2 '--type "in_force" needs --quiz' "$view" view --type in_force "$night"
code 2 '--runs needs --quiz' "$view" view -n 3 "$night"
code 2 'render takes no --quiz' "$view" render --quiz "$night" -o x.png
code 2 '--type "in_farce" (expected one of: who_next' "$view" view --no-settings --no-window --script /dev/null --quiz --type in_farce "$night"
code 2 'did you mean "in_force"?' "$view" view --no-settings --no-window --script /dev/null --quiz --type in_farce "$night"
code 2 'load_curve.ini:15:7: "${sp2, hotfix}" (expected one value' "$view" view --no-settings --no-window --script /dev/null \
    --quiz "$night" "$scenarios/load_curve.ini"
code 2 'nowhere.ini:1:1: ' "$view" view --no-settings --no-window --script /dev/null --quiz nowhere.ini
finish
