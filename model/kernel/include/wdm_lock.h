/* wdm_lock.h - what <wdm.h> has for the end and the order of things: remove locks, rundown
 * protection, queued spin locks, further forms of the mutexes, interlocked operations and lists.
 *
 * Drivers include <wdm.h>.
 */
#pragma once
#include "wdm_ke.h"

/* ---- Remove locks ---------------------------------------------------------------------------- */
/* Counts the uses of a device, so that its removal can wait for the last of them. */
typedef struct _IO_REMOVE_LOCK_COMMON_BLOCK {
    BOOLEAN Removed; /* The removal has begun. */
    BOOLEAN Reserved[3];
    LONG volatile IoCount; /* Uses, and one for the device itself. */
    KEVENT RemoveEvent;    /* Signaled by the last release. */
} IO_REMOVE_LOCK_COMMON_BLOCK;
typedef struct _IO_REMOVE_LOCK {
    IO_REMOVE_LOCK_COMMON_BLOCK Common;
} IO_REMOVE_LOCK, *PIO_REMOVE_LOCK;
/* Initializes a lock in the device extension, once. Tag, minutes and watermark are for checked
 * drivers. PASSIVE. */
VOID IoInitializeRemoveLockEx(PIO_REMOVE_LOCK Lock, ULONG AllocateTag, ULONG MaxLockedMinutes,
                              ULONG HighWatermark, ULONG RemlockSize);
/* Begins a use. STATUS_DELETE_PENDING: the device is being removed, and there is no use.
 * <= DISPATCH. */
NTSTATUS IoAcquireRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, PCSTR File, ULONG Line,
                               ULONG RemlockSize);
/* Ends a use; the last one lets the removal go on. <= DISPATCH. */
VOID IoReleaseRemoveLockEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize);
/* Begins the removal, ends the caller's own use, and waits for all others. PASSIVE. */
VOID IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK RemoveLock, PVOID Tag, ULONG RemlockSize);
#define IoInitializeRemoveLock(lock, tag, minutes, watermark) \
    IoInitializeRemoveLockEx((lock), (tag), (minutes), (watermark), sizeof(IO_REMOVE_LOCK))
#define IoAcquireRemoveLock(lock, tag) \
    IoAcquireRemoveLockEx((lock), (tag), "", 1, sizeof(IO_REMOVE_LOCK))
#define IoReleaseRemoveLock(lock, tag) IoReleaseRemoveLockEx((lock), (tag), sizeof(IO_REMOVE_LOCK))
#define IoReleaseRemoveLockAndWait(lock, tag) \
    IoReleaseRemoveLockAndWaitEx((lock), (tag), sizeof(IO_REMOVE_LOCK))

/* ---- Rundown protection ---------------------------------------------------------------------- */
typedef struct _EX_RUNDOWN_REF {
    union {
        ULONG_PTR Count; /* Twice the number of holders; 1: run down. */
        PVOID Ptr;       /* While somebody waits: his block, with bit 0 set. */
    };
} EX_RUNDOWN_REF, *PEX_RUNDOWN_REF;
VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef); /* <= APC. */
/* Makes an object that was run down usable again. <= APC. */
VOID ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef);
/* Takes protection, one or `Count` times. FALSE: the rundown has begun. <= DISPATCH. */
BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef);
BOOLEAN ExAcquireRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count);
/* Gives it back. More releases than acquires stop the machine as a checked kernel's assertion
 * does. <= DISPATCH. */
VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef);
VOID ExReleaseRundownProtectionEx(PEX_RUNDOWN_REF RunRef, ULONG Count);
/* Refuses new holders and waits for the present ones; returns at once a second time. <= APC. */
VOID ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef);
/* Marks an object as run down without a wait. <= APC. */
VOID ExRundownCompleted(PEX_RUNDOWN_REF RunRef);

/* ---- Spin locks ------------------------------------------------------------------------------ */
typedef struct _KSPIN_LOCK_QUEUE {
    struct _KSPIN_LOCK_QUEUE *volatile Next;
    PKSPIN_LOCK volatile Lock; /* While owned: the lock, with bit 1 set. */
} KSPIN_LOCK_QUEUE, *PKSPIN_LOCK_QUEUE;
typedef struct _KLOCK_QUEUE_HANDLE {
    KSPIN_LOCK_QUEUE LockQueue;
    KIRQL OldIrql;
} KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;
/* Acquire a lock by a handle on the caller's stack, served in order of asking. <= DISPATCH. */
VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle); /* DISPATCH. */
/* The same, for a caller at DISPATCH_LEVEL or above, who stays there. */
VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle);
/* FALSE: the lock is held. >= DISPATCH. */
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
/* TRUE: the lock was free at this moment. Any IRQL. */
BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock);
/* Raises to the level of KeRaiseIrqlToSynchLevel and acquires. */
KIRQL KeAcquireSpinLockRaiseToSynch(PKSPIN_LOCK SpinLock);
/* Return the old level. The level of the second is 2 on one processor, 27 on several. Stop 0xA if
 * the current level is higher. */
