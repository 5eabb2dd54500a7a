/* io_file.c - file objects: opened by name, cleaned up with the last handle, closed with the last
 * reference.
 *
 *   name parse -> IopParseDevice -> IRP_MJ_CREATE     before any handle; device reference first
 *   last handle -> IopCloseFile -> IRP_MJ_CLEANUP     in the closer's thread, process, attachment
 *   last reference -> IopDeleteFile -> IRP_MJ_CLOSE   in line or by the reaper (6.4)
 *
 * facts/nt-kernel.md 5.5, 6.3. The closer waits, in kernel mode and not alertably, until the driver
 * has completed CLEANUP or CLOSE, and ignores their status.
 */
#include "model/kernel/io_inside.h"
#include "model/kernel/ex.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/mm.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include <string.h>

static const uint32_t name_tag = EX_TAG('I', 'o', 'N', 'm');

PDEVICE_OBJECT io_related_device(PFILE_OBJECT file)
{
    PDEVICE_OBJECT device = file->DeviceObject;

    while (device->AttachedDevice != NULL)
        device = device->AttachedDevice;
    return device;
}

/* ---- One operation at a time on a synchronous file ------------------------------------------- */

/* Locks a synchronous file. A success status: locked. A user-mode wait can also be ended by the
 * termination of the thread. */
NTSTATUS io_lock_file(PFILE_OBJECT file, KPROCESSOR_MODE mode)
{
    return KeWaitForSingleObject(&file->Lock, Executive, mode, FALSE, NULL);
}

void io_unlock_file(PFILE_OBJECT file) { KeSetEvent(&file->Lock, 0, FALSE); }

/* ---- CREATE ---------------------------------------------------------------------------------- */

struct open_packet {
    ACCESS_MASK access;
    ULONG share, disposition, options;
    KPROCESSOR_MODE mode;
    IO_STATUS_BLOCK iosb;
    IO_SECURITY_CONTEXT security; /* What the driver sees of the caller's rights. */
};

static PFILE_OBJECT file_new(PDEVICE_OBJECT device, const WCHAR *rest,
                             const struct open_packet *open)
{
    PFILE_OBJECT file = ob_new(OB_FILE, sizeof *file, 0);
    USHORT bytes = (USHORT)(io_name_chars(rest) * sizeof(WCHAR));

    if (file == NULL)
        return NULL;
    if (bytes > 0) {
        file->FileName.Buffer = ex_pool_take(PagedPool, bytes, name_tag);
        if (file->FileName.Buffer == NULL) {
            ObDereferenceObject(file);
            return NULL;
        }
        memcpy(file->FileName.Buffer, rest, bytes);
        file->FileName.Length = file->FileName.MaximumLength = bytes;
    }
    file->Type = IO_TYPE_FILE;
    file->Size = sizeof *file;
    file->DeviceObject = device;
    file->ReadAccess = (open->access & (FILE_READ_DATA | GENERIC_READ | GENERIC_ALL)) != 0;
    file->WriteAccess =
        (open->access & (FILE_WRITE_DATA | FILE_APPEND_DATA | GENERIC_WRITE | GENERIC_ALL)) != 0;
    if (open->options & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT))
        file->Flags |= FO_SYNCHRONOUS_IO;
    file->Flags |= open->options & FILE_SYNCHRONOUS_IO_ALERT ? FO_ALERTABLE_IO : 0;
    file->Flags |= open->options & FILE_WRITE_THROUGH ? FO_WRITE_THROUGH : 0;
    file->Flags |=
        open->options & FILE_NO_INTERMEDIATE_BUFFERING ? FO_NO_INTERMEDIATE_BUFFERING : 0;
    KeInitializeEvent(&file->Lock, SynchronizationEvent, TRUE);
    KeInitializeEvent(&file->Event, NotificationEvent, FALSE);
    return file;
}

