/* ke_orders.c - see ke_orders.h.
 *
 * A thread stands before its step: ready, with the step on its own stack. Whoever is picked goes on
 * and does his step without being asked again. A thread whose step is not possible is no answer;
 * if nobody can go on, it does its step nevertheless, and waits as NT's threads do.
 */
#include "model/kernel/ke_orders.h"
#include "model/kernel/ex.h"
#include "model/kernel/ke_guest.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/mm.h"
#include "model/kernel/ps.h"
#include "model/words/choices.h"
#include <stdio.h>

enum { REST_S = 1 }; /* Threads that have rested so long are woken by nobody. */
enum { WORD_BYTES = 4, SPAN_BYTES = 256 };
enum { PERIODS_MAX = 3 };

/* ---- Names ----------------------------------------------------------------------------------- */

static uint32_t mix(uint32_t one, uint32_t other)
{
    uint32_t mixed = (one ^ (other + 1) * 0x9e3779b1u) * 0x85ebca6bu;

    return mixed ^ mixed >> 15;
}

static const struct ke_thread *thread_on(const struct fiber *fiber)
{
    LIST_EACH(process, &ke->processes)
        LIST_EACH(pos, &LIST_ITEM(process, struct ke_process, process_link)->threads)
            if (LIST_ITEM(pos, struct ke_thread, process_link)->fiber == fiber)
                return LIST_ITEM(pos, struct ke_thread, process_link);
    return NULL;
}

/* A word on a thread's stack is named after the thread, any other by its place. */
static uint32_t name_in_arena(uintptr_t at)
{
    size_t depth;
    const struct fiber *fiber = fiber_at(ke->sim->fibers, at, &depth);
    const struct ke_thread *thread = fiber != NULL ? thread_on(fiber) : NULL;

    return thread != NULL ? mix(thread->order.id, (uint32_t)(depth / WORD_BYTES))
                          : (uint32_t)((at - (uintptr_t)ke->sim->arena->base) / WORD_BYTES);
}

/* The name of a word of memory: the same in every order and in every world. */
static uint32_t name_of(const volatile void *object)
{
    uintptr_t at = (uintptr_t)object, base = (uintptr_t)ke->sim->arena->base;

    if (at - base < ke->sim->arena->size) {
        uint32_t offset, name = ex_pool_name((const void *)at, &offset);

        return name != 0 ? mix(name, offset / WORD_BYTES) : name_in_arena(at);
    }
    if (mm_is_simulated((const void *)at))
        return mix((uint32_t)at / WORD_BYTES, ke_current_thread()->process->id);
    if (ke->code_address != NULL && ke->code_address((const void *)at) != 0)
        return mix(ke->code_address((const void *)at) / WORD_BYTES, 1);
    return mix((uint32_t)at / WORD_BYTES, 2);
}

/* ---- Threads --------------------------------------------------------------------------------- */

/* A program's thread is one of those that the run waits for. */
static void count(struct ke_thread *thread)
{
    if (thread->order.counted)
        return;
    thread->order.counted = true;
    ke->orders->births++;
    ke->orders->alive++;
}

void ki_orders_guest(void)
{
    struct ke_thread *thread = ke_current_thread();

    if (ke->orders == NULL || ke_dpc_active())
        return;
    ke->orders->latest = ke->sim->now;
    if (thread->order.guest)
        return;
    thread->order.guest = true;
    thread->order.id = mix(thread->id, 0);
    if (!thread->system_thread)
        count(thread);
}

void ki_orders_born(struct ke_thread *thread)
{
    struct ke_thread *parent = ke_current_thread();

    if (ke->orders == NULL || !parent->order.guest)
        return;
    thread->order.guest = true;
    thread->order.id = mix(parent->order.id, ++parent->order.children);
    count(thread);
}

void ki_orders_ended(struct ke_thread *thread)
{
    if (ke->orders == NULL || !thread->order.counted)
        return;
    ke->orders->alive--;
    ki_before_waited(&thread->header, KE_WRITES,
                     ki_is_signaled); /* At DISPATCH_LEVEL: a part of the last step. */
}

/* ---- Steps ----------------------------------------------------------------------------------- */

static bool is_open(const struct ke_step *step, uint32_t i, const struct ke_thread *thread)
{
    return step->open == NULL || step->open((const void *)(uintptr_t)step->object[i], thread);
}

static bool can_go_on(const struct ke_thread *thread)
{
    const struct ke_step *step = thread->order.step;
    uint32_t open = 0;

    if (step == NULL || step->open == NULL || step->timed || thread->apc_state.KernelApcPending ||
        thread->apc_state.UserApcPending)
        return true;
    for (uint32_t i = 0; i < step->count; i++)
        open += is_open(step, i, thread);
    return step->all ? open == step->count : open > 0;
}

