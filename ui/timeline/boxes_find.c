/* boxes_find.c - see boxes.h: which two processes, which thread, which address. */
#include "ui/timeline/boxes.h"
#include "model/words/records.h"
#include "ui/timeline/tutor.h"
#include <string.h>

/* ---- The subject ----------------------------------------------------------------------------- */

static const struct inspect_thread *subject_of(const struct app *app, const struct inspect *look)
{
    const struct pane *pane = &app->panes[app->active];
    const struct lanes *lanes = recording_lanes(pane->run);
    const struct record *record = recording_record(pane->run, pane->now);
    const struct lane *lane =
        app->selected.lane != LANE_NONE && app->selected.lane < lanes_count(lanes)
            ? lanes_get(lanes, app->selected.lane)
            : NULL;

    if (lane != NULL && lane->kind == LANE_THREAD && inspect_thread(look, lane->id) != NULL)
        return inspect_thread(look, lane->id);
    return record != NULL && record->thread != 0 ? inspect_thread(look, record->thread) : NULL;
}

/* ---- The processes --------------------------------------------------------------------------- */

static void add(struct boxes *b, const struct inspect_process *process)
{
    if (process == NULL || b->count == 2 || (b->count == 1 && b->processes[0].process == process))
        return;
    b->processes[b->count++] = (struct boxes_process){ .process = process };
}

/* Has the process a lane that is shown? */
static bool is_shown(struct pane *pane, const struct inspect_process *process)
{
    uint32_t lane =
        lanes_find_at(recording_lanes(pane->run), LANE_PROCESS, process->address, pane->now);

    return lane != LANE_NONE && !rows_choice(&pane->rows, lane)->hidden;
}

/* Adds processes that are shown, the ones with most handles first: the servers. */
static void add_others(struct app *app, struct boxes *b)
{
    struct pane *pane = app_pane(app);

    while (b->count < 2) {
        const struct inspect_process *best = NULL;

        for (uint32_t i = 0; i < b->look->process_count; i++) {
            const struct inspect_process *p = &b->look->processes[i];

            if (p->ended || !is_shown(pane, p) || (b->count == 1 && b->processes[0].process == p) ||
                (best != NULL && best->handle_count >= p->handle_count))
                continue;
            best = p;
        }
        if (best == NULL)
            return;
        add(b, best);
    }
}

/* The older one stands at the left, whoever visits whom. */
static void put_in_order(struct boxes *b)
{
    if (b->count == 2 && b->processes[0].process > b->processes[1].process) {
        struct boxes_process swap = b->processes[0];

        b->processes[0] = b->processes[1];
        b->processes[1] = swap;
    }
}

static bool is_waiting(const struct inspect_thread *t)
{
    return !t->running && strcmp(inspect_state_name(t->state), "ready") != 0 &&
           strcmp(inspect_state_name(t->state), "standby") != 0;
}

static void find_bars(struct boxes *b, struct boxes_process *p)
{
    const struct inspect *look = b->look;

    if (b->subject != NULL && b->subject->process == (uint32_t)(p->process - look->processes))
        p->bars[p->bar_count++] = b->subject;
    for (uint32_t i = 0; i < look->thread_count; i++) {
        const struct inspect_thread *t = &look->threads[i];

        if (t == b->subject || t->process != (uint32_t)(p->process - look->processes))
            continue;
        if (is_waiting(t) && t->attach_index == 0)
            p->waiting++;
        else if (p->bar_count < BOXES_BARS)
            p->bars[p->bar_count++] = t;
    }
}

/* ---- The address ----------------------------------------------------------------------------- */

static uint32_t address_of(const struct app *app)
{
    const struct tutor *t = app->tutor;
    const struct pane *pane = &app->panes[app->active];
    const struct record *r = recording_record(pane->run, pane->now);

    if (t != NULL && t->view != NULL && t->shown_run.picture != PICTURE_OTHER)
        return t->view->address; /* A page without one is not about memory. */
    if (r != NULL &&
        (r->kind == REC_FOREIGN_WRITE || r->kind == REC_TAINTED_READ || r->kind == REC_FAULT))
        return r->a;
    return 0;
}

static void find_bytes(struct boxes *b, const struct recording_memory *memory)
{
    for (uint32_t i = 0; i < b->count; i++)
        for (uint32_t k = 0; k < memory->count; k++)
            if (memory->processes[k].process == b->processes[i].process->address &&
                memory->processes[k].readable)
                b->processes[i].bytes = memory->processes[k].bytes;
}

/* ---- The disks ------------------------------------------------------------------------------- */

/* A disk at the record `at` of a segment. Records tell the queue's length, with the transfer under
 * way, when one begins or ends; not when another one comes. */
static void find_disk(const struct detail *d, uint32_t lane, uint32_t at, struct boxes_disk *disk)
{
    uint32_t slot = lane * LANE_LEVELS + LEVEL_STATE;

    for (uint32_t i = d->span_from[slot]; i < d->span_from[slot + 1] && d->spans[i].begin <= at;
         i++)
        if (d->spans[i].end > at || d->spans[i].after) {
            disk->busy = true;
            disk->bytes = d->spans[i].value;
        }
    for (uint32_t i = d->step_from[lane]; i < d->step_from[lane + 1] && d->steps[i].index <= at;
         i++)
        disk->queued = disk->busy && d->steps[i].value > 0 ? d->steps[i].value - 1 : 0;
}

/* False: the segment of this instant is not here yet. */
static bool find_disks(const struct pane *pane, struct boxes *b)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    uint32_t segment = recording_segment_of(pane->run, pane->now);
    const struct detail *d = segment == SEGMENT_NONE ? NULL : recording_detail(pane->run, segment);

    if (d == NULL)
        return false;
    for (uint32_t i = 0; i < d->lane_count && b->disk_count < BOXES_DISKS; i++) {
        if (lanes_get(lanes, i)->kind != LANE_DISK)
            continue;
        b->disks[b->disk_count] = (struct boxes_disk){ .name = lanes_get(lanes, i)->name };
        find_disk(d, i, (uint32_t)(pane->now - recording_segment(pane->run, segment)->first),
                  &b->disks[b->disk_count++]);
    }
    return true;
}

bool boxes_find(struct app *app, struct boxes *b)
{
    struct pane *pane = app_pane(app);
    const struct recording_memory *memory = NULL;

    *b = (struct boxes){ .address = address_of(app) };
    if (b->address != 0)
        memory = recording_memory(pane->run, pane->now, b->address);
    b->look = recording_moment(pane->run, pane->now);
    if (!find_disks(pane, b) || b->look == NULL || (b->address != 0 && memory == NULL))
        return false;
    b->subject = subject_of(app, b->look);
    if (b->subject != NULL && b->subject->process != INSPECT_NOBODY) {
        add(b, &b->look->processes[b->subject->process]);
        add(b, inspect_process_at(b->look, b->subject->apc_process));
    }
    add_others(app, b);
    put_in_order(b);
    if (memory != NULL)
        find_bytes(b, memory);
    for (uint32_t i = 0; i < b->count; i++) {
        struct boxes_process *p = &b->processes[i];

        p->in_force = b->subject != NULL && b->subject->apc_process == p->process->address;
        find_bars(b, p);
    }
    return true;
}
