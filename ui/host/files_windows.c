/* files_windows.c - see files.h. Every call is the one for wide names. */
#include "ui/host/files.h"
#include "sim/host/path.h"
#include "sim/host/wide.h"
#include "ui/host/grow.h"
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <string.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* Others may read, write, rename and remove a file while it is open here, as on POSIX. */
#define EVERYBODY (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

enum { TRIES = 50, PAUSE_MS = 10 };

/* Sets errno after a failed call. */
static bool failed(void)
{
    errno = wide_errno(GetLastError());
    return false;
}

static struct file_look look_at(const wchar_t *wide, DWORD more)
{
    struct file_look look = { .kind = FILE_ABSENT };
    BY_HANDLE_FILE_INFORMATION is;
    HANDLE handle = CreateFileW(wide, FILE_READ_ATTRIBUTES, EVERYBODY, NULL, OPEN_EXISTING,
                                FILE_FLAG_BACKUP_SEMANTICS | more, NULL);

    if (handle == INVALID_HANDLE_VALUE) {
        failed();
        return look;
    }
    if (GetFileType(handle) != FILE_TYPE_DISK || !GetFileInformationByHandle(handle, &is)) {
        look.kind = FILE_SPECIAL; /* A device such as NUL, or a pipe. */
    } else {
        look.kind = is.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT && more != 0 ? FILE_SPECIAL
                    : is.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY                ? FILE_FOLDER
                                                                                    : FILE_REGULAR;
        look.bytes = (uint64_t)is.nFileSizeHigh << 32 | is.nFileSizeLow;
        look.written_ns = (int64_t)((uint64_t)is.ftLastWriteTime.dwHighDateTime << 32 |
                                    is.ftLastWriteTime.dwLowDateTime) *
                          100;
        look.device = is.dwVolumeSerialNumber;
        look.number = (uint64_t)is.nFileIndexHigh << 32 | is.nFileIndexLow;
    }
    CloseHandle(handle);
    return look;
}

struct file_look file_look(const char *path)
{
    wchar_t wide[WIDE_CHARS];

    if (!wide_from_utf8(path, wide))
        return (struct file_look){ .kind = FILE_ABSENT };
    return look_at(wide, 0);
}

enum file_kind file_kind_of_name(const char *path)
{
    wchar_t wide[WIDE_CHARS];

    return wide_from_utf8(path, wide) ? look_at(wide, FILE_FLAG_OPEN_REPARSE_POINT).kind
                                      : FILE_ABSENT;
}

FILE *file_open(const char *path, const char *mode)
{
    wchar_t wide[WIDE_CHARS], how[8];

    for (size_t i = 0; i < sizeof how / sizeof how[0]; i++) {
        how[i] = (wchar_t)mode[i];
        if (mode[i] == 0)
            break;
    }
    return wide_from_utf8(path, wide) ? _wfopen(wide, how) : NULL;
}

