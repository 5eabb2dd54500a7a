/* io_irp.c - I/O request packets: allocation, the way down a device stack, freeing
 * (facts/nt-kernel.md 5.4 steps 1 and 2).
 *
 *   [ IRP | the I/O manager's own part | stack location 1 .. StackCount | one more ]
 *
 * CurrentLocation counts down from StackCount + 1, where no location is: the issuer's own level.
 * The extra location keeps a driver that fills the current location of a fresh IRP inside the
 * block, as the real layout happens to do. Freed IRPs rest in lists by StackCount and keep their
 * block, so IRP addresses repeat on a busy system as they do on NT.
 */
#include "model/kernel/io_inside.h"
#include "model/kernel/ex.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/ob.h"
#include <string.h>

enum { TAIL_APC_OFFSET = 0x40 }; /* Offset of Tail in the 32-bit IRP, for the address of its APC. */

static PIO_STACK_LOCATION locations(PIRP irp)
{
    return (PIO_STACK_LOCATION)(void *)((struct io_part *)irp->IoManager + 1);
}

static void irp_init(PIRP irp, CCHAR stack_size, uint32_t address)
{
    struct ke_thread *thread = ke_current_thread();
    struct io_part *part = (struct io_part *)(void *)(irp + 1);

    memset(irp, 0,
           sizeof *irp + sizeof *part + (size_t)(stack_size + 1) * sizeof(IO_STACK_LOCATION));
    irp->Type = IO_TYPE_IRP;
    irp->StackCount = stack_size;
    irp->CurrentLocation = (CHAR)(stack_size + 1);
    /* The completion delivers in this environment, and so in the right process: 5.4 step 5. */
    irp->ApcEnvironment = (CCHAR)thread->apc_state_index;
    irp->Address = address;
    irp->IoManager = part;
    irp->Tail.Apc.Address = address + TAIL_APC_OFFSET;
    irp->Tail.Overlay.CurrentStackLocation = locations(irp) + stack_size;
    InitializeListHead(&irp->ThreadListEntry);
    part->irp = irp;
    part->made = ke->sim->now;
    list_add_tail(&ke->io->irps, &part->live);
}

static PIRP irp_take(CCHAR stack_size, bool driver)
{
    size_t bytes =
        sizeof(IRP) + sizeof(struct io_part) + (size_t)(stack_size + 1) * sizeof(IO_STACK_LOCATION);
    PIRP irp = stack_size < IO_STACK_SIZES ? ke->io->lookaside[(int)stack_size] : NULL;

    if (irp != NULL)
        ke->io->lookaside[(int)stack_size] = io_part(irp)->next_free;
    else if (driver)
        irp = ex_pool_try(NonPagedPool, bytes, EX_TAG('I', 'r', 'p', ' '));
    else
        irp = ex_pool_take(NonPagedPool, bytes, EX_TAG('I', 'r', 'p', ' '));
    if (irp != NULL)
        irp_init(irp, stack_size, ex_pool_address(irp));
    return irp;
}

PIRP io_irp_new(CCHAR stack_size) { return irp_take(stack_size, false); }

PIRP IoAllocateIrp(CCHAR stack_size, BOOLEAN charge_quota)
{
    UNREFERENCED_PARAMETER(charge_quota);
    return irp_take(stack_size, true);
}

VOID IoFreeIrp(PIRP irp)
{
    if (irp->Type != IO_TYPE_IRP) /* The IRP was freed before; the pool would stop for it later. */
        ke_stop(MULTIPLE_IRP_COMPLETE_REQUESTS, irp->Address, 0, 0, 0);
    ke_record(REC_IRP_FREE, irp->Address, 0, 0, 0);
    irp->Type = 0;
    list_del(&io_part(irp)->live);
    if (irp->StackCount >= IO_STACK_SIZES) {
        ex_pool_give(irp);
        return;
    }
    io_part(irp)->next_free = ke->io->lookaside[(int)irp->StackCount];
    ke->io->lookaside[(int)irp->StackCount] = irp;
}

/* ---- On the thread --------------------------------------------------------------------------- */

/* Adds an IRP to the current thread's list. Only the thread and its APCs use the list, so it needs
 * no lock. */
void io_irp_queue(PIRP irp)
{
    struct ke_thread *thread = ke_current_thread();

    io_part(irp)->thread = thread;
    irp->Tail.Overlay.Thread = thread;
    InsertHeadList(&thread->irps, &irp->ThreadListEntry);
}

void io_irp_unqueue(PIRP irp)
{
    RemoveEntryList(&irp->ThreadListEntry);
    InitializeListHead(&irp->ThreadListEntry);
    io_part(irp)->thread = NULL;
}

/* ---- Down the stack -------------------------------------------------------------------------- */

NT_FRAME NTSTATUS IofCallDriver(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location;

    if (--irp->CurrentLocation <= 0)
        ke_stop(NO_MORE_IRP_STACK_LOCATIONS, irp->Address, 0, 0, 0);
    location = --irp->Tail.Overlay.CurrentStackLocation;
    location->DeviceObject = device;
    ke_record(REC_IRP_CALL, irp->Address, ob_address(device), location->MajorFunction, 0);
    return device->DriverObject->MajorFunction[location->MajorFunction](device, irp);
}

/* XP's rule (1.6): environment 0, the issuing thread's owner; environment 1, the process that
 * thread is attached to NOW. */
PEPROCESS IoGetRequestorProcess(PIRP irp)
{
    struct ke_thread *thread = io_part(irp)->thread;

    if (thread == NULL)
        return NULL;
    return irp->ApcEnvironment == ORIGINAL_APC_ENVIRONMENT ? thread->process
                                                           : thread->apc_state.Process;
}
