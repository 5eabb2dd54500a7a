/* cli_list.c - the verbs that run nothing: list and lint. For a sweep, list prints its
 * plan. */
#include "ui/campaign/plan.h"
#include "ui/cli/cli_json.h"
#include "ui/game/level.h"
#include "ui/lesson/lesson.h"
#include "ui/host/memory_file.h"
#include "ui/run/document.h"
#include "ui/run/supplied.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_SHOWN = 12, NAME_CHARS = 512, NAME_COLUMN = 25 };

static const char *expectation(const struct scenario *scenario)
{
    static const char *const words[] = { "any outcome", "no stop and no crash",
                                         "a process crash only", "a stop", "a hang" };

    return words[scenario->expect.outcome];
}

static bool is_sweep(const struct options *options, const char *path)
{
    return plan_is_sweep(path, options->run.sets, options->run.set_count);
}

static struct plan *read_plan(const struct options *options, const char *path, FILE *errors)
{
    return plan_read(path, options->run.sets, options->run.set_count,
                     options->run.has_seed ? &options->run.seed : NULL, errors);
}

/* ---- list ------------------------------------------------------------------------------------ */

static void print_plan(const struct options *options, const char *path, const struct plan *plan)
{
    printf("%s\n  %s\n  a sweep: %u points, %u replicas each\n", path, plan->name,
           plan->point_count, plan->replicas);
    for (uint32_t a = 0; a < plan->axis_count; a++) {
        uint32_t count = plan->axes[a].value_count;

        printf("  %s =", plan->axes[a].name);
        for (uint32_t v = 0; v < count && (v < VALUES_SHOWN || options->points); v++)
            printf("%s %s", v > 0 ? "," : "", plan->axes[a].values[v]);
        printf("%s\n", count > VALUES_SHOWN && !options->points ? ", ..." : "");
    }
    for (uint32_t i = 0; i < plan->point_count && options->points; i++)
        printf("  %-5u %s  seeds %" PRIu64 ", ...\n", i, plan->points[i].label,
               plan_seed(plan, &plan->points[i], 0));
}

static json_t *json_plan(const struct options *options, const char *path, const struct plan *plan)
{
    json_t *object = json_object(), *axes = json_object(), *points = json_array();

    for (uint32_t a = 0; a < plan->axis_count; a++) {
        json_t *values = json_array();

        for (uint32_t v = 0; v < plan->axes[a].value_count; v++)
            json_array_append_new(values, cli_json_text(plan->axes[a].values[v]));
        json_object_set_new(axes, plan->axes[a].name, values);
    }
    for (uint32_t i = 0; i < plan->point_count && options->points; i++) {
        json_t *point = json_object();

        json_object_set_new(point, "label", cli_json_text(plan->points[i].label));
        json_object_set_new(point, "first_seed",
                            cli_json_seed(plan_seed(plan, &plan->points[i], 0)));
        json_array_append_new(points, point);
    }
    json_object_set_new(object, "scenario", cli_json_text(path));
    json_object_set_new(object, "name", cli_json_text(plan->name));
    json_object_set_new(object, "point_count", cli_json_count(plan->point_count));
    json_object_set_new(object, "replicas", cli_json_count(plan->replicas));
    json_object_set_new(object, "axes", axes);
    json_object_set_new(object, "points", points);
    return object;
}

static void print_scenario(const char *path, const struct scenario *scenario)
{
    char rate[24], versions[160];

    report_rate(scenario_rate_milli(scenario), rate, sizeof rate);
    report_versions(scenario, versions, sizeof versions);
    printf("%s\n  %s\n  %s, %s, expects %s\n", path, scenario->title, rate, versions,
           expectation(scenario));
}

/* The word of [expect] outcome. */
static const char *outcome_word(enum expect_outcome outcome)
{
    return outcome == EXPECT_ANY    ? "any"
           : outcome == EXPECT_HUNG ? "hung"
                                    : outcome_names[outcome - EXPECT_SURVIVED];
}

static json_t *json_scenario(const char *path, const struct scenario *scenario)
{
    json_t *object = json_object(), *versions = json_object();
    char name[NAME_CHARS];

    for (int i = 0; i < FILE_COUNT; i++)
        json_object_set_new(versions, scenario_file_names[i],
                            json_string(scenario->set.versions[i]));
    json_object_set_new(object, "scenario", cli_json_text(path));
    json_object_set_new(object, "name",
                        supplied_name(path, name, sizeof name) ? cli_json_text(name) : json_null());
    json_object_set_new(object, "title", cli_json_text(scenario->title));
    json_object_set_new(object, "rate_milli", cli_json_count(scenario_rate_milli(scenario)));
    json_object_set_new(object, "versions", versions);
    json_object_set_new(object, "expected_outcome",
                        json_string(outcome_word(scenario->expect.outcome)));
    return object;
}

/* The lists of a document of `list`; all NULL: for a person. */
struct lists {
    json_t *scenarios, *sweeps, *errors;
};

static bool list_plan(const struct options *options, const char *path, const struct lists *lists)
{
    struct plan *plan = read_plan(options, path, stderr);

    if (plan == NULL)
        return false;
    if (lists->sweeps != NULL)
        json_array_append_new(lists->sweeps, json_plan(options, path, plan));
    else
        print_plan(options, path, plan);
    plan_free(plan);
    return true;
}

static bool list_one(const struct options *options, const char *path, const struct lists *lists)
{
    struct scenario *scenario = cli_json_load(options, path, lists->errors);

    if (scenario == NULL)
        return false;
    if (lists->scenarios != NULL)
        json_array_append_new(lists->scenarios, json_scenario(path, scenario));
    else
        print_scenario(path, scenario);
    free(scenario);
    return true;
}

