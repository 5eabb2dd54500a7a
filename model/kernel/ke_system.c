/* ke_system.c - what a driver asks of the system as a whole (wdm_system.h). */
#include "model/kernel/include/ntifs.h"
#include "model/kernel/doors.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ob.h"
#include "model/kernel/rtl.h"

enum { WDM_MAJOR = 1, WDM_MINOR = 0x30, DOOR_NAME_MAX = 63 };

static SHORT const build = (SHORT)NT_BUILD;
PSHORT const NtBuildNumber = (PSHORT)(uintptr_t)&build;

CCHAR KeNumberProcessors_sim(VOID) { return (CCHAR)ke->cpu_count; }

PVOID MmGetSystemRoutineAddress(PUNICODE_STRING name)
{
    char text[DOOR_NAME_MAX + 1];
    USHORT chars = name->Length / sizeof(WCHAR);

    ke_require_irql(PASSIVE_LEVEL, 0);
    if (chars > DOOR_NAME_MAX)
        return NULL;
    for (USHORT i = 0; i < chars; i++)
        text[i] = (char)name->Buffer[i];
    text[chars] = 0;
    const struct door *door = door_find(text);

    return door != NULL && door->kind == DOOR_FUNCTION && !door->for_programs ? door->address
                                                                              : NULL;
}

BOOLEAN IoIsWdmVersionAvailable(UCHAR major, UCHAR minor)
{
    ke_require_irql(PASSIVE_LEVEL, 0);
    return major < WDM_MAJOR || (major == WDM_MAJOR && minor <= WDM_MINOR);
}

PIRP IoGetTopLevelIrp(VOID) { return ke_current_thread()->top_level_irp; }
VOID IoSetTopLevelIrp(PIRP irp) { ke_current_thread()->top_level_irp = irp; }
