/* checks_kernel.c - the invariants of facts/nt-kernel.md 11.3, and the kernel's own books. */
#include "model/checks/checks_private.h"
#include "model/kernel/io.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"

enum { APCS_MAX = 100000 };

/* ---- 11.3 ------------------------------------------------------------------------------------ */

static void check_attachment(struct world *world, const struct ke_thread *t)
{
    const KAPC_STATE *state = &t->apc_state, *saved = &t->saved_apc_state;
    bool home =
        t->apc_state_pointer[0] == state && saved->Process == NULL && state->Process == t->process;
    bool away = t->apc_state_pointer[0] == saved && saved->Process == t->process;

    if (t->apc_state_index == ORIGINAL_APC_ENVIRONMENT ? !home : !away)
        check_failed_in(world, CHECKED_ATTACHMENT,
                        "thread %x of %s has index %u, and its states "
                        "say otherwise",
                        t->id, t->process->name, t->apc_state_index);
}

static void check_apc_list(struct world *world, const struct ke_thread *t, const KAPC_STATE *state)
{
    for (int mode = 0; mode < MaximumMode; mode++) {
        const LIST_ENTRY *head = &state->ApcListHead[mode];
        uint32_t count = 0;

        for (const LIST_ENTRY *pos = head->Flink; pos != head; pos = pos->Flink) {
            const KAPC *apc = CONTAINING_RECORD(pos, KAPC, ApcListEntry);

            if (apc->Inserted && apc->Thread == t && pos->Flink->Blink == pos && count++ < APCS_MAX)
                continue;
            check_failed_in(world, CHECKED_APC_LISTS,
                            "an APC in a list of thread %x of %s is not that thread's", t->id,
                            t->process->name);
            return;
        }
    }
}

static void check_threads(struct world *world, const struct ke_process *process, uint32_t *away)
{
    LIST_EACH(pos, &process->threads) {
        const struct ke_thread *t = LIST_ITEM(pos, struct ke_thread, process_link);

        if (t->exited)
            continue;
        check_attachment(world, t);
        check_apc_list(world, t, &t->apc_state);
        if (t->saved_apc_state.Process != NULL)
            check_apc_list(world, t, &t->saved_apc_state);
        *away += t->apc_state_index != ORIGINAL_APC_ENVIRONMENT;
    }
}

static uint32_t visitors_of(const struct ke_process *host)
{
    uint32_t count = 0;

    LIST_EACH(at, &ke->processes)
        LIST_EACH(pos, &LIST_ITEM(at, struct ke_process, process_link)->threads) {
            const struct ke_thread *t = LIST_ITEM(pos, struct ke_thread, process_link);

            count += t->apc_state_index != ORIGINAL_APC_ENVIRONMENT &&
                     t->apc_state.Process == host && !t->exited;
        }
    return count;
}

/* Nobody away: no process has a visitor. Else: none has fewer than stand in it now. */
static void check_visits(struct world *world, uint32_t away)
{
    LIST_EACH(pos, &ke->processes) {
        const struct ke_process *process = LIST_ITEM(pos, struct ke_process, process_link);

        if (away == 0 ? process->stack_count == 0
                      : process->stack_count >= (int32_t)visitors_of(process))
            continue;
        check_failed_in(world, CHECKED_SPACES_COUNTED,
                        "%s counts %d visitors, and %u threads are away from home", process->name,
                        process->stack_count, away);
    }
}

static void check_spaces(struct world *world)
{
    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        const struct ke_cpu *cpu = &ke->cpus[i];

        if (cpu->thread != cpu->idle && cpu->cr3 != cpu->thread->apc_state.Process->address)
            check_failed_in(world, CHECKED_SPACE_LOADED,
                            "processor %u runs thread %x in the space at %08x, not in %s", i,
                            cpu->thread->id, cpu->cr3, cpu->thread->apc_state.Process->name);
    }
}

/* ---- Pool ------------------------------------------------------------------------------------ */

static void check_pool(struct world *world)
{
    uint64_t bytes[2] = { 0, 0 };

    for (uint32_t i = 0; i < POOL_TAGS_MAX; i++) {
        const struct pool_tag *row = &ke->ex->tags[i];

        if (!row->used)
            continue;
        bytes[row->type] += row->use.bytes;
        if (row->use.blocks != row->use.allocs - row->use.frees)
            check_failed_in(world, CHECKED_POOL_BALANCES, "tag %.4s has %u blocks in use",
                            (const char *)&row->tag, (unsigned)row->use.blocks);
    }
    for (uint32_t type = 0; type < 2; type++)
        if (bytes[type] != ke->ex->bytes[type])
            check_failed_in(world, CHECKED_POOL_BALANCES,
                            "pool %u has %u bytes in use, its tags %u", type,
                            (unsigned)ke->ex->bytes[type], (unsigned)bytes[type]);
}

/* ---- Requests -------------------------------------------------------------------------------- */

/* One that was completed and is not freed at two looks: nobody will end it. One whose thread is
 * gone: nobody can. */
static void check_requests(struct world *world)
{
    uint32_t before = world->checks.doubted_irp, doubted = 0;

    LIST_EACH(pos, &ke->io->irps) {
        const struct io_part *part = LIST_ITEM(pos, struct io_part, live);
        const IRP *irp = part->irp;

        if (part->made + SEC(1) > ke->sim->now || irp->CurrentLocation != irp->StackCount + 2)
            continue;
        if (irp->Address == before)
            check_failed_in(world, CHECKED_REQUESTS_END,
                            "IRP %08x was completed and nobody frees it", irp->Address);
        if (doubted == 0)
            doubted = irp->Address;
    }
    world->checks.doubted_irp = doubted;
}

/* ---- What is left behind --------------------------------------------------------------------- */

static uint64_t blocks_of(uint32_t tag)
{
    uint64_t blocks = 0;

    for (uint32_t i = 0; i < POOL_TAGS_MAX; i++)
        if (ke->ex->tags[i].used && ke->ex->tags[i].tag == tag)
            blocks += ke->ex->tags[i].use.blocks;
    return blocks;
}

static void check_left_behind(struct world *world)
{
    LIST_EACH(pos, &ke->processes) {
        const struct ke_process *process = LIST_ITEM(pos, struct ke_process, process_link);

        if (process->active_threads == 0 && process->header.SignalState != 0 &&
            ob_handle_count(process) > 0)
            check_failed_in(world, CHECKED_CLEAN_STOP, "%s has ended and holds %u handles",
                            process->name, ob_handle_count(process));
    }
    if (!io_driver_present(L"\\FileSystem\\ExIfs") &&
        blocks_of(EXIFS_TAG_NODE) + blocks_of(EXIFS_TAG_OBJECT) > 0)
        check_failed_in(world, CHECKED_CLEAN_STOP,
                        "exifs.sys is not loaded, and %u blocks of AuxL and %u of EIfs are in use",
                        (unsigned)blocks_of(EXIFS_TAG_NODE), (unsigned)blocks_of(EXIFS_TAG_OBJECT));
}

void check_kernel(struct world *world)
{
    uint32_t away = 0;

    LIST_EACH(pos, &ke->processes)
        check_threads(world, LIST_ITEM(pos, struct ke_process, process_link), &away);
    check_visits(world, away);
    check_spaces(world);
    check_pool(world);
    check_requests(world);
    check_left_behind(world);
}
