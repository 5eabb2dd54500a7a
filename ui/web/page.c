/* page.c - the third end of the timeline, beside window and file: a page in a browser.
 *
 *     worker.js --page_key, page_press ...--> app --page_frame--> pixels, tree --> page
 *
 * The script of the worker calls these functions, one at a time. Their answers lie in variables
 * that other functions give: a call that lets threads go on meanwhile (ui/host/threads_wasm.c) has
 * no answer of its own.
 */
#include "ui/web/page.h"
#include "sim/base.h"
#include "ui/draw/letters.h"
#include "ui/draw/raster.h"
#include "ui/host/grow.h"
#include "ui/host/memory_file.h"
#include "ui/host/threads_wasm.h"
#include "ui/run/run.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/handout_html.h"
#include "ui/timeline/opening.h"
#include "ui/timeline/play.h"
#include "ui/timeline/render.h"
#include "ui/timeline/tip.h"
#include <emscripten/emscripten.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 64 };

static struct {
    struct app *app; /* NULL: nothing could be opened. */
    struct settings *settings;
    struct options options;
    char *words; /* What the options point into. */
    struct raster *raster;
    uint8_t *rgba; /* The picture as a canvas wants it. */
    size_t rgba_room;
    int width, height;
    struct handout_story story;
    bool woken;   /* A run has come further. */
    bool good;    /* The answer of page_open. */
    bool swallow; /* The text of the key that opened a dialog is not for its field. */
    char *text;   /* The answer of page_tree and page_result. */
    size_t text_size;
} page;

/* ---- Opening --------------------------------------------------------------------------------- */

static void wake(void *context)
{
    (void)context;
    page.woken = true;
}

/* The page's script puts it on the clipboard. */
EM_JS(void, script_copy, (const char *text), { Module.copied(UTF8ToString(text)); });

static void copy(void *context, const char *text)
{
    (void)context;
    script_copy(text);
}

/* The page's script offers it as a download. */
EM_JS(void, script_saved, (const char *path), { Module.saved(UTF8ToString(path)); });

static void saved(const char *path) { script_saved(path); }

static void close_all(void)
{
    if (page.app != NULL)
        opening_close(page.app);
    handout_story_drop(&page.story);
    app_free(page.app);
    settings_free(page.settings);
    free(page.words);
    page.app = NULL;
    page.settings = NULL;
    page.words = NULL;
}

EMSCRIPTEN_KEEPALIVE void page_letters(const void *bytes, size_t size) { letters_use(bytes, size); }

EMSCRIPTEN_KEEPALIVE void page_open(const char *lines, int percent)
{
    const char *words[WORDS_MAX] = { "view" };
    struct opening opening;
    int count = 1;

    close_all();
    page.good = false;
    page.words = strdup(lines);
    CHECK(page.words != NULL);
    for (char *at = strtok(page.words, "\n"); at != NULL && count < WORDS_MAX;
         at = strtok(NULL, "\n"))
        words[count++] = at;
    if (!options_read(&page.options, PROGRAM_VIEW, count, words) || page.options.help)
        return;
    page.settings = settings_open(NULL);
    page.app = render_app(&page.options,
                          page.options.given & OPTION_BIT(THEME)
                              ? theme_get((enum theme_kind)page.options.theme)
                              : page.settings->theme,
                          percent);
    if (page.app == NULL)
        return;
    page.app->wake = wake;
    page.app->copy = copy;
    page.app->saved = saved;
    page.good = opening_do(page.app, &page.options, page.settings, &opening) && !opening.failed;
}

EMSCRIPTEN_KEEPALIVE bool page_good(void) { return page.good; }

/* ---- What a person does ---------------------------------------------------------------------- */

EMSCRIPTEN_KEEPALIVE void page_key(const char *name)
{
    bool had_dialog = page.app->dialog != NULL;

    app_key(page.app, name);
    page.swallow = !had_dialog && page.app->dialog != NULL;
}

EMSCRIPTEN_KEEPALIVE void page_text(const char *utf8)
{
    if (!page.swallow)
        app_text(page.app, utf8);
    page.swallow = false;
}

EMSCRIPTEN_KEEPALIVE void page_do(const char *name)
{
    enum command command = command_find(name);

    if (command != COMMAND_NONE)
        app_do(page.app, command);
}
EMSCRIPTEN_KEEPALIVE void page_move(int x, int y) { app_move(page.app, x, y); }

EMSCRIPTEN_KEEPALIVE void page_press(int x, int y, int button, int modifiers, int clicks)
{
    app_press(page.app, x, y, button, modifiers, clicks);
}

EMSCRIPTEN_KEEPALIVE void page_release(int x, int y, int button)
{
    app_release(page.app, x, y, button);
}

EMSCRIPTEN_KEEPALIVE void page_wheel(int x, int y, int dx, int dy, int modifiers)
{
    app_wheel(page.app, x, y, dx, dy, modifiers);
}

