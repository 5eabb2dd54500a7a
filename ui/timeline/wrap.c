/* wrap.c - see wrap.h. */
#include "ui/timeline/wrap.h"
#include "ui/host/utf8.h"
#include <string.h>

enum { WRAP_BYTES = 1024 }; /* Bytes of one line; a longer one breaks there. */

static int width_of(const struct draw_fonts *fonts, enum draw_size size, const char *text,
                    size_t bytes)
{
    char line[WRAP_BYTES];

    if (bytes >= sizeof line)
        bytes = sizeof line - 1;
    memcpy(line, text, bytes);
    line[bytes] = 0;
    return draw_text_width(fonts, size, line);
}

/* The letters of a word that is wider than a line: up to a sign in it, else as many as fit. */
static size_t break_word(const struct draw_fonts *fonts, enum draw_size size, const char *word,
                         size_t bytes, int width)
{
    const char *at = word;
    size_t taken;

    utf8_next(&at);
    taken = (size_t)(at - word);
    while (taken < bytes) {
        utf8_next(&at);
        if (width_of(fonts, size, word, (size_t)(at - word)) > width)
            break;
        taken = (size_t)(at - word);
    }
    for (size_t i = taken; i > 1; i--)
        if (strchr("_!/\\", word[i - 1]) != NULL)
            return i;
    return taken;
}

size_t wrap_line(const struct draw_fonts *fonts, enum draw_size size, const char *text, int width,
                 const char **next)
{
    size_t taken = 0;

    for (;;) {
        size_t blanks = strspn(text + taken, " "), word = strcspn(text + taken + blanks, " ");
        size_t end = taken + blanks + word;

        if (word == 0 || end >= WRAP_BYTES || width_of(fonts, size, text, end) > width)
            break;
        taken = end;
    }
    if (taken == 0 && text[0] != 0)
        taken = break_word(fonts, size, text, strcspn(text, " "), width);
    *next = text + taken + strspn(text + taken, " ");
    return taken;
}

int wrap_lines(const struct draw_fonts *fonts, enum draw_size size, const char *text, int width)
{
    int lines = 0;

    while (*text != 0) {
        wrap_line(fonts, size, text, width, &text);
        lines++;
    }
    return lines;
}

int wrap_draw(struct draw_list *list, const struct draw_fonts *fonts, int x, int y, int width,
              enum draw_size size, uint32_t color, const char *text)
{
    int line = draw_line_height(fonts, size), top = y;

    while (*text != 0) {
        char piece[WRAP_BYTES];
        const char *next;
        size_t bytes = wrap_line(fonts, size, text, width, &next);

        if (bytes >= sizeof piece)
            bytes = sizeof piece - 1;
        memcpy(piece, text, bytes);
        piece[bytes] = 0;
        draw_text(list, x, y, 0, size, DRAW_LEFT, color, piece);
        y += line;
        text = next;
    }
    return y - top;
}
