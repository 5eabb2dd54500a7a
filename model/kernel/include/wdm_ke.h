/* wdm_ke.h - levels, strings, lists, dispatcher objects, APCs, DPCs and locks: the Ke and Rtl parts
 * of <wdm.h>, which includes this.
 */
#pragma once
#include "excpt.h"
#include "wdm_dbg.h"

#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0502
#endif
#ifndef NTDDI_VERSION
#define NTDDI_VERSION 0x05020000
#endif
#define NTDDI_WIN2K    0x05000000
#define NTDDI_WINXP    0x05010000
#define NTDDI_WS03     0x05020000
#define NTDDI_VISTA    0x06000000
#define NTDDI_LONGHORN NTDDI_VISTA
#define NTDDI_WIN7     0x06010000
#define NTDDI_WIN8     0x06020000
#ifndef _WIN64
#define _WIN64 1
#endif
#ifndef _AMD64_
#define _AMD64_ 1
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- IRQL ------------------------------------------------------------------------------------ */
typedef UCHAR KIRQL, *PKIRQL;
typedef CCHAR KPROCESSOR_MODE;
/* The levels above DISPATCH_LEVEL are those of 32-bit x86, which stops show. */
#define PASSIVE_LEVEL      0
#define APC_LEVEL          1
#define DISPATCH_LEVEL     2
#define LOW_LEVEL          0
#define CLOCK2_LEVEL       28
#define IPI_LEVEL          29
#define POWER_LEVEL        30
#define PROFILE_LEVEL      27
#define HIGH_LEVEL         31
#define MAXIMUM_PROCESSORS 64
typedef enum _MODE { KernelMode, UserMode, MaximumMode } MODE;

KIRQL KeGetCurrentIrql(VOID);
/* Raises the level. Stop 0xA if NewIrql is below the current level. */
VOID KeRaiseIrql(KIRQL NewIrql, PKIRQL OldIrql);
/* Lowers the level, then runs pending DPCs, preemption and APCs. */
VOID KeLowerIrql(KIRQL NewIrql);

/* ---- Exceptions (excpt.h has the words that handle them) ------------------------------------- */
/* Raise an exception in the running code, at IRQL <= APC_LEVEL (above: stop 0x1E). Nobody handles
 * it: stop 0x7E in a system thread, 0x8E in another thread, 0x1E in a DPC. */
DECLSPEC_NORETURN VOID ExRaiseStatus(NTSTATUS Status);
DECLSPEC_NORETURN VOID ExRaiseAccessViolation(VOID);      /* STATUS_ACCESS_VIOLATION */
DECLSPEC_NORETURN VOID ExRaiseDatatypeMisalignment(VOID); /* STATUS_DATATYPE_MISALIGNMENT */

/* ---- Strings --------------------------------------------------------------------------------- */
typedef struct _UNICODE_STRING {
    USHORT Length, MaximumLength; /* Bytes. */
    PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;
/* Initializer of a counted string, narrow or wide, from a literal. */
#ifdef __cplusplus
extern "C++" {
template <class T> static constexpr T *rtl_text(const T *text) { return const_cast<T *>(text); }
}
#else
#define rtl_text(text) ((__typeof__((text)[0]) *)(ULONG_PTR)(text))
#endif
#define RTL_CONSTANT_STRING(s)                             \
    {                                                      \
        sizeof(s) - sizeof((s)[0]), sizeof(s), rtl_text(s) \
    }
#define DECLARE_CONST_UNICODE_STRING(name, text) \
    const UNICODE_STRING name = RTL_CONSTANT_STRING(text)
#define DECLARE_UNICODE_STRING_SIZE(name, chars) \
    WCHAR name##_buffer[chars];                  \
    UNICODE_STRING name = { 0, (chars) * sizeof(WCHAR), name##_buffer }

VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString);
BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                              BOOLEAN CaseInSensitive);
LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                             BOOLEAN CaseInSensitive);
VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString);
WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter);

