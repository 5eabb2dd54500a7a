/* rtl_format.c - formatted text as NT's own printf writes it.
 *
 * One engine serves both widths: it produces 16-bit characters one by one, and the sink narrows
 * them if need be. A pointer (%p) is shown as the simulated machine's address of it, eight digits,
 * and never as the host's, so that no output depends on where the host put the arena.
 */
#include "model/kernel/rtl.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm.h"

enum { NUMBER_CHARS = 68, POINTER_DIGITS = 8 };

struct sink {
    WCHAR *wide; /* NULL: narrow gets the text. */
    CHAR *narrow;
    size_t room, count; /* Characters; count is of the whole text. */
};

static void put(struct sink *sink, WCHAR c)
{
    if (sink->count < sink->room) {
        if (sink->wide != NULL)
            sink->wide[sink->count] = c;
        else
            sink->narrow[sink->count] = rtl_narrow(c);
    }
    sink->count++;
}

enum size { SIZE_INT, SIZE_CHAR, SIZE_SHORT, SIZE_64, SIZE_WIDE };
struct spec {
    bool left, plus, blank, sharp, zero;
    enum size size;
    bool narrow_text;     /* h before s, c or Z. */
    int width, precision; /* precision -1: none. */
    WCHAR conversion;
};

/* A text of either width with its length. */
struct text {
    const WCHAR *wide;
    const CHAR *narrow;
    size_t length;
};

static void pad(struct sink *sink, int count, WCHAR c)
{
    for (; count > 0; count--)
        put(sink, c);
}

static void put_text(struct sink *sink, const struct spec *spec, const struct text *text)
{
    int count = (int)text->length, blanks = spec->width - count;

    if (!spec->left)
        pad(sink, blanks, spec->zero ? '0' : ' ');
    for (int i = 0; i < count; i++)
        put(sink, text->wide != NULL ? text->wide[i] : rtl_widen(text->narrow[i]));
    if (spec->left)
        pad(sink, blanks, ' ');
}

static void put_string(struct sink *sink, const struct spec *spec, const void *string, bool wide)
{
    struct text text = { wide ? string : NULL, wide ? NULL : string, 0 };
    size_t most = spec->precision >= 0 ? (size_t)spec->precision : SIZE_MAX;

    if (string == NULL)
        text = (struct text){ NULL, "(null)", 0 };
    while (text.length < most &&
           (text.wide != NULL ? text.wide[text.length] : text.narrow[text.length]) != 0)
        text.length++;
    put_text(sink, spec, &text);
}

static void put_counted(struct sink *sink, const struct spec *spec, const void *argument)
{
    const UNICODE_STRING *unicode = argument;
    const ANSI_STRING *ansi = argument;
    struct text text = { NULL, NULL, 0 };

    if (argument == NULL || (spec->size == SIZE_WIDE ? (const void *)unicode->Buffer
                                                     : (const void *)ansi->Buffer) == NULL)
        text = (struct text){ NULL, "(null)", 6 };
    else if (spec->size == SIZE_WIDE)
        text = (struct text){ unicode->Buffer, NULL, unicode->Length / sizeof(WCHAR) };
    else
        text = (struct text){ NULL, ansi->Buffer, ansi->Length };
    if (spec->precision >= 0)
        text.length = MIN_OF(text.length, (size_t)spec->precision);
    put_text(sink, spec, &text);
}

/* Writes a number: blanks, sign or prefix, zeros, digits, blanks. */
static void put_number(struct sink *sink, const struct spec *spec, uint64_t value, bool negative)
{
    bool is_signed = spec->conversion == 'd' || spec->conversion == 'i';
    bool hex = spec->conversion == 'x' || spec->conversion == 'X';
    const char *digits = spec->conversion == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
    uint32_t base = hex ? 16 : spec->conversion == 'o' ? 8 : 10;
    CHAR text[NUMBER_CHARS];
    WCHAR prefix[2] = { 0, 0 };
    int count = 0, zeros, prefixes = 0;

    for (uint64_t rest = value; rest != 0; rest /= base)
        text[count++] = digits[rest % base];
    if (count == 0 && spec->precision != 0)
        text[count++] = '0';
    zeros = spec->precision > count ? spec->precision - count : 0;
    if (is_signed && (negative || spec->plus || spec->blank))
        prefix[prefixes++] = negative ? '-' : spec->plus ? '+' : ' ';
    if (spec->sharp && value != 0 && (hex || base == 8)) {
        prefix[prefixes++] = '0';
        if (hex)
            prefix[prefixes++] = spec->conversion;
    }
    if (spec->zero && !spec->left && spec->precision < 0)
        zeros = MAX_OF(0, spec->width - prefixes - count);
    int blanks = spec->width - prefixes - zeros - count;

    if (!spec->left)
        pad(sink, blanks, ' ');
    for (int i = 0; i < prefixes; i++)
        put(sink, prefix[i]);
    pad(sink, zeros, '0');
    while (count > 0)
        put(sink, (WCHAR)(UCHAR)text[--count]);
    if (spec->left)
        pad(sink, blanks, ' ');
}

/* ---- Reading the format ---------------------------------------------------------------------- */

struct format {
    const WCHAR *wide;
    const CHAR *narrow;
    size_t at;
};

static WCHAR look(const struct format *format, size_t ahead)
{
    return format->wide != NULL ? format->wide[format->at + ahead]
                                : (WCHAR)(UCHAR)format->narrow[format->at + ahead];
}

static WCHAR next(struct format *format)
{
    WCHAR c = look(format, 0);

    format->at++;
    return c;
}

