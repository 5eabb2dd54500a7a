/* board.h - the story of a run in three to seven panels: what was going on, what led to what, how
 * it ended.
 *
 *     struct board *board = board_make(run, seed, error);  // a recording, and its seed
 *     for (uint32_t i = 0; i < board->count; i++)
 *         puts(board->panels[i].caption);
 *     board_free(board);
 *
 * Panels are chosen from the run's records by rules that know no scenario: the lines of the run's
 * story, the history of the objects that the end names, what the last thread did, what others did
 * meanwhile, and the surprises that were taken. Every number and every name in a caption is read
 * from a record, from the stack of the code that wrote it, or from the end of the run.
 */
#pragma once
#include "ui/explore/finding.h"
#include "ui/recording/recording.h"

enum {
    BOARD_PANELS_MIN = 3,
    BOARD_PANELS_USUAL = 5, /* At least, unless fewer things happen before the end. */
    BOARD_PANELS_MAX = 7,
    BOARD_CAST_MAX = 5,
    BOARD_NAME_CHARS = 120,
    BOARD_TEXT_CHARS = 300,
    BOARD_ERROR_CHARS = 300
};
#define BOARD_NOTHING UINT64_MAX /* No record. */

/* What a panel is in the story. */
enum board_role {
    BOARD_BEFORE, /* What was going on. */
    BOARD_STEP,   /* One step on the way. */
    BOARD_CHOICE, /* A surprise: it could have gone otherwise here. */
    BOARD_END     /* The stop, the crash, the hang. */
};
extern const char *const board_roles[]; /* "before", "step", "choice", "end". */

struct board_panel {
    enum board_role role;
    struct record record; /* The record that the panel is about. */
    uint64_t number;
    uint64_t cause; /* An earlier record that brought it about, in sight; BOARD_NOTHING: none. */
    struct record cause_record;
    sim_time from, to;                         /* The stretch of the run that is shown. */
    uint32_t cast[BOARD_CAST_MAX], cast_count; /* Lanes of the recording; the actor comes first. */
    uint32_t cause_lane; /* The lane of the thread, or else processor, that wrote the cause. */
    char surprise[40];   /* "PREEMPT:12:1"; "": none. */
    char title[40];
    char caption[2 * BOARD_TEXT_CHARS]; /* One or two sentences, or three behind a surprise. */
    /* The caption's facts. who: a thread, or a DPC and the thread under it. thread: the name of
     * that thread alone. where: a function, a process or both. */
    char who[BOARD_NAME_CHARS], thread[BOARD_NAME_CHARS], what[BOARD_TEXT_CHARS];
    char where[BOARD_NAME_CHARS], why[BOARD_TEXT_CHARS];
    char mark[48], cause_mark[48]; /* The records in two or three words, for the picture. */
};

struct board {
    struct recording *run; /* The caller's. */
    enum finding_kind finding;
    sim_time end; /* Time of the finding. */
    struct board_panel panels[BOARD_PANELS_MAX];
    uint32_t count;
    /* The five facts over the board. */
    char who[BOARD_TEXT_CHARS], what[BOARD_TEXT_CHARS], where[BOARD_TEXT_CHARS];
    char when[BOARD_TEXT_CHARS], why[BOARD_TEXT_CHARS];
};

/* Waits for the end of the run and tells it. Not under the recording's lock. NULL: there is nothing
 * to tell, and error says why. Free it with board_free. */
struct board *board_make(struct recording *run, uint64_t seed, char error[BOARD_ERROR_CHARS]);
void board_free(struct board *board); /* NULL is allowed. */

/* Writes the name of a thread's lane: "smtp 3 of inetinfo.exe"; one without a name is called by its
 * client ID. */
void board_name_thread(const struct lanes *lanes, uint32_t lane, char *out, size_t size);

/* Writes a length of time with two or three digits and its unit: "4.58 s", "12 us". */
void board_length(sim_time length, char *out, size_t size);