/* Prints the name and the title of a scenario that comes with the program. */
static void list_supplied(const struct options *options, const char *path)
{
    char name[NAME_CHARS];
    const char *title = "";
    struct ini *ini;

    if (!supplied_name(path, name, sizeof name))
        snprintf(name, sizeof name, "%s", path);
    if (options->names) {
        printf("%s\n", name);
        return;
    }
    ini = document_read(path);
    ini_get_text(ini, "scenario", "title", &title);
    printf("%-*s %s\n", NAME_COLUMN, name, title);
    ini_free(ini);
}

static bool list_path(const struct options *options, const struct cli_path *path,
                      const struct lists *lists)
{
    char error[RUN_ERROR_CHARS];
    bool all = options->path_count == 0 && lists->scenarios == NULL && !options->points;

    if (cli_path_problem(path, error)) {
        if (lists->errors != NULL)
            cli_json_errors(lists->errors, error);
        return false;
    }
    if (all || options->names) {
        list_supplied(options, path->path);
        return true;
    }
    return options->points || is_sweep(options, path->path) ? list_plan(options, path->path, lists)
                                                            : list_one(options, path->path, lists);
}

int verb_list(const struct options *options)
{
    bool json = options->format == FORMAT_JSON;
    struct lists lists = { NULL, NULL, NULL };
    struct cli_paths paths;
    json_t *document = NULL;
    char error[RUN_ERROR_CHARS];
    int code = cli_paths(options, &paths, error) ? EXIT_MET : EXIT_USAGE;

    if (json) {
        document = cli_json_new("list");
        lists = (struct lists){ json_array(), json_array(), json_array() };
        json_object_set_new(document, "scenarios", lists.scenarios);
        json_object_set_new(document, "sweeps", lists.sweeps);
        json_object_set_new(document, "errors", lists.errors);
        if (code != EXIT_MET)
            cli_json_errors(lists.errors, error);
    }
    for (uint32_t i = 0; i < paths.count; i++)
        if (!list_path(options, &paths.list[i], &lists))
            code = EXIT_USAGE;
    cli_paths_free(&paths);
    if (json)
        cli_json_print(document);
    return code;
}

/* ---- lint ------------------------------------------------------------------------------------ */

/* Reads a scenario or a sweep and prints what is wrong to `errors`. */
static bool lint_one(const struct options *options, const char *path, FILE *errors)
{
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario;
    struct plan *plan;
    bool good;

    if (plan_is_meant(path, options->run.sets, options->run.set_count)) {
        plan = read_plan(options, path, errors);
        good = plan != NULL;
        plan_free(plan);
    } else {
        scenario = run_load_telling(&options->run, path, errors, error);
        good = scenario != NULL;
        free(scenario);
    }
    if (good && lesson_is_one(path)) {
        struct lesson *lesson = lesson_read(path, errors);

        good = lesson != NULL;
        lesson_free(lesson);
    }
    if (good && level_is_one(path)) {
        struct level *level = level_read(path, errors);

        good = level != NULL;
        level_free(level);
    }
    return good;
}

static json_t *json_lint(const char *path, bool good, const char *lines)
{
    json_t *object = json_object(), *errors = json_array();

    cli_json_errors(errors, lines);
    json_object_set_new(object, "scenario", cli_json_text(path));
    json_object_set_new(object, "good", json_boolean(good));
    json_object_set_new(object, "errors", errors);
    return object;
}

/* Checks one path and appends what is wrong to `files`. */
static bool lint_json(const struct options *options, const struct cli_path *path, json_t *files)
{
    char *lines = NULL, error[RUN_ERROR_CHARS];
    size_t length = 0;
    FILE *out = memory_file_open(&lines, &length);
    bool good;

    CHECK(out != NULL);
    if (cli_path_problem(path, error)) {
        fprintf(out, "%s\n", error);
        good = false;
    } else {
        good = lint_one(options, path->path, out);
    }
    memory_file_close(out);
    json_array_append_new(files, json_lint(path->path, good, lines));
    free(lines);
    return good;
}

/* Prints the document; error: why there are no files, or empty. */
static void print_lint(uint32_t good, uint32_t bad, json_t *files, const char *error)
{
    json_t *document = cli_json_new("lint"), *errors = json_array();

    cli_json_errors(errors, error);

    json_object_set_new(document, "passed", cli_json_count(good));
    json_object_set_new(document, "failed", cli_json_count(bad));
    json_object_set_new(document, "files", files);
    json_object_set_new(document, "errors", errors);
    cli_json_print(document);
}

int verb_lint(const struct options *options)
{
    struct cli_paths paths;
    char error[RUN_ERROR_CHARS], none[RUN_ERROR_CHARS] = "";
    bool found = cli_paths(options, &paths, none);
    json_t *files = options->format == FORMAT_JSON ? json_array() : NULL;
    uint32_t good = 0, bad;

    for (uint32_t i = 0; i < paths.count; i++) {
        const struct cli_path *path = &paths.list[i];

        if (files != NULL)
            good += lint_json(options, path, files);
        else
            good += !cli_path_problem(path, error) && lint_one(options, path->path, stderr);
    }
    bad = paths.count - good + !found;
    cli_paths_free(&paths);
    if (files != NULL)
        print_lint(good, bad, files, none);
    else if (!options->quiet)
        printf("%u passed, %u failed, 0 skipped\n", good, bad);
    return bad == 0 ? EXIT_MET : EXIT_USAGE;
}
