/* paint_rows.c - the rows of one run: heads on the left, lanes on the right, a node for each. */
#include "ui/timeline/arrows.h"
#include "ui/host/grow.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/match.h"
#include "ui/timeline/paint.h"
#include <stdlib.h>
#include <string.h>

static void row_head(struct app *app, struct pane *pane, const struct row *row, int y, bool dimmed)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    const struct theme *t = app->theme;
    const struct draw_box *box = &app->layout.headers;
    int x = box->x + app_px(app, 8 + 16 * row->depth), right = box->x + box->w - app_px(app, 6);
    int middle = y + row->h / 2, s = app_px(app, 4);
    const struct lane *lane = row->lane == LANE_NONE ? NULL : lanes_get(lanes, row->lane);
    uint32_t ink = dimmed ? t->disabled : row->kind == ROW_LANE && row->depth > 0 ? t->dim : t->ink;
    char id[32] = "";

    if (row->expandable) {
        struct draw_point open[] = { { x - s, middle - s / 2 },
                                     { x + s, middle - s / 2 },
                                     { x, middle + s } };
        struct draw_point shut[] = { { x - s / 2, middle - s },
                                     { x + s, middle },
                                     { x - s / 2, middle + s } };

        draw_polygon(app->list, row->expanded ? open : shut, 3, t->dim);
    }
    x += app_px(app, 10);
    if (lane != NULL && lane->process != PROCESS_NONE && row->kind != ROW_HANDLES) {
        uint32_t color = theme_process_color(t, lanes_process_name(lanes, lane->process));

        draw_rect(app->list, x, middle - app_px(app, 5), app_px(app, 10), app_px(app, 10), color);
        draw_outline(app->list, x, middle - app_px(app, 5), app_px(app, 10), app_px(app, 10), 1,
                     DRAW_BLACK);
        x += app_px(app, 15);
    }
    if (row->pinned) {
        draw_text(app->list, right, draw_text_top(app->fonts, DRAW_SMALL, y, row->h), 0, DRAW_SMALL,
                  DRAW_RIGHT, t->dim, "pinned");
        right -= app_px(app, 46);
    } else if (lane != NULL && lane->kind == LANE_THREAD) {
        snprintf(id, sizeof id, "%04x", lane->id);
        draw_text(app->list, right, draw_text_top(app->fonts, DRAW_MONO_SMALL, y, row->h), 0,
                  DRAW_MONO_SMALL, DRAW_RIGHT, t->dim, id);
        right -= app_px(app, 40);
    }
    draw_text(app->list, x,
              draw_text_top(app->fonts, row->kind == ROW_GROUP ? DRAW_SMALL : DRAW_BODY, y, row->h),
              right - x, row->kind == ROW_GROUP ? DRAW_SMALL : DRAW_BODY, DRAW_LEFT,
              row->kind == ROW_GROUP ? t->dim : ink,
              row->kind == ROW_GROUP     ? row_group_name(pane->run, row->group)
              : row->kind == ROW_HANDLES ? "handles"
                                         : lane->name);
}

void paint_lane_now(struct pane *pane, uint32_t lane, char *out, size_t size)
{
    paint_lane_at(pane, lane, pane->now, out, size);
}

void paint_lane_at(struct pane *pane, uint32_t lane, uint64_t number, char *out, size_t size)
{
    uint32_t index = recording_segment_of(pane->run, number);
    const struct detail *d = index == SEGMENT_NONE ? NULL : recording_detail(pane->run, index);
    const struct lanes *lanes = recording_lanes(pane->run);
    const struct lane *what = lanes_get(lanes, lane);
    uint32_t at;

    snprintf(out, size, "not known yet");
    if (d == NULL || lane >= d->lane_count)
        return;
    at = (uint32_t)(number - recording_segment(pane->run, index)->first);
    out[0] = 0;
    for (uint32_t level = 0; level <= LEVEL_BAND_3; level++)
        for (uint32_t i = d->span_from[lane * LANE_LEVELS + level];
             i < d->span_from[lane * LANE_LEVELS + level + 1] && d->spans[i].begin <= at; i++) {
            const struct cut_span *s = &d->spans[i];
            size_t length = strlen(out);

            if (s->end <= at && !(s->end == at && at + 1 == d->count))
                continue;
            snprintf(out + length, size - length, "%s%s%s%s", length > 0 ? ", " : "",
                     span_state_names[s->state], s->state == SPAN_ATTACHED ? " to " : "",
                     s->state == SPAN_ATTACHED ? lanes_process_name(lanes, s->process)
                     : s->state == SPAN_RUNNING && what->kind == LANE_CPU ? ""
                                                                          : "");
            if (s->state == SPAN_RUNNING && what->kind == LANE_CPU &&
                s->value < lanes_count(lanes)) {
                length = strlen(out);
                snprintf(out + length, size - length, " %s", lanes_get(lanes, s->value)->name);
            }
        }
    if (d->step_from[lane] != d->step_from[lane + 1]) {
        uint32_t value = 0;
        char text[48];
        size_t length = strlen(out);

        for (uint32_t i = d->step_from[lane]; i < d->step_from[lane + 1] && d->steps[i].index <= at;
             i++)
            value = d->steps[i].value;
        paint_value(what, value, text, sizeof text);
        snprintf(out + length, size - length, "%s%s%s", length > 0 ? ", " : "",
                 what->kind == LANE_CPU       ? "IRQL "
                 : what->kind == LANE_PROCESS ? "handles "
                                              : "",
                 text);
    }
    if (out[0] == 0)
        snprintf(out, size, "idle");
}

