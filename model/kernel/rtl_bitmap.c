/* rtl_bitmap.c - bitmaps over a driver's own memory.
 *
 * A run that is searched for begins at the hint or behind it, and if there is none, anywhere from
 * the start on. A run never goes over the end back to the start.
 */
#include "model/kernel/include/ntifs.h"
#include "sim/base.h"

enum { BITS = 32, NOT_FOUND = -1 };

VOID RtlInitializeBitMap(PRTL_BITMAP map, PULONG buffer, ULONG bits)
{
    map->SizeOfBitMap = bits;
    map->Buffer = buffer;
}

static bool is_set(const RTL_BITMAP *map, ULONG bit)
{
    return (map->Buffer[bit / BITS] >> (bit % BITS) & 1) != 0;
}

static void put(PRTL_BITMAP map, ULONG bit, bool set)
{
    ULONG mask = 1u << (bit % BITS);

    if (set)
        map->Buffer[bit / BITS] |= mask;
    else
        map->Buffer[bit / BITS] &= ~mask;
}

static void put_all(PRTL_BITMAP map, ULONG value)
{
    for (ULONG i = 0; i < (map->SizeOfBitMap + BITS - 1) / BITS; i++)
        map->Buffer[i] = value;
}

static void put_range(PRTL_BITMAP map, ULONG first, ULONG count, bool set)
{
    for (ULONG i = 0; i < count; i++)
        put(map, first + i, set);
}

VOID RtlClearAllBits(PRTL_BITMAP map) { put_all(map, 0); }
VOID RtlSetAllBits(PRTL_BITMAP map) { put_all(map, MAXULONG); }
VOID RtlClearBit(PRTL_BITMAP map, ULONG bit) { put(map, bit, false); }
VOID RtlSetBit(PRTL_BITMAP map, ULONG bit) { put(map, bit, true); }
BOOLEAN RtlTestBit(PRTL_BITMAP map, ULONG bit) { return is_set(map, bit); }

VOID RtlClearBits(PRTL_BITMAP map, ULONG first, ULONG count)
{
    put_range(map, first, count, false);
}

VOID RtlSetBits(PRTL_BITMAP map, ULONG first, ULONG count) { put_range(map, first, count, true); }

static bool all_are(const RTL_BITMAP *map, ULONG first, ULONG count, bool set)
{
    if (count == 0 || first > map->SizeOfBitMap || count > map->SizeOfBitMap - first)
        return false;
    for (ULONG i = 0; i < count; i++)
        if (is_set(map, first + i) != set)
            return false;
    return true;
}

BOOLEAN RtlAreBitsClear(PRTL_BITMAP map, ULONG first, ULONG count)
{
    return all_are(map, first, count, false);
}

BOOLEAN RtlAreBitsSet(PRTL_BITMAP map, ULONG first, ULONG count)
{
    return all_are(map, first, count, true);
}

/* Finds a run that begins in [from, to). */
static ULONG find_between(const RTL_BITMAP *map, ULONG from, ULONG to, ULONG count, bool set)
{
    ULONG run = 0;

    for (ULONG bit = from; bit < map->SizeOfBitMap; bit++) {
        run = is_set(map, bit) == set ? run + 1 : 0;
        if (run == count)
            return bit + 1 - count;
        if (bit + 1 - run >= to)
            break;
    }
    return (ULONG)NOT_FOUND;
}

static ULONG find(const RTL_BITMAP *map, ULONG count, ULONG hint, bool set)
{
    ULONG found;

    hint = hint < map->SizeOfBitMap ? hint : 0;
    if (count == 0)
        return hint & ~7u;
    found = find_between(map, hint, map->SizeOfBitMap, count, set);
    return found == (ULONG)NOT_FOUND ? find_between(map, 0, hint, count, set) : found;
}

ULONG RtlFindClearBits(PRTL_BITMAP map, ULONG count, ULONG hint)
{
    return find(map, count, hint, false);
}

ULONG RtlFindSetBits(PRTL_BITMAP map, ULONG count, ULONG hint)
{
    return find(map, count, hint, true);
}

static ULONG find_and_put(PRTL_BITMAP map, ULONG count, ULONG hint, bool set)
{
    ULONG found = find(map, count, hint, !set);

    if (found != (ULONG)NOT_FOUND)
        put_range(map, found, count, set);
    return found;
}

ULONG RtlFindClearBitsAndSet(PRTL_BITMAP map, ULONG count, ULONG hint)
{
    return find_and_put(map, count, hint, true);
}

ULONG RtlFindSetBitsAndClear(PRTL_BITMAP map, ULONG count, ULONG hint)
{
    return find_and_put(map, count, hint, false);
}

ULONG RtlNumberOfSetBits(PRTL_BITMAP map)
{
    ULONG count = 0;

    for (ULONG bit = 0; bit < map->SizeOfBitMap; bit++)
        count += is_set(map, bit);
    return count;
}

ULONG RtlNumberOfClearBits(PRTL_BITMAP map) { return map->SizeOfBitMap - RtlNumberOfSetBits(map); }
