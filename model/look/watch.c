/* watch.c - see watch.h. The kernel says that the byte has changed; here is added who did it. */
#include "model/look/watch.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm.h"
#include "model/kernel/ps.h"

static void changed(const struct watched_byte *byte, enum watched_change how,
                    const struct ke_process *in, uint32_t address, uint32_t bytes)
{
    const struct watch *watch = (const struct watch *)(const void *)byte;
    const struct ke_thread *thread = ke_current_thread();
    struct fiber *fiber = fiber_current(ke->sim->fibers);
    struct watch_hit hit = {
        .number = ke->sim->trace.count,
        .at = ke->sim->now,
        .how = (uint8_t)how,
        .cpu = ke->cpu->number,
        .thread = thread->id,
        .owner = thread->process->id,
        .force = thread->apc_state.Process->id,
        .through = in != NULL ? in->id : 0,
        .address = address,
        .bytes = bytes,
    };

    if (fiber != NULL) /* The engine's own code has no simulated stack. */
        hit.frame_count = fiber_frames(ke->sim->fibers, fiber, __builtin_frame_address(0),
                                       hit.frames, WATCH_FRAMES_MAX);
    watch->hit(watch->ctx, &hit);
}

void watch_begin(struct world *world, struct watch *watch, uint32_t process, uint32_t address)
{
    watch->byte = (struct watched_byte){ process, address, changed };
    world_kernel(world)->watch = &watch->byte;
}

void watch_end(struct world *world) { world_kernel(world)->watch = NULL; }

bool watch_possible(uint32_t process, uint32_t address)
{
    if (process != 0)
        return address >= MM_USER_FIRST && address < MM_USER_END;
    return address >= MM_MAPPINGS_FIRST && address < MM_MAPPINGS_END;
}
