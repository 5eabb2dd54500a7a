/* ke_sched.c - processors, threads and the time they use.
 *
 * A thread is a fiber. Its code takes no simulated time by itself; ke_spend does, and it is the
 * only place where anything else can happen. If nothing is due before the time is spent, the clock
 * simply moves (the quick way, without a switch). Otherwise the fiber is suspended in ke_spend
 * until its processor's `resume` entry is due, and the engine takes the earlier entries first:
 *
 *      thread fiber --ke_spend--> engine --resume entry--> thread fiber
 *                                   |
 *                                   '--interrupt--> DPC fiber of the processor
 *                                                    --> same thread, or a better one
 *
 * A processor is in one of three states: idle (active NULL), spending (active set, resume pending),
 * or executing (it is ke->cpu and a fiber runs). Interrupts reach a processor that is idle, or
 * spending below DISPATCH_LEVEL; any other takes them when it lowers its IRQL. facts/nt-kernel.md
 * 4: priorities, quantum, boosts, ready queues.
 */
#include "model/kernel/ke.h"
#include "model/kernel/ke_choose.h"
#include "model/kernel/ke_guest.h"
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm_window.h"
#include "model/kernel/ps.h"
#include "model/kernel/vf.h"
#include "model/words/costs.h"

enum { QUANTUM_TICK = 3, QUANTUM_WAIT = 1 };
enum { PRIORITY_REALTIME = 16, PRIORITY_BOOST_MAX = 15 };
enum { STARVED_SECONDS = 4 }; /* 4.3, uncertain [U]. */

static void ki_swap(struct ke_cpu *cpu, struct ke_thread *next);

static struct fibers *fibers(void) { return ke->sim->fibers; }

void ki_arrived(void)
{
    if (UNLIKELY(ke->window != NULL))
        mm_window_enter();
    if (UNLIKELY(ke->vf != NULL))
        vf_arrived();
}

static void switch_to(struct fiber *fiber)
{
    fiber_switch(fibers(), fiber);
    ki_arrived();
}

static bool executing(const struct ke_cpu *cpu)
{
    return cpu == ke->cpu && fiber_current(fibers()) != NULL;
}

/* ---- Spending time --------------------------------------------------------------------------- */

/* Resumes the fiber of a processor: its time is spent, or an interrupt has to be handled. */
static void ki_resume(void *arg)
{
    struct ke_cpu *cpu = arg;

    cpu->resume = 0;
    cpu->spinning = false;
    ke->cpu = cpu;
    if (cpu->active != cpu->dpc_fiber)
        cpu->thread->spend_left = cpu->spend_end - ke->sim->now;
    fiber_switch(fibers(), cpu->active);
}

static void lie_down(struct ke_cpu *cpu, sim_time until)
{
    cpu->active = fiber_current(fibers());
    cpu->spend_end = until;
    cpu->resume = agenda_add(ke->sim->agenda, until, ki_resume, cpu);
    switch_to(NULL);
}

static void spend_slowly(sim_time left)
{
    if (ke_dpc_active()) {
        lie_down(ke->cpu, ke->sim->now + left);
        return;
    }
    struct ke_thread *thread = ke_current_thread();

    do {
        lie_down(ke->cpu, ke->sim->now + left);
        /* Time left to spend after an interruption. */
        left = thread->spend_left + thread->debt;
        thread->spend_left = thread->debt = 0;
        if (thread->apc_state.KernelApcPending)
            ki_check_apcs();
    } while (left > 0);
}

/* True if another thread would run here if the quantum of the processor's thread ended. */
static bool is_wanted_by_another(const struct ke_cpu *cpu)
{
    const struct ke_thread *thread = cpu->thread;
    bool boosted = thread->priority < PRIORITY_REALTIME && thread->priority > thread->base_priority;

    return cpu->next != NULL || cpu->ready_bits >> (thread->priority - boosted) != 0;
}

/* Asks whether the quantum ends at this point. Without another thread to run, that would only renew
 * the quantum: no question. */
static void ask_preempt(struct ke_cpu *cpu)
{
    if (!is_wanted_by_another(cpu) || !ke_choose(CHOICE_PREEMPT, 2, NULL))
        return;
    cpu->quantum_end = true;
    ke_exit_dispatcher();
}

