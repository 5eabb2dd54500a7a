/* report.h - what a person reads about a run: the stop screen, the story, the analysis, the event
 * log, the figures.
 *
 * Everything is read off a finished run (model/world/world.h); nothing here changes it. Colours
 * only if the caller says so.
 */
#pragma once
#include "model/words/event_log.h"
#include "model/world/world.h"
#include <stdio.h>

struct report {
    FILE *out;
    bool color;
    struct world *world;
    const struct scenario *scenario;
    const struct result *result;
    uint64_t seed;
    uint64_t host_us; /* Microseconds the run took on the host. */
};

/* One line: what is run, with which versions, under which load. Before the run. */
void report_title(FILE *out, const struct scenario *scenario, uint64_t seed);

/* "24/s" from thousandths a second. */
void report_rate(uint64_t milli, char *out, size_t size);

/* The four versions in one phrase: "SP2 (6.5.7638.1)" when all are alike, else each by name. */
void report_versions(const struct scenario *scenario, char *out, size_t size);

/* The blue screen of 2003, 80 columns. Only for a run that stopped. */
void report_stop_screen(const struct report *report);

/* Its lines, for whoever shows them otherwise; returns how many. The one that begins with "***" has
 * the code and the four arguments. */
enum { REPORT_STOP_LINES_MAX = 24, REPORT_STOP_COLUMNS = 80 };
uint32_t report_stop_lines(const struct stop *stop,
                           char lines[REPORT_STOP_LINES_MAX][REPORT_STOP_COLUMNS + 1]);

/* Text in lines of at most `width` columns; lines after the first begin at column `indent`. The
 * first one begins where out is now, at column `at`. Ends with a newline. */
void report_wrap(FILE *out, const char *text, int at, int indent, int width);

/* The causal story: five to ten timed lines with their record numbers; a long one is folded in the
 * middle. */
void report_story(const struct report *report);

/* The analysis in WinDbg's layout (facts/nt-kernel.md 8.4), with both processes of Arg1 and Arg2 by
 * name. */
void report_analysis(const struct report *report);

/* System and Application log; after a stop with what the system writes at the next boot (8.3). */
void report_event_log(const struct report *report);

/* The last lines of both logs, as they stand. */
void report_log_tail(const struct report *report, uint32_t count);

/* What the system writes at the next boot after a stop, in order. */
enum { REPORT_AFTERMATH_LINES = 4 };
void report_aftermath(const struct stop *stop, struct cm_line lines[REPORT_AFTERMATH_LINES]);

/* Date and time of the simulated clock: "2006-09-05 06:01:14". */
void report_stamp(sim_time at, char *out, size_t size);

/* What was typed and printed at the administrator's console, with the time of day. */
void report_console(const struct report *report);

/* Mail, machine and speed, and the fingerprint. */
void report_figures(const struct report *report);

/* The frames of the stopped thread, innermost first; count of those written. Each
 * "module!function". */
enum { REPORT_FRAMES_MAX = 40, REPORT_FRAME_CHARS = 64 };
uint32_t report_frames(const struct stop *stop, char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS]);

/* The same of a thread that crashed, its own frames alone: none of the kernel's and kernel32's. */
uint32_t report_crash_frames(const struct crash *crash,
                             char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS]);

/* Is this function of a stack the simulator's own way there, of which nobody wants to read? */
bool report_is_plumbing(const char *name);
