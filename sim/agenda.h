/* agenda.h - what happens next, and when.
 *
 * The simulator's pending set. Entries leave in order of time and, at equal times, in the order in
 * which they were added; so two runs that add the same entries take them in the same order.
 *
 *     agenda_id id = agenda_add(&sim->agenda, sim->now + MS(15), clock_tick, cpu);
 *     agenda_cancel(&sim->agenda, id);
 */
#pragma once
#include "sim/arena.h"
#include "sim/clock.h"

typedef uint64_t agenda_id; /* Names one pending entry; 0 names none. Never reused within a run. */

struct agenda_entry {
    sim_time at;  /* Nanoseconds since boot. */
    agenda_id id; /* Contains the order of adding, which decides between equal times. */
    void (*act)(void *arg);
    void *arg; /* Must lie in the arena; the agenda does not free it. */
};

/* The public part, which agenda_next and agenda_count read; the rest is in agenda_inside.h. Lies
 * in the arena. */
struct agenda {
    sim_time next;  /* Time of the earliest entry. */
    uint32_t count; /* Pending entries; cancelled ones do not count. */
};

/* An empty agenda for at most entries_max pending entries. */
struct agenda *agenda_new(struct arena *arena, uint32_t entries_max);

/* Adds an entry; `at` must not lie before the last entry taken, nor be SIM_NEVER. */
agenda_id agenda_add(struct agenda *agenda, sim_time at, void (*act)(void *arg), void *arg);

/* Removes a pending entry. False: the entry has been taken or cancelled already. */
bool agenda_cancel(struct agenda *agenda, agenda_id id);

/* Time of the earliest entry, SIM_NEVER when empty. Cheap: the model asks at every point. */
static inline sim_time agenda_next(const struct agenda *agenda) { return agenda->next; }

/* Takes the earliest entry. False: nothing is left. */
bool agenda_take(struct agenda *agenda, struct agenda_entry *out);

static inline uint32_t agenda_count(const struct agenda *agenda) { return agenda->count; }
