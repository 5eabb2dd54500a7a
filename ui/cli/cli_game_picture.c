/* cli_game_picture.c - a decision in 23 lines of 80 columns, and the end of a play. */
#include "ui/cli/cli_game.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 78, RULER = 64, ANSWERS_WITH_CODE = 6 };

/* Prints a text of at most `width` bytes, with blanks behind it up to there. */
static void cell(const char *text, int width)
{
    if ((int)strlen(text) > width)
        printf("%.*s..", width - 2, text);
    else
        printf("%-*s", width, text);
}

/* ---- The ruler ------------------------------------------------------------------------------- */

/* The column of a decision: the ruler is the calm run's decisions. */
static uint32_t column_of(const struct game *game, uint32_t decision)
{
    uint32_t count = MAX_OF(play_calm_decisions(game->play), 1u);

    return MIN_OF(decision * RULER / count, (uint32_t)RULER - 1);
}

static void print_ruler(const struct game *game)
{
    char line[RULER + 1];
    uint32_t count, here = column_of(game, play_decision(game->play));
    const struct play_move *moves = play_moves(game->play, &count);

    memset(line, '-', RULER);
    line[RULER] = 0;
    for (uint32_t i = 0; i < game->ghost_count; i++)
        line[column_of(game, game->ghost[i].decision)] = 'o';
    for (uint32_t i = 0; i < count; i++)
        line[column_of(game, moves[i].decision)] = '*';
    printf("  1 |%s| %u\n", line, play_calm_decisions(game->play));
    printf("     %*s^ decision %u\n", (int)here, "", play_decision(game->play) + 1);
}

/* ---- The answers ----------------------------------------------------------------------------- */

static void print_answer(const struct offers *offers, uint32_t i, bool code)
{
    const struct offer *offer = &offers->list[i];
    char number[12];

    snprintf(number, sizeof number, "%u", i);
    printf("  %-5s ", i == 0 ? "Enter" : number);
    if (offer->what[0] == 0 && offer->place[0] == 0) {
        printf("%s\n", offer->who);
        return;
    }
    cell(offer->who, 26);
    putchar(' ');
    if (offer->place[0] != 0) {
        cell(offer->what, 24);
        printf(" %.19s\n", offer->place);
    } else {
        printf("%.44s\n", offer->what);
    }
    if (code && offer->code[0] != 0)
        printf("          %.68s\n", offer->code);
}

static void print_answers(const struct offers *offers)
{
    bool code = offers->count <= ANSWERS_WITH_CODE;
    uint32_t shown = MIN_OF(offers->count, 12u);

    for (uint32_t i = 0; i < shown; i++)
        print_answer(offers, i, code);
    if (offers->count + offers->more > shown)
        printf("        and %u more; their numbers go on\n", offers->count + offers->more - shown);
}

/* ---- The picture ----------------------------------------------------------------------------- */

/* What has just happened, as much of it as the line has room for: whole words. */
static void print_before(const char *before)
{
    enum { ROOM = 46 };
    size_t length = strlen(before);

    if (length > ROOM)
        for (length = ROOM - 4; length > 0 && before[length] != ' '; length--)
            ;
    if (length > 0)
        printf("   just before: %.*s%s", (int)length, before, before[length] != 0 ? " ..." : "");
}

void cli_game_picture(const struct game *game, uint32_t number)
{
    const struct question *question = play_question(game->play);
    const struct level *level = game->level;
    char goal[100], head[100];
    uint32_t count;

    play_moves(game->play, &count);
    level_goal_text(level, goal, sizeof goal);
    if (number > 0)
        snprintf(head, sizeof head, "%u  %s", number, level->title);
    else
        snprintf(head, sizeof head, "%s", level->title);
    putchar('\n');
    cell(head, 44);
    printf("  moves %u  par %u  best %u\n", count, level->par, game->best);
    printf("Task: %.72s\n\n", goal);
    print_ruler(game);
    printf("\n  %" PRIu64 ".%09" PRIu64 " s", question->at / SEC(1), question->at % SEC(1));
    print_before(game->offers->before);
    printf("\n\n  ");
    report_wrap(stdout, game->offers->asks, 2, 2, WIDTH);
    for (int i = 0; i < OFFER_LINES; i++)
        if (game->offers->lines[i][0] != 0) {
            printf("  ");
            report_wrap(stdout, game->offers->lines[i], 2, 4, WIDTH);
        }
    putchar('\n');
    print_answers(game->offers);
    putchar('\n');
}

/* ---- The end --------------------------------------------------------------------------------- */

static const char through[] = "The machine survives.";

/* An expectation that is not met is the scenario's: here the run came to its end. */
static const char *outcome_of(const struct finding *finding)
{
    return finding->kind == FINDING_NONE || finding->kind == FINDING_EXPECTATION ? through
                                                                                 : finding->cause;
}

static void print_commands(const struct game *game)
{
    char play[RUN_SURPRISES_CHARS], *line = malloc(RUN_REPRO_CHARS);
    const struct level *level = game->level;

    CHECK(line != NULL);
    play_print(game->play, play, sizeof play);
    run_view(&game->options, level->path, game->seed, play, line);
    printf("  See it:   %s\n", line);
    if (outcome_of(play_finding(game->play)) != through) {
        char *rest = strchr(line, ' ');

        rest = rest != NULL ? strchr(rest + 1, ' ') : NULL; /* Behind "exifsim view". */
        if (rest != NULL)
            printf("  Its story: exifsim storyboard%s\n", rest);
    }
    free(line);
}

void cli_game_end(const struct game *game)
{
    uint32_t count;
    enum game_state state = game_state(game);

    play_moves(game->play, &count);
    putchar('\n');
    switch (state) {
    case GAME_WON:
        printf("  Won: %s\n", outcome_of(play_finding(game->play)));
        printf("  %u move%s, par %u, %u hint%s: %u points.\n", count, count == 1 ? "" : "s",
               game->level->par, game->hints, game->hints == 1 ? "" : "s", game_points(game));
        break;
    case GAME_PROVED:
        printf("  Right, and proved: none of %u plays with at most one move wins. %u points.\n",
               game->tried, game_points(game));
        break;
    case GAME_CLAIMED:
        printf(
            "  Right: it cannot be done, as far as is known. %u points; with a proof (p) more.\n",
            game_points(game));
        break;
    case GAME_LOST:
        printf("  Not this time: %s\n", outcome_of(play_finding(game->play)));
        break;
    case GAME_ASKS:
        printf("  Not played to the end.\n");
        break;
    }
    if (state == GAME_WON || state == GAME_LOST)
        print_commands(game);
    putchar('\n');
}
