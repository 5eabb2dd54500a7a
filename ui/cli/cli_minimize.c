/* cli_minimize.c - exifsim minimize: the smallest run with the same finding, as a capsule. */
#include "ui/cli/cli_json.h"
#include "ui/explore/minimize.h"
#include "ui/host/interrupt.h"
#include "ui/host/memory_file.h"
#include "ui/host/progress.h"
#include <stdlib.h>
#include <string.h>

static void tell_progress(void *ctx, uint32_t runs, uint32_t parts)
{
    struct progress *progress = ctx;

    if (progress_due(progress))
        progress_show(progress, -1, "%u runs, %u parts are left", runs, parts);
}

/* Prints what is left, and what each part is needed for. */
static void print_result(const struct minimize *m)
{
    char at[CLI_SECONDS_CHARS];

    cli_seconds(m->finding.at, at);
    printf("%s, at %s\n", m->finding.cause, at);
    printf("%u of %u parts are left after %u runs; a capsule of %zu bytes\n", m->after, m->before,
           m->runs, strlen(m->capsule));
    if (m->part_count == 0)
        printf("No part can be left out: there is none but the machine and its load.\n");
    else
        printf("\nWithout this part       is found\n");
    for (uint32_t i = 0; i < m->part_count; i++)
        printf("%-23s %s\n", m->parts[i].name,
               m->parts[i].other.kind == FINDING_NONE ? "nothing" : m->parts[i].other.cause);
}

static void add_finding(json_t *to, const char *key, const struct finding *finding)
{
    json_t *told = json_object();

    json_object_set_new(told, "kind", json_string(finding_names[finding->kind]));
    json_object_set_new(told, "cause", cli_json_text(finding->cause));
    json_object_set_new(told, "at_ns", cli_json_count(finding->at));
    json_object_set_new(to, key, told);
}

static void print_json(const struct minimize *m, const struct options *options)
{
    json_t *document = cli_json_new("minimize"), *parts = json_array();

    json_object_set_new(document, "capsule", cli_json_text(options->out));
    add_finding(document, "finding", &m->finding);
    json_object_set_new(document, "runs", cli_json_count(m->runs));
    json_object_set_new(document, "parts_before", cli_json_count(m->before));
    json_object_set_new(document, "parts_after", cli_json_count(m->after));
    for (uint32_t i = 0; i < m->part_count; i++) {
        json_t *part = json_object();

        json_object_set_new(part, "part", cli_json_text(m->parts[i].name));
        add_finding(part, "without", &m->parts[i].other);
        json_array_append_new(parts, part);
    }
    json_object_set_new(document, "parts", parts);
    json_object_set_new(document, "errors", json_array());
    cli_json_print(document);
}

int verb_minimize(const struct options *options)
{
    struct run_options run_options = options->run;
    struct progress progress;
    struct minimize *m = calloc(1, sizeof *m);
    char error[RUN_ERROR_CHARS], *lines;
    size_t length;
    FILE *errors = memory_file_open(&lines, &length);
    int code = EXIT_USAGE;

    CHECK(m != NULL && errors != NULL);
    run_options.signal = interrupt_flag();
    *m = (struct minimize){ .options = &run_options,
                            .path = options->paths[0],
                            .errors = errors,
                            .progress = tell_progress,
                            .ctx = &progress };
    progress_begin(&progress, !options->quiet);
    bool good = minimize(m, error);

    progress_end(&progress);
    memory_file_close(errors);
    if (!good && !m->interrupted) {
        cli_json_refuse(options, "", lines);
    } else if (!good) {
        fprintf(stderr, "exifsim: %s was not written: interrupted after %u runs\n", options->out,
                m->runs);
        code = EXIT_INCONCLUSIVE;
    } else if (cli_write(options->out, m->capsule, strlen(m->capsule))) {
        code = EXIT_MET;
        if (options->format == FORMAT_JSON)
            print_json(m, options);
        else if (!options->quiet)
            print_result(m);
    }
    free(lines);
    free(m->capsule);
    free(m);
    return code;
}
