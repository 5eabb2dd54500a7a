/* special.c - a driver for special pool and forced IRQL checking: BREAKS is the number of the rule
 * that it breaks; without it, it keeps objects of the kernel in pool blocks and uses them in the
 * right way. verifier.sh has the table of numbers and stops. */
#include <ntddk.h>

#define TAG 'cepS'

#ifndef BREAKS
#define BREAKS 0
#endif

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD SpecialUnload;
DRIVER_DISPATCH Dispatch;
KDEFERRED_ROUTINE Tick;
KSTART_ROUTINE Worker;

typedef struct _ITEM {
    LIST_ENTRY Entry;
    ULONG Number;
} ITEM;

typedef struct _PLACE { /* In nonpaged pool. */
    KTIMER Timer;
    KDPC Dpc;
    KEVENT Event, Stop;
    KSPIN_LOCK Lock;
    FAST_MUTEX Mutex;
    ERESOURCE Resource;
    NPAGED_LOOKASIDE_LIST Items;
    LIST_ENTRY List;
    ULONG Ticks;
    PVOID Thread;
} PLACE;

static PLACE *Place;
static volatile ULONG *Large; /* Paged, two pages. */
static PKEVENT PagedEvent;
static ULONG Sum;
static KSPIN_LOCK PollLock;

VOID Tick(PKDPC AnyDpc, PVOID Context, PVOID A, PVOID B)
{
    PLACE *place = Context;

    UNREFERENCED_PARAMETER(AnyDpc);
    UNREFERENCED_PARAMETER(A);
    UNREFERENCED_PARAMETER(B);
    KeAcquireSpinLockAtDpcLevel(BREAKS == 73 ? &PollLock : &place->Lock);
    if (BREAKS == 73)
        Sum += Large[0];
    place->Ticks++;
    KeReleaseSpinLockFromDpcLevel(BREAKS == 73 ? &PollLock : &place->Lock);
    KeSetEvent(&place->Event, 0, FALSE);
}

