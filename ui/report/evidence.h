/* evidence.h - everything that an administrator could find out after a run, and nothing else.
 *
 * The stop and its arguments, the stack of the stopped thread, what the debugger shows of it, both
 * event logs, what the console printed, errors of the streaming store that programs met, pool tags,
 * queues, the versions of files, and what the disks hold. The scenario's title, faults and
 * expectations are not part of it.
 */
#pragma once
#include "model/look/inspect.h"
#include "ui/report/report.h"

/* The longest healthy mean of a transfer, waiting included, in microseconds: Microsoft's limit for
 * .edb and .stm; for a log, whose writes are small and sequential, half of that. */
enum { DISK_LIMIT_US = 20000, DISK_LIMIT_LOG_US = 10000 };

struct evidence {
    const struct result *result;
    struct inspect *look; /* The machine at the end of the run. */
    char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS];
    uint32_t frame_count;
    /* The user dump of the first crash: process, thread and the thread's frames; NULL: no crash. */
    struct crash crash;
    char crash_frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS];
    uint32_t crash_frame_count;
    struct world *world;
    uint64_t most[GAUGE_COUNT]; /* Maximum of each gauge, read every second. */
    uint64_t disk_us[3];        /* By disk: mean time of a transfer in the worst five seconds. */
};

/* Runs a new world to its end (or to `until`, if not 0) and gathers the evidence. tell is called
 * every simulated second; NULL: it is not. */
void evidence_gather(struct evidence *evidence, struct world *world, sim_time until,
                     void (*tell)(void *ctx, struct world *world), void *ctx);
void evidence_free(struct evidence *evidence);

/* Number of frames of the stopped thread whose name begins with the prefix ("exifs!",
 * "nt!PspExitThread"). */
uint32_t evidence_frames(const struct evidence *evidence, const char *prefix);
/* Number of such frames of the thread that crashed first ("ifsproxy!"). */
uint32_t evidence_crash_frames(const struct evidence *evidence, const char *prefix);
/* Number of lines in the event logs with this source and ID (0: any) that contain the text (NULL:
 * any). */
uint32_t evidence_events(const struct evidence *evidence, const char *source, uint32_t id,
                         const char *text);
bool evidence_console(const struct evidence *evidence, const char *text);
/* True if a program met this error of the streaming store, such as -2239. */
bool evidence_error(const struct evidence *evidence, int32_t error);

/* Number of commits in the log whose pages in the .stm are zeros (evidence_disks.c). */
uint32_t evidence_commits_of_zeros(const struct evidence *evidence);
/* Number of pages that event 478 names and that are zeros: these were never written, not
 * changed. */
uint32_t evidence_bad_pages_of_zeros(const struct evidence *evidence);
/* Number of pages of mail in the .stm with a wrong character among correct ones. */
uint32_t evidence_garbled_pages(const struct evidence *evidence);
