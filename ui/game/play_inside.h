/* play_inside.h - a play, for the files that make it. */
#pragma once
#include "ui/game/play.h"

/* An object that actors touch, in a table by its name. */
enum { SHARED_BITS = 14, SHARED_MAX = 1 << SHARED_BITS };
struct shared {
    bool used, several, written; /* In the table; touched by more than one; written by one. */
    uint32_t object, actor;      /* Names of the object and of the first actor. */
};

struct past { /* Where an answer was given. */
    uint32_t decision, moves;
};

struct play {
    struct choice_asker asker; /* First, so that the asker is the play. */
    const struct level *level;
    const struct scenario *scenario;
    struct world *world;
    struct snapshot *window;

    /* The run that is made, or was made last. */
    enum play_state state;
    uint32_t target;            /* The decision at which it ends. */
    uint32_t decision;          /* Decisions so far. */
    bool stopped;               /* The run stands at a decision. */
    const struct choices *list; /* Answers beside the moves; NULL: none. */
    bool seek;                  /* The run ends where the list has an answer. */
    uint32_t followed;          /* Answers of the list that were given. */
    struct play_move made[PLAY_MOVES_MAX];
    uint32_t made_count;
    struct question question;
    struct question_answer step; /* The answer that went on last, in free order. */
    struct finding finding;
    sim_time entry_at, last_at; /* Times of the first decision's entry and of the last. */
    uint64_t seen[2];           /* Records of the first and the last decision. */
    uint8_t *counts;            /* How many answers each decision has; NULL: not kept. */
    uint32_t counts_max;

    /* The player's. */
    struct play_move moves[PLAY_MOVES_MAX];
    uint32_t move_count;
    struct past *past;
    uint32_t past_count, past_max;
    uint32_t looked, undone;

    uint32_t calm_decisions;
    sim_time from, to;
    uint64_t records[2]; /* The same, as records. */

    /* Learning what is shared. */
    bool learning, all_shared;
    uint64_t chance;
    uint32_t actor; /* The actor that goes on. */
    struct shared *shared;
    uint32_t shared_count;
};

/* Makes the run of the moves up to a decision; UINT32_MAX: to its end. */
void play_run(struct play *play, uint32_t target);
