/* cli_console.c - exifsim console: carries out an administrator's commands in a running simulation.
 *
 * Lines come from standard input. Four commands belong to the verb itself (run, time, eventlog,
 * quit); every other line is typed into the simulated machine's console, and simulated time passes
 * until cmd.exe has carried it out. Nothing else makes time pass, so the same lines always give the
 * same output.
 */
#include "ui/cli/cli.h"
#include "model/shell/admin.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* LINE_MOST: bytes after which a line that does not end is a device such as /dev/zero. */
enum { LINE_CHARS = 512, LINE_MOST = 1 << 20, PATIENCE_S = 1800, EVENTS_SHOWN = 10 };

struct console {
    struct world *world;
    const struct scenario *scenario;
    const struct options *options;
    struct report report;
    uint32_t shown;  /* Console lines printed so far. */
    uint64_t number; /* Number of the present line of standard input. */
    bool ended, wrong;
};

static const char *const own_words[] = { "run", "time", "eventlog", "help", "quit" };

static sim_time now(const struct console *c) { return world_sim(c->world)->now; }

static PRINTF_LIKE(2, 3) void complain(struct console *c, const char *format, ...)
{
    va_list arguments;

    c->wrong = true;
    fflush(stdout);
    fprintf(stderr, "stdin:%" PRIu64 ":1: ", c->number);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

/* Prints what the machine has printed since the last call. */
static void show(struct console *c)
{
    uint32_t count = world_console_count(c->world);
    const char *text;
    char when[32];
    sim_time at;

    for (; c->shown < count; c->shown++) {
        text = world_console_line(c->world, c->shown, &at);
        if (text == NULL)
            continue;
        report_stamp(at, when, sizeof when);
        printf(*text != 0 ? "%s  %s\n" : "\n", when + sizeof "2006-09-05", text);
    }
}

/* Runs until `until`, or until the machine stops or the scenario's time is over. */
static void pass(struct console *c, sim_time until)
{
    c->ended = world_run(c->world, until) != SIM_GOING;
    show(c);
    if (!c->ended)
        return;
    c->report.result = world_result(c->world);
    if (c->report.result->stop.stopped)
        report_stop_screen(&c->report);
    else
        printf("The scenario's time is over.\n");
}

static void type(struct console *c, const char *line)
{
    sim_time given_up = now(c) + SEC(PATIENCE_S);

    if (world_dark(c->world))
        printf("The machine is off; the line waits until it boots.\n");
    while (!c->ended && world_dark(c->world))
        pass(c, now(c) + MS(100));
    if (c->ended)
        return;
    world_type(c->world, line);
    while (!c->ended && !world_console_idle(c->world) && now(c) < given_up)
        pass(c, now(c) + MS(100));
    if (!c->ended && !world_console_idle(c->world))
        printf("Still busy after %d minutes; run TIME goes on.\n", PATIENCE_S / 60);
}

/* ---- The verb's own commands ----------------------------------------------------------------- */

static void run_on(struct console *c, const char *text)
{
    sim_time time;

    if (!options_parse_time(text, 1, &time))
        complain(c, "run \"%s\" (expected a time such as run 10 s)", text);
    else
        pass(c, now(c) + time);
}

static void tell_time(const struct console *c)
{
    char when[32];

    report_stamp(now(c), when, sizeof when);
    printf("%s, %" PRIu64 ".%03" PRIu64 " s after the first boot\n", when, now(c) / SEC(1),
           now(c) % SEC(1) / MS(1));
}

static void show_events(struct console *c, const char *text)
{
    unsigned long count = EVENTS_SHOWN;
    char *end = NULL;

    if (*text != 0) {
        count = strtoul(text, &end, 10);
        if (*end != 0 || count < 1 || count > LOG_LINES_MAX || *text == '-') {
            complain(c, "eventlog \"%s\" (expected how many lines, 1 to %d)", text, LOG_LINES_MAX);
            return;
        }
    }
    report_log_tail(&c->report, (uint32_t)count);
}

static void help(void)
{
    printf("run TIME | time | eventlog [LINES] | quit\n");
    for (uint32_t i = 0; admin_help(i) != NULL; i++)
        printf("%s\n", admin_help(i));
}

static void not_understood(struct console *c, const char *line, const char *problem)
{
    char word[64];
    const char *near;

    snprintf(word, sizeof word, "%.*s", (int)MIN_OF(strcspn(line, " "), sizeof word - 1), line);
    near = ini_did_you_mean(word, own_words, ARRAY_LEN(own_words));
    if (near != NULL && strstr(problem, "did you mean") == NULL)
        complain(c, "%s; did you mean \"%s\"?", problem, near);
    else
        complain(c, "%s", problem);
}

/* Carries out one line. False: it was quit. */
static bool take(struct console *c, char *line)
{
    char problem[ADMIN_PROBLEM_CHARS];
    struct admin_command command;
    size_t word = strcspn(line, " ");
    const char *rest = line + word + strspn(line + word, " ");

    if (strcmp(line, "quit") == 0 || strcmp(line, "exit") == 0)
        return false;
    if (strcmp(line, "time") == 0)
        tell_time(c);
    else if (strcmp(line, "help") == 0)
        help();
    else if (word == 8 && strncmp(line, "eventlog", 8) == 0)
        show_events(c, rest);
    else if (word == 3 && strncmp(line, "run", 3) == 0)
        run_on(c, rest);
    else if (!admin_read(line, &command, problem))
        not_understood(c, line, problem);
    else if (command.kind != ADMIN_NOTHING)
        type(c, line);
    return true;
}

/* ---- The main line --------------------------------------------------------------------------- */

/* Reads the bytes of a line, as many as there is room for, and returns how many there were. */
static size_t read_bytes(char line[LINE_CHARS], int *last)
{
    size_t count = 0;

    while (count < LINE_MOST && (*last = getchar()) != EOF && *last != '\n') {
        if (count < LINE_CHARS - 1)
            line[count] = (char)*last;
        count++;
    }
    return count;
}

/* Reads a line and removes its end and the blanks around it. False: end of input. */
static bool read_line(struct console *c, char line[LINE_CHARS])
{
    size_t length, blanks;
    int last = EOF;

    if (isatty(STDIN_FILENO))
        printf("C:\\>");
    fflush(stdout);
    length = read_bytes(line, &last);
    if (length == 0 && last == EOF)
        return false;
    c->number++;
    if (length == LINE_MOST) {
        complain(c, "%d bytes without the end of a line (expected lines of text)", LINE_MOST);
        return false;
    }
    if (length >= LINE_CHARS - 1) {
        complain(c, "a line of more than %d bytes (expected a command)", LINE_CHARS - 2);
        length = 0;
    } else if (memchr(line, 0, length) != NULL) {
        complain(c, "a byte of zero (expected text)");
        length = 0;
    }
    while (length > 0 && strchr(" \t\r\n", line[length - 1]) != NULL)
        length--;
    line[length] = 0;
    blanks = strspn(line, " \t");
    memmove(line, line + blanks, length - MIN_OF(blanks, length) + 1);
    return true;
}

static int code_of(const struct console *c)
{
    const struct result *result = world_result(c->world);
    bool wanted = c->scenario->expect.outcome == EXPECT_STOP;

    if (c->wrong)
        return EXIT_USAGE;
    return result->stop.stopped && !wanted ? EXIT_FINDING : EXIT_MET;
}

static int sit_at(struct console *console, uint64_t seed)
{
    char line[LINE_CHARS];
    int code;

    if (!console->options->quiet)
        report_title(stdout, console->scenario, seed);
    console->world = world_new(console->scenario, seed);
    if (console->world == NULL)
        return cli_no_memory();
    console->report = (struct report){ .out = stdout,
                                       .color = console->options->color,
                                       .world = console->world,
                                       .scenario = console->scenario,
                                       .result = world_result(console->world),
                                       .seed = seed };
    while (!console->ended && read_line(console, line) && take(console, line))
        continue;
    code = code_of(console);
    world_free(console->world);
    return code;
}

int verb_console(const struct options *options)
{
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario = run_load(&options->run, options->paths[0], error);
    struct console console = { .scenario = scenario, .options = options };
    int code;

    if (scenario == NULL)
        return EXIT_USAGE;
    code = sit_at(&console, run_seed(&options->run, scenario));
    free(scenario);
    return code;
}
