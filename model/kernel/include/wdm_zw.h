/* wdm_zw.h - objects by name and by handle, as a driver makes and asks of them: events, timers,
 * directories, symbolic links, waits, duplicates, names; files and processes by handle.
 *
 * Drivers include <wdm.h>. Everything here is for PASSIVE_LEVEL unless a line says otherwise.
 * Handles are kernel handles with OBJ_KERNEL_HANDLE, else handles of the process in force. Names:
 * without a root and a leading backslash, or with both, STATUS_OBJECT_PATH_SYNTAX_BAD; there
 * already, STATUS_OBJECT_NAME_COLLISION, with OBJ_OPENIF opened and STATUS_OBJECT_NAME_EXISTS; not
 * there, STATUS_OBJECT_NAME_NOT_FOUND; of another kind, STATUS_OBJECT_TYPE_MISMATCH.
 */
#pragma once
#include "wdm_io.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _CLIENT_ID {
    HANDLE UniqueProcess, UniqueThread;
} CLIENT_ID, *PCLIENT_ID;

/* ---- Events ---------------------------------------------------------------------------------- */
/* STATUS_INVALID_PARAMETER_4: no such type. */
NTSTATUS ZwCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                       POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                       BOOLEAN InitialState);
NTSTATUS ZwOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                     POBJECT_ATTRIBUTES ObjectAttributes);
NTSTATUS ZwSetEvent(HANDLE EventHandle, PLONG PreviousState); /* The last may be NULL. */
NTSTATUS ZwResetEvent(HANDLE EventHandle, PLONG PreviousState);
NTSTATUS ZwPulseEvent(HANDLE EventHandle, PLONG PreviousState);
NTSTATUS ZwClearEvent(HANDLE EventHandle);
/* An event by name with a kernel handle; made signaled, or opened as it is. NULL: failed. */
PKEVENT IoCreateNotificationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle);
PKEVENT IoCreateSynchronizationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle);

/* ---- Timers ---------------------------------------------------------------------------------- */
#ifndef TIMER_QUERY_STATE
#define TIMER_QUERY_STATE  0x0001u
#define TIMER_MODIFY_STATE 0x0002u
#define TIMER_ALL_ACCESS   0x001F0003u
#endif
typedef VOID(NTAPI *PTIMER_APC_ROUTINE)(PVOID TimerContext, ULONG TimerLowValue,
                                        LONG TimerHighValue);
NTSTATUS ZwCreateTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess,
                       POBJECT_ATTRIBUTES ObjectAttributes, TIMER_TYPE TimerType);
NTSTATUS ZwOpenTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess,
                     POBJECT_ATTRIBUTES ObjectAttributes);
/* STATUS_INVALID_PARAMETER_6: a period below 0. STATUS_TIMER_RESUME_IGNORED: set, but the machine
 * does not sleep. A routine is called in this thread, as a normal kernel APC with the time of the
 * expiry; the timer is cancelled when the thread ends. */
NTSTATUS ZwSetTimer(HANDLE TimerHandle, PLARGE_INTEGER DueTime, PTIMER_APC_ROUTINE TimerApcRoutine,
                    PVOID TimerContext, BOOLEAN ResumeTimer, LONG Period, PBOOLEAN PreviousState);
/* The state as it was left; an APC that has not run is taken back. */
NTSTATUS ZwCancelTimer(HANDLE TimerHandle, PBOOLEAN CurrentState);

/* ---- Directories and symbolic links ---------------------------------------------------------- */
#ifndef DIRECTORY_QUERY
#define DIRECTORY_QUERY               0x0001u
#define DIRECTORY_TRAVERSE            0x0002u
#define DIRECTORY_CREATE_OBJECT       0x0004u
#define DIRECTORY_CREATE_SUBDIRECTORY 0x0008u
#define DIRECTORY_ALL_ACCESS          0x000F000Fu
#define SYMBOLIC_LINK_QUERY           0x0001u
#define SYMBOLIC_LINK_ALL_ACCESS      0x000F0001u
#endif
NTSTATUS ZwCreateDirectoryObject(PHANDLE DirectoryHandle, ACCESS_MASK DesiredAccess,
                                 POBJECT_ATTRIBUTES ObjectAttributes);
NTSTATUS ZwOpenDirectoryObject(PHANDLE DirectoryHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes);
/* STATUS_ACCESS_VIOLATION: the target has no buffer. */
NTSTATUS ZwCreateSymbolicLinkObject(PHANDLE LinkHandle, ACCESS_MASK DesiredAccess,
                                    POBJECT_ATTRIBUTES ObjectAttributes,
                                    PUNICODE_STRING TargetName);
NTSTATUS ZwOpenSymbolicLinkObject(PHANDLE LinkHandle, ACCESS_MASK DesiredAccess,
                                  POBJECT_ATTRIBUTES ObjectAttributes);
/* With ReturnedLength the terminator comes too. STATUS_BUFFER_TOO_SMALL: nothing is written. */
NTSTATUS ZwQuerySymbolicLinkObject(HANDLE LinkHandle, PUNICODE_STRING LinkTarget,
                                   PULONG ReturnedLength);
NTSTATUS IoCreateUnprotectedSymbolicLink(PUNICODE_STRING SymbolicLinkName,
                                         PUNICODE_STRING DeviceName);
