/* cli_game_play.c - exifsim game: plays a level in the terminal.
 *
 * Each decision is one picture of at most 23 lines. Enter goes on, a number makes a move, letters
 * do the rest. Standard input may be a file.
 */
#include "ui/cli/cli_game.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_CHARS = 400 };

static void paragraph(const char *text)
{
    printf("  ");
    report_wrap(stdout, text, 2, 2, 78);
}

static PRINTF_LIKE(1, 2) void say(const char *format, ...)
{
    char text[LINE_CHARS + 200];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    paragraph(text);
}

static void print_help(void)
{
    printf("\n"
           "  Enter    go on: the calm answer, which costs nothing\n"
           "  1, 2 ..  another answer: a move\n"
           "  g        go on calmly to the end; g 40: to decision 40\n"
           "  u        take the last answer back (free, and counted)\n"
           "  r        begin again\n"
           "  l        list your moves\n"
           "  h        a hint; each costs %d points\n"
           "  c        claim that it cannot be done; p: the same, and prove it by trying\n"
           "           every play of one move\n"
           "  q        end\n"
           "\n"
           "  A move may be typed as exifsim prints it, too: DISK:5164:1\n\n",
           GAME_POINTS_HINT);
}

static void print_moves(const struct game *game)
{
    char text[RUN_SURPRISES_CHARS];
    uint32_t count;
    const struct play_move *moves = play_moves(game->play, &count);

    if (count == 0)
        printf("  no move yet\n");
    for (uint32_t i = 0; i < count; i++)
        printf("  decision %u, answer %u, at %" PRIu64 ".%09" PRIu64 " s\n", moves[i].decision + 1,
               moves[i].pick, moves[i].at / SEC(1), moves[i].at % SEC(1));
    play_print(game->play, text, sizeof text);
    if (count > 0)
        printf("  %s\n", text);
}

static void claim(struct game *game, bool prove)
{
    switch (game_claim(game, prove)) {
    case CLAIM_TAKEN:
        break;
    case CLAIM_WRONG:
        printf("  No: it can be done. That costs %d points.\n", GAME_POINTS_HINT);
        break;
    case CLAIM_UNKNOWN:
        say("No play of one move wins, of %u that were tried. That proves nothing about two.",
            game->tried);
        break;
    }
}

/* "g" or "g 40". False: it is neither. */
static bool go_to(struct game *game, const char *word)
{
    char *end;
    unsigned long decision;

    if (word[0] != 'g')
        return false;
    if (word[1] == 0) {
        game_go_to(game, UINT32_MAX);
        return true;
    }
    decision = strtoul(word + 1, &end, 10);
    if (*end != 0 || word[1] != ' ' || decision <= play_decision(game->play) + 1 ||
        decision > UINT32_MAX)
        return false;
    game_go_to(game, (uint32_t)decision - 1);
    return true;
}

static bool is_number(const char *word)
{
    return word[0] != 0 && strspn(word, "0123456789") == strlen(word) && strlen(word) < 4;
}

/* A move as a surprise. False: it is none, and nothing was said. */
static bool make_surprise(struct game *game, const char *word)
{
    char error[GAME_ERROR_CHARS];

    if (strpbrk(word, ":@") == NULL)
        return false;
    if (!game_move(game, word, error))
        say("%s", error);
    return true;
}

enum act { ACT_SHOW, ACT_ASK, ACT_QUIT };

/* Carries out one line. */
static enum act act(struct game *game, const char *word)
{
    char hint[GAME_HINT_CHARS];
    bool over = game_state(game) != GAME_ASKS;

    if (strcmp(word, "q") == 0)
        return ACT_QUIT;
    if (strcmp(word, "?") == 0) {
        print_help();
        return ACT_ASK;
    }
    if (strcmp(word, "l") == 0) {
        print_moves(game);
        return ACT_ASK;
    }
    if (strcmp(word, "u") == 0) {
        if (game_undo(game))
            return ACT_SHOW;
        printf("  there is no answer to take back\n");
        return ACT_ASK;
    }
    if (strcmp(word, "r") == 0) {
        game_restart(game);
        return ACT_SHOW;
    }
    if (over) {
        say("the run is over (expected u: take the last answer back, r: begin again, l or q)");
        return ACT_ASK;
    }
    if (word[0] == 0 || (is_number(word) && game_answer(game, (uint32_t)atoi(word)))) {
        if (word[0] == 0)
            game_answer(game, 0);
        return ACT_SHOW;
    }
    if (strcmp(word, "h") == 0) {
        game_hint(game, hint);
        paragraph(hint);
        return ACT_ASK;
    }
    if (strcmp(word, "c") == 0 || strcmp(word, "p") == 0) {
        claim(game, word[0] == 'p');
        return game_state(game) == GAME_ASKS ? ACT_ASK : ACT_SHOW;
    }
    if (go_to(game, word) || make_surprise(game, word))
        return ACT_SHOW;
    say("\"%s\" (expected Enter, a number of the list, g, g with a decision that lies ahead, u, "
        "r, l, h, c, p, ? or q)",
        word);
    return ACT_ASK;
}

static bool read_line(char line[LINE_CHARS])
{
    size_t length;

    if (fgets(line, LINE_CHARS, stdin) == NULL)
        return false;
    length = strcspn(line, "\r\n");
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        length--;
    line[length] = 0;
    return true;
}

static void prompt(const struct game *game)
{
    if (game_state(game) == GAME_ASKS)
        printf("[Enter: go on, a number: a move, u: undo, g: to the end, h: hint, ?: help] ");
    else
        printf("[u: take the last answer back, r: begin again, q: end] ");
    fflush(stdout);
}

static bool has_won(const struct game *game)
{
    return game_points(game) > 0 || game_state(game) == GAME_WON;
}

static void play(struct game *game, uint32_t number)
{
    enum act next = ACT_SHOW;
    char line[LINE_CHARS];

    while (next != ACT_QUIT) {
        if (next == ACT_SHOW && game_state(game) == GAME_ASKS)
            cli_game_picture(game, number);
        else if (next == ACT_SHOW)
            cli_game_end(game);
        if (has_won(game))
            return;
        prompt(game);
        if (!read_line(line)) {
            putchar('\n');
            return;
        }
        next = act(game, line + strspn(line, " \t"));
    }
}

static void print_title(const struct game *game, uint32_t number)
{
    char goal[100];

    level_goal_text(game->level, goal, sizeof goal);
    putchar('\n');
    if (number > 0)
        printf("Level %u: ", number);
    printf("%s\n\n", game->level->title);
    paragraph(game->level->text);
    printf("\n  Your task: %s. Par: %u move%s.\n", goal, game->level->par,
           game->level->par == 1 ? "" : "s");
    if (game->best > 0)
        printf("  Your best: %u points; its moves are marked o.\n", game->best);
}

int cli_game_play(const struct options *options, const char *path, uint32_t number)
{
    struct game *game = game_open(path, &options->run, stderr);
    char place[PLACE_CHARS];
    bool good = true, won;

    if (game == NULL)
        return EXIT_USAGE;
    print_title(game, number);
    if (options->script != NULL) {
        good = cli_game_script(game, options->script);
        if (good)
            cli_game_end(game);
    } else {
        play(game, number);
    }
    won = has_won(game);
    if (good)
        cli_written(place, game_keep(game, place));
    game_close(game);
    return !good ? EXIT_USAGE : won || options->script == NULL ? EXIT_MET : EXIT_FINDING;
}
