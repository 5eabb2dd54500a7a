/* gone.c - a driver that leaves a timer set, whose routine calls nobody. */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

static KTIMER timer;
static KDPC dpc;
static volatile LONG count;

static VOID tick(PKDPC self, PVOID context, PVOID first, PVOID second)
{
    UNREFERENCED_PARAMETER(self);
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(first);
    UNREFERENCED_PARAMETER(second);
    count++;
}

static VOID unload(PDRIVER_OBJECT driver) { UNREFERENCED_PARAMETER(driver); }

NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    LARGE_INTEGER due;

    UNREFERENCED_PARAMETER(path);
    driver->DriverUnload = unload;
    due.QuadPart = -50000000;
    KeInitializeTimer(&timer);
    KeInitializeDpc(&dpc, tick, NULL);
    KeSetTimer(&timer, due, &dpc);
    return STATUS_SUCCESS;
}
