/* board_find.c - which records of a run may become panels, and what each is worth.
 *
 * A run that has a causal story (a wrong byte, a crash, a sweep) is told by its lines. Otherwise
 * the end itself says where to look: at the objects that the stop's arguments name, at what the
 * last thread or DPC did since it got its processor, at what others did meanwhile; and in a run
 * that hangs, at the waits that nobody ends. Surprises are told wherever they are.
 */
#include "ui/explore/board_inside.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include <string.h>

enum {
    HISTORY_MAX = 6, /* Records of one object's history. */
    CHOICES_MAX = 3, /* Surprises told; the last ones. */
    SUBJECTS_MAX = 6,
    MEANWHILE_MAX = 2,
    STEPS_MAX = 4000, /* Records of the last thread that are looked through. */
};

/* What a kind is worth in an object's history, and as a step of the last thread; 0: not told. */
static const struct worth {
    uint16_t kind;
    uint8_t history, step, meanwhile;
} worths[] = {
    { REC_IRP_CREATE, 36, 33, 0 },
    { REC_IRP_CALL, 44, 44, 0 },
    { REC_IRP_PEND, 42, 30, 0 },
    { REC_IRP_COMPLETE, 76, 42, 68 },
    { REC_IRP_CANCEL, 74, 60, 68 },
    { REC_IRP_FREE, 50, 35, 50 },
    { REC_POOL_ALLOC, 40, 14, 0 },
    { REC_POOL_FREE, 72, 24, 68 },
    { REC_POOL_FAIL, 0, 70, 0 },
    { REC_DPC_QUEUE, 30, 0, 0 },
    { REC_DPC_RUN, 56, 66, 30 },
    { REC_TIMER, 50, 0, 0 },
    { REC_WORK_QUEUE, 48, 0, 0 },
    { REC_WORK_RUN, 55, 46, 0 },
    { REC_OBJECT_NEW, 35, 20, 0 },
    { REC_OBJECT_DELETE, 70, 40, 66 },
    { REC_OBJECT_DEFER, 48, 0, 0 },
    { REC_HANDLE_CLOSE, 46, 38, 0 },
    { REC_APC_QUEUE, 44, 0, 0 },
    { REC_APC_RUN, 54, 44, 0 },
    { REC_ATTACH, 0, 78, 0 },
    { REC_HANDLE_SWEEP, 0, 64, 0 },
    { REC_CLEANUP, 0, 58, 0 },
    { REC_TERMINATE, 0, 52, 60 },
    { REC_FAULT, 0, 64, 0 },
    { REC_TAINTED_READ, 0, 60, 0 },
    { REC_FOREIGN_WRITE, 0, 50, 0 },
    { REC_WAKE, 0, 32, 0 },
    { REC_SWITCH, 0, 26, 0 },
    { REC_SERVICE, 0, 34, 0 },
    { REC_DRIVER_UNLOAD, 80, 40, 70 },
    { REC_DRIVER_LOAD, 0, 30, 0 },
    { REC_LOCK_SPIN, 0, 28, 0 },
    { REC_LOCK, 0, 18, 0 },
    { REC_IRQL, 0, 12, 0 },
    { REC_HANDLE_OPEN, 0, 22, 0 },
    { REC_WAIT, 0, 16, 0 },
    { REC_SIGNAL, 0, 20, 0 },
    { REC_DETACH, 0, 45, 0 },
    { REC_UNLOCK, 0, 10, 0 },
};

static const struct worth *worth_of(uint16_t kind)
{
    static const struct worth none = { .kind = REC_COUNT };

    for (size_t i = 0; i < ARRAY_LEN(worths); i++)
        if (worths[i].kind == kind)
            return &worths[i];
    return &none;
}

static struct board_pick *add(struct board_work *w, uint64_t number, int weight,
                              enum board_role role)
{
    struct board_pick *pick = NULL;

