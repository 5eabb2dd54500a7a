/* wdm_state.h - what <wdm.h> has for looking: states of dispatcher objects, clocks, threads; and
 * for the end: bug-check callbacks, DPCs that are waited for.
 *
 * Drivers include <wdm.h>.
 */
#pragma once
#include "wdm_ke.h"

/* ---- States ---------------------------------------------------------------------------------- */
/* The state as it is, without a lock. Mutex: 1 free, 0 or less owned. <= DISPATCH. */
LONG KeReadStateMutex(PRKMUTEX Mutex);
LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore); /* Any IRQL. */
BOOLEAN KeReadStateTimer(PKTIMER Timer);
/* TRUE in a guarded region, or at APC_LEVEL and above. <= DISPATCH. */
BOOLEAN KeAreAllApcsDisabled(VOID);
KPRIORITY KeQueryPriorityThread(PKTHREAD Thread); /* Any IRQL. */
KPROCESSOR_MODE ExGetPreviousMode(VOID);          /* Any IRQL. */
/* A bit for each processor. Any IRQL. */
ULONG_PTR KeQueryActiveProcessors(VOID);

/* ---- Clocks ---------------------------------------------------------------------------------- */
/* 100 ns since boot, as of the last clock tick. Any IRQL. */
ULONGLONG KeQueryInterruptTime(VOID);
/* The power management timer, 3,579,545 Hz; reading it takes a microsecond. Any IRQL. */
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency);

/* ---- DPCs ------------------------------------------------------------------------------------ */
/* Returns when all DPCs that were queued before have ended, on all processors. PASSIVE. */
VOID KeFlushQueuedDpcs(VOID);

/* ---- Bug-check callbacks --------------------------------------------------------------------- */
typedef VOID(NTAPI KBUGCHECK_CALLBACK_ROUTINE)(PVOID Buffer, ULONG Length);
typedef KBUGCHECK_CALLBACK_ROUTINE *PKBUGCHECK_CALLBACK_ROUTINE;
typedef enum _KBUGCHECK_BUFFER_DUMP_STATE {
    BufferEmpty,
    BufferInserted,
    BufferStarted,
    BufferFinished,
    BufferIncomplete
} KBUGCHECK_BUFFER_DUMP_STATE;
typedef struct _KBUGCHECK_CALLBACK_RECORD {
    LIST_ENTRY Entry;
    PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine;
    PVOID Buffer;
    ULONG Length;
    PUCHAR Component;
    ULONG_PTR Checksum;
    UCHAR State; /* KBUGCHECK_BUFFER_DUMP_STATE. */
} KBUGCHECK_CALLBACK_RECORD, *PKBUGCHECK_CALLBACK_RECORD;
#define KeInitializeCallbackRecord(record) ((record)->State = BufferEmpty)
/* Registers a routine that runs at HIGH_LEVEL when the machine has stopped; it must call nothing.
 * FALSE: the record is in use. Any IRQL. */
BOOLEAN KeRegisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord,
                                   PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine, PVOID Buffer,
                                   ULONG Length, PUCHAR Component);
/* FALSE: not registered. Any IRQL. */
BOOLEAN KeDeregisterBugCheckCallback(PKBUGCHECK_CALLBACK_RECORD CallbackRecord);
DECLSPEC_NORETURN VOID KeBugCheck(ULONG BugCheckCode);
