/* mm_test.c - user memory, wrong-process access, sections, MDLs (facts/nt-kernel.md 1.6, 3.2,
 * 5.6, 6.6). */
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

#define HERE ((char *)(uintptr_t)0x00300000)

static struct ke_process *A, *B;

/* Two processes, each with a page at the same address, and what the teller wrote into each. */
static void two_spaces(void)
{
    uint32_t a = 0x00300000, b = 0x00300000, fault;

    A = machine_process("a.exe");
    B = machine_process("b.exe");
    EXPECT(NT_SUCCESS(mm_allocate(A, &a, 2 * MM_PAGE)) && NT_SUCCESS(mm_allocate(B, &b, MM_PAGE)));
    EXPECT(NT_SUCCESS(mm_write(A, 0x00300000, "in A", 5, &fault)) &&
           NT_SUCCESS(mm_write(B, 0x00300000, "in B", 5, &fault)));
}

/* 1.6: the same number is other memory in another process, and follows the attachment. */
STORY(one_address_two_memories)
{
    char text[5];

    (void)arg;
    two_spaces();
    KeAttachProcess(A);
    RtlCopyMemory(text, HERE, 5);
    EXPECT(strcmp(text, "in A") == 0);
    KeDetachProcess();
    KeAttachProcess(B);
    RtlCopyMemory(text, HERE, 5);
    EXPECT(strcmp(text, "in B") == 0);
    EXPECT(RtlCompareMemory(HERE, "in B", 5) == 5 && RtlCompareMemory(HERE, "in A", 5) == 3);
    RtlFillMemory(HERE, 3, '-');
    RtlCopyMemory(HERE + 8, HERE, 5); /* Between two simulated ranges. */
    RtlCopyMemory(text, HERE + 8, 5);
    EXPECT(strcmp(text, "---B") == 0);
    KeDetachProcess();
}

STORY(memory_is_zero_until_it_is_written)
{
    uint32_t base = 0, again, fault;
    char bytes[64], zeros[64] = { 0 };

    (void)arg;
    A = machine_process("a.exe");
    EXPECT(NT_SUCCESS(mm_allocate(A, &base, 100000)) && base % 0x10000 == 0);
    EXPECT(NT_SUCCESS(mm_fill(A, base + 4096 * 3 - 10, 0xaa, 20, &fault)));
    EXPECT(NT_SUCCESS(mm_read(A, base + 4096, bytes, sizeof bytes, &fault)) &&
           memcmp(bytes, zeros, sizeof bytes) == 0);
    EXPECT(NT_SUCCESS(mm_free(A, base)) &&
           mm_read(A, base, bytes, 1, &fault) == STATUS_ACCESS_VIOLATION && fault == base);
    again = base;
    EXPECT(NT_SUCCESS(mm_allocate(A, &again, 100000)) && again == base);
    EXPECT(NT_SUCCESS(mm_read(A, base + 4096 * 3 - 10, bytes, 20, &fault)) &&
           memcmp(bytes, zeros, 20) == 0);
}

STORY(a_copy_stops_at_the_first_bad_byte)
{
    uint32_t fault = 0;
    char bytes[4 * MM_PAGE];

    (void)arg;
    two_spaces();
    memset(bytes, 'x', sizeof bytes);
    EXPECT(mm_write(B, 0x00300000 + 100, bytes, sizeof bytes, &fault) == STATUS_ACCESS_VIOLATION);
    EXPECT(fault == 0x00300000 + MM_PAGE);
    EXPECT(NT_SUCCESS(mm_read(B, 0x00300000 + MM_PAGE - 1, bytes, 1, &fault)) &&
           bytes[0] == 'x'); /* What came before is there. */
}

/* ---- Foreign hands --------------------------------------------------------------------------- */

static char seen[8];

static void reads_its_own(void *context)
{
    (void)context;
    do {
        RtlCopyMemory(seen, HERE, 5);
        ke_user_point(MS(1));
    } while (seen[0] == 'i');
    ke_user_point(SEC(10));
}