    if (number == BOARD_NOTHING || number < w->past.first || number > w->end || weight <= 0)
        return NULL;
    for (uint32_t i = 0; i < w->pick_count && pick == NULL; i++)
        if (w->picks[i].number == number)
            pick = &w->picks[i];
    if (pick == NULL && w->pick_count == BOARD_PICKS_MAX)
        return NULL;
    if (pick == NULL) {
        pick = &w->picks[w->pick_count++];
        *pick = (struct board_pick){ .number = number, .role = role };
    }
    pick->weight = MAX_OF(pick->weight, weight);
    pick->role = MAX_OF(pick->role, role);
    return pick;
}

/* ---- The run's story ------------------------------------------------------------------------- */

static bool is_attach_by(const struct record *r, const void *thread)
{
    return r->kind == REC_ATTACH && r->thread == *(const uint32_t *)thread;
}

static void find_story(struct board_work *w)
{
    static const int weights[STORY_KINDS] = {
        [STORY_FOREIGN_WRITE] = 90, [STORY_TAINTED_READ] = 62, [STORY_FAULT] = 60,
        [STORY_EXCEPTION] = 85,     [STORY_DEBUGGER] = 56,     [STORY_SWEEP] = 72,
        [STORY_CLEANUP] = 66,       [STORY_EXIT] = 40,
    };

    for (uint32_t i = 0; i < w->result.story_count; i++) {
        const struct story_line *line = &w->result.story[i];

        if (line->record > w->end || line->record < w->past.first)
            continue;
        add(w, line->record, weights[line->kind], BOARD_STEP);
        if (line->kind == STORY_FOREIGN_WRITE)
            add(w,
                board_back(w, line->record, is_attach_by, &board_record(w, line->record)->thread),
                75, BOARD_STEP);
    }
}

static void find_choices(struct board_work *w)
{
    uint32_t count, told = 0;
    uint64_t dropped;
    const struct highlight *all;

    recording_lock(w->run);
    all = recording_highlights(w->run, &count, &dropped);
    for (uint32_t i = count; i-- > 0 && told < CHOICES_MAX;) {
        struct board_pick *pick;

        if (!all[i].surprising || all[i].number >= w->end)
            continue;
        pick = add(w, all[i].number, 88, BOARD_CHOICE);
        if (pick == NULL)
            continue;
        choices_print(&all[i].surprise, 1, choice_names, pick->surprise, sizeof pick->surprise);
        told++;
    }
    recording_unlock(w->run);
}

/* ---- The history of an object ---------------------------------------------------------------- */

/* True if the object begins with this record. */
static bool is_birth(uint16_t kind)
{
    return kind == REC_POOL_ALLOC || kind == REC_IRP_CREATE || kind == REC_OBJECT_NEW;
}

/* True if the record ends an earlier life of the object: the next one takes it up again. */
static bool is_death(uint16_t kind, uint16_t next)
{
    return (kind == REC_IRP_FREE && (next == REC_IRP_CALL || next == REC_IRP_CREATE)) ||
           (kind == REC_POOL_FREE && next == REC_POOL_ALLOC);
}

/* From the end backwards to the object's birth: the latest of each kind is worth most. An object
 * that nobody else has touched is not worth telling, unless the stop names it. */
static void find_history(struct board_work *w, uint32_t object, bool named)
{
    uint8_t seen[REC_COUNT] = { 0 };
    uint32_t thread = board_record(w, w->focus)->thread, count = 0;
    struct board_pick told[HISTORY_MAX];
    uint16_t next = REC_COUNT;
    bool shared = false;

    for (uint64_t n = w->focus; n-- > w->past.first && count < HISTORY_MAX;) {
        const struct record *r = board_record(w, n);
        const struct worth *worth = worth_of(r->kind);

        if (worth->history == 0 || !(named ? board_is_about(r, object) : board_object(r) == object))
            continue;
        if (is_death(r->kind, next))
            break;
        next = r->kind;
        shared = shared || (r->thread != thread && !is_birth(r->kind));
        told[count++] = (struct board_pick){ .number = n,
                                             .weight = worth->history - 12 * seen[r->kind] +
                                                       (r->thread != thread ? 4 : 0) };
        seen[r->kind]++;
        if (is_birth(r->kind))
            break;
    }
    for (uint32_t i = 0; i < count && (named || shared); i++)
        add(w, told[i].number, told[i].weight, BOARD_STEP);
}