static void row_node(struct app *app, struct pane *pane, const struct row *row, struct draw_box box)
{
    uint32_t index = (uint32_t)(row - pane->rows.list), which = (uint32_t)(pane - app->panes);
    bool selected =
        app->selected.pane == which && row->lane != LANE_NONE && app->selected.lane == row->lane;
    char name[140], now[160];
    uint32_t state = TREE_FOCUSABLE | TREE_NO_TAB | (selected ? TREE_SELECTED : 0);

    if (row->expandable)
        state |= row->expanded ? TREE_EXPANDED : TREE_COLLAPSED;
    if (row->lane == LANE_NONE)
        snprintf(name, sizeof name, "%s", row_group_name(pane->run, row->group));
    else
        row_name(pane->run, row->lane, name, sizeof name);
    tree_leaf(
        app->tree,
        tree_key(tree_key(KEY_ROW, name, which), NULL, (uint64_t)row->kind << 32 | row->group),
        row->kind == ROW_GROUP ? TREE_HEADING : TREE_LANE, name, box, state);
    tree_tag(app->tree, tag_make(TAG_ROW, which, index));
    if (row->lane != LANE_NONE) {
        paint_lane_now(pane, row->lane, now, sizeof now);
        tree_value(app->tree, "%s", now);
    }
}

static uint32_t thread_members(const struct lanes *lanes, uint32_t process, uint32_t *out)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < lanes_count(lanes); i++)
        if (lanes_get(lanes, i)->kind == LANE_THREAD && lanes_get(lanes, i)->parent == process)
            out[count++] = i;
    return count;
}

static void paint_row(struct app *app, struct brush *b, uint32_t *members)
{
    const struct lane *lane = lanes_get(b->lanes, b->row->lane);
    int y = b->y, h = b->h;

    if (b->row->kind == ROW_HANDLES) {
        paint_steps(b);
        return;
    }
    if (b->row->kind == ROW_PROCESS) {
        b->members = members;
        b->member_count = thread_members(b->lanes, b->row->lane, members);
    }
    if (lane->kind == LANE_CPU) {
        b->h = h - app_px(app, 14);
        paint_spans(b);
        b->y = y + h - app_px(app, 13);
        b->h = app_px(app, 12);
        paint_steps(b);
        b->y = y;
        b->h = h;
    } else if (lane->kind == LANE_DISK) {
        b->h = h / 2;
        paint_spans(b);
        b->y = y + h / 2;
        paint_steps(b);
        b->y = y;
        b->h = h;
    } else if (lane->kind == LANE_QUEUE || lane->kind == LANE_POOL || lane->kind == LANE_LOAD ||
               lane->kind == LANE_LATENCY || lane->kind == LANE_GAUGE) {
        paint_steps(b);
    } else {
        paint_spans(b);
    }
}

uint32_t *paint_colors(const struct app *app, const struct lanes *lanes, uint32_t *count)
{
    uint32_t *colors;

    *count = lanes_process_count(lanes);
    colors = malloc((*count + 1) * sizeof *colors);
    CHECK(colors != NULL);
    for (uint32_t i = 0; i < *count; i++)
        colors[i] = theme_process_color(app->theme, lanes_process_name(lanes, (uint16_t)i));
    colors[*count] = app->theme->dim;
    return colors;
}

/* Whether the filter of lanes leaves it out. */
static bool is_dimmed(const struct app *app, const struct pane *pane, const struct row *row)
{
    return app->find.filter[0] != 0 && row->lane != LANE_NONE &&
           !match_lane(pane->run, row->lane, app->find.filter);
}

