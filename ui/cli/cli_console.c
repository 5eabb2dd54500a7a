/* cli_console.c - exifsim console: carries out an administrator's commands in a running simulation.
 *
 * Lines come from standard input. Four commands belong to the verb itself (run, time, eventlog,
 * quit); every other line is typed into the simulated machine's console, and simulated time passes
 * until cmd.exe has carried it out. Nothing else makes time pass, so the same lines always give the
 * same output. After the end of the run only time, eventlog and help are carried out; other lines
 * are counted and reported as not typed.
 */
#include "ui/cli/cli_json.h"
#include "sim/plain.h"
#include "model/shell/admin.h"
#include "ui/host/memory_file.h"
#include "ui/host/terminal.h"
#include "ui/host/texts.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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
    char by_guest[UNMET_CHARS]; /* How a guest ended the run; "": none did. */
    uint32_t not_typed;         /* Lines that came after the end of the run. */
    FILE *out;                  /* Where output goes: standard output, or `text` for JSON. */
    char *text;                 /* JSON: output of the present line. */
    size_t text_length;
    json_t *lines, *errors; /* JSON; NULL: for a person. */
};

static const char *const own_words[] = { "run", "time", "eventlog", "help", "quit" };

static sim_time now(const struct console *c) { return world_sim(c->world)->now; }

static PRINTF_LIKE(2, 3) void complain(struct console *c, const char *format, ...)
{
    char line[1024];
    int used = snprintf(line, sizeof line, "stdin:%" PRIu64 ":1: ", c->number);
    va_list arguments;

    c->wrong = true;
    fflush(stdout);
    va_start(arguments, format);
    vsnprintf(line + used, sizeof line - (size_t)used, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s\n", line);
    if (c->errors != NULL)
        cli_json_errors(c->errors, line);
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
        fprintf(c->out, *text != 0 ? "%s  %s\n" : "\n", when + sizeof "2006-09-05", text);
    }
}

static bool is_destroyed(const struct console *c) { return world_sim(c->world)->end == SIM_BROKEN; }

/* Runs until `until`, or until the machine stops or the scenario's time is over. */
static void pass(struct console *c, sim_time until)
{
    c->ended = run_watched(c->world, until) != SIM_GOING;
    if (!is_destroyed(c))
        show(c);
    if (!c->ended)
        return;
    c->report.result = world_result(c->world);
    if (world_end_by_guest(world_sim(c->world), c->by_guest, sizeof c->by_guest))
        fprintf(c->out, "The run ended: %s.\n", c->by_guest);
    else if (c->report.result->stop.stopped)
        report_stop_screen(&c->report);
    else
        fprintf(c->out, "The scenario's time is over.\n");
}

