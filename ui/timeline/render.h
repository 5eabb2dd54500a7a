/* render.h - one picture, or many, of a run; no window. */
#pragma once
#include "ui/run/options.h"
#include "ui/timeline/app.h"

/* Makes the app's fonts and the app for these options. NULL: no font; said on stderr. */
struct app *render_app(const struct options *options, const struct theme *theme, int percent);

/* Opens what the options name, and its twin. False: error says why; the reader of scenarios has
 * also said so on stderr. */
bool render_open(struct app *app, const struct options *options, const char *path, char *error,
                 size_t error_size);

int render_run(const struct options *options); /* The exit code. */
