/* win32_sync_test.c - handles, named objects, waits and critical sections as programs use them
 * (facts/nt-kernel.md 4.5, 6.1, 6.3 c; last errors as the Win32 reference documents them). */
#include "model/words/choices.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static HANDLE spawn(LPTHREAD_START_ROUTINE routine, void *parameter)
{
    HANDLE thread = CreateThread(NULL, 0, routine, parameter, 0, NULL);

    EXPECT(thread != NULL);
    return thread;
}

static void join(HANDLE thread)
{
    EXPECT(WaitForSingleObject(thread, 60000) == WAIT_OBJECT_0);
    CloseHandle(thread);
}

static bool failed_with(BOOL result, DWORD error) { return !result && GetLastError() == error; }

/* ---- Objects --------------------------------------------------------------------------------- */

PROGRAM(events_reset_by_hand_or_by_a_wait)
{
    (void)context;
    HANDLE manual = CreateEventW(NULL, TRUE, TRUE, NULL),
           automatic = CreateEventW(NULL, FALSE, TRUE, NULL);

    for (int i = 0; i < 2; i++) {
        EXPECT(WaitForSingleObject(manual, 0) == WAIT_OBJECT_0);
        EXPECT(WaitForSingleObject(automatic, 0) == (i == 0 ? WAIT_OBJECT_0 : WAIT_TIMEOUT));
    }
    EXPECT(ResetEvent(manual) && WaitForSingleObject(manual, 20) == WAIT_TIMEOUT);
    EXPECT(SetEvent(automatic) && SetEvent(automatic));
    EXPECT(WaitForSingleObject(automatic, INFINITE) == WAIT_OBJECT_0 &&
           WaitForSingleObject(automatic, 0) == WAIT_TIMEOUT);
    return THE_END;
}

PROGRAM(a_semaphore_has_a_maximum)
{
    LONG previous = 77;

    (void)context;
    HANDLE semaphore = CreateSemaphoreW(NULL, 1, 3, NULL);

    EXPECT(ReleaseSemaphore(semaphore, 2, &previous) && previous == 1);
    previous = 77;
    EXPECT(failed_with(ReleaseSemaphore(semaphore, 1, &previous), ERROR_TOO_MANY_POSTS) &&
           previous == 77);
    EXPECT(failed_with(ReleaseSemaphore(semaphore, 0, NULL), ERROR_INVALID_PARAMETER));
    EXPECT(failed_with(ReleaseSemaphore(semaphore, -1, NULL), ERROR_INVALID_PARAMETER));
    for (int i = 0; i < 3; i++)
        EXPECT(WaitForSingleObject(semaphore, 0) == WAIT_OBJECT_0);
    EXPECT(WaitForSingleObject(semaphore, 0) == WAIT_TIMEOUT);
    EXPECT(CreateSemaphoreW(NULL, 4, 3, NULL) == NULL && GetLastError() == ERROR_INVALID_PARAMETER);
    EXPECT(CreateSemaphoreW(NULL, 0, 0, NULL) == NULL && GetLastError() == ERROR_INVALID_PARAMETER);
    EXPECT(CreateSemaphoreW(NULL, -1, 3, NULL) == NULL &&
           GetLastError() == ERROR_INVALID_PARAMETER);
    return THE_END;
}

/* ---- Timers ---------------------------------------------------------------------------------- */

static DWORD timer_calls;

static VOID WINAPI timer_calls_back(LPVOID context, DWORD low, DWORD high)
{
    EXPECT(context == &timer_calls && (low != 0 || high != 0));
    timer_calls++;
}

