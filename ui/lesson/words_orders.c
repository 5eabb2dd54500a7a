/* words_orders.c - words that ask a search through other orders of a run (words.def).
 *
 * The search is exifsim explore's, with its own budget in schedules, so that the answer is the same
 * on every computer. It is made when the word is asked, each time.
 */
#include "ui/explore/hunt.h"
#include "ui/lesson/words_inside.h"
#include <stdlib.h>
#include <string.h>

enum { SCHEDULES_MAX = 10000 };

/* Makes the search. False: it cannot be made, and the error is written. */
static bool search(const struct asking *a, struct hunt *hunt)
{
    const struct run_options options = { .set_count = 0 };
    char error[RUN_ERROR_CHARS];
    struct value schedules;
    bool good;

    if (!ask_expression(a, 0, &schedules))
        return false;
    if (schedules.kind != VALUE_COUNT || schedules.number < 1 || schedules.number > SCHEDULES_MAX)
        return ask_refuse(a, "a number of orders (expected 1 to %d)", SCHEDULES_MAX);
    *hunt = (struct hunt){ .options = &options,
                           .scenario = lesson_run_scenario(a->run),
                           .seed = lesson_run_seed(a->run),
                           .strategy = STRATEGY_portfolio,
                           .schedules = (uint64_t)schedules.number,
                           .only_count = true };
    good = hunt_go(hunt, error);
    hunt->options = NULL;
    return good || ask_refuse(a, "%.400s", error);
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
