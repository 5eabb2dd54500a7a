#!/bin/sh
# good.sh EXIFSIM JSON - words, options and exit codes of the command.
. "$(dirname "$0")/common.sh"

# Help and version go to stdout, and nothing else does.
for words in --help -h help "run --help" "test -h" "replay --help" "console --help" "list --help" "lint --help" "version --help"; do
    code 0 "usage: exifsim" "$exifsim" $words
    same "stderr of $words" "$(cat err)" ""
done
code 0 "exifsim " "$exifsim" version
code 0 "exifsim " "$exifsim" --version
code 0 "snapshots: " "$exifsim" version
# This build does what the golden fingerprints say, and each of those is of a scenario that exists.
code 0 "as it has to" "$exifsim" version --fingerprint
sed -n 's/^[0-9a-f]* \(.*\.ini\)$/\1/p' "$scenarios/fingerprints.txt" | while read -r name; do
    [ -f "$scenarios/$name" ] || echo "$name"
done >stale
same "golden fingerprints of scenarios that are gone" "$(cat stale)" ""
code 2 "usage: exifsim" "$exifsim"
same "stdout without words" "$(cat out)" ""

# A log whose machine stopped while it was written: the whole lines are taken, with a warning.
printf '[scenario]\ntitle = cut\nduration = 20 s\nwarm_up = 0 s\n[versions]\nall = hotfix\n[load smtp]\narrivals = cut.log\n' >cut.ini
printf '#Date: 2006-09-05 08:00:00\n#Fields: time cs-username cs-method\n08:00:01 a DATA\n08:00:02 a DA\0\0' >cut.log
code 0 "1 of 1 delivered" "$exifsim" run -q --seed 1 cut.ini
holds "zeros at the end" err "cut.log:4:1: warning: the file ends in 2 bytes of zero, which were left out"
same "a warning a fact" "$(wc -l <err | tr -d ' ')" 1

# Usage errors: code 2, said on stderr, nothing on stdout.
usage() { # PART WORDS...
    part=$1
    shift
    code 2 "$part" "$exifsim" "$@"
    same "stdout of usage error: $*" "$(cat out)" ""
}
usage 'unknown verb "rnu", did you mean "run"?' rnu "$quiet"
usage 'unknown verb "simplify"' simplify "$quiet"
usage 'run needs at least one scenario file' run
usage 'curve needs a database that exifsim sweep has written' curve
usage 'unknown option "--sede", did you mean "--seed"?' run --sede 3 "$quiet"
usage 'unknown option "--sede"' run --sede=3 "$quiet"
usage 'unknown option "-z"' run -z "$quiet"
usage 'option "--seed" needs a value (expected a number below 2^64' run "$quiet" --seed
code 0 "2 passed" "$exifsim" run -qn2 "$quiet" --until 1s --set expect.outcome=any
usage 'both --quiet and --verbose' run -qv "$quiet"
usage 'unknown option "-x"' run -qx "$quiet"
usage 'option "-n" needs a value' run "$quiet" -qn
usage 'option "--quiet=3" takes no value' run --quiet=3 "$quiet"
usage '--seed "-1"' run --seed -1 "$quiet"
usage '--seed "0x"' run --seed 0x "$quiet"
usage '--seed "7 "' run --seed "7 " "$quiet"
usage '--seed "18446744073709551616"' run --seed 18446744073709551616 "$quiet"
usage '--seed "01234567890123456789012345678901234567"' run --seed 01234567890123456789012345678901234567 "$quiet"
usage '--runs "0"' run -n 0 "$quiet"
usage '--runs "1e3"' run -n 1e3 "$quiet"
usage '--jobs "999"' test -j 999 "$quiet"
usage '--until "5" (expected a time' run --until 5 "$quiet"
usage '--until "-5 s"' run --until "-5 s" "$quiet"
usage '--format "xml" (expected human, json or tap' run --format xml "$quiet"
usage '--color "red"' run --color red "$quiet"
usage 'sweep takes no --until; use --set scenario.duration=TIME' sweep --until 5s "$quiet" -o x.db
usage 'lint takes no --seed' lint --seed 3 "$quiet"
usage 'list takes no --verify' list --verify "$quiet"
usage 'replay takes no --set' replay --set load.smtp.rate=2/s "$quiet"
usage 'unexpected "extra" (version takes no file)' version extra
usage 'expected one of them' run -q -v "$quiet"
usage 'a capsule holds one run' run -n 2 --out x.ini "$quiet"
usage 'a capsule holds one run' run --out x.ini "$quiet" "$quiet"
usage 'needs --format json or tap' test --out x.json "$quiet"
usage 'surprises belong to one run' run --surprises PREEMPT:1:1 -n 2 "$quiet"
usage 'expected two files' test --format json --out x --junit x "$quiet"
usage 'list takes no --runs' list --runs 3 "$quiet"
usage 'several of --perfetto, --chrome, --csv, --json and --html given (expected exactly one)' export "$quiet" --csv --json

