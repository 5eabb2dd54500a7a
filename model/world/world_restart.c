/* world_restart.c - after a stop, or a requested restart, the machine boots again in the same run.
 *
 *     STOP --(dump to the page file)--(power on)--> a new kernel, services start, stores recover
 *     reboot, cut ----------(power on)----------------'
 *
 * The old kernel stays where it is in the arena, dead; a new one is made beside it, with nothing in
 * memory that was there before. What lasts is what is on the disk: files, registry, event logs. The
 * world outside goes on: mail waits with its senders (load.c), steps that were due are dropped or,
 * if they lie ahead, typed then. The boot writes to the event log what it finds (scm.c).
 */
#include "model/world/world_private.h"
#include "model/kernel/kernel.h"
#include "model/outside/console.h"
#include "model/scm/scm.h"
#include "model/setup/files.h"
#include <string.h>

/* Clears the state that a new boot must not know from the boot before. */
static void forget(struct world *world)
{
    struct site *site = world->site;
    struct console *console = site->console;

    world->present->boot_drivers = NULL; /* The boot names its drivers again. */
    memset(site->scm, 0, sizeof *site->scm);
    *site->modules = (struct modules){ .driver = NULL };
    console->taken_count = console->done_count = console->typed_count;
    site->database = NULL;
}

static void power_on(void *arg)
{
    struct world *world = arg;
    struct kernel *before = world->kernel;

    world->site->outage.dark = false;
    /* NULL while the new kernel boots, so that the story looks no names up in the dead one. */
    world->kernel = world->present->kernel = NULL;
    world->kernel = kernel_new(world->sim, world->scenario.cpus);
    kernel_take_over(before);
    forget(world);
    world->site->outage.boots++;
    if (world->site->outage.on_at == 0)
        world->site->outage.on_at = ke->sim->now;
    world_boot(world);
    world_plan(world, ke->sim->now);
}

bool world_restart(struct world *world, enum sim_end end)
{
    const struct scenario *s = &world->scenario;
    struct site *site = world->site;
    const struct ke_stop *stop = &world->kernel->stop;
    bool stopped = end == SIM_STOPPED;

    if ((!stopped || !s->restart) && end != SIM_REBOOT)
        return false;
    if (stopped && !world->present->stop.stopped)
        world->present->stop = *stop;
    if (site->outage.boots == BOOTS_MAX)
        return false;
    sim_time on_at = world->sim->now + MS((uint64_t)s->boot_ms) +
                     (stopped ? MS((uint64_t)s->memory_dump_ms) : 0);

    if (site->outage.off_at == 0)
        site->outage.off_at = world->sim->now;
    site->outage.dirty = stopped || site->outage.cut;
    site->outage.cut = false;
    site->outage.code = stopped ? stop->code : 0;
    memcpy(site->outage.args, stop->args, sizeof site->outage.args);
    site->outage.dark = true;
    kernel_power_off(world->kernel);
    sim_power_off(world->sim, AGENDA_ENTRIES_MAX);
    load_power_off(site);
    if (on_at < s->set.duration)
        agenda_add(world->sim->agenda, on_at, power_on, world);
    else
        world_plan_end(world, s->set.duration); /* The run ends with the machine off. */
    return true;
}
