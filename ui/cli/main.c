/* main.c - exifsim VERB [options] SCENARIO.ini ...
 *
 * Reads the words, finds the verb, refuses what does not go together, and hands over. A verb names
 * the options it takes; every other one is an error, so that nothing a person writes is passed over
 * in silence.
 */
#include "ui/cli/cli.h"
#include "ui/cli/cli_words.h"
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Options, as the command line and the help know them ------------------------------------- */

enum option_id {
    O_SEED,
    O_RUNS,
    O_JOBS,
    O_SET,
    O_UNTIL,
    O_SURPRISES,
    O_VERIFY,
    O_OUT,
    O_JUNIT,
    O_FORMAT,
    O_COLOR,
    O_QUIET,
    O_VERBOSE,
    O_HELP,
    O_RESUME,
    O_UNTIL_CI,
    O_BUDGET_RUNS,
    O_BUDGET_TIME,
    O_CSV,
    O_JSON,
    O_PLAN,
    O_SVG,
    O_PNG,
    O_HTML,
    O_X,
    O_PERFETTO,
    O_CHROME,
    O_COUNTERS,
    O_INTERVAL,
    O_COUNT
};
#define BIT(option) (1u << (option))
/* ONE_RUN: what belongs to no campaign. */
enum { ALL_OPTIONS = BIT(O_COUNT) - 1, ONE_RUN = BIT(O_RESUME) - 1 };

static const struct cli_word known[O_COUNT] = {
    [O_SEED] = { "--seed", 's', "N",
                 "decimal, 0x... or a 40-digit git hash; else the scenario's, else a drawn one" },
    [O_RUNS] = { "--runs", 'n', "N", "run N seeds, from the first seed on" },
    [O_JOBS] = { "--jobs", 'j', "N", "run seeds on N threads of the host" },
    [O_SET] = { "--set", 0, "SECTION.KEY=VALUE", "wins over the file: --set load.smtp.rate=100/s" },
    [O_UNTIL] = { "--until", 0, "TIME", "end the run earlier: 90s, '5 min'" },
    [O_SURPRISES] = { "--surprises", 0, "LIST",
                      "answer these choices otherwise: PREEMPT:12:1,POOL:3:1" },
    [O_VERIFY] = { "--verify", 0, NULL,
                   "run again, and from a snapshot midway; compare fingerprints" },
    [O_OUT] = { "--out", 'o', "PATH",
                "run: write a capsule; test: JSON or TAP; sweep: the database; export: the data" },
    [O_JUNIT] = { "--junit", 0, "FILE", "also write JUnit XML" },
    [O_FORMAT] = { "--format", 0, "FORMAT", "human, json or tap on standard output" },
    [O_COLOR] = { "--color", 0, "WHEN", "auto, always or never; NO_COLOR counts as never" },
    [O_QUIET] = { "--quiet", 'q', NULL, "only verdicts" },
    [O_VERBOSE] = { "--verbose", 'v', NULL, "also the last records before the end" },
    [O_HELP] = { "--help", 'h', NULL, "this text; -- ends the options" },
    [O_RESUME] = { "--resume", 0, NULL,
                   "sweep: go on with the database of --out, beside others if need be" },
    [O_UNTIL_CI] = { "--until-ci", 0, "WIDTH",
                     "sweep: more replicas until every P(stop) is known to +- WIDTH" },
    [O_BUDGET_RUNS] = { "--budget-runs", 0, "N", "sweep: begin at most N runs" },
    [O_BUDGET_TIME] = { "--budget-time", 0, "TIME", "sweep: begin nothing more after this time" },
    [O_CSV] = { "--csv", 0, NULL, "export: comma-separated, a header line first" },
    [O_JSON] = { "--json", 0, NULL,
                 "export: of a database one document, a line a run; of a run a line a record" },
    [O_PERFETTO] = { "--perfetto", 0, NULL, "export: a trace for ui.perfetto.dev (binary)" },
    [O_CHROME] = { "--chrome", 0, NULL, "export: a trace in Chrome's JSON format" },
    [O_SVG] = { "--svg", 0, "FILE", "curve: draw it (gnuplot)" },
    [O_PNG] = { "--png", 0, "FILE", "curve: the same as a bitmap" },
    [O_HTML] = { "--html", 0, "FILE",
                 "curve: one page with picture, table and exemplars; needs no network" },
    [O_X] = { "--x", 0, "AXIS", "curve: the axis to go along; else the rate" },
    [O_COUNTERS] = { "--counters", 0, "FILE",
                     "run: write what Performance Monitor would show, as its CSV" },
    [O_INTERVAL] = { "--interval", 0, "TIME", "run: time between two rows of --counters (1 s)" },
    [O_PLAN] = { "--runs", 0, NULL, "list: also the points of a sweep and their first seeds" },
};

