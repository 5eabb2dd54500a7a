/* link_read.c - reads a link as the page does: link_read LINK
 *
 * Prints the capsule; behind it a line "view: WORDS" if the link has a view. Exit code 1: no link.
 * A reader of its own: nothing of link.c is in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { BYTES = 65536 };

static int wrong(const char *what)
{
    fprintf(stderr, "link_read: %s\n", what);
    return 1;
}

/* Letters of base64url up to the end or a '&'; the number of bytes. */
static size_t bytes_of(const char *text, unsigned char *out)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned group = 0, bits = 0;
    size_t count = 0;

    for (const char *at; *text != 0 && (at = strchr(letters, *text)) != NULL; text++) {
        group = group << 6 | (unsigned)(at - letters);
        bits += 6;
        if (bits >= 8 && count < BYTES)
            out[count++] = (unsigned char)(group >> (bits -= 8));
    }
    return *text == 0 || *text == '&' ? count : 0;
}

static void print_view(const char *text)
{
    printf("view: ");
    for (; *text != 0; text++) {
        const char digits[] = { text[0] == '%' ? text[1] : 0, text[0] == '%' ? text[2] : 0, 0 };

        putchar(*text == '%' ? (int)strtoul(digits, NULL, 16) : *text);
        if (*text == '%')
            text += 2;
    }
    putchar('\n');
}

int main(int count, char **words)
{
    static unsigned char packed[BYTES], text[BYTES];
    const char *run = count == 2 ? strstr(words[1], "#run=") : NULL, *view;
    z_stream stream = { .next_in = packed, .next_out = text, .avail_out = sizeof text };

    if (run == NULL)
        return wrong("no \"#run=\"");
    stream.avail_in = (uInt)bytes_of(run + strlen("#run="), packed);
    if (stream.avail_in == 0)
        return wrong("letters that a link does not have");
    if (inflateInit2(&stream, -15) != Z_OK || inflate(&stream, Z_FINISH) != Z_STREAM_END)
        return wrong("not compressed text");
    fwrite(text, 1, stream.total_out, stdout);
    inflateEnd(&stream);
    view = strstr(run, "&view=");
    if (view != NULL)
        print_view(view + strlen("&view="));
    return 0;
}
