/* glance.c - see glance.h. */
#include "model/look/glance.h"
#include "model/kernel/cm.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/mm.h"
#include "model/kernel/mm_window.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "model/outside/site.h"
#include "model/look/inspect_private.h"

uint32_t glance_log_count(struct world *world)
{
    struct kernel *before = look_enter(world);
    uint32_t count = cm_log_count();

    ke = before;
    return count;
}

bool glance_log_line(struct world *world, uint32_t index, struct cm_line *line)
{
    struct kernel *before = look_enter(world);
    const struct cm_line *found = cm_log_line(index);

    if (found != NULL)
        *line = *found;
    ke = before;
    return found != NULL;
}

/* ---- Who acts -------------------------------------------------------------------------------- */

void glance_actor(struct glance_actor *actor)
{
    const struct ke_thread *thread = ke->cpu->thread;

    actor->by = GLANCE_NOBODY;
    if (fiber_current(ke->sim->fibers) != NULL)
        actor->by = ke_dpc_active() ? GLANCE_DPC : thread->id != 0 ? GLANCE_THREAD : GLANCE_NOBODY;
    actor->thread = thread->id;
    actor->name = thread->name;
    actor->waits_for = 0;
    if (thread->wait_count > 0)
        actor->waits_for = ((const DISPATCHER_HEADER *)thread->wait_blocks[0].Object)->Type;
}

uint32_t glance_frames(void **frames, uint32_t max)
{
    const struct fiber *fiber = fiber_current(ke->sim->fibers);

    return fiber != NULL
               ? fiber_frames(ke->sim->fibers, fiber, __builtin_frame_address(0), frames, max)
               : 0;
}

static const struct ke_thread *find_thread(uint32_t id)
{
    LIST_EACH(each, &ke->processes) {
        const struct ke_process *process = LIST_ITEM(each, struct ke_process, process_link);

        LIST_EACH(pos, &process->threads) {
            const struct ke_thread *thread = LIST_ITEM(pos, struct ke_thread, process_link);

            if (thread->id == id)
                return thread;
        }
    }
    return NULL;
}

bool glance_thread_called(uint32_t id, const char **process, const char **name, const void **start)
{
    const struct ke_thread *thread = find_thread(id);

    if (thread == NULL)
        return false;
    *process = thread->process->name;
    *name = thread->name;
    *start = thread->start_routine;
    return true;
}

bool glance_thread_left(struct world *world, uint32_t id, void **mark)
{
    struct kernel *before = look_enter(world);
    const struct ke_thread *thread = find_thread(id);
    bool found = thread != NULL && thread->fiber != NULL && thread->state != KE_TERMINATED &&
                 thread->fiber != fiber_current(ke->sim->fibers) && fiber_left(thread->fiber, mark);

    ke = before;
    return found;
}

bool glance_thread_runs(struct world *world, uint32_t id)
{
    struct kernel *before = look_enter(world);
    const struct ke_thread *thread = find_thread(id);
    bool runs = thread != NULL && (thread->state == KE_RUNNING || thread->state == KE_STANDBY);

    ke = before;
    return runs;
}

/* ---- Names ----------------------------------------------------------------------------------- */

const char *glance_process_name(struct world *world, uint32_t address)
{
    const struct kernel *kernel = world_kernel(world);

    for (const struct link *pos = kernel->processes.prev; pos != &kernel->processes;
         pos = pos->prev)
        if (LIST_ITEM(pos, struct ke_process, process_link)->address == address)
            return LIST_ITEM(pos, struct ke_process, process_link)->name;
    return NULL;
}

void glance_system_process(struct world *world, uint32_t *address, uint32_t *id)
{
    *address = world_kernel(world)->system->address;
    *id = world_kernel(world)->system->id;
}

/* ---- What an administrator can ask for ------------------------------------------------------- */

bool glance_met_error(struct world *world, int32_t error)
{
    const struct site_statistics *stats = &world_site(world)->stats;

    for (uint32_t i = 0; i < stats->errors_met_count; i++)
        if (stats->errors_met[i] == error)
            return true;
    return false;
}

void glance_disk(struct world *world, uint32_t disk, struct glance_disk *out)
{
    struct kernel *before = look_enter(world);
    struct io_disk_totals totals;

    io_disk_total(disk, &totals);
    out->transfers = totals.transfers[0] + totals.transfers[1];
    out->waiting = totals.area[0] + totals.area[1];
    out->service = io_disk_busy_time(disk);
    ke = before;
}

bool glance_bytes(struct world *world, uint32_t process, uint32_t address, void *to, size_t count)
{
    struct kernel *before = look_enter(world);
    bool found = false;

    for (struct link *pos = ke->processes.next; pos != &ke->processes && !found; pos = pos->next) {
        const struct ke_process *p = LIST_ITEM(pos, struct ke_process, process_link);

        found = p->address == process && mm_peek(p, address, to, count);
    }
    ke = before;
    return found;
}

bool glance_pointer(struct world *world, const void *pointer, void *to, size_t count)
{
    struct kernel *before = look_enter(world);
    uint32_t address = (uint32_t)(uintptr_t)pointer;
    struct ke_process *process = ke_current_process();
    bool found = mm_is_simulated(pointer) && (address < MM_SYSTEM_FIRST || ke->mappings != NULL) &&
                 mm_resolve(&address, &process, true) && mm_peek(process, address, to, count);

    ke = before;
    return found;
}
