/* touch.c - a driver that touches its caller's memory: METHOD_NEITHER and METHOD_OUT_DIRECT. */
#include <ntddk.h>

#define TOUCH_NEITHER CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_NEITHER, FILE_ANY_ACCESS)
#define TOUCH_DIRECT  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_OUT_DIRECT, FILE_ANY_ACCESS)
#define TOUCH_RAW     CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_NEITHER, FILE_ANY_ACCESS)
#define TOUCH_LOCKED  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_NEITHER, FILE_ANY_ACCESS)
#define TOUCH_LENGTHS CTL_CODE(FILE_DEVICE_UNKNOWN, 0x805, METHOD_NEITHER, FILE_ANY_ACCESS)

DRIVER_INITIALIZE DriverEntry;

/* Adds one to each byte. */
static VOID touch(volatile UCHAR *at, ULONG bytes)
{
    for (ULONG i = 0; i < bytes; i++)
        at[i]++;
}

/* True if the caller's memory is too short for a length. */
static BOOLEAN is_refused(PVOID at, SIZE_T bytes)
{
    __try {
        ProbeForRead(at, bytes, 1);
    } __except (GetExceptionCode() == STATUS_ACCESS_VIOLATION) {
        return TRUE;
    }
    return FALSE;
}

/* Locks the caller's memory for writing. */
static VOID lock(PVOID at, ULONG bytes)
{
    PMDL mdl = IoAllocateMdl(at, bytes, FALSE, FALSE, NULL);

    __try {
        MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
        MmUnlockPages(mdl);
    } __finally {
        IoFreeMdl(mdl);
    }
}

static NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS NTAPI open(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(irp);

    UNREFERENCED_PARAMETER(device);
    if (here->MajorFunction == IRP_MJ_CREATE &&
        (here->Parameters.Create.SecurityContext->DesiredAccess & GENERIC_READ) == 0)
        return complete(irp, STATUS_ACCESS_DENIED, 0);
    return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI control(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(irp);
    ULONG bytes = here->Parameters.DeviceIoControl.OutputBufferLength;
    ULONG code = here->Parameters.DeviceIoControl.IoControlCode;
    NTSTATUS status = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(device);
    if ((code & 3) == METHOD_BUFFERED)
        return complete(irp, STATUS_SUCCESS, bytes);
    if (code == TOUCH_DIRECT) {
        touch(MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority), bytes);
        return complete(irp, STATUS_SUCCESS, bytes);
    }
    if (code == TOUCH_LENGTHS)
        return complete(irp,
                        is_refused(irp->UserBuffer, (SIZE_T)-1) &&
                                is_refused(irp->UserBuffer, 0x80000000u) &&
                                !is_refused(irp->UserBuffer, bytes)
                            ? STATUS_SUCCESS
                            : STATUS_UNSUCCESSFUL,
                        bytes);
    if ((ULONG_PTR)irp->UserBuffer >= MmUserProbeAddress || /* As some drivers check, too. */
        irp->UserBuffer >= MmSystemRangeStart)
        return complete(irp, STATUS_INVALID_PARAMETER, 0);
    __try {
        if (code == TOUCH_LOCKED)
            lock(irp->UserBuffer, bytes);
        else if (code != TOUCH_RAW)
            ProbeForWrite(irp->UserBuffer, bytes, 1);
        touch(irp->UserBuffer, bytes);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    return complete(irp, status, NT_SUCCESS(status) ? bytes : 0);
}

/* Reads a number of the service's key, which the installation has written. */
static NTSTATUS read_number(PUNICODE_STRING path, PCWSTR name, PULONG number)
{
    struct {
        KEY_VALUE_PARTIAL_INFORMATION information;
        UCHAR room[8];
    } value;
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING wanted;
    HANDLE key;
    ULONG length;
    NTSTATUS status;

    InitializeObjectAttributes(&attributes, path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    status = ZwOpenKey(&key, KEY_READ, &attributes);
    if (!NT_SUCCESS(status))
        return status;
    RtlInitUnicodeString(&wanted, name);
    status =
        ZwQueryValueKey(key, &wanted, KeyValuePartialInformation, &value, sizeof value, &length);
    if (NT_SUCCESS(status))
        *number = *(ULONG *)value.information.Data;
    ZwClose(key);
    return status;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Touch"),
                   link = RTL_CONSTANT_STRING(L"\\DosDevices\\Touch");
    PDEVICE_OBJECT device;
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);

    ULONG type = 0;

    if (!NT_SUCCESS(status))
        return status;
    if (!NT_SUCCESS(read_number(path, L"Type", &type)) || type != 1)
        return STATUS_UNSUCCESSFUL;
    driver->MajorFunction[IRP_MJ_CREATE] = driver->MajorFunction[IRP_MJ_CLOSE] = open;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = control;
    return IoCreateSymbolicLink(&link, &name);
}
