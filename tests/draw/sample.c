/* sample.c - see sample.h. The picture resembles a timeline. */
#include "tests/draw/sample.h"

struct sample {
    struct draw_list *list;
    const struct draw_fonts *fonts;
    const struct theme *theme;
};

static int px(const struct sample *s, int at_100) { return draw_px(s->fonts, at_100); }

static void fill(const struct sample *s, int x, int y, int w, int h, uint32_t color,
                 const char *text)
{
    draw_rect(s->list, px(s, x), px(s, y), px(s, w), px(s, h), color);
    if (s->theme->outline & 0xff)
        draw_outline(s->list, px(s, x), px(s, y), px(s, w), px(s, h), 1, s->theme->outline);
    if (text != NULL)
        draw_label(s->list, s->fonts, px(s, x), px(s, y), px(s, w), px(s, h), DRAW_SMALL, DRAW_LEFT,
                   theme_ink_on(color), text);
}

static void lanes(const struct sample *s)
{
    static const char *const names[] = { "store.exe", "inetinfo.exe", "drwtsn32.exe",
                                         "services.exe", "System" };

    for (int i = 0; i < 5; i++) {
        uint32_t color = theme_process_color(s->theme, names[i]);
        int y = 50 + 30 * i;

        if (i % 2 == 1)
            draw_rect(s->list, px(s, 150), px(s, y), px(s, 610), px(s, 30), s->theme->lane);
        draw_rect(s->list, px(s, 8), px(s, y + 9), px(s, 12), px(s, 12), color);
        draw_label(s->list, s->fonts, px(s, 22), px(s, y), px(s, 126), px(s, 30), DRAW_BODY,
                   DRAW_LEFT, s->theme->ink, names[i]);
        fill(s, 160 + 10 * i, y + 5, 120, 20, color, "running");
        draw_hatch(s->list, px(s, 282 + 10 * i), px(s, y + 5), px(s, 70), px(s, 20), px(s, 6),
                   px(s, 2), color);
        draw_outline(s->list, px(s, 282 + 10 * i), px(s, y + 5), px(s, 70), px(s, 20), 1, color);
        draw_outline(s->list, px(s, 356 + 10 * i), px(s, y + 5), px(s, 60), px(s, 20), px(s, 1),
                     color);
        draw_chevrons(s->list, px(s, 420 + 10 * i), px(s, y + 7), px(s, 90), px(s, 16), px(s, 12),
                      px(s, 3), color);
        fill(s, 514 + 10 * i, y + 5, 60, 20, color, "a name far too long");
        draw_dotted(s->list, px(s, 514 + 10 * i), px(s, y + 3), px(s, 574 + 10 * i), px(s, y + 3),
                    px(s, 2), px(s, 2), s->theme->ink);
    }
}

static void graphs(const struct sample *s)
{
    struct draw_point points[40];
    static const struct draw_point arrow[] = { { 700, 220 }, { 712, 240 }, { 688, 240 } };
    struct draw_point mark[3];

    for (int i = 0; i < 40; i++) {
        points[i].x = px(s, 160 + 10 * i);
        points[i].y = px(s, 270 - (i * 37 % 11) * 4);
    }
    draw_area(s->list, points, 40, px(s, 275), theme_alpha(s->theme->accent, 64));
    draw_steps(s->list, points, 40, px(s, 1), s->theme->accent);
    draw_line(s->list, px(s, 160), px(s, 275), px(s, 560), px(s, 275), 1, s->theme->grid_strong);
    for (int i = 0; i < 3; i++)
        mark[i] = (struct draw_point){ px(s, arrow[i].x), px(s, arrow[i].y) };
    draw_polygon(s->list, mark, 3, s->theme->warning);
    for (int i = 0; i < 6; i++)
        draw_line(s->list, px(s, 590), px(s, 220), px(s, 660), px(s, 220 + 10 * i), px(s, 1),
                  s->theme->ink);
    draw_line(s->list, px(s, 590), px(s, 275), px(s, 660), px(s, 240), px(s, 3), s->theme->accent);
    draw_arrow(s->list, px(s, 280), px(s, 65), px(s, 430), px(s, 155), px(s, 2), px(s, 9),
               s->theme->arrow);
    draw_arrow(s->list, px(s, 300), px(s, 185), px(s, 304), px(s, 95), px(s, 2), px(s, 9),
               s->theme->arrow);
    draw_arrow(s->list, px(s, 740), px(s, 60), px(s, 640), px(s, 180), px(s, 1), px(s, 8),
               s->theme->arrow);
}

