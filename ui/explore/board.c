/* board.c - see board.h: the end of the run, and the choice of the panels.
 *
 * board_find.c says what may be told, and this file takes the weightiest: never fewer than five and
 * never more than seven, and no two that are the same instant of the same thread.
 */
#include "ui/explore/board_inside.h"
#include "model/look/glance.h"
#include "model/words/names.h"
#include "model/words/records.h"
#include "sim/image.h"
#include "ui/report/diagnosis.h"
#include "ui/report/report.h"
#include "ui/report/stack.h"
#include <stdlib.h>
#include <string.h>

const char *const board_roles[] = { "before", "step", "choice", "end" };

enum {
    WEIGHT_LEAST = 40,  /* What is worth less only fills a board of five. */
    WEIGHT_ALWAYS = 70, /* What is worth so much has a panel of its own. */
    NEAR_RECORDS = 2,   /* Records of one thread that are so near are one panel. */
    FRAMES_MAX = 32,
};

/* ---- The end --------------------------------------------------------------------------------- */

/* The crash, and its end: the victim has gone, or else the crash itself. False: there is none. */
static bool find_crash(struct board_work *w)
{
    const struct result *result = &w->result;
    bool found = false;

    for (uint32_t i = 0; i < result->story_count; i++) {
        const struct story_line *line = &result->story[i];

        if (line->kind == STORY_EXCEPTION && !found) {
            w->focus = w->end = line->record;
            found = true;
        } else if (line->kind == STORY_EXIT && found &&
                   strncmp(line->text, result->victim, strlen(result->victim)) == 0) {
            w->end = line->record;
            return true;
        }
    }
    return found;
}

/* Finds what the run found, and its last record that matters. False: it found nothing. */
static bool find_end(struct board_work *w)
{
    const struct recording_end *end = recording_end(w->run);
    const struct recording_status *status = recording_status(w->run);
    struct board *board = w->board;

    w->end = status->records - 1;
    if (end == NULL) {
        board->finding = FINDING_BROKEN;
        snprintf(w->broken, sizeof w->broken, "%s", status->broken);
    } else {
        w->result = end->result;
        snprintf(w->broken, sizeof w->broken, "%s", end->by_guest);
        if (end->result.stop.stopped) {
            board->finding = FINDING_STOP;
            w->end = end->result.stop.record;
        } else if (end->by_guest[0] != 0) {
            board->finding = status->end == SIM_HUNG ? FINDING_HANG : FINDING_BROKEN;
        } else if (end->result.crashed && find_crash(w)) {
            board->finding = FINDING_CRASH;
        }
    }
    if (board->finding != FINDING_CRASH)
        w->focus = w->end;
    return board->finding != FINDING_NONE;
}

/* The innermost function that is none of the system's; "": unknown. */
static void name_function(char names[][REPORT_FRAME_CHARS], uint32_t count,
                          char out[REPORT_FRAME_CHARS])
{
    out[0] = 0;
    for (uint32_t i = 0; i < count && out[0] == 0; i++)
        if (!stack_is_of(names[i], "nt") && !stack_is_of(names[i], "kernel32") &&
            !stack_is_of(names[i], "ntdll") && strchr(names[i], '!') != NULL)
            snprintf(out, REPORT_FRAME_CHARS, "%s", names[i]);
}

static bool is_outside(const struct inspect_thread *thread)
{
    for (uint32_t i = 0; i < thread->frame_count; i++)
        if (image_at(thread->frames[i]) != NULL)
            return true;
    return false;
}

static void add_waiter(struct board_work *w, const struct inspect_thread *t)
{
    struct board_waiter *waiter = &w->waiters[w->waiter_count++];
    char names[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS], function[REPORT_FRAME_CHARS] = "";

    if (w->symbols != NULL)
        name_function(names, report_frame_names(w->symbols, t->frames, t->frame_count, names, NULL),
                      function);
    *waiter = (struct board_waiter){ .thread = t->id, .object = t->waits[0].address };
    snprintf(waiter->function, sizeof waiter->function, "%s", function);
}

