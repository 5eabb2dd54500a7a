/* fonts_ttf.c - finds fonts, and renders their letters by SDL_ttf.
 *
 * A letter that the family lacks is taken from the other family, or shown as U+FFFD. */
#include "ui/draw/fonts_inside.h"
#include "ui/host/files.h"
#include "ui/host/grow.h"
#include "ui/host/places.h"
#include "ui/host/utf8.h"
#include <SDL_ttf.h>
#include <stdlib.h>
#include <string.h>

struct ttf {
    TTF_Font *fonts[DRAW_SIZES];
    int ascent[DRAW_SIZES];
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

/* ---- letters --------------------------------------------------------------------------------- */

/* Copies a letter's coverage, cut to the smallest box. */
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

static void render(void *self, enum draw_size size, uint32_t code_point, struct draw_glyph *glyph)
{
    static const enum draw_size other[DRAW_SIZES] = {
        [DRAW_SMALL] = DRAW_MONO_SMALL, [DRAW_BODY] = DRAW_MONO,        [DRAW_TITLE] = DRAW_MONO,
        [DRAW_MONO] = DRAW_BODY,        [DRAW_MONO_SMALL] = DRAW_SMALL, [DRAW_HUGE] = DRAW_MONO,
    };
    const struct ttf *ttf = self;
    TTF_Font *font = ttf->fonts[size];
    SDL_Color white = { 255, 255, 255, 255 };
    int lower = 0; /* Shift of the base line, which can differ between families. */
    int left = 0, advance = 0;
    SDL_Surface *surface;

    if (!TTF_GlyphIsProvided32(font, code_point)) {
        TTF_Font *second = ttf->fonts[other[size]];

        if (TTF_GlyphIsProvided32(second, code_point)) {
            lower = ttf->ascent[size] - ttf->ascent[other[size]];
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

/* ---- opening --------------------------------------------------------------------------------- */

static void ttf_close(void *self)
{
    struct ttf *ttf = self;

    for (int i = 0; i < DRAW_SIZES; i++) {
        if (ttf->fonts[i] != NULL)
            TTF_CloseFont(ttf->fonts[i]);
    }
    free(ttf);
    TTF_Quit(); /* SDL_ttf counts calls of TTF_Init. */
}

/* Opens all sizes of a family from a file. False: at least one failed. */
static bool open_family(struct font_source *source, int scale, bool mono, const char *path)
{
    struct ttf *ttf = source->self;

    for (int i = 0; i < DRAW_SIZES; i++) {
        TTF_Font *font;

        if (draw_size_is_mono((enum draw_size)i) != mono)
            continue;
        font = ttf->fonts[i] = TTF_OpenFont(path, fonts_px(scale, (enum draw_size)i));
        if (font == NULL)
            return false; /* Only the first size can fail: the others read the same file. */
        TTF_SetFontHinting(font, TTF_HINTING_NORMAL);
        TTF_SetFontKerning(font, 0);
        source->ascent[i] = ttf->ascent[i] = TTF_FontAscent(font);
        source->line[i] = TTF_FontLineSkip(font);
        snprintf(source->family[mono], sizeof source->family[mono], "%s",
                 TTF_FontFaceFamilyName(font) != NULL ? TTF_FontFaceFamilyName(font) : "");
    }
    snprintf(source->path[mono], sizeof source->path[mono], "%s", path);
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

static bool find_family(struct font_source *source, int scale, bool mono, const char *given,
                        char *error, size_t error_size)
{
    const char *const *places = mono ? mono_places : sans_places;
    const char *kind = mono ? "fixed-width" : "sans-serif";
    char own[PLACE_CHARS];
    size_t count = 0;

    if (given != NULL) {
        if (open_family(source, scale, mono, given))
            return true;
        snprintf(error, error_size, "cannot open the %s font %s: %s", kind, given, TTF_GetError());
        return false;
    }
    if (came_with_program(mono, own) && open_family(source, scale, mono, own))
        return true;
    for (; places[count] != NULL; count++) {
        if (open_family(source, scale, mono, places[count]))
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
    struct font_source source = { .render = render, .close = ttf_close };
    int scale = fonts_scale(scale_percent);

    if (TTF_Init() != 0) {
        snprintf(error, error_size, "SDL_ttf does not start: %s", TTF_GetError());
        return NULL;
    }
    source.self = grow_new(sizeof(struct ttf));
    if (!find_family(&source, scale, false, sans_path, error, error_size) ||
        !find_family(&source, scale, true, mono_path, error, error_size)) {
        ttf_close(source.self);
        return NULL;
    }
    return fonts_make(scale, &source);
}
