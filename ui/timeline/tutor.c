/* tutor.c - see tutor.h: the life of a lesson in the window, and the runs its pages show.
 *
 * What is wanted follows from the page and from what was answered (wanted_run). A run that is
 * wanted is made beside the one that is shown and takes its place when it has ended, so the picture
 * does not go away while the whole run is made after an answer. A page that is turned takes its
 * picture away at once: it may show what the next page asks.
 */
#include "ui/timeline/tutor_inside.h"
#include "model/words/builds.h"
#include "ui/run/options.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/looks.h"
#include "ui/timeline/tutor_notes.h"
#include "ui/timeline/tutor_work.h"
#include "ui/timeline/wanted.h"
#include "ui/host/memory_file.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- Asking ---------------------------------------------------------------------------------- */

const struct lesson_page *tutor_page(const struct tutor *tutor)
{
    return tutor->index < tutor->lesson->page_count ? &tutor->lesson->pages[tutor->index] : NULL;
}

bool tutor_is_answered(const struct tutor *tutor)
{
    const struct lesson_page *page = tutor_page(tutor);
    const struct page_score *score = &tutor->score.pages[tutor->index];

    return page == NULL || !page->has_key || score->right || score->revealed;
}

/* The run that the page, as far as it is answered, is to show. */
static struct tutor_run wanted_run(const struct tutor *t)
{
    struct tutor_run run = { .picture = PICTURE_NONE };

    if (t->view == NULL)
        return run;
    run.picture = t->seeing ? PICTURE_OTHER : tutor_is_answered(t) ? PICTURE_WHOLE : PICTURE_CUT;
    run.last = run.picture == PICTURE_CUT ? t->view->at : 0;
    snprintf(run.sets, sizeof run.sets, "%s",
             run.picture == PICTURE_OTHER ? t->view->other_run : t->view->run);
    return run;
}

static bool same_run(const struct tutor_run *one, const struct tutor_run *other)
{
    return one->picture == other->picture && one->last == other->last &&
           strcmp(one->sets, other->sets) == 0;
}

bool tutor_is_working(const struct app *app)
{
    const struct tutor *t = app->tutor;
    struct tutor_run wanted;

    if (t == NULL || t->error[0] != 0 || tutor_page(t) == NULL || tutor_page(t)->requires[0] != 0)
        return false;
    wanted = wanted_run(t);
    return t->view == NULL || t->coming != NULL || !same_run(&wanted, &t->shown_run);
}

bool tutor_keeps_back(const struct app *app)
{
    return app->tutor != NULL && !tutor_is_answered(app->tutor);
}

/* ---- The page's view ------------------------------------------------------------------------- */

/* Writes where a stretch ends: so many records, or so much time, behind a record; or the end of the
 * run in pane 0 if that comes first, for no instant lies behind it. */
static void write_to(const struct app *app, uint64_t record, uint64_t records, sim_time more,
                     char out[80])
{
    struct recording *run = app->panes[0].run;
    uint64_t last;
    sim_time left = 0;

    recording_lock(run);
    last = recording_status(run)->records - 1;
    if (record <= last)
        left = recording_time(run, last) - recording_time(run, record);
    recording_unlock(run);
    if (record > last || records > last - record || more > left)
        snprintf(out, 80, "end");
    else if (records > 0)
        snprintf(out, 80, "#%" PRIu64 " + %" PRIu64 " records", record, records);
    else
        snprintf(out, 80, "#%" PRIu64 " + %" PRIu64 ".%09" PRIu64 " s", record, more / SEC(1),
                 more % SEC(1));
}

/* What the learner sees of the time behind `at`, once he has answered. */
static void write_instants(struct app *app)
{
    struct tutor *t = app->tutor;
    const struct page_view *v = t->view;
    bool whole = t->shown_run.picture == PICTURE_WHOLE, by_record = v->page->axis == LESSON_RECORD;

    snprintf(t->at, sizeof t->at, "#%" PRIu64, v->at);
    snprintf(t->from, sizeof t->from, "#%" PRIu64, v->from);
    write_to(app, v->to, whole && by_record ? MAX_OF((v->to - v->from) / 4, 3u) : 0,
             whole && !by_record ? (v->to_time - v->from_time) / 4 : 0, t->to);
}

