/* dpc_test.c - deferred procedure calls and timers (facts/nt-kernel.md 3.3, 4.2, 1.7). */
#include "tests/groups.h"
#include "tests/kernel/stories.h"

static KDPC dpcs[8];
static struct {
    bool active;
    KIRQL irql;
    struct ke_thread *thread;
    struct ke_process *process;
    uint8_t index;
    uint32_t cpu;
    sim_time at;
} last;

static VOID NTAPI says(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)a1, (void)a2;
    say(letter_of(context));
    last.active = ke_dpc_active();
    last.irql = KeGetCurrentIrql();
    last.thread = KeGetCurrentThread();
    last.process = PsGetCurrentProcess();
    last.index = last.thread->apc_state_index;
    last.cpu = KeGetCurrentProcessorNumber();
    last.at = ke->sim->now;
}

static PKDPC dpc_new(int n, char letter, KDPC_IMPORTANCE importance)
{
    KeInitializeDpc(&dpcs[n], says, (PVOID)(uintptr_t)letter);
    KeSetImportanceDpc(&dpcs[n], importance);
    return &dpcs[n];
}

STORY(a_dpc_runs_in_the_interrupted_thread)
{
    struct ke_process *a = machine_process("a.exe");

    (void)arg;
    KeAttachProcess(a);
    EXPECT(KeInsertQueueDpc(dpc_new(0, 'd', MediumImportance), NULL, NULL));
    EXPECT(said_is("d")); /* At once, on the own processor. */
    EXPECT(last.active && last.irql == DISPATCH_LEVEL && last.thread == KeGetCurrentThread());
    EXPECT(last.process == a && last.index == 1 &&
           !ke_dpc_active()); /* Attached, as that thread is. */
    KeDetachProcess();
}

STORY(importance_decides_the_place_in_line)
{
    KIRQL old;

    (void)arg;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeInsertQueueDpc(dpc_new(0, 'a', MediumImportance), NULL, NULL);
    KeInsertQueueDpc(dpc_new(1, 'b', LowImportance), NULL, NULL);
    KeInsertQueueDpc(dpc_new(2, 'H', HighImportance), NULL, NULL);
    KeInsertQueueDpc(dpc_new(3, 'c', MediumImportance), NULL, NULL);
    KeInsertQueueDpc(dpc_new(4, 'I', HighImportance), NULL, NULL);
    EXPECT(said_is(""));
    KeLowerIrql(old);
    EXPECT(said_is("IHabc"));
}

STORY(a_dpc_is_queued_once_and_can_be_taken_back)
{
    KIRQL old;

    (void)arg;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT(KeInsertQueueDpc(dpc_new(0, 'a', MediumImportance), NULL, NULL));
    EXPECT(!KeInsertQueueDpc(&dpcs[0], NULL, NULL));
    EXPECT(KeInsertQueueDpc(dpc_new(1, 'b', MediumImportance), NULL, NULL));
    EXPECT(KeRemoveQueueDpc(&dpcs[0]) && !KeRemoveQueueDpc(&dpcs[0]));
    KeLowerIrql(old);
    EXPECT(said_is("b"));
    EXPECT(KeInsertQueueDpc(&dpcs[0], NULL, NULL) && said_is("ba"));
}

static VOID NTAPI queues_another(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)context, (void)a1, (void)a2;
    KeInsertQueueDpc(dpc_new(1, 'b', MediumImportance), NULL, NULL);
    EXPECT(said_is("")); /* Not inside. */
    say('a');
}

/* What a DPC queues runs in the same pass, before any thread. */
STORY(one_pass_runs_all)
{
    (void)arg;
    KeInitializeDpc(&dpcs[0], queues_another, NULL);
    KeInsertQueueDpc(&dpcs[0], NULL, NULL);
    EXPECT(said_is("ab"));
}

static void computes(void *context)
{
    ke_spend(MS(100));
    say(letter_of(context));
}

STORY_ON(2, a_dpc_can_be_sent_to_another_processor)
{
    (void)arg;
    struct ke_thread *thread = thread_new('t', 8, computes);

    story_sleep(MS(20));
    uint8_t target = thread->last_processor;

    EXPECT(thread->state == KE_RUNNING);
    KeSetTargetProcessorDpc(dpc_new(0, 'd', HighImportance), (CCHAR)target);
    KeInsertQueueDpc(&dpcs[0], NULL, NULL);
    sim_time queued_at = ke->sim->now;

    story_sleep(MS(30));
    EXPECT(said_is("d") && last.cpu == target && last.thread == thread &&
           last.at - queued_at < US(50));
    story_sleep(MS(100));
    EXPECT(said_is("dt"));
}

