/* memory_file.h - a stream whose text is kept in memory, as POSIX's open_memstream makes it.
 *
 *     char *text;
 *     size_t length;
 *     FILE *out = memory_file_open(&text, &length);
 *
 *     fprintf(out, "...");
 *     memory_file_close(out);
 *     ...
 *     free(text);
 *
 * Close it with memory_file_close, never with fclose. Several may be open, in several threads.
 */
#pragma once
#include <stddef.h>
#include <stdio.h>

/* NULL: the host has no room. */
FILE *memory_file_open(char **text, size_t *length);

/* Sets *text and *length, with a zero behind the text. EOF: the host had no room; else 0. */
int memory_file_close(FILE *out);
