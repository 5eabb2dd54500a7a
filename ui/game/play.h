/* play.h - a play of a level: the run stands at a decision until the player has answered it.
 *
 * A decision is a question to the oracle (sim/choice.h) in the level's window, of a site that the
 * level names, whose answer can matter. Answer 0 is calm: to go on. Any other is a move. A play is
 * its moves: the decision, by its number, and the answer. What stands at a decision is the run of
 * these moves up to there, made again from a snapshot of the window's beginning; so whatever was
 * answered can be taken back.
 *
 *     struct play *play = play_new(level, scenario, seed, error);
 *     while (play_state(play) == PLAY_ASKS)
 *         play_answer(play, 0);
 *     play_free(play);
 *
 * Which decisions can matter: in free order, those in which the one who would go on is about to
 * touch something that others touch, too, which is learned from some orders by chance; elsewhere
 * all of them.
 */
#pragma once
#include "model/look/question.h"
#include "ui/explore/finding.h"
#include "ui/game/level.h"
#include "ui/run/run.h"

enum { PLAY_MOVES_MAX = 64 };

struct play_move {
    uint32_t decision; /* From 0. */
    uint32_t pick;     /* From 1. */
    sim_time at;
    uint64_t record;
};

enum play_state {
    PLAY_ASKS, /* The run stands at a decision. */
    PLAY_WON,
    PLAY_LOST,
};

struct play;

/* Makes the calm run and stands at its first decision. The level and the scenario must outlive the
 * play. NULL: error says why the level cannot be played. */
struct play *play_new(const struct level *level, const struct scenario *scenario,
                      const struct run_options *options, uint64_t seed,
                      char error[RUN_ERROR_CHARS]);
void play_free(struct play *play); /* NULL is allowed. */

/* ---- Asking ---------------------------------------------------------------------------------- */

enum play_state play_state(const struct play *play);
/* The decision at hand, from 0; when the run is over: how many there were. */
uint32_t play_decision(const struct play *play);
/* What it is about. */
const struct question *play_question(const struct play *play);
/* Decisions of the calm run, and when the first and the last of them are. */
uint32_t play_calm_decisions(const struct play *play);
sim_time play_from(const struct play *play);
sim_time play_to(const struct play *play);
uint64_t play_from_record(const struct play *play);
uint64_t play_to_record(const struct play *play);
/* What the run has come to, once it is over. */
const struct finding *play_finding(const struct play *play);
/* The answer that went on last in free order, as it stood before; NULL: none yet. */
const struct question_answer *play_step(const struct play *play);
/* The last record before the decision that is no turn of a processor; false: there is none. */
bool play_last_record(const struct play *play, struct record *out);

/* The moves so far, in order; *count. */
const struct play_move *play_moves(const struct play *play, uint32_t *count);
/* Writes them as surprises, for --surprises. */
void play_print(const struct play *play, char *out, size_t size);
/* The world as it stands, for onlookers (model/look). */
struct world *play_world(struct play *play);

/* What a player did: decisions that he was shown, answers that he took back. */
uint32_t play_looked(const struct play *play);
uint32_t play_undone(const struct play *play);

/* ---- Playing --------------------------------------------------------------------------------- */

/* Answers the decision at hand, and goes on to the next one. False: there is no such answer, or no
 * room for another move. */
bool play_answer(struct play *play, uint32_t pick);
/* Goes on calmly to a decision, or to the end of the run; one that lies behind is the end. */
void play_go_to(struct play *play, uint32_t decision);
/* Takes the last answer back: the run stands where it was given. False: there is none. */
bool play_undo(struct play *play);
/* Begins from the first decision. */
void play_restart(struct play *play);

/* Goes on calmly to the first decision to which a list of surprises has an answer, and gives it.
 * False: the run of the moves so far does not come to one. */
bool play_follow(struct play *play, const struct choices *list);
/* Finds the moves of a list of surprises in the level; the play is as before. Returns their number:
 * less than the list has, if some of them are no moves of this level. */
uint32_t play_find(struct play *play, const struct choices *list,
                   struct play_move moves[PLAY_MOVES_MAX]);

/* ---- Searching ------------------------------------------------------------------------------- */

struct play_search {
    uint32_t most;       /* Plays of up to so many moves are tried. */
    uint32_t runs_max;   /* At most so many; 0: no limit. */
    uint32_t runs;       /* Plays that were tried. */
    bool exhausted;      /* All of them. */
    uint32_t move_count; /* A play that wins: the first one with the fewest moves; 0: none does. */
    struct play_move moves[PLAY_MOVES_MAX];
    char surprises[RUN_SURPRISES_CHARS];
};
/* Tries every play with no move, then all with one, and so on. The play is as before. */
void play_search(struct play *play, struct play_search *search);
/* Tries exactly these moves. */
bool play_wins(struct play *play, const struct play_move *moves, uint32_t count);