#define RtlCopyMemory(to, from, n) nt_copy_memory((to), (from), (n))
#define RtlMoveMemory(to, from, n) nt_copy_memory((to), (from), (n))
#define RtlZeroMemory(to, n)       nt_fill_memory((to), (n), 0)
#define RtlFillMemory(to, n, byte) nt_fill_memory((to), (n), (UCHAR)(byte))
#define RtlCompareMemory(a, b, n)  nt_compare_memory((a), (b), (n))
#define RtlCopyBytes               RtlCopyMemory
#define RtlZeroBytes               RtlZeroMemory
#define RtlFillBytes               RtlFillMemory
#ifndef RtlEqualMemory
#define RtlEqualMemory(a, b, n) (nt_compare_memory((a), (b), (n)) == (SIZE_T)(n))
#endif
#define RtlSecureZeroMemory RtlZeroMemory

/* ---- Lists ----------------------------------------------------------------------------------- */
FORCEINLINE VOID InitializeListHead(PLIST_ENTRY ListHead)
{
    ListHead->Flink = ListHead->Blink = ListHead;
}
FORCEINLINE BOOLEAN IsListEmpty(const LIST_ENTRY *ListHead)
{
    return (BOOLEAN)(ListHead->Flink == ListHead);
}
FORCEINLINE BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
    PLIST_ENTRY before = Entry->Blink, after = Entry->Flink;

    before->Flink = after;
    after->Blink = before;
    return (BOOLEAN)(before == after);
}
FORCEINLINE PLIST_ENTRY RemoveHeadList(PLIST_ENTRY ListHead)
{
    PLIST_ENTRY entry = ListHead->Flink;

    RemoveEntryList(entry);
    return entry;
}
FORCEINLINE PLIST_ENTRY RemoveTailList(PLIST_ENTRY ListHead)
{
    PLIST_ENTRY entry = ListHead->Blink;

    RemoveEntryList(entry);
    return entry;
}
FORCEINLINE VOID InsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
    Entry->Flink = ListHead;
    Entry->Blink = ListHead->Blink;
    ListHead->Blink->Flink = Entry;
    ListHead->Blink = Entry;
}
FORCEINLINE VOID PushEntryList(PSINGLE_LIST_ENTRY ListHead, PSINGLE_LIST_ENTRY Entry)
{
    Entry->Next = ListHead->Next;
    ListHead->Next = Entry;
}
FORCEINLINE PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY ListHead)
{
    PSINGLE_LIST_ENTRY first = ListHead->Next;

    if (first != NULL)
        ListHead->Next = first->Next;
    return first;
}
FORCEINLINE VOID AppendTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListToAppend)
{
    PLIST_ENTRY last = ListHead->Blink;

    ListHead->Blink->Flink = ListToAppend;
    ListHead->Blink = ListToAppend->Blink;
    ListToAppend->Blink->Flink = ListHead;
    ListToAppend->Blink = last;
}
FORCEINLINE VOID InsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
    Entry->Flink = ListHead->Flink;
    Entry->Blink = ListHead;
    ListHead->Flink->Blink = Entry;
    ListHead->Flink = Entry;
}

/* ---- Locks as numbers, and lists that processors share --------------------------------------- */
/* A spin lock: 0 is free, so zeroed memory is a valid free lock. */
typedef ULONG_PTR KSPIN_LOCK, *PKSPIN_LOCK;

/* A list that is changed in one step. Entries, too, are aligned to 16 bytes. */
typedef struct DECLSPEC_ALIGN(16) _SLIST_ENTRY {
    struct _SLIST_ENTRY *Next;
} SLIST_ENTRY, *PSLIST_ENTRY;
typedef union DECLSPEC_ALIGN(16) _SLIST_HEADER {
    struct {
        ULONGLONG Alignment, Region;
    };
    struct {
        USHORT Depth, Sequence; /* Sequence counts the entries ever pushed. */
        ULONG Reserved;
        PSLIST_ENTRY Next; /* First entry. */
    };
} SLIST_HEADER, *PSLIST_HEADER;

