/* commands.c - the table of commands, and what must be there before one of them is done. */
#include "ui/timeline/commands.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/examiner.h"
#include "ui/timeline/otherwise.h"
#include "ui/timeline/player.h"
#include "ui/timeline/tutor.h"
#include <string.h>

static const struct {
    const char *name, *keys, *text;
    enum command_when when;
    void (*doing)(struct app *app, int how);
    int how;
} table[COMMAND_COUNT] = {
    [COMMAND_NONE] = { "NONE", "", "", WHEN_ALWAYS, NULL, 0 },
#define COMMAND(name, key, text, when, doing, how) \
    [COMMAND_##name] = { #name, key, text, WHEN_##when, doing, how },
#include "ui/timeline/commands.def"
#undef COMMAND
};

const char *command_name(enum command command) { return table[command].name; }

/* The row of otherwise.h that has what is asked for; NULL: none. */
static const char *otherwise(enum command command,
                             const char *(*asked)(const struct command_otherwise *row))
{
    uint32_t count;
    const struct command_otherwise *rows = commands_otherwise(&count);

    for (uint32_t i = 0; i < count; i++)
        if (rows[i].command == command && asked(&rows[i]) != NULL)
            return asked(&rows[i]);
    return NULL;
}

static const char *keys_of(const struct command_otherwise *row) { return row->keys; }
static const char *text_of(const struct command_otherwise *row) { return row->text; }
static const char *missing_of(const struct command_otherwise *row) { return row->missing; }

const char *command_text(enum command command)
{
    const char *text = otherwise(command, text_of);

    return text != NULL ? text : table[command].text;
}

const char *command_keys(enum command command)
{
    const char *keys = otherwise(command, keys_of);

    return keys != NULL ? keys : table[command].keys;
}

const char *command_missing(enum command command) { return otherwise(command, missing_of); }

enum command command_find(const char *name)
{
    for (int i = 1; i < COMMAND_COUNT; i++)
        if (strcmp(table[i].name, name) == 0)
            return (enum command)i;
    return COMMAND_NONE;
}

void app_do(struct app *app, enum command command)
{
    enum command_when when = table[command].when;

    app->dirty = true;
    if (command == COMMAND_NONE)
        return;
    if (command != COMMAND_CLOSE && command != COMMAND_PLAY)
        app->looks.hint = false;
    if (command != COMMAND_CLOSE) /* What was said of an earlier one is over. */
        app->toast.text[0] = 0;
    if (command_missing(command) != NULL) {
        app_say(app, true, "not here: %s", command_missing(command));
        return;
    }
    if (when != WHEN_ALWAYS && app->pane_count == 0) {
        app_say(app, true, "no run is open: Ctrl+O opens one");
        return;
    }
    if (tutor_keeps_back(app) &&
        (command == COMMAND_BRANCH || command == COMMAND_TWIN || command == COMMAND_RELOAD)) {
        app_say(app, true, "the page asks first: answer, or R reveals");
        return;
    }
    if (app->player != NULL && (command == COMMAND_BRANCH || command == COMMAND_FATE ||
                                command == COMMAND_TWIN || command == COMMAND_RELOAD)) {
        app_say(app, true, "a level is being played: its moves are the only branches");
        return;
    }
    if (examiner_asks(app) && (command == COMMAND_OPEN || command == COMMAND_BRANCH ||
                               command == COMMAND_TWIN || command == COMMAND_RELOAD)) {
        app_say(app, true, "the exam of a driver is under way: wait for it, or end it");
        return;
    }
    if (when != WHEN_LOCKED) {
        table[command].doing(app, table[command].how);
        return;
    }
    app_lock(app);
    view_touch(app);
    if (recording_status(app_run(app))->records > 0)
        table[command].doing(app, table[command].how);
    app_unlock(app);
}