static void writes_by_mistake(void *context)
{
    (void)context;
    service_enter(SERVICE_NtDeviceIoControlFile);
    KeAttachProcess(A);
    RtlCopyMemory(HERE, "oops", 5);
    KeDetachProcess();
    service_leave(STATUS_SUCCESS);
    ke_user_point(SEC(10));
}

STORY_ON(2, a_foreign_write_is_remembered_and_its_reader_tainted)
{
    uint32_t base = 0x00300000, fault;
    struct ke_process *writer;

    (void)arg;
    EXPECT(NT_SUCCESS(ps_create_process("a.exe", 0, ke->system, reads_its_own, NULL, &A)));
    EXPECT(NT_SUCCESS(mm_allocate(A, &base, MM_PAGE)) &&
           NT_SUCCESS(mm_write(A, base, "in A", 5, &fault)));
    count_records();
    story_sleep(MS(20));
    EXPECT(records[REC_FOREIGN_WRITE] == 0 && records[REC_TAINTED_READ] == 0);
    EXPECT(NT_SUCCESS(ps_create_process("w.exe", 0, ke->system, writes_by_mistake, NULL, &writer)));
    story_sleep(MS(50));
    EXPECT(strcmp(seen, "oops") == 0);
    EXPECT(records[REC_FOREIGN_WRITE] == 1 && records[REC_TAINTED_READ] == 1);
    struct ke_thread *reader = LIST_ITEM(A->threads.next, struct ke_thread, process_link);

    EXPECT(reader->tainted_read != 0);
}

/* The owner's own bytes take the place of the foreign ones, piece by piece. */
static void heals(void *context)
{
    struct ke_thread *self = KeGetCurrentThread();
    struct {
        int first, last;
        bool tainted;
    } looks[] = { { 0, 3, false }, { 3, 5, true }, { 8, 10, false } };

    (void)context;
    ke_user_point(MS(50));
    RtlFillMemory(HERE, 4, 'm');
    RtlFillMemory(HERE + 7, 4, 'm');
    for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
        char bytes[16];

        self->tainted_read = 0;
        RtlCopyMemory(bytes, HERE + looks[i].first, (SIZE_T)(looks[i].last - looks[i].first));
        EXPECT((self->tainted_read != 0) == looks[i].tainted);
    }
    RtlFillMemory(HERE, 16, 'm');
    EXPECT(A->space != NULL);
    char byte;

    self->tainted_read = 0;
    RtlCopyMemory(&byte, HERE + 5, 1);
    EXPECT(self->tainted_read == 0);
    say('h');
    ke_user_point(SEC(10));
}

static void writes_ten(void *context)
{
    (void)context;
    service_enter(SERVICE_NtDeviceIoControlFile);
    KeAttachProcess(A);
    RtlFillMemory(HERE, 10, '?');
    KeDetachProcess();
    service_leave(STATUS_SUCCESS);
}

STORY_ON(2, what_the_owner_writes_is_its_own_again)
{
    uint32_t base = 0x00300000;
    struct ke_process *writer;

    (void)arg;
    EXPECT(NT_SUCCESS(ps_create_process("a.exe", 0, ke->system, heals, NULL, &A)));
    EXPECT(NT_SUCCESS(mm_allocate(A, &base, MM_PAGE)));
    EXPECT(NT_SUCCESS(ps_create_process("w.exe", 0, ke->system, writes_ten, NULL, &writer)));
    story_sleep(MS(100));
    EXPECT(said_is("h"));
}

/* ---- Faults: who, where, which stop (3.2, 5.6, 6.6) ------------------------------------------ */

static DWORD WINAPI touches_nothing(LPVOID context)
{
    char byte = 0;

    (void)context;
    CopyMemory((LPVOID)(uintptr_t)0x00500000, &byte, 1);
    return 0;
}

static DWORD WINAPI lives_on(LPVOID context)
{
    (void)context;
    for (int i = 0; i < 20; i++) {
        nt_compute(MS(1));
        Sleep(10);
    }
    return THE_END;
}

