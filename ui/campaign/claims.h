/* claims.h - which process works on which run of a shared database.
 *
 * A claim is the lock of one byte of a file beside the database. The host lets go of it when its
 * holder dies, however that happens, so no claim outlives its process and none needs a time limit.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct claims {
    int file;
    char path[4096 + 8];
};

/* False: errno says why. */
bool claims_open(struct claims *claims, const char *database);

/* True: the run is this process' until claims_drop. */
bool claims_take(struct claims *claims, int64_t point, uint32_t replica);
void claims_drop(struct claims *claims, int64_t point, uint32_t replica);

/* done: nothing is left to claim, so the file goes. */
void claims_close(struct claims *claims, bool done);