FILE *file_open_new(const char *path)
{
    wchar_t wide[WIDE_CHARS];
    HANDLE handle;
    FILE *file;
    int descriptor;

    if (!wide_from_utf8(path, wide))
        return NULL;
    handle =
        CreateFileW(wide, GENERIC_WRITE, EVERYBODY, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    if (handle == INVALID_HANDLE_VALUE) {
        failed();
        return NULL;
    }
    descriptor = _open_osfhandle((intptr_t)handle, _O_BINARY);
    file = descriptor >= 0 ? _fdopen(descriptor, "wb") : NULL;
    if (file == NULL && descriptor >= 0)
        _close(descriptor);
    else if (file == NULL)
        CloseHandle(handle);
    if (file == NULL)
        DeleteFileW(wide);
    return file;
}

/* A read-only file has an attribute; what else Windows forbids shows when the file is opened. */
static bool access_of(const char *path, int mode)
{
    wchar_t wide[WIDE_CHARS];

    return wide_from_utf8(path, wide) && _waccess(wide, mode) == 0;
}

bool file_writable(const char *path) { return access_of(path, 2); }
bool file_executable(const char *path) { return access_of(path, 0); }

bool file_make_executable(const char *path) { return file_look(path).kind != FILE_ABSENT; }

bool file_remove(const char *path)
{
    wchar_t wide[WIDE_CHARS];

    return wide_from_utf8(path, wide) && (DeleteFileW(wide) || failed());
}

/* Somebody who reads the old file, such as a virus scanner, is waited for a little. */
bool file_rename(const char *path, const char *to)
{
    wchar_t from[WIDE_CHARS], wide[WIDE_CHARS];

    if (!wide_from_utf8(path, from) || !wide_from_utf8(to, wide))
        return false;
    for (int i = 0; !MoveFileExW(from, wide, MOVEFILE_REPLACE_EXISTING); i++) {
        DWORD error = GetLastError();

        if (i == TRIES || (error != ERROR_SHARING_VIOLATION && error != ERROR_ACCESS_DENIED))
            return failed();
        Sleep(PAUSE_MS);
    }
    return true;
}

/* Without the prefix \\?\ that Windows puts before a final path. */
char *file_full_path(const char *path)
{
    wchar_t wide[WIDE_CHARS], full[WIDE_CHARS];
    const wchar_t *plain = full;
    HANDLE handle;
    DWORD length;

    if (!wide_from_utf8(path, wide))
        return NULL;
    handle = CreateFileW(wide, FILE_READ_ATTRIBUTES, EVERYBODY, NULL, OPEN_EXISTING,
                         FILE_FLAG_BACKUP_SEMANTICS, NULL);
    if (handle == INVALID_HANDLE_VALUE) {
        failed();
        return NULL;
    }
    length = GetFinalPathNameByHandleW(handle, full, WIDE_CHARS, FILE_NAME_NORMALIZED);
    if (length == 0 || length >= WIDE_CHARS)
        length = GetFullPathNameW(wide, WIDE_CHARS, full, NULL);
    CloseHandle(handle);
    if (length == 0 || length >= WIDE_CHARS) {
        failed();
        return NULL;
    }
    if (wcsncmp(full, L"\\\\?\\", 4) == 0 && full[4] != 0 && full[5] == L':')
        plain = full + 4;
    return wide_to_utf8(plain);
}

bool folder_make(const char *path)
{
    wchar_t wide[WIDE_CHARS];

    return wide_from_utf8(path, wide) && (CreateDirectoryW(wide, NULL) || failed());
}

bool folder_remove(const char *path)
{
    wchar_t wide[WIDE_CHARS];

    return wide_from_utf8(path, wide) && (RemoveDirectoryW(wide) || failed());
}

bool folder_read(const char *path, void (*each)(void *context, const char *name), void *context)
{
    char pattern[WIDE_CHARS];
    wchar_t wide[WIDE_CHARS];
    WIN32_FIND_DATAW entry;
    HANDLE handle;

    if (snprintf(pattern, sizeof pattern, "%s\\*", path) >= (int)sizeof pattern) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (!wide_from_utf8(pattern, wide))
        return false;
    handle = FindFirstFileW(wide, &entry);
    if (handle == INVALID_HANDLE_VALUE)
        return failed();
    do {
        char *name = wide_to_utf8(entry.cFileName);

        if (name != NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            each(context, name);
        free(name);
    } while (FindNextFileW(handle, &entry));
    FindClose(handle);
    return true;
}

/* ---- Patterns -------------------------------------------------------------------------------- */

/* True if a character is in the set that begins behind '['; *set moves to its end. */
static bool in_set(const char **set, char c)
{
    const char *at = *set;
    bool out = *at == '!' || *at == '^', found = false;

    at += out;
    do {
        bool range = at[0] != 0 && at[1] == '-' && at[2] != 0 && at[2] != ']';

        found = found || (range ? at[0] <= c && c <= at[2] : at[0] == c);
        at += range ? 3 : at[0] != 0;
    } while (*at != 0 && *at != ']');
    *set = at;
    return found != out;
}

static bool fits(const char *pattern, const char *name)
{
    for (; *pattern != 0; pattern++) {
        if (*pattern == '*') {
            for (; *name != 0; name++)
                if (fits(pattern + 1, name))
                    return true;
            continue;
        }
        if (*name == 0)
            return false;
        if (*pattern == '[') {
            pattern++;
            if (!in_set(&pattern, *name) || *pattern == 0)
                return false;
        } else if (*pattern != '?' && *pattern != *name) {
            return false;
        }
        name++;
    }
    return *name == 0;
}

struct search {
    char **paths;
    size_t count, room;
    const char *pattern; /* Pattern of the last part of the path. */
    const char *folder;
    int folder_length; /* Bytes, with the separator. */
};

static void keep(void *context, const char *name)
{
    struct search *search = context;
    size_t size = strlen(name) + (size_t)search->folder_length + 1;

    if (name[0] == '.' || !fits(search->pattern, name))
        return;
    search->paths = grow(search->paths, &search->room, search->count + 1, sizeof *search->paths);
    search->paths[search->count] = grow_new(size);
    snprintf(search->paths[search->count++], size, "%.*s%s", search->folder_length, search->folder,
             name);
}

static int by_name(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

bool file_pattern(const char *pattern, void (*each)(void *context, const char *path), void *context)
{
    struct search search = { .folder = pattern, .folder_length = (int)host_path_folder(pattern) };
    char folder[WIDE_CHARS];

    search.pattern = pattern + search.folder_length;
    snprintf(folder, sizeof folder, "%.*s", search.folder_length, pattern);
    if (!folder_read(folder[0] != 0 ? folder : ".", keep, &search) || search.count == 0)
        return false;
    qsort(search.paths, search.count, sizeof *search.paths, by_name);
    for (size_t i = 0; i < search.count; i++) {
        each(context, search.paths[i]);
        free(search.paths[i]);
    }
    free(search.paths);
    return true;
}

bool file_error_is_room(int error) { return error == ENOSPC || error == EFBIG; }

int file_error(int system) { return system == 0 ? 0 : wide_errno((unsigned long)system); }
