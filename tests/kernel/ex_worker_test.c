/* ex_worker_test.c - work queues, their threads, and ERESOURCE (facts/nt-kernel.md 5.1, 4.5). */
#include "model/kernel/ex.h"
#include "tests/groups.h"
#include "tests/kernel/probe_driver.h"

static struct seen item_seen;
static int8_t priorities[MaximumWorkQueue];

static VOID notes_priority(PVOID parameter)
{
    probe_see(&item_seen);
    priorities[(uintptr_t)parameter] = ke_current_thread()->base_priority;
}

/* 5.1: delayed 12, critical 13, hypercritical 15; System, PASSIVE, at home. */
STORY(each_queue_has_its_priority)
{
    WORK_QUEUE_ITEM items[MaximumWorkQueue];

    (void)arg;
    for (uintptr_t i = 0; i < MaximumWorkQueue; i++) {
        items[i] = (WORK_QUEUE_ITEM){ .WorkerRoutine = notes_priority, .Parameter = (PVOID)i };
        ExQueueWorkItem(&items[i], (WORK_QUEUE_TYPE)i);
    }
    story_sleep(MS(10));
    EXPECT(priorities[DelayedWorkQueue] == 12 && priorities[CriticalWorkQueue] == 13 &&
           priorities[HyperCriticalWorkQueue] == 15);
    EXPECT(item_seen.owner == ke->system && item_seen.index == 0 &&
           item_seen.irql == PASSIVE_LEVEL);
}

/* A worker that waits lends its slot: one processor, and yet items behind a sleeper run. */
static int finished;

static VOID sleeps(PVOID parameter)
{
    (void)parameter;
    story_sleep(MS(200));
    finished++;
}

static VOID is_quick(PVOID parameter) { *(sim_time *)parameter = ke->sim->now; }

STORY(a_waiting_worker_does_not_hold_up_the_queue)
{
    WORK_QUEUE_ITEM slow = { .WorkerRoutine = sleeps }, quick = { .WorkerRoutine = is_quick };
    sim_time ran = 0, queued = ke->sim->now;

    (void)arg;
    quick.Parameter = &ran;
    ExQueueWorkItem(&slow, DelayedWorkQueue);
    ExQueueWorkItem(&quick, DelayedWorkQueue);
    story_sleep(MS(20));
    EXPECT(ran != 0 && ran - queued < MS(5));
    story_sleep(MS(300));
}

/* All seven delayed workers wait for an event that the eighth item would set: the balance thread
 * adds one (5.1). */
static KEVENT rescue;

static VOID waits_for_rescue(PVOID parameter)
{
    (void)parameter;
    KeWaitForSingleObject(&rescue, Executive, KernelMode, FALSE, NULL);
    finished++;
}

static VOID sets_rescue(PVOID parameter)
{
    (void)parameter;
    KeSetEvent(&rescue, 0, FALSE);
}

STORY(the_balance_thread_resolves_a_deadlock)
{
    static WORK_QUEUE_ITEM items[16];
    uint32_t count = ke->ex->workers[DelayedWorkQueue].threads;

    (void)arg;
    finished = 0;
    KeInitializeEvent(&rescue, NotificationEvent, FALSE);
    for (uint32_t i = 0; i <= count; i++) {
        items[i] = (WORK_QUEUE_ITEM){ .WorkerRoutine = i < count ? waits_for_rescue : sets_rescue };
        ExQueueWorkItem(&items[i], DelayedWorkQueue);
    }
    story_sleep(MS(500));
    EXPECT(finished == 0);
    story_sleep(SEC(3));
    EXPECT(finished == (int)count && ke->ex->workers[DelayedWorkQueue].threads == count + 1);
}

/* ---- What an item may not leave behind ------------------------------------------------------- */

static VOID returns_at_dispatch(PVOID parameter)
{
    KIRQL old;

    (void)parameter;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
}

static void queues_a_bad_item(void *arg)
{
    static WORK_QUEUE_ITEM item;

    (void)arg;
    item = (WORK_QUEUE_ITEM){ .WorkerRoutine = returns_at_dispatch };
    ExQueueWorkItem(&item, DelayedWorkQueue);
    story_sleep(SEC(1));
}

