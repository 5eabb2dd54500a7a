/* quizzer.c - see quizzer.h: the life of a quiz in the window, the thread that makes its questions,
 * what a person does.
 */
#include "ui/timeline/quizzer.h"
#include "ui/guard/guard.h"
#include "ui/host/grow.h"
#include "ui/run/supplied.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/sheet_buttons.h"
#include "ui/timeline/wanted.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SEEN_BEFORE = 60 }; /* Records before an instant that "See it" shows. */

/* ---- The form, on its thread ----------------------------------------------------------------- */

static void tell(void *ctx, uint32_t count)
{
    struct quizzer *q = ctx;

    pthread_mutex_lock(&q->lock);
    q->made = count;
    pthread_mutex_unlock(&q->lock);
    if (q->wake != NULL)
        q->wake(q->wake_ctx);
}

static void fill(void *ctx)
{
    struct quizzer *q = ctx;
    struct quiz *quiz =
        quiz_new(&q->options, q->form->seed, (const char *const *)q->paths, q->path_count);

    q->end = quiz_form_fill(q->form, quiz, tell, q);
    quiz_free(quiz);
}

static void *work(void *ctx)
{
    struct quizzer *q = ctx;
    struct guard guard;

    guard_enter(&guard);
    if (!guard_call(fill, q, q->broken, sizeof q->broken) && q->broken[0] == 0)
        snprintf(q->broken, sizeof q->broken, "unknown");
    guard_leave(&guard);
    pthread_mutex_lock(&q->lock);
    q->done = true;
    pthread_mutex_unlock(&q->lock);
    if (q->wake != NULL)
        q->wake(q->wake_ctx);
    return NULL;
}

/* ---- What is at hand ------------------------------------------------------------------------- */

enum quizzer_state quizzer_state(const struct quizzer *q)
{
    return q->index < q->count ? QUIZZER_ASKS : q->making ? QUIZZER_MAKES : QUIZZER_OVER;
}

uint32_t quizzer_total(const struct quizzer *q) { return q->making ? q->form->most : q->count; }

uint32_t quizzer_right(const struct quizzer *q, uint32_t *answered)
{
    uint32_t right = 0;

    *answered = 0;
    for (uint32_t i = 0; i < q->count; i++) {
        *answered += q->chosen[i] != 0;
        right += q->chosen[i] == q->form->questions[i].right + 1;
    }
    return right;
}

static void changed(struct app *app)
{
    app->quizzer->focus_wanted = true;
    app->quizzer->version++;
    app->dirty = true;
}

void quizzer_advance(struct app *app)
{
    struct quizzer *q = app->quizzer;
    enum quizzer_state before;
    uint32_t made;
    bool done;

    if (q == NULL || !q->making)
        return;
    before = quizzer_state(q);
    pthread_mutex_lock(&q->lock);
    made = q->made;
    done = q->done;
    pthread_mutex_unlock(&q->lock);
    if (done) {
        pthread_join(q->thread, NULL);
        q->making = false;
    }
    if (made == q->count && !done)
        return;
    q->count = made;
    q->version++;
    app->dirty = true;
    q->focus_wanted = q->focus_wanted || before != quizzer_state(q);
}

void quizzer_wait(struct app *app)
{
    struct quizzer *q = app->quizzer;

    if (q == NULL || !q->making)
        return;
    pthread_join(q->thread, NULL);
    q->making = false;
    q->count = q->made;
    changed(app);
}

/* ---- What a person does ---------------------------------------------------------------------- */

static struct quizzer *opened(struct app *app)
{
    if (app->quizzer == NULL)
        app_say(app, true, "no quiz is open: \"Quiz on this run\" begins one");
    return app->quizzer;
}

static bool is_answered(const struct quizzer *q)
{
    return quizzer_state(q) == QUIZZER_ASKS && q->chosen[q->index] != 0;
}

void quizzer_answer(struct app *app, uint32_t option)
{
    struct quizzer *q = app->quizzer;

    if (q == NULL || quizzer_state(q) != QUIZZER_ASKS || is_answered(q) ||
        option >= q->form->questions[q->index].option_count)
        return;
    q->chosen[q->index] = (uint8_t)(option + 1);
    changed(app);
}

