/* io_transfer.c - the services read, write, control and flush (facts/nt-kernel.md 5.4 step 1).
 *
 *   reference file and event -> lock a synchronous file -> IRP -> buffers by the device's or the
 *   code's method -> driver
 *
 * A synchronous file makes the service wait on the file object's own event, an asynchronous one
 * returns STATUS_PENDING. Read, write and flush are completed inline when the driver is done at
 * once ("deferred"); a device control always comes back through the completion APC, as on NT.
 */
#include "model/kernel/io_inside.h"
#include "model/kernel/ex.h"
#include "model/kernel/faults.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/mm.h"
#include "model/kernel/mm_inside.h"
#include "model/kernel/mm_window.h"
#include "model/kernel/ob.h"
#include <string.h>

static const uint32_t buffer_tag = EX_TAG('I', 'o', ' ', ' ');
enum { CONTROL_METHOD = 3, FILE_USE_FILE_POINTER_POSITION = -2 };

struct transfer {
    const struct io_request *request;
    KPROCESSOR_MODE mode;
    PFILE_OBJECT file;
    PVOID event;
    PDEVICE_OBJECT device;
    PIRP irp;
    LARGE_INTEGER offset;
};

/* ---- Buffers --------------------------------------------------------------------------------- */

/* True for a buffer of a program that the transfer would write to and cannot: NT probes it before
 * it calls the driver. */
static bool is_read_only(const void *buffer, ULONG bytes)
{
    uint32_t fault;

    return mm_is_read_only(buffer, bytes, &fault);
}

