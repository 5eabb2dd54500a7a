/* game.c - see game.h. */
#include "ui/game/game.h"
#include "model/words/names.h"
#include "ui/host/files.h"
#include "ui/lesson/progress.h"
#include "ui/run/anchors.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- Opening --------------------------------------------------------------------------------- */

/* Reads surprises by number or by anchor. An anchor is looked for in the run of what was moved so
 * far. False: error tells. */
static bool read_moves(struct game *game, const char *moved, const char *text, struct choices *list,
                       char error[GAME_ERROR_CHARS])
{
    struct scenario *scenario;
    struct anchors_result result;
    char *whole;
    size_t size = strlen(moved) + strlen(text) + 2;
    struct surprise found[CHOICE_SURPRISES_MAX];
    uint32_t count = 0, before = 0;
    bool good;

    choices_init(list, choice_count, 0);
    if (!anchors_has(text))
        return choices_parse(list, text, choice_names, error, GAME_ERROR_CHARS);
    scenario = malloc(sizeof *scenario);
    whole = malloc(size);
    CHECK(scenario != NULL && whole != NULL);
    *scenario = *game->scenario;
    snprintf(whole, size, "%s%s%s", moved, moved[0] != 0 ? "," : "", text);
    for (const char *at = moved; *at != 0; at++)
        before += *at == ',' || at == moved;
    good = anchors_resolve(scenario, game->seed, whole, &result, error, GAME_ERROR_CHARS);
    for (uint32_t i = before; good && i < result.count; i++) {
        if (result.found[i].fate == ANCHOR_GONE) {
            snprintf(error, GAME_ERROR_CHARS, "\"%.200s\" is gone (expected an anchor of this run)",
                     result.found[i].anchor);
            good = false;
        } else {
            found[count++] = result.found[i].surprise;
        }
    }
    if (good)
        choices_force(list, found, count);
    anchors_free(&result);
    free(scenario);
    free(whole);
    return good;
}

/* The player's best run, as moves of this level; none if it does not fit any more. */
static void find_ghost(struct game *game)
{
    char path[PLACE_CHARS], error[GAME_ERROR_CHARS];
    struct progress *progress;
    const struct progress_level *row;
    struct choices list;

    if (!place_of_data("progress.ini", path))
        return;
    progress = progress_read(path);
    row = progress_find_level(progress, game->level->name);
    choices_init(&list, choice_count, 0);
    if (row != NULL) {
        game->best = row->score;
        if (choices_parse(&list, row->play, choice_names, error, sizeof error))
            game->ghost_count = play_find(game->play, &list, game->ghost);
    }
    progress_free(progress);
}

struct game *game_open(const char *path, const struct run_options *options, FILE *errors)
{
    struct game *game = calloc(1, sizeof *game);
    struct choices list;
    char error[RUN_ERROR_CHARS];

    CHECK(game != NULL);
    run_options_copy(&game->options, options);
    game->level = level_read(path, errors);
    game->scenario = game->level != NULL ? run_load_telling(options, path, errors, error) : NULL;
    if (game->scenario != NULL) {
        game->seed = run_seed(options, game->scenario);
        game->play = play_new(game->level, game->scenario, options, game->seed, error);
        if (game->play == NULL)
            fprintf(errors, "%s:1:1: %s\n", path, error);
    }
    if (game->play == NULL) {
        game_close(game);
        return NULL;
    }
    if (read_moves(game, "", game->level->solution, &list, error))
        game->solution_count = play_find(game->play, &list, game->solution);
    find_ghost(game);
    game->offers = offers_new(path);
    offers_tell(game->offers, game->play);
    game->began = time(NULL);
    return game;
}

void game_close(struct game *game)
{
    if (game == NULL)
        return;
    offers_free(game->offers);
    play_free(game->play);
    free(game->scenario);
    level_free(game->level);
    run_options_drop(&game->options);
    free(game);
}

