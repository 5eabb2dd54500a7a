/* cli_merge_findings.c - exifsim merge for folders of findings: joins the shards of a search.
 *
 * The joined folder has the capsules of all findings, one for each cause, and the state of the
 * whole search, with which explore --resume goes on.
 */
#include "ui/cli/cli_explore.h"
#include "ui/host/files.h"
#include <errno.h>
#include <stdlib.h>

/* Copies a capsule as it is. False: it cannot be, and the error was printed. */
static bool copy(const char *from, const char *to)
{
    FILE *in = file_open(from, "rb");
    struct whole_file out;
    char bytes[4096];
    size_t got;

    if (in == NULL)
        return cli_written(from, errno);
    if (!cli_written(to, whole_file_open(&out, to))) {
        fclose(in);
        return false;
    }
    while ((got = fread(bytes, 1, sizeof bytes, in)) > 0)
        fwrite(bytes, 1, got, out.out);
    fclose(in);
    return cli_written(to, whole_file_close(&out));
}

static bool copy_capsules(const struct options *options, const struct hunt *hunt,
                          const struct hunt_joined *joined)
{
    char from[CLI_EXPLORE_PATH], to[CLI_EXPLORE_PATH];

    for (uint32_t i = 0; i < hunt->finding_count; i++) {
        if (!hunt->findings[i].repeats)
            continue;
        cli_explore_capsule(options->paths[joined->from[i]], &hunt->findings[i], from);
        cli_explore_capsule(options->out, &hunt->findings[i], to);
        if (!copy(from, to))
            return false;
    }
    return true;
}

static void print_missing(const struct hunt_joined *joined)
{
    printf("shards    %u of %u", joined->shards - (uint32_t)__builtin_popcountll(joined->missing),
           joined->shards);
    for (uint32_t i = 1; i <= joined->shards; i++)
        if ((joined->missing >> i & 1) != 0)
            printf(", %u/%u is missing", i, joined->shards);
    printf("\n");
}

int cli_merge_findings(const struct options *options)
{
    struct hunt *hunt = calloc(1, sizeof *hunt);
    struct hunt_joined joined;
    char why[RUN_ERROR_CHARS] = "", line[RUN_ERROR_CHARS + HUNT_WHERE_CHARS + 16];
    const char *folder = options->out != NULL ? options->out : options->paths[0];
    int code = EXIT_USAGE;
    bool good;

    CHECK(hunt != NULL);
    hunt->folder = options->out;
    good = hunt_merge(hunt, options->paths, options->path_count, &joined, why);
    if (!good) {
        snprintf(line, sizeof line, "%s: %s\n", hunt->where, why);
        cli_json_refuse(options, "", line);
    } else if (hunt->keep_error != 0) {
        cli_written(options->out, hunt->keep_error);
    } else if (options->out == NULL || copy_capsules(options, hunt, &joined)) {
        code = cli_explore_code(hunt);
        if (joined.missing != 0)
            code = exit_worse(code, EXIT_INCONCLUSIVE);
        if (options->format == FORMAT_JSON) {
            cli_explore_document(folder, hunt, json_array());
        } else {
            print_missing(&joined);
            cli_explore_print(folder, hunt);
        }
    }
    hunt_free(hunt);
    free(hunt);
    return code;
}
