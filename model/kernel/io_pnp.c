/* io_pnp.c - plug and play for drivers: the root bus and its PDOs, requests to a stack, properties
 * and interfaces (facts/ddi.md 2.16).
 *
 * The bus is a driver of the I/O manager's own, \Driver\PnpManager. Its PDOs answer what a bus must
 * answer and leave everything else at the status that the sender set: STATUS_NOT_SUPPORTED.
 */
#include "model/kernel/io_pnp.h"
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ob.h"
#include <string.h>

enum { NOT_A_PDO = 2, NT_INTERFACE_BYTES = 0x80 };

static NTSTATUS PnpBusDispatch(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    NTSTATUS status = irp->IoStatus.Status;

    UNREFERENCED_PARAMETER(device);
    if (location->MajorFunction == IRP_MJ_POWER)
        PoStartNextPowerIrp(irp);
    if (location->MajorFunction == IRP_MJ_POWER ||
        (location->MajorFunction == IRP_MJ_PNP &&
         (location->MinorFunction <= IRP_MN_CANCEL_STOP_DEVICE ||
          location->MinorFunction == IRP_MN_SURPRISE_REMOVAL)))
        status = STATUS_SUCCESS;
    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS PnpBusOpen(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS PnpBusEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    UNREFERENCED_PARAMETER(path);
    driver->MajorFunction[IRP_MJ_PNP] = PnpBusDispatch;
    driver->MajorFunction[IRP_MJ_POWER] = PnpBusDispatch;
    driver->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = PnpBusDispatch;
    driver->MajorFunction[IRP_MJ_CREATE] = PnpBusOpen;
    driver->MajorFunction[IRP_MJ_CLEANUP] = PnpBusOpen;
    driver->MajorFunction[IRP_MJ_CLOSE] = PnpBusOpen;
    return STATUS_SUCCESS;
}

static const struct io_image bus_image = { .file = "ntoskrnl.exe", .entry = PnpBusEntry };

NTSTATUS io_pnp_device(PCWSTR name, PDEVICE_OBJECT *out)
{
    static const WCHAR bus_name[] = L"\\Driver\\PnpManager";
    PDRIVER_OBJECT bus = ob_name_find(bus_name);
    UNICODE_STRING string;
    NTSTATUS status = STATUS_SUCCESS;

    if (bus == NULL)
        status = IopLoadDriver(L"\\Registry\\Machine\\System\\CurrentControlSet\\Enum\\Root",
                               bus_name, &bus_image);
    if (!NT_SUCCESS(status))
        return status;
    RtlInitUnicodeString(&string, name);
    status = IoCreateDevice(ob_name_find(bus_name), 0, name != NULL ? &string : NULL,
                            FILE_DEVICE_UNKNOWN, 0, FALSE, out);
    if (!NT_SUCCESS(status))
        return status;
    (*out)->Flags |= DO_BUS_ENUMERATED_DEVICE;
    (*out)->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

/* ---- Requests -------------------------------------------------------------------------------- */

NT_FRAME NTSTATUS io_pnp_request(PDEVICE_OBJECT device, UCHAR minor)
{
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(device);
    IO_STATUS_BLOCK iosb = { .Status = STATUS_NOT_SUPPORTED };
    NTSTATUS status;
    KEVENT done;
    PIRP irp;

    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    irp = IoBuildSynchronousFsdRequest(IRP_MJ_PNP, top, NULL, 0, NULL, &done, &iosb);
    if (irp == NULL) {
        ObDereferenceObject(top);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    IoGetNextIrpStackLocation(irp)->MinorFunction = minor;
    status = IofCallDriver(top, irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
        status = iosb.Status;
    }
    ObDereferenceObject(top);
    return status;
}

NTSTATUS io_pnp_remove(PDEVICE_OBJECT pdo, bool surprise)
{
    NTSTATUS status =
        io_pnp_request(pdo, surprise ? IRP_MN_SURPRISE_REMOVAL : IRP_MN_QUERY_REMOVE_DEVICE);

    if (!surprise && !NT_SUCCESS(status)) {
        io_pnp_request(pdo, IRP_MN_CANCEL_REMOVE_DEVICE);
        return status;
    }
    return io_pnp_request(pdo, IRP_MN_REMOVE_DEVICE);
}

/* ---- What drivers ask of a PDO --------------------------------------------------------------- */

static void require_pdo(PDEVICE_OBJECT device)
{
    ke_require_irql(DISPATCH_LEVEL, ob_address(device));
    if ((device->Flags & DO_BUS_ENUMERATED_DEVICE) == 0)
        ke_stop(PNP_DETECTED_FATAL_ERROR, NOT_A_PDO, ob_address(device),
                ob_address(device->DriverObject), 0);
}

NTSTATUS IoGetDeviceProperty(PDEVICE_OBJECT device, ULONG property, ULONG length, PVOID buffer,
                             PULONG result)
{
    UNREFERENCED_PARAMETER(property);
    UNREFERENCED_PARAMETER(length);
    UNREFERENCED_PARAMETER(buffer);
    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    require_pdo(device);
    *result = 0;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

NTSTATUS IoOpenDeviceRegistryKey(PDEVICE_OBJECT device, ULONG type, ACCESS_MASK access,
                                 PHANDLE handle)
{
    UNREFERENCED_PARAMETER(type);
    UNREFERENCED_PARAMETER(access);
    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    require_pdo(device);
    *handle = NULL;
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

VOID IoInvalidateDeviceRelations(PDEVICE_OBJECT device, DEVICE_RELATION_TYPE type)
{
    UNREFERENCED_PARAMETER(type);
    require_pdo(device);
}

VOID IoInvalidateDeviceState(PDEVICE_OBJECT device) { require_pdo(device); }

NTSTATUS IoWMIRegistrationControl(PDEVICE_OBJECT device, ULONG action)
{
    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    return action >= WMIREG_ACTION_REGISTER && action <= WMIREG_ACTION_UPDATE_GUIDS
               ? STATUS_SUCCESS
               : STATUS_INVALID_PARAMETER;
}

/* ---- Interfaces ------------------------------------------------------------------------------ */

/* A registered interface; the device is what its link leads to while it is enabled. */
struct io_interface {
    struct io_interface *next;
    PDEVICE_OBJECT device;
    USHORT bytes;
    WCHAR name[NAME_MAX_CHARS + 1];
};

static struct io_interface *interface_of(PCUNICODE_STRING name)
{
    struct io_interface *at = ke->io->interfaces;

    for (; at != NULL; at = at->next) {
        UNICODE_STRING own = { at->bytes, at->bytes, at->name };

        if (RtlEqualUnicodeString(&own, name, TRUE))
            break;
    }
    return at;
}

/* \??\ROOT#Port0#{class}, from the device's own name \Device\Port0, and \reference. */
static NTSTATUS interface_name(PDEVICE_OBJECT device, const GUID *class, PCUNICODE_STRING reference,
                               PUNICODE_STRING out)
{
    const struct ob_name *name = ob_header(device)->name;
    UNICODE_STRING guid, text;
    NTSTATUS status;

    if (name == NULL)
        return STATUS_INVALID_DEVICE_REQUEST;
    status = RtlStringFromGUID(class, &guid);
    if (!NT_SUCCESS(status))
        return status;
    out->Length = 0;
    RtlAppendUnicodeToString(out, L"\\??\\ROOT#");
    for (uint32_t i = 1; i < name->chars && out->Length + sizeof(WCHAR) <= out->MaximumLength;
         i++) {
        out->Buffer[out->Length / sizeof(WCHAR)] = name->given[i] == '\\' ? '#' : name->given[i];
        out->Length += sizeof(WCHAR);
    }
    RtlAppendUnicodeToString(out, L"#");
    status = RtlAppendUnicodeStringToString(out, &guid);
    RtlFreeUnicodeString(&guid);
    if (NT_SUCCESS(status) && reference != NULL && reference->Length > 0) {
        text = *reference;
        RtlAppendUnicodeToString(out, L"\\");
        status = RtlAppendUnicodeStringToString(out, &text);
    }
    return status;
}

NTSTATUS IoRegisterDeviceInterface(PDEVICE_OBJECT device, const GUID *class,
                                   PUNICODE_STRING reference, PUNICODE_STRING out)
{
    struct io_interface *made;
    UNICODE_STRING name;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    if ((device->Flags & DO_BUS_ENUMERATED_DEVICE) == 0)
        return STATUS_INVALID_DEVICE_REQUEST;
    made = ex_pool_try_as(PagedPool, sizeof *made, NT_INTERFACE_BYTES, EX_TAG('P', 'n', 'p', 'I'));
    if (made == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    name = (UNICODE_STRING){ 0, sizeof made->name, made->name };
    status = interface_name(device, class, reference, &name);
    if (NT_SUCCESS(status)) /* Allocates the caller's string; its case is put right below. */
        status = RtlUpcaseUnicodeString(out, &name, TRUE);
    if (NT_SUCCESS(status))
        memcpy(out->Buffer, name.Buffer, name.Length);
    if (!NT_SUCCESS(status) || interface_of(&name) != NULL) {
        ex_pool_give(made);
        return status;
    }
    made->bytes = name.Length;
    made->device = device;
    made->next = ke->io->interfaces;
    ke->io->interfaces = made;
    return STATUS_SUCCESS;
}

NTSTATUS IoSetDeviceInterfaceState(PUNICODE_STRING name, BOOLEAN enable)
{
    const struct io_interface *found;
    UNICODE_STRING target;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, 0);
    found = interface_of(name);
    if (found == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (!enable)
        return IoDeleteSymbolicLink(name);
    RtlInitUnicodeString(&target, NULL);
    target.Buffer = (PWSTR)(uintptr_t)ob_header(found->device)->name->given;
    target.Length = (USHORT)(ob_header(found->device)->name->chars * sizeof(WCHAR));
    status = IoCreateSymbolicLink(name, &target);
    return status == STATUS_OBJECT_NAME_COLLISION ? STATUS_OBJECT_NAME_EXISTS : status;
}