/* Sends IRP_MJ_CREATE and waits for it. The IRP holds its own reference to the file object. */
static NTSTATUS send_create(PDEVICE_OBJECT top, PFILE_OBJECT file, struct open_packet *open)
{
    PIRP irp = io_irp_new(top->StackSize);
    PIO_STACK_LOCATION location;
    NTSTATUS status;

    if (irp == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ke_record(REC_IRP_CREATE, io_irp_address(irp), ob_address(file), IRP_MJ_CREATE, 0);
    ex_cost(COST_IRP);
    irp->Flags = IRP_CREATE_OPERATION | IRP_SYNCHRONOUS_API | IRP_DEFER_IO_COMPLETION;
    irp->RequestorMode = open->mode;
    irp->UserIosb = &open->iosb;
    irp->Tail.Overlay.OriginalFileObject = file;
    ObReferenceObject(io_part(irp)->file = file);
    location = IoGetNextIrpStackLocation(irp);
    location->MajorFunction = IRP_MJ_CREATE;
    location->FileObject = file;
    open->security.DesiredAccess = open->access;
    open->security.FullCreateOptions = open->options;
    location->Parameters.Create.SecurityContext = &open->security;
    location->Parameters.Create.Options = open->disposition << 24 | (open->options & 0xffffff);
    location->Parameters.Create.FileAttributes = FILE_ATTRIBUTE_NORMAL;
    location->Parameters.Create.ShareAccess = (USHORT)open->share;
    io_irp_queue(irp);
    status = io_send(top, irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&file->Event, Executive, KernelMode, FALSE, NULL);
        return open->iosb.Status;
    }
    open->iosb = irp->IoStatus;
    io_complete_inline(irp);
    return status;
}

static NTSTATUS check_device(PDEVICE_OBJECT device)
{
    if ((*io_device_flags(device) & (DOE_UNLOAD_PENDING | DOE_DELETE_PENDING)) != 0)
        return STATUS_NO_SUCH_DEVICE; /* 7.3 step 4. */
    if ((*io_device_flags(io_bottom_device(device)) & (DOE_START_PENDING | DOE_REMOVE_PENDING)) !=
        0)
        return STATUS_NO_SUCH_DEVICE;
    if ((device->Flags & DO_DEVICE_INITIALIZING) != 0)
        return STATUS_NO_SUCH_DEVICE;
    if ((device->Flags & DO_EXCLUSIVE) != 0 && device->ReferenceCount != 0)
        return STATUS_ACCESS_DENIED;
    return STATUS_SUCCESS;
}

/* Makes the file object for the device at which the name parse ended; `rest` is the file name that
 * the driver sees. */
static NT_FRAME NTSTATUS IopParseDevice(PDEVICE_OBJECT device, const WCHAR *rest,
                                        struct open_packet *open, PFILE_OBJECT *out)
{
    NTSTATUS status = check_device(device);
    PFILE_OBJECT file;

    if (!NT_SUCCESS(status))
        return status;
    device->ReferenceCount++; /* Taken before anything else; dropped on failure. */
    file = file_new(device, rest, open);
    if (file == NULL) {
        IopDereferenceDeviceObject(device);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    status = send_create(io_related_device(file), file, open);
    ke_record(REC_FILE_OPEN, ob_address(file), ob_address(device), (uint32_t)status, 0);
    if (!NT_SUCCESS(status)) {
        file->DeviceObject = NULL; /* The file was never opened, so it gets no CLOSE. */
        ObDereferenceObject(file);
        IopDereferenceDeviceObject(device);
        return status;
    }
    *out = file;
    return status;
}

NTSTATUS io_create_file(HANDLE *out, ACCESS_MASK access, PCWSTR name, ULONG attributes,
                        IO_STATUS_BLOCK *iosb, ULONG share, ULONG disposition, ULONG options,
                        KPROCESSOR_MODE mode)
{
    struct open_packet open = { .access = access,
                                .share = share,
                                .disposition = disposition,
                                .options = options,
                                .mode = mode };
    ULONG handle_attributes = mode == KernelMode ? attributes & OBJ_KERNEL_HANDLE : 0;
    struct ob_parse parse;
    PFILE_OBJECT file = NULL;
    HANDLE handle = NULL;
    NTSTATUS status;

    ke_require_irql(APC_LEVEL, 0);
    ex_cost(COST_HANDLE);
    status = ob_parse(name, &parse);
    if (NT_SUCCESS(status) && ob_header(parse.body)->type->index != OB_DEVICE)
        status = STATUS_OBJECT_TYPE_MISMATCH;
    if (NT_SUCCESS(status))
        status = IopParseDevice(parse.body, parse.rest, &open, &file);
    if (!NT_SUCCESS(status))
        return status;
    status = ob_create_handle(file, access, handle_attributes, mode, &handle);
    if (NT_SUCCESS(status)) {
        file->Flags |= FO_HANDLE_CREATED;
        mm_copy_to_caller(out, &handle, sizeof handle);
        mm_copy_to_caller(iosb, &open.iosb, sizeof open.iosb);
    }
    ObDereferenceObject(file);
    return status;
}

NTSTATUS ZwCreateFile(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                      PIO_STATUS_BLOCK iosb, PLARGE_INTEGER allocation, ULONG file_attributes,
                      ULONG share, ULONG disposition, ULONG options, PVOID ea, ULONG ea_length)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    WCHAR buffer[PATH_CHARS_MAX + 1];
    PCWSTR name = ob_attributes_name(attributes, buffer, RTL_NUMBER_OF(buffer));

