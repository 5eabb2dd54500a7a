/* inspector_store.c - the store's database as a picture: pages of the .stm, what is lent out, and
 * what the driver makes of it.
 *
 * A page has a colour and a pattern: free an outline, reserved hatched, committed solid, deleted
 * crossed; lent ones bear a dot. Where the map has more pages than there is room for cells, a cell
 * stands for several and shows the state of the most of them.
 */
#include "ui/timeline/inspector_inside.h"
#include "ui/timeline/wrote.h"
#include <inttypes.h>
#include <string.h>

enum { CELL = 9, CELL_ROWS_MAX = 26, LENT_SHOWN = 24, STREAMS_SHOWN = 16, REQUESTS_SHOWN = 16 };

/* ---- The map --------------------------------------------------------------------------------- */

static uint32_t color_of(uint8_t state)
{
    static const enum theme_okabe_ito colors[INSPECT_PAGE_STATES] = {
        [INSPECT_PAGE_RESERVED] = OKABE_YELLOW,
        [INSPECT_PAGE_COMMITTED] = OKABE_SKY,
        [INSPECT_PAGE_DELETED] = OKABE_VERMILION,
    };

    return theme_palette(colors[state]);
}

static void draw_page(struct sheet *s, uint8_t page, int x, int y, int side)
{
    struct draw_list *list = s->app->list;
    uint8_t state = page & INSPECT_PAGE_STATE;

    switch (state) {
    case INSPECT_PAGE_RESERVED:
        draw_rect(list, x, y, side, side, color_of(state));
        if (!(page & INSPECT_PAGE_LENT))
            draw_hatch(list, x, y, side, side, MAX_OF(side / 2, 3), 1, DRAW_BLACK);
        break;
    case INSPECT_PAGE_COMMITTED:
        draw_rect(list, x, y, side, side, color_of(state));
        break;
    case INSPECT_PAGE_DELETED:
        draw_line(list, x, y, x + side - 1, y + side - 1, 1, color_of(state));
        draw_line(list, x + side - 1, y, x, y + side - 1, 1, color_of(state));
        draw_outline(list, x, y, side, side, 1, color_of(state));
        break;
    default:
        draw_outline(list, x, y, side, side, 1, s->app->theme->grid_strong);
        break;
    }
    if (page & INSPECT_PAGE_LENT)
        draw_rect(list, x + side / 2 - MAX_OF(side / 6, 1), y + side / 2 - MAX_OF(side / 6, 1),
                  MAX_OF(side / 3, 2), MAX_OF(side / 3, 2),
                  state == INSPECT_PAGE_FREE ? s->app->theme->ink : DRAW_BLACK);
}

/* The commonest state of several pages; lent if one of them is. */
static uint8_t page_of(const struct inspect *look, uint32_t from, uint32_t count)
{
    uint32_t states[INSPECT_PAGE_STATE + 1] = { 0 };
    uint8_t flags = 0, best = 0;

    for (uint32_t i = from; i < from + count && i < look->page_count; i++) {
        states[look->pages[i] & INSPECT_PAGE_STATE]++;
        flags |= look->pages[i] & (INSPECT_PAGE_LENT | INSPECT_PAGE_DRIVER);
    }
    for (uint8_t state = 1; state < INSPECT_PAGE_STATES; state++)
        if (states[state] > states[best])
            best = state;
    return best | flags;
}

static void legend(struct sheet *s, uint8_t page, const char *name, uint32_t count)
{
    int h = draw_line_height(s->app->fonts, DRAW_SMALL), side = app_px(s->app, 12);

    if (sheet_sees(s, s->y, h)) {
        draw_page(s, page, s->x, s->y + (h - side) / 2, side);
        draw_text(s->app->list, s->x + side + app_px(s->app, 8), s->y, 0, DRAW_SMALL, DRAW_LEFT,
                  s->ink, name);
        draw_textf(s->app->list, s->x + s->w, s->y, 0, DRAW_SMALL, DRAW_RIGHT, s->ink, "%" PRIu32,
                   count);
    }
    sheet_node(s, TREE_ROW, name, (struct draw_box){ s->x, s->y, s->w, h }, 0);
    tree_value(s->app->tree, "%" PRIu32 " pages", count);
    s->y += h;
}