/* Checks memory that a driver will access through an MDL: reads one byte of every page. */
static NTSTATUS probe(const void *buffer, ULONG bytes, LOCK_OPERATION operation)
{
    const char *at = buffer;
    char byte;

    if (operation != IoReadAccess && is_read_only(buffer, bytes))
        return STATUS_ACCESS_VIOLATION;
    for (ULONG done = 0; done < bytes; done += MM_PAGE) {
        NTSTATUS status = mm_copy_from_caller(&byte, at + done, 1);

        if (!NT_SUCCESS(status))
            return status;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS system_buffer(PIRP irp, const void *in, ULONG in_bytes, ULONG bytes)
{
    struct io_part *part = io_part(irp);

    if (bytes == 0)
        return STATUS_SUCCESS;
    part->system_buffer = ex_pool_take(NonPagedPool, bytes, buffer_tag);
    part->buffer_bytes = bytes;
    if (part->system_buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    irp->AssociatedIrp.SystemBuffer = part->system_buffer;
    irp->Flags |= IRP_BUFFERED_IO | IRP_DEALLOCATE_BUFFER;
    return in_bytes > 0 ? mm_copy_from_caller(part->system_buffer, in, in_bytes) : STATUS_SUCCESS;
}

static NTSTATUS lock_buffer(struct transfer *t, PVOID buffer, ULONG bytes, LOCK_OPERATION operation)
{
    PMDL mdl;
    NTSTATUS status;

    if (bytes == 0)
        return STATUS_SUCCESS;
    status = probe(buffer, bytes, operation);
    if (!NT_SUCCESS(status))
        return status;
    mdl = IoAllocateMdl(buffer, bytes, FALSE, TRUE, t->irp);
    if (mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    t->irp->MdlAddress = mdl;
    mm_lock_caller(mdl, operation);
    return STATUS_SUCCESS;
}

static NTSTATUS data_buffers(struct transfer *t, PVOID buffer, ULONG bytes, bool write)
{
    PIRP irp = t->irp;

    irp->UserBuffer = mm_pointer_of(buffer);
    if ((t->device->Flags & DO_BUFFERED_IO) != 0) {
        irp->Flags |= write ? 0 : IRP_INPUT_OPERATION;
        if (!write && is_read_only(buffer, bytes))
            return STATUS_ACCESS_VIOLATION;
        return system_buffer(irp, buffer, write ? bytes : 0, bytes);
    }
    if ((t->device->Flags & DO_DIRECT_IO) != 0)
        return lock_buffer(t, buffer, bytes, write ? IoReadAccess : IoWriteAccess);
    return STATUS_SUCCESS; /* METHOD_NEITHER: the driver has the raw address (5.6). */
}

static NTSTATUS control_buffers(struct transfer *t, PIO_STACK_LOCATION location)
{
    const struct io_request *r = t->request;
    ULONG method = r->code & CONTROL_METHOD;
    NTSTATUS status;

    t->irp->UserBuffer = mm_pointer_of(r->out);
    if (method == METHOD_NEITHER) {
        location->Parameters.DeviceIoControl.Type3InputBuffer =
            mm_pointer_of((PVOID)(uintptr_t)r->in);
        return STATUS_SUCCESS;
    }
    if (method == METHOD_BUFFERED) {
        t->irp->Flags |= r->out_bytes > 0 ? IRP_INPUT_OPERATION : 0;
        if (is_read_only(r->out, r->out_bytes))
            return STATUS_ACCESS_VIOLATION;
        return system_buffer(t->irp, r->in, r->in_bytes, MAX_OF(r->in_bytes, r->out_bytes));
    }
    status = system_buffer(t->irp, r->in, r->in_bytes, r->in_bytes);
    if (!NT_SUCCESS(status))
        return status;
    return lock_buffer(t, r->out, r->out_bytes,
                       method == METHOD_IN_DIRECT ? IoReadAccess : IoWriteAccess);
}

/* ---- The IRP --------------------------------------------------------------------------------- */

static NTSTATUS fill(struct transfer *t)
{
    const struct io_request *r = t->request;
    PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(t->irp);

    location->FileObject = t->file;
    switch (r->kind) {
    case IO_READ:
        location->MajorFunction = IRP_MJ_READ;
        location->Parameters.Read.Length = r->out_bytes;
        location->Parameters.Read.ByteOffset = t->offset;
        t->irp->Flags |= IRP_READ_OPERATION | IRP_DEFER_IO_COMPLETION;
        return data_buffers(t, r->out, r->out_bytes, false);
    case IO_WRITE:
        location->MajorFunction = IRP_MJ_WRITE;
        location->Parameters.Write.Length = r->in_bytes;
        location->Parameters.Write.ByteOffset = t->offset;
        t->irp->Flags |= IRP_WRITE_OPERATION | IRP_DEFER_IO_COMPLETION;
        return data_buffers(t, r->in, r->in_bytes, true);
    case IO_FLUSH:
        location->MajorFunction = IRP_MJ_FLUSH_BUFFERS;
        t->irp->Flags |= IRP_DEFER_IO_COMPLETION;
        return STATUS_SUCCESS;
    case IO_DIRECTORY:
        location->MajorFunction = IRP_MJ_DIRECTORY_CONTROL;
        location->MinorFunction = IRP_MN_QUERY_DIRECTORY;
        location->Flags |= r->code != 0 ? SL_RESTART_SCAN : 0;
        location->Parameters.QueryDirectory.Length = r->out_bytes;
        location->Parameters.QueryDirectory.FileInformationClass = FileDirectoryInformation;
        t->irp->Flags |= IRP_DEFER_IO_COMPLETION;
        return data_buffers(t, r->out, r->out_bytes, false);
    case IO_VOLUME:
        location->MajorFunction = IRP_MJ_QUERY_VOLUME_INFORMATION;
        location->Parameters.QueryVolume.Length = r->out_bytes;
        location->Parameters.QueryVolume.FsInformationClass = FileFsVolumeInformation;
        t->irp->Flags |= IRP_DEFER_IO_COMPLETION;
        return data_buffers(t, r->out, r->out_bytes, false);
    case IO_CONTROL:
        break;
    }
    location->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    location->Parameters.DeviceIoControl.OutputBufferLength = r->out_bytes;
    location->Parameters.DeviceIoControl.InputBufferLength = r->in_bytes;
    location->Parameters.DeviceIoControl.IoControlCode = r->code;
    return control_buffers(t, location);
}

static bool is_lost(const struct io_request *request)
{
    return request->kind == IO_CONTROL && fault_fails_control(request->code);
}

static NTSTATUS irp_make(struct transfer *t)
{
    const struct io_request *r = t->request;
    PIRP irp = t->irp = is_lost(r) ? NULL : io_irp_new(t->device->StackSize);

    if (irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ex_cost(COST_IRP);
    irp->RequestorMode = t->mode;
    irp->UserIosb = r->iosb;
    irp->UserEvent = t->event;
    irp->Overlay.AsynchronousParameters.UserApcRoutine = r->apc_routine;
    irp->Overlay.AsynchronousParameters.UserApcContext = r->apc_context;
    irp->Tail.Overlay.OriginalFileObject = t->file;
    io_part(irp)->file = t->file;
    io_part(irp)->event = t->event;
    NTSTATUS status = fill(t);

    ke_record(REC_IRP_CREATE, io_irp_address(irp), ob_address(t->file),
              IoGetNextIrpStackLocation(irp)->MajorFunction, 0);
    if (!NT_SUCCESS(status)) {
        io_free_buffers(irp);
        IoFreeIrp(irp);
    }
    return status;
}

/* ---- Waiting for a synchronous file ---------------------------------------------------------- */

/* Cancels the request of a waiting thread that is terminated or alerted, and still waits for it. */
static void IopCancelAlertedRequest(PKEVENT event, PIRP irp)
{
    KIRQL old;

    KeRaiseIrql(APC_LEVEL, &old); /* Meanwhile the IRP cannot be completed in this thread. */
    if (KeReadStateEvent(event) == 0)
        IoCancelIrp(irp);
    KeLowerIrql(old);
    KeWaitForSingleObject(event, Executive, KernelMode, FALSE, NULL);
}

static NTSTATUS wait_for(PFILE_OBJECT file, PIRP irp, KPROCESSOR_MODE mode)
{
    BOOLEAN alertable = (file->Flags & FO_ALERTABLE_IO) != 0;
    NTSTATUS status = KeWaitForSingleObject(&file->Event, Executive, mode, alertable, NULL);

    if (status == STATUS_ALERTED || status == STATUS_USER_APC)
        IopCancelAlertedRequest(&file->Event, irp);
    return file->FinalStatus;
}

static NT_FRAME NTSTATUS IopSynchronousServiceTail(PDEVICE_OBJECT device, PIRP irp,
                                                   PFILE_OBJECT file, bool deferred,
                                                   KPROCESSOR_MODE mode)
{
    bool synchronous = (file->Flags & FO_SYNCHRONOUS_IO) != 0;
    uint32_t address = io_irp_address(irp); /* A pending IRP may be gone when the driver returns. */
    NTSTATUS status;

    if (synchronous)
        ObReferenceObject(file); /* The IRP's reference is dropped at its completion. */
    io_irp_queue(irp);
    status = io_send(device, irp);
    if (deferred && status != STATUS_PENDING)
        io_complete_inline(irp);
    if (status == STATUS_PENDING)
        ke_record(REC_IRP_PEND, address, 0, 0, 0);
    if (synchronous) {
        if (status == STATUS_PENDING)
            status = wait_for(file, irp, mode);
        io_unlock_file(file);
        ObDereferenceObject(file);
    }
    return status;
}

/* ---- The door -------------------------------------------------------------------------------- */

/* Rights that a handle must have. The code of a device control names its own. */
static ACCESS_MASK access_for(const struct io_request *request)
{
    ULONG wanted = request->code >> 14;

    if (request->kind == IO_CONTROL)
        return ((wanted & FILE_READ_ACCESS) != 0 ? FILE_READ_DATA : 0) |
               ((wanted & FILE_WRITE_ACCESS) != 0 ? FILE_WRITE_DATA : 0);
    return request->kind == IO_READ    ? FILE_READ_DATA
           : request->kind == IO_WRITE ? FILE_WRITE_DATA
                                       : 0;
}

static NTSTATUS reference(struct transfer *t)
{
    const struct io_request *r = t->request;
    PVOID file, event = NULL;
    NTSTATUS status =
        ObReferenceObjectByHandle(r->file, access_for(r), *IoFileObjectType, t->mode, &file, NULL);

    if (!NT_SUCCESS(status))
        return status;
    if (r->event != NULL)
        status = ObReferenceObjectByHandle(r->event, EVENT_MODIFY_STATE, *ExEventObjectType,
                                           t->mode, &event, NULL);
    if (!NT_SUCCESS(status)) {
        ObDereferenceObject(file);
        return status;
    }
    t->file = file;
    t->event = event;
    t->device = io_related_device(file);
    if (event != NULL)
        KeClearEvent(event);
    return STATUS_SUCCESS;
}

static void release(struct transfer *t)
{
    if (t->event != NULL)
        ObDereferenceObject(t->event);
    ObDereferenceObject(t->file);
}

/* Finds the offset of a transfer: synchronous files keep a position, others must be given one. */
static NTSTATUS find_offset(struct transfer *t)
{
    NTSTATUS status = STATUS_SUCCESS;

    t->offset = t->file->CurrentByteOffset;
    if (t->request->offset != NULL)
        status = mm_copy_from_caller(&t->offset, t->request->offset, sizeof t->offset);
    if (t->offset.QuadPart == FILE_USE_FILE_POINTER_POSITION)
        t->offset = t->file->CurrentByteOffset;
    return status;
}

NTSTATUS io_transfer(const struct io_request *request, KPROCESSOR_MODE mode)
{
    struct transfer t = { .request = request, .mode = mode };
    bool synchronous;
    NTSTATUS status;

    ke_require_irql(APC_LEVEL, 0);
    status = reference(&t);
    if (!NT_SUCCESS(status))
        return status;
    synchronous = (t.file->Flags & FO_SYNCHRONOUS_IO) != 0;
    if (synchronous) {
        status = io_lock_file(t.file, mode);
        /* The thread is being terminated and has not got the lock. */
        if (status != STATUS_SUCCESS) {
            release(&t);
            return status;
        }
    }
    KeClearEvent(&t.file->Event);
    status = find_offset(&t);
    if (NT_SUCCESS(status))
        status = irp_make(&t);
    if (!NT_SUCCESS(status)) {
        if (synchronous)
            io_unlock_file(t.file);
        release(&t);
        return status;
    }
    return IopSynchronousServiceTail(t.device, t.irp, t.file, request->kind != IO_CONTROL, mode);
}

NTSTATUS ZwReadFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine, PVOID context,
                    PIO_STATUS_BLOCK iosb, PVOID buffer, ULONG length, PLARGE_INTEGER offset,
                    PULONG key)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    UNREFERENCED_PARAMETER(key);
    return io_transfer(&(struct io_request){ .kind = IO_READ,
                                             .file = file,
                                             .event = event,
                                             .apc_routine = routine,
                                             .apc_context = context,
                                             .iosb = iosb,
                                             .out = buffer,
                                             .out_bytes = length,
                                             .offset = offset },
                       KernelMode);
}

NTSTATUS ZwWriteFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine, PVOID context,
                     PIO_STATUS_BLOCK iosb, PVOID buffer, ULONG length, PLARGE_INTEGER offset,
                     PULONG key)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    UNREFERENCED_PARAMETER(key);
    return io_transfer(&(struct io_request){ .kind = IO_WRITE,
                                             .file = file,
                                             .event = event,
                                             .apc_routine = routine,
                                             .apc_context = context,
                                             .iosb = iosb,
                                             .in = buffer,
                                             .in_bytes = length,
                                             .offset = offset },
                       KernelMode);
}

/* ---- Size: two classes of file information --------------------------------------------------- */

NTSTATUS io_information(HANDLE handle, UCHAR major, ULONG class, PVOID block, ULONG bytes,
                        IO_STATUS_BLOCK *iosb)
{
    KPROCESSOR_MODE mode = ke_current_thread()->previous_mode;
    PVOID body;
    NTSTATUS status = ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, mode, &body, NULL);
    PFILE_OBJECT file = body;

    if (!NT_SUCCESS(status))
        return status;
    if ((file->Flags & FO_SYNCHRONOUS_IO) != 0)
        io_lock_file(file, KernelMode);
    else
        ObReferenceObject(file); /* The wait below is for any kind of file. */
    PDEVICE_OBJECT device = io_related_device(file);
    PIRP irp = io_irp_new(device->StackSize);

    if (irp == NULL) {
        if ((file->Flags & FO_SYNCHRONOUS_IO) != 0)
            io_unlock_file(file);
        else
            ObDereferenceObject(file);
        ObDereferenceObject(file);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    KeClearEvent(&file->Event);
    irp->Flags = IRP_DEFER_IO_COMPLETION;
    irp->RequestorMode = KernelMode;
    irp->UserIosb = iosb;
    irp->AssociatedIrp.SystemBuffer = block;
    io_part(irp)->file = file;
    PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);

    location->MajorFunction = major;
    location->FileObject = file;
    location->Parameters.SetFile.Length = bytes;
    location->Parameters.SetFile.FileInformationClass = class;
    status = IopSynchronousServiceTail(device, irp, file, true, KernelMode);
    if ((file->Flags & FO_SYNCHRONOUS_IO) == 0) {
        if (status == STATUS_PENDING)
            status = wait_for(file, irp, KernelMode);
        ObDereferenceObject(file);
    }
    return status;
}

NTSTATUS io_query_size(HANDLE handle, uint64_t *size)
{
    FILE_STANDARD_INFORMATION standard = { .NumberOfLinks = 0 };
    IO_STATUS_BLOCK iosb;
    NTSTATUS status = io_information(handle, IRP_MJ_QUERY_INFORMATION, FileStandardInformation,
                                     &standard, sizeof standard, &iosb);

    *size = (uint64_t)standard.EndOfFile.QuadPart;
    return status;
}

NTSTATUS io_set_size(HANDLE handle, uint64_t size)
{
    FILE_END_OF_FILE_INFORMATION end = { .EndOfFile.QuadPart = (LONGLONG)size };
    IO_STATUS_BLOCK iosb;

    return io_information(handle, IRP_MJ_SET_INFORMATION, FileEndOfFileInformation, &end,
                          sizeof end, &iosb);
}

NTSTATUS io_delete(HANDLE handle)
{
    FILE_DISPOSITION_INFORMATION disposition = { .DeleteFile = TRUE };
    IO_STATUS_BLOCK iosb;

    return io_information(handle, IRP_MJ_SET_INFORMATION, FileDispositionInformation, &disposition,
                          sizeof disposition, &iosb);
}
