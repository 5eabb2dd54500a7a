/* whole_file.h - files that appear complete or not at all.
 *
 * Output goes to a temporary file, PATH.PID.tmp, which is renamed to PATH when it is complete. A
 * signal that ends the program removes unfinished files. A device, a pipe and standard output (path
 * "-" or NULL) are written to directly. If PATH is a symbolic link, the file it leads to is
 * replaced.
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
 * Functions return 0 or an errno, except whole_file_drop.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct whole_file {
    FILE *out;
    char *path, *temporary; /* temporary NULL: output goes to path directly. */
    int error;              /* First errno of a failed write, set by the writer; 0: none. */
};

int whole_file_open(struct whole_file *file, const char *path);

/* Completes the file and gives it its name. On failure the temporary file is removed and an
 * existing file stays. A reader of standard output that has gone is no error. */
int whole_file_close(struct whole_file *file);

/* Gives up: removes the temporary file; an existing file stays. */
void whole_file_drop(struct whole_file *file);

/* Writes a complete file. */
int whole_file_write(const char *path, const void *bytes, size_t length);

/* Gives standard output to files named "-" alone: what is printed to stdout from now on goes to
 * standard error. */
int whole_file_divert(void);

/* True for NULL and "-". */
bool whole_file_is_standard(const char *path);

/* Checks that a file can be written there. Call it before long work. */
int whole_file_check(const char *path);
