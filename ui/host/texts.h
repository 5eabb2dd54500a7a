/* texts.h - calls on texts that not every C library has. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Cuts the next word off a text, at one of the signs, and moves *rest behind it. NULL: no word is
 * left. Two signs side by side have an empty word between them. */
char *text_take(char **rest, const char *signs);

/* A copy of the first `length` bytes of a text. Free it with free. */
char *text_copy(const char *text, size_t length);

/* True if there is something in a text before this end: "a.db" ends with ".db", ".db" does not. */
bool text_ends_with(const char *text, const char *end);
