/* inside.h - what the files of ui/export share: the run as it is seen, and the writer of a format.
 *
 *   world --watch--> batch --20 ms--> picture (lanes -> tracks, slices, flows) --> writer --> file
 *                          '--------> records ----------------------------------> writer --> file
 *
 * The watcher runs on a simulated thread's small stack, so it only notes what it sees, and what
 * nobody could tell later: who acted, what is waited for, under which name. Writing happens between
 * two slices of the run.
 */
#pragma once
#include "model/look/glance.h"
#include "ui/export/export.h"
#include "ui/recording/lanes.h"

/* ---- What is seen ---------------------------------------------------------------------------- */

struct seen {
    struct record record;
    uint8_t actor;  /* enum glance_by: who caused it. */
    uint8_t object; /* REC_WAIT: enum ke_object_type of the first object; OBJECT_NONE: none. */
    /* REC_LOG: where the line is in the event log when it is written: glance_log_line. */
    uint32_t line;
};
enum { OBJECT_NONE = 255 };

struct known_thread {
    const char *named; /* As the kernel has it; compared, not read. */
    char name[LANE_NAME_CHARS], process[LANE_NAME_CHARS];
};

struct run_words { /* About the run, for heads and tails. */
    const struct scenario *scenario;
    uint64_t seed;
    const char *repro;
    const struct result *result; /* NULL at the beginning. */
};

/* Every record kind's name; the text of one record, without place and time. */
const char *export_kind_name(const struct record *record);
void export_record_text(const struct record *record, char *out, size_t size);

/* ---- Tracks, slices, flows ------------------------------------------------------------------- */

enum track_kind {
    TRACK_GROUP,   /* Others lie under it. */
    TRACK_PROCESS, /* pid. */
    TRACK_THREAD,  /* pid and tid: what a thread does. */
    TRACK_STATE,   /* Under a thread: whether it runs. */
    TRACK_SLICES,
    TRACK_COUNTER,
};

struct slot { /* A slice that has begun. */
    struct span span;
    uint64_t flow;
    uint8_t object;
};

struct track {
    enum track_kind kind;
    uint32_t id, parent; /* From 1; 0: no parent. */
    uint32_t lane;       /* LANE_NONE: a group. */
    uint32_t pid, tid;   /* Groups have pids that no process has. */
    bool nested;         /* Slices may lie in one another. */
    const char *unit;    /* Counters: "", "bytes", "us". */
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

/* Flows go from event to event with the same number. */
enum flow_step { FLOW_NONE, FLOW_BEGINS, FLOW_GOES_ON, FLOW_ENDS };

enum { EVENT_ARGS = 5, EVENT_NAME = 160 };
struct event {
    const char *category; /* "flow": it stands there for its flow only. */
    char name[EVENT_NAME];
    enum flow_step step;
    uint64_t flow;
    /* Where a slice lies around it: a flow of a format that binds flows to slices. May be NULL. */
    const struct track *around;
    uint32_t arg_count;
    struct arg args[EVENT_ARGS];
};

/* ---- A format -------------------------------------------------------------------------------- */

/* Functions a format does not want are NULL. `whole` comes, where it is there, instead of begin and
 * end on tracks that are not nested. */
struct writer {
    void *ctx;
    void (*head)(void *ctx, const struct run_words *words);
    void (*record)(void *ctx, uint64_t number, const struct record *record,
                   const struct known_thread *thread);
    void (*track)(void *ctx, const struct track *track); /* New, or under a new name. */
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

/* A JSON string with its quotes; what is not UTF-8 becomes U+FFFD. */
void json_text(FILE *out, const char *text);

/* ---- The picture ----------------------------------------------------------------------------- */

struct picture;

struct picture *picture_new(struct world *world, const struct writer *writer);
void picture_feed(struct picture *picture, const struct seen *seen, uint64_t number);
void picture_name_thread(struct picture *picture, uint32_t thread, const char *name);
void picture_close(struct picture *picture, uint64_t number, sim_time at);
void picture_free(struct picture *picture);

/* Image name of a process by its address; never NULL. */
const char *export_process_name(struct world *world, uint32_t address);
