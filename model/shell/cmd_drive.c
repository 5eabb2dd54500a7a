/* cmd_drive.c - drive letters as an administrator uses them, M: before all: dir, type, copy; and
 * scanner.exe, which reads everything on a drive, against KB 298924.
 *
 * All calls are Win32: the driver that the letter leads to finds the directory or reads the file.
 * M: leads to ExIFS, which must ask the store for the contents of a database.
 */
#include <windows.h>
#include "model/shell/cmd.h"
#include "model/exifs/exifs_ioctl.h"
#include "model/outside/site.h"
#include <stdio.h>
#include <string.h>

enum {
    LISTED_MAX = 12, /* Names printed of one directory. */
    PIECE = 32768,
    SCANNER_THREADS = 8, /* Invented, as what a scanner needs for a page. */
    SCAN_PAGE_US = 60,
    SCAN_AGAIN_MS = 100,
};

static PCWSTR widen(const char *path, const char *more, PWSTR out)
{
    char text[2 * ADMIN_TEXT_CHARS];
    INT i = 0;

    snprintf(text, sizeof text, "%s%s", path, more);
    for (; i < MAX_PATH - 1 && text[i] != 0; i++)
        out[i] = (WCHAR)text[i];
    out[i] = 0;
    return out;
}

static void narrow(PCWSTR name, char *out, size_t size)
{
    size_t i = 0;

    for (; i + 1 < size && name[i] != 0; i++)
        out[i] = (char)name[i];
    out[i] = 0;
}

/* Prints cmd.exe's text for an error; ExIFS' own statuses carry the engine's errors. */
static void print_error(DWORD error)
{
    if (error == ERROR_PATH_NOT_FOUND)
        console_print("The system cannot find the path specified.");
    else if (error == ERROR_FILE_NOT_FOUND || error == (DWORD)EXIFS_STATUS_FILE_NOT_FOUND)
        console_print("The system cannot find the file specified.");
    else if (error == ERROR_INVALID_FUNCTION) /* C: has no directories here. */
        console_print("Incorrect function.");
    else if (error == ERROR_INVALID_NAME)
        console_print("The filename, directory name, or volume label syntax is incorrect.");
    else if ((error & 0xFFFF0000u) == EXIFS_STATUS_BASE)
        console_print("(simulated text) The streaming store answers with error -%u.",
                      (unsigned)(error & 0xFFFFu));
    else
        console_print("(simulated text) error %08x", (unsigned)error);
}

/* ---- dir ------------------------------------------------------------------------------------- */

/* "M:\" of "M:\priv1", and "\\.\BackOfficeStorage\" where there is no letter. */
static bool print_volume(const char *path)
{
    size_t device = path[1] == ':' ? 2 : 4 + strcspn(path + 4, "\\");
    char root[ADMIN_TEXT_CHARS + 2], name[32];
    WCHAR wide[MAX_PATH], label[32];
    DWORD serial;

    snprintf(root, sizeof root, "%.*s", (int)device, path);
    if (!GetVolumeInformationW(widen(root, "\\", wide), label, ARRAYSIZE(label), &serial, NULL,
                               NULL, NULL, 0)) {
        print_error(GetLastError());
        return false;
    }
    narrow(label, name, sizeof name);
    console_print(" Volume in drive %.*s is %s", path[1] == ':' ? 1 : (int)device, path, name);
    console_print(" Volume Serial Number is %04X-%04X", (unsigned)serial >> 16,
                  (unsigned)serial & 0xffff);
    return true;
}