void quizzer_next(struct app *app, int how)
{
    struct quizzer *q = opened(app);

    (void)how;
    if (q == NULL)
        return;
    if (!is_answered(q)) {
        app_say(app, true,
                quizzer_state(q) == QUIZZER_ASKS    ? "the question is not answered yet"
                : quizzer_state(q) == QUIZZER_MAKES ? "the next question is being made"
                                                    : "the quiz is over");
        return;
    }
    q->index++;
    q->scroll.offset = 0;
    changed(app);
}

void quizzer_pane(struct app *app, int how)
{
    struct quizzer *q = opened(app);

    (void)how;
    if (q == NULL)
        return;
    q->hidden = !q->hidden;
    changed(app);
    q->focus_wanted = !q->hidden;
}

/* ---- The run of a question ------------------------------------------------------------------- */

struct asked_run {
    struct run_options options;
    char path[RUNS_PATH_CHARS];
    char *texts; /* Pieces that the options point to. */
};

/* Free its texts with free. */
static void run_of(const struct quizzer *q, const struct quiz_question *question,
                   struct asked_run *out)
{
    out->options = q->options;
    out->options.signal = NULL;
    out->texts = strdup(question->sets);
    CHECK(out->texts != NULL);
    lesson_run_options(out->texts, question->scenario, &out->options, out->path);
    out->options.has_seed = true;
    out->options.seed = question->seed;
}

static bool is_same(const struct pane *pane, const struct asked_run *run)
{
    const struct run_options *a = &pane->options, *b = &run->options;
    const char *one = a->surprises != NULL ? a->surprises : "",
               *other = b->surprises != NULL ? b->surprises : "";
    bool same = pane->seed == b->seed && a->set_count == b->set_count && strcmp(one, other) == 0 &&
                strcmp(pane->path, run->path) == 0;

    for (uint32_t i = 0; same && i < a->set_count; i++)
        same = strcmp(a->sets[i], b->sets[i]) == 0;
    return same;
}

/* The pane that has the run; the count of panes: none. */
static uint32_t pane_with(const struct app *app, const struct asked_run *run)
{
    uint32_t i = 0;

    while (i < app->pane_count && !is_same(&app->panes[i], run))
        i++;
    return i;
}

bool quizzer_shows_run(const struct app *app)
{
    const struct quizzer *q = app->quizzer;
    struct asked_run run;
    bool shown;

    run_of(q, &q->form->questions[q->index], &run);
    shown = pane_with(app, &run) < app->pane_count;
    free(run.texts);
    return shown;
}

/* Asks for the instant of a question. */
static void wish(struct app *app, const struct quiz_question *question)
{
    struct quizzer *q = app->quizzer;

    free(app->wish);
    app->wish = calloc(1, sizeof *app->wish);
    CHECK(app->wish != NULL);
    snprintf(q->at, sizeof q->at, "#%" PRIu64, question->record);
    app->wish->options.at = q->at;
    app->wish->options.given = OPTION_BIT(AT);
    app->view.follows = false;
    q->seeing = true;
}

void quizzer_see(struct app *app, int how)
{
    struct quizzer *q = opened(app);
    const struct quiz_question *question;
    char error[RUN_ERROR_CHARS];
    struct asked_run run;
    uint32_t which;
    bool good = true;

    (void)how;
    if (q == NULL)
        return;
    if (!is_answered(q)) {
        app_say(app, true, "there is nothing to see yet: an answer leads there");
        return;
    }
    question = &q->form->questions[q->index];
    run_of(q, question, &run);
    which = pane_with(app, &run);
    if (which < app->pane_count) {
        app_lock(app);
        view_remember(app);
        app_unlock(app);
        app->active = which;
    } else {
        good = app_open(app, 0, run.path, &run.options, error, sizeof error);
    }
    free(run.texts);
    app->screen = question->has_instant ? SCREEN_TIMELINE : SCREEN_STOP;
    if (!good)
        app_say(app, true, "%s", error);
    else if (question->has_instant)
        wish(app, question);
    q->version++;
    app->dirty = true;
}

