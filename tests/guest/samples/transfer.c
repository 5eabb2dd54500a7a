/* transfer.c - a driver in the style of the public samples: a control for each way in which a
 * buffer can come to a driver. Every control answers with the input in capital letters.
 */
#include <Ntddk.h>
#include <ntstrsafe.h>
#include "transfer.h"

#define NT_DEVICE_NAME  L"\\Device\\Transfer0"
#define DOS_DEVICE_NAME L"\\DosDevices\\TransferTest"
#define TRANSFER_TAG    'fsrT'

#if DBG
#define TRANSFER_KDPRINT(_x_) \
    DbgPrint("transfer: ");   \
    DbgPrint _x_;
#else
#define TRANSFER_KDPRINT(_x_)
#endif

DRIVER_INITIALIZE DriverEntry;

_Dispatch_type_(IRP_MJ_CREATE) _Dispatch_type_(IRP_MJ_CLOSE) DRIVER_DISPATCH TransferCreateClose;

_Dispatch_type_(IRP_MJ_DEVICE_CONTROL) DRIVER_DISPATCH TransferControl;

DRIVER_UNLOAD TransferUnload;

VOID PrintStart(_In_ PIRP Irp);
VOID Shout(_Out_writes_(Length) PCHAR Out, _In_reads_(Length) PCHAR In, _In_ size_t Length);

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, TransferCreateClose)
#pragma alloc_text(PAGE, TransferControl)
#pragma alloc_text(PAGE, TransferUnload)
#pragma alloc_text(PAGE, PrintStart)
#pragma alloc_text(PAGE, Shout)
#endif // ALLOC_PRAGMA

NTSTATUS
DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    NTSTATUS ntStatus;
    UNICODE_STRING ntUnicodeString;
    UNICODE_STRING ntWin32NameString;
    PDEVICE_OBJECT deviceObject = NULL;

    UNREFERENCED_PARAMETER(RegistryPath);

    RtlInitUnicodeString(&ntUnicodeString, NT_DEVICE_NAME);
    ntStatus = IoCreateDevice(DriverObject, 0, &ntUnicodeString, FILE_DEVICE_UNKNOWN,
                              FILE_DEVICE_SECURE_OPEN, FALSE, &deviceObject);
    if (!NT_SUCCESS(ntStatus)) {
        TRANSFER_KDPRINT(("no device: %x\n", ntStatus));
        return ntStatus;
    }

    DriverObject->MajorFunction[IRP_MJ_CREATE] = TransferCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = TransferCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = TransferControl;
    DriverObject->DriverUnload = TransferUnload;

    RtlInitUnicodeString(&ntWin32NameString, DOS_DEVICE_NAME);
    ntStatus = IoCreateSymbolicLink(&ntWin32NameString, &ntUnicodeString);
    if (!NT_SUCCESS(ntStatus)) {
        IoDeleteDevice(deviceObject);
    }
    return ntStatus;
}

NTSTATUS
TransferCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);

    PAGED_CODE();
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

VOID TransferUnload(_In_ PDRIVER_OBJECT DriverObject)
{
    PDEVICE_OBJECT deviceObject = DriverObject->DeviceObject;
    UNICODE_STRING uniWin32NameString;

    PAGED_CODE();
    RtlInitUnicodeString(&uniWin32NameString, DOS_DEVICE_NAME);
    IoDeleteSymbolicLink(&uniWin32NameString);
    if (deviceObject != NULL) {
        IoDeleteDevice(deviceObject);
    }
}

