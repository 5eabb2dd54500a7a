/* guest.h - code from outside: a driver or a program in C, made into a shared object that a world
 * can load.
 *
 *     guest_prepare(supplied_holds);         // scenario_read now builds what [driver NAME] names
 *
 * A shared object is kept in the user's cache, under a hash of all that it was made of: sources,
 * headers, options, the compiler and this program's own headers.
 *
 * Trust: what is built runs on the host as any program does. So sources and images must lie in the
 * folder of the scenario, or among the scenarios that come with the program, unless the user trusts
 * them (--trust).
 */
#pragma once
#include "model/scenario/scenario.h"
#include <stdio.h>

/* Has the reader of scenarios build guests; call it before scenario_read, as often as you like.
 * supplied: true for a file that came with the program. */
void guest_prepare(bool (*supplied)(const char *path));

/* Also takes sources and images that lie elsewhere. Call it first in main. */
void guest_trust(void);

/* Compiles and links the sources of a guest to a shared object at `path`. False: errors were
 * recorded (guest_compile.c). */
struct guest_plan {
    const struct guest_sources *sources;
    const char *compiler, *headers; /* The folder of the doors' headers. */
    struct ini *ini;
};
bool guest_compile(const struct guest_plan *plan, const char *path);

/* Writes the file in C that binds a guest to the doors (guest_glue.c). */
void guest_write_glue(FILE *out, bool is_program);
