/* recording_test.c - moments and details, asked for in any order, agree with a straight run. */
#include "ui/recording/recording.h"
#include "model/words/choices.h"
#include "model/words/records.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { LOOKS = 96 };

static struct scenario scenario;

static void read_night(void)
{
    struct ini *ini = ini_read(SCENARIOS "kb908674.ini");

    scenario_defaults(&scenario);
    assert_true(scenario_read(&scenario, ini, SCENARIOS "kb908674.ini"));
    ini_free(ini);
}

/* ---- A straight run, to compare with --------------------------------------------------------- */

struct straight {
    struct world *world;
    struct record *records;
    uint64_t count, room, fingerprint;
    uint64_t looks[LOOKS]; /* Record numbers to look at. */
    struct inspect *seen[LOOKS];
};

static void straight_watch(const struct record *record, uint64_t number, void *ctx)
{
    struct straight *s = ctx;

    assert_int_equal(number, s->count);
    if (s->count == s->room) {
        s->room = s->room == 0 ? 1 << 20 : s->room * 2;
        s->records = realloc(s->records, s->room * sizeof *s->records);
        assert_non_null(s->records);
    }
    s->records[s->count++] = *record;
    for (int i = 0; i < LOOKS; i++)
        if (s->looks[i] == number && s->world != NULL)
            inspect_take(s->world, s->seen[i]);
}

static struct straight *straight_run(void)
{
    struct straight *s = calloc(1, sizeof *s);
    uint64_t x = 88172645463325252u;

    assert_non_null(s);
    for (int i = 0; i < LOOKS; i++) { /* Anywhere after the boot, the ends included. */
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        s->looks[i] = i == 0 ? 2000 : i == 1 ? 1006614 : 2000 + x % 1000000;
        s->seen[i] = inspect_new();
    }
    s->world = world_new_watched(&scenario, scenario.seed, straight_watch, s);
    while (world_run(s->world, SIM_NEVER) == SIM_GOING)
        ;
    s->fingerprint = trace_fingerprint(&world_sim(s->world)->trace);
    return s;
}

static void straight_free(struct straight *s)
{
    for (int i = 0; i < LOOKS; i++)
        inspect_free(s->seen[i]);
    world_free(s->world);
    free(s->records);
    free(s);
}

static struct recording *record_it(uint64_t snapshots, uint64_t details)
{
    struct recording *run =
        recording_open(&(struct recording_options){ .scenario = &scenario,
                                                    .seed = scenario.seed,
                                                    .snapshots_bytes = snapshots,
                                                    .details_bytes = details });

    assert_non_null(run);
    return run;
}

/* The detail, waited for. The caller holds no lock and gets it under the lock. */
static const struct detail *detail_of(struct recording *run, uint32_t segment)
{
    const struct detail *d;

    recording_lock(run);
    while ((d = recording_detail(run, segment)) == NULL) {
        recording_unlock(run);
        recording_wait(run);
        recording_lock(run);
    }
    return d;
}

/* ---- Stories --------------------------------------------------------------------------------- */

static void every_record_can_be_had_again_in_any_order(void **state)
{
    struct straight *s = straight_run();
    /* One detail fits, and few snapshots: everything is made again, from far. */
    struct recording *run = record_it(1, 1);

    (void)state;
    recording_wait(run);
    recording_lock(run);
    assert_int_equal(recording_status(run)->records, s->count);
    assert_true(recording_status(run)->fingerprint == s->fingerprint);
    uint32_t segments = recording_segment_count(run);

    assert_true(segments >= 6);
    recording_unlock(run);
    for (uint32_t i = 0; i < segments; i++) {
        uint32_t index = i * 5 % segments; /* 5 and 8 have no common factor; nor with 7, 9. */
        const struct detail *d = detail_of(run, index);
        const struct segment *g = recording_segment(run, index);

        assert_int_equal(d->count, g->end - g->first);
        assert_memory_equal(d->records, &s->records[g->first], d->count * sizeof *d->records);
        recording_unlock(run);
    }
    recording_close(run);
    straight_free(s);
}

static void compare_threads(const struct inspect *a, const struct inspect *b)
{
    assert_int_equal(a->thread_count, b->thread_count);
    for (uint32_t i = 0; i < a->thread_count; i++) {
        const struct inspect_thread *x = &a->threads[i], *y = &b->threads[i];

        assert_int_equal(x->id, y->id);
        assert_int_equal(x->state, y->state);
        assert_int_equal(x->priority, y->priority);
        assert_int_equal(x->attach_index, y->attach_index);
        assert_int_equal(x->apc_process, y->apc_process);
        assert_int_equal(x->service, y->service);
        assert_int_equal(x->cpu_time, y->cpu_time);
        assert_int_equal(x->frame_count, y->frame_count);
        for (uint32_t k = 2; k < x->frame_count; k++) /* The first two are whoever watches. */
            assert_ptr_equal(x->frames[k], y->frames[k]);
    }
}