/* Threads of drivers from outside that wait without a time-out when the run ends. */
static void find_waiters(struct board_work *w)
{
    const struct inspect *look = NULL;

    for (int tries = 0; tries < 4 && look == NULL; tries++) {
        recording_lock(w->run);
        recording_frame(w->run);
        look = recording_moment(w->run, w->end);
        if (look == NULL) {
            recording_unlock(w->run);
            recording_wait(w->run);
        }
    }
    for (uint32_t i = 0; look != NULL && i < look->thread_count; i++) {
        const struct inspect_thread *t = &look->threads[i];

        if (t->wait_count > 0 && t->deadline == SIM_NEVER && t->waits[0].address != 0 &&
            is_outside(t) && w->waiter_count < BOARD_WAITERS_MAX)
            add_waiter(w, t);
    }
    if (look != NULL)
        recording_unlock(w->run);
}

/* ---- The choice ------------------------------------------------------------------------------ */

static int by_weight(const void *a, const void *b)
{
    const struct board_pick *x = a, *y = b;

    if (x->weight != y->weight)
        return y->weight - x->weight;
    return (x->number > y->number) - (x->number < y->number);
}

static int by_number(const void *a, const void *b)
{
    const struct board_panel *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

/* True if a chosen panel tells the same instant: its record is the next one of the same thread. */
static bool is_told(const struct board_work *w, const struct board_pick *pick)
{
    uint64_t number = pick->number;
    const struct record *r = board_record(w, number);

    for (uint32_t i = 0; i < w->board->count; i++) {
        const struct board_panel *p = &w->board->panels[i];
        uint64_t apart = p->number > number ? p->number - number : number - p->number;

        if (apart == 0 ||
            (apart < NEAR_RECORDS && pick->weight < WEIGHT_ALWAYS && p->record.cpu == r->cpu &&
             p->record.thread == r->thread && p->role != BOARD_CHOICE))
            return true;
    }
    return false;
}

static bool is_taken(const struct board_work *w, uint64_t number)
{
    for (uint32_t i = 0; i < w->board->count; i++)
        if (w->board->panels[i].number == number)
            return true;
    return false;
}

static void take(struct board_work *w, uint64_t number, enum board_role role, const char *surprise)
{
    struct board_panel *panel = &w->board->panels[w->board->count++];

    *panel = (struct board_panel){
        .role = role, .record = *board_record(w, number), .number = number, .cause = BOARD_NOTHING
    };
    snprintf(panel->surprise, sizeof panel->surprise, "%s", surprise);
}

/* True if somebody of the story begins to run with this record. */
static bool is_entry(const struct record *r, const void *what)
{
    const struct board *board = what;

    if (r->kind != REC_WAKE && r->kind != REC_SWITCH)
        return false;
    for (uint32_t i = 0; i < board->count; i++)
        if (r->thread != 0 && board->panels[i].record.thread == r->thread)
            return true;
    return false;
}

static bool is_turn(const struct record *r, const void *what)
{
    (void)what;
    return r->kind == REC_SWITCH || r->kind == REC_WAKE || r->kind == REC_DPC_RUN;
}

static bool is_any(const struct record *r, const void *what)
{
    (void)r, (void)what;
    return true;
}

/* The calm before: when one of those who matter last began to run before all that is told. */
static void take_before(struct board_work *w, uint64_t first)
{
    uint64_t before = board_back(w, first, is_entry, w->board);

    if (before == BOARD_NOTHING ||
        board_record(w, before)->at + SEC(1) < board_record(w, first)->at)
        before = board_back(w, first, is_turn, NULL);
    if (before == BOARD_NOTHING)
        before = board_back(w, first, is_any, NULL);
    if (before != BOARD_NOTHING)
        take(w, before, BOARD_BEFORE, "");
}

static void choose(struct board_work *w)
{
    struct board *board = w->board;
    uint64_t first = w->end;

    qsort(w->picks, w->pick_count, sizeof w->picks[0], by_weight);
    for (uint32_t i = 0; i < w->pick_count && board->count < BOARD_PANELS_MAX - 1; i++) {
        const struct board_pick *pick = &w->picks[i];

        if (board->count >= BOARD_PANELS_USUAL - 1 && pick->weight < WEIGHT_LEAST)
            break;
        if (!is_told(w, pick))
            take(w, pick->number, pick->role, pick->surprise);
    }
    for (uint32_t i = 0; i < w->pick_count && board->count < BOARD_PANELS_USUAL - 1; i++)
        if (!is_taken(w, w->picks[i].number)) /* A board of five has neighbours, too. */
            take(w, w->picks[i].number, w->picks[i].role, w->picks[i].surprise);
    for (uint32_t i = 0; i < board->count; i++)
        first = MIN_OF(first, board->panels[i].number);
    take_before(w, first);
    qsort(board->panels, board->count, sizeof board->panels[0], by_number);
}

/* ---- Functions ------------------------------------------------------------------------------- */

struct frames {
    void *list[FRAMES_MAX];
    uint32_t count;
};

static bool see_frames(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct frames *frames = ctx;

    (void)world, (void)record, (void)number;
    frames->count = glance_frames(frames->list, FRAMES_MAX);
    return true;
}

static void find_function(struct board_work *w, const struct board_panel *p,
                          char out[REPORT_FRAME_CHARS])
{
    char names[REPORT_FRAMES_MAX][REPORT_FRAME_CHARS];
    struct frames frames = { .count = 0 };

    out[0] = 0;
    if (p->role == BOARD_END && w->waiter_count > 0) {
        snprintf(out, REPORT_FRAME_CHARS, "%s", w->waiters[0].function);
        return;
    }
    if (p->number == w->end && w->result.stop.stopped) {
        name_function(names, report_frames(&w->result.stop, names), out);
        return;
    }
    if (w->symbols == NULL || p->number < recording_first(w->run) ||
        !recording_visit(w->run, &(struct recording_visit){ .from = p->number,
                                                            .to = p->number + 1,
                                                            .see = see_frames,
                                                            .ctx = &frames }))
        return;
    name_function(names, report_frame_names(w->symbols, frames.list, frames.count, names, NULL),
                  out);
}

/* ---- Making ---------------------------------------------------------------------------------- */

/* What explain says of the run: the first diagnosis in words; "": none. */
static void find_diagnosis(const struct board_work *w, char out[BOARD_TEXT_CHARS])
{
    struct opinion *all = calloc(DIAGNOSES, sizeof *all);
    struct evidence evidence;
    struct world *world = world_new(recording_scenario(w->run), w->seed);

    CHECK(all != NULL && world != NULL);
    out[0] = 0;
    if (diagnose_world(&evidence, world, 0, NULL, NULL, all) > 0) {
        snprintf(out, BOARD_TEXT_CHARS, "%s", diagnosis_what(all[0].diagnosis));
        evidence_free(&evidence);
        world_free(world);
    }
    free(all);
}

static void finish(struct board_work *w)
{
    char function[REPORT_FRAME_CHARS], diagnosis[BOARD_TEXT_CHARS];

    for (uint32_t i = 0; i < w->board->count; i++) {
        struct board_panel *p = &w->board->panels[i];

        board_find_cause(w, p);
        recording_lock(w->run);
        board_cast(w, p);
        recording_unlock(w->run);
        board_stretch(w, p);
        find_function(w, p, function);
        recording_lock(w->run);
        board_tell(w, p, function);
        recording_unlock(w->run);
    }
    find_diagnosis(w, diagnosis);
    recording_lock(w->run);
    board_tell_all(w, diagnosis);
    recording_unlock(w->run);
}

struct board *board_make(struct recording *run, uint64_t seed, char error[BOARD_ERROR_CHARS])
{
    struct board *board = calloc(1, sizeof *board);
    struct board_work *w = calloc(1, sizeof *w);
    bool found;

    CHECK(board != NULL && w != NULL);
    *w = (struct board_work){ .board = board, .run = run, .seed = seed };
    board->run = run;
    recording_wait(run);
    recording_lock(run);
    found = recording_status(run)->records > 0 && find_end(w);
    recording_unlock(run);
    if (found) {
        w->symbols = symbols_open();
        board_load_past(w);
        board->end = board_record(w, w->end)->at;
        if (board->finding == FINDING_HANG)
            find_waiters(w);
        board_find(w);
        choose(w);
    }
    if (!found)
        snprintf(error, BOARD_ERROR_CHARS,
                 "nothing to tell: the run survives (expected one that stops, crashes or hangs)");
    else if (board->count < BOARD_PANELS_MIN)
        snprintf(
            error, BOARD_ERROR_CHARS,
            "too little happens before the end for a story (expected at least %d panels, found %u)",
            BOARD_PANELS_MIN, board->count);
    if (board->count >= BOARD_PANELS_MIN) {
        finish(w);
    } else {
        board_free(board);
        board = NULL;
    }
    if (w->symbols != NULL)
        symbols_close(w->symbols);
    free(w->past.records);
    free(w);
    return board;
}

void board_free(struct board *board) { free(board); }
