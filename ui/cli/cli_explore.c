/* cli_explore.c - exifsim explore: many orders of one scenario. */
#include "ui/cli/cli_json.h"
#include "ui/explore/hunt.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int verb_explore(const struct options *options)
{
    struct run_options run_options = options->run;
    struct scenario *scenario;
    struct hunt *hunt = calloc(1, sizeof *hunt);
    char why[RUN_ERROR_CHARS] = "";
    int code = EXIT_MET;

    scenario = cli_json_load(options, options->paths[0], NULL);
    if (scenario == NULL)
        return EXIT_USAGE;
    run_options.signal = interrupt_flag();
    hunt->options = &run_options;
    hunt->scenario = scenario;
    hunt->seed = run_seed(&options->run, scenario);
    hunt->strategy = (enum strategy_name)options->strategy;
    hunt->schedules = options->schedules;
    hunt->time_ms = options->explore_time / 1000000;
    if (!hunt_go(hunt, why)) {
        fprintf(stderr, "%s:1:1: %s\n", options->paths[0], why);
        return EXIT_USAGE;
    }
    printf("calm %d %s\n", hunt->calm.kind, hunt->calm.cause);
    printf("window %" PRIu64 "\n", hunt->window_from);
    printf("runs %" PRIu64 " unique %" PRIu64 " blocked %" PRIu64 " steps %" PRIu64
           " actors %u questions %u exhausted %d capped %d cpu %" PRIu64 " us\n",
           hunt->counts.runs, hunt->counts.unique, hunt->counts.blocked, hunt->counts.steps,
           hunt->counts.actors, hunt->counts.most_questions, hunt->counts.exhausted,
           hunt->counts.capped, hunt->spent_us);
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        printf("found %s: %" PRIu64 " at %" PRIu64 ": %s\n", hunt->findings[i].finding.cause,
               hunt->findings[i].count, hunt->findings[i].first_at, hunt->findings[i].surprises);
    free(hunt);
    free(scenario);
    return code;
}
