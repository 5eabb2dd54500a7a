/* ke_attach.c - attaching a thread to another process, and the stops 5 and 6.
 *
 *   index 0 (home) --attach--> index 1 (away) --detach--> index 0
 *                               |--KeStackAttachProcess--> index 1, one deeper; the caller
 *                               |                          keeps the state between
 *                               '--KeAttachProcess to a third process--> STOP 5
 *                                                          (wanted, current, 1, dpc)
 *
 * The live state (address space, APC queues) is apc_state. The first attach parks it in
 * saved_apc_state; a nested stack attach moves it into the caller's KAPC_STATE. Two values of its
 * Process field are part of the contract: 1 means "the thread was in that process already, nothing
 * to undo", NULL means "undo with saved_apc_state". Order of the tests and all stop sites:
 * facts/nt-kernel.md 1.2-1.5; no lock serialises two threads that attach to the same process (1.7).
 */
#include "model/kernel/ke.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/mm_window.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"

#define ALREADY_THERE ((PKPROCESS)(uintptr_t)1)

/* Copies a state and re-links its queues, so that queued APCs know their new head (1.3 step 3). */
static void move_state(const KAPC_STATE *from, KAPC_STATE *to)
{
    *to = *from;
    for (int mode = KernelMode; mode < MaximumMode; mode++) {
        const LIST_ENTRY *head = &from->ApcListHead[mode];

        if (IsListEmpty(head)) {
            InitializeListHead(&to->ApcListHead[mode]);
        } else {
            to->ApcListHead[mode].Flink->Blink = &to->ApcListHead[mode];
            to->ApcListHead[mode].Blink->Flink = &to->ApcListHead[mode];
        }
    }
}

static void load_space(struct ke_process *process)
{
    ke->cpu->cr3 = process->address;
    if (ke->window != NULL)
        mm_window_enter();
}

/* 1.3: parks the live state in `save` and makes the thread live in `process`. */
static void ki_attach(struct ke_thread *thread, struct ke_process *process, KAPC_STATE *save)
{
    ke_record(REC_ATTACH, process->address, thread->apc_state.Process->address, 1, 0);
    process->stack_count++;
    move_state(&thread->apc_state, save);
    ki_apc_state_init(&thread->apc_state, process);
    if (save == &thread->saved_apc_state) {
        thread->apc_state_pointer[ORIGINAL_APC_ENVIRONMENT] = &thread->saved_apc_state;
        thread->apc_state_pointer[ATTACHED_APC_ENVIRONMENT] = &thread->apc_state;
        thread->apc_state_index = ATTACHED_APC_ENVIRONMENT;
    }
    load_space(process);
    ke_cost(COST_ATTACH);
}

/* 1.4 steps 2-6: bug check 6 if APCs are left behind; else `saved` becomes the live state again. */
static void ki_detach(struct ke_thread *thread, KAPC_STATE *saved)
{
    struct ke_process *left = thread->apc_state.Process;

    if (thread->apc_state.KernelApcInProgress ||
        !IsListEmpty(&thread->apc_state.ApcListHead[KernelMode]) ||
        !IsListEmpty(&thread->apc_state.ApcListHead[UserMode]))
        ke_stop(INVALID_PROCESS_DETACH_ATTEMPT, 0, 0, 0, 0);
    left->stack_count--;
    move_state(saved, &thread->apc_state);
    if (saved == &thread->saved_apc_state) {
        thread->saved_apc_state.Process = NULL;
        thread->apc_state_pointer[ORIGINAL_APC_ENVIRONMENT] = &thread->apc_state;
        thread->apc_state_pointer[ATTACHED_APC_ENVIRONMENT] = &thread->saved_apc_state;
        thread->apc_state_index = ORIGINAL_APC_ENVIRONMENT;
    }
    ke_record(REC_DETACH, left->address, thread->apc_state.Process->address,
              thread->apc_state_index, 0);
    load_space(thread->apc_state.Process);
    ke_cost(COST_ATTACH);
    if (!IsListEmpty(&thread->apc_state.ApcListHead[KernelMode])) {
        /* APCs that were parked meanwhile are delivered. */
        thread->apc_state.KernelApcPending = TRUE;
        ki_check_apcs();
    }
}

VOID NT_FRAME KeAttachProcess(PRKPROCESS process)
{
    struct ke_thread *thread = ke_current_thread();

    if (thread->apc_state.Process == process)
        return; /* This test comes first: nothing happens, and no depth is counted. */
    if (thread->apc_state_index != ORIGINAL_APC_ENVIRONMENT || ke_dpc_active())
        ke_stop_processes(INVALID_PROCESS_ATTACH_ATTEMPT, process, thread->apc_state.Process,
                          thread->apc_state_index, ke_dpc_active());
    ke_require_irql(APC_LEVEL, ob_address(process));
    ki_attach(thread, process, &thread->saved_apc_state);
}

VOID NT_FRAME KeDetachProcess(VOID)
{
    ke_require_irql(APC_LEVEL, 0);
    struct ke_thread *thread = ke_current_thread();

    if (thread->apc_state_index == ORIGINAL_APC_ENVIRONMENT)
        return;
    ki_detach(thread, &thread->saved_apc_state);
}

VOID NT_FRAME KeStackAttachProcess(PRKPROCESS process, PRKAPC_STATE state)
{
    struct ke_thread *thread = ke_current_thread();

    if (ke_dpc_active()) /* Here the DPC test comes first. */
        ke_stop_processes(INVALID_PROCESS_ATTACH_ATTEMPT, process, thread->apc_state.Process,
                          thread->apc_state_index, 1);
    ke_require_irql(APC_LEVEL, ob_address(process));
    if (thread->apc_state.Process == process) {
        state->Process = ALREADY_THERE;
    } else if (thread->apc_state_index == ORIGINAL_APC_ENVIRONMENT) {
        ki_attach(thread, process, &thread->saved_apc_state);
        state->Process = NULL;
    } else {
        ki_attach(thread, process, state);
    }
}

VOID NT_FRAME KeUnstackDetachProcess(PRKAPC_STATE state)
{
    ke_require_irql(APC_LEVEL, 0);
    struct ke_thread *thread = ke_current_thread();

    if (state->Process == ALREADY_THERE)
        return;
    if (thread->apc_state_index == ORIGINAL_APC_ENVIRONMENT)
        ke_stop(INVALID_PROCESS_DETACH_ATTEMPT, 0, 0, 0, 0);
    ki_check_apcs(); /* Deliverable kernel APCs run first (1.4 step 1). */
    ki_detach(thread, state->Process == NULL ? &thread->saved_apc_state : state);
}

BOOLEAN KeIsAttachedProcess(VOID)
{
    return ke_current_thread()->apc_state_index == ATTACHED_APC_ENVIRONMENT;
}