static void texts(const struct sample *s)
{
    static const char *const words[DRAW_SIZES] = {
        [DRAW_SMALL] = "Small: 13 px, \xc3\xa4\xc3\xb6\xc3\xbc \xe2\x86\x92 \xc2\xb5s",
        [DRAW_BODY] = "Body: a quick brown fox",
        [DRAW_TITLE] = "Title: thread 0x1a4",
        [DRAW_MONO] = "0xFDD95978,0xFF2A6D88",
        [DRAW_MONO_SMALL] = "KeAttachProcess+0x3c",
        [DRAW_HUGE] = "STOP 0x00000005",
    };
    int y = 290;

    for (int i = 0; i < DRAW_SIZES; i++) {
        draw_text(s->list, px(s, 160), px(s, y), 0, (enum draw_size)i, DRAW_LEFT, s->theme->ink,
                  words[i]);
        draw_text(s->list, px(s, 400), px(s, y), px(s, 150), (enum draw_size)i,
                  (enum draw_align)(i % 3), s->theme->dim, words[i]);
        y += i == DRAW_SMALL || i == DRAW_MONO_SMALL ? 22 : 24;
    }
    draw_line(s->list, px(s, 399), px(s, 290), px(s, 399), px(s, 440), 1, s->theme->grid_strong);
    draw_line(s->list, px(s, 550), px(s, 290), px(s, 550), px(s, 440), 1, s->theme->grid_strong);
}

/* The stop's border: black under yellow stripes. */
static void stop(const struct sample *s)
{
    int x = px(s, 570), y = px(s, 300), w = px(s, 170), h = px(s, 110), edge = px(s, 8);

    draw_rect(s->list, x, y, w, h, s->theme->stop_black);
    draw_hatch(s->list, x, y, w, h, px(s, 16), px(s, 8), s->theme->stop_yellow);
    draw_rect(s->list, x + edge, y + edge, w - 2 * edge, h - 2 * edge, s->theme->raised);
    draw_clip_push(s->list, x + edge, y + edge, w - 2 * edge, h - 2 * edge);
    draw_text(s->list, x + w / 2, y + px(s, 20), 0, DRAW_TITLE, DRAW_CENTER, s->theme->ink,
              "a text that its clip cuts");
    draw_label(s->list, s->fonts, x + edge, y + px(s, 50), w - 2 * edge, px(s, 26), DRAW_BODY,
               DRAW_CENTER, s->theme->link, "a link");
    draw_rect(s->list, x, y + px(s, 80), w, px(s, 40), s->theme->range);
    draw_clip_pop(s->list);
    draw_outline(s->list, x + px(s, 40), y + px(s, 50), px(s, 90), px(s, 26), px(s, 2),
                 s->theme->focus);
}

void sample_draw(struct draw_list *list, const struct draw_fonts *fonts, const struct theme *theme)
{
    struct sample s = { list, fonts, theme };

    draw_begin(list, px(&s, SAMPLE_WIDTH), px(&s, SAMPLE_HEIGHT));
    draw_rect(list, 0, 0, list->width, list->height, theme->background);
    draw_rect(list, 0, 0, px(&s, 150), list->height, theme->panel);
    draw_rect(list, 0, 0, list->width, px(&s, 40), theme->raised);
    draw_rect(list, 0, px(&s, 40), list->width, 1, theme->border);
    draw_label(list, fonts, 0, 0, px(&s, 400), px(&s, 40), DRAW_TITLE, DRAW_LEFT, theme->ink,
               "Every command, once");
    draw_label(list, fonts, px(&s, 560), px(&s, 8), px(&s, 90), px(&s, 24), DRAW_BODY, DRAW_CENTER,
               theme->disabled, "disabled");
    draw_rect(list, px(&s, 660), px(&s, 8), px(&s, 90), px(&s, 24), theme->accent);
    draw_label(list, fonts, px(&s, 660), px(&s, 8), px(&s, 90), px(&s, 24), DRAW_BODY, DRAW_CENTER,
               theme->accent_ink, "chosen");
    lanes(&s);
    graphs(&s);
    texts(&s);
    stop(&s);
    for (int i = 0; i < 4; i++)
        draw_label(list, fonts, px(&s, 8), px(&s, 220 + 24 * i), px(&s, 130), px(&s, 24),
                   DRAW_SMALL, DRAW_LEFT,
                   i == 0   ? theme->dim
                   : i == 1 ? theme->bad
                   : i == 2 ? theme->good
                            : theme->link,
                   i == 0   ? "dim"
                   : i == 1 ? "bad: it stopped"
                   : i == 2 ? "good: it stands"
                            : "link");
}
