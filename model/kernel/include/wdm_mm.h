/* wdm_mm.h - the Mm part of <wdm.h>: MDLs, probes of user memory.
 *
 * A user address that a program passes, and an address that MmGetSystemAddressForMdlSafe gives, can
 * be read and written plainly. A user address means the process in force. Semantics: facts/ddi.md
 * 2.2, 2.15.
 */
#pragma once
#include "wdm_ke.h"

struct _IRP;

/* ---- Probes, at IRQL <= APC_LEVEL ------------------------------------------------------------ */
/* Raise STATUS_DATATYPE_MISALIGNMENT, or STATUS_ACCESS_VIOLATION if the range is not all in the
 * user's part of the address space; a length of 0 passes unchecked. ProbeForRead does not touch the
 * memory, which may be free; ProbeForWrite touches every page. Later accesses can still fault. */
VOID ProbeForRead(const volatile VOID *Address, SIZE_T Length, ULONG Alignment);
VOID ProbeForWrite(volatile VOID *Address, SIZE_T Length, ULONG Alignment);

/* First address above the user's; the highest of the user's; the first of the system's. */
#define MmUserProbeAddress      ((ULONG_PTR)nt_memory_limit(0))
#define MmHighestUserAddress    nt_memory_limit(1)
#define MmSystemRangeStart      nt_memory_limit(2)
#define MM_USER_PROBE_ADDRESS   MmUserProbeAddress
#define MM_HIGHEST_USER_ADDRESS MmHighestUserAddress
PVOID nt_memory_limit(int Which);

/* True if touching the address would not fault now. At IRQL <= DISPATCH_LEVEL. */
BOOLEAN MmIsAddressValid(PVOID VirtualAddress);

/* ---- MDLs ------------------------------------------------------------------------------------ */
#define MDL_MAPPED_TO_SYSTEM_VA     0x0001
#define MDL_PAGES_LOCKED            0x0002
#define MDL_SOURCE_IS_NONPAGED_POOL 0x0004
#define MDL_ALLOCATED_FIXED_SIZE    0x0008
#define MDL_PARTIAL                 0x0010
#define MDL_PARTIAL_HAS_BEEN_MAPPED 0x0020
#define MDL_IO_PAGE_READ            0x0040
#define MDL_WRITE_OPERATION         0x0080
#define MDL_PARENT_MAPPED_SYSTEM_VA 0x0100
#define MDL_FREE_EXTRA_PTES         0x0200
#define MDL_IO_SPACE                0x0800
#define MDL_NETWORK_HEADER          0x1000
#define MDL_MAPPING_CAN_FAIL        0x2000

typedef ULONG_PTR PFN_NUMBER, *PPFN_NUMBER;
struct _MDL { /* Numbers of the pages follow; they name pages and mean nothing else. */
    PMDL Next;
    CSHORT Size, MdlFlags;
    PEPROCESS Process; /* Process whose pages are locked. */
    PVOID MappedSystemVa, StartVa;
    ULONG ByteCount, ByteOffset;
};
typedef enum _LOCK_OPERATION { IoReadAccess, IoWriteAccess, IoModifyAccess } LOCK_OPERATION;
typedef enum _MM_PAGE_PRIORITY {
    LowPagePriority,
    NormalPagePriority = 16,
    HighPagePriority = 32
} MM_PAGE_PRIORITY;
#define MdlMappingNoWrite   0x80000000
#define MdlMappingNoExecute 0x40000000
typedef enum _MEMORY_CACHING_TYPE {
    MmNonCached,
    MmCached,
    MmWriteCombined,
    MmMaximumCacheType
} MEMORY_CACHING_TYPE;

#define MmGetMdlByteCount(mdl)      ((mdl)->ByteCount)
#define MmGetMdlByteOffset(mdl)     ((mdl)->ByteOffset)
#define MmGetMdlVirtualAddress(mdl) ((PVOID)((PCHAR)(mdl)->StartVa + (mdl)->ByteOffset))
#define MmGetMdlBaseVa(mdl)         ((mdl)->StartVa)
#define MmGetMdlPfnArray(mdl)       ((PPFN_NUMBER)(PVOID)((mdl) + 1))
#define MmSizeOfMdl(base, length) \
    (sizeof(MDL) + sizeof(PFN_NUMBER) * ADDRESS_AND_SIZE_TO_SPAN_PAGES((base), (length)))
#define MmInitializeMdl(mdl, base, length)                                                         \
    ((mdl)->Next = NULL, (mdl)->Size = (CSHORT)MmSizeOfMdl((base), (length)), (mdl)->MdlFlags = 0, \
     (mdl)->StartVa = PAGE_ALIGN(base), (mdl)->ByteOffset = BYTE_OFFSET(base),                     \
     (mdl)->ByteCount = (ULONG)(length))
#define MmGetSystemAddressForMdl(mdl) MmGetSystemAddressForMdlSafe((mdl), HighPagePriority)

/* Makes an MDL, at IRQL <= DISPATCH_LEVEL. NULL: no pool, or more pages than its Size can hold.
 * Secondary: it is added to the IRP's chain; else it is the IRP's. */
PMDL IoAllocateMdl(PVOID VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer, BOOLEAN ChargeQuota,
                   struct _IRP *Irp);
/* Frees the MDL and the mapping of a partial one. Pages that are still locked stay so: stop 0x76
 * when their process ends. */
VOID IoFreeMdl(PMDL Mdl);
/* Describes a part of the source (Length 0: its rest) in Target. Stop 0x40: Target is too small. */
VOID IoBuildPartialMdl(PMDL SourceMdl, PMDL TargetMdl, PVOID VirtualAddress, ULONG Length);
VOID MmPrepareMdlForReuse(PMDL Mdl);
/* Locks the pages in the process in force. Raises STATUS_ACCESS_VIOLATION: a page is missing, or
 * UserMode and an address that is not the user's. At IRQL <= APC_LEVEL for pageable memory. */
VOID MmProbeAndLockPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                         LOCK_OPERATION Operation);
/* Unlocks and unmaps, at IRQL <= DISPATCH_LEVEL. */
VOID MmUnlockPages(PMDL MemoryDescriptorList);
VOID MmBuildMdlForNonPagedPool(PMDL MemoryDescriptorList);
/* A system address of the pages; NULL: there is no room. */
PVOID MmGetSystemAddressForMdlSafe(PMDL Mdl, ULONG Priority);
/* The same. BugCheckOnFailure: stop 0x3F instead of NULL. AccessMode UserMode, at IRQL <=
 * APC_LEVEL: an address in the current process, at BaseAddress if that is not NULL; failures are
 * raised. Pool, and pages of MmAllocatePagesForMdl, have their own address there, which can be
 * touched in other processes, too. */
PVOID MmMapLockedPagesSpecifyCache(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                                   MEMORY_CACHING_TYPE CacheType, PVOID BaseAddress,
                                   ULONG BugCheckOnFailure, ULONG Priority);
PVOID MmMapLockedPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode);
/* A user's mapping is undone in the process that it was made for: in another one, what is mapped at
 * this address there goes. */
VOID MmUnmapLockedPages(PVOID BaseAddress, PMDL MemoryDescriptorList);
/* Zeroed pages that no address belongs to, until they are mapped; at IRQL <= APC_LEVEL. They are
 * freed by MmFreePagesFromMdl and the MDL by ExFreePool. The limits of addresses are not heeded. */
PMDL MmAllocatePagesForMdl(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
                           PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes);
VOID MmFreePagesFromMdl(PMDL MemoryDescriptorList);
