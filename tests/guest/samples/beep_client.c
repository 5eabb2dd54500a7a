/* beep_client.c - beeps, writes to the null device, and looks where it is. */
#include <windows.h>
#include <stdio.h>
#include <string.h>
#include <tchar.h>
#include <strsafe.h>

static int failures;
#define EXPECT(what) ((what) ? 0 : (printf("not so: %s (%u)\n", #what, GetLastError()), failures++))

int wmain(int argc, WCHAR **argv)
{
    char folder[MAX_PATH], module[MAX_PATH], text[8], *end, line[80];
    WCHAR wide[16];
    DWORD done = 0, guarded[3] = { 1, 2, 3 };
    size_t length, left;
    SYSTEMTIME now;
    HANDLE null;

    EXPECT(argc == 3 && wcscmp(argv[1], L"one") == 0 && wcscmp(argv[2], L"two words") == 0);
    EXPECT(Beep(750, 300));
    EXPECT(!Beep(1, 300) && GetLastError() == ERROR_INVALID_PARAMETER);
    null = CreateFile(TEXT("\\\\.\\Null2"), GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0,
                      NULL);
    EXPECT(null != INVALID_HANDLE_VALUE);
    EXPECT(WriteFile(null, "gone", 4, &done, NULL) && done == 4);
    EXPECT(ReadFile(null, text, sizeof text, &done, NULL) && done == 0);
    CloseHandle(null);

    EXPECT(GetCurrentDirectoryA(sizeof folder, folder) == strlen(folder));
    EXPECT(GetCurrentDirectoryA(2, text) == strlen(folder) + 1);
    EXPECT(GetModuleFileNameA(NULL, module, sizeof module) == strlen(folder) + 16);
    EXPECT(strncmp(module, folder, strlen(folder)) == 0);
    EXPECT(strcmp(strrchr(module, '\\'), "\\beep_client.exe") == 0);
    EXPECT(GetFileAttributesA(module) != INVALID_FILE_ATTRIBUTES);
    EXPECT(GetFileAttributesA("beep.sys") != INVALID_FILE_ATTRIBUTES);
    EXPECT(GetFileAttributesA("boop.sys") == INVALID_FILE_ATTRIBUTES);
    EXPECT(GetLastError() == ERROR_FILE_NOT_FOUND);

    EXPECT(StringCbCopyA(text, sizeof text, "much too long") == STRSAFE_E_INSUFFICIENT_BUFFER);
    EXPECT(strcmp(text, "much to") == 0);
    EXPECT(StringCchCopyA(text, 0, "x") == STRSAFE_E_INVALID_PARAMETER);
    EXPECT(StringCchPrintfW(wide, ARRAYSIZE(wide), L"%d-%s", 7, L"up") == S_OK);
    EXPECT(wcscmp(wide, L"7-up") == 0);
    EXPECT(StringCbLengthW(wide, sizeof wide, &length) == S_OK && length == 8);
    EXPECT(StringCbCatExA(strcpy(text, "ab"), sizeof text, "cd", &end, &left, 0) == S_OK);
    EXPECT(end == text + 4 && left == 4);
    EXPECT(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, ERROR_ACCESS_DENIED, 0, line,
                          sizeof line, NULL) == 19);
    EXPECT(strcmp(line, "Access is denied.\r\n") == 0);
    EXPECT(FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 123456, 0, line, sizeof line, NULL) ==
           0);
    EXPECT(fgets(line, sizeof line, stdin) != NULL && strcmp(line, "first line\n") == 0);
    EXPECT(scanf("%lu", &guarded[1]) == 1 && guarded[1] == 42);
    EXPECT(guarded[0] == 1 && guarded[2] == 3);
    GetLocalTime(&now);
    printf("%04d\n", now.wYear);
    return failures;
}