/* ---- Opaque objects -------------------------------------------------------------------------- */
typedef struct ke_process *PEPROCESS, *PKPROCESS, *PRKPROCESS;
typedef struct ke_thread *PETHREAD, *PKTHREAD, *PRKTHREAD;
typedef struct ob_type *POBJECT_TYPE;
typedef struct io_workitem *PIO_WORKITEM;
typedef struct _DEVICE_OBJECT DEVICE_OBJECT, *PDEVICE_OBJECT;
typedef struct _DRIVER_OBJECT DRIVER_OBJECT, *PDRIVER_OBJECT;
typedef struct _FILE_OBJECT FILE_OBJECT, *PFILE_OBJECT;
typedef struct _IRP IRP, *PIRP;
typedef struct _IO_STACK_LOCATION IO_STACK_LOCATION, *PIO_STACK_LOCATION;
typedef struct _MDL MDL, *PMDL;
typedef struct _KDPC KDPC, *PKDPC, *PRKDPC;
typedef struct _KAPC KAPC, *PKAPC, *PRKAPC;
typedef LARGE_INTEGER PHYSICAL_ADDRESS;
typedef LONG KPRIORITY, *PKPRIORITY;
typedef ULONG_PTR KAFFINITY, *PKAFFINITY;
typedef PHYSICAL_ADDRESS *PPHYSICAL_ADDRESS;

#define PAGE_SIZE            0x1000
#define PAGE_SHIFT           12
#define BYTE_OFFSET(address) ((ULONG)((ULONG_PTR)(address) & (PAGE_SIZE - 1)))
#define PAGE_ALIGN(address)  ((PVOID)((ULONG_PTR)(address) & ~((ULONG_PTR)PAGE_SIZE - 1)))
#define ROUND_TO_PAGES(size) (((ULONG_PTR)(size) + PAGE_SIZE - 1) & ~((ULONG_PTR)PAGE_SIZE - 1))
#define BYTES_TO_PAGES(size) (((size) >> PAGE_SHIFT) + (((size) & (PAGE_SIZE - 1)) != 0))
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(address, size) \
    ((ULONG)((BYTE_OFFSET(address) + (SIZE_T)(size) + (PAGE_SIZE - 1)) >> PAGE_SHIFT))
#define ALIGN_DOWN_BY(length, alignment) ((ULONG_PTR)(length) & ~((ULONG_PTR)(alignment)-1))
#define ALIGN_UP_BY(length, alignment) \
    (ALIGN_DOWN_BY((ULONG_PTR)(length) + (alignment)-1, alignment))
#define ALIGN_DOWN(length, type)    ALIGN_DOWN_BY(length, sizeof(type))
#define ALIGN_UP(length, type)      ALIGN_UP_BY(length, sizeof(type))
#define ALIGN_DOWN_POINTER_BY(p, n) ((PVOID)ALIGN_DOWN_BY(p, n))
#define ALIGN_UP_POINTER_BY(p, n)   ((PVOID)ALIGN_UP_BY(p, n))

extern POBJECT_TYPE *IoFileObjectType, *ExEventObjectType, *PsProcessType, *PsThreadType;

/* ---- Dispatcher objects (nt-kernel.md 4.5) --------------------------------------------------- */
/* This structure and all others that Microsoft documents have the layout of NT 5.2 for x64 and
 * nothing of ours inside; a test compares every offset. What the simulator keeps of an object, such
 * as the address that records show, lies beside it (model/kernel/kernel.h). */
typedef struct _DISPATCHER_HEADER {
    UCHAR Type; /* KOBJECTS. */
    UCHAR Absolute, Size, Inserted;
    LONG SignalState;
    LIST_ENTRY WaitListHead;
} DISPATCHER_HEADER, *PDISPATCHER_HEADER;

typedef enum _EVENT_TYPE { NotificationEvent, SynchronizationEvent } EVENT_TYPE;
typedef enum _TIMER_TYPE { NotificationTimer, SynchronizationTimer } TIMER_TYPE;
typedef enum _WAIT_TYPE { WaitAll, WaitAny } WAIT_TYPE;
typedef enum _KWAIT_REASON {
    Executive,
    FreePage,
    PageIn,
    PoolAllocation,
    DelayExecution,
    Suspended,
    UserRequest,
    WrExecutive,
    WrFreePage,
    WrPageIn,
    WrPoolAllocation,
    WrDelayExecution,
    WrSuspended,
    WrUserRequest,
    WrEventPair,
    WrQueue,
    WrLpcReceive,
    WrLpcReply,
    WrVirtualMemory,
    WrPageOut,
    WrRendezvous,
    MaximumWaitReason
} KWAIT_REASON;