    UNREFERENCED_PARAMETER(allocation);
    UNREFERENCED_PARAMETER(file_attributes);
    UNREFERENCED_PARAMETER(ea);
    UNREFERENCED_PARAMETER(ea_length);
    if (name == NULL || attributes->RootDirectory != NULL)
        return STATUS_OBJECT_NAME_INVALID;
    return io_create_file(handle, access, name, attributes->Attributes, iosb, share, disposition,
                          options, KernelMode);
}

NTSTATUS ZwOpenFile(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                    PIO_STATUS_BLOCK iosb, ULONG share, ULONG options)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    return ZwCreateFile(handle, access, attributes, iosb, NULL, 0, share, FILE_OPEN, options, NULL,
                        0);
}

/* ---- CLEANUP and CLOSE ----------------------------------------------------------------------- */

/* Sends an IRP for which only the closer waits: completed without an APC, freed here. */
static void send_close(PFILE_OBJECT file, UCHAR major)
{
    PDEVICE_OBJECT top = io_related_device(file);
    PIRP irp = io_irp_new(top->StackSize);
    PIO_STACK_LOCATION location;
    IO_STATUS_BLOCK iosb;
    KEVENT done;

    if (irp == NULL) /* The pool is exhausted: the driver is not notified (5.5). */
        return;
    KeInitializeEvent(&done, SynchronizationEvent, FALSE);
    ke_record(REC_IRP_CREATE, io_irp_address(irp), ob_address(file), major, 0);
    ex_cost(COST_IRP);
    irp->Flags = IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API;
    irp->UserIosb = &iosb;
    irp->UserEvent = &done;
    irp->Tail.Overlay.Thread = io_part(irp)->thread = ke_current_thread();
    irp->Tail.Overlay.OriginalFileObject = file;
    location = IoGetNextIrpStackLocation(irp);
    location->MajorFunction = major;
    location->FileObject = file;
    if (io_send(top, irp) == STATUS_PENDING)
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    IoFreeIrp(irp);
}

static void record_end(enum rec_kind kind, PFILE_OBJECT file)
{
    const struct ke_thread *thread = ke_current_thread();

    ke_record(kind, ob_address(file), ke_current_process()->address, thread->process->address,
              thread->apc_state_index);
}

/* Close routine of file objects. Only the last of all handles matters to the driver (5.5). */
NT_FRAME void IopCloseFile(struct ke_process *process, void *body, uint32_t process_handles,
                           uint32_t system_handles)
{
    PFILE_OBJECT file = body;
    bool synchronous = (file->Flags & FO_SYNCHRONOUS_IO) != 0;

    UNREFERENCED_PARAMETER(process);
    UNREFERENCED_PARAMETER(process_handles);
    if (system_handles != 1 || file->DeviceObject == NULL)
        return;
    record_end(REC_CLEANUP, file);
    if (synchronous)
        io_lock_file(file, KernelMode);
    send_close(file, IRP_MJ_CLEANUP);
    file->Flags |= FO_CLEANUP_COMPLETE;
    if (synchronous)
        io_unlock_file(file);
}

NT_FRAME void IopDeleteFile(void *body)
{
    PFILE_OBJECT file = body;
    PIO_COMPLETION_CONTEXT completion = file->CompletionContext;

    if (file->DeviceObject != NULL) {
        /* A file that never had a handle has not got its CLEANUP yet. */
        if ((file->Flags & FO_HANDLE_CREATED) == 0)
            IopCloseFile(NULL, file, 1, 1);
        record_end(REC_CLOSE, file);
        send_close(file, IRP_MJ_CLOSE);
    }
    if (file->FileName.Buffer != NULL)
        ex_pool_give(file->FileName.Buffer);
    if (completion != NULL) {
        ObDereferenceObject(completion->Port);
        ex_pool_give(completion);
    }
    if (file->DeviceObject != NULL) /* Comes last, because an unload may follow (7.3 step 5). */
        IopDereferenceDeviceObject(file->DeviceObject);
}
