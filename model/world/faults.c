/* faults.c - the faults of a scenario: each begins at its time, through an interface of the kernel.
 *
 *     crash, kill, hang   an interrupt, then a system worker that does it to the process or thread
 *     no_memory           the pool's own question whether this allocation may fail
 *     leak                a neighbour driver's timer that allocates and never frees
 *     slow_disk, ...      the disk's own service of a transfer
 *     lost_reply          the I/O manager finds no memory for the request that carries the reply
 *     bad_page            the medium: bits of a page of the .stm change that nobody has written
 *     power_cut           the machine is off; it boots again where the scenario says so
 *
 * Before a fault begins, the run equals the one without it, record by record: no kernel object is
 * made in advance. Of two faults of one kind on one disk, the later one is in force.
 */
#include "model/world/world_private.h"
#include "model/exifs/exifs_ioctl.h"
#include "model/kernel/faults.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "model/kernel/win32.h"
#include <string.h>

enum { HANGING_MAX = 64 };

struct fault {
    struct world *world;
    WORK_QUEUE_ITEM item, item_over;
    const struct scenario_fault *what;
    struct fault_memory pool;
    struct fault_transfer disk;
    bool over;
    uint32_t hanging_count;
    struct ke_thread *hanging[HANGING_MAX]; /* Threads that hang, each referenced. */
};

/* ---- In a system worker ---------------------------------------------------------------------- */

static void hang(struct fault *fault, struct ke_process *process)
{
    LIST_EACH(pos, &process->threads) {
        struct ke_thread *thread = LIST_ITEM(pos, struct ke_thread, process_link);

        if (fault->hanging_count == MIN_OF(fault->what->count, HANGING_MAX))
            return;
        if (thread->name == NULL || strcmp(thread->name, fault->what->thread) != 0 ||
            thread->terminating)
            continue;
        ObReferenceObject(thread);
        fault->hanging[fault->hanging_count++] = thread;
    }
}

static VOID NTAPI fault_strikes(PVOID context)
{
    struct fault *fault = context;
    struct ke_process *process = ps_find(fault->what->process);

    if (process == NULL)
        return;
    if (fault->what->kind == FAULT_HANG) {
        hang(fault, process);
        for (uint32_t i = 0; i < fault->hanging_count; i++)
            ke_freeze_thread(fault->hanging[i]);
    } else if (fault->what->kind == FAULT_CRASH) {
        win32_crash_process(process, STATUS_ACCESS_VIOLATION);
    } else {
        PspTerminateProcess(process, 1);
    }
}

static VOID NTAPI fault_ends(PVOID context)
{
    struct fault *fault = context;

    for (uint32_t i = 0; i < fault->hanging_count; i++) {
        ke_thaw_thread(fault->hanging[i]);
        ObDereferenceObject(fault->hanging[i]);
    }
    fault->hanging_count = 0;
}

static void fault_to_worker(void *arg)
{
    struct fault *fault = arg;
    WORK_QUEUE_ITEM *item = fault->over ? &fault->item_over : &fault->item;

    *item = (WORK_QUEUE_ITEM){ .WorkerRoutine = fault->over ? fault_ends : fault_strikes,
                               .Parameter = fault };
    ExQueueWorkItem(item, CriticalWorkQueue);
}

/* ---- A neighbour that leaks ------------------------------------------------------------------ */

static void leak(void *arg)
{
    struct fault *fault = arg;
    const struct scenario_fault *what = fault->what;

    if (fault->over)
        return;
    fault_leak_pool((POOL_TYPE)what->pool, what->bytes, what->tag);
    ke_interrupt_at(ke->sim->now + what->every, 0, leak, fault);
}

/* ---- Disks, memory, current ----------------------------------------------------------------- */

static void fail_disk(struct fault *fault)
{
    const struct scenario_fault *what = fault->what;

    fault->disk = (struct fault_transfer){
        .range = { .nth = what->nth, .count = what->count },
        .reads = what->reads,
        .writes = what->writes,
        .status = what->disk_full ? STATUS_DISK_FULL : STATUS_IO_DEVICE_ERROR,
    };
    fault_set_transfer(what->disk, &fault->disk);
}