/* In user mode the process dies of it, and only that one. */
STORY(an_access_violation_ends_its_process_alone)
{
    (void)arg;
    ke->switches.aedebug = false;
    struct ke_process *other = program_start("lives.exe", lives_on);

    EXPECT(program_run("dies.exe", touches_nothing) == STATUS_ACCESS_VIOLATION);
    EXPECT(wait_for_at_most(other, SEC(10)) == STATUS_WAIT_0 && other->exit_status == THE_END);
}

static char byte_of_driver;

static void touches_in_a_service(void *context)
{
    service_enter(SERVICE_NtDeviceIoControlFile);
    RtlCopyMemory(&byte_of_driver, context, 1);
    service_leave(STATUS_SUCCESS);
}

static void a_process_touches(uint32_t address)
{
    struct ke_process *process;

    ps_create_process("p.exe", 0, ke->system, touches_in_a_service, (void *)(uintptr_t)address,
                      &process);
    story_sleep(SEC(1));
}

static void user_address_in_a_service(void *arg)
{
    (void)arg;
    a_process_touches(0x00500000);
}
static void system_address_in_a_service(void *arg)
{
    (void)arg;
    a_process_touches(0xf4000000u);
}
static void user_address_in_a_system_thread(void *arg)
{
    (void)arg;
    RtlCopyMemory(&byte_of_driver, HERE, 1);
}
static void write_in_a_system_thread(void *arg)
{
    (void)arg;
    RtlFillMemory((PVOID)(uintptr_t)0x90000000u, 1, 0);
}

static void touches_at_dispatch(void *arg)
{
    KIRQL old;

    (void)arg;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    RtlFillMemory(HERE, 1, 0);
}

static VOID NTAPI touching_dpc(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)context, (void)a1, (void)a2;
    RtlCopyMemory(&byte_of_driver, HERE, 1);
}

static void touches_in_a_dpc(void *arg)
{
    KDPC dpc;

    (void)arg;
    KeInitializeDpc(&dpc, touching_dpc, NULL);
    KeInsertQueueDpc(&dpc, NULL, NULL);
}

