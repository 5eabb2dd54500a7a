/* wronglock.c - one thread guards a number by lock A, three others guard it by lock B.
 *
 * The first thread increments the number and expects to find what it wrote. Any of the others may
 * come between. Defined MENDED, all use lock A.
 */
#include "story.h"

static FAST_MUTEX LockA;
#if defined(MENDED)
#define OTHERS_LOCK LockA
#else
static FAST_MUTEX LockB;
#define OTHERS_LOCK LockB
#endif
static LONG Number;

static VOID ChecksItself(PVOID Context)
{
    LONG before, after;

    UNREFERENCED_PARAMETER(Context);
    ExAcquireFastMutex(&LockA);
    before = Number;
    Number = before + 1;
    after = Number;
    if (after != before + 1)
        Wrong(after, before + 1);
    ExReleaseFastMutex(&LockA);
}

static VOID Increments(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    ExAcquireFastMutex(&OTHERS_LOCK);
    Number++;
    ExReleaseFastMutex(&OTHERS_LOCK);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { ChecksItself, Increments, Increments, Increments };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&LockA);
#if !defined(MENDED)
    ExInitializeFastMutex(&LockB);
#endif
    return StartThreads(ARRAYSIZE(threads), threads);
}