struct verb {
    const char *name;
    int (*act)(const struct options *options); /* NULL: another program does it (cli_view.c). */
    bool wants_paths;
    uint32_t takes; /* BIT of each option. */
    const char *summary, *help;
};

static const struct verb verbs[] = {
    { "run", verb_run, true, ONE_RUN | BIT(O_COUNTERS) | BIT(O_INTERVAL),
      "run a scenario and tell what happened",
      "usage: exifsim run [options] SCENARIO.ini ...\n\n"
      "Runs each scenario: prints the stop screen, the story, the analysis, the event log, the "
      "figures, and whether\n"
      "the scenario's expectations were met. With -n N it runs N seeds and prints a line for "
      "each.\n\n"
      "    exifsim run scenarios/kb908674.ini\n"
      "    exifsim run scenarios/kb908674.ini --set load.smtp.rate=100/s -n 20 -j 2\n"
      "    exifsim run scenarios/kb908674.ini --counters night.csv --interval 15s\n" },
    { "test", verb_test, true, ONE_RUN & ~BIT(O_VERBOSE),
      "run many scenarios and print a line for each",
      "usage: exifsim test [options] SCENARIO.ini ...\n\n"
      "Each scenario runs once with its own seed (or --seed, or -n N seeds). Expectations met are "
      "passes.\n\n"
      "    exifsim test --verify scenarios/*.ini --junit results.xml\n" },
    { "replay", verb_replay, true,
      BIT(O_VERIFY) | BIT(O_JUNIT) | BIT(O_FORMAT) | BIT(O_COLOR) | BIT(O_QUIET) | BIT(O_VERBOSE) |
          BIT(O_HELP),
      "run a capsule again and compare its fingerprint",
      "usage: exifsim replay [options] CAPSULE.ini ...\n\n"
      "A capsule is a small scenario that extends the one that was run; it holds the seed, what "
      "--set changed, the\n"
      "surprises and the fingerprint, as `exifsim run --out` writes it. Another fingerprint is "
      "exit code 3.\n\n"
      "    exifsim run scenarios/kb908674.ini --out night.ini && exifsim replay night.ini\n" },
    { "console", verb_console, true,
      BIT(O_SEED) | BIT(O_SET) | BIT(O_COLOR) | BIT(O_QUIET) | BIT(O_HELP),
      "sit at the server's console: commands from standard input",
      "usage: exifsim console [options] SCENARIO.ini\n\n"
      "Reads lines: run TIME lets time pass, time and eventlog [LINES] show, quit ends; every "
      "other "
      "line is an\n"
      "administrator's command, carried out in the simulation: net, sc, subst, copy hotfix, dir, "
      "lm, unload, tasklist,\n"
      "taskkill, iisreset, reg, reboot. help lists them. Time is the scenario's (--set "
      "scenario.duration='1 h').\n"
      "A line that cannot be read is exit code 2.\n\n"
      "    printf 'run 10 s\\nnet stop MSExchangeIS\\nsc query MSExchangeIS\\n' | exifsim console "
      "scenarios/calm_day.ini\n" },
    { "explain", verb_explain, true,
      BIT(O_SEED) | BIT(O_SET) | BIT(O_UNTIL) | BIT(O_SURPRISES) | BIT(O_QUIET) | BIT(O_HELP),
      "name the cause of what happened, with the evidence",
      "usage: exifsim explain [options] SCENARIO.ini|CAPSULE.ini ...\n\n"
      "The differential diagnosis: what can have caused it, and what speaks for and against each. "
      "Only evidence that an\n"
      "administrator could have is looked at (stop, stacks, user dumps, event logs, console, pool "
      "tags, counters, queues,\nversions), never the scenario's name or expectations; if it says "
      "[expect] diagnosis, another one found is exit\ncode 1.\n\n"
      "    exifsim explain scenarios/kb908674.ini\n"
      "    exifsim explain --quiet scenarios/*.ini\n" },
    { "sweep", verb_sweep, true,
      BIT(O_SEED) | BIT(O_RUNS) | BIT(O_JOBS) | BIT(O_SET) | BIT(O_OUT) | BIT(O_JUNIT) |
          BIT(O_QUIET) | BIT(O_HELP) | BIT(O_RESUME) | BIT(O_UNTIL_CI) | BIT(O_BUDGET_RUNS) |
          BIT(O_BUDGET_TIME),
      "run every point of a scenario's axes many times, into a database",
      "usage: exifsim sweep [options] -o FILE.db SCENARIO.ini\n\n"
      "A value like ${2,5,10}/s or ${1..8}, in the file or by --set, is an axis; every combination "
      "is a point and runs\n"
      "-n N times, each with a seed of its own. Ctrl+C lets the running work end; --resume goes on "
      "where a sweep ended,\n"
      "however it ended. Without -j every processor works.\n\n"
      "    exifsim sweep scenarios/kb908674.ini --set load.smtp.rate='${2,10,24,100}/s' -n 200 -o "
      "curve.db\n"
      "    exifsim sweep scenarios/load_curve.ini -o curve.db --resume --until-ci 0.02\n" },
    { "export", verb_export, true,
      BIT(O_SEED) | BIT(O_SET) | BIT(O_UNTIL) | BIT(O_SURPRISES) | BIT(O_OUT) | BIT(O_QUIET) |
          BIT(O_CSV) | BIT(O_JSON) | BIT(O_PERFETTO) | BIT(O_CHROME) | BIT(O_HELP),
      "write one run, or the runs of a sweep, for other programs",
      "usage: exifsim export SCENARIO.ini --perfetto|--chrome|--csv|--json [options] [-o FILE]\n"
      "       exifsim export FILE.db --csv|--json [-o FILE]\n\n"
      "Runs a scenario or a capsule once and writes what happens: as a trace with processors, "
      "threads, visits, services,\n"
      "locks, disks and the arrows between cause and effect (Perfetto, Chrome), or each record as "
      "a line (CSV, JSON\n"
      "Lines: a line about the run, one a record, one about the end). Of a sweep's database: one "
      "row a run.\n\n"
      "    exifsim export scenarios/kb908674.ini --perfetto -o night.pftrace\n"
      "    exifsim export scenarios/kb908674.ini --json | grep TAINTED_READ\n"
      "    exifsim export curve.db --csv -o curve.csv\n" },
    { "curve", verb_curve, true,
      BIT(O_SVG) | BIT(O_PNG) | BIT(O_HTML) | BIT(O_X) | BIT(O_JUNIT) | BIT(O_QUIET) | BIT(O_HELP),
      "show the load curve of a sweep: table, comparisons, bounds, pictures",
      "usage: exifsim curve [options] FILE.db\n\n"
      "For each point: P(stop) and P(process crash) with Wilson's 95 % interval, latency, "
      "utilisation, time between stops;\n"
      "versions are compared on the same seeds. What the scenario's [expect] curve = ... bounds is "
      "checked: exit code 1.\n\n"
      "    exifsim curve curve.db --svg curve.svg --html curve.html\n" },
    { "rare", verb_rare, true,
      BIT(O_SEED) | BIT(O_RUNS) | BIT(O_JOBS) | BIT(O_SET) | BIT(O_UNTIL) | BIT(O_QUIET) |
          BIT(O_HELP),
      "estimate the probability of a stop that is too rare to wait for",
      "usage: exifsim rare [options] SCENARIO.ini\n\n"
      "Multilevel splitting on snapshots: how far does a run get on its way to the stop, and how "
      "much further from there.\n"
      "Prints the probability with its interval and what it cost beside plain runs. -n N "
      "repetitions (10).\n\n"
      "    exifsim rare scenarios/calm_day.ini -j 2\n" },
    { "view", NULL, false, 0, "open a window on a run: any instant, back and forth", "" },
    { "render", NULL, false, 0, "make a picture of a run: PNG, SVG, words, frames", "" },
    { "list", verb_list, true, BIT(O_SEED) | BIT(O_SET) | BIT(O_PLAN) | BIT(O_HELP),
      "list scenarios: title, load, versions, expectation",
      "usage: exifsim list [--runs] [options] SCENARIO.ini ...\n\n"
      "With --runs: the plan of a sweep, a line a point, with the replicas and the seed of the "
      "first.\n\n"
      "    exifsim list --runs scenarios/load_curve.ini\n" },
    { "lint", verb_lint, true, BIT(O_SET) | BIT(O_QUIET) | BIT(O_HELP),
      "check scenarios without running them",
      "usage: exifsim lint [options] SCENARIO.ini ...\n\n"
      "Reports all errors of all files, each as file:line:column: what was read, what was "
      "meant.\n" },
    { "version", verb_version, false, BIT(O_HELP), "print the version",
      "usage: exifsim version\n" },
};

