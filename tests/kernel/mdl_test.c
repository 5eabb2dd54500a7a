/* mdl_test.c - probes and MDLs: facts/ddi.md 2.2, 2.15. Compiled as guests are. */
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_guest.h"
#include "model/kernel/mm_window.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

#if defined(__try) && !defined(UNDER_ASAN)

static char kernel_memory[64];

#define RAISES(call)                             \
    ({                                           \
        NTSTATUS got_ = 0;                       \
        __try {                                  \
            call;                                \
        } __except (1) {                         \
            got_ = (NTSTATUS)GetExceptionCode(); \
        }                                        \
        got_;                                    \
    })

STORY(probes_check_the_range)
{
    PVOID user = (PVOID)(uintptr_t)0x00200000u, missing = (PVOID)(uintptr_t)0x123000u;
    struct ke_process *a = machine_process("a.exe");
    KAPC_STATE apc;
    uint32_t base = 0;

    (void)arg;
    EXPECT(NT_SUCCESS(mm_allocate(a, &base, 2 * MM_PAGE)));
    KeStackAttachProcess(a, &apc);
    EXPECT(RAISES(ProbeForRead(user, 8, 4)) == 0);
    EXPECT(RAISES(ProbeForRead((char *)user + 2, 8, 4)) == STATUS_DATATYPE_MISALIGNMENT);
    EXPECT(RAISES(ProbeForRead(missing, 8, 4)) == 0); /* Nothing is touched. */
    EXPECT(RAISES(ProbeForWrite(missing, 8, 4)) == STATUS_ACCESS_VIOLATION);
    EXPECT(RAISES(ProbeForWrite(user, 2 * MM_PAGE, 1)) == 0);
    EXPECT(RAISES(ProbeForWrite(user, 32 * MM_PAGE, 1)) == STATUS_ACCESS_VIOLATION);
    EXPECT(RAISES(ProbeForRead(kernel_memory, 8, 1)) == STATUS_ACCESS_VIOLATION);
    EXPECT(RAISES(ProbeForRead(kernel_memory, 0, 1)) == 0);
    EXPECT(RAISES(ProbeForRead((PVOID)(uintptr_t)0x7ffeffffu, 2, 1)) == STATUS_ACCESS_VIOLATION);
    EXPECT(RAISES(ProbeForRead((PVOID)(uintptr_t)0x80000000u, 1, 1)) == STATUS_ACCESS_VIOLATION);
    KeUnstackDetachProcess(&apc);
}

STORY(locking_honours_the_mode)
{
    PMDL mdl = IoAllocateMdl(kernel_memory, 64, FALSE, FALSE, NULL);

    (void)arg;
    EXPECT(RAISES(MmProbeAndLockPages(mdl, UserMode, IoWriteAccess)) == STATUS_ACCESS_VIOLATION);
    EXPECT(RAISES(MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess)) == 0);
    EXPECT(mdl->MdlFlags & MDL_PAGES_LOCKED && mdl->MdlFlags & MDL_WRITE_OPERATION);
    EXPECT(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) == kernel_memory);
    MmUnlockPages(mdl);
    EXPECT(!(mdl->MdlFlags & MDL_PAGES_LOCKED));
    IoFreeMdl(mdl);
    mdl = IoAllocateMdl((PVOID)(uintptr_t)0x123000u, 64, FALSE, FALSE, NULL);
    EXPECT(RAISES(MmProbeAndLockPages(mdl, UserMode, IoReadAccess)) == STATUS_ACCESS_VIOLATION);
    EXPECT(RAISES(MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE,
                                               NormalPagePriority)) ==
           STATUS_INSUFFICIENT_RESOURCES);
    IoFreeMdl(mdl);
}

