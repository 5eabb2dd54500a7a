#!/bin/sh
# minimize.sh EXIFSIM JSON - the smallest run with the same finding.
. "$(dirname "$0")/common.sh"

# A driver that looks at no result of an allocation, and much that has nothing to do with it.
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
cat >client.c <<'END'
int main(void) { return 0; }
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
[program client]
source = client.c
at = 15 s
END
list=$(awk 'BEGIN { for (i = 20; i < 60; i++) printf "POOL:%d:1,", i }')PREEMPT:3:1,READY:4:1

code 0 'STOP 0x0000007e in fails!Worker' "$exifsim" minimize fails.ini --surprises "$list" -o small.ini
holds "one surprise is left" out 'POOL:'
same "surprises in the capsule" "$(grep -c '^surprises = POOL:[0-9]*:1$' small.ini)" 1
same "the program has gone" "$(grep -c '^\[program' small.ini)" 0
holds "the driver stays" small.ini '[driver fails]'
holds "no longer than it takes" small.ini 'duration = 1 s'
[ "$(wc -c <small.ini)" -lt 1024 ] && passed=$((passed + 1)) || { echo "not ok: a capsule of 1 KB"; failed=$((failed + 1)); }
code 0 '1 passed' "$exifsim" replay -q small.ini
code 1 ' s, record ' "$exifsim" run -v small.ini --set expect.outcome=survived
holds "what the surprise changed, and when" out ': this pool allocation fails'
# Each part that is left is needed: the check at the end says what is found without it.
"$exifsim" minimize fails.ini --surprises "$list" -o again.ini --format json >document
same "parts" "$("$json" parts.0.without.kind <document) $("$json" parts_after <document)" "none 2"
same "the same again" "$(cat again.ini)" "$(cat small.ini)"

# The night of the article: nothing but the load brings it about, and the wait for the end is cut off.
code 0 'STOP 0x00000005 in exifs!' "$exifsim" minimize "$scenarios/kb908674.ini" -o night.ini
holds "the night is cut" night.ini 'duration = 80 s'
code 0 '1 passed' "$exifsim" replay -q night.ini

# What is wrong.
printf '[scenario]\ntitle = x\nduration = 1 s\nseed = 1\n[machine]\nexchange = no\n' >calm.ini
code 2 'calm.ini:1:1: this run finds nothing (expected one that stops' "$exifsim" minimize calm.ini -o none.ini
sed -i /seed/d calm.ini
code 2 'calm.ini:1:1: no seed (expected a capsule' "$exifsim" minimize calm.ini -o none.ini
code 2 'cannot open' "$exifsim" minimize absent.ini -o none.ini
code 2 'minimize needs --out' "$exifsim" minimize small.ini
code 2 'would overwrite the input' "$exifsim" minimize small.ini -o small.ini
same "nothing is half-written" "$(ls none.ini 2>/dev/null)" ""
finish
