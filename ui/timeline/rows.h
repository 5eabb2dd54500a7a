/* rows.h - which lanes are shown, in which order, how high, and what a person did to that.
 *
 * Lanes come from the recording in the order of their appearance; rows put them into groups that a
 * reader expects (load, processors, a group for each process, queues, ...). A group can be folded;
 * a lane can be pinned to the top, hidden and moved. What was done hangs on the lane's name, so it
 * can be written to the settings and found again in another run.
 */
#pragma once
#include "ui/draw/draw.h"
#include "ui/recording/recording.h"

enum row_group {
    GROUP_PINNED,
    GROUP_LOAD,
    GROUP_CPU,
    GROUP_PROCESS, /* Processes of the first boot; each is the head of a group of threads. */
    GROUP_BOOT_2,  /* Processes of later boots; the last group has the rest. */
    GROUP_BOOT_3,
    GROUP_BOOT_4,
    GROUP_BOOT_5,
    GROUP_BOOT_6,
    GROUP_QUEUES,
    GROUP_IRP,
    GROUP_POOL,
    GROUP_DISK,
    GROUP_SERVICE,
    GROUP_LOG,
    GROUP_LOCK,
    GROUP_REST, /* While only a cast is shown: the line that brings back the others. */
    ROW_GROUPS
};
/* "Processes"; in a run with several boots "Processes, first boot". */
const char *row_group_name(const struct recording *run, enum row_group group);

enum row_kind {
    ROW_GROUP,   /* A heading; its lanes may be folded away. */
    ROW_LANE,    /* One lane. */
    ROW_PROCESS, /* A process and, in one row, all its threads: the head of a group. */
    ROW_HANDLES  /* The handle count of a process. */
};

struct row {
    enum row_kind kind;
    enum row_group group;
    uint32_t lane; /* LANE_NONE: a heading. */
    int y, h;      /* From the top of the list, before scrolling. */
    uint8_t depth;
    bool expandable, expanded, pinned;
};

struct row_choice { /* What a person did to a lane. */
    bool hidden, pinned, expanded, has_expanded;
    bool cast; /* The row takes part in the link of the story that is shown. */
    int order; /* Lower is higher, within the group; 0: as it comes. */
};

struct rows {
    struct row *list;
    uint32_t count;
    size_t room;
    struct row_choice *choices; /* By lane. */
    size_t choice_count;
    bool folded[ROW_GROUPS], fold_known[ROW_GROUPS];
    bool cast_only; /* A link of the story is shown: its cast, and nobody else. */
    int height;     /* Height of all rows. */
    uint32_t hidden;
};

/* Anew from the lanes known now; percent: text size. Under the recording's lock. */
void rows_build(struct rows *rows, const struct recording *run, int percent);
/* NULL: no row shows it. */
const struct row *rows_of_lane(const struct rows *rows, uint32_t lane);
const struct row *rows_at(const struct rows *rows, int y); /* NULL: below the last. */
struct row_choice *rows_choice(struct rows *rows, uint32_t lane);
void rows_fold(struct rows *rows, const struct row *row, bool folded);
void rows_free(struct rows *rows);

/* "inetinfo.exe/smtp 3 (0120)": the name that settings and finders use. */
void row_name(const struct recording *run, uint32_t lane, char *out, size_t size);
