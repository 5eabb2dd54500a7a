/* ke_apc.c - asynchronous procedure calls: queues, regions, delivery (facts/nt-kernel.md 2).
 *
 * An APC belongs to an environment: 0, the thread at home, or 1, the thread away. The queue it
 * lands in is apc_state_pointer[environment]; a queue is delivered from only while its environment
 * is in force, so an APC for the other one is parked (or, for environment 1 of a thread at home,
 * lost with the next attach: 2.4).
 *
 *   special kernel   at APC_LEVEL, whenever IRQL < APC and no guarded region
 *   normal kernel    at PASSIVE, one at a time, not in a critical region either
 *   user             on the way back to user mode, once UserApcPending
 */
#include "model/kernel/ke.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_orders.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/ps.h"

void ki_apc_state_init(KAPC_STATE *state, struct ke_process *process)
{
    InitializeListHead(&state->ApcListHead[KernelMode]);
    InitializeListHead(&state->ApcListHead[UserMode]);
    state->Process = process;
    state->KernelApcInProgress = state->KernelApcPending = state->UserApcPending = FALSE;
}

/* ---- Queueing (2.3) -------------------------------------------------------------------------- */

enum { APC_OBJECT = 0x12 }; /* KOBJECTS. */

void ki_init_apc(PRKAPC apc, PRKTHREAD thread, KAPC_ENVIRONMENT environment,
                 PKKERNEL_ROUTINE kernel_routine, PKRUNDOWN_ROUTINE rundown_routine,
                 PKNORMAL_ROUTINE normal_routine, KPROCESSOR_MODE mode, PVOID context)
{
    apc->Type = APC_OBJECT;
    apc->Size = sizeof *apc;
    apc->Thread = thread;
    apc->KernelRoutine = kernel_routine;
    apc->RundownRoutine = rundown_routine;
    apc->NormalRoutine = normal_routine;
    apc->NormalContext = normal_routine ? context : NULL;
    apc->ApcMode = normal_routine ? mode : KernelMode;
    apc->ApcStateIndex =
        environment == CurrentApcEnvironment ? (CCHAR)thread->apc_state_index : (CCHAR)environment;
    apc->Inserted = FALSE;
}

VOID KeInitializeApc(PRKAPC apc, PRKTHREAD thread, KAPC_ENVIRONMENT environment,
                     PKKERNEL_ROUTINE kernel_routine, PKRUNDOWN_ROUTINE rundown_routine,
                     PKNORMAL_ROUTINE normal_routine, KPROCESSOR_MODE mode, PVOID context)
{
    ki_init_apc(apc, thread, environment, kernel_routine, rundown_routine, normal_routine, mode,
                context);
    ke_address_give(apc, REGION_EMBEDDED, 48);
}

/* Inserts an APC into its list: a special one behind the last special and before all normal ones,
 * others at the tail. */
static void link_apc(KAPC_STATE *state, PRKAPC apc)
{
    LIST_ENTRY *head = &state->ApcListHead[(int)apc->ApcMode], *place = head->Blink;

    if (apc->ApcMode == KernelMode && apc->NormalRoutine == NULL)
        while (place != head && CONTAINING_RECORD(place, KAPC, ApcListEntry)->NormalRoutine != NULL)
            place = place->Blink;
    InsertHeadList(place, &apc->ApcListEntry);
}

/* Makes the thread deliver the APC, but only if the APC's environment is in force. */
static void signal_apc(struct ke_thread *thread, PRKAPC apc, KPRIORITY increment)
{
    bool special = apc->NormalRoutine == NULL;

    if (apc->ApcStateIndex != thread->apc_state_index)
        return;
    if (apc->ApcMode == UserMode) {
        if (thread->state == KE_WAITING && thread->wait_mode == UserMode &&
            (thread->alertable || thread->apc_state.UserApcPending)) {
            thread->apc_state.UserApcPending = TRUE;
            ke_unwait(thread, STATUS_USER_APC, increment);
        }
        return;
    }
    thread->apc_state.KernelApcPending = TRUE;
    if (thread == ke_current_thread() && !ke_dpc_active()) {
        ki_check_apcs();
    } else if (thread->state == KE_WAITING) {
        if (thread->wait_irql == PASSIVE_LEVEL && thread->special_apc_disable == 0 &&
            (special ||
             (thread->kernel_apc_disable == 0 && !thread->apc_state.KernelApcInProgress)))
            ke_unwait(thread, STATUS_KERNEL_APC, increment);
    } else {
        ke_request_apc(thread);
    }
}

