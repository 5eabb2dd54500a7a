/* vf_io.c - requests to and by verified drivers: what a dispatch routine returns, how an IRP is
 * completed, and MDLs.
 *
 * A call of a verified driver's dispatch routine is watched from IofCallDriver: whether the IRP was
 * completed, marked pending or passed on meanwhile is noted in a record on the caller's stack.
 */
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include "model/kernel/mm.h"
#include "model/kernel/vf.h"
#include "model/kernel/vf_inside.h"
#include "model/words/bugchecks.h"
#include "sim/host/fault.h"

/* Arg1 of 0xC9. */
enum {
    C9_FREE_OF_NONE = 0x01,
    C9_IRQL_CHANGED = 0x05,
    C9_COMPLETED_PENDING = 0x06,
    C9_COMPLETED_CANCELABLE = 0x07,
    C9_BAD_BUFFER = 0x08,
    C9_BAD_CONTROL_BUFFER = 0x09,
    C9_TIMER_TWICE = 0x0a,
    C9_COMPLETED_HIGH = 0x0e,
    C9_DELETED_ATTACHED = 0x201,
    C9_DETACHED_NOTHING = 0x202,
    C9_INITIALISED_ALLOCATED = 0x20d,
    C9_STATUS_DIFFERS = 0x224,
    C9_FORGOTTEN = 0x226,
};
/* Arg1 of 0xC4. */
enum {
    C4_BAD_HANDLE = 0x3c,
    C4_LOCK_ABOVE_DISPATCH = 0x70,
    C4_UNLOCK_UNLOCKED = 0x7c,
    C4_BUILD_ON_PAGED = 0x7f,
    C4_MAP_STOPS = 0x81,
    C4_MAP_ASKS_FOR_STOP = 0x82,
};

/* ---- Dispatch -------------------------------------------------------------------------------- */

void vf_dispatch_begins(struct vf_dispatch *call, PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = irp->Tail.Overlay.CurrentStackLocation;

    *call = (struct vf_dispatch){ .next = ke->vf->dispatches,
                                  .irp = irp,
                                  .location = location,
                                  .device = device,
                                  .routine =
                                      device->DriverObject->MajorFunction[location->MajorFunction],
                                  .irql = ke->cpu->irql };
    ke->vf->dispatches = call;
}

static void forget(struct vf_dispatch *call)
{
    struct vf_dispatch **at = &ke->vf->dispatches;

    while (*at != NULL && *at != call)
        at = &(*at)->next;
    if (*at != NULL)
        *at = call->next;
}

/* Marked pending: noted at the completion, or, while the IRP is still the driver's, read off it. */
static bool is_pending(const struct vf_dispatch *call)
{
    if (call->completed || call->passed)
        return call->pending;
    return (call->location->Control & SL_PENDING_RETURNED) != 0;
}

/* Stops for a dispatch routine, which is on the stack no more and is named therefore. */
static NORETURN void stop_for(const struct vf_dispatch *call, uint32_t a1, uint32_t a2, uint32_t a3,
                              uint32_t a4, const char *rule)
{
    /* An address inside the routine, as a stack has them. */
    const struct vf_stack routine = { .count = 1,
                                      .frames = { (char *)(uintptr_t)call->routine + 1 } };

    vf_stop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, a1, a2, a3, a4, rule, "The routine is", &routine);
}

static uint32_t code_of(const struct vf_dispatch *call)
{
    return ke->code_address((const void *)(uintptr_t)call->routine);
}

static NORETURN void differs(const struct vf_dispatch *call, NTSTATUS expected, const char *rule)
{
    stop_for(call, C9_STATUS_DIFFERS, code_of(call), io_irp_address(call->irp), (uint32_t)expected,
             rule);
}