static VOID ends_its_thread(PVOID parameter)
{
    (void)parameter;
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static void queues_a_suicide(void *arg)
{
    static WORK_QUEUE_ITEM item;

    (void)arg;
    item = (WORK_QUEUE_ITEM){ .WorkerRoutine = ends_its_thread };
    ExQueueWorkItem(&item, DelayedWorkQueue);
    story_sleep(SEC(1));
}

static VOID waits_a_while(PVOID parameter)
{
    (void)parameter;
    story_sleep(MS(10));
}

static void queues_an_item_twice(void *arg)
{
    static WORK_QUEUE_ITEM first, item;
    KIRQL old;

    (void)arg;
    first = item = (WORK_QUEUE_ITEM){ .WorkerRoutine = waits_a_while };
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    ExQueueWorkItem(&first,
                    DelayedWorkQueue); /* A waiting worker gets it; the next one has to wait. */
    ExQueueWorkItem(&item, DelayedWorkQueue);
    ExQueueWorkItem(&item, CriticalWorkQueue);
    KeLowerIrql(old);
}

/* A worker waits, so the item is on its way to it at once; the worker has not begun it. */
static void queues_an_item_on_its_way(void *arg)
{
    static WORK_QUEUE_ITEM item;
    KIRQL old;

    (void)arg;
    item = (WORK_QUEUE_ITEM){ .WorkerRoutine = waits_a_while };
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    ExQueueWorkItem(&item, DelayedWorkQueue);
}

static void an_item_that_runs_may_be_queued_again(void *arg)
{
    static WORK_QUEUE_ITEM item;

    (void)arg;
    item = (WORK_QUEUE_ITEM){ .WorkerRoutine = waits_a_while };
    ExQueueWorkItem(&item, DelayedWorkQueue);
    story_sleep(MS(5));
    ExQueueWorkItem(&item, DelayedWorkQueue);
    story_sleep(MS(100));
}

static void stop_96(void **state)
{
    const struct ke_stop *stop = tell(1, queues_an_item_twice);

    (void)state;
    assert_non_null(stop);
    assert_int_equal(stop->code, INVALID_WORK_QUEUE_ITEM);
    machine_close(&machine);
    stop = tell(1, queues_an_item_on_its_way);
    assert_non_null(stop);
    assert_int_equal(stop->code, INVALID_WORK_QUEUE_ITEM);
    machine_close(&machine);
    assert_null(tell(2, an_item_that_runs_may_be_queued_again));
    machine_close(&machine);
}

static void stop_e1_and_e9(void **state)
{
    const struct ke_stop *stop = tell(1, queues_a_bad_item);

    (void)state;
    assert_non_null(stop);
    assert_int_equal(stop->code, WORKER_THREAD_RETURNED_AT_BAD_IRQL);
    assert_int_equal(stop->args[1], DISPATCH_LEVEL);
    machine_close(&machine);
    stop = tell(1, queues_a_suicide);
    assert_non_null(stop);
    assert_int_equal(stop->code, ACTIVE_EX_WORKER_THREAD_TERMINATION);
    assert_int_equal(stop->args[0], stop->thread->address);
    machine_close(&machine);
}

/* ---- ERESOURCE (4.5) ------------------------------------------------------------------------- */

static ERESOURCE resource;
static char order[16];
static struct ke_thread *helpers[8];

static void note(char c)
{
    size_t length = strlen(order);

    if (length + 1 < sizeof order)
        order[length] = c;
}

static void reader(void *arg)
{
    (void)arg;
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&resource, TRUE);
    note('r');
    story_sleep(MS(200));
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
}

static void writer(void *arg)
{
    (void)arg;
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    note('W');
    story_sleep(MS(200));
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
}

static void run_helper(uint32_t slot, void (*body)(void *))
{
    EXPECT(NT_SUCCESS(ps_create_thread(ke->system, body, NULL, true, "helper", &helpers[slot])));
    story_sleep(MS(1));
}

/* Readers together; a waiting writer stops new readers; after the writer all readers. */
STORY(a_waiting_writer_stops_new_readers)
{
    (void)arg;
    memset(order, 0, sizeof order);
    ExInitializeResourceLite(&resource);
    run_helper(0, reader);
    run_helper(1, reader);
    EXPECT(resource.ActiveCount == 2);
    run_helper(2, writer);
    run_helper(3, reader);
    run_helper(4, reader);
    EXPECT(resource.NumberOfExclusiveWaiters == 1 && resource.NumberOfSharedWaiters == 2 &&
           resource.ActiveCount == 2);
    story_sleep(SEC(2));
    EXPECT(strcmp(order, "rrWrr") == 0 && resource.ActiveCount == 0);
    EXPECT(NT_SUCCESS(ExDeleteResourceLite(&resource)));
}

STORY(an_owner_may_acquire_again)
{
    (void)arg;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    EXPECT(ExAcquireResourceExclusiveLite(&resource, FALSE) &&
           ExAcquireResourceExclusiveLite(&resource, FALSE));
    EXPECT(ExAcquireResourceSharedLite(&resource, FALSE) &&
           ExIsResourceAcquiredExclusiveLite(&resource));
    ExReleaseResourceLite(&resource);
    ExReleaseResourceLite(&resource);
    EXPECT(ExIsResourceAcquiredExclusiveLite(&resource));
    ExReleaseResourceLite(&resource);
    EXPECT(resource.ActiveCount == 0);
    EXPECT(ExAcquireResourceSharedLite(&resource, FALSE) &&
           !ExAcquireResourceExclusiveLite(&resource, FALSE));
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
}

static void releases_what_it_has_not(void *arg)
{
    (void)arg;
    ExInitializeResourceLite(&resource);
    ExReleaseResourceLite(&resource);
}

static void stop_e3(void **state)
{
    const struct ke_stop *stop = tell(1, releases_what_it_has_not);

    (void)state;
    assert_non_null(stop);
    assert_int_equal(stop->code, RESOURCE_NOT_OWNED);
    machine_close(&machine);
}

GROUP(ex_worker_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_queue_has_its_priority),
        cmocka_unit_test(a_waiting_worker_does_not_hold_up_the_queue),
        cmocka_unit_test(the_balance_thread_resolves_a_deadlock),
        cmocka_unit_test(stop_e1_and_e9),
        cmocka_unit_test(stop_96),
        cmocka_unit_test(a_waiting_writer_stops_new_readers),
        cmocka_unit_test(an_owner_may_acquire_again),
        cmocka_unit_test(stop_e3),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
