/* console.h - the administrator's console: what is typed, what cmd.exe prints.
 *
 * The keyboard is hardware, as the wire is: the world puts a line there and an interrupt counts it
 * (console_keyboard.c); cmd.exe waits for lines, one after the other.
 */
#pragma once
#include "model/shell/admin.h"
#include "model/outside/site.h"

enum { CONSOLE_LINES_MAX = 1024, CONSOLE_COLUMNS = 140, TYPED_MAX = 128 };

struct console_line {
    sim_time at;
    char text[CONSOLE_COLUMNS];
};
struct backup { /* What ntbackup asks of the store, and its answer: a remote procedure call. */
    bool wanted, running;
    int32_t error;
    uint32_t pages;   /* Of messages, that were read. */
    uint32_t process; /* Who answers. */
};
struct console {
    uint32_t line_count; /* All that were printed; the last CONSOLE_LINES_MAX are there. */
    struct console_line lines[CONSOLE_LINES_MAX];
    char typed[TYPED_MAX][ADMIN_CHARS];
    uint32_t typed_count, taken_count, done_count; /* Commands: in, begun, finished. */
    struct backup backup;
    void *keyboard;   /* Semaphore object ... */
    uintptr_t handle; /* ... and cmd.exe's handle of it. */
};

/* console_keyboard.c: for the world. */
void console_start(struct site *site); /* Before time runs. */
/* Types a line now, or, before time runs, at a time. False: too much is typed and not yet read. */
bool console_type(struct site *site, const char *line);

void console_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Asks whether to go on, and waits for the next line; nothing or anything but y is no. */
bool console_agrees(void);
DWORD WINAPI cmd_main(LPVOID context);

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

#define KEYBOARD L"Keyboard"
