/* glance.h - one thing at a time about a machine at the present instant, as plain data.
 *
 *     for (uint32_t i = 0; i < glance_log_count(world); i++)
 *         if (glance_log_line(world, i, &line)) ...
 *
 * For those who need so little that a whole look (inspect.h) would be too dear, and for those who
 * watch every record: glance_actor is cheap, and needs no more stack than the record itself did.
 * Looking changes nothing.
 */
#pragma once
#include "model/words/event_log.h"
#include "model/words/object_types.h"
#include "model/world/world.h"

/* ---- The event logs, as one ------------------------------------------------------------------ */
uint32_t glance_log_count(struct world *world);
/* False: there is no such line. A line being written has no text yet. */
bool glance_log_line(struct world *world, uint32_t index, struct cm_line *line);

/* ---- Who acts -------------------------------------------------------------------------------- */
/* Nobody: the engine's own interrupts. */
enum glance_by { GLANCE_NOBODY, GLANCE_THREAD, GLANCE_DPC };
struct glance_actor { /* Behind the record that is being written. */
    enum glance_by by;
    uint32_t thread; /* Client ID of the processor's thread; 0: the idle thread. */
    /* Its name for people; NULL: none. A text of the machine's: equal pointers are equal names. */
    const char *name;
    uint8_t
        waits_for; /* enum ke_object_type of what it begins to wait for, at a WAIT of objects. */
};
void glance_actor(struct glance_actor *actor); /* From inside trace.watch. */

/* ---- Names ----------------------------------------------------------------------------------- */
/* Image name of a process that is there now; NULL: none is at this address. */
const char *glance_process_name(struct world *world, uint32_t address);
/* The process that is there before the first record. */
void glance_system_process(struct world *world, uint32_t *address, uint32_t *id);

/* ---- What an administrator can ask for ------------------------------------------------------- */
/* A program met this error of the streaming store: -2239. */
bool glance_met_error(struct world *world, int32_t error);

/* Of a disk (0 C:, 1 D:, 2 E:), since the kernel began. */
enum { GLANCE_DISKS = 3 };
struct glance_disk {
    uint64_t transfers;
    sim_time waiting; /* Sum of the times of transfers in the queue and in service. */
    sim_time service; /* Sum of the times in service. */
};
void glance_disk(struct world *world, uint32_t disk, struct glance_disk *out);