/* ---- The last thread or DPC ------------------------------------------------------------------ */

struct actor {
    uint8_t cpu;
    uint32_t thread;
};

static bool is_of(const struct record *r, const struct actor *actor)
{
    return actor->thread != 0 ? r->thread == actor->thread : r->thread == 0 && r->cpu == actor->cpu;
}

static bool is_switch_on(const struct record *r, const void *cpu)
{
    return r->kind == REC_SWITCH && r->cpu == *(const uint8_t *)cpu;
}

/* Where the actor got its processor: for a DPC, where that began. */
static uint64_t turn_of(const struct board_work *w)
{
    const struct record *end = board_record(w, w->focus);
    uint64_t dpc = board_dpc(w, w->focus);

    return dpc != BOARD_NOTHING ? dpc : board_back(w, w->focus, is_switch_on, &end->cpu);
}

/* Going backwards: false for a visit or a service that was over, true for one that was still open.
 * open counts the ends that are still to be matched. */
static bool is_open(const struct record *r, uint16_t begin, uint16_t end, int *open)
{
    if (r->kind == end)
        ++*open;
    if (r->kind != begin)
        return true;
    if (*open == 0)
        return true;
    --*open;
    return false;
}

/* The latest records of each kind by the last thread, of visits and services only what is open. */
static void find_steps(struct board_work *w)
{
    const struct record *end = board_record(w, w->focus);
    struct actor actor = { end->cpu, end->thread };
    uint64_t dpc = board_dpc(w, w->focus), from = dpc != BOARD_NOTHING ? dpc : w->past.first;
    uint8_t seen[REC_COUNT] = { 0 };
    int visits = 0, services = 0, order = 0;
    int less = w->result.story_count > 2 ? 30 : 0; /* The story tells what matters. */

    for (uint64_t n = w->focus; n-- > from && order < STEPS_MAX;) {
        const struct record *r = board_record(w, n);
        const struct worth *worth = worth_of(r->kind);

        if (!is_of(r, &actor) || (r->kind == REC_DPC_RUN && n != dpc))
            continue;
        order++;
        if (!is_open(r, REC_ATTACH, REC_DETACH, &visits) ||
            !is_open(r, REC_SERVICE, REC_SERVICE_END, &services) || worth->step == 0 ||
            seen[r->kind] > 1)
            continue;
        add(w, n, worth->step - less - 20 * seen[r->kind] - MIN_OF(order / 8, 10), BOARD_STEP);
        seen[r->kind]++;
    }
    add(w, turn_of(w), dpc != BOARD_NOTHING ? 66 : 26, BOARD_STEP);
}

/* What a DPC goes back to: the timer that expired, or what queued it. */
static bool is_source_of(const struct record *r, const void *dpc)
{
    return r->kind == REC_DPC_QUEUE && r->a == *(const uint32_t *)dpc;
}

static void find_source(struct board_work *w)
{
    uint64_t dpc = board_dpc(w, w->focus), queued;

    if (dpc == BOARD_NOTHING)
        return;
    queued = board_back(w, dpc, is_source_of, &board_record(w, dpc)->a);
    if (queued == BOARD_NOTHING)
        return;
    for (uint64_t n = queued; n-- > w->past.first && n + 3 > queued;) /* TIMER, SIGNAL, DPC_QUEUE */
        if (board_record(w, n)->kind == REC_TIMER) {
            add(w, n, 50, BOARD_STEP);
            add(w, queued, 30, BOARD_STEP);
            return;
        }
    add(w, queued, 45, BOARD_STEP);
}

/* What others did while the last thread or DPC had its processor. */
static void find_meanwhile(struct board_work *w)
{
    const struct record *end = board_record(w, w->focus);
    struct actor actor = { end->cpu, end->thread };
    uint64_t from = turn_of(w);
    uint32_t told = 0;

    for (uint64_t n = w->focus; from != BOARD_NOTHING && n-- > from && told < MEANWHILE_MAX;) {
        const struct record *r = board_record(w, n);
        const struct worth *worth = worth_of(r->kind);

        if (r->at + MS(1) < end->at)
            break;
        if (worth->meanwhile == 0 || is_of(r, &actor))
            continue;
        add(w, n, worth->meanwhile - 6 * (int)told, BOARD_STEP);
        told++;
    }
}

