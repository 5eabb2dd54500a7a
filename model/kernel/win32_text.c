/* win32_text.c - texts of errors, narrow strings, and what <strsafe.h> calls; see winmore.h. */
#include "model/kernel/win32.h"
#include "model/kernel/include/strsafe.h"
#include "model/kernel/kernel.h"
#include "model/kernel/rtl.h"
#include <string.h>

enum { MESSAGE_CHARS = 256, WSPRINTF_CHARS = 1024 };

/* ---- Texts of errors ------------------------------------------------------------------------- */

static const struct {
    DWORD error;
    const char *text;
} messages[] = {
    { ERROR_SUCCESS, "The operation completed successfully." },
    { ERROR_INVALID_FUNCTION, "Incorrect function." },
    { ERROR_FILE_NOT_FOUND, "The system cannot find the file specified." },
    { ERROR_PATH_NOT_FOUND, "The system cannot find the path specified." },
    { ERROR_ACCESS_DENIED, "Access is denied." },
    { ERROR_INVALID_HANDLE, "The handle is invalid." },
    { ERROR_NOT_ENOUGH_MEMORY, "Not enough storage is available to process this command." },
    { ERROR_NOT_READY, "The device is not ready." },
    { ERROR_GEN_FAILURE, "A device attached to the system is not functioning." },
    { ERROR_SHARING_VIOLATION,
      "The process cannot access the file because it is being used by another process." },
    { ERROR_HANDLE_EOF, "Reached the end of the file." },
    { ERROR_NOT_SUPPORTED, "The request is not supported." },
    { ERROR_FILE_EXISTS, "The file exists." },
    { ERROR_INVALID_PARAMETER, "The parameter is incorrect." },
    { ERROR_BROKEN_PIPE, "The pipe has been ended." },
    { ERROR_DISK_FULL, "There is not enough space on the disk." },
    { ERROR_INSUFFICIENT_BUFFER, "The data area passed to a system call is too small." },
    { ERROR_INVALID_NAME, "The filename, directory name, or volume label syntax is incorrect." },
    { ERROR_BUSY, "The requested resource is in use." },
    { ERROR_ALREADY_EXISTS, "Cannot create a file when that file already exists." },
    { ERROR_MORE_DATA, "More data is available." },
    { WAIT_TIMEOUT, "The wait operation timed out." },
    { ERROR_OPERATION_ABORTED, "The I/O operation has been aborted because of either a thread exit "
                               "or an application request." },
    { ERROR_IO_INCOMPLETE, "Overlapped I/O event is not in a signaled state." },
    { ERROR_IO_PENDING, "Overlapped I/O operation is in progress." },
    { ERROR_NOACCESS, "Invalid access to memory location." },
    { ERROR_SERVICE_ALREADY_RUNNING, "An instance of the service is already running." },
    { ERROR_SERVICE_DOES_NOT_EXIST,
      "The specified service does not exist as an installed service." },
    { ERROR_SERVICE_NOT_ACTIVE, "The service has not been started." },
    { ERROR_SERVICE_MARKED_FOR_DELETE, "The specified service has been marked for deletion." },
    { ERROR_SERVICE_EXISTS, "The specified service already exists." },
    { ERROR_IO_DEVICE, "The request could not be performed because of an I/O device error." },
    { ERROR_NOT_FOUND, "Element not found." },
    { ERROR_NO_SYSTEM_RESOURCES,
      "Insufficient system resources exist to complete the requested service." },
};

/* The text of an error, or of the source; NULL: there is none. */
static const char *message_text(DWORD flags, DWORD error)
{
    for (size_t i = 0; i < ARRAY_LEN(messages) && flags & FORMAT_MESSAGE_FROM_SYSTEM; i++)
        if (messages[i].error == error)
            return messages[i].text;
    SetLastError(ERROR_MR_MID_NOT_FOUND);
    return NULL;
}

/* Writes a text of `length` characters of `width` bytes where the caller wants it. */
static DWORD deliver(DWORD flags, const void *text, SIZE_T length, ULONG width, void *buffer,
                     DWORD count)
{
    void *to = buffer;

    if (flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
        to = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, MAX_OF(length + 1, count) * width);
        *(void **)buffer = to;
        if (to == NULL)
            SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    } else if (length >= count) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        to = NULL;
    }
    if (to == NULL)
        return 0;
    memcpy(to, text, length * width);
    memset((char *)to + length * width, 0, width);
    return (DWORD)length;
}