enum game_state game_state(const struct game *game)
{
    static const enum game_state states[] = {
        [PLAY_ASKS] = GAME_ASKS, [PLAY_WON] = GAME_WON, [PLAY_LOST] = GAME_LOST
    };

    return game->claimed != GAME_ASKS ? game->claimed : states[play_state(game->play)];
}

/* ---- Playing --------------------------------------------------------------------------------- */

static void tell(struct game *game)
{
    if (play_state(game->play) == PLAY_ASKS)
        offers_tell(game->offers, game->play);
}

bool game_answer(struct game *game, uint32_t pick)
{
    if (game_state(game) != GAME_ASKS || !play_answer(game->play, pick))
        return false;
    if (pick != 0)
        game->step = 0;
    tell(game);
    return true;
}

void game_go_to(struct game *game, uint32_t decision)
{
    if (game_state(game) != GAME_ASKS)
        return;
    play_go_to(game->play, decision);
    tell(game);
}

bool game_undo(struct game *game)
{
    if (game->claimed != GAME_ASKS || !play_undo(game->play))
        return false;
    tell(game);
    return true;
}

void game_restart(struct game *game)
{
    if (game->claimed != GAME_ASKS)
        return;
    play_restart(game->play);
    tell(game);
}

bool game_move(struct game *game, const char *text, char error[GAME_ERROR_CHARS])
{
    char moved[RUN_SURPRISES_CHARS];
    struct choices list;

    play_print(game->play, moved, sizeof moved);
    if (!read_moves(game, moved, text, &list, error))
        return false;
    if (list.listed_count != 1) {
        snprintf(error, GAME_ERROR_CHARS, "%u moves (expected one)", list.listed_count);
        return false;
    }
    if (game_state(game) == GAME_ASKS && play_follow(game->play, &list)) {
        game->step = 0;
        tell(game);
        return true;
    }
    snprintf(error, GAME_ERROR_CHARS,
             "\"%.200s\" does not come up behind decision %u (expected a move of this level that "
             "lies ahead)",
             text, play_decision(game->play) + 1);
    return false;
}

/* ---- Hints ----------------------------------------------------------------------------------- */

/* The next move of the solution after the player's; NULL: his own are others, or it is behind. */
static const struct play_move *next_move(const struct game *game)
{
    uint32_t count;
    const struct play_move *moves = play_moves(game->play, &count);

    if (count >= game->solution_count || play_state(game->play) != PLAY_ASKS)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        if (moves[i].decision != game->solution[i].decision ||
            moves[i].pick != game->solution[i].pick)
            return NULL;
    return game->solution[count].decision >= play_decision(game->play) ? &game->solution[count]
                                                                       : NULL;
}

static void hint_stretch(const struct play_move *move, char out[GAME_HINT_CHARS])
{
    enum { STRETCH = 10 };
    uint32_t from = move->decision / STRETCH * STRETCH;

    snprintf(out, GAME_HINT_CHARS,
             "The next move of the best play known is one of decisions %u to "
             "%u.",
             from + 1, from + STRETCH);
}

bool game_hint(struct game *game, char out[GAME_HINT_CHARS])
{
    const struct play_move *move = next_move(game);

    if (game->step == 0 && game->level->hint[0] == 0)
        game->step = 1;
    if (game->step > 0 && game->solution_count == 0) {
        snprintf(out, GAME_HINT_CHARS, "There is no further hint here.");
        return false;
    }
    if (game->step > 0 && move == NULL) {
        snprintf(out, GAME_HINT_CHARS,
                 "The best play known does not go on from here: its next move lies before this "
                 "decision, or is another than yours. Take answers back (u, or r for all), and ask "
                 "again; this is no hint, and costs nothing.");
        return false;
    }
    if (game->step == 0)
        snprintf(out, GAME_HINT_CHARS, "%s", game->level->hint);
    else if (game->step == 1)
        hint_stretch(move, out);
    else
        snprintf(out, GAME_HINT_CHARS, "The next move: at decision %u, answer %u.",
                 move->decision + 1, move->pick);
    game->hints += game->step < 2 || game->told != move->decision + 1; /* Said again, it is free. */
    game->told = game->step == 2 ? move->decision + 1 : 0;
    game->step = MIN_OF(game->step + 1, 2u);
    return true;
}

