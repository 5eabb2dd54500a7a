/* wakeup.c - a wake-up that is lost: a thread clears its event after it has looked for work.
 *
 * The producer queues an item and sets the event. The consumer finds no more items, clears the event
 * and waits; an item that comes between the look and the clearing is not noticed, and as the
 * producer waits for its items to be done, both wait for ever. Defined MENDED, the consumer clears
 * the event first and looks afterwards.
 */
#include <ntddk.h>

static KEVENT Wanted, Done;
static LONG Items;

DRIVER_INITIALIZE DriverEntry;

static VOID Consume(VOID)
{
    while (InterlockedExchange(&Items, 0) != 0)
        KeSetEvent(&Done, IO_NO_INCREMENT, FALSE);
}

static VOID Consumer(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        KeWaitForSingleObject(&Wanted, Executive, KernelMode, FALSE, NULL);
#if defined(MENDED)
        KeClearEvent(&Wanted);
        Consume();
#else
        Consume();
        KeClearEvent(&Wanted);
#endif
    }
}

static VOID Producer(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    for (;;) {
        InterlockedExchange(&Items, 1);
        KeSetEvent(&Wanted, IO_NO_INCREMENT, FALSE);
        KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
        KeStallExecutionProcessor(50);
    }
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    HANDLE thread;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeEvent(&Wanted, NotificationEvent, FALSE);
    KeInitializeEvent(&Done, SynchronizationEvent, FALSE);
    status = PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, Consumer, NULL);
    if (NT_SUCCESS(status))
        status = PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, Producer, NULL);
    return status;
}
