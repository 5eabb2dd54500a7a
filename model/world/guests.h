/* guests.h - drivers and programs from outside, as the floors above see them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sim/clock.h"

struct image;
struct world;

/* A line that a driver or a program printed (DbgPrint, printf). */
struct guest_line {
    sim_time at;
    const char *source; /* "client.exe", or "nt" for DbgPrint; valid until the world goes on. */
    const char *text;
};

/* The number of lines printed so far, and one of the latest 512. False: it is kept no more. */
uint64_t world_guest_line_count(struct world *world);
bool world_guest_line(struct world *world, uint64_t number, struct guest_line *out);

/* Binds a loaded image to the doors; a verified driver to the verifier's functions. False: missing
 * has the names that there is no door for, or why it cannot be bound. */
bool guest_bind(struct image *image, bool verified, char *missing, size_t size);
/* The name of a function of ExIFS that [driver exifs] is bound to, by number; NULL: no more. */
const char *guest_exifs_part(uint32_t number);
/* True if a bound image has the function with which a program, or a driver, begins. */
bool guest_begins(const struct image *image, bool is_program);

/* The image of this number, in the order of the scenario's guests; NULL: there are fewer. */
const struct image *world_guest_image(const struct world *world, uint32_t number);

/* The code by which a guest calls the doors. False: it is not told. */
struct host_range;
bool world_guest_glue(const struct world *world, uint32_t number, struct host_range *out);

/* True if the scenario has a driver from outside. */
bool world_has_guests(const struct world *world);
/* True if a driver from outside, not a program, holds this address. */
bool world_guest_driver_at(const struct world *world, const void *address);

/* How a process of a program from outside has fared. */
struct guest_end {
    const char *name; /* "client.exe" */
    uint32_t id;      /* Process id; 0: it was not started. */
    bool has_ended;
    uint32_t exit_code;
    bool has_wanted; /* The scenario wants this exit code. */
    uint32_t wanted;
};

/* The process of this number, started or not, in the order of the scenario's programs. False: there
 * are fewer. */
bool world_program_end(struct world *world, uint32_t number, struct guest_end *out);
