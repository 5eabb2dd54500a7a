/* hunt_inside.h - what the files of hunt share.
 *
 *     turns of the parts:  | 0 | 1 | 0 | 2 | 0 | 3 | ...      a round: each turn is a slice
 *                            '-- hunter --> merged in this order
 *
 * A slice is some schedules of one part. Slices of one part follow one another; those of several
 * parts are made at the same time by the hunters, each in a world of its own. They are merged in
 * the order of the turns, so that the sum is the same however many hunters there are; what comes
 * behind the end of the search is dropped.
 */
#pragma once
#include "sim/explore/carry.h"
#include "sim/explore/fingerprints.h"
#include "sim/explore/parts.h"
#include "ui/explore/hunt.h"
#include <pthread.h>

/* Something that a slice found, not told to anybody yet. */
struct slice_found {
    struct finding finding;
    uint32_t stop;
    uint64_t count;
    uint32_t first; /* Schedule of the slice, from 0. */
    char *surprises;
};

struct slice {
    uint32_t part;
    uint64_t position;    /* Schedules of the plan before it. */
    uint32_t done, limit; /* Schedules that were made; to be made for now, of PARTS_SLICE. */
    bool taken, made;     /* A hunter has it; it is ready to be merged. */
    /* Since the latest merge: new fingerprints of the part, and what was found. */
    uint64_t *fresh;
    size_t fresh_count, fresh_room;
    struct slice_found *found;
    size_t found_count, found_room;
    struct explorer_counts counts; /* Counts of the part, afterwards. */
    uint64_t estimate;
};

struct hunted {
    struct explorer *explorer; /* NULL: the part belongs to another shard. */
    enum strategy_name strategy;
    bool more, busy;
    const struct hunter *by;       /* Hunter who ran it last; NULL: nobody. */
    struct explorer_counts counts; /* As far as merged. */
    uint64_t estimate;
};

/* What tells one search from another. */
struct search_head {
    uint64_t scenario, calm; /* Hash of the scenario's text; fingerprint of the calm run. */
    uint64_t seed, strategy, depth, from, window_from, to, kinds, free_order, guests;
    uint64_t actors, questions; /* In the calm run. */
};

struct hunter;
struct search {
    struct hunt *hunt;
    struct search_head head;
    sim_time to;
    uint32_t births;     /* Threads of guests in the calm run. */
    uint64_t calm_print; /* Fingerprint of the calm run. */
    struct parts parts;
    struct hunted part[PARTS_MAX];
    struct fingerprints seen;
    uint32_t turn;     /* The next round begins with this turn. */
    uint64_t position; /* Schedules of the plan that were given out. */
    struct slice slices[PARTS_TURNS_MAX];
    uint32_t slice_count, merged; /* Slices of this round; those that are merged. */
    bool over;                    /* The search is complete: what is not merged is dropped. */
    uint32_t told;                /* Findings that were told. */
    atomic_bool halt, spent;      /* Ends in the midst of slices; a budget of time is over. */
    uint64_t saved_us, save_us;   /* Host time of the latest save; how long it took. */
    uint64_t before_us;           /* Processor time of the search until its state was read. */
    struct hunter *hunters;
    uint32_t hunter_count;
    pthread_mutex_t lock; /* With several hunters, guards taken, made and busy. */
    pthread_cond_t work, rest;
    bool closing; /* Hunters end. */
};

/* What is asked and touched between the beginning of the window and its first question that has
 * more than one answer. */
struct hunt_taped {
    bool asks; /* A question; false: a touch. */
    uint32_t site, enabled, count;
    struct choice_actor *actors;
    struct choice_touch touch;
};
struct hunt_tape {
    struct hunt_taped *list;
    size_t count, room;
    bool spoilt;
};

/* Questions to which a hunter can put the world back: the window is the first, with mark 0; each
 * lies behind the one before it in the latest run. */
