/* files.c - see files.h: what is the same on every system. */
#include "ui/host/files.h"
#include "sim/host/path.h"
#include "ui/host/grow.h"
#include <stdlib.h>
#include <string.h>

const char *file_short_name(const char *path) { return path + host_path_folder(path); }

bool file_absolute(const char *path) { return host_path_absolute(path); }

bool file_is_same(const char *one, const char *other)
{
    struct file_look a = file_look(one), b = file_look(other);

    return a.kind == FILE_REGULAR && b.kind == FILE_REGULAR && a.device == b.device &&
           a.number == b.number;
}

bool file_lies_in(const char *path, const char *folder)
{
    char *whole = file_full_path(path), *in = file_full_path(folder);
    size_t length = in != NULL ? strlen(in) : 0;
    bool lies =
        whole != NULL && length > 0 && strncmp(whole, in, length) == 0 && whole[length] != 0;

    if (lies) { /* A root ends with its separator; behind another folder there must be one. */
        whole[length + 1] = 0;
        lies = host_path_folder(whole) >= length;
    }
    free(whole);
    free(in);
    return lies;
}

struct list {
    char **names;
    size_t count, room;
    const char *suffix;
};

static void add(void *context, const char *name)
{
    struct list *list = context;
    size_t length = strlen(name), end = strlen(list->suffix);

    if (length < end || strcmp(name + length - end, list->suffix) != 0)
        return;
    list->names = grow(list->names, &list->room, list->count + 1, sizeof *list->names);
    list->names[list->count] = grow_new(length + 1);
    memcpy(list->names[list->count++], name, length + 1);
}

static int by_name(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

char **folder_list(const char *path, const char *suffix, size_t *count)
{
    struct list list = { .suffix = suffix };

    list.names = grow(NULL, &list.room, 1, sizeof *list.names);
    if (!folder_read(path, add, &list)) {
        free(list.names);
        return NULL;
    }
    qsort(list.names, list.count, sizeof *list.names, by_name);
    *count = list.count;
    return list.names;
}

void folder_list_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}
