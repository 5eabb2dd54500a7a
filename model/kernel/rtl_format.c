/* rtl_format.c - see rtl_format.h. */
#include "model/kernel/rtl_format.h"
#include "model/kernel/include/ntifs.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct output {
    char *at, *end; /* end: where the terminating zero goes at the latest. */
};

/* One conversion: "%-08lx". */
struct conversion {
    bool left, plus, blank, alternative, zeros;
    int width, precision; /* precision -1: none is given. */
    int bytes;            /* Size of an integer: 2, 4 or 8. */
    bool wide;            /* w or l before a string. */
    bool narrow;          /* h before a string. */
    char letter;
};

static void put(struct output *out, char c)
{
    if (out->at < out->end)
        *out->at++ = c;
}

static void put_wide(struct output *out, uint32_t c)
{
    if (c < 0x80) {
        put(out, (char)c);
    } else if (c < 0x800) {
        put(out, (char)(0xc0 | c >> 6));
        put(out, (char)(0x80 | (c & 0x3f)));
    } else {
        put(out, (char)(0xe0 | c >> 12));
        put(out, (char)(0x80 | (c >> 6 & 0x3f)));
        put(out, (char)(0x80 | (c & 0x3f)));
    }
}

static const char *read_flags(const char *f, struct conversion *c)
{
    for (;; f++) {
        switch (*f) {
        case '-': c->left = true; break;
        case '+': c->plus = true; break;
        case ' ': c->blank = true; break;
        case '#': c->alternative = true; break;
        case '0': c->zeros = true; break;
        default: return f;
        }
    }
}

static const char *read_number(const char *f, int *out)
{
    *out = 0;
    while (*f >= '0' && *f <= '9' && *out < 10000)
        *out = *out * 10 + (*f++ - '0');
    return f;
}

static const char *read_size(const char *f, struct conversion *c)
{
    c->bytes = 4;
    for (;;) {
        if (strncmp(f, "I64", 3) == 0) {
            c->bytes = 8;
            f += 3;
        } else if (strncmp(f, "I32", 3) == 0) {
            f += 3;
        } else if (*f == 'I' || *f == 'z' || *f == 'j' || *f == 't' || strncmp(f, "ll", 2) == 0) {
            c->bytes = 8;
            f += *f == 'l' ? 2 : 1;
        } else if (*f == 'h') {
            c->bytes = 2;
            c->narrow = true;
            f++;
        } else if (*f == 'l' || *f == 'w') {
            c->wide = true;
            f++;
        } else {
            return f;
        }
    }
}

static void put_padded(struct output *out, const struct conversion *c, const char *text, int length)
{
    for (int i = length; !c->left && i < c->width; i++)
        put(out, ' ');
    for (int i = 0; i < length; i++)
        put(out, text[i]);
    for (int i = length; c->left && i < c->width; i++)
        put(out, ' ');
}

static void put_integer(struct output *out, const struct conversion *c, uint64_t value, bool negative)
{
    char format[24], text[96];
    int precision = c->precision;

    if (precision < 0 && c->zeros && !c->left)
        precision = c->width - (negative || c->plus || c->blank);
    precision = precision < 64 ? precision : 64;
    snprintf(format, sizeof format, "%%s%%%s.*%s", c->alternative ? "#" : "",
             c->letter == 'x'   ? "llx"
             : c->letter == 'X' ? "llX"
             : c->letter == 'o' ? "llo"
                                : "llu");
    int length = snprintf(text, sizeof text, format,
                          negative   ? "-"
                          : c->plus  ? "+"
                          : c->blank ? " "
                                     : "",
                          precision < 0 ? 1 : precision, (unsigned long long)value);

    put_padded(out, c, text, length);
}

static void put_text(struct output *out, const struct conversion *c, const char *text, size_t most)
{
    size_t length = text != NULL ? strnlen(text, most) : 0;

    if (text == NULL) {
        text = "(null)";
        length = 6;
    }
    put_padded(out, c, text, (int)length);
}