void ke_spend(sim_time ns)
{
    struct sim *sim = ke->sim;
    struct ke_cpu *cpu = ke->cpu;
    struct ke_thread *thread = cpu->thread;

    if (!cpu->dpc_active) {
        ns += thread->debt;
        thread->debt = 0;
        thread->cpu_time += ns;
        if (UNLIKELY(ke->orders != NULL) && thread->order.guest)
            ns = MIN_OF(ns, 1u);
        else if (UNLIKELY(sim->choices.strategy != CHOICE_CALM) && cpu->irql < DISPATCH_LEVEL)
            ask_preempt(cpu);
    }
    if (LIKELY(agenda_next(sim->agenda) > sim->now + ns)) {
        sim->now += ns;
        return;
    }
    spend_slowly(ns);
}

/* Suspends a processor's fiber until another processor hands it a spin lock. */
void ki_spin(PKSPIN_LOCK lock)
{
    struct ke_cpu *cpu = ke->cpu;

    cpu->spin_lock = lock;
    cpu->spin_turn = ++ke->spin_turns;
    cpu->spinning = true;
    cpu->active = fiber_current(fibers());
    cpu->resume = 0;
    switch_to(NULL);
}

void ki_spin_end(struct ke_cpu *cpu)
{
    cpu->spin_lock = NULL;
    cpu->spend_end = ke->sim->now;
    cpu->resume = agenda_add(ke->sim->agenda, ke->sim->now, ki_resume, cpu);
}

/* ---- Ready queues ---------------------------------------------------------------------------- */

static void queue_ready(struct ke_cpu *cpu, struct ke_thread *thread, bool head)
{
    thread->state = KE_READY;
    thread->ready_since = ke->sim->now;
    thread->last_processor = cpu->number;
    if (head)
        list_add_head(&cpu->ready[thread->priority], &thread->ready_link);
    else
        list_add_tail(&cpu->ready[thread->priority], &thread->ready_link);
    cpu->ready_bits |= 1u << thread->priority;
    if (UNLIKELY(thread->order.guest))
        ki_orders_queue(cpu, thread, head);
}

static void unqueue_ready(struct ke_cpu *cpu, struct ke_thread *thread)
{
    list_del(&thread->ready_link);
    if (list_empty(&cpu->ready[thread->priority]))
        cpu->ready_bits &= ~(1u << thread->priority);
    if (UNLIKELY(thread->order.guest))
        list_del(&thread->order.ready_link);
}

static int top_priority(uint32_t bits) { return bits ? 31 - __builtin_clz(bits) : -1; }

/* Picks the thread of a ready queue that runs first: the oldest, unless the oracle says
 * otherwise. */
static struct ke_thread *choose_ready(struct ke_cpu *cpu, int priority)
{
    struct link *pos = cpu->ready[priority].next;

    if (UNLIKELY(ke->sim->choices.strategy != CHOICE_CALM)) {
        uint32_t count = 0;

        LIST_EACH(each, &cpu->ready[priority])
            choice_offer(&ke->sim->choices, count++,
                         LIST_ITEM(each, struct ke_thread, ready_link)->id, NULL);
        for (uint32_t pick = ke_choose(CHOICE_READY, count, &cpu->ready[priority]); pick > 0;
             pick--)
            pos = pos->next;
    }
    return LIST_ITEM(pos, struct ke_thread, ready_link);
}

/* Takes the best ready thread of at least this priority from its queue; with `steal`, for an idle
 * processor, also from the queues of other processors. NULL: there is none. */
static struct ke_thread *take_ready(struct ke_cpu *cpu, int at_least, bool steal)
{
    if (UNLIKELY(ke->orders != NULL)) {
        struct ke_thread *next = at_least == 0 ? ki_orders_take(cpu) : NULL;

        if (next != NULL)
            unqueue_ready(cpu, next);
        return next;
    }
    struct ke_cpu *from = cpu;
    int best = top_priority(cpu->ready_bits);

    for (uint32_t i = 0; steal && best < 0 && i < ke->cpu_count; i++) {
        from = &ke->cpus[i];
        best = top_priority(from->ready_bits);
    }
    if (best < at_least || best < 0)
        return NULL;
    struct ke_thread *thread = choose_ready(from, best);

    unqueue_ready(from, thread);
    return thread;
}

/* ---- Dispatch interrupts --------------------------------------------------------------------- */

