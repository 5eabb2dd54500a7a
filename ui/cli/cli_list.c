/* cli_list.c - the verbs that run nothing: list, lint and version. For a sweep, list prints its
 * plan. */
#include "ui/campaign/plan.h"
#include "ui/cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *expectation(const struct scenario *scenario)
{
    static const char *const words[] = { "anything", "survives", "a process crash only", "a stop" };

    return words[scenario->expect.outcome];
}

static bool is_sweep(const struct options *options, const char *path)
{
    return plan_is_sweep(path, options->run.sets, options->run.set_count);
}

static struct plan *read_plan(const struct options *options, const char *path)
{
    return plan_read(path, options->run.sets, options->run.set_count,
                     options->run.has_seed ? &options->run.seed : NULL, stderr);
}

static bool list_plan(const struct options *options, const char *path)
{
    struct plan *plan = read_plan(options, path);

    if (plan == NULL)
        return false;
    printf("%s\n  %s\n  a sweep: %u points, %u replicas each\n", path, plan->name,
           plan->point_count, plan->replicas);
    for (uint32_t a = 0; a < plan->axis_count; a++) {
        printf("  %s =", plan->axes[a].name);
        for (uint32_t v = 0; v < plan->axes[a].value_count && (v < 12 || options->points); v++)
            printf("%s %s", v > 0 ? "," : "", plan->axes[a].values[v]);
        printf("%s\n", plan->axes[a].value_count > 12 && !options->points ? ", ..." : "");
    }
    for (uint32_t i = 0; i < plan->point_count && options->points; i++)
        printf("  %-5u %s  seeds %" PRIu64 ", ...\n", i, plan->points[i].label,
               plan_seed(plan, &plan->points[i], 0));
    plan_free(plan);
    return true;
}

static bool list_one(const struct options *options, const char *path)
{
    char rate[24], versions[160], error[RUN_ERROR_CHARS];
    struct scenario *scenario = run_load(&options->run, path, error);

    if (scenario == NULL)
        return false;
    report_rate(scenario_rate_milli(scenario), rate, sizeof rate);
    report_versions(scenario, versions, sizeof versions);
    printf("%s\n  %s\n  %s, %s, expects %s\n", path, scenario->title, rate, versions,
           expectation(scenario));
    free(scenario);
    return true;
}

int verb_list(const struct options *options)
{
    struct cli_paths paths;
    int code = cli_paths(options, &paths) ? EXIT_MET : EXIT_USAGE;

    for (uint32_t i = 0; i < paths.count; i++) {
        const char *path = paths.list[i].path;
        char error[RUN_ERROR_CHARS];

        if (cli_path_problem(&paths.list[i], error) ||
            !(options->points || is_sweep(options, path) ? list_plan(options, path)
                                                         : list_one(options, path)))
            code = EXIT_USAGE;
    }
    cli_paths_free(&paths);
    return code;
}

static bool lint_one(const struct options *options, const char *path)
{
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario;
    struct plan *plan;
    bool good;

    if (is_sweep(options, path)) {
        plan = read_plan(options, path);
        good = plan != NULL;
        plan_free(plan);
    } else {
        scenario = run_load(&options->run, path, error);
        good = scenario != NULL;
        free(scenario);
    }
    return good;
}

int verb_lint(const struct options *options)
{
    struct cli_paths paths;
    bool found = cli_paths(options, &paths);
    char error[RUN_ERROR_CHARS];
    uint32_t good = 0, bad;

    for (uint32_t i = 0; i < paths.count; i++)
        good += !cli_path_problem(&paths.list[i], error) && lint_one(options, paths.list[i].path);
    bad = paths.count - good + !found;
    cli_paths_free(&paths);
    if (!options->quiet)
        printf("%u passed, %u failed, 0 skipped\n", good, bad);
    return bad == 0 ? EXIT_MET : EXIT_USAGE;
}

int verb_version(const struct options *options)
{
    (void)options;
    printf("exifsim " EXIFSIM_VERSION "\n");
    return EXIT_MET;
}
