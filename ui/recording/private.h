/* private.h - what the files of ui/recording share. */
#pragma once
#include "ui/recording/recording.h"
#include <pthread.h>

struct gauge_sample { /* From this record on the gauge has this value. */
    uint64_t number;
    sim_time at;
    uint32_t gauge, value;
};

struct part { /* A segment with what only the worker needs. */
    struct segment segment;
    struct snapshot *snapshot; /* NULL: thinned out. */
    sim_time slice;            /* Run up to this time and it is whole. */
    struct lanes_state *lanes; /* At its beginning. */
    struct gauge_sample *samples;
    uint32_t sample_count;
    struct detail *detail; /* NULL: not here. */
    size_t bytes;          /* Size of the summary. */
    uint16_t *hits;        /* By bucket: records that the sieve lets through. */
    uint32_t hit_count;
};

struct collector { /* What the trace's watcher does with a record. */
    struct record *records;
    uint32_t count;
    size_t room;
    bool keep;
    uint64_t target;                     /* Take the moment at this record; UINT64_MAX: none. */
    const struct recording_visit *visit; /* NULL: nobody visits. */
};

/* What the threads of one boot called themselves, by client ID / 4. Addresses are used again. */
struct thread_names {
    struct thread_name {
        const char *said; /* As the thread has it; merely compared. */
        char name[LANE_NAME_CHARS];
    } * list;
    size_t room;
};

/* The image of a process, noted when it began: addresses are used again. */
struct process_began {
    uint64_t number; /* Record PROCESS_NEW. */
    uint32_t address;
    char name[LANE_NAME_CHARS];
};

struct writers_work { /* The search for the writers of a byte; the worker's own. */
    uint64_t asked;   /* Question being answered, as recording.writers_asked counts them. */
    uint32_t process, address;
    struct watch_hit *list;
    uint32_t count;
    size_t room;
    uint64_t all;  /* Writes so far, those no longer in the list included. */
    uint32_t done; /* Parts looked through. */
};

struct recording {
    struct recording_options options;
    struct scenario scenario;
    struct world *world;
    struct lanes *lanes; /* Lanes at the frontier, or the end. Replaced whole, under the lock. */
    struct recording_status status;
    struct recording_end end;

    struct part **parts;
    uint32_t part_count;
    size_t part_room;

    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work, idle;
    bool has_thread, quit, busy;
    struct highlight *highlights;
    uint32_t highlight_count, highlight_shown; /* Shown: published with their segment. */
    uint64_t highlight_dropped;
    uint32_t surprises_seen;
    struct thread_names names[BOOTS_MAX + 1];
    struct process_began *processes; /* In order. */
    uint32_t process_count;
    size_t process_room;
    uint32_t boots_over; /* Restarts of the machine so far, at the frontier. */
    uint64_t clock;      /* Count of uses of details. */

    /* Wishes, under the lock. */
    uint32_t wants[RECORDING_WANTS], want_count;
    uint64_t moment_wish; /* UINT64_MAX: none. */
    struct inspect *moment, *moment_next;
    struct inspect *people; /* The worker's own: processes and threads. */
    bool has_moment;
    uint64_t moment_number; /* As wished. */
    uint32_t memory_wish;   /* Address whose bytes are taken along with a moment; 0: none. */
    struct recording_memory memory, memory_next; /* memory_next: the worker's own. */
    struct recording_query query;
    enum recording_found found;
    uint64_t found_number;
    struct sieve sieve;
    struct recording_query sieve_query;
    uint64_t sieve_asked; /* Conditions so far. */
    struct writers writers;
    size_t writers_room;
    uint64_t writers_asked;              /* Questions so far. */
    const struct recording_visit *visit; /* NULL: none is wished. */
    bool visit_good;                     /* The last one found its records. */

    /* The worker's own. */
    struct collector collector;
    struct record *boot; /* Written while the world was made: no snapshot brings them back. */
    uint32_t boot_count;
    struct writers_work writers_work;
    bool forward; /* The world stands at the frontier. */
    struct snapshot *frontier;
    struct snapshot *near; /* Shortly before the last moment, for the next step. */
    uint64_t near_number;
    uint64_t snapshot_every; /* Segments between kept snapshots. */
    struct part *open;       /* The segment being computed. */
    struct gauge_sample *samples;
    uint32_t sample_count;
    size_t sample_room;
    uint32_t gauge_last[GAUGE_COUNT];
    uint64_t gap; /* Gap before the last record. */
    sim_time gap_at;
};

/* detail.c: records to detail; detail to summary. The decoder stands at the segment's beginning. */
struct detail *detail_build(struct recording *recording, struct lanes *lanes, struct part *part,
                            const struct record *records, uint32_t count);
void detail_free(struct detail *detail);
void summary_build(struct part *part, const struct detail *detail, const struct lanes *lanes);
void part_free(struct part *part);

/* Most records that the run can have. */
static inline uint64_t recording_most(const struct recording *r)
{
    return r->options.last == UINT64_MAX ? UINT64_MAX : r->options.last + 1;
}

/* The width of a gap on the axis of logarithmic gaps: 1 for no time, one more a doubling. */
static inline uint64_t gap_width(sim_time gap)
{
    return gap == 0 ? 1 : 65 - (uint64_t)__builtin_clzll(gap);
}

/* replay.c: the world goes back and forth. On the worker only, without the lock. */
void replay_watch(const struct record *record, uint64_t number, void *ctx);
void replay_leave_frontier(struct recording *recording);
void replay_to_frontier(struct recording *recording);
/* Puts the world back to the beginning of a part, which has a snapshot; nothing is collected. */
void replay_go_back(struct recording *recording, uint32_t part);
struct detail *replay_detail(struct recording *recording, uint32_t segment);
bool replay_moment(struct recording *recording, uint64_t number);
/* False: there is no such record that could be visited. */
bool replay_visit(struct recording *recording, const struct recording_visit *visit);

/* recording.c */
void recording_changed(struct recording *recording); /* Something new can be seen. */
void recording_wake(struct recording *recording);    /* There is something to do. */

/* Whether a segment may hold what is looked for. */
bool recording_may_match(const struct recording_query *query, const struct segment *segment);

/* sieve.c; on the worker, under the lock. */
bool sieve_can_go_on(const struct recording *recording);
void sieve_go_on(struct recording *recording);

/* writers.c; on the worker, under the lock. */
bool writers_can_go_on(const struct recording *recording);
void writers_go_on(struct recording *recording);
void writers_free(struct recording *recording);

/* visit.c; on the worker, under the lock. */
void visit_serve(struct recording *recording);
