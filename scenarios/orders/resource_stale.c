/* resource_stale.c - two threads look, sharing an ERESOURCE, whether something is to be done, and
 * do it holding the resource exclusively.
 *
 * In between a thread has to give the resource back, and the other one may have done it: it is done
 * twice. Defined MENDED, a thread looks again once it holds the resource exclusively.
 */
#include "story.h"

static ERESOURCE Resource;
static LONG Done;

static BOOLEAN LookSharing(VOID)
{
    BOOLEAN wanted;

    ExAcquireResourceSharedLite(&Resource, TRUE);
    wanted = Done == 0;
    ExReleaseResourceLite(&Resource);
    return wanted;
}

static VOID DoIt(VOID)
{
    LONG done;

    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    done = Done;
#if defined(MENDED)
    if (done == 0)
        Done = 1;
#else
    if (done != 0)
        Wrong(done + 1, 1);
    Done = done + 1;
#endif
    ExReleaseResourceLite(&Resource);
}

static VOID DoesOnce(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    KeEnterCriticalRegion();
    if (LookSharing())
        DoIt();
    KeLeaveCriticalRegion();
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeResourceLite(&Resource);
    return StartAlike(2, DoesOnce);
}
