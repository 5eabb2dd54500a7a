/* io_power.c - power requests, notifications of the shutdown, second chances at loading, the
 * loudspeaker (facts/ddi.md 2.9, 2.16).
 *
 * The machine is always in its working state. A shutdown sends IRP_MJ_SHUTDOWN to the devices that
 * asked, from the last registered to the first, and then to those of the last chance.
 */
#include "model/kernel/ex.h"
#include "model/kernel/io_inside.h"
#include "model/kernel/io_pnp.h"
#include "model/kernel/ob.h"

/* Sizes on 32-bit x86, which the pool is charged (ex.h). */
enum { NT_POWER_BYTES = 0x20, NT_SHUTDOWN_BYTES = 0xc, NT_REINIT_BYTES = 0x14 };
enum { TIMER_CHIP_HZ = 1193182, TIMER_CHIP_MAX = 0xffff };

VOID PoStartNextPowerIrp(PIRP irp) { ke_require_irql(DISPATCH_LEVEL, io_irp_address(irp)); }

NTSTATUS PoCallDriver(PDEVICE_OBJECT device, PIRP irp) { return IofCallDriver(device, irp); }

POWER_STATE PoSetPowerState(PDEVICE_OBJECT device, POWER_STATE_TYPE type, POWER_STATE state)
{
    POWER_STATE *kept = &io_extension(device)->power[type == DevicePowerState], old = *kept;

    ke_require_irql(DISPATCH_LEVEL, ob_address(device));
    if (old.SystemState == PowerSystemUnspecified) /* D0 has the same number. */
        old.SystemState = PowerSystemWorking;
    *kept = state;
    return old;
}

struct power_request {
    PREQUEST_POWER_COMPLETE function;
    PVOID context;
    PDEVICE_OBJECT device, top;
    UCHAR minor;
    POWER_STATE state;
};

