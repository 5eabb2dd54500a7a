/* arrivals_test.c - compares arrivals with closed forms: counts, dispersion, integrals, Little's
 * law.
 *
 * The whole machine runs; arrivals are counted by the ARRIVAL records of the wire. Seeds are fixed;
 * bounds are those of the distributions, four standard deviations wide.
 */
#include "tests/server/night.h"
#include "model/kernel/kernel.h"
#include "model/kernel/win32.h"
#include "model/outside/site.h"
#include "model/words/records.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { SEEN_MAX = 20000 };

static struct seen {
    sim_time at;
    uint32_t bytes;
} seen[SEEN_MAX];
static uint32_t seen_count;

static void watch(const struct record *record, uint64_t number, void *context)
{
    (void)number;
    (void)context;
    if (record->kind != REC_ARRIVAL)
        return;
    assert_true(seen_count < SEEN_MAX);
    seen[seen_count++] = (struct seen){ record->at, record->b };
}

/* Runs calm_day.ini with these changes; seen has the arrivals. The world lives on. */
#define SEE(night, ...)                                   \
    do {                                                  \
        night_read((night), "calm_day.ini", __VA_ARGS__); \
        see(night);                                       \
    } while (0)
static void see(struct night *night)
{
    seen_count = 0;
    night->world = world_new_watched(&night->scenario, 1, watch, NULL);
    assert_non_null(night->world);
    world_enter(night->world);
    night_go(night);
}

static uint32_t arrivals(sim_time from, sim_time to)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < seen_count; i++)
        count += seen[i].at >= from && seen[i].at < to;
    return count;
}

static void near_to(double read, double wanted, double bound)
{
    if (!(fabs(read - wanted) <= bound))
        fail_msg("read %g, theory says %g +- %g", read, wanted, bound);
}

/* Variance of the counts of a second by their mean: 1 for Poisson, less for what is even, more for
 * what comes together. */
static double dispersion(uint32_t seconds)
{
    double sum = 0, squares = 0, mean;

    for (uint32_t i = 0; i < seconds; i++) {
        double count = arrivals(SEC(i), SEC(i + 1));

        sum += count;
        squares += count * count;
    }
    mean = sum / seconds;
    return (squares / seconds - mean * mean) / mean;
}

/* ---- Steady ---------------------------------------------------------------------------------- */

/* From when the services run. An interrupt may wait for a processor; what is late moves nothing of
 * what follows. */
static void seven_a_second_for_a_minute(struct night *night)
{
    sim_time from = night->result.load_from;

    assert_in_range(seen_count, 7 * (SEC(60) - from) / SEC(1), 7 * (SEC(60) - from) / SEC(1) + 1);
    for (uint32_t i = 0; i < seen_count; i++)
        assert_in_range(seen[i].at - from - SEC(1) / 14 - i * (SEC(1) / 7), 0, US(100));
    night_end(night);
}

/* What a rate that stays comes to before the services run: nobody comes then. */
static double too_early(const struct night *night, double rate)
{
    return rate * (double)night->result.load_from / 1e9;
}

static void constant_is_exact(void **state)
{
    struct night night;

    (void)state;
    SEE(&night, "load.smtp.shape=constant", "load.smtp.rate=7/s", "scenario.duration=60 s", NULL);
    seven_a_second_for_a_minute(&night);
    SEE(&night, "load.smtp.shape=ramp", "load.smtp.rate=7/s", "load.smtp.rate_end=7/s",
        "load.smtp.spacing=constant", "scenario.duration=60 s", NULL);
    seven_a_second_for_a_minute(&night);
}

static void poisson_has_a_dispersion_of_one(void **state)
{
    struct night night;

    (void)state;
    SEE(&night, "load.smtp.shape=poisson", "load.smtp.rate=10/s", "versions.all=hotfix",
        "scenario.duration=10 min", NULL);
    near_to(seen_count, 6000, 4 * sqrt(6000));
    near_to(dispersion(600), 1, 4 * sqrt(2.0 / 599));
    night_end(&night);
}

