/* choice.c - the oracle that answers every choice of a run.
 *
 * Every site has its own random stream, so the number of questions at one site changes no answer at
 * another. Every surprise is noted. When the list of surprises is full, all further answers are
 * calm: a run could not be repeated if one of its surprises were not listed.
 */
#include "sim/choice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void choices_reseed(struct choices *choices, uint64_t seed)
{
    for (uint32_t site = 0; site < choices->site_count; site++) {
        char name[24];

        snprintf(name, sizeof name, "choice.%" PRIu32, site);
        choices->rng[site] = rng_stream(seed, name);
    }
}

void choices_init(struct choices *choices, uint32_t site_count, uint64_t seed)
{
    CHECK(site_count <= CHOICE_SITES_MAX);
    memset(choices, 0, sizeof *choices);
    choices->strategy = CHOICE_CALM;
    choices->site_count = site_count;
    choices->budget = CHOICE_SURPRISES_MAX;
    choices_reseed(choices, seed);
}

static int surprise_compare(const struct surprise *one, const struct surprise *other)
{
    if (one->site != other->site)
        return one->site < other->site ? -1 : 1;
    return one->nth < other->nth ? -1 : one->nth > other->nth;
}

/* The index in `listed` of the answer to the nth question of a site; listed_count: none. */
static uint32_t listed_find(const struct choices *choices, uint32_t site, uint64_t nth)
{
    uint32_t low = 0, high = choices->listed_count;

    while (low < high) {
        uint32_t middle = (low + high) / 2;
        const struct surprise *s = &choices->listed[middle];

        if (s->site == site && s->nth == nth)
            return middle;
        if (s->site < site || (s->site == site && s->nth < nth))
            low = middle + 1;
        else
            high = middle;
    }
    return choices->listed_count;
}

/* The answer of a strategy that is not calm. */
static uint32_t answer(struct choices *choices, uint32_t site, uint64_t nth, uint32_t enabled)
{
    if (choices->strategy == CHOICE_LISTED) {
        uint32_t index = listed_find(choices, site, nth);

        /* If fewer answers are possible than when the list was made, take the last. */
        return index < choices->listed_count ? MIN_OF(choices->listed[index].pick, enabled - 1) : 0;
    }
    if (choices->odds_ppm[site] == 0 || !rng_odds(&choices->rng[site], choices->odds_ppm[site]))
        return 0;
    uint32_t pick = 1 + (uint32_t)rng_below(&choices->rng[site], enabled - 1);

    if (choices->budget == 0)
        return 0;
    choices->budget--;
    return pick;
}

uint32_t choice_next(struct choices *choices, uint32_t site, const struct choice_actor *actors,
                     uint32_t enabled, uint32_t count)
{
    bool full = choices->taken_count == CHOICE_SURPRISES_MAX, asked = false;
    uint32_t pick = 0;

    CHECK(site < choices->site_count);
    if (choices->strategy == CHOICE_ASKED && (actors != NULL || !full)) {
        pick = choices->asker->pick(choices->asker, site, actors, full ? 1 : enabled, count);
        CHECK(pick < MAX_OF(enabled, 1u));
        asked = true;
    }
    if (enabled < 2)
        return 0;
    uint64_t nth = choices->asked[site]++;

    if (LIKELY(choices->strategy == CHOICE_CALM) || full || nth > UINT32_MAX)
        return 0;
    if (!asked)
        pick = answer(choices, site, nth, enabled);
    if (pick != 0)
        choices->taken[choices->taken_count++] = (struct surprise){ site, (uint32_t)nth, pick };
    return pick;
}

uint32_t choice_pick(struct choices *choices, uint32_t site, uint32_t count)
{
    return count < 2 ? 0 : choice_next(choices, site, NULL, count, count);
}

void choice_note(struct choices *choices, sim_time at, uint64_t record)
{
    if (choices->taken_count > 0)
        choices->when[choices->taken_count - 1] = (struct choice_instant){ at, record };
}

uint32_t choices_would(const struct choices *choices, const struct choices *list, uint32_t site,
                       uint32_t count)
{
    uint32_t index = listed_find(list, site, choices->asked[site]);

    return count > 1 && index < list->listed_count ? MIN_OF(list->listed[index].pick, count - 1)
                                                   : 0;
}

enum surprise_fate choices_fate(const struct choices *choices, uint32_t index, uint32_t *pick)
{
    const struct surprise *listed = &choices->listed[index];

    *pick = 0;
    for (uint32_t i = 0; i < choices->taken_count; i++) {
        if (surprise_compare(&choices->taken[i], listed) != 0)
            continue;
        *pick = choices->taken[i].pick;
        return *pick < listed->pick ? SURPRISE_CLAMPED : SURPRISE_HAPPENED;
    }
    return SURPRISE_NOT_ASKED;
}

/* ---- text ---- */

/* Reads a number without sign or blank, up to max; *end is the text behind it. False: not such a
 * number. */
