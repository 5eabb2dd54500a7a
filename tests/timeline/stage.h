/* stage.h - what the window's tests share: an app without a window, and how to read it. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "ui/timeline/commands.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/keys.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STAGE_WIDTH = 1280, STAGE_HEIGHT = 720 };

static inline void stage_frame(struct app *app) { app_frame(app, STAGE_WIDTH, STAGE_HEIGHT); }

/* Makes an app with a scenario of scenarios/; NULL: with none. */
static inline struct app *stage_open(const char *file)
{
    struct app *app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    char path[512], error[512] = "";

    if (file != NULL) {
        snprintf(path, sizeof path, "%s%s", file[0] == '/' ? "" : SCENARIOS, file);
        if (!app_open(app, 0, path, NULL, error, sizeof error))
            fail_msg("%s", error);
        app_settle(app, STAGE_WIDTH, STAGE_HEIGHT);
    }
    stage_frame(app);
    return app;
}

/* Presses keys, with a frame after each, as a window does. */
static inline void stage_keys(struct app *app, const char *keys)
{
    char copy[256], *rest = copy;

    snprintf(copy, sizeof copy, "%s", keys);
    for (char *key; (key = strtok_r(rest, " ", &rest)) != NULL;) {
        app_key(app, key);
        stage_frame(app);
    }
}

static inline void stage_type(struct app *app, const char *text)
{
    app_text(app, text);
    stage_frame(app);
}

static inline const struct tree_node *stage_node(struct app *app, const char *name)
{
    const struct tree_node *node = tree_find_name(app->tree, TREE_ROLE_COUNT, name);

    if (node == NULL)
        fail_msg("nothing shown is called \"%s\"", name);
    return node;
}

static inline const char *stage_value(struct app *app, const char *name)
{
    return tree_value_of(app->tree, stage_node(app, name));
}

static inline void stage_click(struct app *app, const char *name)
{
    const struct draw_box box = stage_node(app, name)->box;

    app_press(app, box.x + box.w / 2, box.y + box.h / 2, BUTTON_LEFT, 0, 1);
    app_release(app, box.x + box.w / 2, box.y + box.h / 2, BUTTON_LEFT);
    stage_frame(app);
}

static inline bool stage_shows(struct app *app, const char *name)
{
    return tree_find_name(app->tree, TREE_ROLE_COUNT, name) != NULL;
}

/* Makes a folder for this test; stage_sweep removes it. */
static inline void stage_folder(char out[64])
{
    snprintf(out, 64, "timeline-XXXXXX");
    assert_non_null(mkdtemp(out));
}

static inline void stage_sweep(const char *folder)
{
    char command[192];

    snprintf(command, sizeof command, "chmod -R u+w %s; rm -rf %s", folder, folder);
    assert_int_equal(system(command), 0);
}

static inline void stage_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* The contents of a file; free them with free. "": no file. */
static inline char *stage_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 65536);

    assert_non_null(text);
    if (file != NULL) {
        text[fread(text, 1, 65535, file)] = 0;
        fclose(file);
    }
    return text;
}
