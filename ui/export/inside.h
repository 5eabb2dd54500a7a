/* inside.h - what the files of ui/export share: observed records, tracks, and the interface of a
 * writer.
 *
 *   world --watch--> batch --20 ms--> picture (lanes -> tracks, slices, flows) --> writer --> file
 *                          '--------> records ----------------------------------> writer --> file
 *
 * The watcher runs on a simulated thread's small stack, so it only notes the record and the facts
 * that cannot be found later: who acted, what is waited for, the thread's name. Writing happens
 * between two slices of the run.
 */
#pragma once
#include "model/look/glance.h"
#include "ui/export/export.h"
#include "ui/recording/lanes.h"

/* ---- Observed records ------------------------------------------------------------------------ */

struct seen {
    struct record record;
    uint8_t actor; /* enum glance_by: who caused it. */
    /* REC_WAIT: type of the first object (enum ke_object_type); OBJECT_NONE: none. */
    uint8_t object;
    /* REC_LOG: where the line is in the event log when it is written: glance_log_line. */
    uint32_t line;
};
enum { OBJECT_NONE = 255 };

struct known_thread {
    const char *named; /* Pointer to the kernel's name; compared, not read. */
    char name[LANE_NAME_CHARS], process[LANE_NAME_CHARS];
};

struct run_words { /* Facts about the run, for the beginning and end of a file. */
    const struct scenario *scenario;
    uint64_t seed;
    const char *repro;
    const struct result *result; /* Result of the run; NULL at the beginning. */
};

/* Name of a record's kind; text of a record, without place and time. */
const char *export_kind_name(const struct record *record);
void export_record_text(const struct record *record, char *out, size_t size);

/* ---- Tracks, slices, flows ------------------------------------------------------------------- */

enum track_kind {
    TRACK_GROUP,   /* Parent of other tracks. */
    TRACK_PROCESS, /* A process, by pid. */
    TRACK_THREAD,  /* What a thread does; by pid and tid. */
    TRACK_STATE,   /* Whether a thread runs; child of the thread's track. */
    TRACK_SLICES,
    TRACK_COUNTER,
};

struct slot { /* An open slice. */
    struct span span;
    uint64_t flow;
    uint8_t object;
};

struct track {
    enum track_kind kind;
    uint32_t id, parent; /* Numbers of the track and of its parent, from 1; 0: no parent. */
    uint32_t lane;       /* Lane that the track shows; LANE_NONE: a group. */
    uint32_t pid, tid;   /* Groups have pids that no process uses. */
    bool nested;         /* Slices may nest. */
    const char *unit;    /* Unit of a counter: "", "bytes" or "us". */
    char name[LANE_NAME_CHARS + 32];
    uint32_t depth;
    struct slot open[LANE_LEVELS];
};

enum arg_kind { ARG_NUMBER, ARG_ADDRESS, ARG_TEXT };
struct arg {
    const char *name;
    enum arg_kind kind;
    uint64_t number;
    const char *text;
};

/* Role of an event in its flow, which connects the events with one number. */
enum flow_step { FLOW_NONE, FLOW_BEGINS, FLOW_GOES_ON, FLOW_ENDS };

enum { EVENT_ARGS = 5, EVENT_NAME = 160 };
struct event {
    const char *category; /* "flow": the event exists only for its flow. */
    char name[EVENT_NAME];
    enum flow_step step;
    uint64_t flow;
    /* Track of the slice around the event, for formats that bind flows to slices; NULL: none. */
    const struct track *around;
    uint32_t arg_count;
    struct arg args[EVENT_ARGS];
};

/* ---- A format -------------------------------------------------------------------------------- */

/* The functions of a format; unused ones are NULL. If there is `whole`, it is called instead of
 * begin and end on tracks that are not nested. */
struct writer {
    void *ctx;
    void (*head)(void *ctx, const struct run_words *words);
    void (*record)(void *ctx, uint64_t number, const struct record *record,
                   const struct known_thread *thread);
    /* Called for a new track, and for a new name of a track. */
    void (*track)(void *ctx, const struct track *track);
    void (*begin)(void *ctx, const struct track *track, sim_time at, const struct event *event);
    void (*end)(void *ctx, const struct track *track, sim_time at, const struct event *event);
    void (*whole)(void *ctx, const struct track *track, sim_time from, sim_time to,
                  const struct event *event);
    void (*instant)(void *ctx, const struct track *track, sim_time at, const struct event *event);
    void (*count)(void *ctx, const struct track *track, sim_time at, uint64_t value);
    void (*tail)(void *ctx, const struct run_words *words);
    void (*free)(void *ctx);
};

struct writer perfetto_writer(FILE *out);
struct writer chrome_writer(FILE *out);
struct writer csv_writer(FILE *out);
struct writer json_writer(FILE *out);

/* Writes a JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
void json_text(FILE *out, const char *text);

/* ---- The picture ----------------------------------------------------------------------------- */

struct picture;

struct picture *picture_new(struct world *world, const struct writer *writer);
void picture_feed(struct picture *picture, const struct seen *seen, uint64_t number);
/* At the beginning of a stretch: begins all open slices again. At its end: ends them for the
 * writer; the picture itself goes on. */
void picture_begin_again(struct picture *picture, sim_time at);
void picture_end_all(struct picture *picture, sim_time at);
void picture_name_thread(struct picture *picture, uint32_t thread, const char *name);
void picture_close(struct picture *picture, uint64_t number, sim_time at);
void picture_free(struct picture *picture);

/* Image name of the process at an address; never NULL. */
const char *export_process_name(struct world *world, uint32_t address);
