/* fonts.c - keeps letters, and measures texts.
 *
 * A source renders a letter on first use (fonts_inside.h); afterwards it is copied. Advances are
 * whole pixels and there is no kerning: at 13 px kerning moves a pair by less than a pixel, and
 * without it the width of a text is the sum of its letters' widths. So measuring and cutting are
 * cheap, and a letter has the same pixels everywhere.
 *
 * Latin letters are found by index, others in a small hash table. */
#include "ui/draw/fonts_inside.h"
#include "ui/host/grow.h"
#include "ui/host/utf8.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATIN    256
#define OTHERS   1024 /* A power of two. A table that is three quarters full is emptied. */
#define ELLIPSIS 0x2026u

/* A cached letter; its key is the code point + 1, and 0 marks a free place. */
struct kept {
    uint32_t key;
    struct draw_glyph glyph;
};

struct size_of_font {
    int px, cap_top, cap_height;
    struct kept latin[LATIN];
    struct kept others[OTHERS];
    size_t other_count;
};

struct draw_fonts {
    int scale;
    struct font_source source;
    struct size_of_font *sizes; /* Array of DRAW_SIZES. */
};

static const int px_at_100[DRAW_SIZES] = {
    [DRAW_SMALL] = 13, [DRAW_BODY] = 14,       [DRAW_TITLE] = 17,
    [DRAW_MONO] = 14,  [DRAW_MONO_SMALL] = 13, [DRAW_HUGE] = 24,
};

/* ---- opening --------------------------------------------------------------------------------- */

static int px_of(int scale, int px)
{
    int scaled = (px * scale + (px < 0 ? -50 : 50)) / 100;

    return px > 0 && scaled == 0 ? 1 : scaled; /* A positive length stays at least one pixel. */
}

int fonts_scale(int percent) { return percent < 50 ? 50 : percent > 400 ? 400 : percent; }
int fonts_px(int scale, enum draw_size size) { return px_of(scale, px_at_100[size]); }

struct draw_fonts *fonts_make(int scale, const struct font_source *source)
{
    struct draw_fonts *fonts = grow_new(sizeof *fonts);

    fonts->scale = scale;
    fonts->source = *source;
    fonts->sizes = grow_new(DRAW_SIZES * sizeof *fonts->sizes);
    for (int i = 0; i < DRAW_SIZES; i++) {
        const struct draw_glyph *capital = draw_glyph(fonts, (enum draw_size)i, 'H');

        fonts->sizes[i].px = fonts_px(scale, (enum draw_size)i);
        fonts->sizes[i].cap_top = capital->top;
        fonts->sizes[i].cap_height = capital->h;
    }
    return fonts;
}

/* Renders a nominal letter: a block, one pixel narrower than its advance. */
static void render_nominal(void *self, enum draw_size size, uint32_t code_point,
                           struct draw_glyph *glyph)
{
    const int *scale = self;
    int px = fonts_px(*scale, size);
    uint8_t *coverage;

    glyph->advance = draw_size_is_mono(size) ? (px * 6 + 5) / 10 : (px * 11 + 10) / 20;
    if (code_point == ' ' || code_point == 0xa0)
        return;
    glyph->w = glyph->advance - 1;
    glyph->h = code_point == ELLIPSIS ? 2 : px * 7 / 10;
    glyph->top = px - glyph->h; /* The ascent is px. */
    coverage = grow_new((size_t)glyph->w * (size_t)glyph->h);
    memset(coverage, 255, (size_t)glyph->w * (size_t)glyph->h);
    glyph->coverage = coverage;
}

struct draw_fonts *draw_fonts_nominal(int scale_percent)
{
    struct font_source source = { .render = render_nominal, .close = free };
    int *scale = source.self = grow_new(sizeof *scale);

    *scale = fonts_scale(scale_percent);
    snprintf(source.family[0], sizeof source.family[0], "sans-serif");
    snprintf(source.family[1], sizeof source.family[1], "monospace");
    for (int i = 0; i < DRAW_SIZES; i++) {
        source.ascent[i] = fonts_px(*scale, (enum draw_size)i);
        source.line[i] = source.ascent[i] * 5 / 4;
    }
    return fonts_make(*scale, &source);
}