BOOLEAN KeInsertQueueApc(PRKAPC apc, PVOID argument1, PVOID argument2, KPRIORITY increment)
{
    struct ke_thread *thread = apc->Thread;

    if (ke->cpu->irql > DISPATCH_LEVEL)
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, ke_address_of(apc), ke->cpu->irql, 1, 0);
    if (UNLIKELY(ke->orders != NULL))
        ki_before_apc(thread);
    if (!thread->apc_queueable || apc->Inserted)
        return FALSE;
    apc->SystemArgument1 = argument1;
    apc->SystemArgument2 = argument2;
    if (apc->ApcStateIndex == InsertApcEnvironment)
        apc->ApcStateIndex = (CCHAR)thread->apc_state_index;
    apc->Inserted = TRUE;
    ke_record(REC_APC_QUEUE, ke_address_of(apc), thread->address, (uint32_t)apc->ApcStateIndex, 0);
    link_apc(thread->apc_state_pointer[(int)apc->ApcStateIndex], apc);
    signal_apc(thread, apc, increment);
    ke_exit_dispatcher();
    return TRUE;
}

BOOLEAN KeRemoveQueueApc(PRKAPC apc)
{
    ke_require_irql_of(DISPATCH_LEVEL, apc);
    if (!apc->Inserted)
        return FALSE;
    RemoveEntryList(&apc->ApcListEntry);
    apc->Inserted = FALSE;
    return TRUE;
}

/* ---- Delivery (2.5) -------------------------------------------------------------------------- */

/* Calls the kernel routine of an APC; stop 0xC8 if it returns at another level. */
static void run_kernel_routine(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context,
                               PVOID *argument1, PVOID *argument2)
{
    uint32_t address = ke_address_of(apc);

    ke_record(REC_APC_RUN, address, (uint32_t)apc->ApcStateIndex, 0, 0);
    ke_cost(COST_APC);
    apc->KernelRoutine(apc, normal, context, argument1, argument2);
    if (ke->cpu->irql != APC_LEVEL)
        ke_stop(IRQL_UNEXPECTED_VALUE, (uint32_t)ke->cpu->irql << 16 | APC_LEVEL << 8, 0, address,
                0);
}

/* Runs the NormalRoutine of a normal kernel APC at PASSIVE_LEVEL; no other normal APC runs
 * meanwhile. */
static void run_normal(struct ke_thread *thread, PKNORMAL_ROUTINE normal, PVOID context,
                       PVOID argument1, PVOID argument2)
{
    thread->apc_state.KernelApcInProgress = TRUE;
    KeLowerIrql(PASSIVE_LEVEL);
    normal(context, argument1, argument2);
    KIRQL old;

    KeRaiseIrql(APC_LEVEL, &old);
    thread->apc_state.KernelApcInProgress = FALSE;
}

static void deliver_kernel(struct ke_thread *thread)
{
    LIST_ENTRY *head = &thread->apc_state.ApcListHead[KernelMode];

    while (!IsListEmpty(head)) {
        PRKAPC apc = CONTAINING_RECORD(head->Flink, KAPC, ApcListEntry);
        PKNORMAL_ROUTINE normal = apc->NormalRoutine;
        PVOID context = apc->NormalContext, argument1 = apc->SystemArgument1,
              argument2 = apc->SystemArgument2;

        if (normal != NULL &&
            (thread->apc_state.KernelApcInProgress || thread->kernel_apc_disable != 0))
            break;
        RemoveEntryList(&apc->ApcListEntry);
        apc->Inserted = FALSE;
        run_kernel_routine(apc, &normal, &context, &argument1, &argument2);
        if (normal != NULL)
            run_normal(thread, normal, context, argument1, argument2);
    }
}

static void deliver_user(struct ke_thread *thread)
{
    LIST_ENTRY *head = &thread->apc_state.ApcListHead[UserMode];

    thread->apc_state.UserApcPending = FALSE;
    if (thread->terminating) {
        KeLowerIrql(PASSIVE_LEVEL);
        PspExitThread(thread->exit_status);
    }
    if (IsListEmpty(head))
        return;
    PRKAPC apc = CONTAINING_RECORD(RemoveHeadList(head), KAPC, ApcListEntry);
    PKNORMAL_ROUTINE normal = apc->NormalRoutine;
    PVOID context = apc->NormalContext, argument1 = apc->SystemArgument1,
          argument2 = apc->SystemArgument2;

    apc->Inserted = FALSE;
    run_kernel_routine(apc, &normal, &context, &argument1, &argument2);
    if (normal != NULL) { /* On NT the routine is set up on the user stack and runs in user mode. */
        uint32_t service = thread->service;

        KeLowerIrql(PASSIVE_LEVEL);
        thread->service = 0;
        normal(context, argument1, argument2);
        thread->service = service;
        if (!IsListEmpty(head)) /* The return from a user APC tests for the next one. */
            thread->apc_state.UserApcPending = TRUE;
        KIRQL old;

        KeRaiseIrql(APC_LEVEL, &old);
    }
}

void NT_FRAME KiDeliverApc(KPROCESSOR_MODE mode)
{
    struct ke_thread *thread = ke_current_thread();
    struct ke_process *entry = thread->apc_state.Process;

    thread->apc_state.KernelApcPending = FALSE;
    if (thread->special_apc_disable == 0) {
        deliver_kernel(thread);
        if (mode == UserMode && thread->apc_state.UserApcPending)
            deliver_user(thread);
    }
    if (thread->apc_state.Process != entry) { /* Site C of bug check 5 (1.5). */
        ke->stop.by_apc = true;
        ke_stop_processes(INVALID_PROCESS_ATTACH_ATTEMPT, entry, thread->apc_state.Process,
                          thread->apc_state_index, ke_dpc_active());
    }
}

