/* ob_directory.c - directories of objects: opened by name, and what lies in one (facts/ddi.md
 * 2.14).
 *
 * The namespace knows whole paths only, so a directory is its path, and what lies in it are the
 * names with one part more. A path under which a name lies can be opened though nobody made a
 * directory object of it: \Device, \Driver, \??, \BaseNamedObjects.
 */
#include "model/kernel/ob_named.h"
#include "model/kernel/kernel.h"
#include <string.h>

/* What is behind the path and one backslash; NULL: the name does not lie below. */
static const WCHAR *below(const struct ob_name *name, const struct ob_directory *directory,
                          uint32_t *chars)
{
    uint32_t at = directory->chars;

    if (name->chars <= at + (at > 1) || (at > 1 && name->text[at] != '\\'))
        return NULL;
    for (uint32_t i = 0; i < at; i++)
        if (name->text[i] != RtlUpcaseUnicodeChar(directory->path[i]))
            return NULL;
    at += at > 1; /* The root's own path ends with the backslash. */
    *chars = name->chars - at;
    return name->given + at;
}

bool ob_directory_exists(const struct ob_directory *directory)
{
    uint32_t chars;

    for (uint32_t bucket = 0; bucket < OB_NAME_BUCKETS; bucket++)
        for (const struct ob_name *name = ke->ob->names[bucket]; name != NULL; name = name->next)
            if (below(name, directory, &chars) != NULL)
                return true;
    return false;
}

static bool has_backslash(const WCHAR *text, uint32_t chars)
{
    for (uint32_t i = 0; i < chars; i++)
        if (text[i] == '\\')
            return true;
    return false;
}

/* Finds the entry with this number, in the order of the names' hashes. NULL: there are fewer. */
static const struct ob_name *entry(const struct ob_directory *directory, ULONG number)
{
    uint32_t chars;

    for (uint32_t bucket = 0; bucket < OB_NAME_BUCKETS; bucket++) {
        for (const struct ob_name *name = ke->ob->names[bucket]; name != NULL; name = name->next) {
            const WCHAR *part = below(name, directory, &chars);

            if (part != NULL && !has_backslash(part, chars) && number-- == 0)
                return name;
        }
    }
    return NULL;
}

/* Writes one text at *text_at, with a terminator. */
static UNICODE_STRING put_wide(char *buffer, ULONG *at, const WCHAR *wide, const char *narrow,
                               uint32_t chars)
{
    WCHAR *to = (WCHAR *)(void *)(buffer + *at);

    for (uint32_t i = 0; i < chars; i++)
        to[i] = wide != NULL ? wide[i] : (WCHAR)(UCHAR)narrow[i];
    to[chars] = 0;
    *at += (ULONG)((chars + 1) * sizeof(WCHAR));
    return (UNICODE_STRING){ (USHORT)(chars * sizeof(WCHAR)), (USHORT)((chars + 1) * sizeof(WCHAR)),
                             to };
}

/* Counts the entries from a number on that fit, and the bytes of their texts. */
static ULONG fitting(const struct ob_directory *directory, ULONG first, ULONG most, ULONG length,
                     ULONG *needed)
{
    ULONG count = 0, bytes = sizeof(OBJECT_DIRECTORY_INFORMATION);
    const struct ob_name *name;
    uint32_t chars;

    *needed = 0;
    while (count < most && (name = entry(directory, first + count)) != NULL) {
        below(name, directory, &chars);
        ULONG more =
            (ULONG)(sizeof(OBJECT_DIRECTORY_INFORMATION) +
                    (chars + 1 + strlen(ob_header(name->body)->type->name) + 1) * sizeof(WCHAR));

        if (*needed == 0)
            *needed = bytes + more;
        if (bytes + more > length)
            break;
        bytes += more;
        *needed = bytes;
        count++;
    }
    return count;
}

NTSTATUS ZwQueryDirectoryObject(HANDLE handle, PVOID buffer, ULONG length, BOOLEAN single,
                                BOOLEAN restart, PULONG context, PULONG returned)
{
    OBJECT_DIRECTORY_INFORMATION *out = buffer;
    ULONG first, count, needed, text_at;
    uint32_t chars;
    void *body;
    NTSTATUS status = ob_reference(handle, DIRECTORY_QUERY, OB_DIRECTORY, &body);

    if (!NT_SUCCESS(status))
        return status;
    first = restart ? 0 : *context;
    count = fitting(body, first, single ? 1 : MAXULONG, length, &needed);
    if (returned != NULL)
        *returned = needed;
    if (count == 0) {
        ObDereferenceObject(body);
        return needed == 0 ? STATUS_NO_MORE_ENTRIES : STATUS_BUFFER_TOO_SMALL;
    }
    memset(out, 0, (count + 1) * sizeof *out);
    text_at = (ULONG)((count + 1) * sizeof *out);
    for (ULONG i = 0; i < count; i++) {
        const struct ob_name *name = entry(body, first + i);
        const char *type = ob_header(name->body)->type->name;
        const WCHAR *part = below(name, body, &chars);

        out[i].Name = put_wide(buffer, &text_at, part, NULL, chars);
        out[i].TypeName = put_wide(buffer, &text_at, NULL, type, (uint32_t)strlen(type));
    }
    *context = first + count;
    status = !single && entry(body, first + count) != NULL ? STATUS_MORE_ENTRIES : STATUS_SUCCESS;
    ObDereferenceObject(body);
    return status;
}
