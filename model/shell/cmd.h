/* cmd.h - cmd.exe: what its files share, and the programs it starts.
 *
 * cmd.c takes lines from the keyboard (outside/console.h) and carries them out; each theme of
 * commands has a file. Output goes to the console.
 */
#pragma once
#include "model/outside/console.h"
#include "model/shell/admin.h"

DWORD WINAPI cmd_main(LPVOID context);

void console_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Asks whether to go on, and waits for the next line. True: the answer is y. */
bool console_agrees(void);

/* The function of each command of admin.def. */
#define ADMIN(kind, function) void function(const struct admin_command *command);
#include "model/shell/admin.def"
#undef ADMIN

/* cmd_drive.c: main of scanner.exe, a program that reads all files of a drive. */
DWORD WINAPI scanner_main(LPVOID context);
