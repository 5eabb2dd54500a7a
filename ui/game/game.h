/* game.h - one level as it is played: the play, what is told of its decisions, the ghost, the
 * hints, the points. The terminal and the window share it.
 *
 *     struct game *game = game_open("scenarios/game/03_one_slow_disk.ini", &options, stderr);
 *     while (game_state(game) == GAME_ASKS) { ... play_answer(game->play, 1); game_tell(game); }
 *     printf("%u points\n", game_points(game));
 *     game_keep(game, place);
 *     game_close(game);
 *
 * Points: 100 x par / moves, less 10 for a hint and for a claim that is wrong. Where par is 0, the
 * claim that it cannot be done wins: with its proof 100, without it 50.
 */
#pragma once
#include "ui/game/offers.h"
#include "ui/game/play.h"
#include "ui/host/places.h"
#include <time.h>

enum { GAME_POINTS = 100, GAME_POINTS_CLAIMED = 50, GAME_POINTS_HINT = 10 };
enum { GAME_HINT_CHARS = 500 };

enum game_state { GAME_ASKS, GAME_WON, GAME_LOST, GAME_CLAIMED, GAME_PROVED };

/* What becomes of a claim that the level cannot be won. */
enum game_claim {
    CLAIM_TAKEN,   /* The claim is right. */
    CLAIM_WRONG,   /* A play wins. */
    CLAIM_UNKNOWN, /* No play of one move wins, and that does not prove enough. */
};

struct game {
    struct level *level;
    struct scenario *scenario;
    struct run_options options;
    uint64_t seed;
    struct play *play;
    struct offers *offers;
    /* The best run of this player, and the stored solution. */
    struct play_move ghost[PLAY_MOVES_MAX], solution[PLAY_MOVES_MAX];
    uint32_t ghost_count, solution_count;
    uint32_t best;        /* Points of the best run; 0: none. */
    uint32_t hints, step; /* Hints taken; how far the hints for the next move have gone. */
    uint32_t told;        /* Decision, from 1, of the move that the latest hint told; 0: none. */
    uint32_t wrong_claims;
    enum game_state claimed; /* GAME_CLAIMED, GAME_PROVED; GAME_ASKS: neither. */
    uint32_t tried;          /* Plays that the proof has made. */
    time_t began;
    bool kept;
};

/* Opens a level and stands at its first decision. NULL: the errors were written, a line each. */
struct game *game_open(const char *path, const struct run_options *options, FILE *errors);
void game_close(struct game *game); /* NULL is allowed. */

enum game_state game_state(const struct game *game);

/* Answers the decision at hand, as play_answer; goes on to a decision or to the end, as
 * play_go_to; takes the last answer back, as play_undo. What is told of the decision follows. */
bool game_answer(struct game *game, uint32_t pick);
void game_go_to(struct game *game, uint32_t decision);
bool game_undo(struct game *game);
void game_restart(struct game *game);
/* Goes on calmly to a move and makes it: a surprise as --surprises has it, by number or by anchor.
 * False: it is none, or does not come up from here; error says what was found and what was
 * expected. */
enum { GAME_ERROR_CHARS = 400 };
bool game_move(struct game *game, const char *text, char error[GAME_ERROR_CHARS]);

/* Gives the next hint: the level's own, then the stretch of the next move of the solution, then the
 * move. False: there is none; out says why. */
bool game_hint(struct game *game, char out[GAME_HINT_CHARS]);

/* Claims that the level cannot be won. prove: every play of one move is tried, too. */
enum game_claim game_claim(struct game *game, bool prove);

/* Points for moves, hints and wrong claims; 0: not won. */
uint32_t game_score(uint32_t par, uint32_t moves, uint32_t minus);
uint32_t game_points(const struct game *game);

/* Keeps the play if it is the best one, and writes a line to the player's log; once. Returns 0 or
 * an errno, and writes the place that it belongs to. */
int game_keep(struct game *game, char place[PLACE_CHARS]);