static NTSTATUS IopPowerIrpDone(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
    struct power_request *request = context;

    UNREFERENCED_PARAMETER(device);
    if (request->function != NULL)
        request->function(request->device, request->minor, request->state, request->context,
                          &irp->IoStatus);
    ObDereferenceObject(request->top);
    ex_pool_give(request);
    IoFreeIrp(irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

NTSTATUS PoRequestPowerIrp(PDEVICE_OBJECT device, UCHAR minor, POWER_STATE state,
                           PREQUEST_POWER_COMPLETE function, PVOID context, PIRP *out)
{
    struct power_request *request;
    PIO_STACK_LOCATION location;
    PIRP irp = NULL;

    ke_require_irql(DISPATCH_LEVEL, ob_address(device));
    if (minor != IRP_MN_WAIT_WAKE && minor != IRP_MN_SET_POWER && minor != IRP_MN_QUERY_POWER)
        return STATUS_INVALID_PARAMETER_2;
    request =
        ex_pool_try_as(NonPagedPool, sizeof *request, NT_POWER_BYTES, EX_TAG('P', 'o', 'w', 'r'));
    if (request != NULL) {
        *request =
            (struct power_request){ function, context, device, IoGetAttachedDeviceReference(device),
                                    minor,    state };
        irp = IoAllocateIrp(request->top->StackSize, FALSE);
    }
    if (irp == NULL) {
        if (request != NULL) {
            ObDereferenceObject(request->top);
            ex_pool_give(request);
        }
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    location = IoGetNextIrpStackLocation(irp);
    location->MajorFunction = IRP_MJ_POWER;
    location->MinorFunction = minor;
    location->Parameters.Power.Type = DevicePowerState;
    location->Parameters.Power.State = state;
    IoSetCompletionRoutine(irp, IopPowerIrpDone, request, TRUE, TRUE, TRUE);
    if (out != NULL)
        *out = irp;
    IofCallDriver(request->top, irp);
    return STATUS_PENDING;
}

/* ---- Shutdown -------------------------------------------------------------------------------- */

struct io_shutdown { /* A registration; the last one is the first of the list. */
    struct io_shutdown *next;
    PDEVICE_OBJECT device; /* Referenced. */
};

static NTSTATUS shutdown_add(struct io_shutdown **list, PDEVICE_OBJECT device)
{
    struct io_shutdown *made;

    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    made = ex_pool_try_as(PagedPool, sizeof *made, NT_SHUTDOWN_BYTES, EX_TAG('I', 'o', 'S', 'd'));
    if (made == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    ObReferenceObject(made->device = device);
    device->Flags |= DO_SHUTDOWN_REGISTERED;
    made->next = *list;
    *list = made;
    return STATUS_SUCCESS;
}

NTSTATUS IoRegisterShutdownNotification(PDEVICE_OBJECT device)
{
    return shutdown_add(&ke->io->shutdown[0], device);
}

NTSTATUS IoRegisterLastChanceShutdownNotification(PDEVICE_OBJECT device)
{
    return shutdown_add(&ke->io->shutdown[1], device);
}

static void shutdown_remove(struct io_shutdown **at, PDEVICE_OBJECT device)
{
    while (*at != NULL) {
        struct io_shutdown *entry = *at;

        if (entry->device != device) {
            at = &entry->next;
            continue;
        }
        *at = entry->next;
        ex_pool_give(entry);
        ObDereferenceObject(device);
    }
}

VOID IoUnregisterShutdownNotification(PDEVICE_OBJECT device)
{
    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    device->Flags &= ~DO_SHUTDOWN_REGISTERED;
    for (int i = 0; i < 2; i++)
        shutdown_remove(&ke->io->shutdown[i], device);
}

static void tell_shutdown(PDEVICE_OBJECT device)
{
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(device);
    IO_STATUS_BLOCK iosb;
    KEVENT done;
    PIRP irp;

    KeInitializeEvent(&done, NotificationEvent, FALSE);
    irp = IoBuildSynchronousFsdRequest(IRP_MJ_SHUTDOWN, top, NULL, 0, NULL, &done, &iosb);
    if (irp != NULL && IofCallDriver(top, irp) == STATUS_PENDING)
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(top);
}

void io_shutdown_devices(void)
{
    for (int i = 0; i < 2; i++) {
        while (ke->io->shutdown[i] != NULL) {
            struct io_shutdown *entry = ke->io->shutdown[i];

            ke->io->shutdown[i] = entry->next;
            tell_shutdown(entry->device);
            ObDereferenceObject(entry->device);
            ex_pool_give(entry);
        }
    }
}

/* ---- Loading --------------------------------------------------------------------------------- */

struct io_reinit {
    struct io_reinit *next;
    PDRIVER_REINITIALIZE routine;
    PVOID context;
};

VOID IoRegisterDriverReinitialization(PDRIVER_OBJECT driver, PDRIVER_REINITIALIZE routine,
                                      PVOID context)
{
    struct io_reinit **at = &CONTAINING_RECORD(driver, struct io_driver, public)->reinits;
    struct io_reinit *made;

    ke_require_irql(PASSIVE_LEVEL, ob_address(driver));
    made = ex_pool_try_as(NonPagedPool, sizeof *made, NT_REINIT_BYTES, EX_TAG('R', 'e', 'i', 'n'));
    if (made == NULL)
        return; /* NT has no way to tell, either. */
    *made = (struct io_reinit){ NULL, routine, context };
    while (*at != NULL)
        at = &(*at)->next;
    *at = made;
}

VOID IoRegisterBootDriverReinitialization(PDRIVER_OBJECT driver, PDRIVER_REINITIALIZE routine,
                                          PVOID context)
{
    IoRegisterDriverReinitialization(driver, routine, context);
}

/* Routines that the driver registers while one runs come in the next round, as later on NT. */
void io_reinitialize(struct io_driver *driver, bool run)
{
    struct io_reinit *entry;

    while ((entry = driver->reinits) != NULL) {
        struct io_reinit taken = *entry;

        driver->reinits = entry->next;
        ex_pool_give(entry);
        if (run)
            taken.routine(&driver->public, taken.context, ++driver->extension.Count);
    }
}

/* ---- Hal ------------------------------------------------------------------------------------- */

BOOLEAN HalMakeBeep(ULONG frequency)
{
    if (frequency != 0 && TIMER_CHIP_HZ / frequency > TIMER_CHIP_MAX)
        return FALSE;
    ke->speaker_hz = frequency;
    return TRUE;
}
