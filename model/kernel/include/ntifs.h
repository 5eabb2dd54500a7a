/* ntifs.h - the kernel's interface to drivers: the subset of the NT driver API that this project
 * uses.
 *
 * Names, types, constants and semantics are Microsoft's, as the Windows driver documentation gives
 * them (learn.microsoft.com, windows-hardware/drivers/ddi); facts/nt-kernel.md names the rule
 * behind each. A driver compiled against this file compiles unchanged against the mingw-w64 DDK
 * headers.
 *
 * IRQL is given as the highest level at which a routine may be called; the simulated side checks it
 * and stops with the documented code where Windows would, or earlier.
 */
#pragma once
#include "ntddk.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Objects by pointer ---------------------------------------------------------------------- */
NTSTATUS ObOpenObjectByPointer(PVOID Object, ULONG HandleAttributes,
                               PACCESS_STATE PassedAccessState, ACCESS_MASK DesiredAccess,
                               POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode, PHANDLE Handle);

/* ---- Attach (nt-kernel.md 1) ----------------------------------------------------------------- */
VOID KeAttachProcess(PRKPROCESS Process);
VOID KeDetachProcess(VOID);
VOID KeStackAttachProcess(PRKPROCESS Process, PRKAPC_STATE ApcState);
VOID KeUnstackDetachProcess(PRKAPC_STATE ApcState);
BOOLEAN KeIsAttachedProcess(VOID);

/* ---- Queues (nt-kernel.md 5.1) --------------------------------------------------------------- */
/* Entries that a pool of threads takes off. No more than MaximumCount of them are at work; one that
 * waits in the midst of its work does not count, and another may go on meanwhile. A queue is no
 * object to wait for by KeWaitForSingleObject. */
typedef struct _KQUEUE {
    DISPATCHER_HEADER Header; /* SignalState: entries in the queue. */
    LIST_ENTRY EntryListHead;
    volatile ULONG CurrentCount; /* Threads at work. */
    ULONG MaximumCount;
    LIST_ENTRY ThreadListHead;
} KQUEUE, *PKQUEUE, *PRKQUEUE;

/* Count 0: as many threads as there are processors. Any IRQL. */
VOID KeInitializeQueue(PRKQUEUE Queue, ULONG Count);
/* Entries in the queue. <= DISPATCH. */
LONG KeReadStateQueue(PRKQUEUE Queue);
/* At the tail, at the head; the number of entries before. The thread that came last of those that
 * wait goes on with it. <= DISPATCH. */
LONG KeInsertQueue(PRKQUEUE Queue, PLIST_ENTRY Entry);
LONG KeInsertHeadQueue(PRKQUEUE Queue, PLIST_ENTRY Entry);
/* Takes the first entry, waiting for one; the thread counts as one at work until it calls again.
 * Instead of an entry: STATUS_TIMEOUT; STATUS_USER_APC; STATUS_ABANDONED, the queue was run down.
 * < DISPATCH unless the timeout is zero. After a timeout the thread does not count (our choice). */
PLIST_ENTRY KeRemoveQueue(PRKQUEUE Queue, KPROCESSOR_MODE WaitMode, PLARGE_INTEGER Timeout);
/* Ends the queue: who waits for an entry, or asks for one later, gets STATUS_ABANDONED. Returns the
 * first of the entries that were left, each of which leads to the next, the last one to the first;
 * NULL: none was. <= DISPATCH (our choice). */
PLIST_ENTRY KeRundownQueue(PRKQUEUE Queue);

/* ---- Memory of a process --------------------------------------------------------------------- */
NTSTATUS MmCopyVirtualMemory(PEPROCESS FromProcess, PVOID FromAddress, PEPROCESS ToProcess,
                             PVOID ToAddress, SIZE_T BufferSize, KPROCESSOR_MODE PreviousMode,
                             PSIZE_T NumberOfBytesCopied);

#ifdef __cplusplus
}
#endif