static void take_memory(struct fault *fault)
{
    const struct scenario_fault *what = fault->what;

    fault->pool = (struct fault_memory){
        .range = { .nth = what->nth, .count = what->count },
        .tag = what->tag,
        .of_type = what->has_pool,
        .type = (uint8_t)what->pool,
        .process = what->process[0] != 0 ? what->process : NULL,
    };
    fault_set_memory(&fault->pool);
}

static void spoil_pages(const struct fault *fault)
{
    fault_spoil_file(L"\\??\\E:\\Exchsrvr\\Mdbdata\\priv1.stm", fault->what->nth,
                     fault->what->count);
}

static void cut_power(struct fault *fault)
{
    if (!fault->what->cache_kept)
        fault->world->pages_lost = fault_cut_power();
    if (fault->world->scenario.restart) {
        fault->world->site->outage.cut = true;
        sim_finish(ke->sim, SIM_REBOOT);
    } else {
        fault->world->power_cut = true;
        sim_finish(ke->sim, SIM_FINISHED);
    }
}

/* ---- Times ----------------------------------------------------------------------------------- */

static void fault_begins(void *arg)
{
    struct fault *fault = arg;

    switch (fault->what->kind) {
    case FAULT_CRASH:
    case FAULT_KILL:
    case FAULT_HANG:
        ke_interrupt_at(ke->sim->now, 0, fault_to_worker, fault);
        break;
    case FAULT_LEAK:
        ke_interrupt_at(ke->sim->now, 0, leak, fault);
        break;
    case FAULT_NO_MEMORY:
        take_memory(fault);
        break;
    case FAULT_SLOW_DISK:
        fault_set_slow_disk(fault->what->disk, fault->what->factor);
        break;
    case FAULT_DISK_ERROR:
        fail_disk(fault);
        break;
    case FAULT_FULL_DISK:
        fault_set_full_disk(fault->what->disk, true);
        break;
    case FAULT_LOST_REPLY:
        fault_set_control(IOCTL_EXIFS_REPLY, fault->what->nth, fault->what->count);
        break;
    case FAULT_POWER_CUT:
        cut_power(fault);
        break;
    case FAULT_BAD_PAGE:
        spoil_pages(fault);
        break;
    }
}

static void give_back(void *arg)
{
    const struct fault *fault = arg;

    fault_return_leaks((POOL_TYPE)fault->what->pool, fault->what->tag);
}

static void fault_over(void *arg)
{
    struct fault *fault = arg;

    fault->over = true;
    switch (fault->what->kind) {
    case FAULT_HANG:
        ke_interrupt_at(ke->sim->now, 0, fault_to_worker, fault);
        break;
    case FAULT_LEAK:
        ke_interrupt_at(ke->sim->now, 0, give_back, fault);
        break;
    case FAULT_NO_MEMORY:
        fault->pool.range.count = 0;
        break;
    case FAULT_SLOW_DISK:
        fault_set_slow_disk(fault->what->disk, 1);
        break;
    case FAULT_DISK_ERROR:
        fault_set_transfer(fault->what->disk, NULL);
        break;
    case FAULT_FULL_DISK:
        fault_set_full_disk(fault->what->disk, false);
        break;
    case FAULT_LOST_REPLY:
        fault_set_control(0, 0, 0);
        break;
    default:
        break;
    }
}

/* A boot ends the faults that lay in memory; a disk stays faulty until its time is over. */
static bool is_of_a_disk(enum fault_kind kind)
{
    return kind == FAULT_SLOW_DISK || kind == FAULT_DISK_ERROR || kind == FAULT_FULL_DISK;
}

void world_plan_faults(struct world *world, sim_time from)
{
    for (uint32_t i = 0; i < world->scenario.fault_count; i++) {
        const struct scenario_fault *what = &world->scenario.faults[i];
        bool ahead = what->at >= from;
        struct fault *fault;

        if (!ahead && (!is_of_a_disk(what->kind) || what->until < from))
            continue;
        fault = arena_take(&world->arena, sizeof *fault, 16);
        fault->world = world;
        fault->what = what;
        if (ahead)
            agenda_add(world->sim->agenda, what->at, fault_begins, fault);
        if (what->until > what->at && what->until != SIM_NEVER)
            agenda_add(world->sim->agenda, what->until, fault_over, fault);
    }
}
