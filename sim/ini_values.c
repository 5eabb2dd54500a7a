/* ini_values.c - reading values: units, ranges, words, and "did you mean" for wrong names.
 *
 * Numbers are decimal, with a point where the unit allows parts, and always carry their unit. The
 * text is split into an integer and a power of ten, so no value is rounded that its unit can
 * express exactly.
 */
#include "sim/ini_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_MAX = 9 }; /* Digits behind the point. */

struct unit {
    const char *name;
    uint64_t one; /* One of this unit, in the smallest unit. */
};

static const struct unit time_units[] = {
    { "ns", 1 },
    { "us", 1000 },
    { "ms", 1000000 },
    { "s", 1000000000 },
    { "min", 60000000000 },
    { "h", 3600000000000 },
    { "d", 86400000000000 },
};

static const struct unit size_units[] = {
    { "B", 1 }, { "pages", 4096 }, { "KiB", 1024 }, { "MiB", 1048576 }, { "GiB", 1073741824 },
};

/* Thousandths per second times 86400, so that each is a whole number. */
static const struct unit rate_units[] = {
    { "/s", 86400000 },
    { "/min", 1440000 },
    { "/h", 24000 },
    { "/d", 1000 },
};

/* ---- known keys ---- */

static void asked_note(struct ini *ini, const char *section, const char *key)
{
    for (uint32_t i = 0; i < ini->asked_count; i++) {
        if (strcmp(ini->asked[i].section, section) == 0 && strcmp(ini->asked[i].key, key) == 0)
            return;
    }
    INI_ROOM(ini->asked, ini->asked_count, ini->asked_max);
    ini->asked[ini->asked_count++] =
        (struct ini_asked){ ini_copy(section, strlen(section)), ini_copy(key, strlen(key)) };
}

void ini_know(struct ini *ini, const char *section, const char *key)
{
    struct ini_section *in = ini_section_find(ini, section);
    struct ini_key *entry = ini_key_find(ini, section, key);

    asked_note(ini, section, key);
    if (in != NULL)
        in->asked = true;
    if (entry != NULL)
        entry->asked = true;
}

const struct ini_key *ini_wanted(struct ini *ini, const char *section, const char *key)
{
    const struct ini_key *entry;

    ini_know(ini, section, key);
    entry = ini_key_find(ini, section, key);
    if (entry != NULL && strstr(entry->value, "${") != NULL) {
        ini_error_at(ini, entry->place,
                     "\"%s\" (expected one value: a run has one, exifsim sweep takes several)",
                     entry->value);
        return NULL;
    }
    return entry;
}

/* ---- numbers ---- */

bool ini_decimal_read(const char *text, struct ini_decimal *out)
{
    const char *c = text;
    bool point = false;

    *out = (struct ini_decimal){ 0, 0, NULL };
    if (*c < '0' || *c > '9')
        return false;
    for (;; c++) {
        if (*c == '.' && !point && c[1] >= '0' && c[1] <= '9') {
            point = true;
            continue;
        }
        if (*c < '0' || *c > '9')
            break;
        uint64_t digit = (uint64_t)(*c - '0');

        if (out->digits > (UINT64_MAX - digit) / 10 || (point && out->parts == PARTS_MAX))
            return false;
        out->digits = out->digits * 10 + digit;
        out->parts += point;
    }
    out->rest = c;
    return true;
}

bool ini_decimal_scale(const struct ini_decimal *d, uint64_t one, bool exact, uint64_t *out)
{
    uint64_t ten = 1;

    for (unsigned i = 0; i < d->parts; i++)
        ten *= 10;
    /* Scale the whole and the fraction apart: the fraction is below ten, so its product with one
     * is bounded by one * 10^9. */
    uint64_t whole = d->digits / ten, part = d->digits % ten;

    if (whole != 0 && one > UINT64_MAX / whole)
        return false;
    /* (part * one) / ten without a wider type: one = q * ten + r. */
    uint64_t q = one / ten, r = one % ten;
    uint64_t low = part * r; /* Below 10^18. */

    if (exact && low % ten != 0)
        return false;
    uint64_t parts = part * q + low / ten;

    if (whole * one > UINT64_MAX - parts)
        return false;
    *out = whole * one + parts;
    return true;
}

