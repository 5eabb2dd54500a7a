/* io_pnp.h - the plug and play manager, as far as drivers are concerned: a device that is there,
 * and what its stack is told.
 *
 *     io_pnp_device(L"\\Device\\Port0", &pdo);                a PDO of the root bus
 *     io_pnp_request(pdo, IRP_MN_START_DEVICE);               after AddDevice of its drivers
 *     io_pnp_remove(pdo, false);                              QUERY_REMOVE, REMOVE
 *
 * All of this runs at PASSIVE_LEVEL in a System thread, as NT's manager does.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include <stdbool.h>

/* Makes a PDO; name NULL: without a name. */
NTSTATUS io_pnp_device(PCWSTR name, PDEVICE_OBJECT *out);
/* Sends a plug and play request without parameters to the top of a stack and waits. */
NTSTATUS io_pnp_request(PDEVICE_OBJECT device, UCHAR minor);
/* Removes the drivers of a PDO's stack: asks first (a refusal is the status, and is taken back), or
 * by surprise. The PDO stays. */
NTSTATUS io_pnp_remove(PDEVICE_OBJECT pdo, bool surprise);
/* Sends IRP_MJ_SHUTDOWN to the devices that asked for it. */
void io_shutdown_devices(void);
