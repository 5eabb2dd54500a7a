/* fate.c - see fate.h. */
#include "ui/timeline/fate.h"
#include "model/words/names.h"
#include "ui/timeline/axis.h"
#include "ui/timeline/keys.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct fate {
    pthread_t thread;
    bool begun, told;
    struct scenario scenario; /* A copy: the pane may be closed meanwhile. */
    struct run_options options;
    struct when when;
    char error[RUN_ERROR_CHARS];
    atomic_bool stop, done;
    void (*wake)(void *ctx);
    void *wake_ctx;
};

/* ---- Asking ---------------------------------------------------------------------------------- */

static void *work(void *context)
{
    struct fate *fate = context;

    if (when_ask(&fate->when, fate->error))
        fate->error[0] = 0;
    atomic_store(&fate->done, true);
    if (fate->wake != NULL)
        fate->wake(fate->wake_ctx);
    return NULL;
}

static void begin(struct app *app, struct pane *pane)
{
    struct fate *fate = calloc(1, sizeof *fate);

    CHECK(fate != NULL);
    pane->fate = fate;
    fate->scenario = *pane->scenario;
    fate->options = (struct run_options){ .signal = &fate->stop };
    fate->when = (struct when){ .options = &fate->options,
                                .scenario = &fate->scenario,
                                .seed = pane->seed,
                                .vary = WHEN_BOTH };
    fate->wake = app->wake;
    fate->wake_ctx = app->wake_ctx;
    fate->begun = pthread_create(&fate->thread, NULL, work, fate) == 0;
    if (!fate->begun) {
        snprintf(fate->error, sizeof fate->error, "this computer has no thread for the futures");
        atomic_store(&fate->done, true);
    }
}

const struct when *fate_of(const struct pane *pane)
{
    const struct fate *fate = pane->fate;

    return fate != NULL && atomic_load(&fate->done) && fate->error[0] == 0 ? &fate->when : NULL;
}

static void tell(struct app *app, const struct when *when)
{
    if (when->no_return.futures == 0)
        app_say(app, false, "at every instant that was asked some future escapes");
    else
        app_say(app, false, "no way back from %.6f s on: 0 of %u futures escape%s",
                (double)when->no_return.at / 1e9, when->no_return.futures,
                when->decision.found ? "; B offers the nearest run that escapes" : "");
}

void fate_ask(struct app *app, int how)
{
    struct pane *pane = app_pane(app);
    const struct when *when = fate_of(pane);

    (void)how;
    if (pane->fate == NULL) {
        begin(app, pane);
        app_say(app, false,
                "asking hundreds of futures: the ruler will show in how many the same is found");
    } else if (when != NULL) {
        tell(app, when);
    } else if (!atomic_load(&pane->fate->done)) {
        app_say(app, false, "the futures are still being run");
    } else {
        app_say(app, true, "%s", pane->fate->error);
    }
}

void fate_advance(struct app *app)
{
    for (uint32_t i = 0; i < app->pane_count; i++) {
        struct fate *fate = app->panes[i].fate;

        if (fate == NULL || fate->told || !atomic_load(&fate->done))
            continue;
        fate->told = true;
        if (fate->error[0] != 0)
            app_say(app, true, "%s", fate->error);
        else
            tell(app, &fate->when);
    }
}

void fate_wait(struct pane *pane)
{
    struct fate *fate = pane->fate;

    if (fate != NULL && fate->begun)
        pthread_join(fate->thread, NULL);
    if (fate != NULL)
        fate->begun = false;
}

void fate_end(struct pane *pane)
{
    if (pane->fate == NULL)
        return;
    atomic_store(&pane->fate->stop, true);
    fate_wait(pane);
    free(pane->fate);
    pane->fate = NULL;
}

bool fate_escape(const struct pane *pane, char *surprises, size_t size)
{
    const struct when *when = fate_of(pane);
    struct choices answers;

    if (when == NULL || !when->decision.found)
        return false;
    when_answer(when, when->decision.other, &answers);
    choices_print(answers.listed, answers.listed_count, choice_names, surprises, size);
    return true;
}

/* ---- The strip ------------------------------------------------------------------------------- */

/* The colour of a chance: from the ground to that of what is bad. */
static uint32_t shade_of(const struct app *app, double chance)
{
    uint32_t from = app->theme->grid_strong, to = app->theme->bad, mixed = 0xff000000u;

    for (int shift = 0; shift < 24; shift += 8) {
        double one = from >> shift & 0xff, other = to >> shift & 0xff;

        mixed |= (uint32_t)(one + (other - one) * chance + 0.5) << shift;
    }
    return mixed;
}

static int pixel_of(struct app *app, sim_time at)
{
    return axis_px(&app->view.axis, axis_of_time(app->view.axis.kind, app_run(app), at));
}

static void paint_no_return(struct app *app, const struct when *when, const struct draw_box *ruler,
                            int height)
{
    int x = pixel_of(app, when->no_return.at);

    if (when->no_return.futures == 0 || x < ruler->x || x > ruler->x + ruler->w)
        return;
    draw_rect(app->list, x - 1, ruler->y, app_px(app, 2), height + app_px(app, 6), app->theme->ink);
    tree_leaf(app->tree, tree_key(KEY_FATE, NULL, WHEN_POINTS_MAX), TREE_MARK, "no way back",
              (struct draw_box){ x - 3, ruler->y, 6, height + app_px(app, 6) }, 0);
    tree_value(app->tree, "from record %llu on 0 of %u futures escape, at most %.1f %%",
               (unsigned long long)when->no_return.record, when->no_return.futures,
               100 * when->bound);
}

void fate_paint(struct app *app, const struct draw_box *ruler)
{
    const struct when *when = fate_of(app_pane(app));
    int height = app_px(app, 4), right = ruler->x + ruler->w;

    for (uint32_t i = 0; when != NULL && i < when->point_count; i++) {
        const struct when_point *point = &when->points[i];
        sim_time next = i + 1 < when->point_count ? when->points[i + 1].at : when->finding.at;
        int x = pixel_of(app, point->at), end = pixel_of(app, next);

        x = MAX_OF(x, ruler->x);
        end = MIN_OF(MAX_OF(end, x + 1), right);
        if (x >= right || end <= ruler->x)
            continue;
        draw_rect(app->list, x, ruler->y, end - x, height, shade_of(app, point->share.point));
        tree_leaf(app->tree, tree_key(KEY_FATE, NULL, i), TREE_MARK, "chance of the finding",
                  (struct draw_box){ x, ruler->y, end - x, height }, 0);
        tree_value(app->tree, "from %.6f s: %u of %u futures, %.2f to %.2f",
                   (double)point->at / 1e9, point->found, point->futures, point->share.low,
                   point->share.high);
    }
    if (when != NULL)
        paint_no_return(app, when, ruler, height);
}
