/* evidence.h - what an administrator could lay hands on after a run, and nothing else.
 *
 * The stop and its arguments, the stack of the stopped thread, what the debugger shows of it, both
 * event logs, what the console printed, errors of the streaming store that programs met, pool tags,
 * queues, the versions of files, and what the disks hold. Not the scenario's name, its faults or
 * its expectations.
 */
#pragma once
#include "model/look/inspect.h"
#include "ui/report/report.h"

struct evidence {
    const struct result *result;
    struct inspect *look; /* At the end. */
    char frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS];
    uint32_t frame_count;
    /* A user dump: the process that crashed first, its thread and that thread's own frames. */
    struct crash crash;
    char crash_frames[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS];
    uint32_t crash_frame_count;
    struct world *world;
    uint64_t most[GAUGE_COUNT]; /* The most of each gauge, read every second. */
    /* By disk: Avg. Disk sec/Transfer of the worst five seconds, and that without waiting. */
    uint64_t disk_us[3], disk_service_us[3];
    bool files_differ; /* The four files are not of one build. */
};

/* A world that has not run yet is run to its end (or to `until`, if not 0). */
void evidence_gather(struct evidence *evidence, struct world *world, sim_time until);
void evidence_free(struct evidence *evidence);

/* Does a frame of the stack begin so ("exifs!", "nt!PspExitThread")? How many do? */
uint32_t evidence_frames(const struct evidence *evidence, const char *prefix);
/* The same of the thread that crashed ("ifsproxy!"). */
uint32_t evidence_crash_frames(const struct evidence *evidence, const char *prefix);
/* Lines of the event log with this source and ID (0: any) that hold the text (NULL: any). */
uint32_t evidence_events(const struct evidence *evidence, const char *source, uint32_t id,
                         const char *text);
bool evidence_console(const struct evidence *evidence, const char *text);
bool evidence_error(const struct evidence *evidence, int32_t error); /* -2239: a program met it. */

/* evidence_disks.c: commits in the log whose pages in the .stm are zeros. */
uint32_t evidence_commits_of_zeros(const struct evidence *evidence);
/* Pages that event 478 names and that are zeros: not changed, but never written. */
uint32_t evidence_bad_pages_of_zeros(const struct evidence *evidence);
/* And pages of mail in the .stm with a wrong character among right ones. */
uint32_t evidence_garbled_pages(const struct evidence *evidence);
