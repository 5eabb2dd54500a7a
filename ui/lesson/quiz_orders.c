/* quiz_orders.c - does an order of a driver's threads go wrong, with so many pre-emptions at most?
 *
 * Two searches are made (ui/explore/hunt.h). One makes all orders, modulo equivalence, and says
 * whether any goes wrong. The other makes all runs without a pre-emption, then with one, then with
 * two, and says how many the fault needs. Where they disagree, or the orders are too many to make
 * them all, nothing is asked.
 *
 *     fewest pre-emptions   0      1      2      more   (the fault needs so many)
 *     at most 0             yes    later  later  later
 *     at most 1             yes    yes    later  later
 *     at most 2             yes    yes    yes    later
 */
#include "ui/explore/hunt.h"
#include "ui/lesson/quiz_draw.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEDULES_MAX = 20000, PRE_EMPTIONS_MAX = 2 };

/* What the searches came to. */
struct searched {
    const struct scenario *scenario;
    uint64_t seed;
    uint64_t orders;        /* All there are, modulo equivalence; those with a fault apart. */
    enum finding_kind kind; /* Kind of all faults; NONE: no order goes wrong. */
    char cause[FINDING_CHARS];
    char surprises[RUN_SURPRISES_CHARS]; /* Surprises of an order that goes wrong. */
    uint32_t fewest; /* Pre-emptions of the fault; PRE_EMPTIONS_MAX + 1: more. */
    uint32_t sure;   /* With so many pre-emptions all runs were made. */
    uint64_t runs[PRE_EMPTIONS_MAX + 1]; /* With at most so many pre-emptions. */
    uint32_t points;                     /* Questions of the calm run. */
};

static struct hunt *search(const struct searched *s, enum strategy_name strategy, uint32_t depth)
{
    static const struct run_options plain = { .set_count = 0 };
    struct hunt *hunt = calloc(1, sizeof *hunt);
    char error[RUN_ERROR_CHARS];

    CHECK(hunt != NULL);
    *hunt = (struct hunt){ .options = &plain,
                           .scenario = s->scenario,
                           .seed = s->seed,
                           .strategy = strategy,
                           .depth = depth,
                           .schedules = SCHEDULES_MAX,
                           .only_count = true };
    if (hunt_go(hunt, error))
        return hunt;
    hunt_free(hunt);
    free(hunt);
    return NULL;
}

static void keep_finding(struct searched *s, const struct hunt *hunt)
{
    const struct hunt_finding *found = &hunt->findings[0];

    snprintf(s->cause, sizeof s->cause, "%s", found->finding.cause);
    snprintf(s->surprises, sizeof s->surprises, "%s", found->surprises);
}

/* Makes all orders. False: they are too many, or they go wrong in several ways. */
static bool search_all(struct searched *s)
{
    struct hunt *hunt = search(s, STRATEGY_dpor, 0);
    bool good = hunt != NULL && hunt->counts.exhausted;

    for (uint32_t i = 0; good && i < hunt->finding_count; i++) {
        enum finding_kind kind = hunt->findings[i].finding.kind;

        good = (kind == FINDING_STOP || kind == FINDING_HANG) &&
               (i == 0 || kind == hunt->findings[0].finding.kind);
    }
    if (good && hunt->finding_count > 0) {
        s->kind = hunt->findings[0].finding.kind;
        keep_finding(s, hunt);
    }
    if (good) {
        s->orders = hunt->counts.unique;
        s->points = hunt->questions;
    }
    if (hunt != NULL)
        hunt_free(hunt);
    free(hunt);
    return good;
}

/* Makes all runs with few pre-emptions, until one goes wrong. False: it is not what the other
 * search came to. */
static bool search_few(struct searched *s)
{
    bool good = true, more = true;

    s->fewest = PRE_EMPTIONS_MAX + 1;
    for (uint32_t n = 0; n <= PRE_EMPTIONS_MAX && more; n++) {
        struct hunt *hunt = search(s, STRATEGY_bounded, n + 1);

        if (hunt == NULL)
            return false;
        more = hunt->finding_count == 0 && hunt->counts.ended && !hunt->counts.capped;
        if (hunt->finding_count > 0) {
            s->fewest = n;
            s->sure = PRE_EMPTIONS_MAX;
            good = hunt->findings[0].finding.kind == s->kind;
            keep_finding(s, hunt);
        } else if (more) {
            s->sure = n;
            s->runs[n] = hunt->counts.runs;
        } else {
            good = n > 0;
        }
        hunt_free(hunt);
        free(hunt);
    }
    return good;
}

/* ---- The question ---------------------------------------------------------------------------- */

static const char *pre_emptions(uint32_t count, char out[24])
{
    snprintf(out, 24, count == 0 ? "no pre-emption" : "%u pre-emption%s", count,
             count == 1 ? "" : "s");
    return out;
}

