/* whole_file.h - files that are there whole or not at all.
 *
 * What is written goes to a temporary file beside the one that is meant, PATH.PID.tmp, which takes
 * that one's name when it is complete. A signal that ends the program removes what is unfinished.
 * A device or a pipe cannot be replaced and is written to as it comes; so is standard output, whose
 * path is "-" or NULL. A link keeps leading to its file.
 *
 *     struct whole_file file;
 *     int error = whole_file_open(&file, path);
 *
 *     if (error == 0) {
 *         fprintf(file.out, "...");
 *         error = whole_file_close(&file);
 *     }
 *     if (error != 0)
 *         fprintf(stderr, "cannot write %s: %s\n", path, strerror(error));
 *
 * Every function answers 0 or an errno.
 */
#pragma once
#include <stddef.h>
#include <stdio.h>

struct whole_file {
    FILE *out;
    char *path, *temporary; /* temporary NULL: written as it comes. */
    int error; /* First errno met in writing, where the writer has noted it; 0: none noted. */
};

int whole_file_open(struct whole_file *file, const char *path);

/* The file takes its name. Else nothing is left of it, and what was there stays. A reader of
 * standard output that has left has seen what it wanted: no error. */
int whole_file_close(struct whole_file *file);

/* Nothing is left of it, and what was there stays. */
void whole_file_drop(struct whole_file *file);

/* The whole of it at once. */
int whole_file_write(const char *path, const void *bytes, size_t length);

/* Whether a file can be put there: better known before long work than after it. */
int whole_file_check(const char *path);