/* "10 min" by a table of units. False: not understood. */
static bool quantity_read(const char *text, const struct unit *units, size_t unit_count,
                          uint64_t *out)
{
    struct ini_decimal d;

    if (!ini_decimal_read(text, &d))
        return false;
    while (*d.rest == ' ' || *d.rest == '\t')
        d.rest++;
    for (size_t i = 0; i < unit_count; i++) {
        if (strcmp(d.rest, units[i].name) == 0)
            return ini_decimal_scale(&d, units[i].one, true, out);
    }
    return false;
}

bool ini_time_read(const char *text, sim_time *out)
{
    return quantity_read(text, time_units, ARRAY_LEN(time_units), out);
}

bool ini_size_read(const char *text, uint64_t *out)
{
    return quantity_read(text, size_units, ARRAY_LEN(size_units), out);
}

/* Prints a quantity in the largest unit in which it is whole. */
static const char *quantity_text(uint64_t value, const struct unit *units, size_t unit_count,
                                 char *out, size_t size)
{
    size_t best = 0;

    for (size_t i = 1; i < unit_count; i++) {
        if (value != 0 && value % units[i].one == 0 && strcmp(units[i].name, "pages") != 0)
            best = i;
    }
    snprintf(out, size, "%" PRIu64 " %s", value / units[best].one, units[best].name);
    return out;
}

static bool get_quantity(struct ini *ini, const char *section, const char *key,
                         const struct unit *units, size_t unit_count, const char *what,
                         uint64_t min, uint64_t max, uint64_t *out)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);
    char low[40], high[40];
    uint64_t value;

    if (entry == NULL)
        return false;
    if (!quantity_read(entry->value, units, unit_count, &value)) {
        ini_error_at(ini, entry->place, "\"%s\" (expected %s)", entry->value, what);
        return false;
    }
    if (value < min || value > max) {
        quantity_text(min, units, unit_count, low, sizeof low);
        quantity_text(max, units, unit_count, high, sizeof high);
        if (max == UINT64_MAX)
            ini_error_at(ini, entry->place, "\"%s\" (expected at least %s)", entry->value, low);
        else
            ini_error_at(ini, entry->place, "\"%s\" (expected %s to %s)", entry->value, low, high);
        return false;
    }
    *out = value;
    return true;
}

bool ini_get_time(struct ini *ini, const char *section, const char *key, sim_time min, sim_time max,
                  sim_time *out)
{
    return get_quantity(ini, section, key, time_units, ARRAY_LEN(time_units),
                        "a time in ns, us, ms, s, min, h or d such as 10 min", min, max, out);
}

bool ini_get_size(struct ini *ini, const char *section, const char *key, uint64_t min, uint64_t max,
                  uint64_t *out)
{
    return get_quantity(ini, section, key, size_units, ARRAY_LEN(size_units),
                        "a size such as 16 KiB, 4 MiB, 8 pages", min, max, out);
}

static bool hexadecimal_read(const char *text, unsigned digits_max, uint64_t *out)
{
    size_t digits = strlen(text);

    if (text[0] != '0' || (text[1] != 'x' && text[1] != 'X') || digits == 2 ||
        digits > 2u + digits_max || strspn(text + 2, "0123456789abcdefABCDEF") != digits - 2)
        return false;
    *out = strtoull(text + 2, NULL, 16);
    return true;
}

static const char *whole_range(uint64_t min, uint64_t max, char *out, size_t size)
{
    if (max == UINT64_MAX)
        snprintf(out, size, "%" PRIu64 " to 2^64 - 1", min);
    else
        snprintf(out, size, "%" PRIu64 " to %" PRIu64, min, max);
    return out;
}

