/* code_text.h - the text of C sources, as far as exifsim itself looks at it.
 *
 *     char *code = code_text(source, length);    "x = 'a'; // no"  becomes  "x =    ;      "
 *
 *     if (code_defines(source, length, "main")) ...
 *     free(code);
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

static inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* True for what a name in C may have. */
static inline bool is_of_name(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* A copy of a source with blanks for its comments and for what is quoted. Free it with free. */
char *code_text(const char *text, size_t length);

/* True if a source defines a function of this name: "name(...) {". One that it calls before has
 * the declaration that the C of 1990 implies. */
bool code_defines(const char *source, size_t length, const char *name);
