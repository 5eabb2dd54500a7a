/* objects.h - one object of the machine by its address or its name, as plain data: for a debugger.
 *
 *     struct look_irp irp;
 *     if (look_irp(world, 0x81f3a0c8, &irp)) ...
 *
 * May be called where inspect_take may (inspect.h), and changes nothing either. Pointers in the
 * results are host addresses of code, for ui/symbols/symbols.h; all else is simulated.
 */
#pragma once
#include "model/look/inspect.h"

/* ---- Requests -------------------------------------------------------------------------------- */
enum { LOOK_LOCATIONS_MAX = 16, LOOK_ARGUMENTS = 4 };
struct look_location {
    uint8_t major, minor, flags, control;
    uint32_t address, device, file, context;
    const void *routine; /* Completion routine; NULL: none. */
    uint32_t arguments[LOOK_ARGUMENTS];
    char driver[INSPECT_NAME]; /* Name of the device's driver; "": no device. */
};
struct look_irp {
    uint32_t address, thread; /* Address of the thread with the IRP in its list; 0: none. */
    uint32_t process;         /* Address of that thread's process. */
    uint32_t mdl, system_buffer, flags, size;
    int stack_count, current; /* current: stack_count + 1: not sent yet; one more: completed. */
    bool pending_returned, cancel, completed;
    int32_t status;
    uint64_t information;
    struct look_location locations[LOOK_LOCATIONS_MAX]; /* The lowest driver's first. */
};
/* False: there is no allocated IRP at this address. */
bool look_irp(struct world *world, uint32_t address, struct look_irp *out);

/* ---- Devices and drivers --------------------------------------------------------------------- */
struct look_device {
    uint32_t address, driver, current_irp;
    int32_t references;
    uint32_t type, flags, extension, object_extension, extension_flags;
    uint32_t upper, lower; /* Devices attached above and below; 0: none. */
    bool busy;             /* StartIo works on a request. */
    char name[INSPECT_NAME], driver_name[INSPECT_NAME]; /* "\Device\Echo"; "": no name. */
};
bool look_device(struct world *world, uint32_t address, struct look_device *out);

enum { LOOK_DEVICES_MAX = 64, LOOK_MAJORS = 28 };
struct look_driver {
    uint32_t address;
    char name[INSPECT_NAME]; /* "\Driver\echo". */
    uint32_t device_count;   /* May exceed the size of devices. */
    uint32_t devices[LOOK_DEVICES_MAX];
    const void *entry, *start_io, *unload, *add_device; /* NULL: none. */
    const void *dispatch[LOOK_MAJORS]; /* NULL: the I/O manager's own, which refuses. */
};
/* The driver at an address, or of a name in the namespace (address 0). */
bool look_driver(struct world *world, uint32_t address, const char *name, struct look_driver *out);

/* ---- Names ----------------------------------------------------------------------------------- */
struct look_object {
    uint32_t address;
    uint8_t type; /* inspect_type_name. */
    int32_t handles, pointers;
    char name[2 * INSPECT_NAME];   /* The whole name; "": it has none. */
    char target[2 * INSPECT_NAME]; /* What a symbolic link leads to. */
};
/* Copies at most `max` objects that have names, in the order of their names; returns how many there
 * are. */
uint32_t look_names(struct world *world, struct look_object *out, uint32_t max);

/* ---- Timers and APCs ------------------------------------------------------------------------- */
struct look_timer {
    uint32_t address;
    sim_time due;        /* ns since boot. */
    uint32_t period_ms;  /* 0: it fires once. */
    uint32_t dpc;        /* 0: none. */
    const void *routine; /* The routine of the DPC; NULL: none. */
    uint32_t thread;     /* Address of the thread whose wait it ends; 0: none. */
};
/* Copies at most `max` running timers in the order of their ends; returns how many there are. */
uint32_t look_timers(struct world *world, struct look_timer *out, uint32_t max);

struct look_apc {
    uint32_t address, thread; /* thread: address. */
    uint8_t index;            /* Environment in which it will run. */
    bool user;
    const void *kernel, *normal; /* Routines; NULL: none. */
};
/* Copies at most `max` queued APCs, thread by thread; returns how many there are. */
uint32_t look_apcs(struct world *world, struct look_apc *out, uint32_t max);

struct look_dpc {
    uint32_t address;
    uint8_t processor;
    const void *routine;
};
/* Copies at most `max` queued DPCs, processor by processor; returns how many there are. */
uint32_t look_dpcs(struct world *world, struct look_dpc *out, uint32_t max);

/* ---- Modules --------------------------------------------------------------------------------- */
/* Name of a loaded driver, by its number from 0 on, without suffix; *start: where its code lies, as
 * records show it, or 0: it is none of a guest's. False: there are fewer. */
enum { LOOK_MODULE_BYTES = 0x100000 };
bool look_module(struct world *world, uint32_t number, char name[INSPECT_NAME], uint32_t *start);

/* ---- Resources and pool ---------------------------------------------------------------------- */
enum { LOOK_OWNERS_MAX = 16 };
struct look_resource {
    uint32_t address;
    bool exclusive; /* Owned by one, for writing. */
    uint32_t active, contention, shared_waiters, exclusive_waiters;
    /* Addresses of what its waiters wait for: a semaphore, an event; 0: nobody has waited yet. */
    uint32_t shared_by, exclusive_by;
    uint32_t owner_count; /* May exceed the size of owners. */
    struct {
        uint32_t thread; /* Address; 0: an owner that is no thread. */
        uint32_t count;
    } owners[LOOK_OWNERS_MAX];
};
/* Copies at most `max` resources, the oldest first; returns how many there are. */
uint32_t look_resources(struct world *world, struct look_resource *out, uint32_t max);

struct look_block {
    uint32_t address, bytes, tag;
    bool paged, in_use;
    uint32_t charged; /* Address of the process that is charged; 0: none. */
};
/* The block of pool at an address; one that is freed if none in use is there. */
bool look_block(struct world *world, uint32_t address, struct look_block *out);

/* Copies bytes of an object of the kernel: of an IRP, of what lies in the pool, of an event or
 * another object in a driver's memory. They hold the host's pointers, which look_pointer turns into
 * addresses. Returns how many bytes there are; 0: nothing lies at this address. */
size_t look_object_bytes(struct world *world, uint32_t address, void *to, size_t count);
/* The address that a pointer in such bytes shows; 0 for NULL. */
uint32_t look_pointer(struct world *world, uint64_t pointer);
