/* strategy.h - a plan by which orders are tried: one file each, one row in strategies.def.
 *
 * An explorer (explorer.h) runs the same stretch over and over. In each run it asks its strategy
 * who goes on, tells it each step when the step is over, and in the end what the run was like. A
 * strategy knows actors by small numbers that stay the same from run to run, and nothing of what
 * they are.
 */
#pragma once
#include "sim/choice.h"

/* Actors as bits, by number. */
typedef unsigned __int128 actor_set;

/* A question: actor[0] is the calm answer; the first `enabled` can go on. */
struct question {
    const struct choice_actor *actors;
    uint8_t number[CHOICE_ACTORS_MAX]; /* Each actor's. */
    uint32_t enabled, count;
};

/* A step: what an actor did from one question to the next. */
enum { STEP_TOUCHES_MAX = 68 };
struct step {
    uint8_t actor, count; /* Number of the actor; number of touches. */
    bool waits;           /* True: possible only because its object was open. */
    bool everything;      /* True: there was no room for all touches; in conflict with any step. */
    actor_set enabled;    /* Actors that could go on before it, as bits by number. */
    uint64_t touched, written; /* Objects, each as one bit of touch_bit. */
    struct choice_touch touch[STEP_TOUCHES_MAX];
};

/* A bit for an object: one look tells that a step has not touched it. Others may share the bit. */
static inline uint64_t touch_bit(uint32_t object)
{
    return UINT64_C(1) << (object * 0x9e3779b1u >> 26);
}

/* True if the steps do not commute. */
bool steps_conflict(const struct step *one, const struct step *other);
/* The same for what an actor is about to do. */
bool actors_conflict(const struct choice_actor *one, const struct choice_actor *other);

struct strategy_options {
    uint64_t seed;
    /* pct: constraints of order; delays, rings: most surprises; bounded: pre-emptions and 1. */
    uint32_t depth;
    uint32_t actors; /* In the calm run: actors, questions that had a choice. */
    uint32_t questions;
    uint32_t sites; /* Sites whose questions without actors are asked, as bits. */
};

struct carry;
struct explorer;
struct strategy {
    /* Makes its state on the host. */
    void *(*make)(const struct strategy_options *options, struct explorer *explorer);
    void (*free)(void *self);
    /* A run begins: the number of the run among those of the strategy. */
    void (*start)(void *self, uint64_t run);
    /* Picks who goes on, 0 .. enabled-1. */
    uint32_t (*pick)(void *self, const struct question *question);
    /* A question without actors: which of `count` answers. NULL: always the calm one. */
    uint32_t (*answer)(void *self, uint32_t site, uint32_t count);
    bool proves; /* When nothing is left, all orders were run. */
    /* The run is over: the steps are explorer_steps'. NULL: no matter. False: nothing is left. */
    bool (*done)(void *self, bool found);
    /* For a run that need not be made from its beginning. shared: how many steps the next run will
     * have in common with the latest. mark: the run stands before a question to which later runs go
     * at once; skip: so does the run that has just begun. NULL: each run is made as a whole. */
    uint32_t (*shared)(const void *self);
    void (*mark)(void *self, uint32_t mark);
    void (*skip)(void *self, uint32_t mark);
    /* Writes or reads what the next run depends on, between two runs (carry.h). NULL: nothing but
     * the number of the run. */
    void (*carry)(void *self, struct carry *carry);
    /* How many runs there are in all, as far as `runs` of them tell; 0: unknown. NULL: always. */
    uint64_t (*estimate)(const void *self, uint64_t runs);
};

/* Rows of strategies.def. */
enum strategy_name {
#define STRATEGY(name, what) STRATEGY_##name,
#include "sim/explore/strategies.def"
#undef STRATEGY
    STRATEGIES,
    STRATEGY_portfolio = STRATEGIES /* Many of them in turn (parts.h). */
};
extern const struct strategy *const strategies[STRATEGIES];
extern const char *const strategy_names[STRATEGIES + 1];

#define STRATEGY(name, what) extern const struct strategy strategy_##name;
#include "sim/explore/strategies.def"
#undef STRATEGY
