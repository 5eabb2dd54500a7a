/* print.c - see print.h. */
#include "print.h"

void print_line(FILE *file, const struct transcript_line *line)
{
    fprintf(file, "%2lu  %-30s %6ld %8llu  %016llx\n", (unsigned long)line->step, line->call,
            (long)line->status, (unsigned long long)line->bytes, (unsigned long long)line->hash);
    fflush(file);
}