static void a_moment_is_what_a_straight_run_had_there(void **state)
{
    struct straight *s = straight_run();
    struct recording *run = record_it(1, 0);

    (void)state;
    recording_wait(run);
    for (int i = 0; i < LOOKS; i++) {
        const struct inspect *moment;

        recording_lock(run);
        while ((moment = recording_moment(run, s->looks[i])) == NULL) {
            recording_unlock(run);
            recording_wait(run);
            recording_lock(run);
        }
        assert_int_equal(moment->record, s->looks[i]);
        assert_int_equal(moment->now, s->seen[i]->now);
        compare_threads(moment, s->seen[i]);
        assert_int_equal(moment->handle_count, s->seen[i]->handle_count);
        assert_int_equal(moment->page_count, s->seen[i]->page_count);
        assert_memory_equal(moment->pages, s->seen[i]->pages, moment->page_count);
        assert_true(moment->asked[CHOICE_PREEMPT] > 0); /* So that a branch can name the next. */
        recording_unlock(run);
    }
    recording_close(run);
    straight_free(s);
}

static void one_step_back_is_one_record_back(void **state)
{
    struct recording *run = record_it(0, 0);

    (void)state;
    recording_wait(run);
    for (uint64_t number = 500500; number > 500400; number--) {
        const struct inspect *moment;

        recording_lock(run);
        while ((moment = recording_moment(run, number)) == NULL) {
            recording_unlock(run);
            recording_wait(run);
            recording_lock(run);
        }
        assert_int_equal(moment->record, number);
        recording_unlock(run);
    }
    recording_close(run);
}

/* Wishes come first, and the run that was interrupted for them ends as it would have. */
static void a_run_that_is_still_computed_answers(void **state)
{
    struct recording *run = record_it(0, 0);
    uint64_t answered = 0, records = 0, fingerprint;
    bool ended = false;

    (void)state;
    while (!ended) {
        recording_wait_for(run, records);
        recording_lock(run);
        recording_frame(run);
        ended = recording_status(run)->ended;
        records = recording_status(run)->records;
        if (records > 4000 && recording_moment(run, records * (answered % 7 + 1) / 8) != NULL)
            answered++;
        for (uint32_t i = 0; i < recording_segment_count(run); i++)
            (void)recording_detail(run, i);
        recording_unlock(run);
    }
    recording_wait(run);
    recording_lock(run);
    fingerprint = recording_status(run)->fingerprint;
    recording_unlock(run);
    recording_close(run);
    struct straight *s = straight_run();

    assert_true(fingerprint == s->fingerprint);
    assert_true(records == s->count);
    straight_free(s);
}

/* ---- Searching ------------------------------------------------------------------------------- */

static bool is_stop_or_exception(const struct record *record, uint64_t number, void *ctx)
{
    (void)number;
    (void)ctx;
    return record->kind == REC_STOP || record->kind == REC_EXCEPTION;
}

static enum recording_found search(struct recording *run, uint64_t from, bool backwards,
                                   uint64_t *number)
{
    struct recording_query query = { .from = from,
                                     .backwards = backwards,
                                     .match = is_stop_or_exception };
    enum recording_found found;

    query.kinds[REC_STOP / 64] |= 1ull << REC_STOP % 64;
    query.kinds[REC_EXCEPTION / 64] |= 1ull << REC_EXCEPTION % 64;
    recording_lock(run);
    recording_search(run, &query);
    while ((found = recording_found(run, number)) == FOUND_PENDING) {
        recording_unlock(run);
        recording_wait(run);
        recording_lock(run);
    }
    recording_unlock(run);
    return found;
}

static void a_search_finds_what_a_straight_reading_finds(void **state)
{
    struct straight *s = straight_run();
    struct recording *run = record_it(0, 1);
    uint64_t number, at = 0, hits = 0;

    (void)state;
    recording_wait(run);
    for (uint64_t i = 0; i < s->count; i++) {
        if (!is_stop_or_exception(&s->records[i], i, NULL))
            continue;
        assert_int_equal(search(run, at, false, &number), FOUND_YES);
        assert_int_equal(number, i);
        at = number;
        hits++;
    }
    assert_true(hits >= 2);
    assert_int_equal(search(run, at, false, &number), FOUND_NO);
    at = s->count;
    for (uint64_t i = s->count; i-- > 0;) {
        if (!is_stop_or_exception(&s->records[i], i, NULL))
            continue;
        assert_int_equal(search(run, at, true, &number), FOUND_YES);
        assert_int_equal(number, i);
        at = number;
    }
    assert_int_equal(search(run, at, true, &number), FOUND_NO);
    recording_close(run);
    straight_free(s);
}

GROUP(recording_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_can_be_had_again_in_any_order),
        cmocka_unit_test(a_moment_is_what_a_straight_run_had_there),
        cmocka_unit_test(one_step_back_is_one_record_back),
        cmocka_unit_test(a_run_that_is_still_computed_answers),
        cmocka_unit_test(a_search_finds_what_a_straight_reading_finds),
    };

    read_night();
    return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
