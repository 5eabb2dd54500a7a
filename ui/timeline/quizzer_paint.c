/* quizzer_paint.c - the pane of a quiz: the question at hand, what is said to its answer, the
 * score. */
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/paint.h"
#include "ui/timeline/quizzer.h"
#include "ui/timeline/sheet_buttons.h"
#include "ui/timeline/wrap.h"
#include <inttypes.h>
#include <string.h>

enum { WIDTH = 400, WIDTH_MOST_PERCENT = 42, TEXT_CHARS = 1200, PLACE_TEXT = 600 };

int quizzer_width(const struct app *app)
{
    if (app->quizzer == NULL || app->quizzer->hidden || layout_is_narrow(app))
        return 0;
    return MIN_OF(app_px(app, WIDTH), app->width * WIDTH_MOST_PERCENT / 100);
}

int quizzer_height(const struct app *app)
{
    return app->quizzer == NULL || app->quizzer->hidden ? 0 : layout_pane_height(app);
}

/* What a screen reader says when it comes or changes. */
static void show_live(struct sheet *s, const char *name, enum tree_role role, uint32_t color,
                      const char *text)
{
    int h = wrap_draw(s->app->list, s->app->fonts, s->x, s->y, s->w, DRAW_BODY, color, text);

    tree_leaf(s->app->tree, tree_key(KEY_QUIZ, name, 0), role, name,
              draw_box_cut((struct draw_box){ s->x, s->y, s->w, h }, s->box),
              TREE_LIVE | (role == TREE_PROGRESS ? TREE_BUSY : 0));
    tree_value(s->app->tree, "%s", text);
    s->y += h;
    sheet_gap(s, SHEET_BUTTON_GAP);
}

static void focus(struct sheet *s, struct quizzer *q, uint64_t key)
{
    if (q->focus_wanted && tree_focus_key(s->app->tree, key))
        q->focus_wanted = false;
}

/* ---- The question ---------------------------------------------------------------------------- */

static void show_options(struct sheet *s, struct quizzer *q)
{
    static const char *const letters[QUIZ_OPTIONS_MAX] = { "a", "b", "c", "d" };
    const struct quiz_question *question = &q->form->questions[q->index];
    const struct theme *theme = s->app->theme;
    uint32_t chosen = q->chosen[q->index];

    for (uint32_t i = 0; i < question->option_count; i++) {
        bool right = chosen != 0 && i == question->right, wrong = chosen == i + 1 && !right;
        int x = s->x;

        q->options_at[i] = sheet_button(s, &x, s->w,
                                        &(struct sheet_button){ .letter = letters[i],
                                                                .text = question->options[i].text,
                                                                .tag = tag_make(TAG_OFFER, 0, i),
                                                                .mark = right   ? theme->good
                                                                        : wrong ? theme->bad
                                                                                : 0,
                                                                .word = right   ? "right"
                                                                        : wrong ? "no"
                                                                                : NULL });
    }
    if (chosen == 0 && q->focus_wanted) {
        focus(s, q, q->options_at[0]);
        q->scroll.revealed = q->options_at[0]; /* A long question is read from its beginning. */
    }
}

/* The command that shows it elsewhere, where the picture is of another run. */
static void show_command(struct sheet *s, const struct quiz_question *question)
{
    char see[RUN_REPRO_CHARS];

    quiz_see(question, see);
    sheet_text(s, DRAW_SMALL, s->dim, "It is about another run than the picture:");
    sheet_text(s, DRAW_MONO_SMALL, s->dim, see);
    sheet_gap(s, 4);
}

/* What was said from `top` on comes into sight with the button below it; where there is no room for
 * both, its beginning does. */
static void reveal(struct sheet *s, struct quizzer *q, int top, uint64_t key)
{
    int air = app_px(s->app, SHEET_BUTTON_GAP), below = s->y + air - s->box.y - s->box.h,
        above = top - air - s->box.y;

    if (!q->focus_wanted)
        return;
    focus(s, q, key);
    q->scroll.revealed = key;
    if (below <= 0 && above >= 0)
        return;
    q->scroll.offset += MIN_OF(below, above);
    s->app->dirty = true;
    if (s->app->wake != NULL)
        s->app->wake(s->app->wake_ctx);
}

