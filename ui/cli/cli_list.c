/* cli_list.c - looking at scenarios without running them: list, lint, version. */
#include "ui/cli/cli.h"
#include <string.h>

static const char *expectation(const struct scenario *scenario)
{
    static const char *const words[] = { "anything", "survives", "a process crash only", "a stop" };

    return words[scenario->expect.outcome];
}

int verb_list(const struct options *options)
{
    static struct scenario scenario;
    int code = EXIT_MET;
    char rate[24], versions[160], error[CLI_ERROR_CHARS];

    for (uint32_t i = 0; i < options->path_count; i++) {
        if (!cli_load(options, options->paths[i], &scenario, error)) {
            code = EXIT_USAGE;
            continue;
        }
        report_rate(scenario.load.rate_milli, rate, sizeof rate);
        report_versions(&scenario, versions, sizeof versions);
        printf("%s\n  %s\n  %s, %s, expects %s\n", options->paths[i], scenario.title, rate, versions, expectation(&scenario));
    }
    return code;
}

int verb_lint(const struct options *options)
{
    static struct scenario scenario;
    char error[CLI_ERROR_CHARS];
    uint32_t good = 0;

    for (uint32_t i = 0; i < options->path_count; i++)
        good += cli_load(options, options->paths[i], &scenario, error);
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
