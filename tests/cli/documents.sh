#!/bin/sh
# documents.sh EXIFSIM JSON - --format json of every verb holds to docs/json.md, field by field.
. "$(dirname "$0")/common.sh"
page=$here/../../docs/json.md

holds_to_the_page() { # CODE COMMAND...
    want=$1
    shift
    "$@" --format json >document 2>err </dev/null
    same "exit code of: $*" $? "$want"
    "$json" --check "$page" <document >read
    same "the page has every field of: $*" "$? $(head -3 read)" "0 "
}

printf '[scenario]\ntitle = x\nduration = 5\n[load smtp]\nraet = 3/s\n' >wrong.ini
printf '[scenario]\ntitle = two\nduration = 20 s\nwarm_up = 1 s\n[load smtp]\nrate = ${5, 10}/s\n[expect]\ncurve = p_stop at 5/s < 0.9\n' >sweep.ini
holds_to_the_page 0 "$exifsim" version --fingerprint
holds_to_the_page 0 "$exifsim" run "$scenarios/kb908674.ini"
same "the kind" "$("$json" kind <document)" run
same "no expectation is unmet" "$("$json" 'runs.0.expectations.unmet.#' <document)" 0
holds_to_the_page 0 "$exifsim" test "$scenarios/fault_power_back.ini" "$quiet" sweep.ini
holds_to_the_page 2 "$exifsim" test wrong.ini
holds_to_the_page 4 "$exifsim" run "$scenarios/hotfix.ini" --until 1s --surprises PREEMPT:900000000:1
same "no verdict, and a surprise that was not reached" "$("$json" runs.0.outcome <document) $("$json" runs.0.skipped <document) $("$json" 'runs.0.surprises_failed.#' <document)" \
    "cut short true 1"
holds_to_the_page 1 "$exifsim" test "$quiet" --set scenario.duration=7d --timeout 1s --surprises PREEMPT:900000000:1
same "a run that hung has not come to its surprises" "$("$json" runs.0.outcome <document) $("$json" 'runs.0.surprises_failed.#' <document)" "hung 0"
"$json" runs.0.threads <document >threads
holds "its threads" threads "store.exe / "
mkdir folder
sed 's/^title.*/title = Night in a folder/' "$quiet" >folder/a.ini
cp wrong.ini folder/wrong.ini
holds_to_the_page 2 "$exifsim" test folder "$quiet" --fail-fast
same "each is a case" "$("$json" 'runs.#' <document) $("$json" errors.0.scenario <document) $("$json" skips.0.message <document)" \
    "1 folder/wrong.ini not run: --fail-fast"
for verb in list lint; do
    holds_to_the_page 2 "$exifsim" $verb folder "none/*.ini"
    cp document $verb.json
done
same "list has the folder" "$("$json" scenarios.0.title <list.json) $("$json" errors.0.file <list.json)" "Night in a folder folder/wrong.ini"
same "list has the pattern" "$("$json" errors.2.found <list.json)" "no file of this pattern"
same "lint has both" "$("$json" passed <lint.json) $("$json" failed <lint.json) $("$json" files.2.errors.0.found <lint.json)" "1 2 no file of this pattern"
holds_to_the_page 0 "$exifsim" list folder --filter "in a FOLDER"
for verb in list lint test; do
    holds_to_the_page 2 "$exifsim" $verb folder --filter nobody
    holds "$verb: the filter fits none" document '--filter \"nobody\" fits none of 2 scenarios'
