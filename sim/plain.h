/* plain.h - text that cannot control a terminal.
 *
 * Control characters are those below blank, DEL, C1 (U+0080 to U+009F, also as single bytes), and
 * the marks that change the direction of writing (U+200E, U+200F, U+202A to U+202E, U+2066 to
 * U+2069). A tab is text.
 */
#pragma once
#include <stddef.h>

/* Length of the text before its first control character. */
size_t plain_length(const char *text);

/* Copies text with each control character as \xNN per byte; cuts what does not fit. Returns out. */
const char *plain_copy(const char *text, char *out, size_t size);

/* Copies a name of at most `most` bytes that may be smashed: a byte that is not printable ASCII
 * becomes '?'; cuts what does not fit. */
void plain_name(const char *text, size_t most, char *out, size_t size);
