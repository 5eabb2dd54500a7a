/* fuzz_settings.c - reads random bytes as the window's settings, and as the bookmarks beside a
 * scenario. What is wrong is said and left as it is: the file may not be written over.
 */
#include "tests/fuzz/fuzz.h"
#include "ui/timeline/notes.h"
#include "ui/timeline/settings.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const fuzz_words[] = { "[window]\n",
                                   "[keys]\n",
                                   "[lanes]\n",
                                   "[bookmark 1]\n",
                                   "record = ",
                                   "time = 5 s\n",
                                   "note = here\n",
                                   "theme = dark\n",
                                   "text = 150%\n",
                                   "Ctrl+Shift+P",
                                   "ZOOM_IN = ",
                                   "width = 9\n",
                                   " = ",
                                   "\n",
                                   "[",
                                   "]",
                                   "99999999999999999999",
                                   NULL };

static struct app *app;
static char folder[64], settings_file[96], scenario_file[96], notes_file[128];

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        abort();
}

static bool still_has(const char *path, const uint8_t *bytes, size_t size)
{
    static uint8_t found[8192];
    FILE *file = fopen(path, "rb");
    size_t length = file != NULL ? fread(found, 1, sizeof found, file) : 0;

    if (file != NULL)
        fclose(file);
    return length == size && memcmp(found, bytes, size) == 0;
}

static void leave(void)
{
    unlink(settings_file);
    unlink(scenario_file);
    unlink(notes_file);
    rmdir(folder);
}

static void begin(void)
{
    static const char text[] = "[scenario]\ntitle = fuzz\nduration = 1 s\nseed = 1\n";
    char error[512];

    snprintf(folder, sizeof folder, "fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL)
        abort();
    atexit(leave);
    snprintf(settings_file, sizeof settings_file, "%s/settings.ini", folder);
    snprintf(scenario_file, sizeof scenario_file, "%s/a.ini", folder);
    snprintf(notes_file, sizeof notes_file, "%s.notes", scenario_file);
    write_file(scenario_file, text, strlen(text));
    app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    if (!app_open(app, 0, scenario_file, NULL, error, sizeof error))
        abort();
    app_settle(app, 640, 480);
    if (freopen("/dev/null", "w", stderr) == NULL) /* Thousands of refusals are no news. */
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct settings *settings;
    char error[512];

    if (app == NULL)
        begin();
    write_file(settings_file, data, size);
    settings = settings_open(settings_file);
    settings_apply(settings, app);
    settings_save(settings, error, sizeof error);
    if (settings->error_count > 0 && !still_has(settings_file, data, size))
        abort();
    settings_free(settings);
    write_file(notes_file, data, size);
    notes_read(app);
    if (app->marks.state == NOTES_INVALID) {
        notes_write(app);
        if (!still_has(notes_file, data, size))
            abort();
    }
    return 0;
}
