/* words_orders.c - words that ask a search through other orders of a run (words.def).
 *
 * The search is exifsim explore's, with its own budget in schedules, so that the answer is the same
 * on every computer. It is made when the word is asked, each time.
 */
#include "ui/explore/hunt.h"
#include "ui/lesson/words_inside.h"
#include <stdlib.h>
#include <string.h>

enum { SCHEDULES_MAX = 10000, PRE_EMPTIONS_MAX = 4 };

/* Makes a search; hunt->strategy, depth and schedules say which. False: it cannot be made, and the
 * error is written. */
static bool go(const struct asking *a, struct hunt *hunt)
{
    const struct run_options options = { .set_count = 0 };
    char error[RUN_ERROR_CHARS];
    bool good;

    hunt->options = &options;
    hunt->scenario = lesson_run_scenario(a->run);
    hunt->seed = lesson_run_seed(a->run);
    hunt->only_count = true;
    good = hunt_go(hunt, error);
    hunt->options = NULL;
    return good || ask_refuse(a, "%.400s", error);
}

static bool read_count(const struct asking *a, int64_t least, int64_t most, const char *of,
                       int64_t *count)
{
    struct value value;

    if (!ask_expression(a, 0, &value))
        return false;
    if (value.kind != VALUE_COUNT || value.number < least || value.number > most)
        return ask_refuse(a, "a number of %s (expected %d to %d)", of, (int)least, (int)most);
    *count = value.number;
    return true;
}

/* Tries so many orders as the word's argument says. */
static bool search(const struct asking *a, struct hunt *hunt)
{
    int64_t schedules;

    if (!read_count(a, 1, SCHEDULES_MAX, "orders", &schedules))
        return false;
    *hunt = (struct hunt){ .strategy = STRATEGY_portfolio, .schedules = (uint64_t)schedules };
    return go(a, hunt);
}

/* Makes all runs with so few pre-emptions as the word's argument says. */
static bool search_within(const struct asking *a, struct hunt *hunt)
{
    int64_t pre_emptions;

    if (!read_count(a, 0, PRE_EMPTIONS_MAX, "pre-emptions", &pre_emptions))
        return false;
    *hunt = (struct hunt){ .strategy = STRATEGY_bounded,
                           .depth = (uint32_t)pre_emptions + 1,
                           .schedules = SCHEDULES_MAX };
    if (!go(a, hunt))
        return false;
    return (hunt->counts.ended && !hunt->counts.capped) ||
           ask_refuse(a, "%d pre-emptions, with which there are more than %d runs (expected fewer)",
                      (int)pre_emptions, SCHEDULES_MAX);
}

bool word_orders(const struct asking *a, struct value *out)
{
    struct hunt *hunt = calloc(1, sizeof *hunt);
    bool good;

    CHECK(hunt != NULL);
    good = search(a, hunt);
    *out = value_count((int64_t)hunt->counts.runs);
    hunt_free(hunt);
    free(hunt);
    return good;
}

bool word_orders_stop(const struct asking *a, struct value *out)
{
    struct hunt *hunt = calloc(1, sizeof *hunt);
    uint64_t count = 0;
    bool good;

    CHECK(hunt != NULL);
    good = search(a, hunt);
    for (uint32_t i = 0; i < hunt->finding_count; i++)
        if (hunt->findings[i].finding.kind == FINDING_STOP)
            count += hunt->findings[i].count;
    *out = value_count((int64_t)count);
    hunt_free(hunt);
    free(hunt);
    return good;
}

bool word_orders_all(const struct asking *a, struct value *out)
{
    struct hunt *hunt = calloc(1, sizeof *hunt);
    bool good;

    CHECK(hunt != NULL);
    good = search(a, hunt);
    *out = value_yes(hunt->counts.exhausted);
    hunt_free(hunt);
    free(hunt);
    return good;
}

bool word_runs_within(const struct asking *a, struct value *out)
{
    struct hunt *hunt = calloc(1, sizeof *hunt);
    bool good;

    CHECK(hunt != NULL);
    good = search_within(a, hunt);
    *out = value_count((int64_t)hunt->counts.runs);
    hunt_free(hunt);
    free(hunt);
    return good;
}

bool word_wrong_within(const struct asking *a, struct value *out)
{
    struct hunt *hunt = calloc(1, sizeof *hunt);
    bool good;

    CHECK(hunt != NULL);
    good = search_within(a, hunt);
    *out = value_yes(hunt->finding_count > 0);
    hunt_free(hunt);
    free(hunt);
    return good;
}
