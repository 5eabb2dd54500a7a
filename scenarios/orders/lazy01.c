/* lazy01.c - two threads add 1 and 2 to a number, and a third says that it stays below 3.
 *
 * All three use one lock. The check fails when both have added before it looks. Defined MENDED, it
 * lets the number be 3.
 */
#include "story.h"

#if defined(MENDED)
enum { MOST = 3 };
#else
enum { MOST = 2 };
#endif

static FAST_MUTEX Lock;
static LONG Number;

static VOID Adds(PVOID Context)
{
    ExAcquireFastMutex(&Lock);
    Number += (LONG)(LONG_PTR)Context + 1;
    ExReleaseFastMutex(&Lock);
}

static VOID Checks(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    ExAcquireFastMutex(&Lock);
    if (Number > MOST)
        Wrong(Number, MOST);
    ExReleaseFastMutex(&Lock);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE threads[] = { Adds, Adds, Checks };

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&Lock);
    return StartThreads(ARRAYSIZE(threads), threads);
}
