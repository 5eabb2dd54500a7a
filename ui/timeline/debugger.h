/* debugger.h - the pane with the kernel debugger's prompt, below the lanes.
 *
 * What is typed is a command of ui/kd, at the instant under the playhead; where it goes in time,
 * the playhead follows. Commands are carried out by a thread of their own: they make parts of the
 * run again.
 */
#pragma once
#include "ui/timeline/app.h"
#include "ui/timeline/inspector.h"

struct debugger;

bool debugger_is_open(const struct app *app);
void debugger_close(struct app *app); /* Hides the pane; what was said stays. */
void debugger_free(struct app *app);
/* A run is closed: waits for the command at hand, and forgets the run. */
void debugger_forget(struct app *app, const struct recording *run);
/* Waits for the command at hand, and takes in what it said. True: something came. Not under the
 * locks. */
bool debugger_wait(struct app *app);

void debugger_advance(struct app *app); /* Each frame, under the locks. */
void paint_debugger(struct app *app);

/* What is typed while the field has the focus; true: it meant something. Not under the locks. */
bool debugger_key(struct app *app, const char *key);
bool debugger_text(struct app *app, const char *utf8);
bool debugger_scroll(struct app *app, enum inspector_scroll how);
void debugger_click(struct app *app, int x); /* On the field. */
bool debugger_wheel(struct app *app, int x, int y, int dy);
