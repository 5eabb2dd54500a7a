/* ob_timer.c - see ob_timer.h.
 *
 *   KTIMER --expires--> DPC --KeInsertQueueApc--> the thread: the routine, with the time
 *
 * While the timer has an APC it is in its thread's list and references itself, so a handle that is
 * closed cancels nothing. A timer that expires once leaves the list when the APC is delivered.
 */
#include "model/kernel/ob_timer.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob_named.h"

enum { PERIOD_NONE = 0, NT_APC_BYTES = 48 };

static void leave_thread(struct ob_timer *timer)
{
    if (timer->thread == NULL)
        return;
    KeRemoveQueueDpc(&timer->dpc);
    KeRemoveQueueApc(&timer->apc);
    RemoveEntryList(&timer->thread_link);
    timer->thread = NULL;
    ObDereferenceObject(timer);
}

static VOID NT_FRAME ExpTimerApcRoutine(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context,
                                        PVOID *argument1, PVOID *argument2)
{
    struct ob_timer *timer = CONTAINING_RECORD(apc, struct ob_timer, apc);

    (void)normal, (void)context, (void)argument1, (void)argument2;
    if (timer->timer.Period == PERIOD_NONE && !timer->timer.Header.Inserted)
        leave_thread(timer);
}

static VOID NT_FRAME ExpTimerDpcRoutine(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    struct ob_timer *timer = context;
    LARGE_INTEGER now;

    (void)dpc, (void)argument1, (void)argument2;
    if (timer->thread == NULL)
        return;
    KeQuerySystemTime(&now);
    KeInsertQueueApc(&timer->apc, (PVOID)(ULONG_PTR)now.LowPart, (PVOID)(LONG_PTR)now.HighPart,
                     IO_NO_INCREMENT);
}

void ob_timer_init(struct ob_timer *timer, TIMER_TYPE type)
{
    KeInitializeTimerEx(&timer->timer, type);
    KeInitializeDpc(&timer->dpc, ExpTimerDpcRoutine, timer);
    ke_address_give(&timer->apc, REGION_EMBEDDED, NT_APC_BYTES);
    timer->thread = NULL;
}

void ob_timer_cancel(struct ob_timer *timer)
{
    KeCancelTimer(&timer->timer);
    leave_thread(timer);
}

void ob_timer_set(struct ob_timer *timer, const struct ob_timer_settings *settings)
{
    struct ke_thread *thread = ke_current_thread();

    ob_timer_cancel(timer);
    if (settings->routine != NULL) {
        ki_init_apc(&timer->apc, thread, CurrentApcEnvironment, ExpTimerApcRoutine, NULL,
                    (PKNORMAL_ROUTINE)(uintptr_t)settings->routine, settings->mode,
                    settings->context);
        ObReferenceObject(timer);
        timer->thread = thread;
        InsertTailList(&thread->timers, &timer->thread_link);
    }
    KeSetTimerEx(&timer->timer, settings->due, settings->period,
                 settings->routine != NULL ? &timer->dpc : NULL);
}

void ob_timers_rundown(struct ke_thread *thread)
{
    while (!IsListEmpty(&thread->timers))
        ob_timer_cancel(CONTAINING_RECORD(thread->timers.Flink, struct ob_timer, thread_link));
}

/* ---- By handle ------------------------------------------------------------------------------- */

NTSTATUS ZwCreateTimer(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                       TIMER_TYPE type)
{
    struct ob_timer *timer;

    ke_require_irql(PASSIVE_LEVEL, 0);
    if (type != NotificationTimer && type != SynchronizationTimer)
        return STATUS_INVALID_PARAMETER_4;
    timer = ob_new(OB_TIMER, sizeof *timer, 0);
    if (timer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ob_timer_init(timer, type);
    return ob_insert(timer, access, attributes, handle);
}

NTSTATUS ZwOpenTimer(PHANDLE handle, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes)
{
    return ob_open(OB_TIMER, access, attributes, handle);
}

NTSTATUS ZwSetTimer(HANDLE handle, PLARGE_INTEGER due, PTIMER_APC_ROUTINE routine, PVOID context,
                    BOOLEAN resume, LONG period, PBOOLEAN previous)
{
    BOOLEAN was_signaled;
    void *timer;
    NTSTATUS status;

    ke_require_irql(PASSIVE_LEVEL, 0);
    if (period < PERIOD_NONE)
        return STATUS_INVALID_PARAMETER_6;
    status = ob_reference(handle, TIMER_MODIFY_STATE, OB_TIMER, &timer);
    if (!NT_SUCCESS(status))
        return status;
    was_signaled = KeReadStateTimer(timer);
    ob_timer_set(timer, &(struct ob_timer_settings){ *due, period, routine, context, KernelMode });
    if (previous != NULL)
        *previous = was_signaled;
    ObDereferenceObject(timer);
    return resume ? STATUS_TIMER_RESUME_IGNORED : STATUS_SUCCESS;
}

NTSTATUS ZwCancelTimer(HANDLE handle, PBOOLEAN state)
{
    void *timer;
    NTSTATUS status = ob_reference(handle, TIMER_MODIFY_STATE, OB_TIMER, &timer);

    if (!NT_SUCCESS(status))
        return status;
    ob_timer_cancel(timer);
    if (state != NULL)
        *state = KeReadStateTimer(timer);
    ObDereferenceObject(timer);
    return STATUS_SUCCESS;
}