STORY(an_mdl_has_room_for_its_pages)
{
    PMDL mdl = IoAllocateMdl((PVOID)(uintptr_t)0x00200800u, 0x1000, FALSE, FALSE, NULL);
    PMDL second;
    IRP irp = { 0 };

    (void)arg;
    EXPECT((SIZE_T)mdl->Size == sizeof(MDL) + 2 * sizeof(PFN_NUMBER));
    EXPECT(MmGetMdlByteOffset(mdl) == 0x800 && MmGetMdlByteCount(mdl) == 0x1000);
    EXPECT((uintptr_t)MmGetMdlVirtualAddress(mdl) == 0x00200800u);
    IoFreeMdl(mdl);
    SIZE_T refused = (0x10000 - sizeof(MDL)) / sizeof(PFN_NUMBER) * PAGE_SIZE;

    EXPECT(IoAllocateMdl(NULL, (ULONG)refused, FALSE, FALSE, NULL) == NULL);
    mdl = IoAllocateMdl(NULL, (ULONG)(refused - PAGE_SIZE), FALSE, FALSE, &irp);
    second = IoAllocateMdl(NULL, 1, TRUE, FALSE, &irp);
    EXPECT(irp.MdlAddress == mdl && mdl->Next == second && second->Next == NULL);
    IoFreeMdl(second);
    IoFreeMdl(mdl);
}

STORY(a_partial_mdl_describes_a_part)
{
    struct ke_process *a = machine_process("a.exe");
    KAPC_STATE apc;
    uint32_t base = 0;

    (void)arg;
    ke_guest_loaded("probe");
    story_sleep(MS(1));
    EXPECT(NT_SUCCESS(mm_allocate(a, &base, 4 * MM_PAGE)));
    KeStackAttachProcess(a, &apc);
    volatile char *user = mm_pointer(base);
    PMDL source = IoAllocateMdl((PVOID)user, 4 * MM_PAGE, FALSE, FALSE, NULL);
    PMDL part = IoAllocateMdl((PVOID)(user + MM_PAGE + 16), 100, FALSE, FALSE, NULL);

    MmProbeAndLockPages(source, UserMode, IoWriteAccess);
    IoBuildPartialMdl(source, part, (PVOID)(user + MM_PAGE + 16), 100);
    EXPECT(part->MdlFlags & MDL_PARTIAL && MmGetMdlByteCount(part) == 100);
    EXPECT(MmGetMdlPfnArray(part)[0] == MmGetMdlPfnArray(source)[1]);
    volatile char *mapped = MmGetSystemAddressForMdlSafe(part, NormalPagePriority);

    mapped[0] = 'p';
    EXPECT(user[MM_PAGE + 16] == 'p');
    IoFreeMdl(part); /* Unmaps. */
    EXPECT(!MmIsAddressValid((PVOID)mapped));
    MmUnlockPages(source);
    IoFreeMdl(source);
    KeUnstackDetachProcess(&apc);
}

STORY(pages_can_be_had_without_an_address)
{
    PHYSICAL_ADDRESS low = { .QuadPart = 0 }, high = { .QuadPart = -1 };
    PMDL mdl = MmAllocatePagesForMdl(low, high, low, 3 * PAGE_SIZE - 1);

    (void)arg;
    EXPECT(mdl != NULL && mdl->StartVa == NULL && MmGetMdlByteCount(mdl) == 3 * PAGE_SIZE);
    char *mapped =
        MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority);

    EXPECT(mapped[0] == 0 && mapped[3 * PAGE_SIZE - 1] == 0);
    mapped[5] = 1;
    MmUnmapLockedPages(mapped, mdl);
    MmFreePagesFromMdl(mdl);
    ExFreePool(mdl);
}

static uint8_t byte_in(struct ke_process *process, void *at)
{
    uint8_t byte = 0xee;
    uint32_t fault;

    EXPECT(NT_SUCCESS(mm_read(process, (uint32_t)(uintptr_t)at, &byte, 1, &fault)));
    return byte;
}

