/* win32_process_test.c - processes, threads and heaps as programs see them (facts/nt-kernel.md
 * 4.1, 6.5, 6.6). */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static DWORD WINAPI returns_its_parameter(LPVOID context)
{
    nt_compute(MS(1));
    return (DWORD)(uintptr_t)context;
}

static DWORD WINAPI exits_early(LPVOID context)
{
    (void)context;
    ExitThread(33);
}

static bool failed_with(BOOL result, DWORD error) { return !result && GetLastError() == error; }

PROGRAM(threads_have_exit_codes)
{
    DWORD code = 0, id = 0;

    (void)context;
    HANDLE thread = CreateThread(NULL, 0, returns_its_parameter, (void *)(uintptr_t)21, 0, &id);

    EXPECT(id != 0 && GetExitCodeThread(thread, &code) && code == STILL_ACTIVE);
    EXPECT(WaitForSingleObject(thread, 1000) == WAIT_OBJECT_0 && GetExitCodeThread(thread, &code) &&
           code == 21);
    thread = CreateThread(NULL, 0, exits_early, NULL, 0, NULL);
    EXPECT(WaitForSingleObject(thread, 1000) == WAIT_OBJECT_0 && GetExitCodeThread(thread, &code) &&
           code == 33);
    EXPECT(failed_with(GetExitCodeThread(GetCurrentProcess(), &code), ERROR_INVALID_HANDLE));
    EXPECT(GetExitCodeThread(GetCurrentThread(), &code) && code == STILL_ACTIVE);
    return THE_END;
}

/* 4.1: relative to the class; the two ends are absolute. */
PROGRAM(priorities_are_relative)
{
    static const struct {
        INT asked;
        int8_t base;
    } rows[] = {
        { THREAD_PRIORITY_IDLE, 1 },           { THREAD_PRIORITY_LOWEST, 6 },
        { THREAD_PRIORITY_BELOW_NORMAL, 7 },   { THREAD_PRIORITY_NORMAL, 8 },
        { THREAD_PRIORITY_ABOVE_NORMAL, 9 },   { THREAD_PRIORITY_HIGHEST, 10 },
        { THREAD_PRIORITY_TIME_CRITICAL, 15 },
    };

    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        EXPECT(SetThreadPriority(GetCurrentThread(), rows[i].asked));
        EXPECT(ke_current_thread()->base_priority == rows[i].base);
    }
    EXPECT(failed_with(SetThreadPriority(GetCurrentThread(), 3), ERROR_INVALID_PARAMETER));
    EXPECT(failed_with(SetThreadPriority(GetCurrentProcess(), 0), ERROR_INVALID_HANDLE));
    return THE_END;
}

/* ---- Processes ------------------------------------------------------------------------------- */

static WCHAR heard[32];

static DWORD WINAPI reads_its_command(LPVOID context)
{
    (void)context;
    lstrcpynW(heard, GetCommandLineW(), 32);
    return (DWORD)lstrlenW(heard);
}

static HANDLE start(LPCWSTR image, LPWSTR command)
{
    PROCESS_INFORMATION information;

    EXPECT(CreateProcessW(image, command, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &information));
    EXPECT(information.dwProcessId != 0);
    return information.hProcess;
}

PROGRAM(a_process_gets_its_command_line)
{
    WCHAR command[] = L"-x 12 -y";
    DWORD code;

    (void)context;
    win32_register_image("child.exe", reads_its_command, 0);
    HANDLE child = start(L"child.exe", command);

    EXPECT(GetExitCodeProcess(child, &code) && code == STILL_ACTIVE);
    EXPECT(WaitForSingleObject(child, 1000) == WAIT_OBJECT_0 && GetExitCodeProcess(child, &code) &&
           code == 8);
    EXPECT(lstrcmpW(heard, command) == 0);
    return THE_END;
}

PROGRAM(failures_of_processes)
{
    PROCESS_INFORMATION information;
    DWORD code;

    (void)context;
    EXPECT(failed_with(
        CreateProcessW(L"nobody.exe", NULL, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &information),
        ERROR_FILE_NOT_FOUND));
    EXPECT(OpenProcess(PROCESS_ALL_ACCESS, FALSE, 0xfff0) == NULL &&
           GetLastError() == ERROR_INVALID_PARAMETER);
    EXPECT(failed_with(TerminateProcess((HANDLE)(uintptr_t)0x7770, 1), ERROR_INVALID_HANDLE));
    EXPECT(failed_with(GetExitCodeProcess(GetCurrentThread(), &code), ERROR_INVALID_HANDLE));
    HANDLE system = OpenProcess(PROCESS_ALL_ACCESS, FALSE, 4);

    EXPECT(failed_with(TerminateProcess(system, 1), ERROR_ACCESS_DENIED));
    return THE_END;
}

