/* guard_test.c - a crash is caught while the writes to an arena are followed, and such a write is
 * no crash. */
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "sim/snapshot.h"
#include "ui/guard/guard.h"
#include <string.h>

enum { PAGE = 4096, BYTES = 64 * PAGE };

static struct arena arena;
static char *bytes;
static struct snapshot *snapshot;

static int follow(void **state)
{
    (void)state;
    assert_true(arena_open(&arena, 1 << 20, "test"));
    bytes = arena_take(&arena, BYTES, PAGE);
    snapshot = snapshot_take(&arena, NULL);
    snapshot_restore(snapshot, &arena, NULL);
    snapshot_restore(snapshot, &arena, NULL);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    snapshot_free(snapshot);
    arena_close(&arena);
    return 0;
}

static void writes(void *arg)
{
    for (size_t at = 0; at < BYTES; at += PAGE)
        ((volatile char *)bytes)[at] = *(const char *)arg;
}

static void crashes(void *arg)
{
    volatile uintptr_t nowhere = 16;

    writes(arg);
    *(volatile char *)nowhere = 1;
}

static void a_write_that_is_followed_is_no_crash(void **state)
{
    char message[256] = "", value = 7;
    struct guard guard;

    (void)state;
    guard_enter(&guard);
    assert_true(guard_call(writes, &value, message, sizeof message));
    guard_leave(&guard);
    assert_int_equal(bytes[BYTES - PAGE], 7);
    snapshot_restore(snapshot, &arena, NULL);
    assert_int_equal(bytes[BYTES - PAGE], 0);
}

static void a_wild_pointer_is_caught_all_the_same(void **state)
{
    char message[256] = "", value = 7;
    struct guard guard;

    (void)state;
    guard_enter(&guard);
    for (int i = 0; i < 2; i++) {
        snapshot_restore(snapshot, &arena, NULL);
        assert_false(guard_call(crashes, &value, message, sizeof message));
        assert_non_null(strstr(message, "the simulator itself has crashed"));
    }
    guard_leave(&guard);
    snapshot_restore(snapshot, &arena, NULL);
    for (size_t at = 0; at < BYTES; at += PAGE)
        assert_int_equal(bytes[at], 0);
}

GROUP(guard_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_write_that_is_followed_is_no_crash, follow, forget),
        cmocka_unit_test_setup_teardown(a_wild_pointer_is_caught_all_the_same, follow, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
