/* progress.h - which lessons and levels of the game a person has played, and how well: a small file
 * of his own.
 *
 *     struct progress *progress = progress_read(path);       // no such file: empty
 *     progress_note(progress, "4_memory", 10, 14, 5);
 *     int error = progress_write(progress, path);
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROGRESS_NAME = 80, PROGRESS_LESSONS_MAX = 256 };

struct progress_row {
    char lesson[PROGRESS_NAME]; /* File name without .ini. */
    uint32_t best, most;        /* Points: best so far, and the most there are. */
    uint32_t page;              /* Page that was open last, from 1. */
    bool done;                  /* The last page was reached. */
};

/* The best play of a level. */
enum { PROGRESS_PLAY = 800, PROGRESS_LEVELS_MAX = 128 };
struct progress_level {
    char level[PROGRESS_NAME]; /* File name without .ini. */
    uint32_t score, moves;
    char play[PROGRESS_PLAY]; /* Moves, as surprises; "": none. */
};

struct progress;

/* Reads the file; a file that is missing or damaged counts as empty. Free with progress_free. */
struct progress *progress_read(const char *path);
void progress_free(struct progress *progress); /* NULL is allowed. */

const struct progress_row *progress_find(const struct progress *progress, const char *lesson);
void progress_note(struct progress *progress, const struct progress_row *row);

const struct progress_level *progress_find_level(const struct progress *progress,
                                                 const char *level);
/* Keeps a play if it is better than the one that is kept: more points, or as many with fewer moves.
 * True: it was. */
bool progress_note_level(struct progress *progress, const struct progress_level *row);

/* Writes the file as a whole. Returns 0 or an errno. */
int progress_write(const struct progress *progress, const char *path);

/* The name of a lesson's file without folder and suffix: "4_memory". */
void progress_name(const char *path, char *out, size_t size);