DECLSPEC_NORETURN static DWORD WINAPI never_ends(LPVOID context)
{
    (void)context;
    for (;;) {
        nt_compute(MS(1));
        Sleep(20);
    }
}

PROGRAM_ON(2, a_process_is_terminated_by_another)
{
    DWORD code;

    (void)context;
    win32_register_image("never.exe", never_ends, 0);
    HANDLE child = start(L"never.exe", NULL);

    EXPECT(WaitForSingleObject(child, 200) == WAIT_TIMEOUT);
    EXPECT(TerminateProcess(child, 99));
    EXPECT(WaitForSingleObject(child, 200) == WAIT_OBJECT_0 && GetExitCodeProcess(child, &code) &&
           code == 99);
    EXPECT(TerminateProcess(child, 5) ||
           GetLastError() != 0); /* The dead stay dead, with their code. */
    EXPECT(GetExitCodeProcess(child, &code) && code == 99);
    return THE_END;
}

static DWORD WINAPI ends_all(LPVOID context)
{
    (void)context;
    Sleep(50);
    ExitProcess(44);
}

static DWORD WINAPI has_busy_threads(LPVOID context)
{
    (void)context;
    for (int i = 0; i < 4; i++)
        CreateThread(NULL, 0, never_ends, NULL, 0, NULL);
    CreateThread(NULL, 0, ends_all, NULL, 0, NULL);
    never_ends(NULL);
}

/* ExitProcess from any thread ends all of them. */
STORY_ON(4, exit_process_takes_every_thread)
{
    (void)arg;
    EXPECT(program_run("busy.exe", has_busy_threads) == 44);
}

/* The child may be the better thread and run first: it finds its own user side complete. */
PROGRAM(a_child_can_be_better_than_its_parent)
{
    WCHAR command[] = L"before you";
    DWORD code;

    (void)context;
    win32_register_image("child.exe", reads_its_command, 0);
    EXPECT(SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_LOWEST));
    HANDLE child = start(L"child.exe", command);

    EXPECT(WaitForSingleObject(child, 1000) == WAIT_OBJECT_0 && GetExitCodeProcess(child, &code) &&
           code == 10);
    return THE_END;
}

static DWORD WINAPI pinned_main(LPVOID context)
{
    (void)context;
    Sleep(50);
    return ke_current_process()->address;
}

/* The scenario pins the address of the first process of an image; the next one gets another. */
STORY(an_image_is_pinned_once)
{
    (void)arg;
    win32_register_image("pinned.exe", pinned_main, 0xff2a6d88u);
    EXPECT((uint32_t)program_run("pinned.exe", pinned_main) == 0xff2a6d88u);
    EXPECT((uint32_t)program_run("pinned.exe", pinned_main) != 0xff2a6d88u);
}

/* ---- Heaps ----------------------------------------------------------------------------------- */

PROGRAM(a_heap_gives_and_takes)
{
    char *blocks[20], zeros[100] = { 0 };
    struct win32_process *self = ke_current_process()->win32;
    uint64_t before = self->heap_bytes;

    (void)context;
    for (int i = 0; i < 20; i++) {
        blocks[i] = HeapAlloc(GetProcessHeap(), 0, (SIZE_T)1 << i);
        EXPECT(blocks[i] != NULL && (uintptr_t)blocks[i] % 16 == 0);
        memset(blocks[i], i + 1, (SIZE_T)1 << i);
    }
    for (int i = 0; i < 20; i++)
        EXPECT(blocks[i][0] == i + 1 && blocks[i][((SIZE_T)1 << i) - 1] == i + 1);
    for (int i = 19; i >= 0; i -= 2)
        EXPECT(HeapFree(GetProcessHeap(), 0, blocks[i]));
    char *again = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 100);

    EXPECT(memcmp(again, zeros, 100) == 0);
    EXPECT(HeapFree(GetProcessHeap(), 0, again) && HeapFree(GetProcessHeap(), 0, NULL));
    for (int i = 18; i >= 0; i -= 2)
        EXPECT(HeapFree(GetProcessHeap(), 0, blocks[i]));
    EXPECT(self->heap_bytes == before);
    EXPECT(HeapAlloc(GetProcessHeap(), 0, (SIZE_T)1 << 40) == NULL &&
           HeapAlloc(GetProcessHeap(), 0, (SIZE_T)-8) == NULL);
    return THE_END;
}

