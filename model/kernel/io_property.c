/* io_property.c - what a driver asks of its PDO: properties and registry keys; WMI (facts/ddi.md
 * 2.16).
 *
 * A device of the root bus belongs to the class System, as those do that no INF file describes
 * better; each has a key of that class, numbered in the order in which they were first asked for.
 */
#include "model/kernel/cm.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/io_pnp.h"
#include "model/kernel/ob.h"
#include <stdio.h>
#include <string.h>

#define CONTROL_SET  "\\Registry\\Machine\\System\\CurrentControlSet\\"
#define SYSTEM_CLASS "{4D36E97D-E325-11CE-BFC1-08002BE10318}"

enum { TEXT_CHARS = PATH_CHARS_MAX };

/* A property's value: `bytes` of it. */
struct property {
    ULONG bytes;
    union {
        WCHAR text[TEXT_CHARS + 2];
        ULONG number;
        GUID guid;
    };
};

static void put_text(struct property *out, const char *text)
{
    size_t i = 0;

    for (; text[i] != 0 && i < TEXT_CHARS; i++)
        out->text[i] = (UCHAR)text[i];
    out->text[i] = 0;
    out->bytes = (ULONG)((i + 1) * sizeof(WCHAR));
}

static void put_number(struct property *out, ULONG number)
{
    out->number = number;
    out->bytes = sizeof number;
}

/* The number of the device's key of the class. */
static void driver_key(struct io_node *node, char *out, size_t size)
{
    if (node->class_key == 0)
        node->class_key = ++ke->io->class_keys;
    snprintf(out, size, SYSTEM_CLASS "\\%04u", (unsigned)(node->class_key - 1));
}

static void put_name(struct property *out, PDEVICE_OBJECT device)
{
    const struct ob_name *name = ob_header(device)->name;

    if (name == NULL)
        return;
    memcpy(out->text, name->given, name->chars * sizeof(WCHAR));
    out->text[name->chars] = 0;
    out->bytes = (ULONG)((name->chars + 1) * sizeof(WCHAR));
}

/* Leaves `bytes` 0 if the device has no such property. False: there is no such property at all. */
static bool look_up(PDEVICE_OBJECT device, DEVICE_REGISTRY_PROPERTY property, struct property *out)
{
    struct io_node *node = io_extension(device)->node;
    char text[NAME_MAX_CHARS + 1];

    snprintf(text, sizeof text, "%s", node->instance);
    switch (property) {
    case DevicePropertyDeviceDescription:
        if (node->service != NULL)
            put_text(out, node->service);
        return true;
    case DevicePropertyHardwareID: /* A list of one text. */
        *strrchr(text, '\\') = 0;
        put_text(out, text);
        out->text[out->bytes / sizeof(WCHAR)] = 0;
        out->bytes += sizeof(WCHAR);
        return true;
    case DevicePropertyClassName:
        put_text(out, "System");
        return true;
    case DevicePropertyClassGuid:
        put_text(out, SYSTEM_CLASS);
        return true;
    case DevicePropertyDriverKeyName:
        driver_key(node, text, sizeof text);
        put_text(out, text);
        return true;
    case DevicePropertyPhysicalDeviceObjectName:
        put_name(out, device);
        return true;
    case DevicePropertyEnumeratorName:
        *strchr(text, '\\') = 0;
        put_text(out, text);
        return true;
    case DevicePropertyInstallState:
        put_number(out, InstallStateInstalled);
        return true;
    case DevicePropertyRemovalPolicy:
        put_number(out, RemovalPolicyExpectNoRemoval);
        return true;
    default: /* Only a bus with addresses, or an INF file, gives the others. */
        return property <= DevicePropertyRemovalPolicy;
    }
}

NTSTATUS IoGetDeviceProperty(PDEVICE_OBJECT device, DEVICE_REGISTRY_PROPERTY property, ULONG length,
                             PVOID buffer, PULONG result)
{
    struct property found = { 0 };

    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    io_require_pdo(device);
    *result = 0;
    if (!look_up(device, property, &found))
        return STATUS_INVALID_PARAMETER_2;
    if (found.bytes == 0)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    *result = found.bytes;
    if (length < found.bytes)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(buffer, found.text, found.bytes);
    return STATUS_SUCCESS;
}

NTSTATUS IoOpenDeviceRegistryKey(PDEVICE_OBJECT device, ULONG type, ACCESS_MASK access,
                                 PHANDLE handle)
{
    bool profile = (type & PLUGPLAY_REGKEY_CURRENT_HWPROFILE) != 0;
    char path[PATH_CHARS_MAX + 1], key[NAME_MAX_CHARS + 1];
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING name;
    struct property wide;
    struct io_node *node;

    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    io_require_pdo(device);
    *handle = NULL;
    node = io_extension(device)->node;
    type &= ~PLUGPLAY_REGKEY_CURRENT_HWPROFILE;
    if (type != PLUGPLAY_REGKEY_DEVICE && type != PLUGPLAY_REGKEY_DRIVER)
        return STATUS_INVALID_PARAMETER;
    driver_key(node, key, sizeof key);
    snprintf(path, sizeof path, CONTROL_SET "%s%s\\%s%s",
             profile ? "Hardware Profiles\\Current\\System\\CurrentControlSet\\" : "",
             type == PLUGPLAY_REGKEY_DEVICE ? "Enum" : "Control\\Class",
             type == PLUGPLAY_REGKEY_DEVICE ? node->instance : key,
             type == PLUGPLAY_REGKEY_DEVICE ? "\\Device Parameters" : "");
    if (!cm_key_exists(path)) {
        if (cm_is_full())
            return STATUS_INSUFFICIENT_RESOURCES;
        cm_mark_key(path);
    }
    put_text(&wide, path);
    RtlInitUnicodeString(&name, wide.text);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    return ZwOpenKey(handle, access, &attributes);
}

NTSTATUS IoWMIRegistrationControl(PDEVICE_OBJECT device, ULONG action)
{
    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    return action >= WMIREG_ACTION_REGISTER && action <= WMIREG_ACTION_UPDATE_GUIDS
               ? STATUS_SUCCESS
               : STATUS_INVALID_PARAMETER;
}
