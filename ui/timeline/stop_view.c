/* stop_view.c - the blue screen of 2003, and beside it what really happened.
 *
 * Left the screen as an administrator saw it, each argument of it a link to the place it speaks
 * of. Right the rule that was broken, the story that led there, the stack, and what the machine
 * wrote down afterwards. Where there is not room for both beside each other, all is one column.
 */
#include "ui/timeline/inspector_inside.h"
#include "ui/timeline/journey.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/explain.h"
#include "model/words/records.h"
#include "ui/report/symbols.h"
#include "ui/timeline/stop_rules.h"
#include "ui/timeline/story.h"
#include "ui/timeline/wrap.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define SCREEN_BLUE  0x0000aaffu
#define SCREEN_WHITE 0xffffffffu
enum { SCREEN_ROWS = 25, RIGHT_LEAST = 440, LARGE_LEAST = 520, ARGUMENTS = 4 };

struct stop_view {
    struct app *app;
    struct pane *pane;
    struct inspector *own;
    const struct recording_end *end;
};

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

    if (app->pane_count == 0 || argument >= ARGUMENTS || !view_of(app, &v))
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

/* ---- The blue screen ------------------------------------------------------------------------- */

struct screen {
    struct sheet *sheet;
    int x, w, line, advance, hot; /* hot: the argument under the pointer or focused; -1: none. */
};

/* One word of the line with the arguments: plain, or a link. Goes on in the next line if there is
 * no room. */
static void put(struct stop_view *v, struct screen *c, int *x, const char *text, int argument)
{
    struct sheet *s = c->sheet;
    int w = draw_text_width(v->app->fonts, DRAW_MONO_SMALL, text);
    char name[64], meaning[STOP_TEXT_CHARS];
    uint32_t ink = SCREEN_WHITE;

    if (*x > c->x && *x + w > c->x + c->w) {
        *x = c->x + 4 * c->advance;
        s->y += c->line;
    }
    struct draw_box box = { *x, s->y, w, c->line };

    *x += w;
    if (argument >= 0) {
        uint64_t tag = tag_make(TAG_ARGUMENT, v->app->active, (uint64_t)argument);

        snprintf(name, sizeof name, "Arg%d %s", argument + 1, text);
        if (sheet_is_hot(s, box, name, tag)) {
            c->hot = argument;
            draw_rect(v->app->list, box.x, box.y, box.w, box.h, SCREEN_WHITE);
            ink = SCREEN_BLUE;
        }
        draw_rect(v->app->list, box.x, box.y + box.h - 2, box.w, 1, ink);
        sheet_node(s, TREE_LINK, name, box, tag);
        stop_argument(v->end, argument, meaning);
        tree_note(v->app->tree, "%s", meaning);
    }
    draw_text(v->app->list, box.x, box.y, 0, DRAW_MONO_SMALL, DRAW_LEFT, ink, text);
}

static void put_stop_line(struct stop_view *v, struct screen *c)
{
    const struct stop *stop = &v->end->result.stop;
    int x = c->x;
    char text[48];

    snprintf(text, sizeof text, "*** STOP: 0x%08X (", stop->code);
    sheet_node(c->sheet, TREE_TEXT, text,
               (struct draw_box){ x, c->sheet->y, (int)strlen(text) * c->advance, c->line }, 0);
    put(v, c, &x, text, -1);
    for (int i = 0; i < ARGUMENTS; i++) {
        snprintf(text, sizeof text, "0x%08X", stop->args[i]);
        put(v, c, &x, text, i);
        put(v, c, &x, i + 1 < ARGUMENTS ? "," : ")", -1);
    }
    c->sheet->y += c->line;
}

