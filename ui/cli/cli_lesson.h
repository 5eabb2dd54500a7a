/* cli_lesson.h - what the files of exifsim lesson share. Each function returns an exit code; errors
 * were printed to stderr.
 */
#pragma once
#include "ui/cli/cli.h"
#include "ui/lesson/check.h"

int cli_lesson_play(const struct options *options, const char *path);

/* Finds a lesson by its file, or by its name in the course ("4_memory"). False: the path is too
 * long. */
enum { LESSON_PATH_CHARS = 4096 };
bool cli_lesson_find(const char *name, char out[LESSON_PATH_CHARS]);