static void print_options(FILE *out, uint32_t takes)
{
    fprintf(out, "\noptions\n");
    for (size_t i = 0; i < O_COUNT; i++)
        if (takes & BIT(i))
            cli_print_word(out, &known[i], 27);
    fprintf(out, "\nexit codes: 0 expectations met, 1 finding, 2 usage or scenario error, 3 "
                 "fingerprints differ,\n"
                 "            4 inconclusive, 70 internal error\n");
}

static void print_help(FILE *out)
{
    fprintf(out, "exifsim: a simulated Exchange 2003 server, its ExIFS driver, and KB 908674\n\n"
                 "usage: exifsim VERB [options] SCENARIO.ini ...\n\nverbs\n");
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
    print_options(out, ALL_OPTIONS);
    fprintf(out,
            "\nexifsim VERB --help tells more. A first run: exifsim run scenarios/kb908674.ini\n");
}

/* ---- Values of options ----------------------------------------------------------------------- */

static const struct cli_words known_words = { "exifsim", "exifsim --help", known, sizeof known[0],
                                              O_COUNT };

static bool usage(const char *format, const char *what)
{
    return cli_refuse(&known_words, format, what);
}

static bool parse_count(const char *text, uint32_t max, uint32_t *out)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    *out = (uint32_t)value;
    return isdigit((unsigned char)text[0]) && *end == 0 && value >= 1 && value <= max;
}