PROGRAM(a_timer_signals_and_calls_back)
{
    LARGE_INTEGER due = { .QuadPart = -200000 }; /* 20 ms. */

    (void)context;
    timer_calls = 0;
    HANDLE timer = CreateWaitableTimerW(NULL, FALSE, NULL);

    EXPECT(SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE));
    EXPECT(WaitForSingleObject(timer, 10) == WAIT_TIMEOUT);
    EXPECT(WaitForSingleObject(timer, 100) == WAIT_OBJECT_0);
    EXPECT(SetWaitableTimer(timer, &due, 0, timer_calls_back, &timer_calls, FALSE));
    Sleep(100);
    EXPECT(timer_calls == 0); /* The sleep was not alertable. */
    EXPECT(SleepEx(100, TRUE) == WAIT_IO_COMPLETION && timer_calls == 1);
    EXPECT(SleepEx(100, TRUE) == 0);
    EXPECT(SetWaitableTimer(timer, &due, 20, timer_calls_back, &timer_calls, FALSE));
    EXPECT(SleepEx(100, TRUE) == WAIT_IO_COMPLETION && timer_calls == 2);
    EXPECT(SleepEx(100, TRUE) == WAIT_IO_COMPLETION && timer_calls == 3);
    EXPECT(CancelWaitableTimer(timer) && SleepEx(100, TRUE) == 0);
    EXPECT(
        failed_with(SetWaitableTimer(timer, &due, -1, NULL, NULL, FALSE), ERROR_INVALID_PARAMETER));
    CloseHandle(timer);
    EXPECT(failed_with(CancelWaitableTimer(timer), ERROR_INVALID_HANDLE));
    return THE_END;
}

static HANDLE shared_mutex;

static DWORD WINAPI dies_owning(LPVOID context)
{
    (void)context;
    EXPECT(WaitForSingleObject(shared_mutex, INFINITE) == WAIT_OBJECT_0);
    return 0;
}

static DWORD WINAPI not_the_owner(LPVOID context)
{
    (void)context;
    EXPECT(failed_with(ReleaseMutex(shared_mutex), ERROR_NOT_OWNER));
    EXPECT(WaitForSingleObject(shared_mutex, 0) == WAIT_TIMEOUT);
    return 0;
}

PROGRAM(a_mutex_has_an_owner)
{
    (void)context;
    shared_mutex = CreateMutexW(NULL, TRUE, NULL);
    EXPECT(WaitForSingleObject(shared_mutex, 0) == WAIT_OBJECT_0); /* Recursion. */
    join(spawn(not_the_owner, NULL));
    EXPECT(ReleaseMutex(shared_mutex) && ReleaseMutex(shared_mutex));
    EXPECT(failed_with(ReleaseMutex(shared_mutex), ERROR_NOT_OWNER));
    join(spawn(dies_owning, NULL));
    EXPECT(WaitForSingleObject(shared_mutex, 0) == WAIT_ABANDONED);
    EXPECT(ReleaseMutex(shared_mutex));
    join(spawn(dies_owning, NULL));
    HANDLE both[] = { CreateEventW(NULL, TRUE, FALSE, NULL), shared_mutex };

    EXPECT(WaitForMultipleObjects(2, both, FALSE, 0) == WAIT_ABANDONED_0 + 1);
    EXPECT(ReleaseMutex(shared_mutex));
    return THE_END;
}

PROGRAM(failures_have_their_errors)
{
    (void)context;
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL), mutex = CreateMutexW(NULL, FALSE, NULL);
    HANDLE nothing = (HANDLE)(uintptr_t)0x7770;

    EXPECT(failed_with(SetEvent(nothing), ERROR_INVALID_HANDLE) &&
           failed_with(SetEvent(mutex), ERROR_INVALID_HANDLE));
    EXPECT(failed_with(ResetEvent(NULL), ERROR_INVALID_HANDLE));
    EXPECT(failed_with(ReleaseMutex(event), ERROR_INVALID_HANDLE));
    EXPECT(failed_with(ReleaseSemaphore(event, 1, NULL), ERROR_INVALID_HANDLE));
    EXPECT(failed_with(CloseHandle(nothing), ERROR_INVALID_HANDLE));
    EXPECT(CloseHandle(event) && failed_with(CloseHandle(event), ERROR_INVALID_HANDLE));
    EXPECT(WaitForSingleObject(event, 0) == WAIT_FAILED && GetLastError() == ERROR_INVALID_HANDLE);
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);

    EXPECT(port != NULL && WaitForSingleObject(port, 0) != WAIT_OBJECT_0);
    HANDLE file_mapping =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 10, NULL);

    EXPECT(WaitForSingleObject(file_mapping, 0) == WAIT_FAILED &&
           GetLastError() == ERROR_INVALID_HANDLE);
    return THE_END;
}

/* ---- Several at once ------------------------------------------------------------------------- */

