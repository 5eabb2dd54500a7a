/* reorder.c - THREADS - 1 threads write two words, one after the other, and a last thread reads
 * both.
 *
 * The reader expects that both are written or neither. It stops when one writer lost the processor
 * between its two words, and no other writer had written the second word. Defined MENDED, writers
 * and reader hold a lock.
 */
#include "story.h"

static LONG A, B;
#if defined(MENDED)
static FAST_MUTEX Lock;
#endif

static VOID Enter(VOID)
{
#if defined(MENDED)
    ExAcquireFastMutex(&Lock);
#endif
}

static VOID Leave(VOID)
{
#if defined(MENDED)
    ExReleaseFastMutex(&Lock);
#endif
}

static VOID Writes(VOID)
{
    Enter();
    A = 1;
    B = -1;
    Leave();
}

static VOID Reads(VOID)
{
    Enter();
    if (!(A == 0 && B == 0) && !(A == 1 && B == -1))
        Wrong(1, -1);
    Leave();
}

static VOID WritesOrReads(PVOID Context)
{
    if ((ULONG_PTR)Context < THREADS - 1)
        Writes();
    else
        Reads();
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
#if defined(MENDED)
    ExInitializeFastMutex(&Lock);
#endif
    return StartAlike(THREADS, WritesOrReads);
}