static void an_unhandled_fault_in_kernel_mode_stops(void **state)
{
    static const struct {
        void (*tell)(void *);
        uint32_t code, a1, a2, a3;
    } faults[] = {
        { user_address_in_a_service, KERNEL_MODE_EXCEPTION_NOT_HANDLED,
          (uint32_t)STATUS_ACCESS_VIOLATION, 0, 0 },
        { user_address_in_a_system_thread, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED,
          (uint32_t)STATUS_ACCESS_VIOLATION, 0, 0 },
        { system_address_in_a_service, PAGE_FAULT_IN_NONPAGED_AREA, 0xf4000000u, 0, 0 },
        { write_in_a_system_thread, PAGE_FAULT_IN_NONPAGED_AREA, 0x90000000u, 1, 0 },
        { touches_at_dispatch, DRIVER_IRQL_NOT_LESS_OR_EQUAL, 0x00300000, DISPATCH_LEVEL, 1 },
        { touches_in_a_dpc, DRIVER_IRQL_NOT_LESS_OR_EQUAL, 0x00300000, DISPATCH_LEVEL, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        struct ke_stop stop = stops_on(1, faults[i].tell);

        assert_stop(&stop, faults[i].code, faults[i].a1, faults[i].a2, faults[i].a3, 0);
    }
}

/* ---- The guarded copy ------------------------------------------------------------------------ */

STORY(a_guarded_copy_names_its_processes)
{
    char plain[2048], *nowhere = (char *)(uintptr_t)0x00500000;
    SIZE_T copied = 99;

    (void)arg;
    two_spaces();
    EXPECT(MmCopyVirtualMemory(A, HERE, B, HERE + 16, 5, KernelMode, &copied) == STATUS_SUCCESS &&
           copied == 5);
    EXPECT(MmCopyVirtualMemory(B, HERE + 16, ke->system, plain, 5, KernelMode, &copied) ==
           STATUS_SUCCESS);
    EXPECT(strcmp(plain, "in A") == 0 && !KeIsAttachedProcess());
    EXPECT(MmCopyVirtualMemory(A, nowhere, B, HERE, 5, KernelMode, &copied) ==
               STATUS_ACCESS_VIOLATION &&
           copied == 0);
    EXPECT(MmCopyVirtualMemory(A, HERE, B, nowhere, 5, KernelMode, &copied) ==
               STATUS_ACCESS_VIOLATION &&
           copied == 0);
    EXPECT(MmCopyVirtualMemory(B, HERE + MM_PAGE - 1024, ke->system, plain, 2048, KernelMode,
                               &copied) == STATUS_ACCESS_VIOLATION &&
           copied == 1024); /* The first half went over. */
    EXPECT(MmCopyVirtualMemory(A, HERE, ke->system, plain, 5, UserMode, &copied) ==
           STATUS_ACCESS_VIOLATION); /* Probed. */
    EXPECT(MmCopyVirtualMemory(A, HERE, B, HERE, 0, KernelMode, &copied) == STATUS_SUCCESS &&
           copied == 0);
    PspTerminateProcess(A, 0);
    wait_for(A);
    EXPECT(!NT_SUCCESS(MmCopyVirtualMemory(A, HERE, B, HERE, 5, KernelMode, &copied)) &&
           copied == 0);
}

/* ---- MDLs ------------------------------------------------------------------------------------ */

STORY(a_mapping_reaches_its_pages_from_anywhere)
{
    char text[5];
    KIRQL old;

    (void)arg;
    two_spaces();
    KeAttachProcess(A);
    PMDL mdl = IoAllocateMdl(HERE, MM_PAGE + 8, FALSE, FALSE, NULL);

    MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
    char *mapped = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);

    KeDetachProcess();
    EXPECT((uintptr_t)mapped >= MM_SYSTEM_FIRST &&
           MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) == mapped);
    KeAttachProcess(B);
    KeRaiseIrql(DISPATCH_LEVEL, &old); /* Locked: no fault, at any level, in any process. */
    RtlCopyMemory(text, mapped, 5);
    RtlCopyMemory(mapped + 5, "mdl", 4);
    KeLowerIrql(old);
    KeDetachProcess();
    EXPECT(strcmp(text, "in A") == 0);
    KeAttachProcess(A);
    EXPECT(RtlCompareMemory(HERE + 5, "mdl", 4) == 4);
    KeDetachProcess();
    MmUnlockPages(mdl);
    IoFreeMdl(mdl);
}

static void mapping_after_unlock(void *arg)
{
    (void)arg;
    two_spaces();
    KeAttachProcess(A);
    PMDL mdl = IoAllocateMdl(HERE, 8, FALSE, FALSE, NULL);

    MmProbeAndLockPages(mdl, UserMode, IoReadAccess);
    char *mapped = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);

    MmUnlockPages(mdl);
    RtlCopyMemory(&byte_of_driver, mapped, 1);
}

static void past_the_end_of_a_mapping(void *arg)
{
    (void)arg;
    two_spaces();
    KeAttachProcess(A);
    PMDL mdl = IoAllocateMdl(HERE, 8, FALSE, FALSE, NULL);

    MmProbeAndLockPages(mdl, UserMode, IoReadAccess);
    RtlCopyMemory(&byte_of_driver,
                  (char *)MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) + 8, 1);
}

/* Sixteen bytes over the border of the last page: the second page is probed, too. */
static void locks_over_the_border(void *arg)
{
    (void)arg;
    two_spaces();
    KeAttachProcess(B);
    PMDL mdl = IoAllocateMdl(HERE + MM_PAGE - 8, 16, FALSE, FALSE, NULL);

    MmProbeAndLockPages(mdl, UserMode, IoReadAccess);
}

static void wrong_use_of_an_mdl_stops(void **state)
{
    (void)state;
    assert_int_equal(stops_on(1, mapping_after_unlock).code, PAGE_FAULT_IN_NONPAGED_AREA);
    assert_int_equal(stops_on(1, past_the_end_of_a_mapping).code, PAGE_FAULT_IN_NONPAGED_AREA);
    assert_int_equal(stops_on(1, locks_over_the_border).code, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED);
}

/* ---- Programs and their memory --------------------------------------------------------------- */

