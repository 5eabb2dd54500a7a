/* cli_lesson.h - what the files of exifsim lesson share. Each function returns an exit code; errors
 * were printed to stderr.
 */
#pragma once
#include "ui/cli/cli.h"
#include "ui/lesson/check.h"

int cli_lesson_play(const struct options *options, const char *path);
