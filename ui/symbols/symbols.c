/* symbols.c - see symbols.h. The source file of a local function tells the module; that of a global
 * one is told by the prefix of its name. */
#include "ui/symbols/symbols.h"
#include "sim/image.h"
#include "ui/host/places.h"
#include "ui/symbols/lines.h"
#include "ui/symbols/table.h"
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if TABLES_EXIST

/* A file with a symbol table: this program, or a driver or program from outside. */
struct object {
    const char *path;
    char label[IMAGE_LABEL_CHARS]; /* The module's name; "": this program. */
    struct table table;
    struct lines *lines; /* Line tables; NULL: not read yet, or none. */
    bool lines_read;
    struct object *next;
};

struct symbols {
    uintptr_t base;         /* Where this program lies. */
    struct object *outside; /* Objects from outside, read when one is asked for. */
};

static void object_close(struct object *object)
{
    lines_close(object->lines);
    table_free(&object->table);
}

/* This program, which is read once for all threads and kept: to read it takes longer than many a
 * run. */
static struct object own;
static pthread_once_t own_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lines_lock = PTHREAD_MUTEX_INITIALIZER; /* Guards the reading of lines. */

static void open_own(void)
{
    static char path[PLACE_CHARS] = "/proc/self/exe";

#if defined(_WIN32)
    place_of_program("exifsim.exe", path);
#endif
    own.path = path;
    table_read(&own.table, path);
}

struct symbols *symbols_open(void)
{
    struct symbols *symbols = calloc(1, sizeof *symbols);

    pthread_once(&own_once, open_own);
    if (symbols == NULL || own.table.bytes == NULL) {
        free(symbols);
        return NULL;
    }
    symbols->base = table_own_base();
    return symbols;
}

static struct object *object_of(struct symbols *symbols, const struct image *image)
{
    struct object *object = symbols->outside;
    const char *path = image->path;

    while (object != NULL &&
           (strcmp(object->path, path) != 0 || strcmp(object->label, image->label) != 0))
        object = object->next;
    if (object == NULL && (object = calloc(1, sizeof *object)) != NULL) {
        table_read(&object->table, path);
        object->path = path;
        memcpy(object->label, image->label, sizeof object->label);
        object->next = symbols->outside;
        symbols->outside = object;
    }
    return object;
}

