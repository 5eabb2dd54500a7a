/* io_build.c - requests that drivers make themselves (facts/ddi.md 2.9).
 *
 *   IoBuildDeviceIoControlRequest, IoBuildSynchronousFsdRequest
 *       on the current thread's list; the I/O manager frees all of it by the completion's APC
 *   IoBuildAsynchronousFsdRequest, IoInitializeIrp
 *       nobody's; the driver's own completion routine frees it
 *   IoMakeAssociatedIrp
 *       a part of a master, which ends with the last part (io_complete.c)
 */
#include "model/kernel/io_inside.h"
#include "model/kernel/ex.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/mm.h"
#include "model/kernel/ob.h"
#include <string.h>

static const uint32_t buffer_tag = EX_TAG('I', 'o', ' ', ' ');
enum { CONTROL_METHOD = 3 };

/* ---- An IRP in any memory -------------------------------------------------------------------- */

VOID IoInitializeIrp(PIRP irp, USHORT bytes, CCHAR stack_size)
{
    ke_require_irql_of(DISPATCH_LEVEL, irp);
    memset(irp, 0, bytes);
    irp->Type = IO_TYPE_IRP;
    irp->Size = bytes;
    irp->StackCount = stack_size;
    irp->CurrentLocation = (CHAR)(stack_size + 1);
    irp->ApcEnvironment = (CCHAR)ke_current_thread()->apc_state_index;
    irp->Tail.Overlay.CurrentStackLocation = io_location(irp, stack_size + 1);
    InitializeListHead(&irp->ThreadListEntry);
}

VOID IoReuseIrp(PIRP irp, NTSTATUS status)
{
    UCHAR flags = irp->AllocationFlags;

    IoInitializeIrp(irp, irp->Size, irp->StackCount);
    irp->AllocationFlags = flags;
    irp->IoStatus.Status = status;
}

PIRP IoMakeAssociatedIrp(PIRP master, CCHAR stack_size)
{
    PIRP irp = IoAllocateIrp(stack_size, FALSE);

    if (irp == NULL)
        return NULL;
    irp->Flags |= IRP_ASSOCIATED_IRP;
    irp->AssociatedIrp.MasterIrp = master;
    irp->Tail.Overlay.Thread = master->Tail.Overlay.Thread;
    return irp;
}

/* ---- Buffers --------------------------------------------------------------------------------- */

/* Takes a system buffer. `owned`: the completion frees it and copies the output back. */
static bool system_buffer(PIRP irp, const void *in, ULONG in_bytes, ULONG bytes, bool owned)
{
    PVOID buffer = ex_pool_try(NonPagedPool, bytes, buffer_tag);

    if (buffer == NULL)
        return false;
    irp->AssociatedIrp.SystemBuffer = buffer;
    irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    if (owned) {
        io_part(irp)->system_buffer = buffer;
        io_part(irp)->buffer_bytes = bytes;
    }
    return in_bytes == 0 || NT_SUCCESS(mm_copy_from_caller(buffer, in, in_bytes));
}

/* Locks a buffer behind an MDL; false: no memory, or there is no page. */
static bool lock_buffer(PIRP irp, PVOID buffer, ULONG bytes, LOCK_OPERATION operation)
{
    PMDL mdl;
    char byte;

    for (ULONG done = 0; done < bytes; done += MM_PAGE)
        if (!NT_SUCCESS(mm_copy_from_caller(&byte, (const char *)buffer + done, 1)))
            return false;
    mdl = IoAllocateMdl(buffer, bytes, FALSE, FALSE, NULL);
    if (mdl == NULL)
        return false;
    MmProbeAndLockPages(mdl, KernelMode, operation);
    irp->MdlAddress = mdl;
    return true;
}

/* ---- Building -------------------------------------------------------------------------------- */

static PIRP begin(PDEVICE_OBJECT device, ULONG major, PIO_STATUS_BLOCK iosb)
{
    PIRP irp;

    ke_require_irql(APC_LEVEL, ob_address(device));
    irp = IoAllocateIrp(device->StackSize, FALSE);
    if (irp == NULL)
        return NULL;
    ex_cost(COST_IRP);
    ke_record(REC_IRP_CREATE, io_irp_address(irp), 0, major, 0);
    irp->RequestorMode = KernelMode;
    irp->UserIosb = iosb;
    irp->Tail.Overlay.Thread = ke_current_thread();
    IoGetNextIrpStackLocation(irp)->MajorFunction = (UCHAR)major;
    return irp;
}

/* Gives up an IRP that could not be filled. */
static PIRP give_up(PIRP irp, bool owned)
{
    if (!owned && irp->AssociatedIrp.SystemBuffer != NULL)
        ex_pool_give(irp->AssociatedIrp.SystemBuffer);
    io_free_buffers(irp);
    IoFreeIrp(irp);
    return NULL;
}

