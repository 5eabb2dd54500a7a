/* cm_key.c - the registry as drivers see it: keys by handle, their values, their subkeys.
 *
 * A key is its path. A handle to a key that was deleted meanwhile names nothing any more:
 * STATUS_KEY_DELETED. A driver's data is kept as it gave it; but texts of ASCII and REG_DWORDs,
 * which the rest of the model reads too, are kept as text and as numbers.
 */
#include "model/kernel/cm.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include <string.h>

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

/* References the key behind a handle. */
static NTSTATUS reference(HANDLE handle, ACCESS_MASK access, struct cm_key **key)
{
    PVOID body;
    NTSTATUS status = ObReferenceObjectByHandle(
        handle, access, (POBJECT_TYPE)(uintptr_t)ob_type_of(OB_KEY), KernelMode, &body, NULL);

    *key = body;
    return status;
}

/* The same, for a key that must still be there. */
static NTSTATUS reference_living(HANDLE handle, ACCESS_MASK access, struct cm_key **key)
{
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, (uint32_t)(uintptr_t)handle);
    status = reference(handle, access, key);
    if (!NT_SUCCESS(status) || cm_key_exists((*key)->path))
        return status;
    ObDereferenceObject(*key);
    return STATUS_KEY_DELETED;
}

/* ---- Opening and making ---------------------------------------------------------------------- */

/* Copies the path of the open key that RootDirectory names. */
static NTSTATUS root_path(HANDLE root, struct cm_key *key, size_t *used)
{
    struct cm_key *body;
    NTSTATUS status = reference(root, KEY_READ, &body);

    if (!NT_SUCCESS(status))
        return status;
    memcpy(key->path, body->path, sizeof key->path - 1);
    key->path[sizeof key->path - 2] = 0;
    *used = strlen(key->path);
    key->path[(*used)++] = '\\';
    ObDereferenceObject(body);
    return STATUS_SUCCESS;
}

static NTSTATUS path_of(const OBJECT_ATTRIBUTES *attributes, struct cm_key *key)
{
    size_t used = 0;
    NTSTATUS status = STATUS_SUCCESS;

    if (attributes->RootDirectory != NULL)
        status = root_path(attributes->RootDirectory, key, &used);
    if (!NT_SUCCESS(status))
        return status;
    return narrow(attributes->ObjectName, key->path + used, sizeof key->path - used)
               ? STATUS_SUCCESS
               : STATUS_OBJECT_NAME_INVALID;
}

static NTSTATUS open_key(PHANDLE handle, ACCESS_MASK access, ULONG attributes,
                         const struct cm_key *key)
{
    struct cm_key *body = ob_new(OB_KEY, sizeof *body, 0);
    NTSTATUS status;

    if (body == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *body = *key;
    status = ob_create_handle(body, access, attributes, KernelMode, handle);
    ObDereferenceObject(body);
    return status;
}

NTSTATUS ZwOpenKey(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    struct cm_key key = { "" };
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, 0);
    status = path_of(attributes, &key);
    if (!NT_SUCCESS(status))
        return status;
    if (!cm_key_exists(key.path))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    return open_key(handle, access, attributes->Attributes, &key);
}

static bool parent_exists(const struct cm_key *key)
{
    struct cm_key parent = *key;
    char *last = strrchr(parent.path, '\\');

    if (last == NULL || last == parent.path)
        return false;
    *last = 0;
    return cm_key_exists(parent.path);
}

NTSTATUS ZwCreateKey(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes, ULONG title,
                     PUNICODE_STRING class, ULONG options, PULONG disposition)
{
    struct cm_key key = { "" };
    NTSTATUS status;
    bool there;

    UNREFERENCED_PARAMETER(title);
    UNREFERENCED_PARAMETER(class);
    UNREFERENCED_PARAMETER(options);
    ke_require_irql(PASSIVE_LEVEL, 0);
    status = path_of(attributes, &key);
    if (!NT_SUCCESS(status))
        return status;
    there = cm_key_exists(key.path);
    if (!there && !parent_exists(&key))
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (!there && cm_is_full())
        return STATUS_INSUFFICIENT_RESOURCES;
    if (!there)
        cm_mark_key(key.path);
    status = open_key(handle, access, attributes->Attributes, &key);
    if (NT_SUCCESS(status) && disposition != NULL)
        *disposition = there ? REG_OPENED_EXISTING_KEY : REG_CREATED_NEW_KEY;
    return status;
}

