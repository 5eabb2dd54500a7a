/* cli_merge.c - exifsim merge: joins the databases of a sweep's parts, or tells which are missing.
 * Folders are those of a search's findings (cli_merge_findings.c).
 *
 * After a merge the shards are told that are not complete, so that somebody who started a hundred
 * jobs sees which of them to start again.
 */
#include "ui/campaign/merge.h"
#include "ui/cli/cli_explore.h"
#include "ui/host/files.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct merging {
    const struct options *options;
    struct part *parts;
    uint32_t count, of; /* of: number of shards; 0: parts are cut differently, or none is usable. */
    const struct part **best; /* Part with the most runs of each shard; NULL: there is none. */
    struct merge_report report;
};

static bool is_usable(const struct part *part) { return part->error[0] == 0; }

static bool is_complete(const struct part *part)
{
    return is_usable(part) && part->there >= part->wanted;
}

static const char *state_of(const struct part *part)
{
    return !is_usable(part) ? "failed" : is_complete(part) ? "complete" : "partial";
}

/* Finds the best part of each shard, if all are cut alike. */
static void sort_out(struct merging *m)
{
    bool alike = true;

    for (uint32_t i = 0; i < m->count; i++) {
        const struct part *part = &m->parts[i];

        if (!is_usable(part))
            continue;
        alike = alike && (m->of == 0 || m->of == part->shards);
        m->of = part->shards;
    }
    if (!alike)
        m->of = 0;
    m->best = calloc(m->of + 1, sizeof *m->best);
    CHECK(m->best != NULL);
    for (uint32_t i = 0; i < m->count && m->of > 0; i++) {
        const struct part *part = &m->parts[i], **best = &m->best[part->shard];

        if (is_usable(part) && (*best == NULL || (*best)->there < part->there))
            *best = part;
    }
}

static uint32_t complete_shards(const struct merging *m)
{
    uint32_t complete = 0;

    for (uint32_t i = 1; i <= m->of; i++)
        complete += m->best[i] != NULL && is_complete(m->best[i]);
    return complete;
}

static bool any_failed(const struct merging *m)
{
    bool failed = false;

    for (uint32_t i = 0; i < m->count; i++)
        failed = failed || !is_usable(&m->parts[i]);
    return failed;
}

/* ---- For people ------------------------------------------------------------------------------ */

static void print_part(const struct part *part)
{
    char shard[32] = "-", runs[48] = "-";

    if (is_usable(part)) {
        snprintf(shard, sizeof shard, "%u/%u", part->shard, part->shards);
        snprintf(runs, sizeof runs, "%" PRIu64 " of %" PRIu64, part->there, part->wanted);
    }
    printf("%-10s %-20s %-9s %s", shard, runs, state_of(part),
           is_usable(part) ? part->path : part->error);
    if (part->crashed > 0)
        printf("  (%" PRIu64 " have no outcome)", part->crashed);
    printf("\n");
}

static void print_missing(const struct merging *m)
{
    char shard[32];

    for (uint32_t i = 1; i <= m->of; i++)
        if (m->best[i] == NULL) {
            snprintf(shard, sizeof shard, "%u/%u", i, m->of);
            printf("%-10s %-20s %s\n", shard, "-", "missing");
        }
}

static void print_status(const struct merging *m)
{
    printf("%-10s %-20s %-9s %s\n", "shard", "runs", "state", "database");
    for (uint32_t i = 0; i < m->count; i++)
        print_part(&m->parts[i]);
    print_missing(m);
    if (m->of > 0)
        printf("%u of %u shards are complete\n", complete_shards(m), m->of);
    else if (!any_failed(m))
        printf("the parts are cut in different ways: exifsim merge -o ALL.db counts what is "
               "missing\n");
}

static void print_merged(const struct merging *m)
{
    const struct merge_report *report = &m->report;

    if (m->options->quiet && report->runs >= report->wanted)
        return;
    printf("%s: %" PRIu64 " of %" PRIu64 " runs from %u databases; %" PRIu64
           " rows were there twice\n",
           m->options->out, report->runs, report->wanted, m->count, report->doubled);
    if (report->runs >= report->wanted)
        return;
    for (uint32_t i = 1; i <= m->of; i++)
        if (m->best[i] != NULL && !is_complete(m->best[i]))
            print_part(m->best[i]);
    print_missing(m);
    printf("%" PRIu64 " runs are missing: merge again with their shards, or give the sweep's own "
           "command -o %s --resume\n",
           report->wanted - report->runs, m->options->out);
}

