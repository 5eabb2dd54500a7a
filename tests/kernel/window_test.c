/* window_test.c - plain accesses of guests to simulated addresses (mm_window.h). */
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_guest.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/mm_window.h"
#include "sim/snapshot.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

#if defined(__try) && !defined(UNDER_ASAN)

static void guest_begins(void)
{
    ke_guest_loaded("probe");
    story_sleep(MS(1));
}

static volatile char *allocated(struct ke_process *process)
{
    uint32_t base = 0;

    EXPECT(NT_SUCCESS(mm_allocate(process, &base, 4 * MM_PAGE)));
    return mm_pointer(base);
}

STORY(copies_and_plain_accesses_see_the_same_bytes)
{
    struct ke_process *a = machine_process("a.exe");
    KAPC_STATE apc;
    char bytes[4] = "abc", back[4];
    uint32_t fault;

    (void)arg;
    guest_begins();
    volatile char *at = allocated(a);

    EXPECT((uint32_t)(uintptr_t)at < MM_USER_END && mm_is_simulated((const void *)at));
    KeStackAttachProcess(a, &apc);
    EXPECT(at[0] == 0);
    RtlCopyMemory((void *)at, bytes, sizeof bytes);
    EXPECT(at[1] == 'b');
    at[1] = 'x';
    at[MM_PAGE] = 'y';
    EXPECT(NT_SUCCESS(mm_read(a, (uint32_t)(uintptr_t)at, back, sizeof back, &fault)));
    EXPECT(memcmp(back, "axc", 4) == 0);
    EXPECT(NT_SUCCESS(mm_write(a, (uint32_t)(uintptr_t)at + MM_PAGE, "z", 1, &fault)));
    EXPECT(at[MM_PAGE] == 'z');
    KeUnstackDetachProcess(&apc);
    EXPECT(mm_peek(a, (uint32_t)(uintptr_t)at, back, sizeof back));
    EXPECT(memcmp(back, "axc", 4) == 0);
}

STORY(a_pointer_means_the_process_in_force)
{
    struct ke_process *a = machine_process("a.exe"), *b = machine_process("b.exe");
    KAPC_STATE apc;

    (void)arg;
    guest_begins();
    volatile char *at = allocated(a), *there = allocated(b);

    EXPECT(at == there);
    for (int i = 0; i < 3; i++) {
        KeStackAttachProcess(a, &apc);
        *at = (char)('a' + i);
        KeUnstackDetachProcess(&apc);
        KeStackAttachProcess(b, &apc);
        EXPECT(*at == (i == 0 ? 0 : 'b'));
        *at = 'b';
        KeUnstackDetachProcess(&apc);
    }
    KeStackAttachProcess(a, &apc);
    EXPECT(*at == 'c');
    KeUnstackDetachProcess(&apc);
    __try {
        *at = 0; /* System has nothing there. */
        say('?');
    } __except (GetExceptionCode() == (ULONG)STATUS_ACCESS_VIOLATION) {
        say('h');
    }
    EXPECT(said_is("h"));
}

static void spins(void *context)
{
    struct ke_process *process = context;
    KAPC_STATE apc;
    volatile uint32_t *at = mm_pointer(0x00200000u);

    KeStackAttachProcess(process, &apc);
    for (int i = 0; i < 100; i++) {
        uint32_t seen = *at;

        ke_spend(US(700));
        EXPECT(*at == seen);
        *at = seen + 1;
        if (i % 10 == 0)
            story_sleep(MS(3));
    }
    KeUnstackDetachProcess(&apc);
}

STORY_ON(2, threads_in_two_processes_do_not_see_each_others_page)
{
    struct ke_process *processes[4];
    struct ke_thread *threads[4];
    uint32_t seen, fault;

    (void)arg;
    guest_begins();
    for (int i = 0; i < 4; i++) {
        processes[i] = machine_process("p.exe");
        allocated(processes[i]);
        threads[i] = thread_with(NORMAL_PRIORITY, spins, processes[i]);
    }
    for (int i = 0; i < 4; i++) {
        EXPECT(wait_for(threads[i]) == STATUS_SUCCESS);
        EXPECT(NT_SUCCESS(mm_read(processes[i], 0x00200000u, &seen, sizeof seen, &fault)));
        EXPECT(seen == 100);
    }
}

STORY(a_page_is_mapped_into_another_process)
{
    struct ke_process *a = machine_process("a.exe"), *b = machine_process("b.exe");
    KAPC_STATE apc;

    (void)arg;
    guest_begins();
    volatile char *at = allocated(a);

    KeStackAttachProcess(a, &apc);
    PMDL mdl = IoAllocateMdl((PVOID)(at + 100), 8, FALSE, FALSE, NULL);

    MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
    at[100] = 'a';
    KeUnstackDetachProcess(&apc);
    KeStackAttachProcess(b, &apc);
    volatile char *mapped = MmMapLockedPages(mdl, UserMode);

    EXPECT(mapped[0] == 'a');
    mapped[1] = 'b';
    KeUnstackDetachProcess(&apc);
    KeStackAttachProcess(a, &apc);
    EXPECT(at[101] == 'b');
    mapped = MmMapLockedPages(mdl, UserMode); /* Twice in one process. */
    at[102] = 'c';
    EXPECT(mapped[2] == 'c' && mapped != at + 100);
    MmUnmapLockedPages((PVOID)mapped, mdl);
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    KeUnstackDetachProcess(&apc);
}

