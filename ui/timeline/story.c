/* story.c - see story.h: which links there are, and what is shown of each. */
#include "ui/timeline/story.h"
#include "model/words/builds.h"
#include "model/words/records.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/explain.h"
#include "ui/timeline/journey.h"
#include "ui/timeline/stop_rules.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- Making ---------------------------------------------------------------------------------- */

static struct story_link *add(struct story *story, const struct recording *run, uint64_t record)
{
    struct story_link *link;

    if (story->count == STORY_LINKS_MAX)
        return NULL;
    link = &story->links[story->count++];
    *link = (struct story_link){ .record = record, .lane = LANE_NONE };
    link->at = recording_time(run, record);
    return link;
}

static void add_text(struct story *story, const struct recording *run, uint64_t record,
                     const char *text)
{
    struct story_link *link = add(story, run, record);

    if (link != NULL)
        snprintf(link->text, sizeof link->text, "%s", text);
}

/* The last time before a record at which a lane's value was `value`; RECORD_NONE: never near. */
static uint64_t last_step_to(struct pane *pane, uint32_t lane, uint32_t value, uint64_t before)
{
    uint32_t index = recording_segment_of(pane->run, before);

    for (int tries = 0; tries < 3 && index != SEGMENT_NONE; tries++, index--) {
        const struct detail *d = recording_detail(pane->run, index);
        const struct segment *g = recording_segment(pane->run, index);

        if (d == NULL || lane >= d->lane_count)
            return RECORD_NONE;
        for (uint32_t i = d->step_from[lane + 1]; i-- > d->step_from[lane];)
            if (g->first + d->steps[i].index < before && d->steps[i].value == value &&
                !d->steps[i].before)
                return g->first + d->steps[i].index;
        if (index == 0)
            break;
    }
    return RECORD_NONE;
}

/* Why anybody went into another process at all: the driver had nothing left to lend. */
static void add_shortage(struct story *story, struct pane *pane, uint64_t before)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    uint32_t reserve = lanes_find(lanes, LANE_GAUGE, GAUGE_RESERVE_PAGES);
    uint32_t waiting = lanes_find(lanes, LANE_GAUGE, GAUGE_REQUESTS_WAITING);
    uint64_t at = reserve == LANE_NONE ? RECORD_NONE : last_step_to(pane, reserve, 0, before);
    struct story_link *link = at == RECORD_NONE ? NULL : add(story, pane->run, at);
    sim_time to = recording_time(pane->run, before);

    if (link == NULL)
        return;
    snprintf(link->text, sizeof link->text,
             "The load is heavy: the driver's reserve of pages is empty, so requests of clients "
             "wait until the store answers. %s",
             build_find(pane->scenario->set.versions[FILE_EXIFS])->image == BUILD_IMAGE_NEW
                 ? "This build of the driver waits as long as it takes."
                 : "This build of the driver does not wait for long.");
    link->before = SEC(2);
    link->after = to > link->at ? to - link->at + MS(200) : MS(200);
    link->lane = waiting != LANE_NONE ? waiting : reserve;
}

/* The visit in which the first wrong byte was written. */
static void add_visit(struct story *story, struct pane *pane, uint64_t write)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    const struct record *r = recording_record(pane->run, write);
    struct whole_span visit;
    uint32_t thread;
    struct story_link *link;

    if (r == NULL)
        return;
    thread = lanes_thread_by_id(lanes, r->thread, write);
    if (thread == LANE_NONE ||
        recording_span(pane->run, thread, LEVEL_BAND_1, write, &visit) != FOUND_YES)
        return;
    link = add(story, pane->run, visit.span.begin);
    if (link != NULL)
        snprintf(link->text, sizeof link->text,
                 "A thread of %s (%s) runs the driver's code and attaches to %s: from here on its "
                 "addresses mean that process' memory.",
                 lanes_process_name(lanes, lanes_get(lanes, thread)->process),
                 lanes_get(lanes, thread)->name, lanes_process_name(lanes, visit.span.process));
}

