/* main.c - exifsim VERB [options] SCENARIO.ini ... */
#include "ui/cli/cli.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct verb {
    const char *name;
    int (*act)(const struct options *options);
    bool wants_paths;
    const char *summary, *help;
};

static const struct verb verbs[] = {
    { "run", verb_run, true, "run a scenario and tell what happened",
      "usage: exifsim run [options] SCENARIO.ini ...\n\n"
      "Runs each scenario: prints the stop screen, the story, the analysis, the event log, the figures, and whether the\n"
      "scenario's expectations were met. With -n N it runs N seeds and prints a line for each.\n" },
    { "test", verb_test, true, "run many scenarios and print a line for each",
      "usage: exifsim test [options] SCENARIO.ini ...\n\n"
      "Each scenario runs once with its own seed (or --seed, or -n N seeds). Expectations met are passes.\n" },
    { "replay", verb_replay, true, "run a capsule again and compare its fingerprint",
      "usage: exifsim replay [options] CAPSULE.ini\n\n"
      "A capsule is a scenario with [replay] seed, surprises and fingerprint, as `run --out` writes it. Another fingerprint\n"
      "is exit code 3.\n" },
    { "list", verb_list, true, "list scenarios: title, load, versions, expectation",
      "usage: exifsim list SCENARIO.ini ...\n" },
    { "lint", verb_lint, true, "check scenarios without running them",
      "usage: exifsim lint SCENARIO.ini ...\n\nReports all errors of all files, with file, line and column.\n" },
    { "version", verb_version, false, "print the version", "usage: exifsim version\n" },
};

static const char option_help[] =
    "\noptions\n"
    "  -s, --seed N            seed: decimal, 0x..., or a 40-digit git hash; without it the scenario's, else a drawn one\n"
    "  -n, --runs N            run N seeds, from the seed on\n"
    "  -j, --jobs N            run seeds on N threads (test and run -n)\n"
    "      --set SECTION.KEY=VALUE   overrides the file: --set load.smtp.rate=100/s\n"
    "      --until TIME        end the run earlier: 90 s, 5 min\n"
    "      --surprises LIST    replay these surprises: PREEMPT:12:1,POOL:3:1\n"
    "      --verify            run twice and compare fingerprints\n"
    "  -o, --out PATH          write the capsule of the run (run) or the results (test --format json)\n"
    "      --junit FILE        also write JUnit XML\n"
    "      --format human|json|tap\n"
    "      --color auto|always|never   NO_COLOR counts as never\n"
    "  -q, --quiet             only the verdict;  -v, --verbose  more\n"
    "  -h, --help              this;  exifsim VERB --help for a verb;  -- ends options\n"
    "\nexit codes: 0 met, 1 finding, 2 usage or scenario error, 3 fingerprints differ, 4 inconclusive, 70 internal error\n";

static void print_help(FILE *out)
{
    fprintf(out, "exifsim: a simulated Exchange 2003 server, its ExIFS driver, and KB 908674\n\n"
                 "usage: exifsim VERB [options] SCENARIO.ini ...\n\nverbs\n");
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
    fputs(option_help, out);
}

/* ---- Values of options ---------------------------------------------------------------------------------------------- */

static bool usage(const char *format, const char *what)
{
    fprintf(stderr, "exifsim: ");
    fprintf(stderr, format, what);
    fprintf(stderr, "; see exifsim --help\n");
    return false;
}

/* Decimal, hexadecimal, or the first 16 digits of a git hash. */
static bool parse_seed(const char *text, uint64_t *seed)
{
    char first[17], *end;
    size_t length = strlen(text);

    if (length == 40 && strspn(text, "0123456789abcdefABCDEF") == 40) {
        memcpy(first, text, 16);
        first[16] = 0;
        *seed = strtoull(first, NULL, 16);
        return true;
    }
    errno = 0;
    *seed = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    return isdigit((unsigned char)text[0]) && *end == 0 && errno == 0;
}

static bool parse_count(const char *text, uint32_t max, uint32_t *out)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    *out = (uint32_t)value;
    return isdigit((unsigned char)text[0]) && *end == 0 && value >= 1 && value <= max;
}

/* "90 s", "5min": the INI's own units, by the INI's own reader. */
static bool parse_time(const char *text, sim_time *out)
{
    char document[128];
    int length = snprintf(document, sizeof document, "[option]\ntime = %s\n", text);
    bool good;

    if (length < 0 || length >= (int)sizeof document || strchr(text, '\n') != NULL)
        return false;
    struct ini *ini = ini_read_text("--until", document, (size_t)length);

    good = ini_get_time(ini, "option", "time", 1, UINT64_MAX / 2, out) && ini_error_count(ini) == 0;
    ini_free(ini);
    return good;
}

static bool parse_word(const char *text, const char *const *words, uint32_t count, uint32_t *out)
{
    for (*out = 0; *out < count; ++*out)
        if (strcmp(text, words[*out]) == 0)
            return true;
    return false;
}

/* ---- The words of the command line ------------------------------------------------------------------------------------ */

