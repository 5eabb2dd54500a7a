/* script.c - see script.h. */
#include "ui/timeline/tip.h"
#include "ui/timeline/script.h"
#include "sim/ini.h"
#include "ui/host/files.h"
#include "ui/host/memory_file.h"
#include "ui/host/whole_file.h"
#include "ui/timeline/commands.h"
#include "ui/timeline/dialog.h"
#include "ui/timeline/keyboard.h"
#include "ui/timeline/shot.h"
#include "ui/timeline/settings.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 16, LINE_BYTES = 1024 };

struct script {
    char path[512];
    FILE *file;
    int line, code;
    /* The line at hand: */
    char text[LINE_BYTES], words[WORDS_MAX][LINE_BYTES];
    int column[WORDS_MAX + 1], count;
};

struct script *script_open(const char *path)
{
    struct script *script = calloc(1, sizeof *script);

    CHECK(script != NULL);
    snprintf(script->path, sizeof script->path, "%s", path);
    script->file = file_open(path, "rb");
    if (script->file != NULL)
        return script;
    fprintf(stderr, "%s:1:1: cannot open: %s (expected a script)\n", path, strerror(errno));
    free(script);
    return NULL;
}

void script_close(struct script *script)
{
    if (script == NULL)
        return;
    fclose(script->file);
    free(script);
}

int script_code(const struct script *script) { return script->code; }

static bool failed(struct script *s, int code, int word, const char *format, ...) DRAW_PRINTF(4, 5);
static bool failed(struct script *s, int code, int word, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s:%d:%d: ", s->path, s->line, s->column[MIN_OF(word, s->count)]);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\n");
    s->code = code;
    return false;
}

/* ---- A line's words -------------------------------------------------------------------------- */

static bool split(struct script *s)
{
    const char *at = s->text;

    s->count = 0;
    for (;;) {
        char *out = s->words[s->count];
        bool quoted;

        at += strspn(at, " \t");
        s->column[s->count] = (int)(at - s->text) + 1;
        if (*at == 0)
            return true;
        if (s->count == WORDS_MAX - 1)
            return failed(s, 2, s->count, "more than %d words (expected fewer)", WORDS_MAX - 1);
        quoted = *at == '"';
        at += quoted;
        while (*at != 0 && (quoted ? *at != '"' : *at != ' ' && *at != '\t')) {
            if (quoted && *at == '\\' && at[1] != 0)
                at++;
            *out++ = *at++;
        }
        *out = 0;
        s->count++;
        if (quoted && *at != '"')
            return failed(s, 2, s->count - 1, "the end of the line (expected a second quote)");
        at += quoted;
    }
}

static bool number(struct script *s, int word, int *out)
{
    char *end = NULL;
    long value = word < s->count ? strtol(s->words[word], &end, 10) : 0;

    *out = 0;
    if (word >= s->count || end == s->words[word] || *end != 0 || value < -100000 ||
        value > 10000000)
        return failed(s, 2, word, "\"%s\" (expected a number)",
                      word < s->count ? s->words[word] : "");
    *out = (int)value;
    return true;
}

static bool wants(struct script *s, int least, int most, const char *what)
{
    if (s->count - 1 >= least && s->count - 1 <= most)
        return true;
    return failed(s, 2, MIN_OF(s->count, most + 1), "%d words behind %s (expected %s)",
                  s->count - 1, s->words[0], what);
}

/* ---- What lines do --------------------------------------------------------------------------- */

static bool keys(struct script *s, struct app *app, struct script_host *host)
{
    if (!wants(s, 1, WORDS_MAX, "a key such as Ctrl+P"))
        return false;
    for (int i = 1; i < s->count; i++) {
        char key[KEY_CHARS];

        if (!keyboard_normal(s->words[i], key))
            return failed(s, 2, i, "\"%s\" (expected a key such as Ctrl+P, Left, F5)", s->words[i]);
        app_key(app, key);
        if (i + 1 < s->count)
            app_frame(app, host->width, host->height);
    }
    return true;
}

