/* borders_test.c - a border between two segments is where a recording was cut, and nothing else.
 *
 * The same runs are recorded with borders at random places and in one piece. What a lane does must
 * not depend on where the borders are.
 */
#include "ui/recording/recording.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ROUNDS = 4, ASKED = 3000, ONE_PIECE = 100000000 };

static uint64_t chance = 88172645463325252u;

static uint32_t draw_number(uint32_t least, uint32_t most)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return least + (uint32_t)(chance % (most - least + 1));
}

static struct recording *record(const char *path, uint64_t seed, uint32_t segment_records)
{
    static struct scenario scenario;
    struct ini *ini = ini_read(path);
    struct recording *run;

    scenario_defaults(&scenario);
    assert_true(scenario_read(&scenario, ini, path));
    ini_free(ini);
    run = recording_open(&(struct recording_options){
        .scenario = &scenario, .seed = seed, .until = SEC(6), .segment_records = segment_records });
    assert_non_null(run);
    recording_wait(run);
    return run;
}

/* Waits for a detail, as a window does from frame to frame. */
static enum recording_found span_of(struct recording *run, uint32_t lane, uint32_t level,
                                    uint64_t number, struct whole_span *out)
{
    enum recording_found found;

    for (;;) {
        recording_lock(run);
        recording_frame(run);
        found = recording_span(run, lane, level, number, out);
        recording_unlock(run);
        if (found != FOUND_PENDING)
            return found;
        recording_wait(run);
    }
}

static const struct detail *detail_of(struct recording *run, uint32_t segment)
{
    const struct detail *d;

    while ((recording_lock(run), d = recording_detail(run, segment)) == NULL) {
        recording_unlock(run);
        recording_wait(run);
    }
    recording_unlock(run);
    return d;
}

/* A lane that is open on both sides of a border has no blank between, near or far. */
static uint32_t no_blank_at(struct recording *run, uint32_t border)
{
    const struct detail *one = detail_of(run, border), *two = detail_of(run, border + 1);
    const struct segment *a = recording_segment(run, border), *b = a;
    uint32_t open = 0;

    b = recording_segment(run, border + 1);
    assert_int_equal(a->end_at, b->first_at);
    assert_int_equal(a->gap_end, b->gap_first);
    assert_int_equal(a->end, b->first);
    for (uint32_t group = 0; group < one->lane_count * LANE_LEVELS; group++) {
        uint32_t lane = group / LANE_LEVELS, last = one->span_from[group + 1];

        if (last == one->span_from[group] || !one->spans[last - 1].after)
            continue;
        const struct cut_span *from = &one->spans[last - 1],
                              *to = &two->spans[two->span_from[group]];

        assert_true(two->span_from[group] < two->span_from[group + 1] && to->before);
        assert_int_equal(from->state, to->state);
        assert_int_equal(recording_span_to(a, one, from), recording_span_from(b, two, to));
        if (from->state == SPAN_LIFE && b->cells[lane] != NULL &&
            b->bucket_at[1] > b->bucket_at[0] && to->end >= BUCKET_RECORDS)
            assert_int_equal(b->cells[lane][0].busy, 255);
        open++;
    }
    return open;
}

static void no_lane_is_blank_between_two_segments(void **state)
{
    uint32_t borders = 0, open = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct recording *run =
            record(round % 2 ? SCENARIOS "hotfix.ini" : SCENARIOS "kb908674.ini",
                   draw_number(1, 1000), draw_number(1500, 9000));

        for (uint32_t i = 0; i + 1 < recording_segment_count(run); i++, borders++)
            open += no_blank_at(run, i);
        recording_close(run);
    }
    assert_true(borders > 10);
    assert_true(open > borders * 10);
}

/* A span, asked for at any record of it, is the same with and without borders. */
static void a_span_is_whole_wherever_the_borders_are(void **state)
{
    uint64_t seed = draw_number(1, 1000);
    struct recording *whole = record(SCENARIOS "kb908674.ini", seed, ONE_PIECE),
                     *cut = record(SCENARIOS "kb908674.ini", seed, draw_number(1500, 9000));
    uint32_t lanes = lanes_count(recording_lanes(whole)), found = 0, crossing = 0;

    (void)state;
    assert_int_equal(recording_segment_count(whole), 1);
    assert_true(recording_segment_count(cut) > 3);
    assert_int_equal(lanes, lanes_count(recording_lanes(cut)));
    for (int i = 0; i < ASKED; i++) {
        uint32_t lane = draw_number(0, lanes - 1), level = draw_number(0, LANE_LEVELS - 1);
        uint64_t number = draw_number(0, (uint32_t)recording_status(whole)->records - 1);
        struct whole_span a = { 0 }, b = { 0 };
        enum recording_found answer = span_of(whole, lane, level, number, &a);

        assert_int_equal(span_of(cut, lane, level, number, &b), answer);
        if (answer != FOUND_YES)
            continue;
        assert_int_equal(a.span.begin, b.span.begin);
        assert_int_equal(a.span.end, b.span.end);
        assert_int_equal(a.span.begin_at, b.span.begin_at);
        assert_int_equal(a.span.end_at, b.span.end_at);
        assert_int_equal(a.span.state, b.span.state);
        assert_int_equal(a.open, b.open);
        found++;
        crossing +=
            recording_segment_of(cut, a.span.begin) !=
            recording_segment_of(cut, MIN_OF(a.span.end, recording_status(cut)->records - 1));
    }
    assert_true(found > 100);
    assert_true(crossing > 50);
    recording_close(whole);
    recording_close(cut);
}

GROUP(borders_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_lane_is_blank_between_two_segments),
        cmocka_unit_test(a_span_is_whole_wherever_the_borders_are),
    };

    return cmocka_run_group_tests_name("borders", tests, NULL, NULL);
}
