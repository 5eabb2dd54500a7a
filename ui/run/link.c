/* link.c - see link.h. */
#include "ui/run/link.h"
#include "ui/host/deflate.h"
#include "ui/host/memory_file.h"
#include "model/world/world.h"
#include "sim/base.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *link_problem(const struct scenario *scenario)
{
    if (scenario->guest_count > 0)
        return "code from outside, which a browser does not compile";
    if (strstr(scenario->text, "\narrivals_hash = ") != NULL ||
        strstr(scenario->text, "\nsize_file_hash = ") != NULL)
        return "a file of data, which is not part of a capsule";
    return NULL;
}

static void put_base64url(FILE *out, const unsigned char *bytes, size_t count)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    for (size_t i = 0; i < count; i += 3) {
        size_t left = MIN_OF(count - i, (size_t)3);
        unsigned group = (unsigned)bytes[i] << 16 | (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0) |
                         (left > 2 ? bytes[i + 2] : 0);

        for (size_t letter = 0; letter <= left; letter++)
            fputc(letters[group >> (18 - 6 * letter) & 63], out);
    }
}

/* Letters that mean something in a link are written as %XX. */
static void put_escaped(FILE *out, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char letter = (unsigned char)text[i];

        if (isalnum(letter) || strchr("-_.~", letter) != NULL)
            fputc(letter, out);
        else
            fprintf(out, "%%%02X", letter);
    }
}

char *link_make(const char *page, const char *capsule, const char *words)
{
    size_t packed, size;
    unsigned char *bytes = deflate_text(capsule, &packed);
    char *text = NULL;
    FILE *out = memory_file_open(&text, &size);

    CHECK(out != NULL);
    fprintf(out, "%s#run=", page);
    put_base64url(out, bytes, packed);
    words += strspn(words, " ");
    if (words[0] != 0) {
        fputs("&view=", out);
        put_escaped(out, words, strlen(words));
    }
    memory_file_close(out);
    free(bytes);
    return text;
}
