/* io_driver.c - loading and unloading of drivers (facts/nt-kernel.md 7.2, 7.3).
 *
 * Loading runs in a System worker while the caller waits: image, driver object, DriverEntry at
 * PASSIVE_LEVEL. A failed DriverEntry is not followed by Unload. Unloading with files open succeeds
 * at once and stays pending: no new opens, and the last close calls DriverUnload in its own
 * context. The driver object, and with it the image, goes with the last reference.
 */
#include "model/kernel/io_inside.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/io_pnp.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include "model/kernel/vf.h"
#include <stdio.h>
#include <string.h>

struct load_request {
    WORK_QUEUE_ITEM item;
    KEVENT done;
    PCWSTR service_key, driver_name;
    const struct io_image *image;
    struct io_service *service; /* Service of the driver that is loaded; NULL: none. */
    PDRIVER_OBJECT unload;      /* The driver whose Unload is to be called; NULL: a load. */
    NTSTATUS status;
};

static WCHAR *copy_name(WCHAR *to, PCWSTR from)
{
    memcpy(to, from, (io_name_chars(from) + 1) * sizeof(WCHAR));
    return to;
}

NT_FRAME NTSTATUS IopInvalidDeviceRequest(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_INVALID_DEVICE_REQUEST;
}

/* ---- Load (7.2) ------------------------------------------------------------------------------ */

/* True if the image is mapped: the driver object that uses it exists, named or not. */
static bool image_mapped(const struct io_image *image)
{
    for (uint32_t i = 0; i < MODULES_MAX; i++)
        if (ke->io->images[i] != NULL && ke->io->images[i]->file == image->file)
            return true;
    return false;
}

/* Reserves a place among the mapped images. */
static bool image_note(const struct io_image *image)
{
    for (uint32_t i = 0; i < MODULES_MAX; i++) {
        if (ke->io->images[i] == NULL) {
            ke->io->images[i] = image;
            return true;
        }
    }
    return false;
}

static void image_forget(const struct io_image *image)
{
    for (uint32_t i = 0; i < MODULES_MAX; i++) {
        if (ke->io->images[i] == image) {
            ke->io->images[i] = NULL;
            return;
        }
    }
}

void IopDeleteDriver(void *body)
{
    struct io_driver *driver = body;

    io_clients_free(driver);
    io_reinitialize(driver, false);
    if (driver->image == NULL)
        return;
    if (driver->image->unmap != NULL)
        driver->image->unmap(driver->image);
    image_forget(driver->image);
}

/* Allows opens of the devices that DriverEntry has made. For later devices the driver clears
 * DO_DEVICE_INITIALIZING itself. */
static void IopReadyDeviceObjects(PDRIVER_OBJECT driver)
{
    driver->Flags |= DRVO_INITIALIZED;
    for (PDEVICE_OBJECT device = driver->DeviceObject; device != NULL; device = device->NextDevice)
        device->Flags &= ~DO_DEVICE_INITIALIZING;
}

/* The last part of a path: "EXIFS" of "\\Registry\\...\\Services\\EXIFS". */
static PCWSTR last_part(PCWSTR path)
{
    PCWSTR last = path;

    for (; *path != 0; path++)
        if (*path == L'\\')
            last = path + 1;
    return last;
}

/* Fills what drivers read of their own object, and of its extension. */
static void describe(struct io_driver *driver, PCWSTR name, PCWSTR service_key,
                     PDRIVER_INITIALIZE entry)
{
    driver->public.Type = IO_TYPE_DRIVER;
    driver->public.Size = sizeof(DRIVER_OBJECT) & 0x7fff;
    driver->public.DriverInit = entry;
    driver->public.HardwareDatabase = &ke->io->hardware;
    driver->public.DriverExtension = &driver->extension;
    driver->extension.DriverObject = &driver->public;
    RtlInitUnicodeString(&driver->public.DriverName, copy_name(driver->name, name));
    RtlInitUnicodeString(&driver->extension.ServiceKeyName,
                         copy_name(driver->service_key, last_part(service_key)));
}

static NTSTATUS driver_new(PCWSTR name, PCWSTR service_key, const struct io_image *image,
                           struct io_driver **out)
{
    struct io_driver *driver;
    NTSTATUS status;

