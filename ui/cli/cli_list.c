/* cli_list.c - looking at scenarios without running them: list, lint, version. A sweep is looked at
 * as the plan it is. */
#include "ui/campaign/plan.h"
#include "ui/cli/cli.h"
#include <inttypes.h>
#include <string.h>

static const char *expectation(const struct scenario *scenario)
{
    static const char *const words[] = { "anything", "survives", "a process crash only", "a stop" };

    return words[scenario->expect.outcome];
}

static bool is_sweep(const struct options *options, const char *path)
{
    return cli_is_sweep(path, options->sets, options->set_count);
}

static struct plan *read_plan(const struct options *options, const char *path)
{
    return plan_read(path, options->sets, options->set_count,
                     options->has_seed ? &options->seed : NULL, stderr);
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
        for (uint32_t v = 0; v < plan->axes[a].value_count && (v < 12 || options->plan); v++)
            printf("%s %s", v > 0 ? "," : "", plan->axes[a].values[v]);
        printf("%s\n", plan->axes[a].value_count > 12 && !options->plan ? ", ..." : "");
    }
    for (uint32_t i = 0; i < plan->point_count && options->plan; i++)
        printf("  %-5u %s  seeds %" PRIu64 ", ...\n", i, plan->points[i].label,
               plan_seed(plan, &plan->points[i], 0));
    plan_free(plan);
    return true;
}

int verb_list(const struct options *options)
{
    static struct scenario scenario;
    int code = EXIT_MET;
    char rate[24], versions[160], error[CLI_ERROR_CHARS];

    for (uint32_t i = 0; i < options->path_count; i++) {
        if (options->plan || is_sweep(options, options->paths[i])) {
            code = list_plan(options, options->paths[i]) ? code : EXIT_USAGE;
            continue;
        }
        if (!cli_load(options, options->paths[i], &scenario, error)) {
            code = EXIT_USAGE;
            continue;
        }
        report_rate(scenario_rate_milli(&scenario), rate, sizeof rate);
        report_versions(&scenario, versions, sizeof versions);
        printf("%s\n  %s\n  %s, %s, expects %s\n", options->paths[i], scenario.title, rate,
               versions, expectation(&scenario));
    }
    return code;
}

static bool lint_one(const struct options *options, const char *path)
{
    static struct scenario scenario;
    char error[CLI_ERROR_CHARS];
    struct plan *plan;

    if (!is_sweep(options, path))
        return cli_load(options, path, &scenario, error);
    plan = read_plan(options, path);
    plan_free(plan);
    return plan != NULL;
}

int verb_lint(const struct options *options)
{
    uint32_t good = 0;

    for (uint32_t i = 0; i < options->path_count; i++)
        good += lint_one(options, options->paths[i]);
    if (!options->quiet)
        printf("%u passed, %u failed, 0 skipped\n", good, options->path_count - good);
    return good == options->path_count ? EXIT_MET : EXIT_USAGE;
}

int verb_version(const struct options *options)
{
    (void)options;
    printf("exifsim " EXIFSIM_VERSION "\n");
    return EXIT_MET;
}
