/* cmd.h - cmd.exe: what its files share, and the programs it starts.
 *
 * cmd.c takes lines from the keyboard (outside/console.h) and carries them out; the commands lie in
 * a file a theme. What is printed goes to the console.
 */
#pragma once
#include "model/outside/console.h"
#include "model/shell/admin.h"

DWORD WINAPI cmd_main(LPVOID context);

void console_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Asks whether to go on, and waits for the next line; nothing or anything but y is no. */
bool console_agrees(void);

/* cmd_service.c: net and sc. */
void cmd_net_list(void);
void cmd_net_start(uint32_t service);
void cmd_net_stop(uint32_t service, bool yes);
void cmd_sc_query(uint32_t service);               /* SERVER_COUNT: all. */
void cmd_sc_control(uint32_t service, bool start); /* One request, as it is answered. */
void cmd_sc_config(const struct admin_command *command);

/* cmd_files.c: tools on files. */
void cmd_del(const char *path);
void cmd_eseutil_createstm(const char *edb);  /* An empty .stm for a database that lost its own. */
void cmd_eseutil_defragment(const char *edb); /* Offline: the store must not have it. */
void cmd_ntbackup(void);                      /* An online backup of the Information Store. */

/* cmd_drive.c: paths by letter, and a program that reads all of a drive. */
void cmd_dir(const char *path);
void cmd_type(const char *path);
void cmd_copy(const char *from, const char *to);
void cmd_scanner(char letter);
DWORD WINAPI scanner_main(LPVOID context);
