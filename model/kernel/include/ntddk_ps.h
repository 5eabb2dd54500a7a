/* ntddk_ps.h - processes and threads of <ntddk.h> and <ntifs.h>: who is told of new and ended ones
 * and of images, looking up, asking.
 *
 * Drivers include <ntddk.h>.
 */
#pragma once
#include "ntddk.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Notifications --------------------------------------------------------------------------- */
/* At most eight routines of each kind: STATUS_INSUFFICIENT_RESOURCES. Removing waits for calls in
 * progress, so it is not for the routine itself; STATUS_PROCEDURE_NOT_FOUND: not registered.
 * PASSIVE. */
typedef VOID(NTAPI *PCREATE_THREAD_NOTIFY_ROUTINE)(HANDLE ProcessId, HANDLE ThreadId,
                                                   BOOLEAN Create);
/* The routine is called in the creator's thread, and in the thread that ends. */
NTSTATUS PsSetCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine);
NTSTATUS PsRemoveCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE NotifyRoutine);
typedef struct _IMAGE_INFO {
    union {
        ULONG Properties;
        struct {
            ULONG ImageAddressingMode : 8, SystemModeImage : 1, ImageMappedToAllPids : 1,
                Reserved : 22;
        };
    };
    PVOID ImageBase;
    ULONG ImageSelector;
    SIZE_T ImageSize;
    ULONG ImageSectionNumber;
} IMAGE_INFO, *PIMAGE_INFO;
typedef VOID(NTAPI *PLOAD_IMAGE_NOTIFY_ROUTINE)(PUNICODE_STRING FullImageName, HANDLE ProcessId,
                                                PIMAGE_INFO ImageInfo);
/* The routine is called when an image is mapped, before its entry: a driver's with process 0, a
 * program's in its process. */
NTSTATUS PsSetLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine);
NTSTATUS PsRemoveLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE NotifyRoutine);

/* ---- Looking up, asking ---------------------------------------------------------------------- */
/* Adds a reference. STATUS_INVALID_PARAMETER: there is none. <= APC. */
NTSTATUS PsLookupThreadByThreadId(HANDLE ThreadId, PETHREAD *Thread);
NTSTATUS PsLookupProcessThreadByCid(PCLIENT_ID ClientId, PEPROCESS *Process, PETHREAD *Thread);
/* Any IRQL. */
HANDLE PsGetThreadId(PETHREAD Thread);
HANDLE PsGetThreadProcessId(PETHREAD Thread);
PEPROCESS PsGetThreadProcess(PETHREAD Thread);
PEPROCESS IoThreadToProcess(PETHREAD Thread);
BOOLEAN PsIsSystemThread(PETHREAD Thread);
BOOLEAN PsIsThreadTerminating(PETHREAD Thread);
#ifndef _KERNEL_MODE /* No header of Windows has it: drivers declare it, each in its own way. */
const char *PsGetProcessImageFileName(PEPROCESS Process); /* "store.exe", at most 15 characters. */
#endif
HANDLE PsGetProcessInheritedFromUniqueProcessId(PEPROCESS Process);
FORCEINLINE BOOLEAN IoIs32bitProcess(PIRP Irp)
{
    (void)Irp;
    return FALSE; /* A driver and its callers are of one width. */
}

#ifdef __cplusplus
}
#endif
