/* level.h - a level of the game as its file says it: what the player is to bring about, where, and
 * with which moves.
 *
 * A level is a scenario (model/scenario) with a [level] section; docs/game.md describes the keys.
 * Nothing here runs anything: play.h does.
 *
 *     struct level *level = level_read("scenarios/game/01_two_clerks.ini", stderr);
 *     puts(level->title);
 *     level_free(level);
 */
#pragma once
#include "sim/ini.h"
#include "ui/host/places.h"
#include <stdio.h>

enum level_goal {
    GOAL_STOP,    /* The machine stops; `stop` says with which code. */
    GOAL_CRASH,   /* A process crashes; `name` says which. */
    GOAL_HANG,    /* Threads wait for ever. */
    GOAL_CHECK,   /* A check of checks.def fails: `check`. */
    GOAL_SURVIVE, /* Nothing of these happens. */
};

enum {
    LEVEL_TEXT_CHARS = 1000,
    LEVEL_NAME_CHARS = 64,
    LEVEL_SOLUTION_CHARS = 1000,
    LEVEL_PAR_MAX = 100
};

struct level {
    struct ini *ini;
    char path[4096];
    char name[LEVEL_NAME_CHARS]; /* The file's name without folder and suffix: "01_two_clerks". */
    char title[60], text[LEVEL_TEXT_CHARS], hint[400];
    enum level_goal goal;
    uint32_t stop;                       /* Code of the stop; 0: any. */
    uint32_t check;                      /* Row of checks.def. */
    char process[LEVEL_NAME_CHARS];      /* Image name of who crashes; "": any. */
    uint64_t from, to;                   /* Window in ns: moves are made in it; to 0: to the end. */
    uint32_t sites;                      /* Sites of choices.def that are moves, as bits. */
    uint32_t par;                        /* Fewest moves; 0: it cannot be done. */
    char solution[LEVEL_SOLUTION_CHARS]; /* Surprises, by number or by anchor; "": none. */
    uint32_t solution_count;
};

/* Reads a level; free it with level_free. NULL: the errors were written to `errors`, a line each,
 * in the form file:line:column: what was found (expected what). */
struct level *level_read(const char *path, FILE *errors);
void level_free(struct level *level); /* NULL is allowed. */

/* True if the file has a [level] section. */
bool level_is_one(const char *path);

/* Writes the goal as a clause: "bring the machine to STOP 0x00000005". */
void level_goal_text(const struct level *level, char *out, size_t size);

/* The levels that come with the program, in order: number 1 is the first one. Returns how many
 * there are; names are those of the files, free them with level_names_free. */
uint32_t level_names(char ***names);
void level_names_free(char **names, uint32_t count);

/* The path of one of them by its name; false: it is not there. */
bool level_path(const char *name, char path[PLACE_CHARS]);
/* Turns what a person typed into a path: a number is that of a level that comes with the program.
 * *number: of such a level; 0: it is one of his own. False: there is no such number; error says
 * which there are. */
enum { LEVEL_ERROR_CHARS = 200 };
bool level_find(const char *typed, char path[PLACE_CHARS], uint32_t *number,
                char error[LEVEL_ERROR_CHARS]);
