/* win32_file.c - Win32 functions for files, devices and completion ports. */
#include "model/kernel/win32.h"
#include "model/kernel/io.h"
#include "model/kernel/ke_service.h"

static const ULONG dispositions[] = {
    [CREATE_NEW] = FILE_CREATE,   [CREATE_ALWAYS] = FILE_OVERWRITE_IF,  [OPEN_EXISTING] = FILE_OPEN,
    [OPEN_ALWAYS] = FILE_OPEN_IF, [TRUNCATE_EXISTING] = FILE_OVERWRITE,
};

/* What stands before a name that has no drive and names no device. */
static LPCWSTR folder_before(LPCWSTR name)
{
    static const WCHAR drive[] = L"C:", folder[] = L"C:\\Exchsrvr\\bin\\", none[] = L"";

    if (name[0] == 0 || name[1] == ':' || (name[0] == '\\' && name[1] == '\\'))
        return none;
    return name[0] == '\\' ? drive : folder;
}

bool win32_nt_name(LPCWSTR name, WCHAR *out, INT max)
{
    static const WCHAR prefix[] = L"\\??\\";
    LPCWSTR before = folder_before(name);
    INT begin = 4 + lstrlenW(before), skip = 0;

    if (name[0] == '\\' && name[1] == '\\' && (name[2] == '.' || name[2] == '?') &&
        name[3] == '\\') {
        skip = 4;
        if (nt_wcsnicmp(name + 4, L"Global\\", 7) == 0) /* A link to the directory that it is in. */
            skip += 7;
        if (nt_wcsnicmp(name + 4, L"GLOBALROOT\\", 11) == 0) { /* A link to the root. */
            lstrcpynW(out, name + 14, max);
            return lstrlenW(name + 14) < max;
        }
    } else if (name[0] == '.' && name[1] == '\\')
        skip = 2;
    if (lstrlenW(name) - skip + begin + 1 > max)
        return false;
    lstrcpynW(out, prefix, max);
    lstrcpynW(out + 4, before, max - 4);
    lstrcpynW(out + begin, name + skip, max - begin);
    return true;
}

HANDLE WINAPI CreateFileW(LPCWSTR name, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security,
                          DWORD disposition, DWORD flags, HANDLE template)
{
    WCHAR path[MAX_PATH];
    ULONG options = FILE_NON_DIRECTORY_FILE;
    HANDLE handle = NULL;
    IO_STATUS_BLOCK iosb;

    (void)security, (void)template;
    if (disposition < CREATE_NEW || disposition > TRUNCATE_EXISTING ||
        !win32_nt_name(name, path, MAX_PATH)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return INVALID_HANDLE_VALUE;
    }
    if (!(flags & FILE_FLAG_OVERLAPPED))
        options |= FILE_SYNCHRONOUS_IO_NONALERT;
    if (flags & FILE_FLAG_WRITE_THROUGH)
        options |= FILE_WRITE_THROUGH;
    if (flags & FILE_FLAG_NO_BUFFERING)
        options |= FILE_NO_INTERMEDIATE_BUFFERING;
    service_enter(SERVICE_NtCreateFile);
    NTSTATUS status = io_create_file(&handle, access | SYNCHRONIZE, path, OBJ_CASE_INSENSITIVE,
                                     &iosb, share, dispositions[disposition], options, UserMode);

    service_leave(status);
    if (!NT_SUCCESS(status)) {
        SetLastError(status == STATUS_OBJECT_NAME_COLLISION ? ERROR_FILE_EXISTS
                                                            : RtlNtStatusToDosError(status));
        return INVALID_HANDLE_VALUE;
    }
    /* These two dispositions succeed for new and existing files; the last error tells which. */
    if (disposition == CREATE_ALWAYS || disposition == OPEN_ALWAYS)
        SetLastError(iosb.Information == FILE_OVERWRITTEN || iosb.Information == FILE_OPENED
                         ? ERROR_ALREADY_EXISTS
                         : ERROR_SUCCESS);
    return handle;
}