/* Geometric batches of mean m: (2 - p) / p with p = 1 / m, so 2 for a mean of 1.5. */
static void batches_have_more(void **state)
{
    struct night night;

    (void)state;
    SEE(&night, "load.smtp.shape=batch", "load.smtp.rate=10/s", "versions.all=hotfix",
        "scenario.duration=10 min", NULL);
    near_to(seen_count, 6000, 4 * sqrt(2 * 6000));
    near_to(dispersion(600), 2, 4 * 2 * sqrt(2.0 / 599) * 1.5);
    night_end(&night);
}

/* ---- Rates that change ----------------------------------------------------------------------- */

static void a_ramp_grows_by_the_square(void **state)
{
    struct night night;

    (void)state;
    SEE(&night, "load.smtp.shape=ramp", "load.smtp.rate=0/s", "load.smtp.rate_end=60/s",
        "load.smtp.spacing=constant", "versions.all=hotfix", "scenario.duration=2 min", NULL);
    for (uint32_t part = 1; part <= 4; part++)
        near_to(arrivals(0, SEC(30 * part)), 3600.0 * part * part / 16, 1.01);
    night_end(&night);
    SEE(&night, "load.smtp.shape=ramp", "load.smtp.rate=40/s", "load.smtp.rate_end=0/s",
        "versions.all=hotfix", "scenario.duration=60 s", NULL);
    near_to(seen_count, 1200, 4 * sqrt(1200));
    near_to(arrivals(0, SEC(30)), 900, 4 * sqrt(900));
    night_end(&night);
}

static void bursts_come_when_they_are_due(void **state)
{
    struct night night;

    (void)state;
    SEE(&night, "load.smtp.shape=burst", "load.smtp.rate=2/s", "load.smtp.burst_rate=50/s",
        "load.smtp.burst_at=10 s", "load.smtp.burst_every=20 s", "load.smtp.burst_length=2 s",
        "load.smtp.spacing=constant", "versions.all=hotfix", "scenario.duration=60 s", NULL);
    near_to(seen_count, 2 * 54 + 50 * 6 - too_early(&night, 2), 1);
    near_to(arrivals(0, SEC(10)), 20 - too_early(&night, 2), 1);
    for (uint32_t i = 0; i < 3; i++)
        near_to(arrivals(SEC(10 + 20 * i), SEC(12 + 20 * i)), 100, 1);
    night_end(&night);
    SEE(&night, "load.smtp.shape=burst", "load.smtp.rate=0/s", "load.smtp.burst_rate=50/s",
        "load.smtp.burst_at=5 s, 30 s, 31 s", "load.smtp.burst_length=2 s",
        "load.smtp.spacing=constant", "versions.all=hotfix", "scenario.duration=60 s", NULL);
    near_to(seen_count, 250, 1); /* The last two overlap: 30 to 33 s. */
    assert_int_equal(arrivals(0, SEC(5)), 0);
    assert_int_equal(arrivals(SEC(33), SEC(60)), 0);
    night_end(&night);
}

/* facts/exchange-exifs.md 7.5, in hundredths. */
static const double hours[24] = { 35,  25,  22,  20,  22,  30,  50, 95, 170, 210, 215, 200,
                                  160, 175, 195, 190, 170, 130, 80, 60, 52,  50,  47,  42 };

static void a_day_is_the_area_under_its_curve(void **state)
{
    struct night night;
    double sum = 0, all = 0;

    (void)state;
    for (int i = 0; i < 24; i++)
        sum += hours[i];
    /* A Wednesday, an hour of it in ten seconds. */
    SEE(&night, "load.smtp.shape=day", "load.smtp.rate=8/s", "load.smtp.clock=2006-09-06 00:00",
        "load.smtp.time_scale=360", "load.smtp.spacing=constant", "versions.all=hotfix",
        "scenario.duration=240 s", NULL);
    near_to(seen_count, 8 * 240 - too_early(&night, hours[0] * 24 / sum * 8), 1);
    for (uint32_t hour = 0; hour < 24; hour++) {
        all += hours[hour] * 24 / sum * 80;
        near_to(arrivals(0, SEC(10) * (hour + 1)), all - too_early(&night, hours[0] * 24 / sum * 8),
                1.1);
    }
    night_end(&night);
    SEE(&night, "load.smtp.shape=day", "load.smtp.rate=8/s", "load.smtp.clock=2006-09-06 06:30",
        "load.smtp.time_scale=360", "versions.all=hotfix", "scenario.duration=240 s", NULL);
    near_to(seen_count, 8 * 240, 4 * sqrt(8 * 240));
    near_to(arrivals(SEC(25), SEC(65)),
            (hours[9] + hours[10] + hours[11] + hours[12]) * 24 / sum * 80, 4 * sqrt(600));
    night_end(&night);
}

