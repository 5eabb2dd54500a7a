/* storyboard.c - see storyboard.h: the page around the panels, and its four forms.
 *
 * The page is one draw list of PAGE_WIDTH by PAGE_HEIGHT pixels, the shape of A4 across: the head
 * with the five facts, two rows of panels, a line at the foot. With three, five or seven panels the
 * last one is twice as wide: it is the end. In each row captions take as much as the longest one
 * needs, so that the pictures stand side by side.
 */
#include "ui/timeline/storyboard.h"
#include "ui/draw/pdf.h"
#include "ui/draw/png.h"
#include "ui/draw/svg.h"
#include "ui/host/memory_file.h"
#include "ui/host/texts.h"
#include "ui/host/whole_file.h"
#include "ui/host/xml.h"
#include "ui/run/exits.h"
#include "ui/timeline/storyboard_inside.h"
#include "ui/timeline/wrap.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAGE_WIDTH = 1684,
    PAGE_HEIGHT = 1190,
    MARGIN = 40,
    GAP = 22,
    FACTS = 5,
    SAMPLE = 34,       /* Width of a sample in the legend. */
    PAPER_WIDTH = 842, /* A4 across, in points. */
    PAPER_HEIGHT = 595,
};

struct page {
    struct app *app;
    const struct theme *theme;
    const struct board *board;
    int y; /* Where the next part begins. */
};

/* ---- The head -------------------------------------------------------------------------------- */

static void put_facts(struct page *p)
{
    static const char *const names[FACTS] = { "WHO", "WHAT", "WHERE", "WHEN", "WHY" };
    const char *const facts[FACTS] = { p->board->who, p->board->what, p->board->where,
                                       p->board->when, p->board->why };
    static const int shares[FACTS] = { 20, 25, 16, 16, 23 }; /* Percent of the width. */
    struct draw_list *list = p->app->list;
    const struct draw_fonts *fonts = p->app->fonts;
    int all = PAGE_WIDTH - 2 * MARGIN - (FACTS - 1) * GAP, x = MARGIN, most = 0;
    int head = draw_line_height(fonts, DRAW_SMALL) + 2;

    for (int i = 0; i < FACTS; i++) {
        int width = all * shares[i] / 100, h;

        draw_rect(list, x, p->y, width, 3, p->theme->ink);
        draw_text(list, x, p->y + 7, width, DRAW_SMALL, DRAW_LEFT, p->theme->dim, names[i]);
        h = wrap_draw(list, fonts, x, p->y + 7 + head, width, DRAW_SMALL, p->theme->ink, facts[i]);
        most = MAX_OF(most, h);
        x += width + GAP;
    }
    p->y += 7 + head + most + 18;
}

static void put_head(struct page *p)
{
    p->y = MARGIN - 8;
    p->y += wrap_draw(p->app->list, p->app->fonts, MARGIN, p->y, PAGE_WIDTH - 2 * MARGIN, DRAW_HUGE,
                      p->theme->ink, app_pane(p->app)->scenario->title) +
            10;
    put_facts(p);
}

enum sample { SAMPLE_RUNS, SAMPLE_READY, SAMPLE_WAITS, SAMPLE_VISITS, SAMPLE_DPC, SAMPLES };

/* What a bar means, drawn as paint_lane.c draws it. */
static void put_sample(const struct page *p, enum sample which, int x, int y, int h)
{
    struct draw_list *list = p->app->list;
    uint32_t color = theme_palette(OKABE_SKY);

    if (which == SAMPLE_READY) {
        draw_hatch(list, x, y, SAMPLE, h, 6, 3, color);
    } else if (which == SAMPLE_WAITS) {
        draw_outline(list, x, y + 2, SAMPLE, h - 4, 1, p->theme->dim);
    } else {
        draw_rect(list, x, y, SAMPLE, h, color);
        draw_outline(list, x, y, SAMPLE, h, 1, DRAW_BLACK);
    }
    if (which == SAMPLE_VISITS) {
        draw_rect(list, x + 8, y + 4, SAMPLE - 8, h - 8, theme_palette(OKABE_ORANGE));
        draw_outline(list, x + 8, y + 4, SAMPLE - 8, h - 8, 1, DRAW_BLACK);
    }
    for (int i = 0; i < 2 && which == SAMPLE_DPC; i++)
        draw_dotted(list, x, y - 3 + i, x + SAMPLE, y - 3 + i, 2, 2, p->theme->ink);
}

