#!/bin/sh
# names.sh EXIFSIM JSON - scenarios and lessons that come with the program are found by name from anywhere.
. "$(dirname "$0")/common.sh"
export XDG_DATA_HOME="$PWD/data"
mkdir elsewhere && cd elsewhere || exit 1

# --- The ways to write a name --------------------------------------------------------------------
for name in kill_without_load kill_without_load.ini scenarios/kill_without_load.ini; do
    code 0 "$scenarios/kill_without_load.ini" "$exifsim" run -q "$name"
done
for name in 4_memory lessons/4_memory lessons/4_memory.ini scenarios/lessons/4_memory.ini; do
    code 0 "1 passed, 0 failed" "$exifsim" lint "$name"
    code 0 "page 1 of 7" sh -c "echo q | \"$exifsim\" lesson \"$name\""
done
code 0 "2 passed, 0 failed" "$exifsim" lint kb887742 4_memory
code 0 "5 passed, 0 failed" "$exifsim" lint 'kb2*'
code 0 "8 passed, 0 failed" "$exifsim" lint lessons
code 0 "2 passed, 0 failed" "$exifsim" lint 'lessons/[14]*'
code 0 "1 passed, 0 failed" "$exifsim" lint 'scenarios/kb9086?4.ini'
code 2 "../kb2*:1:1: no file of this pattern" "$exifsim" lint '../kb2*'
code 0 "expects a stop" "$exifsim" list kb908674
code 0 "a sweep: " "$exifsim" list load_curve
code 0 "Fingerprint" "$exifsim" run kill_without_load --seed 5
code 0 "1 passed" "$exifsim" test scenarios --filter kill_without
code 0 "kill_without_load" "$exifsim" compare -q kill_without_load kill_without_load
code 0 "pass" "$exifsim" explain -q kill_without_load
code 0 "POOL_ALLOC" "$exifsim" export kill_without_load --csv --to 1s
code 0 "0" sh -c "echo time | \"$exifsim\" console kill_without_load -q"

# A line that repeats a run holds the path, so that it works as it stands.
"$exifsim" run kill_without_load --seed 5 >out
holds "repro" out "exifsim run $scenarios/kill_without_load.ini --seed 5"

# --- What lies here comes first ------------------------------------------------------------------
cp "$quiet" mine.ini
cp "$quiet" hotfix.ini
code 0 "  hotfix.ini" "$exifsim" run -q hotfix.ini
code 0 "$scenarios/hotfix.ini" "$exifsim" run -q hotfix
mkdir own
sed 's/^title = .*/title = a scenario of mine/' "$quiet" >own/mine_too.ini
sed 's/^title = .*/title = another calm day/' "$quiet" >own/calm_day.ini
code 0 "own/mine_too.ini" env EXIFSIM_SCENARIOS=own "$exifsim" run -q mine_too
code 0 "own/calm_day.ini" env EXIFSIM_SCENARIOS=own "$exifsim" run -q calm_day
code 0 "$scenarios/kill_without_load.ini" env EXIFSIM_SCENARIOS=own "$exifsim" run -q kill_without_load
code 0 "another calm day" env EXIFSIM_SCENARIOS=own "$exifsim" list

# --- All of them ---------------------------------------------------------------------------------
"$exifsim" list --names >names
same "names" "$(cat names)" "$(cd "$scenarios" && ls ./*.ini game/*.ini lessons/*.ini | sed 's|^\./||; s/\.ini$//' | LC_ALL=C sort)"
"$exifsim" list >all
same "a line each" "$(wc -l <all | tr -d ' ')" "$(wc -l <names | tr -d ' ')"
same "each begins with its name" "$(cut -d' ' -f1 all)" "$(cat names)"
same "and has a title" "$(awk 'NF < 2' all)" ""
code 0 "drill_none" "$exifsim" list --filter drill_n
"$exifsim" list --names --filter drill >some
same "--names with --filter" "$(cat some)" "$(grep drill names)"
code 0 '"name": "kb908674"' "$exifsim" list kb908674 --format json
code 0 '"name": null' "$exifsim" list mine.ini --format json
code 0 "4_memory" "$exifsim" lesson

# --- Nobody has it -------------------------------------------------------------------------------
for verb in run test list lint explain console replay; do
    code 2 "kb90867:1:1: cannot open: No such file or directory (expected a scenario file, did you mean \"kb908674\"? looked here and in $scenarios)" \
        "$exifsim" $verb kb90867
done
code 2 'did you mean "4_memory"?' "$exifsim" lesson 4memory
code 2 'did you mean "drill_driver_not_unloaded"?' "$exifsim" run drill_d
code 2 'did you mean "load_curve"?' "$exifsim" sweep load_curv -o x.db
code 2 "nothing_like_it:1:1: cannot open: No such file or directory (expected a scenario file; looked here and in $scenarios)" \
    "$exifsim" run nothing_like_it
code 2 "looked here and in /nowhere, $scenarios" env EXIFSIM_SCENARIOS=/nowhere "$exifsim" run nothing_like_it
for path in ./kb908674 ../kb908674.ini /kb908674.ini; do       # A path is no name.
    code 2 "$path:1:1: cannot open: No such file or directory (expected a scenario file)" "$exifsim" run "$path"
done
code 2 "no file of this pattern" "$exifsim" list 'nothing*'
code 2 "--names with --format (expected one of them: nothing but names is printed)" "$exifsim" list --names --format json
code 2 "list takes no --junit" "$exifsim" list --junit x.xml
code 2 "overwrite the input" "$exifsim" run kb908674 -o "$scenarios/kb908674.ini"

# The sources' own folder is one, though it is both here and beside the build.
(cd "$scenarios/.." && "$exifsim" run nothing_like_it 2>&1) >out
holds "one folder" out "(expected a scenario file; looked here and in scenarios)"

# --- A program that has been carried away from its scenarios -------------------------------------
mkdir ../alone && cp "$exifsim" ../alone/exifsim
code 2 "EXIFSIM_SCENARIOS" ../alone/exifsim list
code 2 "looked here and in scenarios, " ../alone/exifsim run kb908674
code 2 "no lessons (expected" ../alone/exifsim lesson
code 2 "no levels (expected" ../alone/exifsim game
code 0 "kill_without_load" env EXIFSIM_SCENARIOS="$scenarios" ../alone/exifsim run -q kill_without_load
finish