static void map_show(struct side *v)
{
    const struct inspect *look = v->look;
    struct sheet *s = v->sheet;
    int side = app_px(v->app, CELL), pitch = side + 1, columns = MAX_OF(s->w / pitch, 1);
    uint32_t counts[INSPECT_PAGE_STATE + 1] = { 0 }, lent = 0, handed = 0, cells, each = 1;
    char text[96];

    if (look->page_count == 0 || !side_section(v, SECTION_PAGES, "Pages of the .stm"))
        return;
    for (uint32_t i = 0; i < look->page_count; i++) {
        counts[look->pages[i] & INSPECT_PAGE_STATE]++;
        lent += (look->pages[i] & INSPECT_PAGE_LENT) != 0;
        handed += (look->pages[i] & INSPECT_PAGE_DRIVER) != 0;
    }
    while (look->page_count / each > (uint32_t)columns * CELL_ROWS_MAX)
        each++;
    cells = (look->page_count + each - 1) / each;
    for (uint32_t i = 0; i < cells; i++) {
        int x = s->x + (int)i % columns * pitch, y = s->y + (int)i / columns * pitch;

        if (sheet_sees(s, y, side))
            draw_page(s, page_of(look, i * each, each), x, y, side);
    }
    int h = ((int)cells + columns - 1) / columns * pitch;

    snprintf(text, sizeof text, "Map of %" PRIu32 " pages, %" PRIu32 " a cell", look->page_count,
             each);
    sheet_node(s, TREE_GRAPH, text, (struct draw_box){ s->x, s->y, s->w, h }, 0);
    s->y += h + app_px(v->app, 6);
    if (each > 1)
        sheet_text(s, DRAW_SMALL, s->dim, text);
    for (uint8_t state = 0; state < INSPECT_PAGE_STATES; state++)
        legend(s, state, inspect_page_name(state), counts[state]);
    legend(s, INSPECT_PAGE_LENT | INSPECT_PAGE_RESERVED, "reserved and in the lending table", lent);
    sheet_say(s, "With the driver", "%" PRIu32 " of the reserved pages", handed);
}

/* ---- The lending table ----------------------------------------------------------------------- */

/* Leads to who wrote the entry; 0: its store has no lane. */
static uint64_t byte_of(const struct side *v, const struct inspect_lent *l)
{
    for (uint32_t i = 0; i < lanes_count(v->lanes); i++)
        if (lanes_get(v->lanes, i)->kind == LANE_PROCESS &&
            lanes_get(v->lanes, i)->id == v->look->database.process)
            return side_tag(v, TAG_BYTE, wrote_number(i, l->address));
    return 0;
}

static void lent_show(struct side *v)
{
    static const int percent[] = { -9, -21, -14, -20, 36 };
    static const char *const header[] = { "#", "first page", "pages", "lent to", "entry" };
    uint32_t shown = 0, broken = 0;
    char text[96];

    for (uint32_t i = 0; i < v->look->lent_count; i++)
        broken += !v->look->lent[i].sound || !v->look->lent[i].readable;
    snprintf(text, sizeof text, "Lending table (%" PRIu32 "%s)", v->look->lent_count,
             broken > 0 ? ", broken" : "");
    if (v->look->lent_count == 0 || !side_section(v, SECTION_LENDING, text))
        return;
    if (broken > 0) {
        snprintf(text, sizeof text, "%" PRIu32 " broken: written over by a stranger.", broken);
        sheet_text(v->sheet, DRAW_BODY, v->app->theme->bad, text);
    }
    sheet_cells(v->sheet, &(struct sheet_cells){ .cells = header,
                                                 .percent = percent,
                                                 .count = ARRAY_LEN(header),
                                                 .header = true });
    for (uint32_t pass = 0; pass < 2; pass++) /* The broken ones first. */
        for (uint32_t i = 0; i < v->look->lent_count && shown < LENT_SHOWN; i++) {
            const struct inspect_lent *l = &v->look->lent[i];
            bool bad = !l->sound || !l->readable;
            char cell[4][16];
            const char *cells[] = { cell[0], cell[1], cell[2], cell[3],
                                    !l->readable ? "not readable"
                                    : !l->sound  ? "BROKEN check"
                                                 : "sound" };

            if (bad != (pass == 0) || (!bad && l->pages == 0))
                continue;
            snprintf(cell[0], sizeof cell[0], "%" PRIu32, l->index);
            snprintf(cell[1], sizeof cell[1], "%" PRIu32, l->first_page);
            snprintf(cell[2], sizeof cell[2], "%" PRIu32, l->pages);
            snprintf(cell[3], sizeof cell[3], l->borrower != 0 ? "%" PRIu32 : "nobody",
                     l->borrower);
            sheet_cells(v->sheet, &(struct sheet_cells){ .cells = cells,
                                                         .percent = percent,
                                                         .count = ARRAY_LEN(cells),
                                                         .tag = byte_of(v, l),
                                                         .bad = bad });
            shown++;
        }
}

