/* fault_test.c - what becomes of a guest's faults: facts/ddi.md 1.5. Compiled as guests are. */
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_guest.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"
#include <stdio.h>

#if defined(__try) && !defined(UNDER_ASAN)

/* Containment begins with the next entry of the agenda. */
static void guest_begins(void)
{
    ke_guest_loaded("probe");
    story_sleep(MS(1));
}

static volatile int zero;
static int *volatile nothing;

static void touch(uintptr_t address) { *(volatile char *)address = 1; }
static char look(uintptr_t address) { return *(volatile char *)address; }
static int divide(int by) { return 1000 / by; }

static bool is_on_the_stack(const struct ke_stop *stop, void *function, size_t bytes)
{
    for (uint32_t i = 0; i < stop->frame_count; i++)
        if ((uintptr_t)stop->frames[i] - (uintptr_t)function < bytes)
            return true;
    return false;
}

/* A story in which a guest makes a mistake, and the stop that follows. */
static struct ke_stop guest_stops(void (*tell)(void *)) { return stops_on(1, tell); }

static void writes_through_null_story(void *arg)
{
    (void)arg;
    guest_begins();
    touch(8);
}

static void a_null_pointer_stops_with_the_place_on_the_stack(void **state)
{
    struct ke_stop stop = guest_stops(writes_through_null_story);

    (void)state;
    assert_int_equal(stop.code, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED);
    assert_int_equal(stop.args[0], (uint32_t)STATUS_ACCESS_VIOLATION);
    assert_true(is_on_the_stack(&stop, (void *)touch, 64));
#if defined(__x86_64__) /* AArch64's functions that call nobody have no frame. */
    assert_true(is_on_the_stack(&stop, (void *)writes_through_null_story, 64));
#endif
}

static void touches_the_system_story(void *arg)
{
    (void)arg;
    guest_begins();
    __try {
        look(0xe0001000u);
    } __except (1) {
        say('?');
    }
}

static void a_bad_system_address_is_stop_50(void **state)
{
    struct ke_stop stop = guest_stops(touches_the_system_story);

    (void)state;
    assert_stop(&stop, PAGE_FAULT_IN_NONPAGED_AREA, 0xe0001000u, 0, 0, 0);
}

static void touches_at_dispatch_story(void *arg)
{
    KIRQL old;

    (void)arg;
    guest_begins();
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    touch(0x44);
}

static void a_bad_address_at_dispatch_level_is_stop_d1(void **state)
{
    struct ke_stop stop = guest_stops(touches_at_dispatch_story);

    (void)state;
    assert_stop(&stop, DRIVER_IRQL_NOT_LESS_OR_EQUAL, 0x44, DISPATCH_LEVEL, 1, 0);
}

static int endless(int depth)
{
    volatile char room[300];

    room[depth % 300] = 1;
    if (depth < 0)
        return 0;
    return endless(depth + 1) + room[0];
}

static void overflows_story(void *arg)
{
    (void)arg;
    guest_begins();
    endless(0);
}

static void a_stack_overflow_is_stop_7f(void **state)
{
    struct ke_stop stop = guest_stops(overflows_story);

    (void)state;
    assert_stop(&stop, UNEXPECTED_KERNEL_MODE_TRAP, 8, 0, 0, 0);
    assert_true(is_on_the_stack(&stop, (void *)endless, 128));
}

static DWORD WINAPI overflows(LPVOID context)
{
    (void)context;
    return (DWORD)endless(0);
}

static DWORD WINAPI catches_overflows(LPVOID context)
{
    int caught = 0;

    (void)context;
    for (int i = 0; i < 3; i++) {
        __try {
            endless(0);
        } __except (GetExceptionCode() == (ULONG)STATUS_STACK_OVERFLOW) {
            caught++;
        }
    }
    return caught == 3 ? THE_END : 0;
}

STORY(a_programs_stack_overflow_is_its_own)
{
    (void)arg;
    guest_begins();
    for (int i = 0; i < 20; i++) /* However many programs crash, the machine goes on. */
        EXPECT(program_run("overflows.exe", overflows) == STATUS_STACK_OVERFLOW);
    EXPECT(program_run("catches.exe", catches_overflows) == THE_END);
}

