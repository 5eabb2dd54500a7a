/* ini.h - stands in for inih, for the cross build of exifsim.exe only (ini.c). */
#pragma once

/* Called for each key. Returns zero for an error. */
typedef int (*ini_handler)(void *user, const char *section, const char *name, const char *value);

/* Reads a line as fgets does. */
typedef char *(*ini_reader)(char *line, int size, void *stream);

/* Reads lines and calls the handler for each key of them. Returns 0, or the number of the first
 * line that is wrong. */
int ini_parse_stream(ini_reader reader, void *stream, ini_handler handler, void *user);
