/* notify_client.c - notify_client SECONDS TYPE: waits for the driver Notify as TYPE says: 0, an
 * overlapped request; 1, an event; 2, a request that is taken back; 3, one whose file is closed.
 */
#include <windows.h>
#include <stdio.h>
#include <conio.h>
#include <stdlib.h>
#include <process.h>
#include "notify.h"

#define USAGE()                                                             \
    {                                                                       \
        printf("Usage: notify_client <delay in seconds> <0, 1, 2 or 3>\n"); \
    }

static void PrintError(LPCTSTR what)
{
    LPTSTR text = NULL;

    FormatMessage(
        FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
        NULL, GetLastError(), MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), (LPTSTR)&text, 0, NULL);
    printf("%s: %s", what, text != NULL ? text : TEXT("?\n"));
    LocalFree(text);
}

int __cdecl main(_In_ int argc, _In_reads_(argc) char *argv[])
{
    HANDLE hDevice;
    DWORD bytesReturned, start;
    REGISTER_EVENT registerEvent;
    OVERLAPPED overlapped = { 0 };
    int type, seconds;

    if (argc < 3 || sscanf_s(argv[1], "%d", &seconds) != 1 || (type = atoi(argv[2])) < 0 ||
        type > 3) {
        USAGE();
        exit(64);
    }
    hDevice = CreateFile("\\\\.\\Notify", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL,
                         OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OVERLAPPED, NULL);
    if (hDevice == INVALID_HANDLE_VALUE) {
        PrintError("CreateFile");
        return 1;
    }
    overlapped.hEvent = CreateEvent(NULL, TRUE, FALSE, NULL);
    registerEvent.Type = type == 1 ? EVENT_BASED : IRP_BASED;
    registerEvent.hEvent = CreateEvent(NULL, FALSE, FALSE, NULL);
    registerEvent.DueTime.QuadPart = -((LONGLONG)seconds * 10 * 1000 * 1000);
    start = GetTickCount();

    if (!DeviceIoControl(hDevice, IOCTL_REGISTER_EVENT, &registerEvent, REGISTER_EVENT_SIZE, NULL,
                         0, &bytesReturned, &overlapped) &&
        GetLastError() != ERROR_IO_PENDING) {
        PrintError("DeviceIoControl");
        return 2;
    }
    if (type == 2 && !CancelIo(hDevice)) {
        PrintError("CancelIo");
        return 3;
    }
    if (type == 3) {
        CloseHandle(hDevice);
        if (WaitForSingleObject(overlapped.hEvent, 5000) != WAIT_OBJECT_0)
            return 4;
        return overlapped.Internal == (ULONG_PTR)(LONG_PTR)STATUS_CANCELLED ||
                       (ULONG)overlapped.Internal == (ULONG)STATUS_CANCELLED
                   ? 0
                   : 5;
    }
    if (WaitForSingleObject(type == 1 ? registerEvent.hEvent : overlapped.hEvent, INFINITE) !=
        WAIT_OBJECT_0)
        return 6;
    if (type != 1 && !GetOverlappedResult(hDevice, &overlapped, &bytesReturned, TRUE)) {
        PrintError("GetOverlappedResult");
        return type == 2 && GetLastError() == ERROR_OPERATION_ABORTED ? 0 : 7;
    }
    printf("after %u s\n", (GetTickCount() - start + 500) / 1000);
    printf("press a key: ");
    printf("%c\n", _getch());
    CloseHandle(registerEvent.hEvent);
    CloseHandle(overlapped.hEvent);
    CloseHandle(hDevice);
    return type == 2 ? 8 : 0;
}