static bool has_work(const struct ke_cpu *cpu)
{
    return !IsListEmpty(&cpu->dpcs) || cpu->timer_wanted || cpu->quantum_end || cpu->next != NULL;
}

static bool has_dpcs(const struct ke_cpu *cpu)
{
    return !IsListEmpty(&cpu->dpcs) || cpu->timer_wanted;
}

/* Ends a quantum: a ready thread of the same or a higher priority runs next; the old one goes to
 * the tail (4.2). */
static void end_quantum(struct ke_cpu *cpu)
{
    struct ke_thread *thread = cpu->thread;

    cpu->quantum_end = false;
    if (thread == cpu->idle)
        return;
    thread->quantum = thread->quantum_reset;
    if (thread->priority < PRIORITY_REALTIME && thread->priority > thread->base_priority)
        thread->priority--;
    if (cpu->next == NULL)
        cpu->next = take_ready(cpu, thread->priority, false);
    if (cpu->next != NULL)
        ke_record(REC_QUANTUM, thread->address, 0, 0, 0);
}

/* Puts the current thread back into its ready queue: at the head if it was preempted, at the tail
 * if its quantum ended. */
static void requeue_current(struct ke_cpu *cpu, bool preempted)
{
    struct ke_thread *thread = cpu->thread;

    if (thread != cpu->idle && thread->state == KE_RUNNING) {
        thread->irql = cpu->irql;
        ke_record(REC_PREEMPT, thread->address, cpu->next->address, 0, 0);
        queue_ready(cpu, thread, preempted);
    }
}

/* Lets the standby thread take over, below DISPATCH_LEVEL and after DPCs. True if the processor has
 * another thread now. */
static bool take_next(struct ke_cpu *cpu)
{
    bool preempted = !cpu->quantum_end;

    if (cpu->quantum_end)
        end_quantum(cpu);
    if (UNLIKELY(ke->orders != NULL) && cpu->thread == cpu->idle && cpu->next == NULL)
        cpu->next =
            take_ready(cpu, 0, false); /* In free order ready threads may have stood aside. */
    if (cpu->next == NULL)
        return false;
    requeue_current(cpu, preempted);
    ki_swap(cpu, cpu->next);
    return true;
}

/* Main loop of a processor's DPC fiber: runs DPCs, then switches back to the interrupted thread or
 * to a better one. */
void ki_dpc_loop(void *arg)
{
    struct ke_cpu *cpu = arg;

    ki_arrived();
    for (;;) {
        ki_retire_dpcs(cpu);
        cpu->irql = cpu->interrupted_irql;
        if (UNLIKELY(ke->vf != NULL))
            vf_level_fell();
        cpu->active = NULL;
        if (cpu->thread == cpu->idle)
            cpu->idle_since = ke->sim->now;
        if (cpu->irql < DISPATCH_LEVEL)
            take_next(cpu);
        if (cpu->thread == cpu->idle) {
            cpu->irql = PASSIVE_LEVEL;
            ki_dpcs_follow(cpu);
            switch_to(NULL);
        } else {
            cpu->active = cpu->thread->fiber;
            switch_to(cpu->thread->fiber);
        }
    }
}

/* Ends an idle span, when a DPC or a thread begins to run; the next span begins when that is
 * over. */
static void idle_until_now(struct ke_cpu *cpu)
{
    cpu->idle_time += ke_measured(cpu->idle_since, ke->sim->now);
    cpu->idle_all += ke->sim->now - cpu->idle_since;
    cpu->idle_since = ke->sim->now;
}

static void enter_dpcs(struct ke_cpu *cpu)
{
    if (cpu->thread == cpu->idle)
        idle_until_now(cpu);
    cpu->interrupted_irql = cpu->irql;
    cpu->irql = DISPATCH_LEVEL;
    cpu->active = cpu->dpc_fiber;
    cpu->dpc_active = true;
    switch_to(cpu->dpc_fiber);
}

