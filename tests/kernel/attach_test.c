/* attach_test.c - the attach test vectors of facts/nt-kernel.md 11.2, numbers 1 to 22, 27 and 28,
 * one story for each. O is the owner of the thread (System in most), A and B are other processes; a
 * state is written index/current. */
#include "tests/groups.h"
#include "tests/kernel/machine.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct machine machine;
static struct ke_process *A, *B, *O;

static bool state_is(int index, const struct ke_process *current)
{
    const struct ke_thread *thread = ke_current_thread();
    const KAPC_STATE *home = thread->apc_state_pointer[0], *away = thread->apc_state_pointer[1];
    bool at_home = index == 0;

    /* The invariants of 11.3 hold in every state. */
    EXPECT(at_home == (home == &thread->apc_state && away == &thread->saved_apc_state));
    EXPECT(at_home == (thread->saved_apc_state.Process == NULL));
    EXPECT(!at_home || thread->apc_state.Process == thread->process);
    EXPECT(at_home || thread->saved_apc_state.Process == thread->process);
    EXPECT(ke->cpu->cr3 == thread->apc_state.Process->address);
    return thread->apc_state_index == index && thread->apc_state.Process == current;
}

static void people(void)
{
    O = ke_current_thread()->process;
    A = machine_process("a.exe");
    B = machine_process("b.exe");
}

static const struct ke_stop *tell(uint32_t cpus, void (*story)(void *))
{
    machine_boot(&machine, cpus, 1);
    return machine_run(&machine, story, NULL);
}

static void stands(uint32_t cpus, void (*story)(void *))
{
    assert_null(tell(cpus, story));
    machine_close(&machine);
}

static void stops5(uint32_t cpus, void (*story)(void *), struct ke_process **a1,
                   struct ke_process **a2, uint32_t a3, uint32_t a4)
{
    const struct ke_stop *stop = tell(cpus, story);

    assert_stop(stop, INVALID_PROCESS_ATTACH_ATTEMPT, (*a1)->address, (*a2)->address, a3, a4);
    machine_close(&machine);
}

static void stops6(uint32_t cpus, void (*story)(void *))
{
    assert_stop(tell(cpus, story), INVALID_PROCESS_DETACH_ATTEMPT, 0, 0, 0, 0);
    machine_close(&machine);
}

static void v1(void *arg)
{
    (void)arg;
    people();
    int32_t before = A->stack_count;

    KeAttachProcess(A);
    EXPECT(state_is(1, A) && A->stack_count == before + 1);
    KeDetachProcess();
    EXPECT(state_is(0, O) && A->stack_count == before);
}
static void vector_01_attach_and_detach_end_at_home(void **s)
{
    (void)s;
    stands(1, v1);
}

static void v2(void *arg)
{
    (void)arg;
    people();
    KeAttachProcess(O);
    EXPECT(state_is(0, O));
    KeDetachProcess();
    EXPECT(state_is(0, O));
}
static void vector_02_attaching_to_oneself_is_silent(void **s)
{
    (void)s;
    stands(1, v2);
}

static void v3(void *arg)
{
    (void)arg;
    people();
    KeAttachProcess(A);
    KeAttachProcess(A);
    KeDetachProcess();
    EXPECT(state_is(0, O)); /* The inner detach undid the outer attach. */
    KeDetachProcess();
    EXPECT(state_is(0, O));
}
static void vector_03_a_second_attach_to_the_same_process_is_not_counted(void **s)
{
    (void)s;
    stands(1, v3);
}

static void v4(void *arg)
{
    (void)arg;
    people();
    KeAttachProcess(A);
    KeAttachProcess(B);
}
static void vector_04_a_nested_legacy_attach_stops(void **s)
{
    (void)s;
    stops5(1, v4, &B, &A, 1, 0);
}

static void v5(void *arg)
{
    (void)arg;
    people();
    KeAttachProcess(A);
    KeAttachProcess(O);
}
static void vector_05_attaching_home_while_away_stops(void **s)
{
    (void)s;
    stops5(1, v5, &O, &A, 1, 0);
}