bool ini_get_uint(struct ini *ini, const char *section, const char *key, uint64_t min, uint64_t max,
                  uint64_t *out)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);
    struct ini_decimal d;
    uint64_t value = 0;
    char range[64];

    if (entry == NULL)
        return false;
    if (!hexadecimal_read(entry->value, 16, &value)) {
        if (!ini_decimal_read(entry->value, &d) || d.parts != 0 || *d.rest != 0) {
            ini_error_at(ini, entry->place, "\"%s\" is not a whole number (expected %s)",
                         entry->value, whole_range(min, max, range, sizeof range));
            return false;
        }
        value = d.digits;
    }
    if (value < min || value > max) {
        ini_error_at(ini, entry->place, "\"%s\" is out of range (expected %s)", entry->value,
                     whole_range(min, max, range, sizeof range));
        return false;
    }
    *out = value;
    return true;
}

/* Prints a rate in thousandths per second: 4600 is "4.6/s". */
static const char *rate_text(uint64_t milli, char *out, size_t size)
{
    int n = snprintf(out, size, "%" PRIu64 ".%03u", milli / 1000, (unsigned)(milli % 1000));

    while (n > 0 && out[n - 1] == '0')
        n--;
    if (n > 0 && out[n - 1] == '.')
        n--;
    snprintf(out + n, size - (size_t)n, "/s");
    return out;
}

bool ini_get_rate(struct ini *ini, const char *section, const char *key, uint64_t min_milli,
                  uint64_t max_milli, uint64_t *out_milli)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);
    const uint64_t day = 86400;
    char low[40], high[40];
    struct ini_decimal d;
    uint64_t value = 0;
    bool good = false;

    if (entry == NULL)
        return false;
    if (ini_decimal_read(entry->value, &d)) {
        for (size_t i = 0; i < ARRAY_LEN(rate_units) && !good; i++)
            good = strcmp(d.rest, rate_units[i].name) == 0 &&
                   ini_decimal_scale(&d, rate_units[i].one, false, &value);
    }
    if (!good) {
        ini_error_at(ini, entry->place, "\"%s\" (expected a rate such as 24/s, 90/min)",
                     entry->value);
        return false;
    }
    value = value / day + (value % day >= day / 2); /* Round to the nearest thousandth. */
    if (value < min_milli || value > max_milli) {
        ini_error_at(ini, entry->place, "\"%s\" (expected %s to %s)", entry->value,
                     rate_text(min_milli, low, sizeof low),
                     rate_text(max_milli, high, sizeof high));
        return false;
    }
    *out_milli = value;
    return true;
}

bool ini_get_percent_ppm(struct ini *ini, const char *section, const char *key, uint32_t *out_ppm)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);
    struct ini_decimal d;
    uint64_t value = 0;

    if (entry == NULL)
        return false;
    bool good = ini_decimal_read(entry->value, &d);

    while (good && *d.rest == ' ')
        d.rest++;
    if (!good || strcmp(d.rest, "%") != 0 || !ini_decimal_scale(&d, 10000, true, &value) ||
        value > 1000000) {
        ini_error_at(ini, entry->place, "\"%s\" (expected a share such as 2.5%%, at most 100%%)",
                     entry->value);
        return false;
    }
    *out_ppm = (uint32_t)value;
    return true;
}

bool ini_get_address(struct ini *ini, const char *section, const char *key, uint32_t *out)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);
    uint64_t value = 0;

    if (entry == NULL)
        return false;
    if (!hexadecimal_read(entry->value, 8, &value)) {
        ini_error_at(ini, entry->place, "\"%s\" (expected a hexadecimal number such as 0xfdd95978)",
                     entry->value);
        return false;
    }
    *out = (uint32_t)value;
    return true;
}

/* ---- words ---- */

bool ini_get_text(struct ini *ini, const char *section, const char *key, const char **out)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);

    if (entry == NULL)
        return false;
    *out = entry->value;
    return true;
}

