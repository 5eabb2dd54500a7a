/* tutor_act.c - what a person does in a lesson: turns pages, answers, asks for a hint, has it
 * revealed, sees where a wrong answer leads.
 *
 * A presenter's one button does what comes next: it asks, then reveals, then turns the page; so a
 * clicker cannot spoil an answer.
 */
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/sheet_buttons.h"
#include "ui/timeline/tutor_inside.h"
#include <string.h>

static struct tutor *opened(struct app *app)
{
    if (app->tutor == NULL)
        app_say(app, true, "no lesson is open: exifsim view --lesson 1_day opens one");
    return app->tutor;
}

bool tutor_is_hidden(const struct tutor *t)
{
    return tutor_page(t) != NULL && t->pages[t->index].is_hidden;
}

bool tutor_can_see(const struct tutor *t)
{
    return t->view != NULL && t->view->has_other && !t->seeing &&
           (t->pages[t->index].wrong || tutor_is_answered(t));
}

static void changed(struct app *app)
{
    app->tutor->version++;
    app->dirty = true;
}

/* ---- Pages ----------------------------------------------------------------------------------- */

static void reveal(struct app *app)
{
    struct tutor *t = app->tutor;
    struct page_score *score = &t->score.pages[t->index];

    score->revealed = !score->right;
    t->seeing = false;
    changed(app);
}

void tutor_turn(struct app *app, int direction)
{
    struct tutor *t = opened(app);
    uint32_t count;

    if (t == NULL)
        return;
    count = t->lesson->page_count;
    if (direction > 0 && t->presenter && t->view != NULL && tutor_is_hidden(t)) {
        t->pages[t->index].is_hidden = false;
        t->focus_wanted = true;
        changed(app);
    } else if (direction > 0 && t->presenter && t->view != NULL && !tutor_is_answered(t)) {
        reveal(app);
    } else if (direction < 0 ? t->index == 0 : t->index == count) {
        app_say(app, true, direction < 0 ? "this is the first page" : "the lesson is over");
    } else {
        tutor_go(app, direction < 0 ? t->index - 1 : t->index + 1);
    }
}

void tutor_reveal(struct app *app, int how)
{
    struct tutor *t = opened(app);

    (void)how;
    if (t == NULL)
        return;
    if (t->view == NULL || tutor_is_answered(t))
        app_say(app, true, "there is nothing to reveal here");
    else
        reveal(app);
}

void tutor_hint(struct app *app, int how)
{
    struct tutor *t = opened(app);

    (void)how;
    if (t == NULL)
        return;
    if (t->view == NULL || !t->view->page->has_key || t->view->page->hint[0] == 0) {
        app_say(app, true, "there is no hint here");
        return;
    }
    t->score.pages[t->index].hint = true;
    changed(app);
}

void tutor_see(struct app *app, int how)
{
    struct tutor *t = opened(app);

    (void)how;
    if (t == NULL)
        return;
    if (!tutor_can_see(t)) {
        app_say(app, true, "there is nothing to see yet: a wrong answer leads there");
        return;
    }
    t->seeing = true;
    changed(app);
}

void tutor_back_to_page(struct app *app, int how)
{
    struct tutor *t = opened(app);

    (void)how;
    if (t == NULL)
        return;
    t->seeing = false;
    tutor_replace(app);
    app_say(app, false, "as the page shows it");
}

void tutor_pane(struct app *app, int how)
{
    struct tutor *t = opened(app);

    (void)how;
    if (t == NULL)
        return;
    t->shown = !t->shown;
    t->focus_wanted = t->shown;
    changed(app);
}

void tutor_blacken(struct app *app, int how)
{
    struct tutor *t = opened(app);

    (void)how;
    if (t == NULL)
        return;
    t->black = !t->black;
    changed(app);
}

bool tutor_escape(struct app *app)
{
    struct tutor *t = app->tutor;

    if (t == NULL || !(t->black || t->seeing))
        return false;
    if (t->black)
        t->black = false;
    else
        t->seeing = false;
    changed(app);
    return true;
}

/* ---- Answers --------------------------------------------------------------------------------- */

void tutor_answer(struct app *app, const char *text)
{
    struct tutor *t = app->tutor;
    struct tutor_page *page;
    enum page_verdict verdict;

    if (t == NULL || t->view == NULL || tutor_is_answered(t) || tutor_is_hidden(t))
        return;
    page = &t->pages[t->index];
    verdict = page_answer(t->view, text, &page->chosen);
    score_answer(&t->score.pages[t->index], text, verdict);
    page->unreadable = verdict == PAGE_UNREADABLE;
    page->wrong = verdict == PAGE_WRONG;
    t->seeing = false;
    changed(app);
}

void tutor_offer(struct app *app, uint32_t offer)
{
    const char text[2] = { (char)('a' + (int)offer), 0 };

    tutor_answer(app, text);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static bool field_has_focus(const struct app *app)
{
    const struct tree_node *node = tree_focus(app->tree);

    return node != NULL && app->tutor->field_key != 0 && node->key == app->tutor->field_key;
}

bool tutor_key(struct app *app, const char *key)
{
    struct tutor *t = app->tutor;
    int offer;

    if (t == NULL || t->view == NULL || !sheet_has_focus(app, KEY_LESSON))
        return false;
    if (field_has_focus(app)) {
        if (strcmp(key, "Enter") == 0) {
            tutor_answer(app, t->field.text);
            return true;
        }
        return field_key(&t->field, key) != FIELD_NOT_MINE || field_types(key);
    }
    if (tutor_is_answered(t) || tutor_is_hidden(t))
        return false;
    offer = sheet_offer_of_key(key, t->view->offer_count);
    if (offer >= 0)
        tutor_offer(app, (uint32_t)offer);
    return offer >= 0;
}

bool tutor_text(struct app *app, const char *utf8)
{
    if (app->tutor == NULL || !field_has_focus(app))
        return false;
    field_type(&app->tutor->field, utf8);
    return true;
}

uint32_t tutor_command(const struct app *app, uint32_t command)
{
    const struct tutor *t = app->tutor;

    if (t == NULL || !(t->shown || t->presenter))
        return command;
    switch (command) {
    case COMMAND_STORY_NEXT:
    case COMMAND_SCROLL_DOWN:
        return COMMAND_LESSON_NEXT;
    case COMMAND_STORY_PREVIOUS:
    case COMMAND_SCROLL_UP:
        return COMMAND_LESSON_BACK;
    case COMMAND_NEXT_MARK:
        return t->presenter ? COMMAND_LESSON_BLACK : command;
    default:
        return command;
    }
}

bool tutor_wheel(struct app *app, int x, int y, int dy)
{
    struct tutor *t = app->tutor;

    for (int i = 0; t != NULL && i < 2; i++)
        if (t->box[i].w > 0 && sheet_wheel(&t->scroll[i], t->box[i], x, y, dy))
            return true;
    return false;
}
