/* poster.c - see poster.h: a panel a link of the story, with its number, its time, its sentence,
 * and the lanes of its cast as the window shows them.
 *
 * The page is laid out in pixels of its own, PAGE_WIDTH across whatever the paper is, and scaled
 * when it is written. Lanes come from frames of the app, of which only ruler and lanes are taken.
 */
#include "ui/timeline/poster.h"
#include "ui/draw/pdf.h"
#include "ui/host/whole_file.h"
#include "ui/run/exits.h"
#include "ui/run/supplied.h"
#include "ui/timeline/render.h"
#include "ui/timeline/story.h"
#include "ui/timeline/wrap.h"
#include <stdlib.h>
#include <string.h>

enum {
    PAGE_WIDTH = 2400,
    MARGIN = 70,
    GAP = 36,
    COLUMNS = 4,
    HEAD = 140,         /* Height of the title. */
    FOOT = 50,          /* Height of the last line. */
    PICTURE_TEXT = 170, /* Size of texts in pictures, in percent. */
    PAGE_TEXT = 165,    /* Size of texts of the page, in percent. */
    FRAME_WIDTH = 1080,
    FRAME_HEIGHT = 900,
};

/* Sizes of paper across and down, in points; a poster lies on its side. */
static const struct {
    double across, down;
} papers[] = { { 842, 595 }, { 792, 612 }, { 1191, 842 } };

struct poster {
    struct app *app;
    struct draw_fonts *fonts; /* The page's. */
    struct draw_list *list;   /* Texts of the page. */
    struct draw_pdf *pdf;
    const struct theme *theme;
    double scale; /* Points a pixel of the page. */
    int height;   /* Pixels of the page. */
};

/* ---- A panel --------------------------------------------------------------------------------- */

/* Ruler and lanes of the frame that was made last. */
static struct draw_box lanes_of(const struct app *app)
{
    const struct app_layout *l = &app->layout;

    return (struct draw_box){ 0, l->ruler.y, l->lanes.x + l->lanes.w,
                              l->lanes.y + l->lanes.h - l->ruler.y };
}

static void put_picture(struct poster *p, uint32_t link, struct draw_box box)
{
    struct draw_box part;
    double scale;

    app_lock(p->app);
    story_show(p->app, link);
    app_unlock(p->app);
    app_settle(p->app, FRAME_WIDTH, FRAME_HEIGHT);
    part = lanes_of(p->app);
    scale = (double)box.w / part.w;
    if (part.h * scale > box.h)
        part.h = (int)(box.h / scale);
    draw_pdf_place(p->pdf, p->app->list, p->app->fonts, &part, box.x * p->scale, box.y * p->scale,
                   scale * p->scale);
    draw_outline(p->list, box.x, box.y, box.w, (int)(part.h * scale), 1, p->theme->grid_strong);
}

static void put_panel(struct poster *p, uint32_t number, const struct story_link *link,
                      struct draw_box box)
{
    int badge = draw_line_height(p->fonts, DRAW_TITLE) + 8, text_y = box.y + badge + 8, wide;
    char text[64];

    snprintf(text, sizeof text, "%u", number + 1);
    wide = draw_text_width(p->fonts, DRAW_TITLE, text) + 32;
    draw_rect(p->list, box.x, box.y, wide, badge, p->theme->ink);
    draw_label(p->list, p->fonts, box.x, box.y, wide, badge, DRAW_TITLE, DRAW_CENTER,
               p->theme->background, text);
    text_time(link->at, text, sizeof text);
    draw_text(p->list, box.x + wide + 12, draw_text_top(p->fonts, DRAW_SMALL, box.y, badge),
              box.w - wide - 12, DRAW_SMALL, DRAW_LEFT, p->theme->dim, text);
    text_y +=
        wrap_draw(p->list, p->fonts, box.x, text_y, box.w, DRAW_SMALL, p->theme->ink, link->text) +
        10;
    put_picture(p, number, (struct draw_box){ box.x, text_y, box.w, box.y + box.h - text_y });
}

/* ---- The page -------------------------------------------------------------------------------- */

