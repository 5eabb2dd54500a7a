/* test_agenda.c - compares the agenda with the simplest possible one: a list that is searched from
 * end to end.
 *
 * The random stories use several patterns (delays of every size, ties, bursts, timers that are
 * always cancelled), because each pattern reaches another place of the ladder.
 */
#include "tests/sim/check.h"

#include <stdlib.h>

#include "sim/agenda.h"
#include "sim/rng.h"
#include "tests/groups.h"

struct reference {
    sim_time at;
    agenda_id id;
    void *arg;
};

struct story {
    struct arena arena;
    struct agenda *agenda;
    struct rng rng;
    struct reference *pending;
    uint32_t count, max;
    sim_time now;
    uint64_t added;
};

static void nothing(void *arg) { (void)arg; }

static void story_begin(struct story *s, uint64_t seed, uint32_t max)
{
    memset(s, 0, sizeof *s);
    assert_true(arena_open(&s->arena, 64 << 20, "test"));
    s->agenda = agenda_new(&s->arena, max);
    s->rng = rng_stream(seed, "agenda");
    s->pending = calloc(max + 1, sizeof *s->pending);
    s->max = max;
}

static void story_end(struct story *s)
{
    free(s->pending);
    arena_close(&s->arena);
}

static void story_add(struct story *s, sim_time delay)
{
    void *arg = (void *)(uintptr_t)++s->added;
    agenda_id id = agenda_add(s->agenda, s->now + delay, nothing, arg);

    s->pending[s->count++] = (struct reference){ s->now + delay, id, arg };
}

static bool before(const struct reference *one, const struct reference *other)
{
    return one->at != other->at ? one->at < other->at : one->id < other->id;
}

static uint32_t story_earliest(const struct story *s)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < s->count; i++)
        best = before(&s->pending[i], &s->pending[best]) ? i : best;
    return best;
}

static void story_take(struct story *s)
{
    struct agenda_entry entry;
    uint32_t best = story_earliest(s);

    assert_int_equal(agenda_take(s->agenda, &entry), s->count != 0);
    if (s->count == 0)
        return;
    assert_int_equal(entry.at, s->pending[best].at);
    assert_int_equal(entry.id, s->pending[best].id);
    assert_ptr_equal(entry.arg, s->pending[best].arg);
    assert_true(entry.act == nothing);
    s->now = entry.at;
    assert_false(agenda_cancel(s->agenda, entry.id)); /* Too late. */
    s->pending[best] = s->pending[--s->count];
}

static void story_cancel(struct story *s, bool earliest)
{
    uint32_t which = earliest ? story_earliest(s) : (uint32_t)rng_below(&s->rng, s->count);

    assert_true(agenda_cancel(s->agenda, s->pending[which].id));
    assert_false(agenda_cancel(s->agenda, s->pending[which].id));
    s->pending[which] = s->pending[--s->count];
}

static sim_time some_delay(struct story *s, uint64_t habit)
{
    struct rng *rng = &s->rng;

    switch (habit) {
    case 0:
        return rng_below(rng, 3);
    case 1:
        return rng_exponential(rng, MS(1));
    case 2:
        return rng_odds(rng, 500000) ? 0 : rng_below(rng, 1000);
    case 3:
        return (rng_next(rng) & ((1ull << 58) - 1)) >> rng_below(rng, 58);
    case 4:
        return 1000 - s->now % 1000; /* Everybody at the next tick. */
    case 5:
        return rng_odds(rng, 20000) ? MS(100) : rng_exponential(rng, US(5));
    default:
        return SEC(10) + rng_below(rng, 4); /* Far off, nearly together. */
    }
}

static void a_random_story(uint64_t seed, uint32_t max, uint32_t steps)
{
    struct story s;
    uint64_t habit = 0;

    story_begin(&s, seed, max);
    for (uint32_t step = 0; step < steps; step++) {
        if (step % 2000 == 0)
            habit = rng_below(&s.rng, 7);
        uint64_t dice = rng_below(&s.rng, 100), adds = step / 1500 % 2 != 0 ? 55 : 40;

        if (dice < adds && s.count < max)
            story_add(&s, some_delay(&s, habit));
        else if (dice < 70 && s.count != 0)
            story_cancel(&s, dice % 4 == 0);
        else
            story_take(&s);
        assert_int_equal(agenda_count(s.agenda), s.count);
        assert_int_equal(agenda_next(s.agenda),
                         s.count == 0 ? SIM_NEVER : s.pending[story_earliest(&s)].at);
    }
    while (s.count != 0)
        story_take(&s);
    story_take(&s);
    story_end(&s);
}

static void with_few_pending_it_takes_in_the_order_of_a_sorted_list(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++)
        a_random_story(seed, 40, 6000);
}

static void with_hundreds_pending_it_takes_in_the_order_of_a_sorted_list(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++)
        a_random_story(seed, 400, 12000);
}

static void with_thousands_pending_it_takes_in_the_order_of_a_sorted_list(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++)
        a_random_story(seed, 3000, 30000);
}

