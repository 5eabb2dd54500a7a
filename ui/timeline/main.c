/* main.c - exifsim-view: `view` opens a window on a run, `render` makes a picture of it.
 *
 * `exifsim view` and `exifsim render` start this program with the same words.
 */
#include "ui/run/exits.h"
#include "ui/timeline/opening.h"
#include "ui/timeline/poster.h"
#include "ui/timeline/render.h"
#include "ui/timeline/window.h"
#include "ui/guest/guest.h"
#include "ui/host/files.h"
#include "ui/host/programs.h"
#include "ui/host/terminal.h"
#include <SDL.h>
#include <stdlib.h>
#include <string.h>

static struct settings *find_settings(const struct options *o)
{
    char path[SETTINGS_PATH];

    if (o->settings != NULL)
        return settings_open(o->settings);
    /* A script without a window is the same for everybody, and leaves nothing behind. */
    if (o->no_settings || o->no_window || !settings_place(path, sizeof path))
        return settings_open(NULL);
    return settings_open(path);
}

/* A script without a window. */
static int run_script(struct app *app, struct script *script, int width, int height)
{
    struct script_host host = { .width = width, .height = height };
    enum script_state state;

    app_frame(app, width, height);
    do
        state = script_step(script, app, &host);
    while (state == SCRIPT_GOING);
    return state == SCRIPT_FAILED ? script_code(script) : EXIT_MET;
}

static bool is_campaign(const char *path)
{
    size_t length = strlen(path);

    return length >= 3 && strcmp(path + length - 3, ".db") == 0;
}

static int with_app(const struct options *o, struct settings *settings, struct window *window,
                    struct script *script, struct app *app)
{
    struct opening opening;
    int code;

    if (window != NULL) {
        app->wake = window_wake;
        app->wake_ctx = window;
        app->copy = window_copy;
    }
    if (!opening_do(app, o, settings, &opening))
        return EXIT_USAGE;
    code = window != NULL ? window_run(window, app, script)
                          : run_script(app, script, settings->width, settings->height);
    opening_close(app);
    settings_collect(settings, app);
    /* Nobody sees the dialog that says why the file cannot be opened, nor did a script mend it. */
    if (opening.failed && window == NULL && app->pane_count == 0 && code == EXIT_MET) {
        if (is_campaign(opening.path)) /* What is wrong with a scenario, its reader has said. */
            fprintf(stderr, "exifsim-view: %s\n", opening.error);
        return EXIT_USAGE;
    }
    return code;
}

/* What the window was like goes into the settings; sizes in the system's units. */
static void keep(struct settings *settings, const struct app *app, struct window *window)
{
    char error[1200];

    if (window != NULL && !app->looks.full_screen)
        window_size(window, &settings->width, &settings->height);
    if (!app->looks.presenter)
        settings->text_percent =
            (int)(app->looks.text_percent / (window != NULL ? window_scale(window) : 1) + 0.5);
    settings->hint_seen = settings->hint_seen || !app->looks.hint;
    if (!settings_save(settings, error, sizeof error))
        fprintf(stderr, "exifsim-view: %s\n", error);
}

static int view_run(const struct options *o)
{
    struct script *script = o->script != NULL ? script_open(o->script) : NULL;
    struct settings *settings;
    struct window *window = NULL;
    struct app *app = NULL;
    char error[512];
    int code = EXIT_USAGE;

    if (o->script != NULL && script == NULL)
        return EXIT_USAGE;
    settings = find_settings(o);
    settings->width = o->size.width > 0 ? o->size.width : settings->width;
    settings->height = o->size.height > 0 ? o->size.height : settings->height;
    settings->text_percent = o->text_percent > 0 ? (int)o->text_percent : settings->text_percent;
    if (o->given & OPTION_BIT(THEME))
        settings->theme = theme_get((enum theme_kind)o->theme);
    if (!o->no_window) {
        window = window_open(settings->width, settings->height, error, sizeof error);
        if (window == NULL)
            fprintf(stderr, "exifsim-view: %s\n", error);
    }
    if (o->no_window || window != NULL)
        app = render_app(
            o, settings->theme,
            (int)(settings->text_percent * (window != NULL ? window_scale(window) : 1) + 0.5));
    if (app != NULL) {
        code = with_app(o, settings, window, script, app);
        if (code == EXIT_MET)
            keep(settings, app, window);
    }
    app_free(app);
    window_close(window);
    settings_free(settings);
    script_close(script);
    return code;
}

/* A campaign is a curve; nothing else can be seen of it. */
static bool choose_screen(struct options *o)
{
    bool campaign = o->path_count > 0 && is_campaign(o->paths[0]);

    if (campaign && !(o->given & OPTION_BIT(SCREEN)))
        o->screen = SCREEN_CURVE;
    if (campaign && o->screen != SCREEN_CURVE)
        return options_refuse(PROGRAM_VIEW, "a campaign and --view (expected --view curve)");
    if (!campaign && o->screen == SCREEN_CURVE)
        return options_refuse(PROGRAM_VIEW, "--view curve (expected a campaign's database (.db))");
    return true;
}

int main(int count, char **words)
{
    struct options options;

    words = program_words(&count, words);
    terminal_prepare();
    SDL_SetMainReady();
    if (count == 2 && strcmp(words[1], "--version") == 0)
        return printf("exifsim-view %s\n", run_build()) > 0 ? EXIT_MET : EXIT_USAGE;
    if (!options_read(&options, PROGRAM_VIEW, count - 1, (const char *const *)words + 1))
        return EXIT_USAGE;
    if (options.help) {
        options_help(stdout, PROGRAM_VIEW, options.verb);
        return EXIT_MET;
    }
    if (options.run.trust)
        guest_trust();
    if (options.verb == VERB_VIEW)
        return view_run(&options);
    if (options.verb == VERB_POSTER)
        return poster_run(&options);
    return choose_screen(&options) ? render_run(&options) : EXIT_USAGE;
}
