/* ps_debug.c - the debug port, which a crashed service gets from Dr. Watson (facts/nt-kernel.md 6.3
 * row e, path e).
 *
 * The port is a reference to the debugger's process. The port matters here for one reason: when the
 * debuggee is terminated, the terminator's thread sweeps its handles while attached to it. When the
 * debugger itself ends, its debug object closes and takes the debuggee with it.
 */
#include "model/kernel/ps.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/kernel.h"

NTSTATUS ps_debug_attach(struct ke_process *debugger, struct ke_process *target)
{
    if (target->debugger != NULL)
        return STATUS_PORT_ALREADY_SET;
    if (target->deleting || debugger->deleting)
        return STATUS_PROCESS_IS_TERMINATING;
    ObReferenceObject(debugger);
    target->debugger = debugger;
    ke_record(REC_DEBUG_PORT, target->address, debugger->address, 0, 0);
    return STATUS_SUCCESS;
}

void ps_freeze_process(struct ke_process *process, struct ke_thread *except)
{
    KIRQL old;

    ke_record(REC_FREEZE, process->address, 0, 0, 0);
    /* There is no point until all are frozen, so the list does not change. */
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    LIST_EACH(pos, &process->threads) {
        struct ke_thread *thread = LIST_ITEM(pos, struct ke_thread, process_link);

        if (thread != except && !thread->exited)
            ke_freeze_thread(thread);
    }
    KeLowerIrql(old);
}

static struct ke_process *debuggee_of(const struct ke_process *debugger)
{
    LIST_EACH(pos, &ke->processes) {
        struct ke_process *process = LIST_ITEM(pos, struct ke_process, process_link);

        if (process->debugger == debugger)
            return process;
    }
    return NULL;
}

/* The port is still set while the debuggee is terminated, so this is row e, too. */
void ps_debugger_exit(struct ke_process *debugger)
{
    struct ke_process *victim;

    while ((victim = debuggee_of(debugger)) != NULL) {
        bool alive = !victim->exiting;

        ObReferenceObject(victim);
        if (alive)
            PspTerminateProcess(victim, STATUS_DEBUGGER_INACTIVE);
        victim->debugger = NULL;
        ObDereferenceObject(debugger);
        ObDereferenceObject(victim);
    }
}
