/* memory_file_posix.c - see memory_file.h. */
#include "ui/host/memory_file.h"

FILE *memory_file_open(char **text, size_t *length) { return open_memstream(text, length); }
int memory_file_close(FILE *out) { return fclose(out); }