static void read_flags(struct format *format, struct spec *spec)
{
    for (;; format->at++) {
        switch (look(format, 0)) {
        case '-':
            spec->left = true;
            continue;
        case '+':
            spec->plus = true;
            continue;
        case ' ':
            spec->blank = true;
            continue;
        case '#':
            spec->sharp = true;
            continue;
        case '0':
            spec->zero = true;
            continue;
        default:
            return;
        }
    }
}

static int read_digits(struct format *format)
{
    int number = 0;

    while (look(format, 0) >= '0' && look(format, 0) <= '9' && number < 100000)
        number = number * 10 + (next(format) - '0');
    return number;
}

static void read_size(struct format *format, struct spec *spec)
{
    switch (look(format, 0)) {
    case 'h':
        format->at++;
        spec->size = SIZE_SHORT;
        spec->narrow_text = true;
        if (look(format, 0) == 'h') {
            format->at++;
            spec->size = SIZE_CHAR;
        }
        return;
    case 'l':
        format->at++;
        spec->size = SIZE_WIDE; /* A long is an int on Windows. */
        if (look(format, 0) == 'l') {
            format->at++;
            spec->size = SIZE_64;
        }
        return;
    case 'w':
        format->at++;
        spec->size = SIZE_WIDE;
        return;
    case 'I':
        if (look(format, 1) == '3' && look(format, 2) == '2') {
            format->at += 3;
        } else if (look(format, 1) == '6' && look(format, 2) == '4') {
            format->at += 3;
            spec->size = SIZE_64;
        } else {
            format->at++;
            spec->size = sizeof(void *) == 8 ? SIZE_64 : SIZE_INT;
        }
        return;
    default:
        return;
    }
}

/* What is left of the arguments; a va_list alone cannot be handed on and used again. */
struct arguments {
    va_list list;
};

static uint64_t take_unsigned(const struct spec *spec, struct arguments *arguments)
{
    uint64_t value = spec->size == SIZE_64 ? va_arg(arguments->list, uint64_t)
                                           : va_arg(arguments->list, uint32_t);

    return spec->size == SIZE_CHAR    ? (uint8_t)value
           : spec->size == SIZE_SHORT ? (uint16_t)value
                                      : value;
}

static int64_t take_signed(const struct spec *spec, struct arguments *arguments)
{
    uint64_t value = take_unsigned(spec, arguments);

    switch (spec->size) {
    case SIZE_CHAR:
        return (int8_t)value;
    case SIZE_SHORT:
        return (int16_t)value;
    case SIZE_64:
        return (int64_t)value;
    default:
        return (int32_t)value;
    }
}

static bool is_wide(const struct spec *spec, bool wide_format)
{
    bool capital = spec->conversion == 'S' || spec->conversion == 'C';

    if (spec->size == SIZE_WIDE || spec->narrow_text)
        return spec->size == SIZE_WIDE;
    return wide_format != capital;
}

static void convert(struct sink *sink, struct spec *spec, bool wide_format,
                    struct arguments *arguments)
{
    switch (spec->conversion) {
    case 'd':
    case 'i': {
        int64_t value = take_signed(spec, arguments);

        put_number(sink, spec, value < 0 ? 0u - (uint64_t)value : (uint64_t)value, value < 0);
        return;
    }
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        put_number(sink, spec, take_unsigned(spec, arguments), false);
        return;
    case 'p':
        spec->conversion = 'X';
        spec->precision = POINTER_DIGITS;
        put_number(sink, spec, ke_address_shown(va_arg(arguments->list, void *)), false);
        return;
    case 'c':
    case 'C': {
        int value = va_arg(arguments->list, int);
        WCHAR c = is_wide(spec, wide_format) ? (WCHAR)value : rtl_widen((CHAR)value);

        put_text(sink, spec, &(struct text){ &c, NULL, 1 });
        return;
    }
    case 's':
    case 'S':
        put_string(sink, spec, va_arg(arguments->list, void *), is_wide(spec, wide_format));
        return;
    case 'Z':
        put_counted(sink, spec, va_arg(arguments->list, void *));
        return;
    default: /* '%', and what is no conversion. */
        put(sink, spec->conversion);
        return;
    }
}

static size_t format_all(struct sink *sink, struct format format, bool wide_format, va_list list)
{
    struct arguments arguments;

    va_copy(arguments.list, list);
    while (look(&format, 0) != 0) {
        WCHAR c = next(&format);
        struct spec spec = { .precision = -1 };

        if (c != '%') {
            put(sink, c);
            continue;
        }
        read_flags(&format, &spec);
        spec.width = look(&format, 0) == '*' ? (format.at++, va_arg(arguments.list, int))
                                             : read_digits(&format);
        if (spec.width < 0) {
            spec.left = true;
            spec.width = -spec.width;
        }
        if (look(&format, 0) == '.') {
            format.at++;
            spec.precision = look(&format, 0) == '*' ? (format.at++, va_arg(arguments.list, int))
                                                     : read_digits(&format);
        }
        read_size(&format, &spec);
        if (look(&format, 0) == 0)
            break;
        spec.conversion = next(&format);
        convert(sink, &spec, wide_format, &arguments);
    }
    va_end(arguments.list);
    return sink->count;
}

size_t rtl_format(WCHAR *buffer, size_t count, const WCHAR *format, bool wide_format, va_list args)
{
    struct sink sink = { buffer, NULL, count, 0 };

    return format_all(&sink, (struct format){ format, NULL, 0 }, wide_format, args);
}

size_t rtl_format_narrow(CHAR *buffer, size_t count, const CHAR *format, va_list args)
{
    struct sink sink = { NULL, buffer, count, 0 };

    return format_all(&sink, (struct format){ NULL, format, 0 }, false, args);
}
