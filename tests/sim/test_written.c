/* test_written.c - snapshots of an arena whose writes are followed, held to plain copies of it. */
#include "tests/sim/check.h"

#include "sim/rng.h"
#include "sim/snapshot.h"
#include "sim/written.h"
#include "tests/groups.h"
#include <pthread.h>
#include <stdlib.h>

enum { MIB = 1 << 20, PAGE = WRITTEN_PAGE };

static volatile bool refuses; /* The host opens no page alone. The handler reads it. */

bool __real_host_memory_open(char *first, size_t size);
bool __wrap_host_memory_open(char *first, size_t size);
bool __wrap_host_memory_open(char *first, size_t size)
{
    return !(refuses && size == PAGE) && __real_host_memory_open(first, size);
}

static bool can_follow(void) { return strcmp(snapshots_way(), "page protection") == 0; }

/* An arena of which a mebibyte is in use, no byte of it zero. */
static char *begin(struct arena *arena)
{
    char *bytes;

    *arena = (struct arena){ .base = NULL };
    assert_true(arena_open(arena, 16 * MIB, "test"));
    bytes = arena_take(arena, MIB, PAGE);
    memset(bytes, 1, MIB);
    return bytes;
}

/* The second restore in a row begins to follow. */
static struct snapshot *take_followed(struct arena *arena)
{
    struct snapshot *s = snapshot_take(arena, NULL);

    assert_non_null(s);
    snapshot_restore(s, arena, NULL);
    assert_null(arena->written);
    snapshot_restore(s, arena, NULL);
    assert_true((arena->written != NULL) == can_follow());
    return s;
}

static void assert_is(const struct snapshot *s, const struct arena *arena)
{
    const char *where;

    assert_false(snapshot_differs(s, arena, &where));
}

static void only_what_was_written_is_copied_back(void **state)
{
    struct arena arena;
    char *bytes = begin(&arena);
    struct snapshot *s = take_followed(&arena);

    (void)state;
    for (int round = 0; round < 4; round++) {
        bytes[5 * PAGE + 7] = 2;
        bytes[6 * PAGE - 1] = 2;
        bytes[200 * PAGE] = 2;
        snapshot_restore(s, &arena, NULL);
        assert_is(s, &arena);
        assert_int_equal(bytes[5 * PAGE + 7] + bytes[6 * PAGE - 1] + bytes[200 * PAGE], 3);
        assert_int_equal(snapshot_pages(s, &arena), can_follow() ? 2 : MIB / PAGE);
    }
    snapshot_free(s);
    assert_null(arena.written);
    memset(bytes, 3, MIB); /* Every page is open again. */
    arena_close(&arena);
}

static void a_difference_is_found(void **state)
{
    struct arena arena;
    char *bytes = begin(&arena);
    struct snapshot *s = take_followed(&arena);
    const char *where;

    (void)state;
    bytes[9 * PAGE + 5] = 2;
    bytes[70 * PAGE] = 2;
    assert_true(snapshot_differs(s, &arena, &where));
    assert_ptr_equal(where, &bytes[9 * PAGE + 5]);
    snapshot_restore(s, &arena, NULL);
    assert_is(s, &arena);
    arena_take(&arena, 1, 1);
    assert_true(snapshot_differs(s, &arena, &where));
    assert_ptr_equal(where, &bytes[MIB]);
    snapshot_free(s);
    arena_close(&arena);
}

/* ---- Any order of calls ---------------------------------------------------------------------- */

#if defined(UNDER_ASAN) /* Slow, and both ways are one. */
enum { SNAPSHOTS = 6, STEPS = 150 };
#else
enum { SNAPSHOTS = 6, STEPS = 1500 };
#endif

/* A snapshot, and the same bytes by a plain copy. */
struct pair {
    struct snapshot *snapshot;
    char *copy;
    size_t used;
};

static void pair_take(struct pair *pair, struct arena *arena, bool again)
{
    if (again) {
        assert_true(snapshot_retake(pair->snapshot, arena, NULL));
    } else {
        snapshot_free(pair->snapshot);
        pair->snapshot = snapshot_take(arena, NULL);
        assert_non_null(pair->snapshot);
    }
    pair->used = arena->used;
    free(pair->copy);
    pair->copy = malloc(pair->used);
    assert_non_null(pair->copy);
    memcpy(pair->copy, arena->base, pair->used);
}

static void pair_restore(const struct pair *pair, struct arena *arena)
{
    size_t before = arena->used;

    snapshot_restore(pair->snapshot, arena, NULL);
    assert_int_equal(arena->used, pair->used);
    assert_memory_equal(arena->base, pair->copy, pair->used);
    assert_is(pair->snapshot, arena);
    if (before > pair->used) { /* What was taken since is zero. */
        const char *rest = arena->base + pair->used;

        assert_int_equal(rest[0], 0);
        assert_memory_equal(rest, rest + 1, before - pair->used - 1);
    }
}

