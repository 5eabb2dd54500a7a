/* dialog.c - a dialog's life: opened, typed into, answered. See dialog.h and dialog_inside.h. */
#include "ui/timeline/dialog.h"
#include "ui/timeline/dialog_inside.h"
#include "ui/run/supplied.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/settings.h"
#include "ui/host/files.h"
#include <stdlib.h>
#include <string.h>

/* ---- Life ------------------------------------------------------------------------------------ */

/* The folder of what is open, to begin in. */
static void folder_of(const struct app *app, char *out, size_t size)
{
    const char *path = app->pane_count > 0 ? app->panes[0].path : app->wanted;
    const char *name = file_short_name(path);
    char found[PLACE_CHARS];

    if (name > path)
        snprintf(out, size, "%.*s", (int)(name - path), path);
    else if (app->pane_count == 0 && supplied_find("scenarios", found))
        snprintf(out, size, "%.*s/", (int)MIN_OF(strlen(found), size - 2), found);
    else
        snprintf(out, size, "%s", "");
}

void dialog_open(struct app *app, enum dialog_kind kind, const char *initial)
{
    struct dialog *dialog = calloc(1, sizeof *dialog);
    char text[FIELD_BYTES];

    CHECK(dialog != NULL);
    snprintf(text, sizeof text, "%s", kind == DIALOG_ERROR ? "" : initial);
    if (kind == DIALOG_ERROR)
        dialog_source_read(&dialog->source, initial, app->read_said);
    if (kind == DIALOG_OPEN && text[0] == 0)
        folder_of(app, text, sizeof text);
    dialog_close(app);
    dialog->kind = kind;
    field_set(&dialog->field, text, kind != DIALOG_OPEN);
    /* What was typed last time filters nothing until somebody goes on typing. */
    snprintf(dialog->typed, sizeof dialog->typed, "%s", kind == DIALOG_OPEN ? text : "");
    dialog->stale = dialog->fresh = true;
    dialog->chosen = -1;
    app->dialog = dialog;
    app->dirty = true;
}

/* With what it asked last time, or a name to begin with. */
void dialog_ask(struct app *app, int kind)
{
    char byte[120] = "";
    const char *initial = kind == DIALOG_FILTER    ? app->find.filter
                          : kind == DIALOG_FIND    ? app->find.text
                          : kind == DIALOG_RECORDS ? app->records.filter
                          : kind == DIALOG_SAVE    ? "branch.ini"
                          : kind == DIALOG_WROTE   ? byte
                                                   : "";

    if (kind == DIALOG_WROTE && app->wrote.on) {
        app_lock(app);
        wrote_text(app, byte, sizeof byte);
        app_unlock(app);
    }
    dialog_open(app, (enum dialog_kind)kind, initial);
}

void dialog_close(struct app *app)
{
    if (app->dialog == NULL)
        return;
    dialog_source_free(&app->dialog->source);
    free(app->dialog->items);
    free(app->dialog);
    app->dialog = NULL;
    app->dirty = true;
}

enum dialog_kind dialog_kind_of(const struct app *app)
{
    return app->dialog == NULL ? DIALOG_KINDS : app->dialog->kind;
}

/* Items and verdict of the text as it is now; for those who are not under the lock. */
static void settle(struct app *app)
{
    if (!app->dialog->stale)
        return;
    app_lock(app);
    dialog_refresh(app, app->dialog);
    app_unlock(app);
}

static void changed(struct dialog *dialog)
{
    snprintf(dialog->typed, sizeof dialog->typed, "%s", dialog->field.text);
    dialog->stale = true;
    dialog->refused = false;
    dialog->chosen = -1;
    dialog->scroll = 0;
}

void dialog_reload(struct app *app)
{
    char path[512];

    snprintf(path, sizeof path, "%s", app->wanted);
    dialog_close(app);
    if (app->pane_count > 0 && strcmp(app->panes[0].path, path) == 0)
        app_do(app, COMMAND_RELOAD);
    else if (path[0] != 0)
        app_open_any(app, path);
}

