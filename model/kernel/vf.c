/* vf.c - see vf.h: which drivers are verified, what they are bound to, how a violation ends. */
#include "model/kernel/vf.h"
#include "model/kernel/kernel.h"
#include "model/kernel/vf_inside.h"
#include <stdio.h>
#include <string.h>

static const struct {
    const char *door;
    void *function;
} replacements[] = {
#define VERIFY(door) { #door, (void *)(uintptr_t)Vf##door },
#include "model/kernel/verifier.def"
#undef VERIFY
};

void vf_start(const struct vf_settings *settings, uint64_t seed)
{
    if (ke->vf != NULL)
        return;
    ke->vf = arena_take(ke->sim->arena, sizeof *ke->vf, 64);
    ke->vf->settings = *settings;
    vf_luck_start(seed);
}

void vf_add_driver(const char *name, const void *base, size_t size)
{
    CHECK(ke->vf->driver_count < VF_DRIVERS_MAX);
    ke->vf->drivers[ke->vf->driver_count++] =
        (struct vf_driver){ .name = name, .base = base, .size = size };
}

void *vf_replacement(const char *door)
{
    for (size_t i = 0; i < ARRAY_LEN(replacements); i++)
        if (strcmp(replacements[i].door, door) == 0)
            return replacements[i].function;
    return NULL;
}

struct vf_driver *vf_driver_of(const void *at)
{
    for (uint32_t i = 0; ke->vf != NULL && i < ke->vf->driver_count; i++)
        if ((uintptr_t)at - (uintptr_t)ke->vf->drivers[i].base < ke->vf->drivers[i].size)
            return &ke->vf->drivers[i];
    return NULL;
}

bool vf_has(enum vf_option option)
{
    return ke->vf != NULL && (ke->vf->settings.options & option) != 0;
}

void NT_FRAME vf_keep_stack(struct vf_stack *stack)
{
    stack->count =
        fiber_frames(ke->sim->fibers, fiber_current(ke->sim->fibers), __builtin_frame_address(0),
                     stack->frames, ARRAY_LEN(stack->frames));
}

NORETURN void NT_FRAME vf_stop(uint32_t code, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4,
                               const char *rule, const char *other, const struct vf_stack *stack)
{
    struct ke_stop *stop = &ke->stop;

    snprintf(stop->rule, sizeof stop->rule, "%s", rule);
    if (other != NULL && stack != NULL) {
        snprintf(stop->other, sizeof stop->other, "%s", other);
        stop->other_count = MIN_OF(stack->count, (uint32_t)ARRAY_LEN(stop->other_frames));
        memcpy(stop->other_frames, stack->frames, stop->other_count * sizeof stack->frames[0]);
    }
    ke_stop(code, a1, a2, a3, a4);
}
