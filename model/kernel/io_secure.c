/* io_secure.c - devices with security (wdmsec.h). The machine has no users to keep out, so a
 * security descriptor is accepted and has no effect. */
#include "model/kernel/include/wdmsec.h"

const UNICODE_STRING SDDL_DEVOBJ_KERNEL_ONLY = RTL_CONSTANT_STRING(L"D:P"),
                     SDDL_DEVOBJ_SYS_ALL = RTL_CONSTANT_STRING(L"D:P(A;;GA;;;SY)"),
                     SDDL_DEVOBJ_SYS_ALL_ADM_ALL =
                         RTL_CONSTANT_STRING(L"D:P(A;;GA;;;SY)(A;;GA;;;BA)"),
                     SDDL_DEVOBJ_SYS_ALL_ADM_RX =
                         RTL_CONSTANT_STRING(L"D:P(A;;GA;;;SY)(A;;GRGX;;;BA)"),
                     SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R =
                         RTL_CONSTANT_STRING(L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)"),
                     SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R_RES_R = RTL_CONSTANT_STRING(
                         L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)(A;;GR;;;RC)"),
                     SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RW_RES_R = RTL_CONSTANT_STRING(
                         L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGW;;;WD)(A;;GR;;;RC)"),
                     SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RWX_RES_RWX = RTL_CONSTANT_STRING(
                         L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGWGX;;;WD)(A;;GRGWGX;;;RC)");
