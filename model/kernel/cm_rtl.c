/* cm_rtl.c - the registry by paths: what drivers ask in DriverEntry, by RtlQueryRegistryValues and
 * its kin. Everything goes through the services on keys (cm_key.c).
 */
#include "model/kernel/ex.h"
#include "model/kernel/kernel.h"
#include <string.h>

enum { VALUE_ROOM = 512 + 256, ROWS_MAX = 256 };

/* ---- Paths ----------------------------------------------------------------------------------- */

static PCWSTR root_of(ULONG relative)
{
    static const PCWSTR roots[RTL_REGISTRY_MAXIMUM] = {
        [RTL_REGISTRY_ABSOLUTE] = L"",
        [RTL_REGISTRY_SERVICES] = L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\",
        [RTL_REGISTRY_CONTROL] = L"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\",
        [RTL_REGISTRY_WINDOWS_NT] =
            L"\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion\\",
        [RTL_REGISTRY_DEVICEMAP] = L"\\Registry\\Machine\\Hardware\\DeviceMap\\",
        [RTL_REGISTRY_USER] = L"\\Registry\\User\\.Default\\",
    };

    relative &= ~RTL_REGISTRY_OPTIONAL;
    return relative < RTL_REGISTRY_MAXIMUM ? roots[relative] : NULL;
}

/* Opens a key, or makes it. The caller closes the handle unless it was the caller's own. */
static NTSTATUS open_path(ULONG relative, PCWSTR path, bool make, HANDLE *handle, bool *own)
{
    WCHAR buffer[PATH_CHARS_MAX + 1];
    UNICODE_STRING name = { 0, sizeof buffer, buffer };
    OBJECT_ATTRIBUTES attributes;

    ke_require_irql(PASSIVE_LEVEL, 0);
    *own = (relative & RTL_REGISTRY_HANDLE) == 0;
    if (!*own) {
        *handle = (HANDLE)(uintptr_t)path;
        return STATUS_SUCCESS;
    }
    if (root_of(relative) == NULL)
        return STATUS_INVALID_PARAMETER;
    if (!NT_SUCCESS(RtlAppendUnicodeToString(&name, root_of(relative))) ||
        !NT_SUCCESS(RtlAppendUnicodeToString(&name, path)))
        return STATUS_OBJECT_NAME_INVALID;
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    return make ? ZwCreateKey(handle, KEY_ALL_ACCESS, &attributes, 0, NULL, 0, NULL)
                : ZwOpenKey(handle, KEY_ALL_ACCESS, &attributes);
}

static NTSTATUS touch(ULONG relative, PCWSTR path, bool make)
{
    HANDLE handle;
    bool own;
    NTSTATUS status = open_path(relative, path, make, &handle, &own);

    if (NT_SUCCESS(status) && own)
        ZwClose(handle);
    return status;
}

NTSTATUS RtlCheckRegistryKey(ULONG relative, PWSTR path) { return touch(relative, path, false); }
NTSTATUS RtlCreateRegistryKey(ULONG relative, PWSTR path) { return touch(relative, path, true); }

NTSTATUS RtlWriteRegistryValue(ULONG relative, PCWSTR path, PCWSTR name, ULONG type, PVOID data,
                               ULONG length)
{
    UNICODE_STRING value;
    HANDLE handle;
    bool own;
    NTSTATUS status = open_path(relative, path, true, &handle, &own);

    if (!NT_SUCCESS(status))
        return status;
    RtlInitUnicodeString(&value, name);
    status = ZwSetValueKey(handle, &value, 0, type, data, length);
    if (own)
        ZwClose(handle);
    return status;
}

NTSTATUS RtlDeleteRegistryValue(ULONG relative, PCWSTR path, PCWSTR name)
{
    UNICODE_STRING value;
    HANDLE handle;
    bool own;
    NTSTATUS status = open_path(relative, path, false, &handle, &own);

    if (!NT_SUCCESS(status))
        return status;
    RtlInitUnicodeString(&value, name);
    status = ZwDeleteValueKey(handle, &value);
    if (own)
        ZwClose(handle);
    return status;
}

/* ---- RtlQueryRegistryValues ------------------------------------------------------------------ */

