/* stop_view.c - what happened: the blue screen of 2003, and beside it what led there.
 *
 * Left the screen as an administrator saw it, each argument of it a link to the place it speaks
 * of. Right the rule that was broken, the story that led there, the stack, and what the machine
 * wrote down afterwards. Where there is not room for both beside each other, all is one column.
 */
#include "ui/timeline/stop_inside.h"
#include "ui/timeline/journey.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/explain.h"
#include "model/words/records.h"
#include "ui/symbols/symbols.h"
#include "ui/timeline/stop_rules.h"
#include "ui/timeline/story.h"
#include "ui/timeline/tutor.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

enum { RIGHT_LEAST = 440, LARGE_LEAST = 520 };

/* ---- What is to be known --------------------------------------------------------------------- */

/* The ATTACH by which the stopped thread came into the process in force. */
static void find_attach(struct stop_view *v)
{
    struct stop_facts *facts = &v->own->stop_facts;
    const struct stop *stop = &v->end->result.stop;
    uint32_t index = recording_segment_of(v->pane->run, stop->record);

    if (facts->run != v->pane->run)
        *facts = (struct stop_facts){ .run = v->pane->run };
    for (int tries = 0; !facts->attach_known && tries < 3 && index != SEGMENT_NONE; tries++) {
        const struct detail *d = recording_detail(v->pane->run, index);
        uint64_t first = recording_segment(v->pane->run, index)->first;

        for (uint32_t i = d != NULL ? d->count : 0; i-- > 0 && !facts->attach_known;)
            if (d->records[i].kind == REC_ATTACH &&
                d->records[i].thread == v->end->result.stop.thread && first + i <= stop->record) {
                facts->attach_known = true;
                facts->attach = first + i;
            }
        if (d == NULL || index == 0)
            break;
        index--;
    }
}

static bool view_of(struct app *app, struct stop_view *v)
{
    *v = (struct stop_view){ app, app_pane(app), inspector_of(app), NULL };
    v->end = recording_end(v->pane->run);
    return v->end != NULL && v->end->result.stop.stopped;
}

void stop_follow(struct app *app, uint64_t argument)
{
    struct stop_view v;
    uint32_t lane;
    uint64_t record;

    if (app->pane_count == 0 || argument >= STOP_ARGUMENTS || !view_of(app, &v))
        return;
    find_attach(&v);
    lane = stop_argument_lane(v.pane->run, v.end, (int)argument);
    record = v.end->result.stop.record;
    view_remember(app);
    app->screen = SCREEN_TIMELINE;
    layout_show_side(app, true);
    if (v.own->stop_facts.attach_known && v.end->result.stop.index != 0) {
        double from, to;

        /* The whole visit, with some air. */
        from = axis_of(app->view.axis.kind, v.pane->run, v.own->stop_facts.attach);
        to = axis_of(app->view.axis.kind, v.pane->run, record);
        if (argument == 2)
            record = v.own->stop_facts.attach;
        view_show(app, from - (to - from) / 4, to + (to - from) / 4);
        app_go(app, record);
    } else {
        journey_to(app, record);
    }
    app_select(app, app->active, lane, RECORD_NONE);
    view_reveal(app, record);
}

/* ---- The right side -------------------------------------------------------------------------- */

/* The kernel's function that found out. */
static void raised_in(struct stop_view *v, char *out, size_t size)
{
    const struct stop *stop = &v->end->result.stop;
    struct symbols *symbols = stack_symbols(v->own);

    for (uint32_t i = 0; symbols != NULL && i < stop->frame_count; i++)
        if (symbols_name(symbols, stop->frames[i], out, size) && !report_is_plumbing(out))
            return;
    out[0] = 0;
}

static void find_rule(struct stop_view *v, char out[STOP_TEXT_CHARS])
{
    char function[REPORT_FRAME_CHARS];

    raised_in(v, function, sizeof function);
    stop_rule(v->end, function, out);
}

void stop_broken_rule(struct app *app, char out[STOP_TEXT_CHARS])
{
    struct stop_view v;

    out[0] = 0;
    if (view_of(app, &v))
        find_rule(&v, out);
}

static void rule_show(struct stop_view *v, struct sheet *s)
{
    char rule[STOP_TEXT_CHARS];
    char *rest;

    find_rule(v, rule);
    sheet_section(s, "The rule that was broken", 0, false);
    sheet_gap(s, 4);
    rest = strstr(rule, ". ");
    if (rest != NULL) { /* The first sentence is the large one. */
        rest[1] = 0;
        rest += 2;
    }
    sheet_text(s, s->w >= app_px(v->app, LARGE_LEAST) ? DRAW_HUGE : DRAW_TITLE, s->ink, rule);
    if (rest != NULL)
        sheet_text(s, DRAW_BODY, s->dim, rest);
}