/* 3.3: of medium importance it waits there for the next dispatch interrupt, at the latest the
 * tick. */
STORY_ON(2, elsewhere_only_the_important_interrupt)
{
    (void)arg;
    struct ke_thread *thread = thread_new('t', 8, computes);

    story_sleep(MS(20));
    KeSetTargetProcessorDpc(dpc_new(0, 'd', MediumImportance), (CCHAR)thread->last_processor);
    KeInsertQueueDpc(&dpcs[0], NULL, NULL);
    ke_spend(MS(5));
    EXPECT(said_is(""));
    ke_spend(US(15625));
    EXPECT(said_is("d"));
}

STORY(a_dpc_of_low_importance_waits_for_an_interrupt)
{
    (void)arg;
    story_sleep(MS(10)); /* To a tick. */
    KeInsertQueueDpc(dpc_new(0, 'd', LowImportance), NULL, NULL);
    EXPECT(said_is(""));
    ke_spend(MS(5));
    EXPECT(said_is(""));
    ke_spend(MS(10));
    EXPECT(said_is("d"));
}

/* 1.7: DpcRoutineActive is the processor's, and no thread ever sees it. */
static void looks(void *context)
{
    (void)context;
    for (int i = 0; i < 2000; i++) {
        ke_spend(US(10));
        EXPECT(!ke_dpc_active() && KeGetCurrentIrql() == PASSIVE_LEVEL);
    }
    say('l');
}

static VOID NTAPI takes_long(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)context, (void)a1, (void)a2;
    for (int i = 0; i < 10; i++) {
        ke_spend(US(30));
        EXPECT(ke_dpc_active());
    }
}

STORY_ON(4, no_thread_sees_a_dpc_running)
{
    (void)arg;
    for (int i = 0; i < 6; i++)
        thread_with(8, looks, NULL);
    for (int i = 0; i < 8; i++)
        KeInitializeDpc(&dpcs[i], takes_long, NULL);
    for (int i = 0; i < 30; i++) {
        for (int d = 0; d < 4; d++) {
            KeSetTargetProcessorDpc(&dpcs[d], (CCHAR)d);
            KeInsertQueueDpc(&dpcs[d], NULL, NULL);
        }
        ke_spend(US(900));
    }
    story_sleep(MS(200));
    EXPECT(said_is("llllll"));
}

/* A DPC readies a better thread: it takes over when the DPCs are done, and the interrupted one
 * goes on later. */
static KEVENT bell;

static VOID NTAPI rings(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)context, (void)a1, (void)a2;
    KeSetEvent(&bell, 0, FALSE);
    say('d');
}

static void waits(void *context)
{
    wait_for(&bell);
    say(letter_of(context));
}

STORY(a_dpc_wakes_a_better_thread)
{
    (void)arg;
    KeInitializeEvent(&bell, SynchronizationEvent, FALSE);
    thread_new('h', TELLER_PRIORITY + 1, waits);
    thread_new('l', 8, waits);
    story_sleep(MS(20));
    KeInitializeDpc(&dpcs[0], rings, NULL);
    KeInsertQueueDpc(&dpcs[0], NULL, NULL);
    say('.');
    EXPECT(said_is("dh."));
}

/* ---- Timers ---------------------------------------------------------------------------------- */

static KTIMER timer;

STORY(a_timer_expires_at_a_tick_in_a_dpc)
{
    LARGE_INTEGER due = in(MS(25));

    (void)arg;
    story_sleep(MS(10)); /* To a tick. */
    sim_time before = ke->sim->now;

    KeInitializeTimer(&timer);
    EXPECT(!KeSetTimer(&timer, due, dpc_new(0, 't', MediumImportance)));
    EXPECT(wait_for(&timer) == STATUS_WAIT_0);
    EXPECT(ke->sim->now - before >= MS(25) && ke->sim->now - before <= MS(31));
    EXPECT(said_is("t") && last.active && last.cpu == 0); /* 3.3: the flag is up there, too. */
    EXPECT(is_signaled(&timer) && is_signaled(&timer));   /* Notification. */
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    KeSetTimer(&timer, due, NULL);
    EXPECT(wait_for(&timer) == STATUS_WAIT_0 && !is_signaled(&timer));
}

