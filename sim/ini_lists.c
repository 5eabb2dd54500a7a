/* ini_lists.c - values with several parts, separated by commas; plain decimals; the depth of a
 * value's file. */
#include "sim/ini_inside.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Item `number` of a list, without the blanks around it. NULL: no such item. */
static const char *item_of(const struct ini_key *key, uint32_t number, char out[INI_TEXT_MAX + 1])
{
    const char *at = key->value;

    for (; number > 0; number--) {
        at += strcspn(at, ",");
        if (*at == 0)
            return NULL;
        at++;
    }
    at += strspn(at, " \t");
    size_t length = strcspn(at, ",");

    while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
        length--;
    snprintf(out, INI_TEXT_MAX + 1, "%.*s", (int)length, at);
    return at;
}

static struct ini_place place_of(const struct ini_key *key, const char *at)
{
    struct ini_place place = key->place;

    place.column += (int)(at - key->value);
    return place;
}

static bool read_decimal(const char *text, unsigned parts, uint64_t *out)
{
    struct ini_decimal d;
    uint64_t one = 1;

    for (unsigned i = 0; i < parts; i++)
        one *= 10;
    return ini_decimal_read(text, &d) && *d.rest == 0 && ini_decimal_scale(&d, one, true, out);
}

/* Prints a value in units of 10^-parts: 1234567 with parts 6 is "1.234567". */
static const char *decimal_text(uint64_t value, unsigned parts, char *out, size_t size)
{
    uint64_t one = 1;

    for (unsigned i = 0; i < parts; i++)
        one *= 10;
    int n = snprintf(out, size, "%llu", (unsigned long long)(value / one));

    if (value % one != 0) {
        n += snprintf(out + n, size - (size_t)n, ".%0*llu", (int)parts,
                      (unsigned long long)(value % one));
        while (out[n - 1] == '0')
            out[--n] = 0;
    }
    return out;
}

bool ini_get_decimal(struct ini *ini, const char *section, const char *key, unsigned parts,
                     uint64_t min, uint64_t max, uint64_t *out)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);
    char low[40], high[40];
    uint64_t value;

    if (entry == NULL)
        return false;
    if (!read_decimal(entry->value, parts, &value) || value < min || value > max) {
        ini_error_at(ini, entry->place, "\"%s\" (expected a number from %s to %s)", entry->value,
                     decimal_text(min, parts, low, sizeof low),
                     decimal_text(max, parts, high, sizeof high));
        return false;
    }
    *out = value;
    return true;
}

bool ini_get_decimals(struct ini *ini, const char *section, const char *key, unsigned parts,
                      uint64_t max, uint32_t count, uint64_t *out)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);
    char item[INI_TEXT_MAX + 1], high[40];
    const char *at;
    uint32_t i;

    if (entry == NULL)
        return false;
    for (i = 0; (at = item_of(entry, i, item)) != NULL && i < count; i++)
        if (!read_decimal(item, parts, &out[i]) || out[i] > max) {
            ini_error_at(ini, place_of(entry, at), "\"%s\" (expected a number from 0 to %s)", item,
                         decimal_text(max, parts, high, sizeof high));
            return false;
        }
    if (i == count && at == NULL)
        return true;
    ini_error_at(ini, entry->place, "%s %u numbers (expected %u, separated by commas)",
                 at != NULL ? "more than" : "only", i, count);
    return false;
}

bool ini_get_times(struct ini *ini, const char *section, const char *key, sim_time max,
                   uint32_t count_max, sim_time *out, uint32_t *count)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);
    char item[INI_TEXT_MAX + 1];
    const char *at;

    if (entry == NULL)
        return false;
    for (*count = 0; (at = item_of(entry, *count, item)) != NULL; ++*count) {
        if (*count == count_max) {
            ini_error_at(ini, place_of(entry, at), "one more time (expected at most %u)",
                         count_max);
            return false;
        }
        if (!ini_time_read(item, &out[*count]) || out[*count] > max) {
            ini_error_at(ini, place_of(entry, at),
                         "\"%s\" (expected times such as 30 s, 2 min, separated by commas)", item);
            return false;
        }
        if (*count > 0 && out[*count] <= out[*count - 1]) {
            ini_error_at(ini, place_of(entry, at), "\"%s\" (expected times that rise)", item);
            return false;
        }
    }
    return true;
}

bool ini_weight_read(const char *text, uint64_t min, uint64_t max, struct ini_weight *out)
{
    char size[INI_TEXT_MAX + 1];
    size_t colon = strcspn(text, ":"), length = colon;

    while (length > 0 && text[length - 1] == ' ')
        length--;
    snprintf(size, sizeof size, "%.*s", (int)length, text);
    if (text[colon] == 0 || !ini_size_read(size, &out->size) || out->size < min || out->size > max)
        return false;
    text += colon + 1;
    return read_decimal(text + strspn(text, " "), 0, &out->weight) && out->weight <= 1000000;
}

bool ini_get_weights(struct ini *ini, const char *section, const char *key, uint64_t min,
                     uint64_t max, uint32_t count_max, struct ini_weight *out, uint32_t *count)
{
    const struct ini_key *entry = ini_wanted(ini, section, key);
    char item[INI_TEXT_MAX + 1];
    uint64_t total = 0;
    const char *at;

    if (entry == NULL)
        return false;
    for (*count = 0; (at = item_of(entry, *count, item)) != NULL; ++*count) {
        if (*count == count_max || !ini_weight_read(item, min, max, &out[*count])) {
            ini_error_at(ini, place_of(entry, at),
                         *count == count_max
                             ? "one more part, \"%s\" (expected fewer)"
                             : "\"%s\" (expected sizes with weights such as 4 KiB:50, 1 MiB:10)",
                         item);
            return false;
        }
        total += out[*count].weight;
    }
    if (total == 0)
        ini_error_at(ini, entry->place, "weights of 0 only (expected one above)");
    return total > 0;
}

int ini_key_depth(const struct ini *ini, const char *section, const char *key)
{
    const struct ini_key *entry = ini_key_find(ini, section, key);

    return entry != NULL ? ini_depth(ini, entry->place) : INT_MAX;
}
