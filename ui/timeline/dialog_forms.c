/* dialog_forms.c - each dialog as a row: what it asks, what it lists and checks (dialog_items.c),
 * and what becomes of its answer. */
#include "ui/timeline/dialog_inside.h"
#include "ui/timeline/go.h"
#include "ui/timeline/records.h"
#include "ui/timeline/wrote.h"
#include <stdio.h>

/* ---- Answers: `text` or the number of an item ------------------------------------------------ */

static void take_command(struct app *app, const struct dialog_answer *answer)
{
    app_do(app, (enum command)answer->item);
}

static void take_lane(struct app *app, const struct dialog_answer *answer)
{
    app_select(app, app->active, answer->item, RECORD_NONE);
}

static void take_place(struct app *app, const struct dialog_answer *answer)
{
    go_where(app, answer->kind, answer->text);
}

static void take_filter(struct app *app, const struct dialog_answer *answer)
{
    snprintf(app->find.filter, sizeof app->find.filter, "%s", answer->text);
}

static void take_records(struct app *app, const struct dialog_answer *answer)
{
    char error[300];

    if (!records_show(app, answer->text, error, sizeof error))
        app_say(app, true, "%s", error);
}

static void take_byte(struct app *app, const struct dialog_answer *answer)
{
    char error[300];

    if (!wrote_ask(app, answer->text, error, sizeof error))
        app_say(app, true, "%s", error);
}

static void take_note(struct app *app, const struct dialog_answer *answer)
{
    marks_set(app, answer->text);
}

static void take_path(struct app *app, const struct dialog_answer *answer)
{
    app_open_any(app, answer->text);
}

static void take_capsule(struct app *app, const struct dialog_answer *answer)
{
    branch_save(app, answer->text);
}

static void take_branch(struct app *app, const struct dialog_answer *answer)
{
    struct branch_choice choices[BRANCH_CHOICES_MAX];
    uint32_t count;

    app_lock(app);
    count = branch_choices(app, choices, BRANCH_CHOICES_MAX);
    app_unlock(app);
    if (answer->item < count)
        branch_take(app, &choices[answer->item]);
}

void dialog_take(struct app *app, const struct dialog_answer *answer)
{
    const struct dialog_form *form = &dialog_forms[answer->kind];

    app->dirty = true;
    if (form->when != WHEN_ALWAYS && app->pane_count == 0)
        return;
    if (form->when == WHEN_LOCKED)
        app_lock(app);
    form->take(app, answer);
    if (form->when == WHEN_LOCKED)
        app_unlock(app);
}

/* ---- The rows -------------------------------------------------------------------------------- */

/* clang-format off */
const struct dialog_form dialog_forms[DIALOG_KINDS] = {
    [DIALOG_PALETTE] = { "Commands", "Command", "type a few letters of what you want to do",
        "Do it", "Up and Down choose", 640, .field = true,
        .list = LIST_PICK, .fill = dialog_list_commands,
        .when = WHEN_ALWAYS, .take = take_command },
    [DIALOG_MORE] = { "More", "Command", "what the toolbar has no room for", "Do it",
        "Up and Down choose", 480, .field = true,
        .list = LIST_PICK, .fill = dialog_list_more,
        .when = WHEN_ALWAYS, .take = take_command },
    [DIALOG_LANES] = { "Find a lane", "Lane", "process, thread, queue, lock, ...", "Show",
        "Up and Down choose", 640, .field = true,
        .list = LIST_PICK, .fill = dialog_list_lanes, .of_run = true,
        .when = WHEN_LOCKED, .take = take_lane },
    [DIALOG_KEYS] = { "All keys", "", "", NULL,
        "Up and Down scroll", 1180, .field = false },
    [DIALOG_GO_TO] = { "Go to", "Time or record", "78.5 s, #1234, begin, end, stop", "Go",
        "a time with its unit, a record, begin, end or stop", 560, .field = true,
        .list = LIST_HELP, .fill = dialog_list_places, .judge = dialog_judge_place,
        .of_run = true, .when = WHEN_LOCKED, .take = take_place },
    [DIALOG_RUN_UNTIL] = { "Run until", "Condition", "kind=ATTACH cpu=1, #1234, 78.5 s, stop",
        "Run", "several conditions are joined by blanks", 640, .field = true,
        .list = LIST_HELP, .fill = dialog_list_conditions, .judge = dialog_judge_place,
        .of_run = true, .when = WHEN_LOCKED, .take = take_place },
    [DIALOG_FIND] = { "Find a record", "Condition",
        "kind=ATTACH thread=0x104, or a word of its text", "Find",
        "F3 goes on, Shift+F3 back", 640, .field = true,
        .list = LIST_HELP, .fill = dialog_list_kinds, .judge = dialog_judge_place,
        .of_run = true, .when = WHEN_LOCKED, .take = take_place },
    [DIALOG_RECORDS] = { "List only records that match", "Condition",
        "kind=ATTACH process=inetinfo.exe, or a word of its text", "List",
        "nothing typed: all records are listed", 640, .field = true, .may_be_empty = true,
        .list = LIST_HELP, .fill = dialog_list_kinds, .judge = dialog_judge_place,
        .of_run = true, .when = WHEN_LOCKED, .take = take_records },
    [DIALOG_FILTER] = { "Dim other lanes", "Word", "a word of the lanes to be kept bright", "Dim",
        "nothing typed: no lane is dimmed", 560, .field = true, .may_be_empty = true,
        .list = LIST_HELP, .fill = dialog_list_processes, .judge = dialog_judge_filter,
        .of_run = true, .when = WHEN_ALWAYS, .take = take_filter },
    [DIALOG_WROTE] = { "Who wrote this byte?", "Process and address",
        "store.exe 002f0040", "Ask",
        "the run is made again with a watch; nothing typed: forget the question", 640,
        .field = true, .may_be_empty = true,
        .list = LIST_HELP, .fill = dialog_list_bytes, .judge = dialog_judge_byte,
        .of_run = true, .when = WHEN_LOCKED, .take = take_byte },
    [DIALOG_MARK] = { "Bookmark", "Note", "a note, or nothing", "Set",
        "kept in a file beside the scenario", 560, .field = true, .may_be_empty = true,
        .when = WHEN_LOCKED, .take = take_note },
    [DIALOG_OPEN] = { "Open", "File", "a scenario, capsule (.ini) or campaign (.db)", "Open",
        "Down takes a name from the list", 720, .field = true,
        .list = LIST_HELP, .fill = dialog_list_files, .judge = dialog_judge_open,
        .when = WHEN_ALWAYS, .take = take_path },
    [DIALOG_SAVE] = { "Save the run as a capsule", "File", "a new file", "Save",
        "exifsim replay runs a capsule again", 640, .field = true,
        .judge = dialog_judge_save, .when = WHEN_ALWAYS, .take = take_capsule },
    [DIALOG_BRANCH] = { "Branch here", "Branch", "another choice, a killed process, other files",
        "Branch", "Up and Down choose", 760, .field = true,
        .list = LIST_PICK, .fill = dialog_list_branches, .of_run = true,
        .when = WHEN_ALWAYS, .take = take_branch },
    [DIALOG_ERROR] = { "This cannot be opened", "", "", NULL,
        "F5 reads it again", 900, .field = false },
};
/* clang-format on */
