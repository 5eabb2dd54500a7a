/* signal_wait_test.c - a signal and the wait that it announces are one step (facts/ddi.md 2.4). */
#include "model/kernel/io.h"
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static KEVENT ping, pong;
static KSEMAPHORE slots;
static KMUTEX mutex;

STORY(a_signal_that_announces_a_wait_returns_at_dispatch_level)
{
    LARGE_INTEGER none = { 0 };

    (void)arg;
    KeInitializeEvent(&ping, SynchronizationEvent, FALSE);
    KeInitializeSemaphore(&slots, 0, 5);
    KeInitializeMutex(&mutex, 0);
    EXPECT(KeSetEvent(&ping, 0, TRUE) == 0 && KeGetCurrentIrql() == DISPATCH_LEVEL);
    EXPECT(KeWaitForSingleObject(&ping, Executive, KernelMode, FALSE, NULL) == STATUS_SUCCESS);
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
    KePulseEvent(&ping, 0, TRUE);
    EXPECT(KeGetCurrentIrql() == DISPATCH_LEVEL);
    EXPECT(KeWaitForSingleObject(&ping, Executive, KernelMode, FALSE, &none) == STATUS_TIMEOUT);
    KeReleaseSemaphore(&slots, 0, 1, TRUE);
    EXPECT(KeGetCurrentIrql() == DISPATCH_LEVEL);
    KeWaitForSingleObject(&slots, Executive, KernelMode, FALSE, NULL);
    EXPECT(KeReadStateEvent(&ping) == 0 && slots.Header.SignalState == 0);
    KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
    KeReleaseMutex(&mutex, TRUE);
    EXPECT(KeGetCurrentIrql() == DISPATCH_LEVEL);
    story_sleep(MS(1));
    EXPECT(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

/* The waiter of higher priority runs when the thread waits, not when it signals. */
static void answers(void *context)
{
    (void)context;
    for (int i = 0; i < 5; i++) {
        KeWaitForSingleObject(&ping, Executive, KernelMode, FALSE, NULL);
        say('b');
        KeSetEvent(&pong, 0, FALSE);
    }
}

static void nobody_comes_between(void *arg)
{
    KIRQL old;

    (void)arg;
    KeInitializeEvent(&ping, SynchronizationEvent, FALSE);
    KeInitializeEvent(&pong, SynchronizationEvent, FALSE);
    thread_with(TELLER_PRIORITY + 1, answers, NULL);
    story_sleep(MS(1));
    KeRaiseIrql(APC_LEVEL, &old);
    for (int i = 0; i < 5; i++) {
        KeSetEvent(&ping, 0, TRUE);
        say('a');
        KeWaitForSingleObject(&pong, Executive, KernelMode, FALSE, NULL);
        EXPECT(KeGetCurrentIrql() == APC_LEVEL);
    }
    KeLowerIrql(old);
    EXPECT(said_is("ababababab"));
}

STORY_ON(1, nobody_comes_between_on_one_processor) { nobody_comes_between(arg); }
STORY_ON(2, nobody_comes_between_on_two) { nobody_comes_between(arg); }

static VOID NTAPI says_d(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)context, (void)a1, (void)a2;
    say('d');
}

/* A DPC of the step runs when the level falls. */
STORY(a_dpc_waits_for_the_wait)
{
    LARGE_INTEGER none = { 0 };
    KDPC dpc;

    (void)arg;
    KeInitializeDpc(&dpc, says_d, NULL);
    KeInitializeEvent(&ping, NotificationEvent, FALSE);
    KeSetEvent(&ping, 0, TRUE);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    say('a');
    KeWaitForSingleObject(&ping, Executive, KernelMode, FALSE, NULL);
    say('b');
    KeClearEvent(&ping);
    KeSetEvent(&ping, 0, TRUE);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    story_sleep(MS(1));
    EXPECT(said_is("adbd"));
    KeWaitForSingleObject(&ping, Executive, KernelMode, FALSE, &none);
}

STOPS(1, a_step_that_is_not_finished, IRQL_NOT_LESS_OR_EQUAL)
{
    HANDLE handle;

    (void)arg;
    KeInitializeEvent(&ping, NotificationEvent, FALSE);
    KeSetEvent(&ping, 0, TRUE);
    ZwClose(handle = NULL);
    (void)handle;
}

/* ---- A mutant that is acquired too often ----------------------------------------------------- */

STOPS(1, a_mutant_has_a_limit, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED)
{
    (void)arg;
    KeInitializeMutex(&mutex, 0);
    KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
    mutex.Header.SignalState = MINLONG + 1;
    EXPECT(KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL) == STATUS_SUCCESS);
    EXPECT(mutex.Header.SignalState == MINLONG);
    KeWaitForSingleObject(&mutex, Executive, KernelMode, FALSE, NULL);
}

