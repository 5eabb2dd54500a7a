/* guests.h - drivers and programs from outside, as the floors above see them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image;
struct world;

/* Binds a loaded image to the doors. False: missing has the names that there is no door for, or why
 * it cannot be bound. */
bool guest_bind(struct image *image, char *missing, size_t size);

/* How a process of a program from outside has fared. */
struct guest_end {
    const char *name; /* "client.exe" */
    uint32_t id;      /* Of the process. */
    bool has_ended;
    uint32_t exit_code;
    bool has_wanted; /* The scenario wants this exit code. */
    uint32_t wanted;
};

/* The process of this number, in the order of the scenario's programs. False: there are fewer. */
bool world_program_end(struct world *world, uint32_t number, struct guest_end *out);
