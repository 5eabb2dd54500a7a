/* render.c - see render.h. */
#include "ui/timeline/render.h"
#include "model/words/builds.h"
#include "ui/host/whole_file.h"
#include "ui/run/exits.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/match.h"
#include "ui/timeline/shot.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FRAMES_MAX = 36000 };

static bool given(const struct options *o, enum option_id id) { return o->given >> id & 1; }

/* ---- Opening --------------------------------------------------------------------------------- */

struct app *render_app(const struct options *o, const struct theme *theme, int percent)
{
    char error[512];
    struct draw_fonts *fonts = draw_fonts_open(percent, o->font, o->mono_font, error, sizeof error);

    if (fonts != NULL)
        return app_new(fonts, theme, percent);
    fprintf(stderr, "exifsim-view: %s\n", error);
    return NULL;
}

static bool open_twin(struct app *app, const struct options *o, char *error, size_t error_size)
{
    const struct build *build = build_find(o->twin);
    const char *path = build != NULL ? app->panes[0].path : o->twin;
    char set[64];
    const char *sets[] = { set };

    if (build != NULL)
        snprintf(set, sizeof set, "versions.all=%s", build->word);
    if (!twins_open(app, path, sets, build != NULL, app->panes[0].options.surprises, error,
                    error_size))
        return false;
    app->active = 0;
    return true;
}

bool render_open(struct app *app, const struct options *o, const char *path, char *error,
                 size_t error_size)
{
    size_t length = strlen(path);

    if (length > 3 && strcmp(path + length - 3, ".db") == 0) {
        if (!curve_view_open(app, path, error, error_size))
            return false;
        app->screen = SCREEN_CURVE;
        return true;
    }
    return app_open(app, 0, path, &o->run, error, error_size) &&
           (o->twin == NULL || open_twin(app, o, error, error_size));
}

/* ---- What is shown --------------------------------------------------------------------------- */

static bool holds_one_of(const struct recording *run, uint32_t lane, const char *list)
{
    char word[128];

    while (*list != 0) {
        size_t length = strcspn(list, ",");

        snprintf(word, sizeof word, "%.*s", (int)MIN_OF(length, sizeof word - 1), list);
        if (length > 0 && match_lane(run, lane, word))
            return true;
        list += length + (list[length] == ',');
    }
    return false;
}

/* Hides all other lanes. A thread brings its process with it. False: none is called that. */
static bool only_lanes(struct pane *pane, const char *list)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    uint32_t count = lanes_count(lanes), hits = 0;

    for (uint32_t i = 0; i < count; i++)
        rows_choice(&pane->rows, i)->hidden = true;
    for (uint32_t i = 0; i < count; i++) {
        const struct lane *lane = lanes_get(lanes, i);

        if (!holds_one_of(pane->run, i, list))
            continue;
        hits++;
        rows_choice(&pane->rows, i)->hidden = false;
        if (lane->kind == LANE_THREAD && lane->parent != LANE_NONE) {
            struct row_choice *process = rows_choice(&pane->rows, lane->parent);

            process->hidden = false;
            process->expanded = process->has_expanded = true;
        }
    }
    for (int i = 0; i < ROW_GROUPS; i++) {
        pane->rows.folded[i] = false;
        pane->rows.fold_known[i] = true;
    }
    return hits > 0;
}

/* The whole name; the name without its number; a part of it. */
static uint32_t lane_called(const struct recording *run, const char *name)
{
    uint32_t count = lanes_count(recording_lanes(run)), best = LANE_NONE;
    size_t length = strlen(name);

    for (int pass = 0; pass < 3 && best == LANE_NONE; pass++)
        for (uint32_t i = 0; i < count && best == LANE_NONE; i++) {
            char own[160];
            bool hit;

            row_name(run, i, own, sizeof own);
            hit = pass == 0 ? strcmp(own, name) == 0
                  : pass == 1
                      ? strncmp(own, name, length) == 0 && strncmp(own + length, " (", 2) == 0
                      : match_lane(run, i, name);
            if (hit)
                best = i;
        }
    return best;
}

static bool choose_lanes(struct app *app, const struct options *o)
{
    uint32_t lane;

    for (uint32_t i = 0; i < app->pane_count && o->lanes != NULL; i++)
        if (!only_lanes(&app->panes[i], o->lanes)) {
            fprintf(
                stderr,
                "exifsim-view: --lanes \"%s\" (expected parts of lanes' names; none holds one)\n",
                o->lanes);
            return false;
        }
    if (o->select == NULL)
        return true;
    lane = lane_called(app->panes[0].run, o->select);
    if (lane == LANE_NONE) {
        fprintf(stderr,
                "exifsim-view: --select \"%s\" (expected a lane such as \"inetinfo.exe\" or "
                "\"inetinfo.exe/smtp 3\")\n",
                o->select);
        return false;
    }
    app_select(app, 0, lane, RECORD_NONE);
    return true;
}

static void show_stretch(struct app *app, const struct options *o)
{
    const struct recording *run = app_run(app);
    double begin, end;

    if (given(o, OPTION_AXIS) && o->axis != app->view.axis.kind) {
        axis_change(&app->view.axis, (enum axis_kind)o->axis, run);
        view_show(app, app->view.axis.from, app->view.axis.to);
    }
    if (!given(o, OPTION_FROM) && !given(o, OPTION_TO))
        return;
    axis_whole(app->view.axis.kind, run, &begin, &end);
    if (given(o, OPTION_FROM))
        begin = axis_of_time(app->view.axis.kind, run, o->from);
    if (given(o, OPTION_TO) && o->to < recording_status(run)->now)
        end = axis_of_time(app->view.axis.kind, run, o->to);
    else
        end += (end - begin) * 0.06; /* Air for the stop's line. */
    view_show(app, begin, end);
}

