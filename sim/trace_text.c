/* trace_text.c - records as text, and filters written as text.
 *
 * A kind's format says how its arguments print: %a %b %c %d in hexadecimal of eight digits, %ua ..
 * %ud in decimal, %ta .. %td as a time in nanoseconds, %% as itself.
 */
#include "sim/trace.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Text that grows to the end of a buffer and no further. */
struct text {
    char *out;
    size_t size, used;
};

PRINTF_LIKE(2, 3) static void put(struct text *text, const char *format, ...)
{
    va_list args;
    int n;

    if (text->used + 1 >= text->size)
        return;
    va_start(args, format);
    n = vsnprintf(text->out + text->used, text->size - text->used, format, args);
    va_end(args);
    if (n > 0)
        text->used = MIN_OF(text->used + (size_t)n, text->size - 1);
}

static void put_duration(struct text *text, uint32_t ns)
{
    if (ns % 1000000 == 0 && ns != 0)
        put(text, "%" PRIu32 " ms", ns / 1000000);
    else if (ns % 1000 == 0 && ns != 0)
        put(text, "%" PRIu32 " us", ns / 1000);
    else
        put(text, "%" PRIu32 " ns", ns);
}

/* Letters in the order of memory; other bytes are dots. */
static void put_letters(struct text *text, uint32_t letters)
{
    for (int i = 0; i < 4; i++) {
        char letter = (char)(letters >> 8 * i & 0xff);

        put(text, "%c", letter >= ' ' && letter <= '~' ? letter : '.');
    }
}

static void put_argument(struct text *text, char how, uint32_t value)
{
    if (how == 'u')
        put(text, "%" PRIu32, value);
    else if (how == 't')
        put_duration(text, value);
    else if (how == 'q')
        put_letters(text, value);
    else
        put(text, "%08" PRIx32, value);
}

static void put_arguments(struct text *text, const char *format, const struct record *record,
                          trace_namer *namer, void *ctx)
{
    const uint32_t value[4] = { record->a, record->b, record->c, record->d };

    for (const char *c = format; *c != 0; c++) {
        char how = 'x';
        const char *name;

        if (*c != '%') {
            put(text, "%c", *c);
            continue;
        }
        if (c[1] == '%') {
            put(text, "%%");
            c++;
            continue;
        }
        if ((c[1] == 'u' || c[1] == 't' || c[1] == 'q') && c[2] >= 'a' && c[2] <= 'd')
            how = *++c;
        if (c[1] < 'a' || c[1] > 'd') { /* An unknown format letter prints as it stands. */
            put(text, "%%");
            continue;
        }
        uint32_t v = value[*++c - 'a'];

        name = namer != NULL ? namer(ctx, *c, how, v) : NULL;
        if (name != NULL)
            put(text, "%s", name);
        else
            put_argument(text, how, v);
    }
}

size_t trace_words(const struct record *record, const char *format, trace_namer *namer, void *ctx,
                   char *out, size_t size)
{
    struct text text = { out, size, 0 };

    if (size == 0)
        return 0;
    out[0] = 0;
    put_arguments(&text, format, record, namer, ctx);
    return text.used;
}

size_t trace_text(const struct record *record, const struct record_kind *kinds, uint32_t kind_count,
                  char *out, size_t size)
{
    struct text text = { out, size, 0 };

    if (size == 0)
        return 0;
    out[0] = 0;
    put(&text, "%5" PRIu64 ".%09" PRIu64 " cpu%u ", record->at / 1000000000u,
        record->at % 1000000000u, record->cpu);
    if (record->thread != 0)
        put(&text, "t%04" PRIx32 "  ", record->thread);
    else
        put(&text, "-      ");
    if (record->kind < kind_count && kinds[record->kind].name != NULL) {
        const struct record_kind *kind = &kinds[record->kind];
        bool more = kind->format != NULL && kind->format[0] != 0;

        put(&text, "%s%s", kind->name, more ? "  " : "");
        put_arguments(&text, more ? kind->format : "", record, NULL, NULL);
    } else {
        put(&text, "kind%u  %08" PRIx32 " %08" PRIx32 " %08" PRIx32 " %08" PRIx32, record->kind,
            record->a, record->b, record->c, record->d);
    }
    return text.used;
}

/* ---- filters ---- */

static bool wrong(char *error, size_t error_size, const char *read, size_t length,
                  const char *expected)
{
    snprintf(error, error_size, "\"%.*s\" (expected %s)", (int)length, read, expected);
    return false;
}

static bool filter_number(const char *text, size_t length, uint64_t max, uint64_t *out)
{
    char copy[32], *end;

    if (length == 0 || length >= sizeof copy || !isdigit((unsigned char)text[0]))
        return false;
    memcpy(copy, text, length);
    copy[length] = 0;
    *out = strtoull(copy, &end, 0);
    return *end == 0 && *out <= max;
}