KIRQL KeRaiseIrqlToDpcLevel(VOID);
KIRQL KeRaiseIrqlToSynchLevel(VOID);

/* ---- Mutexes --------------------------------------------------------------------------------- */
/* Acquire and release without a change of level: the caller is at APC_LEVEL or in a critical
 * region. <= APC. */
VOID ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex);
VOID ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex);
VOID ExEnterCriticalRegionAndAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex);
VOID ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(PFAST_MUTEX FastMutex);
/* The same for a caller in a guarded region. <= APC. */
VOID KeAcquireGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex);
VOID KeReleaseGuardedMutexUnsafe(PKGUARDED_MUTEX Mutex);
/* TRUE: acquired, and in a guarded region. <= APC. */
BOOLEAN KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex);
/* A mutex whose owner is in no critical region. Release: stop for a thread that is not the owner,
 * as KeReleaseMutex; with Abandoned the next owner is told. <= DISPATCH. */
VOID KeInitializeMutant(PRKMUTANT Mutant, BOOLEAN InitialOwner);
LONG KeReleaseMutant(PRKMUTANT Mutant, KPRIORITY Increment, BOOLEAN Abandoned, BOOLEAN Wait);

/* ---- Interlocked operations ------------------------------------------------------------------ */
/* These return the old value, but Increment, Decrement and Add the new one. Any IRQL. */
LONG InterlockedExchangeAdd(LONG volatile *Addend, LONG Value);
LONG InterlockedAdd(LONG volatile *Addend, LONG Value);
LONG InterlockedAnd(LONG volatile *Destination, LONG Value);
LONG InterlockedOr(LONG volatile *Destination, LONG Value);
LONG InterlockedXor(LONG volatile *Destination, LONG Value);
LONGLONG InterlockedIncrement64(LONGLONG volatile *Addend);
LONGLONG InterlockedDecrement64(LONGLONG volatile *Addend);
LONGLONG InterlockedExchange64(LONGLONG volatile *Target, LONGLONG Value);
LONGLONG InterlockedExchangeAdd64(LONGLONG volatile *Addend, LONGLONG Value);
LONGLONG InterlockedCompareExchange64(LONGLONG volatile *Destination, LONGLONG Exchange,
                                      LONGLONG Comparand);
LONGLONG InterlockedAnd64(LONGLONG volatile *Destination, LONGLONG Value);
LONGLONG InterlockedOr64(LONGLONG volatile *Destination, LONGLONG Value);
LONGLONG InterlockedXor64(LONGLONG volatile *Destination, LONGLONG Value);
PVOID InterlockedExchangePointer(PVOID volatile *Target, PVOID Value);
PVOID InterlockedCompareExchangePointer(PVOID volatile *Destination, PVOID Exchange,
                                        PVOID Comparand);
/* Return the bit as it was. */
UCHAR InterlockedBitTestAndSet(LONG volatile *Base, LONG Bit);
UCHAR InterlockedBitTestAndReset(LONG volatile *Base, LONG Bit);

/* ---- Lists and numbers under a spin lock of their own ---------------------------------------- */
/* The lock serves these functions only. Interrupts wait meanwhile, so any IRQL is right. Insert:
 * the former first or last entry, NULL if there was none. Remove: the entry or NULL. */
PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock);
PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
                                              PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock);
PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock);
/* Return the old value. */
ULONG ExInterlockedAddUlong(PULONG Addend, ULONG Increment, PKSPIN_LOCK Lock);
LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER Addend, LARGE_INTEGER Increment,
                                           PKSPIN_LOCK Lock);
VOID ExInterlockedAddLargeStatistic(PLARGE_INTEGER Addend, ULONG Increment);
LONGLONG ExInterlockedCompareExchange64(LONGLONG volatile *Destination, PLONGLONG Exchange,
                                        PLONGLONG Comparand, PKSPIN_LOCK Lock);