PROGRAM(places_asked_for)
{
    (void)context;
    DWORD both = MEM_RESERVE | MEM_COMMIT;
    char *first = VirtualAlloc(NULL, 70000, both, PAGE_READWRITE);
    char *second = VirtualAlloc(NULL, 1, both, PAGE_READWRITE);

    EXPECT(first != NULL && second == first + 0x20000); /* 64 KiB steps. */
    EXPECT(VirtualAlloc(first + 0x10000, 10, both, PAGE_READWRITE) == NULL &&
           GetLastError() == ERROR_INVALID_ADDRESS);
    EXPECT(VirtualAlloc(first, 0x40000, both, PAGE_READWRITE) == NULL &&
           GetLastError() == ERROR_INVALID_ADDRESS);
    char *third = VirtualAlloc((LPVOID)(uintptr_t)0x00905000, 0x1000, both, PAGE_READWRITE);

    EXPECT((uintptr_t)third == 0x00900000); /* Down to 64 KiB, and what was asked for is inside. */
    ZeroMemory((char *)(uintptr_t)0x00905000, 0x1000);
    EXPECT(VirtualAlloc((LPVOID)(uintptr_t)0xffff0000u, 0x10000, both, PAGE_READWRITE) == NULL &&
           GetLastError() == ERROR_INVALID_PARAMETER);
    EXPECT(VirtualAlloc((LPVOID)(uintptr_t)0x7ffe0000u, 0x40000, both, PAGE_READWRITE) == NULL &&
           GetLastError() == ERROR_INVALID_ADDRESS);
    EXPECT(VirtualAlloc(NULL, 0, both, PAGE_READWRITE) == NULL &&
           GetLastError() == ERROR_INVALID_PARAMETER);
    EXPECT(VirtualAlloc(NULL, 10, 0, PAGE_READWRITE) == NULL &&
           GetLastError() == ERROR_INVALID_PARAMETER);
    EXPECT(VirtualAlloc(NULL, 0x7ff00000, both, PAGE_READWRITE) == NULL &&
           GetLastError() == ERROR_NOT_ENOUGH_MEMORY);
    return THE_END;
}

PROGRAM(reserve_first_commit_later)
{
    (void)context;
    char *base = VirtualAlloc(NULL, 0x20000, MEM_RESERVE, PAGE_READWRITE);

    EXPECT(VirtualAlloc(base + 0x3010, 0x100, MEM_COMMIT, PAGE_READWRITE) == base + 0x3000);
    EXPECT(VirtualAlloc(base + 0x1f000, 0x2000, MEM_COMMIT, PAGE_READWRITE) == NULL &&
           GetLastError() == ERROR_INVALID_ADDRESS);
    EXPECT(!VirtualFree(base + 0x1000, 0, MEM_RELEASE) && GetLastError() == ERROR_INVALID_ADDRESS);
    EXPECT(!VirtualFree(base, 0x1000, MEM_RELEASE) && GetLastError() == ERROR_INVALID_PARAMETER);
    EXPECT(!VirtualFree(base, 0, 0) && GetLastError() == ERROR_INVALID_PARAMETER);
    EXPECT(!UnmapViewOfFile(base) && GetLastError() == ERROR_INVALID_ADDRESS);
    EXPECT(VirtualFree(base, 0, MEM_RELEASE) && !VirtualFree(base, 0, MEM_RELEASE));
    return THE_END;
}

/* ---- Sections -------------------------------------------------------------------------------- */

static DWORD WINAPI partner(LPVOID context)
{
    (void)context;
    HANDLE section = OpenFileMappingW(FILE_MAP_ALL_ACCESS, FALSE, L"shared");
    char *filler = VirtualAlloc(NULL, 0x30000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    char *view = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0), text[6];

    EXPECT(section != NULL && filler != NULL && view != NULL);
    CopyMemory(text, view + 5000, 6);
    EXPECT(strcmp(text, "hello") == 0);
    CopyMemory(view + 5000, "world", 6);
    return (DWORD)(uintptr_t)view;
}