enum { HUNT_PLACES = EXPLORER_MARKS, HUNT_NOWHERE = UINT32_MAX };
struct hunt_places {
    struct explorer *of; /* Explorer in whose runs they lie; NULL: none. */
    uint32_t count;
    struct snapshot *snapshot[HUNT_PLACES]; /* NULL: not made yet. [0] is not used. */
};

/* One who runs schedules. */
struct hunter {
    struct search *search;
    struct world *world;
    struct snapshot *window; /* The world where orders part. */
    struct hunt_tape tape;
    struct hunt_places places;
    struct choice_asker *asker; /* The explorer's. */
    struct choice_asker pauser; /* Pauses the run at the next place. */
    uint32_t pause_at;          /* Steps before that; HUNT_NOWHERE: there is none. */
    struct slice *slice;        /* NULL: he has none. */
    bool running;               /* A schedule is under way. */
    uint64_t began_ns, looked_us;
    atomic_ullong spent_us; /* Processor time. */
    struct stop stop;       /* Stop of the latest schedule with a finding, and what that was. */
    struct finding stopped_as;
    /* Where the next slice comes from, NULL: there is none; and where it goes, false: the hunter
     * leaves his work. */
    struct slice *(*take)(struct hunter *hunter);
    bool (*give)(struct hunter *hunter, struct slice *slice);
    pthread_t thread;
};

/* hunt_window.c: makes the calm run. False: error says what is wrong. */
bool hunt_calm(struct search *s, struct world *world, char error[RUN_ERROR_CHARS]);
/* Puts a new world to the beginning of the window; the hunter's from then on. */
void hunter_open(struct hunter *hunter, struct world *world);
void hunter_close(struct hunter *hunter);
/* Tells an asker what happens before the window. */
void hunt_play(const struct hunt_tape *tape, struct choice_asker *asker);
/* Has a world's questions answered by this asker. */
void hunt_ask(struct world *world, struct choice_asker *asker);
/* The code of the stop that a world has come to; 0: none. */
uint32_t hunt_stop_code(struct world *world);

/* hunt_world.c: runs slices until there are none, or the hunter leaves. */
void hunter_work(struct hunter *hunter);
/* True for a finding of the kinds that are looked for. */
bool hunt_wants(const struct hunt *hunt, const struct finding *finding);
/* hunt_window.c: the sites whose questions without actors are open in a hunt, as bits: the order of
 * threads in NT's own order. Failures of the pool and of disks, and what a disk takes, stay as
 * they are. */
uint32_t hunt_sites(const struct hunt *hunt);

/* hunt.c: makes the parts of the search. */
void search_begin(struct search *s);
void search_free(struct search *s);
/* Gives the next round out. False: nothing is left to do. */
bool search_round(struct search *s);
/* Adds a slice to the result. True: it found something new. */
bool search_merge(struct search *s, struct slice *slice);
/* Adds the parts up. */
void search_count(struct search *s);
/* What the parts have seen, as far as merged. */
void search_gather(struct search *s);
/* Writes the state if it is time. All that was made has been merged. */
void search_save_due(struct search *s);
void search_tell(struct search *s);

/* hunt_crew.c: makes the search with several hunters. */
void hunt_by_crew(struct search *s);

/* hunt_state.c: the head of this search. */
void search_name(struct search *s);
/* Makes the hunt that of the head, with its parts. */
void search_follow(struct search *s);
/* Writes the state into the hunt's folder. */
void search_save(struct search *s);
/* A state is read for what it is: that of this search; of any shard of it; of any search, which the
 * hunt is made to be. */
enum search_state { STATE_OWN, STATE_OF_SHARD, STATE_OF_ANY };
/* Reads the state in a folder. For one that is not its own the parts are made. *there: there is
 * one. False: error says what is wrong with it, at hunt->where. */
bool search_load(struct search *s, const char *folder, enum search_state whose, bool *there,
                 char error[RUN_ERROR_CHARS]);
