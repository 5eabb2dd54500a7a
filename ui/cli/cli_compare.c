/* cli_compare.c - exifsim compare: runs two scenarios and prints their figures, outcomes and
 * diagnoses side by side.
 *
 * Both runs have the same options. The figures are rows of one table, which is printed for a person
 * or as JSON (docs/json.md).
 */
#include "model/words/bugchecks.h"
#include "ui/cli/cli_json.h"
#include "ui/report/diagnosis.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 48, TEXT_CHARS = 160 };

struct figure {
    const char *name, *unit; /* unit "": a text or a plain count. */
    bool is_text, is_missing;
    uint64_t number;
    char text[TEXT_CHARS];
};

struct side {
    const char *path;
    struct figure rows[ROWS_MAX];
    uint32_t count;
};

/* ---- Rows ------------------------------------------------------------------------------------ */

static struct figure *add(struct side *side, const char *name, const char *unit)
{
    struct figure *row = &side->rows[side->count++];

    CHECK(side->count <= ROWS_MAX);
    *row = (struct figure){ .name = name, .unit = unit };
    return row;
}

static PRINTF_LIKE(3, 4) void add_text(struct side *side, const char *name, const char *format, ...)
{
    struct figure *row = add(side, name, "");
    va_list arguments;

    row->is_text = true;
    va_start(arguments, format);
    vsnprintf(row->text, sizeof row->text, format, arguments);
    va_end(arguments);
}

static void add_number(struct side *side, const char *name, const char *unit, uint64_t number)
{
    add(side, name, unit)->number = number;
}

/* A time that may not have come; zero: it has not. */
static void add_instant(struct side *side, const char *name, sim_time at)
{
    struct figure *row = add(side, name, "ms");

    row->number = at / MS(1);
    row->is_missing = at == 0;
}

static void add_machine(struct side *side, const struct scenario *scenario, uint64_t seed)
{
    char text[TEXT_CHARS];

    add_text(side, "title", "%s", scenario->title);
    add_number(side, "seed", "", seed);
    report_versions(scenario, text, sizeof text);
    add_text(side, "versions", "%s", text);
    report_rate(scenario_rate_milli(scenario), text, sizeof text);
    add_text(side, "load", "%s", text);
    add_number(side, "processors", "", scenario->cpus);
}

static void add_outcome(struct side *side, const struct result *r)
{
    add_text(side, "outcome", "%s", world_outcome(r));
    if (r->stop.stopped)
        add_text(side, "stop", "0x%08X (0x%08X,0x%08X,0x%08X,0x%08X) %s", r->stop.code,
                 r->stop.args[0], r->stop.args[1], r->stop.args[2], r->stop.args[3],
                 bugcheck_name(r->stop.code));
    else
        add_text(side, "stop", "none");
    add_instant(side, "stop at", r->stop.stopped ? r->stop.at : 0);
    add_text(side, "crashed process", "%s", r->crashed ? r->victim : "none");
    add_instant(side, "crash at", r->crashed ? r->crash_at : 0);
}

static void add_diagnoses(struct side *side, const struct opinion *opinions, uint32_t count)
{
    char text[TEXT_CHARS] = "";

    for (uint32_t i = 0; i < count && (i == 0 || opinions[i].also); i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 0 ? ", " : "",
                 diagnosis_word(opinions[i].diagnosis));
    add_text(side, "diagnosis", "%s", text);
    add_number(side, "score of the diagnosis", "", (uint64_t)MAX_OF(opinions[0].weight, 0));
}

static void add_figures(struct side *side, const struct result *r)
{
    add_number(side, "arrived", "messages", r->arrived);
    add_number(side, "delivered", "messages", r->delivered);
    add_number(side, "refused", "messages", r->refused);
    add_number(side, "read back", "messages", r->reads);
    add_number(side, "mean latency", "us", r->latency_mean_us);
    add_number(side, "worst latency", "us", r->latency_max_us);
    add_number(side, "visits to other processes", "", r->attaches);
    add_number(side, "writes made there", "", r->foreign_writes);
    add_number(side, "service processes ended", "", r->crashes);
    add_number(side, "services restarted", "", r->restarts);
    add_number(side, "boots after the first", "", r->boots);
    add_instant(side, "outage at", r->off_at);
    add_instant(side, "mail flows again at", r->flows_at);
    add_number(side, "simulated", "ms", r->simulated / MS(1));
    add_number(side, "records", "", r->records);
    add_text(side, "fingerprint", "%016" PRIx64, r->fingerprint);
}

