/* ke_interlocked.c - the interlocked operations.
 *
 * Plain code is interlocked, because only one fiber runs at a time and there is no point inside;
 * each operation begins with one in free order.
 * Wrapping around is what the processor does, so the sums are unsigned.
 */
#include "model/kernel/ke_orders.h"
#include <stdbool.h>

static void begin(volatile void *target)
{
    if (ke != NULL) /* The outside of the machine has no kernel. */
        ke_before(target, KE_WRITES);
}

static LONG put(LONG volatile *target, LONG value)
{
    LONG old = *target;

    *target = value;
    return old;
}

LONG InterlockedExchange(LONG volatile *target, LONG value)
{
    begin(target);
    return put(target, value);
}

LONG InterlockedCompareExchange(LONG volatile *destination, LONG exchange, LONG comparand)
{
    begin(destination);
    return put(destination, *destination == comparand ? exchange : *destination);
}

LONG InterlockedExchangeAdd(LONG volatile *addend, LONG value)
{
    begin(addend);
    return put(addend, (LONG)((ULONG)*addend + (ULONG)value));
}

LONG InterlockedAdd(LONG volatile *addend, LONG value)
{
    return (LONG)((ULONG)InterlockedExchangeAdd(addend, value) + (ULONG)value);
}

LONG InterlockedIncrement(LONG volatile *addend) { return InterlockedAdd(addend, 1); }

LONG InterlockedDecrement(LONG volatile *addend) { return InterlockedAdd(addend, -1); }

LONG InterlockedAnd(LONG volatile *destination, LONG value)
{
    begin(destination);
    return put(destination, *destination & value);
}

LONG InterlockedOr(LONG volatile *destination, LONG value)
{
    begin(destination);
    return put(destination, *destination | value);
}

LONG InterlockedXor(LONG volatile *destination, LONG value)
{
    begin(destination);
    return put(destination, *destination ^ value);
}

static LONGLONG put64(LONGLONG volatile *target, LONGLONG value)
{
    LONGLONG old = *target;

    *target = value;
    return old;
}

LONGLONG InterlockedExchange64(LONGLONG volatile *target, LONGLONG value)
{
    begin(target);
    return put64(target, value);
}

LONGLONG InterlockedExchangeAdd64(LONGLONG volatile *addend, LONGLONG value)
{
    begin(addend);
    return put64(addend, (LONGLONG)((ULONGLONG)*addend + (ULONGLONG)value));
}

LONGLONG InterlockedIncrement64(LONGLONG volatile *addend)
{
    return (LONGLONG)((ULONGLONG)InterlockedExchangeAdd64(addend, 1) + 1);
}

LONGLONG InterlockedDecrement64(LONGLONG volatile *addend)
{
    return (LONGLONG)((ULONGLONG)InterlockedExchangeAdd64(addend, -1) - 1);
}

LONGLONG InterlockedCompareExchange64(LONGLONG volatile *destination, LONGLONG exchange,
                                      LONGLONG comparand)
{
    begin(destination);
    return put64(destination, *destination == comparand ? exchange : *destination);
}

LONGLONG InterlockedAnd64(LONGLONG volatile *destination, LONGLONG value)
{
    begin(destination);
    return put64(destination, *destination & value);
}

LONGLONG InterlockedOr64(LONGLONG volatile *destination, LONGLONG value)
{
    begin(destination);
    return put64(destination, *destination | value);
}

LONGLONG InterlockedXor64(LONGLONG volatile *destination, LONGLONG value)
{
    begin(destination);
    return put64(destination, *destination ^ value);
}

PVOID InterlockedExchangePointer(PVOID volatile *target, PVOID value)
{
    begin(target);
    PVOID old = *target;

    *target = value;
    return old;
}

PVOID InterlockedCompareExchangePointer(PVOID volatile *destination, PVOID exchange,
                                        PVOID comparand)
{
    begin(destination);
    PVOID old = *destination;

    if (old == comparand)
        *destination = exchange;
    return old;
}

/* Bits count on beyond the first LONG. */
static UCHAR change_bit(LONG volatile *base, LONG bit, bool set)
{
    LONG volatile *word = base + (bit >> 5);

    begin((volatile void *)word);
    ULONG mask = 1u << (bit & 31), old = (ULONG)*word;

    *word = (LONG)(set ? old | mask : old & ~mask);
    return (old & mask) != 0;
}

UCHAR InterlockedBitTestAndSet(LONG volatile *base, LONG bit)
{
    return change_bit(base, bit, true);
}

UCHAR InterlockedBitTestAndReset(LONG volatile *base, LONG bit)
{
    return change_bit(base, bit, false);
}
