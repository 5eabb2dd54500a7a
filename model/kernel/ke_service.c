/* ke_service.c - the border between user mode and the kernel, and exceptions on either side of it.
 *
 * A system service is entered with previous mode user. On the way back the kernel checks, in this
 * order, the level (stop 0x4A), the attachment and the APC counter (stop 1, checked builds only),
 * then user APCs and termination (facts/nt-kernel.md 2.5, ddi.md 3).
 */
#include "model/kernel/ke_service.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_guest.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/mm.h"
#include "model/kernel/ps.h"

/* Simulated code address of a service, which has no code of its own here: a place in the kernel
 * image, for stops. */
static uint32_t service_address(uint32_t number) { return 0xe0880000u + number * 16; }

void service_enter(uint32_t number)
{
    struct ke_thread *thread = ke_current_thread();

    thread->service = number;
    thread->previous_mode = UserMode;
    thread->service_apc_index = thread->apc_state_index;
    thread->service_apc_disable = thread->kernel_apc_disable;
    ke_record(REC_SERVICE, number, 0, 0, 0);
    ke_cost(COST_SERVICE);
}

static void return_to_user(struct ke_thread *thread)
{
    while (thread->apc_state.UserApcPending && thread->special_apc_disable == 0) {
        KIRQL old;

        KeRaiseIrql(APC_LEVEL, &old);
        KiDeliverApc(UserMode);
        KeLowerIrql(old);
    }
}

/* Check of a checked build: stop 1 for an attach without a detach, or a critical or guarded region
 * that was entered and not left. */
static void check_apc_state(const struct ke_thread *thread)
{
    bool same = thread->apc_state_index == thread->service_apc_index &&
                thread->kernel_apc_disable == thread->service_apc_disable &&
                thread->special_apc_disable == 0;

    if (ke->switches.checked_build && !same)
        ke_stop(APC_INDEX_MISMATCH, service_address(thread->service),
                (uint32_t)thread->apc_state_index << 8 | thread->service_apc_index,
                (uint16_t)thread->kernel_apc_disable, (uint16_t)thread->service_apc_disable);
}

void service_leave(NTSTATUS status)
{
    struct ke_thread *thread = ke_current_thread();
    uint32_t number = thread->service;

    ke_record(REC_SERVICE_END, number, (uint32_t)status, 0, 0);
    if (ke->cpu->irql != PASSIVE_LEVEL)
        ke_stop(IRQL_GT_ZERO_AT_SYSTEM_SERVICE, service_address(number), ke->cpu->irql, 0, 0);
    check_apc_state(thread);
    return_to_user(thread);
    thread->service = 0;
}

void ke_user_point(sim_time ns)
{
    ke_spend(ns);
    return_to_user(ke_current_thread());
}

/* ---- Exceptions (5.6, 6.6) ------------------------------------------------------------------- */

NORETURN void ke_user_exception(NTSTATUS code, uint32_t address, bool write)
{
    struct ke_thread *thread = ke_current_thread();

    ke_fault_handled();
    thread->fault_address = address;
    ke_record(REC_EXCEPTION, (uint32_t)code, address, thread->process->address, write);
    ke_cost(COST_EXCEPTION);
    if (ke->last_chance != NULL)
        ke->last_chance(thread, code, address, write);
    PspTerminateProcess(thread->process, code);
    return_to_user(thread);
    PspExitThread(code);
}
