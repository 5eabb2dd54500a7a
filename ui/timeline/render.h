/* render.h - one picture, or many, of a run; no window. */
#pragma once
#include "ui/timeline/view_options.h"

/* Makes the app's fonts and the app for these options. NULL: no font; said on stderr. */
struct app *render_app(const struct view_options *options, const struct theme *theme, int percent);

/* Opens what the options name, and its twin. False: error says why; the reader of scenarios has
 * also said so on stderr. */
bool render_open(struct app *app, const struct view_options *options, const char *path, char *error,
                 size_t error_size);

int render_run(const struct view_options *options); /* The exit code. */
