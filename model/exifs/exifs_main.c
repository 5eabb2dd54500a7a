/* exifs_main.c - the driver comes, goes, and hands each call to the file that knows.
 *
 *     create, close            exifs_file.c         a handle's life
 *     cleanup                  exifs_cleanup.c      its owner may be dead
 *     write, read              exifs_transfer.c     bytes: start reading there
 *     directory, volume        exifs_directory.c    paths by name, M:
 *     control                  the table below
 *
 * All state lies in the device extension, and goes with the device.
 */
#include "exifs.h"

#define EXIFS_EVENT_LOADED 9216 /* Event of the System log: the driver is loaded. */

NTSTATUS ExifsComplete(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

PVOID ExifsInput(PIRP irp, ULONG bytes)
{
    if (IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.InputBufferLength < bytes) {
        return NULL;
    }
    return irp->AssociatedIrp.SystemBuffer;
}

BOOLEAN ExifsHasOutput(PIRP irp, ULONG bytes)
{
    return IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.OutputBufferLength >=
           bytes;
}

/* ---- Control --------------------------------------------------------------------------------- */

static NTSTATUS Handshake(PEXIFS_DEVICE exifs, PIRP irp)
{
    PEXIFS_HANDSHAKE shake = ExifsInput(irp, sizeof(*shake));

    if (shake == NULL || !ExifsHasOutput(irp, sizeof(*shake))) {
        return ExifsComplete(irp, STATUS_INVALID_PARAMETER, 0);
    }
    RtlZeroMemory(shake, sizeof(*shake));
    shake->Interface = exifs->Version->Interface;
    RtlCopyMemory(shake->Build, exifs->Version->Build, sizeof(shake->Build));
    return ExifsComplete(irp, STATUS_SUCCESS, sizeof(*shake));
}

static const struct {
    ULONG Code;
    NTSTATUS (*Serve)(PEXIFS_DEVICE exifs, PIRP irp); /* Completes the IRP, or keeps it. */
} Controls[] = {
    { IOCTL_EXIFS_HANDSHAKE, Handshake },
    { IOCTL_EXIFS_REGISTER_ROOT, ExifsRegisterRoot },
    { IOCTL_EXIFS_UNREGISTER_ROOT, ExifsUnregisterRoot },
    { IOCTL_EXIFS_GET_UPCALL, ExifsGetUpcall },
    { IOCTL_EXIFS_REPLY, ExifsReply },
    { IOCTL_EXIFS_REPLY_LIST, ExifsReplyList },
    { IOCTL_EXIFS_OPEN_STREAM, ExifsOpenStream },
    { IOCTL_EXIFS_SET_BLOCK, ExifsSetBlock },
    { IOCTL_EXIFS_QUERY_RUNS, ExifsQueryRuns },
    { IOCTL_EXIFS_COMMIT, ExifsCommit },
    { IOCTL_EXIFS_DELETE, ExifsDelete },
    { IOCTL_EXIFS_RECLAIM, ExifsReclaim },
    { IOCTL_EXIFS_QUERY_STATS, ExifsQueryStats },
    { IOCTL_EXIFS_SET_ASIDE, ExifsSetAside },
};

static NTSTATUS NTAPI DispatchControl(PDEVICE_OBJECT device, PIRP irp)
{
    ULONG code = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode;
    ULONG i;

    for (i = 0; i < RTL_NUMBER_OF(Controls); i++) {
        if (Controls[i].Code == code) {
            return Controls[i].Serve(ExifsOfDevice(device), irp);
        }
    }
    return ExifsComplete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}

static NTSTATUS NTAPI DispatchOther(PDEVICE_OBJECT device, PIRP irp)
{
    (VOID) device;
    return ExifsComplete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}

/* ---- Which build is this? -------------------------------------------------------------------- */

#define PATH_CHARS_MAX 200

/* Reads Parameters\Build under the service's key, a REG_SZ. FALSE: no key, no value, or no
 * build. */
static BOOLEAN ReadBuild(PUNICODE_STRING registryPath, PWCHAR build)
{
    static const WCHAR parameters[] = L"\\Parameters";
    union {
        KEY_VALUE_PARTIAL_INFORMATION Value;
        UCHAR Bytes[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + EXIFS_BUILD_CHARS * sizeof(WCHAR)];
    } answer;
    WCHAR path[PATH_CHARS_MAX];
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    HANDLE key;
    ULONG bytes;
    NTSTATUS status;

    if (registryPath->Length + sizeof(parameters) > sizeof(path)) {
        return FALSE;
    }
    RtlCopyMemory(path, registryPath->Buffer, registryPath->Length);
    RtlCopyMemory((PUCHAR)path + registryPath->Length, parameters, sizeof(parameters));
    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    if (!NT_SUCCESS(ZwOpenKey(&key, KEY_READ, &attributes))) {
        return FALSE;
    }
    RtlInitUnicodeString(&name, L"Build");
    status =
        ZwQueryValueKey(key, &name, KeyValuePartialInformation, &answer, sizeof(answer), &bytes);
    (VOID) ZwClose(key);
    if (!NT_SUCCESS(status) || answer.Value.Type != REG_SZ ||
        answer.Value.DataLength > EXIFS_BUILD_CHARS * sizeof(WCHAR)) {
        return FALSE;
    }
    RtlZeroMemory(build, EXIFS_BUILD_CHARS * sizeof(WCHAR));
    RtlCopyMemory(build, answer.Value.Data, answer.Value.DataLength);
    return build[EXIFS_BUILD_CHARS - 1] == 0;
}

static const EXIFS_VERSION *PickVersion(PUNICODE_STRING registryPath, const EXIFS_VERSION *rows,
                                        ULONG count, const EXIFS_VERSION *otherwise)
{
    WCHAR build[EXIFS_BUILD_CHARS];
    UNICODE_STRING wanted;
    ULONG i;

    if (!ReadBuild(registryPath, build)) {
        return otherwise;
    }
    RtlInitUnicodeString(&wanted, build);
    for (i = 0; i < count; i++) {
        UNICODE_STRING name;

        RtlInitUnicodeString(&name, rows[i].Build);
        if (RtlEqualUnicodeString(&name, &wanted, TRUE)) {
            return &rows[i];
        }
    }
    return otherwise;
}

/* ---- Coming and going ------------------------------------------------------------------------ */

static VOID LogLoaded(PDEVICE_OBJECT device)
{
    PIO_ERROR_LOG_PACKET packet = IoAllocateErrorLogEntry(device, sizeof(*packet));

    if (packet != NULL) {
        RtlZeroMemory(packet, sizeof(*packet));
        packet->ErrorCode = (NTSTATUS)(0x40000000u | EXIFS_EVENT_LOADED); /* Informational. */
        IoWriteErrorLogEntry(packet);
    }
}

/* The I/O manager calls only after the last handle is closed: no root and no IRP is left. */
static VOID NTAPI ExifsUnload(PDRIVER_OBJECT driver)
{
    UNICODE_STRING link;

    RtlInitUnicodeString(&link, EXIFS_LINK_NAME);
    (VOID) IoDeleteSymbolicLink(&link);
    IoDeleteDevice(driver->DeviceObject);
}

NTSTATUS ExifsStart(PDRIVER_OBJECT driver, PUNICODE_STRING registryPath, const EXIFS_VERSION *rows,
                    ULONG count, const EXIFS_VERSION *otherwise)
{
    UNICODE_STRING name;
    UNICODE_STRING link;
    PDEVICE_OBJECT device;
    PEXIFS_DEVICE exifs;
    NTSTATUS status;
    ULONG i;

    RtlInitUnicodeString(&name, EXIFS_DEVICE_NAME);
    status = IoCreateDevice(driver, sizeof(EXIFS_DEVICE), &name, FILE_DEVICE_FILE_SYSTEM, 0, FALSE,
                            &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    exifs = ExifsOfDevice(device);
    RtlZeroMemory(exifs, sizeof(*exifs));
    exifs->Device = device;
    exifs->Version = PickVersion(registryPath, rows, count, otherwise);
    KeInitializeSpinLock(&exifs->Lock);
    InitializeListHead(&exifs->Roots);
    ExifsInitializeQueue(&exifs->Fetchers, exifs, ExifsFetcherUnlinked, ExifsFetcherCancelled);

    RtlInitUnicodeString(&link, EXIFS_LINK_NAME);
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }

    for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        driver->MajorFunction[i] = DispatchOther;
    }
    driver->MajorFunction[IRP_MJ_CREATE] = ExifsDispatchCreate;
    driver->MajorFunction[IRP_MJ_CLEANUP] = ExifsDispatchCleanup;
    driver->MajorFunction[IRP_MJ_CLOSE] = ExifsDispatchClose;
    driver->MajorFunction[IRP_MJ_READ] = ExifsDispatchRead;
    driver->MajorFunction[IRP_MJ_WRITE] = ExifsDispatchWrite;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = DispatchControl;
    driver->MajorFunction[IRP_MJ_DIRECTORY_CONTROL] = ExifsDispatchDirectory;
    driver->MajorFunction[IRP_MJ_QUERY_VOLUME_INFORMATION] = ExifsDispatchVolume;
    driver->DriverUnload = ExifsUnload;

    device->Flags |= DO_BUFFERED_IO;
    device->Flags &= ~(ULONG)DO_DEVICE_INITIALIZING;
    LogLoaded(device);
    return STATUS_SUCCESS;
}
