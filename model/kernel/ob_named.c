/* ob_named.c - objects that drivers make and open by name: directories, symbolic links, and what
 * all kinds have in common (facts/ddi.md 2.14).
 *
 * The namespace knows whole paths only (ob_name.c), so a name below a directory's handle is that
 * directory's own name and the rest, and a directory without a name has no objects.
 */
#include "model/kernel/ob_named.h"
#include "model/kernel/ex.h"
#include "model/kernel/io.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/kernel.h"
#include <string.h>

/* Object that is named, with room for its path. */
struct path {
    WCHAR text[PATH_CHARS_MAX + 1];
    bool none; /* The attributes have no name. */
};

static NTSTATUS add(struct path *path, size_t at, PCUNICODE_STRING name)
{
    size_t chars = name->Length / sizeof(WCHAR);

    if (at + chars > PATH_CHARS_MAX)
        return STATUS_OBJECT_NAME_INVALID;
    memcpy(path->text + at, name->Buffer, chars * sizeof(WCHAR));
    path->text[at + chars] = 0;
    return STATUS_SUCCESS;
}

static NTSTATUS add_root(struct path *path, HANDLE root, size_t *at)
{
    const struct ob_directory *directory;
    void *body;
    NTSTATUS status = ob_reference(root, 0, OB_DIRECTORY, &body);

    if (!NT_SUCCESS(status))
        return status;
    directory = body;
    if (directory->chars == 0 || directory->chars >= PATH_CHARS_MAX)
        status = STATUS_OBJECT_PATH_NOT_FOUND;
    if (NT_SUCCESS(status)) {
        memcpy(path->text, directory->path, directory->chars * sizeof(WCHAR));
        *at = directory->chars;
        if (*at > 1) /* The root's path is its backslash. */
            path->text[(*at)++] = '\\';
    }
    ObDereferenceObject(body);
    return status;
}

static NTSTATUS path_of(const OBJECT_ATTRIBUTES *attributes, struct path *path)
{
    PCUNICODE_STRING name = attributes != NULL ? attributes->ObjectName : NULL;
    size_t at = 0;
    NTSTATUS status = STATUS_SUCCESS;

    path->none = name == NULL || name->Length == 0;
    if (path->none)
        return STATUS_SUCCESS;
    if ((name->Buffer[0] == '\\') == (attributes->RootDirectory != NULL))
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    if (attributes->RootDirectory != NULL)
        status = add_root(path, attributes->RootDirectory, &at);
    return NT_SUCCESS(status) ? add(path, at, name) : status;
}

static ULONG flags_of(const OBJECT_ATTRIBUTES *attributes)
{
    return attributes != NULL ? attributes->Attributes : 0;
}

/* The object of this name; a symbolic link only where one is wanted. */
static void *find(const struct path *path, enum ob_type_index type)
{
    return type == OB_SYMLINK ? ob_name_find_link(path->text) : ob_name_find(path->text);
}

static NTSTATUS open_path(const struct path *path, enum ob_type_index type, ACCESS_MASK access,
                          ULONG flags, PHANDLE handle)
{
    void *body = find(path, type);
    NTSTATUS status;

    if (body == NULL)
        return type == OB_SYMLINK && ob_name_find(path->text) != NULL
                   ? STATUS_OBJECT_TYPE_MISMATCH
                   : STATUS_OBJECT_NAME_NOT_FOUND;
    if (ob_header(body)->type->index != (uint32_t)type)
        return STATUS_OBJECT_TYPE_MISMATCH;
    ObReferenceObject(body);
    status = ob_create_handle(body, access, flags, KernelMode, handle);
    ObDereferenceObject(body);
    return status;
}

NTSTATUS ob_open(enum ob_type_index type, ACCESS_MASK access, const OBJECT_ATTRIBUTES *attributes,
                 PHANDLE handle)
{
    struct path path;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, 0);
    *handle = NULL;
    status = path_of(attributes, &path);
    if (NT_SUCCESS(status) && path.none)
        status = STATUS_OBJECT_PATH_SYNTAX_BAD;
    return NT_SUCCESS(status) ? open_path(&path, type, access, flags_of(attributes), handle)
                              : status;
}

NTSTATUS ob_insert(void *body, ACCESS_MASK access, const OBJECT_ATTRIBUTES *attributes,
                   PHANDLE handle)
{
    enum ob_type_index type = (enum ob_type_index)ob_header(body)->type->index;
    ULONG flags = flags_of(attributes);
    struct path path;
    NTSTATUS status = path_of(attributes, &path);

    if (NT_SUCCESS(status) && !path.none)
        status = ob_name_insert(body, path.text);
    if (status == STATUS_OBJECT_NAME_COLLISION && (flags & OBJ_OPENIF) != 0) {
        status = open_path(&path, type, access, flags, handle);
        ObDereferenceObject(body);
        return NT_SUCCESS(status) ? STATUS_OBJECT_NAME_EXISTS : status;
    }
    if (NT_SUCCESS(status))
        status = ob_create_handle(body, access, flags, KernelMode, handle);
    if (NT_SUCCESS(status) && (flags & OBJ_PERMANENT) != 0 && !path.none) {
        ob_header(body)->permanent = true; /* The reference is the name's. */
        return status;
    }
    ObDereferenceObject(body);
    return status;
}