/* A dispatch interrupt arrives at a processor that is idle or spending. */
static void ki_interrupted(void *arg)
{
    struct ke_cpu *cpu = arg;

    cpu->interrupt_sent = false;
    if (cpu->irql >= DISPATCH_LEVEL || cpu->dpc_active || cpu->spinning || !has_work(cpu))
        return;
    ke->cpu = cpu;
    if (cpu->resume != 0) {
        agenda_cancel(ke->sim->agenda, cpu->resume);
        cpu->resume = 0;
        cpu->thread->spend_left = cpu->spend_end - ke->sim->now;
    }
    if (has_dpcs(cpu)) {
        enter_dpcs(cpu);
        return;
    }
    cpu->active = NULL;
    take_next(cpu);
    if (cpu->thread != cpu->idle) {
        cpu->active = cpu->thread->fiber;
        fiber_switch(fibers(), cpu->thread->fiber);
    }
}

/* A dispatch interrupt requested by the processor's own code below DISPATCH_LEVEL. */
static void ki_dispatch_interrupt(void)
{
    struct ke_cpu *cpu = ke->cpu;

    cpu->thread->spend_left = 0;
    if (has_dpcs(cpu))
        enter_dpcs(cpu);
    else if (take_next(cpu))
        switch_to(cpu->thread->fiber);
    ki_check_apcs(); /* For APCs queued by a DPC, or while the thread was ready. */
}

void ke_request_dpc(struct ke_cpu *cpu)
{
    if (executing(cpu)) {
        if (cpu->irql < DISPATCH_LEVEL)
            ki_dispatch_interrupt();
        return;
    }
    if (!cpu->interrupt_sent && cpu->irql < DISPATCH_LEVEL && !cpu->dpc_active) {
        cpu->interrupt_sent = true;
        agenda_add(ke->sim->agenda, ke->sim->now, ki_interrupted, cpu);
    }
}

void ke_exit_dispatcher(void)
{
    struct ke_cpu *cpu = ke->cpu;

    if (cpu->irql < DISPATCH_LEVEL && has_work(cpu) && executing(cpu))
        ki_dispatch_interrupt();
}

void ke_request_apc(struct ke_thread *thread)
{
    if (thread->state != KE_RUNNING)
        return;
    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        struct ke_cpu *cpu = &ke->cpus[i];

        if (cpu->thread != thread || executing(cpu) || cpu->irql >= APC_LEVEL || cpu->resume == 0)
            continue;
        /* The thread delivers the APC in spend_slowly. */
        agenda_cancel(ke->sim->agenda, cpu->resume);
        sim_time end = cpu->spend_end;

        cpu->resume = agenda_add(ke->sim->agenda, ke->sim->now, ki_resume, cpu);
        cpu->spend_end = end;
    }
}

/* ---- Switching ------------------------------------------------------------------------------- */

/* Makes `next` the processor's thread; the caller switches to its fiber. */
static void ki_swap(struct ke_cpu *cpu, struct ke_thread *next)
{
    struct ke_thread *old = cpu->thread;

    if (cpu->next == next)
        cpu->next = NULL;
    ke_record(REC_SWITCH, next->address, old->address, (uint32_t)next->priority, 0);
    if (old == cpu->idle)
        idle_until_now(cpu);
    cpu->thread = next;
    cpu->irql = next->irql;
    cpu->switches++;
    next->switches++;
    next->state = KE_RUNNING;
    next->last_processor = cpu->number;
    next->debt += ke->cost[COST_SWITCH];
    if (cpu->cr3 != next->apc_state.Process->address) {
        cpu->cr3 = next->apc_state.Process->address;
        next->debt += ke->cost[COST_SWITCH_SPACE];
    }
}

void ki_dpcs_follow(struct ke_cpu *cpu)
{
    if (has_dpcs(cpu) && !cpu->interrupt_sent) {
        cpu->interrupt_sent = true;
        agenda_add(ke->sim->agenda, ke->sim->now, ki_interrupted, cpu);
    }
}

/* Makes the processor idle. DPCs queued in the last instant run by an interrupt, never on the stack
 * of the thread that is leaving: a DPC may wake that very thread. */
static void go_idle(struct ke_cpu *cpu)
{
    ke_record(REC_IDLE, 0, 0, 0, 0);
    cpu->thread = cpu->idle;
    cpu->idle_since = ke->sim->now;
    cpu->irql = PASSIVE_LEVEL;
    cpu->active = NULL;
    if (has_work(cpu) && !cpu->interrupt_sent) {
        cpu->interrupt_sent = true;
        agenda_add(ke->sim->agenda, ke->sim->now, ki_interrupted, cpu);
    }
}