STORY(a_timer_can_be_cancelled_and_set_anew)
{
    LARGE_INTEGER due = in(MS(50));

    (void)arg;
    KeInitializeTimer(&timer);
    EXPECT(!KeCancelTimer(&timer));
    KeSetTimer(&timer, due, dpc_new(0, 't', MediumImportance));
    EXPECT(KeCancelTimer(&timer));
    story_sleep(MS(100));
    EXPECT(said_is("") && !is_signaled(&timer));
    KeSetTimer(&timer, due, &dpcs[0]);
    story_sleep(MS(30));
    /* TRUE: the timer was set already; the new due time replaces the old. */
    EXPECT(KeSetTimer(&timer, due, &dpcs[0]));
    story_sleep(MS(40));
    EXPECT(said_is(""));
    story_sleep(MS(30));
    EXPECT(said_is("t"));
}

STORY(a_periodic_timer_comes_again)
{
    LARGE_INTEGER due = in(MS(50));

    (void)arg;
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    KeSetTimerEx(&timer, due, 50, dpc_new(0, 't', MediumImportance));
    for (int i = 0; i < 10; i++)
        EXPECT(wait_for_at_most(&timer, MS(70)) == STATUS_WAIT_0);
    EXPECT(said_is("tttttttttt"));
    EXPECT(KeCancelTimer(&timer));
    story_sleep(MS(200));
    EXPECT(said_is("tttttttttt"));
}

/* A period shorter than a tick comes once a tick, not in bursts. */
STORY(a_short_period_comes_once_a_tick)
{
    LARGE_INTEGER due = in(MS(10));

    (void)arg;
    KeInitializeTimer(&timer);
    uint64_t records_before = ke->sim->trace.count;

    KeSetTimerEx(&timer, due, 1, dpc_new(0, 't', MediumImportance));
    story_sleep(MS(200));
    KeCancelTimer(&timer);
    EXPECT(story.count >= 19 && story.count <= 21);
    EXPECT(ke->sim->trace.count - records_before < 25 * 8);
}

STORY(timers_expire_in_order_of_their_due_times)
{
    KTIMER timers[4];

    (void)arg;
    for (int i = 0; i < 4; i++) {
        LARGE_INTEGER due = in(MS(5 + (sim_time)(i ^ 3)));

        KeInitializeTimer(&timers[i]);
        KeSetTimer(&timers[i], due, dpc_new(i, (char)('a' + i), MediumImportance));
    }
    story_sleep(MS(50));
    EXPECT(said_is("dcba"));
}

/* A mistake that Windows lets pass: the timer stays in line and expires once, with nobody to call;
 * after that it is as new. */
STORY(a_running_timer_that_is_initialized_expires_once)
{
    (void)arg;
    KeInitializeTimer(&timer);
    KeSetTimerEx(&timer, in(MS(5)), 5, dpc_new(0, 'x', MediumImportance));
    KeInitializeTimerEx(&timer, NotificationTimer);
    story_sleep(MS(50));
    EXPECT(said_is("") && timer.Header.SignalState != 0);
    KeSetTimer(&timer, in(MS(5)), dpc_new(1, 'y', MediumImportance));
    story_sleep(MS(50));
    EXPECT(said_is("y"));
}

GROUP(dpc_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dpc_runs_in_the_interrupted_thread),
        cmocka_unit_test(importance_decides_the_place_in_line),
        cmocka_unit_test(a_dpc_is_queued_once_and_can_be_taken_back),
        cmocka_unit_test(one_pass_runs_all),
        cmocka_unit_test(a_dpc_can_be_sent_to_another_processor),
        cmocka_unit_test(elsewhere_only_the_important_interrupt),
        cmocka_unit_test(a_dpc_of_low_importance_waits_for_an_interrupt),
        cmocka_unit_test(no_thread_sees_a_dpc_running),
        cmocka_unit_test(a_dpc_wakes_a_better_thread),
        cmocka_unit_test(a_timer_expires_at_a_tick_in_a_dpc),
        cmocka_unit_test(a_timer_can_be_cancelled_and_set_anew),
        cmocka_unit_test(a_periodic_timer_comes_again),
        cmocka_unit_test(a_short_period_comes_once_a_tick),
        cmocka_unit_test(timers_expire_in_order_of_their_due_times),
        cmocka_unit_test(a_running_timer_that_is_initialized_expires_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
