/* render.c - see render.h. */
#include "ui/timeline/render.h"
#include "model/words/builds.h"
#include "ui/host/files.h"
#include "ui/host/programs.h"
#include "ui/host/terminal.h"
#include "ui/host/whole_file.h"
#include "ui/run/exits.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/handout.h"
#include "ui/timeline/shot.h"
#include "ui/timeline/storyboard.h"
#include "ui/timeline/examiner.h"
#include "ui/timeline/player.h"
#include "ui/timeline/tutor.h"
#include "ui/timeline/wanted.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES_MAX = 36000 };

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

/* Twice: a place is exact only once the details around it are here. */
static bool show(struct app *app, const struct options *o, int width, int height)
{
    struct wanted_view *wanted = calloc(1, sizeof *wanted);
    enum recording_found found = FOUND_YES;
    char error[WANTED_ERROR];

    CHECK(wanted != NULL);
    wanted->options = *o;
    app_settle(app, width, height);
    for (int pass = 0; pass < 2 && app->pane_count > 0 && found == FOUND_YES; pass++) {
        do {
            app_lock(app);
            found = wanted_show(app, wanted, error, sizeof error);
            app_unlock(app);
            app_settle(app, width, height);
        } while (found == FOUND_PENDING);
    }
    free(wanted);
    if (found == FOUND_NO) {
        fprintf(stderr, "exifsim-view: %s\n", error);
        return false;
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

static bool have_ffmpeg(void)
{
    static const char *const words[] = { "ffmpeg", "-version", NULL };

    return program_run(words, true) == PROGRAM_GOOD;
}

static bool make_video(const struct options *o)
{
    char rate[24], frames[1100], video[1100];
    const char *words[] = {
        "ffmpeg",   "-y",      "-loglevel", "error", "-framerate",
        rate,       "-i",      frames,      "-vf",   "pad=ceil(iw/2)*2:ceil(ih/2)*2",
        "-pix_fmt", "yuv420p", video,       NULL
    };

    snprintf(rate, sizeof rate, "%u", o->fps);
    snprintf(frames, sizeof frames, "%.1000s/frame-%%06d.png", o->frames);
    snprintf(video, sizeof video, "%s%.1000s", o->video[0] == '-' ? "./" : "", o->video);
    return program_run(words, false) == PROGRAM_GOOD ||
           complain("ffmpeg could not make the video; the frames are there");
}

/* The time of an instant: a time itself, if the run has it, or that of the record it leads to. */
static bool time_of(struct app *app, const char *text, sim_time *out, char *error,
                    size_t error_size)
{
    struct recording *run = app_pane(app)->run;
    uint64_t number;

    if (!anchor_resolve(run, twins_other(app), text, &number, error, error_size))
        return false;
    if (options_parse_time(text, 0, out))
        return true;
    recording_lock(run);
    *out = recording_time(run, number);
    recording_unlock(run);
    return true;
}

/* From --from to --to, the playhead going its way through a stretch that stays. */
static bool write_frames(struct app *app, const struct options *o, int width, int height)
{
    double step = o->speed * 1e9 / o->fps;
    sim_time from, to;
    char path[1100], error[600];
    uint32_t count;

    if (!time_of(app, o->from, &from, error, sizeof error) ||
        !time_of(app, o->to, &to, error, sizeof error))
        return complain(error);
    count = (uint32_t)fmin(ceil((double)(to - from) / step) + 1, FRAMES_MAX + 1.0);

    if (count > FRAMES_MAX) {
        fprintf(stderr,
                "exifsim-view: more than %d frames (expected a shorter stretch or a "
                "higher --speed)\n",
                FRAMES_MAX);
        return false;
    }
    if (!folder_make(o->frames) && errno != EEXIST) {
        fprintf(stderr, "exifsim-view: cannot make %s: %s\n", o->frames, strerror(errno));
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        sim_time at = from + (sim_time)(i * step);

        app_lock(app);
        app_go(app, recording_number(app_run(app), MIN_OF(at, to)));
        app_unlock(app);
        app_settle(app, width, height);
        snprintf(path, sizeof path, "%.1000s/frame-%06u.png", o->frames, i + 1);
        if (!shot_write(app, path, error, sizeof error))
            return complain(error);
        if (terminal_errors())
            fprintf(stderr, "\rframe %u of %u", i + 1, count);
    }
    if (terminal_errors())
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

/* A page of a lesson as it is before anybody has answered. */
static int render_lesson(struct app *app, const struct options *o, int width, int height)
{
    int code = EXIT_USAGE;

    if (tutor_open(app, o, false) && o->handout != NULL) {
        code = handout_write(app, o);
    } else if (app->tutor != NULL) {
        app_settle(app, width, height);
        code = write_all(app, o, width, height) ? EXIT_MET : EXIT_USAGE;
        if (app->tutor->error[0] != 0) {
            fprintf(stderr, "%s\n", app->tutor->error);
            code = EXIT_FINDING;
        }
    }
    app_free(app);
    return code;
}

/* The first decision of a level, or the task of a lab. */
static int render_play(struct app *app, const struct options *o, int width, int height)
{
    int code = EXIT_USAGE;

    if (o->game != NULL ? player_open(app, o, false) : examiner_open(app, o->lab)) {
        app_settle(app, width, height);
        code = write_all(app, o, width, height) ? EXIT_MET : EXIT_USAGE;
    }
    app_free(app);
    return code;
}

int render_run(const struct options *o)
{
    int width = o->size.width > 0 ? o->size.width : 1280,
        height = o->size.height > 0 ? o->size.height : 720;
    char error[512] = "";
    struct app *app;
    /* On paper light is usual. */
    bool good,
        paper = o->handout != NULL || (o->storyboard != NULL && !(o->given & OPTION_BIT(THEME)));

    if (o->video != NULL && !have_ffmpeg())
        return complain("--video needs ffmpeg, and it is not here; --frames alone makes the "
                        "pictures"),
               EXIT_USAGE;
    app = render_app(o, theme_get(paper ? THEME_LIGHT : (enum theme_kind)o->theme),
                     o->storyboard != NULL ? STORYBOARD_TEXT
                     : o->text_percent > 0 ? (int)o->text_percent
                                           : 100);
    if (app == NULL)
        return EXIT_USAGE;
    if (o->lesson != NULL)
        return render_lesson(app, o, width, height);
    if (o->game != NULL || o->lab != NULL)
        return render_play(app, o, width, height);
    app->looks.side_open = !o->no_inspector;
    app->looks.drawer_open = !o->no_inspector && o->select != NULL;
    /* What is wrong with a scenario, its reader has said itself. */
    good = render_open(app, o, o->paths[0], error, sizeof error);
    if (!good && (o->screen == SCREEN_CURVE || strstr(error, "the host") != NULL))
        complain(error);
    if (good && o->storyboard != NULL) {
        int code = storyboard_write(app, o);

        app_free(app);
        return code;
    }
    good = good && show(app, o, width, height) && write_all(app, o, width, height);
    app_free(app);
    return good ? EXIT_MET : EXIT_USAGE;
}
