/* results_inside.h - what results.c, results_runs.c and merge.c share; no other file includes
 * it. */
#pragma once
#include "ui/campaign/results.h"
#include <sqlite3.h>

struct results {
    sqlite3 *db;
    sqlite3_stmt *add, *has; /* Prepared on first use. */
    enum results_mode mode;
    char path[4096];
};

/* True if both hold runs of one sweep, so that they can be joined. */
bool results_same_sweep(struct results *results, struct results *other,
                        char error[RESULTS_ERROR_CHARS]);
/* Makes the tables in an empty file and copies the provenance of another database, but for its
 * shard. The transaction stays open, for points and runs. */
bool results_begin_copy(struct results *results, struct results *from, uint32_t replicas,
                        char error[RESULTS_ERROR_CHARS]);

/* Both functions write "path: what" into error and return false. */
bool results_wrong(struct results *results, char error[RESULTS_ERROR_CHARS], const char *format,
                   ...) PRINTF_LIKE(3, 4);
/* Reports SQLite's last error. */
bool results_failed(struct results *results, char error[RESULTS_ERROR_CHARS]);

bool results_execute(struct results *results, const char *sql, char error[RESULTS_ERROR_CHARS]);
bool results_prepare(struct results *results, const char *sql, sqlite3_stmt **out,
                     char error[RESULTS_ERROR_CHARS]);
