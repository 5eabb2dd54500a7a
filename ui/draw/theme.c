/* theme.c - three themes and one palette.
 *
 * The dark ground is not black and its ink not white, which tires the eyes less. High contrast is
 * black and white with one yellow. The Okabe-Ito fills are the same in all themes, because a
 * process keeps its colour. Selections, cursors and warnings have colours that no process has. On
 * the light ground fills have an outline, because yellow would be invisible. */
#include "ui/draw/theme.h"
#include <math.h>
#include <string.h>

static const uint32_t palette[OKABE_COLORS] = {
    [OKABE_ORANGE] = 0xe69f00ff, [OKABE_SKY] = 0x56b4e9ff,  [OKABE_GREEN] = 0x009e73ff,
    [OKABE_YELLOW] = 0xf0e442ff, [OKABE_BLUE] = 0x0072b2ff, [OKABE_VERMILION] = 0xd55e00ff,
    [OKABE_PURPLE] = 0xcc79a7ff,
};

static const struct theme themes[THEMES] = {
    [THEME_DARK] = {
        .name = "dark",
        .background = 0x15181cff,
        .lane = 0x1a1e23ff,
        .panel = 0x20252bff,
        .raised = 0x2b3138ff,
        .pressed = 0x3a424bff,
        .border = 0x434c56ff,
        .grid = 0x262c33ff,
        .grid_strong = 0x3a424cff,
        .ink = 0xe8ebeeff,
        .dim = 0xaab3bcff,
        .disabled = 0x86909aff,
        .accent = 0xb4c2ffff,
        .accent_ink = 0x000000ff,
        .focus = 0xffffffff,
        .selection = 0x3a4680ff,
        .selection_ink = 0xffffffff,
        .range = 0xb4c2ff30,
        .warning = 0xffc24bff,
        .warning_ink = 0x000000ff,
        .bad = 0xff9b6aff,
        .good = 0x4fd1a5ff,
        .link = 0x7cc7f2ff,
        .stop_black = 0x000000ff,
        .stop_yellow = 0xf0e442ff,
        .outline = 0x00000000,
        .shade = 0x15181cb8,
        .shadow = 0x00000080,
        .cursor_a = 0x7df3e1ff,
        .cursor_b = 0xffb3c7ff,
        .playhead = 0xffffffff,
        .arrow = 0xe8ebeeff,
    },
    [THEME_LIGHT] = {
        .name = "light",
        .background = 0xffffffff,
        .lane = 0xf5f6f8ff,
        .panel = 0xeceff2ff,
        .raised = 0xfafbfcff,
        .pressed = 0xd5dae0ff,
        .border = 0xa9b2bbff,
        .grid = 0xe3e6eaff,
        .grid_strong = 0xc4cad1ff,
        .ink = 0x16191dff,
        .dim = 0x4a535dff,
        .disabled = 0x76808aff,
        .accent = 0x3f4fb5ff,
        .accent_ink = 0xffffffff,
        .focus = 0x2a36a0ff,
        .selection = 0xd5daf9ff,
        .selection_ink = 0x16191dff,
        .range = 0x3f4fb528,
        .warning = 0xffd98aff,
        .warning_ink = 0x000000ff,
        .bad = 0x9c3a00ff,
        .good = 0x00603fff,
        .link = 0x00507fff,
        .stop_black = 0x000000ff,
        .stop_yellow = 0xf0e442ff,
        .outline = 0x2a2f35ff,
        .shade = 0xffffffc0,
        .shadow = 0x00000038,
        .cursor_a = 0x006a60ff,
        .cursor_b = 0xa0003cff,
        .playhead = 0x000000ff,
        .arrow = 0x16191dff,
    },
    [THEME_HIGH_CONTRAST] = {
        .name = "high-contrast",
        .background = 0x000000ff,
        .lane = 0x000000ff,
        .panel = 0x000000ff,
        .raised = 0x000000ff,
        .pressed = 0x303030ff,
        .border = 0xffffffff,
        .grid = 0x404040ff,
        .grid_strong = 0x808080ff,
        .ink = 0xffffffff,
        .dim = 0xe0e0e0ff,
        .disabled = 0xa0a0a0ff,
        .accent = 0xffff00ff,
        .accent_ink = 0x000000ff,
        .focus = 0xffff00ff,
        .selection = 0xffffffff,
        .selection_ink = 0x000000ff,
        .range = 0xffffff40,
        .warning = 0xffff00ff,
        .warning_ink = 0x000000ff,
        .bad = 0xffb08aff,
        .good = 0x7fffd0ff,
        .link = 0x8fd8ffff,
        .stop_black = 0x000000ff,
        .stop_yellow = 0xffff00ff,
        .outline = 0xffffffff,
        .shade = 0x000000d0,
        .shadow = 0x00000000,
        .cursor_a = 0xffff00ff,
        .cursor_b = 0x00ffffff,
        .playhead = 0xffffffff,
        .arrow = 0xffffffff,
    },
};

const struct theme *theme_get(enum theme_kind kind) { return &themes[kind]; }

const struct theme *theme_find(const char *name)
{
    for (int i = 0; i < THEMES; i++) {
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    }
    return NULL;
}

uint32_t theme_palette(enum theme_okabe_ito color) { return palette[color]; }

