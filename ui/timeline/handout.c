/* handout.c - see handout.h. Pages are laid out in pixels of their own, SHEET_WIDTH across whatever
 * the paper is. Pictures come from frames of the app, without its tools, in the light theme: its
 * hatches and outlines are there in grey, too.
 */
#include "ui/timeline/handout.h"
#include "ui/draw/pdf.h"
#include "ui/host/whole_file.h"
#include "ui/run/exits.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/handout_html.h"
#include "ui/timeline/tutor.h"
#include "ui/timeline/wrap.h"
#include <stdlib.h>
#include <string.h>

enum {
    SHEET_WIDTH = 1240,
    MARGIN = 90,
    GAP = 24,
    PICTURE_MOST = 560, /* Pixels of the sheet that a picture takes down, at most. */
    TICK = 26,          /* Side of the box in front of an offer. */
    SHEET_TEXT = 140,   /* Size of texts, in percent. */
};

/* Sizes of paper across and down, in points. */
static const struct {
    double across, down;
} papers[] = { { 595, 842 }, { 612, 792 }, { 842, 1191 } };

struct handout {
    struct app *app;
    const struct options *options;
    FILE *out;
    struct draw_fonts *fonts;
    const struct theme *theme;
    /* PDF */
    struct draw_pdf *pdf; /* NULL: HTML. */
    struct draw_list *list;
    double scale; /* Points a pixel. */
    int height, y;
    uint32_t sheet;
};

static struct tutor *tutor(const struct handout *h) { return h->app->tutor; }

/* ---- Sheets of paper ------------------------------------------------------------------------- */

static void end_sheet(struct handout *h)
{
    char text[160];

    if (h->sheet == 0)
        return;
    snprintf(text, sizeof text, "%s - %u", tutor(h)->lesson->title, h->sheet);
    draw_text(h->list, 0, h->height - MARGIN / 2, SHEET_WIDTH, DRAW_SMALL, DRAW_CENTER,
              h->theme->dim, text);
    draw_pdf_place(h->pdf, h->list, h->fonts, NULL, 0, 0, h->scale);
    draw_pdf_next(h->pdf);
}

static void begin_sheet(struct handout *h)
{
    end_sheet(h);
    h->sheet++;
    draw_begin(h->list, SHEET_WIDTH, h->height);
    h->y = MARGIN;
}

static void put_text(struct handout *h, enum draw_size size, uint32_t color, const char *text)
{
    if (text[0] != 0)
        h->y += wrap_draw(h->list, h->fonts, MARGIN, h->y, SHEET_WIDTH - 2 * MARGIN, size, color,
                          text) +
                GAP / 3;
}

static int lines_of(const struct handout *h, enum draw_size size, const char *text)
{
    return wrap_lines(h->fonts, size, text, SHEET_WIDTH - 2 * MARGIN) *
               draw_line_height(h->fonts, size) +
           GAP / 3;
}

static int picture_height(const struct handout *h, double *scale)
{
    struct draw_box part = handout_picture(h->app);

    *scale = (double)(SHEET_WIDTH - 2 * MARGIN) / part.w;
    return MIN_OF((int)(part.h * *scale), (int)PICTURE_MOST);
}

static void put_picture(struct handout *h)
{
    struct draw_box part = handout_picture(h->app);
    double scale;
    int height = picture_height(h, &scale);

    part.h = (int)(height / scale);
    draw_pdf_place(h->pdf, h->app->list, h->app->fonts, &part, MARGIN * h->scale, h->y * h->scale,
                   scale * h->scale);
    draw_outline(h->list, MARGIN, h->y, SHEET_WIDTH - 2 * MARGIN, height, 1, h->theme->grid_strong);
    h->y += height + GAP / 2;
}

/* A box to tick for each offer, or a line to write on. */
static void put_question(struct handout *h, const struct page_view *v)
{
    int line = MAX_OF(draw_line_height(h->fonts, DRAW_BODY), TICK) + 6;

    put_text(h, DRAW_BODY, h->theme->ink, v->texts.ask);
    for (uint32_t i = 0; i < v->offer_count; i++) {
        char text[VALUE_TEXT_CHARS + 8];

        snprintf(text, sizeof text, "%c   %s", 'a' + (int)i, v->offers[i]);
        draw_outline(h->list, MARGIN, h->y, TICK, TICK, 2, h->theme->ink);
        draw_text(h->list, MARGIN + TICK + 16, draw_text_top(h->fonts, DRAW_BODY, h->y, TICK),
                  SHEET_WIDTH - 2 * MARGIN - TICK - 16, DRAW_BODY, DRAW_LEFT, h->theme->ink, text);
        h->y += line;
    }
    if (v->offer_count == 0) {
        draw_line(h->list, MARGIN, h->y + line, SHEET_WIDTH / 2, h->y + line, 2, h->theme->ink);
        h->y += 2 * line;
    }
}

static int page_height(const struct handout *h, const struct page_view *v)
{
    double scale;
    int line = MAX_OF(draw_line_height(h->fonts, DRAW_BODY), TICK) + 6;
    int height = lines_of(h, DRAW_TITLE, v->page->title) + lines_of(h, DRAW_BODY, v->texts.say) +
                 picture_height(h, &scale) + GAP;

    if (v->page->has_key)
        height += lines_of(h, DRAW_BODY, v->texts.ask) +
                  (int)(v->offer_count > 0 ? v->offer_count : 2) * line;
    return height;
}

