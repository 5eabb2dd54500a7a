/* doors.h - what a driver or a program from outside can be bound to: the functions of the doors, by
 * name.
 *
 *     const struct door *door = door_find("KeSetEvent");
 *
 * The rows are model/kernel/doors.def (drivers) and programs.def (programs); what is compiled into
 * a driver, macros and inline functions, has rows as well.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum door_kind { DOOR_FUNCTION, DOOR_VARIABLE, DOOR_COMPILED_IN };

struct door {
    const char *name; /* As the linker knows it: "KeSetEvent", "win32_CreateFileW". */
    size_t size;      /* Bytes of a variable. */
    void *address;    /* Place of a variable, or a function; NULL for what is compiled in. */
    enum door_kind kind;
    bool for_programs;
    const char *irql, *source, *component; /* As in doors.def; "" for programs. */
};

/* All rows in the order of their tables. */
const struct door *doors_all(uint32_t *count);

/* Finds a row by its name; NULL: the doors have none. */
const struct door *door_find(const char *name);

/* The name as sources have it: "CreateFileW" for win32_CreateFileW. */
const char *door_shown(const char *name);

/* The name, as sources of a driver or of a program have it, that differs least from a wanted one;
 * NULL: none is near. */
const char *door_nearest(const char *wanted, bool is_program);
