/* window.h - the window: SDL's events in, the raster's pixels out.
 *
 * It sleeps until something happens: a key, the pointer, a recording that has come further, a
 * second in which to look whether the scenario was saved. Only what is new is drawn.
 *
 *     struct window *window = window_open(1280, 720, error, sizeof error);
 *     app->wake = window_wake, app->wake_ctx = window;      // before a run is opened
 *     code = window_run(window, app, script);
 *     app_free(app);
 *     window_close(window);
 */
#pragma once
#include "ui/timeline/script.h"
#include "ui/timeline/settings.h"

struct window;

/* NULL: there is no display; error is one sentence. */
struct window *window_open(int width, int height, char *error, size_t error_size);
void window_close(struct window *window); /* NULL is allowed. */

/* Pixels for one unit of the system: 2 on many screens. */
double window_scale(const struct window *window);
/* In the system's units. */
void window_size(const struct window *window, int *width, int *height);

void window_copy(void *ctx, const char *text); /* To the clipboard. */
void window_wake(void *window);                /* From any thread. */

/* Until it is closed. A script may be NULL. The exit code. */
int window_run(struct window *window, struct app *app, struct script *script);