# What is read is not written over.
cp "$quiet" mine.ini && ln -s mine.ini alias.ini
usage '--out would overwrite the input "mine.ini"' run mine.ini --out mine.ini
usage '--junit would overwrite the input "alias.ini"' run mine.ini --junit alias.ini
same "it is as it was" "$(cat mine.ini)" "$(cat "$quiet")"

# Scenario errors: code 2, file:line:column.
code 2 "nofile.ini:1:1: cannot open: No such file or directory" "$exifsim" run nofile.ini
code 2 "-x.ini:1:1: cannot open" "$exifsim" run -- -x.ini
mkdir folder
code 2 "folder:1:1: cannot open: Is a directory" "$exifsim" run folder
code 2 "/dev/null:1:1: cannot open: not a regular file" "$exifsim" lint /dev/null
cp "$quiet" unreadable.ini && chmod 0 unreadable.ini
if [ ! -r unreadable.ini ]; then                # Root reads everything.
    code 2 "unreadable.ini:1:1: cannot open (Permission denied)" "$exifsim" lint unreadable.ini
fi
code 2 '--set #1: "rate" (expected section.key=value' "$exifsim" run --set rate "$quiet"
code 2 '--set #1: nothing behind' "$exifsim" run --set load.smtp.rate= "$quiet"
code 2 '--set #2: "5" (expected a rate' "$exifsim" run --set load.smtp.rate=5/s --set load.smtp.rate=5 "$quiet"
code 2 '(did you mean "load smtp"?)' "$exifsim" run --set load.smpt.rate=5/s "$quiet"
code 2 'did you mean "rate"?' "$exifsim" run --set load.smtp.rat=5/s "$quiet"
code 2 '--set #1: "${5, 10}/s" (expected one value' "$exifsim" run --set 'load.smtp.rate=${5, 10}/s' "$quiet"
code 2 '--surprises:1:1: "soon"' "$exifsim" run --surprises soon "$quiet"
code 2 '0 passed, 2 failed, 0 skipped' "$exifsim" lint nofile.ini folder
same "lint names every file" "$(grep -cE 'cannot open|no scenario below' err)" 2

# Met, not met, cut short.
code 0 "1 passed, 0 failed, 0 skipped" "$exifsim" run "$quiet"
same "the last line counts" "$(tail -1 out)" "1 passed, 0 failed, 0 skipped"
holds "the repro line" out "Again: exifsim run $quiet --seed 1"
code 1 "messages were delivered, expected at least 999999" "$exifsim" run "$quiet" --set expect.min_delivered=999999
holds "what to run again" out "Again: exifsim run $quiet --seed 1 --set expect.min_delivered=999999"
code 1 "expected stop" "$exifsim" test "$quiet" --set expect.outcome=stop
code 1 "expected survived" "$exifsim" test "$scenarios/h3_forgotten_detach.ini" --set expect.outcome=survived
code 4 "     cut short at" "$exifsim" test "$quiet" --until 10s
code 0 "" "$exifsim" test "$quiet" --until 10s --set expect.min_delivered=1
code 1 "" "$exifsim" test "$scenarios/h3_forgotten_detach.ini" --until 30s --set expect.outcome=survived
code 2 "1 passed, 1 failed" "$exifsim" test "$quiet" nofile.ini
code 3 "" "$exifsim" test "$quiet" --set replay.fingerprint=0123456789abcdef

# The hotfix's package refuses a server without Service Pack 2: the advice names it first.
code 0 "Install Service Pack 2 first" "$exifsim" explain "$scenarios/kb908674.ini" --set versions.all=sp1 --set expect.diagnosis=kb908674

# A run may end at the instant the power goes: it ends in the dark.
code 4 "     cut short at" "$exifsim" test "$scenarios/fault_power_back.ini" --until 20s
# A run that cannot be repeated is not one that differs.
if (ulimit -v 400000 && exec "$exifsim" run -q "$quiet") >out 2>err; then # Not with a sanitizer.
    (ulimit -v 400000 && exec "$exifsim" run -q --verify "$quiet") >out 2>err
    same "exit code without memory for a second world" $? 70
    holds "and why" err "no memory for the second world of --verify"
fi

# The last records of a run that was cut short are its own, up to the cut.
code 0 "The last records" "$exifsim" run -v "$quiet" --until 10s --set expect.min_delivered=1
same "as many as are shown" "$(sed -n '/^The last records/,/^$/p' out | grep -c ' cpu[0-9]')" 40
same "none behind the cut" "$(sed -n '/^The last records/,/^$/p' out | awk '$2 > 10' | grep -c cpu)" 0