typedef struct _KEVENT {
    DISPATCHER_HEADER Header;
} KEVENT, *PKEVENT, *PRKEVENT;
typedef struct _KSEMAPHORE {
    DISPATCHER_HEADER Header;
    LONG Limit;
} KSEMAPHORE, *PKSEMAPHORE, *PRKSEMAPHORE;
typedef struct _KMUTANT {
    DISPATCHER_HEADER Header;
    LIST_ENTRY MutantListEntry;
    PKTHREAD OwnerThread;
    BOOLEAN Abandoned;
    UCHAR ApcDisable; /* 1: a KMUTEX, whose owner is in a critical region. */
} KMUTANT, *PKMUTANT, *PRKMUTANT, KMUTEX, *PKMUTEX, *PRKMUTEX;
typedef struct _KTIMER {
    DISPATCHER_HEADER Header;
    ULONGLONG DueTime; /* Nanoseconds since boot (simulated clock). */
    LIST_ENTRY TimerListEntry;
    PKDPC Dpc;
    ULONG Processor;
    LONG Period; /* Milliseconds. */
} KTIMER, *PKTIMER;
typedef struct _KWAIT_BLOCK {
    LIST_ENTRY WaitListEntry;
    PKTHREAD Thread;
    PVOID Object;
    struct _KWAIT_BLOCK *NextWaitBlock;
    USHORT WaitKey;
    UCHAR WaitType, SpareByte;
} KWAIT_BLOCK, *PKWAIT_BLOCK;

VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State);
/* Callable up to DISPATCH_LEVEL; these return the previous state. */
LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);
LONG KeResetEvent(PRKEVENT Event);
VOID KeClearEvent(PRKEVENT Event);
LONG KeReadStateEvent(PRKEVENT Event);
LONG KePulseEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);
VOID KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit);
LONG KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait);
VOID KeInitializeMutex(PRKMUTEX Mutex, ULONG Level);
LONG KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait);
VOID KeInitializeTimer(PKTIMER Timer);
VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type);
/* DueTime in 100 ns; negative: relative to now. */
BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc);
BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc);
BOOLEAN KeCancelTimer(PKTIMER Timer);
NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                               BOOLEAN Alertable,
                               PLARGE_INTEGER Timeout); /* < DISPATCH unless the timeout is zero. */
NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
                                  KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                                  BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                                  PKWAIT_BLOCK WaitBlockArray);
NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                PLARGE_INTEGER Interval);
VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime); /* 100 ns since 1601. */
VOID KeQueryTickCount(PLARGE_INTEGER CurrentCount);
ULONG KeQueryTimeIncrement(VOID);
/* Busy-waits; interrupts are served meanwhile. */
VOID KeStallExecutionProcessor(ULONG MicroSeconds);
PKTHREAD KeGetCurrentThread(VOID);
#define PsGetCurrentThread()  KeGetCurrentThread()
#define LOW_PRIORITY          0
#define LOW_REALTIME_PRIORITY 16
#define HIGH_PRIORITY         31
#define MAXIMUM_PRIORITY      32
KPRIORITY KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority);

/* ---- Attach, APCs (nt-kernel.md 1, 2) -------------------------------------------------------- */
typedef struct _KAPC_STATE {
    LIST_ENTRY ApcListHead[MaximumMode];
    PKPROCESS Process;
    BOOLEAN KernelApcInProgress, KernelApcPending, UserApcPending;
} KAPC_STATE, *PKAPC_STATE, *PRKAPC_STATE;

typedef enum _KAPC_ENVIRONMENT {
    OriginalApcEnvironment,
    AttachedApcEnvironment,
    CurrentApcEnvironment,
    InsertApcEnvironment
} KAPC_ENVIRONMENT;
typedef VOID(NTAPI KNORMAL_ROUTINE)(PVOID NormalContext, PVOID SystemArgument1,
                                    PVOID SystemArgument2);