static void forget(struct kept *kept, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free((void *)(uintptr_t)kept[i].glyph.coverage);
        kept[i] = (struct kept){ 0 };
    }
}

void draw_fonts_close(struct draw_fonts *fonts)
{
    if (fonts == NULL)
        return;
    for (int i = 0; i < DRAW_SIZES; i++) {
        forget(fonts->sizes[i].latin, LATIN);
        forget(fonts->sizes[i].others, OTHERS);
    }
    fonts->source.close(fonts->source.self);
    free(fonts->sizes);
    free(fonts);
}

/* ---- letters --------------------------------------------------------------------------------- */

static struct kept *place_of(struct size_of_font *size, uint32_t code_point)
{
    size_t at = (code_point * 2654435761u) >> 16;

    if (code_point < LATIN)
        return &size->latin[code_point];
    while (size->others[at % OTHERS].key != 0 && size->others[at % OTHERS].key != code_point + 1)
        at++;
    return &size->others[at % OTHERS];
}

const struct draw_glyph *draw_glyph(const struct draw_fonts *fonts, enum draw_size size,
                                    uint32_t code_point)
{
    struct size_of_font *of = &fonts->sizes[size];
    struct kept *kept = place_of(of, code_point);

    if (kept->key != 0)
        return &kept->glyph;
    if (code_point >= LATIN && ++of->other_count > OTHERS * 3 / 4) {
        forget(of->others, OTHERS);
        of->other_count = 1;
        kept = place_of(of, code_point);
    }
    kept->key = code_point + 1;
    fonts->source.render(fonts->source.self, size, code_point, &kept->glyph);
    return &kept->glyph;
}

/* ---- measuring ------------------------------------------------------------------------------- */

int draw_fonts_scale(const struct draw_fonts *fonts) { return fonts->scale; }
bool draw_fonts_are_nominal(const struct draw_fonts *fonts)
{
    return fonts->source.render == render_nominal;
}
const char *draw_fonts_path(const struct draw_fonts *fonts, bool mono)
{
    return fonts->source.path[mono];
}
const char *draw_fonts_family(const struct draw_fonts *fonts, bool mono)
{
    return fonts->source.family[mono];
}

int draw_px(const struct draw_fonts *fonts, int px) { return px_of(fonts->scale, px); }
bool draw_size_is_mono(enum draw_size size) { return size == DRAW_MONO || size == DRAW_MONO_SMALL; }

int draw_line_height(const struct draw_fonts *fonts, enum draw_size size)
{
    return fonts->source.line[size];
}

int draw_text_ascent(const struct draw_fonts *fonts, enum draw_size size)
{
    return fonts->source.ascent[size];
}

int draw_text_height(const struct draw_fonts *fonts, enum draw_size size)
{
    return fonts->sizes[size].px;
}

int draw_text_top(const struct draw_fonts *fonts, enum draw_size size, int y, int height)
{
    return y + (height - fonts->sizes[size].cap_height + 1) / 2 - fonts->sizes[size].cap_top;
}

int draw_text_width(const struct draw_fonts *fonts, enum draw_size size, const char *text)
{
    int width = 0;
    uint32_t code_point;

    while ((code_point = utf8_next(&text)) != 0)
        width += draw_glyph(fonts, size, code_point)->advance;
    return width;
}

size_t draw_text_fit(const struct draw_fonts *fonts, enum draw_size size, const char *text,
                     int width, bool *cut)
{
    int ellipsis = draw_glyph(fonts, size, ELLIPSIS)->advance;
    const char *next = text, *with_ellipsis = text;
    int used = 0;
    uint32_t code_point;

    while ((code_point = utf8_next(&next)) != 0) {
        used += draw_glyph(fonts, size, code_point)->advance;
        if (used > width) {
            if (cut != NULL)
                *cut = true;
            return (size_t)(with_ellipsis - text);
        }
        if (used + ellipsis <= width)
            with_ellipsis = next;
    }
    if (cut != NULL)
        *cut = false;
    return (size_t)(next - text);
}
