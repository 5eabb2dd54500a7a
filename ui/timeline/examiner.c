/* examiner.c - see examiner.h: the life of a lab in the window, the exam, the runs it shows. */
#include "ui/timeline/examiner.h"
#include "ui/guest/guest.h"
#include "ui/host/files.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/wanted.h"
#include <stdlib.h>
#include <string.h>

enum { TASK_BYTES = 16384 };

/* ---- The exam, on its thread ----------------------------------------------------------------- */

static void tell(void *ctx, enum exam_step step, uint32_t done)
{
    struct examiner *e = ctx;

    pthread_mutex_lock(&e->lock);
    e->step = step;
    e->counted = done;
    memcpy(e->said, e->exam.steps, sizeof e->said);
    pthread_mutex_unlock(&e->lock);
    if (e->wake != NULL)
        e->wake(e->wake_ctx);
}

static void *work(void *ctx)
{
    struct examiner *e = ctx;

    exam_go(&e->exam);
    atomic_store(&e->done, true);
    if (e->wake != NULL)
        e->wake(e->wake_ctx);
    return NULL;
}

bool examiner_asks(const struct app *app)
{
    return app->examiner != NULL && app->examiner->state == EXAMINER_ASKS;
}

static void changed(struct app *app)
{
    struct examiner *e = app->examiner;

    e->focus_wanted = true;
    e->version++;
    app->dirty = true;
}

static struct examiner *opened(struct app *app)
{
    if (app->examiner == NULL)
        app_say(app, true, "no lab is open: exifsim view --lab FOLDER opens one");
    return app->examiner;
}

void examiner_try(struct app *app, int how)
{
    struct examiner *e = opened(app);

    (void)how;
    if (e == NULL)
        return;
    if (e->state == EXAMINER_ASKS) {
        app_say(app, true, "the exam is under way: E ends it");
        return;
    }
    exam_free(&e->exam);
    e->exam = (struct exam){
        .lab = &e->lab, .folder = e->folder, .signal = &e->stop, .progress = tell, .ctx = e
    };
    atomic_store(&e->stop, false);
    atomic_store(&e->done, false);
    memset(e->said, 0, sizeof e->said);
    e->step = EXAM_BUILDS;
    e->counted = 0;
    if (pthread_create(&e->thread, NULL, work, e) != 0) {
        app_say(app, true, "this computer has no thread for the exam");
        return;
    }
    e->state = EXAMINER_ASKS;
    e->scroll.offset = 0;
    changed(app);
}

void examiner_end(struct app *app, int how)
{
    struct examiner *e = opened(app);

    (void)how;
    if (e == NULL)
        return;
    if (e->state == EXAMINER_ASKS)
        atomic_store(&e->stop, true);
    else
        app_say(app, true, "no exam is under way: T tries the driver");
    app->dirty = true;
}

void examiner_pane(struct app *app, int how)
{
    struct examiner *e = opened(app);

    (void)how;
    if (e == NULL)
        return;
    e->hidden = !e->hidden;
    changed(app);
    e->focus_wanted = !e->hidden;
}

/* ---- What is shown --------------------------------------------------------------------------- */

/* Shows the end of a run that refutes the driver: its last steps, up to the stop. */
static void wish_for_the_end(struct app *app)
{
    const struct examiner *e = app->examiner;
    bool stopped = e->exam.finding.kind == FINDING_STOP;
    struct options *options;

    free(app->wish);
    app->wish = calloc(1, sizeof *app->wish);
    CHECK(app->wish != NULL);
    options = &app->wish->options;
    options->at = stopped ? "stop" : "end";
    options->from = stopped ? "stop - 60 records" : "end - 60 records";
    options->to = options->at;
    options->axis = AXIS_RECORD;
    options->given = OPTION_BIT(AT) | OPTION_BIT(FROM) | OPTION_BIT(TO) | OPTION_BIT(AXIS);
    app->screen = SCREEN_TIMELINE;
    app->view.follows = false;
}

/* Opens a run of the student's driver. */
static bool show(struct app *app, const char *path, char error[RUN_ERROR_CHARS])
{
    const struct run_options options = { .trust = true };

    return app_open(app, 0, path, &options, error, RUN_ERROR_CHARS);
}

/* The lab's own run, as the student's folder has it. */
static void show_own(struct app *app)
{
    struct examiner *e = app->examiner;
    char path[PLACE_CHARS + 8];

    snprintf(path, sizeof path, "%s/lab.ini", e->folder);
    e->kept[0] = 0;
    if (show(app, path, e->opened))
        e->opened[0] = 0;
}

