/* document.c - see document.h. */
#include "ui/run/document.h"
#include "ui/guest/guest.h"
#include "ui/run/supplied.h"
#include "ui/host/files.h"
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* Bytes kept of standard input: more than the reader of scenarios takes, so that it says so. */
enum { STANDARD_MAX = (1 << 20) + 2, HINT_CHARS = 2048 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char standard[STANDARD_MAX];
static size_t standard_length;

static void read_standard(void) { standard_length = fread(standard, 1, sizeof standard, stdin); }

static bool is_missing(const char *path)
{
    return file_look(path).kind == FILE_ABSENT && errno == ENOENT;
}

struct ini *document_read(const char *path)
{
    char hint[HINT_CHARS] = "";

    guest_prepare(supplied_holds);
    if (strcmp(path, "-") != 0) {
        if (is_missing(path))
            supplied_missing(path, hint, sizeof hint);
        return ini_read_hinted(path, hint);
    }
    pthread_once(&once, read_standard);
    return ini_read_text("stdin", standard, standard_length);
}