/* ---- Answers --------------------------------------------------------------------------------- */

static void answer(struct app *app, const char *text, uint32_t item)
{
    enum dialog_kind kind = app->dialog->kind;
    char copy[FIELD_BYTES];

    snprintf(copy, sizeof copy, "%s", text);
    dialog_close(app);
    dialog_take(app, &(struct dialog_answer){ kind, copy, item });
}

static void put(struct dialog *dialog, const char *text)
{
    field_set(&dialog->field, text, false);
    dialog->refused = false;
}

static bool is_folder(const char *path) { return path[0] != 0 && file_short_name(path)[0] == 0; }

/* A folder is looked into; anything else is the answer. */
static void accept_path(struct app *app)
{
    struct dialog *dialog = app->dialog;
    const char *best = dialog->count > 0 ? dialog->items[0].put : NULL;

    if (dialog->chosen < 0 && dialog->problem[0] != 0 && best != NULL)
        put(dialog, best); /* What was typed is a part of a name. */
    if (is_folder(dialog->field.text)) {
        changed(dialog);
        return;
    }
    if (dialog->problem[0] != 0 && best == NULL) {
        dialog->refused = true;
        return;
    }
    answer(app, dialog->field.text, 0);
}

static void accept(struct app *app)
{
    struct dialog *dialog = app->dialog;
    const struct dialog_form *form = &dialog_forms[dialog->kind];

    settle(app);
    if (form->accept == NULL) {
        dialog_close(app);
    } else if (form->list == LIST_PICK) {
        if (dialog->chosen >= 0 && dialog->chosen < (int)dialog->count)
            answer(app, dialog->items[dialog->chosen].title, dialog->items[dialog->chosen].number);
        else
            dialog->refused = true;
    } else if (dialog->kind == DIALOG_OPEN) {
        accept_path(app);
    } else if (dialog->problem[0] != 0 || (dialog->field.text[0] == 0 && !form->may_be_empty)) {
        dialog->refused = true;
    } else {
        answer(app, dialog->field.text, 0);
    }
}

/* ---- The list -------------------------------------------------------------------------------- */

static void choose(struct app *app, int index)
{
    struct dialog *dialog = app->dialog;

    if (dialog->count == 0)
        return;
    index = index < 0 ? 0 : index >= (int)dialog->count ? (int)dialog->count - 1 : index;
    dialog->chosen = index;
    dialog->reveal = true;
    if (dialog_forms[dialog->kind].list == LIST_HELP) {
        put(dialog, dialog->items[index].put);
        dialog->problem[0] = dialog->notice[0] = 0;
        if (dialog->kind != DIALOG_OPEN)
            dialog->stale = true; /* The verdict; the list stays. */
    }
}

static bool list_key(struct app *app, const char *key)
{
    static const struct {
        const char *key;
        int by; /* Items; beyond 1: pages. */
    } moves[] = { { "Down", 1 }, { "Up", -1 }, { "PageDown", 2 }, { "PageUp", -2 } };
    struct dialog *dialog = app->dialog;
    int page = MAX_OF(1, dialog->page / MAX_OF(1, app_px(app, 28)) - 1);

    for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
        int by = moves[i].by;

        if (strcmp(key, moves[i].key) != 0)
            continue;
        if (dialog_forms[dialog->kind].list == LIST_NONE) {
            dialog->scroll +=
                (by > 0 ? 1 : -1) *
                (by == 1 || by == -1 ? app_px(app, 40) : MAX_OF(dialog->page - app_px(app, 40), 1));
            return true;
        }
        settle(app);
        if (by == 1 || by == -1) /* From nothing, Down is the first and Up the last. */
            choose(app,
                   dialog->chosen < 0 && by < 0 ? (int)dialog->count - 1 : dialog->chosen + by);
        else
            choose(app, dialog->chosen + (by > 0 ? page : -page));
        return true;
    }
    return false;
}

