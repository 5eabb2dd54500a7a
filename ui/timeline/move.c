/* move.c - see move.h.
 *
 * Steps of one record are immediate. Everything else - the next switch, call, hit, cause - is a
 * search that the recording's worker makes, in details that are here or are made again; the frame
 * that finds its end moves the playhead (app_advance).
 */
#include "ui/timeline/move.h"
#include "sim/ini.h"
#include "ui/timeline/arrows.h"
#include "ui/timeline/match.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void look_for(struct app *app, const char *what, const struct recording_query *query)
{
    app->searching = true;
    app->search_backwards = query->backwards;
    snprintf(app->search_what, sizeof app->search_what, "%.60s", what);
    recording_search(app_pane(app)->run, query);
}

static void look_for_kind(struct app *app, const char *what, const char *kind, bool backwards)
{
    struct recording_query query = match_kind_query(kind, app_pane(app)->now, backwards);

    look_for(app, what, &query);
}

static void step(struct app *app, int direction)
{
    struct pane *pane = app_pane(app);

    if (direction < 0 && pane->now == 0)
        return;
    app_go(app, direction < 0 ? pane->now - 1 : pane->now + 1);
    app_reveal(app, pane->now);
}

static void in_lane(struct app *app, bool backwards)
{
    struct recording_query query;

    if (app->selected.lane == LANE_NONE || app->selected.pane != app->active) {
        step(app, backwards ? -1 : 1);
        return;
    }
    query = match_lane_query(app_run(app), app->selected.lane, app_pane(app)->now, backwards);
    look_for(app, "a record of this lane", &query);
}

static void along_cause(struct app *app, bool to_cause)
{
    struct pane *pane = app_pane(app);
    const struct record *r = recording_record(pane->run, pane->now);
    struct recording_query query;
    uint64_t named;

    if (r == NULL) {
        app_say(app, true, "this stretch is still being made again");
        return;
    }
    named = to_cause ? cause_named(r, pane->now) : RECORD_NONE;
    if (named != RECORD_NONE) {
        app_remember(app);
        app_go(app, named);
        app_reveal(app, named);
    } else if (to_cause ? cause_query(r, pane->now, &query) : effect_query(r, pane->now, &query)) {
        app_remember(app);
        look_for(app, to_cause ? "a cause" : "an effect", &query);
    } else {
        app_say(app, true, "no %s is known of such a record", to_cause ? "cause" : "effect");
    }
}

/* Highlights and bookmarks, in one order. */
static void to_marker(struct app *app, bool backwards)
{
    struct pane *pane = app_pane(app);
    uint32_t count;
    uint64_t dropped, best = RECORD_NONE;
    const struct highlight *list = recording_highlights(pane->run, &count, &dropped);

    for (uint32_t i = 0; i < count + app->bookmark_count; i++) {
        uint64_t number = i < count ? list[i].number : app->bookmarks[i - count].record;

        if (backwards ? number >= pane->now : number <= pane->now)
            continue;
        if (best == RECORD_NONE || (backwards ? number > best : number < best))
            best = number;
    }
    if (best == RECORD_NONE) {
        app_say(app, true, "no marker %s here", backwards ? "before" : "after");
        return;
    }
    app_go(app, best);
    app_reveal(app, best);
}

/* ---- The view -------------------------------------------------------------------------------- */

static void zoom(struct app *app, double factor)
{
    double at = app->pointer_x >= app->axis.x && app->pointer_x < app->axis.x + app->axis.w
                    ? axis_at(&app->axis, app->pointer_x)
                    : axis_of(app->axis.kind, app_run(app), app_pane(app)->now);

    if (at < app->axis.from || at > app->axis.to)
        at = (app->axis.from + app->axis.to) / 2;
    app_show(app, at - (at - app->axis.from) * factor, at + (app->axis.to - at) * factor);
}

static void pan(struct app *app, double share)
{
    double by = (app->axis.to - app->axis.from) * share;

    app_show(app, app->axis.from + by, app->axis.to + by);
}

static void fit(struct app *app, uint64_t from, uint64_t to)
{
    double begin = axis_of(app->axis.kind, app_run(app), from),
           end = axis_of(app->axis.kind, app_run(app), to), air = (end - begin) * 0.08;

    app_remember(app);
    app_show(app, begin - air, end + air);
}

