/* service_test.c - the border between user mode and the kernel (facts/nt-kernel.md 2.6, 2.7,
 * 3.1, 6.6). */
#include "model/words/costs.h"
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static void (*inside)(void);

static void calls_a_service(void *context)
{
    (void)context;
    service_enter(SERVICE_NtDeviceIoControlFile);
    inside();
    service_leave(STATUS_SUCCESS);
    say('.');
}

static void a_process_calls(void *arg)
{
    struct ke_process *process;

    (void)arg;
    EXPECT(NT_SUCCESS(ps_create_process("p.exe", 0, ke->system, calls_a_service, NULL, &process)));
    story_sleep(MS(100));
}

static struct ke_stop after(void (*what)(void))
{
    inside = what;
    return stops_on(1, a_process_calls);
}

/* ---- What may not be left behind (2.6) ------------------------------------------------------- */

static void raises(void)
{
    KIRQL old;

    KeRaiseIrql(APC_LEVEL, &old);
}

static void enters_critical(void) { KeEnterCriticalRegion(); }
static void enters_guarded(void)
{
    KeEnterGuardedRegion();
    KeEnterGuardedRegion();
}
static void leaves_once_too_often(void) { KeLeaveCriticalRegion(); }
static void keeps_a_mutex(void)
{
    static KMUTEX mutex;

    KeInitializeMutex(&mutex, 0);
    wait_for(&mutex);
}

static void nothing(void) {}

static void a_service_that_returns_raised_stops(void **state)
{
    (void)state;
    struct ke_stop stop = after(raises);

    assert_int_equal(stop.code, IRQL_GT_ZERO_AT_SYSTEM_SERVICE);
    assert_true(stop.args[0] >= MM_SYSTEM_FIRST);
    assert_int_equal(stop.args[1], APC_LEVEL);
}

/* Arg3: the counter of kernel APCs; negative: disabled too often, positive: enabled too often. A
 * guarded region has a counter of its own, which the stop does not show. */
static void unbalanced_regions_stop(void **state)
{
    static const struct {
        void (*what)(void);
        uint32_t counters;
    } rows[] = {
        { enters_critical, 0x0000ffff },
        { enters_guarded, 0 },
        { leaves_once_too_often, 0x00000001 },
        { keeps_a_mutex, 0x0000ffff }, /* 4.5: returning to user mode as its owner is fatal. */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ke_stop stop = after(rows[i].what);

        assert_int_equal(stop.code, APC_INDEX_MISMATCH);
        assert_int_equal(stop.args[1], 0);
        assert_int_equal(stop.args[2], rows[i].counters);
        assert_int_equal(stop.args[3], 0);
    }
}

STORY(a_balanced_service_goes_home)
{
    inside = nothing;
    a_process_calls(arg);
    EXPECT(said_is("."));
}

/* The check is a switch (2.6): without it the thread goes on, and ends with stop 0x20 (2.7). */
static void the_check_can_be_off(void **state)
{
    (void)state;
    inside = enters_critical;
    boot(1);
    ke->switches.checked_build = false;
    const struct ke_stop *stop = run_story(a_process_calls);

    assert_true(said_is("."));
    assert_stop(stop, KERNEL_APC_PENDING_DURING_EXIT, 0, 0xffff, PASSIVE_LEVEL, 0);
    machine_close(&machine);
}

static void leaves_a_guarded_region_behind(void *context)
{
    LARGE_INTEGER minute = in(SEC(60));

    service_enter(SERVICE_NtDeviceIoControlFile);
    KeEnterGuardedRegion();
    KeGetCurrentThread()->apc_state.UserApcPending = TRUE;
    service_leave(STATUS_SUCCESS);
    say('.');
    /* The end of the thread would be stop 0x20. */
    KeDelayExecutionThread(KernelMode, FALSE, &minute);
    (void)context;
}

/* Nothing can be delivered there; the way back must not go round in circles for it. */

STORY(a_user_apc_behind_a_leaked_guarded_region_waits)
{
    (void)arg;
    ke->switches.checked_build = false;
    struct ke_process *process;

    EXPECT(NT_SUCCESS(
        ps_create_process("p.exe", 0, ke->system, leaves_a_guarded_region_behind, NULL, &process)));
    story_sleep(MS(50));
    EXPECT(said_is("."));
}