/* One of the things that may be done with an arena and its snapshots. */
static void step(struct arena *arena, struct pair *pairs, struct rng *rng)
{
    struct pair *pair = &pairs[rng_below(rng, SNAPSHOTS)];
    uint64_t what = rng_below(rng, 100);
    char *page;

    if (what < 60) { /* Most writes go to a few pages. */
        size_t span = what < 50 ? 40 * PAGE : arena->used;

        arena->base[rng_below(rng, MIN_OF(span, arena->used))] ^= 1;
    } else if (what < 68 && arena->used < 4 * MIB) {
        size_t size = 1 + rng_below(rng, 3 * PAGE);

        memset(arena_take(arena, size, 8), 5, size);
    } else if (what < 69) { /* Pages that are closed for a while. */
        page = arena->base + rng_below(rng, 100) * PAGE;
        arena_close_pages(arena, page, PAGE);
        arena_open_low(arena);
        page[3] ^= 1;
    } else if (what < 72) {
        pair_take(pair, arena, pair->snapshot != NULL && what == 70);
    } else if (what < 73) {
        snapshot_free(pair->snapshot);
        pair->snapshot = NULL;
    } else if (pair->snapshot != NULL) {
        pair_restore(pair, arena);
        if (what < 90)
            pair_restore(pair, arena);
    }
}

static void any_order_gives_back_what_was_there(void **state)
{
    uint32_t followed = 0, shared = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct rng rng = rng_stream(seed, "steps");
        struct pair pairs[SNAPSHOTS] = { { .snapshot = NULL } };
        struct arena arena;

        begin(&arena);
        arena.copies_all = seed == 6;
        for (int i = 0; i < STEPS; i++) {
            step(&arena, pairs, &rng);
            followed += arena.written != NULL;
            for (int k = 0; k < SNAPSHOTS; k++)
                shared += pairs[k].snapshot != NULL && arena.written != NULL &&
                          snapshot_size(pairs[k].snapshot) < MIB;
        }
        for (int k = 0; k < SNAPSHOTS; k++) {
            snapshot_free(pairs[k].snapshot);
            free(pairs[k].copy);
        }
        arena_close(&arena);
    }
    assert_true(!can_follow() || (followed > STEPS && shared > STEPS)); /* Both ways were tried. */
}

/* ---- Ends ------------------------------------------------------------------------------------ */

static void a_host_that_keeps_no_more_ranges_costs_full_copies(void **state)
{
    struct arena arena;
    char *bytes = begin(&arena);
    struct snapshot *s = take_followed(&arena);

    (void)state;
    refuses = true;
    for (size_t at = 0; at < 20 * PAGE; at += PAGE)
        bytes[at] = 2;
    refuses = false;
    for (int round = 0; round < 3; round++) {
        snapshot_restore(s, &arena, NULL);
        assert_is(s, &arena);
        assert_int_equal(snapshot_pages(s, &arena), MIB / PAGE);
        bytes[100 * PAGE] = 2;
    }
    snapshot_free(s);
    arena_close(&arena);
}

static void an_arena_may_end_before_its_snapshots(void **state)
{
    struct arena arena;
    char *bytes = begin(&arena);
    struct snapshot *s = take_followed(&arena);

    (void)state;
    arena_reset(&arena);
    assert_null(arena.written);
    assert_ptr_equal(arena_take(&arena, MIB, PAGE), bytes);
    memset(bytes, 4, MIB);
    snapshot_free(s);
    s = take_followed(&arena);
    arena_close(&arena);
    snapshot_free(s);
}

/* ---- Threads --------------------------------------------------------------------------------- */

static void *go_back_and_forth(void *arg)
{
    uint64_t seed = *(const uint64_t *)arg;
    struct rng rng = rng_stream(seed, "thread");
    struct arena arena;
    char *bytes = begin(&arena);
    struct snapshot *s = take_followed(&arena);
    const char *where;
    uint64_t wrong = 0;

    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < 8; i++)
            bytes[rng_below(&rng, MIB)] = 2;
        snapshot_restore(s, &arena, NULL);
        wrong += snapshot_differs(s, &arena, &where);
    }
    snapshot_free(s);
    arena_close(&arena);
    return (void *)(uintptr_t)wrong;
}

static void arenas_on_several_threads_are_followed_apart(void **state)
{
    uint64_t seeds[] = { 1, 2, 3, 4 };
    pthread_t threads[ARRAY_LEN(seeds)];
    void *wrong;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(seeds); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, go_back_and_forth, &seeds[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(seeds); i++) {
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
}

GROUP(test_written)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_written_is_copied_back),
        cmocka_unit_test(a_difference_is_found),
        cmocka_unit_test(any_order_gives_back_what_was_there),
        cmocka_unit_test(a_host_that_keeps_no_more_ranges_costs_full_copies),
        cmocka_unit_test(an_arena_may_end_before_its_snapshots),
        cmocka_unit_test(arenas_on_several_threads_are_followed_apart),
    };

    return cmocka_run_group_tests_name("written", tests, NULL, NULL);
}
