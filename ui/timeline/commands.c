/* commands.c - what each command does. Time is move.c's, pointers and keys are input.c's. */
#include "ui/timeline/commands.h"
#include "ui/timeline/branch.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/move.h"
#include "ui/timeline/notes.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *keys, *text;
} table[COMMAND_COUNT] = {
    [COMMAND_NONE] = { "NONE", "", "" },
#define COMMAND(name, key, text) [COMMAND_##name] = { #name, key, text },
#include "ui/timeline/commands.def"
#undef COMMAND
};

const char *command_name(enum command command) { return table[command].name; }
const char *command_text(enum command command) { return table[command].text; }
const char *command_keys(enum command command) { return table[command].keys; }

enum command command_find(const char *name)
{
    for (int i = 1; i < COMMAND_COUNT; i++)
        if (strcmp(table[i].name, name) == 0)
            return (enum command)i;
    return COMMAND_NONE;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static const struct row *selected_row(struct app *app)
{
    return rows_of_lane(&app->panes[app->selected.pane].rows, app->selected.lane);
}

/* The next row that is a lane, up or down; the first one when none is chosen. */
static void choose_row(struct app *app, int direction)
{
    struct pane *pane = app_pane(app);
    const struct row *row = app->selected.pane == app->active ? selected_row(app) : NULL;
    int at =
        row == NULL ? (direction > 0 ? -1 : (int)pane->rows.count) : (int)(row - pane->rows.list);

    for (at += direction; at >= 0 && at < (int)pane->rows.count; at += direction) {
        const struct row *next = &pane->rows.list[at];

        if (next->kind == ROW_GROUP || next->kind == ROW_HANDLES)
            continue;
        app_select(app, app->active, next->lane, RECORD_NONE);
        return;
    }
}

static void fold_row(struct app *app, bool only_fold)
{
    const struct row *row = selected_row(app);
    struct rows *rows = &app->panes[app->selected.pane].rows;

    if (row == NULL) {
        app_say(app, true, "no lane is chosen: Down chooses one");
        return;
    }
    while (!row->expandable && row > rows->list) /* Of a thread, its process. */
        row--;
    rows_fold(rows, row, only_fold || row->expanded);
}

static void change_row(struct app *app, enum command command)
{
    struct rows *rows = &app->panes[app->selected.pane].rows;
    struct row_choice *choice;

    if (app->selected.lane == LANE_NONE) {
        app_say(app, true, "no lane is chosen: Down chooses one");
        return;
    }
    choice = rows_choice(rows, app->selected.lane);
    if (command == COMMAND_PIN) {
        choice->pinned = !choice->pinned;
    } else if (command == COMMAND_HIDE) {
        choice->hidden = true;
        app_say(app, false, "hidden; Shift+H shows all hidden lanes");
        choose_row(app, 1);
    }
}

/* Changes places with the neighbour of the same sort. */
static void move_row(struct app *app, int direction)
{
    struct rows *rows = &app->panes[app->selected.pane].rows;
    const struct row *row = selected_row(app), *other = row;

    if (row == NULL) {
        app_say(app, true, "no lane is chosen: Down chooses one");
        return;
    }
    for (uint32_t i = 0; i < rows->count; i++) /* The order becomes explicit first. */
        if (rows->list[i].lane != LANE_NONE && rows->list[i].kind != ROW_HANDLES)
            rows_choice(rows, rows->list[i].lane)->order = (int)i + 1;
    do
        other += direction;
    while (other >= rows->list && other < rows->list + rows->count &&
           (other->kind != row->kind || other->depth != row->depth) && other->kind != ROW_GROUP &&
           other->depth >= row->depth);
    if (other < rows->list || other >= rows->list + rows->count || other->kind != row->kind ||
        other->group != row->group || other->depth != row->depth) {
        app_say(app, true, "there is no lane %s it to change places with",
                direction < 0 ? "above" : "below");
        return;
    }
    struct row_choice *a = rows_choice(rows, row->lane), *b = rows_choice(rows, other->lane);
    int order = a->order;

    a->order = b->order;
    b->order = order;
}

static void show_hidden(struct app *app)
{
    for (uint32_t p = 0; p < app->pane_count; p++)
        for (uint32_t i = 0; i < app->panes[p].rows.choice_count; i++)
            app->panes[p].rows.choices[i].hidden = false;
}

/* ---- Looks ----------------------------------------------------------------------------------- */

static void set_text(struct app *app, int percent)
{
    char error[256];
    struct draw_fonts *fonts;

    percent = percent < 75 ? 75 : percent > 300 ? 300 : percent;
    if (draw_fonts_are_nominal(app->fonts)) {
        fonts = draw_fonts_nominal(percent);
    } else {
        char sans[512], mono[512];

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
    app->text_percent = percent;
    app_say(app, false, "text at %d %%", percent);
}

static void next_theme(struct app *app)
{
    for (int i = 0; i < THEMES; i++)
        if (theme_get((enum theme_kind)i) == app->theme) {
            app->theme = theme_get((enum theme_kind)((i + 1) % THEMES));
            break;
        }
    app_say(app, false, "theme: %s", app->theme->name);
}

/* ---- Marks ----------------------------------------------------------------------------------- */

static void unmark(struct app *app)
{
    for (uint32_t i = 0; i < app->bookmark_count; i++)
        if (app->bookmarks[i].record == app_pane(app)->now) {
            memmove(&app->bookmarks[i], &app->bookmarks[i + 1],
                    (app->bookmark_count - i - 1) * sizeof app->bookmarks[0]);
            app->bookmark_count--;
            notes_write(app);
            return;
        }
    app_say(app, true, "no bookmark is here: Period goes to the next one");
}

static void mark(struct app *app, const char *note)
{
    struct pane *pane = app_pane(app);

    unmark(app);
    app->toast[0] = 0;
    if (app->bookmark_count == BOOKMARKS_MAX) {
        app_say(app, true, "there are %d bookmarks already", BOOKMARKS_MAX);
        return;
    }
    struct bookmark *b = &app->bookmarks[app->bookmark_count++];

    b->record = pane->now;
    b->at = recording_time(pane->run, pane->now);
    snprintf(b->note, sizeof b->note, "%s", note);
    notes_write(app);
}

/* ---- Twins ----------------------------------------------------------------------------------- */

/* The same seed with the other files; or none. Not under the lock. */
static void twin(struct app *app)
{
    struct pane *pane = &app->panes[0];
    const char *sets[65];
    char error[512];
    bool old = strcmp(pane->scenario.set.versions[FILE_EXIFS], "6.5.7651.47") != 0;

    if (app->pane_count == 2) {
        app_close_pane(app, 1);
        return;
    }
    for (uint32_t i = 0; i < pane->set_count; i++)
        sets[i] = pane->sets[i];
    sets[pane->set_count] = old ? "versions.all=hotfix" : "versions.all=sp2";
    app->difference_known = false;
    if (!app_open(app, 1, pane->path, sets, pane->set_count + 1, &pane->seed, pane->surprises,
                  error, sizeof error)) {
        app_say(app, true, "%s", error);
        return;
    }
    app->active = 0;
    app_say(app, false, "the same seed with %s; Shift+X goes to the first difference",
            app->panes[1].label);
}

static void to_difference(struct app *app)
{
    if (app->pane_count < 2) {
        app_say(app, true, "there is no twin: X opens one");
    } else if (!app->difference_known) {
        app_say(app, true, "no difference so far; the twins are still being computed");
    } else {
        app_remember(app);
        app_go(app, app->difference);
        app_reveal(app, app_pane(app)->now);
    }
}

static void reload(struct app *app)
{
    struct pane *pane = &app->panes[0];
    char error[512], path[512], surprises[4096];
    const char *sets[64];
    uint32_t count = pane->set_count;
    uint64_t seed = pane->seed;
    bool given = pane->seed_given;

    snprintf(path, sizeof path, "%s", pane->path);
    snprintf(surprises, sizeof surprises, "%s", pane->surprises);
    for (uint32_t i = 0; i < count; i++)
        sets[i] = strdup(pane->sets[i]);
    if (!app_open(app, 0, path, sets, count, given ? &seed : NULL, surprises, error, sizeof error))
        dialog_open(app, DIALOG_ERROR, error);
    for (uint32_t i = 0; i < count; i++)
        free((char *)(uintptr_t)sets[i]);
}

/* ---- Doing ----------------------------------------------------------------------------------- */

/* Commands that open or close runs and dialogs: not under the recordings' locks. True: done. */
static bool do_outside(struct app *app, enum command command)
{
    switch (command) {
    case COMMAND_PALETTE:
        dialog_open(app, DIALOG_PALETTE, "");
        return true;
    case COMMAND_KEY_SHEET:
        dialog_open(app, DIALOG_KEYS, "");
        return true;
    case COMMAND_OPEN:
        dialog_open(app, DIALOG_OPEN, "");
        return true;
    case COMMAND_FILTER:
        dialog_open(app, DIALOG_FILTER, app->filter);
        return true;
    case COMMAND_VIEW_CURVE:
        app->view = VIEW_CURVE;
        return true;
    case COMMAND_THEME:
        next_theme(app);
        return true;
    case COMMAND_TEXT_LARGER:
        set_text(app, app->text_percent + 25);
        return true;
    case COMMAND_TEXT_SMALLER:
        set_text(app, app->text_percent - 25);
        return true;
    case COMMAND_PRESENTER:
        app->presenter = !app->presenter;
        set_text(app, app->presenter ? 175 : 100);
        return true;
    case COMMAND_MOTION:
        app->reduced_motion = !app->reduced_motion;
        app_say(app, false, "reduced motion: %s", app->reduced_motion ? "on" : "off");
        return true;
    case COMMAND_FULL_SCREEN:
        app->full_screen = !app->full_screen;
        return true;
    case COMMAND_FOCUS_NEXT:
        tree_focus_next(app->tree);
        return true;
    case COMMAND_FOCUS_PREVIOUS:
        tree_focus_prev(app->tree);
        return true;
    case COMMAND_FOCUS_REGION:
        tree_focus_region(app->tree, 1);
        return true;
    case COMMAND_QUIT:
        app->quit = true;
        return true;
    default:
        return false;
    }
}

static bool do_with_runs(struct app *app, enum command command)
{
    switch (command) {
    case COMMAND_GO_TO:
        dialog_open(app, DIALOG_GO_TO, "");
        return true;
    case COMMAND_RUN_UNTIL:
        dialog_open(app, DIALOG_RUN_UNTIL, "");
        return true;
    case COMMAND_FIND:
        dialog_open(app, DIALOG_FIND, app->find);
        return true;
    case COMMAND_FIND_LANE:
        dialog_open(app, DIALOG_LANES, "");
        return true;
    case COMMAND_MARK:
        dialog_open(app, DIALOG_MARK, "");
        return true;
    case COMMAND_BRANCH:
        dialog_open(app, DIALOG_BRANCH, "");
        return true;
    case COMMAND_SAVE_CAPSULE:
        dialog_open(app, DIALOG_SAVE, "branch.ini");
        return true;
    case COMMAND_TWIN:
        twin(app);
        return true;
    case COMMAND_SWAP_PANE:
        app->active = (app->active + 1) % app->pane_count;
        return true;
    case COMMAND_RELOAD:
        reload(app);
        return true;
    default:
        return false;
    }
}

/* Esc: what is innermost closes first. */
static void close_one(struct app *app)
{
    if (app->hint)
        app->hint = false;
    else if (app->toast[0] != 0)
        app->toast[0] = 0;
    else if (app->filter[0] != 0)
        app->filter[0] = 0;
    else if (app->view != VIEW_TIMELINE)
        app->view = VIEW_TIMELINE;
    else if (app->selected.lane != LANE_NONE)
        app->selected = (struct selection){ .lane = LANE_NONE, .record = RECORD_NONE };
}

/* Under the locks, with a run open. */
static void do_inside(struct app *app, enum command command)
{
    if (move_do(app, command))
        return;
    switch (command) {
    case COMMAND_LANE_DOWN:
        choose_row(app, 1);
        break;
    case COMMAND_LANE_UP:
        choose_row(app, -1);
        break;
    case COMMAND_EXPAND:
        fold_row(app, false);
        break;
    case COMMAND_FOLD:
        fold_row(app, true);
        break;
    case COMMAND_PIN:
    case COMMAND_HIDE:
        change_row(app, command);
        break;
    case COMMAND_SHOW_HIDDEN:
        show_hidden(app);
        break;
    case COMMAND_MOVE_UP:
        move_row(app, -1);
        break;
    case COMMAND_MOVE_DOWN:
        move_row(app, 1);
        break;
    case COMMAND_SCROLL_UP:
        app_pane(app)->scroll -= app_pane(app)->lanes.h * 3 / 4;
        break;
    case COMMAND_SCROLL_DOWN:
        app_pane(app)->scroll += app_pane(app)->lanes.h * 3 / 4;
        break;
    case COMMAND_UNMARK:
        unmark(app);
        break;
    case COMMAND_CURSOR_A:
    case COMMAND_CURSOR_B:
        app->cursor[command == COMMAND_CURSOR_B] = app_pane(app)->now;
        break;
    case COMMAND_VIEW_TIMELINE:
        app->view = VIEW_TIMELINE;
        break;
    case COMMAND_VIEW_STOP:
        app->view = VIEW_STOP;
        break;
    case COMMAND_INSPECTOR:
        app->side_open = !app->side_open;
        break;
    case COMMAND_TWIN_DIFFERENCE:
        to_difference(app);
        break;
    case COMMAND_CLOSE:
        close_one(app);
        break;
    default:
        break;
    }
}

void app_do(struct app *app, enum command command)
{
    app->dirty = true;
    if (command != COMMAND_CLOSE && command != COMMAND_PLAY)
        app->hint = app->hint && command == COMMAND_NONE;
    if (do_outside(app, command))
        return;
    if (app->pane_count == 0) {
        if (command == COMMAND_CLOSE && app->view != VIEW_TIMELINE)
            app->view = VIEW_TIMELINE;
        else
            app_say(app, true, "no run is open: Ctrl+O opens one");
        return;
    }
    if (do_with_runs(app, command))
        return;
    app_lock(app);
    if (recording_status(app_run(app))->records > 0)
        do_inside(app, command);
    app_unlock(app);
}

/* ---- What dialogs bring ---------------------------------------------------------------------- */

static bool has_suffix(const char *text, const char *suffix)
{
    size_t a = strlen(text), b = strlen(suffix);

    return a >= b && strcmp(text + a - b, suffix) == 0;
}

void app_open_any(struct app *app, const char *path)
{
    char error[512];

    if (has_suffix(path, ".db")) {
        if (!curve_view_open(app, path, error, sizeof error))
            app_say(app, true, "%s", error);
        else
            app->view = VIEW_CURVE;
        return;
    }
    if (!app_open(app, 0, path, NULL, 0, NULL, NULL, error, sizeof error))
        dialog_open(app, DIALOG_ERROR, error);
}

void app_accept(struct app *app, enum dialog_kind kind, const char *text, uint32_t item)
{
    struct branch_choice choices[BRANCH_CHOICES_MAX];
    uint32_t count;

    app->dirty = true;
    switch (kind) {
    case DIALOG_PALETTE:
        app_do(app, (enum command)item);
        return;
    case DIALOG_OPEN:
        app_open_any(app, text);
        return;
    case DIALOG_FILTER:
        snprintf(app->filter, sizeof app->filter, "%s", text);
        return;
    case DIALOG_SAVE:
        branch_save(app, text);
        return;
    case DIALOG_BRANCH:
        app_lock(app);
        count = branch_choices(app, choices, BRANCH_CHOICES_MAX);
        app_unlock(app);
        if (item < count)
            branch_take(app, &choices[item]);
        return;
    default:
        break;
    }
    if (app->pane_count == 0)
        return;
    app_lock(app);
    if (kind == DIALOG_LANES)
        app_select(app, app->active, item, RECORD_NONE);
    else if (kind == DIALOG_MARK)
        mark(app, text);
    else
        move_accept(app, kind, text);
    app_unlock(app);
}
