/* picture_inside.h - what picture.c, picture_words.c and picture_flows.c share. */
#pragma once
#include "ui/export/inside.h"

/* The tracks of a lane, by number; 0: not made yet. */
struct row {
    uint32_t main;  /* Slices; for a thread: services and visits. */
    uint32_t side;  /* A thread's states or a processor's DPCs. */
    uint32_t steps; /* Counter track. */
};

struct pending { /* A begin or an end at the present record. */
    uint32_t track;
    bool ends, done;
    struct span span;
};

struct flows;

struct picture {
    struct world *world;
    const struct writer *writer;
    struct lanes *lanes;
    struct row *rows; /* Tracks of each lane. */
    size_t row_room;
    struct track *tracks; /* Tracks by number; [0] is not used. */
    uint32_t track_count;
    size_t track_room;
    uint32_t groups[8];
    struct pending *pending;
    uint32_t pending_count;
    size_t pending_room;
    const struct seen *seen; /* The present record. */
    uint64_t number;
    struct flows *flows;
};

/* ---- picture.c ------------------------------------------------------------------------------- */
struct row *picture_row(struct picture *p, uint32_t lane);

/* Writes an instant on a thread, or on the track that holds a lane's slices of this level. */
void picture_instant(struct picture *p, uint32_t lane, enum lane_level level, sim_time at,
                     struct event *event);

enum { PICTURE_TEXT = 448 }; /* Large enough for a line of the event log. */

/* ---- picture_words.c ------------------------------------------------------------------------- */
void words_add(struct event *event, struct arg arg);
void words_of_span(struct picture *p, const struct lane *lane, const struct slot *slot,
                   struct event *event);
void words_of_mark(struct picture *p, const struct record *record, uint64_t number,
                   struct event *event, char text[PICTURE_TEXT]);
/* Writes the name of a thread's lane, such as "inetinfo.exe smtp". */
void words_of_thread(struct picture *p, uint32_t lane, char *out, size_t size);

/* ---- picture_flows.c ------------------------------------------------------------------------- */
struct flows *flows_new(void);
void flows_free(struct flows *flows);

/* Removes and returns the flow that ends at a thread's slice that begins now; 0: none. */
uint64_t flows_to_run(struct picture *p, uint32_t thread_lane);
uint64_t flows_to_dpc(struct picture *p, uint32_t dpc);

/* The flow of a write into a wrong process, by the record's number; 0: none. */
uint64_t flows_of_write(uint64_t record);

/* Handles causes and effects that have no slice or mark; call it after the lanes have handled the
 * record. */
void flows_feed(struct picture *p);
