/* lanes_test.c - spans, summaries and bands say what the records say. */
#include "tests/recording/recorded.h"
#include "ui/recording/recording.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct recording *run;

static int open_night(void **state)
{
    (void)state;
    run = recorded_open(SCENARIOS "kb908674.ini");
    return run != NULL ? 0 : -1;
}

static int close_night(void **state)
{
    (void)state;
    recorded_close(run);
    return 0;
}

/* ---- Details --------------------------------------------------------------------------------- */

/* On one level of one lane there is one state at a time, in order. */
static void spans_of_a_level_never_overlap(void **state)
{
    uint64_t spans = 0;

    (void)state;
    for (uint32_t s = 0; s < recording_segment_count(run); s++) {
        const struct detail *d = recording_detail(run, s);

        assert_non_null(d);
        for (uint32_t g = 0; g < d->lane_count * LANE_LEVELS; g++)
            for (uint32_t i = d->span_from[g]; i < d->span_from[g + 1]; i++, spans++) {
                assert_true(d->spans[i].begin <= d->spans[i].end);
                assert_true(d->spans[i].end <= d->count);
                assert_int_equal(d->spans[i].level, g % LANE_LEVELS);
                if (i > d->span_from[g])
                    assert_true(d->spans[i - 1].end <= d->spans[i].begin);
            }
    }
    assert_true(spans > 100000);
}

/* What a segment leaves open, the next one takes up. */
static void spans_go_on_across_segments(void **state)
{
    (void)state;
    for (uint32_t s = 0; s + 1 < recording_segment_count(run); s++) {
        const struct detail *d = recording_detail(run, s), *next = recording_detail(run, s + 1);

        for (uint32_t g = 0; g < d->lane_count * LANE_LEVELS; g++) {
            bool after =
                d->span_from[g] != d->span_from[g + 1] && d->spans[d->span_from[g + 1] - 1].after;
            bool before = next->span_from[g] != next->span_from[g + 1] &&
                          next->spans[next->span_from[g]].before;

            assert_int_equal(after, before);
            if (after)
                assert_int_equal(d->spans[d->span_from[g + 1] - 1].state,
                                 next->spans[next->span_from[g]].state);
        }
    }
}

/* A thread runs exactly where a processor says that it runs it. */
static void a_thread_runs_where_its_processor_runs_it(void **state)
{
    const struct lanes *lanes = recording_lanes(run);
    const struct detail *d = recording_detail(run, 2);
    uint64_t compared = 0;

    (void)state;
    for (uint32_t lane = 0; lane < d->lane_count; lane++) {
        uint32_t g = lane * LANE_LEVELS + LEVEL_STATE;

        if (lanes_get(lanes, lane)->kind != LANE_CPU)
            continue;
        for (uint32_t i = d->span_from[g]; i < d->span_from[g + 1]; i++) {
            const struct cut_span *span = &d->spans[i];
            uint32_t t = span->value * LANE_LEVELS + LEVEL_STATE;
            bool found = false;

            for (uint32_t k = d->span_from[t]; k < d->span_from[t + 1] && !found; k++)
                found = d->spans[k].state == SPAN_RUNNING && d->spans[k].begin == span->begin &&
                        d->spans[k].value == lanes_get(lanes, lane)->key;
            assert_true(found);
            compared++;
        }
    }
    assert_true(compared > 100);
}

/* The last thread's band: inside drwtsn32.exe's bar, in store.exe's colour, open at the stop. */
static void the_stopped_thread_is_inside_the_store(void **state)
{
    const struct lanes *lanes = recording_lanes(run);
    const struct recording_end *end = recording_end(run);
    uint32_t last = recording_segment_count(run) - 1,
             thread = lanes_thread_by_id(lanes, end->result.stop.thread, end->result.stop.record);
    const struct detail *d = recording_detail(run, last);
    uint32_t g = thread * LANE_LEVELS + LEVEL_BAND_1;

    (void)state;
    assert_true(end->result.stop.stopped);
    assert_string_equal(lanes_get(lanes, lanes_get(lanes, thread)->parent)->name, "drwtsn32.exe");
    assert_true(d->span_from[g + 1] > d->span_from[g]);
    const struct cut_span *band = &d->spans[d->span_from[g + 1] - 1];

    assert_int_equal(band->state, SPAN_ATTACHED);
    assert_string_equal(lanes_process_name(lanes, band->process), "store.exe");
    assert_true(band->after);
    assert_int_equal(d->span_from[g + 1], d->span_from[g + 2]); /* No third process was entered. */
}

/* ---- Summaries ------------------------------------------------------------------------------- */