bool ini_get_bool(struct ini *ini, const char *section, const char *key, bool *out)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);
    static const char *const names[] = { "no", "yes", "off", "on" };

    if (entry == NULL)
        return false;
    for (uint32_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(entry->value, names[i]) == 0) {
            *out = i % 2 != 0;
            return true;
        }
    }
    ini_error_at(ini, entry->place, "\"%s\" (expected yes or no)", entry->value);
    return false;
}

/* Edit distance of two words of up to 63 bytes: letters inserted, left out, changed or swapped. */
static uint32_t distance(const char *one, const char *other)
{
    size_t n = strlen(one), m = strlen(other);
    uint32_t rows[3][64];
    uint32_t *before = rows[0], *last = rows[1], *row = rows[2];

    if (n > 63 || m > 63)
        return UINT32_MAX;
    memset(rows, 0, sizeof rows);
    for (uint32_t j = 0; j <= m; j++)
        last[j] = j;
    for (uint32_t i = 1; i <= n; i++) {
        row[0] = i;
        for (uint32_t j = 1; j <= m; j++) {
            uint32_t change = last[j - 1] + (one[i - 1] != other[j - 1]);
            uint32_t best = MIN_OF(MIN_OF(last[j], row[j - 1]) + 1, change);

            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                best = MIN_OF(best, before[j - 2] + 1);
            row[j] = best;
        }
        uint32_t *spare = before;

        before = last;
        last = row;
        row = spare;
    }
    return last[m];
}

/* Makes name the best if it is nearer to text. The limit is two edits, or a third of the word. */
static void nearer(const char *text, const char *name, const char **best, uint32_t *least)
{
    uint32_t edits = distance(text, name);
    uint32_t length = (uint32_t)MIN_OF(strlen(text), strlen(name));

    if (edits <= MAX_OF(length / 3, MIN_OF(2, length - 1)) && edits < *least) {
        *best = name;
        *least = edits;
    }
}

const char *ini_did_you_mean(const char *text, const char *const *names, uint32_t count)
{
    const char *best = NULL;
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < count; i++) {
        if (names[i] != NULL && names[i][0] != 0 && text[0] != 0)
            nearer(text, names[i], &best, &least);
    }
    return best;
}

/* Writes ", did you mean "x"?", or an empty text without a name. */
static const char *hint(const char *name, char *out, size_t size)
{
    out[0] = 0;
    if (name != NULL)
        snprintf(out, size, ", did you mean \"%.60s\"?", name);
    return out;
}

bool ini_get_word(struct ini *ini, const char *section, const char *key, const char *const *names,
                  uint32_t count, uint32_t *out)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);
    char list[160] = "", maybe[96];

    if (entry == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(entry->value, names[i]) == 0) {
            *out = i;
            return true;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        size_t used = strlen(list);

        if (used + strlen(names[i]) + 8 > sizeof list) {
            snprintf(list + used, sizeof list - used, ", ...");
            break;
        }
        snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", names[i]);
    }
    ini_error_at(ini, entry->place, "\"%s\" (expected %s%s%s)", entry->value,
                 count > 1 ? "one of " : "", list,
                 hint(ini_did_you_mean(entry->value, names, count), maybe, sizeof maybe));
    return false;
}

/* ---- unknown keys ---- */

/* The known key of this section that is nearest to a wrong one. */
static const char *key_nearest(const struct ini *ini, const char *section, const char *key)
{
    const char *best = NULL;
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < ini->asked_count; i++) {
        if (strcmp(ini->asked[i].section, section) == 0)
            nearer(key, ini->asked[i].key, &best, &least);
    }
    return best;
}

/* The known section that is nearest to a wrong one, by the whole name, without the second word,
 * or by the first word alone. */
static const char *section_nearest(const char *name, const char *const *known, uint32_t count,
                                   char *out, size_t size)
{
    char first[64];
    size_t word = strcspn(name, " ");
    const char *best = ini_did_you_mean(name, known, count);

    for (uint32_t i = 0; best == NULL && name[word] == 0 && i < count; i++)
        if (strncmp(known[i], name, word) == 0 && known[i][word] == ' ')
            best = known[i]; /* [fault] for [fault NAME]. */
    if (best == NULL && word < sizeof first && name[word] != 0) {
        memcpy(first, name, word);
        first[word] = 0;
        best = ini_did_you_mean(first, known, count);
        if (best != NULL) {
            snprintf(out, size, "%.40s%s", best, name + word);
            return out;
        }
    }
    return best;
}

