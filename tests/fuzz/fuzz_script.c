/* fuzz_script.c - carries out random lines of a script in a window without a display, on a run of a
 * second. A line that is none ends the script with its place; nothing else may happen.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_window.h"
#include "ui/timeline/script.h"
#include <string.h>

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
    static struct app *app;
    struct script_host host = { .width = 400, .height = 300 };
    char path[FUZZ_PATH_CHARS];
    struct script *script;

    if (app == NULL)
        app = fuzz_window_open();
    if (!is_harmless(data, size))
        return 0;
    fuzz_window_path("script.txt", path);
    fuzz_window_write(path, data, size);
    script = script_open(path);
    for (int lines = 0; lines < LINES_MAX && script_step(script, app, &host) == SCRIPT_GOING;)
        lines++;
    script_close(script);
    if (app->quit || app->pane_count != 1) { /* The next input finds what this one found. */
        app_free(app);
        app = fuzz_window_open();
    }
    return 0;
}