    if (io_name_chars(name) > NAME_MAX_CHARS ||
        io_name_chars(last_part(service_key)) > NAME_MAX_CHARS)
        return STATUS_OBJECT_NAME_INVALID;
    driver = ob_new(OB_DRIVER, sizeof *driver, 0);
    if (driver == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ob_header(driver)->permanent = true;
    describe(driver, name, service_key, image->entry);
    for (uint32_t i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
        driver->public.MajorFunction[i] = IopInvalidDeviceRequest;
    status = ob_name_insert(driver, name); /* A collision fails the load [I]. */
    if (!NT_SUCCESS(status)) {
        ObDereferenceObject(driver);
        return status;
    }
    driver->image = image;
    *out = driver;
    return STATUS_SUCCESS;
}

NT_FRAME NTSTATUS IopLoadDriver(PCWSTR service_key, PCWSTR name, const struct io_image *image)
{
    struct io_driver *driver = NULL;
    UNICODE_STRING key;
    NTSTATUS status;

    if (image_mapped(image))
        return STATUS_IMAGE_ALREADY_LOADED;
    if (!image_note(image))
        return STATUS_INSUFFICIENT_RESOURCES;
    status = driver_new(name, service_key, image, &driver);
    if (!NT_SUCCESS(status)) {
        image_forget(image); /* The map function has not run. */
        return status;
    }
    RtlInitUnicodeString(&key, service_key);
    if (image->map != NULL)
        image->map(image);
    ps_notify_image(image->file, NULL);
    status = image->entry(&driver->public, &key);
    ke_record(REC_DRIVER_LOAD, ob_address(driver), (uint32_t)status, 0, 0);
    if (NT_SUCCESS(status)) {
        IopReadyDeviceObjects(&driver->public);
        io_reinitialize(driver, true);
        return status;
    }
    ob_name_remove(driver); /* No Unload after a failed DriverEntry. */
    ObDereferenceObject(driver);
    return status;
}

void io_start(void)
{
    ke->io = arena_take(ke->sim->arena, sizeof *ke->io, 64);
    KeInitializeSpinLock(&ke->io->cancel_lock);
    list_init(&ke->io->irps);
    ExInitializeResourceLite(&ke->io->driver_load);
    RtlInitUnicodeString(&ke->io->hardware, L"\\REGISTRY\\MACHINE\\HARDWARE\\DESCRIPTION\\SYSTEM");
    io_disk_start();
}

/* Work item of a load or unload. A load holds its resource exclusively, in a critical region, so
 * two loads exclude each other; a load and an unload do not (7.2, before Windows 8). */
static VOID IopLoadUnloadDriver(PVOID parameter)
{
    struct load_request *request = parameter;

    if (request->unload != NULL) {
        request->unload->DriverUnload(request->unload);
        vf_unloaded(request->unload);
    } else {
        KeEnterCriticalRegion();
        ExAcquireResourceExclusiveLite(&ke->io->driver_load, TRUE);
        request->status = IopLoadDriver(request->service_key, request->driver_name, request->image);
        ExReleaseResourceLite(&ke->io->driver_load);
        KeLeaveCriticalRegion();
        if (NT_SUCCESS(request->status) && request->service != NULL)
            request->status =
                io_pnp_loaded(request->service, ob_name_find(request->service->object));
    }
    KeSetEvent(&request->done, 0, FALSE);
}

static NTSTATUS in_system(struct load_request *request)
{
    request->item = (WORK_QUEUE_ITEM){ .WorkerRoutine = IopLoadUnloadDriver, .Parameter = request };
    KeInitializeEvent(&request->done, NotificationEvent, FALSE);
    if (ke_current_process() == ke->system) {
        IopLoadUnloadDriver(request);
        return request->status;
    }
    ExQueueWorkItem(&request->item, DelayedWorkQueue);
    KeWaitForSingleObject(&request->done, UserRequest, KernelMode, FALSE, NULL);
    return request->status;
}

NTSTATUS io_load_driver(PCWSTR service_key, PCWSTR driver_name, const struct io_image *image)
{
    struct load_request request = { .service_key = service_key,
                                    .driver_name = driver_name,
                                    .image = image };

    return in_system(&request);
}

/* ---- Unload (7.3) ---------------------------------------------------------------------------- */

static bool devices_idle(const DRIVER_OBJECT *driver)
{
    for (PDEVICE_OBJECT device = driver->DeviceObject; device != NULL; device = device->NextDevice)
        if (device->ReferenceCount != 0 || device->AttachedDevice != NULL)
            return false;
    return true;
}

static void driver_forget(PDRIVER_OBJECT driver)
{
    ob_name_remove(driver); /* The object becomes temporary, and its own reference is dropped. */
    ObDereferenceObject(driver);
}

/* Step 5, in the thread of the last close. */
NT_FRAME void io_try_unload(PDRIVER_OBJECT driver)
{
    if (!devices_idle(driver) || (driver->Flags & DRVO_UNLOAD_INVOKED) != 0)
        return;
    driver->Flags |= DRVO_UNLOAD_INVOKED;
    ke_record(REC_DRIVER_UNLOAD, ob_address(driver), 0, 0, 0);
    ObReferenceObject(driver);
    driver->DriverUnload(driver);
    vf_unloaded(driver);
    driver_forget(driver);
    ObDereferenceObject(driver);
}

NTSTATUS io_unload(PDRIVER_OBJECT driver)
{
    struct load_request request = { .unload = driver };

    if ((driver->Flags & DRVO_UNLOAD_INVOKED) != 0)
        return STATUS_DELETE_PENDING;
    if (driver->DriverUnload == NULL)
        return STATUS_INVALID_DEVICE_REQUEST;
    for (PDEVICE_OBJECT device = driver->DeviceObject; device != NULL; device = device->NextDevice)
        *io_device_flags(device) |= DOE_UNLOAD_PENDING;
    ke_record(REC_DRIVER_UNLOAD, ob_address(driver), !devices_idle(driver), 0, 0);
    if (!devices_idle(driver))
        return STATUS_SUCCESS; /* Pending: the last close continues the unload. */
    driver->Flags |= DRVO_UNLOAD_INVOKED;
    in_system(&request);
    driver_forget(driver);
    return STATUS_SUCCESS;
}

NTSTATUS io_unload_driver(PCWSTR driver_name)
{
    PDRIVER_OBJECT driver = ob_name_find(driver_name);
    NTSTATUS status;

    if (driver == NULL || ob_header(driver)->type->index != OB_DRIVER)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (io_pnp_pdo_of(driver) != NULL)
        return STATUS_INVALID_DEVICE_REQUEST; /* Plug and play removes devices (7.3 step 1). */
    ObReferenceObject(driver);
    status = io_unload(driver);
    ObDereferenceObject(driver);
    return status;
}

/* ---- Drivers by the names of their services ---------------------------------------------------
 * */

static struct io_service *service_find(const char *name)
{
    for (uint32_t i = 0; i < ke->io->service_count; i++)
        if (strcmp(ke->io->services[i].name, name) == 0)
            return &ke->io->services[i];
    return NULL;
}

static void join(WCHAR *out, size_t chars, const char *a, const char *b, const char *c)
{
    char text[160];
    size_t i = 0;

    snprintf(text, sizeof text, "%s%s%s", a, b, c);
    for (; i + 1 < chars && text[i] != 0; i++)
        out[i] = (WCHAR)(unsigned char)text[i];
    out[i] = 0;
}

void io_install_driver(const char *name, const char *folder, const struct io_image *image)
{
    struct io_service *service = service_find(name);

    if (service == NULL) {
        CHECK(ke->io->service_count < MODULES_MAX);
        service = &ke->io->services[ke->io->service_count++];
        service->name = name;
        join(service->key, ARRAY_LEN(service->key),
             "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\", name, "");
        join(service->object, ARRAY_LEN(service->object), "\\", folder, "\\");
        join(service->object + io_name_chars(service->object),
             ARRAY_LEN(service->object) - io_name_chars(service->object), name, "", "");
    }
    service->image = image;
}

const char *io_service_name(uint32_t number)
{
    return number < ke->io->service_count ? ke->io->services[number].name : NULL;
}

void io_set_filter(const char *name, const char *below)
{
    struct io_service *service = service_find(name);

    join(service->below, ARRAY_LEN(service->below), below, "", "");
}

NTSTATUS io_load_service(const char *name)
{
    struct io_service *service = service_find(name);

    if (service == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    return in_system(&(struct load_request){ .service_key = service->key,
                                             .driver_name = service->object,
                                             .image = service->image,
                                             .service = service });
}

NTSTATUS io_unload_service(const char *name)
{
    const struct io_service *service = service_find(name);

    return service != NULL ? io_unload_driver(service->object) : STATUS_OBJECT_NAME_NOT_FOUND;
}

bool io_driver_present(PCWSTR driver_name) { return ob_name_find(driver_name) != NULL; }

bool io_service_present(const char *name)
{
    const struct io_service *service = service_find(name);

    return service != NULL && io_driver_present(service->object);
}

NTSTATUS io_stop_service(const char *name)
{
    const struct io_service *service = service_find(name);
    PDRIVER_OBJECT driver = service != NULL ? ob_name_find(service->object) : NULL;
    PDEVICE_OBJECT pdo, last = NULL; /* A driver that does not detach is asked once. */
    NTSTATUS status = STATUS_SUCCESS;

    if (driver == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (io_pnp_pdo_of(driver) == NULL)
        return io_unload_driver(service->object);
    ObReferenceObject(driver);
    for (; NT_SUCCESS(status) && (pdo = io_pnp_pdo_of(driver)) != NULL && pdo != last; last = pdo)
        status = io_pnp_remove(pdo, false);
    if (!NT_SUCCESS(status))
        DbgPrint("PnP: the device of %s is not removed (status %08x)\n", name, (unsigned)status);
    ObDereferenceObject(driver);
    return status;
}
