/* visit_test.c - a stretch of the run is made again, and each of its records is seen once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/look/glance.h"
#include "tests/groups.h"
#include "tests/recording/recorded.h"
#include <string.h>

struct seen {
    uint64_t first, count, enough; /* enough: see no more after so many; 0: see all. */
    uint32_t frames;               /* Frames of the deepest stack. */
    bool in_order;
    struct record last;
};

static bool see(struct world *world, const struct record *record, uint64_t number, void *ctx)
{
    struct seen *seen = ctx;
    void *frames[64];
    uint32_t depth = glance_frames(frames, 64);

    (void)world;
    if (seen->count == 0) {
        seen->first = number;
        seen->in_order = true;
    }
    seen->in_order = seen->in_order && number == seen->first + seen->count;
    seen->count++;
    seen->frames = depth > seen->frames ? depth : seen->frames;
    seen->last = *record;
    return seen->count == seen->enough;
}

static struct seen visited(struct recording *run, uint64_t from, uint64_t to, uint64_t enough)
{
    struct seen seen = { .enough = enough };

    recording_unlock(run);
    assert_true(recording_visit(
        run, &(struct recording_visit){ .from = from, .to = to, .see = see, .ctx = &seen }));
    recording_lock(run);
    return seen;
}

static void each_record_of_a_stretch_is_seen_once_and_in_order(void **state)
{
    struct recording *run = recorded_open(SCENARIOS "kb908674.ini");
    uint64_t border = recording_segment(run, 0)->end;
    struct seen across = visited(run, border - 300, border + 300, 0);
    const struct record *kept;

    (void)state;
    assert_true(recording_segment_count(run) > 1); /* The stretch crosses a border. */
    assert_int_equal(across.first, border - 300);
    assert_int_equal(across.count, 600);
    assert_true(across.in_order);
    while ((kept = recording_record(run, border + 299)) == NULL) {
        recording_unlock(run);
        recording_wait(run);
        recording_lock(run);
    }
    assert_memory_equal(kept, &across.last, sizeof *kept);
    recorded_close(run);
}

static void a_visitor_that_has_seen_enough_sees_no_more(void **state)
{
    struct recording *run = recorded_open(SCENARIOS "kill_without_load.ini");
    uint64_t last = recording_status(run)->records;

    (void)state;
    assert_int_equal(visited(run, last - 500, last, 7).count, 7);
    assert_int_equal(visited(run, last - 900, last, 0).count, 900); /* Backwards, and to the end. */
    assert_int_equal(visited(run, last - 900, last + 50, 0).count, 900);
    recorded_close(run);
}

static void what_was_written_before_the_first_record_cannot_be_visited(void **state)
{
    struct recording *run = recorded_open(SCENARIOS "kill_without_load.ini");
    uint64_t first = recording_first(run), records = recording_status(run)->records;
    struct seen seen = { 0 };
    struct recording_visit visit = { .from = first - 1, .to = first, .see = see, .ctx = &seen };

    (void)state;
    assert_true(first > 0);
    assert_int_equal(visited(run, first, first + 1, 0).count, 1);
    recording_unlock(run);
    assert_false(recording_visit(run, &visit));
    visit.from = records;
    visit.to = records + 1;
    assert_false(recording_visit(run, &visit));
    recording_lock(run);
    assert_int_equal(seen.count, 0);
    recorded_close(run);
}

GROUP(visit_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_record_of_a_stretch_is_seen_once_and_in_order),
        cmocka_unit_test(a_visitor_that_has_seen_enough_sees_no_more),
        cmocka_unit_test(what_was_written_before_the_first_record_cannot_be_visited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