/* ---- For programs ---------------------------------------------------------------------------- */

static json_t *part_document(const struct part *part)
{
    json_t *document = json_object();
    bool usable = is_usable(part);

    json_object_set_new(document, "database", cli_json_text(part->path));
    json_object_set_new(document, "state", json_string(state_of(part)));
    json_object_set_new(document, "shard", usable ? json_integer(part->shard) : json_null());
    json_object_set_new(document, "shards", usable ? json_integer(part->shards) : json_null());
    json_object_set_new(document, "runs", usable ? cli_json_count(part->there) : json_null());
    json_object_set_new(document, "runs_wanted",
                        usable ? cli_json_count(part->wanted) : json_null());
    json_object_set_new(document, "simulator_crashes", cli_json_count(part->crashed));
    json_object_set_new(document, "error", usable ? json_null() : cli_json_text(part->error));
    return document;
}

static void print_document(const struct merging *m)
{
    const struct merge_report *report = &m->report;
    bool merged = m->options->out != NULL && report->end == MERGE_DONE;
    json_t *document = cli_json_new("merge"), *parts = json_array(), *missing = json_array(),
           *errors = json_array();

    for (uint32_t i = 0; i < m->count; i++)
        json_array_append_new(parts, part_document(&m->parts[i]));
    for (uint32_t i = 1; i <= m->of; i++)
        if (m->best[i] == NULL)
            json_array_append_new(missing, json_integer(i));
    if (report->error[0] != 0)
        cli_json_errors(errors, report->error);
    json_object_set_new(document, "database",
                        merged ? cli_json_text(m->options->out) : json_null());
    json_object_set_new(document, "runs", merged ? cli_json_count(report->runs) : json_null());
    json_object_set_new(document, "runs_wanted",
                        merged ? cli_json_count(report->wanted) : json_null());
    json_object_set_new(document, "rows_twice",
                        merged ? cli_json_count(report->doubled) : json_null());
    json_object_set_new(document, "parts", parts);
    json_object_set_new(document, "missing_shards", missing);
    json_object_set_new(document, "errors", errors);
    cli_json_print(document);
}

/* ---- The verb -------------------------------------------------------------------------------- */

static int look(struct merging *m)
{
    merge_look(m->parts, m->count);
    sort_out(m);
    if (m->options->format == FORMAT_JSON)
        print_document(m);
    else
        print_status(m);
    if (any_failed(m))
        return EXIT_USAGE;
    return m->of > 0 && complete_shards(m) == m->of ? EXIT_MET : EXIT_INCONCLUSIVE;
}

static int merge(struct merging *m)
{
    static const int codes[] = { [MERGE_DONE] = EXIT_MET,
                                 [MERGE_INTERRUPTED] = EXIT_INCONCLUSIVE,
                                 [MERGE_DIFFERENT] = EXIT_DIFFERENT,
                                 [MERGE_FAILED] = EXIT_USAGE };

    merge_parts(m->options->out, m->parts, m->count, !m->options->quiet, &m->report);
    sort_out(m);
    if (m->report.error[0] != 0)
        fprintf(stderr, "exifsim: %s\n", m->report.error);
    if (m->report.end == MERGE_INTERRUPTED)
        fprintf(stderr, "exifsim: interrupted; %s was not written\n", m->options->out);
    if (m->options->format == FORMAT_JSON)
        print_document(m);
    else if (m->report.end == MERGE_DONE)
        print_merged(m);
    if (m->report.end == MERGE_DONE && m->report.runs < m->report.wanted)
        return EXIT_INCONCLUSIVE;
    return codes[m->report.end];
}

int verb_merge(const struct options *options)
{
    struct merging m = { .options = options, .count = options->path_count };
    int code;

    if (file_look(options->paths[0]).kind == FILE_FOLDER)
        return cli_merge_findings(options);
    m.parts = calloc(m.count, sizeof *m.parts);
    CHECK(m.parts != NULL);
    for (uint32_t i = 0; i < m.count; i++)
        m.parts[i].path = options->paths[i];
    code = options->status ? look(&m) : merge(&m);
    free(m.best);
    free(m.parts);
    return code;
}