void vf_dispatch_ends(struct vf_dispatch *call, NTSTATUS status)
{
    bool pending = is_pending(call);

    forget(call);
    if (ke->cpu->irql != call->irql)
        stop_for(call, C9_IRQL_CHANGED, ob_address(call->device), call->irql, ke->cpu->irql,
                 "A dispatch routine returns at another IRQL than it was called at.");
    if (!vf_has(VF_IO))
        return;
    if (pending && status != STATUS_PENDING)
        differs(call, STATUS_PENDING,
                "A dispatch routine marks a request pending and returns another status than "
                "STATUS_PENDING.");
    if (call->passed)
        return; /* The status is that of the driver below, or of what comes later. */
    if (!pending && status == STATUS_PENDING)
        differs(
            call, call->completed ? call->status : STATUS_SUCCESS,
            "A dispatch routine returns STATUS_PENDING and has not marked the request pending.");
    if (call->completed && !pending && status != call->status)
        differs(call, call->status,
                "A dispatch routine returns another status than it completed the request with.");
    if (!call->completed && !pending)
        stop_for(
            call, C9_FORGOTTEN, code_of(call), io_irp_address(call->irp), (uint32_t)status,
            "A dispatch routine has neither completed a request, nor passed it on, nor marked it "
            "pending.");
}

/* The call of the driver that has the IRP now; NULL: it is none of a verified driver. */
static struct vf_dispatch *call_of(PIRP irp)
{
    for (struct vf_dispatch *call = ke->vf != NULL ? ke->vf->dispatches : NULL; call != NULL;
         call = call->next)
        if (call->irp == irp && !call->completed && !call->passed)
            return call;
    return NULL;
}

void vf_irp_completes(PIRP irp)
{
    struct vf_dispatch *call = call_of(irp);

    if (call == NULL)
        return;
    call->pending = (call->location->Control & SL_PENDING_RETURNED) != 0;
    call->status = irp->IoStatus.Status;
    call->completed = true;
}

void vf_irp_passed(PIRP irp)
{
    struct vf_dispatch *call = call_of(irp);

    if (call == NULL)
        return;
    /* After IoSkipCurrentIrpStackLocation the location is the next driver's. */
    call->pending = irp->Tail.Overlay.CurrentStackLocation == call->location &&
                    (call->location->Control & SL_PENDING_RETURNED) != 0;
    call->passed = true;
}

/* ---- Completion ------------------------------------------------------------------------------ */

NT_FRAME VOID VfIofCompleteRequest(PIRP irp, CCHAR boost)
{
    if (vf_has(VF_IO) && vf_driver_of(HOST_CALLER()) != NULL) {
        NTSTATUS status = irp->IoStatus.Status;

        if (ke->cpu->irql > DISPATCH_LEVEL)
            vf_stop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, C9_COMPLETED_HIGH, ke->cpu->irql,
                    io_irp_address(irp), 0, "A driver completes a request above DISPATCH_LEVEL.",
                    NULL, NULL);
        if (status == STATUS_PENDING || (uint32_t)status == UINT32_MAX)
            vf_stop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, C9_COMPLETED_PENDING, (uint32_t)status,
                    io_irp_address(irp), 0,
                    "A driver completes a request with STATUS_PENDING, or with -1.", NULL, NULL);
        if (irp->CancelRoutine != NULL)
            vf_stop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, C9_COMPLETED_CANCELABLE,
                    ke->code_address((const void *)(uintptr_t)irp->CancelRoutine),
                    io_irp_address(irp), 0,
                    "A driver completes a request whose cancel routine is still set.", NULL, NULL);
    }
    IofCompleteRequest(irp, boost);
}

/* ---- IRPs that drivers make ------------------------------------------------------------------ */

static NORETURN void io_stop(uint32_t code, uint32_t a2, uint32_t a3, uint32_t a4, const char *rule)
{
    vf_stop(DRIVER_VERIFIER_IOMANAGER_VIOLATION, code, a2, a3, a4, rule, NULL, NULL);
}

NT_FRAME VOID VfIoFreeIrp(PIRP irp)
{
    if (vf_has(VF_IO) && irp->Type != IO_TYPE_IRP)
        io_stop(C9_FREE_OF_NONE, io_irp_address(irp), 0, 0,
                "A driver frees an IRP that was freed before, or what is no IRP.");
    IoFreeIrp(irp);
}

