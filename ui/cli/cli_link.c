/* cli_link.c - exifsim link: a capsule as a link that makes its run again in a browser. */
#include "ui/cli/cli_json.h"
#include "sim/ini.h"
#include "ui/export/export.h"
#include "ui/host/memory_file.h"
#include "ui/run/link.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The text of the capsule in one file and without comments, so that the link is short. Its
 * [replay] stays as it is: the build is the one that made the capsule. Free it with free. */
static char *whole_capsule(const struct scenario *scenario)
{
    struct ini *ini = ini_read(scenario->path);
    const char *key, *value;
    struct ini_place place;
    char *text = NULL;
    size_t length;
    FILE *out = memory_file_open(&text, &length);

    CHECK(out != NULL);
    fprintf(out, "[scenario]\nseed = %" PRIu64 "\n%s\n[replay]\n", scenario->seed, scenario->text);
    for (uint32_t i = 0; ini_key_at(ini, "replay", i, &key, &value, &place); i++)
        fprintf(out, "%s = %s\n", key, value);
    memory_file_close(out);
    ini_free(ini);
    return text;
}

/* Reports what is wrong with a capsule as a whole. Always returns EXIT_USAGE. */
static int refuse(const struct options *options, const char *what)
{
    char line[PATHS_MAX + RUN_ERROR_CHARS];

    snprintf(line, sizeof line, "%.4000s:1:1: %s\n", options->paths[0], what);
    return cli_json_refuse(options, "", line);
}

static int make_link(const struct options *options, const struct scenario *scenario)
{
    char words[RUN_REPRO_CHARS] = "", what[RUN_ERROR_CHARS], *capsule, *link;
    const char *problem = link_problem(scenario);
    size_t length;

    if (!scenario->has_fingerprint)
        return refuse(options, "no fingerprint (expected a capsule: [replay] with fingerprint = 16 "
                               "hexadecimal digits)");
    if (problem != NULL) {
        snprintf(what, sizeof what, "%s (expected a capsule that runs in a browser)", problem);
        return refuse(options, what);
    }
    capsule = whole_capsule(scenario);
    length = strlen(capsule);
    if (length > LINK_BYTES_MAX) {
        free(capsule);
        snprintf(what, sizeof what,
                 "a capsule of %zu bytes (expected at most %d for a link; exifsim minimize makes "
                 "it smaller, exifsim export --html needs no link)",
                 length, LINK_BYTES_MAX);
        return refuse(options, what);
    }
    if (options->at != NULL) {
        run_add_word(words, "--at");
        run_add_word(words, options->at);
    }
    link = link_make(options->url != NULL ? options->url : PAGE_NAME, capsule, words);
    if (options->format == FORMAT_JSON) {
        json_t *document = cli_json_new("link");

        json_object_set_new(document, "link", cli_json_text(link));
        json_object_set_new(document, "errors", json_array());
        cli_json_print(document);
    } else {
        printf("%s\n", link);
    }
    free(link);
    free(capsule);
    return EXIT_MET;
}

int verb_link(const struct options *options)
{
    json_t *errors = options->format == FORMAT_JSON ? json_array() : NULL;
    char error[400];
    struct scenario *scenario;
    int code;

    if (options->at != NULL &&
        !export_instant_check("--at", options->at, error, sizeof error - 1)) {
        strcat(error, "\n");
        json_decref(errors);
        return cli_json_refuse(options, "exifsim: ", error);
    }
    scenario = cli_json_load(options, options->paths[0], errors);
    if (scenario == NULL) {
        if (errors != NULL)
            cli_json_fail("link", errors);
        return EXIT_USAGE;
    }
    json_decref(errors);
    code = make_link(options, scenario);
    free(scenario);
    return code;
}
