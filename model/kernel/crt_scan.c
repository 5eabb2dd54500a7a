/* crt_scan.c - the C library's scanf, with the widths that Windows has: a long is an int, and a
 * wide character has 16 bits.
 *
 * Conversions: d i u o x X, c s and their capitals, [, n, with *, a width, and h hh l ll w I64 I32
 * I. There is no floating point: such a conversion ends the scan.
 */
#include "model/kernel/crt.h"
#include "model/kernel/rtl.h"
#include "sim/base.h"
#include <string.h>

enum { LINE_CHARS = 256, END_OF_TEXT = -1 };

struct scan {
    const char *start, *text; /* The text, and what is not read yet. */
    const char *format;       /* Rest of the format. */
    bool sizes;               /* c, s and [ have the size of their buffer behind it. */
    bool ended;               /* Nothing was left of the text for the latest part of the format. */
    va_list arguments;
};

enum size { SIZE_INT, SIZE_CHAR, SIZE_SHORT, SIZE_64, SIZE_WIDE };
struct spec {
    bool skips;    /* A '*': the field is not stored. */
    uint32_t left; /* Characters that the field may still have. */
    enum size size;
    const char *set, *set_end; /* Between the brackets of [. */
    char conversion;
};

static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static void pass_blanks(struct scan *scan)
{
    while (is_blank(*scan->text))
        scan->text++;
}

/* The field's next character; 0: it has ended. */
static char look(const struct scan *scan, const struct spec *spec)
{
    return (char)(spec->left > 0 ? *scan->text : 0);
}

