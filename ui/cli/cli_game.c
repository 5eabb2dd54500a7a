/* cli_game.c - exifsim game: lists the levels, checks them, and hands one on to be played. */
#include "ui/cli/cli_game.h"
#include "ui/cli/cli_json.h"
#include "ui/host/files.h"
#include "ui/lesson/progress.h"
#include "ui/run/supplied.h"
#include <stdlib.h>
#include <string.h>

/* ---- The list -------------------------------------------------------------------------------- */

static void list_one(uint32_t number, const struct level *level, const struct progress_level *best,
                     json_t *rows)
{
    char goal[100];

    level_goal_text(level, goal, sizeof goal);
    if (rows == NULL) {
        printf("%3u  %-24.24s  %3u  ", number, level->title, level->par);
        if (best != NULL)
            printf("%3u in %-3u", best->score, best->moves);
        else
            printf("-         ");
        printf("  %s\n", goal);
        return;
    }
    json_t *row = json_pack("{s:i, s:o, s:o, s:o, s:i}", "number", (int)number, "name",
                            cli_json_text(level->name), "title", cli_json_text(level->title),
                            "goal", cli_json_text(goal), "par", (int)level->par);

    json_object_set_new(row, "best", best != NULL ? cli_json_count(best->score) : json_null());
    json_object_set_new(row, "best_moves",
                        best != NULL ? cli_json_count(best->moves) : json_null());
    json_array_append_new(rows, row);
}

static int list_levels(const struct options *options)
{
    char place[PLACE_CHARS] = "", path[PLACE_CHARS], places[800], **names;
    uint32_t count = level_names(&names);
    json_t *rows = options->format == FORMAT_JSON ? json_array() : NULL;
    struct progress *progress;
    int code = EXIT_MET;

    if (count == 0) {
        supplied_missing("game", places, sizeof places);
        fprintf(stderr, "exifsim: no levels (expected the folder game of scenarios%s)\n", places);
        level_names_free(names, count);
        return EXIT_USAGE;
    }
    place_of_data("progress.ini", place);
    progress = progress_read(place);
    if (rows == NULL)
        printf("     level                     par  your best   task\n");
    for (uint32_t i = 0; i < count; i++) {
        struct level *level = level_path(names[i], path) ? level_read(path, stderr) : NULL;

        if (level != NULL)
            list_one(i + 1, level, progress_find_level(progress, level->name), rows);
        else
            code = EXIT_USAGE;
        level_free(level);
    }
    if (rows == NULL) {
        printf("\nexifsim game 1 plays the first one; in a window: exifsim view --game 1.\n");
    } else {
        json_t *document = cli_json_new("game");

        json_object_set_new(document, "levels", rows);
        cli_json_print(document);
    }
    progress_free(progress);
    level_names_free(names, count);
    return code;
}

/* As level_find, and prints the error. */
static bool find_level(const char *operand, char path[PLACE_CHARS], uint32_t *number)
{
    char error[LEVEL_ERROR_CHARS];

    if (level_find(operand, path, number, error))
        return true;
    fprintf(stderr, "exifsim: %s\n", error);
    return false;
}

/* ---- Checking -------------------------------------------------------------------------------- */

/* Plays that are tried to prove a par; beyond, it is a bound. */
enum { PROOF_RUNS = 4000 };

struct checked {
    bool met;
    char why[200];             /* What does not hold. */
    struct play_search search; /* All plays with fewer moves than par, or with one. */
};

static bool fails(struct checked *out, const char *why)
{
    snprintf(out->why, sizeof out->why, "%s", why);
    return false;
}

/* For authors: also says which play wins. */
static bool advise(struct game *game, struct checked *out, const char *why)
{
    struct play_search *search = calloc(1, sizeof *search);

    CHECK(search != NULL);
    *search = (struct play_search){ .most = play_calm_decisions(game->play) < 60 ? 2 : 1,
                                    .runs_max = PROOF_RUNS };
    play_search(game->play, search);
    if (search->move_count > 0)
        snprintf(out->why, sizeof out->why, "%s; this one does: %.100s", why, search->surprises);
    else
        snprintf(out->why, sizeof out->why, "%s; nor does any of %u others", why, search->runs);
    free(search);
    return false;
}

/* Each move of the solution is needed: without it the others do not win. */
static bool is_needed(struct game *game, uint32_t move)
{
    struct play_move rest[PLAY_MOVES_MAX];
    uint32_t count = 0;

    for (uint32_t i = 0; i < game->solution_count; i++)
        if (i != move)
            rest[count++] = game->solution[i];
    return !play_wins(game->play, rest, count);
}

