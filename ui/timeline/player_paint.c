/* player_paint.c - the pane of a level: the task, the decision, the answers; and the ghost on
 * the ruler.
 */
#include "ui/timeline/keys.h"
#include "ui/timeline/layout.h"
#include "ui/timeline/paint.h"
#include "ui/timeline/player.h"
#include "ui/timeline/sheet_buttons.h"
#include <inttypes.h>
#include <string.h>

enum { WIDTH = 380, WIDTH_MOST_PERCENT = 40, MARK = 10, TEXT_CHARS = 1200 };

int player_width(const struct app *app)
{
    if (app->player == NULL)
        return 0;
    return layout_pane_width(app, WIDTH, WIDTH_MOST_PERCENT);
}

int player_height(const struct app *app)
{
    return app->player == NULL ? 0 : layout_pane_height(app);
}

/* ---- What is told ---------------------------------------------------------------------------- */

static void show_task(struct sheet *s, const struct player *p)
{
    const struct game *game = p->game;
    char text[TEXT_CHARS], goal[100];
    uint32_t moves;

    play_moves(game->play, &moves);
    level_goal_text(game->level, goal, sizeof goal);
    if (p->number > 0)
        snprintf(text, sizeof text, "Level %u", p->number);
    else
        snprintf(text, sizeof text, "A level");
    sheet_text(s, DRAW_SMALL, s->dim, text);
    sheet_section(s, game->level->title, 0, false);
    sheet_text(s, DRAW_BODY, s->ink, game->level->text);
    sheet_gap(s, 4);
    sheet_say(s, "Task", "%s", goal);
    sheet_say(s, "Moves", "%u; par %u", moves, game->level->par);
    if (game->best > 0)
        sheet_say(s, "Your best", "%u points; outlined on the ruler", game->best);
}

/* ---- The decision ---------------------------------------------------------------------------- */

static void show_answer(struct sheet *s, struct player *p, uint32_t i)
{
    const struct offer *offer = &p->game->offers->list[i];
    char text[SHEET_BUTTON_CHARS - 20], number[12];
    int x = s->x;
    uint64_t key;

    snprintf(number, sizeof number, "%u", i);
    snprintf(text, sizeof text, "%s%s%s%s", i == 0 ? "go on: " : "", offer->who,
             offer->what[0] != 0 ? " " : "", offer->what);
    key = sheet_button(s, &x, s->w,
                       &(struct sheet_button){ .letter = number,
                                               .text = text,
                                               .note = i == 0 ? "costs nothing" : "a move",
                                               .tag = tag_make(TAG_OFFER, 0, i) });
    if (i == 0 && p->focus_wanted && tree_focus_key(s->app->tree, key))
        p->focus_wanted = false;
    if (offer->place[0] == 0)
        return;
    snprintf(text, sizeof text, "%s  %s", offer->place, offer->code);
    sheet_text(s, DRAW_SMALL, s->dim, text);
    sheet_gap(s, 4);
}

static void show_decision(struct sheet *s, struct player *p)
{
    const struct offers *offers = p->game->offers;
    const struct play *play = p->game->play;
    const struct question *question = play_question(play);
    char text[TEXT_CHARS], time[48];
    int x = s->x;

    snprintf(text, sizeof text, "Decision %u of %u", play_decision(play) + 1,
             MAX_OF(play_calm_decisions(play), play_decision(play) + 1));
    sheet_section(s, text, 0, false);
    text_time(question->at, time, sizeof time);
    sheet_say(s, "Now", "%s", time);
    if (offers->before[0] != 0)
        sheet_say(s, "Just before", "%s", offers->before);
    sheet_gap(s, 4);
    sheet_text(s, DRAW_BODY, s->ink, offers->asks);
    for (int i = 0; i < OFFER_LINES; i++)
        if (offers->lines[i][0] != 0)
            sheet_text(s, DRAW_SMALL, s->dim, offers->lines[i]);
    sheet_gap(s, 4);
    for (uint32_t i = 0; i < offers->count; i++)
        show_answer(s, p, i);
    if (offers->more > 0) {
        snprintf(text, sizeof text, "and %u more", offers->more);
        sheet_text(s, DRAW_SMALL, s->dim, text);
    }
    if (p->said[0] != 0)
        sheet_text(s, DRAW_BODY, s->app->theme->link, p->said);
    sheet_gap(s, 4);
    sheet_command(s, &x, "Go on to the end", "G", COMMAND_GAME_END);
    sheet_command(s, &x, "Undo", "U", COMMAND_GAME_UNDO);
    sheet_command(s, &x, "Hint", "H", COMMAND_GAME_HINT);
    sheet_command(s, &x, "It cannot be done", "Shift+C", COMMAND_GAME_CLAIM);
    sheet_command(s, &x, "Prove that", "Shift+P", COMMAND_GAME_PROVE);
    sheet_end_row(s, x);
}

