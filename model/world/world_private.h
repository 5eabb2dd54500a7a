/* world_private.h - what world.c and world_story.c share. */
#pragma once
#include "model/kernel/kernel.h"
#include "model/outside/site.h"
#include "model/world/world.h"

enum { NAMES_MAX = 64, WRITES_KEPT = 256 };

struct known_process {
    uint32_t address;
    char name[NAME_MAX_CHARS + 1];
};
struct known_write {
    uint64_t record;
    sim_time at;
    uint32_t address, process, bytes, writer, thread;
};

/* What of a world changes with a restart. In the arena, so that a snapshot knows it. */
struct world_present {
    struct kernel *kernel;
    struct ke_stop stop;         /* The first one. */
    struct web_clients *clients; /* world_neighbours.c; NULL: nobody asks http.sys. */
};

struct world {
    struct scenario scenario;
    struct arena arena;
    struct sim *sim;
    struct kernel *kernel;
    struct site *site;
    struct result result;

    /* Sees every record after the story has; world_new_watched. */
    void (*watch)(const struct record *record, uint64_t number, void *ctx);
    void *watch_ctx;
    bool untold; /* The story is not told of what passes. */
    struct world_present *present;

    bool power_cut;      /* The machine is off. */
    uint32_t pages_lost; /* That only the cache had. */
    void *oracle;        /* The state of world_oracle. */

    /* world_story.c: the host's notes about records that have passed. */
    struct known_process names[NAMES_MAX];
    uint32_t name_count;
    struct known_write writes[WRITES_KEPT]; /* A ring by count. */
    uint64_t write_count;
    struct record last_cleanup, last_tainted;
    uint64_t last_cleanup_number, last_tainted_number;
};

/* Looks at every record from now on. */
void story_watch(struct world *world);

/* The world was put back: forgets what lies after the present record. */
void story_rewind(struct world *world);

/* world.c: the kernel is new; what every boot does, from its settings to services.exe. */
void world_boot(struct world *world);
void world_plan(struct world *world, sim_time from); /* Faults, steps, the end: what is to come. */
void world_plan_end(struct world *world, sim_time from); /* The end alone; not before `from`. */

/* world_stop.c. */
void world_copy_stop(struct stop *out, const struct ke_stop *stop);

/* world_restart.c: the machine has stopped or is to restart. False: that is the end. */
bool world_restart(struct world *world, enum sim_end end);

/* world_driver.c: what knows the driver's images, and its registry values; before the boot. */
void world_install_driver(const struct scenario *scenario);

/* faults.c: every fault of the scenario at its time, from this time on. */
void world_plan_faults(struct world *world, sim_time from);

/* world_expect.c: fills result.not_shown. */
void world_look_for_shown(struct world *world);

/* world_neighbours.c: http.sys and what belongs to it, if the scenario has them; its clients begin
 * to ask. */
void world_load_neighbours(struct world *world);
void world_clients_begin(struct world *world);
