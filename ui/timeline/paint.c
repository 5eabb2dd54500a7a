/* paint.c - the timeline as a whole: minimap, story, ruler, and the panes with what lies across
 * them.
 *
 * Heads are drawn last: no line cuts their texts.
 */
#include "ui/timeline/paint.h"
#include "ui/timeline/story.h"

void paint_timeline(struct app *app)
{
    struct draw_box lanes = app->layout.lanes, heads[2];
    int head = paint_head_height(app);
    int each = lanes.h / (int)MAX_OF(app->pane_count, 1u);

    paint_minimap(app);
    paint_strip(app);
    paint_ruler(app);
    for (uint32_t i = 0; i < app->pane_count; i++) {
        struct draw_box box = { lanes.x, lanes.y + (int)i * each, lanes.w, each };

        heads[i] = (struct draw_box){ box.x, box.y, box.w, MIN_OF(head, box.h) };
        box.y += heads[i].h;
        box.h -= heads[i].h;
        paint_pane(app, i, box);
        draw_clip_push(app->list, box.x, box.y, box.w, box.h);
        paint_stop_sides(app, &app->panes[i], box);
        draw_clip_pop(app->list);
    }
    lanes.y += MIN_OF(head, lanes.h);
    lanes.h -= MIN_OF(head, lanes.h);
    draw_clip_push(app->list, lanes.x, lanes.y, lanes.w, lanes.h);
    paint_difference(app, lanes);
    paint_cursors(app, lanes);
    draw_clip_pop(app->list);
    draw_line(app->list, lanes.x - 1, app->layout.lanes.y, lanes.x - 1,
              app->layout.lanes.y + app->layout.lanes.h, 1, app->theme->border);
    for (uint32_t i = 0; i < app->pane_count; i++)
        paint_head(app, i, heads[i]);
}
