/* image_windows.c - see image.h. The loader knows a DLL by its path and loads it once; so each
 * image is loaded from a copy, which is deleted when the image is closed. */
#include "sim/host/image.h"
#include "sim/host/wide.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

struct host_image {
    HMODULE module;
    wchar_t copy[MAX_PATH];
};

static void say(char *problem, size_t size)
{
    snprintf(problem, size, "Windows' error %lu", GetLastError());
}

struct host_image *host_image_open(const char *path, char *problem, size_t size)
{
    struct host_image *image = calloc(1, sizeof *image);
    wchar_t wide[WIDE_CHARS], folder[MAX_PATH];

    if (image != NULL && wide_from_utf8(path, wide) && GetTempPathW(MAX_PATH, folder) != 0 &&
        GetTempFileNameW(folder, L"exi", 0, image->copy) != 0 &&
        CopyFileW(wide, image->copy, FALSE))
        image->module = LoadLibraryW(image->copy);
    if (image == NULL || image->module == NULL) {
        say(problem, size);
        if (image != NULL && image->copy[0] != 0)
            DeleteFileW(image->copy);
        free(image);
        return NULL;
    }
    return image;
}

void *host_image_symbol(const struct host_image *image, const char *name)
{
    return (void *)(uintptr_t)GetProcAddress(image->module, name);
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
    FreeLibrary(image->module);
    DeleteFileW(image->copy);
    free(image);
}

static const IMAGE_NT_HEADERS *headers(const struct host_image *image)
{
    const char *base = (const char *)image->module;

    return (const void *)(base + ((const IMAGE_DOS_HEADER *)(const void *)base)->e_lfanew);
}

static size_t sections(const struct host_image *image, DWORD flag, struct host_range *out,
                       size_t max)
{
    const IMAGE_NT_HEADERS *nt = headers(image);
    const IMAGE_SECTION_HEADER *section = IMAGE_FIRST_SECTION(nt);
    size_t count = 0;

    for (WORD i = 0; i < nt->FileHeader.NumberOfSections && count < max; i++)
        if ((section[i].Characteristics & flag) != 0)
            out[count++] = (struct host_range){ (char *)image->module + section[i].VirtualAddress,
                                                section[i].Misc.VirtualSize };
    return count;
}

size_t host_image_data(const struct host_image *image, struct host_range *out, size_t max)
{
    return sections(image, IMAGE_SCN_MEM_WRITE, out, max);
}

size_t host_image_code(const struct host_image *image, struct host_range *out, size_t max)
{
    return sections(image, IMAGE_SCN_MEM_EXECUTE, out, max);
}

uintptr_t host_image_dynamic(const struct host_image *image)
{
    (void)image;
    return 0;
}

struct host_range host_image_extent(const struct host_image *image)
{
    return (struct host_range){ (char *)image->module, headers(image)->OptionalHeader.SizeOfImage };
}
