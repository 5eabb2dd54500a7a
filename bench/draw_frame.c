/* draw_frame.c - one frame of a busy timeline: 60,000 small boxes and 400 texts on 1920x1080.
 *
 * Measures our rasteriser as it is used (fill the list, clear, draw), and SDL's software renderer
 * with the same boxes and no texts. Prints median and 99th percentile of a frame in ms.
 */
#include "bench/bench.h"
#include "ui/draw/raster.h"
#include "ui/draw/theme.h"
#include <SDL.h>

#define WIDTH  1920
#define HEIGHT 1080
#define BOXES  60000
#define TEXTS  400
#define FRAMES 400
#define WARM   20

static int by_size(const void *a, const void *b)
{
    double one = *(const double *)a, two = *(const double *)b;

    return one < two ? -1 : one > two;
}

static void say(const char *what, double *ms)
{
    qsort(ms, FRAMES, sizeof *ms, by_size);
    printf("%-28s median %6.2f ms   p99 %6.2f ms   of %d frames\n", what, ms[FRAMES / 2],
           ms[FRAMES * 99 / 100], FRAMES);
}

/* A box of the kind a timeline has: in a row of lanes, two to twelve px wide, at another place in
 * each frame. */
static struct draw_box box_of(int i, int frame)
{
    int lane = i / 1500, at = i % 1500;

    return (struct draw_box){ (at * 1277 + frame * 7) % 1900, 20 + lane * 26, 2 + at % 11, 18 };
}

static void fill(struct draw_list *list, int frame, int texts)
{
    draw_begin(list, WIDTH, HEIGHT);
    draw_rect(list, 0, 0, WIDTH, HEIGHT, theme_get(THEME_DARK)->background);
    for (int i = 0; i < BOXES; i++) {
        struct draw_box box = box_of(i, frame);

        draw_rect(list, box.x, box.y, box.w, box.h,
                  theme_palette((enum theme_okabe_ito)(i % OKABE_COLORS)));
    }
    for (int i = 0; i < texts; i++)
        draw_textf(list, 20 + i % 8 * 230, 20 + i / 8 * 21, 200, DRAW_SMALL, DRAW_LEFT, DRAW_WHITE,
                   "KeAttachProcess %d to %d", frame, i);
}

static void ours(struct draw_fonts *fonts, int texts, const char *what)
{
    static double ms[FRAMES];
    struct draw_list *list = draw_list_new();
    struct raster *raster = raster_new(WIDTH, HEIGHT);

    for (int frame = -WARM; frame < FRAMES; frame++) {
        double from = bench_now();

        fill(list, frame + WARM, texts);
        raster_draw(raster, list, fonts);
        if (frame >= 0)
            ms[frame] = (bench_now() - from) / 1e6;
    }
    say(what, ms);
    raster_free(raster);
    draw_list_free(list);
}

static void set_color(SDL_Renderer *renderer, uint32_t rgba)
{
    SDL_SetRenderDrawColor(renderer, (Uint8)(rgba >> 24), (Uint8)(rgba >> 16), (Uint8)(rgba >> 8),
                           255);
}

/* Draws by SDL. Sorted by colour there are seven long batches, but the stacking order is lost; in
 * the list's order each box is a batch. */
static void sdl(bool sorted, const char *what)
{
    static double ms[FRAMES];
    static SDL_Rect boxes[OKABE_COLORS][BOXES / OKABE_COLORS + 1];
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, WIDTH, HEIGHT, 32, SDL_PIXELFORMAT_ARGB8888);
    SDL_Renderer *renderer = surface != NULL ? SDL_CreateSoftwareRenderer(surface) : NULL;

    if (renderer == NULL) {
        printf("SDL has no software renderer here: %s\n", SDL_GetError());
        return;
    }
    for (int frame = -WARM; frame < FRAMES; frame++) {
        double from = bench_now();
        int counts[OKABE_COLORS] = { 0 };

        set_color(renderer, theme_get(THEME_DARK)->background);
        SDL_RenderClear(renderer);
        for (int i = 0; i < BOXES; i++) {
            struct draw_box box = box_of(i, frame + WARM);
            int color = i % OKABE_COLORS;
            SDL_Rect rect = { box.x, box.y, box.w, box.h };

            if (sorted) {
                boxes[color][counts[color]++] = rect;
            } else {
                set_color(renderer, theme_palette((enum theme_okabe_ito)color));
                SDL_RenderFillRect(renderer, &rect);
            }
        }
        for (int color = 0; color < OKABE_COLORS && sorted; color++) {
            set_color(renderer, theme_palette((enum theme_okabe_ito)color));
            SDL_RenderFillRects(renderer, boxes[color], counts[color]);
        }
        SDL_RenderPresent(renderer);
        if (frame >= 0)
            ms[frame] = (bench_now() - from) / 1e6;
    }
    say(what, ms);
    SDL_DestroyRenderer(renderer);
    SDL_FreeSurface(surface);
}

int main(void)
{
    char error[512];
    struct draw_fonts *fonts = draw_fonts_open(100, NULL, NULL, error, sizeof error);

    if (fonts == NULL) {
        fprintf(stderr, "%s\n", error);
        return 2;
    }
    ours(fonts, TEXTS, "ours, boxes and 400 texts");
    ours(fonts, 0, "ours, boxes only");
    sdl(false, "SDL software, boxes in order");
    sdl(true, "SDL software, boxes sorted");
    draw_fonts_close(fonts);
    return 0;
}
