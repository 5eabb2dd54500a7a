#!/bin/sh
# pairs.sh EXIFSIM JSON - two runs side by side, a first scenario, and help for a verb.
. "$(dirname "$0")/common.sh"

code 0 "rows differ (*)" "$exifsim" compare "$quiet" "$scenarios/crash_without_load.ini"
holds "a row that differs" out "* outcome                    survived"
holds "a row that does not" out "  processors                 4"
code 0 "0 of" "$exifsim" compare "$quiet" "$quiet"
code 0 "" "$exifsim" compare "$quiet" "$quiet" -q
same "only the head and the count" "$(wc -l <out | tr -d ' ')" 2
code 0 "" "$exifsim" run -q "$quiet" -o capsule.ini
code 0 "0 of" "$exifsim" compare "$quiet" capsule.ini
code 2 "compare needs two scenarios" "$exifsim" compare "$quiet"
code 2 "(compare takes two words)" "$exifsim" compare "$quiet" "$quiet" "$quiet"
code 2 "nofile.ini:1:1: cannot open" "$exifsim" compare "$quiet" nofile.ini

# The template lints, runs and passes, and so do the lines that it offers.
code 0 "Next: exifsim run mine.ini" "$exifsim" new scenario mine.ini
code 0 "1 passed" "$exifsim" lint mine.ini
code 0 "As expected: no process crashed" "$exifsim" run mine.ini
sed '/^# \[fault/,/^# at/s/^# //; s/^outcome = survived/outcome = stop/; s/^min_delivered/# &/; s/^# \(services\|size_median\)/\1/' mine.ini >crash.ini
code 0 "As expected: stop 0x5" "$exifsim" run crash.ini
sed 's|^rate = .*|rate = ${5, 10, 24}/s|' mine.ini >sweep.ini
code 0 "3 points" "$exifsim" list sweep.ini
code 2 "mine.ini: File exists (expected a new name)" "$exifsim" new scenario mine.ini
code 2 'new "scenaro" (expected scenario, driver or lab; did you mean scenario?)' "$exifsim" new scenaro x.ini
code 2 "new needs a kind and a name" "$exifsim" new scenario
code 2 "cannot write nofolder/x.ini" "$exifsim" new scenario nofolder/x.ini
"$exifsim" new scenario - >piped.ini
same "to standard output" "$(cmp piped.ini mine.ini && echo same)" same

code 0 "usage: exifsim run" "$exifsim" help run
code 0 "usage: exifsim VERB" "$exifsim" help
code 2 'unknown verb "rnu", did you mean "run"?' "$exifsim" help rnu
# Two runs, record by record: alike; or the first record that differs, with the stacks of both. With the files of the hotfix the
# driver leaves the store's process where the old one writes into it.
code 0 'Alike: ' "$exifsim" diff "$quiet" "$quiet"
code 0 '' "$exifsim" diff -q "$quiet" "$quiet"
same "quiet is quiet" "$(cat out err)" ""
code 3 'Alike up to record ' "$exifsim" diff "$scenarios/kb908674.ini" "$scenarios/hotfix.ini" --seed 2
holds "the first run" out 'FOREIGN_WRITE'
holds "the second run" out 'DETACH, detaches from process'
case $(uname -m) in x86_64 | aarch64)
    holds "its stack" out 'nt!MmCopyVirtualMemory+'
    holds "the other stack" out 'nt!KeUnstackDetachProcess+'
    ;;
esac
holds "what only one did" out 'only the second'
"$exifsim" run -q "$quiet" --until 20s -o cut.ini >/dev/null
code 3 'the run is over: it has ' "$exifsim" diff "$quiet" cut.ini
code 2 'diff needs two scenarios or capsules' "$exifsim" diff "$quiet"
code 2 'cannot open' "$exifsim" diff "$quiet" none.ini
code 2 'diff takes no --verify' "$exifsim" diff "$quiet" "$quiet" --verify
finish