/* ---- The driver ------------------------------------------------------------------------------ */

static bool half_done(const struct inspect_stream *t) { return t->posted || t->borrowed_runs > 0; }

static void stream_line(struct side *v, const struct inspect_stream *t, const int *percent,
                        uint32_t count)
{
    char file[16], pages[16], who[96];
    const char *cells[] = { file, who, pages,
                            t->posted              ? "half-done in client"
                            : t->borrowed_runs > 0 ? "half-done in store"
                            : t->opening           ? "opening"
                            : t->committed         ? "committed"
                            : t->transfers > 0     ? "in transfer"
                                                   : "open" };

    snprintf(file, sizeof file, "%" PRIu32, t->file_id);
    snprintf(pages, sizeof pages, "%" PRIu32, t->pages);
    side_name(v, t->process, who, sizeof who);
    sheet_cells(v->sheet,
                &(struct sheet_cells){
                    .cells = cells, .percent = percent, .count = count, .bad = half_done(t) });
}

static void streams_show(struct side *v)
{
    static const int percent[] = { 16, 34, -16, 34 };
    static const char *const header[] = { "File", "opened by", "pages", "state" };
    char name[96];
    uint32_t shown = 0;

    snprintf(name, sizeof name, "Driver %s: streams (%" PRIu32 ")", v->look->driver_build,
             v->look->stream_count);
    if (v->look->stream_count == 0 || !side_section(v, SECTION_STREAMS, name))
        return;
    sheet_cells(v->sheet, &(struct sheet_cells){ .cells = header,
                                                 .percent = percent,
                                                 .count = ARRAY_LEN(header),
                                                 .header = true });
    for (uint32_t pass = 0; pass < 2; pass++) /* The half-done ones first. */
        for (uint32_t i = 0; i < v->look->stream_count && shown < STREAMS_SHOWN; i++)
            if (half_done(&v->look->streams[i]) == (pass == 0)) {
                stream_line(v, &v->look->streams[i], percent, ARRAY_LEN(percent));
                shown++;
            }
    if (v->look->stream_count > STREAMS_SHOWN)
        sheet_say(v->sheet, "And", "%" PRIu32 " more", v->look->stream_count - STREAMS_SHOWN);
}

static void requests_show(struct side *v)
{
    static const int percent[] = { 20, 30, 20, -24 };
    static const char *const asks[] = { "idle", "queued", "fetched" };
    static const char *const states[] = { "new", "waiting", "ready", "done" };
    char name[64];

    snprintf(name, sizeof name, "Driver: requests (%" PRIu32 ")", v->look->request_count);
    if (v->look->request_count == 0 || !side_section(v, SECTION_REQUESTS, name))
        return;
    for (uint32_t i = 0; i < v->look->request_count && i < REQUESTS_SHOWN; i++) {
        const struct inspect_request *r = &v->look->requests[i];
        const struct inspect_thread *t = inspect_thread(v->look, r->thread);
        char pages[24], what[24], who[96];
        const char *cells[] = { what,
                                r->ahead    ? "ahead of need"
                                : t != NULL ? t->name
                                            : "nobody waits",
                                r->state < ARRAY_LEN(states) && r->ask < ARRAY_LEN(asks)
                                    ? (r->state == 1 ? asks[r->ask] : states[r->state])
                                    : "?",
                                pages };

        snprintf(what, sizeof what, "%s %" PRIu32,
                 r->kind == 1   ? "reserve"
                 : r->kind == 2 ? "open"
                                : "list",
                 r->serial);
        snprintf(pages, sizeof pages, "%" PRIu32 " pages", r->pages);
        sheet_cells(v->sheet,
                    &(struct sheet_cells){ .cells = cells,
                                           .percent = percent,
                                           .count = ARRAY_LEN(cells),
                                           .tag = t != NULL && !r->ahead
                                                      ? side_name(v, t->address, who, sizeof who)
                                                      : 0 });
    }
}

void store_show(struct side *v)
{
    map_show(v);
    lent_show(v);
    streams_show(v);
    requests_show(v);
}
