/* io_interface.c - interfaces of devices: names under which programs open a device that plug and
 * play runs (facts/ddi.md 2.16).
 *
 *     \??\ROOT#TOASTER#0000#{class}            a link to the PDO, while an interface is enabled
 *     \??\ROOT#TOASTER#0000#{class}\reference  an interface with a reference: the file's name
 *
 * An open of the PDO goes to the top of its stack, as every open does.
 */
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/io_pnp.h"
#include "model/kernel/ob.h"
#include <string.h>

enum { NT_INTERFACE_BYTES = 0x80, LIST_TAG = 'lpnP' };

/* A registered interface. `bytes` of its name; the link is the first `link_bytes` of them. */
struct io_interface {
    struct io_interface *next;
    PDEVICE_OBJECT device; /* The PDO. */
    bool enabled;
    USHORT bytes, link_bytes;
    GUID class;
    WCHAR name[PATH_CHARS_MAX + 1];
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

static NTSTATUS name_interface(struct io_interface *made, const GUID *class,
                               PCUNICODE_STRING reference)
{
    UNICODE_STRING out = { 0, sizeof made->name, made->name }, guid;
    NTSTATUS status = RtlStringFromGUID(class, &guid);

    if (!NT_SUCCESS(status))
        return status;
    RtlAppendUnicodeToString(&out, L"\\??\\");
    for (const char *at = io_extension(made->device)->node->instance; *at != 0; at++) {
        out.Buffer[out.Length / sizeof(WCHAR)] = *at == '\\' ? '#' : (UCHAR)*at;
        out.Length += sizeof(WCHAR);
    }
    RtlAppendUnicodeToString(&out, L"#");
    status = RtlAppendUnicodeStringToString(&out, &guid);
    RtlFreeUnicodeString(&guid);
    made->link_bytes = out.Length;
    if (NT_SUCCESS(status) && reference != NULL && reference->Length > 0) {
        UNICODE_STRING text = *reference;

        RtlAppendUnicodeToString(&out, L"\\");
        status = RtlAppendUnicodeStringToString(&out, &text);
    }
    made->bytes = out.Length;
    return status;
}

NTSTATUS IoRegisterDeviceInterface(PDEVICE_OBJECT device, const GUID *class,
                                   PUNICODE_STRING reference, PUNICODE_STRING out)
{
    struct io_interface *made;
    UNICODE_STRING name;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    if (io_extension(device)->node == NULL || ob_header(device)->name == NULL)
        return STATUS_INVALID_DEVICE_REQUEST;
    made = ex_pool_try_as(PagedPool, sizeof *made, NT_INTERFACE_BYTES, EX_TAG('P', 'n', 'p', 'I'));
    if (made == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    made->device = device;
    made->enabled = false;
    made->class = *class;
    status = name_interface(made, class, reference);
    name = (UNICODE_STRING){ made->bytes, sizeof made->name, made->name };
    if (NT_SUCCESS(status)) /* Allocates the caller's string; its case is put right below. */
        status = RtlUpcaseUnicodeString(out, &name, TRUE);
    if (NT_SUCCESS(status))
        memcpy(out->Buffer, name.Buffer, name.Length);
    if (!NT_SUCCESS(status) || interface_of(&name) != NULL) {
        ex_pool_give(made);
        return status;
    }
    made->next = ke->io->interfaces;
    ke->io->interfaces = made;
    return STATUS_SUCCESS;
}

/* True if another interface of the same link is enabled, which differs in its reference. */
static bool link_is_shared(const struct io_interface *one)
{
    for (const struct io_interface *at = ke->io->interfaces; at != NULL; at = at->next)
        if (at != one && at->enabled && at->link_bytes == one->link_bytes &&
            memcmp(at->name, one->name, one->link_bytes) == 0)
            return true;
    return false;
}

static NTSTATUS set(struct io_interface *interface, bool enable)
{
    const struct ob_name *device = ob_header(interface->device)->name;
    UNICODE_STRING link = { interface->link_bytes, interface->link_bytes, interface->name };
    UNICODE_STRING target = { (USHORT)(device->chars * sizeof(WCHAR)),
                              (USHORT)(device->chars * sizeof(WCHAR)),
                              (PWSTR)(uintptr_t)device->given };
    NTSTATUS status = STATUS_SUCCESS;

    if (interface->enabled == enable)
        return enable ? STATUS_OBJECT_NAME_EXISTS : STATUS_OBJECT_NAME_NOT_FOUND;
    if (!link_is_shared(interface))
        status = enable ? IoCreateSymbolicLink(&link, &target) : IoDeleteSymbolicLink(&link);
    if (NT_SUCCESS(status))
        interface->enabled = enable;
    return status;
}

NTSTATUS IoSetDeviceInterfaceState(PUNICODE_STRING name, BOOLEAN enable)
{
    struct io_interface *found;

    ke_require_irql(PASSIVE_LEVEL, 0);
    found = interface_of(name);
    return found != NULL ? set(found, enable) : STATUS_OBJECT_NAME_NOT_FOUND;
}

/* Copies the names that are asked for, each with its end, and returns their bytes; out NULL: counts
 * them. */
static size_t list_names(const GUID *class, PDEVICE_OBJECT device, ULONG flags, char *out)
{
    size_t used = 0;

    for (const struct io_interface *at = ke->io->interfaces; at != NULL; at = at->next) {
        if (memcmp(&at->class, class, sizeof *class) != 0 ||
            (device != NULL && at->device != device) ||
            (!at->enabled && (flags & DEVICE_INTERFACE_INCLUDE_NONACTIVE) == 0))
            continue;
        if (out != NULL)
            memcpy(out + used, at->name, at->bytes);
        used += at->bytes + sizeof(WCHAR);
    }
    return used;
}

NTSTATUS IoGetDeviceInterfaces(const GUID *class, PDEVICE_OBJECT device, ULONG flags, PWSTR *list)
{
    size_t bytes;

    ke_require_irql(PASSIVE_LEVEL, 0);
    *list = NULL;
    if (device != NULL && io_extension(device)->node == NULL)
        return STATUS_INVALID_DEVICE_REQUEST;
    bytes = list_names(class, device, flags, NULL) + sizeof(WCHAR);
    *list = ExAllocatePoolWithTag(PagedPool, bytes, LIST_TAG);
    if (*list == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memset(*list, 0, bytes);
    list_names(class, device, flags, (char *)*list);
    return STATUS_SUCCESS;
}

void io_interfaces_disable(PDEVICE_OBJECT pdo)
{
    for (struct io_interface *at = ke->io->interfaces; at != NULL; at = at->next)
        if (at->device == pdo && at->enabled)
            set(at, false);
}

void io_interfaces_forget(PDEVICE_OBJECT pdo)
{
    struct io_interface **at = &ke->io->interfaces, *gone;

    while ((gone = *at) != NULL) {
        if (gone->device != pdo) {
            at = &gone->next;
            continue;
        }
        *at = gone->next;
        ex_pool_give(gone);
    }
}
