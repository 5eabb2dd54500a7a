/* fuzz_window.c - see fuzz_window.h. */
#define _POSIX_C_SOURCE 200809L
#include "tests/fuzz/fuzz_window.h"
#include "ui/timeline/app.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];

void fuzz_window_path(const char *name, char path[FUZZ_PATH_CHARS])
{
    snprintf(path, FUZZ_PATH_CHARS, "%.40s/%.48s", folder, name);
}

void fuzz_window_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        abort();
}

/* A script may leave files of any name, so all that the folder holds goes with it. */
static void leave(void)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        char path[FUZZ_PATH_CHARS];

        fuzz_window_path(entry->d_name, path);
        unlink(path);
    }
    if (dir != NULL)
        closedir(dir);
    rmdir(folder);
}

struct app *fuzz_window_open(void)
{
    static const char text[] = "[scenario]\ntitle = fuzz\nduration = 500 ms\nseed = 1\n";
    char scenario[FUZZ_PATH_CHARS], error[512];
    struct app *app;

    if (folder[0] == 0) {
        snprintf(folder, sizeof folder, "fuzz-XXXXXX");
        if (mkdtemp(folder) == NULL)
            abort();
        atexit(leave);
        if (freopen("/dev/null", "w", stderr) == NULL) /* Thousands of refusals are no news. */
            abort();
    }
    fuzz_window_path("a.ini", scenario);
    fuzz_window_write(scenario, text, strlen(text));
    app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    if (!app_open(app, 0, scenario, NULL, error, sizeof error))
        abort();
    app_settle(app, 640, 480);
    return app;
}