static bool is_unload(const struct record *r, const void *what)
{
    (void)what;
    return r->kind == REC_DRIVER_UNLOAD;
}

/* The objects that the end is about: those of the stop's arguments, and those of the last records
 * of its thread; no processes and no threads, which are in everything. */
static void find_subjects(struct board_work *w)
{
    const struct record *end = board_record(w, w->focus);
    struct actor actor = { end->cpu, end->thread };
    uint32_t subjects[SUBJECTS_MAX], count = 0, named;
    uint64_t from = turn_of(w);

    for (int i = 0; i < 4 && w->result.stop.stopped; i++)
        if (w->result.stop.args[i] >= 0x80000000u && w->result.stop.args[i] != UINT32_MAX &&
            (i > 1 || w->result.stop.arg_process[i].name[0] == 0))
            subjects[count++] = w->result.stop.args[i];
    named = count;
    for (uint64_t n = w->focus; from != BOARD_NOTHING && n-- > from && count < SUBJECTS_MAX;) {
        const struct record *r = board_record(w, n);
        bool known = false;

        for (uint32_t i = 0; i < count; i++)
            known = known || subjects[i] == board_object(r);
        if ((is_of(r, &actor) || n == from) && board_object(r) != 0 && !known)
            subjects[count++] = board_object(r);
    }
    for (uint32_t i = 0; i < count; i++)
        find_history(w, subjects[i], i < named);
}

/* ---- A hang ---------------------------------------------------------------------------------- */

static bool is_wait(const struct record *r, const void *what)
{
    const struct board_waiter *waiter = what;

    return r->kind == REC_WAIT && r->thread == waiter->thread;
}

static bool is_signal(const struct record *r, const void *what)
{
    return r->kind == REC_SIGNAL && r->a == ((const struct board_waiter *)what)->object;
}

static bool is_wake(const struct record *r, const void *what)
{
    return r->kind == REC_WAKE && r->thread == ((const struct board_waiter *)what)->thread;
}

/* Each wait that nobody ends, the last signal of what it waits for, and how it came to it. */
static void find_waits(struct board_work *w)
{
    for (uint32_t i = 0; i < w->waiter_count; i++) {
        const struct board_waiter *waiter = &w->waiters[i];
        uint64_t wait = board_back(w, w->end + 1, is_wait, waiter),
                 signal = board_back(w, w->end + 1, is_signal, waiter);

        add(w, wait, 86 - (int)i, BOARD_STEP);
        add(w, signal, 80 - (int)i, BOARD_STEP);
        if (wait != BOARD_NOTHING)
            add(w, board_back(w, wait, is_wake, waiter), 40 - (int)i, BOARD_STEP);
        if (signal != BOARD_NOTHING)
            add(w, board_back(w, signal, is_signal, waiter), 30 - (int)i, BOARD_STEP);
    }
}

/* True if the run's story begins with a wrong byte: then it is whole. */
static bool has_wrong_byte(const struct board_work *w)
{
    for (uint32_t i = 0; i < w->result.story_count; i++)
        if (w->result.story[i].kind == STORY_FOREIGN_WRITE && w->result.story[i].record < w->end)
            return true;
    return false;
}

/* What led to a stop that no wrong byte explains. */
static void find_reasons(struct board_work *w)
{
    find_subjects(w);
    find_source(w);
    if (w->result.story_count < 2 && w->result.stop.arg_process[0].name[0] == 0)
        find_meanwhile(w);
    add(w, board_back(w, w->end, is_unload, NULL), 80, BOARD_STEP);
}

void board_find(struct board_work *w)
{
    add(w, w->end, 100, BOARD_END);
    find_story(w);
    find_choices(w);
    find_waits(w);
    if (w->board->finding == FINDING_STOP && !has_wrong_byte(w))
        find_reasons(w);
    if (w->waiter_count == 0)
        find_steps(w);
}