NTSTATUS ZwFlushKey(HANDLE handle)
{
    struct cm_key *key;
    NTSTATUS status = reference_living(handle, 0, &key);

    if (NT_SUCCESS(status))
        ObDereferenceObject(key);
    return status;
}

/* ---- Values ---------------------------------------------------------------------------------- */

/* Returns the size of a value in bytes as NT keeps it: REG_SZ as 16-bit characters with a
 * terminator. */
static ULONG value_bytes(const struct cm_value *value)
{
    if (value->raw)
        return value->number;
    return value->type == REG_SZ ? (ULONG)((strlen(value->text) + 1) * sizeof(WCHAR))
                                 : (ULONG)sizeof(ULONG);
}

static void value_copy(const struct cm_value *value, UCHAR *to)
{
    if (value->raw) {
        memcpy(to, value->text, value->number);
        return;
    }
    if (value->type == REG_DWORD) {
        memcpy(to, &value->number, sizeof value->number);
        return;
    }
    for (size_t i = 0; i == 0 || value->text[i - 1] != 0; i++) {
        WCHAR wide = (WCHAR)(UCHAR)value->text[i];

        memcpy(to + i * sizeof wide, &wide, sizeof wide);
    }
}

/* A reply that is written as far as there is room: the fixed part must fit. */
struct reply {
    UCHAR *out;
    ULONG length, fixed, needed;
};

static NTSTATUS put(const struct reply *reply, ULONG at, const void *bytes, ULONG count)
{
    if (at < reply->length)
        memcpy(reply->out + at, bytes, MIN_OF(count, reply->length - at));
    return reply->length < reply->fixed    ? STATUS_BUFFER_TOO_SMALL
           : reply->length < reply->needed ? STATUS_BUFFER_OVERFLOW
                                           : STATUS_SUCCESS;
}

static void put_name(const struct reply *reply, ULONG at, const char *name, size_t chars)
{
    for (size_t i = 0; i < chars; i++) {
        WCHAR wide = (WCHAR)(UCHAR)name[i];

        put(reply, at + (ULONG)(i * sizeof wide), &wide, sizeof wide);
    }
}

