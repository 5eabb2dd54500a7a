/* results_inside.h - what results.c and results_runs.c share; no other file includes it. */
#pragma once
#include "ui/campaign/results.h"
#include <sqlite3.h>

struct results {
    sqlite3 *db;
    sqlite3_stmt *add, *has; /* Prepared on first use. */
    enum results_mode mode;
    char path[4096];
};

/* Both functions write "path: what" into error and return false. */
bool results_wrong(struct results *results, char error[RESULTS_ERROR_CHARS], const char *format,
                   ...) PRINTF_LIKE(3, 4);
/* Reports SQLite's last error. */
bool results_failed(struct results *results, char error[RESULTS_ERROR_CHARS]);

bool results_execute(struct results *results, const char *sql, char error[RESULTS_ERROR_CHARS]);
bool results_prepare(struct results *results, const char *sql, sqlite3_stmt **out,
                     char error[RESULTS_ERROR_CHARS]);