PROGRAM(waits_for_many)
{
    HANDLE events[MAXIMUM_WAIT_OBJECTS + 1];

    (void)context;
    for (int i = 0; i <= MAXIMUM_WAIT_OBJECTS; i++)
        events[i] = CreateEventW(NULL, FALSE, FALSE, NULL);
    SetEvent(events[40]);
    SetEvent(events[63]);
    EXPECT(WaitForMultipleObjects(64, events, FALSE, 0) == WAIT_OBJECT_0 + 40);
    EXPECT(WaitForMultipleObjects(64, events, FALSE, 0) == WAIT_OBJECT_0 + 63);
    EXPECT(WaitForMultipleObjects(64, events, FALSE, 20) == WAIT_TIMEOUT);
    for (int i = 0; i < 63; i++)
        SetEvent(events[i]);
    EXPECT(WaitForMultipleObjects(64, events, TRUE, 20) ==
           WAIT_TIMEOUT); /* One is missing: none is taken. */
    SetEvent(events[63]);
    EXPECT(WaitForMultipleObjects(64, events, TRUE, 0) == WAIT_OBJECT_0);
    EXPECT(WaitForMultipleObjects(64, events, FALSE, 0) == WAIT_TIMEOUT);
    EXPECT(WaitForMultipleObjects(65, events, FALSE, 0) == WAIT_FAILED &&
           GetLastError() == ERROR_INVALID_PARAMETER);
    EXPECT(WaitForMultipleObjects(0, events, FALSE, 0) == WAIT_FAILED &&
           GetLastError() == ERROR_INVALID_PARAMETER);
    events[1] = (HANDLE)(uintptr_t)0x7770;
    EXPECT(WaitForMultipleObjects(3, events, FALSE, 0) == WAIT_FAILED &&
           GetLastError() == ERROR_INVALID_HANDLE);
    events[1] = events[0];
    EXPECT(WaitForMultipleObjects(2, events, TRUE, 0) == WAIT_FAILED &&
           GetLastError() == ERROR_INVALID_PARAMETER);
    SetEvent(events[0]);
    EXPECT(WaitForMultipleObjects(2, events, FALSE, 0) ==
           WAIT_OBJECT_0); /* For any, twice does no harm. */
    return THE_END;
}

/* ---- Names ----------------------------------------------------------------------------------- */

PROGRAM(names_are_shared)
{
    (void)context;
    HANDLE first = CreateEventW(NULL, TRUE, FALSE, L"Gate");

    EXPECT(GetLastError() == ERROR_SUCCESS);
    HANDLE second =
        CreateEventW(NULL, FALSE, TRUE, L"gate"); /* Case does not count, nor do its wishes. */

    EXPECT(second != NULL && second != first && GetLastError() == ERROR_ALREADY_EXISTS);
    EXPECT(WaitForSingleObject(second, 0) == WAIT_TIMEOUT && SetEvent(first) &&
           WaitForSingleObject(second, 0) == WAIT_OBJECT_0);
    EXPECT(CloseHandle(OpenEventW(EVENT_ALL_ACCESS, FALSE, L"Gate")));
    EXPECT(CloseHandle(OpenEventA(EVENT_ALL_ACCESS, FALSE, "Global\\Gate")));
    EXPECT(OpenEventW(EVENT_ALL_ACCESS, FALSE, L"Door") == NULL &&
           GetLastError() == ERROR_FILE_NOT_FOUND);
    EXPECT(OpenMutexW(MUTEX_ALL_ACCESS, FALSE, L"Gate") == NULL &&
           GetLastError() == ERROR_INVALID_HANDLE);
    EXPECT(OpenSemaphoreA(SEMAPHORE_ALL_ACCESS, FALSE, "Gate") == NULL &&
           GetLastError() == ERROR_INVALID_HANDLE);
    EXPECT(CreateMutexW(NULL, FALSE, L"Gate") == NULL && GetLastError() == ERROR_INVALID_HANDLE);
    EXPECT(CreateSemaphoreW(NULL, 0, 1, L"Gate") == NULL && GetLastError() == ERROR_INVALID_HANDLE);
    CloseHandle(first);
    CloseHandle(second);
    EXPECT(CreateMutexW(NULL, FALSE, L"Gate") != NULL &&
           GetLastError() == ERROR_SUCCESS); /* With the last handle. */
    return THE_END;
}

