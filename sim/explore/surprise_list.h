/* surprise_list.h - a run as a list of its surprises: at which question, by number, which answer.
 *
 * Strategies that go on from runs they know keep these lists in a tree, each run below the one from
 * which it differs by its last surprise.
 */
#pragma once
#include "sim/explore/strategy.h"

enum { SURPRISE_LIST_MAX = 64 };
struct surprise_list {
    uint32_t count, question[SURPRISE_LIST_MAX], pick[SURPRISE_LIST_MAX]; /* By question. */
};

/* A run of the tree. */
struct surprise_branch {
    uint32_t parent; /* UINT32_MAX: the calm run. */
    uint32_t question, pick;
};

/* The list of a run of the tree; longer ones are cut. */
void surprise_list_of(const struct surprise_branch *tree, uint32_t run, struct surprise_list *out);

/* Writes or reads a list, in a line of its own. */
struct carry;
void surprise_list_carry(struct surprise_list *list, struct carry *carry);

/* What the list answers to question `number`, of `count` answers. */
uint32_t surprise_list_pick(const struct surprise_list *list, uint32_t number, uint32_t count);
