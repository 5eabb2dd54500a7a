/* debug_test.c - from a crash to the sweep: AeDebug, the JIT debugger, the debug port
 * (facts/nt-kernel.md 6.3 d and e, 6.6). */
#include "model/kernel/cm.h"
#include "model/words/records.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

#define AEDEBUG "\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion\\AeDebug"

/* ---- The people: a service with two threads, and a debugger ---------------------------------- */

static struct {
    bool two_crash, dies_before, dies_after;
    int workers_alive, attached, reported;
    NTSTATUS code;
    DWORD address;
} plot;

DECLSPEC_NORETURN static DWORD WINAPI works(LPVOID context)
{
    (void)context;
    for (;;) {
        nt_compute(MS(1));
        plot.workers_alive++;
        Sleep(5);
    }
}

static DWORD WINAPI crashes(LPVOID context)
{
    char byte = 1;

    (void)context;
    Sleep(20);
    CopyMemory((LPVOID)(uintptr_t)0x00badbad, &byte, 1);
    say('!'); /* Never. */
    return 0;
}

static DWORD WINAPI service_main(LPVOID context)
{
    (void)context;
    CreateEventW(NULL, TRUE, FALSE, L"of the service");
    CreateThread(NULL, 0, works, NULL, 0, NULL);
    if (plot.two_crash)
        CreateThread(NULL, 0, crashes, NULL, 0, NULL);
    crashes(NULL);
    return 0;
}

static ULONG number_in(PCWSTR text, WCHAR option)
{
    ULONG number = 0;

    while (*text != 0 && !(text[0] == L'-' && text[1] == option))
        text++;
    for (text += 3; *text >= L'0' && *text <= L'9'; text++)
        number = number * 10 + (ULONG)(*text - L'0');
    return number;
}

static DWORD WINAPI debugger_main(LPVOID context)
{
    ULONG pid = number_in(GetCommandLineW(), L'p'), event = number_in(GetCommandLineW(), L'e');
    DEBUG_EVENT happened;
    HANDLE mine;

    (void)context;
    if (plot.dies_before)
        return 1;
    HANDLE victim = OpenProcess(PROCESS_ALL_ACCESS, FALSE, pid);

    EXPECT(DebugActiveProcess(pid));
    EXPECT(!DebugActiveProcess(pid)); /* One debug port a process. */
    plot.attached++;
    EXPECT(DuplicateHandle(victim, (HANDLE)(ULONG_PTR)event, GetCurrentProcess(), &mine, 0, FALSE,
                           DUPLICATE_SAME_ACCESS));
    SetEvent(mine);
    CloseHandle(mine);
    EXPECT(WaitForDebugEvent(&happened, INFINITE));
    plot.reported++;
    plot.code = (NTSTATUS)happened.u.Exception.ExceptionRecord.ExceptionCode;
    plot.address = (DWORD)happened.u.Exception.ExceptionRecord.ExceptionInformation[1];
    int before = plot.workers_alive;

    EXPECT(happened.dwProcessId == pid && happened.dwDebugEventCode == EXCEPTION_DEBUG_EVENT);
    EXPECT(!WaitForDebugEvent(&happened, 200)); /* No second report. */
    EXPECT(plot.workers_alive == before);       /* Everybody else is frozen meanwhile. */
    if (plot.dies_after)
        ExitProcess(2);
    EXPECT(TerminateProcess(victim, (UINT)plot.code));
    CloseHandle(victim);
    return 0;
}

/* ---- The records that matter ----------------------------------------------------------------- */

static struct {
    int sweeps;
    uint32_t index;
} sweep;
static struct ke_process *victim_process;

static void watches_sweeps(const struct record *record, uint64_t number, void *context)
{
    (void)number, (void)context;
    records[record->kind]++;
    if (record->kind != REC_HANDLE_SWEEP || victim_process == NULL ||
        record->a != victim_process->address)
        return;
    if (sweep.sweeps++ == 0) /* The one that finds the handles; a later one finds an empty table. */
        sweep.index = record->c;
}

static NTSTATUS the_service_crashes(void)
{
    memset(&sweep, 0, sizeof sweep);
    memset(records, 0, sizeof records);
    plot.workers_alive = plot.attached = plot.reported = 0;
    cm_set_text(AEDEBUG, "Debugger", "debugger.exe");
    if (win32_find_image("debugger.exe") == NULL)
        win32_register_image("debugger.exe", debugger_main, 0);
    ke->sim->trace.watch = watches_sweeps;
    victim_process = program_start("service.exe", service_main);
    EXPECT(wait_for_at_most(victim_process, SEC(20)) == STATUS_WAIT_0);
    NTSTATUS status = victim_process->exit_status;

    story_sleep(MS(100));
    EXPECT(said_is("") && ob_name_find(L"\\BaseNamedObjects\\of the service") == NULL);
    ke->sim->trace.watch = NULL;
    ObDereferenceObject(victim_process);
    return status;
}

