/* io_pnp.h - the plug and play manager, as far as drivers are concerned: a device that is there,
 * and what its stack is told (facts/ddi.md 2.16).
 *
 *     DriverEntry -> AddDevice -> START_DEVICE -> QUERY_CAPABILITIES, QUERY_PNP_DEVICE_STATE,
 *     QUERY_DEVICE_RELATIONS ... QUERY_REMOVE_DEVICE -> REMOVE_DEVICE -> DriverUnload
 *
 * A driver that is loaded as a service and has an AddDevice gets a device of the root bus. The
 * device stays when the driver is unloaded, and is the same when it is loaded again. All of this
 * runs at PASSIVE_LEVEL in a System thread, as NT's manager does.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/words/limits.h"
#include <stdbool.h>

struct io_service;

/* What plug and play knows of a device that a bus has reported; it hangs on the PDO's extension. */
struct io_node {
    const char *service; /* The function driver's; NULL: none is known. */
    bool started;
    uint32_t class_key; /* Number of its key of the class, from 1 on; 0: it has none yet. */
    char instance[NAME_MAX_CHARS + 1]; /* "ROOT\TOASTER\0000" */
};

/* Makes a PDO of the root bus; name NULL: one is made. */
NTSTATUS io_pnp_device(PCWSTR name, PDEVICE_OBJECT *out);
/* Sends a plug and play request without parameters to the top of a stack and waits. */
NTSTATUS io_pnp_request(PDEVICE_OBJECT device, UCHAR minor);
/* Removes the drivers of a PDO's stack, and unloads those that have no device any more: asks first
 * (a refusal, or an open file, is the status, and is taken back), or by surprise (with open files
 * STATUS_PENDING: the last close removes them). The PDO stays. */
NTSTATUS io_pnp_remove(PDEVICE_OBJECT pdo, bool surprise);
/* A service's driver is loaded: calls its AddDevice for a device of the root bus and starts that,
 * or for the device that it is to filter. A device that does not start is no failure of the load.
 */
NTSTATUS io_pnp_loaded(struct io_service *service, PDRIVER_OBJECT driver);
/* The PDO of a stack in which the driver has a device; NULL: there is none. */
PDEVICE_OBJECT io_pnp_pdo_of(const DRIVER_OBJECT *driver);
/* The last file of a device is closed: a removal by surprise may go on. */
void io_pnp_idle(PDEVICE_OBJECT device);
/* Frees what is known of a PDO that is deleted. */
void io_pnp_forget(PDEVICE_OBJECT device);
/* Stops if the device is no PDO (0xCA). At or below DISPATCH_LEVEL. */
void io_require_pdo(PDEVICE_OBJECT device);
/* Disables all interfaces of a PDO that is removed (io_interface.c). */
void io_interfaces_disable(PDEVICE_OBJECT pdo);
/* Forgets them: the PDO is deleted. */
void io_interfaces_forget(PDEVICE_OBJECT pdo);
/* Sends IRP_MJ_SHUTDOWN to the devices that asked for it. */
void io_shutdown_devices(void);
