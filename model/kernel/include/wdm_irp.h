/* wdm_irp.h - what <wdm.h> has for requests of a driver's own: making and passing on IRPs, stacks
 * of devices, queues of devices and StartIo, timers of devices.
 *
 * Drivers include <wdm.h>.
 */
#pragma once
#include "wdm_io.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Passing on ------------------------------------------------------------------------------ */
/* The next driver uses the caller's own stack location: no completion routine, and no
 * IoMarkIrpPending any more. <= DISPATCH. */
FORCEINLINE VOID IoSkipCurrentIrpStackLocation(PIRP Irp)
{
    Irp->CurrentLocation++;
    Irp->Tail.Overlay.CurrentStackLocation++;
}
/* Copies the caller's location to the next one, without its completion routine. <= DISPATCH. */
FORCEINLINE VOID IoCopyCurrentIrpStackLocationToNext(PIRP Irp)
{
    PIO_STACK_LOCATION own = IoGetCurrentIrpStackLocation(Irp),
                       next = IoGetNextIrpStackLocation(Irp);
    PIO_COMPLETION_ROUTINE routine = next->CompletionRoutine;
    PVOID context = next->Context;

    *next = *own;
    next->CompletionRoutine = routine;
    next->Context = context;
    next->Control = 0;
}
/* Makes the next location the caller's, for an IRP that he has made. <= DISPATCH. */
FORCEINLINE VOID IoSetNextIrpStackLocation(PIRP Irp)
{
    Irp->CurrentLocation--;
    Irp->Tail.Overlay.CurrentStackLocation--;
}
/* Sends the IRP down with the caller's own parameters and waits. FALSE: there is no location left.
 * PASSIVE. */
BOOLEAN IoForwardIrpSynchronously(PDEVICE_OBJECT DeviceObject, PIRP Irp);

/* ---- Making ---------------------------------------------------------------------------------- */
/* Makes PacketSize bytes of the caller's own memory an IRP. <= DISPATCH. */
VOID IoInitializeIrp(PIRP Irp, USHORT PacketSize, CCHAR StackSize);
/* Makes an IRP of IoAllocateIrp or IoInitializeIrp new again, with this status. <= DISPATCH. */
VOID IoReuseIrp(PIRP Irp, NTSTATUS Status);
/* Makes a part of a master IRP, whose IrpCount the caller sets. The last part completes the master.
 * NULL: no memory. <= DISPATCH. */
PIRP IoMakeAssociatedIrp(PIRP Irp, CCHAR StackSize);
/* Make an IRP of the current thread, which ends with it. When it is complete, buffers are copied
 * and freed, the status block is written, the event set and the IRP freed, by an APC in the thread.
 * NULL: no memory, or the buffer cannot be locked. <= APC. */
PIRP IoBuildDeviceIoControlRequest(ULONG IoControlCode, PDEVICE_OBJECT DeviceObject,
                                   PVOID InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer,
                                   ULONG OutputBufferLength, BOOLEAN InternalDeviceIoControl,
                                   PKEVENT Event, PIO_STATUS_BLOCK IoStatusBlock);
PIRP IoBuildSynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject, PVOID Buffer,
                                  ULONG Length, PLARGE_INTEGER StartingOffset, PKEVENT Event,
                                  PIO_STATUS_BLOCK IoStatusBlock);
/* Makes an IRP that no thread owns: the caller's completion routine frees buffer, MDL and IRP, and
 * keeps it (STATUS_MORE_PROCESSING_REQUIRED). <= APC. */
PIRP IoBuildAsynchronousFsdRequest(ULONG MajorFunction, PDEVICE_OBJECT DeviceObject, PVOID Buffer,
                                   ULONG Length, PLARGE_INTEGER StartingOffset,
                                   PIO_STATUS_BLOCK IoStatusBlock);

/* ---- Stacks of devices ----------------------------------------------------------------------- */
/* Attaches to the top of the stack that a name leads to. PASSIVE. */
NTSTATUS IoAttachDevice(PDEVICE_OBJECT SourceDevice, PUNICODE_STRING TargetDevice,
                        PDEVICE_OBJECT *AttachedDevice);
/* STATUS_NO_SUCH_DEVICE: the target is being deleted or unloaded. <= DISPATCH. */
NTSTATUS IoAttachDeviceToDeviceStackSafe(PDEVICE_OBJECT SourceDevice, PDEVICE_OBJECT TargetDevice,
                                         PDEVICE_OBJECT *AttachedToDeviceObject);
/* Takes away what is attached to this device; a pending delete or unload may follow. PASSIVE. */
VOID IoDetachDevice(PDEVICE_OBJECT TargetDevice);
PDEVICE_OBJECT IoGetAttachedDevice(PDEVICE_OBJECT DeviceObject); /* The top. <= DISPATCH. */
/* The same two, with a reference. NULL: there is no lower device. <= DISPATCH. */
PDEVICE_OBJECT IoGetAttachedDeviceReference(PDEVICE_OBJECT DeviceObject);
PDEVICE_OBJECT IoGetLowerDeviceObject(PDEVICE_OBJECT DeviceObject);
PDEVICE_OBJECT IoGetRelatedDeviceObject(PFILE_OBJECT FileObject); /* <= DISPATCH. */