STORY(pages_of_one_process_are_mapped_into_another)
{
    struct ke_process *a = machine_process("a.exe"), *b = machine_process("b.exe");
    uint32_t base = 0, other = 0, fault;
    char *mapped, byte = 'y';
    KAPC_STATE apc;
    PMDL mdl;

    (void)arg;
    EXPECT(NT_SUCCESS(mm_allocate(a, &base, 3 * MM_PAGE)));
    EXPECT(NT_SUCCESS(mm_write(a, base + 100, "x", 1, &fault)));
    KeStackAttachProcess(a, &apc);
    mdl = IoAllocateMdl((PVOID)(uintptr_t)(base + 100), MM_PAGE, FALSE, FALSE, NULL);
    MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
    KeUnstackDetachProcess(&apc);

    KeStackAttachProcess(b, &apc);
    EXPECT(NT_SUCCESS(mm_allocate(b, &other, MM_PAGE)));
    mapped = MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
    EXPECT((uint32_t)(uintptr_t)mapped < MM_USER_END && BYTE_OFFSET(mapped) == 100);
    EXPECT(byte_in(b, mapped) == 'x');
    EXPECT(NT_SUCCESS(mm_write(b, (uint32_t)(uintptr_t)mapped + MM_PAGE, &byte, 1, &fault)));
    EXPECT(byte_in(a, (PVOID)(uintptr_t)(base + 100 + MM_PAGE)) == 'y');
    ProbeForRead(mapped, MM_PAGE, 1);
    EXPECT(!NT_SUCCESS(mm_free(b, (uint32_t)(uintptr_t)PAGE_ALIGN(mapped))));
    EXPECT(RAISES(MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, (PVOID)(uintptr_t)other,
                                               FALSE, NormalPagePriority)) ==
           STATUS_CONFLICTING_ADDRESSES);
    KeUnstackDetachProcess(&apc);

    MmUnmapLockedPages(mapped, mdl); /* In the wrong process. */
    EXPECT(byte_in(b, mapped) == 'x');
    KeStackAttachProcess(b, &apc);
    MmUnmapLockedPages(mapped, mdl);
    KeUnstackDetachProcess(&apc);
    EXPECT(!NT_SUCCESS(mm_read(b, (uint32_t)(uintptr_t)mapped, &byte, 1, &fault)));
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    EXPECT(byte_in(a, (PVOID)(uintptr_t)(base + 100)) == 'x');
}

STORY(pool_is_mapped_where_it_is)
{
    struct ke_process *a = machine_process("a.exe");
    char *pool = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
    PMDL mdl = IoAllocateMdl(pool, 64, FALSE, FALSE, NULL);
    KAPC_STATE apc;

    (void)arg;
    MmBuildMdlForNonPagedPool(mdl);
    EXPECT(RAISES(ProbeForRead(pool, 64, 1)) == STATUS_ACCESS_VIOLATION);
    KeStackAttachProcess(a, &apc);
    EXPECT(MmMapLockedPages(mdl, UserMode) == pool);
    ProbeForRead(pool, 64, 1);
    EXPECT(RAISES(ProbeForRead(pool, 65, 1)) == STATUS_ACCESS_VIOLATION);
    KeUnstackDetachProcess(&apc);
    EXPECT(RAISES(ProbeForRead(pool, 64, 1)) == STATUS_ACCESS_VIOLATION);
    KeStackAttachProcess(a, &apc);
    MmUnmapLockedPages(pool, mdl);
    EXPECT(RAISES(ProbeForRead(pool, 64, 1)) == STATUS_ACCESS_VIOLATION);
    KeUnstackDetachProcess(&apc);
    IoFreeMdl(mdl);
    ExFreePool(pool);
}

static void maps_at_dispatch_level(void *arg)
{
    char *pool = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
    PMDL mdl = IoAllocateMdl(pool, 64, FALSE, FALSE, NULL);
    KIRQL old;

    (void)arg;
    MmBuildMdlForNonPagedPool(mdl);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    MmMapLockedPages(mdl, UserMode);
}