void quizzer_settle(struct app *app)
{
    struct quizzer *q = app->quizzer;
    const enum axis_kind kind = app->view.axis.kind;
    struct pane *pane = app_pane(app);
    const struct record *record;
    double from, at;
    uint32_t lane;

    if (q == NULL || !q->seeing || app->wish != NULL || !app->view.ready)
        return;
    record = recording_record(pane->run, pane->now);
    if (record == NULL) /* The details around it come later. */
        return;
    q->seeing = false;
    lane = record->thread != 0
               ? lanes_thread_by_id(recording_lanes(pane->run), record->thread, pane->now)
               : LANE_NONE;
    if (lane != LANE_NONE)
        app_select(app, app->active, lane, RECORD_NONE);
    at = axis_of(kind, pane->run, pane->now);
    from = axis_of(kind, pane->run, pane->now > SEEN_BEFORE ? pane->now - SEEN_BEFORE : 0);
    view_show(app, from, at + MAX_OF((at - from) / 6, 1.0)); /* Air, as behind a stop. */
    q->version++;
    app->dirty = true;
}

/* ---- Keys ------------------------------------------------------------------------------------ */

/* Arrows go from option to option. */
static bool move(struct app *app, const char *key)
{
    const struct quizzer *q = app->quizzer;
    const struct tree_node *node = tree_focus(app->tree);
    uint32_t count, i = 0;
    bool up = strcmp(key, "Up") == 0;

    if (quizzer_state(q) != QUIZZER_ASKS || is_answered(q) || node == NULL ||
        (!up && strcmp(key, "Down") != 0))
        return false;
    count = q->form->questions[q->index].option_count;
    while (i < count && q->options_at[i] != node->key)
        i++;
    if (i == count)
        return false;
    if (up ? i > 0 : i + 1 < count)
        tree_focus_key(app->tree, q->options_at[up ? i - 1 : i + 1]);
    return true;
}

bool quizzer_key(struct app *app, const char *key)
{
    struct quizzer *q = app->quizzer;
    int option;

    if (q == NULL)
        return false;
    if (strcmp(key, "F2") == 0) {
        quizzer_pane(app, 0);
        return true;
    }
    if (!sheet_has_focus(app, KEY_QUIZ))
        return false;
    if (strcmp(key, "N") == 0) {
        quizzer_next(app, 0);
        return true;
    }
    if (strcmp(key, "S") == 0) {
        quizzer_see(app, 0);
        return true;
    }
    if (strcmp(key, "R") == 0 && quizzer_state(q) == QUIZZER_OVER) {
        quizzer_again(app, 0);
        return true;
    }
    option = quizzer_state(q) == QUIZZER_ASKS && !is_answered(q)
                 ? sheet_offer_of_key(key, q->form->questions[q->index].option_count)
                 : -1;
    if (option >= 0)
        quizzer_answer(app, (uint32_t)option);
    return option >= 0 || move(app, key) || sheet_scroll_key(app, &q->scroll, q->box, key);
}

bool quizzer_escape(struct app *app, bool focused)
{
    if (app->quizzer == NULL || (focused && !sheet_has_focus(app, KEY_QUIZ)))
        return false;
    quizzer_end(app, 0);
    return true;
}

bool quizzer_wheel(struct app *app, int x, int y, int dy)
{
    struct quizzer *q = app->quizzer;

    return q != NULL && q->box.w > 0 && sheet_wheel(&q->scroll, q->box, x, y, dy);
}

/* ---- Life ------------------------------------------------------------------------------------ */

/* Takes over the form. False, and said: this computer has no thread. */
static bool begin(struct app *app, const struct run_options *options, const char *const *paths,
                  uint32_t count, struct quiz_form *form)
{
    struct quizzer *q = calloc(1, sizeof *q);

    CHECK(q != NULL);
    run_options_copy(&q->options, options);
    q->options.signal = &q->stop;
    q->paths = grow_new(count * sizeof *q->paths);
    q->path_count = count;
    for (uint32_t i = 0; i < count; i++) {
        q->paths[i] = strdup(paths[i]);
        CHECK(q->paths[i] != NULL);
    }
    q->form = form;
    q->chosen = grow_new(form->most * sizeof *q->chosen);
    q->wake = app->wake;
    q->wake_ctx = app->wake_ctx;
    q->focus_wanted = true;
    pthread_mutex_init(&q->lock, NULL);
    quizzer_close(app);
    q->side_was_open = app->looks.side_open;
    app->quizzer = q;
    app->looks.side_open = false;
    app->dirty = true;
    q->making = pthread_create(&q->thread, NULL, work, q) == 0;
    if (q->making)
        return true;
    app_say(app, true, "this computer has no thread for the questions");
    quizzer_close(app);
    return false;
}