VOID Worker(PVOID Context)
{
    PLACE *place = Context;
    LARGE_INTEGER wait;
    ULONG round;

    wait.QuadPart = -1000000;
    for (round = 0; KeReadStateEvent(&place->Stop) == 0; round++) {
        ITEM *item = ExAllocateFromNPagedLookasideList(&place->Items);
        KIRQL old;

        if (item != NULL) {
            item->Number = round;
            KeAcquireSpinLock(&place->Lock, &old);
            InsertTailList(&place->List, &item->Entry);
            KeReleaseSpinLock(&place->Lock, old);
        }
        ExAcquireFastMutex(&place->Mutex);
        Large[1500] = Large[1500] + round;
        ExReleaseFastMutex(&place->Mutex);
        KeEnterCriticalRegion();
        ExAcquireResourceExclusiveLite(&place->Resource, TRUE);
        KeWaitForSingleObject(&place->Event, Executive, KernelMode, FALSE, &wait);
        ExReleaseResourceLite(&place->Resource);
        KeLeaveCriticalRegion();
        while (!IsListEmpty(&place->List)) {
            item = CONTAINING_RECORD(RemoveHeadList(&place->List), ITEM, Entry);
            Sum += item->Number;
            ExFreeToNPagedLookasideList(&place->Items, item);
        }
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID Bytes(VOID)
{
    UCHAR *block = ExAllocatePoolWithTag(NonPagedPool, 40, TAG), copy[64];
    PKEVENT event;
    KIRQL old;
    int i;

    if (BREAKS == 50)
        block[40] = 1;
    if (BREAKS == 51)
        RtlCopyMemory(copy, block, 48);
    if (BREAKS == 54)
        block[-1] = 1;
    if (BREAKS == 57)
        ExFreePoolWithTag(block + 8, TAG);
    RtlFillMemory(block, 40, 7);
    RtlCopyMemory(copy, block, 40);
    ExFreePoolWithTag(block, TAG);
    if (BREAKS == 52)
        Sum += block[39];
    if (BREAKS == 56)
        ExFreePoolWithTag(block, TAG);
    if (BREAKS == 62) {
        KeRaiseIrql(DISPATCH_LEVEL, &old);
        block[0] = 1;
    }
    block = ExAllocatePoolWithTag(PagedPool, 5, TAG);
    block[BREAKS == 55 ? 5 : 4] = copy[0];
    ExFreePoolWithTag(block, TAG);
    event = ExAllocatePoolWithTag(NonPagedPool, sizeof *event, TAG);
    KeInitializeEvent(event, NotificationEvent, FALSE);
    ExFreePoolWithTag(event, TAG);
    if (BREAKS == 53)
        KeSetEvent(event, 0, FALSE);
    for (i = 0; i < 3000; i++) { /* More than there are addresses. */
        block = ExAllocatePoolWithTag(i & 1 ? NonPagedPool : PagedPool, 1 + i % 5000, TAG);
        block[i % 5000] = (UCHAR)i;
        ExFreePoolWithTag(block, TAG);
    }
}

static VOID Paged(VOID)
{
    volatile UCHAR *small = ExAllocatePoolWithTag(PagedPool, 10, TAG);
    KIRQL old;

    small[0] = 1;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    if (BREAKS == 70)
        Sum += small[0];
    if (BREAKS == 71)
        Large[1025] = 1;
    if (BREAKS == 58)
        ExFreePoolWithTag((PVOID)(ULONG_PTR)small, TAG);
    KeLowerIrql(old);
    if (BREAKS == 74) {
        old = KeRaiseIrqlToDpcLevel();
        Sum += small[0];
    }
    if (BREAKS == 75) {
        KLOCK_QUEUE_HANDLE handle;

        KeAcquireInStackQueuedSpinLock(&Place->Lock, &handle);
        Sum += small[0];
    }
    KeAcquireSpinLock(&Place->Lock, &old);
    if (BREAKS == 72)
        KeSetEvent(PagedEvent, 0, FALSE);
    KeReleaseSpinLock(&Place->Lock, old);
    Sum += small[0];
    ExFreePoolWithTag((PVOID)(ULONG_PTR)small, TAG);
}

NTSTATUS Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_READ)
        Paged();
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

VOID SpecialUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Rules");

    KeSetEvent(&Place->Stop, 0, FALSE);
    KeWaitForSingleObject(Place->Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Place->Thread);
    KeCancelTimer(&Place->Timer);
    KeFlushQueuedDpcs();
    ExDeleteResourceLite(&Place->Resource);
    ExDeleteNPagedLookasideList(&Place->Items);
    DbgPrint("special pool: %s\n",
             Place->Ticks > 10 && Sum > 10 && Large[1500] > 10 ? "used" : "not used");
    ExFreePoolWithTag((PVOID)(ULONG_PTR)Large, TAG);
    ExFreePoolWithTag(PagedEvent, TAG);
    ExFreePoolWithTag(Place, TAG);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Rules"),
                   link = RTL_CONSTANT_STRING(L"\\DosDevices\\Rules");
    PDEVICE_OBJECT device;
    LARGE_INTEGER due;
    HANDLE thread;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    IoCreateSymbolicLink(&link, &name);
    Bytes();
    Place = ExAllocatePoolWithTag(NonPagedPool, sizeof *Place, TAG);
    Large = ExAllocatePoolWithTag(PagedPool, 8000, TAG);
    PagedEvent = ExAllocatePoolWithTag(PagedPool, sizeof *PagedEvent, TAG);
    RtlZeroMemory(Place, sizeof *Place);
    RtlZeroMemory((PVOID)(ULONG_PTR)Large, 8000);
    KeInitializeEvent(PagedEvent, NotificationEvent, FALSE);
    KeInitializeTimer(&Place->Timer);
    KeInitializeDpc(&Place->Dpc, Tick, Place);
    KeInitializeEvent(&Place->Event, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Place->Stop, NotificationEvent, FALSE);
    KeInitializeSpinLock(&Place->Lock);
    ExInitializeFastMutex(&Place->Mutex);
    ExInitializeResourceLite(&Place->Resource);
    ExInitializeNPagedLookasideList(&Place->Items, NULL, NULL, 0, sizeof(ITEM), TAG, 0);
    InitializeListHead(&Place->List);
    due.QuadPart = -1000000;
    KeSetTimerEx(&Place->Timer, due, 50, &Place->Dpc);
    status = PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, Worker, Place);
    if (!NT_SUCCESS(status))
        return status;
    ObReferenceObjectByHandle(thread, THREAD_ALL_ACCESS, NULL, KernelMode, &Place->Thread, NULL);
    ZwClose(thread);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = DriverObject->MajorFunction[IRP_MJ_CLOSE] =
        Dispatch;
    DriverObject->MajorFunction[IRP_MJ_READ] = DriverObject->MajorFunction[IRP_MJ_CLEANUP] =
        Dispatch;
    DriverObject->DriverUnload = SpecialUnload;
    return STATUS_SUCCESS;
}
