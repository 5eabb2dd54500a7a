/* ntddk.h - what legacy drivers call beside <wdm.h>, which this includes. */
#pragma once
#include "wdm.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef VOID(NTAPI *PCREATE_PROCESS_NOTIFY_ROUTINE)(HANDLE ParentId, HANDLE ProcessId,
                                                    BOOLEAN Create);
NTSTATUS PsSetCreateProcessNotifyRoutine(PCREATE_PROCESS_NOTIFY_ROUTINE NotifyRoutine,
                                         BOOLEAN Remove);

#ifdef __cplusplus
}
#endif

#include "ntddk_ps.h"
