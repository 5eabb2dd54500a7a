/* admin.h - the commands an administrator may type, read once and checked before any time runs.
 *
 * Reading a line changes nothing: the steps of a scenario and the console's lines are checked here;
 * cmd.exe (cmd.c) carries them out. admin.def lists the commands.
 */
#pragma once
#include "model/words/limits.h"
#include "model/words/services.h"

enum admin_kind {
#define ADMIN(kind, function) ADMIN_##kind,
#include "model/shell/admin.def"
#undef ADMIN
    ADMIN_KINDS
};
enum { ADMIN_PROBLEM_CHARS = 200, ADMIN_TEXT_CHARS = 64 };

enum admin_value {
#define REGISTRY_VALUE(id, key, name) ADMIN_VALUE_##id,
#include "model/shell/registry.def"
#undef REGISTRY_VALUE
    ADMIN_VALUES
};
extern const struct admin_registry {
    const char *key, *name; /* key: path below \Registry\Machine. */
} admin_registry[ADMIN_VALUES];

struct admin_command {
    enum admin_kind kind;
    uint32_t service;      /* Index of services.def; SERVER_COUNT: all, or none. */
    bool yes;              /* net stop /y; the answer y. */
    uint32_t files;        /* copy: bits of product files. */
    uint32_t start, needs; /* sc config: UINT32_MAX leaves it. */
    char letter;           /* subst: 'M'; 0: list them. */
    bool remove, query;    /* reg; subst /d. */
    enum admin_value value;
    char text[ADMIN_TEXT_CHARS];   /* reg add: the data. del, eseutil: a path. */
    char target[ADMIN_TEXT_CHARS]; /* copy: where to. */
    char image[32];                /* taskkill. */
};

/* Reads a line into command. False: problem says what was read and what was expected. */
bool admin_read(const char *line, struct admin_command *command, char problem[ADMIN_PROBLEM_CHARS]);

/* Line of help number index, from 0; NULL behind the last. */
const char *admin_help(uint32_t index);