static bool parse_width(const char *text, double *out)
{
    char *end;

    *out = strtod(text, &end);
    return isdigit((unsigned char)text[0]) && *end == 0 && *out >= 0.0001 && *out <= 0.5;
}

bool cli_parse_time(const char *text, sim_time *out) { return cli_parse_time_from(text, 1, out); }

/* ---- The words of the command line ----------------------------------------------------------- */

static bool take_option(struct options *o, enum option_id id, const char *value, uint32_t *color,
                        bool *help)
{
    static const char *const formats[] = { "human", "json", "tap" }, *const colors[] = { "auto",
                                                                                         "always",
                                                                                         "never" };
    uint32_t word;

    switch (id) {
    case O_SEED:
        o->has_seed = true;
        return cli_parse_seed(value, &o->seed) ||
               usage("read --seed \"%s\", meant a number or a 40-digit git hash", value);
    case O_RUNS:
        o->has_runs = true;
        return parse_count(value, 1000000, &o->runs) ||
               usage("read --runs \"%s\", meant a number from 1 to 1000000", value);
    case O_JOBS:
        o->has_jobs = true;
        return parse_count(value, 256, &o->jobs) ||
               usage("read --jobs \"%s\", meant a number from 1 to 256", value);
    case O_SET:
        if (o->set_count == SETS_MAX)
            return usage("read more than 64 times --set, the last \"%s\"", value);
        o->sets[o->set_count++] = value;
        return true;
    case O_UNTIL:
        o->has_until = true;
        return cli_parse_time(value, &o->until) ||
               usage("read --until \"%s\", meant a time such as 90 s or 5 min", value);
    case O_FORMAT:
        if (!cli_parse_word(value, formats, ARRAY_LEN(formats), &word))
            return usage("read --format \"%s\", meant human, json or tap", value);
        o->format = (enum format)word;
        return true;
    case O_COLOR:
        return cli_parse_word(value, colors, ARRAY_LEN(colors), color) ||
               usage("read --color \"%s\", meant auto, always or never", value);
    case O_SURPRISES:
        o->surprises = value;
        return true;
    case O_OUT:
        o->out = value;
        return true;
    case O_JUNIT:
        o->junit = value;
        return true;
    case O_SVG:
        o->svg = value;
        return true;
    case O_PNG:
        o->png = value;
        return true;
    case O_HTML:
        o->html = value;
        return true;
    case O_X:
        o->x_axis = value;
        return true;
    case O_COUNTERS:
        o->counters = value;
        return true;
    case O_INTERVAL:
        return (cli_parse_time(value, &o->interval) && o->interval >= MS(1)) ||
               usage("read --interval \"%s\", meant a time from 1 ms on, such as 15 s", value);
    case O_VERIFY:
        o->verify = true;
        return true;
    case O_QUIET:
        o->quiet = true;
        return true;
    case O_VERBOSE:
        o->verbose = true;
        return true;
    case O_HELP:
        *help = true;
        return true;
    case O_RESUME:
        o->resume = true;
        return true;
    case O_CSV:
        o->csv = true;
        return true;
    case O_JSON:
        o->json = true;
        return true;
    case O_PERFETTO:
        o->perfetto = true;
        return true;
    case O_CHROME:
        o->chrome = true;
        return true;
    case O_PLAN:
        o->plan = true;
        return true;
    case O_UNTIL_CI:
        return parse_width(value, &o->until_ci) ||
               usage("read --until-ci \"%s\", meant a half width from 0.0001 to 0.5", value);
    case O_BUDGET_RUNS:
        return parse_count(value, UINT32_MAX, &word)
                   ? (o->budget_runs = word, true)
                   : usage("read --budget-runs \"%s\", meant a number of at least 1", value);
    case O_BUDGET_TIME:
        return cli_parse_time(value, &o->budget_time) ||
               usage("read --budget-time \"%s\", meant a time such as 90 s or 5 min", value);
    case O_COUNT:
        break;
    }
    return true;
}

