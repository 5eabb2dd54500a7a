/* io_pnp.c - plug and play for drivers: the root bus and its PDOs, requests to a stack, what is
 * done when a driver is loaded and when a device goes (facts/ddi.md 2.16).
 *
 * The bus is a driver of the I/O manager's own, \Driver\PnpManager. Its PDOs answer what a bus must
 * answer and leave everything else at the status that the sender set: STATUS_NOT_SUPPORTED.
 */
#include "model/kernel/io_pnp.h"
#include "model/kernel/cm.h"
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ob.h"
#include <stdio.h>
#include <string.h>

/* Kinds of stop 0xCA; sizes on 32-bit x86, which the pool is charged (ex.h). */
enum { DUPLICATE_PDO = 1, NOT_A_PDO = 2, DELETED_PDO = 4 };
enum { NT_NODE_BYTES = 0x118, NT_PNP_WORK_BYTES = 0x20, IDS_TAG = 'spnP' };

static struct io_node *node_of(PDEVICE_OBJECT pdo) { return io_extension(pdo)->node; }

/* ---- One thing at a time --------------------------------------------------------------------- */

/* Waits until no other thread starts or removes a device. A thread may enter twice. An event is the
 * lock, so drivers are called outside critical regions. */
static void enter(void)
{
    struct io_state *io = ke->io;

    if (io->pnp_owner != ke_current_thread()) {
        if (!io->pnp_started)
            KeInitializeEvent(&io->pnp_free, SynchronizationEvent, TRUE);
        io->pnp_started = true;
        KeWaitForSingleObject(&io->pnp_free, Executive, KernelMode, FALSE, NULL);
        io->pnp_owner = ke_current_thread();
    }
    io->pnp_depth++;
}

static void leave(void)
{
    if (--ke->io->pnp_depth > 0)
        return;
    ke->io->pnp_owner = NULL;
    KeSetEvent(&ke->io->pnp_free, IO_NO_INCREMENT, FALSE);
}

/* ---- The root bus ---------------------------------------------------------------------------- */

static bool fill_capabilities(PDEVICE_CAPABILITIES capabilities)
{
    if (capabilities == NULL)
        return false;
    capabilities->UniqueID = capabilities->SilentInstall = 1;
    for (int i = PowerSystemWorking; i < PowerSystemMaximum; i++)
        capabilities->DeviceState[i] = i == PowerSystemWorking ? PowerDeviceD0 : PowerDeviceD3;
    return true;
}

/* An ID as IRP_MN_QUERY_ID gives it: "ROOT\TOASTER" or "0000", with two ends, for the hardware IDs
 * are a list. */
static bool give_id(PDEVICE_OBJECT pdo, BUS_QUERY_ID_TYPE type, ULONG_PTR *information)
{
    const char *text = node_of(pdo)->instance, *last = strrchr(text, '\\');
    size_t chars = type == BusQueryInstanceID ? strlen(++last) : (size_t)(last - text);
    WCHAR *out;

    if (type != BusQueryDeviceID && type != BusQueryHardwareIDs && type != BusQueryInstanceID)
        return false;
    out = ExAllocatePoolWithTag(PagedPool, (chars + 2) * sizeof(WCHAR), IDS_TAG);
    if (out == NULL)
        return false;
    for (size_t i = 0; i < chars; i++)
        out[i] = (UCHAR)(type == BusQueryInstanceID ? last : text)[i];
    out[chars] = out[chars + 1] = 0;
    *information = (ULONG_PTR)out;
    return true;
}

static bool give_itself(PDEVICE_OBJECT pdo, DEVICE_RELATION_TYPE type, ULONG_PTR *information)
{
    PDEVICE_RELATIONS relations = type == TargetDeviceRelation
                                      ? ExAllocatePoolWithTag(PagedPool, sizeof *relations, IDS_TAG)
                                      : NULL;

    if (relations == NULL)
        return false;
    ObReferenceObject(pdo);
    *relations = (DEVICE_RELATIONS){ 1, { pdo } };
    *information = (ULONG_PTR)relations;
    return true;
}