STOPS(1, a_wild_pointer_stops, PAGE_FAULT_IN_NONPAGED_AREA)
{
    (void)arg;
    guest_begins();
    look((uintptr_t)0xdeadbeefdeadbeefu);
}

#if defined(__x86_64__) /* AArch64 divides by zero without a fault. */
STOPS(1, a_division_by_zero_stops, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED)
{
    (void)arg;
    guest_begins();
    divide(zero);
}
#endif

STOPS(1, a_call_of_nothing_stops, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED)
{
    void (*volatile call)(void) = NULL;

    (void)arg;
    guest_begins();
    call();
}

STOPS(1, a_library_function_on_a_bad_pointer_stops, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED)
{
    (void)arg;
    guest_begins();
    memset(nothing, 1, 4096);
}

STOPS(1, a_kernel_function_on_a_bad_pointer_stops, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED)
{
    (void)arg;
    guest_begins();
    KeSetEvent((PRKEVENT)nothing, 0, FALSE);
}

STOPS(1, an_overrun_is_found_when_the_block_is_freed, BAD_POOL_HEADER)
{
    (void)arg;
    guest_begins();
    char *block = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');

    memset(block, 1, 65);
    ExFreePool(block);
}

STOPS(1, an_overrun_into_the_next_block_is_found, BAD_POOL_HEADER)
{
    (void)arg;
    guest_begins();
    char *block = ExAllocatePoolWithTag(NonPagedPool, 4000, 'tseT'),
         *next = ExAllocatePoolWithTag(NonPagedPool, 4000, 'tseT');

    EXPECT(block < next);
    memset(next - 48, 0x55, 24); /* What an overrun of the first one does. */
    ExFreePool(next);
}

STOPS(1, a_write_into_a_freed_block_is_found, BAD_POOL_HEADER)
{
    (void)arg;
    guest_begins();
    char *block = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');

    ExFreePool(block);
    block[5] = 1;
    ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
}

STOPS(1, a_pointer_out_of_a_freed_block_leads_nowhere, PAGE_FAULT_IN_NONPAGED_AREA)
{
    (void)arg;
    guest_begins();
    char **block = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');

    ExFreePool(block);
    look((uintptr_t)block[2]);
}

STORY(faults_are_caught)
{
    ULONG codes[4] = { 0 };

    (void)arg;
    guest_begins();
    for (int i = 0; i < 50; i++) {
        __try {
            touch(8);
        } __except (GetExceptionInformation()->ExceptionRecord->ExceptionInformation[1] == 8) {
            codes[0] = GetExceptionCode();
        }
        __try {
            divide(zero);
        } __except (1) {
            codes[1] = GetExceptionCode();
        }
        __try {
            __builtin_trap();
        } __except (1) {
            codes[2] = GetExceptionCode();
        }
        __try {
            KeClearEvent((PRKEVENT)nothing);
        } __except (1) {
            codes[3] = GetExceptionCode();
        }
    }
    EXPECT(codes[0] == (ULONG)STATUS_ACCESS_VIOLATION);
#if defined(__x86_64__)
    EXPECT(codes[1] == (ULONG)STATUS_INTEGER_DIVIDE_BY_ZERO);
#endif
    EXPECT(codes[2] == (ULONG)STATUS_ILLEGAL_INSTRUCTION || codes[2] == (ULONG)STATUS_BREAKPOINT);
    EXPECT(codes[3] == (ULONG)STATUS_ACCESS_VIOLATION);
}