/* What stands for the APCs of a thread: each of its steps reads it. */
static struct choice_touch apcs_of(const struct ke_thread *thread, bool write)
{
    return (struct choice_touch){ mix(thread->order.id, 5), write, true };
}

static void describe_thread(const struct ke_thread *thread, struct choice_actor *actor)
{
    const struct ke_step *step = thread->order.step;

    actor->id = thread->order.id;
    actor->waits = step != NULL && step->open != NULL && !step->timed;
    actor->count = 0;
    for (uint32_t i = 0; step != NULL && i < step->count; i++)
        actor->touch[actor->count++] =
            (struct choice_touch){ name_of(step->object[i]), step->effect == KE_WRITES,
                                   is_open(step, i, thread) };
    if (step != NULL && step->apc != NULL)
        actor->touch[actor->count++] = apcs_of(step->apc, true);
    if (actor->count < CHOICE_TOUCHES_MAX)
        actor->touch[actor->count++] = apcs_of(thread, false);
}

/* The answers, and what is told of them to the oracle. */
struct answers {
    struct ke_answers who;
    struct choice_actor actor[CHOICE_ACTORS_MAX];
};

void ke_orders_start(uint32_t waiting)
{
    ke->orders = arena_take(ke->sim->arena, sizeof *ke->orders, 16);
    ke->orders->waiting = waiting;
    ke->orders->enough = UINT32_MAX;
    ke->orders->answers = arena_take(ke->sim->arena, sizeof *ke->orders->answers, 16);
    InitializeListHead(&ke->orders->dpcs);
}

static void add(struct ke_answers *answers, struct ke_answer answer)
{
    if (answers->count < CHOICE_ACTORS_MAX)
        answers->answer[answers->count++] = answer;
}

bool ki_is_of_guest(const void *object)
{
    uint32_t offset;

    return (ke->code_address != NULL && ke->code_address(object) != 0) ||
           ex_pool_name(object, &offset) != 0;
}

static bool can_expire(const KTIMER *timer)
{
    return ki_is_of_guest(timer) && (timer->Period == 0 || ke->orders->periods < PERIODS_MAX);
}

static void add_if(struct ke_answers *answers, struct ke_thread *thread, bool possible)
{
    if (can_go_on(thread) == possible)
        add(answers, (struct ke_answer){ .thread = thread });
}

/* Threads of guests that can go on, or those that cannot. True: there are others. */
static bool gather_threads(struct ke_answers *answers, struct ke_cpu *cpu,
                           struct ke_thread *running, bool possible)
{
    uint32_t before = answers->count, seen = running != NULL;

    if (running != NULL)
        add_if(answers, running, possible);
    LIST_EACH(pos, &cpu->guests) {
        seen++;
        add_if(answers, LIST_ITEM(pos, struct ke_thread, order.ready_link), possible);
    }
    return answers->count - before < seen;
}

void ki_orders_queue(struct ke_cpu *cpu, struct ke_thread *thread, bool head)
{
    struct link *pos = cpu->guests.next;

    while (pos != &cpu->guests &&
           LIST_ITEM(pos, struct ke_thread, order.ready_link)->priority >= thread->priority + head)
        pos = pos->next;
    list_add_tail(pos, &thread->order.ready_link);
}

static void gather(struct ke_answers *answers, struct ke_cpu *cpu, struct ke_thread *running)
{
    PLIST_ENTRY dpcs = &ke->orders->dpcs;
    bool others;

    answers->count = 0;
    others = gather_threads(answers, cpu, running, true);
    for (PLIST_ENTRY at = dpcs->Flink; at != dpcs; at = at->Flink)
        add(answers, (struct ke_answer){ .dpc = CONTAINING_RECORD(at, KDPC, DpcListEntry) });
    for (PLIST_ENTRY at = ke->timers.Flink; at != &ke->timers; at = at->Flink)
        if (can_expire(CONTAINING_RECORD(at, KTIMER, TimerListEntry)))
            add(answers,
                (struct ke_answer){ .timer = CONTAINING_RECORD(at, KTIMER, TimerListEntry) });
    answers->enabled = answers->count;
    if (others)
        gather_threads(answers, cpu, running, false);
}

static void describe(const struct ke_answer *answer, struct choice_actor *actor)
{
    if (answer->thread != NULL) {
        describe_thread(answer->thread, actor);
        return;
    }
    const void *object = answer->dpc != NULL ? (void *)answer->dpc : (void *)answer->timer;

    *actor = (struct choice_actor){ .id = mix(name_of(object), answer->dpc != NULL ? 3 : 4),
                                    .count = 2,
                                    .touch = { { name_of(object), true, true },
                                               { name_of(&ke->orders->dpcs), false, true } } };
}