/* The share of running time in each bucket agrees with the exact spans, within rounding. */
static void a_summary_tells_the_time_its_spans_took(void **state)
{
    uint32_t compared = 0;

    (void)state;
    for (uint32_t s = 0; s < recording_segment_count(run); s++) {
        const struct segment *seg = recording_segment(run, s);
        const struct detail *d = recording_detail(run, s);

        for (uint32_t lane = 0; lane < d->lane_count; lane++) {
            uint32_t g = lane * LANE_LEVELS + LEVEL_STATE;

            if (lanes_get(recording_lanes(run), lane)->kind != LANE_CPU || seg->cells[lane] == NULL)
                continue;
            for (uint32_t k = 0; k < seg->bucket_count; k++) {
                sim_time from = seg->bucket_at[k], to = seg->bucket_at[k + 1], busy = 0;

                for (uint32_t i = d->span_from[g]; i < d->span_from[g + 1]; i++) {
                    sim_time a = recording_span_from(seg, d, &d->spans[i]),
                             b = recording_span_to(seg, d, &d->spans[i]);

                    a = MAX_OF(a, from);
                    b = MIN_OF(b, to);
                    busy += b > a ? b - a : 0;
                }
                if (to == from)
                    continue;
                int exact = (int)(busy * 255 / (to - from)), told = seg->cells[lane][k].busy;

                assert_in_range(told, exact > 1 ? exact - 1 : 0, exact + 1);
                compared++;
            }
        }
    }
    assert_true(compared > 1000);
}

static void ranges_hold_every_step(void **state)
{
    uint32_t compared = 0;

    (void)state;
    for (uint32_t s = 0; s < recording_segment_count(run); s++) {
        const struct segment *seg = recording_segment(run, s);
        const struct detail *d = recording_detail(run, s);

        for (uint32_t lane = 0; lane < d->lane_count; lane++)
            for (uint32_t i = d->step_from[lane]; i < d->step_from[lane + 1]; i++) {
                uint32_t bucket = d->steps[i].index / BUCKET_RECORDS;

                if (seg->ranges[lane] == NULL) {
                    assert_int_equal(seg->rest[lane].value, d->steps[i].value);
                    continue;
                }
                assert_in_range(d->steps[i].value, seg->ranges[lane][bucket].least,
                                seg->ranges[lane][bucket].most);
                compared++;
            }
    }
    assert_true(compared > 10000);
}

/* The value of a lane before the first record of a segment's detail. */
static uint64_t first_value(const struct detail *d, uint32_t lane)
{
    uint64_t value = 0;

    for (uint32_t i = d->step_from[lane]; i < d->step_from[lane + 1] && d->steps[i].index == 0; i++)
        value = d->steps[i].value;
    return value;
}

/* Gauges are read every 20 ms, and a segment ends at such a time: what was read there is known when
 * the next one begins, also of a gauge that never changes again. */
static void gauges_are_not_lost_between_segments(void **state)
{
    struct world *world = world_new(recording_scenario(run), recording_scenario(run)->seed);
    const struct lanes *lanes = recording_lanes(run);
    struct inspect_gauges now;
    uint32_t compared = 0;

    (void)state;
    for (uint32_t s = 1; s < recording_segment_count(run); s++) {
        const struct segment *before = recording_segment(run, s - 1);
        const struct detail *d = recording_detail(run, s);

        do {
            inspect_gauges(world, &now);
            world_run(world, (now.now / MS(20) + 1) * MS(20));
            inspect_gauges(world, &now);
        } while (now.record < before->end);
        assert_int_equal(now.record, before->end);
        for (uint32_t i = 0; i < GAUGE_COUNT; i++) {
            uint32_t lane = lanes_find(lanes, LANE_GAUGE, i);

            if (lane == LANE_NONE || lane >= d->lane_count)
                continue;
            assert_int_equal(first_value(d, lane), (uint32_t)now.value[i]);
            compared++;
        }
    }
    assert_true(compared > 100);
    world_free(world);
}

/* ---- Places ---------------------------------------------------------------------------------- */

static void times_and_numbers_find_each_other(void **state)
{
    (void)state;
    for (uint64_t number = 5000; number < recording_status(run)->records; number += 7919) {
        sim_time at = recording_time(run, number);
        uint64_t back = recording_number(run, at);

        assert_true(back >= number); /* The last of those at that time. */
        assert_int_equal(recording_time(run, back), at);
    }
}

static void threads_have_the_names_they_gave_themselves(void **state)
{
    const struct lanes *lanes = recording_lanes(run);
    uint32_t pool = 0, proxies = 0;

    (void)state;
    for (uint32_t i = 0; i < lanes_count(lanes); i++) {
        pool += strncmp(lanes_get(lanes, i)->name, "atq", 3) == 0;
        proxies += strncmp(lanes_get(lanes, i)->name, "proxy", 5) == 0;
    }
    assert_true(pool >= 8);
    assert_true(proxies >= 2);
}

GROUP(lanes_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_of_a_level_never_overlap),
        cmocka_unit_test(spans_go_on_across_segments),
        cmocka_unit_test(a_thread_runs_where_its_processor_runs_it),
        cmocka_unit_test(the_stopped_thread_is_inside_the_store),
        cmocka_unit_test(a_summary_tells_the_time_its_spans_took),
        cmocka_unit_test(ranges_hold_every_step),
        cmocka_unit_test(gauges_are_not_lost_between_segments),
        cmocka_unit_test(times_and_numbers_find_each_other),
        cmocka_unit_test(threads_have_the_names_they_gave_themselves),
    };

    return cmocka_run_group_tests_name("lanes", tests, open_night, close_night);
}
