/* ob_name.c - the namespace: \Device\ExIfs, \??\BackOfficeStorage, \FileSystem\ExIfs.
 *
 * Names are whole paths in one hash table and ignore case. A directory is only a common prefix of
 * names; no directory objects exist. Parsing takes the longest prefix of a path that names an
 * object; the object found gets the rest (a device in IRP_MJ_CREATE). A symbolic link replaces the
 * prefix by its target, and parsing begins anew.
 *
 * \DosDevices is \??, by its older name.
 *
 * A name is no reference: it is removed with its object or, unless the object is permanent, with
 * its last handle.
 */
#include "model/kernel/ob.h"
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ke_cost.h"
#include <string.h>

enum { NAME_COMPONENTS_MAX = 32, LINKS_MAX = 16 };
enum { FNV_SEED = 0x811c9dc5u, FNV_PRIME = 0x01000193u };

static uint32_t hash_step(uint32_t hash, WCHAR upper) { return (hash ^ upper) * FNV_PRIME; }

static struct ob_name *find(const WCHAR *text, uint32_t chars, uint32_t hash)
{
    struct ob_name *name = ke->ob->names[hash % OB_NAME_BUCKETS];

    for (; name != NULL; name = name->next) {
        uint32_t i = 0;

        if (name->hash != hash || name->chars != chars)
            continue;
        while (i < chars && name->text[i] == RtlUpcaseUnicodeChar(text[i]))
            i++;
        if (i == chars)
            return name;
    }
    return NULL;
}

static uint32_t hash_of(const WCHAR *text, uint32_t chars)
{
    uint32_t hash = FNV_SEED;

    for (uint32_t i = 0; i < chars; i++)
        hash = hash_step(hash, RtlUpcaseUnicodeChar(text[i]));
    return hash;
}

uint32_t io_name_chars(PCWSTR name)
{
    uint32_t chars = 0;

    while (name[chars] != 0)
        chars++;
    return chars;
}

/* Writes a name that begins with \DosDevices, the older name of \??, by the newer one. Returns the
 * name to use: text, or the buffer. */
static PCWSTR without_alias(PCWSTR text, WCHAR buffer[PATH_CHARS_MAX + 1])
{
    static const WCHAR older[] = L"\\DosDevices", newer[] = L"\\??";
    enum { OLDER = RTL_NUMBER_OF(older) - 1, NEWER = RTL_NUMBER_OF(newer) - 1 };
    uint32_t same = 0, chars = io_name_chars(text);

    while (same < OLDER && RtlUpcaseUnicodeChar(text[same]) == RtlUpcaseUnicodeChar(older[same]))
        same++;
    if (same < OLDER || (text[OLDER] != 0 && text[OLDER] != '\\') || chars > PATH_CHARS_MAX)
        return text;
    memcpy(buffer, newer, NEWER * sizeof(WCHAR));
    memcpy(buffer + NEWER, text + OLDER, (chars - OLDER + 1) * sizeof(WCHAR));
    return buffer;
}

enum { NT_NAME_BYTES = 0x1c }; /* A directory entry and a name's header on 32-bit x86. */

