/* symbols.c - see symbols.h. ELF only. In the symbol table local functions follow the name of their
 * source file, which tells the module. The module of a global function is told by the prefix of its
 * name. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dl_iterate_phdr */
#endif
#include "ui/report/symbols.h"
#include "ui/report/lines.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#include <elf.h>
#include <link.h>

struct symbol {
    uintptr_t start, end;
    const char *name, *file; /* Source file; NULL: a global function. */
};

struct symbols {
    char *image;         /* The bytes of the whole file. */
    struct symbol *list; /* Sorted by start. */
    size_t count;
    uintptr_t base;
    struct lines *lines; /* Line tables; NULL: not read yet, or none. */
    bool lines_read;
};

static char *read_self(void)
{
    FILE *file = fopen("/proc/self/exe", "rb");
    char *image = NULL;
    long size;

    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > (long)sizeof(Elf64_Ehdr) &&
        fseek(file, 0, SEEK_SET) == 0 && (image = malloc((size_t)size)) != NULL &&
        fread(image, 1, (size_t)size, file) != (size_t)size) {
        free(image);
        image = NULL;
    }
    fclose(file);
    return image;
}

static int by_start(const void *one, const void *other)
{
    const struct symbol *a = one, *b = other;

    return (a->start > b->start) - (a->start < b->start);
}

static int first_object(struct dl_phdr_info *info, size_t size, void *base)
{
    (void)size;
    *(uintptr_t *)base = info->dlpi_addr;
    return 1; /* The first object is the program itself. */
}

static void collect(struct symbols *symbols, const Elf64_Sym *table, size_t count,
                    const char *strings)
{
    const char *file = NULL;

    symbols->list = malloc(count * sizeof *symbols->list);
    for (size_t i = 0; i < count && symbols->list != NULL; i++) {
        unsigned type = ELF64_ST_TYPE(table[i].st_info), bind = ELF64_ST_BIND(table[i].st_info);

        if (type == STT_FILE)
            file = strings + table[i].st_name;
        if (type != STT_FUNC || table[i].st_size == 0)
            continue;
        symbols->list[symbols->count++] =
            (struct symbol){ table[i].st_value, table[i].st_value + table[i].st_size,
                             strings + table[i].st_name, bind == STB_LOCAL ? file : NULL };
    }
    if (symbols->list != NULL)
        qsort(symbols->list, symbols->count, sizeof *symbols->list, by_start);
}

struct symbols *symbols_open(void)
{
    struct symbols *symbols = calloc(1, sizeof *symbols);

    if (symbols == NULL || (symbols->image = read_self()) == NULL) {
        free(symbols);
        return NULL;
    }
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)(const void *)symbols->image;
    const Elf64_Shdr *sections =
        (const Elf64_Shdr *)(const void *)(symbols->image + header->e_shoff);

    for (int i = 0; i < header->e_shnum; i++)
        if (sections[i].sh_type == SHT_SYMTAB)
            collect(symbols,
                    (const Elf64_Sym *)(const void *)(symbols->image + sections[i].sh_offset),
                    sections[i].sh_size / sizeof(Elf64_Sym),
                    symbols->image + sections[sections[i].sh_link].sh_offset);
    dl_iterate_phdr(first_object, &symbols->base);
    return symbols;
}

static const struct symbol *find(const struct symbols *symbols, uintptr_t address)
{
    size_t low = 0, high = symbols->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (symbols->list[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && address < symbols->list[low - 1].end ? &symbols->list[low - 1] : NULL;
}

static const struct {
    const char *prefix, *module;
} by_file[] = {
    { "exifs", "exifs" }, { "ifsproxy", "ifsproxy" }, { "exwin32", "exwin32" }, { "ese", "ese" },
    { "epoxy", "epoxy" }, { "store", "store" }, { "inetinfo", "inetinfo" },
    { "drwatson", "drwtsn32" }, { "scm", "services" }, { "win32_", "kernel32" },
    { "http_worker", "w3wp" }, { "http", "http" }, { "tdifilter", "tdifilter" },
    { "tcpip", "tcpip" }, { "common", "server" }, { "load", "server" },
    { "ke_", "nt" }, { "ob_", "nt" }, { "io_", "nt" }, { "ps_", "nt" },
    { "ex_", "nt" }, { "mm_", "nt" }, { "cm_", "nt" },
}, by_name[] = {
    { "Exifs", "exifs" }, { "Ifs", "ifsproxy" }, { "Ex32", "exwin32" }, { "Ese", "ese" },
    { "Epoxy", "epoxy" }, { "win32_", "kernel32" }, { "store_", "store" },
    { "inetinfo_", "inetinfo" }, { "drwatson_", "drwtsn32" }, { "scm_", "services" },
    { "Ke", "nt" }, { "Ki", "nt" }, { "ke_", "nt" }, { "ki_", "nt" }, { "Ob", "nt" },
    { "ob_", "nt" }, { "Io", "nt" }, { "io_", "nt" }, { "Ps", "nt" }, { "ps_", "nt" },
    { "Ex", "nt" }, { "ex_", "nt" }, { "Nt", "nt" }, { "Zw", "nt" }, { "Mm", "nt" },
    { "mm_", "nt" }, { "nt_", "nt" }, { "service_", "nt" },
};

bool symbols_name(const struct symbols *symbols, const void *address, char *out, size_t size)
{
    /* A return address follows the call: look for the byte before it. */
    const struct symbol *symbol = find(symbols, (uintptr_t)address - 1 - symbols->base);
    const char *name, *module = NULL;

    if (symbol == NULL)
        return false;
    name = symbol->name;
    for (size_t i = 0;
         symbol->file != NULL && module == NULL && i < sizeof by_file / sizeof *by_file; i++)
        if (strncmp(symbol->file, by_file[i].prefix, strlen(by_file[i].prefix)) == 0)
            module = by_file[i].module;
    for (size_t i = 0; module == NULL && i < sizeof by_name / sizeof *by_name; i++)
        if (strncmp(name, by_name[i].prefix, strlen(by_name[i].prefix)) == 0)
            module = by_name[i].module;
    if (strncmp(name, "win32_", 6) == 0)
        name += 6; /* Skip the link prefix of functions of windows.h. */
    if (module != NULL)
        snprintf(out, size, "%s!%.*s", module, (int)strcspn(name, "."), name);
    return module != NULL;
}

bool symbols_line(struct symbols *symbols, const void *address, char *file, size_t size, int *line)
{
    if (!symbols->lines_read)
        symbols->lines = lines_open();
    symbols->lines_read = true;
    /* A return address follows the call: look for the byte before it. */
    return symbols->lines != NULL &&
           lines_find(symbols->lines, (uintptr_t)address - 1 - symbols->base, file, size, line);
}

void symbols_close(struct symbols *symbols)
{
    if (symbols == NULL)
        return;
    lines_close(symbols->lines);
    free(symbols->list);
    free(symbols->image);
    free(symbols);
}

#else

struct symbols *symbols_open(void) { return NULL; }

bool symbols_name(const struct symbols *symbols, const void *address, char *out, size_t size)
{
    (void)symbols, (void)address, (void)out, (void)size;
    return false;
}

bool symbols_line(struct symbols *symbols, const void *address, char *file, size_t size, int *line)
{
    (void)symbols, (void)address, (void)file, (void)size, (void)line;
    return false;
}

void symbols_close(struct symbols *symbols) { (void)symbols; }

#endif
