/* input_windows.c - see input.h. A file is opened first and asked what it is afterwards. */
#include "sim/host/input.h"
#include "sim/host/wide.h"
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <string.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* Backup semantics open a folder as well, so that it can be told from a file that is refused. */
FILE *host_input_open(const char *path, const char **problem)
{
    wchar_t wide[WIDE_CHARS];
    HANDLE handle = INVALID_HANDLE_VALUE;
    BY_HANDLE_FILE_INFORMATION is;
    FILE *file = NULL;
    int descriptor = -1;

    *problem = NULL;
    errno = ENOENT;
    if (wide_from_utf8(path, wide)) {
        handle =
            CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                        NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
        if (handle == INVALID_HANDLE_VALUE)
            errno = wide_errno(GetLastError());
    }
    if (handle == INVALID_HANDLE_VALUE) {
        *problem = strerror(errno);
        return NULL;
    }
    if (GetFileType(handle) != FILE_TYPE_DISK || !GetFileInformationByHandle(handle, &is))
        *problem = "not a regular file";
    else if (is.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        *problem = strerror(EISDIR);
    else if ((descriptor = _open_osfhandle((intptr_t)handle, _O_RDONLY | _O_BINARY)) < 0)
        *problem = strerror(errno);
    else if ((file = _fdopen(descriptor, "rb")) == NULL)
        *problem = strerror(errno);
    if (file == NULL && descriptor >= 0)
        _close(descriptor);
    else if (file == NULL)
        CloseHandle(handle);
    return file;
}