NT_FRAME VOID VfIoInitializeIrp(PIRP irp, USHORT bytes, CCHAR stack_size)
{
    if (vf_has(VF_IO) && io_part(irp) != NULL)
        io_stop(C9_INITIALISED_ALLOCATED, ke->code_address(HOST_CALLER()), io_irp_address(irp), 0,
                "A driver calls IoInitializeIrp for an IRP of IoAllocateIrp, whose flags get lost "
                "(expected: IoReuseIrp).");
    IoInitializeIrp(irp, bytes, stack_size);
}

static bool is_bad(const void *buffer, ULONG bytes)
{
    char byte;

    for (ULONG done = 0; done < bytes; done += PAGE_SIZE - BYTE_OFFSET((char *)buffer + done))
        if (!NT_SUCCESS(mm_copy_from_caller(&byte, (const char *)buffer + done, 1)))
            return true;
    return false;
}

NT_FRAME PIRP VfIoBuildDeviceIoControlRequest(ULONG code, PDEVICE_OBJECT device, PVOID in,
                                              ULONG in_bytes, PVOID out, ULONG out_bytes,
                                              BOOLEAN internal, PKEVENT event,
                                              PIO_STATUS_BLOCK iosb)
{
    ULONG method = code & 3;

    if (vf_has(VF_IO) && method != METHOD_NEITHER &&
        (is_bad(in, in_bytes) || (method != METHOD_BUFFERED && is_bad(out, out_bytes))))
        io_stop(C9_BAD_CONTROL_BUFFER, ob_address(device), code, (uint32_t)STATUS_ACCESS_VIOLATION,
                "A driver gives a bad buffer to IoBuildDeviceIoControlRequest.");
    return IoBuildDeviceIoControlRequest(code, device, in, in_bytes, out, out_bytes, internal,
                                         event, iosb);
}

NT_FRAME PIRP VfIoBuildAsynchronousFsdRequest(ULONG major, PDEVICE_OBJECT device, PVOID buffer,
                                              ULONG bytes, PLARGE_INTEGER offset,
                                              PIO_STATUS_BLOCK iosb)
{
    bool reads = (device->Flags & DO_DIRECT_IO) != 0 ||
                 ((device->Flags & DO_BUFFERED_IO) != 0 && major == IRP_MJ_WRITE);

    if (vf_has(VF_IO) && (major == IRP_MJ_READ || major == IRP_MJ_WRITE) && reads &&
        is_bad(buffer, bytes))
        io_stop(C9_BAD_BUFFER, ob_address(device), major, (uint32_t)STATUS_ACCESS_VIOLATION,
                "A driver gives a bad buffer to IoBuildAsynchronousFsdRequest.");
    return IoBuildAsynchronousFsdRequest(major, device, buffer, bytes, offset, iosb);
}

/* ---- Devices --------------------------------------------------------------------------------- */

NT_FRAME NTSTATUS VfIoInitializeTimer(PDEVICE_OBJECT device, PIO_TIMER_ROUTINE routine,
                                      PVOID context)
{
    if (vf_has(VF_IO) && device->Timer != NULL)
        io_stop(C9_TIMER_TWICE, ob_address(device), 0, 0,
                "A driver calls IoInitializeTimer for a device twice.");
    return IoInitializeTimer(device, routine, context);
}

NT_FRAME VOID VfIoDeleteDevice(PDEVICE_OBJECT device)
{
    if (vf_has(VF_IO) && io_extension(device)->attached_to != NULL)
        io_stop(C9_DELETED_ATTACHED, ke->code_address(HOST_CALLER()), ob_address(device), 0,
                "A driver deletes a device that is attached to another (expected: IoDetachDevice "
                "before).");
    IoDeleteDevice(device);
}

NT_FRAME VOID VfIoDetachDevice(PDEVICE_OBJECT target)
{
    if (vf_has(VF_IO) && target->AttachedDevice == NULL)
        io_stop(C9_DETACHED_NOTHING, ke->code_address(HOST_CALLER()), ob_address(target), 0,
                "A driver detaches from a device that has nothing attached.");
    IoDetachDevice(target);
}

/* ---- MDLs ------------------------------------------------------------------------------------ */