static bool details_here(struct pane *pane, uint64_t number)
{
    uint32_t index = recording_segment_of(pane->run, number);
    bool here = true;

    for (int i = 0; i < 2 && index != SEGMENT_NONE; i++, index--) {
        here = recording_detail(pane->run, index) != NULL && here;
        if (index == 0)
            break;
    }
    return here;
}

/* Between the debugger's beginning and the sweep, threads of other processes still enter the
 * victim, and nobody there can finish what they begin: the sweep will have to undo it. False:
 * details are not here yet. */
static bool add_debt(struct story *story, struct pane *pane, const struct story_line *debugger,
                     uint64_t sweep)
{
    enum { SEGMENTS_MOST = 12 };
    const struct lanes *lanes = recording_lanes(pane->run);
    uint32_t from = recording_segment_of(pane->run, debugger->record),
             to = recording_segment_of(pane->run, sweep), visits = 0, own, victim;
    const struct record *port = recording_record(pane->run, debugger->record);
    uint64_t first = RECORD_NONE;
    struct story_link *link;

    if (from == SEGMENT_NONE || to == SEGMENT_NONE || to - from > SEGMENTS_MOST)
        return true;
    if (port == NULL)
        return false;
    own = lanes_thread_by_id(lanes, port->thread, debugger->record);
    victim = lanes_find_at(lanes, LANE_PROCESS, port->a, debugger->record);
    if (own == LANE_NONE || victim == LANE_NONE)
        return true;
    for (uint32_t s = from; s <= to; s++) {
        const struct detail *d = recording_detail(pane->run, s);
        uint64_t number = recording_segment(pane->run, s)->first;

        if (d == NULL)
            return false;
        for (uint32_t i = 0; i < d->count; i++) {
            const struct record *r = &d->records[i];
            uint32_t thread;

            if (r->kind != REC_ATTACH || r->a != port->a || number + i <= debugger->record ||
                number + i >= sweep)
                continue;
            thread = lanes_thread_by_id(lanes, r->thread, number + i);
            if (thread == LANE_NONE ||
                lanes_get(lanes, thread)->parent == lanes_get(lanes, own)->parent)
                continue;
            first = visits++ == 0 ? number + i : first;
        }
    }
    link = visits > 0 ? add(story, pane->run, first) : NULL;
    if (link == NULL)
        return true;
    snprintf(link->text, sizeof link->text,
             "The debugger writes a dump, and %s stands still meanwhile. Mail goes on coming: %u "
             "times a thread of another process enters it through the driver. What they begin "
             "there, nobody can finish.",
             lanes_get(lanes, victim)->name, visits);
    link->before = link->at > debugger->at ? link->at - debugger->at + MS(100) : MS(100);
    link->after = recording_time(pane->run, sweep) - link->at + MS(100);
    link->lane = lanes_find(lanes, LANE_GAUGE, GAUGE_LENT_OUT);
    return true;
}

/* A line of the run's story, and what it means to somebody who never saw a kernel. */
static void add_line(struct story *story, struct pane *pane, const struct result *result,
                     const struct story_line *line)
{
    static const char *const meanings[STORY_KINDS] = {
        [STORY_FOREIGN_WRITE] =
            ". The address belongs to its own process; while it visits, the same "
            "number means other memory.",
        [STORY_TAINTED_READ] = " and takes them for its own data.",
        [STORY_DEBUGGER] = ". From now on this debugger decides how the process ends.",
        [STORY_SWEEP] =
            ". It is away from home already, and a thread has only one place to keep its "
            "home in.",
        [STORY_CLEANUP] = ". So a driver learns that a file is closed; whatever it does now, it "
                          "does as a visitor.",
    };
    const char *meaning = meanings[line->kind];
    char text[400], rule[STOP_TEXT_CHARS];
    const char *reason;

    if (line->kind == STORY_EXCEPTION && line > result->story &&
        line[-1].kind == STORY_TAINTED_READ)
        meaning = "; it took the wrong bytes for an address.";
    snprintf(text, sizeof text, "%s%s", line->text, meaning != NULL ? meaning : ".");
    stop_rule(recording_end(pane->run), "", rule);
    reason = line->kind == STORY_STOP ? strstr(rule, ". ") : NULL;
    if (reason != NULL && strlen(text) + strlen(reason) < sizeof text)
        strcat(text, reason + 1);
    text[0] = (char)toupper((unsigned char)text[0]);
    add_text(story, pane->run, line->record, text);
}

