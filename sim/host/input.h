/* input.h - opens a file to read it, without ever waiting.
 *
 * Opening a named pipe waits until somebody writes, and a device may never end. What exifsim reads
 * is read twice (lint, then the run), so only regular files are inputs.
 *
 *     const char *problem;
 *     FILE *file = host_input_open(path, &problem);
 *
 *     if (file == NULL)
 *         fprintf(stderr, "%s:1:1: cannot open: %s\n", path, problem);
 */
#pragma once
#include <stdio.h>

/* NULL: problem is the reason, such as "not a regular file"; valid until the next call. */
FILE *host_input_open(const char *path, const char **problem);
