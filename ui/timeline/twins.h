/* twins.h - a second run beside the first: the same seed with other files, or a branch of it.
 *
 * Their playheads stand at the same time; while they are alike, at the same record.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct app;

struct twins {
    bool known;          /* Whether and where they differ. */
    uint64_t difference; /* The first record in which they do. */
};

/* Opens a second run with the seed and options of the first and these sets more. Not under the
 * locks. */
bool twins_open(struct app *app, const char *path, const char *const *sets, uint32_t set_count,
                const char *surprises, char *error, size_t error_size);

/* The run beside the active one; NULL: there is none. */
struct recording *twins_other(const struct app *app);

/* Under the locks: the other playhead follows; the difference is noted as soon as it can be. */
void twins_follow(struct app *app);
void twins_compare(struct app *app);
