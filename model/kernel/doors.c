/* doors.c - see doors.h. */
#include "model/kernel/doors.h"
#include "model/kernel/crt.h"
#include "model/kernel/include/nt_program.h"
#include "model/kernel/include/ntifs.h"
#include "model/kernel/include/wdmsec.h"
#include "model/kernel/include/windows.h"
#include "model/kernel/ke_points.h"
#include "sim/base.h"
#include "sim/ini.h"
#include <string.h>

#define AT(name) (void *)(uintptr_t)name

static const struct door rows[] = {
#define DOOR(name, irql, source, component) \
    { #name, 0, AT(name), DOOR_FUNCTION, false, irql, source, #component },
#define DOOR_DATA(name, irql, source, component) \
    { #name, sizeof name, AT(&name), DOOR_VARIABLE, false, irql, source, #component },
#define DOOR_INLINE(name, irql, source, component) \
    { #name, 0, NULL, DOOR_COMPILED_IN, false, irql, source, #component },
#include "model/kernel/doors.def"
#undef DOOR
#undef DOOR_DATA
#undef DOOR_INLINE
#define CALL(name) { #name, 0, AT(name), DOOR_FUNCTION, true, "", "", "" },
#include "model/kernel/programs.def"
#undef CALL
};

const struct door *doors_all(uint32_t *count)
{
    *count = ARRAY_LEN(rows);
    return rows;
}

const struct door *door_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

const char *door_shown(const char *name)
{
    if (strncmp(name, "win32_", 6) == 0)
        return name + 6;
    return strncmp(name, "nt_", 3) == 0 ? name + 3 : name;
}

const char *door_nearest(const char *wanted, bool is_program)
{
    const char *names[ARRAY_LEN(rows)];
    uint32_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (is_program || !rows[i].for_programs)
            names[count++] = door_shown(rows[i].name);
    return ini_did_you_mean(wanted, names, count);
}