static void show_verdict(struct sheet *s, struct quizzer *q)
{
    const struct quiz_question *question = &q->form->questions[q->index];
    const struct theme *theme = s->app->theme;
    struct quiz_verdict verdict;
    int x = s->x, top = s->y;
    uint64_t next;

    quiz_judge(question, q->chosen[q->index] - 1u, &verdict);
    sheet_gap(s, 4);
    show_live(s, "Verdict", TREE_STATUS, verdict.right ? theme->good : theme->bad, verdict.said);
    if (verdict.key[0] != 0) {
        sheet_text(s, DRAW_BODY, s->ink, verdict.key);
        sheet_gap(s, 4);
    }
    next = sheet_command(s, &x, q->index + 1 < quizzer_total(q) ? "Next" : "Score", "N",
                         COMMAND_QUIZ_NEXT);
    sheet_command(s, &x, "See it", question->has_instant ? "the instant, S" : "how the run ends, S",
                  COMMAND_QUIZ_SEE);
    sheet_end_row(s, x);
    reveal(s, q, top, next);
    if (!quizzer_shows_run(s->app))
        show_command(s, question);
}

/* A fact of the question. Columns of a terminal's line become a name and what is said of it. */
static void show_line(struct sheet *s, const char *line)
{
    char name[QUIZ_LINE_CHARS], said[QUIZ_LINE_CHARS];
    const char *gap;
    size_t length = 0;

    line += strspn(line, " ");
    gap = strstr(line, "  ");
    if (gap == NULL) {
        sheet_text(s, DRAW_SMALL, s->ink, line);
        return;
    }
    snprintf(name, sizeof name, "%.*s", (int)(gap - line), line);
    for (gap += strspn(gap, " "); *gap != 0; gap++)
        if (gap[0] != ' ' || gap[1] != ' ')
            said[length++] = *gap;
    said[length] = 0;
    sheet_say(s, name, "%s", said);
}

static void show_question(struct sheet *s, struct quizzer *q)
{
    const struct quiz_question *question = &q->form->questions[q->index];
    char place[PLACE_TEXT];

    sheet_section(s, quiz_types[question->kind].title, 0, false);
    quiz_place(question, place, sizeof place);
    sheet_text(s, DRAW_SMALL, s->dim, place);
    sheet_gap(s, 4);
    sheet_text(s, DRAW_BODY, s->ink, question->ask);
    sheet_gap(s, 4);
    for (uint32_t i = 0; i < question->line_count; i++)
        show_line(s, question->lines[i]);
    sheet_gap(s, 6);
    show_options(s, q);
    if (q->chosen[q->index] != 0)
        show_verdict(s, q);
}

/* ---- The end --------------------------------------------------------------------------------- */

/* How often each letter was taken, and how often it was the right one. */
static void show_letters(struct sheet *s, const struct quizzer *q)
{
    static const int percent[] = { 25, 25, 25, 25 };
    static const char *const header[] = { "option", "chosen", "rightly", "was right" };

    sheet_section(s, "How often each option was right", 0, false);
    sheet_cells(s, &(struct sheet_cells){
                       .cells = header, .percent = percent, .count = 4, .header = true });
    for (uint32_t letter = 0; letter < QUIZ_OPTIONS_MAX; letter++) {
        uint32_t chosen = 0, hits = 0, keys = 0;
        char texts[4][16];
        const char *const cells[] = { texts[0], texts[1], texts[2], texts[3] };

        for (uint32_t i = 0; i < q->count; i++) {
            bool is_chosen = q->chosen[i] == letter + 1,
                 is_key = q->form->questions[i].right == letter;

            chosen += is_chosen;
            keys += is_key;
            hits += is_chosen && is_key;
        }
        snprintf(texts[0], sizeof texts[0], "%c", 'a' + (int)letter);
        snprintf(texts[1], sizeof texts[1], "%u", chosen);
        snprintf(texts[2], sizeof texts[2], "%u", hits);
        snprintf(texts[3], sizeof texts[3], "%u", keys);
        sheet_cells(s, &(struct sheet_cells){ .cells = cells, .percent = percent, .count = 4 });
    }
}