/* ---- Queues of devices ----------------------------------------------------------------------- */
VOID KeInitializeDeviceQueue(PKDEVICE_QUEUE DeviceQueue); /* Any IRQL. */
/* TRUE: queued. FALSE: the device was idle and is busy now, the entry is to be worked on. Stop 0xA
 * below DISPATCH_LEVEL. DISPATCH. */
BOOLEAN KeInsertDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry);
/* The same, behind all entries with keys up to this one. */
BOOLEAN KeInsertByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry,
                                 ULONG SortKey);
/* The first entry; NULL: none, and the device is idle now. DISPATCH. */
PKDEVICE_QUEUE_ENTRY KeRemoveDeviceQueue(PKDEVICE_QUEUE DeviceQueue);
/* The first entry with this key or a greater one, else the first of all. DISPATCH. */
PKDEVICE_QUEUE_ENTRY KeRemoveByKeyDeviceQueue(PKDEVICE_QUEUE DeviceQueue, ULONG SortKey);
PKDEVICE_QUEUE_ENTRY KeRemoveByKeyDeviceQueueIfBusy(PKDEVICE_QUEUE DeviceQueue, ULONG SortKey);
/* TRUE: it was queued. <= DISPATCH. */
BOOLEAN KeRemoveEntryDeviceQueue(PKDEVICE_QUEUE DeviceQueue, PKDEVICE_QUEUE_ENTRY DeviceQueueEntry);

/* ---- StartIo --------------------------------------------------------------------------------- */
/* Has the driver's StartIo work on the request, or queues it; a cancel routine is set under the
 * cancel lock. <= DISPATCH. */
VOID IoStartPacket(PDEVICE_OBJECT DeviceObject, PIRP Irp, PULONG Key,
                   PDRIVER_CANCEL CancelFunction);
/* Go on to the next request, if there is one. DISPATCH. */
VOID IoStartNextPacket(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable);
VOID IoStartNextPacketByKey(PDEVICE_OBJECT DeviceObject, BOOLEAN Cancelable, ULONG Key);
/* Deferred: StartIo that calls IoStartNextPacket is not called inside itself. NonCancelable: the
 * cancel routine is taken out before StartIo. <= DISPATCH. */
VOID IoSetStartIoAttributes(PDEVICE_OBJECT DeviceObject, BOOLEAN DeferredStartIo,
                            BOOLEAN NonCancelable);

/* ---- A device's DPC and its timer ------------------------------------------------------------ */
/* The DPC for a device's interrupt, which asks for it with IoRequestDpc. */
#define IoInitializeDpcRequest(device, routine) \
    KeInitializeDpc(&(device)->Dpc, (PKDEFERRED_ROUTINE)(void (*)(void))(routine), (device))
#define IoRequestDpc(device, irp, context) \
    ((void)KeInsertQueueDpc(&(device)->Dpc, (irp), (context)))
/* A routine that runs once a second at DISPATCH_LEVEL while started. STATUS_INSUFFICIENT_RESOURCES:
 * no memory. Initialize: PASSIVE; start and stop: <= DISPATCH. */
NTSTATUS IoInitializeTimer(PDEVICE_OBJECT DeviceObject, PIO_TIMER_ROUTINE TimerRoutine,
                           PVOID Context);
VOID IoStartTimer(PDEVICE_OBJECT DeviceObject);
VOID IoStopTimer(PDEVICE_OBJECT DeviceObject);

/* ---- Cancel-safe queues whose insertion can fail --------------------------------------------- */
typedef NTSTATUS(NTAPI IO_CSQ_INSERT_IRP_EX)(PIO_CSQ Csq, PIRP Irp, PVOID InsertContext);
typedef IO_CSQ_INSERT_IRP_EX *PIO_CSQ_INSERT_IRP_EX;
/* <= DISPATCH. */
NTSTATUS IoCsqInitializeEx(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP_EX CsqInsertIrp,
                           PIO_CSQ_REMOVE_IRP CsqRemoveIrp, PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
                           PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
                           PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp);
/* Returns the status of the driver's insertion; a failure leaves the IRP as it was. <= DISPATCH. */
NTSTATUS IoCsqInsertIrpEx(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context, PVOID InsertContext);

/* ---- Odds and ends --------------------------------------------------------------------------- */
/* The limits of the current stack, and what is left of it, as a share of NT's 12 KB. Any IRQL. */
VOID IoGetStackLimits(PULONG_PTR LowLimit, PULONG_PTR HighLimit);
ULONG_PTR IoGetRemainingStackSize(VOID);
/* The process of a request, by number; 0: none. <= DISPATCH. */
ULONG IoGetRequestorProcessId(PIRP Irp);
/* Memory that belongs to a driver object, by an address of the driver's that names it.
 * STATUS_OBJECT_NAME_COLLISION: it is there already. <= DISPATCH; NULL: none. */
NTSTATUS IoAllocateDriverObjectExtension(PDRIVER_OBJECT DriverObject,
                                         PVOID ClientIdentificationAddress,
                                         ULONG DriverObjectExtensionSize,
                                         PVOID *DriverObjectExtension);
PVOID IoGetDriverObjectExtension(PDRIVER_OBJECT DriverObject, PVOID ClientIdentificationAddress);

#ifdef __cplusplus
}
#endif
