/* cli_quiz.h - what cli_quiz.c and cli_quiz_stats.c share. */
#pragma once
#include "ui/lesson/quiz_form.h"
#include "ui/run/options.h"

/* Prints the item statistics of a folder of answer files and keys; returns the exit code. */
int cli_quiz_stats(const struct options *options);
