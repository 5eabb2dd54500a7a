/* cm_registry.c - the part of the registry that the model uses: values under full key paths.
 *
 * A key exists if a value lies under it. Paths and names are plain text inside the kernel and
 * compare without case; drivers reach them with ZwOpenKey and ZwQueryValueKey as on NT.
 */
#include "model/kernel/cm.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include <string.h>

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

/* True if text starts with head, ignoring case; *end points behind it. */
static bool starts(const char *text, const char *head, const char **end)
{
    while (*head != 0 && lower(*text) == lower(*head)) {
        text++;
        head++;
    }
    *end = text;
    return *head == 0;
}

static bool same(const char *one, const char *other)
{
    const char *end;

    return starts(one, other, &end) && *end == 0;
}

static void copy_text(char *to, size_t size, const char *from)
{
    size_t length = strlen(from);

    if (length >= size)
        length = size - 1;
    memcpy(to, from, length);
    to[length] = 0;
}

void cm_start(void) { ke->cm = arena_take(ke->sim->arena, sizeof *ke->cm, 64); }

static struct cm_value *find(const char *key, const char *name)
{
    for (uint32_t i = 0; i < ke->cm->value_count; i++)
        if (same(ke->cm->values[i].path, key) && same(ke->cm->values[i].name, name))
            return &ke->cm->values[i];
    return NULL;
}

static struct cm_value *take(const char *key, const char *name, uint32_t type)
{
    struct cm_value *value = find(key, name);

    if (value == NULL) {
        if (ke->cm->value_count == REGISTRY_VALUES_MAX)
            check_failed_with(__FILE__, __LINE__,
                              "too many registry values: raise REGISTRY_VALUES_MAX");
        value = &ke->cm->values[ke->cm->value_count++];
        copy_text(value->path, sizeof value->path, key);
        copy_text(value->name, sizeof value->name, name);
    }
    value->type = type;
    return value;
}

void cm_set_text(const char *key, const char *name, const char *text)
{
    struct cm_value *value = take(key, name, REG_SZ);

    copy_text(value->text, sizeof value->text, text);
}

void cm_set_dword(const char *key, const char *name, uint32_t number)
{
    take(key, name, REG_DWORD)->number = number;
}

bool cm_get_text(const char *key, const char *name, char *out, size_t size)
{
    const struct cm_value *value = find(key, name);

    if (value == NULL || value->type != REG_SZ)
        return false;
    copy_text(out, size, value->text);
    return true;
}

bool cm_get_dword(const char *key, const char *name, uint32_t *out)
{
    const struct cm_value *value = find(key, name);

    if (value == NULL || value->type != REG_DWORD)
        return false;
    *out = value->number;
    return true;
}

/* ---- For drivers ----------------------------------------------------------------------------- */

static bool key_exists(const char *path)
{
    const char *end;

    for (uint32_t i = 0; i < ke->cm->value_count; i++)
        if (starts(ke->cm->values[i].path, path, &end) && (*end == 0 || *end == '\\'))
            return true;
    return false;
}

/* Converts a name to ASCII. Keys and names are all ASCII, so false means: there is none. */
static bool narrow(const UNICODE_STRING *text, char *out, size_t size)
{
    size_t chars = text->Length / sizeof(WCHAR);

    if (chars >= size)
        return false;
    for (size_t i = 0; i < chars; i++)
        out[i] = text->Buffer[i] < 0x80 ? (char)text->Buffer[i] : '?';
    out[chars] = 0;
    return true;
}

/* Copies the path of the open key that RootDirectory names. */
static NTSTATUS root_path(HANDLE root, struct cm_key *key, size_t *used)
{
    PVOID body;
    NTSTATUS status = ObReferenceObjectByHandle(
        root, KEY_READ, (POBJECT_TYPE)(uintptr_t)ob_type_of(OB_KEY), KernelMode, &body, NULL);

    if (!NT_SUCCESS(status))
        return status;
    copy_text(key->path, sizeof key->path - 1, ((struct cm_key *)body)->path);
    *used = strlen(key->path);
    key->path[(*used)++] = '\\';
    ObDereferenceObject(body);
    return STATUS_SUCCESS;
}

NTSTATUS ZwOpenKey(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    struct cm_key key = { "" };
    size_t used = 0;
    NTSTATUS status = STATUS_SUCCESS;

    ke_require_irql(APC_LEVEL, 0);
    if (attributes->RootDirectory != NULL)
        status = root_path(attributes->RootDirectory, &key, &used);
    if (!NT_SUCCESS(status))
        return status;
    if (!narrow(attributes->ObjectName, key.path + used, sizeof key.path - used))
        return STATUS_OBJECT_NAME_INVALID;
    if (!key_exists(key.path))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    struct cm_key *body = ob_new(OB_KEY, sizeof *body, 0);

    if (body == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *body = key;
    status = ob_create_handle(body, access, attributes->Attributes, KernelMode, handle);
    ObDereferenceObject(body);
    return status;
}

/* Returns the size of a value in bytes as NT keeps it: REG_SZ as 16-bit characters with a
 * terminator. */
static ULONG value_bytes(const struct cm_value *value)
{
    return value->type == REG_SZ ? (ULONG)((strlen(value->text) + 1) * sizeof(WCHAR))
                                 : (ULONG)sizeof(ULONG);
}

static void value_copy(const struct cm_value *value, UCHAR *to)
{
    if (value->type == REG_DWORD) {
        memcpy(to, &value->number, sizeof value->number);
        return;
    }
    for (size_t i = 0; i == 0 || value->text[i - 1] != 0; i++) {
        WCHAR wide = (WCHAR)(UCHAR)value->text[i];

        memcpy(to + i * sizeof wide, &wide, sizeof wide);
    }
}

static NTSTATUS query(const struct cm_value *value, KEY_VALUE_PARTIAL_INFORMATION *out,
                      ULONG length, PULONG needed)
{
    const ULONG head = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data);

    *needed = head + value_bytes(value);
    if (length < head)
        return STATUS_BUFFER_TOO_SMALL;
    out->TitleIndex = 0;
    out->Type = value->type;
    out->DataLength = value_bytes(value);
    if (length < *needed)
        return STATUS_BUFFER_OVERFLOW;
    value_copy(value, out->Data);
    return STATUS_SUCCESS;
}

NTSTATUS ZwQueryValueKey(HANDLE handle, PUNICODE_STRING name, KEY_VALUE_INFORMATION_CLASS class,
                         PVOID out, ULONG length, PULONG needed)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    char narrow_name[NAME_MAX_CHARS + 1];
    PVOID body;
    NTSTATUS status = ObReferenceObjectByHandle(
        handle, KEY_READ, (POBJECT_TYPE)(uintptr_t)ob_type_of(OB_KEY), KernelMode, &body, NULL);

    if (!NT_SUCCESS(status))
        return status;
    const struct cm_value *value = narrow(name, narrow_name, sizeof narrow_name)
                                       ? find(((struct cm_key *)body)->path, narrow_name)
                                       : NULL;

    if (class != KeyValuePartialInformation)
        status = STATUS_INVALID_PARAMETER;
    else if (value == NULL)
        status = STATUS_OBJECT_NAME_NOT_FOUND;
    else
        status = query(value, out, length, needed);
    ObDereferenceObject(body);
    return status;
}
