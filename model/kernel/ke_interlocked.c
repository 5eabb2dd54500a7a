/* ke_interlocked.c - the interlocked operations beyond the first four of rtl.c.
 *
 * Plain code is interlocked, because only one fiber runs at a time and there is no point inside.
 * Wrapping around is what the processor does, so the sums are unsigned.
 */
#include "model/kernel/include/ntifs.h"
#include <stdbool.h>

LONG InterlockedExchangeAdd(LONG volatile *addend, LONG value)
{
    LONG old = *addend;

    *addend = (LONG)((ULONG)old + (ULONG)value);
    return old;
}

LONG InterlockedAdd(LONG volatile *addend, LONG value)
{
    InterlockedExchangeAdd(addend, value);
    return *addend;
}

LONG InterlockedAnd(LONG volatile *destination, LONG value)
{
    return InterlockedExchange(destination, *destination & value);
}

LONG InterlockedOr(LONG volatile *destination, LONG value)
{
    return InterlockedExchange(destination, *destination | value);
}

LONG InterlockedXor(LONG volatile *destination, LONG value)
{
    return InterlockedExchange(destination, *destination ^ value);
}

LONGLONG InterlockedExchange64(LONGLONG volatile *target, LONGLONG value)
{
    LONGLONG old = *target;

    *target = value;
    return old;
}

LONGLONG InterlockedExchangeAdd64(LONGLONG volatile *addend, LONGLONG value)
{
    return InterlockedExchange64(addend, (LONGLONG)((ULONGLONG)*addend + (ULONGLONG)value));
}

LONGLONG InterlockedIncrement64(LONGLONG volatile *addend)
{
    InterlockedExchangeAdd64(addend, 1);
    return *addend;
}

LONGLONG InterlockedDecrement64(LONGLONG volatile *addend)
{
    InterlockedExchangeAdd64(addend, -1);
    return *addend;
}

LONGLONG InterlockedCompareExchange64(LONGLONG volatile *destination, LONGLONG exchange,
                                      LONGLONG comparand)
{
    return InterlockedExchange64(destination, *destination == comparand ? exchange : *destination);
}

LONGLONG InterlockedAnd64(LONGLONG volatile *destination, LONGLONG value)
{
    return InterlockedExchange64(destination, *destination & value);
}

LONGLONG InterlockedOr64(LONGLONG volatile *destination, LONGLONG value)
{
    return InterlockedExchange64(destination, *destination | value);
}

LONGLONG InterlockedXor64(LONGLONG volatile *destination, LONGLONG value)
{
    return InterlockedExchange64(destination, *destination ^ value);
}

PVOID InterlockedExchangePointer(PVOID volatile *target, PVOID value)
{
    PVOID old = *target;

    *target = value;
    return old;
}

PVOID InterlockedCompareExchangePointer(PVOID volatile *destination, PVOID exchange,
                                        PVOID comparand)
{
    return InterlockedExchangePointer(destination,
                                      *destination == comparand ? exchange : *destination);
}

/* Bits count on beyond the first LONG. */
static UCHAR change_bit(LONG volatile *base, LONG bit, bool set)
{
    LONG volatile *word = base + (bit >> 5);
    ULONG mask = 1u << (bit & 31);
    ULONG old = (ULONG)*word;

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
