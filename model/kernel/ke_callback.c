/* ke_callback.c - routines that drivers register for the time after a bug check (facts/ddi.md
 * 2.12).
 *
 * They run once, on the processor that stopped, at HIGH_LEVEL, when all that is kept of the stop is
 * kept: what they do changes only their own memory. A routine that makes the machine stop again
 * ends the sequence, and its record says BufferIncomplete, as for one that faults.
 */
#include "model/kernel/kernel.h"

BOOLEAN KeRegisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD record,
                                   PKBUGCHECK_CALLBACK_ROUTINE routine, PVOID buffer, ULONG length,
                                   PUCHAR component)
{
    if (record->State != BufferEmpty)
        return FALSE;
    record->CallbackRoutine = routine;
    record->Buffer = buffer;
    record->Length = length;
    record->Component = component;
    record->Checksum = (ULONG_PTR)routine + (ULONG_PTR)buffer + length + (ULONG_PTR)component;
    record->State = BufferInserted;
    if (ke->bugcheck_callbacks.Flink == NULL)
        InitializeListHead(&ke->bugcheck_callbacks);
    InsertTailList(&ke->bugcheck_callbacks, &record->Entry);
    return TRUE;
}

BOOLEAN KeDeregisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD record)
{
    if (record->State != BufferInserted)
        return FALSE;
    RemoveEntryList(&record->Entry);
    record->State = BufferEmpty;
    return TRUE;
}

static bool is_intact(const KBUGCHECK_CALLBACK_RECORD *record)
{
    return record->Checksum == (ULONG_PTR)record->CallbackRoutine + (ULONG_PTR)record->Buffer +
                                   record->Length + (ULONG_PTR)record->Component;
}

void ke_run_bugcheck_callbacks(void)
{
    LIST_ENTRY *head = &ke->bugcheck_callbacks;

    if (head->Flink == NULL)
        return;
    sim_finish(ke->sim, SIM_STOPPED); /* A routine that spends time is not come back to. */
    ke->cpu->irql = HIGH_LEVEL;
    while (!IsListEmpty(head)) {
        PKBUGCHECK_CALLBACK_RECORD record =
            CONTAINING_RECORD(RemoveHeadList(head), KBUGCHECK_CALLBACK_RECORD, Entry);

        if (record->State != BufferInserted || !is_intact(record))
            continue;
        record->State = BufferStarted;
        ke->bugcheck_running = record;
        record->CallbackRoutine(record->Buffer, record->Length);
        ke->bugcheck_running = NULL;
        record->State = BufferFinished;
    }
}

bool ke_bugcheck_again(void)
{
    if (ke->bugcheck_running == NULL)
        return false;
    ke->bugcheck_running->State = BufferIncomplete;
    return true;
}
