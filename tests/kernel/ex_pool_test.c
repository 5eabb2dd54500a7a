/* ex_pool_test.c - pool, lookaside lists, quota, limits and stop 0xC2 (facts/nt-kernel.md 5.2, 5.3;
 * bug check 0xC2). */
#include "model/kernel/cm.h"
#include "model/kernel/ex.h"
#include "model/kernel/faults.h"
#include "tests/groups.h"
#include "tests/kernel/probe_driver.h"

enum {
    TAG = 'A' | 'u' << 8 | 'x' << 16 | 'L' << 24,
    OTHER = 'O' | 't' << 8 | 'h' << 16 | 'r' << 24
};

static uint32_t address;

/* Bytes, blocks and addresses come back; an address belongs to its tag and is given out again. */
STORY(what_is_freed_is_given_out_again)
{
    uint64_t before = ex_pool_bytes(NonPagedPool);
    char *one = ExAllocatePoolWithTag(NonPagedPool, 100, TAG),
         *two = ExAllocatePoolWithTag(NonPagedPool, 100, TAG);

    (void)arg;
    EXPECT(one != NULL && two != NULL && ex_pool_bytes(NonPagedPool) == before + 200);
    address = ex_pool_address(two);
    EXPECT(ex_pool_address(one) != address && (address & 15) == 0);
    memset(two, 0xee, 100);
    ExFreePoolWithTag(two, TAG);
    two = ExAllocatePoolWithTag(NonPagedPool, 4000, TAG);
    EXPECT(ex_pool_address(two) == address); /* Independent of the size, and so of the host. */
    ExFreePool(two);
    ExFreePoolWithTag(one, TAG);
    EXPECT(ex_pool_bytes(NonPagedPool) == before);
}

STORY(use_is_counted_by_tag)
{
    struct ex_pool_use use[POOL_TAGS_MAX];
    void *block = ExAllocatePoolWithTag(PagedPool, 48, TAG);
    uint32_t count = ex_pool_tags(use, POOL_TAGS_MAX, PagedPool), at = 0;

    (void)arg;
    for (uint32_t i = 1; i < count; i++)
        EXPECT(use[i - 1].tag < use[i].tag);
    while (at < count && use[at].tag != TAG)
        at++;
    EXPECT(at < count && use[at].bytes == 48 && use[at].blocks == 1 && use[at].allocs == 1);
    ExFreePoolWithTag(block, TAG);
}

/* 5.2: exhaustion answers NULL, and the server service says so in the log, once. */
STORY(an_empty_pool_answers_null)
{
    void *blocks[64];
    uint32_t count = 0, lines;

    (void)arg;
    while (count < 64 &&
           (blocks[count] = ExAllocatePoolWithTag(NonPagedPool, 4 << 20, TAG)) != NULL)
        count++;
    EXPECT(count < (POOL_NONPAGED_BYTES >> 22) && count > 24);
    lines = cm_log_count();
    EXPECT(lines > 0 && cm_log_line(lines - 1)->id == 2019);
    EXPECT(ExAllocatePoolWithTag(NonPagedPool, 4 << 20, TAG) == NULL && cm_log_count() == lines);
    while (count-- > 0)
        ExFreePoolWithTag(blocks[count], TAG);
}

/* The fault loop: the n-th allocation that may fail does, and only that one. */
STORY(the_nth_allocation_fails)
{
    (void)arg;
    fault_set_allocation(2);
    void *one = ExAllocatePoolWithTag(NonPagedPool, 16, TAG),
         *two = ExAllocatePoolWithTag(NonPagedPool, 16, TAG);
    void *three = ExAllocatePoolWithTag(NonPagedPool, 16, TAG);

    EXPECT(one != NULL && two == NULL && three != NULL);
    fault_set_allocation(1);
    /* A cached IRP asks nobody. */
    EXPECT(IoAllocateIrp(1, FALSE) == NULL || fault_allocation_left() == 1);
}

/* 1.6: quota goes to the process in force; the block keeps it, and its process, until it is
 * freed. */
STORY(quota_goes_to_the_process_in_force)
{
    struct ke_process *a = machine_process("a.exe");
    KAPC_STATE state;

    (void)arg;
    KeStackAttachProcess(a, &state);
    void *block = ExAllocatePoolWithQuotaTag(PagedPool, 500, TAG);

    KeUnstackDetachProcess(&state);
    EXPECT(a->quota_paged == 500 && a->quota_nonpaged == 0);
    ExFreePoolWithTag(block, TAG);
    EXPECT(a->quota_paged == 0);
}

/* 5.3 */
STORY(a_lookaside_list_keeps_what_it_is_given)
{
    NPAGED_LOOKASIDE_LIST list;

    (void)arg;
    ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, 80, TAG, 0);
    void *block = ExAllocateFromNPagedLookasideList(&list);
    uint64_t bytes = ex_pool_bytes(NonPagedPool);

    ExFreeToNPagedLookasideList(&list, block);
    EXPECT(ex_pool_bytes(NonPagedPool) == bytes);
    EXPECT(ExAllocateFromNPagedLookasideList(&list) == block);
    EXPECT(list.L.TotalAllocates == 2 && list.L.AllocateMisses == 1);
    ExFreeToNPagedLookasideList(&list, block);
    ExDeleteNPagedLookasideList(&list);
    EXPECT(ex_pool_bytes(NonPagedPool) == bytes - 80);
}

