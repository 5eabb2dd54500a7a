/* cli_explore.c - exifsim explore: many orders of one scenario. */
#include "ui/cli/cli_json.h"
#include "ui/explore/hunt.h"
#include "ui/host/files.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_CHARS = 4096 };

struct telling {
    const struct options *options;
    const char *folder;
    struct progress progress;
    bool failed; /* A capsule could not be written. */
};

/* ---- While it goes on ------------------------------------------------------------------------ */

static double rate_of(const struct hunt *hunt)
{
    double runs = (double)(hunt->counts.runs + hunt->counts.blocked);

    return hunt->spent_us > 0 ? runs * 1e6 / (double)hunt->spent_us : 0;
}

static void tell_progress(void *ctx, const struct hunt *hunt)
{
    struct telling *t = ctx;
    double share = -1;

    if (!progress_due(&t->progress))
        return;
    if (hunt->schedules != 0)
        share = (double)hunt->counts.runs / (double)hunt->schedules;
    if (hunt->time_ms != 0)
        share = MAX_OF(share, (double)hunt->spent_us / 1000 / (double)hunt->time_ms);
    progress_show(&t->progress, share,
                  "%s  %.0f/s  %" PRIu64 " schedules  %" PRIu64 " different  %u findings",
                  strategy_names[hunt->strategy], rate_of(hunt), hunt->counts.runs,
                  hunt->counts.unique, hunt->finding_count);
}

static void capsule_path(const struct telling *t, const struct hunt_finding *finding,
                         char out[PATH_CHARS])
{
    snprintf(out, PATH_CHARS, "%s/%s.ini", t->folder, finding->name);
}

/* Writes the capsule of a finding at once: what was found is not lost, whatever happens next. */
static void write_capsule(void *ctx, const struct hunt_finding *finding)
{
    struct telling *t = ctx;
    char path[PATH_CHARS];

    if (finding->capsule == NULL)
        return;
    progress_clear(&t->progress);
    capsule_path(t, finding, path);
    if ((file_look(t->folder).kind != FILE_FOLDER && !folder_make(t->folder)) ||
        !cli_write(path, finding->capsule, strlen(finding->capsule)))
        t->failed = true;
}

/* ---- For people ------------------------------------------------------------------------------ */

static void print_found(const struct telling *t, const struct hunt_finding *finding, bool guests)
{
    const char *trust = guests ? " --trust" : ""; /* Their files lie elsewhere than the capsule. */
    char path[PATH_CHARS];

    printf("found     %s", finding->finding.cause);
    if (finding->first_at == 0) {
        printf(" in the calm order\n");
        return;
    }
    printf(" in %" PRIu64 " schedules, first at schedule %" PRIu64 " (%.2f s of processor time)\n",
           finding->count, finding->first_at, (double)finding->first_us / 1e6);
    if (finding->strict != HUNT_NOT_TRIED)
        printf("          in NT's own order: %s\n", hunt_strict_words[finding->strict]);
    printf("          surprises %s\n", finding->surprises);
    if (finding->capsule == NULL) {
        printf("          which do not repeat it alone: no capsule was written\n");
        return;
    }
    capsule_path(t, finding, path);
    printf("again     exifsim replay %s%s\n", path, trust);
    printf("smaller   exifsim minimize %s%s -o small.ini\n", path, trust);
}

static void print_proved(const struct hunt *hunt)
{
    double of_one, missed = hunt_missed(hunt, &of_one);

    if (hunt->counts.exhausted)
        printf("proved    %" PRIu64 " orders%s are all there are, modulo equivalence%s\n",
               hunt->counts.unique, hunt->counts.found > 0 ? " that end well" : "",
               hunt->finding_count == 0 ? ": none of them ends otherwise" : "");
    else if (missed < 1)
        printf(
            "bound     a finding of depth %u is missed with probability %.3g at most (%u actors, "
            "%u questions: each run shows it with %.2g; as counted in these runs)\n",
            hunt->depth, missed, hunt->counts.actors, hunt->counts.most_questions, of_one);
    else if (hunt->counts.ended && hunt->strategy == STRATEGY_rings && !hunt->counts.capped)
        printf("proved    all runs with at most %u surprise%s were made, but for those that go on "
               "from an "
               "order already seen\n",
               hunt->depth, hunt->depth == 1 ? "" : "s");
    else
        printf("proved    nothing: these schedules are a sample\n");
    if (hunt->counts.capped)
        printf("cut       some runs could not be followed to their ends\n");
}

static bool is_budget(const struct hunt *hunt) { return !hunt->counts.exhausted; }

