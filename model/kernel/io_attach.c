/* io_attach.c - stacks of devices: attaching by name, detaching, looking for the top (facts/ddi.md
 * 2.9). */
#include "model/kernel/io_inside.h"
#include "model/kernel/ob.h"

enum { STACK_SIZE_MAX = 126 };

PDEVICE_OBJECT IoGetAttachedDevice(PDEVICE_OBJECT device)
{
    ke_require_irql(DISPATCH_LEVEL, ob_address(device));
    while (device->AttachedDevice != NULL)
        device = device->AttachedDevice;
    return device;
}

PDEVICE_OBJECT io_bottom_device(PDEVICE_OBJECT device)
{
    while (io_extension(device)->attached_to != NULL)
        device = io_extension(device)->attached_to;
    return device;
}

PDEVICE_OBJECT IoGetAttachedDeviceReference(PDEVICE_OBJECT device)
{
    device = IoGetAttachedDevice(device);
    ObReferenceObject(device);
    return device;
}

PDEVICE_OBJECT IoGetLowerDeviceObject(PDEVICE_OBJECT device)
{
    PDEVICE_OBJECT lower;

    ke_require_irql(DISPATCH_LEVEL, ob_address(device));
    lower = io_extension(device)->attached_to;
    if (lower == NULL ||
        (*io_device_flags(device) & (DOE_DELETE_PENDING | DOE_UNLOAD_PENDING)) != 0)
        return NULL;
    ObReferenceObject(lower);
    return lower;
}

PDEVICE_OBJECT IoGetRelatedDeviceObject(PFILE_OBJECT file)
{
    ke_require_irql(DISPATCH_LEVEL, ob_address(file));
    return io_related_device(file);
}

NTSTATUS IoAttachDeviceToDeviceStackSafe(PDEVICE_OBJECT source, PDEVICE_OBJECT target,
                                         PDEVICE_OBJECT *attached)
{
    PDEVICE_OBJECT top = IoGetAttachedDevice(target);

    ke_require_irql(DISPATCH_LEVEL, ob_address(source));
    if ((*io_device_flags(top) & (DOE_DELETE_PENDING | DOE_UNLOAD_PENDING)) != 0 ||
        (top->Flags & DO_DEVICE_INITIALIZING) != 0 || top->StackSize >= STACK_SIZE_MAX) {
        *attached = NULL;
        return STATUS_NO_SUCH_DEVICE;
    }
    *attached = top; /* Set before requests can come. */
    top->AttachedDevice = source;
    io_extension(source)->attached_to = top;
    source->StackSize = (CCHAR)(top->StackSize + 1);
    source->AlignmentRequirement = top->AlignmentRequirement;
    source->SectorSize = top->SectorSize;
    return STATUS_SUCCESS;
}

PDEVICE_OBJECT IoAttachDeviceToDeviceStack(PDEVICE_OBJECT source, PDEVICE_OBJECT target)
{
    PDEVICE_OBJECT attached;

    return NT_SUCCESS(IoAttachDeviceToDeviceStackSafe(source, target, &attached)) ? attached : NULL;
}

NTSTATUS IoAttachDevice(PDEVICE_OBJECT source, PUNICODE_STRING name, PDEVICE_OBJECT *attached)
{
    PDEVICE_OBJECT target;
    PFILE_OBJECT file;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, ob_address(source));
    status = IoGetDeviceObjectPointer(name, FILE_READ_ATTRIBUTES, &file, &target);
    if (!NT_SUCCESS(status))
        return status;
    status = IoAttachDeviceToDeviceStackSafe(source, target, attached);
    ObDereferenceObject(file);
    return status;
}

VOID IoDetachDevice(PDEVICE_OBJECT target)
{
    ke_require_irql(PASSIVE_LEVEL, ob_address(target));
    if (target->AttachedDevice != NULL)
        io_extension(target->AttachedDevice)->attached_to = NULL;
    target->AttachedDevice = NULL;
    target->ReferenceCount++; /* The look for what is pending comes with a count that falls. */
    IopDereferenceDeviceObject(target);
}
