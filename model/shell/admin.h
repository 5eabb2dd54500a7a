/* admin.h - the commands an administrator may type, read once and checked before any time runs.
 *
 * Pure: a scenario's steps and the interactive console are checked here, cmd.exe (cmd.c) carries
 * them out. To add one: a kind, a row in admin.c with its reader, a case in cmd.c.
 */
#pragma once
#include "model/words/limits.h"
#include "model/words/services.h"

enum admin_kind {
    ADMIN_NOTHING, /* An empty line, or rem. */
    ADMIN_ANSWER,  /* y or n, to a question. */
    ADMIN_NET_LIST,
    ADMIN_NET_START,
    ADMIN_NET_STOP,
    ADMIN_SC_QUERY,
    ADMIN_SC_START, /* One request, without waiting and without dependents. */
    ADMIN_SC_STOP,
    ADMIN_SC_CONFIG,
    ADMIN_SUBST,
    ADMIN_COPY,
    ADMIN_DIR,
    ADMIN_LM,
    ADMIN_UNLOAD,
    ADMIN_TASKLIST,
    ADMIN_TASKKILL,
    ADMIN_IISRESET,
    ADMIN_REG,
    ADMIN_DEL,
    ADMIN_ESEUTIL_CREATESTM,
    ADMIN_ESEUTIL_DEFRAGMENT,
    ADMIN_NTBACKUP,
    ADMIN_REBOOT,
    ADMIN_DIR_PATH, /* On a drive letter, such as M:. */
    ADMIN_TYPE,
    ADMIN_COPY_FILE,
    ADMIN_SCANNER,
};
enum { ADMIN_PROBLEM_CHARS = 200, ADMIN_TEXT_CHARS = 64 };

enum admin_value {
#define REGISTRY_VALUE(id, key, name) ADMIN_VALUE_##id,
#include "model/shell/registry.def"
#undef REGISTRY_VALUE
    ADMIN_VALUES
};
extern const struct admin_registry {
    const char *key, *name; /* The key from \Registry\Machine on. */
} admin_registry[ADMIN_VALUES];

struct admin_command {
    enum admin_kind kind;
    uint32_t service;      /* SERVER_COUNT: all, or none. */
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

/* False: problem says what was read and what was meant. */
bool admin_read(const char *line, struct admin_command *command, char problem[ADMIN_PROBLEM_CHARS]);

/* A line of help for each; NULL behind the last. */
const char *admin_help(uint32_t index);
