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

/* ---- Memory of a process --------------------------------------------------------------------- */
NTSTATUS MmCopyVirtualMemory(PEPROCESS FromProcess, PVOID FromAddress, PEPROCESS ToProcess,
                             PVOID ToAddress, SIZE_T BufferSize, KPROCESSOR_MODE PreviousMode,
                             PSIZE_T NumberOfBytesCopied);

#ifdef __cplusplus
}
#endif