void ini_unknown(struct ini *ini, const char *const *known_sections, uint32_t count)
{
    char meant[128], maybe[96];

    for (uint32_t i = 0; i < ini->section_count; i++) {
        struct ini_section *section = &ini->sections[i];
        bool known = section->asked;

        for (uint32_t a = 0; a < ini->asked_count && !known; a++)
            known = strcmp(ini->asked[a].section, section->name) == 0;
        if (!known) {
            const char *name =
                section_nearest(section->name, known_sections, count, meant, sizeof meant);

            if (name != NULL && strcmp(name, section->name) == 0)
                name = NULL;
            ini_error_at(ini, section->place,
                         "\"[%s]\" (expected a section this scenario can have%s)", section->name,
                         hint(name, maybe, sizeof maybe));
            continue;
        }
        for (uint32_t k = 0; k < section->key_count; k++) {
            const struct ini_key *key = &section->keys[k];

            if (!key->asked)
                ini_error_at(ini, key->name_place, "\"%s\" (expected a key of [%s]%s)", key->name,
                             section->name,
                             hint(key_nearest(ini, section->name, key->name), maybe, sizeof maybe));
        }
    }
}

/* ---- reading the document ---- */

uint32_t ini_section_count(const struct ini *ini) { return ini->section_count; }

const char *ini_section_name(const struct ini *ini, uint32_t index)
{
    return index < ini->section_count ? ini->sections[index].name : NULL;
}

struct ini_place ini_section_place(const struct ini *ini, uint32_t index)
{
    if (index < ini->section_count)
        return ini->sections[index].place;
    return (struct ini_place){ ini->file_count != 0 ? ini->files[0] : "", 1, 1 };
}

int ini_depth(const struct ini *ini, struct ini_place place)
{
    int depth = 0;

    if (strcmp(place.file, "--set") == 0)
        return -1;
    while ((uint32_t)depth < ini->file_count && ini->files[depth] != place.file)
        depth++;
    return depth;
}

bool ini_has(const struct ini *ini, const char *section, const char *key)
{
    return ini_key_find(ini, section, key) != NULL;
}

bool ini_key_at(const struct ini *ini, const char *section, uint32_t index, const char **key,
                const char **value, struct ini_place *place)
{
    const struct ini_section *in = ini_section_find(ini, section);

    if (in == NULL || index >= in->key_count)
        return false;
    *key = in->keys[index].name;
    *value = in->keys[index].value;
    *place = in->keys[index].place;
    return true;
}

void ini_overrule(struct ini *ini, const char *section, const char *key)
{
    struct ini_key *entry = ini_key_find(ini, section, key);

    if (entry != NULL)
        entry->overruled = true;
}

bool ini_is_overruled(const struct ini *ini, const char *section, const char *key)
{
    const struct ini_key *entry = ini_key_find(ini, section, key);

    return entry != NULL && entry->overruled;
}

void ini_error(struct ini *ini, const char *section, const char *key, const char *format, ...)
{
    const struct ini_section *in = section != NULL ? ini_section_find(ini, section) : NULL;
    const struct ini_key *entry =
        in != NULL && key != NULL ? ini_key_find(ini, section, key) : NULL;
    struct ini_place place = entry != NULL ? entry->place
                             : in != NULL  ? in->place
                                           : ini_section_place(ini, UINT32_MAX);
    va_list args;

    va_start(args, format);
    ini_error_list(ini, place, format, args);
    va_end(args);
}

uint32_t ini_error_count(const struct ini *ini) { return ini->error_count; }

const char *ini_error_text(const struct ini *ini, uint32_t index)
{
    return index < ini->error_count ? ini->errors[index].text : NULL;
}