NTSTATUS ob_reference(HANDLE handle, ACCESS_MASK access, enum ob_type_index type, void **body)
{
    POBJECT_TYPE wanted = type != OB_TYPE_COUNT ? (POBJECT_TYPE)(uintptr_t)ob_type_of(type) : NULL;

    ke_require_irql(PASSIVE_LEVEL, (uint32_t)(uintptr_t)handle);
    return ObReferenceObjectByHandle(handle, access, wanted, KernelMode, body, NULL);
}

NTSTATUS ZwMakeTemporaryObject(HANDLE handle)
{
    void *body;
    NTSTATUS status = ob_reference(handle, 0, OB_TYPE_COUNT, &body);

    if (!NT_SUCCESS(status))
        return status;
    if (ob_header(body)->permanent) {
        ob_header(body)->permanent = false;
        ObDereferenceObject(body);
    }
    ObDereferenceObject(body);
    return STATUS_SUCCESS;
}

/* ---- Directories ----------------------------------------------------------------------------- */

static struct ob_directory *directory_new(const struct path *path)
{
    struct ob_directory *directory = ob_new(OB_DIRECTORY, sizeof *directory, 0);

    if (directory == NULL || path->none)
        return directory;
    directory->chars = io_name_chars(path->text);
    memcpy(directory->path, path->text, (directory->chars + 1) * sizeof(WCHAR));
    return directory;
}

NTSTATUS ZwCreateDirectoryObject(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    struct path path;
    NTSTATUS status;
    void *body;

    ke_require_irql(PASSIVE_LEVEL, 0);
    *handle = NULL;
    status = path_of(attributes, &path);
    if (!NT_SUCCESS(status))
        return status;
    body = directory_new(&path);
    return body != NULL ? ob_insert(body, access, attributes, handle)
                        : STATUS_INSUFFICIENT_RESOURCES;
}

/* A directory that is only a part of names gets an object without a name of its own. */
NTSTATUS ZwOpenDirectoryObject(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    NTSTATUS status = ob_open(OB_DIRECTORY, access, attributes, handle);
    struct ob_directory *directory;
    struct path path;

    if (status != STATUS_OBJECT_NAME_NOT_FOUND)
        return status;
    path_of(attributes, &path);
    directory = directory_new(&path);
    if (directory == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (ob_directory_exists(directory))
        status = ob_create_handle(directory, access, flags_of(attributes), KernelMode, handle);
    ObDereferenceObject(directory);
    return status;
}

/* ---- Symbolic links -------------------------------------------------------------------------- */

NTSTATUS ZwCreateSymbolicLinkObject(PHANDLE handle, ACCESS_MASK access,
                                    POBJECT_ATTRIBUTES attributes, PUNICODE_STRING target)
{
    struct ob_symlink *link;

    ke_require_irql(PASSIVE_LEVEL, 0);
    if (target->Buffer == NULL)
        return STATUS_ACCESS_VIOLATION;
    if (target->Length / sizeof(WCHAR) > NAME_MAX_CHARS)
        return STATUS_OBJECT_NAME_INVALID;
    link = ob_new(OB_SYMLINK, sizeof *link, 0);
    if (link == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(link->target, target->Buffer, target->Length);
    return ob_insert(link, access, attributes, handle);
}

NTSTATUS ZwOpenSymbolicLinkObject(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    return ob_open(OB_SYMLINK, access, attributes, handle);
}

NTSTATUS ZwQuerySymbolicLinkObject(HANDLE handle, PUNICODE_STRING target, PULONG returned)
{
    void *body;
    NTSTATUS status = ob_reference(handle, SYMBOLIC_LINK_QUERY, OB_SYMLINK, &body);
    const struct ob_symlink *link = body;

    if (!NT_SUCCESS(status))
        return status;
    USHORT length = (USHORT)(io_name_chars(link->target) * sizeof(WCHAR));
    USHORT bytes = (USHORT)(returned != NULL ? length + sizeof(WCHAR) : length);

    if (returned != NULL)
        *returned = bytes;
    target->Length = 0;
    if (bytes > target->MaximumLength) {
        status = STATUS_BUFFER_TOO_SMALL;
    } else {
        memcpy(target->Buffer, link->target, bytes);
        target->Length = length;
    }
    ObDereferenceObject(body);
    return status;
}

NTSTATUS IoCreateUnprotectedSymbolicLink(PUNICODE_STRING name, PUNICODE_STRING target)
{
    return IoCreateSymbolicLink(name, target);
}
