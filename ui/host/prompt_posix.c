/* prompt_posix.c - see prompt.h. */
#include "ui/host/prompt.h"
#include "ui/host/grow.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(HAVE_LIBEDIT)
#include <editline/readline.h>

/* libedit asks by functions without a context. */
static prompt_complete *completer;
static void *completer_ctx;

struct offers {
    char **words;
    size_t count, room, next;
};

static void offer(void *to, const char *word)
{
    struct offers *offers = to;
    char *copy = strdup(word);

    if (copy == NULL)
        return;
    offers->words = grow(offers->words, &offers->room, offers->count + 1, sizeof *offers->words);
    offers->words[offers->count++] = copy;
}

/* Gives the offered words one after the other; libedit frees them. */
static char *next_offer(const char *word, int state)
{
    static struct offers offers;

    if (state == 0) {
        while (offers.next < offers.count)
            free(offers.words[offers.next++]);
        offers.count = offers.next = 0;
        completer(completer_ctx, rl_line_buffer, word, offer, &offers);
    }
    return offers.next < offers.count ? offers.words[offers.next++] : NULL;
}

static char **complete_word(const char *word, int start, int end)
{
    (void)start, (void)end;
    rl_attempted_completion_over = 1; /* No names of files. */
    return rl_completion_matches(word, next_offer);
}

char *prompt_read(const char *prompt, prompt_complete *complete, void *ctx)
{
    char *line;

    completer = complete;
    completer_ctx = ctx;
    rl_attempted_completion_function = complete_word;
    rl_basic_word_break_characters = " ;";
    rl_completer_word_break_characters = " ;";
    fflush(stdout);
    line = readline(prompt);
    if (line != NULL && line[0] != 0)
        add_history(line);
    return line;
}

#else

char *prompt_read(const char *prompt, prompt_complete *complete, void *ctx)
{
    char *line = NULL;
    size_t room = 0;

    (void)complete, (void)ctx;
    printf("%s", prompt);
    fflush(stdout);
    if (getline(&line, &room, stdin) < 0) {
        free(line);
        return NULL;
    }
    line[strcspn(line, "\r\n")] = 0;
    return line;
}
#endif