static bool answer(PDEVICE_OBJECT pdo, PIRP irp)
{
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);

    if (location->MajorFunction == IRP_MJ_SYSTEM_CONTROL)
        return false;
    if (location->MajorFunction == IRP_MJ_POWER ||
        location->MinorFunction <= IRP_MN_CANCEL_STOP_DEVICE)
        return true;
    switch (location->MinorFunction) {
    case IRP_MN_SURPRISE_REMOVAL:
        return true;
    case IRP_MN_QUERY_CAPABILITIES:
        return fill_capabilities(location->Parameters.DeviceCapabilities.Capabilities);
    case IRP_MN_QUERY_ID:
        return give_id(pdo, location->Parameters.QueryId.IdType, &irp->IoStatus.Information);
    case IRP_MN_QUERY_DEVICE_RELATIONS:
        return give_itself(pdo, location->Parameters.QueryDeviceRelations.Type,
                           &irp->IoStatus.Information);
    default:
        return false;
    }
}

static NTSTATUS PnpBusDispatch(PDEVICE_OBJECT device, PIRP irp)
{
    NTSTATUS status = irp->IoStatus.Status;

    if (IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_POWER)
        PoStartNextPowerIrp(irp);
    if (answer(device, irp))
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

static NTSTATUS bus_device(PCWSTR name, PDEVICE_OBJECT *out)
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
    return IoCreateDevice(ob_name_find(bus_name), 0, name != NULL ? &string : NULL,
                          FILE_DEVICE_CONTROLLER, name != NULL ? 0 : FILE_AUTOGENERATED_DEVICE_NAME,
                          FALSE, out);
}

/* ---- What is known of a device --------------------------------------------------------------- */

static struct io_node *node_new(PDEVICE_OBJECT pdo)
{
    struct io_node *node =
        ex_pool_try_as(PagedPool, sizeof *node, NT_NODE_BYTES, EX_TAG('P', 'p', 'D', 'n'));

    if (node == NULL)
        return NULL;
    memset(node, 0, sizeof *node);
    pdo->Flags |= DO_BUS_ENUMERATED_DEVICE;
    return io_extension(pdo)->node = node;
}

void io_pnp_forget(PDEVICE_OBJECT device)
{
    if (node_of(device) == NULL)
        return;
    io_interfaces_forget(device);
    ex_pool_give(node_of(device));
}

/* Names the instance by the service, or by the last part of the device's name. */
static void name_instance(struct io_node *node, PDEVICE_OBJECT pdo)
{
    const struct ob_name *name = ob_header(pdo)->name;
    char id[NAME_MAX_CHARS + 1] = "";
    size_t used = 0;

    for (uint32_t i = 0; node->service == NULL && i < name->chars; i++)
        used = name->text[i] == '\\' ? 0 : (id[used] = (char)name->text[i], used + 1);
    for (; node->service != NULL && node->service[used] != 0; used++)
        id[used] = (char)RtlUpperChar(node->service[used]);
    snprintf(node->instance, sizeof node->instance, "ROOT\\%.*s\\0000",
             (int)MIN_OF(used, sizeof id - 12), id);
}