enum option_id { O_SEED, O_RUNS, O_JOBS, O_SET, O_UNTIL, O_SURPRISES, O_VERIFY, O_OUT, O_JUNIT, O_FORMAT, O_COLOR, O_QUIET, O_VERBOSE,
                 O_HELP };
static const struct { const char *name; char letter; bool value; enum option_id id; } known[] = {
    { "--seed", 's', true, O_SEED }, { "--runs", 'n', true, O_RUNS }, { "--jobs", 'j', true, O_JOBS }, { "--set", 0, true, O_SET },
    { "--until", 0, true, O_UNTIL }, { "--surprises", 0, true, O_SURPRISES }, { "--verify", 0, false, O_VERIFY },
    { "--out", 'o', true, O_OUT }, { "--junit", 0, true, O_JUNIT }, { "--format", 0, true, O_FORMAT }, { "--color", 0, true, O_COLOR },
    { "--quiet", 'q', false, O_QUIET }, { "--verbose", 'v', false, O_VERBOSE }, { "--help", 'h', false, O_HELP },
};

static bool take_option(struct options *o, enum option_id id, const char *value, uint32_t *color, bool *help)
{
    static const char *const formats[] = { "human", "json", "tap" }, *const colors[] = { "auto", "always", "never" };
    uint32_t word;

    switch (id) {
    case O_SEED:
        o->has_seed = true;
        return parse_seed(value, &o->seed) || usage("read --seed \"%s\", meant a number or a 40-digit git hash", value);
    case O_RUNS:
        return parse_count(value, 1000000, &o->runs) || usage("read --runs \"%s\", meant a number from 1", value);
    case O_JOBS:
        return parse_count(value, 256, &o->jobs) || usage("read --jobs \"%s\", meant a number from 1 to 256", value);
    case O_SET:
        if (o->set_count == SETS_MAX)
            return usage("read more than 64 times --set, the last \"%s\"", value);
        o->sets[o->set_count++] = value;
        return true;
    case O_UNTIL:
        o->has_until = true;
        return parse_time(value, &o->until) || usage("read --until \"%s\", meant a time such as 90 s or 5 min", value);
    case O_FORMAT:
        if (!parse_word(value, formats, ARRAY_LEN(formats), &word))
            return usage("read --format \"%s\", meant human, json or tap", value);
        o->format = (enum format)word;
        return true;
    case O_COLOR:
        return parse_word(value, colors, ARRAY_LEN(colors), color) || usage("read --color \"%s\", meant auto, always or never", value);
    case O_SURPRISES: o->surprises = value; return true;
    case O_OUT:       o->out = value; return true;
    case O_JUNIT:     o->junit = value; return true;
    case O_VERIFY:    o->verify = true; return true;
    case O_QUIET:     o->quiet = true; return true;
    case O_VERBOSE:   o->verbose = true; return true;
    case O_HELP:      *help = true; return true;
    }
    return true;
}

/* "--name", "--name=value", "-x", "-xvalue". Index into known, and where an attached value begins. */
static int find_option(const char *word, const char **attached)
{
    *attached = NULL;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        size_t length = strlen(known[i].name);

        if (strncmp(word, known[i].name, length) == 0 && (word[length] == 0 || word[length] == '=')) {
            if (word[length] == '=')
                *attached = word + length + 1;
            return (int)i;
        }
        if (known[i].letter != 0 && word[0] == '-' && word[1] == known[i].letter) {
            if (word[2] != 0)
                *attached = word + 2;
            return (int)i;
        }
    }
    return -1;
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

static bool read_words(struct options *options, int count, char **words, uint32_t *color, bool *help)
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
        int found = find_option(word, &value);

        if (found < 0)
            return usage("unknown option \"%s\"", word);
        if (known[found].value && value == NULL && ++i == count)
            return usage("option \"%s\" wants a value", word);
        if (!known[found].value && value != NULL)
            return usage("option \"%s\" takes no value", word);
        if (!take_option(options, known[found].id, value ? value : words[MIN_OF(i, count - 1)], color, help))
            return false;
    }
    return true;
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
    fprintf(stderr, "exifsim: unknown verb \"%s\"%s%s%s; see exifsim --help\n", name, near ? ", did you mean \"" : "", near ? near : "",
            near ? "\"?" : "");
    return NULL;
}

int main(int count, char **words)
{
    static struct options options;
    uint32_t color = 0;
    bool help = false;

    options.runs = 1;
    options.jobs = 1;
    if (!read_words(&options, count, words, &color, &help))
        return EXIT_USAGE;
    if (options.verb == NULL) {
        print_help(help ? stdout : stderr);
        return help ? EXIT_MET : EXIT_USAGE;
    }
    const struct verb *verb = find_verb(options.verb);

    if (verb == NULL)
        return EXIT_USAGE;
    if (help) {
        printf("%s%s", verb->help, verb->wants_paths ? option_help : "");
        return EXIT_MET;
    }
    if (verb->wants_paths && options.path_count == 0) {
        usage("%s wants at least one scenario file", verb->name);
        return EXIT_USAGE;
    }
    options.color = color == 1 || (color == 0 && getenv("NO_COLOR") == NULL && isatty(STDOUT_FILENO));
    return verb->act(&options);
}