static void go_there(struct app *app, const struct options *o)
{
    if (given(o, OPTION_AT))
        app_go(app, recording_number(app_run(app), o->at));
    if (given(o, OPTION_RECORD))
        app_go(app, o->record);
    if ((given(o, OPTION_AT) || given(o, OPTION_RECORD)) && !given(o, OPTION_FROM) &&
        !given(o, OPTION_TO))
        view_reveal(app, app_pane(app)->now);
}

/* Twice: a time is exact only once the detail around it is here. */
static bool show(struct app *app, const struct options *o, int width, int height)
{
    bool good;

    app_settle(app, width, height);
    if (app->pane_count == 0)
        return true;
    for (int pass = 0; pass < 2; pass++) {
        app_lock(app);
        show_stretch(app, o);
        go_there(app, o);
        good = pass > 0 || choose_lanes(app, o);
        app_unlock(app);
        if (!good)
            return false;
        app_settle(app, width, height);
    }
    app->screen = (enum app_screen)o->screen;
    app_settle(app, width, height);
    return true;
}

/* ---- What is written ------------------------------------------------------------------------- */

static bool complain(const char *error)
{
    fprintf(stderr, "exifsim-view: %s\n", error);
    return false;
}

static bool write_words(struct app *app, const char *path)
{
    struct whole_file file;
    int error = whole_file_open(&file, path);

    if (error == 0) {
        app_describe(app, file.out);
        error = whole_file_close(&file);
    }
    if (error != 0)
        fprintf(stderr, "exifsim-view: cannot write %s: %s\n", path, strerror(error));
    return error == 0;
}

static bool have_ffmpeg(void) { return system("ffmpeg -version >/dev/null 2>&1") == 0; }

static bool make_video(const struct options *o)
{
    char word[1100], command[RUN_REPRO_CHARS];

    snprintf(command, sizeof command, "ffmpeg -y -loglevel error -framerate %u -i", o->fps);
    snprintf(word, sizeof word, "%.1000s/frame-%%06d.png", o->frames);
    run_add_word(command, word);
    run_add_word(command, "-vf");
    run_add_word(command, "pad=ceil(iw/2)*2:ceil(ih/2)*2");
    run_add_word(command, "-pix_fmt");
    run_add_word(command, "yuv420p");
    snprintf(word, sizeof word, "%s%.1000s", o->video[0] == '-' ? "./" : "", o->video);
    run_add_word(command, word);
    return system(command) == 0 ||
           complain("ffmpeg could not make the video; the frames are there");
}

/* From --from to --to, the playhead going its way through a stretch that stays. */
static bool write_frames(struct app *app, const struct options *o, int width, int height)
{
    double step = o->speed * 1e9 / o->fps;
    uint32_t count = (uint32_t)fmin(ceil((double)(o->to - o->from) / step) + 1, FRAMES_MAX + 1.0);
    char path[1100], error[600];

    if (count > FRAMES_MAX) {
        fprintf(stderr,
                "exifsim-view: more than %d frames (expected a shorter stretch or a "
                "higher --speed)\n",
                FRAMES_MAX);
        return false;
    }
    if (mkdir(o->frames, 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "exifsim-view: cannot make %s: %s\n", o->frames, strerror(errno));
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        sim_time at = o->from + (sim_time)(i * step);

        app_lock(app);
        app_go(app, recording_number(app_run(app), MIN_OF(at, o->to)));
        app_unlock(app);
        app_settle(app, width, height);
        snprintf(path, sizeof path, "%.1000s/frame-%06u.png", o->frames, i + 1);
        if (!shot_write(app, path, error, sizeof error))
            return complain(error);
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\rframe %u of %u", i + 1, count);
    }
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\n");
    return true;
}

static bool write_all(struct app *app, const struct options *o, int width, int height)
{
    char error[600];

    if (o->out != NULL && !shot_write(app, o->out, error, sizeof error))
        return complain(error);
    if (o->describe != NULL && !write_words(app, o->describe))
        return false;
    if (o->frames != NULL && !write_frames(app, o, width, height))
        return false;
    return o->video == NULL || make_video(o);
}

int render_run(const struct options *o)
{
    int width = o->size.width > 0 ? o->size.width : 1280,
        height = o->size.height > 0 ? o->size.height : 720;
    char error[512] = "";
    struct app *app;
    bool good;

    if (o->video != NULL && !have_ffmpeg())
        return complain("--video needs ffmpeg, and it is not here; --frames alone makes the "
                        "pictures"),
               EXIT_USAGE;
    app = render_app(o, theme_get((enum theme_kind)o->theme),
                     o->text_percent > 0 ? (int)o->text_percent : 100);
    if (app == NULL)
        return EXIT_USAGE;
    app->looks.side_open = !o->no_inspector;
    /* What is wrong with a scenario, its reader has said itself. */
    good = render_open(app, o, o->paths[0], error, sizeof error);
    if (!good && (o->screen == SCREEN_CURVE || strstr(error, "the host") != NULL))
        complain(error);
    good = good && show(app, o, width, height) && write_all(app, o, width, height);
    app_free(app);
    return good ? EXIT_MET : EXIT_USAGE;
}
