/* cli_diff.c - exifsim diff: where two runs part. */
#include "model/words/names.h"
#include "ui/cli/cli_json.h"
#include "ui/explore/diff.h"
#include "ui/host/memory_file.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS_SHOWN = 12 };

/* Kinds of records, those first of which the runs' numbers differ most. */
struct kinds {
    uint32_t list[DIFF_KINDS_MAX], count;
};

static uint64_t distance(const struct diff *diff, uint32_t kind)
{
    uint64_t a = diff->counts[0][kind], b = diff->counts[1][kind];

    return a > b ? a - b : b - a;
}

static struct kinds differing(const struct diff *diff)
{
    struct kinds kinds = { .count = 0 };

    for (uint32_t kind = 0; kind < record_kind_count; kind++) {
        uint32_t at = kinds.count;

        if (distance(diff, kind) == 0)
            continue;
        while (at > 0 && distance(diff, kinds.list[at - 1]) < distance(diff, kind)) {
            kinds.list[at] = kinds.list[at - 1];
            at--;
        }
        kinds.list[at] = kind;
        kinds.count++;
    }
    return kinds;
}

static void print_kind(const struct diff *diff, uint32_t kind)
{
    printf("  %-16s %12" PRIu64 " %12" PRIu64 "%s\n", record_kinds[kind].name,
           diff->counts[0][kind], diff->counts[1][kind],
           diff->counts[0][kind] == 0   ? "  only the second"
           : diff->counts[1][kind] == 0 ? "  only the first"
                                        : "");
}

/* Kinds that one of the runs lacks come first: they say most. */
static void print_kinds(const struct diff *diff)
{
    const struct kinds kinds = differing(diff);
    uint32_t shown = 0;

    if (kinds.count == 0)
        return;
    printf("\nRecords from there on        first       second\n");
    for (int lacking = 1; lacking >= 0; lacking--)
        for (uint32_t i = 0; i < kinds.count && shown < KINDS_SHOWN; i++) {
            uint32_t kind = kinds.list[i];

            if ((diff->counts[0][kind] == 0 || diff->counts[1][kind] == 0) != (lacking != 0))
                continue;
            print_kind(diff, kind);
            shown++;
        }
    if (kinds.count > shown)
        printf("  ... and %u kinds more\n", kinds.count - shown);
}

static void print_diff(struct diff *diff, const struct options *options)
{
    if (diff->same) {
        printf("Alike: %" PRIu64 " records.\n", diff->records[0]);
        return;
    }
    printf("Alike up to record %" PRIu64 ", which is the first that differs.\n", diff->number);
    for (int run = 0; run < 2; run++) {
        printf("\n%s\n", options->paths[run]);
        diff_show(diff, run, stdout);
    }
    print_kinds(diff);
}

static json_t *shown(struct diff *diff, int run)
{
    char *text;
    size_t length;
    FILE *out = memory_file_open(&text, &length);
    json_t *json;

    CHECK(out != NULL);
    diff_show(diff, run, out);
    memory_file_close(out);
    json = cli_json_text(text);
    free(text);
    return json;
}

/* Takes the list of errors, which is empty. */
static void print_document(struct diff *diff, const struct options *options, json_t *errors)
{
    json_t *document = cli_json_new("diff"), *runs = json_array(), *kinds = json_array();
    const struct kinds list = differing(diff);

    json_object_set_new(document, "same", json_boolean(diff->same));
    json_object_set_new(document, "record",
                        diff->same ? json_null() : cli_json_count(diff->number));
    for (int run = 0; run < 2; run++) {
        json_t *one = json_object();

        json_object_set_new(one, "scenario", cli_json_text(options->paths[run]));
        json_object_set_new(one, "records", cli_json_count(diff->records[run]));
        json_object_set_new(one, "shown", diff->same ? json_null() : shown(diff, run));
        json_array_append_new(runs, one);
    }
    json_object_set_new(document, "runs", runs);
    for (uint32_t i = 0; i < list.count; i++) {
        json_t *kind = json_object();

        json_object_set_new(kind, "kind", json_string(record_kinds[list.list[i]].name));
        json_object_set_new(kind, "first", cli_json_count(diff->counts[0][list.list[i]]));
        json_object_set_new(kind, "second", cli_json_count(diff->counts[1][list.list[i]]));
        json_array_append_new(kinds, kind);
    }
    json_object_set_new(document, "kinds", kinds);
    json_object_set_new(document, "errors", errors);
    cli_json_print(document);
}

int verb_diff(const struct options *options)
{
    struct scenario *scenarios[2] = { NULL, NULL };
    json_t *errors = options->format == FORMAT_JSON ? json_array() : NULL;
    uint64_t seeds[2];
    char error[DIFF_ERROR_CHARS], line[DIFF_ERROR_CHARS + 2];
    struct diff *diff = NULL;
    int code = EXIT_MET;

    for (int run = 0; run < 2; run++) {
        scenarios[run] = cli_json_load(options, options->paths[run], errors);
        if (scenarios[run] == NULL)
            code = EXIT_USAGE;
        else
            seeds[run] = run_seed(&options->run, scenarios[run]);
    }
    if (code == EXIT_MET) {
        diff = diff_open((const struct scenario *const *)scenarios, seeds,
                         options->run.has_until ? options->run.until : 0, error);
        if (diff == NULL) {
            snprintf(line, sizeof line, "%s\n", error);
            code = cli_json_refuse(options, "exifsim: ", line);
            json_decref(errors);
        }
    } else if (errors != NULL) {
        cli_json_fail("diff", errors);
    }
    if (diff != NULL) {
        code = diff->same ? EXIT_MET : EXIT_DIFFERENT;
        if (errors != NULL)
            print_document(diff, options, errors);
        else if (!options->quiet)
            print_diff(diff, options);
    }
    diff_close(diff);
    free(scenarios[0]);
    free(scenarios[1]);
    return code;
}
