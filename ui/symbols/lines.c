/* lines.c - see lines.h. The rows of all units are in one table, sorted by address; an index in the
 * file is not needed, because not every compiler writes one. */
#include "ui/symbols/lines.h"
#include "ui/host/files.h"
#include "ui/host/grow.h"

#if defined(HAVE_LIBDW)
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct row {
    uintptr_t address;
    const char *file; /* Source file; NULL: end of a sequence of code. */
    int line;
};

struct lines {
    int descriptor;
    Dwarf *dwarf;
    struct row *rows;
    size_t count, room;
};

static bool add_row(struct lines *lines, Dwarf_Line *from)
{
    Dwarf_Addr address;
    bool end = false;
    struct row row = { 0 };

    if (dwarf_lineaddr(from, &address) != 0 || dwarf_lineendsequence(from, &end) != 0)
        return true;
    row.address = (uintptr_t)address;
    if (!end) {
        row.file = dwarf_linesrc(from, NULL, NULL);
        dwarf_lineno(from, &row.line);
    }
    lines->rows = grow(lines->rows, &lines->room, lines->count + 1, sizeof *lines->rows);
    lines->rows[lines->count++] = row;
    return true;
}

/* Sorts by address; an end precedes a row at the same address. */
static int by_address(const void *one, const void *other)
{
    const struct row *a = one, *b = other;

    if (a->address != b->address)
        return a->address > b->address ? 1 : -1;
    return (a->file != NULL) - (b->file != NULL);
}

static void read_units(struct lines *lines)
{
    Dwarf_Off offset = 0, next;
    size_t header;

    while (dwarf_nextcu(lines->dwarf, offset, &next, &header, NULL, NULL, NULL) == 0) {
        Dwarf_Die die;
        Dwarf_Lines *table;
        size_t count = 0;

        if (dwarf_offdie(lines->dwarf, offset + header, &die) != NULL &&
            dwarf_getsrclines(&die, &table, &count) == 0)
            for (size_t i = 0; i < count; i++)
                if (!add_row(lines, dwarf_onesrcline(table, i)))
                    return;
        offset = next;
    }
}

struct lines *lines_open(const char *path)
{
    struct lines *lines = calloc(1, sizeof *lines);

    if (lines == NULL)
        return NULL;
    lines->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (lines->descriptor >= 0)
        lines->dwarf = dwarf_begin(lines->descriptor, DWARF_C_READ);
    if (lines->dwarf != NULL)
        read_units(lines);
    if (lines->count == 0) {
        lines_close(lines);
        return NULL;
    }
    qsort(lines->rows, lines->count, sizeof *lines->rows, by_address);
    return lines;
}

bool lines_find(const struct lines *lines, uintptr_t address, char *file, size_t size, int *line)
{
    size_t low = 0, high = lines->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (lines->rows[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || lines->rows[low - 1].file == NULL || lines->rows[low - 1].line == 0)
        return false;
    const char *path = lines->rows[low - 1].file;

    if (strncmp(path, SOURCE_ROOT, sizeof SOURCE_ROOT - 1) == 0)
        path += sizeof SOURCE_ROOT - 1;
    snprintf(file, size, "%s", path);
    *line = lines->rows[low - 1].line;
    return true;
}

bool lines_has(const struct lines *lines, const char *file, int line)
{
    for (size_t i = 0; i < lines->count; i++)
        if (lines->rows[i].line == line && lines->rows[i].file != NULL &&
            strcmp(file_short_name(lines->rows[i].file), file) == 0)
            return true;
    return false;
}

void lines_close(struct lines *lines)
{
    if (lines == NULL)
        return;
    if (lines->dwarf != NULL)
        dwarf_end(lines->dwarf);
    if (lines->descriptor >= 0)
        close(lines->descriptor);
    free(lines->rows);
    free(lines);
}

#else

struct lines *lines_open(const char *path)
{
    (void)path;
    return NULL;
}

bool lines_find(const struct lines *lines, uintptr_t address, char *file, size_t size, int *line)
{
    (void)lines, (void)address, (void)file, (void)size, (void)line;
    return false;
}

bool lines_has(const struct lines *lines, const char *file, int line)
{
    (void)lines, (void)file, (void)line;
    return false;
}

void lines_close(struct lines *lines) { (void)lines; }

#endif
