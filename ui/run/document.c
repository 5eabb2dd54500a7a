/* document.c - see document.h. */
#include "ui/run/document.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* Bytes kept of standard input: more than the reader of scenarios takes, so that it says so. */
enum { STANDARD_MAX = (1 << 20) + 2 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char standard[STANDARD_MAX];
static size_t standard_length;

static void read_standard(void) { standard_length = fread(standard, 1, sizeof standard, stdin); }

struct ini *document_read(const char *path)
{
    if (strcmp(path, "-") != 0)
        return ini_read(path);
    pthread_once(&once, read_standard);
    return ini_read_text("stdin", standard, standard_length);
}