/* ---- The end --------------------------------------------------------------------------------- */

static void show_end(struct sheet *s, struct player *p)
{
    const struct game *game = p->game;
    const struct finding *finding = play_finding(game->play);
    const struct theme *theme = s->app->theme;
    char text[TEXT_CHARS];
    enum game_state state = game_state(game);
    int x = s->x;
    bool won = state != GAME_LOST;

    sheet_section(s, won ? "Won" : "Not this time", 0, false);
    if (state == GAME_PROVED)
        snprintf(text, sizeof text,
                 "Right, and proved: none of %u plays with at most one move wins.", game->tried);
    else if (state == GAME_CLAIMED)
        snprintf(text, sizeof text, "Right: it cannot be done, as far as is known.");
    else if (finding->kind == FINDING_NONE)
        snprintf(text, sizeof text, "The machine survives.");
    else
        snprintf(text, sizeof text, "%s", finding->cause);
    sheet_text(s, DRAW_BODY, won ? theme->good : theme->bad, text);
    if (won) {
        snprintf(text, sizeof text, "%u points.", game_points(game));
        sheet_text(s, DRAW_TITLE, s->ink, text);
    }
    sheet_gap(s, 4);
    if (state == GAME_WON || state == GAME_LOST) {
        sheet_command(s, &x, "Undo", "U", COMMAND_GAME_UNDO);
        sheet_command(s, &x, "Begin again", "R", COMMAND_GAME_AGAIN);
    }
    sheet_command(s, &x, "What happened", "2", COMMAND_VIEW_STOP);
    sheet_end_row(s, x);
    if (p->focus_wanted && tree_focus_key(s->app->tree, KEY_GAME))
        p->focus_wanted = false;
}

void paint_player(struct app *app)
{
    struct player *p = app->player;
    struct sheet s;

    p->box = layout_pane(app, WIDTH);
    sheet_begin(&s, app, &p->scroll, p->box, KEY_GAME, "Game", false);
    show_task(&s, p);
    if (game_state(p->game) == GAME_ASKS)
        show_decision(&s, p);
    else
        show_end(&s, p);
    sheet_end(&s);
    layout_edge(app, p->box);
}

/* ---- The ruler ------------------------------------------------------------------------------- */

static int place_of(const struct app *app, const struct play_move *move)
{
    return axis_px(&app->view.axis,
                   app->view.axis.kind == AXIS_TIME ? (double)move->at : (double)move->record);
}

void paint_player_ghost(struct app *app, const struct draw_box *box)
{
    const struct player *p = app->player;
    int size = app_px(app, MARK), y = box->y + box->h - size - 2;

    if (p == NULL || app->view.axis.kind == AXIS_GAP)
        return;
    for (uint32_t i = 0; i < p->game->ghost_count; i++) {
        struct draw_box at = { place_of(app, &p->game->ghost[i]) - size / 2, y, size, size };

        draw_outline(app->list, at.x, at.y, size, size, app_px(app, 2), app->theme->ink);
        tree_leaf(app->tree, tree_key(KEY_GAME, "ghost", i), TREE_MARK, "move of the best run", at,
                  0);
        tree_value(app->tree, "decision %u, answer %u", p->game->ghost[i].decision + 1,
                   p->game->ghost[i].pick);
    }
}
