/* sources.h - the core's source files, from whatever folder the program runs in.
 *
 * A frame names a file as the sources' root has it: "model/exifs/exifs_transfer.c". The root is
 * looked for here, above the scenario, above the program, and where the program was built.
 */
#pragma once

/* The text of a file, to be freed; NULL: it is nowhere. */
char *sources_read(const char *file, const char *scenario);