static NTSTATUS root_device(PCWSTR name, const char *service, PDEVICE_OBJECT *out)
{
    NTSTATUS status = bus_device(name, out);

    if (!NT_SUCCESS(status))
        return status;
    struct io_node *node = node_new(*out);

    if (node == NULL) {
        IoDeleteDevice(*out);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    node->service = service;
    name_instance(node, *out);
    (*out)->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

NTSTATUS io_pnp_device(PCWSTR name, PDEVICE_OBJECT *out) { return root_device(name, NULL, out); }

void io_require_pdo(PDEVICE_OBJECT device)
{
    ke_require_irql(DISPATCH_LEVEL, ob_address(device));
    if ((device->Flags & DO_BUS_ENUMERATED_DEVICE) == 0)
        ke_stop(PNP_DETECTED_FATAL_ERROR, NOT_A_PDO, ob_address(device),
                ob_address(device->DriverObject), 0);
}

PDEVICE_OBJECT io_pnp_pdo_of(const DRIVER_OBJECT *driver)
{
    for (PDEVICE_OBJECT device = driver->DeviceObject; device != NULL;
         device = device->NextDevice) {
        PDEVICE_OBJECT bottom = io_bottom_device(device);

        if (bottom != device && node_of(bottom) != NULL)
            return bottom;
    }
    return NULL;
}

/* ---- Requests -------------------------------------------------------------------------------- */

static NT_FRAME NTSTATUS IopSynchronousCall(PDEVICE_OBJECT device, const IO_STACK_LOCATION *what,
                                            ULONG_PTR *information)
{
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(device);
    IO_STATUS_BLOCK iosb = { .Status = STATUS_NOT_SUPPORTED };
    PIO_STACK_LOCATION location;
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
    location = IoGetNextIrpStackLocation(irp);
    location->MinorFunction = what->MinorFunction;
    location->Parameters = what->Parameters;
    status = IofCallDriver(top, irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
        status = iosb.Status;
    }
    ObDereferenceObject(top);
    if (information != NULL)
        *information = iosb.Information;
    return status;
}

NT_FRAME NTSTATUS io_pnp_request(PDEVICE_OBJECT device, UCHAR minor)
{
    return IopSynchronousCall(device, &(IO_STACK_LOCATION){ .MinorFunction = minor }, NULL);
}

static void query_capabilities(PDEVICE_OBJECT pdo)
{
    DEVICE_CAPABILITIES capabilities = {
        .Size = sizeof capabilities, .Version = 1, .Address = MAXULONG, .UINumber = MAXULONG
    };
    IO_STACK_LOCATION what = { .MinorFunction = IRP_MN_QUERY_CAPABILITIES };

    what.Parameters.DeviceCapabilities.Capabilities = &capabilities;
    IopSynchronousCall(pdo, &what, NULL);
}

/* ---- Devices that a driver reports ----------------------------------------------------------- */

/* Appends an ID that the child's driver gives. False: it gives none. */
static bool append_id(PDEVICE_OBJECT child, BUS_QUERY_ID_TYPE type, char *to, size_t size)
{
    IO_STACK_LOCATION what = { .MinorFunction = IRP_MN_QUERY_ID };
    ULONG_PTR id = 0;
    size_t used = strlen(to);

    what.Parameters.QueryId.IdType = type;
    if (!NT_SUCCESS(IopSynchronousCall(child, &what, &id)) || id == 0)
        return false;
    for (const WCHAR *from = (const WCHAR *)id; *from != 0 && used + 1 < size; from++)
        to[used++] = (char)*from;
    to[used] = 0;
    ExFreePool((PVOID)id);
    return true;
}

/* Learns of a child. No driver is looked for: that needs an INF file. */
static void note_child(PDEVICE_OBJECT child)
{
    struct io_node *node;
    char id[NAME_MAX_CHARS + 1] = "";

    if (node_of(child) != NULL || !append_id(child, BusQueryDeviceID, id, sizeof id))
        return;
    strncat(id, "\\", sizeof id - strlen(id) - 1);
    append_id(child, BusQueryInstanceID, id, sizeof id);
    if ((node = node_new(child)) != NULL)
        memcpy(node->instance, id, sizeof id);
}

static void enumerate(PDEVICE_OBJECT pdo)
{
    IO_STACK_LOCATION what = { .MinorFunction = IRP_MN_QUERY_DEVICE_RELATIONS };
    PDEVICE_RELATIONS relations;
    ULONG_PTR information = 0;

    what.Parameters.QueryDeviceRelations.Type = BusRelations;
    if (!NT_SUCCESS(IopSynchronousCall(pdo, &what, &information)) || information == 0)
        return;
    relations = (PDEVICE_RELATIONS)information;
    for (ULONG i = 0; i < relations->Count; i++) {
        PDEVICE_OBJECT child = relations->Objects[i];

        if ((*io_device_flags(child) & DOE_DELETE_PENDING) != 0)
            ke_stop(PNP_DETECTED_FATAL_ERROR, DELETED_PDO, ob_address(child), 0, 0);
        for (ULONG before = 0; before < i; before++)
            if (relations->Objects[before] == child)
                ke_stop(PNP_DETECTED_FATAL_ERROR, DUPLICATE_PDO, ob_address(child),
                        ob_address(child), 0);
        note_child(child);
    }
    for (ULONG i = 0; i < relations->Count; i++)
        ObDereferenceObject(relations->Objects[i]);
    ExFreePool(relations);
}

/* Asks for the state of a device, which is removed by surprise if it has failed. */
static void query_state(PDEVICE_OBJECT pdo)
{
    IO_STACK_LOCATION what = { .MinorFunction = IRP_MN_QUERY_PNP_DEVICE_STATE };
    ULONG_PTR state = 0;

    if (NT_SUCCESS(IopSynchronousCall(pdo, &what, &state)) &&
        (state & (PNP_DEVICE_DISABLED | PNP_DEVICE_FAILED | PNP_DEVICE_REMOVED)) != 0)
        io_pnp_remove(pdo, true);
}

/* ---- Removal --------------------------------------------------------------------------------- */

static bool stack_is_idle(PDEVICE_OBJECT pdo)
{
    for (PDEVICE_OBJECT device = pdo; device != NULL; device = device->AttachedDevice)
        if (device->ReferenceCount != 0)
            return false;
    return true;
}

/* REMOVE_DEVICE; then drivers without devices are unloaded. */
static NTSTATUS finish_removal(PDEVICE_OBJECT pdo)
{
    enum { DRIVERS_MAX = 16 };
    PDRIVER_OBJECT drivers[DRIVERS_MAX];
    uint32_t count = 0;
    NTSTATUS status;

    for (PDEVICE_OBJECT device = pdo->AttachedDevice; device != NULL && count < DRIVERS_MAX;
         device = device->AttachedDevice)
        ObReferenceObject(drivers[count++] = device->DriverObject);
    node_of(pdo)->started = false;
    status = io_pnp_request(pdo, IRP_MN_REMOVE_DEVICE);
    io_interfaces_disable(pdo); /* A driver that is right has done so. */
    *io_device_flags(pdo) &= ~(ULONG)DOE_REMOVE_PENDING;
    for (uint32_t i = 0; i < count; i++) {
        if (drivers[i]->DeviceObject == NULL)
            io_unload(drivers[i]);
        ObDereferenceObject(drivers[i]);
    }
    return status;
}

static NTSTATUS remove_device(PDEVICE_OBJECT pdo, bool surprise)
{
    NTSTATUS status =
        io_pnp_request(pdo, surprise ? IRP_MN_SURPRISE_REMOVAL : IRP_MN_QUERY_REMOVE_DEVICE);

    if (!surprise && NT_SUCCESS(status) && !stack_is_idle(pdo))
        status = STATUS_PLUGPLAY_QUERY_VETOED;
    if (!surprise && !NT_SUCCESS(status)) {
        io_pnp_request(pdo, IRP_MN_CANCEL_REMOVE_DEVICE);
        return status;
    }
    *io_device_flags(pdo) |= DOE_REMOVE_PENDING; /* No new opens. */
    if (surprise)
        io_interfaces_disable(pdo);
    return stack_is_idle(pdo) ? finish_removal(pdo) : STATUS_PENDING;
}

NTSTATUS io_pnp_remove(PDEVICE_OBJECT pdo, bool surprise)
{
    NTSTATUS status = STATUS_NO_SUCH_DEVICE;

    enter();
    if (pdo->AttachedDevice != NULL && (*io_device_flags(pdo) & DOE_REMOVE_PENDING) == 0)
        status = remove_device(pdo, surprise);
    leave();
    return status;
}

/* ---- Work for later -------------------------------------------------------------------------- */

struct pnp_work {
    WORK_QUEUE_ITEM item;
    PDEVICE_OBJECT pdo; /* Referenced. */
    void (*act)(PDEVICE_OBJECT pdo);
};

static VOID PnpDeviceActionWorker(PVOID parameter)
{
    struct pnp_work *work = parameter;

    enter();
    if (node_of(work->pdo)->started) /* A device that has gone is not asked. */
        work->act(work->pdo);
    leave();
    ObDereferenceObject(work->pdo);
    ex_pool_give(work);
}

/* Has something done with a device by a System worker thread. */
static void act_later(PDEVICE_OBJECT pdo, void (*act)(PDEVICE_OBJECT pdo))
{
    struct pnp_work *work =
        ex_pool_try_as(NonPagedPool, sizeof *work, NT_PNP_WORK_BYTES, EX_TAG('P', 'n', 'p', 'W'));

    if (work == NULL)
        return;
    ObReferenceObject(pdo);
    *work =
        (struct pnp_work){ .item = { .WorkerRoutine = PnpDeviceActionWorker, .Parameter = work },
                           .pdo = pdo,
                           .act = act };
    ExQueueWorkItem(&work->item, DelayedWorkQueue);
}

static void finish_later(PDEVICE_OBJECT pdo)
{
    if ((*io_device_flags(pdo) & DOE_REMOVE_PENDING) != 0 && stack_is_idle(pdo))
        finish_removal(pdo);
}

void io_pnp_idle(PDEVICE_OBJECT device)
{
    PDEVICE_OBJECT pdo = io_bottom_device(device);

    if ((*io_device_flags(pdo) & DOE_REMOVE_PENDING) != 0 && node_of(pdo)->started &&
        stack_is_idle(pdo))
        act_later(pdo, finish_later);
}

VOID IoInvalidateDeviceRelations(PDEVICE_OBJECT device, DEVICE_RELATION_TYPE type)
{
    io_require_pdo(device);
    if (node_of(device)->started && (type == BusRelations || type == SingleBusRelations))
        act_later(device, enumerate);
}

VOID IoInvalidateDeviceState(PDEVICE_OBJECT device)
{
    io_require_pdo(device);
    if (node_of(device)->started)
        act_later(device, query_state);
}

/* ---- A driver is loaded ---------------------------------------------------------------------- */

static void start(PDEVICE_OBJECT pdo)
{
    struct io_node *node = node_of(pdo);
    bool again = node->started;
    NTSTATUS status = io_pnp_request(pdo, IRP_MN_START_DEVICE);

    if (!NT_SUCCESS(status)) {
        DbgPrint("PnP: %s does not start (status %08x) and is removed\n", node->instance,
                 (unsigned)status);
        if (again) /* The device had been running: files may be open. */
            io_pnp_remove(pdo, true);
        else
            finish_removal(pdo);
        return;
    }
    node->started = true;
    *io_device_flags(pdo) &= ~(ULONG)DOE_START_PENDING;
    query_capabilities(pdo);
    query_state(pdo);
    if (node->started)
        enumerate(pdo);
}

static NT_FRAME NTSTATUS PipCallDriverAddDevice(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo)
{
    return driver->DriverExtension->AddDevice(driver, pdo);
}

/* A driver is put above a device, by name, as the driver of a filter: above a device that plug and
 * play runs, with the whole stack stopped meanwhile. */
static NTSTATUS add_filter(PDRIVER_OBJECT driver, PCWSTR name)
{
    PDEVICE_OBJECT device = ob_name_find(name), pdo;
    NTSTATUS status;

    if (device == NULL || ob_header(device)->type->index != OB_DEVICE)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    pdo = io_bottom_device(device);
    if (node_of(pdo) == NULL)
        return PipCallDriverAddDevice(driver, device);
    if (!node_of(pdo)->started)
        return STATUS_NO_SUCH_DEVICE;
    status = io_pnp_request(pdo, IRP_MN_QUERY_STOP_DEVICE);
    if (!NT_SUCCESS(status)) {
        io_pnp_request(pdo, IRP_MN_CANCEL_STOP_DEVICE);
        return status;
    }
    io_pnp_request(pdo, IRP_MN_STOP_DEVICE);
    status = PipCallDriverAddDevice(driver, pdo);
    start(pdo);
    return status;
}

/* Keys of the device, where a driver finds its service and keeps parameters of its own. */
static void make_keys(const struct io_node *node)
{
    char path[PATH_CHARS_MAX + 1];

    snprintf(path, sizeof path, "\\Registry\\Machine\\System\\CurrentControlSet\\Enum\\%s",
             node->instance);
    cm_set_text(path, "Service", node->service);
}

static NTSTATUS add_root_device(struct io_service *service, PDRIVER_OBJECT driver)
{
    NTSTATUS status;

    if (service->pdo == NULL) {
        status = root_device(NULL, service->name, &service->pdo);
        if (!NT_SUCCESS(status))
            return status;
        make_keys(node_of(service->pdo));
    }
    *io_device_flags(service->pdo) |= DOE_START_PENDING;
    status = PipCallDriverAddDevice(driver, service->pdo);
    if (NT_SUCCESS(status)) {
        start(service->pdo);
    } else {
        DbgPrint("PnP: the driver of %s does not add the device (status %08x)\n",
                 node_of(service->pdo)->instance, (unsigned)status);
        if (service->pdo->AttachedDevice != NULL)
            finish_removal(service->pdo);
    }
    return STATUS_SUCCESS;
}

NTSTATUS io_pnp_loaded(struct io_service *service, PDRIVER_OBJECT driver)
{
    NTSTATUS status;

    if (driver->DriverExtension->AddDevice == NULL)
        return service->below[0] != 0 ? STATUS_INVALID_DEVICE_REQUEST : STATUS_SUCCESS;
    ObReferenceObject(driver); /* A stop may be under way already. */
    enter();
    status = (driver->Flags & DRVO_UNLOAD_INVOKED) != 0 ? STATUS_DELETE_PENDING
             : service->below[0] != 0                   ? add_filter(driver, service->below)
                                                        : add_root_device(service, driver);
    leave();
    ObDereferenceObject(driver);
    return status;
}
