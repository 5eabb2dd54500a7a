/* cli_game_script.c - plays a level by the lines of a file, for tests and for the record.
 *
 *     # Two moves, with a look at the first hint.
 *     hint
 *     DISK:5164:1                  a move, as --surprises has it, on which the play goes on to it
 *     go on                        the calm answer; go on to 40: to decision 40; go on to the end
 *     answer 2                     another answer to the decision at hand
 *     undo
 *     claim                        it cannot be done; prove: the same, with a proof
 *
 * Behind the last line the play goes on calmly to its end.
 */
#include "ui/cli/cli_game.h"
#include "ui/host/files.h"
#include <ctype.h>
#include <stdarg.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_CHARS = 1000 };

struct script {
    struct game *game;
    const char *path;
    int line, column;
};

static PRINTF_LIKE(2, 3) bool refuse(const struct script *s, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s:%d:%d: ", s->path, s->line, s->column);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return false;
}

/* A number from 1 on that is the whole text. */
static bool read_number(const char *text, uint32_t *out)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    *out = (uint32_t)value;
    return isdigit((unsigned char)text[0]) && *end == 0 && value > 0 && value < UINT32_MAX;
}

static bool go_on(const struct script *s, const char *where)
{
    uint32_t decision;

    if (where[0] == 0)
        return game_answer(s->game, 0);
    if (strcmp(where, " to the end") == 0) {
        game_go_to(s->game, UINT32_MAX);
        return true;
    }
    if (strncmp(where, " to ", 4) != 0 || !read_number(where + 4, &decision) ||
        decision <= play_decision(s->game->play) + 1)
        return refuse(s,
                      "\"go on%s\" (expected go on, go on to the end, or go on to a decision "
                      "behind %u)",
                      where, play_decision(s->game->play) + 1);
    game_go_to(s->game, decision - 1);
    return true;
}

static bool answer(const struct script *s, const char *text)
{
    uint32_t pick, count = play_question(s->game->play)->count;

    if (!read_number(text, &pick) || !game_answer(s->game, pick))
        return refuse(s, "\"answer %s\" (expected a number from 1 to %u)", text, count - 1);
    return true;
}

static bool move(const struct script *s, const char *text)
{
    char error[GAME_ERROR_CHARS];

    return game_move(s->game, text, error) || refuse(s, "%s", error);
}

static bool claim(const struct script *s, bool prove)
{
    if (game_claim(s->game, prove) == CLAIM_TAKEN)
        return true;
    return refuse(s, "a claim that is %s (expected a level that cannot be won)",
                  s->game->wrong_claims > 0 ? "wrong" : "not proved");
}

static bool carry_out(const struct script *s, const char *text)
{
    char hint[GAME_HINT_CHARS];

    if (strcmp(text, "undo") == 0)
        return game_undo(s->game) ||
               refuse(s, "nothing to take back (expected an answer before undo)");
    if (game_state(s->game) != GAME_ASKS)
        return refuse(s, "\"%s\" behind the end of the run (expected undo, or no line)", text);
    if (strcmp(text, "hint") == 0) {
        game_hint(s->game, hint);
        printf("  Hint: %s\n", hint);
        return true;
    }
    if (strcmp(text, "claim") == 0 || strcmp(text, "prove") == 0)
        return claim(s, text[0] == 'p');
    if (strncmp(text, "go on", 5) == 0)
        return go_on(s, text + 5);
    if (strncmp(text, "answer ", 7) == 0)
        return answer(s, text + 7);
    if (strpbrk(text, ":@") != NULL)
        return move(s, text);
    return refuse(s,
                  "\"%s\" (expected a move such as DISK:5164:1, answer N, go on, undo, hint, claim "
                  "or prove)",
                  text);
}

/* Length of a line without its end and without a comment: '#' at its beginning, or behind a blank;
 * an anchor has one, too. */
static size_t length_of(const char *line)
{
    size_t length = strcspn(line, "\r\n");

    for (size_t i = 0; i < length; i++)
        if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
            return i;
    return length;
}

bool cli_game_script(struct game *game, const char *path)
{
    struct script s = { .game = game, .path = path };
    FILE *file = strcmp(path, "-") == 0 ? stdin : file_open(path, "rb");
    char line[LINE_CHARS];
    bool good = true;

    if (file == NULL) {
        fprintf(stderr, "exifsim: %s: cannot be read (expected a file with moves)\n", path);
        return false;
    }
    while (good && fgets(line, sizeof line, file) != NULL) {
        size_t begin = strspn(line, " \t"), length = begin + length_of(line + begin);

        s.line++;
        s.column = (int)begin + 1;
        while (length > begin && isspace((unsigned char)line[length - 1]))
            length--;
        line[length] = 0;
        if (length > begin)
            good = carry_out(&s, line + begin);
    }
    if (file != stdin)
        fclose(file);
    if (good)
        game_go_to(game, UINT32_MAX);
    return good;
}
