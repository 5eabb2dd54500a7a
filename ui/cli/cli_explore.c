/* cli_explore.c - exifsim explore: many orders of one scenario. */
#include "ui/cli/cli_explore.h"
#include "ui/host/files.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct telling {
    const struct options *options;
    const char *folder;
    struct progress progress;
    bool failed; /* A capsule could not be written. */
};

/* ---- While it goes on ------------------------------------------------------------------------ */

static void tell_progress(void *ctx, const struct hunt *hunt)
{
    struct telling *t = ctx;
    double share = -1;
    char estimate[40] = "";

    if (!progress_due(&t->progress))
        return;
    if (hunt->schedules != 0)
        share = (double)hunt->counts.runs / (double)hunt->schedules;
    if (hunt->time_ms != 0)
        share = MAX_OF(share, (double)hunt->spent_us / 1000 / (double)hunt->time_ms);
    if (hunt->estimate > hunt->counts.runs)
        snprintf(estimate, sizeof estimate, " of about %" PRIu64, hunt->estimate);
    progress_show(&t->progress, share,
                  "%s  %.0f/s  %" PRIu64 "%s schedules  %" PRIu64 " different  %u findings",
                  strategy_names[hunt->strategy], cli_explore_rate(hunt), hunt->counts.runs,
                  hunt->strategy == STRATEGY_portfolio ? "" : estimate, hunt->counts.unique,
                  hunt->finding_count);
}

/* Writes the capsule of a finding at once: what was found is not lost, whatever happens next. */
static void write_capsule(void *ctx, const struct hunt_finding *finding)
{
    struct telling *t = ctx;
    char path[CLI_EXPLORE_PATH];

    if (finding->capsule == NULL)
        return;
    progress_clear(&t->progress);
    cli_explore_capsule(t->folder, finding, path);
    if ((file_look(t->folder).kind != FILE_FOLDER && !folder_make(t->folder)) ||
        !cli_write(path, finding->capsule, strlen(finding->capsule)))
        t->failed = true;
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

/* A state that cannot be written was promised. */
static bool is_kept(const struct telling *t, const struct hunt *hunt)
{
    if (hunt->keep_error == 0)
        return !t->failed;
    fprintf(stderr, "exifsim: cannot write %s/%s: %s\n", t->folder, hunt_state_name,
            strerror(hunt->keep_error));
    return false;
}

int verb_explore(const struct options *given)
{
    static struct options options;
    struct telling t = { .options = &options };
    struct hunt *hunt = calloc(1, sizeof *hunt);
    json_t *errors = given->format == FORMAT_JSON ? json_array() : NULL;
    struct scenario *scenario;
    char why[RUN_ERROR_CHARS] = "", line[RUN_ERROR_CHARS + HUNT_WHERE_CHARS + 16];
    int code;

    CHECK(hunt != NULL);
    options = *given;
    set_mode(given, &options.run);
    interrupt_watch();
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
                           .jobs = options.jobs,
                           .shard = options.shard.number,
                           .shards = options.shard.of,
                           .folder = t.folder,
                           .resume = options.resume,
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
    snprintf(line, sizeof line, "%s%s: %s\n", hunt->where[0] != 0 ? hunt->where : options.paths[0],
             hunt->where[0] != 0 ? "" : ":1:1", why);
    if (!good)
        code = cli_json_refuse(&options, "", line);
    else
        code = is_kept(&t, hunt) ? cli_explore_code(hunt) : EXIT_USAGE;
    if (good && errors != NULL)
        cli_explore_document(t.folder, hunt, errors);
    else if (good)
        cli_explore_print(t.folder, hunt);
    if (!good)
        json_decref(errors);
    hunt_free(hunt);
    free(hunt);
    free(scenario);
    return code;
}
