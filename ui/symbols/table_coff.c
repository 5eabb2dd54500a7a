/* table_coff.c - see table.h: PE files, with the table that GNU's and LLVM's linkers append.
 *
 * A symbol has a section and a place in it, and no size: it ends where the next one begins. Local
 * functions follow the name of their source file. Names of at most eight characters stand in the
 * symbol, without an end; they and the files' names are copied to texts.
 */
#include "ui/symbols/table.h"

#if defined(_WIN32)
#include <stdlib.h>
#include <string.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

enum { SHORT_NAME = 8, FUNCTION = 0x20 };

/* What is read of a file. */
struct coff {
    const IMAGE_SECTION_HEADER *sections;
    const char *symbols; /* Each has IMAGE_SIZEOF_SYMBOL bytes, on no boundary. */
    const char *strings;
    size_t section_count, symbol_count, string_bytes;
};

static IMAGE_SYMBOL symbol_at(const struct coff *coff, size_t i)
{
    IMAGE_SYMBOL symbol;

    memcpy(&symbol, coff->symbols + i * IMAGE_SIZEOF_SYMBOL, IMAGE_SIZEOF_SYMBOL);
    return symbol;
}

/* Finds the table in a file. False: it has none. */
static bool find(struct coff *coff, const char *bytes, size_t size)
{
    const IMAGE_DOS_HEADER *dos = (const void *)bytes;
    const IMAGE_NT_HEADERS *nt;
    size_t from, room, wanted;

    if (dos->e_magic != IMAGE_DOS_SIGNATURE || dos->e_lfanew < 0 ||
        (size_t)dos->e_lfanew + sizeof *nt > size)
        return false;
    nt = (const void *)(bytes + dos->e_lfanew);
    from = nt->FileHeader.PointerToSymbolTable;
    room = from != 0 && from < size ? size - from : 0;
    wanted = (size_t)nt->FileHeader.NumberOfSymbols * IMAGE_SIZEOF_SYMBOL;
    *coff = (struct coff){ .sections = IMAGE_FIRST_SECTION(nt),
                           .section_count = nt->FileHeader.NumberOfSections,
                           .symbols = bytes + from,
                           .symbol_count = nt->FileHeader.NumberOfSymbols,
                           .strings = bytes + from + wanted,
                           .string_bytes = room - wanted };
    return wanted > 0 && room > wanted && bytes[size - 1] == 0 &&
           (const char *)(coff->sections + coff->section_count) <= bytes + size;
}

/* Copies a text that need not have an end. */
static const char *copy(char **texts, const char *text, size_t most)
{
    char *to = *texts;
    size_t length = strnlen(text, most);

    memcpy(to, text, length);
    to[length] = 0;
    *texts += length + 1;
    return to;
}

static const char *name_of(const struct coff *coff, const IMAGE_SYMBOL *symbol, char **texts)
{
    if (symbol->N.Name.Short != 0)
        return copy(texts, (const char *)symbol->N.ShortName, SHORT_NAME);
    return symbol->N.Name.Long < coff->string_bytes ? coff->strings + symbol->N.Name.Long : "";
}

static bool is_code(const IMAGE_SECTION_HEADER *section)
{
    return (section->Characteristics & IMAGE_SCN_MEM_EXECUTE) != 0;
}

/* Makes each symbol end where the next of its kind begins. The others between them count, too. */
static void end_all(struct symbol *list, size_t count, const uintptr_t *starts, size_t start_count)
{
    size_t next = 0;

    for (size_t i = 0; i < count; i++) {
        while (next < start_count && starts[next] <= list[i].start)
            next++;
        if (next < start_count && starts[next] < list[i].end)
            list[i].end = starts[next];
    }
}

static int by_number(const void *one, const void *other)
{
    const uintptr_t *a = one, *b = other;

    return (*a > *b) - (*a < *b);
}

static void add(struct table *out, const struct coff *coff, const IMAGE_SYMBOL *symbol,
                const char *file, char **texts)
{
    const IMAGE_SECTION_HEADER *section = &coff->sections[symbol->SectionNumber - 1];
    const char *name = name_of(coff, symbol, texts);
    bool local = symbol->StorageClass == IMAGE_SYM_CLASS_STATIC;
    struct symbol made = { section->VirtualAddress + symbol->Value,
                           section->VirtualAddress + section->Misc.VirtualSize, name,
                           local ? file : NULL };

    if (is_code(section) && symbol->Type == FUNCTION)
        out->functions[out->count++] = made;
    if (!is_code(section) && name[0] != '.')
        out->variables[out->variable_count++] = made;
}

static void collect(struct table *out, const struct coff *coff)
{
    size_t count = coff->symbol_count, start_count = 0;
    uintptr_t *starts = malloc(count * sizeof *starts);
    const char *file = NULL;
    char *texts = out->texts = malloc(count * (IMAGE_SIZEOF_SYMBOL + 1));

    out->functions = malloc(count * sizeof *out->functions);
    out->variables = malloc(count * sizeof *out->variables);
    if (starts == NULL || texts == NULL || out->functions == NULL || out->variables == NULL)
        count = 0;
    for (size_t i = 0; i < count; i++) {
        IMAGE_SYMBOL symbol = symbol_at(coff, i);
        size_t more = symbol.NumberOfAuxSymbols;

        if (symbol.StorageClass == IMAGE_SYM_CLASS_FILE && i + more < count)
            file = copy(&texts, coff->symbols + (i + 1) * IMAGE_SIZEOF_SYMBOL,
                        more * IMAGE_SIZEOF_SYMBOL);
        if (symbol.SectionNumber > 0 && (size_t)symbol.SectionNumber <= coff->section_count &&
            (symbol.StorageClass == IMAGE_SYM_CLASS_STATIC ||
             symbol.StorageClass == IMAGE_SYM_CLASS_EXTERNAL)) {
            starts[start_count++] =
                coff->sections[symbol.SectionNumber - 1].VirtualAddress + symbol.Value;
            add(out, coff, &symbol, file, &texts);
        }
        i += more;
    }
    table_sort(out);
    if (start_count > 0)
        qsort(starts, start_count, sizeof *starts, by_number);
    end_all(out->functions, out->count, starts, start_count);
    end_all(out->variables, out->variable_count, starts, start_count);
    free(starts);
}

bool table_read(struct table *table, const char *path)
{
    struct coff coff;
    size_t size;

    *table = (struct table){ .bytes = table_file(path, sizeof(IMAGE_DOS_HEADER), &size) };
    if (table->bytes != NULL && find(&coff, table->bytes, size))
        collect(table, &coff);
    return table->bytes != NULL;
}

extern const char __ImageBase;

uintptr_t table_own_base(void) { return (uintptr_t)&__ImageBase; }

#else
typedef int table_coff_is_empty;
#endif
