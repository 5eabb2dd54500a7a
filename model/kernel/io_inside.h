/* io_inside.h - declarations shared by the I/O manager's files: its own part of an IRP, its state,
 * and the inner halves of its routines.
 */
#pragma once
#include "model/kernel/io.h"
#include "model/kernel/kernel.h"
#include "model/words/limits.h"

enum { IO_STACK_SIZES = 10 };
enum { IO_TYPE_DEVICE_QUEUE = 0x14 }; /* KOBJECTS. */
/* Sizes on 32-bit x86, which the pool is charged (ex.h); a device with its extension of the I/O
 * manager's. */
enum {
    NT_IRP_BYTES = 0x70,
    NT_STACK_LOCATION_BYTES = 0x24,
    NT_DEVICE_BYTES = 0xb8 + 0x30,
    NT_COMPLETION_CONTEXT_BYTES = 8,
    NT_PACKET_BYTES = 0x20,
};
enum {
    DOE_UNLOAD_PENDING = 1,
    DOE_DELETE_PENDING = 2,
    DOE_REMOVE_PENDING = 4, /* A PDO's stack goes. */
    DOE_START_PENDING = 0x10,
};
enum { DRVO_INITIALIZED = 0x10 };

/* ---- Requests -------------------------------------------------------------------------------- */
/* The I/O manager's own part of an IRP; it lies before the IRP, because the stack locations lie
 * behind. */
struct io_part {
    PIRP irp;                 /* The IRP that it belongs to; NULL: the pool has the block again. */
    uint32_t address;         /* Simulated address of the IRP. */
    struct ke_thread *thread; /* The thread with the IRP in its list; NULL: none, or disowned. */
    PFILE_OBJECT file;        /* Referenced; NULL: a driver's own IRP. */
    PVOID event;              /* The caller's event object, referenced. */
    /* The I/O manager frees it, whatever the driver wrote to the IRP's field. */
    PVOID system_buffer;
    ULONG buffer_bytes;
    struct io_irp *next_free;
    CCHAR boost;
    bool disowned; /* The thread gave up waiting for the IRP (5.4 step 6). */

    struct link live; /* Entry of io_state.irps until the IRP is freed. */
    sim_time made;
};
/* An IRP that IoAllocateIrp made. */
struct io_irp {
    struct io_part part;
    IRP irp;
    IO_STACK_LOCATION locations[];
};
_Static_assert(offsetof(struct io_irp, locations) == offsetof(struct io_irp, irp) + sizeof(IRP),
               "stack locations lie directly behind the IRP");

/* Returns the I/O manager's part of an IRP. NULL: it has none, for a driver made it of memory of
 * its own, or the pool has its block again. A freed IRP that rests in a list still has its part. */
static inline struct io_part *io_part(const IRP *irp)
{
    struct io_part *part =
        (struct io_part *)(uintptr_t)((const char *)irp - offsetof(struct io_irp, irp));

    return (uintptr_t)part % _Alignof(struct io_part) == 0 && arena_holds(ke->sim->arena, part) &&
                   part->irp == irp
               ? part
               : NULL;
}
/* Simulated address of an IRP. */
static inline uint32_t io_irp_address(const IRP *irp)
{
    const struct io_part *part = io_part(irp);

    return part != NULL ? part->address : ke_address_of(irp);
}
/* The thread in whose list the IRP is; NULL: in none. */
static inline struct ke_thread *io_irp_thread(const IRP *irp)
{
    const struct io_part *part = io_part(irp);

    return part != NULL ? part->thread : NULL;
}
/* Location number 1 to StackCount of an IRP. */
static inline PIO_STACK_LOCATION io_location(PIRP irp, int number)
{
    return (PIO_STACK_LOCATION)(void *)(irp + 1) + number - 1;
}

/* Allocates an IRP of the kernel itself; NULL: pool exhausted. */
PIRP io_irp_new(CCHAR stack_size);
void io_irp_queue(PIRP irp); /* Puts the IRP on the current thread's list. */
/* IofCallDriver for requests of the I/O manager itself: stops if the driver returns at another IRQL
 * than it was called at. */
NTSTATUS io_send(PDEVICE_OBJECT device, PIRP irp);
/* Takes the IRP off the list of its thread. */
void io_irp_unqueue(PIRP irp);
/* Kernel routine of an IRP's special APC: the second half of its completion. */
VOID IopCompleteRequest(PRKAPC apc, PKNORMAL_ROUTINE *normal, PVOID *context, PVOID *argument1,
                        PVOID *argument2);
/* Second half of a deferred completion, done by the issuing system service. */
void io_complete_inline(PIRP irp);
/* Asks a file for information, or sets it, and waits; `block` is in kernel memory. */
NTSTATUS io_information(HANDLE handle, UCHAR major, ULONG class, PVOID block, ULONG bytes,
                        IO_STATUS_BLOCK *iosb);
/* Frees the system buffer and the MDLs of an IRP. */
void io_free_buffers(PIRP irp);

