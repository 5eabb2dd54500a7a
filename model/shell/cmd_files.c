/* cmd_files.c - an administrator's tools on files: del, eseutil, ntbackup.
 *
 * The tools run in cmd.exe's own process, by ordinary calls: a file that a program has open is in
 * use, and a missing file is not found.
 */
#include <windows.h>
#include "model/shell/cmd.h"
#include "model/ese/ese.h"
#include "model/scm/scm.h"

enum { ESEUTIL_US = 400000, STM_PAGES = 16, PAGE = 4096, ANSWER_MS = 5000, POLL_MS = 100 };

void cmd_del(const struct admin_command *command)
{
    WCHAR wide[ADMIN_TEXT_CHARS];

    if (DeleteFileW(server_build(command->text, wide)))
        return;
    if (GetLastError() == ERROR_SHARING_VIOLATION) {
        console_print("%s", command->text);
        console_print("%s", scm_error_text(ERROR_SHARING_VIOLATION));
    } else {
        console_print("Could Not Find %s", command->text);
    }
}

/* The .stm of this house's one database lies on a disk of its own; its name is the .edb's. */
static PCWSTR stm_of(const char *edb, PWSTR wide)
{
    server_build(edb, wide);
    wide[0] = L'E';
    lstrcpynW(wide + lstrlenW(wide) - 3, L"stm", 4);
    return wide;
}

static LONG create_stm(const char *edb)
{
    LARGE_INTEGER end = { .QuadPart = STM_PAGES * PAGE };
    WCHAR wide[ADMIN_TEXT_CHARS];
    HANDLE file = CreateFileW(server_build(edb, wide), GENERIC_READ | GENERIC_WRITE, 0, NULL,
                              OPEN_EXISTING, 0, NULL);

    if (file == INVALID_HANDLE_VALUE)
        return GetLastError() == ERROR_SHARING_VIOLATION ? JET_errSLVFileAccessDenied
                                                         : JET_errSLVDatabaseMissing;
    CloseHandle(file);
    file =
        CreateFileW(stm_of(edb, wide), GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return JET_errSLVStreamingFileAlreadyExists;
    BOOL made = SetFilePointerEx(file, end, NULL, FILE_BEGIN) && SetEndOfFile(file);

    CloseHandle(file);
    return made ? JET_errSuccess : JET_errSLVStreamingFileFull;
}

static void print_end(LONG error)
{
    if (error == JET_errSuccess)
        console_print("Operation completed successfully.");
    else
        console_print("Operation terminated with error %d.", (int)error);
}

void cmd_eseutil_createstm(const struct admin_command *command)
{
    WCHAR wide[ADMIN_TEXT_CHARS];

    nt_compute(US(ESEUTIL_US));
    LONG error = create_stm(command->text);

    if (error == JET_errSuccess)
        EseForgetTables(server_build(command->text, wide));
    print_end(error);
}

/* A database whose engine keeps no checksums has nothing that could be compared. */
void cmd_eseutil_defragment(const struct admin_command *command)
{
    const struct store_settings *set = &server_site()->set.store;
    WCHAR wide[ADMIN_TEXT_CHARS], stm[ADMIN_TEXT_CHARS];

    nt_compute(US(ESEUTIL_US));
    console_print("Initiating DEFRAGMENTATION mode...");
    print_end(set->checksums
                  ? EseDefragment(stm_of(command->text, stm), server_build(command->text, wide),
                                  set->stm_limit_pages, set->defrag_recomputes)
                  : JET_errSuccess);
}

static bool lives(uint32_t id)
{
    HANDLE process = OpenProcess(PROCESS_ALL_ACCESS, FALSE, id);
    DWORD code = 0;

    if (process == NULL)
        return false;
    bool lives = GetExitCodeProcess(process, &code) && code == STILL_ACTIVE;

    CloseHandle(process);
    return lives;
}

/* Waits while the store reads. Without an answer, the service does not run or its database is not
 * mounted. */
void cmd_ntbackup(const struct admin_command *command)
{
    (void)command;
    struct backup *backup = &server_site()->console->backup;
    sim_time until = nt_time() + MS(ANSWER_MS);

    backup->wanted = true;
    while (backup->wanted && nt_time() < until)
        Sleep(POLL_MS);
    if (backup->wanted) {
        backup->wanted = false;
        console_print("(simulated text) The Microsoft Exchange Information Store does not answer.");
        return;
    }
    while (backup->running && lives(backup->process))
        Sleep(POLL_MS);
    if (backup->running) {
        backup->running = false;
        console_print("(simulated text) The Microsoft Exchange Information Store does not answer "
                      "any more.");
        return;
    }
    if (backup->error == 0)
        console_print(
            "(simulated text) The operation successfully completed. Pages of messages: %u",
            (unsigned)backup->pages);
    else
        console_print("(simulated text) The operation did not complete successfully: error %d.",
                      (int)backup->error);
}