static void pass(struct scan *scan, struct spec *spec)
{
    scan->text++;
    spec->left--;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

static uint32_t digit_of(char c)
{
    return c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
           : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
           : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                  : UINT32_MAX;
}

static uint32_t base_of(char conversion)
{
    return conversion == 'o' ? 8 : conversion == 'x' || conversion == 'X' ? 16 : 10;
}

static void store(void *to, enum size size, uint64_t value)
{
    switch (size) {
    case SIZE_CHAR:
        *(uint8_t *)to = (uint8_t)value;
        return;
    case SIZE_SHORT:
        *(uint16_t *)to = (uint16_t)value;
        return;
    case SIZE_64:
        *(uint64_t *)to = value;
        return;
    default:
        *(uint32_t *)to = (uint32_t)value;
        return;
    }
}

static bool scan_number(struct scan *scan, struct spec *spec)
{
    uint32_t base = base_of(spec->conversion), digits = 0;
    bool negative = look(scan, spec) == '-', prefixed = base == 16 || spec->conversion == 'i';
    uint64_t value = 0;

    if (negative || look(scan, spec) == '+')
        pass(scan, spec);
    if (prefixed && look(scan, spec) == '0') {
        digits = 1;
        pass(scan, spec);
        if (spec->conversion == 'i')
            base = 8;
        if (look(scan, spec) == 'x' || look(scan, spec) == 'X') {
            base = 16;
            pass(scan, spec);
        }
    }
    for (; digit_of(look(scan, spec)) < base; digits++) {
        value = value * base + digit_of(look(scan, spec));
        pass(scan, spec);
    }
    if (digits > 0 && !spec->skips)
        store(va_arg(scan->arguments, void *), spec->size, negative ? 0 - value : value);
    return digits > 0;
}

/* ---- Texts ----------------------------------------------------------------------------------- */

/* The format is behind a '['. False: no ']' ends the set. */
static bool read_set(struct scan *scan, struct spec *spec)
{
    spec->set = scan->format;
    if (*scan->format == '^')
        scan->format++;
    const char *end = *scan->format != 0 ? strchr(scan->format + 1, ']') : NULL;

    if (end == NULL)
        return false;
    spec->set_end = end;
    scan->format = end + 1;
    return true;
}

static bool is_in_set(const struct spec *spec, char c)
{
    bool inverse = *spec->set == '^';

    for (const char *at = spec->set + inverse; at < spec->set_end; at++) {
        bool range = at + 2 < spec->set_end && at[1] == '-';
        UCHAR low = (UCHAR)at[0], high = (UCHAR)at[range ? 2 : 0];

        if ((UCHAR)c >= low && (UCHAR)c <= high)
            return !inverse;
        at += range ? 2 : 0;
    }
    return inverse;
}

static bool scan_text(struct scan *scan, struct spec *spec)
{
    bool one = spec->conversion == 'c' || spec->conversion == 'C';
    bool capital = spec->conversion == 'S' || spec->conversion == 'C';
    bool wide = spec->size == SIZE_WIDE || (capital && spec->size != SIZE_SHORT);
    void *out = spec->skips ? NULL : va_arg(scan->arguments, void *);
    uint32_t size = scan->sizes && out != NULL ? va_arg(scan->arguments, uint32_t) : UINT32_MAX;
    uint32_t count = 0;

    for (; look(scan, spec) != 0; count++) {
        char c = look(scan, spec);

        if (spec->set != NULL ? !is_in_set(spec, c) : !one && is_blank(c))
            break;
        if (count + !one >= size) { /* The buffer is too small. */
            count = 0;
            break;
        }
        if (out != NULL && wide)
            ((WCHAR *)out)[count] = rtl_widen(c);
        else if (out != NULL)
            ((char *)out)[count] = c;
        pass(scan, spec);
    }
    if (out != NULL && !one && wide && size > 0)
        ((WCHAR *)out)[count] = 0;
    else if (out != NULL && !one && size > 0)
        ((char *)out)[count] = 0;
    return count > 0;
}

/* ---- The format ------------------------------------------------------------------------------ */

static enum size read_size(struct scan *scan)
{
    static const struct {
        const char *text;
        enum size size;
    } rows[] = {
        { "hh", SIZE_CHAR }, { "h", SIZE_SHORT },
        { "ll", SIZE_64 },   { "l", SIZE_WIDE },
        { "w", SIZE_WIDE },  { "I64", SIZE_64 },
        { "I32", SIZE_INT }, { "I", sizeof(void *) == 8 ? SIZE_64 : SIZE_INT },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strncmp(scan->format, rows[i].text, strlen(rows[i].text)) == 0) {
            scan->format += strlen(rows[i].text);
            return rows[i].size;
        }
    return SIZE_INT;
}

/* The format is behind a '%'. */
static struct spec read_spec(struct scan *scan)
{
    struct spec spec = { .skips = *scan->format == '*' };

    if (spec.skips)
        scan->format++;
    while (*scan->format >= '0' && *scan->format <= '9' && spec.left < 100000)
        spec.left = spec.left * 10 + (uint32_t)(*scan->format++ - '0');
    spec.size = read_size(scan);
    spec.conversion = *scan->format;
    if (spec.conversion != 0)
        scan->format++;
    if (spec.left == 0)
        spec.left = spec.conversion == 'c' || spec.conversion == 'C' ? 1 : UINT32_MAX;
    return spec;
}

static bool convert(struct scan *scan, struct spec *spec)
{
    if (strchr("cC[", spec->conversion) == NULL)
        pass_blanks(scan);
    scan->ended = *scan->text == 0;
    switch (spec->conversion) {
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        return scan_number(scan, spec);
    case 'c':
    case 'C':
    case 's':
    case 'S':
        return scan_text(scan, spec);
    case '[':
        return read_set(scan, spec) && scan_text(scan, spec);
    default:
        return false;
    }
}

/* Passes a character of the format that stands for itself; a blank stands for any number. */
static bool pass_literal(struct scan *scan)
{
    char c = *scan->format++;

    if (is_blank(c) || c == '%')
        pass_blanks(scan);
    if (is_blank(c))
        return true;
    scan->ended = *scan->text == 0;
    if (*scan->text != c)
        return false;
    scan->text++;
    return true;
}

/* Returns the number of fields stored; END_OF_TEXT: the text ended before the first. */
static int scan_all(const char *text, const char *format, bool sizes, va_list list)
{
    struct scan scan = { .start = text, .text = text, .format = format, .sizes = sizes };
    bool good = true, any = false;
    int stored = 0;

    va_copy(scan.arguments, list);
    while (good && *scan.format != 0) {
        if (*scan.format != '%' || *++scan.format == '%') {
            good = pass_literal(&scan);
            continue;
        }
        struct spec spec = read_spec(&scan);

        if (spec.conversion == 'n') {
            store(va_arg(scan.arguments, void *), spec.size, (uint64_t)(scan.text - scan.start));
            continue;
        }
        good = convert(&scan, &spec);
        any |= good;
        stored += good && !spec.skips;
    }
    va_end(scan.arguments);
    return !good && !any && scan.ended ? END_OF_TEXT : stored;
}

/* ---- For programs ---------------------------------------------------------------------------- */

int nt_sscanf(const char *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int count = scan_all(text, format, false, arguments);

    va_end(arguments);
    return count;
}

int nt_sscanf_s(const char *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int count = scan_all(text, format, true, arguments);

    va_end(arguments);
    return count;
}

/* Scans the next line of the keyboard. */
static int scan_line(const char *format, bool sizes, va_list list)
{
    char line[LINE_CHARS];

    nt_get_line(line, sizeof line, NULL);
    return scan_all(line, format, sizes, list);
}

int nt_scanf(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int count = scan_line(format, false, arguments);

    va_end(arguments);
    return count;
}

int nt_scanf_s(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int count = scan_line(format, true, arguments);

    va_end(arguments);
    return count;
}
