/* input.c - keys and clicks, turned into commands. Where on the lanes a click is, knows
 * pointer.c. */
#include "ui/timeline/commands.h"
#include "ui/timeline/debugger.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/inspector.h"
#include "ui/timeline/journey.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/records.h"
#include "ui/timeline/settings.h"
#include "ui/timeline/story.h"
#include "ui/timeline/examiner.h"
#include "ui/timeline/player.h"
#include "ui/timeline/quizzer.h"
#include "ui/timeline/tutor.h"
#include "ui/timeline/wrote.h"
#include <stdlib.h>
#include <string.h>

/* ---- Keys ------------------------------------------------------------------------------------ */

/* Enter on what has the focus; true: it had a meaning. */
static bool activate_focus(struct app *app)
{
    const struct tree_node *node = tree_focus(app->tree);

    if (node == NULL || node->tag == 0 || node->role == TREE_LANE)
        return false;
    app_activate(app, node->tag);
    return true;
}

/* Zooming and moving by key stay where the mouse has begun them. */
static bool keeps_pointer(enum command command)
{
    return command == COMMAND_ZOOM_IN || command == COMMAND_ZOOM_OUT ||
           command == COMMAND_PAN_LEFT || command == COMMAND_PAN_RIGHT;
}

/* Arrows and the keys beside them belong to the region with the focus: on the stop screen and in
 * the inspector they scroll. */
static bool scroll_region(struct app *app, const char *key)
{
    static const struct {
        const char *key;
        enum inspector_scroll how;
    } keys[] = {
        { "Up", SCROLL_LINE_UP },     { "Down", SCROLL_LINE_DOWN },
        { "PageUp", SCROLL_PAGE_UP }, { "PageDown", SCROLL_PAGE_DOWN },
        { "Home", SCROLL_TOP },       { "End", SCROLL_BOTTOM },
    };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (strcmp(keys[i].key, key) == 0)
            return records_scroll(app, keys[i].how) || debugger_scroll(app, keys[i].how) ||
                   inspector_scroll(app, keys[i].how);
    return false;
}

bool app_key(struct app *app, const char *key)
{
    enum command command;

    app->dirty = true;
    if (app->dialog != NULL)
        return dialog_key(app, key);
    if (tutor_key(app, key) || player_key(app, key) || examiner_key(app, key) ||
        quizzer_key(app, key) || debugger_key(app, key))
        return true;
    if (strcmp(key, "Enter") == 0 && (records_enter(app) || activate_focus(app)))
        return true;
    if (layout_key(app, key) || scroll_region(app, key))
        return true;
    command = settings_command(app->settings, key);
    command = (enum command)tutor_command(app, command);
    if (command == COMMAND_NONE)
        return false;
    if (!keeps_pointer(command))
        app->pointer.leads = false;
    app_do(app, command);
    return true;
}

void app_text(struct app *app, const char *utf8)
{
    if (app->dialog != NULL)
        dialog_text(app, utf8);
    else if (!debugger_text(app, utf8))
        tutor_text(app, utf8);
    app->dirty = true;
}

void focus_next(struct app *app, int direction)
{
    if (direction > 0)
        tree_focus_next(app->tree);
    else
        tree_focus_prev(app->tree);
}

void focus_region(struct app *app, int direction) { tree_focus_region(app->tree, direction); }

/* ---- What a click means ---------------------------------------------------------------------- */

static void select_thing(struct app *app, enum lane_kind kind, uint32_t address)
{
    uint32_t lane = lanes_find_at(recording_lanes(app_run(app)), kind, address, app_pane(app)->now);

    if (lane == LANE_NONE)
        app_say(app, true, "%08x has no lane", address);
    else
        app_select(app, app->active, lane, RECORD_NONE);
}

/* The IRP is on a place as long as it lives; which one, the details know. */
static void select_irp(struct app *app, uint32_t address)
{
    const struct lanes *lanes = recording_lanes(app_run(app));
    uint32_t index = recording_segment_of(app_run(app), app_pane(app)->now);
    const struct detail *d =
        index == SEGMENT_NONE ? NULL : recording_detail_now(app_run(app), index);

    for (uint32_t lane = 0; d != NULL && lane < d->lane_count; lane++) {
        if (lanes_get(lanes, lane)->kind != LANE_IRP)
            continue;
        for (uint32_t i = d->span_from[lane * LANE_LEVELS];
             i < d->span_from[lane * LANE_LEVELS + 1]; i++)
            if (d->spans[i].value == address) {
                app_select(app, app->active, lane, RECORD_NONE);
                return;
            }
    }
    app_say(app, true, "IRP %08x is not near", address);
}

static void select_row(struct app *app, uint32_t which, uint32_t index)
{
    struct pane *pane = &app->panes[which];

    if (index >= pane->rows.count)
        return;
    const struct row row = pane->rows.list[index];

    app->active = which;
    if (row.kind == ROW_GROUP)
        rows_fold(&pane->rows, &row, row.expanded);
    else
        app_select(app, which, row.lane, RECORD_NONE);
}

void app_activate(struct app *app, uint64_t tag)
{
    app->dirty = true;
    if (tag_kind(tag) == TAG_COMMAND) {
        app_do(app, (enum command)tag_number(tag));
        return;
    }
    if (tag_kind(tag) == TAG_ITEM) {
        dialog_click(app, (uint32_t)tag_number(tag));
        return;
    }
    if (tag_kind(tag) == TAG_OFFER) {
        if (app->player != NULL)
            player_offer(app, (uint32_t)tag_number(tag));
        else if (app->quizzer != NULL)
            quizzer_answer(app, (uint32_t)tag_number(tag));
        else if (tag_number(tag) < LESSON_OFFERS_MAX)
            tutor_offer(app, (uint32_t)tag_number(tag));
        return;
    }
    if (tag_kind(tag) == TAG_POINT) {
        curve_view_click(app, (uint32_t)tag_number(tag));
        return;
    }
    if (app->pane_count == 0)
        return;
    app_lock(app);
    view_touch(app);
    switch (tag_kind(tag)) {
    case TAG_RECORD:
        app->screen = SCREEN_TIMELINE;
        view_remember(app);
        journey_to(app, tag_number(tag));
        break;
    case TAG_THREAD:
        app->screen = SCREEN_TIMELINE;
        select_thing(app, LANE_THREAD, (uint32_t)tag_number(tag));
        break;
    case TAG_PROCESS:
        app->screen = SCREEN_TIMELINE;
        select_thing(app, LANE_PROCESS, (uint32_t)tag_number(tag));
        break;
    case TAG_LANE:
        app->screen = SCREEN_TIMELINE;
        app_select(app, tag_pane(tag), (uint32_t)tag_number(tag), RECORD_NONE);
        break;
    case TAG_IRP:
        select_irp(app, (uint32_t)tag_number(tag));
        break;
    case TAG_FOLD:
        inspector_fold(app, tag_number(tag));
        break;
    case TAG_LINK:
        story_show(app, (uint32_t)tag_number(tag));
        break;
    case TAG_ARGUMENT:
        stop_follow(app, tag_number(tag));
        break;
    case TAG_LISTED:
        records_choose(app, tag_number(tag));
        break;
    case TAG_BYTE:
        wrote_follow(app, tag_pane(tag), tag_number(tag));
        break;
    case TAG_ROW:
        select_row(app, tag_pane(tag), (uint32_t)tag_number(tag));
        break;
    default:
        break;
    }
    app_unlock(app);
}
