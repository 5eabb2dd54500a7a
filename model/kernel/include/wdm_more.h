/* wdm_more.h - calls that no other part has: files by handle, what lies in a directory of objects,
 * threads, quotas, regions with a resource.
 *
 * Drivers include <wdm.h>. PASSIVE_LEVEL unless a line says otherwise.
 */
#pragma once
#include "wdm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Strings --------------------------------------------------------------------------------- */
#ifndef RtlInitEmptyUnicodeString
/* An empty string with a buffer. Any IRQL. */
FORCEINLINE VOID RtlInitEmptyUnicodeString(PUNICODE_STRING UnicodeString, PWCHAR Buffer,
                                           USHORT BufferSize)
{
    UnicodeString->Length = 0;
    UnicodeString->MaximumLength = BufferSize;
    UnicodeString->Buffer = Buffer;
}
FORCEINLINE VOID RtlInitEmptyAnsiString(PANSI_STRING AnsiString, PCHAR Buffer, USHORT BufferSize)
{
    AnsiString->Length = 0;
    AnsiString->MaximumLength = BufferSize;
    AnsiString->Buffer = Buffer;
}
#endif

/* ---- Files by handle ------------------------------------------------------------------------- */
/* The position is the file object's; all other classes are the file system's: IRP_MJ_QUERY_ and
 * IRP_MJ_SET_INFORMATION. */
NTSTATUS ZwQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                PVOID FileInformation, ULONG Length,
                                FILE_INFORMATION_CLASS FileInformationClass);
NTSTATUS ZwSetInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                              PVOID FileInformation, ULONG Length,
                              FILE_INFORMATION_CLASS FileInformationClass);
NTSTATUS ZwDeleteFile(POBJECT_ATTRIBUTES ObjectAttributes);
NTSTATUS IoSetCompletionRoutineEx(PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                  PIO_COMPLETION_ROUTINE CompletionRoutine, PVOID Context,
                                  BOOLEAN InvokeOnSuccess, BOOLEAN InvokeOnError,
                                  BOOLEAN InvokeOnCancel); /* <= DISPATCH. */

/* ---- Directories of objects ------------------------------------------------------------------ */
typedef struct _OBJECT_DIRECTORY_INFORMATION {
    UNICODE_STRING Name, TypeName;
} OBJECT_DIRECTORY_INFORMATION, *POBJECT_DIRECTORY_INFORMATION;
/* Fills a buffer with entries, a last one that is zero, and the names behind; *Context is the place
 * to go on. STATUS_MORE_ENTRIES: some did not fit; STATUS_BUFFER_TOO_SMALL: not one;
 * STATUS_NO_MORE_ENTRIES. */
NTSTATUS ZwQueryDirectoryObject(HANDLE DirectoryHandle, PVOID Buffer, ULONG Length,
                                BOOLEAN ReturnSingleEntry, BOOLEAN RestartScan, PULONG Context,
                                PULONG ReturnLength);

/* ---- Threads --------------------------------------------------------------------------------- */
typedef enum _THREADINFOCLASS { ThreadBasicInformation = 0, ThreadTimes = 1 } THREADINFOCLASS;
typedef struct _THREAD_BASIC_INFORMATION {
    NTSTATUS ExitStatus;
    PVOID TebBaseAddress;
    CLIENT_ID ClientId;
    ULONG_PTR AffinityMask;
    KPRIORITY Priority;
    LONG BasePriority;
} THREAD_BASIC_INFORMATION, *PTHREAD_BASIC_INFORMATION;
NTSTATUS ZwQueryInformationThread(HANDLE ThreadHandle, THREADINFOCLASS ThreadInformationClass,
                                  PVOID ThreadInformation, ULONG ThreadInformationLength,
                                  PULONG ReturnLength);
NTSTATUS ZwYieldExecution(VOID); /* STATUS_NO_YIELD_PERFORMED: nobody else was ready. */

/* ---- Quotas: <= DISPATCH --------------------------------------------------------------------- */
/* Charge a process for memory that a driver holds for it, and give it back; the limits of Windows
 * 2003 grow with the pool, so nothing is refused. */
NTSTATUS PsChargeProcessPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount);
VOID PsChargePoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount);
VOID PsReturnPoolQuota(PEPROCESS Process, POOL_TYPE PoolType, ULONG_PTR Amount);

/* ---- Resources in a critical region: <= APC -------------------------------------------------- */
/* Return the thread's part of Win32: NULL. */
PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource);
PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource);
PVOID ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource);
VOID ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource);
VOID ExDisableResourceBoostLite(PERESOURCE Resource); /* Owners are not boosted anyway. */

#ifdef __cplusplus
}
#endif
