/* anchor_each.c - the records of a stretch that meet a condition: one search after the other, each
 * from the last hit on.
 */
#include "ui/recording/anchor.h"
#include <stdio.h>

bool anchor_each(struct recording *run, const char *condition, uint64_t from, uint64_t to,
                 void (*see)(const struct record *record, uint64_t number, void *ctx), void *ctx,
                 char *error, size_t error_size)
{
    char text[ANCHOR_CHARS];
    struct anchor anchor;
    uint64_t at = 0;

    if (!anchor_parse(&anchor, condition, error, error_size))
        return false;
    for (bool first = true;; first = false) {
        if (first && from == 0)
            snprintf(text, sizeof text, "first %s", condition);
        else
            snprintf(text, sizeof text, "first %s after #%llu", condition,
                     (unsigned long long)(first ? from - 1 : at));
        if (!anchor_resolve(run, NULL, text, &at, error, error_size) || at >= to)
            return true;
        recording_lock(run);
        see(recording_record(run, at), at, ctx); /* The detail has just been looked into. */
        recording_unlock(run);
    }
}