static void put_foot(struct page *p)
{
    static const char *const words[SAMPLES] = { "runs", "ready", "waits", "visits another process",
                                                "a DPC runs" };
    const struct pane *pane = app_pane(p->app);
    int line = draw_line_height(p->app->fonts, DRAW_SMALL), y = PAGE_HEIGHT - MARGIN - line + 14;
    int x = MARGIN;
    char text[700];

    for (int i = 0; i < SAMPLES; i++) {
        put_sample(p, (enum sample)i, x, y + 3, line - 6);
        x += SAMPLE + 8;
        draw_text(p->app->list, x, y, 0, DRAW_SMALL, DRAW_LEFT, p->theme->dim, words[i]);
        x += draw_text_width(p->app->fonts, DRAW_SMALL, words[i]) + GAP;
    }
    snprintf(text, sizeof text, "%.500s, seed %" PRIu64, pane->path, pane->seed);
    draw_text(p->app->list, x, y, PAGE_WIDTH - MARGIN - x, DRAW_SMALL, DRAW_RIGHT, p->theme->dim,
              text);
}

/* ---- Panels ---------------------------------------------------------------------------------- */

static int badge_size(const struct page *p) { return draw_line_height(p->app->fonts, DRAW_TITLE); }

/* The number on its plate, the title beside it, the time under both. */
static int put_title(const struct page *p, uint32_t number, int x, int y, int width)
{
    const struct board_panel *panel = &p->board->panels[number];
    const struct theme *t = p->theme;
    struct draw_list *list = p->app->list;
    const struct draw_fonts *fonts = p->app->fonts;
    int size = badge_size(p);
    bool stop = panel->role == BOARD_END && p->board->finding == FINDING_STOP;
    uint32_t ground = stop                          ? t->stop_black
                      : panel->role == BOARD_CHOICE ? theme_palette(OKABE_PURPLE)
                                                    : t->ink;
    char text[200], length[40], at[48];

    draw_rect(list, x, y, size, size, ground);
    if (stop)
        draw_outline(list, x, y, size, size, 3, t->stop_yellow);
    snprintf(text, sizeof text, "%u", number + 1);
    draw_label(list, fonts, x, y, size, size, DRAW_TITLE, DRAW_CENTER,
               stop                          ? t->stop_yellow
               : panel->role == BOARD_CHOICE ? theme_ink_on(ground)
                                             : t->background,
               text);
    draw_text(list, x + size + 10, y, width - size - 10, DRAW_TITLE, DRAW_LEFT, t->ink,
              panel->title);
    text_time(panel->record.at, at, sizeof at);
    board_length(p->board->end - panel->record.at, length, sizeof length);
    if (panel->role == BOARD_END)
        snprintf(text, sizeof text, "%s", at);
    else
        snprintf(text, sizeof text, "%s, %s before the end", at, length);
    draw_text(list, x, y + size + 4, width, DRAW_SMALL, DRAW_LEFT, t->dim, text);
    return size + 4 + draw_line_height(fonts, DRAW_SMALL) + 4;
}

static int caption_height(const struct page *p, uint32_t number, int width)
{
    return wrap_lines(p->app->fonts, DRAW_SMALL, p->board->panels[number].caption, width) *
           draw_line_height(p->app->fonts, DRAW_SMALL);
}

/* Panels from `first` on in a row of so many columns; the last panel takes what is left. */
static void put_row(struct page *p, uint32_t first, uint32_t count, uint32_t columns, int height)
{
    int width = (PAGE_WIDTH - 2 * MARGIN - (int)(columns - 1) * GAP) / (int)columns, most = 0;

    for (uint32_t i = 0; i < count; i++) {
        bool wide = i + 1 == count && count < columns;

        most = MAX_OF(most, caption_height(p, first + i, wide ? 2 * width + GAP : width));
    }
    for (uint32_t i = 0; i < count; i++) {
        int x = MARGIN + (int)i * (width + GAP), y = p->y, w = width, bottom = p->y + height;

        if (i + 1 == count && count < columns)
            w = 2 * width + GAP;
        y += put_title(p, first + i, x, y, w);
        wrap_draw(p->app->list, p->app->fonts, x, y, w, DRAW_SMALL, p->theme->ink,
                  p->board->panels[first + i].caption);
        y += most + 10;
        storyboard_picture(p->app, p->board, first + i, (struct draw_box){ x, y, w, bottom - y });
    }
    p->y += height + GAP;
}

static void put_panels(struct page *p)
{
    uint32_t count = p->board->count, columns = (count + 1) / 2;
    int line = draw_line_height(p->app->fonts, DRAW_SMALL);
    int height = (PAGE_HEIGHT - MARGIN - line - p->y - GAP) / 2;

    put_row(p, 0, columns, columns, height);
    put_row(p, columns, count - columns, columns, height);
}

/* Twice: the second time all details that the first one asked for are here. */
static void draw_page(struct page *p)
{
    struct app *app = p->app;

    for (int pass = 0; pass < 2; pass++) {
        recording_wait(app_pane(app)->run);
        app_lock(app);
        recording_frame(app_pane(app)->run);
        draw_begin(app->list, PAGE_WIDTH, PAGE_HEIGHT);
        draw_rect(app->list, 0, 0, PAGE_WIDTH, PAGE_HEIGHT, p->theme->background);
        put_head(p);
        put_panels(p);
        put_foot(p);
        app_unlock(app);
    }
}

