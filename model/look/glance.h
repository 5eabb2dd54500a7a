/* glance.h - single facts about a machine at the present instant, as plain data.
 *
 *     for (uint32_t i = 0; i < glance_log_count(world); i++)
 *         if (glance_log_line(world, i, &line)) ...
 *
 * For code that needs too little for a whole look (inspect.h), and for code that watches every
 * record: glance_actor is cheap and needs no more stack than writing the record did. Nothing here
 * changes the world.
 */
#pragma once
#include "model/words/event_log.h"
#include "model/words/object_types.h"
#include "model/world/world.h"

/* ---- The event logs, as one ------------------------------------------------------------------ */
/* Number of lines kept; line 0 is the oldest. */
uint32_t glance_log_count(struct world *world);
/* Copies a line. False: there is no such line. A line that is being written has no text yet. */
bool glance_log_line(struct world *world, uint32_t index, struct cm_line *line);

/* ---- The actor behind a record --------------------------------------------------------------- */
/* GLANCE_NOBODY: an interrupt of the engine itself. */
enum glance_by { GLANCE_NOBODY, GLANCE_THREAD, GLANCE_DPC };
struct glance_actor { /* The code that writes the present record. */
    enum glance_by by;
    uint32_t thread; /* Client ID of the processor's thread; 0: the idle thread. */
    /* Name of the thread for people; NULL: none. The text is the machine's: equal pointers are
     * equal names. */
    const char *name;
    uint8_t waits_for; /* For a WAIT record: enum ke_object_type of the object waited for. */
};
/* Callable only from inside trace.watch, or while the oracle is asked. */
void glance_actor(struct glance_actor *actor);

/* The stack of the code that writes the present record: host return addresses, innermost first, the
 * looker's own among them. Returns their number; 0: the engine's own code, or this host cannot
 * tell. Callable as glance_actor is. */
uint32_t glance_frames(void **frames, uint32_t max);

/* How a thread is called: the image name of its process, its name for people, and the host address
 * of the routine that it began with. False: there is no such thread. Callable as glance_actor is;
 * the texts are the machine's. */
bool glance_thread_called(uint32_t id, const char **process, const char **name, const void **start);

/* The registers that a thread was left with when it gave up its processor, as mark_here keeps them
 * (sim/host/mark.h). False: it runs, there is no such thread, or this host cannot tell. */
bool glance_thread_left(struct world *world, uint32_t id, void **mark);

/* True if a thread is on a processor: its own code may run before it is switched away. */
bool glance_thread_runs(struct world *world, uint32_t id);

/* ---- Names ----------------------------------------------------------------------------------- */
/* Image name of the existing process at this address; NULL: there is none. */
const char *glance_process_name(struct world *world, uint32_t address);
/* Address and id of the System process, which exists before the first record. */
void glance_system_process(struct world *world, uint32_t *address, uint32_t *id);

/* ---- Queries of an administrator ------------------------------------------------------------- */
/* True if a program has met this error of the streaming store, such as -2239. */
bool glance_met_error(struct world *world, int32_t error);

/* Totals of a disk (0 C:, 1 D:, 2 E:) since the kernel started. */
enum { GLANCE_DISKS = 3 };
struct glance_disk {
    uint64_t transfers;
    sim_time waiting; /* Sum over the transfers of their time in the queue and in service, ns. */
    sim_time service; /* Sum over the transfers of their time in service, ns. */
};
void glance_disk(struct world *world, uint32_t disk, struct glance_disk *out);

/* ---- Memory ---------------------------------------------------------------------------------- */
/* Copies bytes as a process sees them at a simulated user address; changes nothing, faults nothing
 * in. False: not all of them can be read there, or there is no such process. */
bool glance_bytes(struct world *world, uint32_t process, uint32_t address, void *to, size_t count);
/* The same for a pointer of a guest: in the process in force, if it is a user address. False: it is
 * no pointer into the simulated memory, or not all can be read there. */
bool glance_pointer(struct world *world, const void *pointer, void *to, size_t count);
