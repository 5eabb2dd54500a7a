/* image_wasm.c - see image.h. A file here is a module of WebAssembly (ui/web/guest_cc.mjs), which
 * is loaded beside the program.
 *
 *   module:   code, names of functions | sizes of its variables and of its part of the table
 *   program:  memory [.. variables of the image ..], table [.. pointers to its functions ..], stack
 *
 * So a pointer to a function of an image is no address but a place in the table. Code of a module
 * may be left in the middle as the program's may (Asyncify): all modules are told together.
 */
#include "sim/host/image.h"
#include "sim/host/fault.h"
#include <ctype.h>
#include <emscripten/emscripten.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct host_image {
    int number; /* Place of the module in the script's list. */
    uint32_t memory_size, memory_align, table_first, table_size;
    char *memory;
};

/* Called by guests before each access to memory (fault_wasm.c). */
void exifsim_touch(const volatile void *at, unsigned bytes, int write);

/* Functions that a guest may call: those of the C library (ui/guest/guest_borrows.h), as far as
 * they have one type for all callers, and the one above. */
static const struct {
    const char *name;
    void (*function)(void);
} borrowed[] = {
#define BORROWED(name)              \
    {                               \
#name, (void (*)(void))name \
    }
    BORROWED(abs),     BORROWED(atoi),    BORROWED(bsearch), BORROWED(isalnum),
    BORROWED(isalpha), BORROWED(isdigit), BORROWED(isspace), BORROWED(memchr),
    BORROWED(memcmp),  BORROWED(memcpy),  BORROWED(memmove), BORROWED(memset),
    BORROWED(qsort),   BORROWED(strcat),  BORROWED(strchr),  BORROWED(strcmp),
    BORROWED(strcpy),  BORROWED(strcspn), BORROWED(strlen),  BORROWED(strncat),
    BORROWED(strncmp), BORROWED(strncpy), BORROWED(strnlen), BORROWED(strpbrk),
    BORROWED(strrchr), BORROWED(strspn),  BORROWED(strstr),  BORROWED(strtol),
    BORROWED(strtoul), BORROWED(tolower), BORROWED(toupper), BORROWED(exifsim_touch),
#undef BORROWED
};

/* A function's place in the table; 0: a guest may not borrow it. */
uint32_t host_image_borrowed(const char *name);
EMSCRIPTEN_KEEPALIVE uint32_t host_image_borrowed(const char *name)
{
    for (size_t i = 0; i < sizeof borrowed / sizeof *borrowed; i++)
        if (strcmp(borrowed[i].name, name) == 0)
            return (uint32_t)(uintptr_t)borrowed[i].function;
    return 0;
}

/* Scripts are not C. */
/* clang-format off */

/* Reads a module from a file, with what it needs: bytes of memory, their alignment, places in the
 * table. Returns its number; a negative one: problem says why. */
EM_JS(int, script_read, (const char *path, uint32_t *needs, char *problem, size_t size), {
    try {
        const sides = Module.sides = Module.sides || [];
        const module = new WebAssembly.Module(FS.readFile(UTF8ToString(path)));
        const sections = WebAssembly.Module.customSections(module, "dylink.0");
        if (sections.length !== 1)
            throw new Error("it is no module that can be loaded beside a program");
        const bytes = new Uint8Array(sections[0]);
        let at = 2; /* Behind the kind and length of the first part. */
        const number = () => {
            let value = 0, shift = 0, byte;
            do {
                byte = bytes[at++];
                value += (byte & 127) * 2 ** shift;
                shift += 7;
            } while (byte & 128);
            return value;
        };
        const memory = number(), align = number(), table = number();
        HEAPU32.set([memory, 2 ** align, table], needs >> 2);
        sides.push({ module });
        return sides.length - 1;
    } catch (error) {
        stringToUTF8(String(error.message || error), problem, size);
        return -1;
    }
});

/* Makes the module's code ready; its variables lie at `memory`. Returns its first place in the
 * table; 0: problem says why. */
