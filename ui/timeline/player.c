/* player.c - see player.h: the life of a level in the window, the runs it shows, what a person
 * does.
 */
#include "ui/timeline/player.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/keys.h"
#include "ui/timeline/wanted.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- The picture ----------------------------------------------------------------------------- */

static bool is_over(const struct player *p) { return game_state(p->game) != GAME_ASKS; }

/* The run of the moves so far, up to the decision at hand. NULL: why tells. */
static struct recording *make_run(const struct app *app, const struct run_options *options,
                                  char why[RUN_ERROR_CHARS])
{
    const struct player *p = app->player;
    struct scenario *scenario = run_load(options, p->game->level->path, why);
    uint64_t record = play_question(p->game->play)->record;
    struct recording *run = NULL;

    if (scenario == NULL)
        return NULL;
    snprintf(why, RUN_ERROR_CHARS, "the host has no memory for another run");
    run =
        recording_open(&(struct recording_options){ .scenario = scenario,
                                                    .seed = p->game->seed,
                                                    .segment_records = app->segment_records,
                                                    .last = is_over(p) ? 0 : MAX_OF(record, 2u) - 1,
                                                    .wake = app->wake,
                                                    .wake_ctx = app->wake_ctx });
    free(scenario);
    return run;
}

/* Asks for the instant of the decision, with the lanes that matter. */
static void wish(struct app *app)
{
    struct player *p = app->player;

    free(app->wish);
    app->wish = calloc(1, sizeof *app->wish);
    CHECK(app->wish != NULL);
    if (is_over(p))
        snprintf(p->at, sizeof p->at, "end");
    else
        snprintf(p->at, sizeof p->at, "#%" PRIu64,
                 MAX_OF(play_question(p->game->play)->record, 2u) - 1);
    app->wish->options.at = p->at;
    app->wish->options.axis = p->game->scenario->orders.free ? AXIS_RECORD : AXIS_TIME;
    app->wish->options.unfold =
        p->game->scenario->orders.free ? "Processes,System" : "Processors,Processes,Disks";
    app->wish->options.given = OPTION_BIT(AT) | OPTION_BIT(AXIS) | OPTION_BIT(UNFOLD);
    app->screen = SCREEN_TIMELINE;
    app->view.follows = false;
}

void player_advance(struct app *app)
{
    struct player *p = app->player;
    struct run_options options;
    struct recording *run;
    char error[RUN_ERROR_CHARS];

    if (p == NULL || !p->stale)
        return;
    p->stale = p->placed = false;
    p->version++;
    play_print(p->game->play, p->surprises, sizeof p->surprises);
    options = p->game->options;
    options.has_seed = true;
    options.seed = p->game->seed;
    options.surprises = p->surprises[0] != 0 ? p->surprises : NULL;
    run = make_run(app, &options, error);
    if (run != NULL)
        recording_wait(run);
    if (run == NULL ||
        !app_open_run(app, 0, p->game->level->path, &options, run, error, sizeof error)) {
        recording_close(run);
        app_say(app, true, "%s", error);
        return;
    }
    wish(app);
}

double player_horizon(const struct app *app, enum axis_kind kind)
{
    const struct player *p = app->player;

    if (p == NULL || kind == AXIS_GAP)
        return 0;
    return kind == AXIS_TIME ? (double)play_to(p->game->play)
                             : (double)play_to_record(p->game->play);
}

void player_settle(struct app *app)
{
    struct player *p = app->player;
    enum axis_kind kind = app->view.axis.kind;
    double from, to, air;

    if (p == NULL || p->placed || p->stale || app->wish != NULL || kind == AXIS_GAP)
        return;
    from = kind == AXIS_TIME ? (double)play_from(p->game->play)
                             : (double)play_from_record(p->game->play);
    to = player_horizon(app, kind);
    air = MAX_OF((to - from) / 16, kind == AXIS_TIME ? 20.0 : 4.0);
    view_show(app, from - air, to + air);
    p->placed = true;
    p->version++;
    app->dirty = true;
}

/* ---- What a person does ---------------------------------------------------------------------- */

static struct player *opened(struct app *app)
{
    if (app->player == NULL)
        app_say(app, true, "no level is open: exifsim view --game 1 opens one");
    return app->player;
}

static void changed(struct app *app, bool stale)
{
    struct player *p = app->player;

    p->stale = p->stale || stale;
    if (stale)
        p->said[0] = 0;
    p->focus_wanted = true;
    p->version++;
    app->dirty = true;
}