static void a_week_has_its_days(void **state)
{
    struct night night;

    (void)state;
    /* Saturday noon to Tuesday noon, all hours alike, a day in twenty seconds. */
    SEE(&night, "load.smtp.shape=day", "load.smtp.rate=20/s", "load.smtp.clock=2006-09-02 12:00",
        "load.smtp.hours=1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
        "load.smtp.time_scale=4320", "load.smtp.spacing=constant", "versions.all=hotfix",
        "scenario.duration=60 s", NULL);
    /* Saturday afternoon: a quarter. */
    near_to(arrivals(0, SEC(10)), 50 - too_early(&night, 5), 1.1);
    near_to(arrivals(SEC(10), SEC(30)), 100, 1.1); /* Sunday. */
    near_to(arrivals(SEC(30), SEC(50)), 460, 1.1); /* Monday: 1.15. */
    near_to(arrivals(SEC(50), SEC(60)), 200, 1.1);
    night_end(&night);
}

static void users_are_messages_a_day(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "users_heavy.ini", NULL);
    near_to((double)night.scenario.loads[0].rate_micro, 2000 * 100 / 86400.0 * 3.6 * 1e6, 2);
    assert_int_equal(night.scenario.loads[1].rate_micro, night.scenario.loads[0].rate_micro);
    night_read(&night, "day_curve.ini", NULL); /* 4,000 heavy mailboxes: 4.6/s (facts 7.5). */
    near_to((double)night.scenario.loads[0].rate_micro, 4.63e6, 0.01e6);
}

/* ---- Closed ---------------------------------------------------------------------------------- */

/* Messages of a source since the start. */
static const struct load_source *source(const struct night *night, uint32_t index)
{
    const struct site *site = world_kernel(night->world)->site;

    return &site->sources[index];
}

/* Little: clients = throughput x (time in the system + time of thinking). */
static void loops_obey_little(struct night *night, uint32_t index, double seconds, double think)
{
    const struct load_source *s = source(night, index);
    double rate = (double)s->done / seconds,
           response = (double)s->area / 1e9 / (double)(s->done + s->refused),
           clients = s->plan.clients;

    assert_int_equal(s->refused, 0);
    /* Thinking was drawn about `done` times; the ends of the run count for one cycle. */
    near_to(rate * (response + think), clients,
            clients * (4 / sqrt((double)s->done) + 1.5 * clients / (double)s->done));
    assert_true(s->arrived - s->done <= s->plan.clients);
}

static void clients_wait_for_the_server(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "closed_loop.ini", NULL);
    see(&night);
    loops_obey_little(&night, 0, 60, 2);
    loops_obey_little(&night, 1, 60, 4);
    assert_true(night.result.queue_most <= 120);
    night_end(&night);
    /* A tenth of the disk: they wait longer, and send less. */
    uint64_t before = night.result.delivered;

    night_read(&night, "closed_loop.ini", "machine.log_disk=60 ms", "load.senders.spacing=constant",
               NULL);
    see(&night);
    assert_true(night.result.delivered < before / 2);
    assert_true(night.result.queue_most <= 120);
    night_end(&night);
}

/* ---- Several --------------------------------------------------------------------------------- */

