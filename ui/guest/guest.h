/* guest.h - code from outside: a driver or a program in C, made into a shared object that a world
 * can load.
 *
 *     guest_prepare(supplied_holds);         // scenario_read now builds what [driver NAME] names
 *
 * A shared object is kept in the user's cache, under a hash of all that it was made of: the
 * compiler, its options, this program's version, and every file that the compiler read. Those files
 * are in a list beside it, which is found by a hash of the rest and of the sources.
 *
 *     guests/echo-HASH.list      what the compiler read when it last made that
 *     guests/echo-HASH.so        HASH: of the first hash and of the files in the list
 *
 * Trust: what is built runs on the host as any program does. So sources and images must lie in the
 * folder of the scenario, or among the scenarios that come with the program, unless the user trusts
 * them (--trust).
 */
#pragma once
#include "model/scenario/scenario.h"
#include "ui/host/places.h"
#include <stdio.h>

/* Has the reader of scenarios build guests; call it before scenario_read, as often as you like.
 * supplied: true for a file that came with the program. */
void guest_prepare(bool (*supplied)(const char *path));

/* Also takes sources and images that lie elsewhere. Call it first in main. */
void guest_trust(void);

/* The folders of the headers that guests are compiled with: the doors', and ExIFS' own. False: they
 * are not beside this program. */
bool guest_folders(char doors[PLACE_CHARS], char exifs[PLACE_CHARS]);

/* Makes a shared object of sources, or finds the one that was made of the same, and writes its
 * path. False: errors were recorded. In a page it finds what was made when the page was built
 * (ui/web/guests.c). */
bool guest_build(struct ini *ini, const struct guest_sources *sources, char image[SCENARIO_PATH]);

/* The name under which a page has what was made of sources: a hash of their bytes, of what is
 * defined for them, and of what they are to be. */
enum { GUEST_KEPT_CHARS = 32 };
void guest_kept_name(const struct guest_sources *sources, char out[GUEST_KEPT_CHARS]);

/* Compiles and links the sources of a guest to a shared object at `path`. False: errors were
 * recorded (guest_compile.c). */
struct guest_plan {
    const struct guest_sources *sources;
    const char *compiler, *headers; /* The folder of the doors' headers. */
    const char *exifs;              /* The folder of ExIFS' own headers. */
    struct ini *ini;
    FILE *reads; /* Gets the files that the compiler read, one per line. */
};
bool guest_compile(const struct guest_plan *plan, const char *path);

/* Goes on with a hash by the compiler's words for the glue and for every source. */
uint64_t guest_hash_words(const struct guest_plan *plan, uint64_t hash);

/* Writes the file in C that binds a guest to the doors (guest_glue.c); is_exifs: a row of ExIFS,
 * which calls that driver's functions, too. */
void guest_write_glue(FILE *out, bool is_program, bool is_exifs);
