/* failing.c - a driver with three places that allocate; each says when it got nothing. */
#include <ntddk.h>

#define TAG 'liaF'

DRIVER_INITIALIZE DriverEntry;

static VOID Try(PCSTR Place)
{
    PVOID block = ExAllocatePoolWithTag(NonPagedPool, 32, TAG);

    if (block == NULL)
        DbgPrint("%s fails\n", Place);
    else
        ExFreePoolWithTag(block, TAG);
}

static VOID First(VOID) { Try("first"); }
static VOID Second(VOID) { Try("second"); }
static VOID Third(VOID) { Try("third"); }

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    int round;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    for (round = 0; round < 5; round++) {
        First();
        Second();
        Third();
    }
    return STATUS_SUCCESS;
}