/* Which part of all rows is in sight. */
static void scroll_bar(struct app *app, const struct pane *pane, uint32_t which)
{
    struct draw_box box = pane->lanes, thumb = app_lanes_thumb(app, pane);
    int grip = app_px(app, 10);

    if (thumb.h == 0)
        return;
    draw_rect(app->list, thumb.x, thumb.y, thumb.w, thumb.h, app->theme->dim);
    tree_leaf(app->tree, tree_key(KEY_LANES, "bar", which), TREE_SLIDER, "Place among the lanes",
              (struct draw_box){ box.x + box.w - grip, box.y, grip, box.h }, 0);
    tree_tag(app->tree, tag_make(TAG_LANES_BAR, which, 0));
    tree_value(app->tree, "%d to %d of %d pixels", pane->scroll, pane->scroll + box.h,
               pane->rows.height);
}

void paint_pane(struct app *app, uint32_t which, struct draw_box box)
{
    struct pane *pane = &app->panes[which];
    struct stretch *stretches = grow_new(STRETCHES_MAX * sizeof *stretches);
    uint32_t *members, *colors;
    const struct theme *t = app->theme;
    struct brush b = { .app = app,
                       .pane = pane,
                       .list = app->list,
                       .run = pane->run,
                       .lanes = recording_lanes(pane->run),
                       .axis = &app->view.axis,
                       .stretches = stretches };
    char name[160];

    pane->lanes = box;
    rows_build(&pane->rows, pane->run, app->looks.text_percent);
    if (pane->scroll > pane->rows.height - box.h)
        pane->scroll = pane->rows.height - box.h;
    if (pane->scroll < 0)
        pane->scroll = 0;
    b.stretch_count = paint_stretches(app, pane, stretches);
    members = malloc((lanes_count(b.lanes) + 1) * sizeof *members);
    colors = paint_colors(app, b.lanes, &b.color_count);
    b.colors = colors;
    CHECK(members != NULL);
    snprintf(name, sizeof name, "Lanes%s%s", app->pane_count > 1 ? " of " : "",
             app->pane_count > 1 ? pane->label : "");
    tree_push(
        app->tree, tree_key(KEY_LANES, NULL, which), TREE_LIST, name,
        (struct draw_box){ app->layout.headers.x, box.y, app->layout.headers.w + box.w, box.h },
        TREE_REGION | TREE_FOCUSABLE);
    tree_tag(app->tree, tag_make(TAG_LANES, which, 0));
    draw_rect(app->list, app->layout.headers.x, box.y, app->layout.headers.w, box.h, t->panel);
    paint_grid(app, box);
    for (uint32_t i = 0; i < pane->rows.count; i++) {
        const struct row *row = &pane->rows.list[i];
        int y = box.y + row->y - pane->scroll;
        struct draw_box whole = { app->layout.headers.x, y, app->layout.headers.w + box.w, row->h };
        bool selected = app->selected.pane == which && row->lane != LANE_NONE &&
                        app->selected.lane == row->lane;
        bool dimmed = is_dimmed(app, pane, row);

        if (y + row->h < box.y || y >= box.y + box.h)
            continue;
        draw_clip_push(app->list, whole.x, box.y, whole.w, box.h);
        if (row->kind == ROW_GROUP)
            draw_rect(app->list, whole.x, y, whole.w, row->h, t->panel);
        if (selected)
            draw_rect(app->list, whole.x, y, app->layout.headers.w, row->h,
                      theme_mix(t->panel, t->accent, 35));
        row_head(app, pane, row, y, dimmed);
        draw_line(app->list, whole.x, y + row->h - 1, whole.x + whole.w - 1, y + row->h - 1, 1,
                  t->grid);
        row_node(app, pane, row, draw_box_cut(whole, draw_clip(app->list)));
        draw_clip_pop(app->list);
        if (row->kind != ROW_GROUP) {
            draw_clip_push(app->list, box.x, box.y, box.w, box.h);
            b.row = row;
            b.y = y;
            b.h = row->h - 1;
            paint_row(app, &b, members);
            if (dimmed) {
                paint_marks(&b);
                draw_rect(app->list, box.x, y, box.w, row->h, t->shade);
            }
            draw_clip_pop(app->list);
        }
    }
    draw_clip_push(app->list, box.x, box.y, box.w, box.h);
    paint_end_line(app, pane, box);
    for (uint32_t i = 0; i < pane->rows.count; i++) { /* Marks lie over that line. */
        b.row = &pane->rows.list[i];
        b.y = box.y + b.row->y - pane->scroll;
        b.h = b.row->h - 1;
        if (b.row->kind != ROW_GROUP && b.row->kind != ROW_HANDLES &&
            !is_dimmed(app, pane, b.row) && b.y + b.h >= box.y && b.y < box.y + box.h)
            paint_marks(&b);
    }
    draw_clip_pop(app->list);
    scroll_bar(app, pane, which);
    tree_pop(app->tree);
    free(members);
    free(colors);
    free(stretches);
    draw_clip_push(app->list, box.x, box.y, box.w, box.h);
    paint_arrows(app, pane);
    draw_clip_pop(app->list);
}