STORY(a_locked_page_is_seen_at_both_addresses)
{
    struct ke_process *a = machine_process("a.exe");
    KAPC_STATE apc;

    (void)arg;
    guest_begins();
    volatile char *at = allocated(a);

    KeStackAttachProcess(a, &apc);
    PMDL mdl = IoAllocateMdl((PVOID)(at + 100), MM_PAGE + 8, FALSE, FALSE, NULL);

    MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
    volatile char *mapped = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);

    EXPECT((uint32_t)(uintptr_t)mapped >= MM_SYSTEM_FIRST);
    at[100] = 'u';
    EXPECT(mapped[0] == 'u');
    mapped[1] = 's';
    EXPECT(at[101] == 's' && at[100] == 'u');
    at[100 + MM_PAGE] = '2';
    EXPECT(mapped[MM_PAGE] == '2');
    KeUnstackDetachProcess(&apc);
    mapped[2] = 'w'; /* In any process. */
    KeStackAttachProcess(a, &apc);
    EXPECT(at[102] == 'w' && at[100] == 'u');
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
    KeUnstackDetachProcess(&apc);
}

STOPS(1, an_unlocked_mapping_is_gone, PAGE_FAULT_IN_NONPAGED_AREA)
{
    struct ke_process *a = machine_process("a.exe");
    KAPC_STATE apc;

    (void)arg;
    guest_begins();
    volatile char *at = allocated(a);

    KeStackAttachProcess(a, &apc);
    PMDL mdl = IoAllocateMdl((PVOID)at, 8, FALSE, FALSE, NULL);

    MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
    volatile char *mapped = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);

    say(mapped[0] == 0 ? '0' : '?');
    MmUnlockPages(mdl);
    mapped[0] = 1;
}

STORY(a_foreign_write_is_noted)
{
    struct ke_process *a = machine_process("a.exe"), *b = machine_process("b.exe");
    KAPC_STATE apc;

    (void)b, (void)arg;
    guest_begins();
    volatile char *at = allocated(a);

    count_records();
    KeStackAttachProcess(a, &apc);
    *at = 1; /* System's own threads are not foreign. */
    KeUnstackDetachProcess(&apc);
    EXPECT(records[REC_FOREIGN_WRITE] == 0);
}

static volatile uint32_t *counter;

static struct ke_process *counted;

static void counts(void *arg)
{
    KAPC_STATE apc;

    (void)arg;
    guest_begins();
    counted = machine_process("p.exe");
    counter = (volatile uint32_t *)(volatile void *)allocated(counted);
    KeStackAttachProcess(counted, &apc);
    for (;;) {
        ++*counter;
        story_sleep(MS(10));
    }
}

/* The counter of a run that is cut, and gone back to, is that of a run in one piece. */
static void a_snapshot_holds_the_pages(void **state)
{
    struct snapshot *snapshot;
    uint32_t at_cut, after, again;
    uint64_t records_after;

    (void)state;
    boot(1);
    assert_null(machine_run_for(&machine, counts, NULL, SEC(1)));
    machine.sim->end = SIM_GOING;
    assert_true(mm_peek(counted, 0x00200000u, &at_cut, sizeof at_cut));
    snapshot = snapshot_take(&machine.arena, machine.sim->fibers);
    sim_run(machine.sim, machine.sim->now + SEC(1));
    assert_true(mm_peek(counted, 0x00200000u, &after, sizeof after));
    records_after = machine.sim->trace.count;
    snapshot_restore(snapshot, &machine.arena, machine.sim->fibers);
    assert_true(mm_peek(counted, 0x00200000u, &again, sizeof again));
    assert_int_equal(again, at_cut);
    for (int i = 0; i < 10; i++)
        sim_run(machine.sim, machine.sim->now + MS(100));
    assert_true(mm_peek(counted, 0x00200000u, &again, sizeof again));
    assert_int_equal(again, after);
    assert_true(after > at_cut);
    assert_int_equal(machine.sim->trace.count, records_after);
    snapshot_free(snapshot);
    machine_close(&machine);
}

#endif

GROUP(window_test)
{
#if defined(__try) && !defined(UNDER_ASAN)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_and_plain_accesses_see_the_same_bytes),
        cmocka_unit_test(a_pointer_means_the_process_in_force),
        cmocka_unit_test(threads_in_two_processes_do_not_see_each_others_page),
        cmocka_unit_test(a_page_is_mapped_into_another_process),
        cmocka_unit_test(a_locked_page_is_seen_at_both_addresses),
        cmocka_unit_test(an_unlocked_mapping_is_gone),
        cmocka_unit_test(a_foreign_write_is_noted),
        cmocka_unit_test(a_snapshot_holds_the_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
#else
    return 0;
#endif
}
