/* reader.c - reads once from the driver of rules.c. */
#include <windows.h>

int main(void)
{
    char byte;
    DWORD bytes;
    HANDLE file = CreateFileA("\\\\.\\Rules", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);

    if (file == INVALID_HANDLE_VALUE || !ReadFile(file, &byte, 1, &bytes, NULL))
        return 1;
    CloseHandle(file);
    return 0;
}