EMSCRIPTEN_KEEPALIVE void page_activate(uint32_t key_high, uint32_t key_low)
{
    uint64_t key = (uint64_t)key_high << 32 | key_low;
    const struct tree_node *node = tree_find(page.app->tree, key);

    if (node == NULL)
        return;
    tree_focus_key(page.app->tree, key);
    if (node->tag != 0)
        app_activate(page.app, node->tag);
    page.app->dirty = true;
}

/* ---- Time ------------------------------------------------------------------------------------ */

static bool working; /* The answer of page_go_on. */

EMSCRIPTEN_KEEPALIVE void page_go_on(double ms)
{
    uint64_t now = (uint64_t)emscripten_get_now();

    working = threads_run(ms);
    if (page.app == NULL)
        return;
    if (page.app->play.on)
        play_tick(page.app, now);
    tip_tick(page.app, now);
}

EMSCRIPTEN_KEEPALIVE bool page_is_working(void) { return working; }
EMSCRIPTEN_KEEPALIVE bool page_is_dirty(void) { return page.app->dirty || page.app->play.on; }
EMSCRIPTEN_KEEPALIVE bool page_is_woken(void) { return page.woken; }

/* ---- The picture ----------------------------------------------------------------------------- */

static void make_rgba(void)
{
    size_t count = (size_t)page.width * (size_t)page.height;
    const uint32_t *from = raster_pixels(page.raster);
    uint32_t *to;

    if (count * 4 > page.rgba_room) {
        free(page.rgba);
        page.rgba = grow_new(count * 4);
        page.rgba_room = count * 4;
    }
    to = (uint32_t *)(void *)page.rgba;
    for (size_t i = 0; i < count; i++)
        to[i] = (from[i] & 0xff00ff00u) | (from[i] & 0xffu) << 16 | (from[i] >> 16 & 0xffu);
}

EMSCRIPTEN_KEEPALIVE void page_frame(int width, int height)
{
    page.woken = false;
    settings_follow(page.settings, page.app);
    app_frame(page.app, width, height);
    if (page.raster == NULL)
        page.raster = raster_new(width, height);
    else if (width != page.width || height != page.height)
        raster_resize(page.raster, width, height);
    page.width = width;
    page.height = height;
    raster_draw(page.raster, page.app->list, page.app->fonts);
    make_rgba();
}

EMSCRIPTEN_KEEPALIVE const uint8_t *page_pixels(void) { return page.rgba; }

/* ---- What is read aloud ---------------------------------------------------------------------- */

static void put_field(FILE *out, const char *text)
{
    for (; *text != 0; text++)
        fputc(*text == '\t' || *text == '\n' ? ' ' : *text, out);
}

static void put_node(FILE *out, const struct tree *tree, const struct tree_node *node)
{
    fprintf(out, "%" PRIu32 "\t%08" PRIx32 "%08" PRIx32 "\t%s\t%" PRIu32 "\t%d\t%d\t%d\t%d\t",
            node->depth, (uint32_t)(node->key >> 32), (uint32_t)node->key,
            tree_role_word(node->role), node->state, node->box.x, node->box.y, node->box.w,
            node->box.h);
    put_field(out, tree_name(tree, node));
    fputc('\t', out);
    put_field(out, tree_value_of(tree, node));
    fputc('\t', out);
    put_field(out, tree_description(tree, node));
    fputc('\n', out);
}

static FILE *text_open(void)
{
    free(page.text);
    page.text = NULL;
    FILE *out = memory_file_open(&page.text, &page.text_size);

    CHECK(out != NULL);
    return out;
}

EMSCRIPTEN_KEEPALIVE void page_tree(void)
{
    const struct tree *tree = page.app->tree;
    FILE *out = text_open();

    for (size_t i = 0; i < tree_count(tree); i++)
        if (!tree_is_hidden(tree, tree_at(tree, i)))
            put_node(out, tree, tree_at(tree, i));
    memory_file_close(out);
}

EMSCRIPTEN_KEEPALIVE void page_result(void)
{
    FILE *out = text_open();
    const struct recording_end *end = NULL;

    if (page.app->pane_count > 0) {
        recording_lock(page.app->panes[0].run);
        end = recording_end(page.app->panes[0].run);
        recording_unlock(page.app->panes[0].run);
    }
    if (end != NULL) {
        const struct result *result = &end->result;

        fprintf(out, "title\t%s\n", page.app->panes[0].scenario->title);
        fprintf(out, "seed\t%" PRIu64 "\n", page.app->panes[0].seed);
        fprintf(out, "records\t%" PRIu64 "\n", result->records);
        fprintf(out, "fingerprint\t%016" PRIx64 "\n", result->fingerprint);
        if (result->stop.stopped)
            fprintf(out, "stop\t0x%08X (0x%08X,0x%08X,0x%08X,0x%08X)\n", result->stop.code,
                    result->stop.args[0], result->stop.args[1], result->stop.args[2],
                    result->stop.args[3]);
    }
    memory_file_close(out);
}

EMSCRIPTEN_KEEPALIVE void page_sheet(void)
{
    FILE *out = text_open();

    handout_moment(page.app, &page.story, out);
    memory_file_close(out);
}

EMSCRIPTEN_KEEPALIVE const char *page_said(void) { return page.text; }