/* Runs one side. False: it cannot be read, or the host has no memory; code says which. */
static bool run_side(const struct options *options, struct side *side, json_t *errors, int *code)
{
    struct scenario *scenario = cli_json_load(options, side->path, errors);
    struct opinion *opinions = calloc(DIAGNOSES, sizeof *opinions);
    struct evidence evidence;
    struct world *world;
    char how[UNMET_CHARS];
    uint32_t count;
    uint64_t seed;

    CHECK(opinions != NULL);
    *code = EXIT_USAGE;
    if (scenario != NULL) {
        seed = run_seed(&options->run, scenario);
        world = world_new(scenario, seed);
        count = world == NULL ? 0
                              : diagnose_world(&evidence, world,
                                               options->run.has_until ? options->run.until : 0,
                                               NULL, NULL, opinions);
        if (world == NULL) {
            *code = cli_no_memory();
        } else if (count == 0) {
            world_end_by_guest(world_sim(world), how, sizeof how);
            fprintf(stderr, "%s: %s\n", side->path, how);
            *code = EXIT_FINDING;
        } else {
            add_machine(side, scenario, seed);
            add_outcome(side, evidence.result);
            add_diagnoses(side, opinions, count);
            add_figures(side, evidence.result);
            evidence_free(&evidence);
            world_free(world);
            *code = EXIT_MET;
        }
    }
    free(opinions);
    free(scenario);
    return *code == EXIT_MET;
}

/* ---- What is printed ------------------------------------------------------------------------- */

static bool is_same(const struct figure *one, const struct figure *other)
{
    return one->is_missing == other->is_missing && one->number == other->number &&
           strcmp(one->text, other->text) == 0;
}

static const char *shown(const struct figure *row, char out[TEXT_CHARS + 16])
{
    if (row->is_text)
        return row->text;
    if (row->is_missing)
        return "-";
    if (strcmp(row->unit, "us") == 0)
        snprintf(out, TEXT_CHARS + 16, "%" PRIu64 ".%01" PRIu64 " ms", row->number / 1000,
                 row->number % 1000 / 100);
    else if (strcmp(row->unit, "ms") == 0)
        snprintf(out, TEXT_CHARS + 16, "%" PRIu64 ".%03" PRIu64 " s", row->number / 1000,
                 row->number % 1000);
    else
        snprintf(out, TEXT_CHARS + 16, "%" PRIu64, row->number);
    return out;
}

static void print_sides(const struct options *options, const struct side sides[2])
{
    char one[TEXT_CHARS + 16], other[TEXT_CHARS + 16];
    uint32_t differing = 0;
    int width = (int)strlen(sides[0].path);

    for (uint32_t i = 0; i < sides[0].count; i++)
        width = MAX_OF(width, (int)strlen(shown(&sides[0].rows[i], one)));
    printf("  %-26s %-*s  %s\n", "", width, sides[0].path, sides[1].path);
    for (uint32_t i = 0; i < sides[0].count; i++) {
        const struct figure *a = &sides[0].rows[i], *b = &sides[1].rows[i];
        bool same = is_same(a, b);

        differing += !same;
        if (!options->quiet || !same)
            printf("%c %-26s %-*s  %s\n", same ? ' ' : '*', a->name, width, shown(a, one),
                   shown(b, other));
    }
    printf("%u of %u rows differ (*)\n", differing, sides[0].count);
}

static json_t *json_figure(const struct figure *row)
{
    return row->is_missing ? json_null()
           : row->is_text  ? cli_json_text(row->text)
                           : cli_json_count(row->number);
}

static void print_document(const struct side sides[2], json_t *errors)
{
    json_t *document = cli_json_new("compare"), *rows = json_array();
    uint32_t differing = 0;

    for (uint32_t i = 0; i < sides[0].count; i++) {
        const struct figure *a = &sides[0].rows[i], *b = &sides[1].rows[i];
        json_t *row = json_object();

        differing += !is_same(a, b);
        json_object_set_new(row, "name", json_string(a->name));
        json_object_set_new(row, "unit", json_string(a->unit));
        json_object_set_new(row, "a", json_figure(a));
        json_object_set_new(row, "b", json_figure(b));
        json_object_set_new(row, "differs", json_boolean(!is_same(a, b)));
        json_array_append_new(rows, row);
    }
    json_object_set_new(document, "a", cli_json_text(sides[0].path));
    json_object_set_new(document, "b", cli_json_text(sides[1].path));
    json_object_set_new(document, "differing", cli_json_count(differing));
    json_object_set_new(document, "rows", rows);
    json_object_set_new(document, "errors", errors);
    cli_json_print(document);
}

int verb_compare(const struct options *options)
{
    struct side *sides = calloc(2, sizeof *sides);
    json_t *errors = options->format == FORMAT_JSON ? json_array() : NULL;
    int code = EXIT_MET;

    CHECK(sides != NULL);
    for (uint32_t i = 0; i < 2; i++) {
        int one;

        sides[i].path = options->paths[i];
        run_side(options, &sides[i], errors, &one);
        code = exit_worse(code, one);
    }
    if (errors != NULL && code == EXIT_MET)
        print_document(sides, errors);
    else if (errors != NULL)
        cli_json_fail("compare", errors);
    else if (code == EXIT_MET)
        print_sides(options, sides);
    free(sides);
    return code;
}
