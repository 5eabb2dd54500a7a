/* opening.c - see opening.h. */
#include "ui/timeline/opening.h"
#include "ui/run/supplied.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/examiner.h"
#include "ui/timeline/player.h"
#include "ui/timeline/quizzer.h"
#include "ui/timeline/render.h"
#include "ui/timeline/tutor.h"
#include "ui/timeline/wanted.h"
#include <stdio.h>
#include <stdlib.h>

bool opening_do(struct app *app, const struct options *o, struct settings *settings,
                struct opening *out)
{
    *out = (struct opening){ .failed = false };
    app->settings = settings;
    if (o->path_count > 0)
        snprintf(out->path, sizeof out->path, "%s", o->paths[0]);
    if (o->lesson == NULL && o->game == NULL && o->lab == NULL && !o->quiz &&
        (o->path_count > 0 || supplied_find("kb908674", out->path)) &&
        !render_open(app, o, out->path, out->error, sizeof out->error)) {
        dialog_open(app, DIALOG_ERROR, out->error);
        out->failed = true;
    }
    /* Lessons, levels, labs and quizzes, which open their runs below, have their own words. */
    app->looks.hint = !settings->hint_seen && app->pane_count > 0 && !wanted_any(o);
    settings_apply(settings, app);
    if (o->lesson != NULL && !tutor_open(app, o, true))
        return false;
    if (o->game != NULL && !player_open(app, o, true))
        return false;
    if (o->lab != NULL && !examiner_open(app, o->lab))
        return false;
    if (o->quiz && !quizzer_open(app, o))
        return false;
    if (app->pane_count > 0 && wanted_any(o)) {
        app->wish = calloc(1, sizeof *app->wish);
        CHECK(app->wish != NULL);
        app->wish->options = *o;
    }
    return true;
}

void opening_close(struct app *app)
{
    tutor_close(app);
    player_close(app);
    examiner_close(app);
    quizzer_close(app);
}
