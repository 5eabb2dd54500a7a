/* choice.h - the oracle that answers every choice of a run.
 *
 * Every place where the run could have gone otherwise asks choice_pick(site, count). Zero is always
 * the calm answer; any other is a surprise. A run is scenario + seed + its few surprises: the list
 * can be printed and given back.
 *
 * A surprise is named SITE:N:PICK - the N-th question of that site (from 0) was answered PICK - so
 * a list stays meaningful when other sites ask more or less often.
 *
 * A question may say who the answers are: actors, and what each is about to touch (choice_next). An
 * asker, outside of the world, then answers by a plan of its own: sim/explore.
 *
 * A listed surprise can fail in two ways: its question is never asked, or fewer answers are
 * possible there. choices_fate tells which.
 */
#pragma once
#include "sim/arena.h"
#include "sim/clock.h"
#include "sim/rng.h"

enum choice_strategy {
    CHOICE_CALM,   /* Always zero. */
    CHOICE_SEEDED, /* Odds per site, until the budget of surprises is spent. */
    CHOICE_LISTED, /* Zero, except where the list says otherwise. */
    CHOICE_ASKED,  /* As the asker says. */
};

enum { CHOICE_SITES_MAX = 32, CHOICE_SURPRISES_MAX = 256 };

struct surprise {
    uint32_t site; /* Row of choices.def. */
    uint32_t nth;  /* Number of the question at this site, from 0. */
    uint32_t pick; /* 1 .. count-1. */
};

struct choice_instant {
    sim_time at;
    uint64_t record; /* Number of the next record. */
};

/* One who may go on: a thread, a DPC. What he does next touches these objects; two that touch one
 * object, one of them writing, do not commute. */
enum { CHOICE_TOUCHES_MAX = 4, CHOICE_ACTORS_MAX = 128 };
struct choice_touch {
    uint32_t object; /* A name that is the same in every order. */
    bool write;
    bool open; /* A wait for the object would be over at once. */
};
struct choice_actor {
    uint32_t id; /* The same in every order. */
    bool waits;  /* He can go on only while what he waits for is open. */
    uint8_t count;
    struct choice_touch touch[CHOICE_TOUCHES_MAX];
};

/* The asker answers under CHOICE_ASKED. It keeps nothing in the world. */
struct choice_asker {
    /* Picks one of `enabled` answers. actors NULL: they have no names. Behind the enabled actors
     * stand those that cannot go on now, `count` in all. Called for enabled == 1, too, if there are
     * actors: then the answer is 0; so it is when a run has no room for another surprise. */
    uint32_t (*pick)(struct choice_asker *asker, uint32_t site, const struct choice_actor *actors,
                     uint32_t enabled, uint32_t count);
    /* Told that the actor that goes on has touched something more. NULL: nobody is told. */
    void (*touched)(struct choice_asker *asker, struct choice_touch touch);
    /* Told before pick: who answer `index` of the next question is. The number of a thread, or 0
     * and a routine of the host. NULL: nobody is told. */
    void (*offered)(struct choice_asker *asker, uint32_t index, uint32_t thread,
                    const void *routine);
};

struct choices {
    enum choice_strategy strategy;
    uint32_t site_count;
    uint32_t odds_ppm[CHOICE_SITES_MAX]; /* SEEDED: chance of a surprise per question. */
    uint32_t budget;                     /* SEEDED: surprises still allowed. */
    struct rng rng[CHOICE_SITES_MAX];    /* A stream for each site. */
    struct choice_asker *asker;          /* ASKED; outlives the run. */
    uint64_t asked[CHOICE_SITES_MAX];
    struct surprise listed[CHOICE_SURPRISES_MAX]; /* LISTED: answers, by (site, nth). */
    uint32_t listed_count;
    struct surprise taken[CHOICE_SURPRISES_MAX];      /* Surprises of this run so far, in order. */
    struct choice_instant when[CHOICE_SURPRISES_MAX]; /* When each was taken. */
    uint32_t taken_count;
};

enum surprise_fate {
    SURPRISE_HAPPENED,
    SURPRISE_NOT_ASKED,
    SURPRISE_CLAMPED, /* Fewer answers were possible than the pick; the last one was given. */
};

/* Calm choices over the sites of a table. */
void choices_init(struct choices *choices, uint32_t site_count, uint64_t seed);

/* Draws from now on by another seed; the odds and what is left of the budget stay. */
void choices_reseed(struct choices *choices, uint64_t seed);

/* 0 .. count-1; zero is calm. count 0 and 1 are not questions and are not counted. */
uint32_t choice_pick(struct choices *choices, uint32_t site, uint32_t count);

/* The same where the answers are actors; the first `enabled` of them can go on. The first of all is
 * the calm answer. */
uint32_t choice_next(struct choices *choices, uint32_t site, const struct choice_actor *actors,
                     uint32_t enabled, uint32_t count);

/* Tells the asker, if there is one that listens, who an answer of the next question is. */
static inline void choice_offer(struct choices *choices, uint32_t index, uint32_t thread,
                                const void *routine)
{
    if (choices->strategy == CHOICE_ASKED && choices->asker->offered != NULL)
        choices->asker->offered(choices->asker, index, thread, routine);
}

/* Notes when the surprise that choice_pick has just returned was taken. */
void choice_note(struct choices *choices, sim_time at, uint64_t record);

/* What another list says to the question that the asker is being asked (count answers are possible
 * there); 0: nothing. */
uint32_t choices_would(const struct choices *choices, const struct choices *list, uint32_t site,
                       uint32_t count);

/* What became of listed[index], at the end of a run. *pick is the answer given; 0: none. */
enum surprise_fate choices_fate(const struct choices *choices, uint32_t index, uint32_t *pick);

/* Convert between text such as "PREEMPT:12:1,POOL:3:1" and the list. names[site] is a site's
 * name; numbers are accepted too. choices_parse returns false, with a message in error, when the
 * text is wrong. choices_print writes the first count surprises of a list (taken or listed), at
 * most size bytes, including the terminating zero, and only whole surprises. */
bool choices_parse(struct choices *choices, const char *text, const char *const *names, char *error,
                   size_t error_size);
/* The answers are those of a list, in any order, each question once. */
void choices_force(struct choices *choices, const struct surprise *list, uint32_t count);
size_t choices_print(const struct surprise *list, uint32_t count, const char *const *names,
                     char *out, size_t size);
