/* inspector_stack.c - a simulated stack, and where in the core it stands.
 *
 * Frames of the core (the driver, its DLLs, the database engine) stand out; the kernel's are
 * dulled, and the simulator's own plumbing is left out. Below them are a few lines of the source
 * of the innermost core frame, if the file is there.
 */
#include "ui/symbols/symbols.h"
#include "ui/timeline/inspector_inside.h"
#include "ui/timeline/sources.h"
#include "ui/timeline/wrap.h"
#include <stdlib.h>
#include <string.h>

enum { AROUND = 3, WIDEST = 640 /* Pixels at 100 % of a frame's line. */ };

static bool is_core(const char *name)
{
    static const char *const modules[] = { "exifs!", "ifsproxy!", "exwin32!", "ese!" };

    for (size_t i = 0; i < ARRAY_LEN(modules); i++)
        if (strncmp(name, modules[i], strlen(modules[i])) == 0)
            return true;
    return false;
}

struct symbols *stack_symbols(struct inspector *own)
{
    if (!own->symbols_read)
        own->symbols = symbols_open();
    own->symbols_read = true;
    return own->symbols;
}

/* ---- Source ---------------------------------------------------------------------------------- */

static const char *source_of(struct inspector *own, const char *file, const char *scenario)
{
    struct source *source = &own->source;

    if (strcmp(source->file, file) == 0)
        return source->text;
    free(source->text);
    snprintf(source->file, sizeof source->file, "%s", file);
    source->text = sources_read(file, scenario);
    return source->text;
}

static const char *line_at(const char *text, int number)
{
    for (int i = 1; i < number && text != NULL; i++) {
        text = strchr(text, '\n');
        text = text != NULL ? text + 1 : NULL;
    }
    return text != NULL && *text != 0 ? text : NULL;
}

/* Blanks that all of these lines begin with. */
static size_t common_indent(const char *text, int from, int to)
{
    size_t least = 40;

    for (int number = from; number <= to; number++) {
        const char *line = line_at(text, number);
        size_t indent = line != NULL ? strspn(line, " ") : 40;

        if (line != NULL && line[indent] != '\n')
            least = MIN_OF(least, indent);
    }
    return least;
}

static void source_line(struct sheet *s, const char *text, int number, bool here)
{
    const struct theme *t = s->app->theme;
    int h = draw_line_height(s->app->fonts, DRAW_MONO_SMALL);
    int gutter = draw_text_width(s->app->fonts, DRAW_MONO_SMALL, "> 0000 ");
    char told[240];

    /* The line one came for is shown whole; of the others what fits. */
    if (here)
        h *= MAX_OF(wrap_lines(s->app->fonts, DRAW_MONO_SMALL, text, s->w - gutter), 1);

    if (sheet_sees(s, s->y, h)) {
        if (here)
            draw_rect(s->app->list, s->x, s->y, s->w, h, t->selection);
        draw_textf(s->app->list, s->x, s->y, 0, DRAW_MONO_SMALL, DRAW_LEFT,
                   here ? t->selection_ink : s->dim, "%s %4d", here ? ">" : " ", number);
        if (here)
            wrap_draw(s->app->list, s->app->fonts, s->x + gutter, s->y, s->w - gutter,
                      DRAW_MONO_SMALL, t->selection_ink, text);
        else
            draw_text(s->app->list, s->x + gutter, s->y, s->w - gutter, DRAW_MONO_SMALL, DRAW_LEFT,
                      s->ink, text);
    }
    snprintf(told, sizeof told, "%s%d: %s", here ? "> " : "", number, text);
    sheet_node(s, TREE_TEXT, told, (struct draw_box){ s->x, s->y, s->w, h }, 0);
    s->y += h;
}

static void excerpt_show(struct sheet *s, struct inspector *own, const char *file, int line)
{
    const char *text = source_of(own, file, app_pane(s->app)->path);
    char place[240];
    size_t indent;

    snprintf(place, sizeof place, "%s:%d", file, line);
    sheet_gap(s, 6);
    sheet_text(s, DRAW_SMALL, s->dim, place);
    if (text == NULL)
        return;
    indent = common_indent(text, line - AROUND, line + AROUND);
    for (int number = MAX_OF(line - AROUND, 1); number <= line + AROUND; number++) {
        const char *at = line_at(text, number);
        size_t length = at != NULL ? strcspn(at, "\n") : 0;
        char cut[200];

        if (at == NULL)
            break;
        snprintf(cut, sizeof cut, "%.*s", length > indent ? (int)(length - indent) : 0,
                 length > indent ? at + indent : "");
        source_line(s, cut, number, number == line);
    }
}

/* ---- Frames ---------------------------------------------------------------------------------- */

/* The function, and at the right its file and line if there is room. */
static void frame_line(struct sheet *s, const char *name, const char *place)
{
    bool core = is_core(name);
    enum draw_size size = core ? DRAW_MONO : DRAW_MONO_SMALL;
    int h = draw_line_height(s->app->fonts, DRAW_MONO);
    int own = draw_text_width(s->app->fonts, size, name),
        other = draw_text_width(s->app->fonts, DRAW_SMALL, place);
    int w = MIN_OF(s->w, app_px(s->app, WIDEST));
    struct draw_box box = { s->x, s->y, w, h };

    if (sheet_sees(s, s->y, h)) {
        if (core)
            draw_rect(s->app->list, s->x - app_px(s->app, 6), s->y, app_px(s->app, 3), h,
                      s->app->theme->accent);
        draw_text(s->app->list, s->x, draw_text_top(s->app->fonts, size, s->y, h), w, size,
                  DRAW_LEFT, core ? s->ink : s->dim, name);
        if (place[0] != 0 && own + other + app_px(s->app, 10) <= w)
            draw_text(s->app->list, s->x + w, draw_text_top(s->app->fonts, DRAW_SMALL, s->y, h), 0,
                      DRAW_SMALL, DRAW_RIGHT, s->dim, place);
    }
    sheet_node(s, TREE_LIST_ITEM, name, box, 0);
    if (place[0] != 0)
        tree_value(s->app->tree, "%s", place);
    s->y += h;
}

void stack_show(struct sheet *s, struct inspector *own, void *const *frames, uint32_t count)
{
    struct symbols *symbols = stack_symbols(own);
    char core_file[200] = "";
    int core_line = 0;
    uint32_t shown = 0;

    for (uint32_t i = 0; symbols != NULL && i < count; i++) {
        char name[REPORT_FRAME_CHARS], file[200] = "", place[240] = "";
        int line = 0;

        if (!symbols_name(symbols, frames[i], name, sizeof name) || report_is_plumbing(name))
            continue;
        if (symbols_line(symbols, frames[i], file, sizeof file, &line)) {
            const char *slash = strrchr(file, '/');

            snprintf(place, sizeof place, "%s:%d", slash != NULL ? slash + 1 : file, line);
            if (core_line == 0 && is_core(name)) {
                snprintf(core_file, sizeof core_file, "%s", file);
                core_line = line;
            }
        }
        frame_line(s, name, place);
        shown++;
    }
    if (shown == 0)
        sheet_text(s, DRAW_SMALL, s->dim,
                   count == 0 ? "No stack: it is not inside a call."
                              : "This program carries no names of its functions.");
    if (core_line != 0)
        excerpt_show(s, own, core_file, core_line);
}
