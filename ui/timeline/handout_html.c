/* handout_html.c - see handout_html.h. */
#include "ui/timeline/handout_html.h"
#include "model/words/bugchecks.h"
#include "ui/draw/svg.h"
#include "ui/explore/board.h"
#include "ui/host/memory_file.h"
#include "ui/host/xml.h"
#include "ui/timeline/stop_rules.h"
#include "ui/timeline/storyboard.h"
#include "ui/timeline/tutor.h"
#include "ui/timeline/wanted.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct draw_box handout_picture(const struct app *app)
{
    const struct app_layout *l = &app->layout;
    int top = l->toolbar.y + l->toolbar.h;

    return (struct draw_box){ 0, top, app->width, l->status.y - top };
}

static void write_base64(FILE *out, const unsigned char *bytes, size_t count)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < count; i += 3) {
        unsigned long group = (unsigned long)bytes[i] << 16 |
                              (i + 1 < count ? (unsigned long)bytes[i + 1] << 8 : 0) |
                              (i + 2 < count ? bytes[i + 2] : 0);

        fputc(letters[group >> 18], out);
        fputc(letters[group >> 12 & 63], out);
        fputc(i + 1 < count ? letters[group >> 6 & 63] : '=', out);
        fputc(i + 2 < count ? letters[group & 63] : '=', out);
    }
}

/* The picture as an image of its own, so that the names in it cannot meet those of another one. */
static void put_picture(const struct app *app, const char *title, FILE *out)
{
    struct draw_box part = handout_picture(app);
    char *inner = NULL, *whole = NULL;
    size_t inner_size = 0, whole_size = 0;
    FILE *file = memory_file_open(&inner, &inner_size);
    const char *begin;

    CHECK(file != NULL);
    draw_svg(app->list, app->fonts, app->width, app->height, title, NULL, file);
    memory_file_close(file);
    begin = strstr(inner, "<svg");
    file = memory_file_open(&whole, &whole_size);
    CHECK(file != NULL);
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"%d %d "
            "%d %d\">%s</svg>",
            part.w, part.h, part.x, part.y, part.w, part.h, begin != NULL ? begin : "");
    memory_file_close(file);
    fprintf(out, "<img alt=\"");
    xml_text(out, title);
    fprintf(out, "\" src=\"data:image/svg+xml;base64,");
    write_base64(out, (const unsigned char *)whole, whole_size);
    fprintf(out, "\">\n");
    free(inner);
    free(whole);
}

void handout_words(FILE *out, const char *element, const char *text)
{
    if (text[0] == 0)
        return;
    fprintf(out, "<%s>", element);
    xml_text(out, text);
    fprintf(out, "</%s>\n", element);
}

void handout_head(const char *title, FILE *out)
{
    fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    xml_text(out, title);
    fprintf(out, "</title><style>body{font-family:sans-serif;max-width:60em;margin:2em auto;"
                 "line-height:1.4}img{width:100%%;border:1px solid #999}section{break-inside:avoid;"
                 "margin-bottom:2em}.offers{list-style:lower-alpha}"
                 ".offers li::before{content:\"\\2610\\00a0\"}.line{border-bottom:2px "
                 "solid;width:20em;height:2em}.key{break-before:page}</style>"
                 "</head><body>\n");
    handout_words(out, "h1", title);
}

void handout_page(struct app *app, const struct page_view *v, FILE *out)
{
    char title[140];

    snprintf(title, sizeof title, "%u. %s", v->number, v->page->title);
    fprintf(out, "<section>\n");
    handout_words(out, "h2", title);
    put_picture(app, title, out);
    handout_words(out, "p", v->texts.say);
    if (v->page->has_key) {
        handout_words(out, "p", v->texts.ask);
        if (v->offer_count > 0)
            fprintf(out, "<ol class=\"offers\">\n");
        for (uint32_t i = 0; i < v->offer_count; i++)
            handout_words(out, "li", v->offers[i]);
        fprintf(out, v->offer_count > 0 ? "</ol>\n" : "<div class=\"line\"></div>\n");
    }
    fprintf(out, "</section>\n");
}

/* ---- What is shown at this moment ------------------------------------------------------------ */

/* What of the app a hand-out's frame does without. */
struct aside {
    const struct theme *theme;
    struct dialog *dialog;
    struct looks looks;
    enum app_screen screen;
    int width, height, scroll[2];
    bool tutor_shown, records_open;
    uint64_t focus;
};

static struct aside lay_aside(struct app *app)
{
    const struct tree_node *node = tree_focus(app->tree);
    struct aside aside = { .theme = app->theme,
                           .dialog = app->dialog,
                           .looks = app->looks,
                           .screen = app->screen,
                           .width = app->width,
                           .height = app->height,
                           .scroll = { app->panes[0].scroll, app->panes[1].scroll },
                           .tutor_shown = app->tutor != NULL && app->tutor->shown,
                           .records_open = app->records.open,
                           .focus = node != NULL ? node->key : 0 };