void quizzer_begin(struct app *app, int how)
{
    const struct pane *pane = app_pane(app);
    const char *const path = pane->path;
    struct run_options options = pane->options;

    (void)how;
    if (app->tutor != NULL || app->player != NULL || app->examiner != NULL) {
        app_say(app, true, "a lesson, a level or a lab has the place of a quiz");
        return;
    }
    if (options.surprises != NULL) {
        app_say(app, true, "a run with forced choices asks nothing: quiz on the run without them");
        return;
    }
    options.has_seed = true;
    options.seed = pane->seed;
    begin(app, &options, &path, 1, quiz_form_new(pane->seed, QUIZ_TYPES, QUIZ_QUESTIONS_USUAL));
}

void quizzer_again(struct app *app, int how)
{
    const struct quizzer *q = opened(app);

    (void)how;
    if (q != NULL)
        begin(app, &q->options, (const char *const *)q->paths, q->path_count,
              quiz_form_new(q->form->seed + 1, q->form->kind, q->form->most));
}

/* All scenarios of the pool can be read. *seed: of the first one's run. */
static bool can_read(const struct run_options *options, const char *const *paths, uint32_t count,
                     uint64_t *seed)
{
    char error[RUN_ERROR_CHARS];

    for (uint32_t i = 0; i < count; i++) {
        struct scenario *scenario = run_load(options, paths[i], error);

        if (scenario == NULL)
            return false;
        if (i == 0)
            *seed = scenario->has_seed ? scenario->seed : 1;
        free(scenario);
    }
    return true;
}

bool quizzer_open(struct app *app, const struct options *options)
{
    struct run_options runs = options->run, shown;
    uint32_t count = MAX_OF(options->path_count, 1u);
    const char *const *paths = options->paths;
    char usual[PLACE_CHARS], error[RUN_ERROR_CHARS];
    const char *const usual_path = usual;
    enum quiz_kind kind;
    uint64_t seed;

    if (options->path_count == 0) {
        snprintf(usual, sizeof usual, "%s", supplied_path("kb908674"));
        paths = &usual_path;
    }
    runs.has_seed = false; /* The seed is the form's, not the runs'. */
    if (!quiz_type_wanted(PROGRAM_VIEW, options->type, &kind) ||
        !can_read(&runs, paths, count, &seed))
        return false;
    shown = runs;
    shown.has_seed = true;
    shown.seed = seed;
    if (!app_open(app, 0, paths[0], &shown, error, sizeof error)) {
        fprintf(stderr, "exifsim-view: %s\n", error);
        return false;
    }
    return begin(
        app, &runs, paths, count,
        quiz_form_new(options->run.has_seed ? options->run.seed : seed, kind,
                      options->given & OPTION_BIT(RUNS) ? options->runs : QUIZ_QUESTIONS_USUAL));
}

void quizzer_end(struct app *app, int how)
{
    struct quizzer *q = opened(app);
    uint32_t answered, right;

    (void)how;
    if (q == NULL)
        return;
    right = quizzer_right(q, &answered);
    quizzer_close(app);
    if (answered > 0)
        app_say(app, false, "the quiz is closed: %u of %u right", right, answered);
    app->dirty = true;
}

void quizzer_close(struct app *app)
{
    struct quizzer *q = app->quizzer;

    if (q == NULL)
        return;
    app->quizzer = NULL;
    if (q->making) {
        atomic_store(&q->stop, true);
        pthread_join(q->thread, NULL);
    }
    if (app->wish != NULL && app->wish->options.at == q->at) { /* The text goes. */
        free(app->wish);
        app->wish = NULL;
    }
    app->looks.side_open = q->side_was_open;
    pthread_mutex_destroy(&q->lock);
    quiz_form_free(q->form);
    run_options_drop(&q->options);
    for (uint32_t i = 0; i < q->path_count; i++)
        free(q->paths[i]);
    free(q->paths);
    free(q->chosen);
    free(q);
}
