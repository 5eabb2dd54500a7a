/* search.c - see search.h. */
#include "ui/timeline/search.h"
#include "ui/timeline/arrows.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/journey.h"
#include "ui/timeline/match.h"
#include <stdio.h>

static void look_for(struct app *app, const char *what, const struct recording_query *query)
{
    app->find.searching = true;
    app->find.along = RECORD_NONE;
    app->find.backwards = query->backwards;
    snprintf(app->find.what, sizeof app->find.what, "%.60s", what);
    recording_search(app_pane(app)->run, query);
}

static void look_for_kind(struct app *app, const char *what, const char *kind, int direction)
{
    struct recording_query query = match_kind_query(kind, app_pane(app)->now, direction < 0);

    look_for(app, what, &query);
}

void search_switch(struct app *app, int direction)
{
    look_for_kind(app, "a context switch", "SWITCH", direction);
}

void search_call(struct app *app, int direction)
{
    look_for_kind(app, "a kernel call", "SERVICE", direction);
}

/* Without a chosen lane, every record is one of it. */
void search_in_lane(struct app *app, int direction)
{
    struct recording_query query;

    if (app->selected.lane == LANE_NONE || app->selected.pane != app->active) {
        go_step(app, direction);
        return;
    }
    query = match_lane_query(app_run(app), app->selected.lane, app_pane(app)->now, direction < 0);
    look_for(app, "a record of this lane", &query);
}

/* From cause to effect, or back. */
void search_along(struct app *app, int direction)
{
    struct pane *pane = app_pane(app);
    const struct record *r = recording_record(pane->run, pane->now);
    bool to_cause = direction < 0;
    struct recording_query query;
    uint64_t named;

    if (r == NULL) {
        app_say(app, true, "this stretch is still being made again");
        return;
    }
    named = to_cause ? cause_named(r, pane->now) : RECORD_NONE;
    if (named != RECORD_NONE) {
        view_remember(app);
        journey_along(app, pane->now, named);
    } else if (to_cause ? cause_query(r, pane->now, &query) : effect_query(r, pane->now, &query)) {
        view_remember(app);
        look_for(app, to_cause ? "a cause" : "an effect", &query);
        app->find.along = pane->now;
    } else {
        app_say(app, true, "no %s is known of such a record", to_cause ? "cause" : "effect");
    }
}

void search_again(struct app *app, int direction)
{
    struct match match;
    char error[200];

    if (app->find.text[0] == 0 ||
        !match_parse(&match, app_run(app), app->find.text, error, sizeof error)) {
        app_say(app, true, "%s", app->find.text[0] == 0 ? "nothing to find: Ctrl+F" : error);
        return;
    }
    struct recording_query query = match_query(&match, app_pane(app)->now, direction < 0);

    look_for(app, app->find.text, &query);
}

void search_for(struct app *app, const char *condition)
{
    snprintf(app->find.text, sizeof app->find.text, "%s", condition);
    search_again(app, 1);
}

void search_take(struct app *app)
{
    struct pane *pane = app_pane(app);
    uint64_t number;
    enum recording_found found = recording_found(pane->run, &number);

    if (!app->find.searching || found == FOUND_PENDING)
        return;
    app->find.searching = false;
    if (found == FOUND_YES) {
        app->toast.text[0] = 0;
        if (app->find.along != RECORD_NONE) {
            journey_along(app, app->find.along, number);
            return;
        }
        app_go(app, number);
        view_reveal(app, number);
    } else {
        app_say(app, true, "%s: none %s here", app->find.what,
                app->find.backwards ? "before" : "after");
    }
}