/* ---- Modes ----------------------------------------------------------------------------------- */

static KPROCESSOR_MODE mode_inside;

static void looks_at_the_mode(void) { mode_inside = ke_current_thread()->previous_mode; }

STORY(a_service_knows_that_a_user_called)
{
    inside = looks_at_the_mode;
    EXPECT(ke_current_thread()->previous_mode == KernelMode); /* A System thread. */
    a_process_calls(arg);
    EXPECT(mode_inside == UserMode);
}

STORY(a_service_costs_time)
{
    (void)arg;
    sim_time before = ke->sim->now;

    service_enter(SERVICE_NtClose);
    service_leave(STATUS_SUCCESS);
    EXPECT(ke->sim->now - before >= ke->cost[COST_SERVICE]);
    ke_current_thread()->previous_mode = KernelMode;
}

/* ---- Exceptions (6.6) ------------------------------------------------------------------------ */

static DWORD WINAPI raises_an_exception(LPVOID context)
{
    const ULONG_PTR arguments[] = { 1, 0x1234 };

    (void)context;
    RaiseException(0xe0000008u, 0, 2, arguments);
    return 0;
}

STORY(an_exception_of_its_own_ends_a_process)
{
    (void)arg;
    ke->switches.aedebug = false;
    count_records();
    EXPECT(program_run("p.exe", raises_an_exception) == (NTSTATUS)0xe0000008u);
    EXPECT(records[REC_EXCEPTION] == 1);
}

static DWORD WINAPI sleeps(LPVOID context)
{
    (void)context;
    Sleep(INFINITE);
    return 0;
}

/* A crash from outside comes when the first thread is next in user mode, also out of a wait. */
STORY(a_process_is_crashed_from_outside)
{
    (void)arg;
    ke->switches.aedebug = false;
    struct ke_process *process = program_start("p.exe", sleeps);

    story_sleep(MS(20));
    EXPECT(NT_SUCCESS(win32_crash_process(process, STATUS_ACCESS_VIOLATION)));
    EXPECT(wait_for_at_most(process, MS(100)) == STATUS_WAIT_0 &&
           process->exit_status == STATUS_ACCESS_VIOLATION);
    /* The dead do not crash. */
    EXPECT(!NT_SUCCESS(win32_crash_process(process, STATUS_ACCESS_VIOLATION)));
}

static struct ke_process *host;

static void visits_for_a_while(void)
{
    KeAttachProcess(host);
    story_sleep(MS(100));
    EXPECT(said_is("c"));
    KeDetachProcess();
}

/* 2.4: a crash for a thread that is away is parked until it is at home, and not lost. */
STORY(a_crash_waits_until_the_thread_is_at_home)
{
    struct ke_process *process;

    (void)arg;
    ke->switches.aedebug = false;
    host = machine_process("host.exe");
    inside = visits_for_a_while;
    EXPECT(NT_SUCCESS(ps_create_process("p.exe", 0, ke->system, calls_a_service, NULL, &process)));
    story_sleep(MS(20));
    say('c');
    EXPECT(NT_SUCCESS(win32_crash_process(process, STATUS_ACCESS_VIOLATION)));
    EXPECT(wait_for_at_most(process, SEC(1)) == STATUS_WAIT_0 &&
           process->exit_status == STATUS_ACCESS_VIOLATION);
    EXPECT(said_is("c"));
}

GROUP(service_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_that_returns_raised_stops),
        cmocka_unit_test(unbalanced_regions_stop),
        cmocka_unit_test(a_balanced_service_goes_home),
        cmocka_unit_test(the_check_can_be_off),
        cmocka_unit_test(a_user_apc_behind_a_leaked_guarded_region_waits),
        cmocka_unit_test(a_service_knows_that_a_user_called),
        cmocka_unit_test(a_service_costs_time),
        cmocka_unit_test(an_exception_of_its_own_ends_a_process),
        cmocka_unit_test(a_process_is_crashed_from_outside),
        cmocka_unit_test(a_crash_waits_until_the_thread_is_at_home),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
