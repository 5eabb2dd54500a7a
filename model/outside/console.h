/* console.h - the administrator's console: what is typed, what cmd.exe prints.
 *
 * The keyboard is hardware, as the wire is: the world puts a line there and an interrupt counts it
 * (console_keyboard.c); cmd.exe waits for lines, one after the other.
 */
#pragma once
#include "model/outside/site.h"
#include "model/words/limits.h"

enum { CONSOLE_LINES_MAX = 1024, CONSOLE_COLUMNS = 140, TYPED_MAX = 128 };

struct console_line {
    sim_time at;
    char text[CONSOLE_COLUMNS];
};
struct backup { /* ntbackup's remote procedure call to the store, and the answer. */
    bool wanted, running;
    int32_t error;
    uint32_t pages;   /* Pages of messages that were read. */
    uint32_t process; /* Process id of the store that answers. */
};
struct console {
    /* Lines ever printed; the last CONSOLE_LINES_MAX are kept, line n at n % CONSOLE_LINES_MAX. */
    uint32_t line_count;
    struct console_line lines[CONSOLE_LINES_MAX];
    char typed[TYPED_MAX][ADMIN_CHARS];
    uint32_t typed_count, taken_count, done_count; /* Typed lines: ever typed, begun, finished. */
    struct backup backup;
    void *keyboard;   /* Semaphore object that counts the typed lines ... */
    uintptr_t handle; /* ... and cmd.exe's handle of it. */
};

/* console_keyboard.c, called by the world. */
void console_start(struct site *site); /* Makes the console; before time runs. */
/* Types a line now, or, before time runs, at a time. False: too much is typed and not yet read. */
bool console_type(struct site *site, const char *line);

#define KEYBOARD L"Keyboard"
