/* special_test.c - special pool and forced IRQL checking (vf_special.c). All code of the test is
 * the verified driver's. */
#include "model/kernel/ex.h"
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_guest.h"
#include "model/kernel/vf.h"
#include "model/kernel/vf_inside.h"
#include "sim/snapshot.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

#if defined(__try) && !defined(UNDER_ASAN)

enum { TAG = 0x74736574, ADDRESSES = 512 };

static void verifier_begins(uint32_t options)
{
    struct vf_settings settings = { .options = options };

    ke_guest_loaded("probe");
    vf_start(&settings, 1);
    vf_add_driver("probe", NULL, SIZE_MAX);
    story_sleep(MS(1));
}

static volatile char *taken(POOL_TYPE type, size_t bytes)
{
    return VfExAllocatePoolWithTag(type, bytes, TAG);
}

static void given(volatile char *block) { VfExFreePoolWithTag((PVOID)block, TAG); }

/* How an allocation without success ends: 'n' with NULL, 'r' with an exception. */
#define ENDS(call)                     \
    ({                                 \
        char end_ = 'r';               \
        __try {                        \
            end_ = (call) ? 'y' : 'n'; \
        } __except (1) {               \
        }                              \
        end_;                          \
    })

STORY(an_allocation_that_is_made_to_fail_ends_as_a_real_one)
{
    struct vf_settings settings = { .options = VF_LOW_RESOURCES, .fail_ppm = 1000000 };
    POOL_TYPE raises = (POOL_TYPE)(NonPagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE),
              returns = (POOL_TYPE)(NonPagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);

    (void)arg;
    vf_start(&settings, 1);
    vf_add_driver("probe", NULL, SIZE_MAX);
    EXPECT(ENDS(VfExAllocatePool(NonPagedPool, 8)) == 'n');
    EXPECT(ENDS(VfExAllocatePool(raises, 8)) == 'r');
    EXPECT(ENDS(VfExAllocatePoolWithTag(raises, 8, TAG)) == 'r');
    EXPECT(ENDS(VfExAllocatePoolWithTagPriority(raises, 8, TAG, HighPoolPriority)) == 'r');
    EXPECT(ENDS(VfExAllocatePoolWithQuota(NonPagedPool, 8)) == 'r');
    EXPECT(ENDS(VfExAllocatePoolWithQuota(returns, 8)) == 'n');
    EXPECT(ENDS(VfExAllocatePoolWithQuotaTag((POOL_TYPE)(raises | returns), 8, TAG)) == 'r');
}

STORY(a_block_ends_where_its_page_ends)
{
    BOOLEAN charged;

    (void)arg;
    verifier_begins(VF_SPECIAL_POOL);
    volatile char *block = taken(NonPagedPool, 21);
    uint64_t before = ex_pool_bytes(NonPagedPool);

    EXPECT(((uintptr_t)block + 24) % MM_PAGE == 0);
    EXPECT(ke_address_shown((const void *)block) % MM_PAGE == MM_PAGE - 24);
    EXPECT(ExQueryPoolBlockSize((PVOID)block, &charged) == 24 && !charged);
    EXPECT(MmIsAddressValid((PVOID)block));
    for (int i = 0; i < 21; i++)
        block[i] = (char)i;
    given(block);
    EXPECT(ex_pool_bytes(NonPagedPool) == before - 21);
    block = taken(NonPagedPool, MM_PAGE); /* A page and more is usual pool. */
    EXPECT(vf_special_place((const void *)block) == 0);
    given(block);
}

STORY(the_oldest_address_is_used_again_when_all_have_been)
{
    volatile char *first, *second, *block;

    (void)arg;
    verifier_begins(VF_SPECIAL_POOL);
    given(first = taken(NonPagedPool, 8));
    given(second = taken(NonPagedPool, 8));
    EXPECT(second != first);
    for (int i = 2; i < ADDRESSES; i++) {
        given(block = taken(NonPagedPool, 8));
        EXPECT(block != first && block != second);
    }
    EXPECT(taken(NonPagedPool, 8) == first);
    EXPECT(taken(NonPagedPool, 8) == second);
}

