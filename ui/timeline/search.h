/* search.h - records and lanes that are looked for.
 *
 * A search is made by the recording's worker, in details that are here or are made again; the frame
 * that finds its end moves the playhead (search_take). Everything here is called under the locks.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct app;

struct find {
    char text[128];   /* The condition of the last search. */
    char filter[128]; /* Dims lanes that do not match; empty: none. */
    bool searching, backwards;
    char what[64];  /* For the status bar. */
    uint64_t along; /* The other end of the arrow that is followed; RECORD_NONE: none is. */
};

/* Looks for a condition from the playhead on, and remembers it. */
void search_for(struct app *app, const char *condition);
/* Takes in what the worker has found, if it has. */
void search_take(struct app *app);