static void put_head(struct poster *p)
{
    const struct pane *pane = app_pane(p->app);
    const char *title = pane->scenario->title, *story = pane->scenario->story;
    int y = MARGIN;

    y += wrap_draw(p->list, p->fonts, MARGIN, y, PAGE_WIDTH - 2 * MARGIN, DRAW_HUGE, p->theme->ink,
                   title);
    wrap_draw(p->list, p->fonts, MARGIN, y + 8, PAGE_WIDTH - 2 * MARGIN, DRAW_BODY, p->theme->dim,
              story);
}

static void put_foot(struct poster *p)
{
    const struct pane *pane = app_pane(p->app);
    char text[700];

    snprintf(
        text, sizeof text,
        "A lane is a thread, a processor or a queue; colour is the process; a band inside a bar "
        "is a visit to another process.   exifsim view %s --seed %llu",
        pane->path, (unsigned long long)pane->seed);
    draw_text(p->list, MARGIN, p->height - FOOT, PAGE_WIDTH - 2 * MARGIN, DRAW_SMALL, DRAW_LEFT,
              p->theme->dim, text);
}

static void put_panels(struct poster *p, const struct story *story)
{
    uint32_t rows = (story->count + COLUMNS - 1) / COLUMNS;
    int width = (PAGE_WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;
    int top = MARGIN + HEAD,
        height = (p->height - top - FOOT - GAP - (int)(rows - 1) * GAP) / (int)rows;

    for (uint32_t i = 0; i < story->count; i++)
        put_panel(p, i, &story->links[i],
                  (struct draw_box){ MARGIN + (int)(i % COLUMNS) * (width + GAP),
                                     top + (int)(i / COLUMNS) * (height + GAP), width, height });
}

/* Waits until the story is known. NULL: the run has none. */
static const struct story *whole_story(struct app *app)
{
    const struct story *story;

    for (int tries = 0; tries < 200; tries++) {
        app_settle(app, FRAME_WIDTH, FRAME_HEIGHT);
        app_lock(app);
        story = story_of(app);
        bool whole = story->whole;

        app_unlock(app);
        if (whole)
            return story->count > 0 ? story : NULL;
    }
    return NULL;
}

static bool draw_poster(struct poster *p, const struct options *o, const struct story *story)
{
    struct whole_file file;
    bool good = false;
    int error = whole_file_open(&file, o->out);

    p->scale = papers[o->paper].across / PAGE_WIDTH;
    p->height = (int)(papers[o->paper].down / p->scale);
    if (error == 0) {
        p->pdf = draw_pdf_open(file.out, papers[o->paper].across, papers[o->paper].down);
        CHECK(p->pdf != NULL);
        draw_begin(p->list, PAGE_WIDTH, p->height);
        put_head(p);
        put_panels(p, story);
        put_foot(p);
        draw_pdf_place(p->pdf, p->list, p->fonts, NULL, 0, 0, p->scale);
        draw_pdf_next(p->pdf);
        good = draw_pdf_close(p->pdf);
        error = whole_file_close(&file);
    }
    if (error != 0 || !good)
        fprintf(stderr, "exifsim-view: cannot write %s: %s\n", o->out,
                error != 0 ? strerror(error) : "the page could not be drawn");
    return error == 0 && good;
}

int poster_run(const struct options *o)
{
    struct poster p = { .theme = theme_get(THEME_LIGHT), .list = draw_list_new() };
    const char *path = o->path_count > 0 ? o->paths[0] : supplied_path("kb908674");
    char error[512] = "";
    int code = EXIT_USAGE;
    const struct story *story = NULL;

    p.app = render_app(o, p.theme, PICTURE_TEXT);
    p.fonts = draw_fonts_open(PAGE_TEXT, o->font, o->mono_font, error, sizeof error);
    if (p.app != NULL && p.fonts != NULL && render_open(p.app, o, path, error, sizeof error)) {
        p.app->looks.side_open = false;
        p.app->looks.hint = false;
        story = whole_story(p.app);
        if (story == NULL)
            fprintf(stderr,
                    "exifsim-view: %s has no story (expected a run in which something "
                    "happens)\n",
                    path);
        else if (draw_poster(&p, o, story))
            code = EXIT_MET;
    }
    app_free(p.app);
    draw_fonts_close(p.fonts);
    draw_list_free(p.list);
    return code;
}
