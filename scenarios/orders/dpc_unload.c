/* dpc_unload.c - a thread queues a DPC, and another one frees what the DPC uses.
 *
 * The DPC is of low importance: it is queued and may run later. Rundown protection keeps the block
 * while a thread uses it, but a queued DPC is no thread, and runs when the block is gone. Defined
 * MENDED, the block is freed after KeFlushQueuedDpcs.
 */
#include "story.h"

#define BLOCK_TAG 'kcoB'

typedef struct _BLOCK {
    LONG Runs;
} BLOCK, *PBLOCK;

static PBLOCK Block;
static KDPC Dpc;
static EX_RUNDOWN_REF Users;

KDEFERRED_ROUTINE CountRun;

VOID CountRun(PKDPC CountDpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    PBLOCK block = Context;

    UNREFERENCED_PARAMETER(CountDpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    block->Runs++;
}

static VOID QueuesDpc(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    if (!ExAcquireRundownProtection(&Users))
        return;
    KeInsertQueueDpc(&Dpc, NULL, NULL);
    ExReleaseRundownProtection(&Users);
}

static VOID Frees(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    ExWaitForRundownProtectionRelease(&Users);
#if defined(MENDED)
    KeFlushQueuedDpcs();
#endif
    ExFreePoolWithTag(Block, BLOCK_TAG);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Frees, QueuesDpc };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    Block = ExAllocatePoolWithTag(NonPagedPool, sizeof *Block, BLOCK_TAG);
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Block->Runs = 0;
    KeInitializeDpc(&Dpc, CountRun, Block);
    KeSetImportanceDpc(&Dpc, LowImportance);
    ExInitializeRundownProtection(&Users);
    return StartThreads(ARRAYSIZE(threads), threads);
}
