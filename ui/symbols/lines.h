/* lines.h - finds source lines in the debugging information of a program or a shared object. A
 * build without elfutils' libdw finds none. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lines;

/* Reads the line tables of a file; those of exifsim take some milliseconds. NULL: there are none.
 * */
struct lines *lines_open(const char *path);

/* Finds the source line of an address, as the program was linked. file is relative to the root of
 * the sources if it lies there. False: unknown. */
bool lines_find(const struct lines *lines, uintptr_t address, char *file, size_t size, int *line);
/* True if there is code of this line; `file` is the last part of the file's name. */
bool lines_has(const struct lines *lines, const char *file, int line);
void lines_close(struct lines *lines);