static void sources_move_nothing_of_each_other(void **state)
{
    static struct seen alone[SEEN_MAX];
    struct night night;
    uint32_t count, found = 0, together = 0;

    (void)state;
    SEE(&night, "scenario.duration=60 s", "load.smtp.size=5000 B", NULL);
    count = seen_count;
    memcpy(alone, seen, sizeof alone);
    night_end(&night);
    SEE(&night, "scenario.duration=60 s", "load.smtp.size=5000 B", "load.extra.protocol=smtp",
        "load.extra.rate=4.6/s", "load.extra.size=7000 B", "load.pop3.rate=2/s", NULL);
    assert_int_equal(night.scenario.load_count, 3);
    for (uint32_t i = 0; i < seen_count; i++) {
        if (seen[i].bytes == 5000)
            assert_int_equal(seen[i].at, alone[found++].at);
        together +=
            i > 0 && seen[i].bytes != seen[i - 1].bytes && seen[i].at - seen[i - 1].at < US(100);
    }
    assert_int_equal(found, count);
    near_to(seen_count - count, 276, 4 * sqrt(2 * 276));
    assert_true(together < count / 10); /* Alike, and yet not the same. */
    near_to((double)source(&night, 2)->arrived, 120, 4 * sqrt(120));
    assert_true(source(&night, 2)->done + 2 >= source(&night, 2)->arrived);
    night_end(&night);
}

static void reseeding_is_by_name(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "users_heavy.ini", "scenario.duration=20 s", NULL);
    night_run(&night, 5);
    uint64_t first = night.result.fingerprint;

    night_end(&night);
    night_run(&night, 6);
    assert_int_not_equal(night.result.fingerprint, first);
    night_end(&night);
    night_run(&night, 5);
    assert_int_equal(night.result.fingerprint, first);
    night_end(&night);
}

/* ---- Sizes ----------------------------------------------------------------------------------- */

static uint32_t of_size(uint32_t low, uint32_t high)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < seen_count; i++)
        count += seen[i].bytes >= low && seen[i].bytes <= high;
    return count;
}

static void sizes_are_what_was_asked_for(void **state)
{
    struct night night;

    (void)state;
    SEE(&night, "load.smtp.rate=20/s", "load.smtp.size_histogram=4 KiB:50, 16 KiB:40, 64 KiB:10",
        "versions.all=hotfix", "scenario.duration=2 min", NULL);
    double n = seen_count;

    near_to(of_size(4096, 4096), n * 0.5, 4 * sqrt(n * 0.25));
    near_to(of_size(16384, 16384), n * 0.4, 4 * sqrt(n * 0.24));
    near_to(of_size(65536, 65536), n * 0.1, 4 * sqrt(n * 0.09));
    night_end(&night);
    SEE(&night, "load.smtp.rate=20/s", "load.smtp.size_min=1 KiB", "load.smtp.size_max=9 KiB",
        "versions.all=hotfix", "scenario.duration=2 min", NULL);
    n = seen_count;
    assert_int_equal(of_size(1024, 9216), seen_count);
    near_to(of_size(1024, 5120), n / 2, 4 * sqrt(n / 4));
    assert_true(of_size(1024, 1200) > 0 && of_size(9000, 9216) > 0);
    night_end(&night);
    SEE(&night, "load.smtp.size=26 KiB", "scenario.duration=30 s", NULL);
    assert_int_equal(of_size(26624, 26624), seen_count);
    night_end(&night);
    /* A half below the median. */
    SEE(&night, "load.smtp.rate=20/s", "load.smtp.size_median=6 KiB", "versions.all=hotfix",
        "scenario.duration=2 min", NULL);
    n = seen_count;
    near_to(of_size(0, 6144), n / 2, 4 * sqrt(n / 4));
    night_end(&night);
}

GROUP(arrivals_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_is_exact),
        cmocka_unit_test(poisson_has_a_dispersion_of_one),
        cmocka_unit_test(batches_have_more),
        cmocka_unit_test(a_ramp_grows_by_the_square),
        cmocka_unit_test(bursts_come_when_they_are_due),
        cmocka_unit_test(a_day_is_the_area_under_its_curve),
        cmocka_unit_test(a_week_has_its_days),
        cmocka_unit_test(users_are_messages_a_day),
        cmocka_unit_test(clients_wait_for_the_server),
        cmocka_unit_test(sources_move_nothing_of_each_other),
        cmocka_unit_test(reseeding_is_by_name),
        cmocka_unit_test(sizes_are_what_was_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
