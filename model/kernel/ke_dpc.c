/* ke_dpc.c - deferred procedure calls and the timers that feed them (facts/nt-kernel.md 3.3).
 *
 * A DPC runs on its processor's own stack at DISPATCH_LEVEL, in whatever thread was interrupted:
 * that thread stays current, with its attachment. DpcRoutineActive is set during timer expiration
 * and all queued routines; DPCs queued meanwhile run in the same pass.
 */
#include "model/kernel/ke.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/ke_points.h"
#include "model/kernel/ke_record.h"
#include "model/words/boot_time.h"

enum { DPC_OBJECT = 0x13 }; /* KOBJECTS. */

VOID KeInitializeDpc(PRKDPC dpc, PKDEFERRED_ROUTINE routine, PVOID context)
{
    /* The list entry and both arguments are left as they were. */
    dpc->Type = DPC_OBJECT;
    dpc->Importance = MediumImportance;
    dpc->Number = dpc->Expedite = 0;
    dpc->DeferredRoutine = routine;
    dpc->DeferredContext = context;
    dpc->DpcData = NULL;
    ke_address_give(dpc, REGION_NONPAGED, 32);
}

VOID KeSetImportanceDpc(PRKDPC dpc, KDPC_IMPORTANCE importance)
{
    dpc->Importance = (UCHAR)importance;
}

VOID KeSetTargetProcessorDpc(PRKDPC dpc, CCHAR number)
{
    dpc->Number = (UCHAR)(MAXIMUM_PROCESSORS + number);
}

ULONG KeGetCurrentProcessorNumber(VOID) { return ke->cpu->number; }

static struct ke_cpu *target_of(const KDPC *dpc)
{
    uint32_t target = dpc->Number - (uint32_t)MAXIMUM_PROCESSORS;

    return target < ke->cpu_count ? &ke->cpus[target] : ke->cpu;
}

/* True if a queued DPC interrupts its processor at once (3.3): the current processor unless the
 * importance is low, another processor only if it is high, an idle one always. Any other DPC runs
 * with that processor's next dispatch interrupt, at the latest at its next tick. */
static bool urgent(const KDPC *dpc, const struct ke_cpu *cpu)
{
    if (cpu->thread == cpu->idle)
        return true;
    return cpu == ke->cpu ? dpc->Importance != LowImportance : dpc->Importance == HighImportance;
}

static void link_dpc(PRKDPC dpc, struct ke_cpu *cpu)
{
    dpc->DpcData = cpu;
    if (dpc->Importance == HighImportance)
        InsertHeadList(&cpu->dpcs, &dpc->DpcListEntry);
    else
        InsertTailList(&cpu->dpcs, &dpc->DpcListEntry);
    ke_record(REC_DPC_QUEUE, ke_address_of(dpc), cpu->number, 0, 0);
}

static bool queue_dpc(PRKDPC dpc, PVOID argument1, PVOID argument2)
{
    struct ke_cpu *cpu = target_of(dpc);

    if (dpc->DpcData != NULL)
        return FALSE;
    dpc->SystemArgument1 = argument1;
    dpc->SystemArgument2 = argument2;
    if (UNLIKELY(ke->orders != NULL) && ki_orders_defer(dpc))
        return TRUE;
    link_dpc(dpc, cpu);
    if (urgent(dpc, cpu))
        ke_request_dpc(cpu);
    return TRUE;
}

BOOLEAN KeInsertQueueDpc(PRKDPC dpc, PVOID argument1, PVOID argument2)
{
    if (UNLIKELY(ke->orders != NULL))
        ki_before_dpc(dpc);
    return queue_dpc(dpc, argument1, argument2);
}

BOOLEAN KeRemoveQueueDpc(PRKDPC dpc)
{
    if (UNLIKELY(ke->orders != NULL))
        ki_before_dpc(dpc);
    if (dpc->DpcData == NULL)
        return FALSE;
    RemoveEntryList(&dpc->DpcListEntry);
    dpc->DpcData = NULL;
    return TRUE;
}

void ki_retire_dpcs(struct ke_cpu *cpu)
{
    cpu->dpc_active = true;
    while (cpu->timer_wanted || !IsListEmpty(&cpu->dpcs)) {
        if (cpu->timer_wanted) {
            cpu->timer_wanted = false;
            ke_expire_timers();
            continue;
        }
        PKDPC dpc = CONTAINING_RECORD(RemoveHeadList(&cpu->dpcs), KDPC, DpcListEntry);
        uint32_t address = ke_address_of(dpc);

        dpc->DpcData = NULL;
        ke_record(REC_DPC_RUN, address, 0, 0, 0);
        ke_cost(COST_DPC);
        ke_require_loaded((const void *)(uintptr_t)dpc->DeferredRoutine);
        dpc->DeferredRoutine(dpc, dpc->DeferredContext, dpc->SystemArgument1, dpc->SystemArgument2);
        ke_record(REC_DPC_END, address, 0, 0, 0);
    }
    cpu->dpc_active = false;
}

/* ---- Interrupts of simulated devices --------------------------------------------------------- */

/* A pending interrupt of a device. An interrupt becomes a DPC at once: the model has no code above
 * DISPATCH_LEVEL. */
struct ki_interrupt {
    KDPC dpc;
    void (*act)(void *arg);
    void *arg;
    struct ki_interrupt *next_free;
};

static VOID NTAPI interrupt_dpc(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    struct ki_interrupt *interrupt = context;
    void (*act)(void *) = interrupt->act;
    void *arg = interrupt->arg;

    (void)dpc, (void)argument1, (void)argument2;
    interrupt->next_free = ke->free_interrupts;
    ke->free_interrupts = interrupt;
    act(arg);
}

