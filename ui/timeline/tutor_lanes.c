/* tutor_lanes.c - the threads that a page shows: those that do anything in its stretch.
 *
 * A server has some sixty threads, and most sleep. A page names processes; of their threads those
 * are shown that run, bear a mark, or are away in another process between `from` and `at`, if all
 * of them have room. Otherwise the processes stay folded.
 */
#include "ui/timeline/tutor_inside.h"
#include <stdlib.h>
#include <string.h>

enum { SEGMENTS_MOST = 3, ROW = 20, ROWS_BESIDE = 8 };

/* Marks the lanes with ink among the records of one segment. */
static void find_ink(const struct detail *d, uint64_t first, uint64_t from, uint64_t to,
                     const struct lanes *lanes, bool *ink)
{
    for (uint32_t lane = 0; lane < d->lane_count; lane++) {
        if (lanes_get(lanes, lane)->kind != LANE_THREAD)
            continue;
        for (uint32_t i = d->mark_from[lane]; i < d->mark_from[lane + 1] && !ink[lane]; i++)
            ink[lane] = first + d->marks[i] >= from && first + d->marks[i] <= to;
        for (uint32_t level = 0; level <= LEVEL_BAND_1; level++)
            for (uint32_t i = d->span_from[lane * LANE_LEVELS + level];
                 i < d->span_from[lane * LANE_LEVELS + level + 1] && !ink[lane]; i++) {
                const struct cut_span *span = &d->spans[i];

                ink[lane] = (level == LEVEL_BAND_1 || span->state == SPAN_RUNNING) &&
                            first + span->begin <= to && first + span->end > from;
            }
    }
}

/* False: details are not here yet (asked for). Otherwise ink is made; NULL: the stretch is long. */
static bool look(struct pane *pane, uint64_t from, uint64_t to, bool **ink)
{
    uint32_t low = recording_segment_of(pane->run, from),
             high = recording_segment_of(pane->run, to);
    bool here = true;

    *ink = NULL;
    if (low == SEGMENT_NONE || high == SEGMENT_NONE || high - low >= SEGMENTS_MOST)
        return true;
    for (uint32_t s = low; s <= high; s++)
        here = recording_detail(pane->run, s) != NULL && here;
    if (!here)
        return false;
    *ink = calloc(lanes_count(recording_lanes(pane->run)) + 1, sizeof **ink);
    CHECK(*ink != NULL);
    for (uint32_t s = low; s <= high; s++)
        find_ink(recording_detail(pane->run, s), recording_segment(pane->run, s)->first, from, to,
                 recording_lanes(pane->run), *ink);
    return true;
}

static bool is_of_shown(struct pane *pane, const struct lane *lane)
{
    return lane->kind == LANE_THREAD && lane->parent != LANE_NONE &&
           !rows_choice(&pane->rows, lane->parent)->hidden;
}

static void unfold(struct app *app, struct pane *pane, const bool *ink)
{
    const struct lanes *lanes = recording_lanes(pane->run);
    uint32_t count = lanes_count(lanes), shown = 0;
    int room = app->layout.lanes.h / (int)app->pane_count / app_px(app, ROW) - ROWS_BESIDE;

    for (uint32_t i = 0; i < count; i++)
        shown += ink[i] && is_of_shown(pane, lanes_get(lanes, i));
    if (shown == 0 || (int)shown > room)
        return;
    for (uint32_t i = 0; i < count; i++) {
        struct row_choice *choice = rows_choice(&pane->rows, i);

        if (is_of_shown(pane, lanes_get(lanes, i)))
            choice->hidden = !ink[i] && i != app->selected.lane;
        else if (lanes_get(lanes, i)->kind == LANE_PROCESS && !choice->hidden)
            choice->expanded = choice->has_expanded = true;
    }
}

bool tutor_unfold(struct app *app)
{
    struct tutor *t = app->tutor;

    if (t->view == NULL || t->shown_run.picture == PICTURE_OTHER || app->screen != SCREEN_TIMELINE)
        return true;
    for (uint32_t i = 0; i < app->pane_count; i++) {
        struct pane *pane = &app->panes[i];
        uint64_t last = recording_status(pane->run)->records;
        bool *ink;

        if (last == 0 ||
            !look(pane, MIN_OF(t->view->from, last - 1), MIN_OF(t->view->at, last - 1), &ink))
            return false;
        if (ink != NULL)
            unfold(app, pane, ink);
        free(ink);
    }
    return true;
}