done
"$exifsim" run -q "$quiet" -o capsule.ini >/dev/null
holds_to_the_page 0 "$exifsim" replay capsule.ini
holds_to_the_page 2 "$exifsim" lint wrong.ini "$quiet" sweep.ini
same "file" "$("$json" files.0.errors.0.file <document)" wrong.ini
same "line" "$("$json" files.0.errors.0.line <document)" 3
same "column" "$("$json" files.0.errors.0.column <document)" 12
same "found" "$("$json" files.0.errors.0.found <document)" '"5"'
same "good ones" "$("$json" passed <document)" 2
holds_to_the_page 2 "$exifsim" lint "$quiet" --set load.smtp.rate=many
same "an option" "$("$json" files.0.errors.0.file <document) $("$json" files.0.errors.0.line <document)" "--set 1"
ln -s "$scenarios" scenarios
holds_to_the_page 0 env XDG_DATA_HOME="$work/data" "$exifsim" lesson
holds_to_the_page 0 "$exifsim" lesson --check "$scenarios/lessons/2_turns.ini"
same "the pages of a lesson" "$("$json" checks.0.passed <document) $("$json" checks.0.met <document)" "6 true"
holds_to_the_page 1 "$exifsim" lesson --check "$scenarios/lessons/4_memory.ini" --set versions.all=hotfix
same "the place of what is not so" "$("$json" checks.0.errors.0.line <document) $("$json" checks.0.errors.0.column <document)" "29 6"
holds_to_the_page 0 env XDG_DATA_HOME="$work/data" "$exifsim" game
same "ten levels" "$("$json" 'levels.#' <document) $("$json" levels.2.name <document)" "10 03_one_slow_disk"
holds_to_the_page 0 env XDG_DATA_HOME="$work/data" "$exifsim" game --check-levels 3
same "a level that is right" "$("$json" checks.0.met <document) $("$json" checks.0.proved <document)" "true true"
holds_to_the_page 0 "$exifsim" list "$quiet" sweep.ini
holds_to_the_page 0 "$exifsim" list --points sweep.ini
holds_to_the_page 2 "$exifsim" list wrong.ini
holds_to_the_page 2 "$exifsim" explain "$scenarios/kb908674.ini" sweep.ini
same "a sweep is no run" "$("$json" passed <document) $("$json" failed <document) $("$json" errors.0.file <document)" "1 1 sweep.ini"
same "the cause" "$("$json" runs.0.found.0 <document)" kb908674
holds_to_the_page 2 "$exifsim" explain wrong.ini
holds_to_the_page 0 "$exifsim" compare "$quiet" "$scenarios/crash_without_load.ini"
holds_to_the_page 2 "$exifsim" compare "$quiet" wrong.ini
holds_to_the_page 0 "$exifsim" explain --when "$scenarios/crash_without_load.ini"
same "no escape at the end" "$("$json" no_return.futures <document)" 300
holds_to_the_page 0 "$exifsim" diff "$quiet" "$quiet"
same "no record" "$("$json" same <document) $("$json" record <document)" "true null"
holds_to_the_page 3 "$exifsim" diff "$quiet" "$scenarios/crash_without_load.ini"
holds_to_the_page 2 "$exifsim" diff "$quiet" wrong.ini
holds_to_the_page 0 "$exifsim" minimize "$scenarios/crash_without_load.ini" -o small.ini
same "what is found" "$("$json" finding.kind <document)" crash
holds_to_the_page 2 "$exifsim" minimize wrong.ini -o small.ini
holds_to_the_page 1 "$exifsim" explore "$scenarios/orders/bluetooth.ini" --findings found
holds_to_the_page 4 "$exifsim" explore "$scenarios/orders/increments_2x2.ini" --strategy pct --schedules 9
holds_to_the_page 2 "$exifsim" explore wrong.ini
holds_to_the_page 0 "$exifsim" storyboard "$scenarios/crash_without_load.ini"
holds_to_the_page 2 "$exifsim" storyboard "$quiet"
holds_to_the_page 2 "$exifsim" storyboard wrong.ini
holds_to_the_page 4 "$exifsim" sweep sweep.ini -o a.db --budget-runs 1
holds_to_the_page 0 "$exifsim" sweep sweep.ini -o a.db --resume
same "complete" "$("$json" end <document)" complete
same "who compares" "$("$json" expectations <document)" "[expect] curve is checked by: exifsim curve a.db"
holds_to_the_page 4 "$exifsim" sweep sweep.ini --set scenario.duration=7d -n 1 -o hung.db --timeout 1s
same "hung" "$("$json" runs_hung <document)" 2
holds_to_the_page 2 "$exifsim" sweep sweep.ini -o a.db
holds_to_the_page 2 "$exifsim" sweep wrong.ini -o b.db
holds_to_the_page 0 "$exifsim" plan sweep.ini --engine slurm --shards 1 -o fleet
holds_to_the_page 2 "$exifsim" plan wrong.ini --engine slurm --shards 1 -o fleet2
holds_to_the_page 0 "$exifsim" merge a.db -o merged.db
same "runs of the result" "$("$json" runs <document)" "$("$json" runs_wanted <document)"
holds_to_the_page 0 "$exifsim" merge --status merged.db
holds_to_the_page 2 "$exifsim" merge nothing.db -o merged.db
holds_to_the_page 0 "$exifsim" curve a.db
same "a bound" "$("$json" curves.0.bounds.0.met <document)" true
holds_to_the_page 2 "$exifsim" curve nothing.db
holds_to_the_page 0 "$exifsim" rare sweep.ini --set load.smtp.rate=5/s -n 2
holds_to_the_page 2 "$exifsim" rare wrong.ini
code 2 "expected 2 to 256 repetitions" "$exifsim" rare "$quiet" -n 1
holds_to_the_page 0 "$exifsim" export "$quiet" --csv -o a.csv
same "records" "$(($(wc -l <a.csv) - 1))" "$("$json" records <document)"
holds_to_the_page 2 "$exifsim" export wrong.ini --csv -o b.csv
code 2 "name a file with -o" "$exifsim" export "$quiet" --csv -o - --format json
holds_to_the_page 0 "$exifsim" version
same "--json is --format json" "$("$exifsim" version --json)" "$(cat document)"
if [ "$("$json" commit <document)" != null ]; then          # An archive that git has not made knows no commit.
    same "the build is the version and the commit" "$("$json" build <document)" \
        "$("$json" exifsim <document) $("$json" commit <document)$([ "$("$json" dirty <document)" = false ] || echo +)"
fi
same "a library" "$("$json" libraries.jansson <document)" "$(pkg-config --modversion jansson)"
code 2 "list takes no --json; see exifsim list --help" "$exifsim" list --json
code 2 "list has no cases" "$exifsim" list "$quiet" --format tap

printf 'run 1 s\nsc query MSExchangeIS\nnonsense\n' >typed
"$exifsim" console "$scenarios/calm_day.ini" --format json <typed >document 2>err
same "console with a wrong line" $? 2
"$json" --check "$page" <document >read
same "the page has every field of console" "$? $(head -3 read)" "0 "
same "an error" "$("$json" errors.0.line <document)" 3
same "what was printed" "$(($("$json" "lines.1.output.#" <document) > 2))" 1
finish
