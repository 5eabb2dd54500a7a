/* objects.h - one object of the machine by its address or its name, as plain data: for a debugger.
 *
 *     struct look_irp irp;
 *     if (look_irp(world, 0x81f3a0c8, &irp)) ...
 *
 * May be called where inspect_take may (inspect.h), and changes nothing either. Pointers in the
 * results are host addresses of code, for ui/report/symbols.h; all else is simulated.
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

/* ---- Modules --------------------------------------------------------------------------------- */
/* Name of a loaded driver, by its number from 0 on, without suffix; *start: where its code lies, as
 * records show it, or 0: it is none of a guest's. False: there are fewer. */
enum { LOOK_MODULE_BYTES = 0x100000 };
bool look_module(struct world *world, uint32_t number, char name[INSPECT_NAME], uint32_t *start);
