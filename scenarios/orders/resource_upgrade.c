/* resource_upgrade.c - two threads share an ERESOURCE and ask for it exclusively, without giving
 * it back.
 *
 * Each waits for the sharers to leave, and is one of them: both wait for ever. Windows does not
 * upgrade even a sharer that is alone, so that is so in every order. Defined MENDED, a thread gives
 * the resource back first.
 */
#include "story.h"

static ERESOURCE Resource;
static LONG Number;

static VOID Upgrades(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&Resource, TRUE);
#if defined(MENDED)
    ExReleaseResourceLite(&Resource);
#endif
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    Number++;
    ExReleaseResourceLite(&Resource);
#if !defined(MENDED)
    ExReleaseResourceLite(&Resource);
#endif
    KeLeaveCriticalRegion();
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeResourceLite(&Resource);
    return StartAlike(2, Upgrades);
}
