/* ke_device_queue.c - queues of devices: one entry is being worked on, the others wait
 * (facts/ddi.md 2.10).
 *
 * The entry that finds the device idle is not queued: Busy says that somebody works on it. Removing
 * from a queue that is not busy is an error that a free build does not see.
 */
#include "model/kernel/io_inside.h"

VOID KeInitializeDeviceQueue(PKDEVICE_QUEUE queue)
{
    queue->Type = IO_TYPE_DEVICE_QUEUE;
    queue->Size = sizeof *queue;
    InitializeListHead(&queue->DeviceListHead);
    KeInitializeSpinLock(&queue->Lock);
    queue->Busy = FALSE;
}

static void enter(PKDEVICE_QUEUE queue)
{
    ke_require_irql_of(DISPATCH_LEVEL, queue);
    KeAcquireSpinLockAtDpcLevel(&queue->Lock);
}

/* Queues an entry before the first one of the list that has to come later; `list` itself: last. */
static BOOLEAN insert(PKDEVICE_QUEUE queue, PKDEVICE_QUEUE_ENTRY entry, const ULONG *key)
{
    enter(queue);
    entry->Inserted = queue->Busy;
    entry->SortKey = key != NULL ? *key : entry->SortKey;
    if (!queue->Busy) {
        queue->Busy = TRUE;
    } else {
        PLIST_ENTRY at = &queue->DeviceListHead;

        for (PLIST_ENTRY pos = at->Flink; key != NULL && pos != &queue->DeviceListHead;
             pos = pos->Flink) {
            if (CONTAINING_RECORD(pos, KDEVICE_QUEUE_ENTRY, DeviceListEntry)->SortKey > *key) {
                at = pos;
                break;
            }
        }
        InsertTailList(at, &entry->DeviceListEntry); /* Before `at`. */
    }
    BOOLEAN inserted = entry->Inserted;

    KeReleaseSpinLockFromDpcLevel(&queue->Lock);
    return inserted;
}

BOOLEAN KeInsertDeviceQueue(PKDEVICE_QUEUE queue, PKDEVICE_QUEUE_ENTRY entry)
{
    return insert(queue, entry, NULL);
}

BOOLEAN KeInsertByKeyDeviceQueue(PKDEVICE_QUEUE queue, PKDEVICE_QUEUE_ENTRY entry, ULONG key)
{
    return insert(queue, entry, &key);
}

static PKDEVICE_QUEUE_ENTRY choose(PKDEVICE_QUEUE queue, const ULONG *key)
{
    PLIST_ENTRY head = &queue->DeviceListHead;

    for (PLIST_ENTRY pos = head->Flink; key != NULL && pos != head; pos = pos->Flink) {
        PKDEVICE_QUEUE_ENTRY entry = CONTAINING_RECORD(pos, KDEVICE_QUEUE_ENTRY, DeviceListEntry);

        if (entry->SortKey >= *key)
            return entry;
    }
    return CONTAINING_RECORD(head->Flink, KDEVICE_QUEUE_ENTRY, DeviceListEntry);
}

static PKDEVICE_QUEUE_ENTRY take(PKDEVICE_QUEUE queue, const ULONG *key, bool if_busy)
{
    PKDEVICE_QUEUE_ENTRY entry = NULL;

    enter(queue);
    if (IsListEmpty(&queue->DeviceListHead)) {
        queue->Busy = FALSE;
    } else if (queue->Busy || !if_busy) {
        entry = choose(queue, key);
        RemoveEntryList(&entry->DeviceListEntry);
        entry->Inserted = FALSE;
    }
    KeReleaseSpinLockFromDpcLevel(&queue->Lock);
    return entry;
}

PKDEVICE_QUEUE_ENTRY KeRemoveDeviceQueue(PKDEVICE_QUEUE queue) { return take(queue, NULL, false); }

PKDEVICE_QUEUE_ENTRY KeRemoveByKeyDeviceQueue(PKDEVICE_QUEUE queue, ULONG key)
{
    return take(queue, &key, false);
}

PKDEVICE_QUEUE_ENTRY KeRemoveByKeyDeviceQueueIfBusy(PKDEVICE_QUEUE queue, ULONG key)
{
    return take(queue, &key, true);
}

BOOLEAN KeRemoveEntryDeviceQueue(PKDEVICE_QUEUE queue, PKDEVICE_QUEUE_ENTRY entry)
{
    BOOLEAN inserted;
    KIRQL old;

    ke_require_irql_of(DISPATCH_LEVEL, queue);
    KeAcquireSpinLock(&queue->Lock, &old);
    inserted = entry->Inserted;
    if (inserted) {
        RemoveEntryList(&entry->DeviceListEntry);
        entry->Inserted = FALSE;
    }
    KeReleaseSpinLock(&queue->Lock, old);
    return inserted;
}
