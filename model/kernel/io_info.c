/* io_info.c - files by handle, for drivers: information, deletion. */
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/mm.h"
#include "model/kernel/ob.h"
#include <string.h>

enum { INFORMATION_MAX = 4096 };

static NTSTATUS position(HANDLE handle, FILE_POSITION_INFORMATION *information, bool set)
{
    PVOID body;
    NTSTATUS status =
        ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, KernelMode, &body, NULL);
    PFILE_OBJECT file = body;

    if (!NT_SUCCESS(status))
        return status;
    if (set)
        file->CurrentByteOffset = information->CurrentByteOffset;
    else
        information->CurrentByteOffset = file->CurrentByteOffset;
    ObDereferenceObject(file);
    return STATUS_SUCCESS;
}

/* Sends the request with a copy of the block, for the caller's may be in user memory. */
static NTSTATUS transfer(HANDLE handle, UCHAR major, FILE_INFORMATION_CLASS class, PVOID block,
                         ULONG length, PIO_STATUS_BLOCK out)
{
    struct ke_thread *thread = ke_current_thread();
    KPROCESSOR_MODE mode = thread->previous_mode;
    IO_STATUS_BLOCK iosb = { .Status = STATUS_SUCCESS };
    NTSTATUS status;
    UCHAR *copy;

    if (length == 0 || length > INFORMATION_MAX)
        return STATUS_INFO_LENGTH_MISMATCH;
    copy = ex_pool_take(NonPagedPool, length, EX_TAG('I', 'o', ' ', ' '));
    if (copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memset(copy, 0, length);
    status =
        major == IRP_MJ_SET_INFORMATION ? mm_copy_from_caller(copy, block, length) : STATUS_SUCCESS;
    thread->previous_mode = KernelMode;
    if (NT_SUCCESS(status))
        status = io_information(handle, major, (ULONG) class, copy, length, &iosb);
    thread->previous_mode = mode;
    if (NT_SUCCESS(status) && major == IRP_MJ_QUERY_INFORMATION)
        status = mm_copy_to_caller(block, copy, MIN_OF(length, iosb.Information));
    iosb.Status = status;
    mm_copy_to_caller(out, &iosb, sizeof iosb);
    ex_pool_give(copy);
    return status;
}

NTSTATUS ZwQueryInformationFile(HANDLE handle, PIO_STATUS_BLOCK iosb, PVOID block, ULONG length,
                                FILE_INFORMATION_CLASS class)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    if (class != FilePositionInformation)
        return transfer(handle, IRP_MJ_QUERY_INFORMATION, class, block, length, iosb);
    if (length < sizeof(FILE_POSITION_INFORMATION))
        return STATUS_INFO_LENGTH_MISMATCH;
    iosb->Status = position(handle, block, false);
    iosb->Information = sizeof(FILE_POSITION_INFORMATION);
    return iosb->Status;
}

NTSTATUS ZwSetInformationFile(HANDLE handle, PIO_STATUS_BLOCK iosb, PVOID block, ULONG length,
                              FILE_INFORMATION_CLASS class)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    if (class != FilePositionInformation)
        return transfer(handle, IRP_MJ_SET_INFORMATION, class, block, length, iosb);
    if (length < sizeof(FILE_POSITION_INFORMATION))
        return STATUS_INFO_LENGTH_MISMATCH;
    iosb->Status = position(handle, block, true);
    iosb->Information = 0;
    return iosb->Status;
}

NTSTATUS ZwDeleteFile(POBJECT_ATTRIBUTES attributes)
{
    FILE_DISPOSITION_INFORMATION disposition = { .DeleteFile = TRUE };
    IO_STATUS_BLOCK iosb;
    HANDLE file;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, 0);
    status = ZwOpenFile(&file, DELETE | SYNCHRONIZE, attributes, &iosb,
                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                        FILE_SYNCHRONOUS_IO_NONALERT);
    if (!NT_SUCCESS(status))
        return status;
    status = ZwSetInformationFile(file, &iosb, &disposition, sizeof disposition,
                                  FileDispositionInformation);
    ZwClose(file);
    return status;
}

/* NT also keeps the driver loaded until the routine has run. */
NTSTATUS IoSetCompletionRoutineEx(PDEVICE_OBJECT device, PIRP irp, PIO_COMPLETION_ROUTINE routine,
                                  PVOID context, BOOLEAN success, BOOLEAN error, BOOLEAN cancel)
{
    ke_require_irql(DISPATCH_LEVEL, ob_address(device));
    IoSetCompletionRoutine(irp, routine, context, success, error, cancel);
    return STATUS_SUCCESS;
}
