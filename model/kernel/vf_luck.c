/* vf_luck.c - low resources: which allocations of verified drivers fail.
 *
 * A call stack is told by the code of its frames, counted from the images, so it is the same in
 * every run of one build. Stacks are numbered in the order in which they first allocate.
 */
#include "model/kernel/kernel.h"
#include "model/kernel/vf.h"
#include "sim/rng.h"

enum { STACKS_MAX = 1024 };

struct vf_luck {
    struct rng rng;
    uint32_t stack_count;
    uint64_t stacks[STACKS_MAX]; /* Hashes, in order of first appearance. */
};

void vf_luck_start(uint64_t seed)
{
    ke->vf->luck = arena_take(ke->sim->arena, sizeof *ke->vf->luck, 16);
    ke->vf->luck->rng = rng_stream(seed, "verifier");
}

/* Number of the present call stack, from 1 on, and whether it is new. */
static uint32_t number_of_stack(bool *fresh)
{
    struct vf_luck *luck = ke->vf->luck;
    struct vf_stack stack;
    uint64_t hash = 1469598103934665603u;

    vf_keep_stack(&stack);
    for (uint32_t i = 0; i < stack.count; i++) {
        uint32_t at = ke->code_address(stack.frames[i]);

        if (at != 0) /* Frames of the kernel's own functions do not tell stacks apart. */
            hash = (hash ^ at) * 1099511628211u;
    }
    *fresh = false;
    for (uint32_t i = 0; i < luck->stack_count; i++)
        if (luck->stacks[i] == hash)
            return i + 1;
    *fresh = true;
    if (luck->stack_count < STACKS_MAX)
        luck->stacks[luck->stack_count++] = hash;
    return luck->stack_count;
}

bool vf_unlucky(struct vf_driver *driver)
{
    const struct vf_settings *settings = &ke->vf->settings;
    bool fresh, fails;

    driver->allocations++;
    if ((settings->options & VF_LOW_RESOURCES) == 0 || ke->sim->now < settings->fail_after)
        return false;
    if (settings->fail_each || settings->fail_nth != 0) {
        uint32_t number = number_of_stack(&fresh);

        fails = fresh && (settings->fail_each || number == settings->fail_nth);
    } else {
        fails = rng_odds(&ke->vf->luck->rng, settings->fail_ppm);
    }
    driver->failed += fails;
    return fails;
}
