/* rules.c - one driver for every rule of Driver Verifier: BREAKS is the number of the rule that it
 * breaks; without it, it keeps them all, doing the same things in the right way. verifier.sh has
 * the table of numbers and stops. */
#include <ntddk.h>

#define TAG 'eluR'

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD RulesUnload;
DRIVER_DISPATCH Dispatch;
KDEFERRED_ROUTINE Nothing;
KSTART_ROUTINE Keeper;

static KSPIN_LOCK One, Other;
static FAST_MUTEX Mutex;
static KMUTEX Outer, Inner;
static KTIMER Timer;
static KDPC Dpc;
static PVOID Kept;

#ifndef BREAKS
#define BREAKS 0
#endif

VOID Nothing(PKDPC AnyDpc, PVOID Context, PVOID A, PVOID B)
{
    UNREFERENCED_PARAMETER(AnyDpc);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(A);
    UNREFERENCED_PARAMETER(B);
}

static VOID Levels(VOID)
{
    KIRQL old, older;

    KeRaiseIrql(DISPATCH_LEVEL, &old);
    if (BREAKS == 1)
        KeRaiseIrql(APC_LEVEL, &older);
    if (BREAKS == 2)
        KeAcquireSpinLockAtDpcLevel(&One), KeLowerIrql(PASSIVE_LEVEL),
            KeReleaseSpinLock(&One, PASSIVE_LEVEL);
    if (BREAKS == 3)
        ExAcquireFastMutex(&Mutex);
    if (BREAKS == 4)
        ExAllocatePoolWithTag(PagedPool, 16, TAG);
    KeLowerIrql(old);
    if (BREAKS == 5)
        KeLowerIrql(DISPATCH_LEVEL);
    if (BREAKS == 6)
        ExAllocatePoolWithTag(NonPagedPool, 0, TAG);
    if (BREAKS == 8)
        KeAcquireSpinLockAtDpcLevel(&One);
}

/* DriverEntry runs in a critical region, and a dispatch routine does not. */
static VOID Unsafe(VOID)
{
    if (BREAKS != 9)
        KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&Mutex);
    if (BREAKS == 15)
        KeLeaveCriticalRegion();
    ExReleaseFastMutexUnsafe(&Mutex);
    KeLeaveCriticalRegion();
}

/* A thread that ends by returning, with a lock or without. */
VOID Keeper(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    ExAcquireFastMutex(&Mutex);
    if (BREAKS == 14)
        KeLowerIrql(PASSIVE_LEVEL); /* A thread that returned above it would be stopped for that. */
    else
        ExReleaseFastMutex(&Mutex);
}

static VOID Thread(VOID)
{
    HANDLE thread;
    PVOID object;

    if (!NT_SUCCESS(
            PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, Keeper, NULL)))
        return;
    if (NT_SUCCESS(ObReferenceObjectByHandle(BREAKS == 26 ? (HANDLE)0x1234 : thread, SYNCHRONIZE,
                                             BREAKS == 27 ? *IoFileObjectType : *PsThreadType,
                                             KernelMode, &object, NULL)))
        ObDereferenceObject(object);
    /* What a user passes may be wrong. */
    ObReferenceObjectByHandle((HANDLE)0x1234, 0, *PsThreadType, UserMode, &object, NULL);
    ZwClose(thread);
}

static VOID Orders(VOID)
{
    KIRQL old;

    KeAcquireSpinLock(&One, &old);
    KeAcquireSpinLockAtDpcLevel(&Other);
    KeReleaseSpinLockFromDpcLevel(&Other);
    KeReleaseSpinLock(&One, old);
    if (BREAKS == 10) {
        KeAcquireSpinLock(&Other, &old);
        KeAcquireSpinLockAtDpcLevel(&One);
    }
    if (BREAKS == 11) {
        KeAcquireSpinLock(&One, &old);
        KeAcquireSpinLockAtDpcLevel(&One);
    }
    if (BREAKS == 12) {
        KeRaiseIrql(DISPATCH_LEVEL, &old);
        KeReleaseSpinLock(&One, old);
    }
    if (BREAKS == 18) {
        KSPIN_LOCK garbage = 0x77777777;

        KeAcquireSpinLock(&garbage, &old);
    }
    if (BREAKS == 13) {
        PKSPIN_LOCK lock = ExAllocatePoolWithTag(NonPagedPool, sizeof *lock, TAG);

        KeInitializeSpinLock(lock);
        KeAcquireSpinLock(lock, &old);
        ExFreePoolWithTag(lock, TAG);
    }
}

