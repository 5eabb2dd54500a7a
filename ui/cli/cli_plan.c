/* cli_plan.c - exifsim plan: the job files that run a sweep on many machines
 * (ui/campaign/fleet.h). */
#include "ui/campaign/fleet.h"
#include "ui/cli/cli_json.h"
#include "ui/host/places.h"
#include "ui/host/files.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Simulated seconds that one second of the host is taken for where nobody says what a run takes. */
enum { SIMULATED_PER_HOST = 100, NS_PER_US = 1000 };

/* What the files say of the host: names that hold wherever a task stands. */
struct words {
    char program[RUN_REPRO_CHARS], scenario[RUN_REPRO_CHARS], sets[RUN_REPRO_CHARS];
};

/* Quotes a path as a shell needs it, without the blank in front. */
static void quote(const char *path, char out[RUN_REPRO_CHARS])
{
    out[0] = 0;
    run_add_word(out, path);
    memmove(out, out + 1, strlen(out));
}

/* False: the scenario's file is gone. */
static bool say_words(const struct options *options, struct words *words)
{
    char program[PLACE_CHARS], *scenario = file_full_path(options->paths[0]);

    if (scenario == NULL)
        return false;
    quote(place_of_program("exifsim", program) ? program : "exifsim", words->program);
    quote(scenario, words->scenario);
    words->sets[0] = 0;
    for (uint32_t i = 0; i < options->run.set_count; i++) {
        run_add_word(words->sets, "--set");
        run_add_word(words->sets, options->run.sets[i]);
    }
    if (options->run.trust)
        run_add_word(words->sets, "--trust");
    free(scenario);
    return true;
}

/* Host time of one run in microseconds: as given, or estimated from the longest point. */
static uint64_t run_us(const struct options *options, struct plan *plan)
{
    struct scenario *scenario;
    uint64_t longest = 0;

    if (options->run_time != 0)
        return MAX_OF(options->run_time / NS_PER_US, 1);
    scenario = malloc(sizeof *scenario);
    CHECK(scenario != NULL);
    for (uint32_t i = 0; i < plan->point_count; i++) {
        plan_scenario(plan, &plan->points[i], scenario);
        longest = MAX_OF(longest, scenario->set.duration);
    }
    free(scenario);
    return MAX_OF(longest / NS_PER_US / SIMULATED_PER_HOST, 1);
}

static void time_text(uint64_t us, char *out, size_t size)
{
    enum { SECOND = 1000000 };

    if (us < 100 * (uint64_t)SECOND)
        snprintf(out, size, "%" PRIu64 ".%" PRIu64 " s", us / SECOND, us % SECOND * 10 / SECOND);
    else if (us < 100 * 60 * (uint64_t)SECOND)
        snprintf(out, size, "%" PRIu64 " min", us / SECOND / 60);
    else
        snprintf(out, size, "%" PRIu64 " h", us / SECOND / 3600);
}

static void print_plan(const struct options *options, const struct fleet *fleet, uint64_t runs,
                       char paths[FLEET_FILES][FLEET_PATH_CHARS], uint32_t count)
{
    char each[32], folder[RUN_REPRO_CHARS];

    time_text(fleet->task_us, each, sizeof each);
    quote(options->out, folder);
    printf("%s: %" PRIu64 " runs in %u shards, about %s each%s\n", fleet->plan->name, runs,
           fleet->shards, each,
           options->run_time != 0 ? "" : " (estimated; --run-time TIME says what one run takes)");
    for (uint32_t i = 0; i < count; i++)
        printf("  %s\n", paths[i]);
    printf("Start: sh %s/start.sh\nWatch: exifsim merge --status %s/parts/*.db\n", folder, folder);
}

static void json_plan(const struct options *options, const struct fleet *fleet, uint64_t runs,
                      char paths[FLEET_FILES][FLEET_PATH_CHARS], uint32_t count)
{
    json_t *document = cli_json_new("plan"), *files = json_array();

    for (uint32_t i = 0; i < count; i++)
        json_array_append_new(files, cli_json_text(paths[i]));
    json_object_set_new(document, "folder", cli_json_text(options->out));
    json_object_set_new(document, "engine",
                        json_string(option_rows[OPTION_ENGINE].words[options->engine]));
    json_object_set_new(document, "runs", cli_json_count(runs));
    json_object_set_new(document, "shards", json_integer(fleet->shards));
    json_object_set_new(document, "task_us", cli_json_count(fleet->task_us));
    json_object_set_new(document, "files", files);
    json_object_set_new(document, "errors", json_array());
    cli_json_print(document);
}

static int write_plan(const struct options *options, struct plan *plan, struct words *words)
{
    uint64_t runs = (uint64_t)plan->point_count * plan->replicas, each = run_us(options, plan);
    uint64_t shards = options->shards;
    char paths[FLEET_FILES][FLEET_PATH_CHARS], line[SCENARIO_PATH + 128];
    const char *wrong;
    uint32_t count;
    int error;

    if (shards == 0)
        shards =
            MIN_OF((runs * each * NS_PER_US + options->task_time - 1) / options->task_time, runs);
    if (shards > runs || shards > option_rows[OPTION_SHARDS].most) {
        snprintf(line, sizeof line,
                 "%" PRIu64 " shards for %" PRIu64 " runs (expected at most %" PRIu64 ")\n", shards,
                 runs, MIN_OF(runs, option_rows[OPTION_SHARDS].most));
        return cli_json_refuse(options, "exifsim: ", line);
    }

    struct fleet fleet = { .engine = (enum fleet_engine)options->engine,
                           .plan = plan,
                           .shards = (uint32_t)shards,
                           .task_us = (runs + shards - 1) / shards * each,
                           .program = words->program,
                           .scenario = words->scenario,
                           .sets = words->sets };

    error = fleet_write(&fleet, options->out, paths, &count, &wrong);
    if (error != 0) {
        snprintf(line, sizeof line, "%.*s: %s (expected the name of a new folder)\n", SCENARIO_PATH,
                 wrong, strerror(error));
        return cli_json_refuse(options, "exifsim: ", line);
    }
    if (options->format == FORMAT_JSON)
        json_plan(options, &fleet, runs, paths, count);
    else if (!options->quiet)
        print_plan(options, &fleet, runs, paths, count);
    return EXIT_MET;
}

int verb_plan(const struct options *options)
{
    struct words *words = malloc(sizeof *words);
    struct plan *plan = cli_json_plan(options);
    int code = EXIT_USAGE;

    CHECK(words != NULL);
    if (plan != NULL) {
        code = say_words(options, words)
                   ? write_plan(options, plan, words)
                   : cli_json_refuse(options, "exifsim: ", "the scenario's file is gone\n");
        plan_free(plan);
    }
    free(words);
    return code;
}
