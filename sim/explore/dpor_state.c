/* dpor_state.c - nodes of the tree of runs; the tree as text, and how large it is in all.
 *
 * Races and pasts are not kept: the first run after a state was read looks at all of its steps
 * again, and wants nobody that is not wanted already.
 */
#include "sim/explore/carry.h"
#include "sim/explore/dpor.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void dpor_forget(struct node *node)
{
    while (node->sleeping != NULL) {
        struct sleeper *next = node->sleeping->next;

        free(node->sleeping);
        node->sleeping = next;
    }
}

void dpor_put_to_sleep(struct node *node, const struct step *step)
{
    size_t size = offsetof(struct step, touch) + step->count * sizeof *step->touch;
    struct sleeper *sleeper = malloc(offsetof(struct sleeper, step) + size);

    CHECK(sleeper != NULL);
    memcpy(&sleeper->step, step, size);
    sleeper->next = node->sleeping;
    node->sleeping = sleeper;
}

actor_set dpor_asleep(const struct node *node)
{
    actor_set bits = 0;

    for (const struct sleeper *s = node->sleeping; s != NULL; s = s->next)
        bits |= dpor_bit(s->step.actor);
    return bits;
}

/* ---- Marks ----------------------------------------------------------------------------------- */

uint32_t dpor_shared(const void *self)
{
    const struct dpor *d = self;

    return d->strange || d->planned == 0 ? 0 : d->planned - 1;
}

static void copy_asked(struct question *to, struct choice_actor *to_actors,
                       const struct question *from, const struct choice_actor *from_actors)
{
    *to = *from;
    memcpy(to_actors, from_actors, from->enabled * sizeof *from_actors);
}

void dpor_mark(void *self, uint32_t mark)
{
    struct dpor *d = self;
    struct dpor_mark *m = &d->marks[mark];

    copy_asked(&m->asked, m->asked_actors, &d->asked, d->asked_actors);
    m->vanished_count = d->vanished_count;
}

void dpor_skip(void *self, uint32_t mark)
{
    struct dpor *d = self;
    const struct dpor_mark *m = &d->marks[mark];

    copy_asked(&d->asked, d->asked_actors, &m->asked, m->asked_actors);
    d->vanished_count = m->vanished_count;
    d->depth = explorer_at(d->explorer);
}

/* ---- As text --------------------------------------------------------------------------------- */

static actor_set carry_set(struct carry *carry, actor_set set)
{
    actor_set low = carry_number(carry, (uint64_t)set, UINT64_MAX);

    return low | (actor_set)carry_number(carry, (uint64_t)(set >> 64), UINT64_MAX) << 64;
}

static void carry_step(struct carry *carry, struct step *step)
{
    carry_word(carry, "sleeps");
    step->actor = (uint8_t)carry_number(carry, step->actor, CHOICE_ACTORS_MAX - 1);
    step->everything = carry_number(carry, step->everything, 1) != 0;
    step->count = (uint8_t)carry_number(carry, step->count, STEP_TOUCHES_MAX);
    for (uint32_t i = 0; i < step->count; i++) {
        step->touch[i].object = (uint32_t)carry_number(carry, step->touch[i].object, UINT32_MAX);
        step->touch[i].write = carry_number(carry, step->touch[i].write, 1) != 0;
    }
    carry_line(carry);
}

static void read_sleepers(struct carry *carry, struct node *node, uint64_t count)
{
    struct sleeper *last = NULL;

    for (uint64_t i = 0; i < count && carry_good(carry); i++) {
        struct sleeper *sleeper = calloc(1, sizeof *sleeper);

        CHECK(sleeper != NULL);
        carry_step(carry, &sleeper->step);
        if (last == NULL)
            node->sleeping = sleeper;
        else
            last->next = sleeper;
        last = sleeper;
    }
}

static void carry_node(struct carry *carry, struct node *node)
{
    uint64_t count = 0;

    for (const struct sleeper *s = node->sleeping; s != NULL; s = s->next)
        count++;
    carry_word(carry, "node");
    node->chosen = (uint8_t)carry_number(carry, node->chosen, CHOICE_ACTORS_MAX - 1);
    node->enabled = carry_set(carry, node->enabled);
    node->wanted = carry_set(carry, node->wanted);
    node->tried = carry_set(carry, node->tried);
    count = carry_number(carry, count, UINT32_MAX);
    carry_line(carry);
    for (struct sleeper *s = node->sleeping; s != NULL && !carry->reads; s = s->next)
        carry_step(carry, &s->step);
    if (carry->reads)
        read_sleepers(carry, node, count);
}

void dpor_carry(void *self, struct carry *carry)
{
    struct dpor *d = self;

    carry_word(carry, "tree");
    d->count = (uint32_t)carry_number(carry, d->count, DPOR_DEPTH_MAX);
    d->strange = carry_number(carry, d->strange, 1) != 0;
    carry_line(carry);
    for (uint32_t i = 0; i < d->count; i++)
        carry_node(carry, &d->nodes[i]);
    if (carry->reads) {
        d->planned = d->count;
        d->fresh = 0;
    }
}

static uint64_t members(actor_set set)
{
    int low = __builtin_popcountll((uint64_t)set),
        high = __builtin_popcountll((uint64_t)(set >> 64));

    return (uint64_t)low + (uint64_t)high;
}

/* After Knuth: a node with three branches below one that has a fourth of the tree has a twelfth in
 * each. The runs so far are to all runs as the tree's part behind us to the whole. Branches that
 * are not known yet make it too small. */
uint64_t dpor_estimate(const void *self, uint64_t runs)
{
    const struct dpor *d = self;
    uint64_t whole = UINT64_C(1) << 62, share = whole, done = 0;
    unsigned __int128 all;

    for (uint32_t i = 0; i < d->count && share > 0; i++) {
        const struct node *node = &d->nodes[i];
        actor_set branches = node->tried | (node->wanted & node->enabled & ~dpor_asleep(node));

        share /= MAX_OF(members(branches), UINT64_C(1));
        done += share * (members(node->tried & ~dpor_bit(node->chosen)));
    }
    if (done == 0)
        return 0;
    all = (unsigned __int128)runs * whole / done;
    return (uint64_t)MIN_OF(MAX_OF(all, (unsigned __int128)runs), (unsigned __int128)INT64_MAX);
}
