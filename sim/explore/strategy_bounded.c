/* strategy_bounded.c - all runs in which threads are pre-empted at most `depth` - 1 times.
 *
 * A pre-emption is an answer other than the actor of the step before, while that one could go on.
 * Who is next after an actor waits or ends is no pre-emption, and all answers are tried. The runs
 * are the leaves of a tree, from the calm one on; each next run leaves the latest one as late as
 * the bound allows.
 *
 *     question   0    1    2    3
 *     latest     0    1    0    2    of 2, 2, 3, 3 answers; all but the last have a next one
 *     next       0    1    1    -    question 2, unless its other answer is a pre-emption too many
 *
 * No order is left out because another run showed it: runs with one order can be pre-empted at
 * different places.
 */
#include "sim/explore/carry.h"
#include "sim/explore/explorer.h"
#include <stdlib.h>
#include <string.h>

enum { QUESTIONS_MAX = 1 << 16 };

/* A question with more than one answer. */
struct place {
    uint32_t at; /* Steps before it. */
    uint8_t pick, enabled;
    bool holds; /* The actor of the step before could go on: any answer but 0 pre-empts it. */
};

struct bounded {
    struct explorer *explorer;
    uint32_t most; /* Pre-emptions of a run. */
    struct place *places;
    uint32_t count, room; /* Places of the latest run; between two runs those that are kept. */
    uint32_t question;    /* Number of the next question of this run. */
    uint32_t marks[EXPLORER_MARKS];
};

static void *bounded_make(const struct strategy_options *options, struct explorer *explorer)
{
    struct bounded *b = calloc(1, sizeof *b);

    if (b == NULL)
        return NULL;
    b->explorer = explorer;
    b->most = MAX_OF(options->depth, 1u) - 1;
    return b;
}

static void bounded_free(void *self)
{
    struct bounded *b = self;

    free(b->places);
    free(b);
}

static void bounded_start(void *self, uint64_t run)
{
    struct bounded *b = self;

    (void)run;
    b->question = 0;
}

static void make_room(struct bounded *b, uint32_t count)
{
    if (count <= b->room)
        return;
    b->room = MAX_OF(count, MAX_OF(64u, b->room * 2));
    b->places = realloc(b->places, b->room * sizeof *b->places);
    CHECK(b->places != NULL);
}

/* A question behind those that are kept: it is answered calmly. */
static void add(struct bounded *b, const struct question *q)
{
    uint32_t count;
    const struct step *steps = explorer_steps(b->explorer, &count);

    make_room(b, b->count + 1);
    b->places[b->count++] =
        (struct place){ .at = count,
                        .enabled = (uint8_t)q->enabled,
                        .holds = count > 0 && steps[count - 1].actor == q->number[0] };
}

static uint32_t bounded_pick(void *self, const struct question *q)
{
    struct bounded *b = self;

    if (q->enabled < 2)
        return 0;
    if (b->question == b->count) {
        if (b->count == QUESTIONS_MAX) {
            explorer_cap(b->explorer);
            return 0;
        }
        add(b, q);
    }
    const struct place *place = &b->places[b->question++];

    if (place->enabled != q->enabled) /* The run is not what it was up to here. */
        explorer_cap(b->explorer);
    return MIN_OF(place->pick, q->enabled - 1);
}

/* Goes on to the last question that has another answer within the bound. */
static bool bounded_done(void *self, bool found)
{
    struct bounded *b = self;
    uint32_t spent = 0, last = UINT32_MAX;

    (void)found;
    b->count = MIN_OF(b->count, b->question);
    for (uint32_t i = 0; i < b->count; i++) {
        const struct place *place = &b->places[i];

        if (place->pick + 1 < place->enabled && spent + place->holds <= b->most)
            last = i;
        spent += place->holds && place->pick != 0;
    }
    if (last == UINT32_MAX)
        return false;
    b->places[last].pick++;
    b->count = last + 1;
    return true;
}

static uint32_t bounded_shared(const void *self)
{
    const struct bounded *b = self;

    return b->count > 0 ? b->places[b->count - 1].at : 0;
}

static void bounded_mark(void *self, uint32_t mark)
{
    struct bounded *b = self;

    b->marks[mark] = b->question;
}

static void bounded_skip(void *self, uint32_t mark)
{
    struct bounded *b = self;

    b->question = b->marks[mark];
}

static void bounded_carry(void *self, struct carry *carry)
{
    struct bounded *b = self;

    carry_word(carry, "places");
    b->count = (uint32_t)carry_number(carry, b->count, QUESTIONS_MAX);
    carry_line(carry);
    if (carry->reads && carry_good(carry) && b->count > 0) {
        make_room(b, b->count);
        memset(b->places, 0, b->count * sizeof *b->places);
    }
    for (uint32_t i = 0; i < b->count && carry_good(carry); i++) {
        struct place *place = &b->places[i];

        place->at = (uint32_t)carry_number(carry, place->at, UINT32_MAX);
        place->enabled = (uint8_t)carry_number(carry, place->enabled, CHOICE_ACTORS_MAX);
        place->pick = (uint8_t)carry_number(carry, place->pick, CHOICE_ACTORS_MAX - 1);
        place->holds = carry_number(carry, place->holds, 1) != 0;
        carry_line(carry);
    }
}

const struct strategy strategy_bounded = { .make = bounded_make,
                                           .free = bounded_free,
                                           .start = bounded_start,
                                           .pick = bounded_pick,
                                           .done = bounded_done,
                                           .shared = bounded_shared,
                                           .mark = bounded_mark,
                                           .skip = bounded_skip,
                                           .carry = bounded_carry };