/* Where it ends is known only once it is drawn; so the ground is as high as all its lines. */
static int screen_height(struct stop_view *v, const struct screen *c, uint32_t rows,
                         char lines[][REPORT_STOP_COLUMNS + 1])
{
    int need = 0;

    for (uint32_t i = 0; i < rows; i++)
        need += MAX_OF(wrap_lines(v->app->fonts, DRAW_MONO_SMALL, lines[i], c->w), 1);
    return need;
}

/* Returns the argument that is hot. */
static int screen_show(struct stop_view *v, struct sheet *s, bool full)
{
    char lines[REPORT_STOP_LINES_MAX][REPORT_STOP_COLUMNS + 1];
    uint32_t count = report_stop_lines(&v->end->result.stop, lines);
    int pad = app_px(v->app, 8), advance = draw_text_width(v->app->fonts, DRAW_MONO_SMALL, "M");
    struct screen c = {
        s, s->x + pad, s->w - 2 * pad, draw_line_height(v->app->fonts, DRAW_MONO_SMALL), advance, -1
    };
    int rows = screen_height(v, &c, count, lines), top = s->y, h;

    h = (full ? MAX_OF(rows, SCREEN_ROWS) : rows) * c.line + 2 * pad;
    draw_rect(v->app->list, s->x, top, s->w, h, SCREEN_BLUE);
    tree_push(v->app->tree, tree_key(s->key, "screen", 4), TREE_GROUP, "Blue screen",
              draw_box_cut((struct draw_box){ s->x, top, s->w, h }, s->box), 0);
    s->y += pad;
    for (uint32_t i = 0; i < count; i++) {
        struct draw_box box = { c.x, s->y, c.w, c.line };

        if (strncmp(lines[i], "***", 3) == 0) {
            put_stop_line(v, &c);
            continue;
        }
        if (lines[i][0] == 0) {
            s->y += c.line;
            continue;
        }
        box.h = wrap_draw(v->app->list, v->app->fonts, c.x, s->y, c.w, DRAW_MONO_SMALL,
                          SCREEN_WHITE, lines[i]);
        sheet_node(s, TREE_TEXT, lines[i], box, 0);
        s->y += box.h;
    }
    tree_pop(v->app->tree);
    s->y = MAX_OF(top + h, s->y + pad) + app_px(v->app, 6);
    return c.hot;
}

static void arguments_show(struct stop_view *v, struct sheet *s, int hot)
{
    const struct stop *stop = &v->end->result.stop;

    sheet_section(s, "What its four arguments mean", 0, false);
    for (int i = 0; i < ARGUMENTS; i++) {
        char head[48], meaning[STOP_TEXT_CHARS], leads[160];
        uint32_t lane = stop_argument_lane(v->pane->run, v->end, i);

        snprintf(head, sizeof head, "Arg%d  %08x", i + 1, stop->args[i]);
        stop_argument(v->end, i, meaning);
        snprintf(leads, sizeof leads, "leads to the timeline");
        if (lane != LANE_NONE) {
            char name[120];

            row_name(v->pane->run, lane, name, sizeof name);
            snprintf(leads, sizeof leads, "leads to %s", name);
        }
        sheet_item(s, &(struct sheet_item){
                          .head = head,
                          .text = meaning,
                          .head_w = draw_text_width(v->app->fonts, DRAW_SMALL, "Arg4  MMMMMMMM"),
                          .tag = tag_make(TAG_ARGUMENT, v->app->active, (uint64_t)i),
                          .note = leads,
                          .current = i == hot });
    }
}

/* ---- The right side -------------------------------------------------------------------------- */

/* The kernel's function that found out. */
static void raised_in(struct stop_view *v, char *out, size_t size)
{
    const struct stop *stop = &v->end->result.stop;

    if (!v->own->symbols_read)
        v->own->symbols = symbols_open();
    v->own->symbols_read = true;
    for (uint32_t i = 0; v->own->symbols != NULL && i < stop->frame_count; i++)
        if (symbols_name(v->own->symbols, stop->frames[i], out, size) && !report_is_plumbing(out))
            return;
    out[0] = 0;
}

