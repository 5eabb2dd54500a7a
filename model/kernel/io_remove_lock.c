/* io_remove_lock.c - remove locks: a device's uses, and the removal that waits for their end
 * (facts/ddi.md 2.1).
 *
 * The count begins at 1, for the device itself. The removal marks the lock, takes that one and its
 * own use away and waits; whoever takes the last one signals. Nothing watches the tags, so a
 * release too many lets the removal go on while the device is still in use, as on a free build.
 */
#include "model/kernel/kernel.h"

VOID IoInitializeRemoveLockEx(PIO_REMOVE_LOCK lock, ULONG tag, ULONG minutes, ULONG watermark,
                              ULONG size)
{
    UNREFERENCED_PARAMETER(tag);
    UNREFERENCED_PARAMETER(minutes);
    UNREFERENCED_PARAMETER(watermark);
    UNREFERENCED_PARAMETER(size);
    ke_require_irql(PASSIVE_LEVEL, 0);
    lock->Common.Removed = FALSE;
    lock->Common.IoCount = 1;
    KeInitializeEvent(&lock->Common.RemoveEvent, SynchronizationEvent, FALSE);
}

static void release(PIO_REMOVE_LOCK lock)
{
    if (InterlockedDecrement(&lock->Common.IoCount) == 0)
        KeSetEvent(&lock->Common.RemoveEvent, IO_NO_INCREMENT, FALSE);
}

NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK lock, PVOID tag, PCSTR file, ULONG line, ULONG size)
{
    UNREFERENCED_PARAMETER(tag);
    UNREFERENCED_PARAMETER(file);
    UNREFERENCED_PARAMETER(line);
    UNREFERENCED_PARAMETER(size);
    ke_require_irql_of(DISPATCH_LEVEL, &lock->Common.RemoveEvent);
    InterlockedIncrement(&lock->Common.IoCount);
    if (!lock->Common.Removed)
        return STATUS_SUCCESS;
    release(lock);
    return STATUS_DELETE_PENDING;
}

VOID IoReleaseRemoveLockEx(PIO_REMOVE_LOCK lock, PVOID tag, ULONG size)
{
    UNREFERENCED_PARAMETER(tag);
    UNREFERENCED_PARAMETER(size);
    ke_require_irql_of(DISPATCH_LEVEL, &lock->Common.RemoveEvent);
    release(lock);
}

NT_FRAME VOID IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK lock, PVOID tag, ULONG size)
{
    UNREFERENCED_PARAMETER(tag);
    UNREFERENCED_PARAMETER(size);
    ke_require_irql_of(PASSIVE_LEVEL, &lock->Common.RemoveEvent);
    lock->Common.Removed = TRUE;
    InterlockedDecrement(&lock->Common.IoCount);
    if (InterlockedDecrement(&lock->Common.IoCount) > 0)
        KeWaitForSingleObject(&lock->Common.RemoveEvent, Executive, KernelMode, FALSE, NULL);
}
