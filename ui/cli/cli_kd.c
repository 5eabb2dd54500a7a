/* cli_kd.c - exifsim kd: commands of a kernel debugger from -c or standard input.
 *
 * Commands that are not typed at a terminal are printed behind the prompt, so that what is printed
 * reads as a session.
 */
#include "ui/cli/cli.h"
#include "sim/plain.h"
#include "ui/host/prompt.h"
#include "ui/host/terminal.h"
#include "ui/kd/kd.h"
#include <stdlib.h>
#include <string.h>

enum { LINE_CHARS = 1024 };

/* Reads a line without its end from a file or a pipe. False: end of input. */
static bool read_line(char line[LINE_CHARS], bool *good)
{
    size_t length;

    if (fgets(line, LINE_CHARS, stdin) == NULL)
        return false;
    length = strcspn(line, "\r\n");
    *good = line[length] != 0 || feof(stdin);
    line[length] = 0;
    while (!*good && length == LINE_CHARS - 1 && fgets(line, LINE_CHARS, stdin) != NULL)
        if (strchr(line, '\n') != NULL)
            break;
    return true;
}

static void complete(void *ctx, const char *line, const char *word,
                     void (*offer)(void *to, const char *word), void *to)
{
    kd_complete(ctx, line, word, offer, to);
}

/* The same for what is typed. */
static bool type_line(struct kd *kd, char line[LINE_CHARS], bool *good)
{
    char *typed = prompt_read(kd_prompt(kd), complete, kd);

    if (typed == NULL)
        return false;
    *good = strlen(typed) < LINE_CHARS;
    snprintf(line, LINE_CHARS, "%s", typed);
    free(typed);
    return true;
}

/* Reads and carries out lines. False: one cannot be read. */
static bool sit_at(struct kd *kd, bool typed)
{
    bool good = true, all = true;
    char line[LINE_CHARS];

    for (;;) {
        fflush(stdout);
        if (!(typed ? type_line(kd, line, &good) : read_line(line, &good)))
            break;
        if (!good || line[plain_length(line)] != 0) {
            fflush(stdout);
            fprintf(stderr,
                    "exifsim: a line of more than %d bytes, or with a control character "
                    "(expected a command)\n",
                    LINE_CHARS - 2);
            all = false;
        } else if (!kd_line(kd, line)) {
            break;
        }
    }
    return all;
}

static bool serve_gdb(struct kd *kd, uint16_t port)
{
    char why[KD_ERROR_CHARS];
    bool good = kd_serve_gdb(kd, port, why);

    if (!good)
        fprintf(stderr, "exifsim: %s\n", why);
    return good;
}

int verb_kd(const struct options *options)
{
    char error[RUN_ERROR_CHARS], why[KD_ERROR_CHARS];
    struct scenario *scenario = run_load(&options->run, options->paths[0], error);
    bool typed = options->commands == NULL && terminal_input(), good = true;
    struct kd *kd;

    if (scenario == NULL)
        return EXIT_USAGE;
    kd = kd_open(&(struct kd_options){ .scenario = scenario,
                                       .seed = run_seed(&options->run, scenario),
                                       .until = options->run.has_until ? options->run.until : 0,
                                       .at = options->at,
                                       .echo = !typed,
                                       .out = stdout,
                                       .errors = stderr },
                 why);
    if (kd == NULL) {
        fprintf(stderr, "exifsim: %s\n", why);
        free(scenario);
        return EXIT_USAGE;
    }
    if (!options->quiet)
        kd_banner(kd);
    if ((options->given & OPTION_BIT(GDB)) != 0)
        good = serve_gdb(kd, (uint16_t)options->gdb);
    else if (options->commands != NULL)
        kd_line(kd, options->commands);
    else
        good = sit_at(kd, typed);
    good = good && !kd_was_wrong(kd);
    kd_close(kd);
    free(scenario);
    return good ? EXIT_MET : EXIT_USAGE;
}
