/* lookup.c - a block is found under a lock and referenced outside, while its last user frees it.
 *
 * Between the release of the lock and the reference the block may lose its last reference and be
 * freed; the reference then counts in freed memory, and the block is freed again. Defined MENDED,
 * the reference is taken under the lock, and so is the last one given back.
 */
#include <ntddk.h>

#define BLOCK_TAG 'kcoL'

typedef struct _BLOCK {
    LIST_ENTRY Link;
    LONG References;
} BLOCK, *PBLOCK;

static LIST_ENTRY Blocks;
static KSPIN_LOCK Lock;

DRIVER_INITIALIZE DriverEntry;

static PBLOCK Find(VOID)
{
    return IsListEmpty(&Blocks) ? NULL : CONTAINING_RECORD(Blocks.Flink, BLOCK, Link);
}

static PBLOCK Open(VOID)
{
    PBLOCK made = ExAllocatePoolWithTag(NonPagedPool, sizeof(BLOCK), BLOCK_TAG), block;
    KIRQL irql;

    if (made == NULL)
        return NULL;
    made->References = 0;
    KeAcquireSpinLock(&Lock, &irql);
    block = Find();
    if (block == NULL) {
        block = made;
        made = NULL;
        InsertTailList(&Blocks, &block->Link);
    }
#if defined(MENDED)
    block->References++;
#endif
    KeReleaseSpinLock(&Lock, irql);
#if !defined(MENDED)
    InterlockedIncrement(&block->References);
#endif
    if (made != NULL)
        ExFreePoolWithTag(made, BLOCK_TAG);
    return block;
}

static VOID Close(PBLOCK Block)
{
    BOOLEAN last;
    KIRQL irql;

#if defined(MENDED)
    KeAcquireSpinLock(&Lock, &irql);
    last = --Block->References == 0;
    if (last)
        RemoveEntryList(&Block->Link);
    KeReleaseSpinLock(&Lock, irql);
#else
    last = InterlockedDecrement(&Block->References) == 0;
    if (last) {
        KeAcquireSpinLock(&Lock, &irql);
        RemoveEntryList(&Block->Link);
        KeReleaseSpinLock(&Lock, irql);
    }
#endif
    if (last)
        ExFreePoolWithTag(Block, BLOCK_TAG);
}

static VOID OpensAndCloses(PVOID Context)
{
    LARGE_INTEGER wait;

    wait.QuadPart = -10000 * (LONGLONG)(ULONG_PTR)Context;
    for (;;) {
        PBLOCK block = Open();

        if (block != NULL) {
            KeStallExecutionProcessor(5);
            Close(block);
        }
        KeDelayExecutionThread(KernelMode, FALSE, &wait);
    }
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS status = STATUS_SUCCESS;
    HANDLE thread;
    ULONG i;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    InitializeListHead(&Blocks);
    KeInitializeSpinLock(&Lock);
    for (i = 1; i <= 3 && NT_SUCCESS(status); i++)
        status =
            PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, OpensAndCloses, (PVOID)(ULONG_PTR)i);
    return status;
}
