/* cli_new.c - exifsim new: writes a commented file to begin with (ui/run/first_scenario.h). */
#include "ui/cli/cli.h"
#include "ui/host/files.h"
#include "ui/run/first_scenario.h"
#include <errno.h>
#include <string.h>

static bool is_there(const char *path)
{
    return !whole_file_is_standard(path) && file_kind_of_name(path) != FILE_ABSENT;
}

int verb_new(const struct options *options)
{
    static const char *const kinds[] = { "scenario" };
    const char *kind = options->paths[0], *path = options->paths[1];

    if (strcmp(kind, kinds[0]) != 0) {
        const char *near = ini_did_you_mean(kind, kinds, ARRAY_LEN(kinds));

        fprintf(stderr, "exifsim: new \"%s\" (expected scenario%s)\n", kind,
                near != NULL ? "; did you mean it?" : "");
        return EXIT_USAGE;
    }
    if (is_there(path)) {
        fprintf(stderr, "exifsim: %s: %s (expected the name of a new file)\n", path,
                strerror(EEXIST));
        return EXIT_USAGE;
    }
    if (!cli_write(path, first_scenario, strlen(first_scenario)))
        return EXIT_USAGE;
    if (!whole_file_is_standard(path) && !options->quiet)
        printf("%s: a scenario to begin with. Next: exifsim run %s\n", path, path);
    return EXIT_MET;
}
