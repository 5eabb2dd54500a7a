/* cli_new.c - exifsim new: writes a commented file to begin with.
 *
 * The template is a whole scenario: it lints, runs and meets its expectations as it is. Lines that
 * begin with "# " and hold a key are there to be tried by removing the mark.
 */
#include "ui/cli/cli.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static const char scenario[] =
    "# A scenario: one night of one server. docs/scenario-keys.md describes every key.\n"
    "#\n"
    "#     exifsim lint THIS-FILE      says what is wrong, with line and column\n"
    "#     exifsim run THIS-FILE       runs it and prints the story\n"
    "#     exifsim explain THIS-FILE   names the cause of what happened\n"
    "#\n"
    "# A comment is a line of its own that begins with #, or text behind \" ;\". Units are "
    "written:\n"
    "# 90 s, 10 min, 24/s, 6 KiB, 2%.\n"
    "\n"
    "[scenario]\n"
    "title = my first scenario\n"
    "story = What happens here, in a sentence or two.\n"
    "duration = 2 min\n"
    "# The same seed gives the same run, record by record. Without one, each run draws another.\n"
    "seed = 1\n"
    "\n"
    "[machine]\n"
    "processors = 2\n"
    "# services = all             ; start more services than the load needs\n"
    "\n"
    "[versions]\n"
    "# rtm, sp1, sp2 or hotfix: the four files of the product.\n"
    "all = sp2\n"
    "\n"
    "# Mail that comes in by SMTP. More loads: [load pop3], [load dav], [load mapi] ...\n"
    "[load smtp]\n"
    "rate = 10/s\n"
    "# size_median = 12 KiB        ; half of the messages are smaller\n"
    "\n"
    "# What goes wrong. Remove the marks, and the information store crashes after a minute. Under\n"
    "# this load the old driver then stops the machine; with all = hotfix it does not.\n"
    "# [fault crash]\n"
    "# kind = crash\n"
    "# process = store.exe\n"
    "# at = 60 s\n"
    "\n"
    "# What exifsim run and test hold the run to. With the crash above: outcome = stop, and fewer\n"
    "# messages.\n"
    "[expect]\n"
    "outcome = survived\n"
    "min_delivered = 1000\n"
    "\n"
    "# Many runs at once: write rate = ${5, 10, 24}/s above, then\n"
    "#     exifsim sweep THIS-FILE -n 20 -o mine.db && exifsim curve mine.db\n";

static bool is_there(const char *path)
{
    struct stat there;

    return !whole_file_is_standard(path) && lstat(path, &there) == 0;
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
    if (!cli_write(path, scenario, strlen(scenario)))
        return EXIT_USAGE;
    if (!whole_file_is_standard(path) && !options->quiet)
        printf("%s: a scenario to begin with. Next: exifsim run %s\n", path, path);
    return EXIT_MET;
}
