/* load_format.c - recognising the encoding and the format of another program's file.
 *
 * An error about a known format that cannot be read names it, and the way to convert the file.
 * Damage at the end is normal for a log whose machine stopped: zeros that were allocated and never
 * written, or half a line. Such damage is a warning, and the rest of the file is read.
 */
#include "model/scenario/load_text.h"
#include <stdlib.h>
#include <string.h>

/* ---- Encoding -------------------------------------------------------------------------------- */

/* Converts UTF-16, behind its byte order mark, to UTF-8; structural characters have one byte. */
static void from_utf16(struct load_reading *r, const unsigned char *in, size_t length, bool big)
{
    char *out = malloc(length * 2 + 1);
    size_t used = 0;

    CHECK(out != NULL);
    for (size_t i = 0; i + 1 < length; i += 2) {
        unsigned unit = big ? (unsigned)in[i] << 8 | in[i + 1] : (unsigned)in[i + 1] << 8 | in[i];

        if (unit < 0x80) {
            out[used++] = (char)unit;
        } else if (unit < 0x800) {
            out[used++] = (char)(0xc0 | unit >> 6);
            out[used++] = (char)(0x80 | (unit & 0x3f));
        } else {
            out[used++] = (char)(0xe0 | unit >> 12);
            out[used++] = (char)(0x80 | (unit >> 6 & 0x3f));
            out[used++] = (char)(0x80 | (unit & 0x3f));
        }
    }
    out[used] = 0;
    r->converted = out;
    r->text = out;
    r->end = out + used;
    r->utf8 = true;
    r->cut = length % 2 != 0;
}

static int last_line(const struct load_reading *r)
{
    int lines = 1;

    for (const char *c = r->text; c < r->end; c++)
        lines += *c == '\n';
    return lines;
}

/* Leaves out zeros behind the last character, with a warning. */
static void leave_out_zeros(struct load_reading *r)
{
    const char *end = r->end;

    while (end > r->text && end[-1] == 0)
        end--;
    if (end == r->end)
        return;
    size_t zeros = (size_t)(r->end - end);

    r->end = end;
    load_warn(r, last_line(r), 1, "the file ends in %zu bytes of zero, which were left out", zeros);
}

bool load_make_text(struct load_reading *r)
{
    const unsigned char *bytes = (const unsigned char *)r->file.bytes;
    size_t length = r->file.length;

    r->text = r->file.bytes;
    r->end = r->text + length;
    r->cut = false;
    if (length >= 2 &&
        ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff)))
        from_utf16(r, bytes + 2, length - 2, bytes[0] == 0xfe);
    else if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        r->text += 3;
    leave_out_zeros(r);
    r->cut = r->cut || (r->end > r->text && r->end[-1] != '\n');
    if (r->converted == NULL)
        r->utf8 =
            ini_utf8_length(r->text, (size_t)(r->end - r->text)) == (size_t)(r->end - r->text);

    const char *zero = memchr(r->text, 0, (size_t)(r->end - r->text));

    if (zero == NULL)
        return true;
    r->end = zero; /* The line of the error is counted up to there. */
    return load_wrong(r, last_line(r), 1,
                      "a byte of zero in this line (expected text in UTF-8, ANSI, or UTF-16 with "
                      "its byte order mark; a binary counter log becomes text by relog FILE -f csv "
                      "-o FILE.csv)");
}

/* ---- Format ---------------------------------------------------------------------------------- */

/* Returns the first line that is not blank; *number is its number, from 1. */
static struct load_piece first_line(const struct load_reading *r, int *number)
{
    const char *at = r->text;
    struct load_piece line = { r->text, 0 };

    for (*number = 1; load_line(r, &at, &line) && load_is_blank(line); ++*number)
        ;
    return line;
}

/* True if one of the first lines begins with the word. */
static bool has_line(const struct load_reading *r, const char *word)
{
    const char *at = r->text;
    struct load_piece line;

    for (int i = 0; i < 10 && load_line(r, &at, &line); i++)
        if (load_begins(line, word))
            return true;
    return false;
}

static bool contains(struct load_piece text, const char *part)
{
    size_t length = strlen(part);

    for (size_t i = 0; i + length <= text.length; i++)
        if (memcmp(text.at + i, part, length) == 0)
            return true;
    return false;
}

/* Returns the name of a format that cannot be read, with the way to convert it; NULL: unknown. */
static const char *foreign_format(const struct load_reading *r, struct load_piece line)
{
    if (has_line(r, "#Log-type:") || has_line(r, "#Fields: date-time,"))
        return "a log of Exchange 2007 or later (expected one of Exchange 2003: message tracking "
               "or "
               "W3C extended)";
    if (contains(line, "] \"") && contains(line, "["))
        return "a log in NCSA format (expected W3C Extended Log File Format: choose it in the "
               "service's properties)";
    if (contains(line, ", ") && contains(line, "SVC"))
        return "a log in Microsoft IIS format (expected W3C Extended Log File Format: choose it in "
               "the service's properties)";
    if (contains(line, "PDH-CSV") && contains(line, ";"))
        return "cells separated by semicolons, as a spreadsheet saves them (expected the CSV as "
               "Performance Monitor wrote it, with commas and decimal points)";
    return NULL;
}

const struct load_series *load_read(struct load_reading *r)
{
    const struct load_series *series = NULL;

    if (load_make_text(r)) {
        int number;
        struct load_piece line = first_line(r, &number), bare = line;
        const char *foreign = foreign_format(r, line);

        if (bare.length > 0 && bare.at[0] == '"')
            bare = (struct load_piece){ bare.at + 1, bare.length - 1 };
        if (foreign != NULL)
            load_wrong(r, number, 1, "%s", foreign);
        else if (load_begins(line, "# Message Tracking Log File"))
            series = load_read_tracking(r);
        else if (load_begins(line, "#"))
            series = load_read_w3c(r);
        else if (load_begins(bare, "(PDH-CSV") || load_begins(bare, "(PDH-TSV"))
            series = load_read_perfmon(r);
        else
            load_wrong(r, number, 1,
                       "\"%.*s\" (expected Performance Monitor's CSV, which begins with \"(PDH-CSV "
                       "4.0)\"; a W3C extended log, which begins with #Software or #Fields; or a "
                       "message tracking log of Exchange 2003)",
                       (int)MIN_OF(line.length, 40u), line.at);
    }
    free(r->converted);
    r->converted = NULL;
    return series;
}
