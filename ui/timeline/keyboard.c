/* keyboard.c - see keyboard.h. */
#include "ui/timeline/keyboard.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name, *text;
} keys[] = {
#define KEY(name, scancode, text) { name, text },
#include "ui/timeline/keyboard.def"
#undef KEY
};
static const char *const modifiers[] = { "Ctrl+", "Alt+", "Shift+" };
enum { MODIFIERS = sizeof modifiers / sizeof modifiers[0] };

static const char *take_modifiers(const char *text, bool given[MODIFIERS])
{
    bool again = true;

    memset(given, 0, MODIFIERS * sizeof *given);
    while (again) {
        again = false;
        for (int i = 0; i < MODIFIERS; i++) {
            size_t length = strlen(modifiers[i]);

            if (!given[i] && strncasecmp(text, modifiers[i], length) == 0) {
                given[i] = again = true;
                text += length;
            }
        }
    }
    return text;
}

bool keyboard_normal(const char *text, char out[KEY_CHARS])
{
    bool given[MODIFIERS];
    const char *name = take_modifiers(text, given);

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcasecmp(keys[i].name, name) == 0) {
            snprintf(out, KEY_CHARS, "%s%s%s%s", given[0] ? modifiers[0] : "",
                     given[1] ? modifiers[1] : "", given[2] ? modifiers[2] : "", keys[i].name);
            return true;
        }
    return false;
}

bool keyboard_next(const char **list, char out[KEY_CHARS])
{
    const char *at = *list + strspn(*list, " ,\t");
    size_t length = strcspn(at, " ,\t");
    char word[KEY_CHARS];

    if (length == 0) {
        *list = at;
        return false;
    }
    snprintf(word, sizeof word, "%.*s", (int)length, at);
    if (length < sizeof word && keyboard_normal(word, out)) {
        *list = at + length;
        return true;
    }
    snprintf(out, KEY_CHARS, "%s", word);
    *list = at;
    return false;
}

static void one_text(const char *key, char *out, size_t size)
{
    bool given[MODIFIERS];
    const char *name = take_modifiers(key, given);

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(keys[i].name, name) == 0) {
            snprintf(out, size, "%.*s%s", (int)(name - key), key, keys[i].text);
            return;
        }
    snprintf(out, size, "%s", key);
}

void keyboard_text(const char *list, bool only_first, char *out, size_t size)
{
    char key[KEY_CHARS], text[KEY_CHARS];
    size_t used = 0;

    out[0] = 0;
    while (keyboard_next(&list, key) && used + 8 < size) {
        one_text(key, text, sizeof text);
        used += (size_t)snprintf(out + used, size - used, "%s%s", used > 0 ? " or " : "", text);
        if (only_first)
            return;
    }
}
