/* image_posix.c - see image.h. The dynamic linker knows a file by its number and loads it once; so
 * each image is loaded from a copy, which has no name any more as soon as it is loaded. */
#define _GNU_SOURCE /* dlinfo, dl_iterate_phdr */
#include "sim/host/image.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <mach-o/getsect.h>
#else
#include <link.h>
#endif

struct host_image {
    void *handle;
    uintptr_t load; /* Where it lies, as its headers count. */
};

/* ---- The copy -------------------------------------------------------------------------------- */

static bool copy_bytes(int from, int to)
{
    static const size_t piece = 65536;
    char *bytes = malloc(piece);
    ssize_t got = bytes != NULL ? 1 : -1;

    while (got > 0) {
        got = read(from, bytes, piece);
        for (ssize_t done = 0, wrote; done < got; done += wrote)
            if ((wrote = write(to, bytes + done, (size_t)(got - done))) < 0) {
                got = -1;
                break;
            }
    }
    free(bytes);
    return got == 0;
}

/* Copies a file to one that nobody else has. Returns its descriptor and its name. */
static int private_copy(const char *path, char *name, size_t size)
{
    const char *folder = getenv("TMPDIR");
    int from = open(path, O_RDONLY | O_CLOEXEC), to = -1;

    if (from < 0)
        return -1;
    snprintf(name, size, "%s/exifsim-XXXXXX", folder != NULL && folder[0] != 0 ? folder : "/tmp");
    to = mkstemp(name);
    if (to >= 0 && !copy_bytes(from, to)) {
        int error = errno;

        unlink(name);
        close(to);
        errno = error;
        to = -1;
    }
    close(from);
    return to;
}

/* ---- Loading --------------------------------------------------------------------------------- */

#if defined(__APPLE__)
static uintptr_t load_of(void *handle)
{
    Dl_info info;
    void *symbol = dlsym(handle, "exifsim_guest");

    return symbol != NULL && dladdr(symbol, &info) != 0 ? (uintptr_t)info.dli_fbase : 0;
}
#else
static uintptr_t load_of(void *handle)
{
    struct link_map *map = NULL;

    return dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 ? (uintptr_t)map->l_addr : 0;
}
#endif

struct host_image *host_image_open(const char *path, char *problem, size_t size)
{
    char name[4096];
    int copy = private_copy(path, name, sizeof name);
    struct host_image *image = calloc(1, sizeof *image);

    if (copy < 0 || image == NULL) {
        snprintf(problem, size, "%s", strerror(errno));
        free(image);
        return NULL;
    }
    image->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    unlink(name);
    close(copy);
    if (image->handle == NULL) {
        const char *why = dlerror(), *behind = why != NULL ? strstr(why, name) : NULL;

        /* The copy's name says nothing to anybody. */
        snprintf(problem, size, "%s",
                 behind != NULL && behind[strlen(name)] == ':' ? behind + strlen(name) + 2
                 : why != NULL                                 ? why
                                                               : "it cannot be loaded");
        free(image);
        return NULL;
    }
    image->load = load_of(image->handle);
    return image;
}

void *host_image_symbol(const struct host_image *image, const char *name)
{
    return dlsym(image->handle, name);
}

struct host_range host_image_functions(const struct host_image *image)
{
    (void)image;
    return (struct host_range){ 0 };
}

void host_image_close(struct host_image *image)
{
    if (image == NULL)
        return;
    dlclose(image->handle);
    free(image);
}

/* ---- Its memory ------------------------------------------------------------------------------ */

#if defined(__APPLE__)

size_t host_image_data(const struct host_image *image, struct host_range *out, size_t max)
{
    const struct mach_header_64 *header = (const struct mach_header_64 *)image->load;
    unsigned long bytes = 0;
    uint8_t *at = getsegmentdata(header, "__DATA", &bytes);

    if (at == NULL || max == 0)
        return 0;
    out[0] = (struct host_range){ (char *)at, bytes };
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
    unsigned long bytes = 0;

    getsegmentdata((const struct mach_header_64 *)image->load, "__TEXT", &bytes);
    return (struct host_range){ (char *)image->load, bytes };
}

#else

struct wanted {
    uintptr_t load;
    ElfW(Word) flag; /* PF_W or PF_X; 0: no parts. */
    struct host_range *out;
    size_t max, count;
    uintptr_t first, end;
};

/* Notes the segments that can be written, or the pages of code. The linker has sealed the beginning
 * of the last one: a page that is partly sealed is not written either. */
static int segments(struct dl_phdr_info *info, size_t size, void *context)
{
    struct wanted *wanted = context;
    uintptr_t sealed_end = 0, page = (uintptr_t)sysconf(_SC_PAGESIZE);

    (void)size;
    if (info->dlpi_addr != wanted->load)
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_GNU_RELRO)
            sealed_end =
                (info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz) &
                ~(page - 1);
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        uintptr_t start = info->dlpi_addr + part->p_vaddr, end = start + part->p_memsz;

        if (part->p_type != PT_LOAD)
            continue;
        if (wanted->first == 0 || start < wanted->first)
            wanted->first = start;
        if (end > wanted->end)
            wanted->end = end;
        if ((part->p_flags & wanted->flag) == 0 || wanted->count == wanted->max)
            continue;
        if (wanted->flag == PF_X) {
            start &= ~(page - 1);
            end = (end + page - 1) & ~(page - 1);
        } else if (sealed_end > start) {
            start = sealed_end;
        }
        if (start < end)
            wanted->out[wanted->count++] = (struct host_range){ (char *)start, end - start };
    }
    return 1;
}

size_t host_image_data(const struct host_image *image, struct host_range *out, size_t max)
{
    struct wanted wanted = { .load = image->load, .flag = PF_W, .out = out, .max = max };

    dl_iterate_phdr(segments, &wanted);
    return wanted.count;
}

size_t host_image_code(const struct host_image *image, struct host_range *out, size_t max)
{
    struct wanted wanted = { .load = image->load, .flag = PF_X, .out = out, .max = max };

    dl_iterate_phdr(segments, &wanted);
    return wanted.count;
}

uintptr_t host_image_dynamic(const struct host_image *image)
{
    struct link_map *map = NULL;

    return dlinfo(image->handle, RTLD_DI_LINKMAP, &map) == 0 ? (uintptr_t)map->l_ld : 0;
}

struct host_range host_image_extent(const struct host_image *image)
{
    struct wanted wanted = { .load = image->load };

    dl_iterate_phdr(segments, &wanted);
    return (struct host_range){ (char *)wanted.first, wanted.end - wanted.first };
}

#endif