static void wish_page(struct app *app, struct options *o)
{
    struct tutor *t = app->tutor;
    const struct page_view *v = t->view;

    write_instants(app);
    o->at = t->at;
    o->given |= OPTION_BIT(AT) | OPTION_BIT(AXIS);
    o->axis = (uint32_t)v->page->axis;
    if (v->from < v->to) {
        o->from = t->from;
        o->to = t->to;
        o->given |= OPTION_BIT(FROM) | OPTION_BIT(TO);
    }
    o->lanes = v->lanes[0] != 0 ? v->lanes : NULL;
    o->select = v->select[0] != 0 ? v->select : NULL;
}

static void wish_other(struct app *app, struct options *o)
{
    struct tutor *t = app->tutor;

    snprintf(t->at, sizeof t->at, "#%" PRIu64, t->view->other_at);
    snprintf(t->from, sizeof t->from, "#%" PRIu64 " - 2 ms", t->view->other_at);
    write_to(app, t->view->other_at, 0, US(500), t->to);
    o->at = t->at;
    o->from = t->from;
    o->to = t->to;
    o->axis = LESSON_RECORD;
    o->given |= OPTION_BIT(AT) | OPTION_BIT(FROM) | OPTION_BIT(TO) | OPTION_BIT(AXIS);
    o->lanes = t->view->lanes[0] != 0 ? t->view->lanes : NULL;
}

/* Gives the page's view, or the other run's, to the picture: shown once the run is there. */
static void place(struct app *app)
{
    static const enum app_screen screens[] = {
        [SHOW_TIMELINE] = SCREEN_TIMELINE,
        [SHOW_STOP] = SCREEN_STOP,
        [SHOW_BOXES] = SCREEN_BOXES,
        [SHOW_TWIN] = SCREEN_TIMELINE,
    };
    struct tutor *t = app->tutor;

    free(app->wish);
    app->wish = calloc(1, sizeof *app->wish);
    CHECK(app->wish != NULL);
    if (t->shown_run.picture == PICTURE_OTHER)
        wish_other(app, &app->wish->options);
    else
        wish_page(app, &app->wish->options);
    app->selected = (struct selection){ .lane = LANE_NONE, .record = RECORD_NONE };
    app->screen =
        t->shown_run.picture == PICTURE_OTHER ? SCREEN_TIMELINE : screens[t->view->page->show];
    app->view.follows = false;
    t->placed = true;
    t->unfolded = false;
    t->version++;
    app->dirty = true;
}

/* ---- Runs ------------------------------------------------------------------------------------ */

static void drop_coming(struct tutor *t)
{
    recording_close(t->coming);
    t->coming = NULL;
    free(t->coming_texts);
    t->coming_texts = NULL;
}

static void refuse(struct tutor *t, const char *why)
{
    snprintf(t->error, sizeof t->error, "%s", why);
    t->version++;
}

/* last: the record behind which it is cut; 0: none. NULL: why tells. */
static struct recording *make_run(const struct app *app, const struct run_options *options,
                                  const char *path, uint64_t last, char why[RUN_ERROR_CHARS])
{
    struct scenario *scenario;
    struct recording *run = NULL;

    snprintf(why, RUN_ERROR_CHARS, "the host has no memory for another run");
    scenario = run_load(options, path, why);
    if (scenario != NULL)
        run = recording_open(&(struct recording_options){ .scenario = scenario,
                                                          .seed = run_seed(options, scenario),
                                                          .segment_records = app->segment_records,
                                                          .last = last,
                                                          .wake = app->wake,
                                                          .wake_ctx = app->wake_ctx });
    free(scenario);
    return run;
}