static void rule_show(struct stop_view *v, struct sheet *s)
{
    char function[REPORT_FRAME_CHARS], rule[STOP_TEXT_CHARS];
    char *rest;

    raised_in(v, function, sizeof function);
    stop_rule(v->end, function, rule);
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
static void links_show(struct stop_view *v, struct sheet *s)
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

static void opinion_show(struct stop_view *v, struct sheet *s, const struct opinion *o)
{
    int head_w = draw_text_width(v->app->fonts, DRAW_SMALL, "-00  0000.000000 s");
    char text[DIAGNOSIS_ADVICE_CHARS + 16], head[64], time[48];

    if (diagnosis_article(o->diagnosis)[0] != 0)
        snprintf(text, sizeof text, "KB %s: %s", diagnosis_article(o->diagnosis),
                 diagnosis_what(o->diagnosis));
    else
        snprintf(text, sizeof text, "%s", diagnosis_what(o->diagnosis));
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
static void diagnosis_show(struct stop_view *v, struct sheet *s)
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
    report_aftermath(&v->end->result.stop, after);
    for (size_t i = 0; i < ARRAY_LEN(after); i++)
        log_line(s, &after[i]);
}

static void right_show(struct stop_view *v, struct sheet *s)
{
    rule_show(v, s);
    links_show(v, s);
    diagnosis_show(v, s);
    sheet_section(s, "The stack of the thread that was stopped", 0, false);
    thread_line(v, s);
    stack_show(s, v->own, v->end->result.stop.frames, v->end->result.stop.frame_count);
    aftermath_show(v, s);
}

/* ---- No stop --------------------------------------------------------------------------------- */

static void pending_show(struct stop_view *v, struct sheet *s)
{
    const struct recording_status *status = recording_status(v->pane->run);
    sim_time whole = recording_scenario(v->pane->run)->set.duration;
    int percent = whole > 0 ? (int)MIN_OF(status->now * 100 / whole, 100u) : 0;
    int h = app_px(v->app, 14);
    char records[40], now[48], text[200];

    text_count(status->records, records, sizeof records);
    side_time(status->now, now, sizeof now);
    sheet_section(s, "Still being computed", 0, false);
    snprintf(text, sizeof text, "%s simulated, %s records: %d %% of the scenario's time.", now,
             records, percent);
    sheet_text(s, DRAW_TITLE, s->ink, text);
    draw_rect(v->app->list, s->x, s->y, s->w, h, v->app->theme->raised);
    draw_rect(v->app->list, s->x, s->y, s->w * percent / 100, h, v->app->theme->accent);
    draw_outline(v->app->list, s->x, s->y, s->w, h, 1, v->app->theme->border);
    sheet_node(s, TREE_PROGRESS, "Progress", (struct draw_box){ s->x, s->y, s->w, h }, 0);
    tree_value(v->app->tree, "%d %%", percent);
    s->y += h + app_px(v->app, 8);
    sheet_text(s, DRAW_BODY, s->dim, "Whether the machine stops is not known yet.");
}

/* The simulator itself is at fault: what broke, and what repeats it. */
static void broken_show(struct stop_view *v, struct sheet *s)
{
    const struct recording_status *status = recording_status(v->pane->run);
    char again[RUN_REPRO_CHARS], records[40], now[48], text[300];

    text_count(status->records, records, sizeof records);
    side_time(status->now, now, sizeof now);
    run_repro(&v->pane->options, v->pane->path, v->pane->seed,
              v->pane->options.surprises != NULL ? v->pane->options.surprises : "", again);
    sheet_section(s, "The simulator broke", 0, false);
    sheet_text(s, DRAW_TITLE, v->app->theme->bad, status->broken);
    sheet_text(
        s, DRAW_BODY, s->ink,
        "This is a bug of exifsim, not of the simulated machine: what the machine would have "
        "done is not known.");
    snprintf(text, sizeof text,
             "The timeline shows what was computed before: %s, %s records. All of it can be looked "
             "at.",
             now, records);
    sheet_text(s, DRAW_BODY, s->ink, text);
    sheet_section(s, "This line repeats it", 0, false);
    sheet_text(s, DRAW_MONO_SMALL, s->ink, again);
}

static void survived_crash_text(const struct result *r, char *text, size_t size)
{
    if (r->undone_writes > 0)
        snprintf(text, size,
                 "%s crashed, and the machine stayed up: while the handles were closed, the driver "
                 "undid its work by %" PRIu64 " writes in %s.",
                 r->victim, r->undone_writes, r->undone_in);
    else
        snprintf(text, size,
                 "%s crashed, and the machine stayed up: the driver wrote into no other process "
                 "while the handles were closed.",
                 r->victim);
}

static void survived_show(struct stop_view *v, struct sheet *s)
{
    const struct result *r = &v->end->result;
    char text[300], time[48], mean[40], most[40];

    side_time(r->simulated, time, sizeof time);
    sheet_section(s, "No stop screen", 0, false);
    if (r->crashed)
        survived_crash_text(r, text, sizeof text);
    else
        snprintf(text, sizeof text, "The machine ran for %s and nothing stopped it.", time);
    sheet_text(s, DRAW_TITLE, s->ink, text);
    links_show(v, s);
    diagnosis_show(v, s);
    sheet_section(s, "Figures", 0, false);
    sheet_say(s, "Outcome", "%s", r->crashed ? "a process crashed" : "survived");
    sheet_say(s, "Simulated", "%s", time);
    sheet_say(s, "Messages", "%" PRIu64 " arrived, %" PRIu64 " delivered, %" PRIu64 " refused",
              r->arrived, r->delivered, r->refused);
    text_length(r->latency_mean_us * 1000, mean, sizeof mean);
    text_length(r->latency_max_us * 1000, most, sizeof most);
    sheet_say(s, "Delivery", "%s on average, %s at most", mean, most);
    sheet_say(s, "Visits", "%" PRIu64 " to other processes, %" PRIu64 " writes there", r->attaches,
              r->foreign_writes);
    sheet_section(s, "What to try", 0, false);
    sheet_text(
        s, DRAW_BODY, s->ink,
        "This run with the other files (X), under more load, or from another choice on (B).");
}

/* ---- The whole ------------------------------------------------------------------------------- */

static void no_stop_show(struct stop_view *v, struct draw_box box)
{
    struct sheet sheet;
    int margin = MAX_OF((box.w - app_px(v->app, 760)) / 2, 0);

    v->own->stop_box[0] = box;
    v->own->stop_box[1] = (struct draw_box){ 0 };
    draw_rect(v->app->list, box.x, box.y, box.w, box.h, v->app->theme->panel);
    box.x += margin;
    box.w -= 2 * margin;
    sheet_begin(&sheet, v->app, &v->own->stop[0], box, KEY_STOP, "What happened", false);
    if (recording_status(v->pane->run)->broken[0] != 0)
        broken_show(v, &sheet);
    else if (v->end == NULL)
        pending_show(v, &sheet);
    else
        survived_show(v, &sheet);
    sheet_end(&sheet);
}

void paint_stop(struct app *app)
{
    struct stop_view v;
    struct sheet sheet;
    int top = app->layout.toolbar.y + app->layout.toolbar.h;
    struct draw_box box = { 0, top, app->width, app->layout.status.y - top }, right;
    int blue = REPORT_STOP_COLUMNS * draw_text_width(app->fonts, DRAW_MONO_SMALL, "M") +
               app_px(app, 2 * 12 + 4 + 2 * 8);

    if (!view_of(app, &v)) {
        no_stop_show(&v, box);
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
    arguments_show(&v, &sheet, screen_show(&v, &sheet, beside));
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