STORY(more_blocks_than_addresses_lie_in_usual_pool)
{
    static volatile char *blocks[ADDRESSES + 10];

    (void)arg;
    verifier_begins(VF_SPECIAL_POOL);
    for (int i = 0; i < ADDRESSES + 10; i++) {
        blocks[i] = taken(NonPagedPool, 100);
        blocks[i][0] = blocks[i][99] = 1;
        EXPECT((vf_special_place((const void *)blocks[i]) != 0) == (i < ADDRESSES));
    }
    for (int i = 0; i < ADDRESSES + 10; i++)
        given(blocks[i]);
}

STOPS(1, a_write_behind_a_block, PAGE_FAULT_BEYOND_END_OF_ALLOCATION)
{
    (void)arg;
    verifier_begins(VF_SPECIAL_POOL);
    volatile char *block = taken(NonPagedPool, 16);

    block[15] = 1;
    block[16] = 1;
}

STOPS(1, a_read_after_a_free_in_a_try, PAGE_FAULT_IN_FREED_SPECIAL_POOL)
{
    (void)arg;
    verifier_begins(VF_SPECIAL_POOL);
    volatile char *block = taken(PagedPool, 16);

    given(block);
    __try {
        say(block[0]);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        say('?');
    }
}

static void uses_paged_pool(void *block)
{
    volatile char *byte = block;

    for (int i = 0; i < 20; i++) {
        ++*byte;
        ke_spend(US(500));
    }
}

/* A thread on another processor, at PASSIVE_LEVEL, brings the page in again and again. */
STOPS(2, a_touch_at_dispatch_while_another_processor_uses_the_page, IRQL_NOT_LESS_OR_EQUAL)
{
    KIRQL old;

    (void)arg;
    verifier_begins(VF_IRQL);
    volatile char *block = taken(PagedPool, 16);

    block[0] = block[1] = 0;
    thread_with(NORMAL_PRIORITY, uses_paged_pool, (void *)(uintptr_t)block);
    VfKeRaiseIrql(DISPATCH_LEVEL, &old);
    ke_spend(MS(3));
    say(block[1]);
}

STORY(paged_pool_is_back_when_the_level_has_fallen)
{
    KSPIN_LOCK lock;
    KIRQL old;

    (void)arg;
    verifier_begins(VF_IRQL);
    volatile char *block = taken(PagedPool, 3 * MM_PAGE), *small = taken(PagedPool, 16),
                  *nonpaged = taken(NonPagedPool, 16);

    EXPECT((uintptr_t)block % MM_PAGE == 0);
    EXPECT(vf_special_place((const void *)nonpaged) == 0);
    KeInitializeSpinLock(&lock);
    for (int i = 0; i < 10; i++) {
        block[3 * MM_PAGE - 1] = small[15] = (char)i;
        old = VfKeAcquireSpinLockRaiseToDpc(&lock);
        nonpaged[0] = (char)i;
        VfKeReleaseSpinLock(&lock, old);
        EXPECT(block[3 * MM_PAGE - 1] == i && small[15] == i);
    }
    /* Levels that no verified driver has raised leave it, as on NT. */
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT(small[15] == 9);
    KeLowerIrql(old);
}

static volatile char *counter;

static void counts(void *arg)
{
    (void)arg;
    verifier_begins(VF_SPECIAL_POOL | VF_IRQL);
    counter = taken(NonPagedPool, 8);
    memset((void *)(uintptr_t)counter, 0, 8);
    for (;;) {
        volatile char *block = taken(PagedPool, 5000);
        KIRQL old;

        ++*counter;
        block[4999] = 1;
        VfKeRaiseIrql(DISPATCH_LEVEL, &old);
        VfKeLowerIrql(old);
        story_sleep(MS(10));
        ++block[4999];
        given(block);
    }
}

