/* go.c - see go.h; and the steps and edges that need no typing. */
#include "ui/timeline/go.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/match.h"
#include <stdio.h>

void go_step(struct app *app, int direction)
{
    struct pane *pane = app_pane(app);

    if (direction < 0 && pane->now == 0)
        return;
    app_go(app, direction < 0 ? pane->now - 1 : pane->now + 1);
    view_reveal(app, pane->now);
}

/* The first record, or the last. */
void go_to_edge(struct app *app, int direction) { app_visit(app, direction < 0 ? 0 : UINT64_MAX); }

bool go_understands(const struct app *app, enum dialog_kind kind, const char *text, char *error,
                    size_t error_size)
{
    struct match match;
    struct anchor anchor;

    if (kind != DIALOG_FIND && kind != DIALOG_RECORDS &&
        anchor_parse(&anchor, text, error, error_size))
        return true;
    if (kind == DIALOG_GO_TO)
        return false;
    return match_parse(&match, app_run(app), text, error, error_size);
}

void go_on(struct app *app)
{
    char error[ANCHOR_ERROR] = "";
    uint64_t number;
    enum recording_found found =
        anchor_find(app_pane(app)->run, twins_other(app), &app->go, &number, error, sizeof error);

    if (found == FOUND_PENDING)
        return;
    app->going = false;
    if (found == FOUND_YES)
        app_visit(app, number);
    else
        app_say(app, true, "%s: %s", app->go.text, error);
}

void go_where(struct app *app, enum dialog_kind kind, const char *text)
{
    char error[200];
    struct anchor anchor;

    if (!go_understands(app, kind, text, error, sizeof error)) {
        app_say(app, true, "%s", error);
    } else if (kind != DIALOG_FIND && anchor_parse(&anchor, text, error, sizeof error)) {
        app->go = anchor;
        app->going = true;
        go_on(app);
    } else {
        view_remember(app);
        search_for(app, text);
    }
}