/* ---- What comes back at a raised level ------------------------------------------------------- */

static void ends_high(void *context)
{
    KIRQL old;

    (void)context;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
}

STOPS(1, a_thread_that_returns_high, IRQL_NOT_LESS_OR_EQUAL)
{
    (void)arg;
    thread_with(NORMAL_PRIORITY, ends_high, NULL);
    story_sleep(MS(1));
}

STOPS(1, a_thread_that_ends_high, IRQL_NOT_LESS_OR_EQUAL)
{
    KIRQL old;

    (void)arg;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS NTAPI returns_high(PDEVICE_OBJECT device, PIRP irp)
{
    KIRQL old;

    (void)device;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI high_entry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    static UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\High");
    PDEVICE_OBJECT device;

    (void)path;
    driver->MajorFunction[IRP_MJ_CREATE] = returns_high;
    return IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
}

static void opens_high(void *arg)
{
    static const struct io_image image = { .file = "high.sys", .entry = high_entry };
    static UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\High");
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK iosb;
    HANDLE handle;

    (void)arg;
    InitializeObjectAttributes(&attributes, &name, OBJ_KERNEL_HANDLE, NULL, NULL);
    EXPECT(NT_SUCCESS(IopLoadDriver(L"High", L"\\Driver\\High", &image)));
    ZwOpenFile(&handle, 0, &attributes, &iosb, 0, 0);
    say('x'); /* Not reached. */
}

static void a_dispatch_routine_that_returns_high(void **state)
{
    struct ke_stop stop = stops_on(1, opens_high);

    (void)state;
    assert_stop(&stop, IRQL_NOT_LESS_OR_EQUAL, 0, DISPATCH_LEVEL, 8, 0);
    assert_true(said_is(""));
}

/* As a free build does: the switch. */
STORY(a_level_may_be_set_downwards_by_a_switch)
{
    KIRQL first, second;

    (void)arg;
    ke->switches.irql_falls_freely = true;
    KeRaiseIrql(DISPATCH_LEVEL, &first);
    KeRaiseIrql(APC_LEVEL, &second);
    EXPECT(second == DISPATCH_LEVEL && KeGetCurrentIrql() == APC_LEVEL);
    KeLowerIrql(DISPATCH_LEVEL);
    EXPECT(KeGetCurrentIrql() == DISPATCH_LEVEL);
    KeLowerIrql(first);
}

GROUP(signal_wait_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_that_announces_a_wait_returns_at_dispatch_level),
        cmocka_unit_test(nobody_comes_between_on_one_processor),
        cmocka_unit_test(nobody_comes_between_on_two),
        cmocka_unit_test(a_dpc_waits_for_the_wait),
        cmocka_unit_test(a_step_that_is_not_finished),
        cmocka_unit_test(a_mutant_has_a_limit),
        cmocka_unit_test(a_thread_that_returns_high),
        cmocka_unit_test(a_thread_that_ends_high),
        cmocka_unit_test(a_dispatch_routine_that_returns_high),
        cmocka_unit_test(a_level_may_be_set_downwards_by_a_switch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