static bool take_word(struct options *options, const char *word)
{
    if (options->verb == NULL) {
        options->verb = word;
        return true;
    }
    if (options->path_count == PATHS_MAX)
        return usage("read too many files, the last \"%s\"", word);
    options->paths[options->path_count++] = word;
    return true;
}

static bool read_words(struct options *options, int count, char **words, uint32_t *given,
                       uint32_t *color, bool *help)
{
    bool ended = false;

    for (int i = 1; i < count; i++) {
        const char *word = words[i], *value;

        if (ended || word[0] != '-' || word[1] == 0) {
            if (!take_word(options, word))
                return false;
            continue;
        }
        if (strcmp(word, "--") == 0) {
            ended = true;
            continue;
        }
        int found = cli_find_word(&known_words, word, &value);

        if (found < 0)
            return cli_unknown_word(&known_words, word);
        if (found == O_RUNS && options->verb != NULL && strcmp(options->verb, "list") == 0)
            found = O_PLAN; /* A plan has its runs; nothing to count. */
        *given |= BIT(found);
        if (known[found].value != NULL && value == NULL && ++i == count)
            return usage("option \"%s\" wants a value", word);
        if (known[found].value == NULL && value != NULL)
            return usage("option \"%s\" takes no value", word);
        if (!take_option(options, (enum option_id)found,
                         value ? value : words[MIN_OF(i, count - 1)], color, help))
            return false;
    }
    return true;
}