/* The span of the chosen lane that lies under the playhead, or from its last change to its next. */
static void fit_selection(struct app *app)
{
    struct pane *pane = app_pane(app);
    uint32_t index = recording_segment_of(pane->run, pane->now);
    const struct detail *d = index == SEGMENT_NONE ? NULL : recording_detail(pane->run, index);
    uint32_t lane = app->selected.lane, at;

    if (lane == LANE_NONE || d == NULL || lane >= d->lane_count) {
        app_say(app, true, "no span is chosen: click one");
        return;
    }
    const struct segment *g = recording_segment(pane->run, index);

    at = (uint32_t)(pane->now - g->first);
    for (uint32_t level = LANE_LEVELS; level-- > 0;)
        for (uint32_t i = d->span_from[lane * LANE_LEVELS + level];
             i < d->span_from[lane * LANE_LEVELS + level + 1]; i++)
            if (d->spans[i].begin <= at && d->spans[i].end >= at &&
                d->spans[i].end > d->spans[i].begin) {
                fit(app, g->first + d->spans[i].begin, g->first + d->spans[i].end);
                return;
            }
    app_say(app, true, "this lane has no span here");
}

static void zoom_to_cursors(struct app *app)
{
    if (app->cursor[0] == RECORD_NONE || app->cursor[1] == RECORD_NONE)
        app_say(app, true, "put cursor A (Ctrl+1) and cursor B (Ctrl+2) first");
    else
        fit(app, MIN_OF(app->cursor[0], app->cursor[1]), MAX_OF(app->cursor[0], app->cursor[1]));
}

static void to_place(struct app *app, int direction)
{
    struct place *place;

    if (direction < 0 ? app->history_at == 0 : app->history_at + 1 >= app->history_count) {
        app_say(app, true, "no place %s", direction < 0 ? "before" : "after");
        return;
    }
    if (direction < 0 && app->history_at == app->history_count) {
        app_remember(app); /* To come back to. */
        app->history_at--;
    }
    app->history_at = (uint32_t)((int)app->history_at + direction);
    place = &app->history[app->history_at];
    axis_change(&app->axis, place->kind, app_run(app));
    app_show(app, place->from, place->to);
    app_go(app, place->now);
}

static void next_axis(struct app *app)
{
    struct pane *pane = app_pane(app);
    double here = axis_of(app->axis.kind, pane->run, pane->now);
    bool in_sight = here >= app->axis.from && here <= app->axis.to;

    axis_change(&app->axis, (enum axis_kind)((app->axis.kind + 1) % AXIS_KINDS), pane->run);
    app_show(app, app->axis.from, app->axis.to);
    if (in_sight)
        app_reveal(app, pane->now);
    app_say(app, false, "time axis: %s", axis_names[app->axis.kind]);
}

static void change_speed(struct app *app, int by)
{
    int speed = app->speed + by;

    app->speed = speed < 0 ? 0 : speed >= APP_SPEEDS ? APP_SPEEDS - 1 : speed;
    app_say(app, false, "speed: %s", app_speeds[app->speed].text);
}

static bool change_view(struct app *app, enum command command)
{
    double from, to;

    switch (command) {
    case COMMAND_ZOOM_IN:
        zoom(app, 1 / 1.5);
        return true;
    case COMMAND_ZOOM_OUT:
        zoom(app, 1.5);
        return true;
    case COMMAND_PAN_LEFT:
        pan(app, -0.15);
        return true;
    case COMMAND_PAN_RIGHT:
        pan(app, 0.15);
        return true;
    case COMMAND_FIT_SELECTION:
        fit_selection(app);
        return true;
    case COMMAND_ZOOM_SELECTION:
        zoom_to_cursors(app);
        return true;
    case COMMAND_FIT_ALL:
        app_remember(app);
        axis_whole(app->axis.kind, app_run(app), &from, &to);
        app_show(app, from, to * 1.02);
        return true;
    case COMMAND_AXIS:
        next_axis(app);
        return true;
    case COMMAND_HISTORY_BACK:
        to_place(app, -1);
        return true;
    case COMMAND_HISTORY_FORWARD:
        to_place(app, 1);
        return true;
    case COMMAND_FASTER:
        change_speed(app, 1);
        return true;
    case COMMAND_SLOWER:
        change_speed(app, -1);
        return true;
    default:
        return false;
    }
}

/* ---- Going ----------------------------------------------------------------------------------- */

static void find_again(struct app *app, bool backwards)
{
    struct match match;
    char error[200];

    if (app->find[0] == 0 || !match_parse(&match, app->find, error, sizeof error)) {
        app_say(app, true, "%s", app->find[0] == 0 ? "nothing to find: Ctrl+F" : error);
        return;
    }
    struct recording_query query = match_query(&match, app_pane(app)->now, backwards);

    look_for(app, app->find, &query);
}

