/* transfer_client.c - installs the driver Transfer, sends each of its controls, removes it. */
#include <DriverSpecs.h>
_Analysis_code_type_user_code_

#include <windows.h>
#include <WinIoctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strsafe.h>
#include "transfer.h"
#include "install.h"

    char OutputBuffer[100];
char InputBuffer[100];

static int failures;

static void Send(HANDLE hDevice, DWORD code, const char *what, const char *wanted)
{
    ULONG bytesReturned = 0;

    StringCbCopy(InputBuffer, sizeof(InputBuffer), "from the program");
    memset(OutputBuffer, 0, sizeof(OutputBuffer));
    if (code == IOCTL_TRANSFER_IN_DIRECT)
        StringCbPrintf(OutputBuffer, sizeof(OutputBuffer), "%s", wanted);
    if (!DeviceIoControl(hDevice, code, &InputBuffer, (DWORD)strlen(InputBuffer) + 1, &OutputBuffer,
                         sizeof(OutputBuffer), &bytesReturned, NULL)) {
        printf("Error in DeviceIoControl, %s: %d\n", what, GetLastError());
        failures++;
        return;
    }
    printf("    %s (%lu): %s\n", what, bytesReturned, OutputBuffer);
    if (strcmp(OutputBuffer, wanted))
        failures++;
}

VOID __cdecl main(_In_ ULONG argc, _In_reads_(argc) PCHAR argv[])
{
    HANDLE hDevice;
    ULONG bytesReturned;
    DWORD errNum = 0;
    TCHAR driverLocation[MAX_PATH];

    UNREFERENCED_PARAMETER(argc);
    UNREFERENCED_PARAMETER(argv);

    if ((hDevice = CreateFile("\\\\.\\TransferTest", GENERIC_READ | GENERIC_WRITE, 0, NULL,
                              CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL)) ==
        INVALID_HANDLE_VALUE) {
        errNum = GetLastError();
        if (errNum != ERROR_FILE_NOT_FOUND) {
            printf("CreateFile failed : %d\n", errNum);
            exit(2);
        }
        if (!SetupDriverName(driverLocation, sizeof(driverLocation), "\\" TRANSFER_DRIVER ".sys")) {
            exit(3);
        }
        if (!ManageDriver(TRANSFER_DRIVER, driverLocation, DRIVER_FUNC_INSTALL)) {
            printf("Unable to install driver.\n");
            ManageDriver(TRANSFER_DRIVER, driverLocation, DRIVER_FUNC_REMOVE);
            exit(4);
        }
        hDevice = CreateFile("\\\\.\\TransferTest", GENERIC_READ | GENERIC_WRITE, 0, NULL,
                             CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
        if (hDevice == INVALID_HANDLE_VALUE) {
            printf("Error: CreatFile Failed : %d\n", GetLastError());
            exit(5);
        }
    }

    Send(hDevice, IOCTL_TRANSFER_BUFFERED, "METHOD_BUFFERED", "FROM THE PROGRAM");
    Send(hDevice, IOCTL_TRANSFER_NEITHER, "METHOD_NEITHER", "FROM THE PROGRAM");
    Send(hDevice, IOCTL_TRANSFER_IN_DIRECT, "METHOD_IN_DIRECT", "more from the program");
    Send(hDevice, IOCTL_TRANSFER_OUT_DIRECT, "METHOD_OUT_DIRECT", "FROM THE PROGRAM");

    /* Mistakes: a control that is not there, no output, an address that is not the caller's. */
    if (DeviceIoControl(hDevice, CTL_CODE(40000, 0x9ff, METHOD_BUFFERED, 0), InputBuffer, 1,
                        OutputBuffer, 1, &bytesReturned, NULL) ||
        GetLastError() != ERROR_INVALID_FUNCTION)
        failures++;
    if (DeviceIoControl(hDevice, IOCTL_TRANSFER_BUFFERED, InputBuffer, 1, NULL, 0, &bytesReturned,
                        NULL) ||
        GetLastError() != ERROR_INVALID_PARAMETER)
        failures++;
    if (DeviceIoControl(hDevice, IOCTL_TRANSFER_NEITHER, InputBuffer, 1, (PVOID)(ULONG_PTR)0x10000,
                        1, &bytesReturned, NULL) ||
        GetLastError() != ERROR_NOACCESS)
        printf("a page that is not there: %d\n", GetLastError()), failures++;
    if (DeviceIoControl(hDevice, IOCTL_TRANSFER_NEITHER, (PVOID)(ULONG_PTR)0x80001000, 1,
                        OutputBuffer, 1, &bytesReturned, NULL) ||
        GetLastError() != ERROR_NOACCESS)
        printf("an address of the kernel: %d\n", GetLastError()), failures++;
    CloseHandle(hDevice);

    if (!ManageDriver(TRANSFER_DRIVER, driverLocation, DRIVER_FUNC_REMOVE))
        failures++;
    /* What was removed can be installed again. */
    if (!ManageDriver(TRANSFER_DRIVER, driverLocation, DRIVER_FUNC_INSTALL) ||
        !ManageDriver(TRANSFER_DRIVER, driverLocation, DRIVER_FUNC_REMOVE))
        failures++;
    if (failures)
        exit(1);
}
