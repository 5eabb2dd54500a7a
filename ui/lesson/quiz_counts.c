/* quiz_counts.c - how many: letters, deliveries, visits, switches in a stretch of time. The key is
 * counted by the machine itself, run on through the stretch; the second way counts records. Options
 * are a factor of four apart, so that a wrong idea is wrong and a rough one is not.
 */
#include "model/words/records.h"
#include "ui/lesson/quiz_draw.h"
#include "ui/lesson/quiz_inside.h"
#include <inttypes.h>
#include <string.h>

enum { APART = 4 };

static const struct subject {
    const char *what;
    uint16_t kind;
} subjects[] = {
    { "How many letters arrive", REC_ARRIVAL },
    { "How many letters are delivered", REC_DELIVERED },
    { "How many visits (attaches to another process) begin", REC_ATTACH },
    { "How often does a processor take another thread", REC_SWITCH },
};

/* What the machine has counted so far of a subject. */
static uint64_t counted(struct quiz_draw *d, struct world *world, uint16_t kind)
{
    const struct result *result = world_result(world);
    uint64_t switches = 0;

    if (kind == REC_ARRIVAL)
        return result->arrived;
    if (kind == REC_DELIVERED)
        return result->delivered;
    if (kind == REC_ATTACH)
        return result->attaches;
    inspect_take_parts(world, d->quiz->look, INSPECT_PROCESSES);
    for (uint32_t i = 0; i < d->quiz->look->processor_count; i++)
        switches += d->quiz->look->processors[i].switches;
    return switches;
}

/* Runs the machine to `from` and on to `to`. False: no memory, or it ended before. */
static bool run_on(struct quiz_draw *d, const struct subject *subject, sim_time from, sim_time to,
                   uint64_t *count, uint32_t *threads)
{
    struct world *world = world_new(lesson_run_scenario(d->run), lesson_run_seed(d->run));
    bool good;

    if (world == NULL) {
        d->no_memory = true;
        return false;
    }
    good = world_run(world, from) == SIM_GOING;
    *count = counted(d, world, subject->kind);
    inspect_take_parts(world, d->quiz->look, INSPECT_PROCESSES | INSPECT_THREADS);
    *threads = d->quiz->look->thread_count;
    good = good && world_run(world, to) == SIM_GOING;
    *count = counted(d, world, subject->kind) - *count;
    world_free(world);
    return good;
}

static uint64_t by_records(const struct quiz_tape *tape, uint16_t kind, sim_time from, sim_time to)
{
    uint64_t count = 0;

    for (uint64_t n = 0; n < tape->count && tape->records[n].at <= to; n++)
        count += tape->records[n].kind == kind && tape->records[n].at > from;
    return count;
}

/* True if two numbers are a factor of four apart, or one of them alone is zero. */
static bool apart(uint64_t one, uint64_t other)
{
    return (one == 0) != (other == 0) || one >= APART * other || other >= APART * one;
}

static void slip(struct quiz_draw *d, uint64_t count, const char *text)
{
    for (uint32_t i = 0; i < d->q->option_count; i++)
        if (!apart(count, (uint64_t)d->q->options[i].value.number))
            return;
    quiz_slip(d, value_count((int64_t)count), "%s", text);
}

/* Fills up with multiples, so that the key is as often the least as the most. */
static void fill(struct quiz_draw *d, uint64_t count)
{
    static const char few[] = "Too few: look at what happens once a letter, and what more often.",
                      many[] = "Too many: look at what happens once a letter, and what more often.";
    uint32_t below = quiz_draw_below(d, QUIZ_OPTIONS_MAX);

    for (uint32_t i = 0, part = APART; i < below && part <= count; i++, part *= APART)
        slip(d, count / part, few);
    for (uint64_t times = APART; d->q->option_count < QUIZ_OPTIONS_MAX; times *= APART)
        slip(d, MAX_OF(count, 1) * times, many);
}

static bool is_any(const struct quiz_tape *tape, uint64_t number, const void *ctx)
{
    (void)tape;
    (void)number;
    (void)ctx;
    return true;
}

bool quiz_draw_how_many(struct quiz_draw *d)
{
    static const uint32_t lengths_ms[] = { 100, 1000, 5000 };
    const struct subject *subject = &subjects[quiz_draw_below(d, ARRAY_LEN(subjects))];
    uint32_t length = lengths_ms[quiz_draw_below(d, ARRAY_LEN(lengths_ms))], threads;
    uint64_t number = quiz_draw_where(d, is_any, NULL), count, before, rate;
    const struct scenario *scenario = lesson_run_scenario(d->run);
    sim_time from, to;

    if (number == UINT64_MAX || d->tape->records[number].at < MS(length))
        return false;
    from = d->tape->records[number].at;
    to = from + MS(length);
    if (to >= d->tape->records[d->tape->last - 1].at ||
        !run_on(d, subject, from, to, &count, &threads))
        return false;
    before = by_records(d->tape, subject->kind, from - MS(length), from);
    rate = scenario_rate_milli(scenario) * length / 1000000;
    quiz_ask_text(d, number, "%s in the next %u ms?", subject->what, length);
    quiz_line(d, "On average %" PRIu64 ".%" PRIu64 " letters a second arrive.",
              scenario_rate_milli(scenario) / 1000, scenario_rate_milli(scenario) % 1000 / 100);
    quiz_line(d, "%u processors, %u threads.", scenario->cpus, threads);
    quiz_line(d, "In the %u ms before it was %" PRIu64 ".", length, before);
    quiz_key(d, value_count((int64_t)count), "The machine, run on for %u ms, has counted them.",
             length);
    slip(d, before,
         "As many as before: load comes in bursts, so one stretch says little about the next.");
    slip(d, rate,
         "That is the mean rate times the time. One stretch is not the mean, and not "
         "everything happens once a letter.");
    slip(d, threads,
         "That is the number of threads. Most of them wait, and one thread can do many "
         "things in this time.");
    fill(d, count);
    return quiz_agree(d, value_count((int64_t)by_records(d->tape, subject->kind, from, to)));
}