    app->theme = theme_get(THEME_LIGHT);
    app->dialog = NULL;
    app->looks.side_open = app->looks.drawer_open = app->looks.hint = app->looks.legend = false;
    app->screen = app->screen == SCREEN_BOXES ? SCREEN_BOXES : SCREEN_TIMELINE;
    app->records.open = false;
    if (app->tutor != NULL)
        app->tutor->shown = false;
    return aside;
}

static void take_back(struct app *app, const struct aside *aside)
{
    app->theme = aside->theme;
    app->dialog = aside->dialog;
    app->looks = aside->looks;
    app->screen = aside->screen;
    app->records.open = aside->records_open;
    for (int i = 0; i < 2; i++)
        app->panes[i].scroll = aside->scroll[i];
    if (app->tutor != NULL)
        app->tutor->shown = aside->tutor_shown;
    app_frame(app, aside->width, aside->height); /* The tree, too, is the window's again. */
    if (aside->focus != 0)
        tree_focus_key(app->tree, aside->focus);
    app->dirty = true;
}

static void put_stop(struct app *app, const struct recording_end *end, FILE *out)
{
    const struct stop *stop = &end->result.stop;
    char text[STOP_TEXT_CHARS + 40], meaning[STOP_TEXT_CHARS];

    snprintf(text, sizeof text, "STOP 0x%08X (0x%08X,0x%08X,0x%08X,0x%08X) %s", stop->code,
             stop->args[0], stop->args[1], stop->args[2], stop->args[3], bugcheck_name(stop->code));
    handout_words(out, "h2", text);
    app_lock(app);
    stop_broken_rule(app, meaning);
    app_unlock(app);
    handout_words(out, "p", meaning);
    fprintf(out, "<table>\n");
    for (int i = 0; i < 4; i++) {
        stop_argument(end, i, meaning);
        snprintf(text, sizeof text, "0x%08X", stop->args[i]);
        fprintf(out, "<tr>");
        handout_words(out, "th", text);
        handout_words(out, "td", meaning);
        fprintf(out, "</tr>\n");
    }
    fprintf(out, "</table>\n");
}

void handout_story_drop(struct handout_story *story)
{
    board_free(story->board);
    *story = (struct handout_story){ .board = NULL };
}

static const struct board *story_of_run(struct pane *pane, uint64_t fingerprint,
                                        struct handout_story *story)
{
    char error[BOARD_ERROR_CHARS];

    if (story->board != NULL &&
        (story->board->run != pane->run || story->fingerprint != fingerprint))
        handout_story_drop(story);
    if (story->board == NULL)
        story->board = board_make(pane->run, pane->seed, error);
    story->fingerprint = fingerprint;
    return story->board;
}

/* The command goes with what is shown, so it is asked for before anything is laid aside. */
static void put_run(struct app *app, const char *command, struct handout_story *story, FILE *out)
{
    struct pane *pane = app_pane(app);
    char text[200];
    const struct recording_end *end;
    const struct board *board;

    app_lock(app);
    end = recording_end(pane->run);
    app_unlock(app);
    board = end != NULL ? story_of_run(pane, end->result.fingerprint, story) : NULL;
    fprintf(out, "<section>\n");
    handout_words(out, "h1", pane->scenario->title);
    if (end != NULL && end->result.stop.stopped)
        put_stop(app, end, out);
    put_picture(app, pane->scenario->title, out);
    if (board != NULL)
        storyboard_list(board, out);
    if (end != NULL) {
        snprintf(text, sizeof text,
                 "Seed %" PRIu64 ", fingerprint %016" PRIx64 ". Again:", pane->seed,
                 end->result.fingerprint);
        handout_words(out, "p", text);
    }
    handout_words(out, "pre", command);
    fprintf(out, "</section>\n");
}

/* Details of a run that has ended are soon there; nothing else is waited for, since whoever prints
 * may have asked for what takes minutes. */
static void make_frames(struct app *app, int width, int height)
{
    app_frame(app, width, height);
    for (uint32_t i = 0; i < app->pane_count; i++) {
        app_lock(app);
        bool ended = recording_end(app->panes[i].run) != NULL;

        app_unlock(app);
        if (ended)
            recording_wait(app->panes[i].run);
    }
    app_frame(app, width, height);
}

void handout_moment(struct app *app, struct handout_story *story, FILE *out)
{
    char *command;
    struct aside aside;
    int percent = app->looks.text_percent;

    if (app->pane_count == 0)
        return;
    command = calloc(1, RUN_REPRO_CHARS);
    CHECK(command != NULL);
    app_lock(app);
    wanted_link(app, command, RUN_REPRO_CHARS);
    app_unlock(app);
    aside = lay_aside(app);
    make_frames(app, HANDOUT_WIDTH * percent / 100, HANDOUT_HEIGHT * percent / 100);
    if (app->tutor != NULL && app->tutor->view != NULL) {
        handout_words(out, "h1", app->tutor->lesson->title);
        handout_page(app, app->tutor->view, out);
    } else {
        put_run(app, command, story, out);
    }
    take_back(app, &aside);
    free(command);
}
