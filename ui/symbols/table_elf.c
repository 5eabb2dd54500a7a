/* table_elf.c - see table.h: ELF files. In the symbol table local functions follow the name of
 * their source file. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dl_iterate_phdr */
#endif
#include "ui/symbols/table.h"

#if TABLES_EXIST && !defined(_WIN32)
#include <elf.h>
#include <link.h>
#include <stdlib.h>

static void collect(struct table *out, const Elf64_Sym *symbols, size_t count, const char *strings)
{
    const char *file = NULL;

    out->functions = malloc(count * sizeof *out->functions);
    out->variables = malloc(count * sizeof *out->variables);
    for (size_t i = 0; i < count && out->functions != NULL && out->variables != NULL; i++) {
        unsigned type = ELF64_ST_TYPE(symbols[i].st_info), bind = ELF64_ST_BIND(symbols[i].st_info);
        struct symbol symbol = { symbols[i].st_value, symbols[i].st_value + symbols[i].st_size,
                                 strings + symbols[i].st_name, bind == STB_LOCAL ? file : NULL };

        if (type == STT_FILE)
            file = strings + symbols[i].st_name;
        if (type == STT_FUNC && symbols[i].st_size != 0)
            out->functions[out->count++] = symbol;
        if (type == STT_OBJECT && symbols[i].st_size != 0)
            out->variables[out->variable_count++] = symbol;
    }
    table_sort(out);
}

bool table_read(struct table *table, const char *path)
{
    size_t size;

    *table = (struct table){ .bytes = table_file(path, sizeof(Elf64_Ehdr), &size) };
    if (table->bytes == NULL)
        return false;
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)(const void *)table->bytes;
    const Elf64_Shdr *sections = (const Elf64_Shdr *)(const void *)(table->bytes + header->e_shoff);

    for (int i = 0; i < header->e_shnum; i++)
        if (sections[i].sh_type == SHT_SYMTAB)
            collect(table, (const Elf64_Sym *)(const void *)(table->bytes + sections[i].sh_offset),
                    sections[i].sh_size / sizeof(Elf64_Sym),
                    table->bytes + sections[sections[i].sh_link].sh_offset);
    return true;
}

static int first_object(struct dl_phdr_info *info, size_t size, void *base)
{
    (void)size;
    *(uintptr_t *)base = info->dlpi_addr;
    return 1; /* The first object is the program itself. */
}

uintptr_t table_own_base(void)
{
    uintptr_t base = 0;

    dl_iterate_phdr(first_object, &base);
    return base;
}

#else
typedef int table_elf_is_empty;
#endif
