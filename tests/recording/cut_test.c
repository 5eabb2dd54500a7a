/* cut_test.c - a run that is cut behind a record knows nothing of what comes later; and bytes of
 * memory as each process sees them at one instant.
 */
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/recording/recorded.h"
#include "ui/recording/anchor.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct scenario scenario;
static struct recording *whole;
static uint64_t wrong; /* The write that begins the end of the night. */

static struct recording *open_until(uint64_t last)
{
    struct recording *run = recording_open(
        &(struct recording_options){ .scenario = &scenario, .seed = scenario.seed, .last = last });

    assert_non_null(run);
    recording_wait(run);
    return run;
}

static int open_night(void **state)
{
    struct ini *ini = ini_read(SCENARIOS "kb908674.ini");
    char error[ANCHOR_ERROR];

    (void)state;
    scenario_defaults(&scenario);
    if (!scenario_read(&scenario, ini, SCENARIOS "kb908674.ini"))
        return -1;
    ini_free(ini);
    whole = open_until(0);
    return anchor_resolve(whole, NULL, "story first_wrong_byte", &wrong, error, sizeof error) ? 0
                                                                                              : -1;
}

static int close_night(void **state)
{
    (void)state;
    recording_close(whole);
    return 0;
}

/* The record of this number, waiting for its detail. */
static struct record record_of(struct recording *run, uint64_t number)
{
    const struct record *record;
    struct record copy = { 0 };

    recording_lock(run);
    record = recording_record(run, number);
    recording_unlock(run);
    recording_wait(run);
    recording_lock(run);
    record = recording_record(run, number);
    assert_non_null(record);
    copy = *record;
    recording_unlock(run);
    return copy;
}

static void nothing_behind_the_last_record_is_known(void **state)
{
    struct recording *run = open_until(wrong - 1);
    uint32_t count;
    uint64_t dropped;
    const struct highlight *marks;

    (void)state;
    recording_lock(run);
    assert_true(recording_status(run)->ended && recording_status(run)->cut);
    assert_int_equal(recording_status(run)->records, wrong);
    assert_null(recording_end(run));
    marks = recording_highlights(run, &count, &dropped);
    for (uint32_t i = 0; i < count; i++)
        assert_true(marks[i].number < wrong);
    for (uint32_t i = 0; i < lanes_count(recording_lanes(run)); i++)
        assert_true(lanes_get(recording_lanes(run), i)->born < wrong);
    assert_int_equal(recording_segment_of(run, wrong), SEGMENT_NONE);
    recording_unlock(run);
    recording_close(run);
}

static void what_is_there_is_as_in_the_whole_run(void **state)
{
    struct recording *run = open_until(wrong - 1);

    (void)state;
    for (uint64_t number = wrong - 50; number < wrong; number++) {
        struct record one = record_of(run, number), other = record_of(whole, number);

        assert_memory_equal(&one, &other, sizeof one);
    }
    recording_lock(run);
    recording_moment(run, wrong - 1);
    recording_unlock(run);
    recording_wait(run);
    recording_lock(run);
    assert_non_null(recording_moment(run, wrong - 1));
    recording_unlock(run);
    recording_close(run);
}

/* A detail that was dropped for lack of memory is made again, and ends where the run does. */
static void the_last_detail_can_be_made_again(void **state)
{
    struct recording *run = recording_open(&(struct recording_options){
        .scenario = &scenario, .seed = scenario.seed, .details_bytes = 1, .last = wrong - 1 });
    struct record first, last;

    (void)state;
    recording_wait(run);
    first = record_of(run, 1000);
    last = record_of(run, wrong - 1);
    assert_true(first.at < last.at);
    recording_lock(run);
    assert_int_equal(recording_detail(run, recording_segment_count(run) - 1)->count,
                     wrong - recording_segment(run, recording_segment_count(run) - 1)->first);
    recording_unlock(run);
    recording_close(run);
}

static void a_cut_behind_the_end_is_none(void **state)
{
    uint64_t records;
    struct recording *run;

    (void)state;
    recording_lock(whole);
    records = recording_status(whole)->records;
    recording_unlock(whole);
    run = open_until(records - 1);
    recording_lock(run);
    assert_false(recording_status(run)->cut);
    assert_non_null(recording_end(run));
    recording_unlock(run);
    recording_close(run);
}

static void one_address_has_other_bytes_in_each_process(void **state)
{
    uint32_t address = record_of(whole, wrong).a, readable = 0;
    const struct recording_memory *memory;
    const uint8_t *first = NULL;
    bool differ = false;

    (void)state;
    recording_lock(whole);
    assert_null(recording_memory(whole, wrong - 1, address));
    recording_unlock(whole);
    recording_wait(whole);
    recording_lock(whole);
    memory = recording_memory(whole, wrong - 1, address);
    assert_non_null(memory);
    for (uint32_t i = 0; i < memory->count; i++) {
        if (!memory->processes[i].readable)
            continue;
        readable++;
        if (first == NULL)
            first = memory->processes[i].bytes;
        else
            differ = differ || memcmp(first, memory->processes[i].bytes, MEMORY_BYTES) != 0;
    }
    assert_true(readable >= 2 && differ);
    recording_unlock(whole);
}

GROUP(cut_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_behind_the_last_record_is_known),
        cmocka_unit_test(what_is_there_is_as_in_the_whole_run),
        cmocka_unit_test(the_last_detail_can_be_made_again),
        cmocka_unit_test(a_cut_behind_the_end_is_none),
        cmocka_unit_test(one_address_has_other_bytes_in_each_process),
    };

    return cmocka_run_group_tests_name("cut", tests, open_night, close_night);
}