DWORD WINAPI FormatMessageA(DWORD flags, LPCVOID source, DWORD error, DWORD language, LPSTR buffer,
                            DWORD count, va_list *arguments)
{
    const char *text;
    char whole[MESSAGE_CHARS];

    (void)language, (void)arguments;
    if (flags & FORMAT_MESSAGE_FROM_STRING)
        return deliver(flags, source, strlen(source), 1, buffer, count);
    text = message_text(flags, error);
    if (text == NULL)
        return 0;
    StringCbCopyA(whole, sizeof whole, text);
    StringCbCatA(whole, sizeof whole,
                 flags & FORMAT_MESSAGE_MAX_WIDTH_MASK ? " " : "\r\n"); /* No line ends. */
    return deliver(flags, whole, strlen(whole), 1, buffer, count);
}

DWORD WINAPI FormatMessageW(DWORD flags, LPCVOID source, DWORD error, DWORD language, LPWSTR buffer,
                            DWORD count, va_list *arguments)
{
    char whole[MESSAGE_CHARS];
    WCHAR wide[MAX_PATH];
    DWORD length;

    if (flags & FORMAT_MESSAGE_FROM_STRING)
        return deliver(flags, source, (SIZE_T)lstrlenW(source), sizeof(WCHAR), buffer, count);
    length = FormatMessageA(flags & ~FORMAT_MESSAGE_ALLOCATE_BUFFER, source, error, language, whole,
                            sizeof whole, arguments);
    if (length == 0)
        return 0;
    win32_widen(whole, wide);
    return deliver(flags, wide, length, sizeof(WCHAR), buffer, count);
}

/* ---- Narrow strings -------------------------------------------------------------------------- */

INT WINAPI lstrlenA(LPCSTR string) { return string != NULL ? (INT)strlen(string) : 0; }
LPSTR WINAPI lstrcpyA(LPSTR to, LPCSTR from) { return strcpy(to, from); }
LPSTR WINAPI lstrcatA(LPSTR to, LPCSTR from) { return strcat(to, from); }

LPSTR WINAPI lstrcpynA(LPSTR to, LPCSTR from, INT max)
{
    INT i = 0;

    for (; i + 1 < max && from[i] != 0; i++)
        to[i] = from[i];
    if (max > 0)
        to[i] = 0;
    return to;
}

static INT compare(LPCSTR one, LPCSTR other, bool fold)
{
    for (;; one++, other++) {
        WCHAR a = rtl_widen(*one), b = rtl_widen(*other);

        if (fold) {
            a = RtlUpcaseUnicodeChar(a);
            b = RtlUpcaseUnicodeChar(b);
        }
        if (a != b)
            return a < b ? -1 : 1;
        if (a == 0)
            return 0;
    }
}

INT WINAPI lstrcmpA(LPCSTR one, LPCSTR other) { return compare(one, other, false); }
INT WINAPI lstrcmpiA(LPCSTR one, LPCSTR other) { return compare(one, other, true); }

INT wsprintfA(LPSTR out, LPCSTR format, ...)
{
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = rtl_format_narrow(out, WSPRINTF_CHARS, format, arguments);
    va_end(arguments);
    length = MIN_OF(length, (size_t)WSPRINTF_CHARS - 1);
    out[length] = 0;
    return (INT)length;
}

/* ---- strsafe.h ------------------------------------------------------------------------------- */

static HRESULT result_of(NTSTATUS status)
{
    if (NT_SUCCESS(status))
        return S_OK;
    return status == STATUS_BUFFER_OVERFLOW ? STRSAFE_E_INSUFFICIENT_BUFFER
                                            : STRSAFE_E_INVALID_PARAMETER;
}

HRESULT win32_strsafe_copy(void *to, SIZE_T count, ULONG width, BOOL extended, ULONG flags,
                           void **end, SIZE_T *left, const void *from, SIZE_T max, BOOL cat)
{
    struct nt_strsafe buffer = { to, count, width, extended != 0, flags, end, left };

    return result_of(nt_strsafe_copy(buffer, from, max, cat != 0));
}

HRESULT win32_strsafe_print(void *to, SIZE_T count, ULONG width, BOOL extended, ULONG flags,
                            void **end, SIZE_T *left, const void *format, va_list arguments)
{
    struct nt_strsafe buffer = { to, count, width, extended != 0, flags, end, left };

    return result_of(nt_strsafe_print(buffer, format, arguments));
}

HRESULT win32_strsafe_length(const void *text, SIZE_T max, ULONG width, SIZE_T *length)
{
    return result_of(nt_strsafe_length(text, max, width, length));
}