/* The links of the story, each to its place on the timeline. */
void stop_links_show(struct stop_view *v, struct sheet *s)
{
    const struct story *story = story_of(v->app);
    int head_w = draw_text_width(v->app->fonts, DRAW_SMALL, "24.  0000.000000 s");

    if (story->count == 0)
        return;
    sheet_section(s,
                  v->end != NULL && v->end->result.stop.stopped ? "How it came to this"
                                                                : "What happened, link by link",
                  0, false);
    for (uint32_t i = 0; i < story->count; i++) {
        const struct story_link *link = &story->links[i];
        char head[64], time[48], count[40], text[460];

        side_time(link->at, time, sizeof time);
        snprintf(head, sizeof head, "%" PRIu32 ".  %s", i + 1, time);
        text_count(link->record, count, sizeof count);
        snprintf(text, sizeof text, "%s  (#%s)", link->text, count);
        sheet_item(s, &(struct sheet_item){ .head = head,
                                            .text = text,
                                            .head_w = head_w,
                                            .tag = tag_make(TAG_LINK, v->app->active, i),
                                            .note = "shows it on the timeline, with its cast",
                                            .current = link->record == v->pane->now });
    }
    if (v->end != NULL && v->end->result.story_dropped > 0) {
        char text[80];

        snprintf(text, sizeof text, "%" PRIu32 " more lines in its middle are left out.",
                 v->end->result.story_dropped);
        sheet_text(s, DRAW_SMALL, s->dim, text);
    }
}

/* A diagnosis with its clues and advice; "also" stands before one that is true beside the first. */
static void opinion_show(struct stop_view *v, struct sheet *s, const struct opinion *o)
{
    int head_w = draw_text_width(v->app->fonts, DRAW_SMALL, "-00  0000.000000 s");
    char text[DIAGNOSIS_ADVICE_CHARS + 16], head[64], time[48];

    if (diagnosis_article(o->diagnosis)[0] != 0)
        snprintf(text, sizeof text, "%sKB %s: %s", o->also ? "also " : "",
                 diagnosis_article(o->diagnosis), diagnosis_what(o->diagnosis));
    else
        snprintf(text, sizeof text, "%s%s", o->also ? "also " : "", diagnosis_what(o->diagnosis));
    text[0] = (char)toupper((unsigned char)text[0]);
    sheet_text(s, DRAW_TITLE, s->ink, text);
    for (uint32_t i = 0; i < o->clue_count; i++) {
        uint64_t record = story_clue_record(v->pane, o->clues[i].text);

        side_time(recording_time(v->pane->run, record), time, sizeof time);
        snprintf(head, sizeof head, "%+d  %s", o->clues[i].weight, time);
        sheet_item(s, &(struct sheet_item){ .head = head,
                                            .text = o->clues[i].text,
                                            .head_w = head_w,
                                            .tag = tag_make(TAG_RECORD, v->app->active, record),
                                            .note = "goes to the instant that gives this clue" });
    }
    snprintf(text, sizeof text, "What to do: %s", o->advice);
    sheet_text(s, DRAW_BODY, s->ink, text);
}

/* What `exifsim explain` says of this run, with its clues as links. */
void stop_diagnosis_show(struct stop_view *v, struct sheet *s)
{
    const struct explain *explain;

    if (v->end == NULL)
        return;
    explain_begin(v->pane, v->app->wake, v->app->wake_ctx);
    explain = explain_of(v->pane);
    sheet_section(s, "Diagnosis", 0, false);
    if (explain == NULL || explain->count == 0) {
        sheet_text(s, DRAW_BODY, s->dim, "being made from another run of the same night ...");
        return;
    }
    opinion_show(v, s, &explain->opinions[0]);
    for (uint32_t i = 1; i < explain->count; i++) {
        char text[300];

        if (explain->opinions[i].also) {
            opinion_show(v, s, &explain->opinions[i]);
            continue;
        }
        snprintf(text, sizeof text, "Also weighed: %s (%d, against %d).",
                 diagnosis_what(explain->opinions[i].diagnosis), explain->opinions[i].weight,
                 explain->opinions[0].weight);
        sheet_text(s, DRAW_SMALL, s->dim, text);
    }
}

