/* teardown.c - a timer's DPC writes to a block that a teardown has freed.
 *
 * The teardown cancels the timer and frees the block. KeCancelTimer does not wait for a DPC that is
 * running, or queued by an expiry already. Defined MENDED, the teardown waits for such DPCs.
 */
#include <ntddk.h>

#define BLOCK_TAG 'nwoD'

typedef struct _BLOCK {
    KTIMER Timer;
    KDPC Dpc;
    ULONG Ticks;
} BLOCK, *PBLOCK;

DRIVER_INITIALIZE DriverEntry;
KDEFERRED_ROUTINE Tick;

VOID Tick(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    PBLOCK block = Context;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    KeStallExecutionProcessor(2);
    block->Ticks++;
}

static VOID Nap(ULONG Milliseconds)
{
    LARGE_INTEGER wait;

    wait.QuadPart = -10000 * (LONGLONG)Milliseconds;
    KeDelayExecutionThread(KernelMode, FALSE, &wait);
}

static VOID MakesAndTearsDown(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        PBLOCK block = ExAllocatePoolWithTag(NonPagedPool, sizeof(BLOCK), BLOCK_TAG);
        LARGE_INTEGER due;

        if (block == NULL)
            continue;
        block->Ticks = 0;
        KeInitializeTimer(&block->Timer);
        KeInitializeDpc(&block->Dpc, Tick, block);
        due.QuadPart = -10000 * 15;
        KeSetTimer(&block->Timer, due, &block->Dpc);
        Nap(15);
        KeCancelTimer(&block->Timer);
#if defined(MENDED)
        KeFlushQueuedDpcs();
#endif
        ExFreePoolWithTag(block, BLOCK_TAG);
    }
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    HANDLE thread;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    return PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, MakesAndTearsDown, NULL);
}
