/* load_log.c - arrivals from logs of any format.
 *
 * A log has a resolution of seconds: messages of one second are spread evenly over it. Lines are
 * sorted, because several threads write them out of order.
 */
#include "model/scenario/load_text.h"
#include <stdlib.h>
#include <string.h>

enum { DAYS_MAX = 31, BYTES_MAX = 64 << 20 };

bool load_log_in_range(struct load_log *log, uint64_t second, int line)
{
    if (!log->has_first)
        log->first = second;
    log->has_first = true;
    if (second + 86400 < log->first || second > log->first + (uint64_t)DAYS_MAX * 86400)
        return load_wrong(log->r, line, 1,
                          "a time days away from the first line's (expected a log of at most %d "
                          "days, in order)",
                          DAYS_MAX);
    return true;
}

void load_log_add(struct load_log *log, uint64_t second, uint32_t bytes)
{
    if (log->count == log->max) {
        log->max = log->max * 2 + 256;
        log->arrivals = realloc(log->arrivals, log->max * sizeof *log->arrivals);
        CHECK(log->arrivals != NULL);
    }
    log->arrivals[log->count] = (struct load_arrival){ second, bytes, log->count };
    log->count++;
}

bool load_log_bytes(struct load_log *log, struct load_piece text, int line, int column,
                    uint32_t *bytes)
{
    uint64_t micro = 0;
    bool negative = false;

    *bytes = 0;
    if (text.length == 1 && text.at[0] == '-')
        return true;
    if (!load_number(text, &negative, &micro) || negative || micro % 1000000 != 0 ||
        micro / 1000000 > BYTES_MAX)
        return load_wrong(log->r, line, column,
                          "\"%.*s\" is not a number of bytes (expected at most 64 MiB, or -)",
                          (int)MIN_OF(text.length, 40u), text.at);
    *bytes = (uint32_t)(micro / 1000000);
    return true;
}

bool load_listed(const char *list, struct load_piece word)
{
    if (strcmp(list, "all") == 0)
        return true;
    while (*list != 0) {
        size_t length;

        list += strspn(list, ", ");
        length = strcspn(list, ", ");
        if (length > 0 && length == word.length) {
            char one[64];

            memcpy(one, list, MIN_OF(length, sizeof one - 1));
            one[MIN_OF(length, sizeof one - 1)] = 0;
            if (load_same_word(word, one))
                return true;
        }
        list += length;
    }
    return false;
}

/* ---- From lines to arrivals ------------------------------------------------------------------ */

static int by_time(const void *one, const void *other)
{
    const struct load_arrival *a = one, *b = other;

    if (a->second != b->second)
        return a->second < b->second ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Returns the number of arrivals for line `index`: rate_scale thins or repeats lines evenly. */
static uint64_t copies(const struct load_reading *r, uint64_t index)
{
    return (index + 1) * r->rate_scale_micro / 1000000 - index * r->rate_scale_micro / 1000000;
}

static bool to_points(struct load_log *log, struct load_points *points)
{
    uint64_t from;
    bool good = true;

    qsort(log->arrivals, log->count, sizeof *log->arrivals, by_time);
    from = MIN_OF(log->first, log->arrivals[0].second) * 1000 + log->r->from_ms;
    for (uint32_t i = 0, end; i < log->count && good; i = end) {
        for (end = i; end < log->count && log->arrivals[end].second == log->arrivals[i].second;)
            end++;
        for (uint32_t k = i; k < end && good; k++) {
            uint64_t ms = log->arrivals[k].second * 1000 + (k - i) * (uint64_t)1000 / (end - i);
            struct load_point point = { .bytes = log->arrivals[k].bytes };

            if (ms < from)
                continue;
            point.at = load_scaled(log->r, ms - from);
            for (uint64_t left = copies(log->r, k); left > 0 && good; left--)
                good = load_point_add(log->r, points, 1, point);
        }
    }
    return good;
}

const struct load_series *load_log_series(struct load_log *log)
{
    struct load_points points = { 0 };
    bool good = log->r->wrong == 0 && log->count > 0 && to_points(log, &points);

    free(log->arrivals);
    if (good)
        return load_points_keep(&points, true);
    free(points.items);
    return NULL;
}