/* Begins the run that is wanted. */
static void begin(struct app *app, const struct tutor_run *wanted)
{
    struct tutor *t = app->tutor;
    char why[RUN_ERROR_CHARS];

    drop_coming(t);
    t->coming_options = t->options;
    t->coming_run = *wanted;
    t->coming_texts = strdup(wanted->sets);
    CHECK(t->coming_texts != NULL);
    lesson_run_options(t->coming_texts, t->path, &t->coming_options, t->coming_path);
    t->coming = make_run(app, &t->coming_options, t->coming_path, wanted->last, why);
    if (t->coming == NULL)
        refuse(t, why);
}

/* The twin of a page that shows two runs. Before the answer it has what comes before the page's
 * instant: what it does there may be what is asked. */
static void open_twin(struct app *app)
{
    struct tutor *t = app->tutor;
    const struct build *build = build_find(t->lesson->twin);
    struct run_options options = app->panes[0].options;
    char set[64], error[512], why[RUN_ERROR_CHARS];
    struct recording *run;

    if (build == NULL || options.set_count == RUN_SETS_MAX)
        return;
    snprintf(set, sizeof set, "versions.all=%s", build->word);
    options.sets[options.set_count++] = set;
    options.has_seed = true;
    options.seed = app->panes[0].seed;
    app->twins.known = false;
    run = make_run(app, &options, app->panes[0].path,
                   t->shown_run.picture == PICTURE_CUT ? MAX_OF(t->view->at, 2u) - 1 : 0, why);
    if (run == NULL) {
        refuse(t, why);
    } else if (!app_open_run(app, 1, app->panes[0].path, &options, run, error, sizeof error)) {
        recording_close(run);
        refuse(t, error);
    }
    app->active = 0;
}

static bool has_ended(struct recording *run)
{
    bool ended;

    recording_lock(run);
    ended = recording_status(run)->ended;
    recording_unlock(run);
    return ended;
}

/* The run that has come takes the place of the one that is shown. */
static void take_run(struct app *app)
{
    struct tutor *t = app->tutor;
    char error[512];

    if (app_open_run(app, 0, t->coming_path, &t->coming_options, t->coming, error, sizeof error)) {
        t->shown_run = t->coming_run;
        if (t->view->page->show == SHOW_TWIN && t->shown_run.picture != PICTURE_OTHER)
            open_twin(app);
        place(app);
    } else {
        recording_close(t->coming);
        refuse(t, error);
    }
    t->coming = NULL;
    drop_coming(t);
}

/* ---- Frames ---------------------------------------------------------------------------------- */

static void take_page(struct app *app)
{
    struct tutor *t = app->tutor;
    char error[LESSON_ERROR_CHARS];
    struct page_view *view;
    const char *key;

    if (t->view != NULL || t->error[0] != 0 || tutor_page(t) == NULL ||
        !tutor_work_take(t->work, t->index, &view, error, &key))
        return;
    t->view = view;
    t->version++;
    app->dirty = true;
    if (view == NULL) {
        char *said = NULL;
        size_t size = 0;
        FILE *out = memory_file_open(&said, &size);

        CHECK(out != NULL);
        lesson_error(t->lesson, tutor_page(t), key, error);
        lesson_print_errors(t->lesson, out);
        memory_file_close(out);
        said[strcspn(said, "\n")] = 0;
        refuse(t, said);
        free(said);
    }
}

void tutor_advance(struct app *app)
{
    struct tutor *t = app->tutor;
    struct tutor_run wanted;

    if (t == NULL)
        return;
    take_page(app);
    wanted = wanted_run(t);
    if (wanted.picture == PICTURE_NONE || t->error[0] != 0)
        return;
    if (same_run(&wanted, &t->shown_run)) {
        drop_coming(t);
        if (!t->placed)
            place(app);
        return;
    }
    if (t->coming == NULL || !same_run(&wanted, &t->coming_run))
        begin(app, &wanted);
    if (t->coming != NULL && has_ended(t->coming))
        take_run(app);
}

void tutor_settle(struct app *app)
{
    struct tutor *t = app->tutor;

    if (t == NULL || !t->placed || t->unfolded || app->wish != NULL)
        return;
    t->unfolded = tutor_unfold(app);
    t->version += t->unfolded;
    app->dirty = app->dirty || t->unfolded;
}

