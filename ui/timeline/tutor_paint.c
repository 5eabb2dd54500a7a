/* tutor_paint.c - the pane of a lesson: what the page tells, what it asks, what came of the answer.
 *
 * Beside the picture, or below an upright one, it is one column. For a presenter it is a strip
 * below the picture with two columns, what is told and what is asked, and tells one sentence: the
 * rest is the teacher's.
 */
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/sheet_buttons.h"
#include "ui/timeline/tutor_inside.h"
#include "ui/timeline/wrap.h"
#include <string.h>

enum { WIDTH = 360, WIDTH_MOST_PERCENT = 40, STRIP_PERCENT = 37, TOLD_PERCENT = 42, FOOT_AIR = 30 };

bool tutor_is_presenter(const struct app *app)
{
    return app->tutor != NULL && app->tutor->presenter;
}

int tutor_width(const struct app *app)
{
    if (app->tutor == NULL || !app->tutor->shown || app->tutor->presenter)
        return 0;
    return layout_pane_width(app, WIDTH, WIDTH_MOST_PERCENT);
}

int tutor_height(const struct app *app)
{
    if (app->tutor == NULL || !app->tutor->shown)
        return 0;
    return app->tutor->presenter ? app->height * STRIP_PERCENT / 100 : layout_pane_height(app);
}

/* ---- What is asked --------------------------------------------------------------------------- */

static void show_offers(struct sheet *s, struct tutor *t)
{
    static const char *const letters[] = { "A", "B", "C", "D", "E", "F" };
    const struct tutor_page *page = &t->pages[t->index];
    bool answered = tutor_is_answered(t);

    for (uint32_t i = 0; i < t->view->offer_count; i++) {
        bool right = answered && (int)i == t->view->right,
             wrong = page->wrong && (int)i == page->chosen;
        int x = s->x;
        uint64_t key = sheet_button(s, &x, s->w,
                                    &(struct sheet_button){ .letter = letters[i],
                                                            .text = t->view->offers[i],
                                                            .tag = tag_make(TAG_OFFER, 0, i),
                                                            .mark = right   ? s->app->theme->good
                                                                    : wrong ? s->app->theme->bad
                                                                            : 0,
                                                            .word = right   ? "right"
                                                                    : wrong ? "no"
                                                                            : NULL });

        if (i == 0 && t->focus_wanted && tree_focus_key(s->app->tree, key))
            t->focus_wanted = false;
    }
}

static void show_field(struct sheet *s, struct tutor *t)
{
    struct app *app = s->app;
    int h = draw_line_height(app->fonts, DRAW_BODY) + 2 * app_px(app, SHEET_BUTTON_PAD);
    const char *form = value_form(t->view->key.kind);
    const struct tree_node *focus = tree_focus(app->tree);
    char name[160];

    t->field_box = (struct draw_box){ s->x, s->y, s->w, h };
    snprintf(name, sizeof name, "Your answer: %s", form);
    if (sheet_sees(s, s->y, h))
        field_paint(app, &t->field, t->field_box, focus != NULL && focus->key == t->field_key,
                    form);
    t->field_key = sheet_node(s, TREE_TEXT_FIELD, name, t->field_box, tag_make(TAG_OFFER, 0, 255));
    tree_value(app->tree, "%s", t->field.text);
    tree_note(app->tree, "Enter answers");
    if (t->focus_wanted && tree_focus_key(app->tree, t->field_key))
        t->focus_wanted = false;
    s->y += h + app_px(app, SHEET_BUTTON_GAP);
}

static void show_verdict(struct sheet *s, struct tutor *t)
{
    const struct tutor_page *page = &t->pages[t->index];
    const struct page_score *score = &t->score.pages[t->index];
    const struct theme *theme = s->app->theme;
    char text[LESSON_TEXT_CHARS + 8] = "";
    uint32_t color = theme->ink;
    int h;

    if (page->unreadable) {
        snprintf(text, sizeof text, "\"%.60s\" is no answer here (expected %s).", t->field.text,
                 value_form(t->view->key.kind));
    } else if (score->right) {
        snprintf(text, sizeof text, "Right.");
        color = theme->good;
    } else if (score->revealed) {
        snprintf(text, sizeof text, "It is: %s", t->view->key_text);
    } else if (page->wrong) {
        snprintf(text, sizeof text, "No. %s",
                 page->chosen >= 0 ? t->view->texts.slips[page->chosen] : "");
        color = theme->bad;
    }
    if (text[0] == 0)
        return;
    h = wrap_draw(s->app->list, s->app->fonts, s->x, s->y, s->w, DRAW_BODY, color, text);
    tree_leaf(s->app->tree, tree_key(KEY_LESSON, "verdict", 0), TREE_STATUS, "Verdict",
              draw_box_cut((struct draw_box){ s->x, s->y, s->w, h }, s->box), TREE_LIVE);
    tree_value(s->app->tree, "%s", text);
    s->y += h + app_px(s->app, SHEET_BUTTON_GAP);
}