static void to_edge(struct app *app, bool end)
{
    app_remember(app);
    app_go(app, end ? UINT64_MAX : 0);
    app_reveal(app, app_pane(app)->now);
}

static bool go_somewhere(struct app *app, enum command command)
{
    switch (command) {
    case COMMAND_NEXT:
        step(app, 1);
        return true;
    case COMMAND_PREVIOUS:
        step(app, -1);
        return true;
    case COMMAND_NEXT_IN_LANE:
    case COMMAND_PREVIOUS_IN_LANE:
        in_lane(app, command == COMMAND_PREVIOUS_IN_LANE);
        return true;
    case COMMAND_TO_CAUSE:
    case COMMAND_TO_EFFECT:
        along_cause(app, command == COMMAND_TO_CAUSE);
        return true;
    case COMMAND_NEXT_SWITCH:
    case COMMAND_PREVIOUS_SWITCH:
        look_for_kind(app, "a context switch", "SWITCH", command == COMMAND_PREVIOUS_SWITCH);
        return true;
    case COMMAND_NEXT_CALL:
    case COMMAND_PREVIOUS_CALL:
        look_for_kind(app, "a kernel call", "SERVICE", command == COMMAND_PREVIOUS_CALL);
        return true;
    case COMMAND_NEXT_MARK:
    case COMMAND_PREVIOUS_MARK:
        to_marker(app, command == COMMAND_PREVIOUS_MARK);
        return true;
    case COMMAND_FIND_NEXT:
    case COMMAND_FIND_PREVIOUS:
        find_again(app, command == COMMAND_FIND_PREVIOUS);
        return true;
    case COMMAND_TO_BEGIN:
    case COMMAND_TO_END:
        to_edge(app, command == COMMAND_TO_END);
        return true;
    case COMMAND_PLAY:
        app->playing = !app->playing;
        app->played_at_ms = 0;
        return true;
    default:
        return false;
    }
}

bool move_do(struct app *app, enum command command)
{
    return change_view(app, command) || go_somewhere(app, command);
}

/* ---- What is typed --------------------------------------------------------------------------- */

/* "#1234" or "1 234 567": a record; "78.5 s": a time; "stop", "end", "begin". */
static bool place_of(const struct app *app, const char *text, uint64_t *number)
{
    const struct recording *run = app_run(app);
    const struct recording_end *end = recording_end(run);
    char digits[32], document[160];
    size_t count = 0;
    bool plain = true;

    if (strcmp(text, "begin") == 0 || strcmp(text, "end") == 0) {
        *number = text[0] == 'b' ? 0 : UINT64_MAX;
        return true;
    }
    if (strcmp(text, "stop") == 0 && end != NULL && end->result.stop.stopped) {
        *number = end->result.stop.record;
        return true;
    }
    for (const char *at = text + (text[0] == '#'); *at != 0; at++) {
        if (isdigit((unsigned char)*at) && count + 1 < sizeof digits)
            digits[count++] = *at;
        else if (*at != ' ')
            plain = false;
    }
    digits[count] = 0;
    if (plain && count > 0) {
        *number = strtoull(digits, NULL, 10);
        return true;
    }
    snprintf(document, sizeof document, "[view]\ntime = %s\n", text);
    struct ini *ini = ini_read_text("time", document, strlen(document));
    sim_time at = 0;
    bool good =
        ini_get_time(ini, "view", "time", 0, UINT64_MAX / 2, &at) && ini_error_count(ini) == 0;

    ini_free(ini);
    if (good)
        *number = recording_number(run, at);
    return good;
}

bool move_understands(const struct app *app, enum dialog_kind kind, const char *text, char *error,
                      size_t error_size)
{
    struct match match;
    uint64_t number;

    if (kind != DIALOG_FIND && place_of(app, text, &number))
        return true;
    if (kind == DIALOG_GO_TO) {
        snprintf(error, error_size, "read \"%s\", meant a time (78.5 s), a record (#1234) or stop",
                 text);
        return false;
    }
    return match_parse(&match, text, error, error_size);
}

void move_accept(struct app *app, enum dialog_kind kind, const char *text)
{
    char error[200];
    uint64_t number;

    if (!move_understands(app, kind, text, error, sizeof error)) {
        app_say(app, true, "%s", error);
        return;
    }
    app_remember(app);
    if (kind != DIALOG_FIND && place_of(app, text, &number)) {
        app_go(app, number);
        app_reveal(app, app_pane(app)->now);
        return;
    }
    snprintf(app->find, sizeof app->find, "%s", text);
    find_again(app, false);
}
