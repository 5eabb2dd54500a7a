/* player.h - a level of the game in the window: the decision at hand in a pane, and the run up to
 * there as the picture.
 *
 * The picture is of the run of the player's moves, cut at the decision: nothing that comes later
 * can be seen. After each answer a run takes the place of the one before; when the play is over, it
 * is the whole run. On the ruler the moves of the player's best run are outlined; his own bear
 * the flags of surprises.
 *
 *     if (!player_open(app, &options, true)) return EXIT_USAGE;    // said on stderr
 *     player_advance(app);                         // each frame, under no lock
 */
#pragma once
#include "ui/game/game.h"
#include "ui/run/options.h"
#include "ui/timeline/app.h"
#include "ui/timeline/sheet.h"

struct player {
    struct game *game;
    uint32_t number;                     /* Number of the level; 0: a level of one's own. */
    bool stale;                          /* The picture is of a run before the last answer. */
    bool placed;                         /* The stretch was chosen for this run. */
    char surprises[RUN_SURPRISES_CHARS]; /* Moves, as pane 0's options have them. */
    char at[40];
    struct sheet_scroll scroll;
    struct draw_box box;        /* The pane, where it was drawn last; w 0: not. */
    char said[GAME_HINT_CHARS]; /* A hint, or what became of a claim; "": nothing. */
    bool focus_wanted, side_was_open;
    bool keeps;       /* The best run and the log are written. */
    uint64_t version; /* Grows with whatever changes. */
};

/* Opens the level that options ask for. False: what is wrong was said on stderr. */
bool player_open(struct app *app, const struct options *options, bool keeps);
void player_close(struct app *app); /* Also when none is open. */

/* Each frame, under no lock: shows the run up to the decision at hand. */
void player_advance(struct app *app);
/* The same under the locks, once that run is shown: chooses the stretch. */
void player_settle(struct app *app);

/* Answers with offer 0 and up, as the buttons do. */
void player_offer(struct app *app, uint32_t offer);
/* Keys while the pane has the focus; true: it was meant for the game. */
bool player_key(struct app *app, const char *key);
bool player_wheel(struct app *app, int x, int y, int dy);

/* Width at the left, or height below an upright picture, that the game takes from it. */
int player_width(const struct app *app);
int player_height(const struct app *app);
/* Where the ruler ends on an axis, beyond the end of the run; 0: with the run. */
double player_horizon(const struct app *app, enum axis_kind kind);

void paint_player(struct app *app);
/* On the ruler: the moves of the best run, outlined. */
void paint_player_ghost(struct app *app, const struct draw_box *box);
