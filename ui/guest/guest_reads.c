/* guest_reads.c - see guest_reads.h. The list is a rule of make:
 *
 *     x: a.c /usr/include/limits.h \
 *       a\ name\ with\ blanks.h
 */
#include "ui/guest/guest_reads.h"
#include "ui/host/files.h"
#include <ctype.h>
#include <string.h>

enum { PATH_CHARS = 4096 };

/* Reads the next path. False: there is none. */
static bool next_path(FILE *in, char out[PATH_CHARS])
{
    size_t length = 0;
    int c = fgetc(in);

    for (; c != EOF && (length == 0 || !isspace(c)); c = fgetc(in)) {
        int next = c == '\\' || c == '$' ? fgetc(in) : EOF;

        if (c == '\\' && (next == '\n' || next == '\r')) {
            if (length > 0)
                break;
            continue;
        }
        if (next == ' ' || next == '#' || next == '$') /* "\ ", "\#" and "$$". */
            c = next;
        else if (next != EOF)
            ungetc(next, in);
        if ((c != next && isspace(c)) || length + 1 == PATH_CHARS)
            continue;
        out[length++] = (char)c;
    }
    out[length] = 0;
    return length > 0;
}

void guest_take_reads(const char *path, const char *without, FILE *out)
{
    FILE *in = file_open(path, "rb");
    char name[PATH_CHARS];

    if (in == NULL)
        return;
    next_path(in, name); /* "x:" */
    while (next_path(in, name))
        if (strncmp(name, without, strlen(without)) != 0)
            fprintf(out, "%s\n", name);
    fclose(in);
    file_remove(path);
}
