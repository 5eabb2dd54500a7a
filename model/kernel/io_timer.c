/* io_timer.c - the once-a-second routine of a device (facts/ddi.md 1.4, IO_TIMER_ROUTINE). */
#include "model/kernel/io_inside.h"
#include "model/kernel/ex.h"
#include "model/kernel/ob.h"

enum { SECOND_MS = 1000, NT_TIMER_BYTES = 0x18 }; /* Size on 32-bit x86 (ex.h). */

struct _IO_TIMER {
    PDEVICE_OBJECT device;
    PIO_TIMER_ROUTINE routine;
    PVOID context;
    KTIMER timer;
    KDPC dpc;
};

static VOID IopTimerDispatch(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    PIO_TIMER timer = context;

    UNREFERENCED_PARAMETER(dpc);
    UNREFERENCED_PARAMETER(argument1);
    UNREFERENCED_PARAMETER(argument2);
    timer->routine(timer->device, timer->context);
}

NTSTATUS IoInitializeTimer(PDEVICE_OBJECT device, PIO_TIMER_ROUTINE routine, PVOID context)
{
    PIO_TIMER timer = device->Timer;

    ke_require_irql(PASSIVE_LEVEL, ob_address(device));
    if (timer == NULL) {
        timer =
            ex_pool_try_as(NonPagedPool, sizeof *timer, NT_TIMER_BYTES, EX_TAG('I', 'o', 'T', 'i'));
        if (timer == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        timer->device = device;
        KeInitializeTimer(&timer->timer);
        KeInitializeDpc(&timer->dpc, IopTimerDispatch, timer);
        device->Timer = timer;
    }
    timer->routine = routine;
    timer->context = context;
    return STATUS_SUCCESS;
}

VOID IoStartTimer(PDEVICE_OBJECT device)
{
    LARGE_INTEGER due = { .QuadPart = -(LONGLONG)SECOND_MS * 10000 };

    ke_require_irql(DISPATCH_LEVEL, ob_address(device));
    if ((*io_device_flags(device) & (DOE_DELETE_PENDING | DOE_UNLOAD_PENDING)) == 0)
        KeSetTimerEx(&device->Timer->timer, due, SECOND_MS, &device->Timer->dpc);
}

VOID IoStopTimer(PDEVICE_OBJECT device)
{
    ke_require_irql(DISPATCH_LEVEL, ob_address(device));
    KeCancelTimer(&device->Timer->timer);
}

void io_timer_free(PDEVICE_OBJECT device)
{
    if (device->Timer == NULL)
        return;
    KeCancelTimer(&device->Timer->timer);
    KeRemoveQueueDpc(&device->Timer->dpc);
    ex_pool_give(device->Timer);
    device->Timer = NULL;
}