static bool command(struct script *s, struct app *app)
{
    const char *names[COMMAND_COUNT];
    enum command found;
    const char *near;

    if (!wants(s, 1, 1, "a command such as ZOOM_IN"))
        return false;
    found = command_find(s->words[1]);
    for (int i = 1; i < COMMAND_COUNT; i++)
        names[i - 1] = command_name((enum command)i);
    near = ini_did_you_mean(s->words[1], names, COMMAND_COUNT - 1);
    if (found == COMMAND_NONE)
        return failed(s, 2, 1, "\"%s\" (expected a command%s%s)", s->words[1],
                      near != NULL ? ": did you mean " : " such as ZOOM_IN",
                      near != NULL ? near : "");
    app_do(app, found);
    return true;
}

static bool node_named(struct script *s, struct app *app, const struct tree_node **out)
{
    *out = tree_find_name(app->tree, TREE_ROLE_COUNT, s->words[1]);
    if (*out == NULL)
        return failed(s, 1, 1, "\"%s\" (expected the name of something that is shown)",
                      s->words[1]);
    return true;
}

static bool click(struct script *s, struct app *app, int clicks)
{
    const struct tree_node *node;
    int x, y;

    if (!wants(s, 1, 2, "a name, or X Y"))
        return false;
    if (s->count == 2) {
        if (!node_named(s, app, &node))
            return false;
        x = node->box.x + node->box.w / 2;
        y = node->box.y + node->box.h / 2;
    } else if (!number(s, 1, &x) || !number(s, 2, &y)) {
        return false;
    }
    app_move(app, x, y);
    for (int i = 1; i <= clicks; i++) {
        app_press(app, x, y, BUTTON_LEFT, 0, i);
        app_release(app, x, y, BUTTON_LEFT);
    }
    return true;
}

static bool drag(struct script *s, struct app *app)
{
    int at[4];

    if (!wants(s, 4, 4, "X Y X Y"))
        return false;
    for (int i = 0; i < 4; i++)
        if (!number(s, i + 1, &at[i]))
            return false;
    app_move(app, at[0], at[1]);
    app_press(app, at[0], at[1], BUTTON_LEFT, 0, 1);
    for (int i = 1; i <= 4; i++)
        app_move(app, at[0] + (at[2] - at[0]) * i / 4, at[1] + (at[3] - at[1]) * i / 4);
    app_release(app, at[2], at[3], BUTTON_LEFT);
    return true;
}

static bool wheel(struct script *s, struct app *app)
{
    int x, y, dy, modifiers = 0;

    if (!wants(s, 3, 6, "X Y DY and modifiers") || !number(s, 1, &x) || !number(s, 2, &y) ||
        !number(s, 3, &dy))
        return false;
    for (int i = 4; i < s->count; i++) {
        if (strcmp(s->words[i], "Ctrl") == 0)
            modifiers |= MOD_CTRL;
        else if (strcmp(s->words[i], "Shift") == 0)
            modifiers |= MOD_SHIFT;
        else if (strcmp(s->words[i], "Alt") == 0)
            modifiers |= MOD_ALT;
        else
            return failed(s, 2, i, "\"%s\" (expected Ctrl, Shift or Alt)", s->words[i]);
    }
    app_wheel(app, x, y, 0, dy, modifiers);
    return true;
}

static bool move(struct script *s, struct app *app)
{
    int x, y;

    if (!wants(s, 2, 2, "X Y") || !number(s, 1, &x) || !number(s, 2, &y))
        return false;
    app_move(app, x, y);
    return true;
}

static bool focus(struct script *s, struct app *app)
{
    const struct tree_node *node;

    if (!wants(s, 1, 1, "a name") || !node_named(s, app, &node))
        return false;
    if (!tree_focus_key(app->tree, node->key))
        return failed(s, 1, 1, "\"%s\" takes no focus", s->words[1]);
    return true;
}

static bool tick(struct script *s, struct app *app, struct script_host *host)
{
    int ms;

    if (!wants(s, 1, 1, "milliseconds") || !number(s, 1, &ms))
        return false;
    for (int passed = 0; passed < ms; passed += 20) {
        host->clock_ms += 20;
        play_tick(app, host->clock_ms);
        tip_tick(app, host->clock_ms);
    }
    return true;
}