static void a_users_mapping_is_made_below_dispatch_level(void **state)
{
    (void)state;
    assert_int_equal(stops_on(1, maps_at_dispatch_level).code, IRQL_NOT_LESS_OR_EQUAL);
}

static void locks_and_leaves(void *context)
{
    uint32_t base = 0;

    (void)context;
    EXPECT(NT_SUCCESS(mm_allocate(ke_current_process(), &base, 2 * MM_PAGE)));
    PMDL mdl = IoAllocateMdl((PVOID)(uintptr_t)base, 2 * MM_PAGE, FALSE, FALSE, NULL);

    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    IoFreeMdl(mdl);
}

static DWORD WINAPI locks_its_stack_and_leaves(LPVOID context)
{
    char buffer[64] = { 0 };
    PMDL mdl = IoAllocateMdl(buffer, sizeof buffer, FALSE, FALSE, NULL);

    (void)context;
    MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
    return 0;
}

STOPS(1, a_program_may_not_end_with_a_locked_stack, PROCESS_HAS_LOCKED_PAGES)
{
    (void)arg;
    program_run("stack.exe", locks_its_stack_and_leaves);
}

static struct ke_process *leaving;

static void a_process_ends_story(void *arg)
{
    (void)arg;
    EXPECT(NT_SUCCESS(ps_create_process("p.exe", 0, ke->system, locks_and_leaves, NULL, &leaving)));
    wait_for(leaving);
}

static void a_process_may_not_end_with_locked_pages(void **state)
{
    struct ke_stop stop = stops_on(1, a_process_ends_story);

    (void)state;
    assert_int_equal(stop.code, PROCESS_HAS_LOCKED_PAGES);
    assert_int_equal(stop.args[0], 0);
    assert_int_equal(stop.args[2], 2);
}

STOPS(1, a_partial_mdl_that_is_too_small_stops, TARGET_MDL_TOO_SMALL)
{
    PMDL source = IoAllocateMdl(NULL, 8 * PAGE_SIZE, FALSE, FALSE, NULL),
         part = IoAllocateMdl(NULL, PAGE_SIZE, FALSE, FALSE, NULL);

    (void)arg;
    IoBuildPartialMdl(source, part, NULL, 3 * PAGE_SIZE);
}

/* The target is not of the pool, and nothing may be read in front of it. */
STOPS(1, a_partial_mdl_of_ones_own_that_is_too_small_stops, TARGET_MDL_TOO_SMALL)
{
    PMDL source = IoAllocateMdl(NULL, 8 * PAGE_SIZE, FALSE, FALSE, NULL);
    MDL part = { 0 };

    (void)arg;
    MmInitializeMdl(&part, NULL, 0);
    IoBuildPartialMdl(source, &part, NULL, 3 * PAGE_SIZE);
}

#endif

GROUP(mdl_test)
{
#if defined(__try) && !defined(UNDER_ASAN)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_of_one_process_are_mapped_into_another),
        cmocka_unit_test(pool_is_mapped_where_it_is),
        cmocka_unit_test(a_users_mapping_is_made_below_dispatch_level),
        cmocka_unit_test(probes_check_the_range),
        cmocka_unit_test(locking_honours_the_mode),
        cmocka_unit_test(an_mdl_has_room_for_its_pages),
        cmocka_unit_test(a_partial_mdl_describes_a_part),
        cmocka_unit_test(pages_can_be_had_without_an_address),
        cmocka_unit_test(a_process_may_not_end_with_locked_pages),
        cmocka_unit_test(a_program_may_not_end_with_a_locked_stack),
        cmocka_unit_test(a_partial_mdl_that_is_too_small_stops),
        cmocka_unit_test(a_partial_mdl_of_ones_own_that_is_too_small_stops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
#else
    return 0;
#endif
}
