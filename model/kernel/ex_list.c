/* ex_list.c - lists and numbers under a spin lock of their own (facts/ddi.md 2.7).
 *
 * The lock is taken with interrupts off, so callers may be at any IRQL, and an interrupt routine
 * cannot meet its own processor inside. Somebody else who holds the lock as an ordinary spin lock
 * holds these up as he would on NT: on his own processor for ever.
 */
#include "model/kernel/kernel.h"
#include "model/kernel/ke_orders.h"

static KIRQL enter(PKSPIN_LOCK lock)
{
    KIRQL old;

    ke_before(lock, KE_WRITES);
    KeRaiseIrql(HIGH_LEVEL, &old);
    KeAcquireSpinLockAtDpcLevel(lock);
    return old;
}

static void leave(PKSPIN_LOCK lock, KIRQL old)
{
    KeReleaseSpinLockFromDpcLevel(lock);
    KeLowerIrql(old);
}

PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY head, PLIST_ENTRY entry, PKSPIN_LOCK lock)
{
    KIRQL old = enter(lock);
    PLIST_ENTRY former = IsListEmpty(head) ? NULL : head->Flink;

    InsertHeadList(head, entry);
    leave(lock, old);
    return former;
}

PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY head, PLIST_ENTRY entry, PKSPIN_LOCK lock)
{
    KIRQL old = enter(lock);
    PLIST_ENTRY former = IsListEmpty(head) ? NULL : head->Blink;

    InsertTailList(head, entry);
    leave(lock, old);
    return former;
}

PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY head, PKSPIN_LOCK lock)
{
    KIRQL old = enter(lock);
    PLIST_ENTRY entry = IsListEmpty(head) ? NULL : RemoveHeadList(head);

    leave(lock, old);
    return entry;
}

PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY head, PSINGLE_LIST_ENTRY entry,
                                              PKSPIN_LOCK lock)
{
    KIRQL old = enter(lock);
    PSINGLE_LIST_ENTRY former = head->Next;

    PushEntryList(head, entry);
    leave(lock, old);
    return former;
}

PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY head, PKSPIN_LOCK lock)
{
    KIRQL old = enter(lock);
    PSINGLE_LIST_ENTRY entry = PopEntryList(head);

    leave(lock, old);
    return entry;
}

ULONG ExInterlockedAddUlong(PULONG addend, ULONG increment, PKSPIN_LOCK lock)
{
    KIRQL old = enter(lock);
    ULONG value = *addend;

    *addend = value + increment;
    leave(lock, old);
    return value;
}

LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER addend, LARGE_INTEGER increment,
                                           PKSPIN_LOCK lock)
{
    KIRQL old = enter(lock);
    LARGE_INTEGER value = *addend;

    addend->QuadPart = (LONGLONG)((ULONGLONG)addend->QuadPart + (ULONGLONG)increment.QuadPart);
    leave(lock, old);
    return value;
}

VOID ExInterlockedAddLargeStatistic(PLARGE_INTEGER addend, ULONG increment)
{
    addend->QuadPart = (LONGLONG)((ULONGLONG)addend->QuadPart + increment);
}

LONGLONG ExInterlockedCompareExchange64(LONGLONG volatile *destination, PLONGLONG exchange,
                                        PLONGLONG comparand, PKSPIN_LOCK lock)
{
    UNREFERENCED_PARAMETER(lock); /* The processor can do it alone. */
    return InterlockedCompareExchange64(destination, *exchange, *comparand);
}