static void put_wide_text(struct output *out, const struct conversion *c, const WCHAR *text,
                          size_t most)
{
    size_t length = 0;

    while (length < most && text[length] != 0)
        length++;
    for (size_t i = length; !c->left && i < (size_t)c->width; i++)
        put(out, ' ');
    for (size_t i = 0; i < length; i++)
        put_wide(out, text[i]);
    for (size_t i = length; c->left && i < (size_t)c->width; i++)
        put(out, ' ');
}

static void convert_text(struct output *out, const struct conversion *c, va_list *arguments)
{
    bool wide = (c->wide || c->letter == 'S') && !c->narrow;
    size_t most = c->precision >= 0 ? (size_t)c->precision : 65536;
    const void *text = va_arg(*arguments, const void *);

    if (wide && text != NULL)
        put_wide_text(out, c, text, most);
    else
        put_text(out, c, text, most);
}

/* %Z: an ANSI_STRING; %wZ: a UNICODE_STRING. Both begin alike. */
static void convert_counted(struct output *out, const struct conversion *c, va_list *arguments)
{
    const UNICODE_STRING *string = va_arg(*arguments, const UNICODE_STRING *);

    if (string == NULL || string->Buffer == NULL)
        put_text(out, c, NULL, 6);
    else if (c->wide)
        put_wide_text(out, c, string->Buffer, string->Length / sizeof(WCHAR));
    else
        put_text(out, c, (const char *)string->Buffer, string->Length);
}

static void convert_integer(struct output *out, struct conversion *c, va_list *arguments)
{
    uint64_t value = c->bytes == 8 ? va_arg(*arguments, uint64_t) : va_arg(*arguments, uint32_t);
    int64_t is_signed = c->bytes == 8   ? (int64_t)value
                        : c->bytes == 2 ? (int16_t)value
                                        : (int32_t)value;
    bool negative = (c->letter == 'd' || c->letter == 'i') && is_signed < 0;

    if (c->bytes == 2)
        value = (uint16_t)value;
    if (c->letter != 'd' && c->letter != 'i')
        c->plus = c->blank = false;
    put_integer(out, c, negative ? 0 - (uint64_t)is_signed : value, negative);
}

static void convert(struct output *out, struct conversion *c, va_list *arguments)
{
    char one[1];

    switch (c->letter) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o': convert_integer(out, c, arguments); break;
    case 'p': /* The simulated machine has 32 bits. */
        c->letter = 'X';
        c->precision = 8;
        put_integer(out, c, va_arg(*arguments, uint64_t) & 0xffffffffu, false);
        break;
    case 'c':
    case 'C':
        one[0] = (char)va_arg(*arguments, int);
        put_padded(out, c, one, 1);
        break;
    case 's':
    case 'S': convert_text(out, c, arguments); break;
    case 'Z': convert_counted(out, c, arguments); break;
    default: put(out, c->letter); break;
    }
}

uint32_t rtl_format(char *to, size_t size, const char *f, va_list given)
{
    struct output out = { to, to + size - 1 };
    va_list arguments;

    va_copy(arguments, given);
    while (*f != 0) {
        struct conversion c = { .precision = -1 };

        if (*f != '%') {
            put(&out, *f++);
            continue;
        }
        f = read_flags(f + 1, &c);
        if (*f == '*') {
            c.width = va_arg(arguments, int);
            c.left = c.left || c.width < 0;
            c.width = c.width < 0 ? -c.width : c.width;
            f++;
        } else {
            f = read_number(f, &c.width);
        }
        if (*f == '.' && f[1] == '*') {
            c.precision = va_arg(arguments, int);
            f += 2;
        } else if (*f == '.') {
            f = read_number(f + 1, &c.precision);
        }
        f = read_size(f, &c);
        c.letter = *f;
        if (*f == 0)
            break;
        convert(&out, &c, &arguments);
        f++;
    }
    va_end(arguments);
    *out.at = 0;
    return (uint32_t)(out.at - to);
}
