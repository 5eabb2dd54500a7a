/* toucher.c - has touch.c touch its memory, wherever that lies. Exit code: the number of the first
 * thing that is wrong. */
#include <windows.h>
#include <winioctl.h>
#include <stdio.h>
#include <stdlib.h>

#define TOUCH_NEITHER CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_NEITHER, FILE_ANY_ACCESS)
#define TOUCH_DIRECT  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_OUT_DIRECT, FILE_ANY_ACCESS)
#define TOUCH_RAW     CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_NEITHER, FILE_ANY_ACCESS)
#define TOUCH_LOCKED  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_NEITHER, FILE_ANY_ACCESS)
#define TOUCH_LENGTHS CTL_CODE(FILE_DEVICE_UNKNOWN, 0x805, METHOD_NEITHER, FILE_ANY_ACCESS)
#define TOUCH_READING CTL_CODE(FILE_DEVICE_UNKNOWN, 0x806, METHOD_BUFFERED, FILE_READ_ACCESS)
#define TOUCH_WRITING CTL_CODE(FILE_DEVICE_UNKNOWN, 0x806, METHOD_BUFFERED, FILE_WRITE_ACCESS)
#define TOUCH_COPIED  CTL_CODE(FILE_DEVICE_UNKNOWN, 0x804, METHOD_BUFFERED, FILE_ANY_ACCESS)

static unsigned char variable[64];
static const unsigned char constant[64] = { 1 };

/* A driver cannot write to a program's constants. */
static int is_refused(HANDLE device, DWORD code)
{
    DWORD got;

    return !DeviceIoControl(device, code, NULL, 0, (void *)constant, 64, &got, NULL) &&
           GetLastError() == ERROR_NOACCESS && constant[0] == 1;
}

static int is_touched(HANDLE device, unsigned char *at, DWORD bytes)
{
    DWORD got = 0;
    unsigned char before = at[bytes - 1];

    if (!DeviceIoControl(device, TOUCH_NEITHER, NULL, 0, at, bytes, &got, NULL))
        return 0;
    if (!DeviceIoControl(device, TOUCH_DIRECT, NULL, 0, at, bytes, &got, NULL))
        return 0;
    return got == bytes && at[0] == at[bytes - 1] && at[bytes - 1] == (unsigned char)(before + 2);
}

int main(void)
{
    unsigned char on_stack[64] = { 0 };
    unsigned char *allocated = malloc(64);
    unsigned char *pages = VirtualAlloc(NULL, 20000, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    HANDLE device =
        CreateFileW(L"\\\\.\\Touch", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    DWORD got;

    if (device == INVALID_HANDLE_VALUE)
        return 1;
    for (int i = 0; i < 64; i++)
        allocated[i] = 0;
    if (!is_touched(device, on_stack, sizeof on_stack))
        return 2;
    if (!is_touched(device, variable, sizeof variable))
        return 3;
    if (!is_touched(device, allocated, 64))
        return 4;
    for (int i = 0; i < 20; i++)
        if (!is_touched(device, pages, 20000) || pages[9000] != 2 * (i + 1))
            return 5;
    /* An address that is nobody's, and one of the system. */
    if (DeviceIoControl(device, TOUCH_NEITHER, NULL, 0, (void *)0x123000, 8, &got, NULL) ||
        GetLastError() != ERROR_NOACCESS)
        return 6;
    if (DeviceIoControl(device, TOUCH_NEITHER, NULL, 0, (void *)0x90000000, 8, &got, NULL) ||
        GetLastError() != ERROR_NOACCESS)
        return 7;
    if (!is_refused(device, TOUCH_NEITHER) || !is_refused(device, TOUCH_DIRECT) ||
        !is_refused(device, TOUCH_RAW) || !is_refused(device, TOUCH_LOCKED) ||
        !is_refused(device, TOUCH_COPIED))
        return 8;
    if (!DeviceIoControl(device, TOUCH_LENGTHS, NULL, 0, variable, sizeof variable, &got, NULL) ||
        !DeviceIoControl(device, TOUCH_LENGTHS, NULL, 0, on_stack, sizeof on_stack, &got, NULL) ||
        !DeviceIoControl(device, TOUCH_LENGTHS, NULL, 0, pages, 20000, &got, NULL))
        return 9;
    /* The code of a device control says what the handle must allow. */
    HANDLE reader =
        CreateFileW(L"\\\\.\\Global\\Touch", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);

    if (!DeviceIoControl(reader, TOUCH_READING, NULL, 0, variable, 8, &got, NULL) ||
        DeviceIoControl(reader, TOUCH_WRITING, NULL, 0, variable, 8, &got, NULL) ||
        GetLastError() != ERROR_ACCESS_DENIED ||
        !DeviceIoControl(device, TOUCH_WRITING, NULL, 0, variable, 8, &got, NULL))
        return 10;
    if (CreateFileW(L"\\\\.\\GLOBALROOT\\Device\\Touch", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0,
                    NULL) == INVALID_HANDLE_VALUE)
        return 11;
    if (CreateFileW(L"\\\\.\\Touch", 0, 0, NULL, OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE)
        return 12;
    printf("touched\n");
    return 0;
}
