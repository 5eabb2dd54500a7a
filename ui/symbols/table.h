/* table.h - the functions and variables of a program or a shared object, out of its symbol table.
 *
 *     struct table table;
 *
 *     if (table_read(&table, path)) ... table.functions[0].name ...
 *     table_free(&table);
 *
 * ELF files on Linux (table_elf.c), PE files with COFF's table on Windows (table_coff.c); elsewhere
 * no file has a table.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32) || (defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)))
#define TABLES_EXIST 1
#else
#define TABLES_EXIST 0
#endif

struct symbol {
    uintptr_t start, end;    /* Counted from where the file's image lies. */
    const char *name, *file; /* Source file; NULL: a global function. */
};

struct table {
    char *bytes;              /* The whole file; NULL: it cannot be read. */
    struct symbol *functions; /* Sorted by start. */
    size_t count;
    struct symbol *variables; /* Sorted by start. */
    size_t variable_count;
    char *texts; /* Names that the file does not hold as texts; NULL: none. */
};

/* Reads a file; the table's texts are valid until table_free. False: it cannot be read. */
bool table_read(struct table *table, const char *path);
void table_free(struct table *table);

/* Where this program's image lies. */
uintptr_t table_own_base(void);

/* For the files that read tables: the bytes of a file that has at least so many; sorting. */
char *table_file(const char *path, size_t least, size_t *size);
void table_sort(struct table *table);
