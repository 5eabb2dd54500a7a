/* strategy_rings.c - all runs with one surprise, then all with two, and so on, up to `depth`.
 *
 * What is found first has the shortest explanation. A run whose order is known already, by its
 * order-free fingerprint, has no runs below it.
 */
#include "sim/explore/carry.h"
#include "sim/explore/explorer.h"
#include "sim/explore/surprise_list.h"
#include <stdlib.h>
#include <string.h>

enum { RUNS_MAX = 1 << 22 };

struct rings {
    struct explorer *explorer;
    uint32_t depth;
    struct surprise_branch *tree; /* In the order in which they are run. */
    uint32_t count, room, next;
    uint32_t *answers; /* Number of answers of each question of this run. */
    uint32_t question, answers_room;
    struct surprise_list list;
    /* By number of surprises: runs that were made, and runs that go on from them. */
    uint64_t made[SURPRISE_LIST_MAX + 1], below[SURPRISE_LIST_MAX + 1];
};

static void *rings_make(const struct strategy_options *options, struct explorer *explorer)
{
    struct rings *r = calloc(1, sizeof *r);

    if (r == NULL)
        return NULL;
    r->explorer = explorer;
    r->depth = MIN_OF(options->depth, (uint32_t)SURPRISE_LIST_MAX);
    return r;
}

static void rings_free(void *self)
{
    struct rings *r = self;

    free(r->tree);
    free(r->answers);
    free(r);
}

static void rings_start(void *self, uint64_t run)
{
    struct rings *r = self;

    r->question = 0;
    r->list.count = 0;
    if (run > 0)
        surprise_list_of(r->tree, r->next - 1, &r->list);
}

static uint32_t rings_answer(void *self, uint32_t site, uint32_t count)
{
    struct rings *r = self;

    (void)site;
    if (count < 2)
        return 0;
    if (r->question == r->answers_room) {
        r->answers_room = MAX_OF(64u, r->answers_room * 2);
        r->answers = realloc(r->answers, r->answers_room * sizeof *r->answers);
        CHECK(r->answers != NULL);
    }
    r->answers[r->question] = count;
    return surprise_list_pick(&r->list, r->question++, count);
}

static uint32_t rings_pick(void *self, const struct question *q)
{
    return rings_answer(self, 0, q->enabled);
}

static void add(struct rings *r, uint32_t parent, uint32_t question, uint32_t pick)
{
    if (r->count == RUNS_MAX) {
        explorer_cap(r->explorer);
        return;
    }
    if (r->count == r->room) {
        r->room = MAX_OF(256u, r->room * 2);
        r->tree = realloc(r->tree, r->room * sizeof *r->tree);
        CHECK(r->tree != NULL);
    }
    r->tree[r->count++] = (struct surprise_branch){ parent, question, pick };
}

static bool rings_done(void *self, bool found)
{
    struct rings *r = self;
    uint32_t run = r->next > 0 ? r->next - 1 : UINT32_MAX;
    uint32_t from = r->list.count > 0 ? r->list.question[r->list.count - 1] + 1 : 0;

    if (!found && r->list.count < r->depth && explorer_is_new(r->explorer))
        for (uint32_t q = from; q < r->question; q++)
            for (uint32_t pick = 1; pick < r->answers[q]; pick++) {
                add(r, run, q, pick);
                r->below[r->list.count]++;
            }
    r->made[r->list.count]++;
    return r->next++ < r->count;
}

/* A ring has as many runs for each run of the ring before as there were so far. Of a ring that has
 * not begun, nothing is known but the first: runs with k + 1 surprises are to those with k as
 * questions to k + 1. */
static uint64_t rings_estimate(const void *self, uint64_t runs)
{
    const struct rings *r = self;
    unsigned __int128 ring = 1, sum = 1;

    if (r->made[0] == 0)
        return 0;
    for (uint32_t k = 0; k < r->depth; k++) {
        ring = r->made[k] > 0 ? ring * r->below[k] / r->made[k] : ring * r->below[0] / (k + 1);
        ring = MIN_OF(ring, (unsigned __int128)UINT64_MAX / 2);
        sum = MIN_OF(sum + ring, (unsigned __int128)UINT64_MAX / 2);
    }
    return MAX_OF((uint64_t)sum, runs);
}

static void rings_carry(void *self, struct carry *carry)
{
    struct rings *r = self;

    carry_word(carry, "tree");
    r->count = (uint32_t)carry_number(carry, r->count, RUNS_MAX);
    r->next = (uint32_t)carry_number(carry, r->next, r->count + 1u);
    carry_line(carry);
    if (carry->reads && carry_good(carry)) {
        r->room = MAX_OF(256u, r->count);
        r->tree = realloc(r->tree, r->room * sizeof *r->tree);
        CHECK(r->tree != NULL);
        memset(r->tree, 0, r->room * sizeof *r->tree);
    }
    for (uint32_t i = 0; i < r->count && carry_good(carry); i++) {
        struct surprise_branch *branch = &r->tree[i];
        uint64_t above = carry_number(carry, (uint32_t)(branch->parent + 1), i);

        branch->parent = (uint32_t)above - 1; /* 0: the calm run. */
        branch->question = (uint32_t)carry_number(carry, branch->question, UINT32_MAX);
        branch->pick = (uint32_t)carry_number(carry, branch->pick, UINT32_MAX);
        carry_line(carry);
    }
    carry_word(carry, "rings");
    for (uint32_t k = 0; k <= r->depth; k++) {
        r->made[k] = carry_number(carry, r->made[k], UINT64_MAX);
        r->below[k] = carry_number(carry, r->below[k], UINT64_MAX);
    }
    carry_line(carry);
}

const struct strategy strategy_rings = { .make = rings_make,
                                         .free = rings_free,
                                         .start = rings_start,
                                         .pick = rings_pick,
                                         .answer = rings_answer,
                                         .done = rings_done,
                                         .carry = rings_carry,
                                         .estimate = rings_estimate };