static void ask(struct quiz_draw *d, const struct searched *s, uint32_t most)
{
    char count[24];

    quiz_ask_text(d, UINT64_MAX,
                  "\"%.120s\": the driver %.40s starts threads on one processor. A thread goes on "
                  "until it ends or waits, unless it is pre-empted: then somebody else goes on who "
                  "could, another thread, a DPC or a timer, at any point. Who is next after an end "
                  "or a wait is open as well. With %s%s: does any order go wrong?",
                  s->scenario->title, s->scenario->guests[0].name, most > 0 ? "at most " : "",
                  pre_emptions(most, count));
    quiz_line(d, "points of the calm order at which somebody else could go on: %u", s->points);
}

struct said {
    const char *name, *text;
    char why[QUIZ_SLIP_CHARS];
};

/* Offers all four answers; `key` is the right one. */
static void offer(struct quiz_draw *d, const struct said said[4], uint32_t key)
{
    quiz_key(d, value_name(said[key].name), "%s", said[key].why);
    quiz_text(d, "%s", said[key].text);
    for (uint32_t i = 0; i < 4; i++) {
        if (i == key)
            continue;
        quiz_slip(d, value_name(said[i].name), "%s", said[i].why);
        quiz_text(d, "%s", said[i].text);
    }
}

enum { IN_A_STOP, IN_A_HANG, LATER, NEVER };

/* What is said of each answer where no order goes wrong. */
static void say_never(const struct searched *s, struct said said[4])
{
    for (uint32_t i = 0; i < 4; i++)
        snprintf(said[i].why, QUIZ_SLIP_CHARS,
                 "All %" PRIu64 " orders there are%s were run, modulo equivalence: none of them "
                 "goes wrong.",
                 s->orders, i == LATER ? ", with any number of pre-emptions," : "");
}

/* The same where one does. */
static void say_wrong(const struct searched *s, uint32_t most, struct said said[4])
{
    const uint32_t kind = s->kind == FINDING_STOP ? IN_A_STOP : IN_A_HANG;
    const bool within = s->fewest <= most;
    char one[QUIZ_SLIP_CHARS / 2], count[24];

    snprintf(one, sizeof one, "%.60s, by %.60s", s->cause,
             s->surprises[0] != 0 ? s->surprises : "the calm order");
    snprintf(said[IN_A_STOP + IN_A_HANG - kind].why, QUIZ_SLIP_CHARS,
             "Where an order of this driver goes wrong, it is another thing: %s.", one);
    snprintf(said[NEVER].why, QUIZ_SLIP_CHARS, "One does%s: %s.",
             within ? "" : " with more pre-emptions", one);
    if (within) {
        pre_emptions(s->fewest, count);
        snprintf(said[LATER].why, QUIZ_SLIP_CHARS, "It takes %s: %s.", count, one);
        snprintf(said[kind].why, QUIZ_SLIP_CHARS, "One goes wrong with %s: %s.", count, one);
        return;
    }
    snprintf(said[kind].why, QUIZ_SLIP_CHARS,
             "All %" PRIu64 " runs with so few pre-emptions were made, and end well.",
             s->runs[most]);
    snprintf(said[LATER].why, QUIZ_SLIP_CHARS,
             "All %" PRIu64 " runs with so few pre-emptions were made, and end well. With more, "
             "one goes wrong: %s.",
             s->runs[most], one);
}

/* Draws a bound: where there is a fault, one that it keeps to as often as one that it does not. */
static uint32_t draw_bound(struct quiz_draw *d, const struct searched *s)
{
    bool within = quiz_draw_below(d, 2) != 0 && s->fewest <= PRE_EMPTIONS_MAX;

    if (s->kind == FINDING_NONE)
        return quiz_draw_below(d, PRE_EMPTIONS_MAX + 1);
    if (within || s->fewest == 0)
        return s->fewest + quiz_draw_below(d, PRE_EMPTIONS_MAX + 1 - s->fewest);
    return quiz_draw_below(d, MIN_OF(s->fewest, s->sure + 1));
}

bool quiz_draw_orders(struct quiz_draw *d)
{
    struct said said[4] = { { "stop", "yes, one ends in a stop", "" },
                            { "hang", "yes, one leaves threads that wait for ever", "" },
                            { "later", "no, that takes more pre-emptions", "" },
                            { "never", "no, and with more pre-emptions neither", "" } };
    struct searched s = { .scenario = lesson_run_scenario(d->run),
                          .seed = lesson_run_seed(d->run) };
    uint32_t most, key;

    d->hopeless = true; /* What is found here does not depend on the draw. */
    if (!s.scenario->orders.free || s.scenario->guest_count != 1 || !search_all(&s))
        return false;
    if (!search_few(&s))
        return quiz_refuse(d, REFUSED_TWO_WAYS);
    most = draw_bound(d, &s);
    key = s.kind == FINDING_NONE   ? NEVER
          : s.fewest > most        ? LATER
          : s.kind == FINDING_STOP ? IN_A_STOP
                                   : IN_A_HANG;
    if (s.kind == FINDING_NONE)
        say_never(&s, said);
    else
        say_wrong(&s, most, said);
    if (s.surprises[0] != 0 && strlen(s.surprises) + 12 < sizeof d->q->sets)
        snprintf(d->q->sets, sizeof d->q->sets, "surprises=%.480s;", s.surprises);
    ask(d, &s, most);
    offer(d, said, key);
    return true;
}
