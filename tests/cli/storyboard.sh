#!/bin/sh
# storyboard.sh EXIFSIM JSON - a run told in three to seven panels: what must hold of every story, and two stories word by word.
#
# GOLDEN_UPDATE=1 writes the goldens anew.
. "$(dirname "$0")/common.sh"

# A driver that looks at no result of an allocation, under surprises.
cat >fails.c <<'END'
#include <ntddk.h>
static VOID Worker(PVOID Context)
{
    for (int i = 0; i < 64; i++) {
        LARGE_INTEGER wait = { .QuadPart = -10000 };
        ULONG *block = ExAllocatePoolWithTag(NonPagedPool, 64, 'liaF');

        if (i % 8 == 5)
            *block = 7;
        KeDelayExecutionThread(KernelMode, FALSE, &wait);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    HANDLE thread;
    return PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, Worker, NULL);
}
END
cat >fails.ini <<'END'
[scenario]
title = allocations that fail
duration = 20 s
seed = 3
[machine]
exchange = no
[driver fails]
source = fails.c
END
code 1 '' "$exifsim" run fails.ini --set expect.outcome=survived --surprises POOL:20:1,POOL:21:1 -o found.ini

# Reads every panel of `document` into `panels`: number, time, beginning, end, kind, role, then thread and caption, a tab between.
panels() {
    count=$("$json" 'panels.#' <document)
    : >panels
    i=0
    while [ $i -lt "$count" ]; do
        for field in record at_ns from_ns to_ns kind role threads.0 caption; do
            printf '%s\t' "$("$json" panels.$i.$field <document)"
        done >>panels
        echo >>panels
        i=$((i + 1))
    done
}

# What must hold of every story. The run's records are read back: each panel's record is one of them, and its thread is in the run.
story() { # SCENARIO [PANELS]: five or more, unless so many are said
    "$exifsim" storyboard "$1" --format json >document 2>err </dev/null
    same "exit code: $1" $? 0
    "$exifsim" storyboard "$1" --format json >again 2>err </dev/null
    cmp -s document again
    same "the same story twice: $1" $? 0
    panels
    same "panels: $1" "$([ "$count" -ge "${2:-5}" ] && [ "$count" -le "${2:-7}" ] && echo yes)" yes
    same "the first and the last: $1" "$(awk -F '\t' 'NR == 1 { first = $6 } { last = $6 } END { print first, last }' panels)" "before end"
    same "records and times rise: $1" "$(awk -F '\t' '$1 <= n || $2 < t || $3 > $2 || $4 < $2 { print NR } { n = $1; t = $2 }' panels)" ""
    same "a caption names its thread and ends with a full stop: $1" "$(awk -F '\t' 'index($8, $7) == 0 || $8 !~ /\.$/ { print $8 }' panels)" ""
    same "one or two sentences, and one for a surprise: $1" \
        "$(awk -F '\t' '{ text = $8 } gsub(/[.] [A-Z]/, "", text) > ($6 == "choice") + 1 { print $8 }' panels)" ""
    for fact in who what where when why; do
        same "the fact $fact: $1" "$([ -n "$("$json" $fact <document)" ] && echo yes)" yes
    done
    "$exifsim" export -q "$1" --csv -o records.csv
    same "the records are those of the run: $1" "$(awk -F '\t' -v records=records.csv '
        { kind[$1] = $5; at[$1] = $2; who[$1] = $7; n++ }
        END {
            FS = ","
            while ((getline line <records) > 0) {
                split(line, field, ",")
                id = sprintf("%x", field[4])
                names[field[5] " of " field[6]] = names[field[5] " " id " of " field[6]] = names[id " of " field[6]] = 1
                if (field[1] in kind && kind[field[1]] == field[7] && at[field[1]] == field[2])
                    found++
            }
            for (i in who)
                if (!(who[i] in names) && who[i] !~ /^idle thread of processor [0-9]$/)
                    print "no thread is", who[i]
            print found == n
        }' panels)" 1
}

for scenario in crash_without_load h3_forgotten_detach h6_dpc_attaches store_dies guests/races/cancel guests/races/lookup \
    guests/races/teardown guests/races/unload guests/races/wakeup guests/stopping/stopping; do
    story "$scenarios/$scenario.ini"
done
story found.ini
same "its surprises" "$(awk -F '\t' '$6 == "choice"' panels | grep -c 'Chance chose here: this pool allocation fails (POOL:2[01]:1)')" 2

# Little happens before the end of these: four panels are all there is.
story "$scenarios/orders/fsbench.ini" 4
story "$scenarios/orders/sync01.ini" 4
code 0 "" "$exifsim" storyboard "$scenarios/orders/sync01.ini" -o four.svg
holds "the last of four panels on a page" four.svg "The hang"

# What each of the races is about is told, whoever else did something.
code 0 'Completed again' "$exifsim" storyboard "$scenarios/guests/races/cancel.ini"
code 0 'this wait has no end' "$exifsim" storyboard "$scenarios/guests/races/wakeup.ini"
holds "the signal that is lost" out 'so none is woken'
code 0 'unloads the driver' "$exifsim" storyboard "$scenarios/guests/races/unload.ini"
code 0 'attaches to store.exe, in exifs!EnterLegacy' "$exifsim" storyboard "$scenarios/h3_forgotten_detach.ini"

# Two stories word by word. Functions are the compiler's business elsewhere.
golden() { # NAME SCENARIO
    (cd "$scenarios" && "$exifsim" storyboard "$2" --format json) >read 2>err
    [ -z "${GOLDEN_UPDATE:-}" ] || cp read "$here/storyboard_$1.golden"
    diff -u "$here/storyboard_$1.golden" read
    same "the story of $2" $? 0
}
case ${EXIFSIM_HOST:-$(uname -m)} in
x86_64)
    golden night kb908674.ini
    golden cancel guests/races/cancel.ini ;;
*) skipped=$((skipped + 2)) ;;
esac

# What is wrong.
code 2 'kill_without_load.ini:1:1: nothing to tell: the run survives (expected one that stops, crashes or hangs)' \
    "$exifsim" storyboard "$quiet"
printf '[scenario]\ntitle = x\nduration = 5\n' >wrong.ini
code 2 'wrong.ini:3:12: "5"' "$exifsim" storyboard wrong.ini
code 2 'cannot open' "$exifsim" storyboard absent.ini
cp found.ini found.svg
code 2 'would overwrite the input' "$exifsim" storyboard found.svg -o found.svg
same "it is as it was" "$(cmp found.ini found.svg && echo yes)" yes
code 2 '--out "story.txt" (expected a name that ends with .svg, .html, .png or .pdf)' "$exifsim" storyboard found.ini -o story.txt
code 2 'both --out "story.svg" and --format' "$exifsim" storyboard found.ini -o story.svg --format json
code 2 'needs --out FILE' "$exifsim" storyboard found.ini --theme light
code 2 'needs a scenario or a capsule' "$exifsim" storyboard
finish