/* False: details are not here yet. */
static bool add_story(struct story *story, struct pane *pane, const struct result *result)
{
    const struct story_line *debugger = NULL;

    for (uint32_t i = 0; i < result->story_count; i++) {
        const struct story_line *line = &result->story[i];

        if (i == 0 && line->kind == STORY_FOREIGN_WRITE) {
            if (!details_here(pane, line->record))
                return false;
            add_shortage(story, pane, line->record);
            add_visit(story, pane, line->record);
        }
        if (line->kind == STORY_SWEEP && debugger != NULL &&
            !add_debt(story, pane, debugger, line->record))
            return false;
        debugger = line->kind == STORY_DEBUGGER ? line : debugger;
        add_line(story, pane, result, line);
    }
    return true;
}

/* An event log line whose ID the clue names. */
static const struct cm_line *line_of_clue(const struct recording_end *end, const char *text)
{
    for (const char *c = text; *c != 0; c++) {
        char *rest;
        unsigned long id;

        if (!isdigit((unsigned char)*c) ||
            (c > text && (isalnum((unsigned char)c[-1]) || c[-1] == '-')))
            continue;
        id = strtoul(c, &rest, 10);
        for (uint32_t i = 0; i < end->log_count && id >= 100; i++)
            if (end->log[i].id == id)
                return &end->log[i];
        c = rest - 1;
    }
    return NULL;
}

uint64_t story_clue_record(const struct pane *pane, const char *text)
{
    const struct recording_end *end = recording_end(pane->run);
    const struct cm_line *line;

    if (end == NULL)
        return recording_status(pane->run)->records - 1;
    line = line_of_clue(end, text);
    if (line != NULL)
        return recording_number(pane->run, line->at);
    if (end->result.crashed &&
        (strstr(text, "crash") || strstr(text, "exception") || !end->result.stop.stopped))
        return recording_number(pane->run, end->result.crash_at);
    if (end->result.stop.stopped)
        return end->result.stop.record;
    return recording_status(pane->run)->records - 1;
}

static int by_record(const void *a, const void *b)
{
    const struct story_link *x = a, *y = b;

    return (x->record > y->record) - (x->record < y->record);
}

/* Clues for the weightiest diagnosis, in the order of their instants. */
static void add_clues(struct story *story, const struct pane *pane, const struct opinion *opinion)
{
    uint32_t first = story->count;

    for (uint32_t i = 0; i < opinion->clue_count; i++) {
        uint64_t record = story_clue_record(pane, opinion->clues[i].text);

        if (opinion->clues[i].weight <= 0 || story->count == STORY_LINKS_MAX)
            continue;
        add_text(story, pane->run, record, opinion->clues[i].text);
        story->links[story->count - 1].before = SEC(2);
        story->links[story->count - 1].after = SEC(1);
    }
    qsort(&story->links[first], story->count - first, sizeof story->links[0], by_record);
}

static void make(struct app *app, struct story *story, struct pane *pane)
{
    const struct recording_end *end = recording_end(pane->run);
    const struct explain *explain;

    story->run = pane->run;
    story->count = 0;
    story->at = -1;
    if (end == NULL)
        return;
    if (!add_story(story, pane, &end->result)) {
        story->count = 0;
        return;
    }
    story->whole = story->count > 2;
    if (story->whole)
        return;
    explain_begin(pane, app->wake, app->wake_ctx);
    explain = explain_of(pane);
    if (explain == NULL)
        return;
    story->whole = true;
    if (explain->opinions[0].diagnosis == DIAGNOSIS_HEALTHY)
        return;
    for (uint32_t i = story->count;
         i-- > 0 && end->result.stop.stopped;) /* The stop's own line is last. */
        if (story->links[i].record == end->result.stop.record)
            story->count = i;
    add_clues(story, pane, &explain->opinions[0]);
}

