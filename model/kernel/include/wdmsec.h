/* wdmsec.h - devices with security: IoCreateDeviceSecure and the usual security descriptors. The
 * machine has no users to keep out, so a descriptor is accepted and has no effect. */
#pragma once
#include "guiddef.h"
#include "wdm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* System and administrators may do all; the names say what others may. */
extern UNICODE_STRING const SDDL_DEVOBJ_KERNEL_ONLY, SDDL_DEVOBJ_SYS_ALL,
    SDDL_DEVOBJ_SYS_ALL_ADM_ALL, SDDL_DEVOBJ_SYS_ALL_ADM_RX, SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R,
    SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R_RES_R, SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RW_RES_R,
    SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RWX_RES_RWX;

#ifdef __cplusplus
}
#endif