static void thread_line(struct stop_view *v, struct sheet *s)
{
    uint32_t lane = lanes_thread_by_id(recording_lanes(v->pane->run), v->end->result.stop.thread,
                                       v->end->result.stop.record);
    char name[160] = "a thread that is gone";

    if (lane != LANE_NONE)
        row_name(v->pane->run, lane, name, sizeof name);
    sheet_row(s, &(struct sheet_row){
                     .name = "Thread",
                     .value = name,
                     .chip = v->end->result.stop.owner.name,
                     .tag = lane == LANE_NONE ? 0 : tag_make(TAG_LANE, v->app->active, lane),
                     .note = "leads to its lane" });
    sheet_row(s, &(struct sheet_row){ .name = "Owner",
                                      .value = v->end->result.stop.owner.name,
                                      .chip = v->end->result.stop.owner.name });
    sheet_row(s, &(struct sheet_row){ .name = "In force",
                                      .value = v->end->result.stop.current.name,
                                      .chip = v->end->result.stop.current.name });
    sheet_say(s, "IRQL", "%u, %s, on processor %u%s", v->end->result.stop.irql,
              side_irql_name(v->end->result.stop.irql), v->end->result.stop.cpu,
              v->end->result.stop.in_dpc ? ", in a DPC" : "");
    sheet_gap(s, 4);
}

static void log_line(struct sheet *s, const struct cm_line *line)
{
    static const char *const severities[] = { "Information", "Warning", "Error" };
    char head[160], when[32];

    report_stamp(line->at, when, sizeof when);
    snprintf(head, sizeof head, "%s  %s  %s  %s %" PRIu32, when,
             line->log == LOG_SYSTEM ? "System" : "Application", severities[line->severity],
             line->source, line->id);
    sheet_text(s, DRAW_SMALL, s->dim, head);
    sheet_text(s, DRAW_BODY, s->ink,
               line->text[0] != 0 ? line->text : "(simulated text) ExIFS driver loaded.");
    sheet_gap(s, 4);
}

static void aftermath_show(struct stop_view *v, struct sheet *s)
{
    struct cm_line after[REPORT_AFTERMATH_LINES];

    sheet_section(s, "The event log after the restart", 0, false);
    for (uint32_t i = 0; i < v->end->log_count; i++)
        log_line(s, &v->end->log[i]);
    if (v->end->result.boots > 0)
        return; /* The machine has written its own. */
    uint32_t count = report_aftermath(&v->end->result.stop, v->pane->scenario->exchange, after);

    for (uint32_t i = 0; i < count; i++)
        log_line(s, &after[i]);
}

static void right_show(struct stop_view *v, struct sheet *s)
{
    bool explains =
        !tutor_keeps_back(v->app); /* A lesson that asks shows what was found, no more. */

    if (explains) {
        rule_show(v, s);
        stop_links_show(v, s);
        stop_diagnosis_show(v, s);
    }
    sheet_section(s, "The stack of the thread that was stopped", 0, false);
    if (explains)
        thread_line(v, s);
    stack_show(s, v->own, v->end->result.stop.frames, v->end->result.stop.frame_count);
    aftermath_show(v, s);
}

/* ---- The whole ------------------------------------------------------------------------------- */

void paint_stop(struct app *app)
{
    struct stop_view v;
    struct sheet sheet;
    struct draw_box box = layout_screen(app), right;
    int blue = REPORT_STOP_COLUMNS * draw_text_width(app->fonts, DRAW_MONO_SMALL, "M") +
               app_px(app, 2 * 12 + 4 + 2 * 8);

    if (!view_of(app, &v)) {
        stop_none_show(&v, box);
        return;
    }
    find_attach(&v);
    bool beside = box.w - blue >= app_px(app, RIGHT_LEAST);

    right = box;
    if (beside) {
        right.x += blue;
        right.w -= blue;
        box.w = blue;
    }
    v.own->stop_box[0] = box;
    v.own->stop_box[1] = beside ? right : (struct draw_box){ 0 };
    sheet_begin(&sheet, app, &v.own->stop[0], box, KEY_STOP, "Stop screen", false);
    stop_arguments_show(&v, &sheet, stop_screen_show(&v, &sheet, beside));
    if (beside) {
        sheet_end(&sheet);
        sheet_begin(&sheet, app, &v.own->stop[1], right, tree_key(KEY_STOP, NULL, 1),
                    "What happened", false);
    }
    right_show(&v, &sheet);
    sheet_end(&sheet);
    if (beside)
        draw_line(app->list, right.x, right.y, right.x, right.y + right.h - 1, 1,
                  app->theme->border);
}
