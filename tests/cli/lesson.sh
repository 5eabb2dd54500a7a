#!/bin/sh
# lesson.sh EXIFSIM JSON - lessons in the terminal: played, checked, graded; progress is kept and forgotten.
. "$(dirname "$0")/common.sh"
export XDG_DATA_HOME="$PWD/data"
lessons=$scenarios/lessons

# --- Playing -------------------------------------------------------------------------------------
printf 'b\n\nq\n' >right
code 0 "Right." sh -c "\"$exifsim\" lesson \"$lessons/4_memory.ini\" <right"
code 0 "2 of 4 points" sh -c "\"$exifsim\" lesson \"$lessons/4_memory.ini\" <right"
printf 'a\nq\n' >wrong
code 0 "An address is not a place." sh -c "\"$exifsim\" lesson \"$lessons/4_memory.ini\" <wrong"
code 0 "See it: exifsim view" sh -c "\"$exifsim\" lesson \"$lessons/4_memory.ini\" <wrong"
printf 'x\nh\nr\nq\n' >lost
code 0 "\"x\" (expected one of the letters, h, r, p, n or q)" sh -c "\"$exifsim\" lesson \"$lessons/4_memory.ini\" <lost"
code 0 "Whose memory would you have to look into?" sh -c "\"$exifsim\" lesson \"$lessons/4_memory.ini\" <lost"
code 0 "It is: no" sh -c "\"$exifsim\" lesson \"$lessons/4_memory.ini\" <lost"

# A right answer after a reveal gives nothing; back and next turn pages.
printf 'n\np\np\nn\nq\n' >pages
code 0 "page 2 of 7" sh -c "\"$exifsim\" lesson \"$lessons/4_memory.ini\" <pages"

# The panel does not say what is asked, a page may show another run, and "See it" is a command that runs.
printf 'q\n' >quit
sh -c "\"$exifsim\" lesson \"$lessons/3_queue.ini\" <quit" >out 2>&1
same "the reserve, which is asked for" "$(grep -c 'reserve has' out)" 0
printf 'n\nn\nn\nn\nn\nn\na\nq\n' >last
code 0 "burst.ini --seed 1 --at" sh -c "\"$exifsim\" lesson \"$lessons/3_queue.ini\" <last"
printf 'n\nn\nn\nn\nc\nq\n' >fifth
code 0 'at 60.000017000 s of the run "heavy":' sh -c "\"$exifsim\" lesson \"$lessons/6_crash.ini\" <fifth"
code 0 "--set load.smtp.rate=24/s --set 'scenario.duration=100 s' --at" sh -c "\"$exifsim\" lesson \"$lessons/6_crash.ini\" <fifth"

# --- Progress ------------------------------------------------------------------------------------
code 0 "begun, best 2 of 14" sh -c "cd \"$scenarios/..\" && \"$exifsim\" lesson"
code 0 "Progress is forgotten" "$exifsim" lesson --reset
code 0 "8_look_alikes" sh -c "cd \"$scenarios/..\" && \"$exifsim\" lesson"
same "progress after reset" "$(grep -c begun out)" 0

# --- Grades --------------------------------------------------------------------------------------
printf '[answers]\nlesson = 4_memory\nwho = 7f3a\npage_1 = b\npage_2 = c, a\npage_3 = hint, b\npage_5 = a\n' >answers.ini
code 0 '{"scores": {"page1": 2, "page2": 1, "page3": 1, "page4": 0, "page5": 0, "page6": 0, "page7": 0}}' \
    sh -c "\"$exifsim\" lesson \"$lessons/4_memory.ini\" --answers answers.ini | tail -1"
code 0 "" "$exifsim" lesson "$lessons/4_memory.ini" --answers answers.ini --grade gradescope -o results.json
code 0 '"max_score": 2' cat results.json
code 0 'answered &quot;a&quot;; it is not so"' "$exifsim" lesson "$lessons/4_memory.ini" --answers answers.ini --grade junit
code 0 'it is not so; expected 75.' "$exifsim" lesson "$lessons/4_memory.ini" --answers answers.ini --grade junit --show-keys
sed 's/page_1 = b/page_1 = z/' answers.ini >bad.ini
code 2 'bad.ini:4:10: "z" (expected a letter of an offer)' "$exifsim" lesson "$lessons/4_memory.ini" --answers bad.ini
sed 's/4_memory/5_visit/' answers.ini >bad.ini
code 2 'bad.ini:2:10: answers to "5_visit" (expected 4_memory)' "$exifsim" lesson "$lessons/4_memory.ini" --answers bad.ini
sed 's/page_5/page_9/' answers.ini >bad.ini
code 2 'bad.ini:7:1: "page_9"' "$exifsim" lesson "$lessons/4_memory.ini" --answers bad.ini

# --- Checks --------------------------------------------------------------------------------------
# Another schedule: the night passes, and what is told of it is not there. A day that takes other letters is as told.
code 1 "4_memory.ini:29:6: page 1: this run has no such line of a story (outcome survived)" \
    "$exifsim" lesson --check "$lessons/4_memory.ini" --set versions.all=hotfix
code 0 "6 passed, 0 failed, 0 skipped" "$exifsim" lesson --check "$lessons/1_day.ini" --set scenario.seed=1
# One transfer of that night takes longer: the lesson that told what came of it turns red, and no other.
for lesson in 1_day 2_turns 5_visit; do
    code 0 " 0 failed" "$exifsim" lesson --check "$lessons/$lesson.ini" --surprises DISK:5640:1
done
code 1 "6 passed, 1 failed" "$exifsim" lesson --check "$lessons/4_memory.ini" --surprises DISK:5640:1
code 2 "expected a lesson, such as scenarios/lessons/1_day.ini" "$exifsim" lesson "$scenarios/kb908674.ini"
code 2 "exifsim: --ask: \"wonder\" (expected a word" "$exifsim" lesson --ask wonder "$scenarios/calm_day.ini"
code 0 "stop" "$exifsim" lesson --ask outcome "$scenarios/kb908674.ini"
code 2 "--check and --answers" "$exifsim" lesson --check --answers answers.ini "$lessons/4_memory.ini"
finish
