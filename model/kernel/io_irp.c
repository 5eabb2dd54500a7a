/* io_irp.c - I/O request packets: allocation, the way down a device stack, freeing
 * (facts/nt-kernel.md 5.4 steps 1 and 2).
 *
 *   [ the I/O manager's own part | IRP | stack location 1 .. StackCount | one more ]
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
#include "model/kernel/vf.h"
#include <string.h>

enum { TAIL_APC_OFFSET = 0x40 }; /* Offset of Tail in the 32-bit IRP: the address of its APC. */
enum { ACCESS_EXECUTE = 8 };     /* Arg3 of stop 0xA. */

static size_t location_bytes(CCHAR stack_size)
{
    return (size_t)(stack_size + 1) * sizeof(IO_STACK_LOCATION);
}

static void irp_init(struct io_irp *block, CCHAR stack_size, uint32_t address)
{
    PIRP irp = &block->irp;

    memset(block, 0, sizeof *block + location_bytes(stack_size));
    irp->Type = IO_TYPE_IRP;
    irp->Size = IoSizeOfIrp(stack_size);
    irp->StackCount = stack_size;
    irp->CurrentLocation = (CHAR)(stack_size + 1);
    irp->AllocationFlags = stack_size < IO_STACK_SIZES ? IRP_ALLOCATED_FIXED_SIZE : 0;
    /* The completion delivers in this environment, and so in the right process: 5.4 step 5. */
    irp->ApcEnvironment = (CCHAR)ke_current_thread()->apc_state_index;
    irp->Tail.Overlay.CurrentStackLocation = io_location(irp, stack_size + 1);
    InitializeListHead(&irp->ThreadListEntry);
    block->part.irp = irp;
    block->part.address = address;
    block->part.made = ke->sim->now;
    list_add_tail(&ke->io->irps, &block->part.live);
}

static struct io_irp *block_new(CCHAR stack_size, bool driver)
{
    size_t bytes = sizeof(struct io_irp) + location_bytes(stack_size);
    size_t charged = NT_IRP_BYTES + (size_t)stack_size * NT_STACK_LOCATION_BYTES;
    uint32_t tag = EX_TAG('I', 'r', 'p', ' ');
    struct io_irp *block = driver ? ex_pool_try_as(NonPagedPool, bytes, charged, tag)
                                  : ex_pool_take_as(NonPagedPool, bytes, charged, tag);

    if (block != NULL)
        ke_address_set(&block->irp.Tail.Apc, ex_pool_address(block) + TAIL_APC_OFFSET);
    return block;
}

static PIRP irp_take(CCHAR stack_size, bool driver)
{
    struct io_irp *block = NULL;

    if (stack_size < IO_STACK_SIZES && ke->io->lookaside[(int)stack_size] != NULL) {
        block = ke->io->lookaside[(int)stack_size];
        ke->io->lookaside[(int)stack_size] = block->part.next_free;
    } else {
        block = block_new(stack_size, driver);
    }
    if (block == NULL)
        return NULL;
    irp_init(block, stack_size, ex_pool_address(block));
    return &block->irp;
}

PIRP io_irp_new(CCHAR stack_size) { return irp_take(stack_size, false); }

PIRP IoAllocateIrp(CCHAR stack_size, BOOLEAN charge_quota)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    UNREFERENCED_PARAMETER(charge_quota);
    return irp_take(stack_size, true);
}

VOID IoFreeIrp(PIRP irp)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    struct io_part *part = io_part(irp);
    struct io_irp *block;

    if (irp->Type != IO_TYPE_IRP) /* The IRP was freed before; the pool would stop for it later. */
        ke_stop(MULTIPLE_IRP_COMPLETE_REQUESTS, io_irp_address(irp), 0, 0, 0);
    ke_record(REC_IRP_FREE, io_irp_address(irp), 0, 0, 0);
    irp->Type = 0;
    if (part == NULL) { /* The driver's own memory: NT takes it for a pool block. */
        ExFreePool(irp);
        return;
    }
    list_del(&part->live);
    block = CONTAINING_RECORD(part, struct io_irp, part);
    if (irp->StackCount >= IO_STACK_SIZES) {
        part->irp = NULL;
        ex_pool_give(block);
        return;
    }
    part->next_free = ke->io->lookaside[(int)irp->StackCount];
    ke->io->lookaside[(int)irp->StackCount] = block;
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

/* Calls the dispatch routine of a verified driver. */
static NTSTATUS vf_call(PDRIVER_DISPATCH dispatch, PDEVICE_OBJECT device, PIRP irp)
{
    struct vf_dispatch call;

    vf_dispatch_begins(&call, device, irp);
    NTSTATUS status = dispatch(device, irp);

    vf_dispatch_ends(&call, status);
    return status;
}

NT_FRAME NTSTATUS IofCallDriver(PDEVICE_OBJECT device, PIRP irp)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    PIO_STACK_LOCATION location;

    if (UNLIKELY(ke->vf != NULL))
        vf_irp_passed(irp);
    if (--irp->CurrentLocation <= 0)
        ke_stop(NO_MORE_IRP_STACK_LOCATIONS, io_irp_address(irp), 0, 0, 0);
    location = --irp->Tail.Overlay.CurrentStackLocation;
    location->DeviceObject = device;
    ke_record(REC_IRP_CALL, io_irp_address(irp), ob_address(device), location->MajorFunction, 0);
    PDRIVER_DISPATCH dispatch = device->DriverObject->MajorFunction[location->MajorFunction];

    if (UNLIKELY(vf_driver_of((const void *)(uintptr_t)dispatch) != NULL))
        return vf_call(dispatch, device, irp);
    return dispatch(device, irp);
}

NTSTATUS io_send(PDEVICE_OBJECT device, PIRP irp)
{
    KIRQL before = ke->cpu->irql;
    UCHAR major = IoGetNextIrpStackLocation(irp)->MajorFunction;
    PDRIVER_DISPATCH routine = device->DriverObject->MajorFunction[major];
    NTSTATUS status = IofCallDriver(device, irp);

    if (ke->cpu->irql == before)
        return status;
    ke_stop_begins_in((const void *)(uintptr_t)routine);
    /* The code that goes on here is pageable. */
    ke_stop(IRQL_NOT_LESS_OR_EQUAL, 0, ke->cpu->irql, ACCESS_EXECUTE, 0);
}

/* XP's rule (1.6): environment 0, the issuing thread's owner; environment 1, the process that
 * thread is attached to NOW. */
PEPROCESS IoGetRequestorProcess(PIRP irp)
{
    ke_require_irql(DISPATCH_LEVEL, 0);
    struct ke_thread *thread = io_irp_thread(irp);

    if (thread == NULL)
        return NULL;
    return irp->ApcEnvironment == ORIGINAL_APC_ENVIRONMENT ? thread->process
                                                           : thread->apc_state.Process;
}