/* The processes that play a part in every story have colours of their own. */
static const struct {
    const char *process;
    enum theme_okabe_ito color;
} cast[] = {
    { "inetinfo.exe", OKABE_ORANGE }, { "store.exe", OKABE_SKY },
    { "services.exe", OKABE_GREEN },  { "drwtsn32.exe", OKABE_VERMILION },
    { "System", OKABE_PURPLE },
};

/* The rest share what the cast leaves: two colours of the palette, and a grey and a brown that
 * bear black ink. */
static const uint32_t extras[] = { 0xf0e442ff, 0x0072b2ff, 0x9da3abff, 0xb08d57ff };

uint32_t theme_process_color(const struct theme *theme, const char *process)
{
    uint32_t hash = 2166136261u; /* FNV-1a. */

    (void)theme; /* A process keeps its colour. */
    for (size_t i = 0; i < sizeof cast / sizeof cast[0]; i++)
        if (strcmp(cast[i].process, process) == 0)
            return palette[cast[i].color];
    for (const unsigned char *c = (const unsigned char *)process; *c != 0; c++)
        hash = (hash ^ *c) * 16777619u;
    return extras[(hash ^ hash >> 16) % (sizeof extras / sizeof extras[0])];
}

uint32_t theme_ink_on(uint32_t fill)
{
    return theme_contrast(fill, 0x000000ff) >= theme_contrast(fill, 0xffffffff) ? 0x000000ff
                                                                                : 0xffffffff;
}

uint32_t theme_alpha(uint32_t color, unsigned alpha)
{
    return (color & ~0xffu) | (alpha > 255 ? 255 : alpha);
}

uint32_t theme_mix(uint32_t a, uint32_t b, unsigned percent)
{
    uint32_t mixed = 0;

    percent = percent > 100 ? 100 : percent;
    for (int shift = 0; shift < 32; shift += 8) {
        uint32_t of_a = a >> shift & 0xff, of_b = b >> shift & 0xff;

        mixed |= (of_a * (100 - percent) + of_b * percent + 50) / 100 << shift;
    }
    return mixed;
}

/* Relative luminance by WCAG 2.2. */
static double luminance(uint32_t color)
{
    static const double weight[] = { 0.2126, 0.7152, 0.0722 };
    double sum = 0;

    for (int i = 0; i < 3; i++) {
        double part = (color >> (24 - 8 * i) & 0xff) / 255.0;

        sum += weight[i] * (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double theme_contrast(uint32_t a, uint32_t b)
{
    double of_a = luminance(a), of_b = luminance(b);

    return of_a > of_b ? (of_a + 0.05) / (of_b + 0.05) : (of_b + 0.05) / (of_a + 0.05);
}

struct pairs {
    struct theme_pair *out;
    size_t max, count;
};

static void pair(struct pairs *pairs, const char *what, uint32_t ink, uint32_t ground, double least)
{
    if (pairs->count < pairs->max)
        pairs->out[pairs->count] = (struct theme_pair){ what, ink, ground, least };
    pairs->count++;
}

size_t theme_pairs(const struct theme *theme, struct theme_pair *out, size_t max)
{
    const uint32_t grounds[] = { theme->background, theme->lane, theme->panel, theme->raised };
    struct pairs pairs = { out, max, 0 };

    for (size_t i = 0; i < sizeof grounds / sizeof grounds[0]; i++) {
        pair(&pairs, "ink", theme->ink, grounds[i], 4.5);
        pair(&pairs, "dim", theme->dim, grounds[i], 4.5);
        pair(&pairs, "bad", theme->bad, grounds[i], 4.5);
        pair(&pairs, "good", theme->good, grounds[i], 4.5);
        pair(&pairs, "link", theme->link, grounds[i], 4.5);
        pair(&pairs, "disabled", theme->disabled, grounds[i], 3);
        pair(&pairs, "focus", theme->focus, grounds[i], 3);
        pair(&pairs, "accent", theme->accent, grounds[i], 3);
        pair(&pairs, "cursor A", theme->cursor_a, grounds[i], 3);
        pair(&pairs, "cursor B", theme->cursor_b, grounds[i], 3);
        pair(&pairs, "playhead", theme->playhead, grounds[i], 3);
        pair(&pairs, "arrow", theme->arrow, grounds[i], 3);
    }
    pair(&pairs, "ink, pressed", theme->ink, theme->pressed, 4.5);
    pair(&pairs, "dim, pressed", theme->dim, theme->pressed, 4.5);
    pair(&pairs, "accent ink", theme->accent_ink, theme->accent, 4.5);
    pair(&pairs, "selection ink", theme->selection_ink, theme->selection, 4.5);
    pair(&pairs, "warning ink", theme->warning_ink, theme->warning, 4.5);
    pair(&pairs, "stop", theme->stop_yellow, theme->stop_black, 4.5);
    for (int i = 0; i < OKABE_COLORS; i++)
        pair(&pairs, "ink on a process", theme_ink_on(palette[i]), palette[i], 4.5);
    for (size_t i = 0; i < sizeof extras / sizeof extras[0]; i++)
        pair(&pairs, "ink on a process", theme_ink_on(extras[i]), extras[i], 4.5);
    return pairs.count;
}
