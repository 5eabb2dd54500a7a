/* claims.h - reserves runs of a shared database for one process.
 *
 * A claim is the lock of one byte of a file beside the database. The host releases it when the
 * process ends in any way, so a claim needs no time limit.
 */
#pragma once
#include "ui/host/locks.h"
#include <stdbool.h>
#include <stdint.h>

struct claims {
    struct lock_file file;
    char path[4096 + 8];
};

/* Opens the file of claims beside the database. False: errno says why. */
bool claims_open(struct claims *claims, const char *database);

/* Claims a run. True: it belongs to this process until claims_drop. */
bool claims_take(struct claims *claims, int64_t point, uint32_t replica);
void claims_drop(struct claims *claims, int64_t point, uint32_t replica);

/* Closes the file. done: no run is left to claim, so the file is removed. */
void claims_close(struct claims *claims, bool done);