/* ---- Stop 0xC2 ------------------------------------------------------------------------------- */

static void frees_twice(void *arg)
{
    void *block = ExAllocatePoolWithTag(NonPagedPool, 32, TAG);

    (void)arg;
    address = ex_pool_address(block);
    ExFreePoolWithTag(block, TAG);
    ExFreePoolWithTag(block, TAG);
}

static void frees_with_another_tag(void *arg)
{
    void *block = ExAllocatePoolWithTag(NonPagedPool, 32, TAG);

    (void)arg;
    address = ex_pool_address(block);
    ExFreePoolWithTag(block, OTHER);
}

static void frees_nothing(void *arg)
{
    (void)arg;
    ExFreePool(NULL);
}

static void frees_a_users_address(void *arg)
{
    (void)arg;
    ExFreePool((PVOID)(uintptr_t)0x123000u);
}

static void frees_what_is_no_block(void *arg)
{
    (void)arg;
    ExFreePool((PVOID)(uintptr_t)0xf8000000u);
}

static void asks_for_nothing(void *arg)
{
    (void)arg;
    ExAllocatePoolWithTag(PagedPool, 0, TAG);
}

/* Paged pool up to APC_LEVEL, nonpaged up to DISPATCH_LEVEL (5.2). */
static void takes_paged_pool_at_dispatch(void *arg)
{
    KIRQL old;

    (void)arg;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    void *fine = ExAllocatePoolWithTag(NonPagedPool, 32, TAG);

    EXPECT(fine != NULL);
    ExAllocatePoolWithTag(PagedPool, 32, TAG);
}

static void frees_paged_pool_at_dispatch(void *arg)
{
    void *block = ExAllocatePoolWithTag(PagedPool, 32, TAG);
    KIRQL old;

    (void)arg;
    address = ex_pool_address(block);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    ExFreePoolWithTag(block, TAG);
}

/* KB 329674: with pool tagging on the answer is the block's header too large, a header stands
 * behind the block, and who believes the answer is found out when the block is freed. */
STORY(the_pool_is_asked_for_a_size)
{
    BOOLEAN charged = TRUE;
    char *block = ExAllocatePoolWithTag(NonPagedPool, 20, TAG);

    (void)arg;
    EXPECT(ExQueryPoolBlockSize(block, &charged) == 24 && !charged);
    ke->switches.pool_tagging = true;
    /* The block was allocated before tagging was on. */
    EXPECT(ExQueryPoolBlockSize(block, &charged) == 24);
    ExFreePoolWithTag(block, TAG);
    block = ExAllocatePoolWithTag(NonPagedPool, 20, TAG);
    EXPECT(ExQueryPoolBlockSize(block, &charged) == 32);
    memset(block, 0, 24);
    ExFreePoolWithTag(block, TAG); /* All of what it holds: nothing is wrong. */
    ke->switches.pool_tagging = false;
}

static void believes_the_size(void *arg)
{
    BOOLEAN charged;

    (void)arg;
    ke->switches.pool_tagging = true;
    char *block = ExAllocatePoolWithTag(NonPagedPool, 20, TAG);

    address = ex_pool_address(block);
    memset(block, 0, ExQueryPoolBlockSize(block, &charged));
    ExFreePoolWithTag(block, TAG);
}

static void stop_19(void **state)
{
    const struct ke_stop *stop = tell(1, believes_the_size);

    (void)state;
    assert_stop(stop, BAD_POOL_HEADER, 0x20, address - 8, address + 24, 0);
    machine_close(&machine);
}

/* ~0u: the block's address. */
static const struct {
    void (*story)(void *);
    uint32_t args[4];
} stops[] = {
    { frees_twice, { 0x07, 0xcd4, 0x00050000, ~0u } }, /* 32 bytes and a header: 5 units of 8. */
    { frees_with_another_tag, { 0x0a, ~0u, TAG, OTHER } },
    { frees_nothing, { 0x44, 0, 0x80000000u, 0 } },
    { frees_a_users_address, { 0x40, 0x123000, 0x80000000u, 0 } },
    { frees_what_is_no_block, { 0x46, 0xf8000000u, 0, 0 } },
    { asks_for_nothing, { 0x00, 0, PagedPool, TAG } },
    { takes_paged_pool_at_dispatch, { 0x08, DISPATCH_LEVEL, PagedPool, 32 } },
    { frees_paged_pool_at_dispatch, { 0x09, DISPATCH_LEVEL, PagedPool, ~0u } },
};

static void stop_c2(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
        const struct ke_stop *stop = tell(1, stops[i].story);

        assert_non_null(stop);
        assert_int_equal(stop->code, BAD_POOL_CALLER);
        for (int n = 0; n < 4; n++)
            assert_int_equal(stop->args[n], stops[i].args[n] == ~0u ? address : stops[i].args[n]);
        machine_close(&machine);
    }
}

