/* main.c - exifsim VERB [options] SCENARIO.ini ...
 *
 * Reads the command line (ui/run/options.h) and calls the verb's function. The exit code is the
 * verb's, or that of a failed write to standard output.
 */
#include "ui/cli/cli.h"
#include "ui/guard/guard.h"
#include "ui/guest/guest.h"
#include "ui/host/programs.h"
#include "ui/host/terminal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The function of each verb; NULL: exifsim-view does it (cli_view.c). */
#define ACT_EXIFSIM(name) verb_##name
#define ACT_VIEW(name)    NULL
static int (*const acts[VERB_COUNT])(const struct options *options) = {
#define VERB(id, name, program, ...) [VERB_##id] = ACT_##program(name),
#include "ui/run/verbs.def"
#undef VERB
};

/* Flushes standard output and returns the exit code. A reader such as head that has read
 * enough is no error. */
static int close_output(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (errno == 0) { /* An earlier write failed: write again, to learn why. */
        putchar('\n');
        fflush(stdout);
    }
    if (terminal_reader_gone(errno))
        return code;
    fprintf(stderr, "exifsim: standard output: %s\n", strerror(errno != 0 ? errno : EIO));
    return exit_worse(code, EXIT_USAGE);
}

/* True if exifsim-view does this verb. It reads the command line itself. */
static bool is_elsewhere(const char *word)
{
    enum verb_id verb = verb_find(word);

    return verb != VERB_NONE && verbs[verb].program != PROGRAM_EXIFSIM;
}

static bool is_colored(uint32_t when)
{
    enum { AUTO, ALWAYS };
    const char *no_color = program_environment("NO_COLOR");

    return when == ALWAYS ||
           (when == AUTO && (no_color == NULL || no_color[0] == 0) && terminal_output());
}

int main(int count, char **words)
{
    struct options options;

    words = program_words(&count, words);
    guard_program();
    terminal_prepare();
    if (count == 2 && strcmp(words[1], "--version") == 0)
        return close_output(verb_version(NULL));
    if (count == 2 && strcmp(words[1], "help") == 0)
        words[1] = "--help";
    if (count == 3 && strcmp(words[1], "help") == 0) { /* "help run" is "run --help". */
        words[1] = words[2];
        words[2] = "--help";
    }
    if (count > 1 && is_elsewhere(words[1]))
        return cli_view(words);
    if (!options_read(&options, PROGRAM_EXIFSIM, count - 1, (const char *const *)words + 1))
        return EXIT_USAGE;
    if (options.help || options.verb == VERB_NONE) {
        options_help(options.help ? stdout : stderr, PROGRAM_EXIFSIM, options.verb);
        return options.help ? close_output(EXIT_MET) : EXIT_USAGE;
    }
    if (options_use_standard_output(&options))
        cli_written("-", whole_file_divert());
    if (options.run.trust)
        guest_trust();
    options.color = is_colored(options.color_when);
    return close_output(acts[options.verb](&options));
}
