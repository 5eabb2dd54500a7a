/* wdm_pnp_calls.h - calls for plug and play, power, shutdown, WMI and the loudspeaker, as far as a
 * driver cannot do without them; their words are in wdm_pnp.h.
 *
 * Drivers include <wdm.h>.
 */
#pragma once
#include "wdm_irp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Plug and play --------------------------------------------------------------------------- */
/* A device that is no PDO (that no bus has reported): stop 0xCA (2, device, driver, 0). */

/* Opens a key of the device, which is made at first: PLUGPLAY_REGKEY_DEVICE, under the instance in
 * Enum, or PLUGPLAY_REGKEY_DRIVER, under the class; of the hardware profile with
 * PLUGPLAY_REGKEY_CURRENT_HWPROFILE. STATUS_INVALID_PARAMETER: another type. PASSIVE. */
NTSTATUS IoOpenDeviceRegistryKey(PDEVICE_OBJECT DeviceObject, ULONG DevInstKeyType,
                                 ACCESS_MASK DesiredAccess, PHANDLE DevInstRegKey);
/* What the bus and the registry know of a device. There are no INF files, so the description is the
 * name of the service. STATUS_OBJECT_NAME_NOT_FOUND: it has no such property;
 * STATUS_BUFFER_TOO_SMALL: ResultLength bytes are needed; STATUS_INVALID_PARAMETER_2: no property.
 * PASSIVE. */
NTSTATUS IoGetDeviceProperty(PDEVICE_OBJECT DeviceObject, DEVICE_REGISTRY_PROPERTY DeviceProperty,
                             ULONG BufferLength, PVOID PropertyBuffer, PULONG ResultLength);
/* Have the device asked later, by a System worker thread: IRP_MN_QUERY_DEVICE_RELATIONS (bus
 * relations only; no driver is looked for what it reports), IRP_MN_QUERY_PNP_DEVICE_STATE (a device
 * that has failed is removed by surprise). */
VOID IoInvalidateDeviceRelations(PDEVICE_OBJECT DeviceObject, DEVICE_RELATION_TYPE Type);
VOID IoInvalidateDeviceState(PDEVICE_OBJECT PhysicalDeviceObject);
/* Names the device's interface: \??\ROOT#TOASTER#0000#{class} and \reference, which exists while it
 * is enabled; a driver finds the reference in the file's name. The buffer is the caller's, by
 * RtlFreeUnicodeString. STATUS_INVALID_DEVICE_REQUEST: no PDO, or one without a name. PASSIVE. */
NTSTATUS IoRegisterDeviceInterface(PDEVICE_OBJECT PhysicalDeviceObject,
                                   const GUID *InterfaceClassGuid, PUNICODE_STRING ReferenceString,
                                   PUNICODE_STRING SymbolicLinkName);
/* STATUS_OBJECT_NAME_EXISTS: enabled already; STATUS_OBJECT_NAME_NOT_FOUND: not enabled, or never
 * registered. PASSIVE. */
NTSTATUS IoSetDeviceInterfaceState(PUNICODE_STRING SymbolicLinkName, BOOLEAN Enable);
/* Lists the enabled interfaces of a class, of one device if that is not NULL: texts in a row, the
 * last of which is empty, in pool that the caller frees. With DEVICE_INTERFACE_INCLUDE_NONACTIVE
 * those that are registered only, too. PASSIVE. */
NTSTATUS IoGetDeviceInterfaces(const GUID *InterfaceClassGuid, PDEVICE_OBJECT PhysicalDeviceObject,
                               ULONG Flags, PWSTR *SymbolicLinkList);
#define DEVICE_INTERFACE_INCLUDE_NONACTIVE 1u
/* Accepted, and nothing else. PASSIVE. */
NTSTATUS IoWMIRegistrationControl(PDEVICE_OBJECT DeviceObject, ULONG Action);
#define WMIREG_ACTION_REGISTER     1u
#define WMIREG_ACTION_DEREGISTER   2u
#define WMIREG_ACTION_REREGISTER   3u
#define WMIREG_ACTION_UPDATE_GUIDS 4u

/* ---- Power: <= DISPATCH ---------------------------------------------------------------------- */
VOID PoStartNextPowerIrp(PIRP Irp);
NTSTATUS PoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp); /* IoCallDriver, for power IRPs. */
/* Returns the state before: working, at first. */
POWER_STATE PoSetPowerState(PDEVICE_OBJECT DeviceObject, POWER_STATE_TYPE Type, POWER_STATE State);
typedef VOID(NTAPI REQUEST_POWER_COMPLETE)(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction,
                                           POWER_STATE PowerState, PVOID Context,
                                           PIO_STATUS_BLOCK IoStatus);
typedef REQUEST_POWER_COMPLETE *PREQUEST_POWER_COMPLETE;
/* Sends a power IRP to the top of the stack; the function is called when it is complete.
 * STATUS_PENDING: sent. STATUS_INVALID_PARAMETER_2: no such request. */
NTSTATUS PoRequestPowerIrp(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction, POWER_STATE PowerState,
                           PREQUEST_POWER_COMPLETE CompletionFunction, PVOID Context, PIRP *Irp);

/* ---- Shutdown: PASSIVE ----------------------------------------------------------------------- */
/* Asks for IRP_MJ_SHUTDOWN, once for each registration: the last registered first, LastChance after
 * all others. */
NTSTATUS IoRegisterShutdownNotification(PDEVICE_OBJECT DeviceObject);
NTSTATUS IoRegisterLastChanceShutdownNotification(PDEVICE_OBJECT DeviceObject);
VOID IoUnregisterShutdownNotification(PDEVICE_OBJECT DeviceObject); /* All of the device. */

/* ---- Loading --------------------------------------------------------------------------------- */
/* Has the routine called after DriverEntry, at PASSIVE_LEVEL; it may register itself again. */
VOID IoRegisterDriverReinitialization(PDRIVER_OBJECT DriverObject,
                                      PDRIVER_REINITIALIZE DriverReinitializationRoutine,
                                      PVOID Context);
VOID IoRegisterBootDriverReinitialization(PDRIVER_OBJECT DriverObject,
                                          PDRIVER_REINITIALIZE DriverReinitializationRoutine,
                                          PVOID Context);

/* ---- Hal ------------------------------------------------------------------------------------- */
/* Makes the loudspeaker sound; 0: silent. FALSE: the timer chip cannot be set so low. Any IRQL. */
BOOLEAN HalMakeBeep(ULONG Frequency);

#ifdef __cplusplus
}
#endif
