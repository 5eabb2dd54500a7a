/* ex_rundown.c - rundown protection: holders of an object whose end waits for them (facts/ddi.md
 * 2.8).
 *
 *   Count: 2 x holders --wait--> Ptr: waiter's block | 1 --last release--> 1: run down
 *
 * Bit 0 refuses new holders. While somebody waits, the count of the holders is in his block.
 */
#include "model/kernel/ke_orders.h"

enum { RUNDOWN_BEGUN = 1, ONE_HOLDER = 2 };

struct waiter {
    ULONG_PTR holders;
    KEVENT drained;
};

static struct waiter *waiter_of(const EX_RUNDOWN_REF *ref)
{
    return (struct waiter *)(ref->Count & ~(ULONG_PTR)RUNDOWN_BEGUN);
}

VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF ref)
{
    ke_require_irql(APC_LEVEL, 0);
    ke_before(ref, KE_WRITES);
    ref->Count = 0;
}

VOID ExReInitializeRundownProtection(PEX_RUNDOWN_REF ref)
{
    ke_require_irql(APC_LEVEL, 0);
    ke_before(ref, KE_WRITES);
    ref->Count = 0;
}

VOID ExRundownCompleted(PEX_RUNDOWN_REF ref)
{
    ke_require_irql(APC_LEVEL, 0);
    ke_before(ref, KE_WRITES);
    ref->Count = RUNDOWN_BEGUN;
}

BOOLEAN ExAcquireRundownProtectionEx(PEX_RUNDOWN_REF ref, ULONG count)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    ke_before(ref, KE_WRITES);
    if ((ref->Count & RUNDOWN_BEGUN) != 0)
        return FALSE;
    ref->Count += (ULONG_PTR)ONE_HOLDER * count;
    return TRUE;
}

BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF ref)
{
    return ExAcquireRundownProtectionEx(ref, 1);
}

/* A release without an acquire: a free kernel counts below zero and some wait never ends. It is
 * told here and now, as a checked kernel's assertion tells it. */
static NORETURN void not_held(void) { ke_kernel_exception(STATUS_BREAKPOINT, 0, false); }

VOID ExReleaseRundownProtectionEx(PEX_RUNDOWN_REF ref, ULONG count)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    ke_before(ref, KE_WRITES);
    struct waiter *waiter = waiter_of(ref);

    if ((ref->Count & RUNDOWN_BEGUN) == 0) {
        if (ref->Count < (ULONG_PTR)ONE_HOLDER * count)
            not_held();
        ref->Count -= (ULONG_PTR)ONE_HOLDER * count;
        return;
    }
    if (waiter == NULL || waiter->holders < count)
        not_held();
    waiter->holders -= count;
    if (waiter->holders == 0)
        KeSetEvent(&waiter->drained, 0, FALSE);
}

VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF ref) { ExReleaseRundownProtectionEx(ref, 1); }

NT_FRAME VOID ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF ref)
{
    struct waiter waiter;

    ke_require_irql(APC_LEVEL, 0);
    ke_before(ref, KE_WRITES);
    if (ref->Count == 0)
        ref->Count = RUNDOWN_BEGUN;
    if ((ref->Count & RUNDOWN_BEGUN) != 0)
        return;
    waiter.holders = ref->Count / ONE_HOLDER;
    KeInitializeEvent(&waiter.drained, SynchronizationEvent, FALSE);
    ref->Count = (ULONG_PTR)&waiter | RUNDOWN_BEGUN;
    KeWaitForSingleObject(&waiter.drained, Executive, KernelMode, FALSE, NULL);
    ref->Count = RUNDOWN_BEGUN;
}
