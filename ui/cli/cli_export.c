/* cli_export.c - exifsim export: writes one run, or a campaign's database, for other programs.
 *
 * A database is read by cli_export_db.c; any other file is a scenario, which is run. A page is
 * cli_export_page.c's. Standard
 * output receives data only.
 */
#include "ui/cli/cli_json.h"
#include "sim/host/input.h"
#include "ui/export/export.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include "ui/host/terminal.h"
#include "ui/host/texts.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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
    return text_ends_with(path, ".db") || (good && memcmp(read, head, sizeof head) == 0);
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

/* Words of --format json, in the order of enum export_format; the last one is --html. */
static const char *const formats[] = { "perfetto", "chrome", "csv", "json", "html" };

static enum export_format format_of(const struct options *o)
{
    return o->perfetto ? EXPORT_PERFETTO
           : o->chrome ? EXPORT_CHROME
           : o->csv    ? EXPORT_CSV
                       : EXPORT_JSON;
}

/* The file that is written; NULL: standard output. */
static const char *file_of(const struct options *o) { return o->html != NULL ? o->html : o->out; }

/* Prints the document of --format json: what was written. */
static void print_document(const struct options *options, const struct scenario *scenario,
                           uint64_t seed, const struct export_end *end)
{
    json_t *document = cli_json_new("export");
    char fingerprint[24];

    snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, end->fingerprint);
    json_object_set_new(document, "scenario", cli_json_text(scenario->path));
    json_object_set_new(document, "seed", cli_json_seed(seed));
    json_object_set_new(document, "file", cli_json_text(file_of(options)));
    json_object_set_new(document, "format",
                        json_string(options->html != NULL ? formats[EXPORT_JSON + 1]
                                                          : formats[format_of(options)]));
    json_object_set_new(document, "outcome", json_string(end->outcome));
    json_object_set_new(document, "records", cli_json_count(end->records));
    json_object_set_new(document, "fingerprint", json_string(fingerprint));
    json_object_set_new(document, "errors", json_array());
    cli_json_print(document);
}

static int write_run(const struct options *options, const struct scenario *scenario, uint64_t seed)
{
    bool to_terminal = whole_file_is_standard(options->out) && terminal_output();
    char repro[RUN_REPRO_CHARS];
    struct exporting exporting = { .scenario = scenario };
    struct export_options export = { .scenario = scenario,
                                     .seed = seed,
                                     .format = format_of(options),
                                     .repro = repro,
                                     .progress = show,
                                     .progress_ctx = &exporting,
                                     .signal = interrupt_flag() };
    const struct export_wanted wanted = { .from = options->from,
                                          .to = options->to,
                                          .kinds = options->kinds,
                                          .process = options->process };
    struct export_filter filter;
    struct export_end end = { 0 };
    struct whole_file output;
    char error[400];
    bool good;

    if (!export_filter_read(&wanted, scenario, export.seed, &filter, error, sizeof error)) {
        fprintf(stderr, "exifsim: %s\n", error);
        return EXIT_USAGE;
    }
    export.filter = &filter;
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
        snprintf(error, sizeof error, "interrupted at %" PRIu64 " s of simulated time; %s",
                 end.at / SEC(1), to_file ? "no file was written" : "the output ends there");
        fprintf(stderr, "exifsim: %s\n", error);
        if (options->format == FORMAT_JSON) {
            json_t *errors = json_array();

            cli_json_errors(errors, error);
            cli_json_fail("export", errors);
        }
        return EXIT_INCONCLUSIVE;
    }
    output.error = end.error;
    if (!good && end.error == 0) {
        whole_file_drop(&output);
        return cli_no_memory();
    }
    if (end.problem[0] != 0) {
        fprintf(stderr, "exifsim: %s\n", end.problem);
        whole_file_drop(&output);
        return EXIT_USAGE;
    }
    if (!cli_written(options->out, whole_file_close(&output)))
        return EXIT_USAGE;
    if (options->format == FORMAT_JSON)
        print_document(options, scenario, export.seed, &end);
    if (good && scenario->has_fingerprint && scenario->fingerprint != end.fingerprint) {
        fprintf(stderr,
                "exifsim: fingerprint %016" PRIx64 " (expected %016" PRIx64 ", from the capsule)\n",
                end.fingerprint, scenario->fingerprint);
        return EXIT_DIFFERENT;
    }
    return EXIT_MET;
}

static int write_page(const struct options *options, const struct scenario *scenario, uint64_t seed)
{
    struct export_end end = { 0 };
    int code = cli_export_page(options, scenario, seed, &end);

    if (code == EXIT_MET && options->format == FORMAT_JSON)
        print_document(options, scenario, seed, &end);
    return code;
}

static int export_scenario(const struct options *options)
{
    struct scenario *scenario;
    json_t *errors = NULL;
    uint64_t seed;
    int code;

    if (whole_file_is_standard(file_of(options)) && options->format == FORMAT_JSON) {
        fprintf(stderr, "exifsim: --format json prints a document, and the data goes to standard "
                        "output, too; name a file with -o or --html\n");
        return EXIT_USAGE;
    }
    if (options->perfetto && whole_file_is_standard(options->out) && terminal_output()) {
        fprintf(stderr, "exifsim: a Perfetto trace is binary and standard output is a terminal; "
                        "name a file with -o\n");
        return EXIT_USAGE;
    }
    if (options->format == FORMAT_JSON)
        errors = json_array();
    scenario = cli_json_load(options, options->paths[0], errors);
    if (scenario == NULL) {
        if (errors != NULL)
            cli_json_fail("export", errors);
        return EXIT_USAGE;
    }
    json_decref(errors);
    if (options->run.has_until)
        scenario->set.duration = MIN_OF(scenario->set.duration, options->run.until);
    seed = run_seed(&options->run, scenario);
    if (!options->run.has_seed && !scenario->has_seed)
        fprintf(stderr, "seed %" PRIu64 " (drawn)\n", seed);
    code = options->html != NULL ? write_page(options, scenario, seed)
                                 : write_run(options, scenario, seed);
    free(scenario);
    return code;
}

int verb_export(const struct options *options)
{
    const char *path = options->paths[0];

    if (!is_database(path))
        return export_scenario(options);
    if (options->perfetto || options->chrome || options->html != NULL || options->run.has_seed ||
        options->run.has_until || options->run.set_count > 0 || options->run.surprises != NULL ||
        options->format == FORMAT_JSON) {
        fprintf(
            stderr,
            "exifsim: %s is a database, which holds no records: expected --csv or --json alone, or "
            "the scenario of one of its runs\n",
            path);
        return EXIT_USAGE;
    }
    return cli_export_database(options);
}
