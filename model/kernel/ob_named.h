/* ob_named.h - objects that drivers make and open by OBJECT_ATTRIBUTES.
 *
 *     body = ob_new(OB_EVENT, sizeof(KEVENT), 0);
 *     KeInitializeEvent(body, ...);
 *     return ob_insert(body, access, attributes, handle);          the reference is given away
 */
#pragma once
#include "model/kernel/ob.h"

/* Names an object by its attributes, which may be NULL, and makes a handle; takes over the caller's
 * reference. With OBJ_OPENIF an object of this type that is there already is opened instead:
 * STATUS_OBJECT_NAME_EXISTS. */
NTSTATUS ob_insert(void *body, ACCESS_MASK access, const OBJECT_ATTRIBUTES *attributes,
                   PHANDLE handle);
/* Opens the object that the attributes name.. */
NTSTATUS ob_open(enum ob_type_index type, ACCESS_MASK access, const OBJECT_ATTRIBUTES *attributes,
                 PHANDLE handle);
/* References the object behind a handle in kernel mode and checks its type (OB_TYPE_COUNT: any). */
NTSTATUS ob_reference(HANDLE handle, ACCESS_MASK access, enum ob_type_index type, void **body);

struct ob_directory { /* Body of a directory object. */
    uint32_t chars;
    WCHAR path[PATH_CHARS_MAX + 1]; /* chars 0: a directory without a name. */
};
/* True if a name lies below this path, whether or not there is a directory object. */
bool ob_directory_exists(const struct ob_directory *directory);