static VOID Take(PKMUTEX mutex)
{
    KeWaitForSingleObject(mutex, Executive, KernelMode, FALSE, NULL);
}

/* Mutexes that wait: recursion and an always equal order are right. */
static VOID Waits(VOID)
{
    PVOID both[] = { &Outer, &Inner };

    Take(&Outer);
    Take(&Inner);
    Take(&Outer);
    KeReleaseMutex(&Outer, FALSE);
    KeReleaseMutex(&Inner, FALSE);
    ExAcquireFastMutex(&Mutex);
    ExReleaseFastMutex(&Mutex);
    KeReleaseMutex(&Outer, FALSE);
    KeWaitForMultipleObjects(2, both, WaitAll, Executive, KernelMode, FALSE, NULL, NULL);
    KeReleaseMutex(&Inner, FALSE);
    KeReleaseMutex(&Outer, FALSE);
    if (BREAKS == 16) {
        Take(&Inner);
        Take(&Outer);
    }
    if (BREAKS == 17) {
        ExAcquireFastMutex(&Mutex);
        Take(&Outer);
    }
}

/* Locks that are tried and then released; more locks at once than the verifier can note. */
static VOID Tries(VOID)
{
    static KSPIN_LOCK many[300];
    KIRQL old = KeAcquireSpinLockRaiseToSynch(&One);
    int i;

    KeReleaseSpinLockFromDpcLevel(&One);
    KeLowerIrql(old);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    if (KeTryToAcquireSpinLockAtDpcLevel(&One))
        KeReleaseSpinLockFromDpcLevel(&One);
    KeLowerIrql(old);
    if (ExTryToAcquireFastMutex(&Mutex))
        ExReleaseFastMutex(&Mutex);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    for (i = 0; i < 300; i++) {
        KeInitializeSpinLock(&many[i]);
        KeAcquireSpinLockAtDpcLevel(&many[i]);
    }
    for (i = 0; i < 300; i++) {
        KeReleaseSpinLockFromDpcLevel(&many[i]);
        KeInitializeSpinLock(&many[i]);
    }
    KeLowerIrql(old);
}

static VOID Pool(VOID)
{
    PKTIMER timer = ExAllocatePoolWithTag(NonPagedPool, sizeof *timer + sizeof(ERESOURCE), TAG);
    PERESOURCE resource = (PERESOURCE)(timer + 1);
    LARGE_INTEGER due;

    due.QuadPart = -10000000;
    KeInitializeTimer(timer);
    KeSetTimer(timer, due, NULL);
    ExInitializeResourceLite(resource);
    if (BREAKS != 21)
        ExDeleteResourceLite(resource);
    if (BREAKS != 20)
        KeCancelTimer(timer);
    ExFreePoolWithTag(timer, TAG);
    Kept = ExAllocatePoolWithTag(NonPagedPool, 40, TAG);
}

static VOID Mdls(VOID)
{
    PVOID pool = ExAllocatePoolWithTag(BREAKS == 23 ? PagedPool : NonPagedPool, 64, TAG);
    PMDL built = IoAllocateMdl(pool, 64, FALSE, FALSE, NULL),
         locked = IoAllocateMdl(pool, 64, FALSE, FALSE, NULL);
    KIRQL old;

    MmBuildMdlForNonPagedPool(built);
    KeRaiseIrql(BREAKS == 22 ? HIGH_LEVEL : DISPATCH_LEVEL, &old);
    MmProbeAndLockPages(locked, KernelMode, IoWriteAccess);
    KeLowerIrql(old);
    if (BREAKS == 24)
        MmMapLockedPages(locked, KernelMode);
    MmMapLockedPagesSpecifyCache(locked, KernelMode, MmCached, NULL, BREAKS == 25,
                                 NormalPagePriority);
    MmUnlockPages(locked);
    IoFreeMdl(locked);
    IoFreeMdl(built);
    ExFreePoolWithTag(pool, TAG);
}

static VOID Tick(PDEVICE_OBJECT Device, PVOID Context)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Context);
}

