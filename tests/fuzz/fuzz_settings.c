/* fuzz_settings.c - reads random bytes as the window's settings, and as the bookmarks beside a
 * scenario. What is wrong is said and left as it is: the file may not be written over.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_window.h"
#include "ui/timeline/notes.h"
#include "ui/timeline/settings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static bool still_has(const char *path, const uint8_t *bytes, size_t size)
{
    static uint8_t found[8192];
    FILE *file = fopen(path, "rb");
    size_t length = file != NULL ? fread(found, 1, sizeof found, file) : 0;

    if (file != NULL)
        fclose(file);
    return length == size && memcmp(found, bytes, size) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct app *app;
    char settings_file[FUZZ_PATH_CHARS], notes_file[FUZZ_PATH_CHARS], error[512];
    struct settings *settings;

    if (app == NULL)
        app = fuzz_window_open();
    fuzz_window_path("settings.ini", settings_file);
    fuzz_window_path("a.ini.notes", notes_file);
    fuzz_window_write(settings_file, data, size);
    settings = settings_open(settings_file);
    settings_apply(settings, app);
    settings_save(settings, error, sizeof error);
    if (settings->error_count > 0 && !still_has(settings_file, data, size))
        abort();
    settings_free(settings);
    fuzz_window_write(notes_file, data, size);
    notes_read(app);
    if (app->marks.state == NOTES_INVALID) {
        notes_write(app);
        if (!still_has(notes_file, data, size))
            abort();
    }
    return 0;
}