/* Does another program do it? It reads its words itself. */
static bool is_elsewhere(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        if (verbs[i].act == NULL && strcmp(verbs[i].name, name) == 0)
            return true;
    return false;
}

static const struct verb *find_verb(const char *name)
{
    const char *names[ARRAY_LEN(verbs)], *near;

    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        names[i] = verbs[i].name;
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    }
    near = ini_did_you_mean(name, names, ARRAY_LEN(names));
    fprintf(stderr, "exifsim: unknown verb \"%s\"%s%s%s; see exifsim --help\n", name,
            near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    return NULL;
}

/* ---- What does not go together --------------------------------------------------------------- */

/* What only campaigns know. */
static bool campaign_goes_together(const struct options *o, const struct verb *verb)
{
    bool sweep = verb->act == verb_sweep, export = verb->act == verb_export;
    bool console = verb->act == verb_console;

    if (sweep && o->out == NULL)
        return usage("sweep wants --out FILE.db, %s", "the database that holds its runs");
    if ((sweep || export || console) && o->path_count > 1)
        return usage("read \"%s\", meant one file behind this verb", o->paths[1]);
    int formats = o->csv + o->json + o->perfetto + o->chrome;

    if (export && formats != 1)
        return usage("read %s of --perfetto, --chrome, --csv and --json, meant one",
                     formats == 0 ? "none" : "several");
    return true;
}

static bool goes_together(const struct options *o, const struct verb *verb, uint32_t given)
{
    for (uint32_t i = 0; i < O_COUNT; i++) {
        if ((given & BIT(i)) && !(verb->takes & BIT(i))) {
            fprintf(stderr, "exifsim: %s takes no %s; see exifsim %s --help\n", verb->name,
                    known[i].name, verb->name);
            return false;
        }
    }
    if (!verb->wants_paths && o->path_count > 0)
        return usage("read \"%s\", meant nothing behind this verb", o->paths[0]);
    if (verb->wants_paths && o->path_count == 0)
        return usage(verb->act == verb_curve ? "%s wants a database that exifsim sweep has written"
                     : verb->act == verb_export ? "%s wants a scenario, a capsule or a database"
                                                : "%s wants at least one scenario file, such as "
                                                  "scenarios/kb908674.ini",
                     verb->name);
    if (!campaign_goes_together(o, verb))
        return false;
    if (o->quiet && o->verbose)
        return usage("read --quiet and --verbose%s, meant one of them", "");
    if (o->out != NULL && verb->act == verb_run && (o->runs > 1 || o->path_count > 1))
        return usage("read --out \"%s\" and several runs, meant one: a capsule holds one run",
                     o->out);
    if (o->interval != 0 && o->counters == NULL)
        return usage("read --interval%s, meant --counters FILE beside it", "");
    if (o->counters != NULL && (o->runs > 1 || o->path_count > 1))
        return usage("read --counters \"%s\" and several runs, meant one: a file holds one run",
                     o->counters);
    if (o->out != NULL && verb->act == verb_test && o->format == FORMAT_HUMAN)
        return usage("read --out \"%s\", meant --format json or tap beside it", o->out);
    if (o->surprises != NULL && (o->runs > 1 || o->path_count > 1))
        return usage(
            "read --surprises \"%s\" and several runs, meant one: surprises belong to one run",
            o->surprises);
    if (o->out != NULL && o->junit != NULL && strcmp(o->out, o->junit) == 0)
        return usage("read \"%s\" for --out and --junit, meant two files", o->out);
    if (o->counters != NULL && ((o->out != NULL && strcmp(o->out, o->counters) == 0) ||
                                (o->junit != NULL && strcmp(o->junit, o->counters) == 0)))
        return usage("read \"%s\" for --counters and another output, meant two files", o->counters);
    return (o->out == NULL || cli_can_write(o->out)) &&
           (o->counters == NULL || cli_can_write(o->counters)) &&
           (o->junit == NULL || cli_can_write(o->junit));
}

