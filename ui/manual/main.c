/* main.c - exifsim-manual FOLDER DATE: writes all pages and completions below it. See manual.h. */
#include "ui/manual/manual.h"
#include "ui/host/files.h"
#include "ui/host/whole_file.h"
#include <errno.h>
#include <string.h>

enum { PATH_CHARS = 4096 };

static const char *root, *date;
static int failures;

/* Makes a folder below the root; one that is there is good. */
static void make_folder(const char *name)
{
    char path[PATH_CHARS];

    snprintf(path, sizeof path, "%s/%s", root, name);
    folder_make(path);
}

/* Writes one file: `write` for a completion, NULL for the page of a verb. */
static void make(const char *name, void (*write)(FILE *out), enum verb_id verb)
{
    char path[PATH_CHARS];
    struct whole_file file;
    int error;

    snprintf(path, sizeof path, "%s/%s", root, name);
    error = whole_file_open(&file, path);
    if (error == 0) {
        if (write != NULL)
            write(file.out);
        else
            manual_page(file.out, verb, date);
        error = whole_file_close(&file);
    }
    if (error == 0)
        return;
    fprintf(stderr, "exifsim-manual: cannot write %s: %s\n", path, strerror(error));
    failures++;
}

int main(int count, char **words)
{
    if (count != 3) {
        fprintf(stderr, "usage: exifsim-manual FOLDER DATE\n");
        return 2;
    }
    root = words[1];
    date = words[2];
    for (int p = 0; p < PROGRAMS; p++) {
        char name[64];

        make_folder(program_name((enum program)p));
        snprintf(name, sizeof name, "%s/man1", program_name((enum program)p));
        make_folder(name);
    }
    make_folder("completions");
    make("exifsim/man1/exifsim.1", NULL, VERB_NONE);
    for (int v = 0; v < VERB_COUNT; v++) {
        char name[128];

        snprintf(name, sizeof name, "%s/man1/exifsim-%s.1", program_name(verbs[v].program),
                 verbs[v].name);
        make(name, NULL, (enum verb_id)v);
    }
    make("completions/exifsim.bash", manual_bash, VERB_NONE);
    make("completions/exifsim-view.bash", manual_bash_view, VERB_NONE);
    make("completions/_exifsim", manual_zsh, VERB_NONE);
    make("completions/exifsim.fish", manual_fish, VERB_NONE);
    return failures > 0;
}