static void v6(void *arg)
{
    KAPC_STATE s1, s2;

    (void)arg;
    people();
    KeStackAttachProcess(A, &s1);
    EXPECT(state_is(1, A) && s1.Process == NULL);
    KeStackAttachProcess(B, &s2);
    EXPECT(state_is(1, B) && s2.Process == A);
    KeUnstackDetachProcess(&s2);
    EXPECT(state_is(1, A));
    KeUnstackDetachProcess(&s1);
    EXPECT(state_is(0, O));
}
static void vector_06_stack_attaches_nest(void **s)
{
    (void)s;
    stands(1, v6);
}

static void v7(void *arg)
{
    KAPC_STATE s1, s2;

    (void)arg;
    people();
    KeStackAttachProcess(A, &s1);
    KeStackAttachProcess(A, &s2);
    EXPECT((uintptr_t)s2.Process == 1);
    KeUnstackDetachProcess(&s2);
    EXPECT(state_is(1, A));
    KeUnstackDetachProcess(&s1);
    EXPECT(state_is(0, O));
}
static void vector_07_a_stack_attach_to_where_one_is_leaves_a_mark(void **s)
{
    (void)s;
    stands(1, v7);
}

static void v8(void *arg)
{
    KAPC_STATE s1;

    (void)arg;
    people();
    KeStackAttachProcess(A, &s1);
    KeAttachProcess(B);
}
static void vector_08_a_legacy_attach_under_a_stack_attach_stops(void **s)
{
    (void)s;
    stops5(1, v8, &B, &A, 1, 0);
}

static void v9(void *arg)
{
    KAPC_STATE s1;

    (void)arg;
    people();
    KeAttachProcess(A);
    KeStackAttachProcess(B, &s1);
    EXPECT(state_is(1, B));
    KeUnstackDetachProcess(&s1);
    EXPECT(state_is(1, A));
    KeDetachProcess();
    EXPECT(state_is(0, O));
}
static void vector_09_a_stack_attach_nests_in_a_legacy_one(void **s)
{
    (void)s;
    stands(1, v9);
}

static void v10(void *arg)
{
    KAPC_STATE s1, s2;

    (void)arg;
    people();
    KeStackAttachProcess(A, &s1);
    KeStackAttachProcess(O, &s2);
    EXPECT(state_is(1, O)); /* At home by address space, away by index. */
    KeAttachProcess(A);
}
static void vector_10_home_by_nesting_is_still_away(void **s)
{
    (void)s;
    stops5(1, v10, &A, &O, 1, 0);
}

static void v11(void *arg)
{
    KAPC_STATE s1;

    (void)arg;
    people();
    KeStackAttachProcess(O, &s1);
    EXPECT((uintptr_t)s1.Process == 1 && state_is(0, O));
    KeUnstackDetachProcess(&s1);
    EXPECT(state_is(0, O));
}
static void vector_11_a_stack_attach_to_oneself_is_a_mark(void **s)
{
    (void)s;
    stands(1, v11);
}

static void v12(void *arg)
{
    KAPC_STATE state = { .Process = NULL };

    (void)arg;
    people();
    KeUnstackDetachProcess(&state);
}
static void vector_12_unstacking_at_home_stops(void **s)
{
    (void)s;
    stops6(1, v12);
}

/* ---- With APCs ------------------------------------------------------------------------------- */

static int apc_ran;
static KEVENT apc_event;

static VOID NTAPI kernel_routine(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *a1,
                                 PVOID *a2)
{
    (void)apc, (void)normal, (void)context, (void)a1, (void)a2;
    apc_ran++;
    KeSetEvent(&apc_event, 0, FALSE);
}

static VOID NTAPI normal_routine(PVOID context, PVOID a1, PVOID a2)
{
    (void)context, (void)a1, (void)a2;
}

static void prepare_apc(PRKAPC apc, KAPC_ENVIRONMENT environment, PKNORMAL_ROUTINE normal,
                        KPROCESSOR_MODE mode)
{
    *apc = (KAPC){ 0 };
    apc_ran = 0;
    KeInitializeEvent(&apc_event, NotificationEvent, FALSE);
    KeInitializeApc(apc, KeGetCurrentThread(), environment, kernel_routine, NULL, normal, mode,
                    NULL);
}

static void v13(void *arg)
{
    KAPC apc;

    (void)arg;
    people();
    KeAttachProcess(A);
    prepare_apc(&apc, CurrentApcEnvironment, normal_routine, UserMode);
    EXPECT(KeInsertQueueApc(&apc, NULL, NULL, 0));
    KeDetachProcess();
}
static void vector_13_leaving_a_user_apc_behind_stops(void **s)
{
    (void)s;
    stops6(1, v13);
}

