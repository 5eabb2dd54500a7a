/* tell.h - a bar of a lane as an object, in words: what it is, since when, for how long, in which
 * process. The tip and the inspector say the same.
 *
 * Under the recordings' locks.
 */
#pragma once
#include "ui/timeline/app.h"

struct told {
    char what[160];  /* "smtp runs on CPU 1" */
    char when[160];  /* "from 79.171882 s, for 62.5 us" */
    char where[120]; /* "in inetinfo.exe"; empty: belongs to no process. */
};

/* The span of a lane's level at a record. FOUND_PENDING: it will be known later. */
enum recording_found tell_span(struct pane *pane, uint32_t lane, uint32_t level, uint64_t number,
                               struct told *out);
/* The innermost one. */
enum recording_found tell_lane(struct pane *pane, uint32_t lane, uint64_t number, struct told *out);
/* "from 79.171882 s, for 62.5 us". */
void tell_stretch(const struct whole_span *whole, char *out, size_t size);
