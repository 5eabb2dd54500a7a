/* timer_rearm.c - a DPC arms its timer again, and a thread frees what the DPC uses.
 *
 * The thread cancels the timer first. That says FALSE while the DPC is queued, for the timer is not
 * armed then; the DPC runs, and touches the block that the thread has freed. Defined MENDED, a flag
 * tells the DPC not to arm the timer any more, and the thread waits for queued DPCs before it frees
 * the block.
 */
#include "story.h"

#define BLOCK_TAG 'kcoB'

typedef struct _BLOCK {
    LONG Ticks;
} BLOCK, *PBLOCK;

enum { TICKS = 2 }; /* The DPC arms the timer until it has run so often. */

static PBLOCK Block;
static KTIMER Timer;
static KDPC Dpc;
#if defined(MENDED)
static KSPIN_LOCK Lock;
static BOOLEAN Stopping;
#endif

KDEFERRED_ROUTINE Tick;

static VOID Arm(VOID)
{
    LARGE_INTEGER due;

    due.QuadPart = -10000 * 10;
    KeSetTimer(&Timer, due, &Dpc);
}

static VOID CountTick(PBLOCK Counted)
{
    if (++Counted->Ticks < TICKS)
        Arm();
}

VOID Tick(PKDPC TickDpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UNREFERENCED_PARAMETER(TickDpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
#if defined(MENDED)
    KeAcquireSpinLockAtDpcLevel(&Lock);
    if (!Stopping)
        CountTick(Context);
    KeReleaseSpinLockFromDpcLevel(&Lock);
#else
    CountTick(Context);
#endif
}

static VOID StartsAndStops(PVOID Context)
{
#if defined(MENDED)
    KIRQL irql;
#endif

    UNREFERENCED_PARAMETER(Context);
    Arm();
#if defined(MENDED)
    KeAcquireSpinLock(&Lock, &irql);
    Stopping = TRUE;
    KeReleaseSpinLock(&Lock, irql);
#endif
    KeCancelTimer(&Timer);
#if defined(MENDED)
    KeFlushQueuedDpcs();
#endif
    ExFreePoolWithTag(Block, BLOCK_TAG);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    Block = ExAllocatePoolWithTag(NonPagedPool, sizeof *Block, BLOCK_TAG);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Block->Ticks = 0;
    KeInitializeTimer(&Timer);
    KeInitializeDpc(&Dpc, Tick, Block);
#if defined(MENDED)
    KeInitializeSpinLock(&Lock);
#endif
    return StartThread(StartsAndStops, NULL);
}
