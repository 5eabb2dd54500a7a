/* cmd.c - cmd.exe: an administrator at the console, one command after the other.
 *
 * Each line was read and checked before (admin.c). What its tools do happens in this process, by
 * calls like everybody's: requests to services.exe, files, processes, the object manager.
 */
#include <windows.h>
#include "model/shell/cmd.h"
#include "model/setup/files.h"
#include "model/scm/scm.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { READ_LINE_US = 50000, PRINT_US = 200, PREREQUISITE = 7638 };

void console_print(const char *format, ...)
{
    struct console *console = server_site()->console;
    struct console_line *line = &console->lines[console->line_count++ % CONSOLE_LINES_MAX];
    va_list arguments;

    line->at = nt_time();
    va_start(arguments, format);
    vsnprintf(line->text, sizeof line->text, format, arguments);
    va_end(arguments);
    nt_compute(US(PRINT_US));
}

/* ---- Drive letters --------------------------------------------------------------------------- */

void cmd_subst(const struct admin_command *command)
{
    char name[] = "?:", target[64 + ADMIN_TEXT_CHARS];

    if (command->letter != 0) {
        name[0] = command->letter;
        snprintf(target, sizeof target, "\\??\\%s", command->text);
        if (command->remove ? !nt_remove_dos_device(name) : !nt_define_dos_device(name, target))
            console_print(command->remove ? "Invalid parameter - %s" : "Drive already SUBSTed",
                          name);
        return;
    }
    for (name[0] = 'F'; name[0] <= 'Z'; name[0]++)
        if (nt_query_dos_device(name, target, sizeof target))
            console_print("%s\\: => %s", name,
                          strncmp(target, "\\??\\", 4) == 0 ? target + 4 : target);
}

void cmd_reg(const struct admin_command *command)
{
    const struct admin_registry *row = &admin_registry[command->value];
    char text[ADMIN_TEXT_CHARS];

    if (!command->query) {
        nt_set_registry(row->key, row->name, command->remove ? "" : command->text);
        console_print("The operation completed successfully.");
    } else if (nt_get_registry(row->key, row->name, text, sizeof text) && text[0] != 0) {
        console_print("    %s    REG_SZ    %s", row->name, text);
    } else {
        console_print("ERROR: The system was unable to find the specified registry key or value.");
    }
}

/* ---- The hotfix ------------------------------------------------------------------------------ */

/* The third number of a version: 6.5.7638.1. */
static uint32_t build_number(const char *build)
{
    unsigned number = 0;

    return sscanf(build, "%*u.%*u.%u", &number) == 1 ? number : 0;
}

/* Service Pack 2 on every file, or the package copies nothing (KB 908674, Prerequisites). */
static bool prerequisite_met(void)
{
    char build[FILE_BUILD_CHARS];

    for (int i = 0; i < PRODUCT_FILES; i++) {
        if (files_version(product_files[i].path, build) != 0 || build_number(build) >= PREREQUISITE)
            continue;
        console_print("(simulated text) Microsoft Exchange Server 2003 Service Pack 2 must be "
                      "installed to apply this hotfix.");
        console_print("(simulated text) %s is version %s. Nothing was copied.",
                      product_files[i].name, build);
        return false;
    }
    return true;
}

void cmd_copy_hotfix(const struct admin_command *command)
{
    uint32_t copied = 0;

    if (!prerequisite_met())
        return;
    console_print("(simulated text) The ExIFS driver must be unloaded to apply this hotfix: see "
                  "article 246216.");
    for (int i = 0; i < PRODUCT_FILES; i++) {
        if ((command->files & 1u << i) == 0)
            continue;
        uint32_t error = files_copy(i);

        console_print("%s", product_files[i].path);
        if (error != 0)
            console_print("%s", scm_error_text(error));
        copied += error == 0;
    }
    console_print("        %u file(s) copied.", (unsigned)copied);
}

static void print_file(int file, const char *build, const char *where)
{
    const struct product_build *known = files_known(file, build);

    if (known != NULL)
        console_print("  %-13s %-12s %9u  %s  %s  x86  %s", product_files[file].name, build,
                      (unsigned)known->bytes, known->date, known->time, where);
    else
        console_print("  %-13s %-12s %9s  %-11s  %-5s  x86  %s", product_files[file].name, build,
                      "-", "-", "-", where);
}

static const char heading[] =
    "  file name     file version file size  date         time   for  where";

void cmd_dir(const struct admin_command *command)
{
    (void)command;
    char build[FILE_BUILD_CHARS];

    console_print("%s", heading);
    for (int i = 0; i < PRODUCT_FILES; i++) {
        uint32_t error = files_version(product_files[i].path, build);

        if (error == 0)
            print_file(i, build, "on the disk");
        else
            console_print("  %-13s %s", product_files[i].name, scm_error_text(error));
    }
}

/* Lists the loaded modules as a debugger's lm does, from the kernel up. */
void cmd_lm(const struct admin_command *command)
{
    (void)command;
    const struct modules *modules = server_site()->modules;
    uint32_t first = modules->count > LOADED_MAX ? modules->count - LOADED_MAX : 0;
    char where[64];

    console_print("%s", heading);
    for (uint32_t i = first; i < modules->count; i++) {
        const struct loaded_module *module = &modules->loaded[i % LOADED_MAX];

        if (!files_is_loaded(module))
            continue;
        snprintf(where, sizeof where, "loaded in %s (%u)", module->process,
                 (unsigned)module->process_id);
        print_file(module->file, module->build, where);
    }
}