PROGRAM(statuses_of_drivers_are_errors_of_windows)
{
    static const struct {
        NTSTATUS status;
        DWORD error;
    } pairs[] = {
        { STATUS_INFO_LENGTH_MISMATCH, 24 },   { STATUS_PRIVILEGE_NOT_HELD, 1314 },
        { STATUS_DEVICE_NOT_CONNECTED, 1167 }, { STATUS_IO_TIMEOUT, 121 },
        { STATUS_INTERNAL_ERROR, 1359 },       { STATUS_INVALID_BUFFER_SIZE, 1784 },
        { STATUS_DEVICE_REMOVED, 1617 },
    };

    (void)context;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        EXPECT(RtlNtStatusToDosError(pairs[i].status) == pairs[i].error);
    return THE_END;
}

/* \BaseNamedObjects\Gate for everybody: for drivers, too. */
PROGRAM(global_and_local_names_are_those_of_the_machine)
{
    (void)context;
    HANDLE first = CreateEventW(NULL, TRUE, FALSE, L"Gate");

    EXPECT(GetLastError() == ERROR_SUCCESS);
    EXPECT(CreateEventW(NULL, TRUE, FALSE, L"Global\\Gate") != NULL);
    EXPECT(GetLastError() == ERROR_ALREADY_EXISTS);
    EXPECT(CreateEventW(NULL, TRUE, FALSE, L"local\\gate") != NULL);
    EXPECT(GetLastError() == ERROR_ALREADY_EXISTS);
    CloseHandle(first);
    return THE_END;
}

PROGRAM(long_names_are_refused_not_cut)
{
    WCHAR name[80];

    (void)context;
    for (int i = 0; i < 79; i++)
        name[i] = L'n';
    name[79] = 0;
    EXPECT(CreateEventW(NULL, TRUE, FALSE, name) == NULL && GetLastError() == ERROR_INVALID_NAME);
    return THE_END;
}

static HANDLE racers[4];
static DWORD race_errors[4];

static DWORD WINAPI races_for_the_name(LPVOID context)
{
    uintptr_t i = (uintptr_t)context;

    racers[i] = CreateEventW(NULL, TRUE, FALSE, L"race");
    race_errors[i] = GetLastError();
    return 0;
}

/* Four processors, one name: one makes it, the others open it; nobody comes away with nothing. */
PROGRAM_ON(4, a_race_for_a_name_has_no_loser)
{
    HANDLE threads[4];
    DWORD made = 0;

    (void)context;
    for (uintptr_t i = 0; i < 4; i++)
        threads[i] = spawn(races_for_the_name, (void *)i);
    for (int i = 0; i < 4; i++)
        join(threads[i]);
    for (int i = 0; i < 4; i++) {
        EXPECT(racers[i] != NULL &&
               (race_errors[i] == ERROR_SUCCESS || race_errors[i] == ERROR_ALREADY_EXISTS));
        made += race_errors[i] == ERROR_SUCCESS;
    }
    EXPECT(made == 1 && SetEvent(racers[0]) && WaitForSingleObject(racers[3], 0) == WAIT_OBJECT_0);
    return THE_END;
}

/* ---- Duplicates (6.3 c) ---------------------------------------------------------------------- */

static HANDLE of_the_other;
static DWORD other_id;

static DWORD WINAPI has_an_event(LPVOID context)
{
    (void)context;
    of_the_other = CreateEventW(NULL, TRUE, FALSE, NULL);
    other_id = GetCurrentProcessId();
    Sleep(1000);
    /* The handle was moved. */
    EXPECT(failed_with(CloseHandle(of_the_other), ERROR_INVALID_HANDLE));
    return THE_END;
}