/* ---- Forms ----------------------------------------------------------------------------------- */

/* The whole story in words, for those who do not see the picture. Free it with free. */
static char *story_text(const struct board *board)
{
    char *text;
    size_t length;
    FILE *out = memory_file_open(&text, &length);

    CHECK(out != NULL);
    fprintf(out, "Who: %s. What: %s. Where: %s. When: %s. Why: %s.", board->who, board->what,
            board->where, board->when, board->why);
    for (uint32_t i = 0; i < board->count; i++)
        fprintf(out, " %u. %s: %s", i + 1, board->panels[i].title, board->panels[i].caption);
    CHECK(memory_file_close(out) == 0);
    return text;
}

static bool write_svg(const struct page *p, FILE *out)
{
    char *text = story_text(p->board);
    bool good = draw_svg(p->app->list, p->app->fonts, PAGE_WIDTH, PAGE_HEIGHT,
                         app_pane(p->app)->scenario->title, text, out);

    free(text);
    return good;
}

void storyboard_list(const struct board *board, FILE *out)
{
    fprintf(out, "<ol>\n");
    for (uint32_t i = 0; i < board->count; i++) {
        fprintf(out, "<li><strong>");
        xml_text(out, board->panels[i].title);
        fprintf(out, "</strong> ");
        xml_text(out, board->panels[i].caption);
        fprintf(out, "</li>\n");
    }
    fprintf(out, "</ol>\n");
}

/* One file: the picture, which alone is printed, and the captions as a list below it. */
static bool write_html(const struct page *p, FILE *out)
{
    char *picture, *svg;
    size_t length;
    FILE *file = memory_file_open(&picture, &length);
    bool good;

    CHECK(file != NULL);
    good = write_svg(p, file);
    CHECK(memory_file_close(file) == 0);
    svg = strstr(picture, "<svg");
    fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    xml_text(out, app_pane(p->app)->scenario->title);
    fprintf(out,
            "</title><style>\n"
            "@page { size: A4 landscape; margin: 0 }\n"
            "body { margin: 0; font-family: sans-serif; line-height: 1.5 }\n"
            "svg { display: block; width: 100%%; height: auto }\n"
            "ol { max-width: 45em; margin: 2em auto }\n"
            "@media print { ol { display: none } }\n"
            "</style></head><body>\n%s\n",
            svg != NULL ? svg : "");
    storyboard_list(p->board, out);
    fprintf(out, "</body></html>\n");
    free(picture);
    return good;
}

static bool write_pdf(const struct page *p, FILE *out)
{
    struct draw_pdf *pdf = draw_pdf_open(out, PAPER_WIDTH, PAPER_HEIGHT);

    CHECK(pdf != NULL);
    draw_pdf_place(pdf, p->app->list, p->app->fonts, NULL, 0, 0, (double)PAPER_WIDTH / PAGE_WIDTH);
    draw_pdf_next(pdf);
    return draw_pdf_close(pdf);
}

static bool write_png(const struct page *p, const char *path)
{
    struct raster *raster = raster_new(PAGE_WIDTH, PAGE_HEIGHT);
    char error[600];
    bool good;

    raster_draw(raster, p->app->list, p->app->fonts);
    good = draw_png_write(path, raster, error, sizeof error);
    if (!good)
        fprintf(stderr, "exifsim-view: %s\n", error);
    raster_free(raster);
    return good;
}

static bool write_page(const struct page *p, const char *path)
{
    struct whole_file file;
    bool good = true;
    int error;

    if (text_ends_with(path, ".png"))
        return write_png(p, path);
    error = whole_file_open(&file, path);
    if (error == 0) {
        good = text_ends_with(path, ".pdf")    ? write_pdf(p, file.out)
               : text_ends_with(path, ".html") ? write_html(p, file.out)
                                               : write_svg(p, file.out);
        error = whole_file_close(&file);
    }
    if (error != 0 || !good)
        fprintf(stderr, "exifsim-view: cannot write %s: %s\n", path,
                error != 0 ? strerror(error) : "the page could not be drawn");
    return error == 0 && good;
}

int storyboard_write(struct app *app, const struct options *options)
{
    struct pane *pane = app_pane(app);
    char error[BOARD_ERROR_CHARS];
    struct board *board = board_make(pane->run, pane->seed, error);
    struct page page = { .app = app, .theme = app->theme, .board = board };
    int code = EXIT_USAGE;

    if (board == NULL) {
        fprintf(stderr, "%s:1:1: %s\n", pane->path, error);
        return EXIT_USAGE;
    }
    draw_page(&page);
    if (write_page(&page, options->storyboard))
        code = EXIT_MET;
    board_free(board);
    return code;
}
