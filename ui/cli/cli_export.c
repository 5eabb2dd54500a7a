/* cli_export.c - exifsim export: writes one run, or a campaign's database, for other programs.
 *
 * A database is read by cli_export_db.c; any other file is a scenario, which is run. Standard
 * output receives data only.
 */
#include "ui/cli/cli.h"
#include "sim/host/input.h"
#include "ui/export/export.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool ends_with(const char *text, const char *end)
{
    return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

/* True if the name ends with .db, or if the file begins like a database. */
static bool is_database(const char *path)
{
    static const char head[] = "SQLite format 3";
    char read[sizeof head] = { 0 };
    const char *problem;
    FILE *in = host_input_open(path, &problem);
    bool good = in != NULL && fread(read, 1, sizeof read, in) == sizeof read;

    if (in != NULL)
        fclose(in);
    return ends_with(path, ".db") || (good && memcmp(read, head, sizeof head) == 0);
}

/* ---- One run --------------------------------------------------------------------------------- */

struct exporting {
    struct progress progress;
    const struct scenario *scenario;
};

static void show(void *ctx, struct world *world)
{
    struct exporting *e = ctx;
    const struct sim *sim = world_sim(world);
    sim_time all = MAX_OF(e->scenario->set.duration, 1);

    if (progress_due(&e->progress))
        progress_show(&e->progress, (double)sim->now / (double)all,
                      "%" PRIu64 " of %" PRIu64 " simulated s, %" PRIu64 " records",
                      sim->now / SEC(1), all / SEC(1), sim->trace.count);
}

static enum export_format format_of(const struct options *o)
{
    return o->perfetto ? EXPORT_PERFETTO
           : o->chrome ? EXPORT_CHROME
           : o->csv    ? EXPORT_CSV
                       : EXPORT_JSON;
}

static int write_run(const struct options *options, const struct scenario *scenario)
{
    bool to_terminal = options->out == NULL && isatty(STDOUT_FILENO);
    char repro[RUN_REPRO_CHARS];
    struct exporting exporting = { .scenario = scenario };
    struct export_options export = { .scenario = scenario,
                                     .seed = run_seed(&options->run, scenario),
                                     .format = format_of(options),
                                     .repro = repro,
                                     .progress = show,
                                     .progress_ctx = &exporting,
                                     .signal = interrupt_flag() };
    struct export_end end = { 0 };
    struct whole_file output;
    bool good;

    if (!options->run.has_seed && !scenario->has_seed)
        fprintf(stderr, "seed %" PRIu64 " (drawn)\n", export.seed);
    run_repro(&options->run, scenario->path, export.seed,
              options->run.surprises ? options->run.surprises : "", repro);
    check_repro(repro);
    if (!cli_written(options->out, whole_file_open(&output, options->out)))
        return EXIT_USAGE;
    export.out = output.out;
    interrupt_watch();
    progress_begin(&exporting.progress, !options->quiet && !to_terminal);
    good = export_run(&export, &end);
    check_repro(NULL);
    progress_end(&exporting.progress);
    if (end.interrupted) {
        bool to_file = output.path != NULL;

        whole_file_drop(&output);
        fprintf(stderr, "exifsim: interrupted at %" PRIu64 " s of simulated time; %s\n",
                end.at / SEC(1), to_file ? "no file was written" : "the output ends there");
        return EXIT_INCONCLUSIVE;
    }
    output.error = end.error;
    if (!good && end.error == 0) {
        whole_file_drop(&output);
        return cli_no_memory();
    }
    if (!cli_written(options->out, whole_file_close(&output)))
        return EXIT_USAGE;
    if (good && scenario->has_fingerprint && scenario->fingerprint != end.fingerprint) {
        fprintf(stderr,
                "exifsim: fingerprint %016" PRIx64 " (expected %016" PRIx64 ", from the capsule)\n",
                end.fingerprint, scenario->fingerprint);
        return EXIT_DIFFERENT;
    }
    return EXIT_MET;
}

static int export_scenario(const struct options *options)
{
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario;
    int code;

    if (options->perfetto && options->out == NULL && isatty(STDOUT_FILENO)) {
        fprintf(stderr, "exifsim: a Perfetto trace is binary and standard output is a terminal; "
                        "name a file with -o\n");
        return EXIT_USAGE;
    }
    scenario = run_load(&options->run, options->paths[0], error);
    if (scenario == NULL)
        return EXIT_USAGE;
    if (options->run.has_until)
        scenario->set.duration = MIN_OF(scenario->set.duration, options->run.until);
    code = write_run(options, scenario);
    free(scenario);
    return code;
}

int verb_export(const struct options *options)
{
    const char *path = options->paths[0];

    if (!is_database(path))
        return export_scenario(options);
    if (options->perfetto || options->chrome || options->run.has_seed || options->run.has_until ||
        options->run.set_count > 0 || options->run.surprises != NULL) {
        fprintf(
            stderr,
            "exifsim: %s is a database, which holds no records: expected --csv or --json alone, or "
            "the scenario of one of its runs\n",
            path);
        return EXIT_USAGE;
    }
    return cli_export_database(options);
}