typedef KNORMAL_ROUTINE *PKNORMAL_ROUTINE;
typedef VOID(NTAPI KKERNEL_ROUTINE)(PRKAPC Apc, PKNORMAL_ROUTINE *NormalRoutine,
                                    PVOID *NormalContext, PVOID *SystemArgument1,
                                    PVOID *SystemArgument2);
typedef KKERNEL_ROUTINE *PKKERNEL_ROUTINE;
typedef VOID(NTAPI KRUNDOWN_ROUTINE)(PRKAPC Apc);
typedef KRUNDOWN_ROUTINE *PKRUNDOWN_ROUTINE;
struct _KAPC {
    UCHAR Type, SpareByte0, Size, SpareByte1;
    ULONG SpareLong0;
    PKTHREAD Thread;
    LIST_ENTRY ApcListEntry;
    PKKERNEL_ROUTINE KernelRoutine;
    PKRUNDOWN_ROUTINE RundownRoutine;
    PKNORMAL_ROUTINE NormalRoutine;
    PVOID NormalContext, SystemArgument1, SystemArgument2;
    CCHAR ApcStateIndex; /* KAPC_ENVIRONMENT, resolved. */
    KPROCESSOR_MODE ApcMode;
    BOOLEAN Inserted;
};
VOID KeInitializeApc(PRKAPC Apc, PRKTHREAD Thread, KAPC_ENVIRONMENT Environment,
                     PKKERNEL_ROUTINE KernelRoutine, PKRUNDOWN_ROUTINE RundownRoutine,
                     PKNORMAL_ROUTINE NormalRoutine, KPROCESSOR_MODE ApcMode, PVOID NormalContext);
BOOLEAN KeInsertQueueApc(PRKAPC Apc, PVOID SystemArgument1, PVOID SystemArgument2,
                         KPRIORITY Increment);
BOOLEAN KeRemoveQueueApc(PRKAPC Apc);
VOID KeEnterCriticalRegion(VOID);
VOID KeLeaveCriticalRegion(VOID);
VOID KeEnterGuardedRegion(VOID);
VOID KeLeaveGuardedRegion(VOID);
BOOLEAN KeAreApcsDisabled(VOID);
#define FsRtlEnterFileSystem KeEnterCriticalRegion
#define FsRtlExitFileSystem  KeLeaveCriticalRegion

/* ---- DPCs (nt-kernel.md 3.3) ----------------------------------------------------------------- */
typedef VOID(NTAPI KDEFERRED_ROUTINE)(PKDPC Dpc, PVOID DeferredContext, PVOID SystemArgument1,
                                      PVOID SystemArgument2);
typedef KDEFERRED_ROUTINE *PKDEFERRED_ROUTINE;
typedef BOOLEAN(NTAPI KSYNCHRONIZE_ROUTINE)(PVOID SynchronizeContext);
typedef KSYNCHRONIZE_ROUTINE *PKSYNCHRONIZE_ROUTINE;
typedef struct _KINTERRUPT *PKINTERRUPT;
typedef BOOLEAN(NTAPI KSERVICE_ROUTINE)(PKINTERRUPT Interrupt, PVOID ServiceContext);
typedef KSERVICE_ROUTINE *PKSERVICE_ROUTINE;
typedef enum _KDPC_IMPORTANCE { LowImportance, MediumImportance, HighImportance } KDPC_IMPORTANCE;
struct _KDPC {
    UCHAR Type, Importance;
    UCHAR Number;   /* MAXIMUM_PROCESSORS + target; less: the processor that queues the DPC. */
    UCHAR Expedite; /* Not used here. */
    LIST_ENTRY DpcListEntry;
    PKDEFERRED_ROUTINE DeferredRoutine;
    PVOID DeferredContext, SystemArgument1, SystemArgument2;
    PVOID DpcData; /* The processor in whose queue the DPC is; NULL: it is in none. */
};
VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext);
BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2);
BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc);
VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance);
VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number);
ULONG KeGetCurrentProcessorNumber(VOID);

/* ---- Locks ----------------------------------------------------------------------------------- */
VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock);
KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock);
#define KeAcquireSpinLock(lock, irql) (*(irql) = KeAcquireSpinLockRaiseToDpc(lock))
VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);
VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);