static void take_answer(struct app *app)
{
    struct examiner *e = app->examiner;
    char path[PLACE_CHARS], why[RUN_ERROR_CHARS];
    int error;
    enum exam_kept kept = exam_keep(&e->exam, path, &error);

    e->state = EXAMINER_SAYS;
    e->hidden = false;
    app->toast.text[0] = 0; /* What was said of the exam under way is over. */
    changed(app);
    if (kept == EXAM_NOT_KEPT) {
        app_say(app, true, "cannot write %s: %s", path, strerror(error));
    } else if (kept == EXAM_KEPT && !show(app, path, why)) {
        app_say(app, true, "%s", why);
    } else if (kept == EXAM_KEPT) {
        snprintf(e->kept, sizeof e->kept, "%s", path);
        wish_for_the_end(app);
    } else if (e->exam.verdict != EXAM_UNKNOWN) {
        show_own(app); /* With the driver as it is now. */
    }
}

void examiner_advance(struct app *app)
{
    struct examiner *e = app->examiner;

    if (!examiner_asks(app) || !atomic_load(&e->done))
        return;
    pthread_join(e->thread, NULL);
    take_answer(app);
}

void examiner_wait(struct app *app)
{
    struct examiner *e = app->examiner;

    if (!examiner_asks(app))
        return;
    pthread_join(e->thread, NULL);
    take_answer(app);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

bool examiner_key(struct app *app, const char *key)
{
    if (app->examiner == NULL)
        return false;
    if (strcmp(key, "F2") == 0) {
        examiner_pane(app, 0);
        return true;
    }
    if (!sheet_has_focus(app, KEY_LAB))
        return false;
    if (strcmp(key, "T") == 0)
        examiner_try(app, 0);
    else if (strcmp(key, "E") == 0)
        examiner_end(app, 0);
    else
        return sheet_scroll_key(app, &app->examiner->scroll, app->examiner->box, key);
    return true;
}

bool examiner_wheel(struct app *app, int x, int y, int dy)
{
    struct examiner *e = app->examiner;

    return e != NULL && e->box.w > 0 && sheet_wheel(&e->scroll, e->box, x, y, dy);
}

/* ---- Life ------------------------------------------------------------------------------------ */

/* The task as the student's folder has it; else as the lab brings it. */
static char *read_task(const char *folder, const char *lab_folder)
{
    const char *const folders[] = { folder, lab_folder };
    char *text = calloc(1, TASK_BYTES + 1), path[PLACE_CHARS + 16];

    CHECK(text != NULL);
    for (size_t i = 0; i < ARRAY_LEN(folders) && text[0] == 0; i++) {
        snprintf(path, sizeof path, "%s/TASK.md", folders[i]);
        FILE *in = file_look(path).kind == FILE_REGULAR ? file_open(path, "rb") : NULL;

        if (in == NULL)
            continue;
        text[fread(text, 1, TASK_BYTES, in)] = 0;
        fclose(in);
    }
    return text;
}

/* False, and said: the folder has no such file. */
static bool has_file(const char *folder, const char *name)
{
    char path[PLACE_CHARS + 16];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (file_look(path).kind == FILE_REGULAR)
        return true;
    fprintf(stderr,
            "exifsim-view: %s: no such file (expected a folder that `exifsim new lab` made)\n",
            path);
    return false;
}

bool examiner_open(struct app *app, const char *folder)
{
    struct examiner *e = calloc(1, sizeof *e);
    char name[LAB_NAME_CHARS];

    CHECK(e != NULL);
    snprintf(e->folder, sizeof e->folder, "%s", folder);
    if (!has_file(folder, "lab.ini") || !has_file(folder, "driver.c") ||
        !lab_of_folder(folder, name, stderr) || !lab_find(name, &e->lab, stderr)) {
        free(e);
        return false;
    }
    guest_trust(); /* The folder was named to have its code run. */
    e->task = read_task(folder, e->lab.folder);
    e->wake = app->wake;
    e->wake_ctx = app->wake_ctx;
    e->focus_wanted = true;
    pthread_mutex_init(&e->lock, NULL);
    app->examiner = e;
    app->looks.side_open = false;
    show_own(app);
    return true;
}

void examiner_close(struct app *app)
{
    struct examiner *e = app->examiner;

    if (e == NULL)
        return;
    app->examiner = NULL;
    if (e->state == EXAMINER_ASKS) {
        atomic_store(&e->stop, true);
        pthread_join(e->thread, NULL);
    }
    pthread_mutex_destroy(&e->lock);
    exam_free(&e->exam);
    free(e->task);
    free(e);
}
