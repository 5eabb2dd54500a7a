/* io_startio.c - StartIo: requests of a device that are worked on one after the other (facts/ddi.md
 * 2.10).
 *
 *   IoStartPacket      idle: StartIo at once         busy: into the device's queue
 *   IoStartNextPacket  the next of the queue to StartIo, or the device is idle
 *
 * CurrentIrp is the request in StartIo's hands. It changes under the cancel lock if the requests
 * have cancel routines, because those compare with it.
 */
#include "model/kernel/io_inside.h"
#include "model/kernel/ob.h"

enum { STARTIO_DEFERRED = 1, STARTIO_NONCANCELABLE = 2 };

static PIRP irp_of(PKDEVICE_QUEUE_ENTRY entry)
{
    return CONTAINING_RECORD(entry, IRP, Tail.Overlay.DeviceQueueEntry);
}

static VOID IopStartIo(PDEVICE_OBJECT device, PIRP irp)
{
    device->DriverObject->DriverStartIo(device, irp);
}

VOID IoSetStartIoAttributes(PDEVICE_OBJECT device, BOOLEAN deferred, BOOLEAN noncancelable)
{
    ke_require_irql(DISPATCH_LEVEL, ob_address(device));
    io_extension(device)->start_io_flags =
        (deferred ? STARTIO_DEFERRED : 0) | (noncancelable ? STARTIO_NONCANCELABLE : 0);
}

/* Makes a request the current one. With a cancel routine the caller has the cancel lock, which is
 * dropped here. */
static void make_current(PDEVICE_OBJECT device, PIRP irp, bool locked)
{
    device->CurrentIrp = irp;
    if (!locked)
        return;
    if ((io_extension(device)->start_io_flags & STARTIO_NONCANCELABLE) != 0)
        irp->CancelRoutine = NULL;
    IoReleaseCancelSpinLock(DISPATCH_LEVEL);
}

NT_FRAME VOID IoStartPacket(PDEVICE_OBJECT device, PIRP irp, PULONG key, PDRIVER_CANCEL cancel)
{
    PKDEVICE_QUEUE_ENTRY entry = &irp->Tail.Overlay.DeviceQueueEntry;
    KIRQL old, unused;
    BOOLEAN queued;

    ke_require_irql(DISPATCH_LEVEL, ob_address(device));
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    if (cancel != NULL) {
        IoAcquireCancelSpinLock(&unused);
        irp->CancelRoutine = cancel;
    }
    queued = key != NULL ? KeInsertByKeyDeviceQueue(&device->DeviceQueue, entry, *key)
                         : KeInsertDeviceQueue(&device->DeviceQueue, entry);
    if (!queued) {
        make_current(device, irp, cancel != NULL);
        IopStartIo(device, irp);
    } else if (cancel != NULL && irp->Cancel) { /* Cancelled before it had a routine. */
        PDRIVER_CANCEL routine = IoSetCancelRoutine(irp, NULL);

        irp->CancelIrql = DISPATCH_LEVEL;
        routine(device, irp); /* Releases the cancel lock. */
    } else if (cancel != NULL) {
        IoReleaseCancelSpinLock(DISPATCH_LEVEL);
    }
    KeLowerIrql(old);
}

static void start_next(PDEVICE_OBJECT device, bool cancelable, const ULONG *key)
{
    PKDEVICE_QUEUE_ENTRY entry;
    KIRQL unused;

    if (cancelable)
        IoAcquireCancelSpinLock(&unused);
    device->CurrentIrp = NULL;
    entry = key != NULL ? KeRemoveByKeyDeviceQueue(&device->DeviceQueue, *key)
                        : KeRemoveDeviceQueue(&device->DeviceQueue);
    if (entry == NULL) {
        if (cancelable)
            IoReleaseCancelSpinLock(DISPATCH_LEVEL);
        return;
    }
    PIRP irp = irp_of(entry);

    make_current(device, irp, cancelable);
    IopStartIo(device, irp);
}

/* A deferred start is counted instead of called inside another one: the outermost call goes on as
 * long as somebody has asked meanwhile. */
static void next(PDEVICE_OBJECT device, bool cancelable, const ULONG *key)
{
    struct io_device_extension *extension = io_extension(device);

    if (KeGetCurrentIrql() != DISPATCH_LEVEL)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, ob_address(device), KeGetCurrentIrql(), 1, 0);
    if ((extension->start_io_flags & STARTIO_DEFERRED) == 0) {
        start_next(device, cancelable, key);
        return;
    }
    if (++extension->start_io_depth > 1)
        return;
    do
        start_next(device, cancelable, key);
    while (--extension->start_io_depth > 0);
}

NT_FRAME VOID IoStartNextPacket(PDEVICE_OBJECT device, BOOLEAN cancelable)
{
    next(device, cancelable != 0, NULL);
}

NT_FRAME VOID IoStartNextPacketByKey(PDEVICE_OBJECT device, BOOLEAN cancelable, ULONG key)
{
    next(device, cancelable != 0, &key);
}
