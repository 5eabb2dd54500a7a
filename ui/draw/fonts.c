/* fonts.c - finds fonts, and caches letters as coverage.
 *
 * SDL_ttf renders a letter on first use; afterwards it is copied. Advances are whole pixels and
 * there is no kerning: at 13 px kerning moves a pair by less than a pixel, and without it the width
 * of a text is the sum of its letters' widths. So measuring and cutting are cheap, and a letter has
 * the same pixels everywhere.
 *
 * Latin letters are found by index, others in a small hash table. A letter that the family lacks is
 * taken from the other family, or shown as U+FFFD. */
#include "ui/draw/fonts.h"
#include "ui/host/grow.h"
#include "ui/host/utf8.h"
#include "ui/host/files.h"
#include "ui/host/places.h"
#include <SDL_ttf.h>
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
    TTF_Font *font; /* NULL: nominal fonts. */
    int px, ascent, line, cap_top, cap_height;
    struct kept latin[LATIN];
    struct kept others[OTHERS];
    size_t other_count;
};

struct draw_fonts {
    int scale;
    bool nominal;
    char path[2][512];
    char family[2][128];
    struct size_of_font *sizes; /* Array of DRAW_SIZES. */
};

static const int px_at_100[DRAW_SIZES] = {
    [DRAW_SMALL] = 13, [DRAW_BODY] = 14,       [DRAW_TITLE] = 17,
    [DRAW_MONO] = 14,  [DRAW_MONO_SMALL] = 13, [DRAW_HUGE] = 24,
};

/* Font files in order of preference, behind those that came with the program: DejaVu in all its
 * places, then each system's own font. */
static const char *const sans_places[] = {
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu/DejaVuSans.ttf",
    "/usr/local/share/fonts/dejavu/DejaVuSans.ttf",
    "/opt/homebrew/share/fonts/DejaVuSans.ttf",
    "/Library/Fonts/DejaVuSans.ttf",
    "C:/Windows/Fonts/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf",
    "/usr/share/fonts/liberation-sans/LiberationSans-Regular.ttf",
    "/usr/share/fonts/liberation-sans-fonts/LiberationSans-Regular.ttf",
    "/usr/share/fonts/liberation/LiberationSans-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/google-noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/noto/NotoSans-Regular.ttf",
    "C:/Windows/Fonts/segoeui.ttf",
    "C:/Windows/Fonts/arial.ttf",
    "/System/Library/Fonts/Helvetica.ttc",
    "/System/Library/Fonts/Supplemental/Arial.ttf",
    NULL,
};
static const char *const mono_places[] = {
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/dejavu-sans-mono-fonts/DejaVuSansMono.ttf",
    "/usr/share/fonts/TTF/DejaVuSansMono.ttf",
    "/usr/share/fonts/dejavu/DejaVuSansMono.ttf",
    "/usr/local/share/fonts/dejavu/DejaVuSansMono.ttf",
    "/opt/homebrew/share/fonts/DejaVuSansMono.ttf",
    "/Library/Fonts/DejaVuSansMono.ttf",
    "C:/Windows/Fonts/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
    "/usr/share/fonts/truetype/liberation2/LiberationMono-Regular.ttf",
    "/usr/share/fonts/liberation-mono/LiberationMono-Regular.ttf",
    "/usr/share/fonts/liberation-mono-fonts/LiberationMono-Regular.ttf",
    "/usr/share/fonts/liberation/LiberationMono-Regular.ttf",
    "/usr/share/fonts/truetype/noto/NotoSansMono-Regular.ttf",
    "/usr/share/fonts/google-noto/NotoSansMono-Regular.ttf",
    "/usr/share/fonts/noto/NotoSansMono-Regular.ttf",
    "C:/Windows/Fonts/consola.ttf",
    "C:/Windows/Fonts/cour.ttf",
    "/System/Library/Fonts/Menlo.ttc",
    "/System/Library/Fonts/Supplemental/Courier New.ttf",
    NULL,
};

/* ---- opening --------------------------------------------------------------------------------- */

static int scale_of(int percent) { return percent < 50 ? 50 : percent > 400 ? 400 : percent; }

static struct draw_fonts *fonts_new(int scale_percent)
{
    struct draw_fonts *fonts = grow_new(sizeof *fonts);

    fonts->scale = scale_of(scale_percent);
    fonts->sizes = grow_new(DRAW_SIZES * sizeof *fonts->sizes);
    for (int i = 0; i < DRAW_SIZES; i++)
        fonts->sizes[i].px = draw_px(fonts, px_at_100[i]);
    return fonts;
}

static void measure_capitals(struct draw_fonts *fonts)
{
    for (int i = 0; i < DRAW_SIZES; i++) {
        const struct draw_glyph *capital = draw_glyph(fonts, (enum draw_size)i, 'H');

        fonts->sizes[i].cap_top = capital->top;
        fonts->sizes[i].cap_height = capital->h;
    }
}