/* False, and said: nothing can be answered any more. */
static bool still_asks(struct app *app)
{
    if (opened(app) == NULL)
        return false;
    if (is_over(app->player))
        app_say(app, true, "the run is over: take the last answer back, or begin again");
    return !is_over(app->player);
}

void player_offer(struct app *app, uint32_t offer)
{
    if (!still_asks(app))
        return;
    if (game_answer(app->player->game, offer))
        changed(app, true);
    else
        app_say(app, true, "there is no answer %u here", offer);
}

void player_go(struct app *app, int to_the_end)
{
    if (!still_asks(app))
        return;
    if (to_the_end)
        game_go_to(app->player->game, UINT32_MAX);
    else
        game_answer(app->player->game, 0);
    changed(app, true);
}

void player_undo(struct app *app, int all)
{
    if (opened(app) == NULL)
        return;
    if (all)
        game_restart(app->player->game);
    else if (!game_undo(app->player->game)) {
        app_say(app, true, "there is no answer to take back");
        return;
    }
    changed(app, true);
}

void player_hint(struct app *app, int how)
{
    (void)how;
    if (!still_asks(app))
        return;
    game_hint(app->player->game, app->player->said);
    changed(app, false);
}

void player_claim(struct app *app, int prove)
{
    struct player *p = app->player;

    if (!still_asks(app))
        return;
    switch (game_claim(p->game, prove)) {
    case CLAIM_TAKEN:
        changed(app, true);
        return;
    case CLAIM_WRONG:
        snprintf(p->said, sizeof p->said, "No: it can be done. That costs %d points.",
                 GAME_POINTS_HINT);
        break;
    case CLAIM_UNKNOWN:
        snprintf(p->said, sizeof p->said,
                 "No play of one move wins, of %u that were tried. That proves nothing about two.",
                 p->game->tried);
        break;
    }
    changed(app, false);
}

/* ---- Keys ------------------------------------------------------------------------------------ */

bool player_key(struct app *app, const char *key)
{
    static const struct {
        const char *key;
        void (*act)(struct app *app, int how);
        int how;
    } keys[] = { { "G", player_go, 1 },          { "U", player_undo, 0 },
                 { "R", player_undo, 1 },        { "H", player_hint, 0 },
                 { "Shift+C", player_claim, 0 }, { "Shift+P", player_claim, 1 } };

    if (app->player == NULL || !sheet_has_focus(app, KEY_GAME))
        return false;
    if (!is_over(app->player) && isdigit((unsigned char)key[0]) && key[1] == 0) {
        player_offer(app, (uint32_t)(key[0] - '0'));
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (strcmp(key, keys[i].key) == 0) {
            keys[i].act(app, keys[i].how);
            return true;
        }
    return false;
}

bool player_wheel(struct app *app, int x, int y, int dy)
{
    struct player *p = app->player;

    return p != NULL && p->box.w > 0 && sheet_wheel(&p->scroll, p->box, x, y, dy);
}

/* ---- Life ------------------------------------------------------------------------------------ */

bool player_open(struct app *app, const struct options *options, bool keeps)
{
    struct player *p = calloc(1, sizeof *p);
    char path[PLACE_CHARS], error[LEVEL_ERROR_CHARS];

    CHECK(p != NULL);
    if (!level_find(options->game, path, &p->number, error))
        fprintf(stderr, "exifsim-view: %s\n", error);
    else
        p->game = game_open(path, &options->run, stderr);
    if (p->game == NULL) {
        free(p);
        return false;
    }
    player_close(app);
    app->player = p;
    p->keeps = keeps;
    p->stale = p->focus_wanted = true;
    p->side_was_open = app->looks.side_open;
    app->looks.side_open = false;
    app->toast.text[0] = 0;
    return true;
}

void player_close(struct app *app)
{
    struct player *p = app->player;
    char place[PLACE_CHARS];
    int error;

    if (p == NULL)
        return;
    app->player = NULL;
    if (p->keeps && (error = game_keep(p->game, place)) != 0)
        fprintf(stderr, "exifsim-view: cannot write %s: %s\n", place, strerror(error));
    free(app->wish); /* The wish points to the player's texts. */
    app->wish = NULL;
    app->looks.side_open = p->side_was_open;
    game_close(p->game);
    free(p);
}
