/* io_cancel.c - cancellation of I/O: cancel routines, and the I/O of a thread that ends
 * (facts/nt-kernel.md 5.4 step 6).
 *
 * One global cancel spin lock guards the hand-over. IoCancelIrp marks the IRP, takes its cancel
 * routine and, if there is one, calls it at DISPATCH_LEVEL with the lock held; the routine releases
 * it. The side that takes the routine (the canceller, or the driver by IoSetCancelRoutine(NULL))
 * completes the IRP; the other side leaves it alone.
 */
#include "model/kernel/io_inside.h"
#include "model/kernel/cm.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/ob.h"

enum { POLL_MS = 100, POLLS_MAX = 3000 }; /* Five minutes. */

VOID IoAcquireCancelSpinLock(PKIRQL irql)
{
    *irql = KeAcquireSpinLockRaiseToDpc(&ke->io->cancel_lock);
}

VOID IoReleaseCancelSpinLock(KIRQL irql) { KeReleaseSpinLock(&ke->io->cancel_lock, irql); }

PDRIVER_CANCEL IoSetCancelRoutine(PIRP irp, PDRIVER_CANCEL routine)
{
    ke_before((const void *)&irp->CancelRoutine, KE_WRITES);
    PDRIVER_CANCEL before = irp->CancelRoutine;

    irp->CancelRoutine = routine;
    return before;
}

NT_FRAME BOOLEAN IoCancelIrp(PIRP irp)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    PDRIVER_CANCEL routine;
    KIRQL irql;

    IoAcquireCancelSpinLock(&irql);
    ke_before(&irp->Cancel, KE_WRITES);
    irp->Cancel = TRUE;
    routine = IoSetCancelRoutine(irp, NULL);
    ke_record(REC_IRP_CANCEL, io_irp_address(irp), routine != NULL, 0, 0);
    if (routine == NULL) {
        IoReleaseCancelSpinLock(irql);
        return FALSE;
    }
    irp->CancelIrql = irql;
    routine(irp->Tail.Overlay.CurrentStackLocation->DeviceObject, irp);
    return TRUE;
}

/* ---- A thread's I/O -------------------------------------------------------------------------- */

/* Cancels the IRPs on the thread's list, all or those of one file. At APC_LEVEL the list does not
 * change. */
static bool cancel_all(struct ke_thread *thread, const FILE_OBJECT *file)
{
    bool any = false;
    KIRQL old;

    KeRaiseIrql(APC_LEVEL, &old);
    for (LIST_ENTRY *pos = thread->irps.Flink; pos != &thread->irps; pos = pos->Flink) {
        PIRP irp = CONTAINING_RECORD(pos, IRP, ThreadListEntry);

        if (file == NULL || io_part(irp)->file == file) {
            IoCancelIrp(irp);
            any = true;
        }
    }
    KeLowerIrql(old);
    return any;
}

static bool any_left(struct ke_thread *thread, const FILE_OBJECT *file)
{
    bool any = false;
    KIRQL old;

    KeRaiseIrql(APC_LEVEL, &old);
    for (LIST_ENTRY *pos = thread->irps.Flink; pos != &thread->irps; pos = pos->Flink)
        any |= file == NULL || io_part(CONTAINING_RECORD(pos, IRP, ThreadListEntry))->file == file;
    KeLowerIrql(old);
    return any;
}

/* Logs the driver that kept an IRP for five minutes: event 9 (IO_ERR_TIMEOUT). */
static void log_timeout(const IRP *irp)
{
    const IO_STACK_LOCATION *location = irp->Tail.Overlay.CurrentStackLocation;
    PDEVICE_OBJECT device = irp->CurrentLocation <= irp->StackCount ? location->DeviceObject : NULL;
    char source[32] = "I/O manager";

    if (device != NULL)
        cm_source_name(device->DriverObject, source, sizeof source);
    cm_log(LOG_SYSTEM, LOG_ERROR, source, 9,
           "A request to device %08x was not given back within five minutes of its thread's end. "
           "(simulated text)",
           (unsigned)ob_address(device));
}

/* Separates the thread from an IRP that the driver did not complete in five minutes. The thread
 * ends; the IRP stays with the driver. */
static void IopDisassociateThreadIrp(struct ke_thread *thread)
{
    PIRP irp = CONTAINING_RECORD(thread->irps.Flink, IRP, ThreadListEntry);
    KIRQL old;

    KeRaiseIrql(APC_LEVEL, &old);
    io_irp_unqueue(irp);
    io_part(irp)->disowned = true;
    irp->Tail.Overlay.Thread = NULL;
    log_timeout(irp);
    KeLowerIrql(old);
}

void IoCancelThreadIo(struct ke_thread *thread)
{
    LARGE_INTEGER poll = { .QuadPart = -(LONGLONG)POLL_MS * 10000 };

    if (IsListEmpty(&thread->irps))
        return;
    cancel_all(thread, NULL);
    for (uint32_t polls = 0; polls < POLLS_MAX && !IsListEmpty(&thread->irps); polls++)
        KeDelayExecutionThread(KernelMode, FALSE, &poll);
    while (!IsListEmpty(&thread->irps))
        IopDisassociateThreadIrp(thread);
}

NTSTATUS io_cancel_file(HANDLE handle)
{
    LARGE_INTEGER poll = { .QuadPart = -100000 }; /* 10 ms. */
    struct ke_thread *thread = ke_current_thread();
    PVOID file;
    NTSTATUS status =
        ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, thread->previous_mode, &file, NULL);

    if (!NT_SUCCESS(status))
        return status;
    if (cancel_all(thread, file))
        while (any_left(thread, file))
            KeDelayExecutionThread(KernelMode, FALSE, &poll);
    ObDereferenceObject(file);
    return STATUS_SUCCESS;
}
