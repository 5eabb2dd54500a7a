/* settings.c - see settings.h: keys, and what goes between the settings and the app. Their file is
 * settings_file.c's. */
#include "ui/timeline/settings.h"
#include "ui/host/grow.h"
#include "ui/timeline/keyboard.h"
#include <stdlib.h>
#include <string.h>

void settings_free(struct settings *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < ARRAY_LEN(s->seen); i++)
        free(s->seen[i].given);
    free(s->keys_text);
    free(s);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static bool holds_key(const char *list, const char *key)
{
    char one[KEY_CHARS];

    while (keyboard_next(&list, one))
        if (strcmp(one, key) == 0)
            return true;
    return false;
}

/* What a person has bound comes first: a default gives way to it. */
enum command settings_command(const struct settings *s, const char *key)
{
    for (int i = 1; s != NULL && i < COMMAND_COUNT; i++)
        if (s->key_set[i] && holds_key(s->keys[i], key))
            return (enum command)i;
    for (int i = 1; i < COMMAND_COUNT; i++)
        if ((s == NULL || !s->key_set[i]) && command_missing((enum command)i) == NULL &&
            holds_key(command_keys((enum command)i), key))
            return (enum command)i;
    return COMMAND_NONE;
}

const char *settings_keys(const struct settings *s, enum command command)
{
    return s != NULL && s->key_set[command] ? s->keys[command] : command_keys(command);
}

/* ---- To the app ------------------------------------------------------------------------------ */

void settings_apply(const struct settings *s, struct app *app)
{
    app->looks.reduced_motion = s->reduced_motion;
    app->looks.side_open = s->side_open;
    app->looks.names_width = s->names_width;
    app->looks.side_width = s->side_width;
    app->looks.records_height = s->records_height;
    app->looks.full_screen = s->full_screen;
    app->view.axis.kind = app->view.chosen_axis = s->axis;
    if (s->error[0] != 0)
        app_say(app, true, "%s", s->error);
}

static const struct settings_lane *lane_of(const struct settings *s, const char *name)
{
    for (uint32_t i = 0; i < s->lane_count; i++)
        if (strcmp(s->lanes[i].name, name) == 0)
            return &s->lanes[i];
    return NULL;
}

static void give_lane(const struct settings *s, struct pane *pane, struct settings_seen *seen,
                      uint32_t lane)
{
    char name[128];
    const struct settings_lane *wish;
    struct row_choice *choice;

    row_name(pane->run, lane, name, sizeof name);
    wish = lane_of(s, name);
    if (wish == NULL)
        return; /* Or its name is still to come. */
    seen->given[lane] = true;
    choice = rows_choice(&pane->rows, lane);
    choice->hidden = wish->hidden;
    choice->pinned = wish->pinned;
    if (wish->has_expanded) {
        choice->has_expanded = true;
        choice->expanded = wish->expanded;
    }
}

static void follow(struct settings *s, struct pane *pane, struct settings_seen *seen)
{
    uint64_t version = recording_status(pane->run)->version;
    uint32_t count = lanes_count(recording_lanes(pane->run));

    if (seen->run != pane->run) { /* Another run. */
        seen->run = pane->run;
        seen->version = UINT64_MAX;
        if (seen->given != NULL)
            memset(seen->given, 0, seen->room * sizeof *seen->given);
        for (int i = 0; i < ROW_GROUPS; i++)
            if (s->fold_known[i]) {
                pane->rows.folded[i] = s->folded[i];
                pane->rows.fold_known[i] = true;
            }
    }
    if (seen->version == version || s->lane_count == 0)
        return;
    seen->version = version;
    seen->given = grow(seen->given, &seen->room, count, sizeof *seen->given);
    for (uint32_t i = 0; i < count; i++)
        if (!seen->given[i])
            give_lane(s, pane, seen, i);
}

void settings_follow(struct settings *s, struct app *app)
{
    if (s == NULL)
        return;
    app_lock(app);
    for (uint32_t i = 0; i < app->pane_count; i++)
        follow(s, &app->panes[i], &s->seen[i]);
    app_unlock(app);
}

/* ---- From the app ---------------------------------------------------------------------------- */

static void collect_lane(struct settings *s, const struct pane *pane, uint32_t lane)
{
    const struct row_choice *choice = &pane->rows.choices[lane];
    bool wished = choice->hidden || choice->pinned || choice->has_expanded;
    char name[128];
    struct settings_lane *wish;

    row_name(pane->run, lane, name, sizeof name);
    wish = (struct settings_lane *)(uintptr_t)lane_of(s, name);
    if (wish == NULL && wished && s->lane_count < SETTINGS_LANES_MAX) {
        wish = &s->lanes[s->lane_count++];
        snprintf(wish->name, sizeof wish->name, "%s", name);
    }
    if (wish == NULL)
        return;
    wish->hidden = choice->hidden;
    wish->pinned = choice->pinned;
    wish->expanded = choice->expanded;
    wish->has_expanded = choice->has_expanded;
    if (!wished)
        *wish = s->lanes[--s->lane_count];
}

/* Lanes of other runs keep what was wished for them. */
void settings_collect(struct settings *s, struct app *app)
{
    s->theme = app->theme;
    s->reduced_motion = app->looks.reduced_motion;
    s->side_open = app->looks.side_open;
    s->names_width = app->looks.names_width;
    s->side_width = app->looks.side_width;
    s->records_height = app->looks.records_height;
    s->full_screen = app->looks.full_screen;
    s->axis = app->view.chosen_axis;
    if (app->pane_count == 0)
        return;
    const struct pane *pane = &app->panes[0];

    app_lock(app);
    for (int i = 0; i < ROW_GROUPS; i++)
        if (pane->rows.fold_known[i]) {
            s->folded[i] = pane->rows.folded[i];
            s->fold_known[i] = true;
        }
    for (uint32_t i = 0; i < pane->rows.choice_count && i < lanes_count(recording_lanes(pane->run));
         i++)
        collect_lane(s, pane, i);
    app_unlock(app);
}