/* The input of METHOD_NEITHER: the caller's address is probed, locked and mapped. */
static NTSTATUS MapUser(_In_ PVOID UserBuffer, _In_ ULONG Length, _In_ LOCK_OPERATION Operation,
                        _Outptr_ PMDL *MdlOut, _Outptr_ PCHAR *Address)
{
    NTSTATUS status = STATUS_SUCCESS;
    PMDL mdl;

    __try {
        if (Operation == IoReadAccess) {
            ProbeForRead(UserBuffer, Length, sizeof(UCHAR));
        } else {
            ProbeForWrite(UserBuffer, Length, sizeof(UCHAR));
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
        TRANSFER_KDPRINT(("probe: %x\n", status));
    }
    if (!NT_SUCCESS(status)) {
        return status;
    }

    mdl = IoAllocateMdl(UserBuffer, Length, FALSE, TRUE, NULL);
    if (!mdl) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    try {
        MmProbeAndLockPages(mdl, UserMode, Operation);
    }
    except(EXCEPTION_EXECUTE_HANDLER)
    {
        status = GetExceptionCode();
        TRANSFER_KDPRINT(("lock: %x\n", status));
    }
    if (!NT_SUCCESS(status)) {
        IoFreeMdl(mdl);
        return status;
    }
    *Address = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority | MdlMappingNoExecute);
    if (!*Address) {
        MmUnlockPages(mdl);
        IoFreeMdl(mdl);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *MdlOut = mdl;
    return STATUS_SUCCESS;
}

NTSTATUS
TransferControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION irpSp;
    NTSTATUS ntStatus = STATUS_SUCCESS;
    ULONG inBufLength, outBufLength, length;
    PCHAR inBuf, outBuf;
    PMDL inMdl = NULL, outMdl = NULL;

    UNREFERENCED_PARAMETER(DeviceObject);

    PAGED_CODE();

    irpSp = IoGetCurrentIrpStackLocation(Irp);
    inBufLength = irpSp->Parameters.DeviceIoControl.InputBufferLength;
    outBufLength = irpSp->Parameters.DeviceIoControl.OutputBufferLength;
    length = min(inBufLength, outBufLength);
    if (!inBufLength || !outBufLength) {
        ntStatus = STATUS_INVALID_PARAMETER;
        goto End;
    }

    switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_TRANSFER_BUFFERED:
        PrintStart(Irp);
        inBuf = outBuf = Irp->AssociatedIrp.SystemBuffer;
        Shout(outBuf, inBuf, length);
        break;

    case IOCTL_TRANSFER_IN_DIRECT:
    case IOCTL_TRANSFER_OUT_DIRECT:
        PrintStart(Irp);
        inBuf = Irp->AssociatedIrp.SystemBuffer;
        outBuf =
            MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority | MdlMappingNoExecute);
        if (!outBuf) {
            ntStatus = STATUS_INSUFFICIENT_RESOURCES;
            break;
        }
        NT_ASSERT(MmGetMdlByteCount(Irp->MdlAddress) == outBufLength);
        if (irpSp->Parameters.DeviceIoControl.IoControlCode == IOCTL_TRANSFER_IN_DIRECT) {
            /* What METHOD_IN_DIRECT calls the output is more input. */
            TRANSFER_KDPRINT(("more input: %.*s\n", (int)outBufLength, outBuf));
            length = MmGetMdlByteCount(Irp->MdlAddress);
        } else {
            Shout(outBuf, inBuf, length);
        }
        break;

    case IOCTL_TRANSFER_NEITHER:
        PrintStart(Irp);
        ntStatus = MapUser(irpSp->Parameters.DeviceIoControl.Type3InputBuffer, inBufLength,
                           IoReadAccess, &inMdl, &inBuf);
        if (!NT_SUCCESS(ntStatus)) {
            break;
        }
        ntStatus = MapUser(Irp->UserBuffer, outBufLength, IoWriteAccess, &outMdl, &outBuf);
        if (NT_SUCCESS(ntStatus)) {
            PCHAR copy = ExAllocatePoolWithQuotaTag(PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE,
                                                    length, TRANSFER_TAG);

            if (copy == NULL) {
                ntStatus = STATUS_INSUFFICIENT_RESOURCES;
            } else {
                RtlCopyBytes(copy, inBuf, length);
                Shout(outBuf, copy, length);
                ExFreePoolWithTag(copy, TRANSFER_TAG);
            }
            MmUnlockPages(outMdl);
            IoFreeMdl(outMdl);
        }
        MmUnlockPages(inMdl);
        IoFreeMdl(inMdl);
        break;

    default:
        // The specified I/O control code is unrecognized by this driver.
        ntStatus = STATUS_INVALID_DEVICE_REQUEST;
        TRANSFER_KDPRINT(
            ("ERROR: unrecognized IOCTL %x\n", irpSp->Parameters.DeviceIoControl.IoControlCode));
        break;
    }

    if (NT_SUCCESS(ntStatus))
        Irp->IoStatus.Information = length;
End:
    Irp->IoStatus.Status = ntStatus;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return ntStatus;
}

VOID PrintStart(PIRP Irp)
{
    PIO_STACK_LOCATION irpSp;
    irpSp = IoGetCurrentIrpStackLocation(Irp);

    PAGED_CODE();
    TRANSFER_KDPRINT(("method %u, %Iu in, %Iu out, buffer %s\n",
                      METHOD_FROM_CTL_CODE(irpSp->Parameters.DeviceIoControl.IoControlCode),
                      (SIZE_T)irpSp->Parameters.DeviceIoControl.InputBufferLength,
                      (SIZE_T)irpSp->Parameters.DeviceIoControl.OutputBufferLength,
                      Irp->AssociatedIrp.SystemBuffer ? "of the system" : "of the caller"));
}

VOID Shout(PCHAR Out, PCHAR In, size_t Length)
{
    PAGED_CODE();
    while (Length--) {
        *Out++ = *In >= 'a' && *In <= 'z' ? *In - 32 : *In;
        In++;
    }
}
