/* debug_print_test.c - what drivers print and assert (facts/ddi.md 1.3). */
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/ke_log.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"
#include <stdio.h>

static bool printed_is(const char *text)
{
    const struct ke_log_line *line = ke_log_get(ke_log_count() - 1);

    return line != NULL && strcmp(line->text, text) == 0 && strcmp(line->source, "nt") == 0;
}

STORY(what_a_driver_prints_is_in_the_log)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Echo");
    ANSI_STRING narrow = RTL_CONSTANT_STRING("narrow");

    (void)arg;
    EXPECT(DbgPrint("echo: %d %#x %5u|%-4d|%04x\n", -5, 255, 7, 3, 0xab) == STATUS_SUCCESS);
    EXPECT(printed_is("echo: -5 0xff     7|3   |00ab"));
    DbgPrint("%wZ %Z %ws %S %s %c\n", &name, &narrow, L"wide", L"Wide", "text", 'c');
    EXPECT(printed_is("\\Device\\Echo narrow wide Wide text c"));
    KdPrint(("%I64x %I64d %lu\n", 0x123456789abcull, -1ll, 5u));
    EXPECT(printed_is("123456789abc -1 5"));
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "half a ");
    KdPrintEx((DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "line\n"));
    EXPECT(printed_is("half a line"));
}

static bool shows(const void *pointer, uint32_t address)
{
    char text[16];

    DbgPrint("%p\n", pointer);
    snprintf(text, sizeof text, "%08X", address);
    return printed_is(text);
}

STORY(a_pointer_prints_as_its_simulated_address)
{
    char *block = ExAllocatePoolWithTag(NonPagedPool, 1000, 'tseT');
    KEVENT *event = (KEVENT *)(void *)(block + 64);
    KSPIN_LOCK *zeroed = (KSPIN_LOCK *)(void *)(block + 128);
    PEPROCESS process = PsGetCurrentProcess();
    PIRP irp = IoAllocateIrp(2, FALSE);
    KIRQL old;

    (void)arg;
    *zeroed = 0;
    EXPECT(shows(block, ex_pool_address(block)));
    EXPECT(shows(block + 999, ex_pool_address(block) + 999));
    KeInitializeEvent(event, NotificationEvent, FALSE);
    EXPECT(shows(event, ke_address_of(event)) && ke_address_of(event) >= 0x81000000u);
    KeAcquireSpinLock(zeroed, &old);
    KeReleaseSpinLock(zeroed, old);
    EXPECT(ke_address_of(zeroed) == ex_pool_address(block) + 128);
    EXPECT(shows(process, ob_address(process)));
    EXPECT(shows(irp, io_irp_address(irp)));
    EXPECT(shows((void *)0x7ffe0000, 0x7ffe0000));
    EXPECT(shows(NULL, 0));
    EXPECT(shows(&old, 0xf0000000u));
    IoFreeIrp(irp);
    ExFreePoolWithTag(block, 'tseT');
    EXPECT(shows(block + 4, 0xf0000000u)); /* Freed. */
}

STORY(a_call_prints_512_bytes)
{
    static char text[2000];

    (void)arg;
    memset(text, 'x', sizeof text - 1);
    memset(text + 100, '\n', 1);
    memset(text + 511, '\n', 1);
    memset(text + 600, '\n', 1);
    DbgPrint("%s", text);
    EXPECT(ke_log_count() == 2 && strlen(ke_log_get(0)->text) == 100);
}

STORY(an_assertion_that_holds_says_nothing)
{
    (void)arg;
    ASSERT(arg == NULL);
    ASSERTMSG("message", arg == NULL);
    NT_ASSERT(arg == NULL);
    NT_VERIFY(arg == NULL);
    EXPECT(ke_log_count() == 0);
    PAGED_CODE();
}

static void asserts(void *arg) { ASSERT(arg != NULL); }

static void asserts_in_a_folder(void *arg)
{
    (void)arg;
    RtlAssert((PVOID)(ULONG_PTR) "x > 0", (PVOID)(ULONG_PTR) "/home/somebody/echo.c", 7, NULL);
}

static void an_assertion_names_its_file_without_the_folder(void **state)
{
    (void)state;
    boot(1);
    assert_non_null(run_story(asserts_in_a_folder));
    assert_true(printed_is("***   Source File: echo.c, line 7"));
    machine_close(&machine);
}

static void asserts_as_newer_kits_do(void *arg) { NT_ASSERT(arg != NULL); }

static void breaks(void *arg)
{
    (void)arg;
    KdBreakPoint();
}

static void is_pageable(void *arg)
{
    KIRQL old;

    (void)arg;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    PAGED_CODE();
}

static void without_a_debugger_a_break_is_a_stop(void **state)
{
    struct ke_stop stop = stops_on(1, asserts);

    (void)state;
    assert_stop(&stop, KMODE_EXCEPTION_NOT_HANDLED, (uint32_t)STATUS_BREAKPOINT, 0, 0, 0);
    stop = stops_on(1, asserts_as_newer_kits_do);
    assert_stop(&stop, KMODE_EXCEPTION_NOT_HANDLED, (uint32_t)STATUS_ASSERTION_FAILURE, 0, 0, 0);
    stop = stops_on(1, breaks);
    assert_stop(&stop, KMODE_EXCEPTION_NOT_HANDLED, (uint32_t)STATUS_BREAKPOINT, 0, 0, 0);
    stop = stops_on(1, is_pageable);
    assert_stop(&stop, KMODE_EXCEPTION_NOT_HANDLED, (uint32_t)STATUS_BREAKPOINT, 0, 0, 0);
    assert_int_equal(stop.irql, DISPATCH_LEVEL);
}

GROUP(debug_print_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_driver_prints_is_in_the_log),
        cmocka_unit_test(a_pointer_prints_as_its_simulated_address),
        cmocka_unit_test(a_call_prints_512_bytes),
        cmocka_unit_test(an_assertion_that_holds_says_nothing),
        cmocka_unit_test(an_assertion_names_its_file_without_the_folder),
        cmocka_unit_test(without_a_debugger_a_break_is_a_stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
