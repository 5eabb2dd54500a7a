/* writers_test.c - who wrote a byte: found by running again, and without changing the run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/recording/recorded.h"
#include <string.h>

static const struct writers *writers_of(struct recording *run, uint32_t process, uint32_t address)
{
    assert_true(recording_ask_writers(run, process, address));
    recording_unlock(run);
    recording_wait(run);
    recording_lock(run);
    assert_int_equal(recording_writers(run)->found, FOUND_YES);
    return recording_writers(run);
}

static uint32_t id_of(struct recording *run, uint32_t process_address, uint64_t number)
{
    uint32_t lane = lanes_find_at(recording_lanes(run), LANE_PROCESS, process_address, number);

    assert_int_not_equal(lane, LANE_NONE);
    return lanes_get(recording_lanes(run), lane)->id;
}

/* The first write into a stranger's memory, which the ruler marks. */
static const struct highlight *first_foreign_write(const struct recording *run)
{
    uint32_t count;
    uint64_t dropped;
    const struct highlight *list = recording_highlights(run, &count, &dropped);

    for (uint32_t i = 0; i < count; i++)
        if (!list[i].surprising && list[i].record.kind == REC_FOREIGN_WRITE)
            return &list[i];
    fail_msg("nobody writes into a stranger's memory");
    return NULL;
}

static bool covers(const struct watch_hit *hit, uint32_t address)
{
    return address - hit->address < hit->bytes;
}

static void the_damaged_byte_names_the_stranger_and_the_owner_before_him(void **state)
{
    struct recording *run = recorded_open(SCENARIOS "kb908674.ini");
    const struct highlight *wrong = first_foreign_write(run);
    uint32_t victim = id_of(run, wrong->record.b, wrong->number),
             stranger = id_of(run, wrong->record.d, wrong->number);
    const struct writers *writers = writers_of(run, victim, wrong->record.a);
    uint32_t last = 0;

    (void)state;
    assert_int_equal(writers->dropped, 0);
    for (uint32_t i = 0; i < writers->count; i++) {
        const struct watch_hit *hit = &writers->list[i];

        assert_true(covers(hit, wrong->record.a));
        assert_true(i == 0 || hit->number >= writers->list[i - 1].number);
        if (hit->number <= wrong->number)
            last = i;
    }
    /* The wrong write: by a thread of the other process, with the victim's memory in force. */
    assert_true(last > 0);
    assert_int_equal(writers->list[last].number, wrong->number);
    assert_int_equal(writers->list[last].thread, wrong->record.thread);
    assert_int_equal(writers->list[last].owner, stranger);
    assert_int_equal(writers->list[last].force, victim);
    assert_true(writers->list[last].how == WATCHED_WRITTEN ||
                writers->list[last].how == WATCHED_FILLED);
    assert_true(writers->list[last].frame_count > 3);
    /* Before it the owner's own. */
    assert_int_equal(writers->list[last - 1].owner, victim);
    assert_int_equal(writers->list[last - 1].force, victim);
    assert_true(writers->list[last - 1].number < wrong->number);
    /* The first that is known of the byte: its region was given to the process. */
    assert_int_equal(writers->list[0].how, WATCHED_GIVEN);
    recorded_close(run);
}

static void asking_changes_nothing_and_the_answer_is_always_the_same(void **state)
{
    struct recording *run = recorded_open(SCENARIOS "kb908674.ini");
    const struct highlight *wrong = first_foreign_write(run);
    uint32_t victim = id_of(run, wrong->record.b, wrong->number);
    uint64_t fingerprint = recording_status(run)->fingerprint;
    uint32_t count = writers_of(run, victim, wrong->record.a)->count;
    uint32_t other = writers_of(run, victim, wrong->record.a + 0x200000)->count;

    (void)state;
    assert_int_equal(writers_of(run, victim, wrong->record.a)->count, count);
    assert_int_not_equal(other, count);
    assert_int_equal(recording_status(run)->fingerprint, fingerprint);
    recorded_close(run);
}

/* Asked while the run is still being computed, and the same afterwards. */
static void an_unfinished_run_answers_when_it_has_ended(void **state)
{
    struct recording *whole = recorded_open(SCENARIOS "burst.ini");
    struct scenario scenario = *recording_scenario(whole);
    const struct lanes *lanes = recording_lanes(whole);
    uint32_t store = 0, late, early;
    struct recording *run;

    (void)state;
    for (uint32_t i = 0; i < lanes_count(lanes) && store == 0; i++)
        if (lanes_get(lanes, i)->kind == LANE_PROCESS &&
            strcmp(lanes_get(lanes, i)->name, "store.exe") == 0)
            store = lanes_get(lanes, i)->id;
    late = writers_of(whole, store, 0x00200000)->count;
    run = recording_open(&(struct recording_options){
        .scenario = &scenario, .seed = scenario.seed, .segment_records = 5000 });
    recording_lock(run);
    early = writers_of(run, store, 0x00200000)->count;
    assert_true(late > 0);
    assert_int_equal(early, late);
    recorded_close(run);
    recorded_close(whole);
}

static void objects_of_the_kernel_have_no_bytes_to_watch(void **state)
{
    struct recording *run = recorded_open(SCENARIOS "burst.ini");

    (void)state;
    assert_false(recording_ask_writers(run, 0, 0x81234560)); /* The pool. */
    assert_false(recording_ask_writers(run, 0, 0x00200000)); /* In no process. */
    assert_false(recording_ask_writers(run, 4, 0x81234560));
    assert_true(recording_ask_writers(run, 0, 0xe8000010)); /* Where an MDL may be mapped. */
    recording_forget_writers(run);
    assert_null(recording_writers(run));
    recorded_close(run);
}

GROUP(writers_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_damaged_byte_names_the_stranger_and_the_owner_before_him),
        cmocka_unit_test(asking_changes_nothing_and_the_answer_is_always_the_same),
        cmocka_unit_test(an_unfinished_run_answers_when_it_has_ended),
        cmocka_unit_test(objects_of_the_kernel_have_no_bytes_to_watch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