/* A value as it was read, or a row's default. */
struct value {
    PWSTR name;
    ULONG type, length;
    UCHAR *data;
};

static bool is_text(ULONG type)
{
    return type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
}

static NTSTATUS store_text(PUNICODE_STRING out, const struct value *value)
{
    USHORT length = (USHORT)(value->length >= sizeof(WCHAR) ? value->length - sizeof(WCHAR) : 0);

    if (out->Buffer == NULL) {
        out->Buffer =
            ex_pool_try(PagedPool, value->length + sizeof(WCHAR), EX_TAG('R', 'q', 'r', 'v'));
        if (out->Buffer == NULL)
            return STATUS_NO_MEMORY;
        out->MaximumLength = (USHORT)(length + sizeof(WCHAR));
    } else if ((ULONG)length + sizeof(WCHAR) > out->MaximumLength) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    memcpy(out->Buffer, value->data, length);
    out->Buffer[length / sizeof(WCHAR)] = 0;
    out->Length = length;
    return STATUS_SUCCESS;
}

static NTSTATUS store(void *out, const struct value *value)
{
    LONG room;

    if (is_text(value->type))
        return store_text(out, value);
    if (value->length <= sizeof(ULONG)) {
        memcpy(out, value->data, value->length);
        return STATUS_SUCCESS;
    }
    memcpy(&room, out, sizeof room);
    if (room < 0) { /* The room of a buffer that gets the data alone. */
        if ((ULONG)-room < value->length)
            return STATUS_BUFFER_TOO_SMALL;
        memcpy(out, value->data, value->length);
        return STATUS_SUCCESS;
    }
    if ((ULONG)room < value->length)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(out, &value->length, sizeof(ULONG));
    memcpy((char *)out + sizeof(ULONG), &value->type, sizeof(ULONG));
    memcpy((char *)out + 2 * sizeof(ULONG), value->data, value->length);
    return STATUS_SUCCESS;
}

/* Calls the routine, for a list of texts once a text. */
static NTSTATUS call(PRTL_QUERY_REGISTRY_TABLE row, const struct value *value, PVOID context)
{
    ULONG at = 0;
    NTSTATUS status = STATUS_SUCCESS;

    if (value->type != REG_MULTI_SZ || (row->Flags & RTL_QUERY_REGISTRY_NOEXPAND) != 0)
        return row->QueryRoutine(value->name, value->type, value->data, value->length, context,
                                 row->EntryContext);
    while (NT_SUCCESS(status) && at + sizeof(WCHAR) <= value->length) {
        PWSTR text = (PWSTR)(void *)(value->data + at);
        ULONG bytes =
            (ULONG)((nt_wcsnlen(text, (value->length - at) / sizeof(WCHAR)) + 1) * sizeof(WCHAR));

        if (bytes == sizeof(WCHAR))
            break;
        status = row->QueryRoutine(value->name, REG_SZ, text, bytes, context, row->EntryContext);
        at += bytes;
    }
    return status;
}

static NTSTATUS deliver(PRTL_QUERY_REGISTRY_TABLE row, const struct value *value, PVOID context)
{
    if ((row->Flags & RTL_QUERY_REGISTRY_DIRECT) != 0)
        return store(row->EntryContext, value);
    return call(row, value, context);
}

static NTSTATUS deliver_default(PRTL_QUERY_REGISTRY_TABLE row, PVOID context)
{
    struct value value = { row->Name, row->DefaultType, row->DefaultLength, row->DefaultData };

    if ((row->Flags & RTL_QUERY_REGISTRY_REQUIRED) != 0)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (row->DefaultType == REG_NONE)
        return STATUS_SUCCESS;
    if (is_text(value.type) && value.length == 0 && value.data != NULL)
        value.length = (ULONG)((nt_wcslen((PWSTR)(void *)value.data) + 1) * sizeof(WCHAR));
    return deliver(row, &value, context);
}

