/* supplied.h - the scenarios, lessons and levels that come with the program, found by name from
 * anywhere.
 *
 *     path = supplied_path("kb908674");        // /usr/share/exifsim/scenarios/kb908674.ini
 *
 * A name is a file's path below a folder of scenarios, with or without .ini; one of a lesson or a
 * level of the game may leave out lessons/ or game/. The folders are searched in this order:
 *
 *     $EXIFSIM_SCENARIOS                 if it is set
 *     scenarios                          here
 *     ../scenarios, ../../scenarios      seen from the program: the sources of a build
 *     ../share/exifsim/scenarios         seen from an installed program
 *     scenarios                          beside the program, on Windows
 *
 * A file that lies at the path as given comes before all of them.
 */
#pragma once
#include "ui/host/places.h"
#include <stdint.h>

enum { SUPPLIED_FOLDERS_MAX = 6 };

struct supplied_folders {
    char list[SUPPLIED_FOLDERS_MAX][PLACE_CHARS]; /* In the order of search. */
    uint32_t count;
};

/* The folders of scenarios that are there, and $EXIFSIM_SCENARIOS in any case. If none is there:
 * all places where one could be. */
void supplied_folders(struct supplied_folders *out);

/* Finds a file or folder by name. False: none of the folders has it, or it is no name: it is empty
 * or begins at the root or with a dot. */
bool supplied_find(const char *name, char out[PLACE_CHARS]);

/* The path of what an operand means: the operand itself if there is such a file, or if nothing has
 * this name. The text lives as long as the program. */
const char *supplied_path(const char *operand);

/* If nothing has this name: writes the nearest name and where it was looked for, to continue the
 * words "expected a scenario file". False: it can be no name, and out is empty. */
bool supplied_missing(const char *name, char *out, size_t size);

/* True for a file that lies in one of the folders or below it. */
bool supplied_holds(const char *path);

/* The name of a file in one of the folders, such as "kb908674" or "lessons/4_memory". False: it
 * lies elsewhere. */
bool supplied_name(const char *path, char *out, size_t size);

/* True for a file of the installed folder, beside which nothing is to be written. */
bool supplied_is_installed(const char *path);

/* The single file of the page (ui/web), into which exifsim export --html puts a run: $EXIFSIM_PAGE,
 * else web/page.html beside the program, as in a build, or beside the installed scenarios. False:
 * none is there, and out is the first place that was looked at. */
bool supplied_page(char out[PLACE_CHARS]);

/* All names, in order of the alphabet; lessons begin with "lessons/", levels with "game/". A name
 * that two folders have is there once. */
struct supplied_names {
    char **list;
    uint32_t count;
    size_t room;
};
void supplied_names(struct supplied_names *out);
void supplied_names_free(struct supplied_names *names);