NTSTATUS ob_name_insert(void *body, PCWSTR given)
{
    WCHAR buffer[PATH_CHARS_MAX + 1];
    PCWSTR text = without_alias(given, buffer);
    uint32_t chars = io_name_chars(text);
    uint32_t hash = hash_of(text, chars);

    if (chars < 2 || chars > OBJECT_NAME_CHARS_MAX || text[0] != '\\')
        return STATUS_OBJECT_NAME_INVALID;
    ex_cost(COST_HANDLE);
    struct ob_name *name =
        ex_pool_take_as(PagedPool, sizeof *name + 2 * (chars + 1) * sizeof(WCHAR),
                        NT_NAME_BYTES + (chars + 1) * sizeof(WCHAR), EX_TAG('O', 'b', 'N', 'm'));

    if (name == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (find(text, chars, hash) != NULL) { /* Tested after the last point before the insertion. */
        ex_pool_give(name);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    for (uint32_t i = 0; i < chars; i++)
        name->text[i] = RtlUpcaseUnicodeChar(text[i]);
    name->given = memcpy(name->text + chars + 1, text, chars * sizeof(WCHAR));
    name->chars = chars;
    name->hash = hash;
    name->body = body;
    name->next = ke->ob->names[hash % OB_NAME_BUCKETS];
    ke->ob->names[hash % OB_NAME_BUCKETS] = name;
    ob_header(body)->name = name;
    return STATUS_SUCCESS;
}

void ob_name_remove(void *body)
{
    struct ob_name *name = ob_header(body)->name;

    if (name == NULL)
        return;
    struct ob_name **at = &ke->ob->names[name->hash % OB_NAME_BUCKETS];

    while (*at != name)
        at = &(*at)->next;
    *at = name->next;
    ob_header(body)->name = NULL;
    ex_pool_give(name);
}

/* ---- Parsing --------------------------------------------------------------------------------- */

/* Finds the object with the longest prefix of path as its name; *end is the end of the name. */
static void *longest(const WCHAR *path, uint32_t *end, uint32_t *components)
{
    uint32_t ends[NAME_COMPONENTS_MAX], hashes[NAME_COMPONENTS_MAX], count = 0, hash = FNV_SEED, i;

    for (i = 0; path[i] != 0; i++) {
        if (i > 0 && path[i] == '\\' && count < NAME_COMPONENTS_MAX - 1) {
            ends[count] = i;
            hashes[count++] = hash;
        }
        hash = hash_step(hash, RtlUpcaseUnicodeChar(path[i]));
    }
    ends[count] = i;
    hashes[count++] = hash;
    *components = count;
    while (count-- > 0) {
        struct ob_name *name = find(path, ends[count], hashes[count]);

        if (name != NULL) {
            *end = ends[count];
            return name->body;
        }
    }
    return NULL;
}

/* Replaces the link's name at the start of path by its target. */
static NTSTATUS substitute(WCHAR *path, uint32_t end, const struct ob_symlink *link)
{
    uint32_t target = io_name_chars(link->target), rest = io_name_chars(path + end);

    if (target + rest > PATH_CHARS_MAX)
        return STATUS_OBJECT_NAME_INVALID;
    memmove(path + target, path + end, (rest + 1) * sizeof(WCHAR));
    memcpy(path, link->target, target * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

NTSTATUS ob_parse(PCWSTR given, struct ob_parse *out)
{
    WCHAR buffer[PATH_CHARS_MAX + 1];
    PCWSTR name = without_alias(given, buffer);
    uint32_t chars = io_name_chars(name), end = 0, components = 0;

    if (chars > PATH_CHARS_MAX)
        return STATUS_OBJECT_NAME_INVALID;
    if (name[0] != '\\')
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    memcpy(out->path, name, (chars + 1) * sizeof(WCHAR));
    for (uint32_t links = 0; links < LINKS_MAX; links++) {
        void *body = longest(out->path, &end, &components);

        /* The status depends on whether the last component is missing, or an earlier one. */
        if (body == NULL)
            return components > 2 ? STATUS_OBJECT_PATH_NOT_FOUND : STATUS_OBJECT_NAME_NOT_FOUND;
        if (ob_header(body)->type->index != OB_SYMLINK) {
            out->body = body;
            out->rest = out->path + end;
            return STATUS_SUCCESS;
        }
        NTSTATUS status = substitute(out->path, end, body);

        if (!NT_SUCCESS(status))
            return status;
    }
    return STATUS_OBJECT_NAME_INVALID;
}

void *ob_name_find(PCWSTR name)
{
    struct ob_parse parse;

    if (!NT_SUCCESS(ob_parse(name, &parse)) || parse.rest[0] != 0)
        return NULL;
    return parse.body;
}

void *ob_name_find_link(PCWSTR given)
{
    WCHAR buffer[PATH_CHARS_MAX + 1];
    PCWSTR text = without_alias(given, buffer);
    uint32_t chars = io_name_chars(text);
    struct ob_name *name = find(text, chars, hash_of(text, chars));

    return name != NULL && ob_header(name->body)->type->index == OB_SYMLINK ? name->body : NULL;
}

PCWSTR ob_attributes_name(const OBJECT_ATTRIBUTES *attributes, WCHAR *buffer, size_t chars)
{
    PUNICODE_STRING name = attributes != NULL ? attributes->ObjectName : NULL;

    if (name == NULL || name->Length == 0 || name->Length / sizeof(WCHAR) >= chars)
        return NULL;
    memcpy(buffer, name->Buffer, name->Length);
    buffer[name->Length / sizeof(WCHAR)] = 0;
    return buffer;
}