/* Opens all sizes of a family from a file. False: at least one failed. */
static bool open_family(struct draw_fonts *fonts, bool mono, const char *path)
{
    for (int i = 0; i < DRAW_SIZES; i++) {
        struct size_of_font *size = &fonts->sizes[i];

        if (draw_size_is_mono((enum draw_size)i) != mono)
            continue;
        size->font = TTF_OpenFont(path, size->px);
        if (size->font == NULL)
            return false; /* Only the first size can fail: the others read the same file. */
        TTF_SetFontHinting(size->font, TTF_HINTING_NORMAL);
        TTF_SetFontKerning(size->font, 0);
        size->ascent = TTF_FontAscent(size->font);
        size->line = TTF_FontLineSkip(size->font);
        snprintf(fonts->family[mono], sizeof fonts->family[mono], "%s",
                 TTF_FontFaceFamilyName(size->font) != NULL ? TTF_FontFaceFamilyName(size->font)
                                                            : "");
    }
    snprintf(fonts->path[mono], sizeof fonts->path[mono], "%s", path);
    return true;
}

/* The font in the folder fonts beside the program, for systems that have none installed. */
static bool came_with_program(bool mono, char out[PLACE_CHARS])
{
    char program[PLACE_CHARS];
    const char *name = mono ? "DejaVuSansMono.ttf" : "DejaVuSans.ttf";

    return place_of_program("", program) &&
           snprintf(out, PLACE_CHARS, "%.*sfonts/%s", (int)(file_short_name(program) - program),
                    program, name) < PLACE_CHARS &&
           file_look(out).kind == FILE_REGULAR;
}

static bool find_family(struct draw_fonts *fonts, bool mono, const char *given, char *error,
                        size_t error_size)
{
    const char *const *places = mono ? mono_places : sans_places;
    const char *kind = mono ? "fixed-width" : "sans-serif";
    char own[PLACE_CHARS];
    size_t count = 0;

    if (given != NULL) {
        if (open_family(fonts, mono, given))
            return true;
        snprintf(error, error_size, "cannot open the %s font %s: %s", kind, given, TTF_GetError());
        return false;
    }
    if (came_with_program(mono, own) && open_family(fonts, mono, own))
        return true;
    for (; places[count] != NULL; count++) {
        if (open_family(fonts, mono, places[count]))
            return true;
    }
    snprintf(error, error_size,
             "no %s font: looked for %s and %zu other files of DejaVu, Liberation, Noto and this "
             "system's own; install DejaVu or name a font file",
             kind, places[0], count - 1);
    return false;
}

struct draw_fonts *draw_fonts_open(int scale_percent, const char *sans_path, const char *mono_path,
                                   char *error, size_t error_size)
{
    struct draw_fonts *fonts;

    if (TTF_Init() != 0) {
        snprintf(error, error_size, "SDL_ttf does not start: %s", TTF_GetError());
        return NULL;
    }
    fonts = fonts_new(scale_percent);
    if (!find_family(fonts, false, sans_path, error, error_size) ||
        !find_family(fonts, true, mono_path, error, error_size)) {
        draw_fonts_close(fonts);
        return NULL;
    }
    measure_capitals(fonts);
    return fonts;
}

struct draw_fonts *draw_fonts_nominal(int scale_percent)
{
    struct draw_fonts *fonts = fonts_new(scale_percent);

    fonts->nominal = true;
    snprintf(fonts->family[0], sizeof fonts->family[0], "sans-serif");
    snprintf(fonts->family[1], sizeof fonts->family[1], "monospace");
    for (int i = 0; i < DRAW_SIZES; i++) {
        fonts->sizes[i].ascent = fonts->sizes[i].px;
        fonts->sizes[i].line = fonts->sizes[i].px * 5 / 4;
    }
    measure_capitals(fonts);
    return fonts;
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
        if (fonts->sizes[i].font != NULL)
            TTF_CloseFont(fonts->sizes[i].font);
    }
    if (!fonts->nominal)
        TTF_Quit(); /* SDL_ttf counts calls of TTF_Init. */
    free(fonts->sizes);
    free(fonts);
}

/* ---- letters --------------------------------------------------------------------------------- */