static const char *expected_word(const struct hunt *hunt)
{
    const struct scenario_orders *orders = &hunt->scenario->orders;
    bool found = false;

    if (!orders->judged)
        return NULL;
    for (uint32_t i = 0; i < hunt->finding_count; i++) {
        const struct hunt_finding *f = &hunt->findings[i];

        found = found || (strcmp(finding_names[f->finding.kind],
                                 scenario_finding_words[orders->finding]) == 0 &&
                          (orders->stop == 0 || orders->stop == f->stop));
    }
    if (orders->finding == SCENARIO_FINDS_NONE)
        found = hunt->finding_count == 0;
    return found && (orders->count == 0 || !hunt->counts.exhausted ||
                     hunt->counts.unique == orders->count)
               ? "yes"
               : "no";
}

static void print_result(const struct telling *t, const struct hunt *hunt)
{
    char from[CLI_SECONDS_CHARS], to[CLI_SECONDS_CHARS] = "the end";
    const char *expected = expected_word(hunt);

    cli_seconds(hunt->window_from, from);
    if (hunt->to != 0)
        cli_seconds(hunt->to, to);
    printf("window    from %s to %s; %s order; %u actors and %u questions in the calm run\n", from,
           to, hunt->scenario->orders.free ? "free" : "NT's own", hunt->actors, hunt->questions);
    printf("explored  %" PRIu64 " schedules by %s, %" PRIu64 " different", hunt->counts.runs,
           strategy_names[hunt->strategy], hunt->counts.unique);
    if (hunt->counts.blocked > 0)
        printf(", %" PRIu64 " broken off as known", hunt->counts.blocked);
    printf("; %.2f s of processor time, %.0f/s\n", (double)hunt->spent_us / 1e6, rate_of(hunt));
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        print_found(t, &hunt->findings[i], hunt->scenario->guest_count > 0);
    if (hunt->finding_count == 0)
        printf("found     nothing\n");
    print_proved(hunt);
    if (is_budget(hunt) && hunt->finding_count == 0)
        printf("go on     with a larger --schedules or --time, or another --seed\n");
    if (expected != NULL)
        printf("expected  %s\n", expected);
}

/* ---- For programs ---------------------------------------------------------------------------- */

static json_t *finding_json(const struct telling *t, const struct hunt_finding *finding)
{
    json_t *json = json_object();
    char path[PATH_CHARS], code[16];

    json_object_set_new(json, "kind", json_string(finding_names[finding->finding.kind]));
    snprintf(code, sizeof code, "0x%08x", finding->stop);
    json_object_set_new(json, "stop", finding->stop != 0 ? json_string(code) : json_null());
    json_object_set_new(json, "cause", cli_json_text(finding->finding.cause));
    json_object_set_new(json, "count", cli_json_count(finding->count));
    json_object_set_new(json, "first_at", cli_json_count(finding->first_at));
    json_object_set_new(json, "surprises", cli_json_text(finding->surprises));
    json_object_set_new(json, "strict", json_string(hunt_strict_words[finding->strict]));
    capsule_path(t, finding, path);
    json_object_set_new(json, "capsule",
                        finding->capsule != NULL ? cli_json_text(path) : json_null());
    return json;
}

static json_t *bound_json(const struct hunt *hunt)
{
    double of_one, missed = hunt_missed(hunt, &of_one);
    json_t *json;

    if (missed >= 1)
        return json_null();
    json = json_object();
    json_object_set_new(json, "depth", cli_json_count(hunt->depth));
    json_object_set_new(json, "actors", cli_json_count(hunt->counts.actors));
    json_object_set_new(json, "questions", cli_json_count(hunt->counts.most_questions));
    json_object_set_new(json, "p_run", cli_json_real(of_one));
    json_object_set_new(json, "p_missed", cli_json_real(missed));
    return json;
}

static void print_document(const struct telling *t, const struct hunt *hunt, json_t *errors)
{
    json_t *document = cli_json_new("explore"), *findings = json_array();
    const char *expected = expected_word(hunt);

    json_object_set_new(document, "strategy", json_string(strategy_names[hunt->strategy]));
    json_object_set_new(document, "mode",
                        json_string(hunt->scenario->orders.free ? "free" : "strict"));
    json_object_set_new(document, "seed", cli_json_seed(hunt->seed));
    json_object_set_new(document, "from_ns", cli_json_count(hunt->window_from));
    json_object_set_new(document, "to_ns", hunt->to != 0 ? cli_json_count(hunt->to) : json_null());
    json_object_set_new(document, "schedules", cli_json_count(hunt->counts.runs));
    json_object_set_new(document, "unique", cli_json_count(hunt->counts.unique));
    json_object_set_new(document, "blocked", cli_json_count(hunt->counts.blocked));
    json_object_set_new(document, "exhausted", json_boolean(hunt->counts.exhausted));
    json_object_set_new(document, "capped", json_boolean(hunt->counts.capped));
    json_object_set_new(document, "estimate",
                        hunt->counts.exhausted ? cli_json_count(hunt->counts.unique) : json_null());
    json_object_set_new(document, "bound", bound_json(hunt));
    json_object_set_new(document, "rate", cli_json_real(rate_of(hunt)));
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        json_array_append_new(findings, finding_json(t, &hunt->findings[i]));
    json_object_set_new(document, "findings", findings);
    json_object_set_new(document, "expected",
                        expected != NULL ? json_boolean(strcmp(expected, "yes") == 0)
                                         : json_null());
    json_object_set_new(document, "errors", errors);
    cli_json_print(document);
}

