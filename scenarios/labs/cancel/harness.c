/* harness.c - the device of this lab: one thread has data for a request, another one cancels it. It
 * belongs to the exam; driver.c is the student's.
 *
 * A mistake stops the machine: a request that is completed twice by the kernel itself, and with E2
 * a request that nobody has completed in the end (1), or that was not served though the data came
 * before anybody cancelled it (2).
 */
#include "lab.h"

static PIRP Request; /* Allocated when the driver is loaded, and never freed. */
static LONG Completions, Done;
static NTSTATUS Result;
static BOOLEAN Cancelling, ServedFirst;

DRIVER_INITIALIZE DriverEntry;
DRIVER_DISPATCH DispatchRead;
IO_COMPLETION_ROUTINE Completed;

static VOID Wrong(ULONG What) { KeBugCheckEx(MANUALLY_INITIATED_CRASH, What, 0, 0, 0); }

VOID Complete(PIRP Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

NTSTATUS Completed(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Context);
    Result = Irp->IoStatus.Status;
    Completions++;
    return STATUS_MORE_PROCESSING_REQUIRED;
}

NTSTATUS DispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return KeepRequest(Irp);
}

/* The thread that is done last looks at what became of the request. */
static VOID EndThread(VOID)
{
    if (InterlockedIncrement(&Done) < 2)
        return;
    if (Completions == 0)
        Wrong(1);
    if (ServedFirst && Result != STATUS_SUCCESS)
        Wrong(2);
}

static VOID Serves(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    DataIsThere();
    ServedFirst = !Cancelling;
    EndThread();
}

static VOID Cancels(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    Cancelling = TRUE;
    IoCancelIrp(Request);
    EndThread();
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static const PKSTART_ROUTINE routines[] = { Serves, Cancels };
    PDEVICE_OBJECT device;
    NTSTATUS status;
    HANDLE thread;
    ULONG i;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    DriverObject->MajorFunction[IRP_MJ_READ] = DispatchRead;
    Request = IoAllocateIrp(device->StackSize, FALSE);
    if (Request == NULL) {
        IoDeleteDevice(device);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    IoGetNextIrpStackLocation(Request)->MajorFunction = IRP_MJ_READ;
    IoSetCompletionRoutine(Request, Completed, NULL, TRUE, TRUE, TRUE);
    IoCallDriver(device, Request);
    for (i = 0; i < ARRAYSIZE(routines) && NT_SUCCESS(status); i++) {
        status =
            PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, routines[i], NULL);
        if (NT_SUCCESS(status))
            ZwClose(thread);
    }
    return status;
}