EM_JS(uint32_t, script_begin, (int number, char *memory, uint32_t table_size, void **caller,
                               char *problem, size_t size), {
    const side = Module.sides[number], program = Module.asm;
    try {
        const first = wasmTable.length;
        wasmTable.grow(table_size);
        const shared = { memory: wasmMemory, __indirect_function_table: wasmTable,
                         __stack_pointer: program.__stack_pointer };
        const given = { __memory_base: memory, __table_base: first, exifsim_caller: caller };
        const imports = {};
        for (const wanted of WebAssembly.Module.imports(side.module)) {
            const name = wanted.name, of = wanted.module;
            const place = imports[of] = imports[of] || {};
            if (wanted.kind === "function") {
                const at = withStackSave(() => _host_image_borrowed(allocateUTF8OnStack(name)));
                if (at === 0)
                    throw new Error("it calls " + name + ", which is not here");
                place[name] = wasmTable.get(at);
            } else {
                /* What a guest need not have, has the address 0. */
                place[name] = shared[name] || new WebAssembly.Global(
                    { value: "i32", mutable: of.startsWith("GOT.") }, given[name] || 0);
            }
        }
        side.code = new WebAssembly.Instance(side.module, imports).exports;
        if (!Module.tellsSides) {
            Module.tellsSides = true;
            for (const each of ["start_unwind", "stop_unwind", "start_rewind", "stop_rewind"]) {
                const own = program["asyncify_" + each];
                program["asyncify_" + each] = (...words) => {
                    own(...words);
                    for (const other of Module.sides)
                        if (other.code)
                            other.code["asyncify_" + each](...words);
                };
            }
        }
        side.code.__wasm_apply_data_relocs();
        side.code.__wasm_call_ctors();
        return first;
    } catch (error) {
        stringToUTF8(String(error.message || error), problem, size);
        return 0;
    }
});

/* The address of an exported variable, counted from the module's memory; 0: there is none. */
EM_JS(uint32_t, script_symbol, (int number, const char *name), {
    const symbol = Module.sides[number].code[UTF8ToString(name)];
    return symbol instanceof WebAssembly.Global ? symbol.value : 0;
});
/* clang-format on */

struct host_image *host_image_open(const char *path, char *problem, size_t size)
{
    struct host_image *image = calloc(1, sizeof *image);
    uint32_t needs[3] = { 0 };

    if (image == NULL) {
        snprintf(problem, size, "no memory for it");
        return NULL;
    }
    image->number = script_read(path, needs, problem, size);
    if (image->number >= 0) {
        image->memory_size = needs[0];
        image->memory = aligned_alloc(needs[1] < 16 ? 16 : needs[1], (needs[0] + 4095) & ~4095u);
        image->table_size = needs[2];
        if (image->memory != NULL) {
            memset(image->memory, 0, needs[0]);
            image->table_first = script_begin(image->number, image->memory, image->table_size,
                                              &host_caller, problem, size);
        } else {
            snprintf(problem, size, "no memory for its variables");
        }
    }
    if (image->table_first != 0)
        return image;
    free(image->memory);
    free(image);
    return NULL;
}

void *host_image_symbol(const struct host_image *image, const char *name)
{
    uint32_t offset = script_symbol(image->number, name);

    return offset != 0 ? image->memory + offset : NULL;
}

size_t host_image_data(const struct host_image *image, struct host_range *out, size_t max)
{
    if (max == 0)
        return 0;
    out[0] = (struct host_range){ image->memory, image->memory_size };
    return 1;
}

size_t host_image_code(const struct host_image *image, struct host_range *out, size_t max)
{
    (void)image, (void)out, (void)max;
    return 0;
}

uintptr_t host_image_dynamic(const struct host_image *image)
{
    (void)image;
    return 0;
}

struct host_range host_image_extent(const struct host_image *image)
{
    return (struct host_range){ image->memory, image->memory_size };
}

struct host_range host_image_functions(const struct host_image *image)
{
    return (struct host_range){ (char *)(uintptr_t)image->table_first, image->table_size };
}

void host_image_close(struct host_image *image)
{
    (void)image; /* A table does not shrink; images of a program stay (sim/image.c). */
}
