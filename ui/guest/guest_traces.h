/* guest_traces.h - NAME.tmh, which the tool tracewpp makes of a source on Windows. */
#pragma once
#include "ui/guest/guest.h"

/* Writes the header `path` for a source: wpp.h, and a macro for each trace function that a comment
 * of the source, or of a header beside it or among the includes, configures:
 *
 *     // begin_wpp config
 *     // FUNC TraceEvents(LEVEL, FLAGS, MSG, ...);
 *     // end_wpp
 *
 * False: the file cannot be written. */
bool guest_write_traces(const struct guest_plan *plan, const char *source, const char *path);
