/* lines.h - finds source lines of this program's own code in its debugging information. A build
 * without elfutils' libdw finds none. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lines;

/* Reads the line tables of the running program, which takes some milliseconds. NULL: there are
 * none. */
struct lines *lines_open(void);

/* Finds the source line of an address, as the program was linked. file is relative to the root of
 * the sources if it lies there. False: unknown. */
bool lines_find(const struct lines *lines, uintptr_t address, char *file, size_t size, int *line);
void lines_close(struct lines *lines);