static DWORD WINAPI leaks(LPVOID context)
{
    (void)context;
    for (int i = 0; i < 100; i++)
        HeapAlloc(GetProcessHeap(), 0, 1000);
    return THE_END;
}

/* What a process leaves behind comes back when its object goes, not earlier. */
STORY(the_heap_of_the_dead_is_used_again)
{
    (void)arg;
    lives_leave_nothing("leaks.exe", leaks);
}

/* ---- Small things ---------------------------------------------------------------------------- */

PROGRAM(the_last_error_is_the_threads)
{
    (void)context;
    SetLastError(4711);
    EXPECT(GetLastError() == 4711);
    Sleep(20);
    EXPECT(GetLastError() == 4711);
    EXPECT(SetEvent(NULL) == FALSE && GetLastError() == ERROR_INVALID_HANDLE);
    return THE_END;
}

PROGRAM(strings_and_ticks)
{
    WCHAR copy[4], wide[MAX_PATH];
    char plain[MAX_PATH];

    (void)context;
    EXPECT(lstrcmpW(win32_widen("a\x80\xe4", wide), L"a\x20ac\x00e4") == 0);
    EXPECT(strcmp(win32_narrow(L"a\x20ac\x00e4\x3b1", plain), "a\x80\xe4?") == 0);
    EXPECT(lstrlenW(L"") == 0 && lstrlenW(NULL) == 0 && lstrlenW(L"four") == 4);
    EXPECT(lstrcmpW(L"Abc", L"abc") < 0 && lstrcmpiW(L"Abc", L"aBC") == 0 &&
           lstrcmpiW(L"b", L"A") > 0);
    lstrcpynW(copy, L"longer", 4);
    EXPECT(lstrcmpW(copy, L"lon") == 0);
    DWORD before = GetTickCount();

    Sleep(100);
    EXPECT(GetTickCount() - before >= 100 && GetTickCount() - before <= 120);
    return THE_END;
}

PROGRAM(one_counter_for_programs_and_drivers)
{
    LARGE_INTEGER kernel, frequency, first, second;

    (void)context;
    first = KeQueryPerformanceCounter(&kernel);
    EXPECT(QueryPerformanceFrequency(&frequency) && frequency.QuadPart == kernel.QuadPart);
    EXPECT(QueryPerformanceCounter(&second));
    EXPECT(second.QuadPart > first.QuadPart &&
           second.QuadPart < first.QuadPart + frequency.QuadPart / 1000);
    while (second.QuadPart < first.QuadPart + frequency.QuadPart / 1000)
        QueryPerformanceCounter(&second);
    return THE_END;
}

PROGRAM(a_link_may_have_any_letter)
{
    (void)context;
    EXPECT(nt_define_dos_device("\xe4:", "\\Device\\Null"));
    EXPECT(ob_name_find_link(L"\\??\\\x00e4:") != NULL);
    return THE_END;
}

static void statuses_have_their_errors(void **state)
{
    (void)state;
    assert_int_equal(RtlNtStatusToDosError(STATUS_SUCCESS), ERROR_SUCCESS);
    assert_int_equal(RtlNtStatusToDosError(STATUS_PENDING), ERROR_IO_PENDING);
    assert_int_equal(RtlNtStatusToDosError(STATUS_INVALID_HANDLE), ERROR_INVALID_HANDLE);
    assert_int_equal(RtlNtStatusToDosError((NTSTATUS)0xe0001234u), 0xe0001234u);
    assert_int_equal(RtlNtStatusToDosError((NTSTATUS)0xc0ffff00u), ERROR_MR_MID_NOT_FOUND);
}

GROUP(win32_process_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_have_exit_codes),
        cmocka_unit_test(priorities_are_relative),
        cmocka_unit_test(a_process_gets_its_command_line),
        cmocka_unit_test(failures_of_processes),
        cmocka_unit_test(a_process_is_terminated_by_another),
        cmocka_unit_test(exit_process_takes_every_thread),
        cmocka_unit_test(a_child_can_be_better_than_its_parent),
        cmocka_unit_test(an_image_is_pinned_once),
        cmocka_unit_test(a_heap_gives_and_takes),
        cmocka_unit_test(the_heap_of_the_dead_is_used_again),
        cmocka_unit_test(the_last_error_is_the_threads),
        cmocka_unit_test(strings_and_ticks),
        cmocka_unit_test(one_counter_for_programs_and_drivers),
        cmocka_unit_test(a_link_may_have_any_letter),
        cmocka_unit_test(statuses_have_their_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
