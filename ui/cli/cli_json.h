/* cli_json.h - documents for other programs: what --format json prints (docs/json.md).
 *
 * Every document is one object that begins with tool, version and kind. The version rises when a
 * field is removed or changes its meaning; new fields may come at any time.
 *
 *     json_t *document = cli_json_new("list");
 *
 *     json_object_set_new(document, "scenarios", scenarios);
 *     cli_json_print(document);
 */
#pragma once
#include "ui/campaign/plan.h"
#include "ui/campaign/stats.h"
#include "ui/cli/cli.h"
#include <jansson.h>

json_t *cli_json_new(const char *kind);

/* Prints the document to standard output and releases it. */
void cli_json_print(json_t *document);

/* Prints a document that has errors only: the verb could not begin. */
void cli_json_fail(const char *kind, json_t *errors);

/* A text; bytes that JSON cannot hold become '?'. */
json_t *cli_json_text(const char *text);
json_t *cli_json_count(uint64_t value);
/* A seed: a number, or a string if it needs more than 63 bits. */
json_t *cli_json_seed(uint64_t seed);
/* A finite number, else null. */
json_t *cli_json_real(double value);
json_t *cli_json_interval(struct stats_interval interval);

/* Reads a scenario as run_load does; errors are also appended to `errors` (NULL: printed only). */
struct scenario *cli_json_load(const struct options *options, const char *path, json_t *errors);

/* Reads a sweep with its --set, --seed and --runs. NULL: the errors were reported, as
 * cli_json_refuse does. Free it with plan_free. */
struct plan *cli_json_plan(const struct options *options);

/* Reports lines of errors before a verb began: on stderr, behind `who` ("exifsim: ", or "" for
 * those that name a file and a line), and as a document where --format json is given. Always
 * returns EXIT_USAGE. */
int cli_json_refuse(const struct options *options, const char *who, const char *lines);

/* Splits lines of errors, "file:line:column: found (expected ...)", and appends an object each to
 * `errors`. */
void cli_json_errors(json_t *errors, const char *lines);