bool dialog_wheel(struct app *app, int dy) { return dialog_drag(app, -dy * app_px(app, 60)); }

bool dialog_drag(struct app *app, int dy)
{
    if (app->dialog == NULL)
        return false;
    app->dialog->scroll += dy;
    app->dialog->reveal = false;
    app->dirty = true;
    return true;
}

/* ---- Keys and clicks ------------------------------------------------------------------------- */

void dialog_click(struct app *app, uint32_t item)
{
    struct dialog *dialog = app->dialog;

    if (dialog == NULL)
        return;
    app->dirty = true;
    if (item == ITEM_CLOSE) {
        dialog_close(app);
    } else if (item == ITEM_RELOAD) {
        dialog_reload(app);
    } else if (item == ITEM_ACCEPT) {
        accept(app);
    } else if (item == ITEM_FIELD) {
        field_click(app, &dialog->field, dialog->field_box, app->pointer.x);
    } else if (item < dialog->count) {
        choose(app, (int)item);
        if (dialog_forms[dialog->kind].list == LIST_PICK || dialog->kind == DIALOG_OPEN)
            accept(app);
        tree_focus_key(app->tree, KEY_DIALOG_FIELD);
    }
}

/* What also works over a dialog. */
static bool works_anywhere(struct app *app, const char *key)
{
    static const enum command commands[] = { COMMAND_TEXT_LARGER, COMMAND_TEXT_SMALLER,
                                             COMMAND_PRESENTER, COMMAND_FULL_SCREEN, COMMAND_QUIT };
    enum command command = settings_command(app->settings, key);

    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        if (command == commands[i] && (key[0] == 'F' || strncmp(key, "Ctrl+", 5) == 0)) {
            app_do(app, command);
            return true;
        }
    return false;
}

static bool button_key(struct app *app, const char *key)
{
    const struct tree_node *node = tree_focus(app->tree);

    if (node == NULL || node->role != TREE_BUTTON || tag_kind(node->tag) != TAG_ITEM ||
        (strcmp(key, "Enter") != 0 && strcmp(key, "Space") != 0))
        return false;
    dialog_click(app, (uint32_t)tag_number(node->tag));
    return true;
}

bool dialog_key(struct app *app, const char *key)
{
    struct dialog *dialog = app->dialog;
    enum field_answer field;

    if (dialog == NULL)
        return false;
    app->dirty = true;
    if (strcmp(key, "Escape") == 0)
        dialog_close(app);
    else if (strcmp(key, "Tab") == 0 || strcmp(key, "F6") == 0)
        tree_focus_next(app->tree);
    else if (strcmp(key, "Shift+Tab") == 0)
        tree_focus_prev(app->tree);
    else if (strcmp(key, "F5") == 0 && dialog->kind == DIALOG_ERROR)
        dialog_reload(app);
    else if (works_anywhere(app, key) || button_key(app, key) || list_key(app, key))
        return true;
    else if (strcmp(key, "Enter") == 0)
        accept(app);
    else if (dialog_forms[dialog->kind].field) {
        field = field_key(&dialog->field, key);
        if (field == FIELD_CHANGED)
            changed(dialog);
    }
    return true;
}

void dialog_text(struct app *app, const char *utf8)
{
    struct dialog *dialog = app->dialog;

    if (dialog == NULL || !dialog_forms[dialog->kind].field)
        return;
    if (field_type(&dialog->field, utf8))
        changed(dialog);
    tree_focus_key(app->tree, KEY_DIALOG_FIELD);
    app->dirty = true;
}

bool dialog_copy(struct app *app, bool cut, char *out, size_t size)
{
    struct dialog *dialog = app->dialog;

    if (dialog == NULL || !dialog_forms[dialog->kind].field ||
        dialog->field.at == dialog->field.mark)
        return false;
    field_selected(&dialog->field, out, size);
    if (cut && field_type(&dialog->field, ""))
        changed(dialog);
    app->dirty = true;
    return true;
}