static void offer(struct choices *choices, uint32_t index, const struct ke_answer *answer)
{
    const KDPC *dpc = answer->timer != NULL ? answer->timer->Dpc : answer->dpc;

    choice_offer(choices, index, answer->thread != NULL ? answer->thread->id : 0,
                 dpc != NULL ? (const void *)(uintptr_t)dpc->DeferredRoutine : NULL);
}

/* NULL: nobody can go on. */
static const struct ke_answer *ask(struct answers *answers)
{
    struct sim *sim = ke->sim;
    uint32_t pick;

    for (uint32_t i = 0; sim->choices.strategy == CHOICE_ASKED && i < answers->who.count; i++) {
        describe(&answers->who.answer[i], &answers->actor[i]);
        offer(&sim->choices, i, &answers->who.answer[i]);
    }
    ke->question = &answers->who;
    pick = choice_next(&sim->choices, CHOICE_RUN, answers->actor, answers->who.enabled,
                       answers->who.count);
    if (pick != 0)
        choice_note(&sim->choices, sim->now, sim->trace.count);
    return answers->who.enabled > 0 ? &answers->who.answer[pick] : NULL;
}

void ki_touches(const struct ke_step *step)
{
    struct choices *choices = &ke->sim->choices;

    if (choices->strategy != CHOICE_ASKED || choices->asker->touched == NULL)
        return;
    for (uint32_t i = 0; i < step->count; i++)
        choices->asker->touched(choices->asker,
                                (struct choice_touch){ name_of(step->object[i]),
                                                       step->effect == KE_WRITES,
                                                       is_open(step, i, ke_current_thread()) });
}

/* ---- DPCs and timers ------------------------------------------------------------------------- */

bool ki_orders_defer(PKDPC dpc)
{
    if (ke->code_address == NULL ||
        ke->code_address((const void *)(uintptr_t)dpc->DeferredRoutine) == 0)
        return false;
    InsertTailList(&ke->orders->dpcs, &dpc->DpcListEntry);
    dpc->DpcData = ke->orders;
    ke_record(REC_DPC_QUEUE, ke_address_of(dpc), ke->cpu->number, 0, 0);
    return true;
}

static void due(PKDPC dpc)
{
    RemoveEntryList(&dpc->DpcListEntry);
    dpc->DpcData = ke->cpu;
    InsertTailList(&ke->cpu->dpcs, &dpc->DpcListEntry);
}

void ki_orders_flush(void)
{
    ki_before_one(&ke->orders->dpcs, KE_WRITES);
    while (!IsListEmpty(&ke->orders->dpcs))
        due(CONTAINING_RECORD(ke->orders->dpcs.Flink, KDPC, DpcListEntry));
    ke_exit_dispatcher(); /* In this very step. */
}

static void expire(PKTIMER timer)
{
    struct ke_step step = { .count = 1, .object = { timer->Dpc }, .effect = KE_WRITES };

    if (timer->Dpc != NULL)
        ki_touches(&step);
    ke->orders->periods += timer->Period != 0;
    ki_expire_timer(timer);
}

/* Ends a run that has no end of its own. */
static NORETURN void give_up(void)
{
    sim_finish(ke->sim, SIM_BUDGET);
    for (;;)
        fiber_switch(ke->sim->fibers, NULL);
}

/* Asks who goes on until it is a thread; the others run at once. The thread that is picked may be
 * the running one. */
static void stand(struct ke_cpu *cpu, struct ke_thread *thread)
{
    struct answers *answers = ke->orders->answers;

    if (++ke->orders->points > KE_ORDERS_POINTS_MAX)
        give_up();
    for (;;) {
        gather(&answers->who, cpu, thread);
        const struct ke_answer *next = ask(answers);

        if (next == NULL || next->thread == thread)
            return;
        if (next->thread != NULL) {
            ki_go_on(next->thread);
            return;
        }
        if (next->timer != NULL)
            expire(next->timer);
        else
            due(next->dpc);
        ke_exit_dispatcher();
    }
}

void ki_before(const struct ke_step *step)
{
    struct ke_cpu *cpu = ke->cpu;
    struct ke_thread *thread = cpu->thread;

    if (fiber_current(ke->sim->fibers) == NULL)
        return;
    if (cpu->dpc_active || (thread->order.guest && cpu->irql >= DISPATCH_LEVEL)) {
        ki_touches(step);
        return;
    }
    if (!thread->order.guest)
        return;
    thread->order.step = step;
    stand(cpu, thread);
    thread->order.step = NULL;
    ki_check_apcs();
}

void ki_before_one(const volatile void *object, enum ke_effect effect)
{
    struct ke_step step = { .count = 1, .object = { object }, .effect = effect };

    ki_before(&step);
}

