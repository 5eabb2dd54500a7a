/* value.c - see value.h. */
#include "ui/lesson/value.h"
#include "sim/base.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct value value_yes(bool yes) { return (struct value){ VALUE_YES_NO, yes, "" }; }
struct value value_count(int64_t count) { return (struct value){ VALUE_COUNT, count, "" }; }
struct value value_time(sim_time ns) { return (struct value){ VALUE_TIME, (int64_t)ns, "" }; }
struct value value_share(uint64_t ppm) { return (struct value){ VALUE_SHARE, (int64_t)ppm, "" }; }

struct value value_name(const char *name)
{
    struct value value = { .kind = VALUE_NAME };

    snprintf(value.name, sizeof value.name, "%s", name);
    return value;
}

struct value value_instant(uint64_t record)
{
    return (struct value){ VALUE_INSTANT, (int64_t)record, "" };
}

/* ---- For people ------------------------------------------------------------------------------ */

static void group(uint64_t number, char *out, size_t size)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    size_t used = 0;

    for (int i = 0; i < length && used + 2 < size; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = 0;
}

/* Three figures or so: "850 ns", "48.9 ms", "79.234 s". */
static void time_text(int64_t ns, char *out, size_t size)
{
    const char *sign = ns < 0 ? "-" : "";
    uint64_t t = (uint64_t)(ns < 0 ? -ns : ns);

    if (t < 1000)
        snprintf(out, size, "%s%" PRIu64 " ns", sign, t);
    else if (t < 1000000)
        snprintf(out, size, "%s%" PRIu64 ".%" PRIu64 " us", sign, t / 1000, t / 100 % 10);
    else if (t < 1000000000)
        snprintf(out, size, "%s%" PRIu64 ".%" PRIu64 " ms", sign, t / 1000000, t / 100000 % 10);
    else
        snprintf(out, size, "%s%" PRIu64 ".%03" PRIu64 " s", sign, t / 1000000000,
                 t / 1000000 % 1000);
}

const char *value_text(const struct value *value, char out[VALUE_TEXT_CHARS])
{
    char number[32];

    group((uint64_t)(value->number < 0 ? -value->number : value->number), number, sizeof number);
    switch (value->kind) {
    case VALUE_NOTHING:
        snprintf(out, VALUE_TEXT_CHARS, "nothing");
        break;
    case VALUE_YES_NO:
        snprintf(out, VALUE_TEXT_CHARS, "%s", value->number != 0 ? "yes" : "no");
        break;
    case VALUE_COUNT:
        snprintf(out, VALUE_TEXT_CHARS, "%s%s", value->number < 0 ? "-" : "", number);
        break;
    case VALUE_TIME:
        time_text(value->number, out, VALUE_TEXT_CHARS);
        break;
    case VALUE_SHARE:
        snprintf(out, VALUE_TEXT_CHARS, "%" PRId64 ".%" PRId64 " %%", value->number / 10000,
                 value->number / 1000 % 10);
        break;
    case VALUE_NAME:
        snprintf(out, VALUE_TEXT_CHARS, "%s", value->name);
        break;
    case VALUE_INSTANT:
        if (value->name[0] != 0)
            snprintf(out, VALUE_TEXT_CHARS, "%s", value->name);
        else
            snprintf(out, VALUE_TEXT_CHARS, "#%s", number);
        break;
    }
    return out;
}

bool value_equal(const struct value *one, const struct value *other)
{
    if (one->kind != other->kind)
        return false;
    return one->kind == VALUE_NAME ? strcasecmp(one->name, other->name) == 0
                                   : one->number == other->number;
}

/* ---- As typed -------------------------------------------------------------------------------- */

const char *value_read_time(const char *text, sim_time *out)
{
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = {
        { "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "min", 60000000000 }, { "s", 1000000000 },
    };
    uint64_t whole, parts = 0, scale = 1;
    char *at;

    if (!isdigit((unsigned char)*text))
        return NULL;
    whole = strtoull(text, &at, 10);
    if (*at == '.' && isdigit((unsigned char)at[1]))
        for (at++; isdigit((unsigned char)*at) && scale < 1000000000; at++, scale *= 10)
            parts = parts * 10 + (uint64_t)(*at - '0');
    at += strspn(at, " ");
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        size_t length = strlen(units[i].name);

        if (strncmp(at, units[i].name, length) != 0 || isalpha((unsigned char)at[length]))
            continue;
        if (whole > UINT64_C(1000000000000000000) / units[i].ns)
            return NULL;
        *out = whole * units[i].ns + parts * units[i].ns / scale;
        return at + length;
    }
    return NULL;
}

static bool only_blanks(const char *text) { return text[strspn(text, " \t")] == 0; }

static bool read_number(const char *text, struct value *out, enum value_kind kind)
{
    char digits[32];
    size_t used = 0;
    uint64_t parts = 0, scale = 1;
    char *rest;

    for (; *text != 0 && used + 1 < sizeof digits; text++)
        if (*text != ',')
            digits[used++] = *text;
    digits[used] = 0;
    if (!isdigit((unsigned char)digits[0]))
        return false;
    out->kind = kind;
    out->number = (int64_t)strtoull(digits, &rest, 0);
    if (kind == VALUE_COUNT)
        return only_blanks(rest);
    if (*rest == '.')
        for (rest++; isdigit((unsigned char)*rest) && scale < 10000; rest++, scale *= 10)
            parts = parts * 10 + (uint64_t)(*rest - '0');
    out->number = out->number * 10000 + (int64_t)(parts * 10000 / scale);
    rest += strspn(rest, " ");
    return only_blanks(rest + (*rest == '%'));
}

bool value_read(enum value_kind kind, const char *text, struct value *out)
{
    sim_time time;
    const char *rest;

    *out = (struct value){ 0 };
    text += strspn(text, " \t");
    switch (kind) {
    case VALUE_YES_NO:
        *out = value_yes(strcasecmp(text, "y") == 0 || strcasecmp(text, "yes") == 0);
        return out->number != 0 || strcasecmp(text, "n") == 0 || strcasecmp(text, "no") == 0;
    case VALUE_TIME:
        rest = value_read_time(text, &time);
        *out = value_time(rest != NULL ? time : 0);
        return rest != NULL && only_blanks(rest);
    case VALUE_COUNT:
    case VALUE_SHARE:
        return read_number(text, out, kind);
    case VALUE_NAME:
        *out = value_name(text);
        return text[0] != 0;
    default:
        return false;
    }
}

const char *value_form(enum value_kind kind)
{
    switch (kind) {
    case VALUE_YES_NO:
        return "y or n";
    case VALUE_COUNT:
        return "a number";
    case VALUE_TIME:
        return "a time such as 50 ms";
    case VALUE_SHARE:
        return "a share such as 5 %";
    case VALUE_NAME:
        return "a name such as store.exe";
    default:
        return "a letter";
    }
}