/* Buttons for who does not know the answer. */
static void show_help(struct sheet *s, const struct tutor *t, int *x)
{
    const struct lesson_page *page = t->view != NULL ? t->view->page : NULL;

    if (page == NULL || !page->has_key || tutor_is_answered(t) || t->presenter)
        return;
    if (page->hint[0] != 0 && !t->score.pages[t->index].hint)
        sheet_command(s, x, "Hint", "J", COMMAND_LESSON_HINT);
    sheet_command(s, x, "Reveal", "R", COMMAND_LESSON_REVEAL);
}

static void show_question(struct sheet *s, struct tutor *t)
{
    const struct lesson_page *page = t->view->page;
    const struct page_score *score = &t->score.pages[t->index];
    bool answered = tutor_is_answered(t);
    int x = s->x;

    t->field_key = 0;
    if (page->has_key && !tutor_is_hidden(t)) {
        sheet_gap(s, 6);
        sheet_text(s, t->presenter ? DRAW_TITLE : DRAW_BODY, s->ink, t->view->texts.ask);
        sheet_gap(s, 4);
        if (t->view->offer_count > 0)
            show_offers(s, t);
        else if (!answered)
            show_field(s, t);
        show_verdict(s, t);
        if (score->hint && !answered)
            sheet_text(s, DRAW_BODY, s->dim, t->view->texts.hint);
        if (answered)
            sheet_text(s, DRAW_BODY, s->ink, t->view->texts.reveal);
        if (!layout_is_small(s->app)) /* There they stand at the foot. */
            show_help(s, t, &x);
        if (tutor_can_see(t))
            sheet_command(s, &x, "See it", "the run that the answer leads to", COMMAND_LESSON_SEE);
    }
    if (t->seeing)
        sheet_command(s, &x, "Back to the page", "Escape", COMMAND_CLOSE);
    sheet_end_row(s, x);
}

/* ---- What is told ---------------------------------------------------------------------------- */

/* The first sentence; with the next one where it is very short. */
static void first_sentence(const char *text, char *out, size_t size)
{
    enum { SHORT = 40 };
    const char *end = strstr(text, ". ");

    while (end != NULL && (end - text < SHORT || strncmp(end - 2, "Dr", 2) == 0))
        end = strstr(end + 1, ". ");
    snprintf(out, size, "%.*s", end != NULL ? (int)(end - text) + 1 : (int)strlen(text), text);
}

/* What is seen instead of the page's picture, in words. */
static void show_other(struct sheet *s, const struct tutor *t)
{
    char text[900], time[48], sets[sizeof t->view->other_run];
    bool same; /* The page's own run, which goes on. */
    size_t length;

    if (!t->seeing)
        return;
    same = strcmp(t->view->other_run, t->view->run) == 0;
    snprintf(sets, sizeof sets, "%s", t->view->other_run);
    length = strlen(sets);
    while (length > 0 && (sets[length - 1] == ';' || sets[length - 1] == ' '))
        sets[--length] = 0;
    snprintf(time, sizeof time, "%s",
             t->shown_run.picture == PICTURE_OTHER ? "" : " It is being computed.");
    snprintf(text, sizeof text, "You see %s%s.%s", same ? "what came next" : "the run with ",
             same ? "" : sets, time);
    sheet_text(s, DRAW_BODY, s->app->theme->link, text);
}

static void show_told(struct sheet *s, struct tutor *t)
{
    const struct lesson_page *page = tutor_page(t);
    /* Values of the run are known once the page is open. */
    const char *say = t->view != NULL                  ? t->view->texts.say
                      : strchr(page->say, '{') == NULL ? page->say
                                                       : "";
    char text[LESSON_TEXT_CHARS];

    snprintf(text, sizeof text, "%s - page %u of %u", t->lesson->title, t->index + 1,
             t->lesson->page_count);
    sheet_text(s, DRAW_SMALL, s->dim, text);
    sheet_section(s, page->title, 0, false);
    if (t->presenter)
        first_sentence(say, text, sizeof text);
    else
        snprintf(text, sizeof text, "%s", say);
    sheet_text(s, t->presenter ? DRAW_TITLE : DRAW_BODY, s->ink, text);
    sheet_gap(s, 4);
    if (page->requires[0] != 0) {
        snprintf(text, sizeof text,
                 "This page cannot be played: it needs %.800s, which this program does not have. "
                 "It gives "
                 "no points; go on with Page Down.",
                 page->requires);
        sheet_text(s, DRAW_BODY, s->dim, text);
    } else if (t->error[0] != 0) {
        sheet_text(s, DRAW_BODY, s->app->theme->bad, t->error);
    } else if (t->view == NULL) {
        sheet_text(s, DRAW_BODY, s->dim, "Working: the runs of this page are being made.");
    } else {
        show_other(s, t);
    }
}

