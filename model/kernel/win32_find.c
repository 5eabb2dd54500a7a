/* win32_find.c - Win32 functions for directories and volumes.
 *
 * A find handle is memory of the process: a handle to the directory, and the last answer of the
 * driver, which may hold several entries.
 */
#include "model/kernel/win32.h"
#include "model/kernel/io.h"
#include "model/kernel/ke_service.h"
#include <string.h>

enum { FIND_BYTES = 1024 };

struct find {
    HANDLE directory;
    uint32_t at; /* Offset of the next entry in the answer; UINT32_MAX: no entry is left. */
    _Alignas(8) uint8_t answer[FIND_BYTES];
};

/* Opens a directory, whose name may end in a backslash. */
static NTSTATUS open_directory(LPCWSTR name, HANDLE *out)
{
    WCHAR path[MAX_PATH];
    IO_STATUS_BLOCK iosb;

    if (!win32_nt_name(name, path, MAX_PATH))
        return STATUS_OBJECT_NAME_INVALID;
    service_enter(SERVICE_NtCreateFile);
    NTSTATUS status = io_create_file(out, FILE_READ_DATA | SYNCHRONIZE, path, OBJ_CASE_INSENSITIVE,
                                     &iosb, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN,
                                     FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT, UserMode);

    service_leave(status);
    /* A missing directory is a missing path. */
    return status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_OBJECT_PATH_NOT_FOUND : status;
}

static NTSTATUS ask(HANDLE file, enum io_kind kind, enum service_number service, void *out,
                    ULONG bytes)
{
    IO_STATUS_BLOCK iosb = { 0 };
    struct io_request request = {
        .kind = kind, .file = file, .iosb = &iosb, .out = out, .out_bytes = bytes
    };

    service_enter(service);
    NTSTATUS status = io_transfer(&request, UserMode);

    service_leave(status);
    return status;
}

static bool fail(NTSTATUS status)
{
    SetLastError(RtlNtStatusToDosError(status));
    return false;
}

/* ---- Find ------------------------------------------------------------------------------------ */

static void tell(const FILE_DIRECTORY_INFORMATION *entry, LPWIN32_FIND_DATAW data)
{
    ULONG chars = MIN_OF(entry->FileNameLength / (ULONG)sizeof(WCHAR), (ULONG)MAX_PATH - 1);

    memset(data, 0, sizeof *data);
    data->dwFileAttributes = entry->FileAttributes;
    data->nFileSizeHigh = (DWORD)(entry->EndOfFile.QuadPart >> 32);
    data->nFileSizeLow = (DWORD)entry->EndOfFile.QuadPart;
    memcpy(data->cFileName, entry->FileName, chars * sizeof(WCHAR));
}

BOOL WINAPI FindNextFileW(HANDLE handle, LPWIN32_FIND_DATAW data)
{
    struct find *find = handle;

    if (find->at == UINT32_MAX) {
        NTSTATUS status = ask(find->directory, IO_DIRECTORY, SERVICE_NtQueryDirectoryFile,
                              find->answer, FIND_BYTES);

        if (!NT_SUCCESS(status))
            return fail(status);
        find->at = 0;
    }
    const FILE_DIRECTORY_INFORMATION *entry = (const void *)(find->answer + find->at);

    tell(entry, data);
    find->at = entry->NextEntryOffset == 0 ? UINT32_MAX : find->at + entry->NextEntryOffset;
    return TRUE;
}

HANDLE WINAPI FindFirstFileW(LPCWSTR name, LPWIN32_FIND_DATAW data)
{
    INT length = lstrlenW(name);
    WCHAR path[MAX_PATH];
    struct find *find;
    HANDLE directory;
    NTSTATUS status;

    if (length < 3 || length >= MAX_PATH || name[length - 1] != '*' || name[length - 2] != '\\') {
        fail(STATUS_OBJECT_NAME_INVALID);
        return INVALID_HANDLE_VALUE;
    }
    lstrcpynW(path, name, length); /* Copies without the star. */
    status = open_directory(path, &directory);
    if (!NT_SUCCESS(status)) {
        fail(status);
        return INVALID_HANDLE_VALUE;
    }
    find = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *find);
    if (find == NULL) {
        CloseHandle(directory);
        fail(STATUS_NO_MEMORY);
        return INVALID_HANDLE_VALUE;
    }
    *find = (struct find){ .directory = directory, .at = UINT32_MAX };
    if (FindNextFileW(find, data))
        return find;
    DWORD error = GetLastError();

    FindClose(find);
    SetLastError(error == ERROR_NO_MORE_FILES ? ERROR_FILE_NOT_FOUND : error);
    return INVALID_HANDLE_VALUE;
}

BOOL WINAPI FindClose(HANDLE handle)
{
    struct find *find = handle;

    CloseHandle(find->directory);
    return HeapFree(GetProcessHeap(), 0, find);
}

/* ---- Volumes --------------------------------------------------------------------------------- */

BOOL WINAPI GetVolumeInformationW(LPCWSTR root, LPWSTR label, DWORD label_chars, LPDWORD serial,
                                  LPDWORD component, LPDWORD flags, LPWSTR system,
                                  DWORD system_chars)
{
    union {
        FILE_FS_VOLUME_INFORMATION volume;
        uint8_t bytes[sizeof(FILE_FS_VOLUME_INFORMATION) + 64];
    } answer;
    HANDLE directory;
    NTSTATUS status = open_directory(root, &directory);

    (void)component, (void)flags, (void)system, (void)system_chars;
    if (!NT_SUCCESS(status))
        return fail(status);
    memset(&answer, 0, sizeof answer);
    status = ask(directory, IO_VOLUME, SERVICE_NtQueryVolumeInformationFile, &answer,
                 sizeof answer - sizeof(WCHAR));
    CloseHandle(directory);
    if (!NT_SUCCESS(status))
        return fail(status);
    if (label != NULL)
        lstrcpynW(label, answer.volume.VolumeLabel, (INT)label_chars);
    if (serial != NULL)
        *serial = answer.volume.VolumeSerialNumber;
    return TRUE;
}
