/* dialog.h - what lies over everything until it is answered: palette, finders, questions, errors.
 *
 * One dialog is open at a time. It has the keys and typed text first, is modal in the tree, and
 * answers (dialog_forms.c) after it has closed; so an answer may open the next dialog.
 *
 *     dialog_open(app, DIALOG_PALETTE, "");
 *     if (dialog_key(app, "Down")) ...
 *     dialog_text(app, "zoom");
 *
 * Nothing here is called under the recordings' locks but paint_dialog (app.h).
 */
#pragma once
#include "ui/timeline/app.h"

enum dialog_kind {
    DIALOG_PALETTE,   /* All commands. item: the command. */
    DIALOG_MORE,      /* Buttons without room. item: the command. */
    DIALOG_LANES,     /* All lanes of the active run. item: the lane. */
    DIALOG_KEYS,      /* The key sheet; nothing is accepted. */
    DIALOG_GO_TO,     /* A time, a record, "stop". text. */
    DIALOG_RUN_UNTIL, /* The same, or a condition. text. */
    DIALOG_FIND,      /* A condition. text. */
    DIALOG_RECORDS,   /* A condition; may be empty. text. */
    DIALOG_FILTER,    /* A word in lanes' names; may be empty. text. */
    DIALOG_WROTE,     /* A process and an address; may be empty. text. */
    DIALOG_MARK,      /* A note; may be empty. text. */
    DIALOG_OPEN,      /* A path. text. */
    DIALOG_SAVE,      /* A path. text. */
    DIALOG_BRANCH,    /* item: of branch_choices. */
    DIALOG_ERROR,     /* initial: "file:line:column: ...", with the lines around it. */
    DIALOG_KINDS
};

/* initial: what the field holds, selected, so that typing replaces it. */
void dialog_open(struct app *app, enum dialog_kind kind, const char *initial);
void dialog_close(struct app *app); /* Fine if none is open. */

/* True: it was the dialog's; false also for what works over dialogs (text size, full screen). */
bool dialog_key(struct app *app, const char *key);
void dialog_text(struct app *app, const char *utf8);

/* A click on a node with TAG_ITEM: a number of the list, or one of these. */
enum dialog_item_number {
    ITEM_FIELD = 0x7fff0000,
    ITEM_ACCEPT,
    ITEM_CLOSE,
    ITEM_RELOAD,
};
void dialog_click(struct app *app, uint32_t item);

/* The wheel, in notches; true: a dialog is open, and the wheel is its. */
bool dialog_wheel(struct app *app, int dy);
bool dialog_drag(struct app *app, int dy); /* The same by pixels, down above 0. */

/* What is selected in its field, for the clipboard; cut: it goes. False: nothing is. */
bool dialog_copy(struct app *app, bool cut, char *out, size_t size);

/* Asks again for what could not be opened, or for what is open. */
void dialog_reload(struct app *app);
/* What an open dialog is of; DIALOG_KINDS: none is open. */
enum dialog_kind dialog_kind_of(const struct app *app);
