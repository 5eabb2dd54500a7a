/* fuzz_script.c - carries out random lines of a script in a window without a display, on a run of a
 * second. A line that is none ends the script with its place; nothing else may happen.
 */
#include "tests/fuzz/fuzz.h"
#include "ui/timeline/script.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const fuzz_words[] = { "key ",
                                   "Ctrl+P",
                                   "Enter",
                                   "Escape",
                                   "text ",
                                   "do ZOOM_IN\n",
                                   "do FIT\n",
                                   "do MARK\n",
                                   "click ",
                                   "\"Stop\"",
                                   "move 300 200\n",
                                   "drag 1 1 900 500\n",
                                   "wheel 5 5 -3 Ctrl\n",
                                   "focus ",
                                   "tick 500\n",
                                   "size 400 300\n",
                                   "expect \"a\"\n",
                                   "key Left Right N Shift+N\n",
                                   "\n",
                                   "\"",
                                   "99999999999",
                                   NULL };

enum { LINES_MAX = 10 };

static struct app *app;
static char folder[64], scenario_file[96], script_file[96];

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
        abort();
}

static void leave(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0)
        perror(folder);
}

static void open_app(void)
{
    char error[512];

    app = app_new(draw_fonts_nominal(100), theme_find("dark"), 100);
    if (!app_open(app, 0, scenario_file, NULL, error, sizeof error))
        abort();
    app_settle(app, 640, 480);
}

static void begin(void)
{
    static const char text[] = "[scenario]\ntitle = fuzz\nduration = 500 ms\nseed = 1\n";

    snprintf(folder, sizeof folder, "fuzz-XXXXXX");
    if (mkdtemp(folder) == NULL)
        abort();
    atexit(leave);
    snprintf(scenario_file, sizeof scenario_file, "%s/a.ini", folder);
    snprintf(script_file, sizeof script_file, "%s/script.txt", folder);
    write_file(scenario_file, text, strlen(text));
    if (freopen("/dev/null", "w", stderr) == NULL) /* Thousands of refusals are no news. */
        abort();
    open_app();
}

/* Lines that write files or run for long are not the reader's business: a shot goes anywhere. */
static bool is_harmless(const uint8_t *data, size_t size)
{
    static const char *const words[] = { "shot", "describe", "wait" };

    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
        size_t length = strlen(words[w]);

        for (size_t i = 0; i + length <= size; i++)
            if (memcmp(data + i, words[w], length) == 0)
                return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct script_host host = { .width = 400, .height = 300 };
    struct script *script;

    if (app == NULL)
        begin();
    if (!is_harmless(data, size))
        return 0;
    write_file(script_file, data, size);
    script = script_open(script_file);
    for (int lines = 0; lines < LINES_MAX && script_step(script, app, &host) == SCRIPT_GOING;)
        lines++;
    script_close(script);
    if (app->quit || app->pane_count != 1) { /* The next input finds what this one found. */
        app_free(app);
        open_app();
    }
    return 0;
}