static NTSTATUS query(const struct cm_value *value, KEY_VALUE_INFORMATION_CLASS class, PVOID out,
                      ULONG length, PULONG needed)
{
    ULONG name_bytes = (ULONG)(strlen(value->name) * sizeof(WCHAR)), bytes = value_bytes(value);
    ULONG name_at = class == KeyValueBasicInformation
                        ? FIELD_OFFSET(KEY_VALUE_BASIC_INFORMATION, Name)
                        : FIELD_OFFSET(KEY_VALUE_FULL_INFORMATION, Name);
    UCHAR data[PATH_CHARS_MAX * 2 + 2];
    struct reply reply = { out, length, name_at, name_at + name_bytes };

    value_copy(value, data);
    switch (class) {
    case KeyValueBasicInformation: {
        ULONG head[] = { 0, value->type, name_bytes };

        *needed = reply.needed;
        put_name(&reply, name_at, value->name, strlen(value->name));
        return put(&reply, 0, head, sizeof head);
    }
    case KeyValueFullInformation: {
        ULONG data_at = (name_at + name_bytes + 7) & ~7u;
        ULONG head[] = { 0, value->type, data_at, bytes, name_bytes };

        *needed = reply.needed = data_at + bytes;
        put_name(&reply, name_at, value->name, strlen(value->name));
        put(&reply, data_at, data, bytes);
        return put(&reply, 0, head, sizeof head);
    }
    case KeyValuePartialInformation: {
        ULONG head[] = { 0, value->type, bytes };

        reply.fixed = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data);
        *needed = reply.needed = reply.fixed + bytes;
        if (length >= reply.needed)
            put(&reply, reply.fixed, data, bytes);
        return put(&reply, 0, head, sizeof head);
    }
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

NTSTATUS ZwQueryValueKey(HANDLE handle, PUNICODE_STRING name, KEY_VALUE_INFORMATION_CLASS class,
                         PVOID out, ULONG length, PULONG needed)
{
    char narrow_name[NAME_MAX_CHARS + 1];
    struct cm_key *key;
    NTSTATUS status = reference_living(handle, KEY_READ, &key);

    if (!NT_SUCCESS(status))
        return status;
    const struct cm_value *value =
        narrow(name, narrow_name, sizeof narrow_name) ? cm_find(key->path, narrow_name) : NULL;

    if (class > KeyValuePartialInformation)
        status = STATUS_INVALID_PARAMETER;
    else if (value == NULL || value->type == CM_KEY_MARK)
        status = STATUS_OBJECT_NAME_NOT_FOUND;
    else
        status = query(value, class, out, length, needed);
    ObDereferenceObject(key);
    return status;
}

/* True if the data is a terminated text of ASCII, which is then in `text`. */
static bool plain_text(const UCHAR *data, ULONG bytes, char *text)
{
    ULONG chars = bytes / (ULONG)sizeof(WCHAR);

    if (bytes % sizeof(WCHAR) != 0 || chars == 0 || chars > PATH_CHARS_MAX)
        return false;
    for (ULONG i = 0; i < chars; i++) {
        WCHAR c;

        memcpy(&c, data + i * sizeof c, sizeof c);
        if (c >= 0x80 || (c == 0) != (i == chars - 1))
            return false;
        text[i] = (char)c;
    }
    return true;
}

static NTSTATUS set_value(const struct cm_key *key, const char *name, ULONG type, const void *data,
                          ULONG bytes)
{
    char text[PATH_CHARS_MAX + 1];
    uint32_t number;

    if (cm_find(key->path, name) == NULL && cm_is_full())
        return STATUS_INSUFFICIENT_RESOURCES;
    if (type == REG_SZ && plain_text(data, bytes, text)) {
        cm_set_text(key->path, name, text);
    } else if (type == REG_DWORD && bytes == sizeof number) {
        memcpy(&number, data, sizeof number);
        cm_set_dword(key->path, name, number);
    } else if (bytes <= PATH_CHARS_MAX) {
        cm_set_raw(key->path, name, type, data, bytes);
    } else {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_SUCCESS;
}

NTSTATUS ZwSetValueKey(HANDLE handle, PUNICODE_STRING name, ULONG title, ULONG type, PVOID data,
                       ULONG bytes)
{
    char narrow_name[NAME_MAX_CHARS + 1];
    struct cm_key *key;
    NTSTATUS status = reference_living(handle, KEY_SET_VALUE, &key);

    UNREFERENCED_PARAMETER(title);
    if (!NT_SUCCESS(status))
        return status;
    status = narrow(name, narrow_name, sizeof narrow_name)
                 ? set_value(key, narrow_name, type, data, bytes)
                 : STATUS_OBJECT_NAME_INVALID;
    ObDereferenceObject(key);
    return status;
}

NTSTATUS ZwDeleteValueKey(HANDLE handle, PUNICODE_STRING name)
{
    char narrow_name[NAME_MAX_CHARS + 1];
    struct cm_key *key;
    NTSTATUS status = reference_living(handle, KEY_SET_VALUE, &key);
    struct cm_value *value = NULL;

    if (!NT_SUCCESS(status))
        return status;
    if (narrow(name, narrow_name, sizeof narrow_name))
        value = cm_find(key->path, narrow_name);
    if (value == NULL || value->type == CM_KEY_MARK) {
        status = STATUS_OBJECT_NAME_NOT_FOUND;
    } else {
        cm_remove(value);
        if (!cm_key_exists(key->path)) /* The key outlasts its last value. */
            cm_mark_key(key->path);
    }
    ObDereferenceObject(key);
    return status;
}

/* ---- Enumerating ----------------------------------------------------------------------------- */

static bool is_value_of(const struct cm_value *value, const struct cm_key *key)
{
    return value->type != CM_KEY_MARK && cm_same(value->path, key->path);
}

NTSTATUS ZwEnumerateValueKey(HANDLE handle, ULONG index, KEY_VALUE_INFORMATION_CLASS class,
                             PVOID out, ULONG length, PULONG needed)
{
    struct cm_key *key;
    NTSTATUS status = reference_living(handle, KEY_QUERY_VALUE, &key);

    if (!NT_SUCCESS(status))
        return status;
    status = STATUS_NO_MORE_ENTRIES;
    for (uint32_t i = 0; i < ke->cm->value_count; i++) {
        if (!is_value_of(&ke->cm->values[i], key) || index-- > 0)
            continue;
        status = query(&ke->cm->values[i], class, out, length, needed);
        break;
    }
    ObDereferenceObject(key);
    return status;
}

/* Finds the name of the subkey with this number, in order of the first value under each.
 * NULL: there are fewer; *count is how many. */
static const char *subkey(const struct cm_key *key, ULONG index, size_t *chars, ULONG *count)
{
    *count = 0;
    for (uint32_t i = 0; i < ke->cm->value_count; i++) {
        const char *rest, *other;
        bool seen = false;

        if (!cm_below(ke->cm->values[i].path, key->path, &rest) || *rest == 0)
            continue;
        rest++;
        *chars = strcspn(rest, "\\");
        for (uint32_t before = 0; before < i && !seen; before++)
            seen = cm_below(ke->cm->values[before].path, key->path, &other) && *other != 0 &&
                   strcspn(other + 1, "\\") == *chars && nt_strnicmp(other + 1, rest, *chars) == 0;
        if (seen)
            continue;
        if ((*count)++ == index)
            return rest;
    }
    return NULL;
}

static NTSTATUS basic(const char *name, size_t chars, PVOID out, ULONG length, PULONG needed)
{
    KEY_BASIC_INFORMATION head = { .NameLength = (ULONG)(chars * sizeof(WCHAR)) };
    ULONG at = FIELD_OFFSET(KEY_BASIC_INFORMATION, Name);
    struct reply reply = { out, length, at, at + head.NameLength };

    *needed = reply.needed;
    put_name(&reply, at, name, chars);
    return put(&reply, 0, &head, at);
}

NTSTATUS ZwEnumerateKey(HANDLE handle, ULONG index, KEY_INFORMATION_CLASS class, PVOID out,
                        ULONG length, PULONG needed)
{
    struct cm_key *key;
    size_t chars;
    ULONG count;
    NTSTATUS status = reference_living(handle, KEY_ENUMERATE_SUB_KEYS, &key);

    if (!NT_SUCCESS(status))
        return status;
    const char *name = subkey(key, index, &chars, &count);

    if (class != KeyBasicInformation)
        status = STATUS_INVALID_PARAMETER;
    else
        status = name != NULL ? basic(name, chars, out, length, needed) : STATUS_NO_MORE_ENTRIES;
    ObDereferenceObject(key);
    return status;
}

static NTSTATUS full(const struct cm_key *key, PVOID out, ULONG length, PULONG needed)
{
    KEY_FULL_INFORMATION head = { .ClassOffset = FIELD_OFFSET(KEY_FULL_INFORMATION, Class) };
    struct reply reply = { out, length, head.ClassOffset, head.ClassOffset };
    size_t chars;
    ULONG count;

    for (ULONG i = 0; subkey(key, i, &chars, &count) != NULL; i++)
        head.MaxNameLen = MAX_OF(head.MaxNameLen, (ULONG)(chars * sizeof(WCHAR)));
    head.SubKeys = count;
    for (uint32_t i = 0; i < ke->cm->value_count; i++) {
        const struct cm_value *value = &ke->cm->values[i];

        if (!is_value_of(value, key))
            continue;
        head.Values++;
        head.MaxValueNameLen =
            MAX_OF(head.MaxValueNameLen, (ULONG)(strlen(value->name) * sizeof(WCHAR)));
        head.MaxValueDataLen = MAX_OF(head.MaxValueDataLen, value_bytes(value));
    }
    *needed = reply.needed;
    return put(&reply, 0, &head, reply.fixed);
}

NTSTATUS ZwQueryKey(HANDLE handle, KEY_INFORMATION_CLASS class, PVOID out, ULONG length,
                    PULONG needed)
{
    struct cm_key *key;
    NTSTATUS status = reference_living(handle, KEY_QUERY_VALUE, &key);

    if (!NT_SUCCESS(status))
        return status;
    const char *last = strrchr(key->path, '\\');

    if (class == KeyBasicInformation)
        status = basic(last + 1, strlen(last + 1), out, length, needed);
    else if (class == KeyFullInformation)
        status = full(key, out, length, needed);
    else
        status = STATUS_INVALID_PARAMETER;
    ObDereferenceObject(key);
    return status;
}

NTSTATUS ZwDeleteKey(HANDLE handle)
{
    struct cm_key *key;
    size_t chars;
    ULONG count;
    NTSTATUS status = reference_living(handle, DELETE, &key);

    if (!NT_SUCCESS(status))
        return status;
    if (subkey(key, 0, &chars, &count) != NULL)
        status = STATUS_CANNOT_DELETE;
    for (uint32_t i = ke->cm->value_count; NT_SUCCESS(status) && i > 0; i--)
        if (cm_same(ke->cm->values[i - 1].path, key->path))
            cm_remove(&ke->cm->values[i - 1]);
    ObDereferenceObject(key);
    return status;
}