/* ---- Drivers and processes ------------------------------------------------------------------- */

/* Calls NtUnloadDriver directly: services.exe is not asked, so dependent services go on running. */
void cmd_unload(const struct admin_command *command)
{
    int32_t status = nt_unload_driver(server_rows[command->service].name);

    if (status != 0)
        console_print("(simulated text) unload: status %08x", (unsigned)status);
    else if (nt_driver_present(server_rows[command->service].name))
        console_print("(simulated text) unload: pending, until the last handle is closed");
    else
        console_print("(simulated text) unload: done");
}

void cmd_tasklist(const struct admin_command *command)
{
    (void)command;
    const struct scm *scm = server_site()->scm;

    for (uint32_t i = 0; i < SERVER_COUNT; i++)
        if (scm->hosts[i].process != NULL)
            console_print("%-16s %5u", scm->hosts[i].image, (unsigned)scm->hosts[i].process_id);
}

static bool same(const char *one, const char *other)
{
    for (; *one != 0 && (*one | 32) == (*other | 32); one++, other++)
        continue;
    return (*one | 32) == (*other | 32);
}

void cmd_taskkill(const struct admin_command *command)
{
    const struct scm *scm = server_site()->scm;
    uint32_t found = 0;

    for (uint32_t i = 0; i < SERVER_COUNT; i++) {
        if (scm->hosts[i].process == NULL || !same(scm->hosts[i].image, command->image))
            continue;
        uint32_t id = scm->hosts[i].process_id;
        HANDLE process = OpenProcess(PROCESS_ALL_ACCESS, FALSE, id);

        if (process == NULL)
            continue;
        TerminateProcess(process, 1);
        CloseHandle(process);
        console_print("SUCCESS: The process \"%s\" with PID %u has been terminated.",
                      command->image, (unsigned)id);
        found++;
    }
    if (found == 0)
        console_print("ERROR: The process \"%s\" not found.", command->image);
}

void cmd_iisreset(const struct admin_command *command)
{
    (void)command;
    PROCESS_INFORMATION information;
    WCHAR none[1] = { 0 };

    if (!CreateProcessW(L"iisreset.exe", none, NULL, NULL, FALSE, 0, NULL, NULL, NULL,
                        &information))
        return;
    WaitForSingleObject(information.hProcess, INFINITE);
    CloseHandle(information.hProcess);
    console_print("Internet services successfully started");
}

/* ---- The main line --------------------------------------------------------------------------- */

void cmd_nothing(const struct admin_command *command) { (void)command; }

void cmd_answer(const struct admin_command *command)
{
    console_print("'%s' is not recognized as an internal or external command,",
                  command->yes ? "y" : "n");
    console_print("operable program or batch file.");
}

void cmd_reboot(const struct admin_command *command)
{
    (void)command;
    scm_ask(SCM_SHUTDOWN, SERVER_EXIFS);
    nt_reboot();
}

/* Functions by kind of command. */
static void (*const functions[ADMIN_KINDS])(const struct admin_command *command) = {
#define ADMIN(kind, function) function,
#include "model/shell/admin.def"
#undef ADMIN
};

/* Waits for the next typed line; NULL: the keyboard is gone. */
static const char *next_line(void)
{
    struct console *console = server_site()->console;
    const char *line = NULL;

    while (line == NULL && WaitForSingleObject((HANDLE)console->handle, INFINITE) == WAIT_OBJECT_0)
        if (console->taken_count != console->typed_count)
            line = console->typed[console->taken_count++ % TYPED_MAX];
    nt_compute(US(READ_LINE_US));
    return line;
}

bool console_agrees(void)
{
    static const char question[] = "Do you want to continue this operation? (Y/N) [N]: ";
    struct admin_command command = { .kind = ADMIN_NOTHING };
    char problem[ADMIN_PROBLEM_CHARS];

    console_print("%s", question);
    /* The command counts as carried out while it waits for the answer. */
    server_site()->console->done_count++;
    const char *line = next_line();

    if (line == NULL)
        return false;
    console_print("%s%s", question, line);
    if (!admin_read(line, &command, problem) ||
        (command.kind != ADMIN_ANSWER && command.kind != ADMIN_NOTHING))
        console_print("No valid response was provided.");
    return command.kind == ADMIN_ANSWER && command.yes;
}

DWORD WINAPI cmd_main(LPVOID context)
{
    struct console *console = server_site()->console;

    console->handle = (uintptr_t)CreateSemaphoreW(NULL, 0, 1, KEYBOARD);
    char problem[ADMIN_PROBLEM_CHARS];
    struct admin_command command;

    (void)context;
    nt_name_thread("main");
    for (const char *line; (line = next_line()) != NULL;) {
        console_print("C:\\>%s", line);
        if (admin_read(line, &command, problem))
            functions[command.kind](&command);
        else
            console_print("(simulated text) %s", problem);
        console->done_count++;
    }
    return 0;
}
