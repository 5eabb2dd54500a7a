/* otherwise.h - what an end of the app has otherwise than commands.def says: the window and files
 * nothing (otherwise.c), a page in a browser the rows of ui/web/otherwise.def.
 */
#pragma once
#include "ui/timeline/commands.h"

struct command_otherwise {
    enum command command;
    const char *keys;    /* NULL: those of the table. */
    const char *text;    /* What it does here; NULL: what the table says. */
    const char *missing; /* Why this end has no such command; NULL: it has it. */
};

/* The rows, in any order. */
const struct command_otherwise *commands_otherwise(uint32_t *count);