/* ---- The verb -------------------------------------------------------------------------------- */

/* Adds --set orders.mode, and the one processor of free order, in front of the others. */
static void set_mode(const struct options *options, struct run_options *run)
{
    static const char *const modes[] = { "free", "strict" };
    static char text[32];

    if ((options->given & OPTION_BIT(MODE)) == 0 || run->set_count + 2 > RUN_SETS_MAX)
        return;
    snprintf(text, sizeof text, "orders.mode=%s", modes[options->mode]);
    run->sets[run->set_count++] = text;
    if (options->mode == 0)
        run->sets[run->set_count++] = "machine.processors=1";
}

/* Reads --from and --to. False: one is no time, which was reported. */
static bool read_window(const struct options *options, struct hunt *hunt)
{
    const char *const texts[] = { options->from, options->to };
    sim_time *const times[] = { &hunt->from, &hunt->to };
    char line[256];

    for (int i = 0; i < 2; i++) {
        if (texts[i] == NULL || options_parse_time(texts[i], 1, times[i]))
            continue;
        snprintf(line, sizeof line, "%s: \"%.100s\" (expected a time such as 78.5s)\n",
                 i == 0 ? "--from" : "--to", texts[i]);
        cli_json_refuse(options, "exifsim: ", line);
        return false;
    }
    return true;
}

static int code_of(const struct telling *t, const struct hunt *hunt)
{
    if (t->failed)
        return EXIT_USAGE;
    if (hunt->finding_count > 0)
        return EXIT_FINDING;
    return hunt->interrupted || is_budget(hunt) ? EXIT_INCONCLUSIVE : EXIT_MET;
}

int verb_explore(const struct options *given)
{
    static struct options options;
    struct telling t = { .options = &options };
    struct hunt *hunt = calloc(1, sizeof *hunt);
    json_t *errors = given->format == FORMAT_JSON ? json_array() : NULL;
    struct scenario *scenario;
    char why[RUN_ERROR_CHARS] = "", line[RUN_ERROR_CHARS + PATH_CHARS];
    int code;

    CHECK(hunt != NULL);
    options = *given;
    set_mode(given, &options.run);
    options.run.signal = interrupt_flag();
    t.folder = options.findings != NULL ? options.findings : "findings";
    scenario = cli_json_load(&options, options.paths[0], errors);
    if (scenario == NULL) {
        if (errors != NULL)
            cli_json_fail("explore", errors);
        free(hunt);
        return EXIT_USAGE;
    }
    *hunt = (struct hunt){ .options = &options.run,
                           .scenario = scenario,
                           .seed = run_seed(&options.run, scenario),
                           .strategy = (options.given & OPTION_BIT(STRATEGY)) != 0
                                           ? (enum strategy_name)options.strategy
                                           : STRATEGY_portfolio,
                           .depth = options.depth,
                           .schedules = options.schedules,
                           .time_ms = options.explore_time / 1000000,
                           .kinds = (options.given & OPTION_BIT(FAIL)) != 0
                                        ? 1u << finding_kinds[options.fail]
                                        : 0,
                           .progress = tell_progress,
                           .found = write_capsule,
                           .ctx = &t };
    if (hunt->schedules == 0 && hunt->time_ms == 0)
        hunt->time_ms = 60000;
    if (!read_window(&options, hunt)) {
        json_decref(errors);
        free(hunt);
        free(scenario);
        return EXIT_USAGE;
    }
    progress_begin(&t.progress, !options.quiet);
    bool good = hunt_go(hunt, why);

    progress_end(&t.progress);
    snprintf(line, sizeof line, "%s:1:1: %s\n", options.paths[0], why);
    if (!good)
        code = cli_json_refuse(&options, "", line);
    else
        code = code_of(&t, hunt);
    if (good && errors != NULL)
        print_document(&t, hunt, errors);
    else if (good)
        print_result(&t, hunt);
    if (!good)
        json_decref(errors);
    hunt_free(hunt);
    free(hunt);
    free(scenario);
    return code;
}
