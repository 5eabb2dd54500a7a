/* keyboard.h - names of keys: "Ctrl+Shift+P". A window asks keyboard.def for their scancodes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

enum { KEY_CHARS = 40 };

/* "shift+ctrl+p" as "Ctrl+Shift+P": modifiers are Ctrl, Alt, Shift in this order. False: there is
 * no such key. */
bool keyboard_normal(const char *text, char out[KEY_CHARS]);

/* A list of keys as people read it: "Shift+Slash F1" is "Shift+/ or F1"; only the first when short.
 */
void keyboard_text(const char *keys, bool only_first, char *out, size_t size);

/* Goes through a list of keys, separated by blanks: *list moves behind the key, which is normal.
 * False: the list is at its end, or (*list is not) holds something that is no key; out has it. */
bool keyboard_next(const char **list, char out[KEY_CHARS]);