static const struct symbol *find_in(const struct symbol *list, size_t count, uintptr_t address)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (list[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && address < list[low - 1].end ? &list[low - 1] : NULL;
}

static const struct symbol *find(const struct object *object, uintptr_t address)
{
    return find_in(object->table.functions, object->table.count, address);
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
    { "ex_", "nt" }, { "mm_", "nt" }, { "cm_", "nt" }, { "vf_", "nt" },
}, by_name[] = {
    { "Exifs", "exifs" }, { "Ifs", "ifsproxy" }, { "Ex32", "exwin32" }, { "Ese", "ese" },
    { "Epoxy", "epoxy" }, { "win32_", "kernel32" }, { "store_", "store" },
    { "inetinfo_", "inetinfo" }, { "drwatson_", "drwtsn32" }, { "scm_", "services" },
    { "Ke", "nt" }, { "Vf", "nt" }, { "vf_", "nt" }, { "Ki", "nt" }, { "ke_", "nt" },
    { "ki_", "nt" }, { "Ob", "nt" },
    { "ob_", "nt" }, { "Io", "nt" }, { "io_", "nt" }, { "Ps", "nt" }, { "ps_", "nt" },
    { "Ex", "nt" }, { "ex_", "nt" }, { "Nt", "nt" }, { "Zw", "nt" }, { "Mm", "nt" },
    { "mm_", "nt" }, { "nt_", "nt" }, { "service_", "nt" },
};

/* Names a function of this program: the module is told by source file or name. */
static bool own_name(const struct symbol *symbol, char *out, size_t size)
{
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

/* Names a function from outside. A program's main has another name while it is compiled. */
static void outside_name(const char *label, const struct symbol *symbol, char *out, size_t size)
{
    snprintf(out, size, "%s!%s", label,
             symbol->name + (strncmp(symbol->name, "guest_", 6) == 0 ? 6 : 0));
}

void symbols_each(struct symbols *symbols, void (*see)(void *ctx, const char *name), void *ctx)
{
    char name[128];

    for (size_t i = 0; i < own.table.count; i++)
        if (own_name(&own.table.functions[i], name, sizeof name))
            see(ctx, name);
    for (const struct object *object = symbols->outside; object != NULL; object = object->next)
        for (size_t i = 0; i < object->table.count; i++) {
            outside_name(object->label, &object->table.functions[i], name, sizeof name);
            see(ctx, name);
        }
}

bool symbols_name(struct symbols *symbols, const void *address, char *out, size_t size)
{
    /* A return address follows the call: look for the byte before it. */
    uintptr_t call = (uintptr_t)address - 1;
    const struct image *image = image_at((const void *)call);
    const struct object *object = image != NULL ? object_of(symbols, image) : NULL;
    const struct symbol *symbol =
        object != NULL ? find(object, call - (uintptr_t)image->extent.base) : NULL;

    if (image == NULL)
        return own_name(find(&own, call - symbols->base), out, size);
    if (symbol != NULL && strncmp(symbol->name, "__tsan_", 7) == 0) /* The glue's, for points. */
        return false;
    if (symbol != NULL)
        outside_name(image->label, symbol, out, size);
    else
        snprintf(out, size, "%s!+0x%x", image->label,
                 (unsigned)(call + 1 - (uintptr_t)image->extent.base));
    return true;
}

bool symbols_variable(struct symbols *symbols, const void *address, char *out, size_t size)
{
    const struct image *image = image_at(address);
    const struct object *object = image != NULL ? object_of(symbols, image) : NULL;
    uintptr_t at = object != NULL ? (uintptr_t)address - (uintptr_t)image->extent.base : 0;
    const struct symbol *symbol =
        object != NULL ? find_in(object->table.variables, object->table.variable_count, at) : NULL;

    if (symbol == NULL)
        return false;
    if (at == symbol->start)
        snprintf(out, size, "%s", symbol->name);
    else
        snprintf(out, size, "%s+%u", symbol->name, (unsigned)(at - symbol->start));
    return true;
}

static void read_lines(struct object *object)
{
    pthread_mutex_lock(&lines_lock);
    if (!object->lines_read)
        object->lines = lines_open(object->path);
    object->lines_read = true;
    pthread_mutex_unlock(&lines_lock);
}

void symbols_prepare(struct symbols *symbols, bool lines)
{
    if (lines)
        read_lines(&own);
    for (const struct image *image = image_next(NULL); image != NULL; image = image_next(image)) {
        struct object *object = object_of(symbols, image);

        if (lines && object != NULL)
            read_lines(object);
    }
}

bool symbols_has_line(const struct symbols *symbols, const char *file, int line)
{
    for (const struct object *object = &own; object != NULL;
         object = object == &own ? symbols->outside : object->next)
        if (object->lines != NULL && lines_has(object->lines, file, line))
            return true;
    return false;
}

bool symbols_line(struct symbols *symbols, const void *address, char *file, size_t size, int *line)
{
    uintptr_t call = (uintptr_t)address - 1;
    const struct image *image = image_at((const void *)call);
    struct object *object = image != NULL ? object_of(symbols, image) : &own;
    uintptr_t base = image != NULL ? (uintptr_t)image->extent.base : symbols->base;

    if (object == NULL)
        return false;
    read_lines(object);
    return object->lines != NULL && lines_find(object->lines, call - base, file, size, line);
}

void symbols_close(struct symbols *symbols)
{
    if (symbols == NULL)
        return;
    while (symbols->outside != NULL) {
        struct object *object = symbols->outside;

        symbols->outside = object->next;
        object_close(object);
        free(object);
    }
    free(symbols);
}

#else

struct symbols *symbols_open(void) { return NULL; }

bool symbols_name(struct symbols *symbols, const void *address, char *out, size_t size)
{
    (void)symbols, (void)address, (void)out, (void)size;
    return false;
}

bool symbols_variable(struct symbols *symbols, const void *address, char *out, size_t size)
{
    (void)symbols, (void)address, (void)out, (void)size;
    return false;
}

bool symbols_line(struct symbols *symbols, const void *address, char *file, size_t size, int *line)
{
    (void)symbols, (void)address, (void)file, (void)size, (void)line;
    return false;
}

void symbols_prepare(struct symbols *symbols, bool lines) { (void)symbols, (void)lines; }

bool symbols_has_line(const struct symbols *symbols, const char *file, int line)
{
    (void)symbols, (void)file, (void)line;
    return false;
}

void symbols_each(struct symbols *symbols, void (*see)(void *ctx, const char *name), void *ctx)
{
    (void)symbols, (void)see, (void)ctx;
}

void symbols_close(struct symbols *symbols) { (void)symbols; }

#endif