void tutor_wait(struct app *app)
{
    struct tutor *t = app->tutor;

    if (t == NULL)
        return;
    tutor_work_wait(t->work);
    tutor_advance(app);
    if (t->coming != NULL)
        recording_wait(t->coming);
    tutor_advance(app);
}

/* ---- Pages ----------------------------------------------------------------------------------- */

static void keep(const struct tutor *t)
{
    char path[PLACE_CHARS];
    int error = score_keep(&t->score, t->lesson, t->index, path);

    if (error != 0)
        fprintf(stderr, "exifsim-view: cannot write %s: %s\n", path, strerror(error));
}

void tutor_go(struct app *app, uint32_t index)
{
    struct tutor *t = app->tutor;
    const struct lesson_page *page;
    bool turned = t->index != index;

    t->index = index;
    if (turned && t->keeps)
        keep(t);
    free(app->wish); /* The wish points to the view's texts. */
    app->wish = NULL;
    page_free(t->view);
    t->view = NULL;
    t->error[0] = 0;
    t->seeing = t->placed = t->black = false;
    t->focus_wanted = true;
    t->scroll[0] = t->scroll[1] = (struct sheet_scroll){ 0 };
    field_set(&t->field, "", false);
    t->version++;
    app->dirty = true;
    page = tutor_page(t);
    tutor_notes_turn(t->teacher, t->lesson, index);
    if (page == NULL)
        return;
    t->pages[index].is_hidden = t->presenter && !tutor_is_answered(t);
    t->score.pages[index].asked = page->has_key && page->requires[0] == 0;
    if (page->requires[0] == 0)
        tutor_work_ask(t->work, index);
}

void tutor_replace(struct app *app)
{
    app->tutor->placed = false;
    app->tutor->version++;
    app->dirty = true;
}

/* ---- Life ------------------------------------------------------------------------------------ */

bool tutor_open(struct app *app, const struct options *options, bool keeps)
{
    struct tutor *t = calloc(1, sizeof *t);

    CHECK(t != NULL);
    if (snprintf(t->path, sizeof t->path, "%s", options->lesson) >= (int)sizeof t->path ||
        (t->lesson = lesson_read(t->path, stderr)) == NULL) {
        free(t);
        return false;
    }
    if (options->page > t->lesson->page_count) {
        fprintf(stderr, "exifsim-view: --page %u (expected 1 to %u: the lesson's pages)\n",
                options->page, t->lesson->page_count);
        lesson_free(t->lesson);
        free(t);
        return false;
    }
    tutor_close(app);
    app->tutor = t;
    run_options_copy(&t->options, &options->run);
    t->score.page_count = t->lesson->page_count;
    for (uint32_t i = 0; i < LESSON_PAGES_MAX; i++)
        t->pages[i].chosen = -1;
    t->keeps = keeps;
    t->shown = true;
    t->side_was_open = app->looks.side_open;
    app->looks.side_open = false;
    t->work = tutor_work_begin(t->lesson, &t->options, app->wake, app->wake_ctx);
    CHECK(t->work != NULL);
    if (options->notes)
        t->teacher = tutor_notes_begin();
    t->presenter = options->presenter;
    if (t->presenter && !app->looks.presenter)
        looks_presenter(app, 0);
    if (t->presenter && !(options->given & OPTION_BIT(THEME)))
        app->theme = theme_get(THEME_HIGH_CONTRAST);
    app->toast.text[0] = 0;
    tutor_go(app, options->page > 0 ? options->page - 1 : 0);
    return true;
}

void tutor_close(struct app *app)
{
    struct tutor *t = app->tutor;

    if (t == NULL)
        return;
    app->tutor = NULL;
    if (t->keeps)
        keep(t);
    free(app->wish); /* The wish points to the view's texts. */
    app->wish = NULL;
    app->looks.side_open = t->side_was_open;
    drop_coming(t);
    tutor_work_end(t->work);
    tutor_notes_end(t->teacher);
    page_free(t->view);
    lesson_free(t->lesson);
    run_options_drop(&t->options);
    free(t);
}