void ke_switch_away(void)
{
    struct ke_cpu *cpu = ke->cpu;
    struct ke_thread *thread = cpu->thread, *next = cpu->next;

    if (cpu->dpc_active) /* 3.2: the switch code raises this stop. */
        ke_stop(ATTEMPTED_SWITCH_FROM_DPC, thread->address,
                next ? next->address : cpu->idle->address, 0, 0);
    cpu->quantum_end = false;
    if (next == NULL)
        next = take_ready(cpu, 0, true);
    thread->irql = cpu->irql;
    if (next != NULL) {
        ki_swap(cpu, next);
        cpu->active = next->fiber;
        switch_to(next->fiber);
    } else {
        go_idle(cpu);
        switch_to(NULL);
    }
}

void ki_go_on(struct ke_thread *next)
{
    struct ke_cpu *cpu = ke->cpu;
    struct ke_thread *thread = cpu->thread;

    unqueue_ready(cpu, next);
    thread->irql = cpu->irql;
    ke_record(REC_PREEMPT, thread->address, next->address, 0, 0);
    queue_ready(cpu, thread, true);
    ki_swap(cpu, next);
    cpu->active = next->fiber;
    switch_to(next->fiber);
}

/* ---- Making threads ready -------------------------------------------------------------------- */

/* Applies the boost of a wake-up (4.3): it lifts a dynamic thread over its base, never past 15, and
 * not while an earlier boost decays. */
static void boost(struct ke_thread *thread, KPRIORITY increment)
{
    if (thread->priority >= PRIORITY_REALTIME || increment <= 0)
        return;
    int lifted = MIN_OF(thread->base_priority + increment, PRIORITY_BOOST_MAX);

    if (thread->priority == thread->base_priority && lifted > thread->priority)
        thread->priority = (int8_t)lifted;
}

/* Chooses the processor for a ready thread (4.4): the ideal one if idle, then the last one if idle,
 * then any idle one; otherwise the ideal one. */
static struct ke_cpu *choose_cpu(const struct ke_thread *thread)
{
    struct ke_cpu *ideal = &ke->cpus[thread->ideal_processor],
                  *last = &ke->cpus[thread->last_processor];

    if (ideal->thread == ideal->idle && ideal->next == NULL)
        return ideal;
    if (last->thread == last->idle && last->next == NULL)
        return last;
    for (uint32_t i = 0; i < ke->cpu_count; i++)
        if (ke->cpus[i].thread == ke->cpus[i].idle && ke->cpus[i].next == NULL)
            return &ke->cpus[i];
    return ideal;
}

void ke_ready_thread(struct ke_thread *thread, KPRIORITY increment)
{
    boost(thread, increment);
    if (thread->quantum <= 0)
        thread->quantum = thread->quantum_reset;
    struct ke_cpu *cpu = choose_cpu(thread);
    struct ke_thread *standby = cpu->next;

    ke_record(REC_READY, thread->address, (uint32_t)thread->priority,
              fiber_current(fibers()) ? ke_current_thread()->address : 0, 0);
    if (UNLIKELY(ke->orders != NULL) && (cpu->thread != cpu->idle || standby != NULL)) {
        queue_ready(cpu, thread, false);
        return;
    }
    if (cpu->thread != cpu->idle || standby != NULL) {
        int rival = standby ? standby->priority : cpu->thread->priority;

        if (thread->priority <= rival) {
            queue_ready(cpu, thread, false);
            return;
        }
        if (standby != NULL)
            queue_ready(cpu, standby, true);
    }
    thread->state = KE_STANDBY;
    cpu->next = thread;
    if (!executing(cpu)) /* The executing processor checks when it leaves the dispatcher. */
        ke_request_dpc(cpu);
}

/* Preempts a processor's thread if its priority has fallen below that of a ready thread (4.1). */
static void give_way(struct ke_cpu *cpu)
{
    if (cpu->next == NULL)
        cpu->next = take_ready(cpu, cpu->thread->priority + 1, false);
    if (cpu->next == NULL)
        return;
    cpu->next->state = KE_STANDBY;
    if (!executing(cpu))
        ke_request_dpc(cpu);
}