/* All values of the key go to the routine of a row without a name. */
static NTSTATUS deliver_all(HANDLE key, PRTL_QUERY_REGISTRY_TABLE row, PVOID context)
{
    union {
        KEY_VALUE_FULL_INFORMATION full;
        UCHAR room[VALUE_ROOM];
    } u;
    WCHAR name[NAME_MAX_CHARS + 1];
    ULONG needed;

    for (ULONG i = 0; i < ROWS_MAX; i++) {
        NTSTATUS status =
            ZwEnumerateValueKey(key, i, KeyValueFullInformation, &u, sizeof u, &needed);

        if (status == STATUS_NO_MORE_ENTRIES)
            return i == 0 ? deliver_default(row, context) : STATUS_SUCCESS;
        if (!NT_SUCCESS(status))
            return status;
        memcpy(name, u.full.Name, u.full.NameLength);
        name[u.full.NameLength / sizeof(WCHAR)] = 0;
        status = call(
            row,
            &(struct value){ name, u.full.Type, u.full.DataLength, u.room + u.full.DataOffset },
            context);
        if (!NT_SUCCESS(status))
            return status;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS deliver_one(HANDLE key, PRTL_QUERY_REGISTRY_TABLE row, PVOID context)
{
    union {
        KEY_VALUE_PARTIAL_INFORMATION partial;
        UCHAR room[VALUE_ROOM];
    } u;
    UNICODE_STRING name;
    NTSTATUS status;
    ULONG needed;

    RtlInitUnicodeString(&name, row->Name);
    status = ZwQueryValueKey(key, &name, KeyValuePartialInformation, &u, sizeof u, &needed);
    if (status == STATUS_OBJECT_NAME_NOT_FOUND)
        return deliver_default(row, context);
    if (!NT_SUCCESS(status))
        return status;
    status = deliver(
        row, &(struct value){ row->Name, u.partial.Type, u.partial.DataLength, u.partial.Data },
        context);
    if (NT_SUCCESS(status) && (row->Flags & RTL_QUERY_REGISTRY_DELETE) != 0)
        ZwDeleteValueKey(key, &name);
    return status;
}

static NTSTATUS open_below(HANDLE top, PCWSTR name, HANDLE *out)
{
    OBJECT_ATTRIBUTES attributes;
    UNICODE_STRING string;

    RtlInitUnicodeString(&string, name);
    InitializeObjectAttributes(&attributes, &string, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, top,
                               NULL);
    return ZwOpenKey(out, KEY_READ, &attributes);
}

NTSTATUS RtlQueryRegistryValues(ULONG relative, PCWSTR path, PRTL_QUERY_REGISTRY_TABLE row,
                                PVOID context, PVOID environment)
{
    HANDLE top, key;
    bool own;
    NTSTATUS status = open_path(relative, path, false, &top, &own);

    UNREFERENCED_PARAMETER(environment);
    if (!NT_SUCCESS(status))
        return (relative & RTL_REGISTRY_OPTIONAL) != 0 ? STATUS_SUCCESS : status;
    key = top;
    for (; NT_SUCCESS(status) &&
           (row->QueryRoutine != NULL || row->Name != NULL ||
            (row->Flags & (RTL_QUERY_REGISTRY_SUBKEY | RTL_QUERY_REGISTRY_DIRECT)) != 0);
         row++) {
        if ((row->Flags & (RTL_QUERY_REGISTRY_TOPKEY | RTL_QUERY_REGISTRY_SUBKEY)) != 0 &&
            key != top) {
            ZwClose(key);
            key = top;
        }
        if ((row->Flags & RTL_QUERY_REGISTRY_SUBKEY) != 0) {
            status = open_below(top, row->Name, &key);
            if (!NT_SUCCESS(status)) {
                key = top;
                status = (row->Flags & RTL_QUERY_REGISTRY_REQUIRED) != 0 ? status : STATUS_SUCCESS;
            } else if (row->QueryRoutine != NULL) {
                status = deliver_all(key, row, context);
            }
        } else if ((row->Flags & RTL_QUERY_REGISTRY_NOVALUE) != 0) {
            status = row->QueryRoutine(NULL, REG_NONE, NULL, 0, context, row->EntryContext);
        } else if (row->Name == NULL) {
            status = deliver_all(key, row, context);
        } else {
            status = deliver_one(key, row, context);
        }
    }
    if (key != top)
        ZwClose(key);
    if (own)
        ZwClose(top);
    return status;
}
