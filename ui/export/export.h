/* export.h - runs a scenario and writes what happens for other programs.
 *
 *     struct export_end end;
 *     good = export_run(&(struct export_options){ .scenario = &s, .seed = 2, .out = file,
 *                                                 .format = EXPORT_PERFETTO }, &end);
 *
 * Output is written while the run goes on; memory holds only slices and flows that are open at the
 * moment. The same scenario and seed give the same bytes.
 *
 * EXPORT_PERFETTO and EXPORT_CHROME write traces: tracks, slices, instants, counters and flows from
 * cause to effect, as ui/recording/lanes.h derives them. EXPORT_CSV and EXPORT_JSON write one line
 * for each record; the JSON Lines also have a line about the run at the beginning and one about its
 * result at the end.
 */
#pragma once
#include "model/world/world.h"
#include <stdio.h>

enum export_format { EXPORT_PERFETTO, EXPORT_CHROME, EXPORT_CSV, EXPORT_JSON };

/* What a user wants to see of a run; NULL: all of it. */
struct export_wanted {
    const char *from, *to; /* Instants, ui/recording/anchor.h; the end is not included. */
    const char *kinds;     /* Names of records.def, separated by commas. */
    const char *process;   /* Image of a process. */
};

struct export_bound {
    bool given, is_time;
    uint64_t value; /* ns since the first boot, or the number of a record. */
};

struct export_filter {
    struct export_bound from, to;
    bool some_kinds, kinds[256]; /* By kind of record. */
    const char *process;         /* NULL: every process. */
};

/* Reads what is wanted. Instants such as "stop - 3 s" are looked for in a recording of the run.
 * False: error says what is wrong. */
bool export_filter_read(const struct export_wanted *wanted, const struct scenario *scenario,
                        uint64_t seed, struct export_filter *filter, char *error, size_t size);

/* True for a text that names an instant, whether or not a run has it. False: error says what was
 * found after this option, and what was expected. */
bool export_instant_check(const char *option, const char *text, char *error, size_t size);

struct export_options {
    const struct scenario *scenario;
    uint64_t seed;
    enum export_format format;
    FILE *out;
    const struct export_filter *filter;
    const char *repro; /* Command line that repeats the run, for the file; NULL: unknown. */
    /* Called every 20 ms of simulated time; NULL: not called. */
    void (*progress)(void *ctx, struct world *world);
    void *progress_ctx;
    const atomic_bool *signal; /* Becomes true to end the run at once; NULL: never. */
};

struct export_end {
    const char *outcome; /* As world_outcome has it. */
    uint64_t records, fingerprint;
    int error;         /* errno of the write that failed; 0: none. */
    char problem[160]; /* Why nothing fits the filter; "": something does. */
    bool interrupted;  /* The run was ended by `signal`. */
    sim_time at;       /* Simulated time of the end. */
};

/* Runs the scenario and writes to `out`. False: a write failed and ended the run; or, with error 0,
 * the host has no memory for a world. */
bool export_run(const struct export_options *options, struct export_end *end);
