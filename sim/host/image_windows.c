/* image_windows.c - see image.h. The loader knows a DLL by its path and loads it once; so each
 * image is loaded from a copy, which is deleted when the image is closed. A copy that is in use
 * cannot be deleted, so those that a program leaves behind are deleted by the next one. */
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

/* ---- Copies ---------------------------------------------------------------------------------- */

static bool is_running(DWORD process)
{
    HANDLE handle = OpenProcess(SYNCHRONIZE, FALSE, process);
    bool runs = handle != NULL && WaitForSingleObject(handle, 0) == WAIT_TIMEOUT;

    if (handle != NULL)
        CloseHandle(handle);
    return runs || GetLastError() == ERROR_ACCESS_DENIED;
}

/* Deletes the copies of programs that have ended: exifsim-PROCESS-NUMBER.dll. */
static void copies_delete(const wchar_t *folder)
{
    wchar_t path[2 * MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;

    _snwprintf(path, 2 * MAX_PATH, L"%lsexifsim-*.dll", folder);
    search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        SetLastError(0);
        if (is_running(wcstoul(found.cFileName + wcslen(L"exifsim-"), NULL, 10)))
            continue;
        _snwprintf(path, 2 * MAX_PATH, L"%ls%ls", folder, found.cFileName);
        DeleteFileW(path);
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

/* Copies a file to one that nobody else has. */
static bool private_copy(const char *path, wchar_t copy[MAX_PATH])
{
    static LONG number; /* Number of the latest copy of this program. */
    wchar_t wide[WIDE_CHARS], folder[MAX_PATH - 48];
    DWORD length = GetTempPathW(MAX_PATH - 48, folder);
    LONG own = InterlockedIncrement(&number);

    if (length == 0 || length >= MAX_PATH - 48 || !wide_from_utf8(path, wide))
        return false;
    if (own == 1)
        copies_delete(folder);
    _snwprintf(copy, MAX_PATH, L"%lsexifsim-%lu-%ld.dll", folder, GetCurrentProcessId(), own);
    return CopyFileW(wide, copy, FALSE);
}

/* ---- Loading --------------------------------------------------------------------------------- */

/* Addresses below are those of the simulated machine. */
#define LOW_END ((uintptr_t)1 << 32)
enum { LOW_FIRST = 0x10000, LOW_PARTS = 512, LOADS_MAX = 100 };

/* Takes every free address below 4 GiB; returns the number of parts. */
static size_t low_take(void *parts[LOW_PARTS])
{
    MEMORY_BASIC_INFORMATION part;
    size_t count = 0;

    for (uintptr_t at = LOW_FIRST; at < LOW_END && count < LOW_PARTS;
         at = (uintptr_t)part.BaseAddress + part.RegionSize) {
        if (VirtualQuery((void *)at, &part, sizeof part) == 0)
            break;
        uintptr_t first = (at + LOW_FIRST - 1) & ~(uintptr_t)(LOW_FIRST - 1);
        uintptr_t end = (uintptr_t)part.BaseAddress + part.RegionSize;

        end = end < LOW_END ? end : LOW_END;
        if (part.State == MEM_FREE && first < end &&
            (parts[count] = VirtualAlloc((void *)first, end - first, MEM_RESERVE, PAGE_NOACCESS)) !=
                NULL)
            count++;
    }
    return count;
}

/* Loads a DLL above 4 GiB: Wine otherwise takes the lowest place, unless the file's own is free.
 * Another thread may give memory back meanwhile, so it is tried several times. */
static HMODULE load_high(const wchar_t *path)
{
    HMODULE module = LoadLibraryW(path);
    void *parts[LOW_PARTS];

    for (int i = 0; module != NULL && (uintptr_t)module < LOW_END; i++) {
        FreeLibrary(module);
        if (i == LOADS_MAX) {
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
            return NULL;
        }
        size_t count = low_take(parts);

        module = LoadLibraryW(path);
        while (count > 0)
            VirtualFree(parts[--count], 0, MEM_RELEASE);
    }
    return module;
}

struct host_image *host_image_open(const char *path, char *problem, size_t size)
{
    struct host_image *image = calloc(1, sizeof *image);

    if (image != NULL && private_copy(path, image->copy))
        image->module = load_high(image->copy);
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
