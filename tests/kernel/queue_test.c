/* queue_test.c - kernel queues of drivers: order, threads at work, timeouts, the end
 * (facts/nt-kernel.md 5.1; the pages of KeInitializeQueue and its kin). */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static KQUEUE queue;
static LIST_ENTRY entries[4];
static KEVENT go_on;

static PLIST_ENTRY as_entry(NTSTATUS status) { return (PLIST_ENTRY)(LONG_PTR)status; }

static PLIST_ENTRY take(void) { return KeRemoveQueue(&queue, KernelMode, NULL); }

static PLIST_ENTRY take_within(sim_time ns)
{
    LARGE_INTEGER timeout = in(ns);

    return KeRemoveQueue(&queue, KernelMode, &timeout);
}

/* ---- Entries --------------------------------------------------------------------------------- */

STORY(entries_leave_from_the_head_and_are_counted)
{
    (void)arg;
    KeInitializeQueue(&queue, 1);
    EXPECT(queue.Header.Type == 4 && queue.Header.Size == 0x10);
    EXPECT(queue.MaximumCount == 1 && queue.CurrentCount == 0);
    EXPECT(KeInsertQueue(&queue, &entries[0]) == 0);
    EXPECT(KeInsertQueue(&queue, &entries[1]) == 1);
    EXPECT(KeInsertHeadQueue(&queue, &entries[2]) == 2);
    EXPECT(KeReadStateQueue(&queue) == 3);
    EXPECT(take() == &entries[2] && take() == &entries[0]);
    EXPECT(KeReadStateQueue(&queue) == 1 && queue.CurrentCount == 1);
    EXPECT(take() == &entries[1] && KeReadStateQueue(&queue) == 0);
}

STORY_ON(2, a_count_of_zero_is_one_thread_for_each_processor)
{
    (void)arg;
    KeInitializeQueue(&queue, 0);
    EXPECT(queue.MaximumCount == 2);
}

/* ---- Threads at work ------------------------------------------------------------------------- */

static void takes_one(void *context)
{
    PLIST_ENTRY entry = take();

    say(entry == as_entry(STATUS_ABANDONED) ? 'x' : letter_of(context));
}

STORY(the_latest_that_waits_is_served_first)
{
    (void)arg;
    KeInitializeQueue(&queue, 3);
    for (char letter = 'A'; letter <= 'C'; letter++) {
        thread_new(letter, NORMAL_PRIORITY, takes_one);
        story_sleep(MS(50));
    }
    for (int i = 0; i < 3; i++) {
        EXPECT(KeInsertQueue(&queue, &entries[i]) == 0);
        story_sleep(MS(50));
    }
    EXPECT(said_is("CBA") && queue.CurrentCount == 0); /* Threads that ended are not at work. */
}

static void works_on_all(void *context)
{
    for (;;) {
        take();
        say(letter_of(context));
        ke_spend(MS(20));
    }
}

STORY_ON(2, no_more_threads_work_than_the_queue_allows)
{
    (void)arg;
    KeInitializeQueue(&queue, 1);
    thread_new('A', NORMAL_PRIORITY, works_on_all);
    thread_new('B', NORMAL_PRIORITY, works_on_all);
    story_sleep(MS(50));
    for (int i = 0; i < 4; i++)
        KeInsertQueue(&queue, &entries[i]);
    story_sleep(MS(10));
    EXPECT(KeReadStateQueue(&queue) == 3 && queue.CurrentCount == 1 && story.count == 1);
    story_sleep(MS(200));
    EXPECT(said_is("BABA") && queue.CurrentCount == 0); /* A waiter goes first. */
}

static void blocks_at_work(void *context)
{
    take();
    say(letter_of(context));
    wait_for(&go_on);
    say((char)(letter_of(context) - 'A' + 'a'));
}

STORY(a_thread_that_blocks_at_work_lets_another_go_on)
{
    (void)arg;
    KeInitializeQueue(&queue, 1);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    thread_new('A', NORMAL_PRIORITY, blocks_at_work);
    thread_new('B', NORMAL_PRIORITY, blocks_at_work);
    story_sleep(MS(50));
    KeInsertQueue(&queue, &entries[0]);
    KeInsertQueue(&queue, &entries[1]);
    story_sleep(MS(50));
    EXPECT(said_is("BA") && queue.CurrentCount == 0);
    KeSetEvent(&go_on, 0, FALSE);
    EXPECT(queue.CurrentCount == 0); /* Both are ready, and have not run. */
    story_sleep(MS(50));
    EXPECT(story.count == 4 && queue.CurrentCount == 0);
}

static void dies_at_work(void *context)
{
    (void)context;
    take();
    PsTerminateSystemThread(STATUS_SUCCESS);
}

STORY(a_thread_that_ends_is_at_work_no_more)
{
    (void)arg;
    KeInitializeQueue(&queue, 1);
    KeInsertQueue(&queue, &entries[0]);
    KeInsertQueue(&queue, &entries[1]);
    thread_new('A', NORMAL_PRIORITY, dies_at_work);
    thread_new('B', NORMAL_PRIORITY, takes_one);
    story_sleep(MS(50));
    EXPECT(said_is("B") && IsListEmpty(&queue.ThreadListHead));
}

static void takes_from_another(void *context)
{
    static KQUEUE other;

    KeInitializeQueue(&other, 1);
    KeInsertQueue(&other, &entries[2]);
    take();
    EXPECT(KeRemoveQueue(&other, KernelMode, NULL) == &entries[2]);
    say(letter_of(context));
    story_sleep(SEC(1));
}