/* ---- The main line --------------------------------------------------------------------------- */

#ifndef __SANITIZE_ADDRESS__
/* We are wrong. The code says so; a shell's 128 + signal would be taken for something else. */
static void broken(int signal)
{
    check_failed_with("exifsim", signal,
                      "the simulator itself has crashed (that was the signal's number)");
}

static void watch_ourselves(void)
{
    static char stack[64 * 1024];
    struct sigaction action = { .sa_handler = broken,
                                .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND) };
    stack_t own = { .ss_sp = stack, .ss_size = sizeof stack };

    sigaltstack(&own, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGFPE, &action, NULL);
    sigaction(SIGILL, &action, NULL);
}
#else
static void watch_ourselves(void) {}
#endif

/* What was printed has arrived, or the code says that it has not. A reader that left (head) has
 * seen what it wanted. */
static int close_output(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (errno == 0) { /* It failed on the way: once more, to learn why. */
        putchar('\n');
        fflush(stdout);
    }
    if (errno == EPIPE)
        return code;
    fprintf(stderr, "exifsim: standard output: %s\n", strerror(errno != 0 ? errno : EIO));
    return cli_worse(code, EXIT_USAGE);
}

int main(int count, char **words)
{
    static struct options options;
    uint32_t color = 0, given = 0;
    bool help = false;

    options.runs = 1;
    options.jobs = 1;
    watch_ourselves();
    signal(SIGPIPE, SIG_IGN);
    if (count == 2 && strcmp(words[1], "--version") == 0)
        return close_output(verb_version(&options));
    if (count == 2 && strcmp(words[1], "help") == 0) {
        print_help(stdout);
        return close_output(EXIT_MET);
    }
    if (count > 1 && is_elsewhere(words[1]))
        return cli_view(words);
    if (!read_words(&options, count, words, &given, &color, &help))
        return EXIT_USAGE;
    if (options.verb == NULL) {
        print_help(help ? stdout : stderr);
        return help ? close_output(EXIT_MET) : EXIT_USAGE;
    }
    const struct verb *verb = find_verb(options.verb);

    if (verb == NULL)
        return EXIT_USAGE;
    if (verb->act == NULL)
        return usage("read \"%s\" behind options, meant it as the first word", verb->name),
               EXIT_USAGE;
    if (help) {
        printf("%s", verb->help);
        print_options(stdout, verb->takes);
        return close_output(EXIT_MET);
    }
    if (!goes_together(&options, verb, given))
        return EXIT_USAGE;
    options.color =
        color == 1 || (color == 0 && (getenv("NO_COLOR") == NULL || getenv("NO_COLOR")[0] == 0) &&
                       isatty(STDOUT_FILENO));
    return close_output(verb->act(&options));
}
