/* room_owner.c - the first user of a room locks it, the last unlocks it, and the lock is a mutex.
 *
 * The first and the last need not be the same thread, and a mutex is released by its owner only:
 * another thread gets an exception, which nobody handles: stop 7E. The mutex is a KMUTANT, for the
 * owner of a KMUTEX may not even end (stop 20). Defined MENDED, the lock is a semaphore, which
 * anybody may release.
 */
#include "story.h"

static FAST_MUTEX Lock;
static LONG Users;

#if defined(MENDED)
static KSEMAPHORE Room;

static VOID InitializeRoom(VOID) { KeInitializeSemaphore(&Room, 1, 1); }
static VOID ReleaseRoom(VOID) { KeReleaseSemaphore(&Room, IO_NO_INCREMENT, 1, FALSE); }
#else
static KMUTANT Room;

static VOID InitializeRoom(VOID) { KeInitializeMutant(&Room, FALSE); }
static VOID ReleaseRoom(VOID) { KeReleaseMutex(&Room, FALSE); }
#endif

static VOID Uses(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    ExAcquireFastMutex(&Lock);
    if (++Users == 1)
        WaitFor(&Room);
    ExReleaseFastMutex(&Lock);
    ExAcquireFastMutex(&Lock);
    if (--Users == 0)
        ReleaseRoom();
    ExReleaseFastMutex(&Lock);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeFastMutex(&Lock);
    InitializeRoom();
    return StartAlike(2, Uses);
}