static int mend(int *volatile *pointer, int *target)
{
    *pointer = target;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int through(int *volatile *pointer)
{
    /* The pointer is read anew each time the instruction is done: by way of memory. */
    int *volatile got;

    __try {
        got = *pointer;
        return *(volatile int *)got;
    } __except (0) {
    }
    return 0;
}

STORY(a_filter_can_let_a_breakpoint_go_on)
{
    int target = 7;
    int *volatile pointer = &target;

    (void)arg;
    guest_begins();
    __try {
#if defined(__x86_64__)
        __asm__ volatile("int3");
        say('b');
#else
        say('b');
#endif
        EXPECT(through(&pointer) == 7);
    } __except (mend(&pointer, &target)) {
        say('?');
    }
    EXPECT(said_is("b"));
}

static void thread_runs_into_a_check(void *context)
{
    (void)context;
    guest_begins();
    CHECK(zero != 0);
}

#if defined(__x86_64__)
/* A filter that goes on after it has caught a fault of its own. */
static int catches_its_own(void)
{
    __try {
        touch(8);
    } __except (1) {
        say('f');
    }
    return EXCEPTION_CONTINUE_EXECUTION;
}

STORY(a_fault_goes_on_after_others_were_caught_inside)
{
    (void)arg;
    guest_begins();
    __try {
        __asm__ volatile("int3");
        say('b');
    } __except (catches_its_own()) {
        say('?');
    }
    __try {
        touch(8);
    } __except (1) {
        say('c');
    }
    EXPECT(said_is("fbc"));
}
#endif

static void a_failed_check_is_the_end_of_the_machine(void **state)
{
    (void)state;
    boot(1);
    assert_null(machine_run_for(&machine, thread_runs_into_a_check, NULL, SEC(1)));
    assert_int_equal(machine.end, SIM_BROKEN);
    assert_non_null(strstr(machine.sim->broken, "probe: "));
    assert_non_null(strstr(machine.sim->broken, "zero != 0"));
    machine_close(&machine);
}

static void breaks_the_agenda(void *context)
{
    (void)context;
    guest_begins();
    memset(ke->sim->agenda, 0x55, 4096);
    story_sleep(MS(1));
}

static void a_crash_of_the_engine_is_the_end_of_the_machine(void **state)
{
    (void)state;
    boot(1);
    assert_null(machine_run_for(&machine, breaks_the_agenda, NULL, SEC(1)));
    assert_int_equal(machine.end, SIM_BROKEN);
    machine_close(&machine);
}

static void guests_are_listed_by_whole_names(void **state)
{
    char name[20];

    (void)state;
    boot(1);
    ke_guest_loaded("alpha");
    ke_guest_loaded("a");
    ke_guest_loaded("alpha");
    assert_string_equal(ke->sim->guests, "alpha, a");
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "a_long_name_%d", i);
        ke_guest_loaded(name);
    }
    assert_string_equal(ke->sim->guests, "alpha, a, a_long_name_0, a_long_name_1, a_long_name_2, "
                                         "a_long_name_3, a_long_name_4, ...");
    machine_close(&machine);
}

#endif

GROUP(fault_test)
{
#if defined(__try) && !defined(UNDER_ASAN)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_null_pointer_stops_with_the_place_on_the_stack),
        cmocka_unit_test(a_bad_system_address_is_stop_50),
        cmocka_unit_test(a_bad_address_at_dispatch_level_is_stop_d1),
        cmocka_unit_test(a_stack_overflow_is_stop_7f),
        cmocka_unit_test(a_programs_stack_overflow_is_its_own),
        cmocka_unit_test(a_wild_pointer_stops),
#if defined(__x86_64__)
        cmocka_unit_test(a_division_by_zero_stops),
#endif
        cmocka_unit_test(a_call_of_nothing_stops),
        cmocka_unit_test(a_library_function_on_a_bad_pointer_stops),
        cmocka_unit_test(a_kernel_function_on_a_bad_pointer_stops),
        cmocka_unit_test(an_overrun_is_found_when_the_block_is_freed),
        cmocka_unit_test(an_overrun_into_the_next_block_is_found),
        cmocka_unit_test(a_write_into_a_freed_block_is_found),
        cmocka_unit_test(a_pointer_out_of_a_freed_block_leads_nowhere),
        cmocka_unit_test(faults_are_caught),
        cmocka_unit_test(a_filter_can_let_a_breakpoint_go_on),
#if defined(__x86_64__)
        cmocka_unit_test(a_fault_goes_on_after_others_were_caught_inside),
#endif
        cmocka_unit_test(guests_are_listed_by_whole_names),
        cmocka_unit_test(a_failed_check_is_the_end_of_the_machine),
        cmocka_unit_test(a_crash_of_the_engine_is_the_end_of_the_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
#else
    return 0;
#endif
}
