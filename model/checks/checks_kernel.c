/* checks_kernel.c - the invariants of facts/nt-kernel.md 11.3, and the kernel's own counts. */
#include "model/checks/checks.h"

static const struct inspect_process *owner_of(const struct inspect *look,
                                              const struct inspect_thread *t)
{
    return &look->processes[t->process];
}

/* ---- 11.3 ------------------------------------------------------------------------------------ */

static void check_attachment(struct checks *checks, const struct inspect_thread *t)
{
    const struct inspect_process *owner = owner_of(checks->look, t);
    bool home = t->home_is_live && t->saved_apc_process == 0 && t->apc_process == owner->address;
    bool away = t->home_is_saved && t->saved_apc_process == owner->address;

    if (t->attach_index == 0 ? !home : !away)
        check_failed_in(checks, CHECKED_ATTACHMENT,
                        "thread %x of %s has index %u, and its states "
                        "say otherwise",
                        t->id, owner->name, t->attach_index);
}

static uint32_t check_threads(struct checks *checks)
{
    const struct inspect *look = checks->look;
    uint32_t away = 0;

    for (uint32_t i = 0; i < look->thread_count; i++) {
        const struct inspect_thread *t = &look->threads[i];

        if (t->exited)
            continue;
        check_attachment(checks, t);
        if (!t->apcs_sound)
            check_failed_in(checks, CHECKED_APC_LISTS,
                            "an APC in a list of thread %x of %s is not that thread's", t->id,
                            owner_of(look, t)->name);
        away += t->attach_index != 0;
    }
    return away;
}

static uint32_t visitors_of(const struct inspect *look, const struct inspect_process *host)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < look->thread_count; i++)
        count += look->threads[i].attach_index != 0 &&
                 look->threads[i].apc_process == host->address && !look->threads[i].exited;
    return count;
}

/* Checks the counts of attached threads. If no thread is attached, every count is 0; otherwise none
 * is below the number of threads attached now. */
static void check_visits(struct checks *checks, uint32_t away)
{
    const struct inspect *look = checks->look;

    for (uint32_t i = 0; i < look->process_count; i++) {
        const struct inspect_process *process = &look->processes[i];

        if (away == 0 ? process->stack_count == 0
                      : process->stack_count >= (int32_t)visitors_of(look, process))
            continue;
        check_failed_in(checks, CHECKED_SPACES_COUNTED,
                        "%s counts %d visitors, and %u threads are away from home", process->name,
                        process->stack_count, away);
    }
}

static void check_spaces(struct checks *checks)
{
    const struct inspect *look = checks->look;

    for (uint32_t i = 0; i < look->processor_count; i++) {
        const struct inspect_processor *cpu = &look->processors[i];
        const struct inspect_process *wanted = inspect_process_at(look, cpu->current_process);

        if (!cpu->idle && cpu->cr3 != cpu->current_process)
            check_failed_in(checks, CHECKED_SPACE_LOADED,
                            "processor %u runs thread %x in the space at %08x, not in %s", i,
                            cpu->thread, cpu->cr3, wanted != NULL ? wanted->name : "its own");
    }
}

/* ---- Pool ------------------------------------------------------------------------------------ */

static void check_pool(struct checks *checks)
{
    const struct inspect *look = checks->look;
    uint64_t bytes[2] = { 0, 0 };

    for (uint32_t i = 0; i < look->pool_count; i++) {
        const struct inspect_pool_use *use = &look->pools[i].use;

        bytes[look->pools[i].type] += use->bytes;
        if (use->blocks != use->allocs - use->frees)
            check_failed_in(checks, CHECKED_POOL_BALANCES, "tag %.4s has %u blocks in use",
                            (const char *)&use->tag, (unsigned)use->blocks);
    }
    for (uint32_t type = 0; type < 2; type++)
        if (bytes[type] != look->pool_bytes[type])
            check_failed_in(checks, CHECKED_POOL_BALANCES,
                            "pool %u has %u bytes in use, its tags %u", type,
                            (unsigned)look->pool_bytes[type], (unsigned)bytes[type]);
}

/* ---- Requests -------------------------------------------------------------------------------- */

/* Checks for leaked IRPs: an IRP that is not freed a second after its completion is noted as
 * doubtful, and is a leak at the next look. */
static void check_requests(struct checks *checks)
{
    const struct inspect *look = checks->look;
    uint32_t before = checks->doubted_irp, doubted = 0;

    for (uint32_t i = 0; i < look->packet_count; i++) {
        const struct inspect_packet *irp = &look->packets[i];

        if (irp->made + SEC(1) > look->now || !irp->completed)
            continue;
        if (irp->address == before)
            check_failed_in(checks, CHECKED_REQUESTS_END,
                            "IRP %08x was completed and nobody frees it", irp->address);
        if (doubted == 0)
            doubted = irp->address;
    }
    checks->doubted_irp = doubted;
}

/* ---- What is left behind --------------------------------------------------------------------- */

static void check_left_behind(struct checks *checks)
{
    const struct inspect *look = checks->look;

    for (uint32_t i = 0; i < look->process_count; i++) {
        const struct inspect_process *process = &look->processes[i];

        if (process->active_threads == 0 && process->ended && process->handle_count > 0)
            check_failed_in(checks, CHECKED_CLEAN_STOP, "%s has ended and holds %u handles",
                            process->name, process->handle_count);
    }
    if (!look->driver_present && look->driver_blocks[0] + look->driver_blocks[1] > 0)
        check_failed_in(checks, CHECKED_CLEAN_STOP,
                        "exifs.sys is not loaded, and %u blocks of AuxL and %u of EIfs are in use",
                        (unsigned)look->driver_blocks[0], (unsigned)look->driver_blocks[1]);
}

void check_kernel(struct checks *checks)
{
    if (!checks->look->whole)
        return; /* The host had no memory for a whole look. */
    check_visits(checks, check_threads(checks));
    check_spaces(checks);
    check_pool(checks);
    check_requests(checks);
    check_left_behind(checks);
}
