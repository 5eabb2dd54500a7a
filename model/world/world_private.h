/* world_private.h - what world.c and world_story.c share. */
#pragma once
#include "model/kernel/kernel.h"
#include "model/outside/site.h"
#include "model/world/world.h"
#include "sim/image.h"

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

/* The parts of a world that a restart replaces. They lie in the arena, so a snapshot holds them. */
struct world_present {
    struct kernel *kernel;
    struct ke_stop stop;               /* The first stop of this boot. */
    struct web_clients *clients;       /* Clients of http.sys (world_neighbours.c); NULL: none. */
    struct boot_drivers *boot_drivers; /* Drivers that start with the system; NULL: none. */
    struct guest *guests;              /* By number in the scenario (world_guests.c). */
};

struct world {
    struct scenario scenario;
    struct arena arena;
    struct sim *sim;
    struct kernel *kernel;
    struct site *site;
    struct result result;

    /* The caller's watch of world_new_watched: sees every record after the story has; NULL:
     * none. */
    void (*watch)(const struct record *record, uint64_t number, void *ctx);
    void *watch_ctx;
    bool untold; /* Set by world_tell_story(false): the story and the checks skip the records. */
    struct world_present *present;

    struct image *images[SCENARIO_GUESTS_MAX]; /* Loaded for this world, by guest. */

    bool power_cut;      /* The machine is off. */
    uint32_t pages_lost; /* Pages lost in a power cut: only the disks' caches held them. */
    void *oracle;        /* State of world_oracle. */

    /* Notes of world_story.c, on the host, about records that have passed. */
    struct known_process names[NAMES_MAX];
    uint32_t name_count;
    /* The latest ones; the write numbered n lies at n % WRITES_KEPT. */
    struct known_write writes[WRITES_KEPT];
    uint64_t write_count;
    struct record last_cleanup, last_tainted;
    uint64_t last_cleanup_number, last_tainted_number;
    uint32_t sweeper;    /* Thread of the latest handle sweep after a crash; 0: none. */
    uint64_t undone_end; /* Record behind the last write in result.undone_writes. */
};

/* Starts the story: it sees every record from now on. */
void story_watch(struct world *world);

/* After a restore: drops the lines and notes about records later than the present one. */
void story_rewind(struct world *world);

/* world.c: does for a new kernel what every boot does, from its settings to services.exe. */
void world_boot(struct world *world);
/* Puts faults, steps and the end on the agenda. */
void world_plan(struct world *world, sim_time from);
/* Puts the end on the agenda, at `from` or later. */
void world_plan_end(struct world *world, sim_time from);

/* world_stop.c. */
void world_copy_stop(struct stop *out, const struct ke_stop *stop);

/* world_restart.c: boots again after a stop or a requested restart. False: the run ends here. */
bool world_restart(struct world *world, enum sim_end end);

/* world_driver.c: makes the driver's images and registry values known; before the boot. */
void world_install_driver(const struct scenario *scenario);

/* faults.c: puts every fault of the scenario that is due at `from` or later on the agenda. */
void world_plan_faults(struct world *world, sim_time from);

/* world_expect.c: fills result.not_shown. */
void world_look_for_shown(struct world *world);

/* world_neighbours.c: installs http.sys and its companions if the scenario has them; then starts
 * their clients. */
void world_install_neighbours(struct world *world);
void world_clients_begin(struct world *world);

/* world_boot_drivers.c: has an installed driver loaded with the system, after those that were named
 * before; `after`: only if this one is loaded; NULL: in any case. world_load_drivers
 * loads them. */
void world_boot_driver(struct world *world, const char *service, const char *after);
void world_load_drivers(struct world *world);
/* Has a routine called by a System worker thread at this time; the item must stay. */
void world_work_at(sim_time at, WORK_QUEUE_ITEM *item, PWORKER_THREAD_ROUTINE routine,
                   void *parameter);
/* Loads one driver in a System worker thread. */
void world_load_driver(const char *service);

/* world_guests.c: loads the images of the guests for this world; installs the drivers and programs
 * among them in a new kernel; starts programs when the services run; gives the images back. */
void world_take_guests(struct world *world);
void world_install_guests(struct world *world);
void world_guests_begin(struct world *world);
void world_give_guests(struct world *world);
/* The image of [driver exifs], the build "mine"; its entry is that of the driver's own code. NULL:
 * the scenario has none. Not before world_install_guests. */
struct io_image *world_guest_exifs(struct world *world);