static void entries_of_one_time_leave_in_the_order_they_were_added(void **state)
{
    struct story s;
    struct agenda_entry entry;

    (void)state;
    story_begin(&s, 1, 20000);
    for (uint32_t i = 0; i < 10000; i++)
        story_add(&s, SEC(1));
    for (uint32_t i = 0; i < 10000; i++) {
        assert_true(agenda_take(s.agenda, &entry));
        assert_ptr_equal(entry.arg, (void *)(uintptr_t)(i + 1));
        if (i < 100) /* Added at this instant: behind all that wait for it. */
            agenda_add(s.agenda, SEC(1), nothing, (void *)(uintptr_t)(10001 + i));
    }
    for (uint32_t i = 0; i < 100; i++) {
        assert_true(agenda_take(s.agenda, &entry));
        assert_ptr_equal(entry.arg, (void *)(uintptr_t)(10001 + i));
    }
    assert_false(agenda_take(s.agenda, &entry));
    story_end(&s);
}

/* The window's base runs ahead to a far timer; then a crowd arrives before it. */
static void a_crowd_before_a_far_timer_is_in_order(void **state)
{
    struct story s;

    (void)state;
    story_begin(&s, 2, 6000);
    story_add(&s, 1);
    story_add(&s, SEC(3600));
    for (int i = 0; i < 300; i++)
        story_add(&s, SEC(3600) + 1);
    story_take(&s);
    for (int i = 0; i < 3000; i++)
        story_add(&s, rng_below(&s.rng, SEC(1)));
    while (s.count != 0)
        story_take(&s);
    story_end(&s);
}

static void memory_stays_bounded_when_every_timer_is_cancelled(void **state)
{
    struct story s;

    (void)state;
    story_begin(&s, 3, 64);
    for (int i = 0; i < 32; i++)
        story_add(&s, SEC(i));
    for (int i = 0; i < 1000; i++) {
        story_add(&s, SEC(100) + rng_below(&s.rng, SEC(100)));
        story_cancel(&s, false);
        story_add(&s, SEC(50));
        story_cancel(&s, false);
    }
    size_t used = s.arena.used;

    for (int i = 0; i < 200000; i++) {
        agenda_id id =
            agenda_add(s.agenda, s.now + SEC(100) + rng_below(&s.rng, SEC(1000)), nothing, NULL);

        assert_true(agenda_cancel(s.agenda, id));
    }
    assert_in_range(s.arena.used - used, 0, 65536);
    while (s.count != 0)
        story_take(&s);
    story_end(&s);
}

static void ids_are_never_given_twice(void **state)
{
    struct story s;
    agenda_id last = 0;

    (void)state;
    story_begin(&s, 4, 8);
    for (int i = 0; i < 100000; i++) {
        agenda_id id = agenda_add(s.agenda, s.now + 5, nothing, NULL);

        assert_true(id > last);
        last = id;
        assert_true(agenda_cancel(s.agenda, id));
    }
    assert_false(agenda_cancel(s.agenda, 0));
    assert_false(agenda_cancel(s.agenda, UINT64_MAX));
    story_end(&s);
}

static void the_ends_of_time_are_in_order(void **state)
{
    static const sim_time times[] = { 0,
                                      1,
                                      255,
                                      256,
                                      1ull << 32,
                                      (1ull << 56) - 1,
                                      1ull << 56,
                                      1ull << 63,
                                      UINT64_MAX - 2,
                                      UINT64_MAX - 1 };
    struct story s;

    (void)state;
    story_begin(&s, 5, 600);
    for (int copies = 0; copies < 40; copies++) {
        for (size_t i = ARRAY_LEN(times); i-- > 0;)
            story_add(&s, times[i]);
    }
    while (s.count != 0)
        story_take(&s);
    story_end(&s);
}

static void add_in_the_past(void *arg)
{
    struct story *s = arg;

    agenda_add(s->agenda, s->now - 1, nothing, NULL);
}

static void add_at_never(void *arg)
{
    agenda_add(((struct story *)arg)->agenda, SIM_NEVER, nothing, NULL);
}

static void add_too_many(void *arg)
{
    struct story *s = arg;

    for (uint32_t i = 0; i <= s->max; i++)
        agenda_add(s->agenda, s->now + 1, nothing, NULL);
}

static void wrong_use_is_a_check(void **state)
{
    struct story s;

    (void)state;
    story_begin(&s, 6, 16);
    story_add(&s, 10);
    story_take(&s);
    assert_string_contains(check_message(add_in_the_past, &s), "check failed");
    assert_string_contains(check_message(add_at_never, &s), "check failed");
    assert_string_contains(check_message(add_too_many, &s),
                           "more than 16 entries pending: raise entries_max");
    story_end(&s);
}

GROUP(test_agenda)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_few_pending_it_takes_in_the_order_of_a_sorted_list),
        cmocka_unit_test(with_hundreds_pending_it_takes_in_the_order_of_a_sorted_list),
        cmocka_unit_test(with_thousands_pending_it_takes_in_the_order_of_a_sorted_list),
        cmocka_unit_test(entries_of_one_time_leave_in_the_order_they_were_added),
        cmocka_unit_test(a_crowd_before_a_far_timer_is_in_order),
        cmocka_unit_test(memory_stays_bounded_when_every_timer_is_cancelled),
        cmocka_unit_test(ids_are_never_given_twice),
        cmocka_unit_test(the_ends_of_time_are_in_order),
        cmocka_unit_test(wrong_use_is_a_check),
    };

    return cmocka_run_group_tests_name("agenda", tests, NULL, NULL);
}
