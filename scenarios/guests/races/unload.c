/* unload.c - a driver that is unloaded while its periodic timer is set.
 *
 * DriverUnload deletes the device and forgets the timer, whose DPC runs on in code that is gone.
 * Defined MENDED, it cancels the timer and waits for DPCs that are queued already.
 */
#include <ntddk.h>

static KTIMER Timer;
static KDPC Dpc;
static LONG Ticks;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD TickUnload;
KDEFERRED_ROUTINE Tick;

VOID Tick(PKDPC TickDpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UNREFERENCED_PARAMETER(TickDpc);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    InterlockedIncrement(&Ticks);
}

VOID TickUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
#if defined(MENDED)
    KeCancelTimer(&Timer);
    KeFlushQueuedDpcs();
#endif
    DbgPrint("unload: %ld ticks\n", Ticks);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    LARGE_INTEGER due;

    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeTimer(&Timer);
    KeInitializeDpc(&Dpc, Tick, NULL);
    due.QuadPart = -10000 * 100;
    KeSetTimerEx(&Timer, due, 100, &Dpc);
    DriverObject->DriverUnload = TickUnload;
    return STATUS_SUCCESS;
}