typedef struct _FAST_MUTEX {
    LONG Count;
    PKTHREAD Owner;
    ULONG Contention;
    KEVENT Event;
    ULONG OldIrql;
} FAST_MUTEX, *PFAST_MUTEX;
typedef struct _KGATE {
    DISPATCHER_HEADER Header;
} KGATE, *PKGATE;
typedef struct _KGUARDED_MUTEX {
    LONG Count;
    PKTHREAD Owner;
    ULONG Contention;
    KGATE Gate;
    union {
        struct {
            SHORT KernelApcDisable, SpecialApcDisable;
        };
        ULONG CombinedApcDisable;
    };
} KGUARDED_MUTEX, *PKGUARDED_MUTEX;
VOID ExInitializeFastMutex(PFAST_MUTEX FastMutex);
VOID ExAcquireFastMutex(PFAST_MUTEX FastMutex); /* Callable up to APC_LEVEL; raises to APC_LEVEL. */
VOID ExReleaseFastMutex(PFAST_MUTEX FastMutex);
BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex);
VOID KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex);
VOID KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex);
VOID KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex);

typedef ULONG_PTR ERESOURCE_THREAD, *PERESOURCE_THREAD;
typedef struct _OWNER_ENTRY {
    ERESOURCE_THREAD OwnerThread; /* 0: the entry is free. */
    union {
        LONG OwnerCount;
        ULONG TableSize; /* In the first entry of an OwnerTable: its number of entries. */
    };
} OWNER_ENTRY, *POWNER_ENTRY;
typedef struct _ERESOURCE {
    LIST_ENTRY SystemResourcesList;
    POWNER_ENTRY OwnerTable; /* Shared owners for whom OwnerThreads has no room; NULL: none yet. */
    SHORT ActiveCount;       /* Owners: threads that hold it, or have been handed it. */
    USHORT Flag;
    PKSEMAPHORE SharedWaiters; /* Made when somebody has to wait; NULL: not yet. */
    PKEVENT ExclusiveWaiters;
    OWNER_ENTRY OwnerThreads[2]; /* The exclusive owner, and a shared one. */
    ULONG ContentionCount;
    USHORT NumberOfSharedWaiters, NumberOfExclusiveWaiters;
    union {
        PVOID Address;
        ULONG_PTR CreatorBackTraceIndex;
    };
    KSPIN_LOCK SpinLock;
} ERESOURCE, *PERESOURCE;
#define ResourceNeverExclusive       0x10
#define ResourceReleaseByOtherThread 0x20
#define ResourceOwnedExclusive       0x80
NTSTATUS ExInitializeResourceLite(PERESOURCE Resource);
/* The caller must be in a critical region. */
BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait);
VOID ExReleaseResourceLite(PERESOURCE Resource);
NTSTATUS ExDeleteResourceLite(PERESOURCE Resource);
BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource);
/* As shared, but past waiting writers; and behind them, even for an owner. */
BOOLEAN ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait);
/* Number of the caller's acquisitions, shared or exclusive; up to DISPATCH_LEVEL. */
ULONG ExIsResourceAcquiredSharedLite(PERESOURCE Resource);
ULONG ExGetExclusiveWaiterCount(PERESOURCE Resource);
ULONG ExGetSharedWaiterCount(PERESOURCE Resource);
/* The exclusive owner shares from now on; waiting readers are let in. Up to DISPATCH_LEVEL. */
VOID ExConvertExclusiveToSharedLite(PERESOURCE Resource);
/* Releases for another thread, or for an owner by ExSetResourceOwnerPointer. */
VOID ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD ResourceThreadId);
VOID ExSetResourceOwnerPointer(PERESOURCE Resource, PVOID OwnerPointer);
#define ExGetCurrentResourceThread() ((ERESOURCE_THREAD)PsGetCurrentThread())
NTSTATUS ExReinitializeResourceLite(PERESOURCE Resource);

LONG InterlockedIncrement(LONG volatile *Addend);
LONG InterlockedDecrement(LONG volatile *Addend);
LONG InterlockedExchange(LONG volatile *Target, LONG Value);
LONG InterlockedCompareExchange(LONG volatile *Destination, LONG Exchange, LONG Comparand);

#ifdef __cplusplus
}
#endif