static void pdf_page(struct handout *h, const struct page_view *v)
{
    char title[140];

    if (h->sheet == 0 || h->y + page_height(h, v) > h->height - MARGIN)
        begin_sheet(h);
    snprintf(title, sizeof title, "%u. %s", v->number, v->page->title);
    put_text(h, DRAW_TITLE, h->theme->ink, title);
    put_picture(h);
    put_text(h, DRAW_BODY, h->theme->ink, v->texts.say);
    if (v->page->has_key)
        put_question(h, v);
    h->y += GAP;
}

/* ---- The key --------------------------------------------------------------------------------- */

static void key_text(const struct page_view *v, char *out, size_t size)
{
    if (v->right >= 0)
        snprintf(out, size, "%u. %s: %c, %s", v->number, v->page->title, 'a' + v->right,
                 v->offers[v->right]);
    else
        snprintf(out, size, "%u. %s: %s", v->number, v->page->title, v->key_text);
}

/* The keys of all pages, as they were found; written behind the last page. */
struct keys {
    uint32_t count;
    char lines[LESSON_PAGES_MAX][400], reveals[LESSON_PAGES_MAX][LESSON_TEXT_CHARS];
};

static void note_key(struct keys *keys, const struct page_view *v)
{
    if (!v->page->has_key)
        return;
    key_text(v, keys->lines[keys->count], sizeof keys->lines[0]);
    snprintf(keys->reveals[keys->count++], sizeof keys->reveals[0], "%s", v->texts.reveal);
}

static void write_keys(struct handout *h, const struct keys *keys)
{
    if (h->pdf != NULL) {
        begin_sheet(h);
        put_text(h, DRAW_TITLE, h->theme->ink, "Key");
    } else {
        fprintf(h->out, "<section class=\"key\">\n");
        handout_words(h->out, "h2", "Key");
    }
    for (uint32_t i = 0; i < keys->count; i++) {
        if (h->pdf != NULL) {
            if (h->y + lines_of(h, DRAW_BODY, keys->reveals[i]) + 60 > h->height - MARGIN)
                begin_sheet(h);
            put_text(h, DRAW_BODY, h->theme->ink, keys->lines[i]);
            put_text(h, DRAW_SMALL, h->theme->dim, keys->reveals[i]);
        } else {
            handout_words(h->out, "p", keys->lines[i]);
            handout_words(h->out, "p", keys->reveals[i]);
        }
    }
    if (h->pdf == NULL)
        fprintf(h->out, "</section>\n");
}

/* ---- All pages ------------------------------------------------------------------------------- */

/* Shows page after page and writes each. False: one cannot be shown; why was said. */
static bool write_pages(struct handout *h, struct keys *keys)
{
    for (uint32_t i = 0; i < tutor(h)->lesson->page_count; i++) {
        tutor(h)->shown = false;
        app_settle(h->app, HANDOUT_WIDTH, HANDOUT_HEIGHT);
        if (tutor(h)->error[0] != 0) {
            fprintf(stderr, "%s\n", tutor(h)->error);
            return false;
        }
        const struct page_view *v = tutor(h)->view;

        if (v != NULL && h->pdf != NULL)
            pdf_page(h, v);
        else if (v != NULL)
            handout_page(h->app, v, h->out);
        if (v != NULL)
            note_key(keys, v);
        app_do(h->app, COMMAND_LESSON_NEXT);
    }
    if (h->options->key)
        write_keys(h, keys);
    return true;
}

static bool write_pdf(struct handout *h, struct keys *keys)
{
    uint32_t paper = h->options->paper;
    bool good;

    h->scale = papers[paper].across / SHEET_WIDTH;
    h->height = (int)(papers[paper].down / h->scale);
    h->list = draw_list_new();
    h->pdf = draw_pdf_open(h->out, papers[paper].across, papers[paper].down);
    CHECK(h->pdf != NULL);
    good = write_pages(h, keys);
    end_sheet(h);
    good &= draw_pdf_close(h->pdf);
    draw_list_free(h->list);
    return good;
}

static bool write_html(struct handout *h, struct keys *keys)
{
    bool good;

    handout_head(tutor(h)->lesson->title, h->out);
    good = write_pages(h, keys);
    fprintf(h->out, "</body></html>\n");
    return good;
}

int handout_write(struct app *app, const struct options *o)
{
    struct handout h = { .app = app, .options = o, .theme = theme_get(THEME_LIGHT) };
    struct keys *keys = calloc(1, sizeof *keys);
    size_t length = strlen(o->handout);
    struct whole_file file;
    char why[512];
    bool good = false;
    int error;

    CHECK(keys != NULL);
    h.fonts = draw_fonts_open(SHEET_TEXT, o->font, o->mono_font, why, sizeof why);
    error = h.fonts != NULL ? whole_file_open(&file, o->handout) : 0;
    if (h.fonts == NULL) {
        fprintf(stderr, "exifsim-view: %s\n", why);
    } else if (error == 0) {
        h.out = file.out;
        good = length > 4 && strcmp(o->handout + length - 4, ".pdf") == 0 ? write_pdf(&h, keys)
                                                                          : write_html(&h, keys);
        if (good)
            error = whole_file_close(&file);
        else
            whole_file_drop(&file);
    }
    if (error != 0)
        fprintf(stderr, "exifsim-view: cannot write %s: %s\n", o->handout, strerror(error));
    draw_fonts_close(h.fonts);
    free(keys);
    return good && error == 0 ? EXIT_MET : EXIT_USAGE;
}
