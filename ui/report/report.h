/* report.h - prints a run for a person: the stop screen, the story, the analysis, the event log,
 * the figures.
 *
 * Everything is read from a finished run (model/world/world.h), which is not changed.
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
    uint64_t host_us; /* Host time of the run in microseconds. */
    /* Command line that opens the run in the window; the story adds to it what shows each of its
     * lines. NULL: it prints no such lines. */
    const char *view;
};

/* Prints what is run, with which versions, under which load. Call it before the run. */
void report_title(FILE *out, const struct scenario *scenario, uint64_t seed);

/* Writes a rate, given in thousandths per second, as "24/s". */
void report_rate(uint64_t milli, char *out, size_t size);

/* Writes the four versions: "SP2 (6.5.7638.1)" when all are of one build, else each by name. */
void report_versions(const struct scenario *scenario, char *out, size_t size);

/* Prints the blue screen of Windows Server 2003, 80 columns wide. Only for a run that stopped. */
void report_stop_screen(const struct report *report);

/* Makes the lines of the blue screen, for other displays; returns their number. The line that
 * begins with "***" has the code and the four arguments. */
enum { REPORT_STOP_LINES_MAX = 24, REPORT_STOP_COLUMNS = 80 };
uint32_t report_stop_lines(const struct stop *stop,
                           char lines[REPORT_STOP_LINES_MAX][REPORT_STOP_COLUMNS + 1]);

/* Prints text in lines of at most `width` columns, and a newline. `at` is the column where out
 * stands now; the second and all further lines begin at column `indent`. */
void report_wrap(FILE *out, const char *text, int at, int indent, int width);

/* Prints the story: five to ten links with time and record number. The middle of a long story is
 * left out. */
void report_story(const struct report *report);

/* Prints what Driver Verifier says of a stop: the rule, and the second stack with source lines;
 * nothing if it was none of its stops. */
void report_verifier(const struct report *report);

/* Prints the analysis in WinDbg's layout (facts/nt-kernel.md 8.4), with the names of the processes
 * of Arg1 and Arg2. */
void report_analysis(const struct report *report);

/* Prints the System and Application logs; after a stop also the lines that the next boot would
 * write (8.3). */
void report_event_log(const struct report *report);

/* Prints the last lines of both logs as they are. */
void report_log_tail(const struct report *report, uint32_t count);

/* Makes the lines that the system writes at the next boot after a stop, in order, and returns their
 * number. exchange: ExIFS is loaded, too. */
enum { REPORT_AFTERMATH_LINES = 4 };
uint32_t report_aftermath(const struct stop *stop, bool exchange,
                          struct cm_line lines[REPORT_AFTERMATH_LINES]);

/* Writes date and time of the simulated clock, such as "2006-09-05 06:01:14". */
void report_stamp(sim_time at, char *out, size_t size);

/* Prints what was typed and printed at the administrator's console, with the time of day. */
void report_console(const struct report *report);

/* Prints what drivers and programs from outside have printed, and how the programs ended; nothing
 * if the scenario has none. */
void report_guests(const struct report *report);

/* Prints the system threads of drivers from outside that wait without a time-out, each between
 * `before` and `after`: idle ones, and those that nobody will wake. */
void report_waiting(FILE *out, struct world *world, const char *before, const char *after);

/* Prints figures about mail, machine and speed, and the fingerprint. */
void report_figures(const struct report *report);

/* Makes the frames of the stopped thread as "module!function", innermost first; returns their
 * number. */
enum { REPORT_FRAMES_MAX = 40, REPORT_FRAME_CHARS = 64 };
uint32_t report_frames(const struct stop *stop, char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS]);

/* The same; places gets the source line of each frame in a driver or program from outside, such as
 * "echo.c @ 41", and "" for the others. places may be NULL. */
enum { REPORT_PLACE_CHARS = 64 };
uint32_t report_frames_placed(const struct stop *stop,
                              char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS],
                              char (*places)[REPORT_PLACE_CHARS]);

/* Names frames that host return addresses stand for, innermost first, without the simulator's own;
 * returns their number. */
struct symbols;
uint32_t report_frame_names(struct symbols *symbols, void *const *addresses, uint32_t count,
                            char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS],
                            char (*places)[REPORT_PLACE_CHARS]);

/* Makes the frames of a thread that crashed, without those of the kernel and of kernel32; returns
 * their number. */
uint32_t report_crash_frames(const struct crash *crash,
                             char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS]);

/* Prints every living thread of the machine: what it waits for, and its stack. hung_frame: where an
 * endless loop was broken (ui/run/run.h); NULL: nowhere. */
void report_threads(FILE *out, struct world *world, void *hung_frame);

/* True if a function on a stack belongs to the simulator's own mechanism, which reports leave
 * out. */
bool report_is_plumbing(const char *name);
