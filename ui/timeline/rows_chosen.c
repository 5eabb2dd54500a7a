/* rows_chosen.c - what a person does to rows: choosing, folding, pinning, hiding, moving them. */
#include "ui/timeline/commands.h"

static const struct row *chosen_row(struct app *app)
{
    return rows_of_lane(&app->panes[app->selected.pane].rows, app->selected.lane);
}

static bool is_chosen(struct app *app, bool chosen)
{
    if (!chosen)
        app_say(app, true, "no lane is chosen: Down chooses one");
    return chosen;
}

/* The next row that is a lane, up or down; the first one when none is chosen. */
void rows_choose(struct app *app, int direction)
{
    struct pane *pane = app_pane(app);
    const struct row *row = app->selected.pane == app->active ? chosen_row(app) : NULL;
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

/* A thread is folded with its process. */
void rows_fold_chosen(struct app *app, int only_fold)
{
    const struct row *row = chosen_row(app);
    struct rows *rows = &app->panes[app->selected.pane].rows;

    if (!is_chosen(app, row != NULL))
        return;
    while (!row->expandable && row > rows->list)
        row--;
    rows_fold(rows, row, only_fold || row->expanded);
}

void rows_pin(struct app *app, int how)
{
    struct row_choice *choice;

    (void)how;
    if (!is_chosen(app, app->selected.lane != LANE_NONE))
        return;
    choice = rows_choice(&app->panes[app->selected.pane].rows, app->selected.lane);
    choice->pinned = !choice->pinned;
}

void rows_hide(struct app *app, int how)
{
    (void)how;
    if (!is_chosen(app, app->selected.lane != LANE_NONE))
        return;
    rows_choice(&app->panes[app->selected.pane].rows, app->selected.lane)->hidden = true;
    app_say(app, false, "hidden; Shift+H shows all hidden lanes");
    rows_choose(app, 1);
}

void rows_show_hidden(struct app *app, int how)
{
    (void)how;
    for (uint32_t p = 0; p < app->pane_count; p++)
        for (uint32_t i = 0; i < app->panes[p].rows.choice_count; i++)
            app->panes[p].rows.choices[i].hidden = false;
}

/* Every row gets a place of its own in the order. */
static void fix_order(struct rows *rows)
{
    for (uint32_t i = 0; i < rows->count; i++)
        if (rows->list[i].lane != LANE_NONE && rows->list[i].kind != ROW_HANDLES)
            rows_choice(rows, rows->list[i].lane)->order = (int)i + 1;
}

/* The neighbour of the same sort; NULL: there is none. */
static const struct row *neighbour(const struct rows *rows, const struct row *row, int direction)
{
    const struct row *other = row, *end = rows->list + rows->count;

    do
        other += direction;
    while (other >= rows->list && other < end &&
           (other->kind != row->kind || other->depth != row->depth) && other->kind != ROW_GROUP &&
           other->depth >= row->depth);
    return other >= rows->list && other < end && other->kind == row->kind &&
                   other->group == row->group && other->depth == row->depth
               ? other
               : NULL;
}

/* Changes places with the neighbour. */
void rows_move(struct app *app, int direction)
{
    struct rows *rows = &app->panes[app->selected.pane].rows;
    const struct row *row = chosen_row(app), *other;

    if (!is_chosen(app, row != NULL))
        return;
    fix_order(rows);
    other = neighbour(rows, row, direction);
    if (other == NULL) {
        app_say(app, true, "there is no lane %s it to change places with",
                direction < 0 ? "above" : "below");
        return;
    }
    struct row_choice *a = rows_choice(rows, row->lane), *b = rows_choice(rows, other->lane);
    int order = a->order;

    a->order = b->order;
    b->order = order;
}

/* Three quarters of what is in sight. */
void rows_scroll(struct app *app, int direction)
{
    struct pane *pane = app_pane(app);

    pane->scroll += direction * (pane->lanes.h * 3 / 4);
}
