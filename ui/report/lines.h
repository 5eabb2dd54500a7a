/* lines.h - source lines of this program's own code, from its debugging information. Only where the
 * build found elfutils' libdw; elsewhere there are none. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lines;

/* Reads the line tables of the running program; takes some milliseconds. NULL: there are none. */
struct lines *lines_open(void);

/* The line that the code at this address, as the program was linked, comes from. file is relative
 * to the root of the sources where it lies under it. */
bool lines_find(const struct lines *lines, uintptr_t address, char *file, size_t size, int *line);
void lines_close(struct lines *lines);
