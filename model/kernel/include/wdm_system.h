/* wdm_system.h - what a driver asks of the system as a whole, and small arithmetic. <wdm.h>
 * includes this.
 */
#pragma once
#include "wdm_io.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Build number of NT 5.2, 3790, with the mark of a free build. */
extern PSHORT const NtBuildNumber;
CCHAR KeNumberProcessors_sim(VOID);
#define KeNumberProcessors (KeNumberProcessors_sim())
extern POBJECT_TYPE *IoDeviceObjectType, *IoDriverObjectType, *ExSemaphoreObjectType;

/* Returns the address of a function of the door by its name; NULL: there is none. PASSIVE_LEVEL. */
PVOID MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName);
/* True for WDM up to 1.30, that of 2003. PASSIVE_LEVEL. */
BOOLEAN IoIsWdmVersionAvailable(UCHAR MajorVersion, UCHAR MinorVersion);
/* The request at which the present thread entered a file system; NULL: it did not. Any IRQL. */
PIRP IoGetTopLevelIrp(VOID);
VOID IoSetTopLevelIrp(PIRP Irp);
#define FSRTL_FSP_TOP_LEVEL_IRP       ((LONG_PTR)1)
#define FSRTL_CACHE_TOP_LEVEL_IRP     ((LONG_PTR)2)
#define FSRTL_MOD_WRITE_TOP_LEVEL_IRP ((LONG_PTR)3)
#define FSRTL_FAST_IO_TOP_LEVEL_IRP   ((LONG_PTR)4)

/* Nothing of a driver is ever paged out here. */
#define MmLockPagableCodeSection(address)   ((PVOID)(ULONG_PTR)(address))
#define MmLockPagableDataSection(address)   ((PVOID)(ULONG_PTR)(address))
#define MmUnlockPagableImageSection(handle) ((void)(handle))
#define MmPageEntireDriver(address)         ((PVOID)(ULONG_PTR)(address))
#define MmResetDriverPaging(address)        ((void)(address))

#define KeMemoryBarrier()             __sync_synchronize()
#define KeMemoryBarrierWithoutFence() __asm__ volatile("" ::: "memory")
#define Int32x32To64(a, b)            ((LONGLONG)(LONG)(a) * (LONGLONG)(LONG)(b))
#define UInt32x32To64(a, b)           ((ULONGLONG)(ULONG)(a) * (ULONGLONG)(ULONG)(b))
#define FlagOn(flags, one)            ((flags) & (one))
#define BooleanFlagOn(flags, one)     ((BOOLEAN)(((flags) & (one)) != 0))
#define SetFlag(flags, one)           ((flags) |= (one))
#define ClearFlag(flags, one)         ((flags) &= ~(one))

#ifdef __cplusplus
}
#endif