/* Row e: the debugger's thread sweeps the victim's handles, attached to it. */
static void crash_to_sweep(void *arg)
{
    (void)arg;
    EXPECT(the_service_crashes() == STATUS_ACCESS_VIOLATION);
    EXPECT(plot.attached == 1 && plot.reported == 1 && plot.code == STATUS_ACCESS_VIOLATION &&
           plot.address == 0x00badbad);
    EXPECT(sweep.sweeps >= 1 && records[REC_DEBUG_PORT] == 1 && records[REC_FREEZE] == 1);
    EXPECT(sweep.index == 1);
    EXPECT(ps_find("service.exe") == NULL && ps_find("debugger.exe") == NULL);
}

static void with_a_debugger_the_debugger_sweeps(void **state)
{
    (void)state;
    memset(&plot, 0, sizeof plot);
    for (uint32_t cpus = 1; cpus <= 4; cpus *= 2)
        stands_on(cpus, crash_to_sweep);
}

/* Row d: nobody is asked, and the last thread of the service closes its handles at home. */
STORY(without_aedebug_the_victim_sweeps_at_home)
{
    (void)arg;
    memset(&plot, 0, sizeof plot);
    ke->switches.aedebug = false;
    EXPECT(the_service_crashes() == STATUS_ACCESS_VIOLATION);
    EXPECT(plot.attached == 0 && records[REC_DEBUG_PORT] == 0 && sweep.sweeps == 1 &&
           sweep.index == 0);
}

/* Two threads at once: one exception is told, the other dies with the rest. */
STORY_ON(4, two_threads_crash_at_once)
{
    (void)arg;
    memset(&plot, 0, sizeof plot);
    plot.two_crash = true;
    EXPECT(the_service_crashes() == STATUS_ACCESS_VIOLATION);
    EXPECT(plot.attached == 1 && plot.reported == 1 && records[REC_EXCEPTION] == 2);
}

STORY_ON(4, two_threads_crash_at_once_without_a_debugger)
{
    (void)arg;
    memset(&plot, 0, sizeof plot);
    plot.two_crash = true;
    ke->switches.aedebug = false;
    EXPECT(the_service_crashes() == STATUS_ACCESS_VIOLATION && sweep.index == 0);
}

/* A debugger that goes away before it attaches: as if there were none. */
STORY_ON(2, the_debugger_dies_before_it_attaches)
{
    (void)arg;
    memset(&plot, 0, sizeof plot);
    plot.dies_before = true;
    EXPECT(the_service_crashes() == STATUS_ACCESS_VIOLATION && plot.attached == 0 &&
           sweep.index == 0);
}

/* One that goes away afterwards takes its debuggee with it: row e again. */
STORY_ON(2, the_debugger_dies_and_takes_the_victim_along)
{
    (void)arg;
    memset(&plot, 0, sizeof plot);
    plot.dies_after = true;
    EXPECT(the_service_crashes() == STATUS_DEBUGGER_INACTIVE);
    EXPECT(plot.reported == 1 && sweep.sweeps >= 1 && sweep.index == 1);
}

/* The image that AeDebug names may not be there. */
STORY(a_debugger_that_cannot_be_found)
{
    (void)arg;
    memset(&plot, 0, sizeof plot);
    ke->switches.aedebug = true;
    cm_set_text(AEDEBUG, "Debugger", "nobody.exe");
    victim_process = program_start("service.exe", service_main);
    EXPECT(wait_for_at_most(victim_process, SEC(5)) == STATUS_WAIT_0);
    EXPECT(victim_process->exit_status == STATUS_ACCESS_VIOLATION);
}

/* Crashes one after the other: each gets its debugger, and nothing is left of any. */
STORY_ON(2, crash_after_crash)
{
    (void)arg;
    memset(&plot, 0, sizeof plot);
    size_t used = 0;

    for (int i = 0; i < 12; i++) {
        EXPECT(the_service_crashes() == STATUS_ACCESS_VIOLATION && plot.reported == 1);
        if (i == 3)
            used = ke->sim->arena->used;
    }
    EXPECT(ke->sim->arena->used < used + 200000);
}

/* ---- The debugger's calls -------------------------------------------------------------------- */

PROGRAM(failures_of_debugging)
{
    DEBUG_EVENT event;

    (void)context;
    EXPECT(!DebugActiveProcess(0xfff0) && GetLastError() == ERROR_INVALID_PARAMETER);
    uint64_t before = nt_time();

    EXPECT(!WaitForDebugEvent(&event, 50) && nt_time() - before >= MS(50));
    return THE_END;
}

GROUP(debug_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_a_debugger_the_debugger_sweeps),
        cmocka_unit_test(without_aedebug_the_victim_sweeps_at_home),
        cmocka_unit_test(two_threads_crash_at_once),
        cmocka_unit_test(two_threads_crash_at_once_without_a_debugger),
        cmocka_unit_test(the_debugger_dies_before_it_attaches),
        cmocka_unit_test(the_debugger_dies_and_takes_the_victim_along),
        cmocka_unit_test(a_debugger_that_cannot_be_found),
        cmocka_unit_test(crash_after_crash),
        cmocka_unit_test(failures_of_debugging),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