static void show_end(struct sheet *s, const struct tutor *t)
{
    char text[LESSON_TEXT_CHARS];

    sheet_text(s, DRAW_SMALL, s->dim, t->lesson->title);
    sheet_section(s, "The end of the lesson", 0, false);
    snprintf(text, sizeof text, "%u of %u points.", score_sum(&t->score), score_most(&t->score));
    sheet_text(s, DRAW_TITLE, s->ink, text);
    snprintf(text, sizeof text, "Now you can %s.", t->lesson->after);
    sheet_text(s, DRAW_BODY, s->ink, text);
}

static void show_turns(struct sheet *s, const struct tutor *t)
{
    int x = s->x;

    if (layout_is_small(s->app))
        show_help(s, t, &x);
    else
        sheet_gap(s, 6);
    if (t->index > 0)
        sheet_command(s, &x, "Back", "Shift+N, Page Up", COMMAND_LESSON_BACK);
    if (t->index < t->lesson->page_count)
        sheet_command(s, &x, "Next", "N, Page Down", COMMAND_LESSON_NEXT);
    sheet_end_row(s, x);
}

/* ---- The pane -------------------------------------------------------------------------------- */

static void show_page(struct sheet *s, struct tutor *t)
{
    if (tutor_page(t) != NULL)
        show_told(s, t);
    else
        show_end(s, t);
    if (t->view != NULL)
        show_question(s, t);
}

/* One column. In a small picture its buttons are a row of their own, which does not scroll. */
static void paint_column(struct app *app, struct draw_box pane)
{
    struct tutor *t = app->tutor;
    struct draw_box foot = pane;
    struct sheet s;

    t->box[0] = pane;
    t->box[1] = (struct draw_box){ 0 };
    if (layout_is_small(app)) {
        foot.h = MIN_OF(layout_target(app, 0) + app_px(app, FOOT_AIR), pane.h);
        foot.y += pane.h - foot.h;
        t->box[0].h -= foot.h;
    }
    sheet_begin(&s, app, &t->scroll[0], t->box[0], KEY_LESSON, "Lesson", false);
    show_page(&s, t);
    if (layout_is_small(app)) {
        sheet_end(&s);
        sheet_begin(&s, app, &t->scroll[1], foot, tree_key(KEY_LESSON, "foot", 0), "Buttons",
                    false);
        draw_line(app->list, foot.x, foot.y, foot.x + foot.w - 1, foot.y, 1, app->theme->border);
    }
    show_turns(&s, t);
    sheet_end(&s);
    layout_edge(app, pane);
}

static void paint_strip_below(struct app *app, struct draw_box box)
{
    struct tutor *t = app->tutor;
    int told = box.w * TOLD_PERCENT / 100;
    struct sheet s;

    t->box[0] = (struct draw_box){ box.x, box.y, told, box.h };
    t->box[1] = (struct draw_box){ box.x + told, box.y, box.w - told, box.h };
    sheet_begin(&s, app, &t->scroll[0], t->box[0], tree_key(KEY_LESSON, "told", 0), "Told", false);
    if (tutor_page(t) != NULL)
        show_told(&s, t);
    else
        show_end(&s, t);
    sheet_end(&s);
    sheet_begin(&s, app, &t->scroll[1], t->box[1], KEY_LESSON, "Lesson", false);
    if (t->view != NULL)
        show_question(&s, t);
    sheet_end(&s);
    draw_line(app->list, box.x, box.y, box.x + box.w - 1, box.y, app_px(app, 1),
              app->theme->border);
}

static void paint_black(struct app *app)
{
    struct draw_box box = { 0, 0, app->width, app->height };

    draw_rect(app->list, 0, 0, app->width, app->height, DRAW_BLACK);
    tree_leaf(app->tree, tree_key(KEY_LESSON, "black", 0), TREE_ALERT, "Black-out", box, 0);
    tree_note(app->tree, "the same key, or Escape, ends it");
}

void paint_tutor(struct app *app)
{
    struct tutor *t = app->tutor;

    t->box[0] = t->box[1] = (struct draw_box){ 0 };
    if (t->shown && t->presenter)
        paint_strip_below(app, (struct draw_box){ 0, app->height - tutor_height(app), app->width,
                                                  tutor_height(app) });
    else if (t->shown)
        paint_column(app, layout_pane(app, WIDTH));
    if (t->black)
        paint_black(app);
}

void paint_tutor_waiting(struct app *app)
{
    const struct tutor *t = app->tutor;
    struct draw_box box = layout_screen(app);
    const char *text = tutor_is_working(app)   ? "Working: the picture of this page is being made."
                       : tutor_page(t) == NULL ? "The end of the lesson."
                                               : "There is no picture of this page.";

    draw_label(app->list, app->fonts, box.x, box.y, box.w, box.h, DRAW_TITLE, DRAW_CENTER,
               app->theme->dim, text);
    tree_leaf(app->tree, KEY_HINT, TREE_PROGRESS, text, box, tutor_is_working(app) ? TREE_BUSY : 0);
}