#define IoAssignArcName(arc, device) IoCreateSymbolicLink((arc), (device))
#define IoDeassignArcName(arc)       IoDeleteSymbolicLink(arc)
/* The name goes with the last handle from now on. */
NTSTATUS ZwMakeTemporaryObject(HANDLE Handle);

/* ---- By handle ------------------------------------------------------------------------------- */
/* Need SYNCHRONIZE: STATUS_ACCESS_DENIED. */
NTSTATUS ZwWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable, PLARGE_INTEGER Timeout);
/* STATUS_INVALID_PARAMETER_1: none, or too many. STATUS_ACCESS_VIOLATION: no array of handles. */
NTSTATUS ZwWaitForMultipleObjects(ULONG Count, HANDLE Handles[], WAIT_TYPE WaitType,
                                  BOOLEAN Alertable, PLARGE_INTEGER Timeout);
#ifndef DUPLICATE_SAME_ATTRIBUTES
#define DUPLICATE_SAME_ATTRIBUTES 0x00000004u
#endif
NTSTATUS ZwDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
                           HANDLE TargetProcessHandle, PHANDLE TargetHandle,
                           ACCESS_MASK DesiredAccess, ULONG HandleAttributes, ULONG Options);
NTSTATUS ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode);
typedef enum _OBJECT_INFORMATION_CLASS {
    ObjectBasicInformation,
    ObjectNameInformation,
    ObjectTypeInformation
} OBJECT_INFORMATION_CLASS;
typedef struct _OBJECT_BASIC_INFORMATION {
    ULONG Attributes;
    ACCESS_MASK GrantedAccess;
    ULONG HandleCount, PointerCount, PagedPoolUsage, NonPagedPoolUsage, Reserved[3];
    ULONG NameInformationLength, TypeInformationLength, SecurityDescriptorLength;
    LARGE_INTEGER CreationTime;
} OBJECT_BASIC_INFORMATION, *POBJECT_BASIC_INFORMATION;
typedef struct _OBJECT_NAME_INFORMATION {
    UNICODE_STRING Name; /* The text lies behind. */
} OBJECT_NAME_INFORMATION, *POBJECT_NAME_INFORMATION;
typedef struct _PUBLIC_OBJECT_TYPE_INFORMATION {
    UNICODE_STRING TypeName;
    ULONG Reserved[22];
} PUBLIC_OBJECT_TYPE_INFORMATION, *PPUBLIC_OBJECT_TYPE_INFORMATION;
/* STATUS_INFO_LENGTH_MISMATCH: too small; STATUS_INVALID_INFO_CLASS. */
NTSTATUS ZwQueryObject(HANDLE Handle, OBJECT_INFORMATION_CLASS ObjectInformationClass,
                       PVOID ObjectInformation, ULONG ObjectInformationLength, PULONG ReturnLength);
/* The name of an object, of length 0 if it has none. STATUS_INFO_LENGTH_MISMATCH: too small, and
 * *ReturnLength is what it takes. < DISPATCH. */
NTSTATUS ObQueryNameString(PVOID Object, POBJECT_NAME_INFORMATION ObjectNameInfo, ULONG Length,
                           PULONG ReturnLength);

/* ---- Processes ------------------------------------------------------------------------------- */
typedef enum _PROCESSINFOCLASS {
    ProcessBasicInformation = 0,
    ProcessQuotaLimits = 1,
    ProcessVmCounters = 3,
    ProcessTimes = 4
} PROCESSINFOCLASS;
typedef struct _PROCESS_BASIC_INFORMATION {
    NTSTATUS ExitStatus;
    PVOID PebBaseAddress;
    ULONG_PTR AffinityMask;
    KPRIORITY BasePriority;
    ULONG_PTR UniqueProcessId, InheritedFromUniqueProcessId;
} PROCESS_BASIC_INFORMATION, *PPROCESS_BASIC_INFORMATION;
typedef struct _VM_COUNTERS {
    SIZE_T PeakVirtualSize, VirtualSize;
    ULONG PageFaultCount;
    SIZE_T PeakWorkingSetSize, WorkingSetSize, QuotaPeakPagedPoolUsage, QuotaPagedPoolUsage,
        QuotaPeakNonPagedPoolUsage, QuotaNonPagedPoolUsage, PagefileUsage, PeakPagefileUsage;
} VM_COUNTERS, *PVM_COUNTERS;
typedef struct _KERNEL_USER_TIMES {
    LARGE_INTEGER CreateTime, ExitTime, KernelTime, UserTime;
} KERNEL_USER_TIMES, *PKERNEL_USER_TIMES;
/* STATUS_INFO_LENGTH_MISMATCH: not the structure's size; STATUS_INVALID_INFO_CLASS. */
NTSTATUS ZwQueryInformationProcess(HANDLE ProcessHandle, PROCESSINFOCLASS ProcessInformationClass,
                                   PVOID ProcessInformation, ULONG ProcessInformationLength,
                                   PULONG ReturnLength);
/* By number. STATUS_INVALID_PARAMETER_MIX: by name as well; STATUS_INVALID_CID: none. */
NTSTATUS ZwOpenProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                       POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId);
NTSTATUS ZwTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus);

/* ---- Files ----------------------------------------------------------------------------------- */
NTSTATUS ZwDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
                               PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                               ULONG IoControlCode, PVOID InputBuffer, ULONG InputBufferLength,
                               PVOID OutputBuffer, ULONG OutputBufferLength);
NTSTATUS ZwFlushBuffersFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock);

#ifdef __cplusplus
}
#endif