const struct story *story_of(struct app *app)
{
    struct pane *pane = app_pane(app);
    struct story *story = app->story;

    if (story == NULL) {
        app->story = story = calloc(1, sizeof *story);
        CHECK(story != NULL);
    }
    if (story->run != pane->run) {
        bool open = story->open && story->run == NULL;

        *story = (struct story){ .at = -1, .open = open };
    }
    if (!story->whole && recording_status(pane->run)->ended)
        make(app, story, pane);
    return story;
}

/* ---- Showing --------------------------------------------------------------------------------- */

static void join_cast(struct pane *pane, uint32_t lane)
{
    struct rows *rows = &pane->rows;

    if (lane == LANE_NONE)
        return;
    rows_choice(rows, lane)->cast = true;
    if (lanes_get(recording_lanes(pane->run), lane)->kind == LANE_THREAD)
        join_cast(pane, lanes_get(recording_lanes(pane->run), lane)->parent);
}

/* The cast of a link: its thread, the processor, and processes that the record names. */
static void cast_link(struct pane *pane, const struct story_link *link, bool here)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    const struct record *r = recording_record(pane->run, link->record);

    join_cast(pane, link->lane);
    if (r == NULL)
        return;
    if (r->thread != 0)
        join_cast(pane, lanes_thread_by_id(lanes, r->thread, link->record));
    if (here)
        join_cast(pane, lanes_find(lanes, LANE_CPU, r->cpu));
    const uint32_t named[] = { r->a, r->b, r->c, r->d };

    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        if (named[i] >= 0x80000000u)
            join_cast(pane, lanes_find_at(lanes, LANE_PROCESS, named[i], link->record));
}

/* The links on either side stay, so that lanes do not come and go at every step. */
static void choose_cast(struct pane *pane, const struct story *story)
{
    for (size_t i = 0; i < pane->rows.choice_count; i++)
        pane->rows.choices[i].cast = false;
    for (int i = story->at - 1; i <= story->at + 1; i++)
        if (i >= 0 && i < (int)story->count)
            cast_link(pane, &story->links[i], i == story->at);
    pane->rows.cast_only = true;
    pane->scroll = 0;
}

void story_show(struct app *app, uint32_t number)
{
    const struct story *made = story_of(app);
    struct story *story = app->story;
    struct pane *pane = app_pane(app);
    const struct story_link *link;

    if (number >= made->count)
        return;
    view_remember(app);
    view_touch(app);
    app->screen = SCREEN_TIMELINE;
    story->open = true;
    story->at = (int)number;
    link = &story->links[number];
    axis_change(&app->view.axis, link->before + link->after > 0 ? AXIS_TIME : AXIS_GAP, pane->run);
    journey_to(app, link->record);
    if (link->before + link->after > 0)
        view_show(app, (double)(link->at > link->before ? link->at - link->before : 0),
                  (double)(link->at + link->after));
    if (link->lane != LANE_NONE)
        app->selected = (struct selection){ app->active, link->lane, RECORD_NONE };
    choose_cast(pane, story);
}

void story_leave(struct app *app)
{
    if (app->story != NULL)
        app->story->open = false;
    for (uint32_t i = 0; i < app->pane_count; i++)
        app->panes[i].rows.cast_only = false;
}

/* The next link or the one before; the first opens the strip. */
void story_walk(struct app *app, int direction)
{
    const struct story *story = story_of(app);
    int to = story->at + direction;

    if (story->count == 0) {
        app->looks.story_wanted = !story->whole;
        app_say(app, !story->whole ? false : true, "%s",
                story->whole ? "nothing happened in this run that would make a story"
                             : "the story is being put together ...");
        return;
    }
    app->looks.story_wanted = false;
    if (story->at < 0)
        to = 0;
    if (to < 0 || to >= (int)story->count) {
        app_say(app, true, "this is the %s link of the story", to < 0 ? "first" : "last");
        return;
    }
    app->toast.text[0] = 0;
    story_show(app, (uint32_t)to);
}