static void v14(void *arg)
{
    KAPC apc;

    (void)arg;
    people();
    KeAttachProcess(A);
    prepare_apc(&apc, AttachedApcEnvironment, NULL, KernelMode);
    EXPECT(KeInsertQueueApc(&apc, NULL, NULL, 0));
    EXPECT(apc_ran == 1); /* At PASSIVE it runs at once. */
    KeDetachProcess();
    EXPECT(state_is(0, O));
}
static void vector_14_a_special_apc_at_passive_runs_before_the_detach(void **s)
{
    (void)s;
    stands(1, v14);
}

static void v15(void *arg)
{
    KAPC apc;
    KIRQL old;

    (void)arg;
    people();
    KeAttachProcess(A);
    KeRaiseIrql(APC_LEVEL, &old);
    prepare_apc(&apc, AttachedApcEnvironment, NULL, KernelMode);
    EXPECT(KeInsertQueueApc(&apc, NULL, NULL, 0));
    EXPECT(apc_ran == 0);
    KeDetachProcess();
}
static void vector_15_at_apc_level_the_apc_cannot_run_and_the_detach_stops(void **s)
{
    (void)s;
    stops6(1, v15);
}

static KAPC cross_apc;

static void queue_from_elsewhere(void *context)
{
    (void)context;
    story_sleep(MS(50));
    EXPECT(KeInsertQueueApc(&cross_apc, NULL, NULL, 0));
}

static void v16(void *arg)
{
    struct ke_thread *helper;
    LARGE_INTEGER second = { .QuadPart = -10000000 };

    (void)arg;
    people();
    prepare_apc(&cross_apc, OriginalApcEnvironment, NULL, KernelMode);
    EXPECT(NT_SUCCESS(
        ps_create_thread(ke->system, queue_from_elsewhere, NULL, true, "elsewhere", &helper)));
    KeAttachProcess(A);
    EXPECT(KeWaitForSingleObject(&apc_event, Executive, KernelMode, FALSE, &second) ==
           STATUS_TIMEOUT);
    /* Parked: a wait without timeout would be for ever. */
    EXPECT(apc_ran == 0 && cross_apc.Inserted);
    KeDetachProcess();
    EXPECT(apc_ran == 1);
}
static void vector_16_an_apc_for_home_does_not_wake_a_visitor(void **s)
{
    (void)s;
    stands(2, v16);
}

static void v17(void *arg)
{
    KAPC apc;
    LARGE_INTEGER second = { .QuadPart = -10000000 };

    (void)arg;
    people();
    KeAttachProcess(A);
    /* What an IRP issued here would use. */
    prepare_apc(&apc, CurrentApcEnvironment, NULL, KernelMode);
    KeDetachProcess();
    EXPECT(KeInsertQueueApc(&apc, NULL, NULL, 0));
    EXPECT(KeWaitForSingleObject(&apc_event, Executive, KernelMode, FALSE, &second) ==
           STATUS_TIMEOUT);
    EXPECT(apc_ran == 0);
    EXPECT(ke_current_thread()->saved_apc_state.ApcListHead[KernelMode].Flink == &apc.ApcListEntry);
    KeAttachProcess(A); /* The next attach overwrites the area: the entry is lost. */
    EXPECT(apc_ran == 0 && IsListEmpty(&ke_current_thread()->apc_state.ApcListHead[KernelMode]));
    KeDetachProcess();
    EXPECT(apc_ran == 0);
}
static void vector_17_io_that_completes_after_the_detach_is_lost(void **s)
{
    (void)s;
    stands(1, v17);
}

/* ---- In a DPC -------------------------------------------------------------------------------- */

static bool dpc_over;

static VOID NTAPI stack_attach_dpc(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    KAPC_STATE state;

    (void)dpc, (void)context, (void)a1, (void)a2;
    KeStackAttachProcess(PsGetCurrentProcess(), &state);
}

static VOID NTAPI legacy_attach_dpc(PKDPC dpc, PVOID context, PVOID a1, PVOID a2)
{
    (void)dpc, (void)a1, (void)a2;
    KeAttachProcess(context ? context : PsGetCurrentProcess());
    dpc_over = true;
}

