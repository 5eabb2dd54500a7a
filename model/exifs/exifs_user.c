/* exifs_user.c - the only file that touches user addresses.
 *
 * Each copy is guarded: a bad address gives a status, not an exception. Each copy is made in the
 * thread's current process, and there lies the danger: a user address means one thing at home and
 * another, or nothing, after an Enter. These functions cannot know which process was meant; their
 * callers must: see Borrow and ExifsPost in exifs_transfer.c.
 *
 * MmCopyVirtualMemory is exported by every kernel since 5.1 but declared by no header.
 */
#include "exifs.h"

NTSTATUS NTAPI MmCopyVirtualMemory(PEPROCESS FromProcess, PVOID FromAddress, PEPROCESS ToProcess,
                                   PVOID ToAddress, SIZE_T BufferSize, KPROCESSOR_MODE PreviousMode,
                                   PSIZE_T NumberOfBytesCopied);

/* Blocks and tables are made of 64-byte records, so an address that is not aligned to 8 is not one
 * of ours. The upper half of the address space is the kernel's. */
BOOLEAN ExifsIsUserRange(ULONG64 address, ULONG bytes)
{
    ULONG_PTR first = (ULONG_PTR)address;

    if (address == 0 || (address & 7) != 0 || first != address) {
        return FALSE;
    }
    return (LONG_PTR)first > 0 && (LONG_PTR)(first + bytes) > 0;
}

static NTSTATUS Copy(PVOID to, PVOID from, ULONG bytes)
{
    PEPROCESS here = PsGetCurrentProcess();
    SIZE_T copied = 0;
    NTSTATUS status = MmCopyVirtualMemory(here, from, here, to, bytes, KernelMode, &copied);

    if (NT_SUCCESS(status) && copied != bytes) {
        return STATUS_ACCESS_VIOLATION;
    }
    return status;
}

NTSTATUS ExifsGetUser(PVOID to, ULONG64 from, ULONG bytes)
{
    if (!ExifsIsUserRange(from, bytes)) {
        return STATUS_ACCESS_VIOLATION;
    }
    return Copy(to, (PVOID)(ULONG_PTR)from, bytes);
}

NTSTATUS ExifsPutUser(ULONG64 to, const VOID *from, ULONG bytes)
{
    if (!ExifsIsUserRange(to, bytes)) {
        return STATUS_ACCESS_VIOLATION;
    }
    return Copy((PVOID)(ULONG_PTR)to, (PVOID)(ULONG_PTR)from, bytes);
}

NTSTATUS ExifsCopyUser(ULONG64 to, ULONG64 from, ULONG bytes)
{
    if (!ExifsIsUserRange(to, bytes) || !ExifsIsUserRange(from, bytes)) {
        return STATUS_ACCESS_VIOLATION;
    }
    return Copy((PVOID)(ULONG_PTR)to, (PVOID)(ULONG_PTR)from, bytes);
}
