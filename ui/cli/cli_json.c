/* cli_json.c - see cli_json.h. */
#include "ui/cli/cli_json.h"
#include "ui/host/memory_file.h"
#include "ui/host/texts.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *cli_json_new(const char *kind)
{
    json_t *document = json_object();

    json_object_set_new(document, "tool", json_string("exifsim"));
    json_object_set_new(document, "version", json_integer(OUTPUTS_VERSION));
    json_object_set_new(document, "kind", json_string(kind));
    return document;
}

void cli_json_print(json_t *document)
{
    json_dumpf(document, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(document);
}

void cli_json_fail(const char *kind, json_t *errors)
{
    json_t *document = cli_json_new(kind);

    json_object_set_new(document, "errors", errors);
    cli_json_print(document);
}

json_t *cli_json_text(const char *text)
{
    json_t *string = json_string(text);
    char *copy;

    if (string != NULL)
        return string;
    copy = strdup(text);
    CHECK(copy != NULL);
    for (char *at = copy; *at != 0; at++)
        *at = (unsigned char)*at >= 0x80 ? '?' : *at;
    string = json_string(copy);
    free(copy);
    return string;
}

json_t *cli_json_count(uint64_t value) { return json_integer((json_int_t)value); }

json_t *cli_json_seed(uint64_t seed)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRIu64, seed);
    return seed <= INT64_MAX ? json_integer((json_int_t)seed) : json_string(text);
}

json_t *cli_json_real(double value) { return isfinite(value) ? json_real(value) : json_null(); }

json_t *cli_json_interval(struct stats_interval interval)
{
    json_t *object = json_object();

    json_object_set_new(object, "low", cli_json_real(interval.low));
    json_object_set_new(object, "point", cli_json_real(interval.point));
    json_object_set_new(object, "high", cli_json_real(interval.high));
    return object;
}

/* ---- Errors ---------------------------------------------------------------------------------- */

/* The place at the head of a line: "file:line:column: " or "--set #3: ". Returns the text behind
 * it; NULL: there is none. */
static const char *place_of(const char *line, size_t *file, long *row, long *column)
{
    char *end;

    if (strncmp(line, "--set #", 7) == 0) {
        *row = strtol(line + 7, &end, 10);
        *file = 5;
        *column = 1;
        return strncmp(end, ": ", 2) == 0 ? end + 2 : NULL;
    }
    for (size_t i = 0; line[i] != 0; i++) {
        if (line[i] != ':')
            continue;
        *row = strtol(line + i + 1, &end, 10);
        if (end == line + i + 1 || *end != ':')
            continue;
        const char *second = end + 1;

        *column = strtol(second, &end, 10);
        if (end == second || strncmp(end, ": ", 2) != 0)
            continue;
        *file = i;
        return end + 2;
    }
    return NULL;
}

static json_t *part(const char *text, size_t length)
{
    char *copy = text_copy(text, length);
    json_t *string;

    CHECK(copy != NULL);
    string = cli_json_text(copy);
    free(copy);
    return string;
}

/* The object of one line. */
static json_t *error_of(const char *line)
{
    static const char sign[] = " (expected ";
    json_t *object = json_object();
    size_t file = 0;
    long row = 0, column = 0;
    const char *text = place_of(line, &file, &row, &column), *open, *close;
    bool placed = text != NULL;

    text = placed ? text : line;
    open = strstr(text, sign);
    close = open != NULL ? strrchr(open, ')') : NULL;
    json_object_set_new(object, "file", placed ? part(line, file) : json_null());
    json_object_set_new(object, "line", placed ? json_integer(row) : json_null());
    json_object_set_new(object, "column", placed ? json_integer(column) : json_null());
    json_object_set_new(object, "found",
                        open != NULL ? part(text, (size_t)(open - text)) : cli_json_text(text));
    json_object_set_new(
        object, "expected",
        close != NULL ? part(open + sizeof sign - 1, (size_t)(close - open) - (sizeof sign - 1))
                      : json_null());
    json_object_set_new(object, "message", cli_json_text(text));
    return object;
}

void cli_json_errors(json_t *errors, const char *lines)
{
    while (*lines != 0) {
        size_t length = strcspn(lines, "\n");
        char *line = text_copy(lines, length);

        CHECK(line != NULL);
        if (strstr(line, ": warning: ") == NULL)
            json_array_append_new(errors, error_of(line));
        free(line);
        lines += length + (lines[length] == '\n');
    }
}

struct scenario *cli_json_load(const struct options *options, const char *path, json_t *errors)
{
    char error[RUN_ERROR_CHARS], *lines = NULL;
    struct scenario *scenario;
    size_t length = 0;
    FILE *out = memory_file_open(&lines, &length);

    CHECK(out != NULL);
    scenario = run_load_telling(&options->run, path, out, error);
    memory_file_close(out);
    fputs(lines, stderr);
    if (errors != NULL)
        cli_json_errors(errors, lines);
    free(lines);
    return scenario;
}

struct plan *cli_json_plan(const struct options *options)
{
    char *lines = NULL;
    size_t length = 0;
    FILE *out = memory_file_open(&lines, &length);
    struct plan *plan;

    CHECK(out != NULL);
    plan = plan_read(options->paths[0], options->run.sets, options->run.set_count,
                     options->run.has_seed ? &options->run.seed : NULL, out);
    memory_file_close(out);
    if (plan == NULL)
        cli_json_refuse(options, "", lines);
    else if ((options->given & OPTION_BIT(RUNS)))
        plan->replicas = options->runs;
    free(lines);
    return plan;
}

int cli_json_refuse(const struct options *options, const char *who, const char *lines)
{
    json_t *errors;

    fprintf(stderr, "%s%s", who, lines);
    if (options->format == FORMAT_JSON) {
        errors = json_array();
        cli_json_errors(errors, lines);
        cli_json_fail(verbs[options->verb].name, errors);
    }
    return EXIT_USAGE;
}