PROGRAM(a_section_is_one_memory_in_two_processes)
{
    (void)context;
    char text[6];
    HANDLE section =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 10000, L"shared");

    EXPECT(section != NULL && GetLastError() == ERROR_SUCCESS);
    char *view = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    char *second = MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, 0);

    CopyMemory(view + 5000, "hello", 6);
    CopyMemory(text, second + 5000, 6);
    EXPECT(view != second && strcmp(text, "hello") == 0);
    win32_register_image("partner.exe", partner, 0);
    PROCESS_INFORMATION information;

    EXPECT(
        CreateProcessW(L"partner.exe", NULL, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &information));
    WaitForSingleObject(information.hProcess, INFINITE);
    DWORD elsewhere;

    EXPECT(GetExitCodeProcess(information.hProcess, &elsewhere) &&
           elsewhere != (DWORD)(uintptr_t)view);
    CopyMemory(text, view + 5000, 6);
    EXPECT(strcmp(text, "world") == 0);
    EXPECT(!VirtualFree(view, 0, MEM_RELEASE) && GetLastError() == ERROR_INVALID_ADDRESS);
    EXPECT(UnmapViewOfFile(view) && !UnmapViewOfFile(view));
    CloseHandle(section);
    CopyMemory(text, second + 5000, 6); /* A view holds its section. */
    EXPECT(strcmp(text, "world") == 0);
    return THE_END;
}

PROGRAM(failures_of_sections)
{
    (void)context;
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, L"taken");

    EXPECT(CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0, NULL) == NULL &&
           GetLastError() == ERROR_INVALID_PARAMETER);
    EXPECT(CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0xffffffffu, NULL) ==
               NULL &&
           GetLastError() == ERROR_NOT_SUPPORTED);
    EXPECT(CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 10, L"taken") ==
               NULL &&
           GetLastError() == ERROR_INVALID_HANDLE);
    EXPECT(OpenFileMappingW(FILE_MAP_READ, FALSE, L"nowhere") == NULL &&
           GetLastError() == ERROR_FILE_NOT_FOUND);
    EXPECT(MapViewOfFile(event, FILE_MAP_READ, 0, 0, 0) == NULL &&
           GetLastError() == ERROR_INVALID_HANDLE);
    EXPECT(MapViewOfFile(NULL, FILE_MAP_READ, 0, 0, 0) == NULL &&
           GetLastError() == ERROR_INVALID_HANDLE);
    EXPECT(CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 10, L"mine") != NULL);
    EXPECT(CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 10, L"MINE") != NULL &&
           GetLastError() == ERROR_ALREADY_EXISTS);
    return THE_END;
}

static DWORD WINAPI uses_memory(LPVOID context)
{
    (void)context;
    for (int i = 0; i < 8; i++)
        FillMemory(VirtualAlloc(NULL, 0x20000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE), 0x20000,
                   i);
    FillMemory(HeapAlloc(GetProcessHeap(), 0, 50000), 50000, 1);
    return THE_END;
}

STORY(the_memory_of_the_dead_is_used_again)
{
    (void)arg;
    lives_leave_nothing("u.exe", uses_memory);
}

GROUP(mm_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_address_two_memories),
        cmocka_unit_test(memory_is_zero_until_it_is_written),
        cmocka_unit_test(a_copy_stops_at_the_first_bad_byte),
        cmocka_unit_test(a_foreign_write_is_remembered_and_its_reader_tainted),
        cmocka_unit_test(what_the_owner_writes_is_its_own_again),
        cmocka_unit_test(an_access_violation_ends_its_process_alone),
        cmocka_unit_test(an_unhandled_fault_in_kernel_mode_stops),
        cmocka_unit_test(a_guarded_copy_names_its_processes),
        cmocka_unit_test(a_mapping_reaches_its_pages_from_anywhere),
        cmocka_unit_test(wrong_use_of_an_mdl_stops),
        cmocka_unit_test(places_asked_for),
        cmocka_unit_test(reserve_first_commit_later),
        cmocka_unit_test(a_section_is_one_memory_in_two_processes),
        cmocka_unit_test(failures_of_sections),
        cmocka_unit_test(the_memory_of_the_dead_is_used_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
