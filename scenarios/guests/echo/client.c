/* client.c - a program that opens \\.\Echo, writes a text, reads it back and compares. */
#include <windows.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    static const char text[] = "Hello, driver.";
    char back[64];
    DWORD bytes;
    HANDLE file =
        CreateFileA("\\\\.\\Echo", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);

    if (file == INVALID_HANDLE_VALUE) {
        printf("cannot open \\\\.\\Echo: error %lu\n", GetLastError());
        return 1;
    }
    if (!WriteFile(file, text, sizeof text, &bytes, NULL) || bytes != sizeof text) {
        printf("cannot write: error %lu\n", GetLastError());
        return 2;
    }
    if (!ReadFile(file, back, sizeof back, &bytes, NULL)) {
        printf("cannot read: error %lu\n", GetLastError());
        return 3;
    }
    CloseHandle(file);
    if (bytes != sizeof text || strcmp(back, text) != 0) {
        printf("%lu bytes came back, other ones\n", bytes);
        return 4;
    }
    printf("%lu bytes came back: %s\n", bytes, back);
    return 0;
}
