/* io_device.c - device objects, their references and their names (facts/nt-kernel.md 5.5, 7.3).
 *
 * A device has two counts: the object's references keep the memory; ReferenceCount counts open
 * files and decides when a pending delete or unload may go on. A device holds its driver object, so
 * a leaked device keeps the image (7.3 step 6).
 */
#include "model/kernel/io_inside.h"
#include "model/kernel/ex.h"
#include "model/kernel/ob.h"
#include <string.h>

static void driver_link(PDRIVER_OBJECT driver, PDEVICE_OBJECT device)
{
    device->NextDevice = driver->DeviceObject;
    driver->DeviceObject = device;
}

static void driver_unlink(PDRIVER_OBJECT driver, PDEVICE_OBJECT device)
{
    PDEVICE_OBJECT *at = &driver->DeviceObject;

    while (*at != NULL && *at != device)
        at = &(*at)->NextDevice;
    if (*at != NULL)
        *at = device->NextDevice;
}

static NTSTATUS name_insert(void *body, const UNICODE_STRING *name)
{
    OBJECT_ATTRIBUTES attributes = { .ObjectName = (PUNICODE_STRING)(uintptr_t)name };
    WCHAR buffer[OBJECT_NAME_CHARS_MAX + 1];
    PCWSTR text = ob_attributes_name(&attributes, buffer, RTL_NUMBER_OF(buffer));

    return text != NULL ? ob_name_insert(body, text) : STATUS_OBJECT_NAME_INVALID;
}

static void device_init(PDEVICE_OBJECT device, struct io_device_extension *extension)
{
    extension->public.Type = IO_TYPE_DEVICE_OBJECT_EXTENSION;
    extension->public.DeviceObject = device;
    device->DeviceObjectExtension = &extension->public;
    device->DeviceQueue.Type = IO_TYPE_DEVICE_QUEUE;
    device->DeviceQueue.Size = sizeof device->DeviceQueue;
    InitializeListHead(&device->DeviceQueue.DeviceListHead);
    KeInitializeEvent(&device->DeviceLock, SynchronizationEvent, TRUE);
}

NTSTATUS IoCreateDevice(PDRIVER_OBJECT driver, ULONG extension_size, PUNICODE_STRING name,
                        ULONG type, ULONG characteristics, BOOLEAN exclusive, PDEVICE_OBJECT *out)
{
    size_t head = sizeof(DEVICE_OBJECT);
    size_t tail = (head + extension_size + 15) & ~(size_t)15; /* Where our own extension lies. */
    size_t charged = NT_DEVICE_BYTES + extension_size;
    PDEVICE_OBJECT device;
    NTSTATUS status;

    *out = NULL;
    ke_require_irql(APC_LEVEL, ob_address(driver));
    device = ex_pool_unlucky(NonPagedPool, EX_TAG('D', 'e', 'v', 'i'))
                 ? NULL
                 : ob_new_as(OB_DEVICE, tail + sizeof(struct io_device_extension), charged, 0);
    if (device == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ob_header(device)->permanent = true;
    device->Type = IO_TYPE_DEVICE;
    device->Size = (USHORT)(head + extension_size);
    device->DeviceExtension = extension_size > 0 ? (char *)device + head : NULL;
    device_init(device, (struct io_device_extension *)(void *)((char *)device + tail));
    device->DeviceType = type;
    device->Characteristics = characteristics;
    device->Flags = DO_DEVICE_INITIALIZING | (exclusive ? DO_EXCLUSIVE : 0);
    device->StackSize = 1;
    status = name != NULL ? name_insert(device, name) : STATUS_SUCCESS;
    if (!NT_SUCCESS(status)) {
        ObDereferenceObject(device);
        return status;
    }
    ObReferenceObject(driver);
    device->DriverObject = driver;
    driver_link(driver, device);
    *out = device;
    return STATUS_SUCCESS;
}

void IopDeleteDevice(void *body)
{
    PDEVICE_OBJECT device = body;

    io_timer_free(device);
    if (device->DriverObject != NULL)
        ObDereferenceObject(device->DriverObject);
}

static void delete_now(PDEVICE_OBJECT device)
{
    driver_unlink(device->DriverObject, device);
    ObDereferenceObject(device);
}

VOID IoDeleteDevice(PDEVICE_OBJECT device)
{
    ke_require_irql(APC_LEVEL, ob_address(device));
    ob_name_remove(device);
    *io_device_flags(device) |= DOE_DELETE_PENDING;
    if (device->ReferenceCount == 0)
        delete_now(device);
}

/* Counts one open file less. With the last one a pending delete is done; otherwise, if all other
 * devices of the driver are idle too, a pending unload, in the context of THIS thread, whatever
 * process it is attached to (7.3 step 5). */
NT_FRAME void IopDereferenceDeviceObject(PDEVICE_OBJECT device)
{
    CHECK(device->ReferenceCount > 0);
    if (--device->ReferenceCount > 0)
        return;
    if ((*io_device_flags(device) & DOE_DELETE_PENDING) != 0)
        delete_now(device);
    else if ((*io_device_flags(device) & DOE_UNLOAD_PENDING) != 0)
        io_try_unload(device->DriverObject);
}

/* ---- Devices by name ------------------------------------------------------------------------- */

NTSTATUS IoGetDeviceObjectPointer(PUNICODE_STRING name, ACCESS_MASK access, PFILE_OBJECT *file,
                                  PDEVICE_OBJECT *device)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK iosb;
    HANDLE handle;
    NTSTATUS status;

    InitializeObjectAttributes(&attributes, name, OBJ_KERNEL_HANDLE, NULL, NULL);
    status = ZwOpenFile(&handle, access, &attributes, &iosb, 0, FILE_NON_DIRECTORY_FILE);
    if (!NT_SUCCESS(status))
        return status;
    status =
        ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, KernelMode, (PVOID *)file, NULL);
    if (NT_SUCCESS(status))
        *device = io_related_device(*file);
    (VOID) ZwClose(handle);
    return status;
}

/* ---- Symbolic links -------------------------------------------------------------------------- */

NTSTATUS IoCreateSymbolicLink(PUNICODE_STRING name, PUNICODE_STRING target)
{
    struct ob_symlink *link;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, 0);
    if (target->Length / sizeof(WCHAR) > NAME_MAX_CHARS)
        return STATUS_OBJECT_NAME_INVALID;
    link = ex_pool_unlucky(NonPagedPool, EX_TAG('S', 'y', 'm', 'b'))
               ? NULL
               : ob_new(OB_SYMLINK, sizeof *link, 0);
    if (link == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ob_header(link)->permanent = true;
    memcpy(link->target, target->Buffer, target->Length);
    status = name_insert(link, name);
    if (!NT_SUCCESS(status))
        ObDereferenceObject(link);
    return status;
}

NTSTATUS IoDeleteSymbolicLink(PUNICODE_STRING name)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    OBJECT_ATTRIBUTES attributes = { .ObjectName = name };
    WCHAR buffer[OBJECT_NAME_CHARS_MAX + 1];
    PCWSTR text = ob_attributes_name(&attributes, buffer, RTL_NUMBER_OF(buffer));
    void *link = text != NULL ? ob_name_find_link(text) : NULL;

    if (link == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    ObDereferenceObject(link);
    return STATUS_SUCCESS;
}
