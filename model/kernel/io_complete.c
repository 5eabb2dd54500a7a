/* io_complete.c - completion of an IRP (facts/nt-kernel.md 5.4 steps 4 and 5).
 *
 *   IofCompleteRequest: completion routines upward, then one of
 *      CLEANUP, CLOSE          status stored, event set, right here; no APC, whatever is attached
 *      deferred, not pended    the issuing service finishes inline
 *      everything else         special kernel APC to the issuing thread, in the environment it
 *                              issued from
 *
 *   IopCompleteRequest: in the issuer's thread and process: output copied, status block written,
 *      event set, user APC or completion packet queued, IRP freed, file object let go (deletion is
 *      always the reaper's)
 */
#include "model/kernel/io_inside.h"
#include "model/kernel/ex.h"
#include "model/kernel/ke_cost.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/mm.h"
#include "model/kernel/ob.h"
#include "model/kernel/vf.h"
#include <string.h>

/* ---- The walk upward ------------------------------------------------------------------------- */

static bool wants_call(const IO_STACK_LOCATION *location, PIRP irp)
{
    if (location->CompletionRoutine == NULL)
        return false;
    if (irp->Cancel && (location->Control & SL_INVOKE_ON_CANCEL) != 0)
        return true;
    return (location->Control &
            (NT_SUCCESS(irp->IoStatus.Status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR)) != 0;
}

/* Goes one stack location up and calls its completion routine. False: the routine keeps the IRP
 * (STATUS_MORE_PROCESSING_REQUIRED). */
static NT_FRAME bool IopUnwindLocation(PIRP irp)
{
    PIO_STACK_LOCATION location = irp->Tail.Overlay.CurrentStackLocation++;
    bool top = ++irp->CurrentLocation > irp->StackCount;
    PDEVICE_OBJECT device = top ? NULL : irp->Tail.Overlay.CurrentStackLocation->DeviceObject;

    irp->PendingReturned = (location->Control & SL_PENDING_RETURNED) != 0;
    if (wants_call(location, irp))
        return location->CompletionRoutine(device, irp, location->Context) !=
               STATUS_MORE_PROCESSING_REQUIRED;
    if (irp->PendingReturned && !top)
        IoMarkIrpPending(irp);
    return true;
}

/* ---- What the completion owns ---------------------------------------------------------------- */

static void free_mdls(PIRP irp)
{
    while (irp->MdlAddress != NULL) {
        PMDL mdl = irp->MdlAddress;

        irp->MdlAddress = mdl->Next;
        IoFreeMdl(mdl);
    }
}

void io_free_buffers(PIRP irp)
{
    struct io_part *part = io_part(irp);

    if (part->system_buffer != NULL)
        ex_pool_give(part->system_buffer);
    part->system_buffer = NULL;
    free_mdls(irp);
}

static void unlock_mdls(PIRP irp)
{
    for (PMDL mdl = irp->MdlAddress; mdl != NULL; mdl = mdl->Next)
        MmUnlockPages(mdl);
}

/* False for NULL, and for an address on the caller's own stack once its thread ends: no code reads
 * it any more. NT has two stacks and does the write; here the kernel code of the exit may already
 * use the memory of the program's frame. */
static bool can_tell(PIRP irp, const void *address)
{
    const struct fiber *fiber = fiber_current(ke->sim->fibers);
    bool own_stack = (uintptr_t)address - (uintptr_t)fiber->stack < FIBER_STACK_BYTES;

    return address != NULL &&
           !(own_stack && irp->RequestorMode == UserMode && ke_current_thread()->terminating);
}

/* Copies buffered output to the caller's address in the process in force, which is why an IRP has
 * an ApcEnvironment. A fault becomes the status of the request. */
static void copy_output(PIRP irp)
{
    struct io_part *part = io_part(irp);
    /* NT copies as many bytes as the driver reports. */
    SIZE_T bytes = MIN_OF(irp->IoStatus.Information, part->buffer_bytes);
    NTSTATUS status;

    if ((irp->Flags & (IRP_BUFFERED_IO | IRP_INPUT_OPERATION)) !=
            (IRP_BUFFERED_IO | IRP_INPUT_OPERATION) ||
        NT_ERROR(irp->IoStatus.Status) || bytes == 0 || !can_tell(irp, irp->UserBuffer))
        return;
    status = mm_copy_to_caller(irp->UserBuffer, part->system_buffer, bytes);
    if (!NT_SUCCESS(status))
        irp->IoStatus.Status = status;
}

/* ---- Telling the issuer ---------------------------------------------------------------------- */

static VOID IopUserApcDone(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *argument1,
                           PVOID *argument2)
{
    UNREFERENCED_PARAMETER(normal);
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(argument1);
    UNREFERENCED_PARAMETER(argument2);
    IoFreeIrp(CONTAINING_RECORD(apc, IRP, Tail.Apc));
}

static VOID IopUserApcRundown(PRKAPC apc) { IoFreeIrp(CONTAINING_RECORD(apc, IRP, Tail.Apc)); }

/* Queues the caller's APC routine in the environment in force now (2.3 "Current"). The IRP lives on
 * as the memory of the APC. */
static void queue_user_apc(PIRP irp)
{
    PRKAPC apc = &irp->Tail.Apc;
    PKNORMAL_ROUTINE routine =
        (PKNORMAL_ROUTINE)(void (*)(void))irp->Overlay.AsynchronousParameters.UserApcRoutine;

    ki_init_apc(apc, ke_current_thread(), CurrentApcEnvironment, IopUserApcDone, IopUserApcRundown,
                routine, irp->RequestorMode, irp->Overlay.AsynchronousParameters.UserApcContext);
    if (!KeInsertQueueApc(apc, irp->UserIosb, NULL, io_part(irp)->boost))
        IoFreeIrp(irp);
}

static void set_events(PIRP irp, PFILE_OBJECT file, CCHAR boost)
{
    PKEVENT event = irp->UserEvent;
    bool synchronous = file != NULL && (file->Flags & FO_SYNCHRONOUS_IO) != 0;

    if (file != NULL &&
        (synchronous || event == NULL || (irp->Flags & IRP_CREATE_OPERATION) != 0)) {
        file->FinalStatus = irp->IoStatus.Status;
        KeSetEvent(&file->Event, boost, FALSE);
    }
    if (event != NULL)
        KeSetEvent(event, boost, FALSE);
}

/* True for an error that the driver returned at once: it reaches the caller only as the result of
 * the service. */
static bool was_told_already(PIRP irp)
{
    return NT_ERROR(irp->IoStatus.Status) && !irp->PendingReturned;
}

static void finish(PIRP irp, bool told)
{
    struct io_part *part = io_part(irp);
    PIO_COMPLETION_CONTEXT completion = part->file != NULL ? part->file->CompletionContext : NULL;
    PVOID context = irp->Overlay.AsynchronousParameters.UserApcContext;
    IO_STATUS_BLOCK iosb = irp->IoStatus;

    if (!told && irp->Overlay.AsynchronousParameters.UserApcRoutine != NULL) {
        queue_user_apc(irp);
        return;
    }
    bool packet =
        !told && completion != NULL && context != NULL && (irp->Flags & IRP_CREATE_OPERATION) == 0;

    IoFreeIrp(irp);
    if (packet)
        io_port_complete(completion, context, &iosb);
}

/* Second half of the completion, at APC_LEVEL in the issuing thread. */
static void complete(PIRP irp)
{
    struct io_part *part = io_part(irp);
    PFILE_OBJECT file = part->file;
    PVOID event = part->event;
    bool told = was_told_already(irp);

    ke_record(REC_IRP_DONE, io_irp_address(irp), (uint32_t)irp->IoStatus.Status, 0, 0);
    copy_output(irp);
    io_free_buffers(irp);
    io_irp_unqueue(irp);
    if (!told) {
        if (can_tell(irp, irp->UserIosb)) /* Exceptions are ignored here. */
            mm_copy_to_caller(irp->UserIosb, &irp->IoStatus, sizeof irp->IoStatus);
        set_events(irp, file, part->boost);
    }
    finish(irp, told);
    if (event != NULL)
        ob_dereference_deferred(event);
    if (file != NULL)
        ob_dereference_deferred(file);
}

NT_FRAME VOID IopCompleteRequest(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context,
                                 PVOID *argument1, PVOID *argument2)
{
    UNREFERENCED_PARAMETER(normal);
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(argument1);
    UNREFERENCED_PARAMETER(argument2);
    complete(CONTAINING_RECORD(apc, IRP, Tail.Apc));
}

void io_complete_inline(PIRP irp)
{
    KIRQL old;

    KeRaiseIrql(APC_LEVEL, &old);
    complete(irp);
    KeLowerIrql(old);
}

/* Completes an IRP whose thread gave up waiting five minutes after its exit began: there is no
 * process left to notify (5.4 step 6). */
static void drop(PIRP irp)
{
    struct io_part *part = io_part(irp);

    io_free_buffers(irp);
    if (part->event != NULL)
        ob_dereference_deferred(part->event);
    if (part->file != NULL)
        ob_dereference_deferred(part->file);
    IoFreeIrp(irp);
}

static VOID IopAbortRequest(PRKAPC apc) { drop(CONTAINING_RECORD(apc, IRP, Tail.Apc)); }

/* ---- IofCompleteRequest ---------------------------------------------------------------------- */

/* Ends a part of a master IRP; with the last part the master is complete. */
static void end_part(PIRP irp, CCHAR boost)
{
    PIRP master = irp->AssociatedIrp.MasterIrp;

    unlock_mdls(irp);
    free_mdls(irp);
    IoFreeIrp(irp);
    if (InterlockedDecrement(&master->AssociatedIrp.IrpCount) == 0)
        IofCompleteRequest(master, boost);
}

static void deliver(PIRP irp, CCHAR boost)
{
    struct io_part *part = io_part(irp);
    PRKAPC apc = &irp->Tail.Apc;

    if ((irp->Flags & IRP_ASSOCIATED_IRP) != 0) {
        end_part(irp, boost);
        return;
    }
    if ((irp->Flags & IRP_CLOSE_OPERATION) != 0) {
        *irp->UserIosb = irp->IoStatus;
        KeSetEvent(irp->UserEvent, boost, FALSE);
        return;
    }
    unlock_mdls(irp);
    if (part != NULL)
        part->boost = boost;
    if ((irp->Flags & IRP_DEFER_IO_COMPLETION) != 0 && !irp->PendingReturned)
        return;
    if (part != NULL && part->disowned) {
        drop(irp);
        return;
    }
    if (part == NULL ||
        part->thread == NULL) { /* A driver's own IRP must end in its own completion routine. */
        KIRQL old;

        KeRaiseIrql(DISPATCH_LEVEL, &old); /* The lock of the APC queue would lie in no thread. */
        ke_stop(IRQL_NOT_LESS_OR_EQUAL, 0, KeGetCurrentIrql(), 1, 0);
    }
    ki_init_apc(apc, part->thread,
                irp->ApcEnvironment == ATTACHED_APC_ENVIRONMENT ? AttachedApcEnvironment
                                                                : OriginalApcEnvironment,
                IopCompleteRequest, IopAbortRequest, NULL, KernelMode, NULL);
    if (!KeInsertQueueApc(apc, part->file, NULL, boost))
        drop(irp);
}

NT_FRAME VOID IofCompleteRequest(PIRP irp, CCHAR boost)
{
    if (UNLIKELY(ke->vf != NULL))
        vf_irp_completes(irp);
    if (irp->Type != IO_TYPE_IRP || irp->CurrentLocation > irp->StackCount + 1)
        ke_stop(MULTIPLE_IRP_COMPLETE_REQUESTS, io_irp_address(irp), 0, 0, 0);
    ke_record(REC_IRP_COMPLETE, io_irp_address(irp), (uint32_t)irp->IoStatus.Status,
              (uint32_t)irp->IoStatus.Information, 0);
    ex_cost(COST_IRP_COMPLETE);
    while (irp->CurrentLocation <= irp->StackCount)
        if (!IopUnwindLocation(irp))
            return;
    /* Marks the IRP so that a second completion is recognised. */
    irp->CurrentLocation = (CHAR)(irp->StackCount + 2);
    deliver(irp, boost);
}