static void in_dpc(PKDEFERRED_ROUTINE routine, PVOID context)
{
    KDPC dpc;

    people();
    dpc_over = false;
    KeInitializeDpc(&dpc, routine, context);
    EXPECT(KeInsertQueueDpc(&dpc, NULL, NULL));
}

static void v18(void *arg)
{
    (void)arg;
    in_dpc(stack_attach_dpc, NULL);
}
static void vector_18_a_stack_attach_in_a_dpc_stops(void **s)
{
    (void)s;
    stops5(1, v18, &O, &O, 0, 1);
}

static void v19(void *arg)
{
    (void)arg;
    in_dpc(legacy_attach_dpc, NULL);
    EXPECT(dpc_over && state_is(0, O));
}
static void vector_19_a_legacy_attach_to_the_current_process_in_a_dpc_is_silent(void **s)
{
    (void)s;
    stands(1, v19);
}

static void v19b(void *arg)
{
    KDPC dpc;

    (void)arg;
    people();
    KeInitializeDpc(&dpc, legacy_attach_dpc, A);
    KeInsertQueueDpc(&dpc, NULL, NULL);
}
static void a_legacy_attach_to_another_process_in_a_dpc_stops(void **s)
{
    (void)s;
    stops5(1, v19b, &A, &O, 0, 1);
}

static VOID NTAPI attaching_apc(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *a1,
                                PVOID *a2)
{
    (void)apc, (void)normal, (void)context, (void)a1, (void)a2;
    KeAttachProcess(A);
}

static void v20(void *arg)
{
    KAPC apc = { 0 };

    (void)arg;
    people();
    KeInitializeApc(&apc, KeGetCurrentThread(), OriginalApcEnvironment, attaching_apc, NULL, NULL,
                    KernelMode, NULL);
    KeInsertQueueApc(&apc, NULL, NULL, 0);
}
static void vector_20_an_apc_that_returns_attached_stops(void **s)
{
    (void)s;
    stops5(1, v20, &O, &A, 1, 0);
}

/* ---- At the border, at the end --------------------------------------------------------------- */

static void return_attached(void *context)
{
    (void)context;
    service_enter(SERVICE_NtDeviceIoControlFile);
    KeAttachProcess(A);
    service_leave(STATUS_SUCCESS);
    EXPECT(state_is(1, A)); /* Only with the check off. */
    sim_finish(ke->sim, SIM_FINISHED);
    story_sleep(SEC(3600)); /* The end of the thread would be vector 22. */
}

static void v21(void *arg)
{
    struct ke_process *process;

    (void)arg;
    people();
    EXPECT(NT_SUCCESS(ps_create_process("o.exe", 0, ke->system, return_attached, NULL, &process)));
    story_sleep(SEC(1));
}

static void vector_21_returning_to_user_mode_attached_stops(void **s)
{
    (void)s;
    const struct ke_stop *stop = tell(1, v21);

    assert_non_null(stop);
    assert_int_equal(stop->code, APC_INDEX_MISMATCH);
    assert_int_equal(stop->args[1], 0x100); /* Attached now, at home before. */
    assert_int_equal(stop->args[2], 0);
    assert_int_equal(stop->args[3], 0);
    machine_close(&machine);
}

static void the_check_at_the_border_can_be_switched_off(void **s)
{
    (void)s;
    machine_boot(&machine, 1, 1);
    ke->switches.checked_build = false;
    machine_run_for(&machine, v21, NULL, SEC(60));
    assert_false(ke->stop.stopped);
    machine_close(&machine);
}

