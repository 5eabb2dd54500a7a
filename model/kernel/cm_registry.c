/* cm_registry.c - the part of the registry that the model uses: values under full key paths.
 *
 * A key exists if a value lies under it, or a mark that says no more than that. Paths and names are
 * plain text inside the kernel and compare without case; drivers reach them as on NT (cm_key.c).
 */
#include "model/kernel/cm.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include <string.h>

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

/* True if text starts with head, ignoring case; *end points behind it. */
static bool begins(const char *text, const char *head, const char **end)
{
    while (*head != 0 && lower(*text) == lower(*head)) {
        text++;
        head++;
    }
    *end = text;
    return *head == 0;
}

bool cm_same(const char *one, const char *other)
{
    const char *end;

    return begins(one, other, &end) && *end == 0;
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

struct cm_value *cm_find(const char *key, const char *name)
{
    for (uint32_t i = 0; i < ke->cm->value_count; i++)
        if (cm_same(ke->cm->values[i].path, key) && cm_same(ke->cm->values[i].name, name))
            return &ke->cm->values[i];
    return NULL;
}

static struct cm_value *take(const char *key, const char *name, uint32_t type)
{
    struct cm_value *value = cm_find(key, name);

    if (value == NULL) {
        if (ke->cm->value_count == REGISTRY_VALUES_MAX)
            check_failed_with(__FILE__, __LINE__,
                              "too many registry values: raise REGISTRY_VALUES_MAX");
        value = &ke->cm->values[ke->cm->value_count++];
        copy_text(value->path, sizeof value->path, key);
        copy_text(value->name, sizeof value->name, name);
    }
    value->type = type;
    value->raw = false;
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
    const struct cm_value *value = cm_find(key, name);

    if (value == NULL || value->type != REG_SZ || value->raw)
        return false;
    copy_text(out, size, value->text);
    return true;
}

bool cm_get_dword(const char *key, const char *name, uint32_t *out)
{
    const struct cm_value *value = cm_find(key, name);

    if (value == NULL || value->type != REG_DWORD || value->raw)
        return false;
    *out = value->number;
    return true;
}

bool cm_below(const char *path, const char *key, const char **rest)
{
    return begins(path, key, rest) && (**rest == 0 || **rest == '\\');
}

bool cm_key_exists(const char *key)
{
    const char *rest;

    for (uint32_t i = 0; i < ke->cm->value_count; i++)
        if (cm_below(ke->cm->values[i].path, key, &rest))
            return true;
    return false;
}

bool cm_is_full(void) { return ke->cm->value_count == REGISTRY_VALUES_MAX; }

void cm_mark_key(const char *key) { take(key, CM_MARK_NAME, CM_KEY_MARK); }

void cm_set_raw(const char *key, const char *name, uint32_t type, const void *data, uint32_t bytes)
{
    struct cm_value *value = take(key, name, type);

    value->raw = true;
    value->number = bytes;
    memcpy(value->text, data, bytes);
}

void cm_remove(struct cm_value *value)
{
    struct cm_value *end = &ke->cm->values[--ke->cm->value_count];

    for (; value < end; value++)
        *value = value[1];
}
