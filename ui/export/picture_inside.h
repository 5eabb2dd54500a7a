/* picture_inside.h - what picture.c, picture_words.c and picture_flows.c share. */
#pragma once
#include "ui/export/inside.h"

/* What a lane is drawn on. Tracks are numbers; 0: not made yet. */
struct row {
    uint32_t main;  /* Slices; of threads: services and visits. */
    uint32_t side;  /* A thread's states, a processor's DPCs. */
    uint32_t steps; /* Counter. */
};

struct pending { /* A begin or an end of the record at hand. */
    uint32_t track;
    bool ends, done;
    struct span span;
};

struct flows;

struct picture {
    struct world *world;
    const struct writer *writer;
    struct lanes *lanes;
    struct row *rows; /* By lane. */
    size_t row_room;
    struct track *tracks; /* By number; [0] is not used. */
    uint32_t track_count;
    size_t track_room;
    uint32_t groups[8];
    struct pending *pending;
    uint32_t pending_count;
    size_t pending_room;
    const struct seen *seen; /* The record at hand. */
    uint64_t number;
    struct flows *flows;
};

/* ---- picture.c ------------------------------------------------------------------------------- */
struct row *picture_row(struct picture *p, uint32_t lane);

/* An instant on a thread, or on the track of a lane's slices of this level. */
void picture_instant(struct picture *p, uint32_t lane, enum lane_level level, sim_time at,
                     struct event *event);

enum { PICTURE_TEXT = 448 }; /* A line of the event log fits. */

/* ---- picture_words.c ------------------------------------------------------------------------- */
void words_add(struct event *event, struct arg arg);
void words_of_span(struct picture *p, const struct lane *lane, const struct slot *slot,
                   struct event *event);
void words_of_mark(struct picture *p, const struct record *record, uint64_t number,
                   struct event *event, char text[PICTURE_TEXT]);
/* "inetinfo.exe smtp" of a thread's lane. */
void words_of_thread(struct picture *p, uint32_t lane, char *out, size_t size);

/* ---- picture_flows.c ------------------------------------------------------------------------- */
struct flows *flows_new(void);
void flows_free(struct flows *flows);

/* The flow that ends at what begins now, and is then forgotten; 0: none. */
uint64_t flows_to_run(struct picture *p, uint32_t thread_lane);
uint64_t flows_to_dpc(struct picture *p, uint32_t dpc);

/* The flow of a byte written in a wrong process, by the number of the record. */
uint64_t flows_of_write(uint64_t record);

/* Causes and effects that have no slice or mark of their own; after the lanes have the record. */
void flows_feed(struct picture *p);
