/* twins.c - see twins.h. */
#include "ui/timeline/twins.h"
#include "model/words/builds.h"
#include "ui/timeline/commands.h"
#include <stdio.h>

bool twins_open(struct app *app, const char *path, const char *const *sets, uint32_t set_count,
                const char *surprises, char *error, size_t error_size)
{
    struct run_options options = app->panes[0].options;

    if (options.set_count + set_count > RUN_SETS_MAX) {
        snprintf(error, error_size, "this run has too many changes for another branch");
        return false;
    }
    options.has_seed = true;
    options.seed = app->panes[0].seed;
    options.surprises = surprises;
    for (uint32_t i = 0; i < set_count; i++)
        options.sets[options.set_count++] = sets[i];
    app->twins.known = false;
    return app_open(app, 1, path, &options, error, error_size);
}

/* The other files, or no twin any more. */
void twins_toggle(struct app *app, int how)
{
    struct pane *pane = &app->panes[0];
    const struct build *driver = build_find(pane->scenario->set.versions[FILE_EXIFS]);
    const struct build *other =
        &builds[driver->image == BUILD_IMAGE_NEW ? BUILD_SP2 : BUILD_HOTFIX];
    char error[512], set[64];
    const char *sets[] = { set };

    (void)how;
    if (app->pane_count == 2) {
        app_close_pane(app, 1);
        app->toast.text[0] = 0; /* What was said of the twin is over. */
        return;
    }
    snprintf(set, sizeof set, "versions.all=%s", other->word);
    if (!twins_open(app, pane->path, sets, 1, pane->options.surprises, error, sizeof error)) {
        app_say(app, true, "%s", error);
        return;
    }
    app->active = 0;
    app_say(app, false, "the same seed with %s; Shift+X goes to the first difference",
            app->panes[1].label);
}

void twins_swap(struct app *app, int how)
{
    (void)how;
    if (app->pane_count < 2) {
        app_say(app, true, "there is no twin: X opens one");
        return;
    }
    app->active = (app->active + 1) % app->pane_count;
}

void twins_go_to_difference(struct app *app, int how)
{
    (void)how;
    if (app->pane_count < 2)
        app_say(app, true, "there is no twin: X opens one");
    else if (!app->twins.known)
        app_say(app, true, "no difference so far; the twins are still being computed");
    else
        app_visit(app, app->twins.difference);
}

void twins_follow(struct app *app)
{
    for (uint32_t i = 0; i < app->pane_count; i++) {
        struct pane *pane = &app->panes[i];
        const struct recording *run = app_run(app);

        if (i == app->active || recording_status(pane->run)->records == 0)
            continue;
        pane->now = app->panes[app->active].now;
        if (app->twins.known && pane->now >= app->twins.difference)
            pane->now = recording_number(pane->run, recording_time(run, app_pane(app)->now));
        pane->now = MIN_OF(pane->now, recording_status(pane->run)->records - 1);
    }
}

struct recording *twins_other(const struct app *app)
{
    return app->pane_count < 2 ? NULL : app->panes[1 - app->active].run;
}

static bool is_cut_before(const struct app *app, uint64_t record)
{
    for (uint32_t i = 0; i < app->pane_count; i++) {
        const struct recording_status *status = recording_status(app->panes[i].run);

        if (status->cut && record >= status->records)
            return true;
    }
    return false;
}

void twins_compare(struct app *app)
{
    if (app->pane_count < 2 || app->twins.known)
        return;
    /* Runs that are cut part behind their last records, if at all. */
    app->twins.known = recording_difference(app->panes[0].run, app->panes[1].run,
                                            &app->twins.difference) != FOUND_PENDING &&
                       !is_cut_before(app, app->twins.difference);
}