static void type(struct console *c, const char *line)
{
    sim_time given_up = now(c) + SEC(PATIENCE_S);

    if (world_dark(c->world))
        fprintf(c->out, "The machine is off; the line waits until it boots.\n");
    while (!c->ended && world_dark(c->world))
        pass(c, now(c) + MS(100));
    if (c->ended)
        return;
    world_type(c->world, line);
    while (!c->ended && !world_console_idle(c->world) && now(c) < given_up)
        pass(c, now(c) + MS(100));
    if (!c->ended && !world_console_idle(c->world))
        fprintf(c->out, "Still busy after %d minutes; run TIME goes on.\n", PATIENCE_S / 60);
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
    char when[32], seconds[CLI_SECONDS_CHARS];

    report_stamp(now(c), when, sizeof when);
    cli_seconds(now(c), seconds);
    fprintf(c->out, "%s, %s after the first boot\n", when, seconds);
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

static void help(const struct console *c)
{
    fprintf(c->out, "run TIME | time | eventlog [LINES] | quit\n");
    for (uint32_t i = 0; admin_help(i) != NULL; i++)
        fprintf(c->out, "%s\n", admin_help(i));
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

    if (line[plain_length(line)] != 0) {
        complain(c, "a control character, byte 0x%02x (expected a command)",
                 (unsigned)(unsigned char)line[plain_length(line)]);
        return true;
    }
    if (strcmp(line, "quit") == 0 || strcmp(line, "exit") == 0)
        return false;
    if (strcmp(line, "time") == 0)
        tell_time(c);
    else if (strcmp(line, "help") == 0)
        help(c);
    else if (word == 8 && strncmp(line, "eventlog", 8) == 0 && !is_destroyed(c))
        show_events(c, rest);
    else if (c->ended)
        c->not_typed += line[0] != 0 && line[0] != '#';
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

    if (terminal_input() && c->lines == NULL)
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

/* Says how many lines came too late. */
static void tell_not_typed(const struct console *c)
{
    const struct stop *stop = &world_result(c->world)->stop;

    if (c->not_typed == 0)
        return;
    fflush(stdout);
    if (c->by_guest[0] != 0)
        fprintf(stderr, "exifsim: %s", c->by_guest);
    else if (stop->stopped)
        fprintf(stderr, "exifsim: the machine stopped at %" PRIu64 " s", stop->at / SEC(1));
    else
        fprintf(stderr, "exifsim: the scenario's time was over");
    fprintf(stderr, "; %u line%s not typed\n", c->not_typed, c->not_typed == 1 ? " was" : "s were");
}

static int code_of(const struct console *c)
{
    const struct result *result = world_result(c->world);
    bool wanted = c->scenario->expect.outcome == EXPECT_STOP;

    if (c->wrong)
        return EXIT_USAGE;
    if (result->stop.stopped && !wanted)
        return EXIT_FINDING;
    if (c->by_guest[0] != 0 && c->scenario->expect.outcome != EXPECT_HUNG)
        return EXIT_FINDING;
    return c->not_typed > 0 ? EXIT_INCONCLUSIVE : EXIT_MET;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* Appends the line and what it printed, and begins a new text. */
static void keep_line(struct console *c, const char *line)
{
    json_t *object, *output;

    if (c->lines == NULL)
        return;
    memory_file_close(c->out);
    object = json_object();
    output = json_array();
    for (const char *at = c->text; *at != 0;) {
        size_t length = strcspn(at, "\n");
        char *copy = text_copy(at, length);

        CHECK(copy != NULL);
        json_array_append_new(output, cli_json_text(copy));
        free(copy);
        at += length + (at[length] == '\n');
    }
    json_object_set_new(object, "number", cli_json_count(c->number));
    json_object_set_new(object, "line", cli_json_text(line));
    json_object_set_new(object, "at_ns", cli_json_count(now(c)));
    json_object_set_new(object, "output", output);
    json_array_append_new(c->lines, object);
    free(c->text);
    c->report.out = c->out = memory_file_open(&c->text, &c->text_length);
    CHECK(c->out != NULL);
}

static void print_document(const struct console *c, uint64_t seed)
{
    json_t *document = cli_json_new("console");
    const struct stop *stop = &world_result(c->world)->stop;

    json_object_set_new(document, "scenario", cli_json_text(c->scenario->path));
    json_object_set_new(document, "seed", cli_json_seed(seed));
    json_object_set_new(document, "lines", c->lines);
    json_object_set_new(document, "end",
                        json_string(!c->ended             ? "open"
                                    : is_destroyed(c)     ? "destroyed"
                                    : c->by_guest[0] != 0 ? "hung"
                                    : stop->stopped       ? "stopped"
                                                          : "time_over"));
    json_object_set_new(document, "at_ns", cli_json_count(now(c)));
    json_object_set_new(document, "not_typed", cli_json_count(c->not_typed));
    json_object_set_new(document, "errors", c->errors);
    cli_json_print(document);
}

/* ---- The verb -------------------------------------------------------------------------------- */

static int sit_at(struct console *console, uint64_t seed)
{
    char line[LINE_CHARS], typed[LINE_CHARS];
    bool going = true;
    int code;

    if (!console->options->quiet && console->lines == NULL)
        report_title(stdout, console->scenario, seed);
    console->world = world_new(console->scenario, seed);
    if (console->world == NULL)
        return cli_no_memory();
    console->out =
        console->lines != NULL ? memory_file_open(&console->text, &console->text_length) : stdout;
    CHECK(console->out != NULL);
    console->report = (struct report){ .out = console->out,
                                       .color = console->options->color,
                                       .world = console->world,
                                       .scenario = console->scenario,
                                       .result = world_result(console->world),
                                       .seed = seed };
    while (going && read_line(console, line)) {
        snprintf(typed, sizeof typed, "%s", line);
        going = take(console, line);
        keep_line(console, typed);
    }
    tell_not_typed(console);
    code = code_of(console);
    if (console->lines != NULL) {
        memory_file_close(console->out);
        free(console->text);
        print_document(console, seed);
    }
    if (!is_destroyed(console)) /* As run_free. */
        world_free(console->world);
    return code;
}

int verb_console(const struct options *options)
{
    bool json = options->format == FORMAT_JSON;
    struct console console = { .options = options,
                               .lines = json ? json_array() : NULL,
                               .errors = json ? json_array() : NULL };
    struct scenario *scenario = cli_json_load(options, options->paths[0], console.errors);
    int code;

    console.scenario = scenario;
    if (scenario == NULL) {
        json_decref(console.lines);
        if (json)
            cli_json_fail("console", console.errors);
        return EXIT_USAGE;
    }
    code = sit_at(&console, run_seed(&options->run, scenario));
    free(scenario);
    return code;
}