static void exit_attached(void *context)
{
    (void)context;
    KeAttachProcess(A);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static struct ke_thread *doomed;

static void v22(void *arg)
{
    (void)arg;
    people();
    EXPECT(NT_SUCCESS(ps_create_thread(ke->system, exit_attached, NULL, true, "doomed", &doomed)));
    story_sleep(SEC(1));
}

static void vector_22_a_thread_that_exits_attached_stops(void **s)
{
    (void)s;
    const struct ke_stop *stop = tell(1, v22);

    assert_stop(stop, INVALID_PROCESS_ATTACH_ATTEMPT, ke->system->address, A->address, 1,
                doomed->address);
    machine_close(&machine);
}

/* ---- Work items, preemption ------------------------------------------------------------------ */

static VOID NTAPI leak_attachment(PVOID parameter)
{
    (void)parameter;
    KeAttachProcess(A);
}
static VOID NTAPI innocent(PVOID parameter)
{
    (void)parameter;
    KeAttachProcess(B);
    KeDetachProcess();
}

static void v27(void *arg)
{
    static WORK_QUEUE_ITEM first, second;

    (void)arg;
    people();
    first = (WORK_QUEUE_ITEM){ .WorkerRoutine = leak_attachment };
    /* One thread serves it: the same worker for both. */
    ExQueueWorkItem(&first, HyperCriticalWorkQueue);
    story_sleep(MS(100));
    second = (WORK_QUEUE_ITEM){ .WorkerRoutine = innocent };
    ExQueueWorkItem(&second, HyperCriticalWorkQueue);
    story_sleep(MS(100));
}
static void vector_27_an_innocent_work_item_pays_for_a_leak(void **s)
{
    (void)s;
    stops5(1, v27, &B, &A, 1, 0);
}

static bool rival_ran;

static void rival(void *context)
{
    (void)context;
    story_sleep(MS(100));
    EXPECT(ke->cpu->cr3 == ke->system->address);
    rival_ran = true;
    ke_spend(MS(5));
}

static void v28(void *arg)
{
    struct ke_thread *thread;

    (void)arg;
    people();
    rival_ran = false;
    EXPECT(NT_SUCCESS(ps_create_thread(ke->system, rival, NULL, true, "rival", &thread)));
    KeSetPriorityThread(thread, 20);
    KeAttachProcess(A);
    uint64_t switches = ke_current_thread()->switches;

    ke_spend(MS(200));
    EXPECT(rival_ran && ke_current_thread()->switches > switches);
    EXPECT(state_is(1, A)); /* With A's address space loaded again. */
    KeDetachProcess();
}
static void vector_28_preemption_keeps_the_attachment(void **s)
{
    (void)s;
    stands(1, v28);
}

GROUP(attach_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vector_01_attach_and_detach_end_at_home),
        cmocka_unit_test(vector_02_attaching_to_oneself_is_silent),
        cmocka_unit_test(vector_03_a_second_attach_to_the_same_process_is_not_counted),
        cmocka_unit_test(vector_04_a_nested_legacy_attach_stops),
        cmocka_unit_test(vector_05_attaching_home_while_away_stops),
        cmocka_unit_test(vector_06_stack_attaches_nest),
        cmocka_unit_test(vector_07_a_stack_attach_to_where_one_is_leaves_a_mark),
        cmocka_unit_test(vector_08_a_legacy_attach_under_a_stack_attach_stops),
        cmocka_unit_test(vector_09_a_stack_attach_nests_in_a_legacy_one),
        cmocka_unit_test(vector_10_home_by_nesting_is_still_away),
        cmocka_unit_test(vector_11_a_stack_attach_to_oneself_is_a_mark),
        cmocka_unit_test(vector_12_unstacking_at_home_stops),
        cmocka_unit_test(vector_13_leaving_a_user_apc_behind_stops),
        cmocka_unit_test(vector_14_a_special_apc_at_passive_runs_before_the_detach),
        cmocka_unit_test(vector_15_at_apc_level_the_apc_cannot_run_and_the_detach_stops),
        cmocka_unit_test(vector_16_an_apc_for_home_does_not_wake_a_visitor),
        cmocka_unit_test(vector_17_io_that_completes_after_the_detach_is_lost),
        cmocka_unit_test(vector_18_a_stack_attach_in_a_dpc_stops),
        cmocka_unit_test(vector_19_a_legacy_attach_to_the_current_process_in_a_dpc_is_silent),
        cmocka_unit_test(a_legacy_attach_to_another_process_in_a_dpc_stops),
        cmocka_unit_test(vector_20_an_apc_that_returns_attached_stops),
        cmocka_unit_test(vector_21_returning_to_user_mode_attached_stops),
        cmocka_unit_test(the_check_at_the_border_can_be_switched_off),
        cmocka_unit_test(vector_22_a_thread_that_exits_attached_stops),
        cmocka_unit_test(vector_27_an_innocent_work_item_pays_for_a_leak),
        cmocka_unit_test(vector_28_preemption_keeps_the_attachment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
