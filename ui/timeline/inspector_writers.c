/* inspector_writers.c - who wrote a byte (wrote.h): all its writers, with their stacks.
 *
 * The list stands around the playhead. The last write before it is marked: what the byte holds at
 * this instant is what that one left there.
 */
#include "ui/report/report.h"
#include "ui/symbols/symbols.h"
#include "ui/timeline/inspector_inside.h"
#include "ui/timeline/wrote.h"
#include <inttypes.h>
#include <string.h>

enum { BEFORE = 10, AFTER = 6, NAMES = 5 };

static uint32_t process_lane(const struct lanes *lanes, uint32_t id)
{
    for (uint32_t i = 0; i < lanes_count(lanes); i++)
        if (lanes_get(lanes, i)->kind == LANE_PROCESS && lanes_get(lanes, i)->id == id)
            return i;
    return LANE_NONE;
}

static const char *process_name(const struct lanes *lanes, uint32_t id)
{
    uint32_t lane = process_lane(lanes, id);

    return lane == LANE_NONE ? "System" : lanes_get(lanes, lane)->name;
}

/* "inetinfo.exe/smtp 3 (012c), with store.exe in force, wrote 32 bytes from 002f0030 on". */
static void told(const struct recording *run, const struct watch_hit *hit, char *out, size_t size)
{
    static const char *const did[] = { [WATCHED_WRITTEN] = "wrote",
                                       [WATCHED_FILLED] = "filled",
                                       [WATCHED_GIVEN] = "was given the region of",
                                       [WATCHED_TAKEN] = "gave back the region of" };
    const struct lanes *lanes = recording_lanes(run);
    uint32_t lane = lanes_thread_by_id(lanes, hit->thread, hit->number);
    char who[160] = "nobody's thread";
    size_t length;

    if (lane != LANE_NONE)
        row_name(run, lane, who, sizeof who);
    else if (hit->owner != 0)
        snprintf(who, sizeof who, "%s (%04x)", process_name(lanes, hit->owner), hit->thread);
    snprintf(out, size, "%s, with %s in force, %s %" PRIu32 " bytes from %08x on", who,
             process_name(lanes, hit->force), did[hit->how], hit->bytes, hit->address);
    length = strlen(out);
    if (hit->through == 0)
        snprintf(out + length, size - length, " through a mapping of the system");
    else if (hit->through != hit->force)
        snprintf(out + length, size - length, " in %s", process_name(lanes, hit->through));
}

/* The innermost functions in a line, but for the kernel's way to the byte. */
static void stack_line(struct side *v, const struct watch_hit *hit)
{
    struct symbols *symbols = stack_symbols(v->own);
    char text[400] = "";
    uint32_t shown = 0;

    for (uint32_t i = 0; symbols != NULL && i < hit->frame_count && shown < NAMES; i++) {
        char name[REPORT_FRAME_CHARS];
        size_t length = strlen(text);

        if (!symbols_name(symbols, hit->frames[i], name, sizeof name) || report_is_plumbing(name) ||
            (shown == 0 && strncmp(name, "nt!", 3) == 0))
            continue;
        snprintf(text + length, sizeof text - length, "%s%s", shown > 0 ? " < " : "", name);
        shown++;
    }
    if (shown > 0)
        sheet_text(v->sheet, DRAW_SMALL, v->sheet->dim, text);
}

static void hit_show(struct side *v, const struct watch_hit *hit, bool current)
{
    char head[48], text[400], note[64], count[40];

    side_time(hit->at, head, sizeof head);
    text_count(hit->number, count, sizeof count);
    told(v->pane->run, hit, text, sizeof text);
    snprintf(note, sizeof note, "goes to record #%s", count);
    sheet_item(v->sheet, &(struct sheet_item){ .head = head,
                                               .text = text,
                                               .tag = side_tag(v, TAG_RECORD, hit->number),
                                               .note = note,
                                               .current = current });
    if (current)
        stack_show(v->sheet, v->own, hit->frames, hit->frame_count);
    else
        stack_line(v, hit);
}

/* A line that leads to the far end of the list. */
static void rest_show(struct side *v, uint64_t count, const char *what, const struct watch_hit *hit)
{
    char text[80], number[40];

    if (count == 0)
        return;
    text_count(count, number, sizeof number);
    snprintf(text, sizeof text, "%s %s", number, what);
    sheet_link(v->sheet, text, side_tag(v, TAG_RECORD, hit->number), "leads to the farthest");
}

void writers_show(struct side *v)
{
    const struct wrote *asked = &v->app->wrote;
    const struct writers *w = asked->on ? recording_writers(v->pane->run) : NULL;
    uint32_t next = 0, first, end;
    char byte[120], head[160], count[40], text[160];

    if (w == NULL || v->pane != &v->app->panes[asked->pane])
        return;
    wrote_text(v->app, byte, sizeof byte);
    snprintf(head, sizeof head, "Who wrote %s", byte);
    if (!side_section(v, SECTION_WRITERS, head))
        return;
    while (next < w->count && w->list[next].number <= v->pane->now)
        next++;
    text_count(w->count + w->dropped, count, sizeof count);
    snprintf(text, sizeof text, "%s changes%s; %" PRIu64 " up to this instant", count,
             w->found == FOUND_YES ? " in the whole run" : " so far, still looking",
             next + w->dropped);
    sheet_text(v->sheet, DRAW_BODY, v->sheet->ink, text);
    if (w->count == 0) {
        if (w->found == FOUND_YES)
            sheet_text(v->sheet, DRAW_BODY, v->sheet->dim,
                       "Nobody: it was never allocated, or never written.");
        return;
    }
    if (next == 0)
        sheet_text(v->sheet, DRAW_SMALL, v->sheet->dim, "At this instant nobody has written yet.");
    first = next > BEFORE ? next - BEFORE : 0;
    end = MIN_OF(next + AFTER, w->count);
    rest_show(v, first + w->dropped, "earlier", &w->list[0]);
    for (uint32_t i = first; i < end; i++)
        hit_show(v, &w->list[i], i + 1 == next);
    rest_show(v, w->count - end, "later", &w->list[w->count - 1]);
    sheet_gap(v->sheet, 10);
}
