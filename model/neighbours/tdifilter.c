/* tdifilter.c - a firewall or antivirus product above the transport, as they were in 2004.
 *
 * The filter notes every query in its log, whose handle belongs to System, and attaches there. For
 * a thread of System, and http.sys has no others, the attach does nothing, so it did no visible
 * harm.
 *
 * Then it looks up its rules. One build does that at once and passes the query on. The other leaves
 * it to a work item and answers STATUS_PENDING, as the rules of I/O allow: a caller must be able to
 * wait for an answer.
 */
#include <ntifs.h>
#include "model/neighbours/neighbours.h"

#define TDIFILTER_TAG ((ULONG)('T' | 'd' << 8 | 'i' << 16 | (ULONG)'F' << 24))

enum { LOOK_AT_RULES_US = 16 };

typedef struct _TDIFILTER {
    PDEVICE_OBJECT Below;
    BOOLEAN Pends;
    LONG Noted;
} TDIFILTER, *PTDIFILTER;

typedef struct _TDIFILTER_WORK {
    PIO_WORKITEM Item;
    PTDIFILTER Filter;
    PIRP Irp;
} TDIFILTER_WORK, *PTDIFILTER_WORK;

static VOID NoteInLog(PTDIFILTER filter)
{
    KeAttachProcess((PRKPROCESS)PsInitialSystemProcess);
    InterlockedIncrement(&filter->Noted);
    KeDetachProcess();
}

static NTSTATUS PassOn(PTDIFILTER filter, PIRP irp)
{
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(irp);

    next->MajorFunction = here->MajorFunction;
    next->MinorFunction = here->MinorFunction;
    next->FileObject = here->FileObject;
    next->Parameters = here->Parameters;
    return IoCallDriver(filter->Below, irp);
}

static VOID NTAPI LookAtRules(PDEVICE_OBJECT device, PVOID context)
{
    PTDIFILTER_WORK work = context;
    TDIFILTER_WORK copy = *work;

    UNREFERENCED_PARAMETER(device);
    KeStallExecutionProcessor(LOOK_AT_RULES_US);
    IoFreeWorkItem(copy.Item);
    ExFreePoolWithTag(work, TDIFILTER_TAG);
    (VOID) PassOn(copy.Filter, copy.Irp);
}

static NTSTATUS NTAPI TdiFilterInternalControl(PDEVICE_OBJECT device, PIRP irp)
{
    PTDIFILTER filter = device->DeviceExtension;
    PTDIFILTER_WORK work;

    if (IoGetCurrentIrpStackLocation(irp)->MinorFunction != TCP_QUERY_ADDRESS)
        return PassOn(filter, irp);
    NoteInLog(filter);
    if (!filter->Pends) {
        KeStallExecutionProcessor(LOOK_AT_RULES_US);
        return PassOn(filter, irp);
    }
    work = ExAllocatePoolWithTag(NonPagedPool, sizeof(*work), TDIFILTER_TAG);
    if (work == NULL)
        return PassOn(filter, irp);
    *work = (TDIFILTER_WORK){ IoAllocateWorkItem(device), filter, irp };
    if (work->Item == NULL) {
        ExFreePoolWithTag(work, TDIFILTER_TAG);
        return PassOn(filter, irp);
    }
    IoMarkIrpPending(irp);
    IoQueueWorkItem(work->Item, LookAtRules, DelayedWorkQueue, work);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI TdiFilterOther(PDEVICE_OBJECT device, PIRP irp)
{
    return PassOn(device->DeviceExtension, irp);
}

static NTSTATUS Start(PDRIVER_OBJECT driver, BOOLEAN pends)
{
    UNICODE_STRING name;
    PDEVICE_OBJECT device;
    PDEVICE_OBJECT tcp;
    PFILE_OBJECT file;
    PTDIFILTER filter;
    NTSTATUS status;
    ULONG i;

    RtlInitUnicodeString(&name, TCP_DEVICE_NAME);
    status = IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &tcp);
    if (!NT_SUCCESS(status))
        return status;
    status =
        IoCreateDevice(driver, sizeof(TDIFILTER), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (NT_SUCCESS(status)) {
        filter = device->DeviceExtension;
        RtlZeroMemory(filter, sizeof(*filter));
        filter->Pends = pends;
        for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
            driver->MajorFunction[i] = TdiFilterOther;
        driver->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = TdiFilterInternalControl;
        filter->Below = IoAttachDeviceToDeviceStack(device, tcp);
    }
    ObDereferenceObject(file);
    return status;
}

NTSTATUS NTAPI TdiFilterEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry)
{
    UNREFERENCED_PARAMETER(registry);
    return Start(driver, TRUE);
}

NTSTATUS NTAPI TdiFilterPassingEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry)
{
    UNREFERENCED_PARAMETER(registry);
    return Start(driver, FALSE);
}
