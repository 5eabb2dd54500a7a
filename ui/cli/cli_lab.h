/* cli_lab.h - the interface between the files of exifsim lab. */
#pragma once
#include "ui/cli/cli_json.h"
#include "ui/lab/exam.h"

/* An answer as a document, for a program or for the one who grades. */
json_t *cli_lab_json(const struct exam *exam);
/* Prints an answer for people. path: the capsule's file; NULL: none was written. */
void cli_lab_print(const struct exam *exam, const char *path, FILE *out);
int cli_lab_code(enum exam_verdict verdict);

/* Grades the folders of the command line (cli_lab_grade.c). Returns the exit code. */
int cli_lab_grade(const struct options *options);

/* Prints the story of a run in panels (cli_storyboard.c). False: there is none to tell. */
bool cli_storyboard_print(const char *capsule, FILE *out);