PROGRAM(a_handle_is_duplicated_and_moved)
{
    PROCESS_INFORMATION information;
    HANDLE mine = NULL, moved = NULL;

    (void)context;
    win32_register_image("other.exe", has_an_event, 0);
    EXPECT(
        CreateProcessW(L"other.exe", NULL, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &information));
    Sleep(50);
    HANDLE other = OpenProcess(PROCESS_ALL_ACCESS, FALSE, other_id);

    EXPECT(DuplicateHandle(other, of_the_other, GetCurrentProcess(), &mine, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    EXPECT(DuplicateHandle(other, of_the_other, GetCurrentProcess(), &moved, 0, FALSE,
                           DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE));
    EXPECT(SetEvent(mine) && WaitForSingleObject(moved, 0) == WAIT_OBJECT_0); /* One object. */
    EXPECT(failed_with(DuplicateHandle(other, of_the_other, GetCurrentProcess(), &mine, 0, FALSE,
                                       DUPLICATE_SAME_ACCESS),
                       ERROR_INVALID_HANDLE));
    EXPECT(failed_with(DuplicateHandle(mine, mine, GetCurrentProcess(), &moved, 0, FALSE, 0),
                       ERROR_INVALID_HANDLE));
    EXPECT(
        DuplicateHandle(GetCurrentProcess(), mine, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE));
    EXPECT(failed_with(SetEvent(mine), ERROR_INVALID_HANDLE));
    DWORD code;

    EXPECT(WaitForSingleObject(other, INFINITE) == WAIT_OBJECT_0 &&
           GetExitCodeProcess(other, &code) && code == THE_END);
    return THE_END;
}

/* ---- Critical sections ----------------------------------------------------------------------- */

static CRITICAL_SECTION section;
static int inside, entered;

static DWORD WINAPI works_inside(LPVOID context)
{
    DWORD turns = (DWORD)(uintptr_t)context;

    for (DWORD i = 0; i < turns; i++) {
        SetLastError(12345);
        EnterCriticalSection(&section);
        EXPECT(++inside == 1);
        EnterCriticalSection(&section); /* Recursion. */
        nt_compute(US(20 + i % 7));
        LeaveCriticalSection(&section);
        entered++;
        inside--;
        LeaveCriticalSection(&section);
        EXPECT(GetLastError() == 12345); /* Entering is not a call that fails or succeeds. */
        nt_compute(US(200));
    }
    return 0;
}

static DWORD WINAPI tries(LPVOID context)
{
    DWORD got = 0;

    (void)context;
    for (int i = 0; i < 400; i++) {
        uint64_t before = nt_time();

        if (TryEnterCriticalSection(&section)) {
            EXPECT(++inside == 1);
            nt_compute(US(3));
            inside--;
            got++;
            LeaveCriticalSection(&section);
        } else {
            EXPECT(nt_time() - before < US(15)); /* A try never waits. */
        }
        nt_compute(US(70));
    }
    return got;
}

PROGRAM_ON(4, a_critical_section_on_four_processors)
{
    HANDLE threads[6];
    DWORD got = 0;

    (void)context;
    inside = entered = 0;
    InitializeCriticalSection(&section);
    for (int i = 0; i < 5; i++)
        threads[i] = spawn(works_inside, (void *)(uintptr_t)200);
    threads[5] = spawn(tries, NULL);
    EXPECT(WaitForMultipleObjects(6, threads, TRUE, 60000) == WAIT_OBJECT_0);
    EXPECT(entered == 1000 && inside == 0 && section.LockCount == -1);
    EXPECT(GetExitCodeThread(threads[5], &got) && got > 0);
    DeleteCriticalSection(&section);
    return THE_END;
}

/* Without memory for the event they meet at, threads still go in one by one. */
PROGRAM_ON(2, a_critical_section_needs_no_memory)
{
    HANDLE threads[3];

    (void)context;
    inside = entered = 0;
    InitializeCriticalSection(&section);
    for (int i = 0; i < 3; i++)
        threads[i] = spawn(works_inside, (void *)(uintptr_t)50);
    ke->sim->choices.odds_ppm[CHOICE_POOL] = 900000;
    ke->sim->choices.budget = 30;
    ke->sim->choices.strategy = CHOICE_SEEDED;
    Sleep(500);
    ke->sim->choices.strategy = CHOICE_CALM;
    for (int i = 0; i < 3; i++)
        join(threads[i]);
    EXPECT(entered == 150 && section.LockCount == -1);
    return THE_END;
}

GROUP(win32_sync_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_reset_by_hand_or_by_a_wait),
        cmocka_unit_test(a_semaphore_has_a_maximum),
        cmocka_unit_test(a_timer_signals_and_calls_back),
        cmocka_unit_test(a_mutex_has_an_owner),
        cmocka_unit_test(failures_have_their_errors),
        cmocka_unit_test(waits_for_many),
        cmocka_unit_test(names_are_shared),
        cmocka_unit_test(global_and_local_names_are_those_of_the_machine),
        cmocka_unit_test(statuses_of_drivers_are_errors_of_windows),
        cmocka_unit_test(long_names_are_refused_not_cut),
        cmocka_unit_test(a_race_for_a_name_has_no_loser),
        cmocka_unit_test(a_handle_is_duplicated_and_moved),
        cmocka_unit_test(a_critical_section_on_four_processors),
        cmocka_unit_test(a_critical_section_needs_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