/* Caches a letter's coverage, cut to the smallest box. */
static void keep_coverage(struct draw_glyph *glyph, SDL_Surface *surface, int left)
{
    int x0 = surface->w, y0 = surface->h, x1 = 0, y1 = 0;
    uint8_t *coverage;

    for (int y = 0; y < surface->h; y++) {
        const uint32_t *row =
            (const uint32_t *)(void *)((char *)surface->pixels + y * surface->pitch);

        for (int x = 0; x < surface->w; x++) {
            if (row[x] >> 24 == 0)
                continue;
            x0 = x < x0 ? x : x0;
            x1 = x >= x1 ? x + 1 : x1;
            y0 = y < y0 ? y : y0;
            y1 = y + 1;
        }
    }
    if (x0 >= x1)
        return;
    glyph->left = left + x0;
    glyph->top = y0;
    glyph->w = x1 - x0;
    glyph->h = y1 - y0;
    coverage = grow_new((size_t)glyph->w * (size_t)glyph->h);
    for (int y = 0; y < glyph->h; y++) {
        const uint32_t *row =
            (const uint32_t *)(void *)((char *)surface->pixels + (y + y0) * surface->pitch);

        for (int x = 0; x < glyph->w; x++)
            coverage[y * glyph->w + x] = (uint8_t)(row[x + x0] >> 24);
    }
    glyph->coverage = coverage;
}

static void render(const struct draw_fonts *fonts, enum draw_size size, uint32_t code_point,
                   struct draw_glyph *glyph)
{
    static const enum draw_size other[DRAW_SIZES] = {
        [DRAW_SMALL] = DRAW_MONO_SMALL, [DRAW_BODY] = DRAW_MONO,        [DRAW_TITLE] = DRAW_MONO,
        [DRAW_MONO] = DRAW_BODY,        [DRAW_MONO_SMALL] = DRAW_SMALL, [DRAW_HUGE] = DRAW_MONO,
    };
    TTF_Font *font = fonts->sizes[size].font;
    SDL_Color white = { 255, 255, 255, 255 };
    int lower = 0; /* Shift of the base line, which can differ between families. */
    int left = 0, advance = 0;
    SDL_Surface *surface;

    if (!TTF_GlyphIsProvided32(font, code_point)) {
        TTF_Font *second = fonts->sizes[other[size]].font;

        if (TTF_GlyphIsProvided32(second, code_point)) {
            lower = fonts->sizes[size].ascent - fonts->sizes[other[size]].ascent;
            font = second;
        } else {
            code_point = UTF8_REPLACEMENT;
        }
    }
    if (TTF_GlyphMetrics32(font, code_point, &left, NULL, NULL, NULL, &advance) != 0)
        return;
    glyph->advance = advance;
    surface = TTF_RenderGlyph32_Blended(font, code_point, white);
    if (surface == NULL)
        return; /* A blank has no pixels. */
    keep_coverage(glyph, surface, left < 0 ? left : 0);
    glyph->top += lower;
    SDL_FreeSurface(surface);
}

/* Renders a nominal letter: a block, one pixel narrower than its advance. */
static void render_nominal(const struct size_of_font *size, bool mono, uint32_t code_point,
                           struct draw_glyph *glyph)
{
    uint8_t *coverage;

    glyph->advance = mono ? (size->px * 6 + 5) / 10 : (size->px * 11 + 10) / 20;
    if (code_point == ' ' || code_point == 0xa0)
        return;
    glyph->w = glyph->advance - 1;
    glyph->h = code_point == ELLIPSIS ? 2 : size->px * 7 / 10;
    glyph->top = size->ascent - glyph->h;
    coverage = grow_new((size_t)glyph->w * (size_t)glyph->h);
    memset(coverage, 255, (size_t)glyph->w * (size_t)glyph->h);
    glyph->coverage = coverage;
}

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
    if (fonts->nominal)
        render_nominal(of, draw_size_is_mono(size), code_point, &kept->glyph);
    else
        render(fonts, size, code_point, &kept->glyph);
    return &kept->glyph;
}

/* ---- measuring ------------------------------------------------------------------------------- */

int draw_fonts_scale(const struct draw_fonts *fonts) { return fonts->scale; }
bool draw_fonts_are_nominal(const struct draw_fonts *fonts) { return fonts->nominal; }
const char *draw_fonts_path(const struct draw_fonts *fonts, bool mono) { return fonts->path[mono]; }
const char *draw_fonts_family(const struct draw_fonts *fonts, bool mono)
{
    return fonts->family[mono];
}

int draw_px(const struct draw_fonts *fonts, int px)
{
    int scaled = (px * fonts->scale + (px < 0 ? -50 : 50)) / 100;

    return px > 0 && scaled == 0 ? 1 : scaled; /* A positive length stays at least one pixel. */
}

bool draw_size_is_mono(enum draw_size size) { return size == DRAW_MONO || size == DRAW_MONO_SMALL; }

int draw_line_height(const struct draw_fonts *fonts, enum draw_size size)
{
    return fonts->sizes[size].line;
}

int draw_text_ascent(const struct draw_fonts *fonts, enum draw_size size)
{
    return fonts->sizes[size].ascent;
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
