/* pool_forms_test.c - sequenced lists, lookaside lists, further allocations (facts/ddi.md 2.3,
 * 2.7). */
#include "model/kernel/ex.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

STORY(a_sequenced_list_is_a_stack)
{
    static SLIST_HEADER head;
    static SLIST_ENTRY a, b, c;

    (void)arg;
    ExInitializeSListHead(&head);
    EXPECT(ExInterlockedPushEntrySList(&head, &a, NULL) == NULL);
    EXPECT(ExInterlockedPushEntrySList(&head, &b, NULL) == &a);
    EXPECT(ExQueryDepthSList(&head) == 2 && head.Sequence == 2);
    EXPECT(ExInterlockedPopEntrySList(&head, NULL) == &b && head.Sequence == 2);
    EXPECT(InterlockedPushEntrySList(&head, &c) == &a && head.Sequence == 3);
    EXPECT(ExInterlockedFlushSList(&head) == &c && c.Next == &a && a.Next == NULL);
    EXPECT(ExQueryDepthSList(&head) == 0 && InterlockedPopEntrySList(&head) == NULL);
    EXPECT(InterlockedFlushSList(&head) == NULL);
}

static void pushes_misaligned(void *arg)
{
    static SLIST_HEADER head;
    static char memory[64];
    uintptr_t odd = (((uintptr_t)memory + 15) & ~(uintptr_t)15) + 8;

    (void)arg;
    InitializeSListHead(&head);
    InterlockedPushEntrySList(&head, (PSLIST_ENTRY)odd);
}

static void a_misaligned_entry_raises(void **state)
{
    (void)state;
    struct ke_stop stop = stops_on(1, pushes_misaligned);

    assert_int_equal(stop.code, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED);
    assert_int_equal(stop.args[0], (uint32_t)STATUS_DATATYPE_MISALIGNMENT);
}

static int allocated, freed;
static PVOID NTAPI counts_allocations(POOL_TYPE type, SIZE_T bytes, ULONG tag)
{
    allocated++;
    return ExAllocatePoolWithTag(type, bytes, tag);
}
static VOID NTAPI counts_frees(PVOID block)
{
    freed++;
    ExFreePool(block);
}

STORY(a_paged_lookaside_list_gives_a_block_again)
{
    PAGED_LOOKASIDE_LIST list;
    PVOID first, second;

    (void)arg;
    allocated = freed = 0;
    ExInitializePagedLookasideList(&list, counts_allocations, counts_frees, 0, 100, 'kooL', 0);
    first = ExAllocateFromPagedLookasideList(&list);
    second = ExAllocateFromPagedLookasideList(&list);
    EXPECT(allocated == 2 && list.L.AllocateMisses == 2 && list.L.Type == PagedPool);
    ExFreeToPagedLookasideList(&list, first);
    ExFreeToPagedLookasideList(&list, second);
    EXPECT(freed == 0 && ExAllocateFromPagedLookasideList(&list) == second && allocated == 2);
    ExFreeToPagedLookasideList(&list, second);
    ExDeletePagedLookasideList(&list);
    EXPECT(freed == 2);
}

STOPS(1, a_paged_list_at_dispatch, IRQL_NOT_LESS_OR_EQUAL)
{
    PAGED_LOOKASIDE_LIST list;

    (void)arg;
    ExInitializePagedLookasideList(&list, NULL, NULL, 0, 100, 'kooL', 0);
    KeRaiseIrqlToDpcLevel();
    ExAllocateFromPagedLookasideList(&list);
}

STORY(blocks_in_further_forms)
{
    UCHAR *block = ExAllocatePool(NonPagedPool, 100);

    (void)arg;
    EXPECT(ex_pool_tag_bytes(NonPagedPool, EX_TAG('N', 'o', 'n', 'e')) == 100);
    memset(block, 0xff, 100);
    ExFreePool(block);
    block = ExAllocatePoolZero(NonPagedPool, 100, 'tseT');
    EXPECT(block != NULL && block[0] == 0 && block[99] == 0);
    memset(block, 0xff, 100);
    ExFreePool(block);
    block = ExAllocatePoolQuotaZero(NonPagedPool, 100, 'tseT');
    EXPECT(block != NULL && block[50] == 0);
    ExFreePool(block);
    block = ExAllocatePoolWithQuota(PagedPool, 8);
    EXPECT(block != NULL);
    ExFreePool(block);
}

STORY(a_low_priority_is_refused_first)
{
    PVOID low, high;

    (void)arg;
    low = ExAllocatePoolWithTagPriority(PagedPool, 64, 'tseT', LowPoolPriority);
    EXPECT(low != NULL);
    ExFreePool(low);
    PVOID most = ExAllocatePoolWithTag(PagedPool, 100000, 'tseT');

    EXPECT(most != NULL);
    ke->ex->limits[PagedPool] = ke->ex->bytes[PagedPool] + 1000;
    EXPECT(ExAllocatePoolWithTagPriority(PagedPool, 64, 'tseT', LowPoolPriority) == NULL);
    high = ExAllocatePoolWithTagPriority(PagedPool, 64, 'tseT', HighPoolPriority);
    EXPECT(high != NULL);
}

GROUP(pool_forms_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sequenced_list_is_a_stack),
        cmocka_unit_test(a_misaligned_entry_raises),
        cmocka_unit_test(a_paged_lookaside_list_gives_a_block_again),
        cmocka_unit_test(a_paged_list_at_dispatch),
        cmocka_unit_test(blocks_in_further_forms),
        cmocka_unit_test(a_low_priority_is_refused_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