/* ---- Files, devices, drivers, ports ---------------------------------------------------------- */
struct io_port;
/* Queues the packet of a completed request. */
void io_port_complete(PIO_COMPLETION_CONTEXT completion, PVOID context,
                      const IO_STATUS_BLOCK *iosb);

struct io_driver { /* The body of a driver object. */
    DRIVER_OBJECT public;
    DRIVER_EXTENSION extension;
    const struct io_image *image; /* Mapped while the driver object exists. */
    WCHAR name[NAME_MAX_CHARS + 1];
    WCHAR service_key[NAME_MAX_CHARS + 1]; /* "EXIFS": the last part of the key's path. */
    struct io_client *clients;             /* Extensions of the driver object (io_client.c). */
    struct io_reinit *reinits;             /* Routines to call after DriverEntry (io_power.c). */
};
/* Calls the driver's reinitialization routines, or only forgets them. */
void io_reinitialize(struct io_driver *driver, bool run);
void io_clients_free(struct io_driver *driver);
/* The I/O manager's own part of a device, behind the driver's extension. */
struct io_device_extension {
    DEVOBJ_EXTENSION public;
    ULONG PowerFlags;
    PVOID Dope;
    ULONG ExtensionFlags;       /* DOE_UNLOAD_PENDING and so on. */
    PDEVICE_OBJECT attached_to; /* The device below; NULL: none. */
    struct io_node *node;       /* What a PDO has (io_pnp.h); NULL: no bus reported it. */
    ULONG start_io_flags;       /* IoSetStartIoAttributes (io_startio.c). */
    LONG start_io_depth;        /* Calls of StartIo in progress, the asked for included. */
    POWER_STATE power[2];       /* System and device, as PoSetPowerState noted. */
};
static inline struct io_device_extension *io_extension(PDEVICE_OBJECT device)
{
    return (struct io_device_extension *)(void *)device->DeviceObjectExtension;
}
static inline ULONG *io_device_flags(PDEVICE_OBJECT device)
{
    return &io_extension(device)->ExtensionFlags;
}
/* The lowest device of a stack. */
PDEVICE_OBJECT io_bottom_device(PDEVICE_OBJECT device);
/* Frees the once-a-second timer of a device that is deleted. */
void io_timer_free(PDEVICE_OBJECT device);
/* Counts one open file less; may delete the device or unload its driver (7.3 step 5). */
void IopDereferenceDeviceObject(PDEVICE_OBJECT device);
/* NtUnloadDriver of any driver: calls DriverUnload, or leaves the unload pending. */
NTSTATUS io_unload(PDRIVER_OBJECT driver);
/* Runs a pending unload if every device of the driver is idle (7.3 step 5). */
void io_try_unload(PDRIVER_OBJECT driver);
/* Dispatch routine of a major function that a driver lacks: STATUS_INVALID_DEVICE_REQUEST. */
NTSTATUS IopInvalidDeviceRequest(PDEVICE_OBJECT device, PIRP irp);
/* Returns the top of the device stack on which the file was opened. */
PDEVICE_OBJECT io_related_device(PFILE_OBJECT file);
/* Lock of a synchronous file: one operation at a time. A wait in user mode can be ended by
 * termination. */
NTSTATUS io_lock_file(PFILE_OBJECT file, KPROCESSOR_MODE mode);
void io_unlock_file(PFILE_OBJECT file);
uint32_t io_name_chars(PCWSTR name);

/* A driver that can be loaded. */
struct io_service {
    const char *name;
    const struct io_image *image;
    WCHAR key[128], object[64]; /* \Registry\...\Services\NAME, \Driver\NAME. */
    /* Name of the device that the driver filters; "": none, so an AddDevice is for the root bus. */
    WCHAR below[NAME_MAX_CHARS + 1];
    PDEVICE_OBJECT pdo; /* Device of the root bus; NULL: the driver has had none. */
};

struct io_state {
    KSPIN_LOCK cancel_lock;
    struct link irps; /* Every allocated IRP, linked by `live` of its io_part. */
    struct io_irp *lookaside[IO_STACK_SIZES]; /* Free IRPs by StackCount. */
    ERESOURCE driver_load;
    UNICODE_STRING hardware;                    /* The HardwareDatabase of every driver object. */
    const struct io_image *images[MODULES_MAX]; /* Mapped driver images. */
    struct io_service services[MODULES_MAX];    /* Installed drivers. */
    uint32_t service_count;
    uint32_t device_names;           /* Names made for FILE_AUTOGENERATED_DEVICE_NAME so far. */
    struct io_shutdown *shutdown[2]; /* Devices to tell of a shutdown: first, last. */
    struct io_interface *interfaces; /* Registered interfaces of devices (io_interface.c). */
    /* Lock of plug and play (io_pnp.c): signaled while it is free. */
    KEVENT pnp_free;
    struct ke_thread *pnp_owner;
    uint32_t pnp_depth;
    bool pnp_started;    /* The event is initialized. */
    uint32_t class_keys; /* Keys of devices' drivers (io_property.c) so far. */
};