static bool control_buffers(PIRP irp, ULONG method, PVOID in, ULONG in_bytes, PVOID out,
                            ULONG out_bytes)
{
    irp->UserBuffer = out;
    if (method == METHOD_NEITHER) {
        IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.Type3InputBuffer = in;
        return true;
    }
    if (method == METHOD_BUFFERED) {
        ULONG bytes = MAX_OF(in_bytes, out_bytes);

        irp->Flags |= out_bytes > 0 ? IRP_INPUT_OPERATION : 0;
        return bytes == 0 || system_buffer(irp, in, in_bytes, bytes, true);
    }
    if (in_bytes > 0 && !system_buffer(irp, in, in_bytes, in_bytes, true))
        return false;
    return out_bytes == 0 || lock_buffer(irp, out, out_bytes,
                                         method == METHOD_IN_DIRECT ? IoReadAccess : IoWriteAccess);
}

PIRP IoBuildDeviceIoControlRequest(ULONG code, PDEVICE_OBJECT device, PVOID in, ULONG in_bytes,
                                   PVOID out, ULONG out_bytes, BOOLEAN internal, PKEVENT event,
                                   PIO_STATUS_BLOCK iosb)
{
    PIRP irp =
        begin(device, internal ? IRP_MJ_INTERNAL_DEVICE_CONTROL : IRP_MJ_DEVICE_CONTROL, iosb);
    PIO_STACK_LOCATION location;

    if (irp == NULL)
        return NULL;
    irp->UserEvent = event;
    location = IoGetNextIrpStackLocation(irp);
    location->Parameters.DeviceIoControl.OutputBufferLength = out_bytes;
    location->Parameters.DeviceIoControl.InputBufferLength = in_bytes;
    location->Parameters.DeviceIoControl.IoControlCode = code;
    if (!control_buffers(irp, code & CONTROL_METHOD, in, in_bytes, out, out_bytes))
        return give_up(irp, true);
    io_irp_queue(irp);
    return irp;
}

static bool data_buffers(PIRP irp, PDEVICE_OBJECT device, bool write, PVOID buffer, ULONG bytes,
                         bool owned)
{
    irp->UserBuffer = buffer;
    if (bytes == 0)
        return true;
    if ((device->Flags & DO_BUFFERED_IO) != 0) {
        irp->Flags |= write ? 0 : IRP_INPUT_OPERATION;
        return system_buffer(irp, buffer, write ? bytes : 0, bytes, owned);
    }
    if ((device->Flags & DO_DIRECT_IO) != 0)
        return lock_buffer(irp, buffer, bytes, write ? IoReadAccess : IoWriteAccess);
    return true;
}

static PIRP fsd_request(ULONG major, PDEVICE_OBJECT device, PVOID buffer, ULONG bytes,
                        PLARGE_INTEGER offset, PIO_STATUS_BLOCK iosb, bool owned)
{
    PIRP irp = begin(device, major, iosb);
    PIO_STACK_LOCATION location;

    if (irp == NULL || (major != IRP_MJ_READ && major != IRP_MJ_WRITE))
        return irp;
    irp->Flags |= major == IRP_MJ_READ ? IRP_READ_OPERATION : IRP_WRITE_OPERATION;
    location = IoGetNextIrpStackLocation(irp);
    location->Parameters.Read.Length = bytes; /* A write's parameters lie alike. */
    if (offset != NULL)
        location->Parameters.Read.ByteOffset = *offset;
    if (!data_buffers(irp, device, major == IRP_MJ_WRITE, buffer, bytes, owned))
        return give_up(irp, owned);
    return irp;
}

PIRP IoBuildSynchronousFsdRequest(ULONG major, PDEVICE_OBJECT device, PVOID buffer, ULONG bytes,
                                  PLARGE_INTEGER offset, PKEVENT event, PIO_STATUS_BLOCK iosb)
{
    PIRP irp = fsd_request(major, device, buffer, bytes, offset, iosb, true);

    if (irp == NULL)
        return NULL;
    irp->UserEvent = event;
    io_irp_queue(irp);
    return irp;
}

PIRP IoBuildAsynchronousFsdRequest(ULONG major, PDEVICE_OBJECT device, PVOID buffer, ULONG bytes,
                                   PLARGE_INTEGER offset, PIO_STATUS_BLOCK iosb)
{
    return fsd_request(major, device, buffer, bytes, offset, iosb, false);
}

/* ---- Sending and waiting --------------------------------------------------------------------- */

static NTSTATUS IopForwarded(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    UNREFERENCED_PARAMETER(device);
    if (irp->PendingReturned)
        KeSetEvent(context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

BOOLEAN IoForwardIrpSynchronously(PDEVICE_OBJECT device, PIRP irp)
{
    KEVENT done;

    ke_require_irql(PASSIVE_LEVEL, io_irp_address(irp));
    if (irp->CurrentLocation <= 1)
        return FALSE;
    KeInitializeEvent(&done, SynchronizationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutine(irp, IopForwarded, &done, TRUE, TRUE, TRUE);
    if (IofCallDriver(device, irp) == STATUS_PENDING)
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    return TRUE;
}