/* "1s", "250us", "1.5ms": digits, perhaps a point and at most nine more, and a unit. */
static bool filter_time(const char *text, size_t length, sim_time *out)
{
    static const struct {
        const char *name;
        sim_time ns;
    } units[] = {
        { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 }, { "min", 60000000000 },
    };
    uint64_t whole = 0, part = 0, scale = 1;
    size_t i = 0;

    for (; i < length && isdigit((unsigned char)text[i]) && whole < UINT64_MAX / 16; i++)
        whole = whole * 10 + (uint64_t)(text[i] - '0');
    if (i == 0)
        return false;
    if (i < length && text[i] == '.') {
        for (i++; i < length && isdigit((unsigned char)text[i]) && scale < 1000000000; i++) {
            part = part * 10 + (uint64_t)(text[i] - '0');
            scale *= 10;
        }
    }
    for (size_t u = 0; u < ARRAY_LEN(units); u++) {
        if (strlen(units[u].name) == length - i &&
            memcmp(units[u].name, text + i, length - i) == 0) {
            if (whole > UINT64_MAX / 2 / units[u].ns)
                return false;
            *out = whole * units[u].ns + part * units[u].ns / scale;
            return true;
        }
    }
    return false;
}

static bool filter_kinds(struct trace_filter *filter, const char *text, size_t length,
                         const struct record_kind *kinds, uint32_t kind_count, char *error,
                         size_t error_size)
{
    memset(filter->kinds, 0, sizeof filter->kinds);
    while (length != 0) {
        size_t one = 0;
        uint32_t kind = 0;

        while (one < length && text[one] != ',')
            one++;
        while (kind < kind_count && (kinds[kind].name == NULL || strlen(kinds[kind].name) != one ||
                                     memcmp(kinds[kind].name, text, one) != 0))
            kind++;
        if (kind == kind_count || kind >= 256)
            return wrong(error, error_size, text, one, "the name of a kind of record");
        filter->kinds[kind >> 6] |= (uint64_t)1 << (kind & 63);
        text += one + (one < length);
        length -= one + (one < length);
    }
    return true;
}

/* Reads one key=value of length bytes. */
static bool filter_term(struct trace_filter *filter, const char *term, size_t length,
                        const struct record_kind *kinds, uint32_t kind_count, char *error,
                        size_t error_size)
{
    static const char *const keys[] = { "kind", "cpu", "thread", "from", "until" };
    size_t key = 0, name = 0;
    uint64_t number = 0;

    while (name < length && term[name] != '=')
        name++;
    while (key < ARRAY_LEN(keys) &&
           (strlen(keys[key]) != name || memcmp(keys[key], term, name) != 0))
        key++;
    if (name == length || key == ARRAY_LEN(keys))
        return wrong(error, error_size, term, length, "kind=, cpu=, thread=, from= or until=");
    const char *value = term + name + 1;
    size_t size = length - name - 1;

    switch (key) {
    case 0:
        return filter_kinds(filter, value, size, kinds, kind_count, error, error_size);
    case 1:
        if (!filter_number(value, size, UINT8_MAX, &number))
            return wrong(error, error_size, value, size, "a processor's number");
        filter->cpu = (int32_t)number;
        return true;
    case 2:
        if (!filter_number(value, size, UINT32_MAX, &number))
            return wrong(error, error_size, value, size, "a thread's id such as 0x104");
        filter->thread = (uint32_t)number;
        return true;
    default:
        if (!filter_time(value, size, key == 3 ? &filter->from : &filter->until))
            return wrong(error, error_size, value, size, "a time such as 1.5s, 250us");
        return true;
    }
}

bool trace_filter_parse(struct trace_filter *filter, const char *text,
                        const struct record_kind *kinds, uint32_t kind_count, char *error,
                        size_t error_size)
{
    *filter = (struct trace_filter){ .cpu = -1, .until = SIM_NEVER };
    memset(filter->kinds, 0xff, sizeof filter->kinds);
    for (text += strspn(text, " \t"); *text != 0; text += strspn(text, " \t")) {
        size_t length = strcspn(text, " \t");

        if (!filter_term(filter, text, length, kinds, kind_count, error, error_size))
            return false;
        text += length;
    }
    return true;
}

bool trace_filter_match(const struct trace_filter *filter, const struct record *record)
{
    unsigned word = record->kind >> 6;
    bool kind = word < ARRAY_LEN(filter->kinds)
                    ? (filter->kinds[word] >> (record->kind & 63) & 1) != 0
                    /* Kinds above 255 pass only a filter without kinds. */
                    : filter->kinds[0] == UINT64_MAX;

    return kind && (filter->cpu < 0 || filter->cpu == record->cpu) &&
           (filter->thread == 0 || filter->thread == record->thread) &&
           record->at >= filter->from && record->at <= filter->until;
}
