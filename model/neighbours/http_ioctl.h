/* http_ioctl.h - what w3wp.exe and http.sys say to each other: give me the next request.
 *
 * This header serves both sides: the control codes have their parts from the includer's own door.
 */
#pragma once
#include <ntdef.h>

#define HTTP_DEVICE_NAME L"\\Device\\Http"
#define HTTP_LINK_NAME   L"\\??\\Http"
#define HTTP_WIN32_NAME  L"\\\\.\\Http"

enum { HTTP_REQUEST_BYTES_MAX = 65536 };

/* HTTP_RECEIVE -> HTTP_REQUEST; waits until there is one. */
#define IOCTL_HTTP_RECEIVE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct _HTTP_RECEIVE { /* Address in the caller's memory where the request goes. */
    ULONG64 Buffer;
    ULONG Bytes;
    ULONG Reserved;
} HTTP_RECEIVE, *PHTTP_RECEIVE;

typedef struct _HTTP_REQUEST {
    ULONG Bytes; /* Copied to Buffer. */
    ULONG AddressBytes;
} HTTP_REQUEST, *PHTTP_REQUEST;
