/* token_ring.c - three threads pass a token round a ring, one step each, and a fourth looks at the
 * ring when all have.
 *
 * The three words are equal at the end only if the first thread of the ring steps first, and nothing
 * holds the threads to that. Defined MENDED, the second thread waits for the first, and the third
 * for the second.
 */
#include "story.h"

enum { STEPS = 3 };

static FAST_MUTEX Lock;
static LONG X1 = 1, X2 = 2, X3 = 1, Steps;
#if defined(MENDED)
static KEVENT Stepped[STEPS];
#endif

static VOID BeginStep(ULONG Step)
{
#if defined(MENDED)
    if (Step > 0)
        WaitFor(&Stepped[Step - 1]);
#else
    UNREFERENCED_PARAMETER(Step);
#endif
    ExAcquireFastMutex(&Lock);
}

static VOID EndStep(ULONG Step)
{
    Steps++;
    ExReleaseFastMutex(&Lock);
#if defined(MENDED)
    KeSetEvent(&Stepped[Step], IO_NO_INCREMENT, FALSE);
#else
    UNREFERENCED_PARAMETER(Step);
#endif
}

static VOID StepsFirst(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    BeginStep(0);
    X1 = (X3 + 1) % 4;
    EndStep(0);
}

static VOID StepsSecond(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    BeginStep(1);
    X2 = X1;
    EndStep(1);
}

static VOID StepsThird(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    BeginStep(2);
    X3 = X2;
    EndStep(2);
}

static VOID Checks(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    ExAcquireFastMutex(&Lock);
    if (Steps == STEPS && (X1 != X2 || X2 != X3))
        Wrong(X1 * 16 + X2 * 4 + X3, X1 * 16 + X1 * 4 + X1);
    ExReleaseFastMutex(&Lock);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { StepsFirst, StepsSecond, StepsThird, Checks };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&Lock);
#if defined(MENDED)
    ULONG i;

    for (i = 0; i < STEPS; i++)
        KeInitializeEvent(&Stepped[i], NotificationEvent, FALSE);
#endif
    return StartThreads(ARRAYSIZE(threads), threads);
}
