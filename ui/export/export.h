/* export.h - one run, written for other programs.
 *
 *     struct export_end end;
 *     good = export_run(&(struct export_options){ .scenario = &s, .seed = 2, .out = file,
 *                                                 .format = EXPORT_PERFETTO }, &end);
 *
 * Everything is written while the run goes on: memory holds what is open at the moment, however
 * long the run is. The same scenario and seed give the same bytes.
 *
 * EXPORT_PERFETTO and EXPORT_CHROME are pictures: tracks, slices, instants, counters and flows from
 * cause to effect, as ui/recording/lanes.h sees them. EXPORT_CSV and EXPORT_JSON are the records,
 * one a line; the JSON is a line each as well (JSON Lines), with a line about the run before them
 * and one about its end behind them.
 */
#pragma once
#include "model/world/world.h"
#include <stdio.h>

enum export_format { EXPORT_PERFETTO, EXPORT_CHROME, EXPORT_CSV, EXPORT_JSON };

struct export_options {
    const struct scenario *scenario;
    uint64_t seed;
    enum export_format format;
    FILE *out;
    const char *repro; /* The line that runs it again; goes into the file. NULL: unknown. */
    /* Called every 20 ms of simulated time; may be NULL. */
    void (*progress)(void *ctx, struct world *world);
    void *progress_ctx;
};

struct export_end {
    enum outcome outcome;
    uint64_t records, fingerprint;
    int error; /* The host's errno when writing failed; 0: it did not. */
};

/* False: writing to `out` has failed, and the run ended there; or, with error 0, the host has no
 * memory for a world. */
bool export_run(const struct export_options *options, struct export_end *end);