/* Between runs each page can be read; what was counted is the same however a run is cut. */
static void a_snapshot_holds_special_pool(void **state)
{
    struct snapshot *snapshot;
    char at_cut, after;
    uint64_t records_after;

    (void)state;
    boot(1);
    assert_null(machine_run_for(&machine, counts, NULL, SEC(1)));
    machine.sim->end = SIM_GOING;
    at_cut = *counter;
    snapshot = snapshot_take(&machine.arena, machine.sim->fibers);
    sim_run(machine.sim, machine.sim->now + MS(300));
    after = *counter;
    records_after = machine.sim->trace.count;
    for (int round = 0; round < 5; round++) {
        const char *where;

        snapshot_restore(snapshot, &machine.arena, machine.sim->fibers);
        assert_false(snapshot_differs(snapshot, &machine.arena, &where));
        assert_int_equal(*counter, at_cut);
        for (int i = 0; i < 30; i++)
            sim_run(machine.sim, machine.sim->now + MS(10));
        assert_int_equal(*counter, after);
        assert_true(after > at_cut);
        assert_int_equal(machine.sim->trace.count, records_after);
    }
    snapshot_free(snapshot);
    machine_close(&machine);
}

static volatile char *late;
static uint32_t looks;

static void touches_late(void *arg)
{
    (void)arg;
    verifier_begins(VF_SPECIAL_POOL);
    volatile char *block = late = taken(NonPagedPool, 8);

    given(block);
    story_sleep(MS(300));
    block[0] = 1;
}

/* The pages of freed blocks are absent again when a run goes on. */
static void a_freed_page_is_absent_after_a_cut(void **state)
{
    (void)state;
    boot(1);
    assert_null(machine_run_for(&machine, touches_late, NULL, MS(100)));
    machine.sim->end = SIM_GOING;
    for (int i = 0; i < 50 && machine.sim->end == SIM_GOING; i++)
        sim_run(machine.sim, machine.sim->now + MS(10));
    assert_true(ke->stop.stopped);
    assert_int_equal(ke->stop.code, PAGE_FAULT_IN_FREED_SPECIAL_POOL);
    machine_close(&machine);
}

static void looks_at_it(const struct record *record, uint64_t number, void *context)
{
    (void)record, (void)number, (void)context;
    looks += late != NULL && late[0] == late[7] && late[8] == 0;
}

/* A look at each record sees what is absent, and it stays so for the run. */
static void an_onlooker_changes_nothing(void **state)
{
    (void)state;
    boot(1);
    late = NULL;
    machine.sim->trace.watch = looks_at_it;
    assert_non_null(machine_run_for(&machine, touches_late, NULL, SEC(1)));
    assert_true(looks > 0);
    assert_int_equal(ke->stop.code, PAGE_FAULT_IN_FREED_SPECIAL_POOL);
    machine_close(&machine);
}

#endif

GROUP(special_test)
{
#if defined(__try) && !defined(UNDER_ASAN)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_allocation_that_is_made_to_fail_ends_as_a_real_one),
        cmocka_unit_test(a_block_ends_where_its_page_ends),
        cmocka_unit_test(the_oldest_address_is_used_again_when_all_have_been),
        cmocka_unit_test(more_blocks_than_addresses_lie_in_usual_pool),
        cmocka_unit_test(a_write_behind_a_block),
        cmocka_unit_test(a_read_after_a_free_in_a_try),
        cmocka_unit_test(a_touch_at_dispatch_while_another_processor_uses_the_page),
        cmocka_unit_test(paged_pool_is_back_when_the_level_has_fallen),
        cmocka_unit_test(a_snapshot_holds_special_pool),
        cmocka_unit_test(a_freed_page_is_absent_after_a_cut),
        cmocka_unit_test(an_onlooker_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
#else
    return 0;
#endif
}
