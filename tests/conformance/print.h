/* print.h - one line of a transcript as text, the same on every host. */
#pragma once
#include <stdio.h>
#include "client.h"

void print_line(FILE *file, const struct transcript_line *line);
