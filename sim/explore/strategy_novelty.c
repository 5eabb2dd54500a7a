/* strategy_novelty.c - goes on from what was new: a run that showed an order nobody had seen is
 * kept, and later runs change it by one surprise.
 */
#include "sim/explore/carry.h"
#include "sim/explore/explorer.h"
#include "sim/explore/surprise_list.h"
#include <stdlib.h>

enum { KEPT_MAX = 4096, GENTLE = 8 };

struct novelty {
    struct explorer *explorer;
    struct rng rng;
    uint64_t seed;
    struct surprise_list *kept;
    uint32_t kept_count;
    struct surprise_list list, taken; /* Planned for this run; taken in it. */
    uint32_t question, questions;
};

static void *novelty_make(const struct strategy_options *options, struct explorer *explorer)
{
    struct novelty *n = calloc(1, sizeof *n);

    if (n == NULL)
        return NULL;
    n->explorer = explorer;
    n->seed = options->seed;
    n->questions = MAX_OF(options->questions, 1u);
    n->kept = calloc(KEPT_MAX, sizeof *n->kept);
    CHECK(n->kept != NULL);
    return n;
}

static void novelty_free(void *self)
{
    struct novelty *n = self;

    free(n->kept);
    free(n);
}

/* Puts a surprise into a list, or another answer in place of its. */
static void put(struct surprise_list *list, uint32_t question, uint32_t pick)
{
    uint32_t at = 0;

    while (at < list->count && list->question[at] < question)
        at++;
    if (at == list->count || list->question[at] != question) {
        if (list->count == SURPRISE_LIST_MAX)
            return;
        for (uint32_t i = list->count++; i > at; i--) {
            list->question[i] = list->question[i - 1];
            list->pick[i] = list->pick[i - 1];
        }
    }
    list->question[at] = question;
    list->pick[at] = pick;
}

static void novelty_start(void *self, uint64_t run)
{
    struct novelty *n = self;
    uint32_t pick;

    n->rng = rng_stream(rng_draw(n->seed, run), "novelty");
    n->question = n->taken.count = 0;
    n->questions = MAX_OF(n->questions, explorer_counts(n->explorer).most_questions);
    n->list.count = 0;
    if (n->kept_count > 0)
        n->list = n->kept[rng_below(&n->rng, n->kept_count)];
    /* Small answers mostly: the next in turn. One in some takes a surprise back. */
    pick = rng_below(&n->rng, GENTLE) == 0 ? 0 : 1 + (uint32_t)rng_below(&n->rng, 3);
    put(&n->list, (uint32_t)rng_below(&n->rng, n->questions), pick);
}

static uint32_t novelty_answer(void *self, uint32_t site, uint32_t count)
{
    struct novelty *n = self;
    uint32_t pick;

    (void)site;
    if (count < 2)
        return 0;
    pick = surprise_list_pick(&n->list, n->question, count);
    if (pick != 0)
        put(&n->taken, n->question, pick);
    n->question++;
    return pick;
}

static uint32_t novelty_pick(void *self, const struct question *q)
{
    return novelty_answer(self, 0, q->enabled);
}

static bool novelty_done(void *self, bool found)
{
    struct novelty *n = self;

    if (found || !explorer_is_new(n->explorer))
        return true;
    if (n->kept_count < KEPT_MAX)
        n->kept[n->kept_count++] = n->taken;
    else
        n->kept[rng_below(&n->rng, KEPT_MAX)] = n->taken;
    return true;
}

static void novelty_carry(void *self, struct carry *carry)
{
    struct novelty *n = self;

    carry_word(carry, "kept");
    n->kept_count = (uint32_t)carry_number(carry, n->kept_count, KEPT_MAX);
    carry_line(carry);
    for (uint32_t i = 0; i < n->kept_count; i++)
        surprise_list_carry(&n->kept[i], carry);
}

const struct strategy strategy_novelty = { .make = novelty_make,
                                           .free = novelty_free,
                                           .start = novelty_start,
                                           .pick = novelty_pick,
                                           .answer = novelty_answer,
                                           .done = novelty_done,
                                           .carry = novelty_carry };