/* ---- Claims ---------------------------------------------------------------------------------- */

enum game_claim game_claim(struct game *game, bool prove)
{
    struct play_search *search = calloc(1, sizeof *search);
    bool wins;

    CHECK(search != NULL);
    search->most = 1;
    if (prove)
        play_search(game->play, search);
    wins = search->move_count > 0;
    game->tried = search->runs;
    free(search);
    if (game->level->par == 0 && !wins) {
        game->claimed = prove ? GAME_PROVED : GAME_CLAIMED;
        return CLAIM_TAKEN;
    }
    if (prove && !wins)
        return CLAIM_UNKNOWN;
    game->wrong_claims++;
    return CLAIM_WRONG;
}

/* ---- Points ---------------------------------------------------------------------------------- */

uint32_t game_score(uint32_t par, uint32_t moves, uint32_t minus)
{
    uint32_t score = moves > par ? GAME_POINTS * par / moves : GAME_POINTS;

    return score - MIN_OF(score, minus * GAME_POINTS_HINT);
}

uint32_t game_points(const struct game *game)
{
    uint32_t minus = game->hints + game->wrong_claims, moves;

    play_moves(game->play, &moves);
    switch (game_state(game)) {
    case GAME_WON:
        return game_score(game->level->par, moves, minus);
    case GAME_PROVED:
        return game_score(0, 0, minus);
    case GAME_CLAIMED:
        return game_score(1, GAME_POINTS / GAME_POINTS_CLAIMED, minus);
    case GAME_ASKS:
    case GAME_LOST:
        break;
    }
    return 0;
}

/* ---- Keeping --------------------------------------------------------------------------------- */

static int keep_best(const struct game *game, const char *play, char place[PLACE_CHARS])
{
    struct progress_level row = { .score = game_points(game) };
    struct progress *progress;
    int error = 0;

    play_moves(game->play, &row.moves);
    snprintf(row.level, sizeof row.level, "%s", game->level->name);
    if (strlen(play) >= sizeof row.play || !place_of_data("progress.ini", place))
        return 0;
    snprintf(row.play, sizeof row.play, "%s", play);
    progress = progress_read(place);
    if (progress_note_level(progress, &row))
        error = progress_write(progress, place);
    progress_free(progress);
    return error;
}

static int write_log(const struct game *game, const char *play, char place[PLACE_CHARS])
{
    static const char *const words[] = { [GAME_ASKS] = "left",
                                         [GAME_WON] = "won",
                                         [GAME_LOST] = "lost",
                                         [GAME_CLAIMED] = "claimed",
                                         [GAME_PROVED] = "proved" };
    uint32_t moves;
    FILE *log;

    if (!place_of_data("game.log", place))
        return 0;
    log = file_open(place, "ab");
    if (log == NULL)
        return errno;
    play_moves(game->play, &moves);
    fprintf(log,
            "level=%s end=%s points=%u moves=%u looked=%u undone=%u hints=%u claims=%u "
            "seconds=%lld play=%s\n",
            game->level->name, words[game_state(game)], game_points(game), moves,
            play_looked(game->play), play_undone(game->play), game->hints, game->wrong_claims,
            (long long)(time(NULL) - game->began), play);
    return fclose(log) == 0 ? 0 : errno;
}

int game_keep(struct game *game, char place[PLACE_CHARS])
{
    char play[RUN_SURPRISES_CHARS];
    int error = 0;

    if (game->kept)
        return 0;
    game->kept = true;
    play_print(game->play, play, sizeof play);
    if (game_points(game) > 0 && game->options.set_count == 0)
        error = keep_best(game, play, place);
    return error != 0 ? error : write_log(game, play, place);
}