KPRIORITY KeSetPriorityThread(PKTHREAD thread, KPRIORITY priority)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    KPRIORITY old = thread->priority;
    bool ready = thread->state == KE_READY;

    if (ready)
        unqueue_ready(&ke->cpus[thread->last_processor], thread);
    thread->priority = thread->base_priority = (int8_t)priority;
    if (ready) /* With its new priority the thread may preempt another one. */
        ke_ready_thread(thread, 0);
    else if (thread->state == KE_RUNNING && priority < old)
        give_way(&ke->cpus[thread->last_processor]);
    ke_exit_dispatcher();
    return old;
}

/* ---- The clock ------------------------------------------------------------------------------- */

/* Boosts starved threads, about once a second: threads that have been ready for some seconds get
 * priority 15 for a while (4.3, uncertain). */
static void relieve_starved(struct ke_cpu *cpu)
{
    for (int priority = 1; priority < PRIORITY_BOOST_MAX; priority++) {
        LIST_EACH_SAFE(pos, &cpu->ready[priority]) {
            struct ke_thread *thread = LIST_ITEM(pos, struct ke_thread, ready_link);

            if (ke->sim->now - thread->ready_since < SEC(STARVED_SECONDS))
                continue;
            unqueue_ready(cpu, thread);
            thread->priority = PRIORITY_BOOST_MAX;
            queue_ready(cpu, thread, false);
        }
    }
    if (cpu->ready_bits != 0)
        give_way(cpu);
}

/* Handles the end of a quantum at a tick. Without another ready thread and without a boost to lose,
 * the quantum is only renewed: no interrupt. */
static void expire_quantum(struct ke_cpu *cpu)
{
    if (ke->orders == NULL &&
        (cpu->ready_bits != 0 || cpu->thread->priority > cpu->thread->base_priority))
        cpu->quantum_end = true;
    else
        cpu->thread->quantum = cpu->thread->quantum_reset;
}

/* The clock interrupt: takes 3 quantum units from the running threads and has a DPC of processor 0
 * expire timers (4.2, 3.3). */
static void clock_tick(void *arg)
{
    sim_time now = ke->sim->now;

    (void)arg;
    ke->ticks++;
    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        struct ke_cpu *cpu = &ke->cpus[i];

        if (ke->ticks * ke->tick_ns % SEC(1) < ke->tick_ns)
            relieve_starved(cpu);
        if (cpu->thread != cpu->idle) {
            cpu->thread->debt += ke->cost[COST_CLOCK];
            cpu->thread->quantum = (int16_t)(cpu->thread->quantum - QUANTUM_TICK);
            if (cpu->thread->quantum <= 0)
                expire_quantum(cpu);
        }
        if (i == 0 && !IsListEmpty(&ke->timers) &&
            CONTAINING_RECORD(ke->timers.Flink, KTIMER, TimerListEntry)->DueTime <= now)
            cpu->timer_wanted = true;
        if (has_work(cpu))
            ke_request_dpc(cpu);
    }
    if (UNLIKELY(ke_guests()))
        ke_watch_processors();
    if (UNLIKELY(ke->orders != NULL))
        ki_orders_tick();
    agenda_add(ke->sim->agenda, now + ke->tick_ns, clock_tick, NULL);
}

void ki_start_clock(void)
{
    agenda_add(ke->sim->agenda, ke->sim->now + ke->tick_ns, clock_tick, NULL);
}

/* ---- The end of a thread --------------------------------------------------------------------- */

void ke_thread_end(void)
{
    struct ke_cpu *cpu = ke->cpu;
    struct ke_thread *thread = cpu->thread, *next;

    thread->state = KE_TERMINATED;
    thread->exited = true;
    cpu->irql = DISPATCH_LEVEL; /* From here on nothing preempts the thread. */
    thread->header.SignalState = 1;
    ki_orders_ended(thread);
    ke_signal(&thread->header, 0);
    next = cpu->next ? cpu->next : take_ready(cpu, 0, true);
    if (next != NULL) {
        ki_swap(cpu, next);
        cpu->active = next->fiber;
        fiber_exit(fibers(), next->fiber);
    }
    go_idle(cpu);
    fiber_exit(fibers(), NULL);
}

/* Takes one quantum unit for a satisfied wait, except at high base priorities (4.2). */
void ki_charge_wait(struct ke_thread *thread)
{
    if (thread->priority < PRIORITY_REALTIME && thread->base_priority < 14)
        thread->quantum = (int16_t)(thread->quantum - QUANTUM_WAIT);
    if (thread->quantum <= 0)
        thread->quantum = thread->quantum_reset;
}
