/* cli_export_page.c - exifsim export --html: one file with the simulator and a run inside, which a
 * browser runs again.
 *
 * The simulator is a template, which ./dev web makes (ui/web/folder.mjs). One line of it is a
 * place, into which the run is put as a capsule: its whole scenario, so that nothing else is
 * needed, and its fingerprint, to which the page holds it.
 */
#include "ui/cli/cli.h"
#include "sim/host/input.h"
#include "ui/export/export.h"
#include "ui/host/files.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include "ui/run/link.h"
#include "ui/run/supplied.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Simulated time between two looks at the clock. */
enum { SLICE_S = 5 };

static const char place[] = "<!-- the run that is opened -->\n";

/* ---- The template ---------------------------------------------------------------------------- */

/* Reads the page without a run. Free it with free. NULL: the error was printed. */
static char *read_template(const struct options *options)
{
    char path[PLACE_CHARS], *text = NULL;
    const char *problem = "no such file";
    bool found = supplied_page(path);
    FILE *in = found ? host_input_open(path, &problem) : NULL;
    uint64_t bytes = in != NULL ? file_look(path).bytes : 0;

    if (in == NULL) {
        fprintf(stderr,
                "exifsim: cannot open %s: %s (expected the page without a run: ./dev web makes "
                "it)\n",
                path, problem);
        return NULL;
    }
    text = malloc(bytes + 1);
    CHECK(text != NULL);
    text[fread(text, 1, bytes, in)] = 0;
    fclose(in);
    if (strstr(text, place) == NULL)
        fprintf(stderr,
                "exifsim: %s has no line \"%.*s\" (expected the page without a run: ./dev web "
                "makes it)\n",
                path, (int)strlen(place) - 1, place);
    else if (!whole_file_is_standard(options->html) && file_is_same(path, options->html))
        fprintf(stderr,
                "exifsim: --html would overwrite the page that it is made from, \"%s\" (expected "
                "another file)\n",
                path);
    else
        return text;
    free(text);
    return NULL;
}

/* ---- The run --------------------------------------------------------------------------------- */

static void run_to_end(void *ctx, struct world *world)
{
    struct progress *progress = ctx;
    const struct sim *sim = world_sim(world);

    for (sim_time until = SEC(SLICE_S); progress->on && world_run(world, until) == SIM_GOING;
         until += SEC(SLICE_S))
        if (progress_due(progress))
            progress_show(progress, -1, "%" PRIu64 " simulated s, %" PRIu64 " records",
                          sim->now / SEC(1), sim->trace.count);
    world_run(world, SIM_NEVER);
    progress_end(progress);
}

/* Makes the run, and its capsule. The exit code is EXIT_MET with a capsule. */
static int make_capsule(const struct options *options, const struct scenario *scenario,
                        uint64_t seed, struct export_end *end, char **capsule)
{
    struct run_options run_options = options->run;
    char error[RUN_ERROR_CHARS];
    struct progress progress;
    struct run *run;
    int code = EXIT_USAGE;

    interrupt_watch();
    run_options.signal = interrupt_flag();
    progress_begin(&progress, !options->quiet);
    run = run_once(&run_options, scenario, seed, run_to_end, &progress);
    progress_end(&progress);
    if (run == NULL)
        return cli_no_memory();
    *end = (struct export_end){ .outcome = run_outcome(run),
                                .records = run->result.records,
                                .fingerprint = run->result.fingerprint };
    if (run->interrupted || run->hung || run->broken) {
        fprintf(stderr, "exifsim: %s was not written: the run was not made to its end\n",
                options->html);
        code = EXIT_INCONCLUSIVE;
    } else if (scenario->has_fingerprint && scenario->fingerprint != run->result.fingerprint) {
        fprintf(stderr,
                "exifsim: fingerprint %016" PRIx64 " (expected %016" PRIx64
                ", from the capsule); %s was not written\n",
                run->result.fingerprint, scenario->fingerprint, options->html);
        code = EXIT_DIFFERENT;
    } else if ((*capsule = cli_capsule(options, scenario, run, error)) == NULL) {
        fprintf(stderr, "exifsim: no capsule can say this run: %s\n", error);
    } else {
        code = EXIT_MET;
    }
    run_free(run);
    return code;
}

/* ---- The page -------------------------------------------------------------------------------- */

/* Writes the run as the page reads it (openLink of ui/web/page/page.js). No '<' is left in it, so
 * that nothing in a scenario ends the element. */
static void write_opening(FILE *out, const char *capsule, const char *at)
{
    json_t *view = json_array(), *opening = json_object();
    char *text;

    if (at != NULL) {
        json_array_append_new(view, json_string("--at"));
        json_array_append_new(view, json_string(at));
    }
    json_object_set_new(opening, "text", json_string(capsule));
    json_object_set_new(opening, "view", view);
    text = json_dumps(opening, JSON_COMPACT);
    CHECK(text != NULL);
    fprintf(out, "<script type=\"application/json\" id=\"opening\">");
    for (const char *c = text; *c != 0; c++)
        if (*c == '<')
            fputs("\\u003c", out);
        else
            fputc(*c, out);
    fprintf(out, "</script>\n");
    free(text);
    json_decref(opening);
}

static bool write_page(const struct options *options, const char *template, const char *capsule)
{
    const char *rest = strstr(template, place);
    struct whole_file file;

    if (!cli_written(options->html, whole_file_open(&file, options->html)))
        return false;
    fwrite(template, 1, (size_t)(rest - template), file.out);
    write_opening(file.out, capsule, options->at);
    fputs(rest + strlen(place), file.out);
    return cli_written(options->html, whole_file_close(&file));
}

int cli_export_page(const struct options *options, const struct scenario *scenario, uint64_t seed,
                    struct export_end *end)
{
    const char *problem = link_problem(scenario);
    char error[400], *template, *capsule = NULL;
    int code;

    if (problem != NULL) {
        fprintf(stderr, "%s:1:1: %s (expected a scenario that runs in a browser)\n", scenario->path,
                problem);
        return EXIT_USAGE;
    }
    if (options->at != NULL && !export_instant_check("--at", options->at, error, sizeof error)) {
        fprintf(stderr, "exifsim: %s\n", error);
        return EXIT_USAGE;
    }
    template = read_template(options);
    if (template == NULL)
        return EXIT_USAGE;
    code = make_capsule(options, scenario, seed, end, &capsule);
    if (code == EXIT_MET && !write_page(options, template, capsule))
        code = EXIT_USAGE;
    free(capsule);
    free(template);
    return code;
}
