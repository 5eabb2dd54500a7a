/* stop_none.c - the page "What happened" of runs that nothing stopped: still running, cut for
 * a lesson, broken off by a fault of the simulator or by a guest, hung, or survived.
 */
#include "ui/timeline/stop_inside.h"
#include "ui/timeline/tutor.h"
#include <inttypes.h>

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

/* The rest of the run is kept back: a lesson asks for it first. */
static void cut_show(struct stop_view *v, struct sheet *s)
{
    char now[48], text[200];

    side_time(recording_status(v->pane->run)->now, now, sizeof now);
    sheet_section(s, "Not told yet", 0, false);
    snprintf(text, sizeof text, "The run is shown up to %s.", now);
    sheet_text(s, DRAW_TITLE, s->ink, text);
}

/* The simulator itself is at fault, or a driver from outside: what broke, and what repeats it. */
static void broken_show(struct stop_view *v, struct sheet *s)
{
    const struct recording_status *status = recording_status(v->pane->run);
    bool guests = recording_scenario(v->pane->run)->guest_count > 0;
    char again[RUN_REPRO_CHARS], records[40], now[48], text[300];

    text_count(status->records, records, sizeof records);
    side_time(status->now, now, sizeof now);
    run_repro(&v->pane->options, v->pane->path, v->pane->seed,
              v->pane->options.surprises != NULL ? v->pane->options.surprises : "", again);
    sheet_section(s, guests ? "A driver broke the machine" : "The simulator broke", 0, false);
    sheet_text(s, DRAW_TITLE, v->app->theme->bad, status->broken);
    sheet_text(s, DRAW_BODY, s->ink,
               guests ? "Code from outside destroyed the machine, beyond a stop, or kept it in a "
                        "loop without a call."
                      : "This is a bug of exifsim, not of the simulated machine: what the machine "
                        "would have done is not known.");
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
    bool hung = v->end->by_guest[0] != 0;
    char text[UNMET_CHARS + 40], time[48], mean[40], most[40];

    side_time(r->simulated, time, sizeof time);
    sheet_section(s, "No stop screen", 0, false);
    if (hung)
        snprintf(text, sizeof text, "The machine hangs: %s.", v->end->by_guest);
    else if (r->crashed)
        survived_crash_text(r, text, sizeof text);
    else
        snprintf(text, sizeof text, "The machine ran for %s and nothing stopped it.", time);
    sheet_text(s, DRAW_TITLE, s->ink, text);
    if (!tutor_keeps_back(v->app)) { /* A lesson that asks shows figures and explains none. */
        stop_links_show(v, s);
        stop_diagnosis_show(v, s);
    }
    sheet_section(s, "Figures", 0, false);
    sheet_say(s, "Outcome", "%s", hung ? "hung" : r->crashed ? "a process crashed" : "survived");
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

void stop_none_show(struct stop_view *v, struct draw_box box)
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
    else if (recording_status(v->pane->run)->cut)
        cut_show(v, &sheet);
    else if (v->end == NULL)
        pending_show(v, &sheet);
    else
        survived_show(v, &sheet);
    sheet_end(&sheet);
}
