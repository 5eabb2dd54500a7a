/* dpor.h - what the files of dpor share: the tree of runs, and the races in the latest run. */
#pragma once
#include "sim/explore/explorer.h"

enum { DPOR_DEPTH_MAX = 2000, DPOR_VANISHED_MAX = 64 };
typedef uint32_t clocks[CHOICE_ACTORS_MAX]; /* By actor: steps of his that came before. */

/* One who has been tried at a node, with the step that he did. */
struct sleeper {
    struct sleeper *next;
    struct step step; /* Last: only those touches are there that it has. */
};

struct node {
    uint8_t chosen;
    actor_set enabled, wanted, tried; /* Actors as bits. */
    struct sleeper *sleeping;         /* From above, and those tried here. */
};

/* An actor that could have gone on, and cannot any more because of another one's step: a timer that
 * was cancelled, a DPC that was removed. */
struct vanished {
    uint32_t steps; /* Steps of the run until then. */
    struct step step;
};

/* What a run knows of the questions before a mark, beside its steps. */
struct dpor_mark {
    struct question asked;
    struct choice_actor asked_actors[CHOICE_ACTORS_MAX];
    uint32_t vanished_count;
};

struct dpor {
    struct explorer *explorer;
    struct node *nodes;
    uint32_t count;        /* Nodes of the present branch. */
    uint32_t planned;      /* Nodes that the run must follow. */
    uint32_t actors;       /* Actors seen so far. */
    uint32_t depth;        /* Depth of the run that is under way. */
    uint32_t fresh;        /* Steps from here on were not in the run before. */
    clocks *past;          /* By step: what came before it, and itself. */
    uint32_t *number;      /* By step: its number among its actor's, from 1. */
    struct question asked; /* The question before. */
    struct choice_actor asked_actors[CHOICE_ACTORS_MAX];
    struct vanished vanished[DPOR_VANISHED_MAX];
    uint32_t vanished_count;
    struct dpor_mark marks[EXPLORER_MARKS];
    bool blocked; /* The run that is under way is the beginning of a known one. */
    bool strange; /* The run did not follow its plan: the stretch is not repeatable. */
};

static inline actor_set dpor_bit(uint8_t actor) { return (actor_set)1 << actor; }

/* Forgets who sleeps at a node. */
void dpor_forget(struct node *node);
/* Puts one who has done this step to sleep at a node. */
void dpor_put_to_sleep(struct node *node, const struct step *step);
/* Tells who sleeps at a node, as bits. */
actor_set dpor_asleep(const struct node *node);

/* Looks for the races of the latest run: who else must be tried at which node. */
void dpor_look_for_races(struct dpor *dpor, const struct step *steps, uint32_t count);

/* Three functions of strategy_dpor for marks. */
uint32_t dpor_shared(const void *self);
void dpor_mark(void *self, uint32_t mark);
void dpor_skip(void *self, uint32_t mark);
/* Two functions of strategy_dpor: writes or reads the tree; tells how many runs it has. */
void dpor_carry(void *self, struct carry *carry);
uint64_t dpor_estimate(const void *self, uint64_t runs);
