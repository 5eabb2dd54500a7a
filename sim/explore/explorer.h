/* explorer.h - tries orders of one stretch of a run, and counts how many were different.
 *
 *     struct explorer *e = explorer_new(STRATEGY_dpor, &options);
 *     do {
 *         ... put the world back, choices->asker = explorer_begin(e) ...
 *         ... run it ...
 *     } while (explorer_end(e, found, 0));
 *     explorer_counts(e).unique
 *
 * Two orders are equivalent when one becomes the other by swapping neighbouring steps that touch
 * nothing in common, or only read it (Mazurkiewicz). Equivalent runs have one order-free
 * fingerprint: for each object a hash of who touched it, in the order of the writes; reads between
 * two writes add up, so their order is no matter.
 */
#pragma once
#include "sim/explore/fingerprints.h"
#include "sim/explore/strategy.h"

struct explorer;

/* NULL: the host has no memory. */
struct explorer *explorer_new(enum strategy_name name, const struct strategy_options *options);
void explorer_free(struct explorer *explorer);

/* A run begins; the asker for its choices. */
struct choice_asker *explorer_begin(struct explorer *explorer);
/* Runs that have their first steps in common need not all make them: whoever can put the world back
 * to a question marks it, before he asks it, and begins a run there that comes to it as the latest
 * run did. explorer_shared tells how many steps the next run has in common with the latest;
 * explorer_at how many this one has had; explorer_mark_at how many lie before a mark. */
enum { EXPLORER_MARKS = 24 };
uint32_t explorer_shared(const struct explorer *explorer);
uint32_t explorer_at(const struct explorer *explorer);
void explorer_mark(struct explorer *explorer, uint32_t mark);
uint32_t explorer_mark_at(const struct explorer *explorer, uint32_t mark);
struct choice_asker *explorer_begin_at(struct explorer *explorer, uint32_t mark);
/* The run is over. trace: a fingerprint of the run, by which orders are told apart whose actors
 * have no names. False: the strategy has tried everything that it can. */
bool explorer_end(struct explorer *explorer, bool found, uint64_t trace);

struct explorer_counts {
    uint64_t runs;    /* Runs that came to their end. */
    uint64_t found;   /* Runs of them that found something. */
    uint64_t unique;  /* Different order-free fingerprints among the others. */
    uint64_t blocked; /* dpor: runs that were only the beginning of one that is known. */
    uint32_t actors;  /* Actors seen so far. */
    /* Questions with more than one answer: in the latest run, and most in one. */
    uint32_t questions, most_questions;
    bool exhausted; /* All orders were run. */
    bool ended;     /* Nothing is left that the strategy can try. */
    bool capped;    /* A run was too long, or not repeatable: orders may be missing. */
};
struct explorer_counts explorer_counts(const struct explorer *explorer);
/* How many runs there are in all, as far as can be told from those so far; 0: it cannot be told. */
uint64_t explorer_estimate(const struct explorer *explorer);

/* The steps of the run, for strategies. */
const struct step *explorer_steps(const struct explorer *explorer, uint32_t *count);
/* The actors that could not go on when last a question was asked, and what they wait for. */
const struct question *explorer_left(const struct explorer *explorer);
/* For strategies: the run is only the beginning of one that is known. */
void explorer_block(struct explorer *explorer);
/* For strategies: not all of the run could be followed. */
void explorer_cap(struct explorer *explorer);
/* True if nobody had seen the order of the latest run. */
bool explorer_is_new(const struct explorer *explorer);
/* The order-free fingerprint of the latest run; 0: it was blocked, or found something. */
uint64_t explorer_fingerprint(const struct explorer *explorer);

/* The order-free fingerprints so far. */
const struct fingerprints *explorer_unique(const struct explorer *explorer);

/* Writes or reads all that later runs depend on, between two runs. */
void explorer_carry(struct explorer *explorer, struct carry *carry);
