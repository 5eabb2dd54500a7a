/* ke_state.c - what drivers can read off the kernel: states, clocks, priorities; and the wait for
 * all queued DPCs (facts/ddi.md 2.4, 2.5, 2.12). */
#include "model/kernel/ke_orders.h"

enum { PM_TIMER_HZ = 3579545, PM_TIMER_READ_US = 1 };
#define SECOND_NS 1000000000ull

LONG KeReadStateMutex(PRKMUTEX mutex)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    return mutex->Header.SignalState;
}

LONG KeReadStateSemaphore(PRKSEMAPHORE semaphore)
{
    ke_before_object(semaphore, KE_READS);
    return semaphore->Header.SignalState;
}

BOOLEAN KeReadStateTimer(PKTIMER timer)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    return (BOOLEAN)timer->Header.SignalState;
}

BOOLEAN KeAreAllApcsDisabled(VOID)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    return KeGetCurrentIrql() >= APC_LEVEL || ke_current_thread()->special_apc_disable != 0;
}

KPRIORITY KeQueryPriorityThread(PKTHREAD thread) { return thread->priority; }

KPROCESSOR_MODE ExGetPreviousMode(VOID) { return ke_current_thread()->previous_mode; }

ULONG_PTR KeQueryActiveProcessors(VOID) { return ((ULONG_PTR)1 << ke->cpu_count) - 1; }

/* ---- Clocks ---------------------------------------------------------------------------------- */

ULONGLONG KeQueryInterruptTime(VOID) { return ke->sim->now / ke->tick_ns * ke->tick_ns / 100; }

/* Reading a port takes time, so a loop that waits for a count comes to an end. */
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER frequency)
{
    LARGE_INTEGER count;

    ke_spend(US(PM_TIMER_READ_US));
    if (frequency != NULL)
        frequency->QuadPart = PM_TIMER_HZ;
    count.QuadPart = (LONGLONG)(ke->sim->now / SECOND_NS * PM_TIMER_HZ +
                                ke->sim->now % SECOND_NS * PM_TIMER_HZ / SECOND_NS);
    return count;
}

/* ---- DPCs ------------------------------------------------------------------------------------ */

struct flush {
    KDPC dpcs[CPUS_MAX];
    uint32_t left; /* Processors that have not come to the end of their queues. */
    KEVENT done;
};

static VOID KiFlushQueuedDpc(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    struct flush *flush = context;

    UNREFERENCED_PARAMETER(dpc);
    UNREFERENCED_PARAMETER(argument1);
    UNREFERENCED_PARAMETER(argument2);
    if (--flush->left == 0)
        KeSetEvent(&flush->done, 0, FALSE);
}

/* A DPC at the end of each queue: it runs when all before it have ended. */
VOID KeFlushQueuedDpcs(VOID)
{
    struct flush flush;

    ke_require_irql(PASSIVE_LEVEL, 0);
    if (UNLIKELY(ke->orders != NULL))
        ki_orders_flush();
    KeInitializeEvent(&flush.done, NotificationEvent, FALSE);
    flush.left = ke->cpu_count;
    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        KeInitializeDpc(&flush.dpcs[i], KiFlushQueuedDpc, &flush);
        KeSetTargetProcessorDpc(&flush.dpcs[i], (CCHAR)i);
    }
    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        KeInsertQueueDpc(&flush.dpcs[i], NULL, NULL);
        ke_request_dpc(&ke->cpus[i]);
    }
    KeWaitForSingleObject(&flush.done, Executive, KernelMode, FALSE, NULL);
}