static bool check_game(struct game *game, struct checked *out)
{
    uint32_t par = game->level->par;

    out->search = (struct play_search){ .most = par > 0 ? par - 1 : 1, .runs_max = PROOF_RUNS };
    if (game->solution_count != par)
        return advise(game, out, "the solution has moves that are none of this level");
    if (par > 0 && !play_wins(game->play, game->solution, par))
        return advise(game, out, "the solution does not win");
    for (uint32_t i = 0; i < game->solution_count; i++)
        if (!is_needed(game, i))
            return fails(out, "a move of the solution is not needed");
    play_search(game->play, &out->search);
    if (out->search.move_count > 0 || out->search.runs == 0)
        snprintf(out->why, sizeof out->why, "%.150s wins, too", out->search.surprises);
    return out->why[0] == 0;
}

static void print_checked(const struct game *game, const struct checked *c)
{
    const struct level *level = game->level;

    printf("%s  %-30.30s par %u, %s", c->met ? "pass" : "FAIL", level->title, level->par,
           c->search.exhausted && c->met ? "proved" : "a bound");
    if (c->met && c->search.most == 0)
        printf(": the calm run does not win\n");
    else if (c->met)
        printf(": none of %u plays with at most %u move%s wins%s\n", c->search.runs, c->search.most,
               c->search.most == 1 ? "" : "s",
               level->par > 0 ? ", nor does the solution without a move" : "");
    else
        printf(": %s\n", c->why);
}

static json_t *json_checked(const struct game *game, const struct checked *c)
{
    return json_pack("{s:o, s:o, s:b, s:i, s:b, s:i, s:i, s:o}", "path",
                     cli_json_text(game->level->path), "title", cli_json_text(game->level->title),
                     "met", (int)c->met, "par", (int)game->level->par, "proved",
                     (int)(c->met && c->search.exhausted), "plays", (int)c->search.runs, "moves",
                     (int)c->search.most, "why",
                     c->why[0] != 0 ? cli_json_text(c->why) : json_null());
}

static int check_file(const struct options *options, const char *path, json_t *rows)
{
    struct game *game = game_open(path, &options->run, stderr);
    struct checked *c = calloc(1, sizeof *c);
    int code = EXIT_USAGE;

    CHECK(c != NULL);
    if (game != NULL) {
        c->met = check_game(game, c);
        code = c->met ? EXIT_MET : EXIT_FINDING;
        if (rows != NULL)
            json_array_append_new(rows, json_checked(game, c));
        else
            print_checked(game, c);
        fflush(stdout);
    }
    free(c);
    game_close(game);
    return code;
}

static int check_levels(const struct options *options)
{
    json_t *rows = options->format == FORMAT_JSON ? json_array() : NULL;
    char path[PLACE_CHARS], **names;
    uint32_t count = level_names(&names), number;
    int code = EXIT_MET;

    for (uint32_t i = 0; i < options->path_count; i++)
        code = exit_worse(code, find_level(options->paths[i], path, &number)
                                    ? check_file(options, path, rows)
                                    : EXIT_USAGE);
    for (uint32_t i = 0; i < count && options->path_count == 0; i++)
        if (level_path(names[i], path))
            code = exit_worse(code, check_file(options, path, rows));
    level_names_free(names, count);
    if (rows != NULL) {
        json_t *document = cli_json_new("game");

        json_object_set_new(document, "checks", rows);
        cli_json_print(document);
    }
    return code;
}

/* ---- The verb -------------------------------------------------------------------------------- */

int verb_game(const struct options *options)
{
    char path[PLACE_CHARS];
    uint32_t number;

    if (options->check_levels)
        return check_levels(options);
    if (options->list_levels || options->path_count == 0)
        return list_levels(options);
    if (options->path_count > 1) {
        fprintf(stderr, "exifsim: %u levels (expected one, to be played)\n", options->path_count);
        return EXIT_USAGE;
    }
    if (options->format == FORMAT_JSON) {
        fprintf(stderr, "exifsim: --format json of a level that is played (expected --list or "
                        "--check-levels)\n");
        return EXIT_USAGE;
    }
    return find_level(options->paths[0], path, &number) ? cli_game_play(options, path, number)
                                                        : EXIT_USAGE;
}
