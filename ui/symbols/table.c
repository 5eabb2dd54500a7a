/* table.c - see table.h: what all kinds of files need. */
#include "ui/symbols/table.h"
#include "ui/host/files.h"
#include <stdio.h>
#include <stdlib.h>

char *table_file(const char *path, size_t least, size_t *size)
{
    FILE *file = file_open(path, "rb");
    char *bytes = NULL;
    long end = 0;

    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) > (long)least &&
        fseek(file, 0, SEEK_SET) == 0 && (bytes = malloc((size_t)end)) != NULL &&
        fread(bytes, 1, (size_t)end, file) != (size_t)end) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    *size = (size_t)end;
    return bytes;
}

static int by_start(const void *one, const void *other)
{
    const struct symbol *a = one, *b = other;

    return (a->start > b->start) - (a->start < b->start);
}

void table_sort(struct table *table)
{
    if (table->count > 0)
        qsort(table->functions, table->count, sizeof *table->functions, by_start);
    if (table->variable_count > 0)
        qsort(table->variables, table->variable_count, sizeof *table->variables, by_start);
}

void table_free(struct table *table)
{
    free(table->functions);
    free(table->variables);
    free(table->texts);
    free(table->bytes);
}