STORY(a_thread_belongs_to_one_queue)
{
    (void)arg;
    KeInitializeQueue(&queue, 1);
    KeInsertQueue(&queue, &entries[0]);
    KeInsertQueue(&queue, &entries[1]);
    thread_new('A', NORMAL_PRIORITY, takes_from_another);
    story_sleep(MS(50));
    EXPECT(said_is("A") && queue.CurrentCount == 0);
    EXPECT(take_within(0) == &entries[1]);
}

/* ---- No entry -------------------------------------------------------------------------------- */

STORY(without_an_entry_the_status_comes_instead)
{
    struct ke_thread *self = KeGetCurrentThread();
    KIRQL old;

    (void)arg;
    KeInitializeQueue(&queue, 1);
    EXPECT(take_within(MS(5)) == as_entry(STATUS_TIMEOUT));
    EXPECT(queue.CurrentCount == 0 && IsListEmpty(&queue.ThreadListHead));
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT(take_within(0) == as_entry(STATUS_TIMEOUT));
    KeInsertQueue(&queue, &entries[0]);
    EXPECT(take_within(0) == &entries[0]);
    KeLowerIrql(old);
    self->apc_state.UserApcPending = TRUE;
    EXPECT(KeRemoveQueue(&queue, UserMode, NULL) == as_entry(STATUS_USER_APC));
    self->apc_state.UserApcPending = FALSE;
}

STOPS(1, a_wait_at_dispatch_level_stops, IRQL_NOT_LESS_OR_EQUAL)
{
    KIRQL old;

    (void)arg;
    KeInitializeQueue(&queue, 1);
    KeInsertQueue(&queue, &entries[0]);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    take_within(MS(1)); /* Though nobody would have to wait. */
}

static void inserts_later(PKDPC dpc, PVOID context, PVOID one, PVOID two)
{
    (void)dpc, (void)one, (void)two;
    KeInsertQueue(&queue, context);
}

STORY(a_dpc_may_insert)
{
    static KTIMER timer;
    static KDPC dpc;

    (void)arg;
    KeInitializeQueue(&queue, 1);
    KeInitializeTimer(&timer);
    KeInitializeDpc(&dpc, inserts_later, &entries[3]);
    KeSetTimer(&timer, in(MS(5)), &dpc);
    EXPECT(take() == &entries[3]);
}

/* ---- The end --------------------------------------------------------------------------------- */

STORY(a_rundown_gives_the_entries_back)
{
    (void)arg;
    KeInitializeQueue(&queue, 1);
    for (int i = 0; i < 3; i++)
        KeInsertQueue(&queue, &entries[i]);
    PLIST_ENTRY first = KeRundownQueue(&queue);

    EXPECT(first == &entries[0] && first->Flink == &entries[1]);
    EXPECT(first->Flink->Flink == &entries[2] && entries[2].Flink == first);
    EXPECT(first->Blink == &entries[2] && KeReadStateQueue(&queue) == 0);
    KeInitializeQueue(&queue, 1);
    EXPECT(KeRundownQueue(&queue) == NULL);
}

STORY(a_rundown_wakes_who_waits)
{
    (void)arg;
    KeInitializeQueue(&queue, 1);
    thread_new('A', NORMAL_PRIORITY, takes_one);
    thread_new('B', NORMAL_PRIORITY, takes_one);
    story_sleep(MS(50));
    KeInsertQueue(&queue, &entries[0]); /* Handed to B, which has not run yet. */
    EXPECT(KeRundownQueue(&queue) == NULL);
    story_sleep(MS(50));
    EXPECT(said_is("Bx"));
    EXPECT(take() == as_entry(STATUS_ABANDONED));
    EXPECT(IsListEmpty(&queue.ThreadListHead) && queue.CurrentCount == 0);
}

STORY(who_blocks_during_a_rundown_has_no_slot_to_come_back_to)
{
    (void)arg;
    KeInitializeQueue(&queue, 1);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    KeInsertQueue(&queue, &entries[0]);
    thread_new('A', NORMAL_PRIORITY, blocks_at_work);
    story_sleep(MS(50));
    KeRundownQueue(&queue);
    KeInitializeQueue(&queue, 1);
    KeSetEvent(&go_on, 0, FALSE);
    story_sleep(MS(50));
    EXPECT(said_is("Aa") && queue.CurrentCount == 0);
}

GROUP(queue_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_leave_from_the_head_and_are_counted),
        cmocka_unit_test(a_count_of_zero_is_one_thread_for_each_processor),
        cmocka_unit_test(the_latest_that_waits_is_served_first),
        cmocka_unit_test(no_more_threads_work_than_the_queue_allows),
        cmocka_unit_test(a_thread_that_blocks_at_work_lets_another_go_on),
        cmocka_unit_test(a_thread_that_ends_is_at_work_no_more),
        cmocka_unit_test(a_thread_belongs_to_one_queue),
        cmocka_unit_test(without_an_entry_the_status_comes_instead),
        cmocka_unit_test(a_wait_at_dispatch_level_stops),
        cmocka_unit_test(a_dpc_may_insert),
        cmocka_unit_test(a_rundown_gives_the_entries_back),
        cmocka_unit_test(a_rundown_wakes_who_waits),
        cmocka_unit_test(who_blocks_during_a_rundown_has_no_slot_to_come_back_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