/* The common half of ReadFile, WriteFile and DeviceIoControl. */
static BOOL transfer(struct io_request *request, enum service_number service, LPDWORD bytes,
                     LPOVERLAPPED overlapped)
{
    IO_STATUS_BLOCK local = { 0 };
    LARGE_INTEGER offset;

    request->iosb = &local;
    if (overlapped != NULL) {
        overlapped->Internal = (ULONG_PTR)STATUS_PENDING;
        overlapped->InternalHigh = 0;
        request->iosb = (IO_STATUS_BLOCK *)(void *)overlapped;
        request->event = (HANDLE)((uintptr_t)overlapped->hEvent & ~(uintptr_t)1);
        /* The low bit of hEvent means: no completion packet. */
        request->apc_context = (uintptr_t)overlapped->hEvent & 1 ? NULL : overlapped;
        offset.QuadPart = (LONGLONG)((uint64_t)overlapped->OffsetHigh << 32 | overlapped->Offset);
        if (request->kind != IO_CONTROL)
            request->offset = &offset;
    }
    if (bytes != NULL)
        *bytes = 0;
    service_enter(service);
    NTSTATUS status = io_transfer(request, UserMode);

    service_leave(status);
    /* An overlapped file used without OVERLAPPED: the call waits. */
    if (status == STATUS_PENDING && overlapped == NULL) {
        WaitForSingleObject(request->file, INFINITE);
        status = local.Status;
    }
    if (NT_SUCCESS(status) && status != STATUS_PENDING) {
        if (bytes != NULL)
            *bytes = (DWORD)request->iosb->Information;
        return TRUE;
    }
    if (status == STATUS_END_OF_FILE && request->kind == IO_READ && overlapped == NULL)
        return TRUE; /* A synchronous read at the end of the file succeeds with 0 bytes. */
    if (bytes != NULL && status == STATUS_BUFFER_OVERFLOW)
        *bytes = (DWORD)request->iosb->Information;
    SetLastError(RtlNtStatusToDosError(status));
    return FALSE;
}

BOOL WINAPI ReadFile(HANDLE file, LPVOID buffer, DWORD size, LPDWORD bytes, LPOVERLAPPED overlapped)
{
    struct io_request request = { .kind = IO_READ, .file = file, .out = buffer, .out_bytes = size };

    return transfer(&request, SERVICE_NtReadFile, bytes, overlapped);
}

BOOL WINAPI WriteFile(HANDLE file, LPCVOID buffer, DWORD size, LPDWORD bytes,
                      LPOVERLAPPED overlapped)
{
    struct io_request request = {
        .kind = IO_WRITE, .file = file, .in = (LPVOID)(uintptr_t)buffer, .in_bytes = size
    };

    return transfer(&request, SERVICE_NtWriteFile, bytes, overlapped);
}

BOOL WINAPI DeviceIoControl(HANDLE device, DWORD code, LPVOID in, DWORD in_size, LPVOID out,
                            DWORD out_size, LPDWORD bytes, LPOVERLAPPED overlapped)
{
    struct io_request request = { .kind = IO_CONTROL,
                                  .file = device,
                                  .in = in,
                                  .in_bytes = in_size,
                                  .out = out,
                                  .out_bytes = out_size,
                                  .code = code };

    return transfer(&request, SERVICE_NtDeviceIoControlFile, bytes, overlapped);
}

BOOL WINAPI FlushFileBuffers(HANDLE file)
{
    struct io_request request = { .kind = IO_FLUSH, .file = file };

    return transfer(&request, SERVICE_NtFlushBuffersFile, NULL, NULL);
}

BOOL WINAPI GetOverlappedResult(HANDLE file, LPOVERLAPPED overlapped, LPDWORD bytes, BOOL wait)
{
    if ((NTSTATUS)overlapped->Internal == STATUS_PENDING) {
        if (!wait) {
            SetLastError(ERROR_IO_INCOMPLETE);
            return FALSE;
        }
        WaitForSingleObject(overlapped->hEvent ? overlapped->hEvent : file, INFINITE);
    }
    NTSTATUS status = (NTSTATUS)overlapped->Internal;

    *bytes = (DWORD)overlapped->InternalHigh;
    if (NT_SUCCESS(status))
        return TRUE;
    SetLastError(RtlNtStatusToDosError(status));
    return FALSE;
}

BOOL WINAPI CancelIo(HANDLE file)
{
    service_enter(SERVICE_NtCancelIoFile);
    return win32_leave(io_cancel_file(file));
}

/* ---- Position and size ----------------------------------------------------------------------- */

