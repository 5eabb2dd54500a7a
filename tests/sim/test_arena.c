/* test_arena.c - the block that holds a world. */
#include "tests/sim/check.h"

#include "sim/arena.h"
#include "tests/groups.h"

enum { SIZE = 1 << 20 };

static int open_arena(void **state)
{
    static struct arena arena;

    *state = &arena;
    return arena_open(&arena, SIZE, "world_size") ? 0 : -1;
}

static int close_arena(void **state)
{
    arena_close(*state);
    return 0;
}

static void what_is_taken_is_zeroed_and_aligned(void **state)
{
    struct arena *arena = *state;

    for (size_t align = 1; align <= 4096; align *= 2) {
        unsigned char *low = arena_take(arena, 37, align),
                      *high = arena_take_high(arena, 37, align);

        assert_int_equal((uintptr_t)low % align, 0);
        assert_int_equal((uintptr_t)high % align, 0);
        for (int i = 0; i < 37; i++) {
            assert_int_equal(low[i] | high[i], 0);
            low[i] = high[i] = 0xff;
        }
        assert_true(arena_holds(arena, low));
        assert_true(arena_holds(arena, high));
    }
    assert_false(arena_holds(arena, arena));
    assert_false(arena_holds(arena, arena->base + arena->size));
}

static void after_a_reset_all_bytes_are_zero_again(void **state)
{
    struct arena *arena = *state;
    char *low = arena_take(arena, 1000, 1), *high = arena_take_high(arena, 1000, 1);

    memset(low, 1, 1000);
    memset(high, 1, 1000);
    arena_reset(arena);
    assert_int_equal(arena->used, 0);
    assert_int_equal(arena->high, 0);
    for (size_t i = 0; i < arena->size; i++)
        assert_int_equal(arena->base[i], 0);
    assert_ptr_equal(arena_take(arena, 1, 1), low);
}

static void take_too_much(void *arg) { arena_take(arg, SIZE + 1, 8); }
static void take_too_much_high(void *arg) { arena_take_high(arg, (size_t)-1, 8); }
static void take_the_other_end(void *arg)
{
    arena_take(arg, SIZE - 4096, 1);
    arena_take_high(arg, 8192, 1);
}
static void take_oddly(void *arg) { arena_take(arg, 1, 3); }

static void exhaustion_names_the_limit_to_raise(void **state)
{
    assert_string_contains(check_message(take_too_much, *state), "raise world_size");
    assert_string_contains(check_message(take_too_much_high, *state), "raise world_size");
    assert_string_contains(check_message(take_the_other_end, *state), "raise world_size");
}

static void both_ends_meet_without_a_byte_lost(void **state)
{
    struct arena *arena = *state;

    arena_take(arena, SIZE / 2, 1);
    arena_take_high(arena, SIZE / 2, 1);
    assert_int_equal(arena->used + arena->high, arena->size);
    assert_string_contains(check_message(take_oddly, arena), "align");
}

static void an_impossible_size_is_refused(void **state)
{
    struct arena arena;

    (void)state;
    assert_false(arena_open(&arena, 0, "nothing"));
    assert_false(arena_open(&arena, (size_t)1 << 62, "everything"));
    arena_close(&arena);
}

/* The same addresses may go to whoever asks the host next: a file mapped by a library, for one. */
static void what_is_given_back_carries_no_marks_of_the_sanitizer(void **state)
{
    (void)state;
#if defined(UNDER_ASAN)
    struct arena arena;
    char *given;

    assert_true(arena_open(&arena, SIZE, "world_size"));
    given = arena.base;
    ASAN_POISON_MEMORY_REGION(given, SIZE);
    arena_close(&arena);
    assert_null(__asan_region_is_poisoned(given, SIZE));
#else
    skip();
#endif
}

GROUP(test_arena)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_taken_is_zeroed_and_aligned, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(after_a_reset_all_bytes_are_zero_again, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(exhaustion_names_the_limit_to_raise, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(both_ends_meet_without_a_byte_lost, open_arena,
                                        close_arena),
        cmocka_unit_test(an_impossible_size_is_refused),
        cmocka_unit_test(what_is_given_back_carries_no_marks_of_the_sanitizer),
    };

    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
