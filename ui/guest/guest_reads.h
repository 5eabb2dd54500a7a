/* guest_reads.h - which files a compiler read. */
#pragma once
#include <stdio.h>

/* Takes the list that `cc -MD -MT x -MF path` wrote, and removes it. Writes each path as a line,
 * but those that begin with `without`. */
void guest_take_reads(const char *path, const char *without, FILE *out);
