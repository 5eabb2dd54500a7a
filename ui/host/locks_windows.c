/* locks_windows.c - see locks.h: LockFileEx, which also locks behind the end of a file. Others may
 * remove the file while it is open here. */
#include "ui/host/locks.h"
#include "sim/host/wide.h"
#include <errno.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

bool lock_file_open(struct lock_file *file, const char *path)
{
    wchar_t wide[WIDE_CHARS];
    HANDLE handle;

    file->handle = -1;
    if (!wide_from_utf8(path, wide))
        return false;
    handle = CreateFileW(wide, GENERIC_READ | GENERIC_WRITE,
                         FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_ALWAYS,
                         FILE_ATTRIBUTE_NORMAL, NULL);
    if (handle == INVALID_HANDLE_VALUE) {
        errno = wide_errno(GetLastError());
        return false;
    }
    file->handle = (intptr_t)handle;
    return true;
}

static OVERLAPPED at(uint64_t place)
{
    OVERLAPPED where = { .hEvent = NULL };

    where.Offset = (DWORD)place;
    where.OffsetHigh = (DWORD)(place >> 32);
    return where;
}

enum lock_answer lock_take(const struct lock_file *file, uint64_t place)
{
    OVERLAPPED where = at(place);

    if (LockFileEx((HANDLE)file->handle, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1,
                   0, &where))
        return LOCK_OURS;
    return GetLastError() == ERROR_LOCK_VIOLATION || GetLastError() == ERROR_IO_PENDING
               ? LOCK_THEIRS
               : LOCK_UNKNOWN;
}

void lock_drop(const struct lock_file *file, uint64_t place)
{
    OVERLAPPED where = at(place);

    UnlockFileEx((HANDLE)file->handle, 0, 1, 0, &where);
}

void lock_file_close(struct lock_file *file)
{
    if (file->handle != -1)
        CloseHandle((HANDLE)file->handle);
    file->handle = -1;
}