# Seeds in all spellings; a drawn one is printed and can be given back.
code 0 "seed 7" "$exifsim" run -s7 "$quiet" --set expect.min_delivered=1
code 0 "seed 255" "$exifsim" run --seed=0xff "$quiet" --set expect.min_delivered=1
code 0 "seed 81985529216486895" "$exifsim" run -s 0123456789abcdef0123456789abcdef01234567 "$quiet" \
    --set expect.min_delivered=1
sed '/^seed/d' "$quiet" >unseeded.ini
code 0 "" "$exifsim" run unseeded.ini --until 5s --set load.smtp.rate=20/s --set expect.min_delivered=1
seed=$(sed -n 's/.*; seed \([0-9]*\)$/\1/p' out)
first=$(grep Fingerprint out)
code 0 "$first" "$exifsim" run unseeded.ini --seed "$seed" --until 5s --set load.smtp.rate=20/s --set expect.min_delivered=1

# Many seeds, in order whatever the number of threads.
code 0 "4 passed, 0 failed, 0 skipped" "$exifsim" test -n 4 -j 3 "$quiet" --until 20s --set expect.min_delivered=1
cp out threads
code 0 "" "$exifsim" test -n 4 "$quiet" --until 20s --set expect.min_delivered=1
same "one thread and three" "$(cat out)" "$(cat threads)"
same "a line each" "$(grep -c '^pass seed' out)" 4
code 0 "" "$exifsim" test -q -n 2 "$quiet" --until 20s --set expect.min_delivered=1
same "quiet" "$(grep -c . out)" 2

# list and lint.
code 0 "Inetinfo.exe is killed on a quiet evening" "$exifsim" list "$quiet"
code 0 "passed, 0 failed, 0 skipped" "$exifsim" lint "$scenarios"/*.ini
same "lint is silent when all is well" "$(cat err)" ""

# Colour only where it is asked for.
esc=$(printf '\033')
"$exifsim" run "$scenarios/h3_forgotten_detach.ini" >plain
same "no colour in a pipe" "$(grep -c "$esc" plain)" 0
"$exifsim" run --color always "$scenarios/h3_forgotten_detach.ini" >blue
same "the screen is 80 columns wide" \
    "$(grep "$esc\[44" blue | sed "s/$esc\[[0-9;]*m//g" | awk 'length != 80' | wc -l | tr -d ' ')" 0
NO_COLOR=1 "$exifsim" run --color never "$scenarios/h3_forgotten_detach.ini" >plain
same "no colour" "$(grep -c "$esc" plain)" 0
same "long lines are folded" "$(awk 'length > 120 && !/Again/' plain | wc -l | tr -d ' ')" 0

# Full and closed outputs.
if [ -w /dev/full ]; then
    "$exifsim" run "$quiet" >/dev/full 2>err
    same "full output" $? 2
    holds "full output" err "standard output: No space left on device"
    "$exifsim" version >/dev/full 2>err
    same "full output of version" $? 2
fi
{ "$exifsim" run "$quiet"; echo $? >closed; } | head -1 >/dev/null
same "a reader that leaves" "$(cat closed)" 0
# More than one buffer, so that it fails on the way.
{ "$exifsim" list "$scenarios"/*.ini 2>err; echo $? >closed; } | head -1 >/dev/null
same "a reader that leaves early" "$(cat closed) $(cat err)" "0 "
if [ -w /dev/full ]; then
    "$exifsim" list "$scenarios"/*.ini >/dev/full 2>err
    holds "full output on the way" err "standard output: No space left on device"
fi
holds "why" plain "Why:   exifsim explain $scenarios/h3_forgotten_detach.ini --seed"
# What is on the command line cannot control a terminal: it is refused, and shown escaped.
for byte in '\n' '\033' '\177' '\302\233' '\233' '\342\200\256'; do
    [ "$byte ${EXIFSIM_HOST:-}" != '\233 windows' ] || continue # Words of UTF-16 have no such byte.
    word=$(printf "x${byte}y")
    for words in "run $quiet --set scenario.title=$word" "run $word.ini" "lint $word.ini" "$word" "run --$word" \
        "run $quiet -o $word" "list $quiet --seed $word"; do
        set -f
        IFS=' '
        # shellcheck disable=SC2086
        code 2 'a control character, byte 0x' "$exifsim" $words
        unset IFS
        set +f
        same "no such byte is printed" "$(cat out err | LC_ALL=C tr -d '\n' | LC_ALL=C grep -c "$(printf '[\001-\037\177\233]')")" 0
    done
done
finish