static VOID Irps(PDEVICE_OBJECT Device)
{
    PIRP allocated = IoAllocateIrp(2, FALSE),
         own = ExAllocatePoolWithTag(NonPagedPool, IoSizeOfIrp(2), TAG), built;
    IO_STATUS_BLOCK result;
    char byte = 0;

    IoInitializeIrp(BREAKS == 52 ? allocated : own, IoSizeOfIrp(2), 2);
    ExFreePoolWithTag(own, TAG);
    IoFreeIrp(allocated);
    if (BREAKS == 50)
        IoFreeIrp(allocated);
    if (BREAKS == 51)
        IoFreeIrp((PIRP)Device);
    built = IoBuildDeviceIoControlRequest(
        CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_IN_DIRECT, FILE_ANY_ACCESS), Device, &byte, 1,
        BREAKS == 53 ? (PVOID)8 : &byte, 1, FALSE, NULL, &result);
    if (built == NULL)
        return;
    IoCallDriver(Device, built); /* Completes it, and so frees it. */
    Device->Flags |= DO_BUFFERED_IO;
    built = IoBuildAsynchronousFsdRequest(IRP_MJ_WRITE, Device, BREAKS == 54 ? (PVOID)8 : &byte, 1,
                                          NULL, &result);
    if (built == NULL)
        return;
    ExFreePool(built->AssociatedIrp.SystemBuffer);
    IoFreeIrp(built);
}

static VOID Devices(PDEVICE_OBJECT Device)
{
    PDEVICE_OBJECT filter, below;

    IoInitializeTimer(Device, Tick, NULL);
    if (BREAKS == 55)
        IoInitializeTimer(Device, Tick, NULL);
    if (!NT_SUCCESS(
            IoCreateDevice(Device->DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &filter)))
        return;
    below = IoAttachDeviceToDeviceStack(filter, Device);
    if (BREAKS != 56 && below != NULL)
        IoDetachDevice(below);
    if (BREAKS == 57)
        IoDetachDevice(Device);
    IoDeleteDevice(filter);
}

NTSTATUS Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UCHAR major = IoGetCurrentIrpStackLocation(Irp)->MajorFunction;

    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    if (major == IRP_MJ_READ) {
        if (BREAKS == 7)
            KeLeaveCriticalRegion();
        Unsafe();
        Irps(DeviceObject);
        Devices(DeviceObject);
        if (BREAKS == 30)
            return STATUS_SUCCESS;
        if (BREAKS == 31) {
            IoMarkIrpPending(Irp);
            IoCompleteRequest(Irp, IO_NO_INCREMENT);
            return STATUS_SUCCESS;
        }
        if (BREAKS == 32)
            Irp->IoStatus.Status = STATUS_PENDING;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        if (BREAKS == 33)
            return STATUS_UNSUCCESSFUL;
        if (BREAKS == 34) {
            KIRQL old;

            KeRaiseIrql(DISPATCH_LEVEL, &old);
        }
        return STATUS_SUCCESS;
    }
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

VOID RulesUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Rules");

    if (BREAKS != 40)
        ExFreePoolWithTag(Kept, TAG);
    if (BREAKS != 41)
        KeCancelTimer(&Timer);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Rules"),
                   link = RTL_CONSTANT_STRING(L"\\DosDevices\\Rules");
    PDEVICE_OBJECT device;
    LARGE_INTEGER due;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status))
        return status;
    IoCreateSymbolicLink(&link, &name);
    KeInitializeSpinLock(&One);
    KeInitializeSpinLock(&Other);
    ExInitializeFastMutex(&Mutex);
    KeInitializeMutex(&Outer, 0);
    KeInitializeMutex(&Inner, 0);
    KeInitializeTimer(&Timer);
    KeInitializeDpc(&Dpc, Nothing, NULL);
    due.QuadPart = -10000000;
    KeSetTimerEx(&Timer, due, 1000, &Dpc);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = DriverObject->MajorFunction[IRP_MJ_CLOSE] =
        Dispatch;
    DriverObject->MajorFunction[IRP_MJ_READ] = DriverObject->MajorFunction[IRP_MJ_CLEANUP] =
        DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Dispatch;
    DriverObject->DriverUnload = RulesUnload;
    Levels();
    Orders();
    Waits();
    Tries();
    Thread();
    Pool();
    Mdls();
    return STATUS_SUCCESS;
}