static void print_entry(const WIN32_FIND_DATAW *data)
{
    char name[64];

    narrow(data->cFileName, name, sizeof name);
    if (data->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
        console_print("    <DIR>          %s", name);
    else
        console_print("    %14lu %s", (unsigned long)data->nFileSizeLow, name);
}

void cmd_dir_path(const struct admin_command *command)
{
    const char *slash = command->text[strlen(command->text) - 1] == '\\' ? "*" : "\\*";
    uint64_t bytes = 0;
    uint32_t files = 0, folders = 0;
    WIN32_FIND_DATAW data;
    WCHAR wide[MAX_PATH];

    if (!print_volume(command->text))
        return;
    HANDLE find = FindFirstFileW(widen(command->text, slash, wide), &data);
    DWORD error = find == INVALID_HANDLE_VALUE ? GetLastError() : 0;

    if (error != 0 && error != ERROR_FILE_NOT_FOUND) {
        print_error(error);
        return;
    }
    console_print(" Directory of %s", command->text);
    while (error == 0) {
        bool folder = (data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;

        if (files + folders < LISTED_MAX)
            print_entry(&data);
        else if (files + folders == LISTED_MAX)
            console_print("    (simulated text) and so on");
        folders += folder;
        files += !folder;
        bytes += data.nFileSizeLow;
        error = FindNextFileW(find, &data) ? 0 : GetLastError();
    }
    if (find != INVALID_HANDLE_VALUE)
        FindClose(find);
    console_print("    %10u File(s) %14llu bytes", (unsigned)files, (unsigned long long)bytes);
    console_print("    %10u Dir(s)", (unsigned)folders);
}

/* ---- type and copy --------------------------------------------------------------------------- */

/* Reads the file to its end, into `to` if there is one. 0, or the error. */
static DWORD read_all(HANDLE from, HANDLE to, uint64_t *bytes)
{
    LPVOID buffer = HeapAlloc(GetProcessHeap(), 0, PIECE);
    DWORD error = 0, part = 1, written;

    *bytes = 0;
    while (error == 0 && part > 0) {
        if (!ReadFile(from, buffer, PIECE, &part, NULL) ||
            (to != NULL && part > 0 && !WriteFile(to, buffer, part, &written, NULL)))
            error = GetLastError();
        else
            *bytes += part;
    }
    HeapFree(GetProcessHeap(), 0, buffer);
    return error == ERROR_HANDLE_EOF ? 0 : error;
}

static HANDLE open_to_read(PCWSTR path)
{
    return CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING,
                       0, NULL);
}

void cmd_type(const struct admin_command *command)
{
    WCHAR wide[MAX_PATH];
    HANDLE file = open_to_read(widen(command->text, "", wide));
    uint64_t bytes;

    if (file == INVALID_HANDLE_VALUE) {
        print_error(GetLastError());
        return;
    }
    DWORD error = read_all(file, NULL, &bytes);

    CloseHandle(file);
    if (error != 0)
        print_error(error);
    else
        console_print("(simulated text) %llu bytes of mail", (unsigned long long)bytes);
}

void cmd_copy(const struct admin_command *command)
{
    WCHAR wide[MAX_PATH];
    HANDLE source = open_to_read(widen(command->text, "", wide)), target;
    uint64_t bytes;
    DWORD error = 0;

    if (source == INVALID_HANDLE_VALUE) {
        print_error(GetLastError());
        return;
    }
    target = CreateFileW(widen(command->target, "", wide), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0,
                         NULL);
    if (target == INVALID_HANDLE_VALUE)
        error = GetLastError();
    if (error == 0) {
        error = read_all(source, target, &bytes);
        CloseHandle(target);
    }
    CloseHandle(source);
    if (error != 0)
        print_error(error);
    console_print("        %u file(s) copied.", error == 0);
}

/* ---- scanner.exe ----------------------------------------------------------------------------- */

void cmd_scanner(const struct admin_command *command)
{
    WCHAR line[] = { (WCHAR)command->letter, L':', L'\\', 0 };
    PROCESS_INFORMATION information;

    if (!CreateProcessW(L"scanner.exe", line, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &information))
        return;
    CloseHandle(information.hProcess);
    console_print("(simulated text) scanner: watches %c:\\, all files", command->letter);
}

/* Opens, reads and looks at one file. */
static void scan_file(PCWSTR path)
{
    HANDLE file = open_to_read(path);
    uint64_t bytes;

    if (file == INVALID_HANDLE_VALUE)
        return;
    read_all(file, NULL, &bytes);
    nt_compute(US(SCAN_PAGE_US) * (bytes / 4096 + 1));
    CloseHandle(file);
}

static bool is_folder(const WIN32_FIND_DATAW *data)
{
    return (data->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

/* out = folder \ name. */
static void join(PWSTR out, PCWSTR folder, PCWSTR name)
{
    INT length = lstrlenW(folder);

    lstrcpynW(out, folder, MAX_PATH);
    if (length > 0 && folder[length - 1] != '\\' && length < MAX_PATH - 1)
        out[length++] = '\\';
    lstrcpynW(out + length, name, MAX_PATH - length);
}

/* Depth 0: scans the folders of a drive; 1: scans the files of a folder. FALSE: the drive is
 * gone. */
static BOOL scan_folder(PCWSTR folder, int depth)
{
    WIN32_FIND_DATAW data;
    WCHAR path[MAX_PATH];

    join(path, folder, L"*");
    HANDLE find = FindFirstFileW(path, &data);

    if (find == INVALID_HANDLE_VALUE)
        return GetLastError() != ERROR_PATH_NOT_FOUND; /* An empty folder is no error. */
    do {
        join(path, folder, data.cFileName);
        if (!is_folder(&data))
            scan_file(path);
        else if (depth == 0)
            scan_folder(path, 1);
    } while (FindNextFileW(find, &data));
    return FindClose(find);
}

static DWORD WINAPI scan_thread(LPVOID context)
{
    (void)context;
    nt_name_thread("scan");
    while (scan_folder(GetCommandLineW(), 0))
        Sleep(SCAN_AGAIN_MS);
    return 1;
}

DWORD WINAPI scanner_main(LPVOID context)
{
    server_start_threads(NULL, scan_thread, SCANNER_THREADS - 1);
    return scan_thread(context);
}
