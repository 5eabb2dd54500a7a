/* sieve_test.c - what matches in a whole run is counted and found, as a walk over all records
 * does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/recording/recorded.h"
#include <string.h>

enum { NUMBERS_MAX = 1 << 20 };

static bool of_kind(const struct record *record, uint64_t number, void *ctx)
{
    (void)number;
    return record->kind == *(const uint16_t *)ctx;
}

static bool nothing(const struct record *record, uint64_t number, void *ctx)
{
    (void)record;
    (void)number;
    (void)ctx;
    return false;
}

static struct recording_query query_of(uint16_t kind, bool with_kinds)
{
    struct recording_query query = { .match = of_kind };

    memcpy(query.ctx, &kind, sizeof kind);
    if (with_kinds)
        query.kinds[kind / 64] = 1ull << kind % 64;
    return query;
}

static void wait_for(struct recording *run)
{
    recording_unlock(run);
    recording_wait(run);
    recording_lock(run);
}

/* In segments so small that most have to be made again, and some hold none of the kind. */
static struct recording *open_in_pieces(void)
{
    struct recording *whole = recorded_open(SCENARIOS "burst.ini");
    struct scenario scenario = *recording_scenario(whole);
    struct recording *run = recording_open(&(struct recording_options){ .scenario = &scenario,
                                                                        .seed = scenario.seed,
                                                                        .details_bytes = 1 << 20,
                                                                        .segment_records = 3000 });

    recorded_close(whole);
    recording_lock(run);
    return run;
}

static uint64_t numbers[NUMBERS_MAX];

static uint64_t walk(struct recording *run, uint16_t kind)
{
    uint64_t count = 0;

    for (uint32_t s = 0; s < recording_segment_count(run); s++) {
        const struct detail *d = recording_detail(run, s);

        if (d == NULL) {
            wait_for(run);
            d = recording_detail(run, s);
        }
        assert_non_null(d);
        for (uint32_t i = 0; i < d->count; i++)
            if (d->records[i].kind == kind) {
                assert_true(count < NUMBERS_MAX);
                numbers[count++] = recording_segment(run, s)->first + i;
            }
    }
    return count;
}

static uint64_t hit(struct recording *run, uint64_t index)
{
    uint64_t number = 0;

    if (recording_hit(run, index, &number) == FOUND_PENDING) {
        wait_for(run);
        assert_int_equal(recording_hit(run, index, &number), FOUND_YES);
    }
    return number;
}

static uint64_t before(struct recording *run, uint64_t number)
{
    uint64_t index = 0;

    if (recording_hits_before(run, number, &index) == FOUND_PENDING) {
        wait_for(run);
        assert_int_equal(recording_hits_before(run, number, &index), FOUND_YES);
    }
    return index;
}

static void every_hit_is_counted_and_found(void **state)
{
    static const uint16_t kinds[] = { REC_ATTACH, REC_SWITCH, REC_THREAD_NEW, REC_STOP };
    struct recording *run = open_in_pieces();

    (void)state;
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        /* The first while the run is still being computed. */
        struct recording_query query = query_of(kinds[k], k % 2 == 0);
        uint64_t count, number;

        recording_sieve(run, &query);
        wait_for(run);
        count = walk(run, kinds[k]);
        assert_int_equal(recording_sieved(run)->found, FOUND_YES);
        assert_int_equal(recording_sieved(run)->hits, count);
        assert_int_equal(recording_hit(run, count, &number), FOUND_NO);
        for (uint64_t i = 0; i < count; i += 1 + count / 50) {
            assert_int_equal(hit(run, i), numbers[i]);
            assert_int_equal(before(run, numbers[i]), i);
            assert_int_equal(before(run, numbers[i] + 1), i + 1);
        }
    }
    assert_true(recording_segment_count(run) > 1);
    recorded_close(run);
}

static void a_new_condition_replaces_the_old_one(void **state)
{
    struct recording *run = open_in_pieces();
    struct recording_query none = { .match = nothing }, some = query_of(REC_SWITCH, true);

    (void)state;
    recording_sieve(run, &none);
    recording_sieve(run, &some);
    wait_for(run);
    assert_int_equal(recording_sieved(run)->hits, walk(run, REC_SWITCH));
    assert_true(recording_sieved(run)->hits > 100);
    recording_sieve(run, &none);
    wait_for(run);
    assert_int_equal(recording_sieved(run)->hits, 0);
    recording_sieve(run, NULL);
    assert_int_equal(recording_sieved(run)->found, FOUND_NONE);
    recorded_close(run);
}

GROUP(sieve_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hit_is_counted_and_found),
        cmocka_unit_test(a_new_condition_replaces_the_old_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
