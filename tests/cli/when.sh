#!/bin/sh
# when.sh EXIFSIM JSON - from when on a finding cannot be escaped any more.
. "$(dirname "$0")/common.sh"

# A crash that a fault brings about: until the fault nothing is decided by chance, so no future escapes.
code 0 'No way back from record ' "$exifsim" explain --when "$scenarios/crash_without_load.ini"
holds "the finding" out 'store.exe crashes with c0000005'
holds "what was varied" out 'Futures: load and schedule drawn anew'
holds "every future" out '40 of 40'
"$exifsim" explain --when "$scenarios/crash_without_load.ini" --format json >one
"$exifsim" explain --when "$scenarios/crash_without_load.ini" --format json >other
same "the same again" "$(cat other)" "$(cat one)"

# A race of a driver: until the end some schedule escapes.
code 0 'At every instant that was asked some future escapes.' "$exifsim" explain --when "$scenarios/guests/stopping/stopping.ini" --vary schedule
holds "what was varied" out 'Futures: schedule drawn anew'

# What is wrong.
cat >early.c <<'C'
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    UNREFERENCED_PARAMETER(driver);
    UNREFERENCED_PARAMETER(path);
    KeBugCheck(0xE2);
}
C
printf '[scenario]\ntitle = An early stop\nduration = 1 s\nseed = 1\n[machine]\nexchange = no\n[driver early]\nsource = early.c\n' >early.ini
code 2 'within 2 ms of the start (expected a finding with an instant before it)' "$exifsim" explain --when early.ini
code 2 'this run finds nothing (expected one that stops, crashes, hangs or breaks a rule)' "$exifsim" explain --when "$quiet"
code 2 'futures belong to one run' "$exifsim" explain --when "$quiet" "$quiet"
code 2 '--vary needs --when' "$exifsim" explain --vary load "$quiet"
code 2 'both, load or schedule' "$exifsim" explain --when --vary weather "$quiet"
finish
