/* wdm_pnp_types.h - types of plug and play and of power that requests carry. <wdm.h> includes it.
 *
 * The machine has no hardware to enumerate and does not sleep: drivers that name these things
 * compile, and get the few requests of io_pnp.c.
 */
#pragma once
#include "ntdef.h"

typedef enum _DEVICE_RELATION_TYPE {
    BusRelations,
    EjectionRelations,
    PowerRelations,
    RemovalRelations,
    TargetDeviceRelation,
    SingleBusRelations
} DEVICE_RELATION_TYPE;
typedef struct _DEVICE_RELATIONS {
    ULONG Count;
    struct _DEVICE_OBJECT *Objects[1];
} DEVICE_RELATIONS, *PDEVICE_RELATIONS;
typedef enum _BUS_QUERY_ID_TYPE {
    BusQueryDeviceID,
    BusQueryHardwareIDs,
    BusQueryCompatibleIDs,
    BusQueryInstanceID,
    BusQueryDeviceSerialNumber
} BUS_QUERY_ID_TYPE;
typedef struct _CM_RESOURCE_LIST *PCM_RESOURCE_LIST; /* NULL: a device without resources. */
typedef enum _SYSTEM_POWER_STATE {
    PowerSystemUnspecified,
    PowerSystemWorking,
    PowerSystemSleeping1,
    PowerSystemSleeping2,
    PowerSystemSleeping3,
    PowerSystemHibernate,
    PowerSystemShutdown,
    PowerSystemMaximum
} SYSTEM_POWER_STATE;
typedef enum _DEVICE_POWER_STATE {
    PowerDeviceUnspecified,
    PowerDeviceD0,
    PowerDeviceD1,
    PowerDeviceD2,
    PowerDeviceD3,
    PowerDeviceMaximum
} DEVICE_POWER_STATE;
typedef enum _POWER_STATE_TYPE { SystemPowerState, DevicePowerState } POWER_STATE_TYPE;
typedef enum _POWER_ACTION {
    PowerActionNone,
    PowerActionReserved,
    PowerActionSleep,
    PowerActionHibernate,
    PowerActionShutdown,
    PowerActionShutdownReset,
    PowerActionShutdownOff,
    PowerActionWarmEject
} POWER_ACTION;
typedef union _POWER_STATE {
    SYSTEM_POWER_STATE SystemState;
    DEVICE_POWER_STATE DeviceState;
} POWER_STATE, *PPOWER_STATE;
typedef struct _DEVICE_CAPABILITIES {
    USHORT Size, Version;
    ULONG DeviceD1 : 1, DeviceD2 : 1, LockSupported : 1, EjectSupported : 1, Removable : 1,
        DockDevice : 1, UniqueID : 1, SilentInstall : 1, RawDeviceOK : 1, SurpriseRemovalOK : 1,
        WakeFromD0 : 1, WakeFromD1 : 1, WakeFromD2 : 1, WakeFromD3 : 1, HardwareDisabled : 1,
        NonDynamic : 1, WarmEjectSupported : 1, NoDisplayInUI : 1, Reserved : 14;
    ULONG Address, UINumber;
    DEVICE_POWER_STATE DeviceState[PowerSystemMaximum];
    SYSTEM_POWER_STATE SystemWake;
    DEVICE_POWER_STATE DeviceWake;
    ULONG D1Latency, D2Latency, D3Latency;
} DEVICE_CAPABILITIES, *PDEVICE_CAPABILITIES;