static bool number(const char *text, uint32_t max, uint32_t *out, const char **end)
{
    uint64_t value = 0;

    if (*text < '0' || *text > '9')
        return false;
    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (uint64_t)(*text - '0');
        if (value > max)
            return false;
    }
    *out = (uint32_t)value;
    *end = text;
    return true;
}

static bool site_find(const struct choices *choices, const char *text, size_t length,
                      const char *const *names, uint32_t *site)
{
    const char *end;

    for (uint32_t i = 0; names != NULL && i < choices->site_count; i++) {
        if (strlen(names[i]) == length && memcmp(names[i], text, length) == 0) {
            *site = i;
            return true;
        }
    }
    return choices->site_count != 0 && number(text, choices->site_count - 1, site, &end) &&
           end == text + length;
}

/* Writes the message for an unknown site, with the names of all sites. */
static void site_unknown(const struct choices *choices, const char *text, size_t length,
                         const char *const *names, char *error, size_t error_size)
{
    char list[120] = "";

    for (uint32_t i = 0; names != NULL && i < choices->site_count; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s",
                 i == 0                         ? ": "
                 : i + 1 == choices->site_count ? " or "
                                                : ", ",
                 names[i]);
    snprintf(error, error_size, "\"%.*s\" (expected the name or number of a choice site%s)",
             (int)MIN_OF(length, (size_t)24), text, list);
}

static int by_site(const void *one, const void *other) { return surprise_compare(one, other); }

/* Reads one SITE:N:PICK and moves *text behind it. False: error holds the message. */
static bool parse_one(const struct choices *choices, const char **text, const char *const *names,
                      struct surprise *out, char *error, size_t error_size)
{
    const char *start = *text, *at;
    size_t shown = strcspn(start, ", \t");
    size_t length = strcspn(start, ":, \t");

    if (start[length] != ':') {
        snprintf(error, error_size, "\"%.*s\" (expected SITE:N:PICK such as PREEMPT:12:1)",
                 (int)shown, start);
        return false;
    }
    if (!site_find(choices, start, length, names, &out->site)) {
        site_unknown(choices, start, length, names, error, error_size);
        return false;
    }
    at = start + length + 1;
    if (!number(at, UINT32_MAX, &out->nth, &at) || *at != ':' ||
        !number(at + 1, UINT32_MAX, &out->pick, &at) || out->pick == 0 || at != start + shown) {
        snprintf(error, error_size, "\"%.*s\" (expected SITE:N:PICK with N from 0 and PICK from 1)",
                 (int)shown, start);
        return false;
    }
    *text = at;
    return true;
}

bool choices_parse(struct choices *choices, const char *text, const char *const *names, char *error,
                   size_t error_size)
{
    struct surprise listed[CHOICE_SURPRISES_MAX];
    uint32_t count = 0;

    for (text += strspn(text, ", \t"); *text != 0; text += strspn(text, ", \t")) {
        if (count == CHOICE_SURPRISES_MAX) {
            snprintf(error, error_size, "more than %d surprises (expected at most that many)",
                     CHOICE_SURPRISES_MAX);
            return false;
        }
        if (!parse_one(choices, &text, names, &listed[count], error, error_size))
            return false;
        count++;
    }
    qsort(listed, count, sizeof listed[0], by_site);
    for (uint32_t i = 1; i < count; i++) {
        if (surprise_compare(&listed[i - 1], &listed[i]) == 0) {
            snprintf(error, error_size,
                     "question %" PRIu32 " of site %" PRIu32 " twice (expected one answer)",
                     listed[i].nth, listed[i].site);
            return false;
        }
    }
    choices_force(choices, listed, count);
    return true;
}

void choices_force(struct choices *choices, const struct surprise *list, uint32_t count)
{
    CHECK(count <= CHOICE_SURPRISES_MAX);
    memcpy(choices->listed, list, count * sizeof *list);
    qsort(choices->listed, count, sizeof *list, by_site);
    choices->listed_count = count;
    choices->strategy = CHOICE_LISTED;
}

size_t choices_print(const struct surprise *list, uint32_t count, const char *const *names,
                     char *out, size_t size)
{
    size_t used = 0;

    if (size != 0)
        out[0] = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct surprise *s = &list[i];
        char one[96];
        int length = names != NULL ? snprintf(one, sizeof one, "%s%.60s:%" PRIu32 ":%" PRIu32,
                                              i == 0 ? "" : ",", names[s->site], s->nth, s->pick)
                                   : snprintf(one, sizeof one, "%s%" PRIu32 ":%" PRIu32 ":%" PRIu32,
                                              i == 0 ? "" : ",", s->site, s->nth, s->pick);

        if (used + (size_t)length >= size) /* Whole surprises only. */
            break;
        memcpy(out + used, one, (size_t)length + 1);
        used += (size_t)length;
    }
    return used;
}