/* Moves the file position, which is in the file object and is used by synchronous handles. */
static NTSTATUS move_position(HANDLE file, LARGE_INTEGER distance, DWORD method,
                              LARGE_INTEGER *position)
{
    PFILE_OBJECT object;
    NTSTATUS status = win32_reference(file, OB_FILE, (void **)&object);
    uint64_t size = 0;

    if (!NT_SUCCESS(status))
        return status;
    if (method == FILE_END)
        status = io_query_size(file, &size);
    LONGLONG base = method == FILE_BEGIN ? 0
                    : method == FILE_END ? (LONGLONG)size
                                         : object->CurrentByteOffset.QuadPart;

    if (NT_SUCCESS(status) && base + distance.QuadPart < 0)
        status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(status)) {
        object->CurrentByteOffset.QuadPart = base + distance.QuadPart;
        *position = object->CurrentByteOffset;
    }
    ObDereferenceObject(object);
    return status;
}

BOOL WINAPI SetFilePointerEx(HANDLE file, LARGE_INTEGER distance, PLARGE_INTEGER position,
                             DWORD method)
{
    LARGE_INTEGER at;

    service_enter(SERVICE_NtSetInformationFile);
    if (!win32_leave(move_position(file, distance, method, &at)))
        return FALSE;
    if (position != NULL)
        *position = at;
    return TRUE;
}

BOOL WINAPI SetEndOfFile(HANDLE file)
{
    LARGE_INTEGER at, nowhere = { .QuadPart = 0 };

    service_enter(SERVICE_NtSetInformationFile);
    NTSTATUS status = move_position(file, nowhere, FILE_CURRENT, &at);

    return win32_leave(NT_SUCCESS(status) ? io_set_size(file, (uint64_t)at.QuadPart) : status);
}

/* Fails while the file is open elsewhere: no program here opens with FILE_SHARE_DELETE. */
BOOL WINAPI DeleteFileW(LPCWSTR name)
{
    HANDLE file =
        CreateFileW(name, DELETE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    NTSTATUS status;

    if (file == INVALID_HANDLE_VALUE)
        return FALSE;
    service_enter(SERVICE_NtSetInformationFile);
    status = io_delete(file);
    service_leave(status);
    CloseHandle(file);
    if (!NT_SUCCESS(status))
        SetLastError(RtlNtStatusToDosError(status));
    return NT_SUCCESS(status);
}

BOOL WINAPI GetFileSizeEx(HANDLE file, PLARGE_INTEGER out)
{
    uint64_t size = 0;

    service_enter(SERVICE_NtQueryInformationFile);
    if (!win32_leave(io_query_size(file, &size)))
        return FALSE;
    out->QuadPart = (LONGLONG)size;
    return TRUE;
}

/* ---- Completion ports ------------------------------------------------------------------------ */

HANDLE WINAPI CreateIoCompletionPort(HANDLE file, HANDLE port, ULONG_PTR key, DWORD threads)
{
    NTSTATUS status = STATUS_SUCCESS;

    if (port == NULL) {
        service_enter(SERVICE_NtCreateIoCompletion);
        if (!win32_leave(io_port_new(threads, &port)))
            return NULL;
    }
    if (file != INVALID_HANDLE_VALUE) {
        service_enter(SERVICE_NtSetInformationFile);
        status = io_port_bind(file, port, (void *)key);
        if (!win32_leave(status))
            return NULL;
    }
    return port;
}

BOOL WINAPI PostQueuedCompletionStatus(HANDLE port, DWORD bytes, ULONG_PTR key,
                                       LPOVERLAPPED overlapped)
{
    service_enter(SERVICE_NtSetIoCompletion);
    return win32_leave(io_port_post(port, (void *)key, overlapped, STATUS_SUCCESS, bytes));
}

BOOL WINAPI GetQueuedCompletionStatus(HANDLE port, LPDWORD bytes, PULONG_PTR key,
                                      LPOVERLAPPED *overlapped, DWORD milliseconds)
{
    LARGE_INTEGER timeout = { .QuadPart = -(LONGLONG)milliseconds * 10000 };
    IO_STATUS_BLOCK iosb = { 0 };
    void *packet_key = NULL, *context = NULL;

    *overlapped = NULL;
    service_enter(SERVICE_NtRemoveIoCompletion);
    NTSTATUS status = io_port_remove(port, &packet_key, &context, &iosb,
                                     milliseconds == INFINITE ? NULL : &timeout);

    service_leave(status);
    if (status == STATUS_TIMEOUT || !NT_SUCCESS(status)) {
        SetLastError(RtlNtStatusToDosError(status));
        return FALSE;
    }
    *bytes = (DWORD)iosb.Information;
    *key = (ULONG_PTR)packet_key;
    *overlapped = context;
    if (NT_SUCCESS(iosb.Status))
        return TRUE;
    SetLastError(RtlNtStatusToDosError(iosb.Status));
    return FALSE;
}