void ki_check_apcs(void)
{
    struct ke_thread *thread = ke_current_thread();
    KIRQL old;

    if (!thread->apc_state.KernelApcPending || thread->special_apc_disable != 0 ||
        ke->cpu->irql >= APC_LEVEL)
        return;
    KeRaiseIrql(APC_LEVEL, &old);
    KiDeliverApc(KernelMode);
    KeLowerIrql(old);
}

/* ---- Regions (2.2) --------------------------------------------------------------------------- */

void ki_leave_region(struct ke_thread *thread)
{
    if (IsListEmpty(&thread->apc_state.ApcListHead[KernelMode]))
        return;
    thread->apc_state.KernelApcPending = TRUE;
    ki_check_apcs();
}

VOID KeEnterCriticalRegion(VOID)
{
    ke_require_irql(APC_LEVEL, 0);
    ke_current_thread()->kernel_apc_disable--;
}

VOID KeLeaveCriticalRegion(VOID)
{
    ke_require_irql(APC_LEVEL, 0);
    struct ke_thread *thread = ke_current_thread();

    if (++thread->kernel_apc_disable == 0 && thread->special_apc_disable == 0)
        ki_leave_region(thread);
}

VOID KeEnterGuardedRegion(VOID)
{
    ke_require_irql(APC_LEVEL, 0);
    ke_current_thread()->special_apc_disable--;
}

VOID KeLeaveGuardedRegion(VOID)
{
    ke_require_irql(APC_LEVEL, 0);
    struct ke_thread *thread = ke_current_thread();

    if (++thread->special_apc_disable == 0)
        ki_leave_region(thread);
}

BOOLEAN KeAreApcsDisabled(VOID)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    const struct ke_thread *thread = ke_current_thread();

    return thread->kernel_apc_disable != 0 || thread->special_apc_disable != 0;
}

/* ---- Termination and suspension -------------------------------------------------------------- */

static VOID NTAPI no_kernel_part(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context,
                                 PVOID *argument1, PVOID *argument2)
{
    (void)apc, (void)normal, (void)context, (void)argument1, (void)argument2;
}

/* The kill APC is for environment 0, so a thread that is away dies only after it has come home
 * (1.6); it is a normal APC, so it waits behind critical regions (4.5). Its routine makes the
 * thread exit at its next return to user mode. */
static VOID NTAPI kill_routine(PVOID context, PVOID argument1, PVOID argument2)
{
    struct ke_thread *thread = context;

    (void)argument1, (void)argument2;
    thread->apc_state.UserApcPending = TRUE;
}

static VOID NTAPI suspend_routine(PVOID context, PVOID argument1, PVOID argument2)
{
    struct ke_thread *thread = context;

    (void)argument1, (void)argument2;
    KeWaitForSingleObject(&thread->suspend_semaphore, Suspended, KernelMode, FALSE, NULL);
}

void ki_apc_init_thread(struct ke_thread *thread)
{
    ki_apc_state_init(&thread->apc_state, thread->process);
    ki_apc_state_init(&thread->saved_apc_state, NULL);
    thread->apc_state_pointer[ORIGINAL_APC_ENVIRONMENT] = &thread->apc_state;
    thread->apc_state_pointer[ATTACHED_APC_ENVIRONMENT] = &thread->saved_apc_state;
    thread->apc_queueable = true;
    KeInitializeApc(&thread->kill_apc, thread, OriginalApcEnvironment, no_kernel_part, NULL,
                    kill_routine, KernelMode, thread);
    KeInitializeApc(&thread->suspend_apc, thread, OriginalApcEnvironment, no_kernel_part, NULL,
                    suspend_routine, KernelMode, thread);
}

bool ke_insert_exit_apc(struct ke_thread *thread)
{
    if (thread->terminating || thread->exited)
        return false;
    thread->terminating = true;
    bool queued = KeInsertQueueApc(&thread->kill_apc, NULL, NULL, 2);

    /* A frozen thread must still be able to terminate. */
    if (thread->suspend_count > 0) {
        thread->suspend_count = 0;
        KeReleaseSemaphore(&thread->suspend_semaphore, 0, 1, FALSE);
    }
    return queued;
}

void ke_freeze_thread(struct ke_thread *thread)
{
    if (thread->suspend_count++ > 0 || thread->terminating)
        return;
    /* The thread was thawed before its suspend APC ran: the thaw's signal is taken back. */
    if (thread->suspend_apc.Inserted)
        thread->suspend_semaphore.Header.SignalState--;
    else
        KeInsertQueueApc(&thread->suspend_apc, NULL, NULL, 0);
}

void ke_thaw_thread(struct ke_thread *thread)
{
    if (thread->suspend_count > 0 && --thread->suspend_count == 0)
        KeReleaseSemaphore(&thread->suspend_semaphore, 0, 1, FALSE);
}
