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
code 2 'new "scenaro" (expected scenario or driver; did you mean scenario?)' "$exifsim" new scenaro x.ini
code 2 "new needs a kind and a name" "$exifsim" new scenario
code 2 "cannot write nofolder/x.ini" "$exifsim" new scenario nofolder/x.ini
"$exifsim" new scenario - >piped.ini
same "to standard output" "$(cmp piped.ini mine.ini && echo same)" same

code 0 "usage: exifsim run" "$exifsim" help run
code 0 "usage: exifsim VERB" "$exifsim" help
code 2 'unknown verb "rnu", did you mean "run"?' "$exifsim" help rnu
finish