static bool size(struct script *s, struct script_host *host)
{
    int width, height;

    if (!wants(s, 2, 2, "WIDTH HEIGHT") || !number(s, 1, &width) || !number(s, 2, &height))
        return false;
    if (width < 200 || width > 16384 || height < 150 || height > 16384)
        return failed(s, 2, 1, "%d %d (expected 200 150 to 16384 16384)", width, height);
    host->width = width;
    host->height = height;
    if (host->resize != NULL)
        host->resize(host->ctx, width, height);
    return true;
}

static bool describe(struct script *s, struct app *app)
{
    struct whole_file file;
    int error;

    if (!wants(s, 1, 1, "a file, or -"))
        return false;
    error = whole_file_open(&file, s->words[1]);
    if (error == 0) {
        app_describe(app, file.out);
        error = whole_file_close(&file);
    }
    return error == 0 || failed(s, 2, 1, "cannot write %s: %s", s->words[1], strerror(error));
}

static bool shot(struct script *s, struct app *app)
{
    char error[600];

    if (!wants(s, 1, 1, "a file that ends with .png or .svg"))
        return false;
    return shot_write(app, s->words[1], error, sizeof error) || failed(s, 2, 1, "%s", error);
}

static bool expect(struct script *s, struct app *app, bool there)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = memory_file_open(&text, &length);
    bool found;

    CHECK(out != NULL);
    app_describe(app, out);
    memory_file_close(out);
    found = s->count > 1 && strstr(text, s->words[1]) != NULL;
    if (s->count == 2 && found != there)
        fprintf(stderr, "%s", text);
    free(text);
    if (!wants(s, 1, 1, "a text"))
        return false;
    if (found != there)
        return failed(s, 1, 1, "expected %s\"%s\" in the transcript above", there ? "" : "no ",
                      s->words[1]);
    return true;
}

static bool act(struct script *s, struct app *app, struct script_host *host)
{
    const char *word = s->words[0];

    if (strcmp(word, "wait") == 0) {
        app_settle(app, host->width, host->height);
        return true;
    }
    if (strcmp(word, "key") == 0)
        return keys(s, app, host);
    if (strcmp(word, "text") == 0) {
        app_text(app, s->text + strspn(s->text, " \t") + 4 + (s->count > 1));
        return true;
    }
    if (strcmp(word, "do") == 0)
        return command(s, app);
    if (strcmp(word, "click") == 0 || strcmp(word, "double") == 0)
        return click(s, app, word[0] == 'd' ? 2 : 1);
    if (strcmp(word, "drag") == 0)
        return drag(s, app);
    if (strcmp(word, "wheel") == 0)
        return wheel(s, app);
    if (strcmp(word, "move") == 0)
        return move(s, app);
    if (strcmp(word, "focus") == 0)
        return focus(s, app);
    if (strcmp(word, "tick") == 0)
        return tick(s, app, host);
    if (strcmp(word, "size") == 0 || strcmp(word, "resize") == 0)
        return size(s, host);
    if (strcmp(word, "describe") == 0)
        return describe(s, app);
    if (strcmp(word, "shot") == 0)
        return shot(s, app);
    if (strcmp(word, "expect") == 0 || strcmp(word, "expect-not") == 0)
        return expect(s, app, word[6] == 0);
    if (strcmp(word, "quit") == 0) {
        app->quit = true;
        return true;
    }
    return failed(s, 2, 0,
                  "\"%s\" (expected key, text, do, click, double, drag, wheel, move, focus, tick, "
                  "wait, size, shot, describe, expect, expect-not or quit)",
                  word);
}

enum script_state script_step(struct script *s, struct app *app, struct script_host *host)
{
    do {
        if (fgets(s->text, sizeof s->text, s->file) == NULL)
            return SCRIPT_ENDED;
        s->line++;
        s->text[strcspn(s->text, "\r\n")] = 0;
        if (!split(s))
            return SCRIPT_FAILED;
    } while (s->count == 0 || s->words[0][0] == '#');
    if (!act(s, app, host))
        return SCRIPT_FAILED;
    settings_follow(app->settings, app);
    app_frame(app, host->width, host->height);
    return app->quit ? SCRIPT_ENDED : SCRIPT_GOING;
}