static void asks_for_types_with_flags(void *arg)
{
    uint64_t nonpaged = ex_pool_bytes(NonPagedPool), paged = ex_pool_bytes(PagedPool);
    void *one = ExAllocatePoolWithTag(NonPagedPoolCacheAligned, 100, 'ENO ');
    void *other = ExAllocatePoolWithTag(PagedPoolCacheAligned, 200, 'OWT ');
    void *third = ExAllocatePoolWithQuotaTag(
        (POOL_TYPE)(PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE), 50, 'RHT ');

    (void)arg;
    EXPECT(one != NULL && other != NULL && third != NULL);
    EXPECT(ex_pool_bytes(NonPagedPool) == nonpaged + 100);
    EXPECT(ex_pool_bytes(PagedPool) == paged + 250);
    ExFreePool(one);
    ExFreePool(other);
    ExFreePool(third);
    EXPECT(ex_pool_bytes(NonPagedPool) == nonpaged && ex_pool_bytes(PagedPool) == paged);
}

static void a_type_is_a_pool_and_flags(void **state)
{
    (void)state;
    assert_null(tell(1, asks_for_types_with_flags));
    machine_close(&machine);
}

/* ---- Alignment and failures (facts/ddi.md 2.3) ----------------------------------------------- */

STORY(big_blocks_begin_at_a_page)
{
    static const SIZE_T sizes[] = { 1, 15, 100, 4095, 4096, 4097, 10000, 65536, 4096 };
    char *blocks[RTL_NUMBER_OF(sizes)];

    (void)arg;
    for (size_t i = 0; i < RTL_NUMBER_OF(sizes); i++) {
        blocks[i] = ExAllocatePoolWithTag(i % 2 ? PagedPool : NonPagedPool, sizes[i], TAG);
        EXPECT(blocks[i] != NULL && ((uintptr_t)blocks[i] & 15) == 0);
        EXPECT(sizes[i] < PAGE_SIZE || BYTE_OFFSET(blocks[i]) == 0);
        memset(blocks[i], 0xee, sizes[i]);
    }
    for (size_t i = 0; i < RTL_NUMBER_OF(sizes); i++)
        ExFreePoolWithTag(blocks[i], i % 2 ? TAG : 0); /* Tag 0 is not checked. */
    char *line = ExAllocatePoolWithTag(NonPagedPoolCacheAligned, 24, TAG);

    EXPECT(((uintptr_t)line & 63) == 0);
    ExFreePool(line);
}

static void fails(POOL_TYPE type, bool quota)
{
    void *memory;

    ke->ex->limits[NonPagedPool] = ke->ex->bytes[NonPagedPool];
    memory =
        quota ? ExAllocatePoolWithQuotaTag(type, 64, TAG) : ExAllocatePoolWithTag(type, 64, TAG);
    EXPECT(memory == NULL);
}

STORY(a_failure_is_null_where_flags_say_so)
{
    (void)arg;
    fails(NonPagedPool, false);
    fails((POOL_TYPE)(NonPagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE), true);
}

static void quota_raises(void *arg)
{
    (void)arg;
    fails(NonPagedPool, true);
}

static void the_flag_raises(void *arg)
{
    (void)arg;
    fails((POOL_TYPE)(NonPagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE), false);
}

static void asks_without_a_tag(void *arg)
{
    (void)arg;
    ExAllocatePoolWithTag(NonPagedPool, 64, 0);
}

static void a_failure_is_raised_where_flags_say_so(void **state)
{
    const struct ke_stop *stop = tell(1, quota_raises);

    (void)state;
    assert_stop(stop, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED, (uint32_t)STATUS_INSUFFICIENT_RESOURCES,
                0, 0, 0);
    machine_close(&machine);
    stop = tell(1, the_flag_raises);
    assert_stop(stop, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED, (uint32_t)STATUS_INSUFFICIENT_RESOURCES,
                0, 0, 0);
    machine_close(&machine);
    stop = tell(1, asks_without_a_tag);
    assert_stop(stop, BAD_POOL_CALLER, 0x9b, NonPagedPool, 64, 0);
    machine_close(&machine);
}

GROUP(ex_pool_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_freed_is_given_out_again),
        cmocka_unit_test(use_is_counted_by_tag),
        cmocka_unit_test(an_empty_pool_answers_null),
        cmocka_unit_test(the_nth_allocation_fails),
        cmocka_unit_test(quota_goes_to_the_process_in_force),
        cmocka_unit_test(a_lookaside_list_keeps_what_it_is_given),
        cmocka_unit_test(the_pool_is_asked_for_a_size),
        cmocka_unit_test(stop_19),
        cmocka_unit_test(stop_c2),
        cmocka_unit_test(a_type_is_a_pool_and_flags),
        cmocka_unit_test(big_blocks_begin_at_a_page),
        cmocka_unit_test(a_failure_is_null_where_flags_say_so),
        cmocka_unit_test(a_failure_is_raised_where_flags_say_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
