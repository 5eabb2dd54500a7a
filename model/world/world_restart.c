/* world_restart.c - after a stop, or when somebody asks for it, the machine boots again in the same
 * run.
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
#include "model/kernel/executive.h"
#include "model/outside/console.h"
#include "model/shell/files.h"
#include "model/scm/scm.h"

/* What a new life of the machine does not know of the old one. */
static void forget(struct site *site)
{
    struct console *console = site->console;

    memset(site->scm, 0, sizeof *site->scm);
    *site->modules = (struct modules){ .driver = NULL };
    console->taken_count = console->done_count = console->typed_count;
    site->database = NULL;
}

static void take_over(struct kernel *before)
{
    cm_take_over(before);
    io_disk_take_over(before);
    for (int type = 0; type < 2; type++)
        ke->ex->peak[type] = MAX_OF(ke->ex->peak[type], before->ex->peak[type]);
}

/* Without power every processor is idle. */
static void lose_power(struct kernel *kernel)
{
    for (uint32_t i = 0; i < kernel->cpu_count; i++) {
        struct ke_cpu *cpu = &kernel->cpus[i];

        if (cpu->thread != cpu->idle || cpu->dpc_active)
            cpu->idle_since = kernel->sim->now;
        cpu->thread = cpu->idle;
        cpu->dpc_active = false;
        kernel->cpu = cpu;
        ke_record(REC_IDLE, 0, 0, 0, 0);
    }
    ke_record(REC_POWER_OFF, 0, 0, 0, 0);
}

/* And its idle time goes on. */
static void stay_idle(const struct kernel *before)
{
    sim_time now = ke->sim->now;

    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        const struct ke_cpu *was = &before->cpus[i];

        ke->cpus[i].idle_time = was->idle_time + ke_measured(was->idle_since, now);
        ke->cpus[i].idle_all = was->idle_all + now - was->idle_since;
        ke->cpus[i].idle_since = now;
    }
}

static void power_on(void *arg)
{
    struct world *world = arg;
    struct kernel *before = world->kernel;

    world->kernel = world->present->kernel = NULL; /* As at the first boot: nobody is known yet. */
    world->kernel = kernel_new(world->sim, world->scenario.cpus);
    ke->measured_from = before->measured_from;
    ke->next_id = MAX_OF(before->next_id, ke->next_id); /* No id names two processes of one run. */
    stay_idle(before);
    take_over(before);
    forget(world->site);
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
    lose_power(world->kernel);
    sim_power_off(world->sim, AGENDA_ENTRIES_MAX);
    load_power_off(site);
    if (on_at < s->set.duration)
        agenda_add(world->sim->agenda, on_at, power_on, world);
    else
        world_plan(world, s->set.duration); /* The run ends in the dark. */
    return true;
}
