/* anchor_text.c - see anchor_text.h. */
#include "ui/run/anchor_text.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void anchor_name(const char *name, char out[ANCHOR_NAME])
{
    size_t length = 0;

    for (; name[length] != 0 && length + 1 < ANCHOR_NAME; length++)
        out[length] = strchr(" ,\t@:<+#=;\"", name[length]) != NULL ? '_' : name[length];
    out[length] = 0;
}

void anchor_print(const struct anchor *anchor, const char *const *sites, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s@%s", sites[anchor->site], anchor->actor);

    for (uint32_t i = 0; i < anchor->path_count && used < size; i++)
        used +=
            (size_t)snprintf(out + used, size - used, "%c%s", i == 0 ? ':' : '<', anchor->path[i]);
    if (anchor->event[0] != 0 && used < size)
        used += (size_t)snprintf(out + used, size - used, "+%s.%" PRIu32, anchor->event,
                                 anchor->event_nth);
    if (used < size)
        used += (size_t)snprintf(out + used, size - used, "#%" PRIu32 "=", anchor->nth);
    if (used < size && anchor->pick_name[0] != 0)
        snprintf(out + used, size - used, "%s", anchor->pick_name);
    else if (used < size)
        snprintf(out + used, size - used, "%" PRIu32, anchor->pick);
}

/* ---- Reading --------------------------------------------------------------------------------- */

/* Takes the letters up to one of `ends`, or to the end of the anchor. False: none, or too many. */
static bool take(const char **at, const char *ends, char *out, size_t size)
{
    char stops[32];

    snprintf(stops, sizeof stops, "%s, \t", ends);
    size_t length = strcspn(*at, stops);

    if (length == 0 || length >= size)
        return false;
    memcpy(out, *at, length);
    out[length] = 0;
    *at += length;
    return true;
}

static bool take_number(const char **at, uint32_t *out)
{
    char digits[12], *end;

    if (!take(at, "@:<+#=.", digits, sizeof digits) || digits[0] < '0' || digits[0] > '9')
        return false;
    unsigned long long value = strtoull(digits, &end, 10);

    *out = (uint32_t)value;
    return *end == 0 && value <= UINT32_MAX;
}

static bool take_mark(const char **at, char mark)
{
    bool is = **at == mark;

    *at += is;
    return is;
}

static bool take_site(struct anchor *anchor, const char **at, const char *const *sites,
                      uint32_t site_count)
{
    char name[ANCHOR_NAME];

    if (!take(at, "@", name, sizeof name))
        return false;
    for (uint32_t i = 0; i < site_count; i++)
        if (strcmp(sites[i], name) == 0) {
            anchor->site = i;
            return true;
        }
    return false;
}

static bool take_path(struct anchor *anchor, const char **at)
{
    if (!take_mark(at, ':'))
        return true;
    do {
        if (anchor->path_count == ANCHOR_PATH ||
            !take(at, "<+#", anchor->path[anchor->path_count++], ANCHOR_NAME))
            return false;
    } while (take_mark(at, '<'));
    return true;
}

static bool take_event(struct anchor *anchor, const char **at)
{
    return !take_mark(at, '+') || (take(at, ".", anchor->event, ANCHOR_NAME) &&
                                   take_mark(at, '.') && take_number(at, &anchor->event_nth));
}

static bool take_pick(struct anchor *anchor, const char **at)
{
    const char *digits = *at;

    if (!take(at, "@:<+#=", anchor->pick_name, ANCHOR_NAME))
        return false;
    anchor->pick = 1;
    if (strspn(anchor->pick_name, "0123456789") == strlen(anchor->pick_name)) {
        anchor->pick_name[0] = 0;
        return take_number(&digits, &anchor->pick) && anchor->pick != 0;
    }
    return true;
}

bool anchor_read(struct anchor *anchor, const char *text, const char *const *sites,
                 uint32_t site_count, char *error, size_t error_size)
{
    const char *at = text, *expected = "the name of a site before \"@\"";
    bool good;

    *anchor = (struct anchor){ .site = 0 };
    good = take_site(anchor, &at, sites, site_count);
    if (good) {
        expected = "a thread such as store.exe/proxy_0 behind \"@\"";
        good = take_mark(&at, '@') && take(&at, ":+#", anchor->actor, ANCHOR_NAME);
    }
    if (good) {
        expected = "at most 3 functions such as KeSetEvent<Deposit behind \":\"";
        good = take_path(anchor, &at);
    }
    if (good) {
        expected = "a record such as WAIT.3 behind \"+\"";
        good = take_event(anchor, &at);
    }
    if (good) {
        expected = "\"#\" and a number from 0";
        good = take_mark(&at, '#') && take_number(&at, &anchor->nth);
    }
    if (good) {
        expected = "\"=\" and the answer: a thread, or a number from 1";
        good = take_mark(&at, '=') && take_pick(anchor, &at) && strchr(", \t", *at) != NULL;
    }
    if (!good)
        snprintf(error, error_size, "\"%.*s\" (expected %s)", (int)strcspn(text, ", \t"), text,
                 expected);
    return good;
}