static NORETURN void mdl_stop(uint32_t code, const MDL *mdl, const char *rule)
{
    vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION, code, ke_address_shown(mdl),
            (uint32_t)(uint16_t)mdl->MdlFlags, 0, rule, NULL, NULL);
}

NT_FRAME VOID VfMmProbeAndLockPages(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation)
{
    struct vf_driver *driver = vf_driver_of(HOST_CALLER());

    if (ke->cpu->irql > DISPATCH_LEVEL)
        vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION, C4_LOCK_ABOVE_DISPATCH, ke->cpu->irql,
                ke_address_shown(mdl), (uint32_t)mode, "A driver locks pages above DISPATCH_LEVEL.",
                NULL, NULL);
    if (driver != NULL && vf_unlucky(driver))
        ExRaiseStatus(STATUS_WORKING_SET_QUOTA);
    MmProbeAndLockPages(mdl, mode, operation);
}

NT_FRAME VOID VfMmUnlockPages(PMDL mdl)
{
    if (vf_driver_of(HOST_CALLER()) != NULL &&
        (mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL)) == 0)
        mdl_stop(C4_UNLOCK_UNLOCKED, mdl,
                 "A driver unlocks the pages of an MDL that are not locked.");
    MmUnlockPages(mdl);
}

NT_FRAME VOID VfMmBuildMdlForNonPagedPool(PMDL mdl)
{
    if (ex_pool_is_paged((char *)mdl->StartVa + mdl->ByteOffset))
        mdl_stop(C4_BUILD_ON_PAGED, mdl,
                 "A driver calls MmBuildMdlForNonPagedPool for paged pool.");
    MmBuildMdlForNonPagedPool(mdl);
}

NT_FRAME PVOID VfMmMapLockedPages(PMDL mdl, KPROCESSOR_MODE mode)
{
    if (mode == KernelMode && (mdl->MdlFlags & MDL_MAPPING_CAN_FAIL) == 0)
        mdl_stop(C4_MAP_STOPS, mdl,
                 "A driver calls MmMapLockedPages, which stops Windows when it can map no more "
                 "(expected: MmGetSystemAddressForMdlSafe).");
    return MmMapLockedPages(mdl, mode);
}

NT_FRAME PVOID VfMmMapLockedPagesSpecifyCache(PMDL mdl, KPROCESSOR_MODE mode,
                                              MEMORY_CACHING_TYPE cache, PVOID base, ULONG stops,
                                              ULONG priority)
{
    if (mode == KernelMode && stops && (mdl->MdlFlags & MDL_MAPPING_CAN_FAIL) == 0)
        mdl_stop(C4_MAP_ASKS_FOR_STOP, mdl,
                 "A driver calls MmMapLockedPagesSpecifyCache with BugCheckOnFailure TRUE.");
    return MmMapLockedPagesSpecifyCache(mdl, mode, cache, base, stops, priority);
}

NT_FRAME PVOID VfMmGetSystemAddressForMdlSafe(PMDL mdl, ULONG priority)
{
    struct vf_driver *driver = vf_driver_of(HOST_CALLER());

    if (driver != NULL && vf_unlucky(driver))
        return NULL;
    return MmGetSystemAddressForMdlSafe(mdl, priority);
}

/* ---- Handles --------------------------------------------------------------------------------- */

/* A user's handle may be anything; with KernelMode the driver vouches for it. */
NT_FRAME NTSTATUS VfObReferenceObjectByHandle(HANDLE handle, ACCESS_MASK access, POBJECT_TYPE type,
                                              KPROCESSOR_MODE mode, PVOID *object,
                                              POBJECT_HANDLE_INFORMATION information)
{
    NTSTATUS status = ObReferenceObjectByHandle(handle, access, type, mode, object, information);

    if (mode == KernelMode &&
        (status == STATUS_INVALID_HANDLE || status == STATUS_OBJECT_TYPE_MISMATCH))
        vf_stop(DRIVER_VERIFIER_DETECTED_VIOLATION, C4_BAD_HANDLE, (uint32_t)(uintptr_t)handle,
                ke_address_shown(type), 0,
                "A driver references a handle that is bad or of another type, as the kernel's own.",
                NULL, NULL);
    return status;
}
