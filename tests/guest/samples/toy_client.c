/* toy_client.c - plays with the toy of toy.c.
 *
 *     toy_client play        two reads wait; winding answers them
 *     toy_client break       tells the toy that it is broken while a read waits, and keeps the file
 *     toy_client hold        keeps the device open for 10 seconds
 *     toy_client install     installs and starts the driver, plays, and cannot stop it
 *     toy_client absent      the toy must not be there
 */
#include <windows.h>
#include <winioctl.h>
#include <initguid.h>
#include <stdio.h>
#include <string.h>
#include "toy.h"

static HANDLE Open(void)
{
    return CreateFileA(TOY_LINK, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE,
                       NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
}

static BOOL Read(HANDLE toy, OVERLAPPED *overlapped, ULONG *turns)
{
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = CreateEvent(NULL, TRUE, FALSE, NULL);
    return !ReadFile(toy, turns, sizeof *turns, NULL, overlapped) &&
           GetLastError() == ERROR_IO_PENDING;
}

static BOOL Tell(HANDLE toy, DWORD code)
{
    OVERLAPPED overlapped = { 0 };
    DWORD bytes;

    return DeviceIoControl(toy, code, NULL, 0, NULL, 0, &bytes, &overlapped) ||
           (GetLastError() == ERROR_IO_PENDING &&
            GetOverlappedResult(toy, &overlapped, &bytes, TRUE));
}

static BOOL Install(void)
{
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SC_HANDLE service = CreateServiceA(
        manager, "toy", "toy", SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START,
        SERVICE_ERROR_NORMAL, "C:\\Exchsrvr\\bin\\toy.sys", NULL, NULL, NULL, NULL, NULL);
    SERVICE_STATUS status;

    return service != NULL && StartServiceA(service, 0, NULL) &&
           !ControlService(service, SERVICE_CONTROL_STOP, &status) &&
           GetLastError() == ERROR_INVALID_SERVICE_CONTROL;
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "play";
    OVERLAPPED first, second;
    ULONG one = 0, other = 0;
    HANDLE toy;
    DWORD bytes;

    if (strcmp(how, "install") == 0 && !Install())
        return 11;
    toy = Open();
    if (strcmp(how, "absent") == 0)
        return toy == INVALID_HANDLE_VALUE && GetLastError() == ERROR_FILE_NOT_FOUND ? 0 : 1;
    if (toy == INVALID_HANDLE_VALUE) {
        printf("cannot open the toy: error %lu\n", GetLastError());
        return 2;
    }
    if (strcmp(how, "hold") == 0) {
        Sleep(10000);
        CloseHandle(toy);
        return 0;
    }
    if (!Read(toy, &first, &one))
        return 3;
    if (strcmp(how, "break") == 0) {
        if (!Tell(toy, IOCTL_TOY_BREAKS))
            return 4;
        if (GetOverlappedResult(toy, &first, &bytes, TRUE) ||
            GetLastError() != ERROR_FILE_NOT_FOUND)
            return 5;
        Sleep(1000);
        if (Read(toy, &second, &other) || Open() != INVALID_HANDLE_VALUE)
            return 6;
        CloseHandle(toy);
        printf("the toy broke\n");
        return 0;
    }
    if (!Read(toy, &second, &other) || !Tell(toy, IOCTL_TOY_WIND))
        return 7;
    if (!GetOverlappedResult(toy, &first, &bytes, TRUE) ||
        !GetOverlappedResult(toy, &second, &bytes, TRUE) || one == other)
        return 8;
    if (!Read(toy, &first, &one) || !CancelIo(toy))
        return 9;
    /* Another program may have wound it just before. */
    if (!GetOverlappedResult(toy, &first, &bytes, TRUE) &&
        GetLastError() != ERROR_OPERATION_ABORTED)
        return 10;
    printf("turned to %lu\n", other);
    CloseHandle(toy);
    return 0;
}
