/* commands.h - everything a person can do, by name; and the door for keys, pointer and text. */
#pragma once
#include "ui/timeline/app.h"

enum command {
    COMMAND_NONE,
#define COMMAND(name, key, text, when, doing, how) COMMAND_##name,
#include "ui/timeline/commands.def"
#undef COMMAND
    COMMAND_COUNT
};

/* What does the commands; each in the file that its name begins with. */
#define COMMAND(name, key, text, when, doing, how) void doing(struct app *, int);
#include "ui/timeline/commands.def"
#undef COMMAND

/* What must be there, and whether the recordings' locks are held. */
enum command_when { WHEN_ALWAYS, WHEN_RUN_OPEN, WHEN_LOCKED };

/* "ZOOM_IN" and its words; the keys it has by default, "" none. */
const char *command_name(enum command command);
const char *command_text(enum command command);
const char *command_keys(enum command command);
/* Why it is not here (otherwise.h); NULL: it is. */
const char *command_missing(enum command command);
enum command command_find(const char *name); /* COMMAND_NONE: there is no such. */

/* Does it. Takes the recordings' locks itself. */
void app_do(struct app *app, enum command command);

/* A scenario, capsule or campaign, by its name; errors are shown. Not under the locks. */
void app_open_any(struct app *app, const char *path);

/* A key as "Ctrl+Shift+P", "Right", "Slash"; false: nothing is bound to it. A dialog and the
 * focused node have it first. */
bool app_key(struct app *app, const char *key);
/* Typed text, for the field of a dialog. */
void app_text(struct app *app, const char *utf8);

enum app_button { BUTTON_LEFT = 1, BUTTON_MIDDLE = 2, BUTTON_RIGHT = 4 };
enum app_modifier { MOD_SHIFT = 1, MOD_CTRL = 2, MOD_ALT = 4 };
void app_press(struct app *app, int x, int y, int button, int modifiers, int clicks);
void app_release(struct app *app, int x, int y, int button);
void app_move(struct app *app, int x, int y);
void app_wheel(struct app *app, int x, int y, int dx, int dy, int modifiers);

/* What a click or Enter on a node does, by its tag. */
void app_activate(struct app *app, uint64_t tag);