static void interrupt_due(void *arg)
{
    struct ki_interrupt *interrupt = arg;
    struct ke_cpu *cpu = target_of(&interrupt->dpc);

    link_dpc(&interrupt->dpc, cpu);
    /* The device interrupts this processor, whatever the importance of the DPC. */
    ke_request_dpc(cpu);
}

agenda_id ke_interrupt_at(sim_time at, uint8_t cpu, void (*act)(void *arg), void *arg)
{
    struct ki_interrupt *interrupt = ke->free_interrupts;

    if (interrupt != NULL) {
        ke->free_interrupts = interrupt->next_free;
    } else {
        interrupt = arena_take(ke->sim->arena, sizeof *interrupt, 16);
        KeInitializeDpc(&interrupt->dpc, interrupt_dpc, interrupt);
    }
    interrupt->act = act;
    interrupt->arg = arg;
    KeSetTargetProcessorDpc(&interrupt->dpc, (CCHAR)(cpu % ke->cpu_count));
    return agenda_add(ke->sim->agenda, at, interrupt_due, interrupt);
}

/* ---- Timers ---------------------------------------------------------------------------------- */

/* True if the timer is running. Its own fields do not tell: before it is initialized for the first
 * time they hold anything. */
static bool is_running(const KTIMER *timer)
{
    for (PLIST_ENTRY at = ke->timers.Flink; at != &ke->timers; at = at->Flink)
        if (at == &timer->TimerListEntry)
            return true;
    return false;
}

VOID KeInitializeTimerEx(PKTIMER timer, TIMER_TYPE type)
{
    bool running = is_running(timer);

    ke_header_init(&timer->Header,
                   type == NotificationTimer ? KE_TIMER_NOTIFICATION : KE_TIMER_SYNCHRONIZATION, 0);
    if (running) { /* The timer stays in line and expires once, with nobody to call. */
        timer->Header.Inserted = TRUE;
    } else {
        InitializeListHead(&timer->TimerListEntry);
        timer->DueTime = 0;
    }
    timer->Dpc = NULL;
    timer->Period = 0;
}

VOID KeInitializeTimer(PKTIMER timer) { KeInitializeTimerEx(timer, NotificationTimer); }

static void insert_timer(PKTIMER timer)
{
    PLIST_ENTRY place = ke->timers.Blink;

    while (place != &ke->timers &&
           CONTAINING_RECORD(place, KTIMER, TimerListEntry)->DueTime > timer->DueTime)
        place = place->Blink;
    InsertHeadList(place, &timer->TimerListEntry);
    timer->Header.Inserted = TRUE;
}

/* Converts a due time in 100 ns to ns since boot: negative is relative to now, positive is absolute
 * since 1601 (the simulated clock starts at KI_BOOT_TIME). A timer expires at the first clock tick
 * at or after its due time (nt-kernel.md 3.3, 4.2). */
static sim_time due_time(LARGE_INTEGER due)
{
    if (due.QuadPart <= 0)
        return ke->sim->now + (sim_time)(-due.QuadPart) * 100;
    return due.QuadPart > KI_BOOT_TIME ? (sim_time)(due.QuadPart - KI_BOOT_TIME) * 100
                                       : ke->sim->now;
}

BOOLEAN KeSetTimerEx(PKTIMER timer, LARGE_INTEGER due, LONG period, PKDPC dpc)
{
    BOOLEAN was_set;

    ke_require_irql_of(DISPATCH_LEVEL, timer);
    was_set = KeCancelTimer(timer); /* The step's point, too. */
    timer->Header.SignalState = 0;
    timer->DueTime = due_time(due);
    timer->Period = period;
    timer->Dpc = dpc;
    insert_timer(timer);
    return was_set;
}

BOOLEAN KeSetTimer(PKTIMER timer, LARGE_INTEGER due, PKDPC dpc)
{
    return KeSetTimerEx(timer, due, 0, dpc);
}

static void remove_timer(PKTIMER timer)
{
    RemoveEntryList(&timer->TimerListEntry);
    timer->Header.Inserted = FALSE;
}

BOOLEAN KeCancelTimer(PKTIMER timer)
{
    ke_require_irql_of(DISPATCH_LEVEL, timer);
    ke_before_object(timer, KE_WRITES);
    if (!timer->Header.Inserted)
        return FALSE;
    remove_timer(timer);
    return TRUE;
}

void ki_expire_timer(PKTIMER timer)
{
    remove_timer(timer);
    ke_record(REC_TIMER, ke_address_of(timer), 0, 0, 0);
    if (timer->Period > 0) {
        timer->DueTime += MS((sim_time)timer->Period);
        /* A period shorter than a tick expires once a tick. */
        if (timer->DueTime <= ke->sim->now)
            timer->DueTime = ke->sim->now + 1;
        insert_timer(timer);
    }
    timer->Header.SignalState = 1;
    ke_signal(&timer->Header, 0);
    if (timer->Dpc != NULL)
        queue_dpc(timer->Dpc, NULL, NULL);
}

void ke_expire_timers(void)
{
    while (!IsListEmpty(&ke->timers)) {
        PKTIMER timer = CONTAINING_RECORD(ke->timers.Flink, KTIMER, TimerListEntry);

        if (timer->DueTime > ke->sim->now)
            break;
        ki_expire_timer(timer);
    }
}

VOID KeQuerySystemTime(PLARGE_INTEGER time)
{
    time->QuadPart = KI_BOOT_TIME + (LONGLONG)(ke->sim->now / ke->tick_ns * ke->tick_ns / 100);
}

VOID KeQueryTickCount(PLARGE_INTEGER count) { count->QuadPart = (LONGLONG)ke->ticks; }

ULONG KeQueryTimeIncrement(VOID) { return (ULONG)(ke->tick_ns / 100); }
