/* looks.c - see looks.h: themes, texts, and which parts are shown. */
#include "ui/timeline/looks.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/layout.h"
#include <stdio.h>

enum { PERCENT_LEAST = 75, PERCENT_MOST = 300, PERCENT_PRESENTER = 185 };

/* Fonts of another size; the ones that are there stay where they cannot be had. */
static void set_text(struct app *app, int percent)
{
    char error[256], sans[512], mono[512];
    struct draw_fonts *fonts;

    percent = percent < PERCENT_LEAST ? PERCENT_LEAST : MIN_OF(percent, (int)PERCENT_MOST);
    if (draw_fonts_are_nominal(app->fonts)) {
        fonts = draw_fonts_nominal(percent);
    } else {
        snprintf(sans, sizeof sans, "%s", draw_fonts_path(app->fonts, false));
        snprintf(mono, sizeof mono, "%s", draw_fonts_path(app->fonts, true));
        fonts = draw_fonts_open(percent, sans, mono, error, sizeof error);
    }
    if (fonts == NULL) {
        app_say(app, true, "%s", error);
        return;
    }
    draw_fonts_close(app->fonts);
    app->fonts = fonts;
    app->looks.text_percent = percent;
    app_say(app, false, "text at %d %%", percent);
}

void looks_text(struct app *app, int by) { set_text(app, app->looks.text_percent + by); }

void looks_presenter(struct app *app, int how)
{
    (void)how;
    app->looks.presenter = !app->looks.presenter;
    set_text(app, app->looks.presenter ? PERCENT_PRESENTER : 100);
}

void looks_next_theme(struct app *app, int how)
{
    int i = 0;

    (void)how;
    while (theme_get((enum theme_kind)i) != app->theme)
        i++;
    app->theme = theme_get((enum theme_kind)((i + 1) % THEMES));
    app_say(app, false, "theme: %s", app->theme->name);
}

void looks_motion(struct app *app, int how)
{
    (void)how;
    app->looks.reduced_motion = !app->looks.reduced_motion;
    app_say(app, false, "reduced motion: %s", app->looks.reduced_motion ? "on" : "off");
}

void looks_full_screen(struct app *app, int how)
{
    (void)how;
    app->looks.full_screen = !app->looks.full_screen;
}

void looks_inspector(struct app *app, int how)
{
    (void)how;
    layout_show_side(app, !layout_side_shown(app));
}

void looks_screen(struct app *app, int screen) { app->screen = (enum app_screen)screen; }
