/* rundown_test.c - remove locks and rundown protection (facts/ddi.md 2.1, 2.8). */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static IO_REMOVE_LOCK remove_lock;
static EX_RUNDOWN_REF rundown;

/* ---- Remove locks ---------------------------------------------------------------------------- */

static void removes(void *context)
{
    (void)context;
    EXPECT(IoAcquireRemoveLock(&remove_lock, NULL) == STATUS_SUCCESS);
    IoReleaseRemoveLockAndWait(&remove_lock, NULL);
    say('R');
}

STORY(a_removal_waits_for_the_last_use)
{
    (void)arg;
    IoInitializeRemoveLock(&remove_lock, 'kcoL', 0, 0);
    EXPECT(IoAcquireRemoveLock(&remove_lock, NULL) == STATUS_SUCCESS);
    EXPECT(IoAcquireRemoveLock(&remove_lock, &story) == STATUS_SUCCESS);
    EXPECT(remove_lock.Common.IoCount == 3 && !remove_lock.Common.Removed);
    thread_new('A', 8, removes);
    story_sleep(MS(10));
    EXPECT(remove_lock.Common.Removed && said_is(""));
    EXPECT(IoAcquireRemoveLock(&remove_lock, NULL) == STATUS_DELETE_PENDING);
    IoReleaseRemoveLock(&remove_lock, &story);
    story_sleep(MS(10));
    EXPECT(said_is("")); /* The refused acquire left the count as it was. */
    IoReleaseRemoveLock(&remove_lock, NULL);
    story_sleep(MS(10));
    EXPECT(said_is("R") && remove_lock.Common.IoCount == 0);
}

STORY(a_removal_without_uses_does_not_wait)
{
    (void)arg;
    IoInitializeRemoveLock(&remove_lock, 0, 0, 0);
    removes(NULL);
    EXPECT(said_is("R"));
    EXPECT(IoAcquireRemoveLock(&remove_lock, NULL) == STATUS_DELETE_PENDING);
}

/* A release too many: the removal goes on while the device is in use, and nobody is told. */
STORY(a_release_too_many_ends_the_wait_early)
{
    (void)arg;
    IoInitializeRemoveLock(&remove_lock, 0, 0, 0);
    EXPECT(IoAcquireRemoveLock(&remove_lock, NULL) == STATUS_SUCCESS);
    IoReleaseRemoveLock(&remove_lock, NULL);
    IoReleaseRemoveLock(&remove_lock, NULL);
    EXPECT(IoAcquireRemoveLock(&remove_lock, NULL) == STATUS_SUCCESS);
    removes(NULL);
    EXPECT(said_is("R"));
}

static void waits_in_a_dpc(void *arg)
{
    KIRQL old;

    (void)arg;
    IoInitializeRemoveLock(&remove_lock, 0, 0, 0);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT(IoAcquireRemoveLock(&remove_lock, NULL) == STATUS_SUCCESS);
    IoReleaseRemoveLockAndWait(&remove_lock, NULL);
}

static void acquires_at_high_level(void *arg)
{
    KIRQL old;

    (void)arg;
    IoInitializeRemoveLock(&remove_lock, 0, 0, 0);
    KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
    (void)IoAcquireRemoveLock(&remove_lock, NULL);
}

static void levels_of_the_remove_lock(void **state)
{
    (void)state;
    assert_int_equal(stops_on(1, waits_in_a_dpc).code, IRQL_NOT_LESS_OR_EQUAL);
    assert_int_equal(stops_on(1, acquires_at_high_level).code, IRQL_NOT_LESS_OR_EQUAL);
}

/* ---- Rundown protection ---------------------------------------------------------------------- */

static void runs_down(void *context)
{
    (void)context;
    ExWaitForRundownProtectionRelease(&rundown);
    say('D');
}

STORY(a_rundown_waits_for_the_holders)
{
    (void)arg;
    ExInitializeRundownProtection(&rundown);
    EXPECT(ExAcquireRundownProtection(&rundown) && ExAcquireRundownProtectionEx(&rundown, 2));
    EXPECT(rundown.Count == 6);
    thread_new('A', 8, runs_down);
    story_sleep(MS(10));
    EXPECT((rundown.Count & 1) != 0 && !ExAcquireRundownProtection(&rundown));
    ExReleaseRundownProtectionEx(&rundown, 2);
    story_sleep(MS(10));
    EXPECT(said_is(""));
    ExReleaseRundownProtection(&rundown);
    story_sleep(MS(10));
    EXPECT(said_is("D") && rundown.Count == 1 && !ExAcquireRundownProtection(&rundown));
    ExWaitForRundownProtectionRelease(&rundown); /* A second one returns at once. */
    ExReInitializeRundownProtection(&rundown);
    EXPECT(ExAcquireRundownProtection(&rundown) && rundown.Count == 2);
    ExReleaseRundownProtection(&rundown);
}

STORY(nobody_holds_it_nobody_waits)
{
    (void)arg;
    ExInitializeRundownProtection(&rundown);
    runs_down(NULL);
    EXPECT(said_is("D") && rundown.Count == 1);
    ExReInitializeRundownProtection(&rundown);
    ExRundownCompleted(&rundown);
    EXPECT(!ExAcquireRundownProtection(&rundown));
}

static void releases_too_often(void *arg)
{
    (void)arg;
    ExInitializeRundownProtection(&rundown);
    EXPECT(ExAcquireRundownProtection(&rundown));
    ExReleaseRundownProtection(&rundown);
    ExReleaseRundownProtection(&rundown);
}

static void releases_what_was_run_down(void *arg)
{
    (void)arg;
    ExInitializeRundownProtection(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);
    ExReleaseRundownProtection(&rundown);
}

static void a_release_without_an_acquire_is_told(void **state)
{
    (void)state;
    struct ke_stop stop = stops_on(1, releases_too_often);

    assert_int_equal(stop.code, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED);
    assert_int_equal(stop.args[0], 0x80000003);
    assert_int_equal(stops_on(1, releases_what_was_run_down).code,
                     SYSTEM_THREAD_EXCEPTION_NOT_HANDLED);
}

GROUP(rundown_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_removal_waits_for_the_last_use),
        cmocka_unit_test(a_removal_without_uses_does_not_wait),
        cmocka_unit_test(a_release_too_many_ends_the_wait_early),
        cmocka_unit_test(levels_of_the_remove_lock),
        cmocka_unit_test(a_rundown_waits_for_the_holders),
        cmocka_unit_test(nobody_holds_it_nobody_waits),
        cmocka_unit_test(a_release_without_an_acquire_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