static void show_list(struct sheet *s, const struct quizzer *q)
{
    static const int percent[] = { 8, 74, 18 };
    char number[16];

    sheet_section(s, "The questions", 0, false);
    for (uint32_t i = 0; i < q->count; i++) {
        const struct quiz_question *question = &q->form->questions[i];
        bool right = q->chosen[i] == question->right + 1;

        const char *const cells[] = { number, quiz_types[question->kind].title,
                                      right ? "right" : "no" };

        snprintf(number, sizeof number, "%u", i + 1);
        sheet_cells(s, &(struct sheet_cells){
                           .cells = cells, .percent = percent, .count = 3, .bad = !right });
    }
}

/* Why there are fewer questions than were wanted. */
static void show_rest(struct sheet *s, const struct quizzer *q)
{
    char text[TEXT_CHARS];

    if (q->broken[0] != 0)
        snprintf(text, sizeof text, "The simulator broke, a bug of exifsim: %s", q->broken);
    else if (q->end == QUIZ_FILE)
        snprintf(text, sizeof text, "A scenario cannot be read any more.");
    else if (q->end == QUIZ_NO_MEMORY)
        snprintf(text, sizeof text, "The host has no memory for the runs of further questions.");
    else
        text[0] = 0;
    if (text[0] != 0)
        sheet_text(s, DRAW_BODY, s->app->theme->bad, text);
    for (int i = 0; text[0] == 0 && i < QUIZ_TYPES; i++)
        if (q->form->exhausted[i]) {
            char line[160];

            snprintf(line, sizeof line, "There is no %squestion of type %s in these runs.",
                     q->count > 0 ? "further " : "", quiz_types[i].name);
            sheet_text(s, DRAW_SMALL, s->dim, line);
        }
}

static void show_end(struct sheet *s, struct quizzer *q)
{
    uint32_t answered, right = quizzer_right(q, &answered);
    char text[80];
    int x = s->x;

    if (q->count > 0) {
        sheet_section(s, "The score", 0, false);
        snprintf(text, sizeof text, "%u of %u right", right, q->count);
        sheet_text(s, DRAW_TITLE, s->ink, text);
        sheet_gap(s, 4);
    } else {
        sheet_section(s, "Nothing to ask", 0, false);
    }
    if (q->count < q->form->most)
        show_rest(s, q);
    focus(s, q, sheet_command(s, &x, "Another form", "R", COMMAND_QUIZ_AGAIN));
    sheet_command(s, &x, "Close", "Escape", COMMAND_QUIZ_END);
    sheet_end_row(s, x);
    if (q->count > 0) {
        show_list(s, q);
        show_letters(s, q);
    }
}

/* ---- The pane -------------------------------------------------------------------------------- */

static void show_waiting(struct sheet *s, struct quizzer *q)
{
    char text[120];
    int x = s->x;

    snprintf(text, sizeof text, "Question %u is being made: runs are made for it.", q->index + 1);
    sheet_section(s, "Working", 0, false);
    show_live(s, "Progress", TREE_PROGRESS, s->app->theme->link, text);
    focus(s, q, sheet_command(s, &x, "Close", "Escape", COMMAND_QUIZ_END));
    sheet_end_row(s, x);
}

void paint_quizzer(struct app *app)
{
    struct quizzer *q = app->quizzer;
    enum quizzer_state state = quizzer_state(q);
    char text[120];
    struct sheet s;

    q->box = (struct draw_box){ 0 };
    if (q->hidden)
        return;
    q->box = layout_pane(app, WIDTH);
    sheet_begin(&s, app, &q->scroll, q->box, KEY_QUIZ, "Quiz", false);
    if (state == QUIZZER_OVER)
        snprintf(text, sizeof text, "Quiz, form %" PRIu64, q->form->seed);
    else
        snprintf(text, sizeof text, "Quiz, form %" PRIu64 " - question %u of %u", q->form->seed,
                 q->index + 1, quizzer_total(q));
    sheet_text(&s, DRAW_SMALL, s.dim, text);
    if (state == QUIZZER_ASKS)
        show_question(&s, q);
    else if (state == QUIZZER_MAKES)
        show_waiting(&s, q);
    else
        show_end(&s, q);
    sheet_end(&s);
    layout_edge(app, q->box);
}