uint32_t ki_orders_taken(void)
{
    struct ke_thread *thread = ke_current_thread();

    return thread->order.guest ? mix(thread->order.id, ++thread->order.takes) | 1 : 0;
}

/* Stands before a step on `bytes` of memory. */
static void before_span(const volatile void *memory, uint32_t bytes, enum ke_effect effect)
{
    uintptr_t at = (uintptr_t)memory & ~(uintptr_t)(WORD_BYTES - 1);
    uintptr_t end = (uintptr_t)memory + bytes;
    struct ke_step step = { .effect = effect };

    for (; at < end && step.count < KE_STEP_OBJECTS; at += WORD_BYTES)
        step.object[step.count++] = (const volatile void *)at;
    ki_before(&step);
    for (step.count = 1; at < end; at += WORD_BYTES) {
        step.object[0] = (const volatile void *)at;
        ki_touches(&step);
    }
}

void ki_before_access(const volatile void *address, uint32_t bytes, enum ke_effect effect)
{
    if (fiber_place(ke->sim->fibers, (uintptr_t)address) == FIBER_OUTSIDE)
        before_span(address, MIN_OF(bytes, (uint32_t)SPAN_BYTES), effect);
}

void ki_before_freeing(const void *memory, uint32_t bytes)
{
    before_span(memory, MIN_OF(bytes, (uint32_t)SPAN_BYTES), KE_WRITES);
}

void ki_before_apc(const struct ke_thread *thread)
{
    struct ke_step step = { .effect = KE_WRITES, .apc = thread };

    ki_before(&step);
}

void ki_before_dpc(const KDPC *dpc)
{
    struct ke_step step = { .count = 1, .object = { &ke->orders->dpcs }, .effect = KE_READS };

    ki_before_one(dpc, KE_WRITES);
    ki_touches(&step); /* In conflict with a wait for all of them, not with each other. */
}

void ki_before_waited(const volatile void *object, enum ke_effect effect,
                      bool (*open)(const void *object, const struct ke_thread *thread))
{
    struct ke_step step = {
        .count = 1, .object = { object }, .effect = effect, .open = open, .timed = true
    };

    ki_before(&step);
}

bool ki_is_signaled(const void *object, const struct ke_thread *thread)
{
    (void)thread;
    return ((const DISPATCHER_HEADER *)object)->SignalState > 0;
}

/* True if the run need not go on: the threads that were waited for have ended. */
static bool is_over(void)
{
    return ke->orders->alive == 0 && ke->orders->births >= ke->orders->enough;
}

/* The ready thread of the highest priority that is no guest's; NULL: there is none. */
static struct ke_thread *best_other(struct ke_cpu *cpu)
{
    for (int priority = 31; priority >= 0; priority--)
        LIST_EACH(pos, &cpu->ready[priority])
            if (!LIST_ITEM(pos, struct ke_thread, ready_link)->order.guest)
                return LIST_ITEM(pos, struct ke_thread, ready_link);
    return NULL;
}

struct ke_thread *ki_orders_take(struct ke_cpu *cpu)
{
    struct answers *answers = ke->orders->answers;

    for (;;) {
        gather(&answers->who, cpu, NULL);
        const struct ke_answer *next = ask(answers);

        if (next == NULL)
            break;
        if (next->thread != NULL)
            return next->thread;
        if (next->timer != NULL) {
            expire(next->timer);
            continue;
        }
        due(next->dpc); /* Runs as soon as the processor is idle. */
        return NULL;
    }
    if (is_over()) { /* Threads that wait for work get none that matters. */
        sim_finish(ke->sim, SIM_ASKED);
        return NULL; /* An idle processor goes back to the engine, which ends the run. */
    }
    struct ke_thread *other = best_other(cpu);

    return other != NULL || answers->who.count == 0 ? other : answers->who.answer[0].thread;
}

/* ---- The end --------------------------------------------------------------------------------- */

static void say_waiting(void)
{
    char what[SIM_BROKEN_CHARS - SIM_GUESTS_CHARS];

    snprintf(what, sizeof what, "%u of %u threads wait, and nothing wakes them", ke->orders->alive,
             ke->orders->births);
    sim_say_broken(ke->sim, what);
    sim_finish(ke->sim, SIM_HUNG);
}

void ki_orders_tick(void)
{
    const struct ke_orders *orders = ke->orders;

    if (orders->births == 0 || ke->cpu->thread->order.guest)
        return;
    if (is_over())
        sim_finish(ke->sim, SIM_ASKED);
    else if (orders->alive > orders->waiting && ke->sim->now - orders->latest >= SEC(REST_S))
        say_waiting();
}
