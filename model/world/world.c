/* world.c - one machine from one scenario.
 *
 * A machine is made in this order: an arena, the engine in it, the kernel on the engine, the images
 * of the programs, the wires, and services.exe as the first process. From there on the machine runs
 * itself; faults are entries of the agenda. The programs count what they do (the site), and
 * world_story.c reads the rest off the records as they pass; no code here or above decides what
 * happens.
 */
#include "model/world/world_private.h"
#include "model/kernel/cm.h"
#include "model/kernel/ex.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/ke_points.h"
#include "model/kernel/kernel.h"
#include "model/kernel/win32.h"
#include "model/scm/scm.h"
#include "model/setup/files.h"
#include "model/shell/cmd.h"
#include "model/words/choices.h"
#include "model/words/costs.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AEDEBUG_KEY "\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion\\AeDebug"

/* ---- Making it ------------------------------------------------------------------------------- */

static void configure_kernel(const struct scenario *s)
{
    if (s->nonpaged_kib != 0)
        ke->ex->limits[NonPagedPool] = (uint64_t)s->nonpaged_kib * 1024;
    ke->switches.checked_build = s->checked_build;
    ke->switches.irql_falls_freely = s->irql_falls_freely;
    ke->switches.aedebug = s->aedebug;
    ke->switches.pool_tagging = s->gflags_pool_tagging;
    for (int i = 0; i < COST_COUNT; i++)
        if (s->cost[i] != 0)
            ke->cost[i] = s->cost[i];
    for (uint32_t disk = 0; disk < 3; disk++)
        io_disk_configure(disk,
                          &(struct io_disk_settings){ .service_us_median = s->service_us[disk],
                                                      .sigma_milli = s->service_sigma_milli[disk],
                                                      .per_page_us = 40,
                                                      .cache_ppm = 600000 });
    cm_set_text(AEDEBUG_KEY, "Debugger", "drwtsn32.exe");
    world_install_driver(s);
}

static void register_images(const struct scenario *s)
{
    win32_register_image("services.exe", scm_main, 0);
    win32_register_image("store.exe", store_main, s->has_pin_store ? s->pin_store : 0);
    win32_register_image("inetinfo.exe", inetinfo_main, s->has_pin_inetinfo ? s->pin_inetinfo : 0);
    win32_register_image("w3wp.exe", w3wp_main, 0);
    win32_register_image("drwtsn32.exe", drwatson_main, 0);
    win32_register_image("cmd.exe", cmd_main, 0);
    win32_register_image("iisreset.exe", iisreset_main, 0);
    win32_register_image("scanner.exe", scanner_main, 0);
    win32_register_image("resrcmon.exe", resrcmon_main, 0);
    for (uint32_t i = 0; i < SERVER_COUNT; i++) { /* Services with nothing modelled inside. */
        const struct server_row *row = &server_rows[i];

        if ((row->kind == KIND_OWN || row->kind == KIND_SHARED) &&
            win32_find_image(row->image) == NULL)
            win32_register_image(row->image, plain_service_main, 0);
    }
}

static void configure_choices(struct sim *sim, const struct scenario *s)
{
    sim->choices.strategy = s->strategy;
    sim->choices.budget = s->choice_budget;
    memcpy(sim->choices.odds_ppm, s->choice_odds_ppm, sizeof sim->choices.odds_ppm);
    memcpy(sim->choices.listed, s->replay.listed, sizeof sim->choices.listed);
    sim->choices.listed_count = s->replay.listed_count;
}

static void scenario_over(void *arg)
{
    (void)arg;
    sim_finish(ke->sim, SIM_FINISHED);
}

/* Booting is measured by nothing: figures begin one warm-up after the load does. */
static void services_run(void *arg)
{
    struct world *world = arg;

    if (world->site->began == 0) {
        ke->measured_from = ke->sim->now + scenario_warm_up(&world->scenario);
        load_begin(world->site);
    }
    world_clients_begin(world);
    world_guests_begin(world);
}

static struct site *new_site(struct world *world)
{
    struct site *site = arena_take(&world->arena, sizeof *site, 64);

    site->set = world->scenario.set;
    site->scm = arena_take(&world->arena, sizeof *site->scm, 16);
    site->modules = arena_take(&world->arena, sizeof *site->modules, 16);
    site->console = arena_take(&world->arena, sizeof *site->console, 16);
    site->services_run = services_run;
    site->world = world;
    return site;
}

struct step {
    struct site *site;
    const char *line;
};

static void step_due(void *arg)
{
    const struct step *step = arg;

    /* The keyboard holds as many lines as a scenario may have. */
    CHECK(console_type(step->site, step->line));
}

/* Plans the typed lines; a line due while the machine is off is typed at power-on. */
static void plan_steps(struct world *world, sim_time from)
{
    for (uint32_t i = 0; i < world->scenario.step_count; i++) {
        struct step *step;

        if (world->scenario.steps[i].at < from)
            continue;
        step = arena_take(&world->arena, sizeof *step, 16);
        *step = (struct step){ world->site, world->scenario.steps[i].line };
        agenda_add(world->sim->agenda, world->scenario.steps[i].at, step_due, step);
    }
}

void world_plan(struct world *world, sim_time from)
{
    world_plan_faults(world, from);
    plan_steps(world, from);
    world_plan_end(world, from);
}

void world_plan_end(struct world *world, sim_time from)
{
    agenda_add(world->sim->agenda, MAX_OF(world->scenario.set.duration, from), scenario_over, NULL);
}

void world_boot(struct world *world)
{
    const struct scenario *scenario = &world->scenario;
    struct ke_process *services;

    world->present->kernel = world->kernel;
    ke->site = world->site;
    configure_kernel(scenario);
    win32_start();
    register_images(scenario);
    if (world->site->outage.boots == 0)
        load_start(world->site, scenario->loads, scenario->load_count, world->sim->seed);
    else
        load_power_on(world->site);
    world_install_neighbours(world);
    world_install_guests(world);
    world_load_drivers(world);
    console_start(world->site);
    NTSTATUS started = win32_start_process("services.exe", NULL, ke->system, &services);

    if (!NT_SUCCESS(started)) /* services.exe did not start: the session manager gives up. */
        ke_stop_at_boot(SESSION5_INITIALIZATION_FAILED, (uint32_t)started);
}

struct world *world_new(const struct scenario *scenario, uint64_t seed)
{
    return world_new_watched(scenario, seed, NULL, NULL);
}

struct world *world_new_watched(const struct scenario *scenario, uint64_t seed,
                                void (*watch)(const struct record *record, uint64_t number,
                                              void *ctx),
                                void *ctx)
{
    struct sim_limits limits = { .entries_max = AGENDA_ENTRIES_MAX,
                                 .fibers_max = THREADS_MAX + CPUS_MAX,
                                 .stack_size = FIBER_STACK_BYTES,
                                 .choice_sites = CHOICE_COUNT };
    struct world *world = calloc(1, sizeof *world);

    if (world == NULL ||
        !arena_open(&world->arena, ARENA_BYTES, "ARENA_BYTES in model/words/limits.h")) {
        free(world);
        return NULL;
    }
    world->oracle = world_oracle.begin(world);
    if (world->oracle == NULL) {
        arena_close(&world->arena);
        free(world);
        return NULL;
    }
    world->scenario = *scenario;
    world->watch = watch;
    world->watch_ctx = ctx;
    world->sim = sim_new(&world->arena, &limits, seed);
    configure_choices(world->sim, scenario);
    story_watch(world);
    world->kernel = kernel_new(world->sim, scenario->cpus);
    world->kernel->measured_from = SIM_NEVER; /* Nothing is measured until the load begins. */
    world->site = new_site(world);
    world->present = arena_take(&world->arena, sizeof *world->present, 16);
    world_take_guests(world);
    world_boot(world);
    world_plan(world, 0);
    return world;
}

/* ---- Running and asking ---------------------------------------------------------------------- */

void world_heed(struct world *world, const atomic_bool *signal, const atomic_bool *limit)
{
    world->sim->asked[0] = signal;
    world->sim->asked[1] = limit;
}

void world_tell_story(struct world *world, bool told) { world->untold = !told; }

/* A restored snapshot also brings back which kernel runs; world->kernel follows it here. */
void world_enter(struct world *world) { ke = world->kernel = world->present->kernel; }
struct sim *world_sim(struct world *world) { return world->sim; }
struct kernel *world_kernel(struct world *world)
{
    return world->present != NULL ? world->present->kernel : NULL;
}

struct site *world_site(struct world *world) { return world->site; }
void *world_oracle_state(struct world *world) { return world->oracle; }

enum sim_end world_run(struct world *world, sim_time until)
{
    enum sim_end end;

    do {
        world_enter(world);
        while (world->sim->end == SIM_GOING && world->sim->now < until) {
            sim_time second = world->sim->now / SEC(1) * SEC(1) + SEC(1);

            sim_run(world->sim, MIN_OF(second, until));
            if (world->sim->end == SIM_BROKEN)
                return SIM_BROKEN; /* Looking at the rest may crash. */
            if (world->sim->paused != NULL)
                return SIM_GOING;
            if (!world->untold) /* The checks have seen a stretch that is run again. */
                world_oracle.look(world->oracle);
        }
        end = world->sim->end;
        if (end == SIM_GOING)
            end = sim_run(world->sim, until); /* Runs the entries due at this instant, too. */
        if (world->sim->paused != NULL)
            return SIM_GOING;
    } while (world_restart(world, end));
    return end;
}

static enum outcome outcome_of(const struct result *result)
{
    if (result->stop.stopped)
        return OUTCOME_STOP;
    return result->crashed ? OUTCOME_PROCESS_CRASH : OUTCOME_SURVIVED;
}

static uint32_t ppm(uint64_t part, uint64_t whole)
{
    while (whole > UINT64_MAX / 1000000) {
        part /= 2;
        whole /= 2;
    }
    return whole == 0 ? 0 : (uint32_t)(MIN_OF(part, whole) * 1000000 / whole);
}

/* Fills in the figures of the time after the warm-up. */
static void measure(struct world *world, struct result *result)
{
    const struct site_statistics *stats = &world->site->stats;
    uint64_t processors;

    world_enter(world);
    result->measured = ke_measured(0, world->sim->now);
    result->delivered_after_warm_up = stats->measured;
    memcpy(result->latency, stats->latency, sizeof result->latency);
    processors = result->measured * ke->cpu_count;
    result->cpu_busy_ppm = ppm(processors - MIN_OF(ke_idle_time(), processors), processors);
    for (uint32_t disk = 0; disk < 3; disk++)
        result->disk_busy_ppm[disk] = ppm(io_disk_busy_time(disk), result->measured);
    result->queue_mean_milli =
        result->measured == 0
            ? 0
            : load_queue_area(&world->site->wires[LOAD_SMTP]) / MAX_OF(result->measured / 1000, 1);
    result->queue_most = world->site->wires[LOAD_SMTP].most;
    result->pool_peak = ex_pool_peak(NonPagedPool);
}

const struct result *world_result(struct world *world)
{
    struct result *result = &world->result;
    const struct site_statistics *stats = &world->site->stats;

    result->end = world->sim->end;
    if (result->end == SIM_BROKEN) { /* Nothing in the machine can be looked at. */
        result->records = world->sim->trace.count;
        result->simulated = world->sim->now;
        return result;
    }
    world_copy_stop(&result->stop,
                    world->present->stop.stopped ? &world->present->stop : &world->kernel->stop);
    result->outcome = outcome_of(result);
    result->records = world->sim->trace.count;
    result->fingerprint = trace_fingerprint(&world->sim->trace);
    result->simulated = world->sim->now;
    result->load_from = world->site->began;
    result->arrived = stats->arrived;
    result->delivered = stats->delivered;
    result->refused = stats->refused;
    result->reads = stats->reads;
    result->latency_mean_us = stats->delivered ? stats->latency_sum_us / stats->delivered : 0;
    result->latency_max_us = stats->latency_max_us;
    result->crashes = stats->crashes;
    result->restarts = stats->restarts;
    result->first_error = stats->first_error;
    result->arena_used = world->arena.used;
    result->stack_depth = fibers_depth(world->sim->fibers);
    measure(world, result);
    result->boots = world->site->outage.boots;
    result->off_at = world->site->outage.off_at;
    result->on_at = world->site->outage.on_at;
    result->flows_at = world->site->outage.flows_at;
    result->drained_at = world->site->outage.drained_at;
    result->outage_queue_most = world->site->outage.queue_most;
    result->power_cut = world->power_cut;
    result->pages_lost = world->pages_lost;
    world_enter(world);
    world_oracle.end(world->oracle, result);
    world_look_for_shown(world);
    return result;
}

bool world_has_exchange(const struct world *world) { return world->scenario.exchange; }

struct snapshot *world_snapshot(struct world *world)
{
    return snapshot_take(&world->arena, world->sim->fibers);
}

void world_restore(struct world *world, const struct snapshot *snapshot)
{
    snapshot_restore(snapshot, &world->arena, world->sim->fibers);
    world_enter(world);
    story_rewind(world);
    world_oracle.rewind(world->oracle);
    world->power_cut = false;
    world->pages_lost = 0;
}

void world_reseed(struct world *world, uint64_t seed)
{
    world_enter(world);
    load_reseed(world->site, seed);
    io_disk_reseed(seed);
}

void world_redraw(struct world *world, uint64_t seed)
{
    world_reseed(world, seed);
    choices_reseed(&world->sim->choices, seed);
    ke_points_reseed(seed);
}

/* Odds of a surprise in another schedule, in millionths, and how many there may be. */
enum { PREEMPT_PPM = 1000, ORDER_PPM = 200000, SURPRISES = 20 };

void world_reschedule(struct world *world, uint64_t seed)
{
    struct choices *choices = &world->sim->choices;
    uint32_t sites = choices->site_count;

    world_enter(world);
    choices_init(choices, sites, seed);
    choices->strategy = CHOICE_SEEDED;
    choices->budget = SURPRISES;
    choices->odds_ppm[CHOICE_PREEMPT] = PREEMPT_PPM;
    choices->odds_ppm[CHOICE_READY] = choices->odds_ppm[CHOICE_WAITER] = ORDER_PPM;
    ke_points_reseed(seed);
}

void world_free(struct world *world)
{
    if (ke == world->kernel)
        ke = NULL;
    world_oracle.free(world->oracle);
    world_give_guests(world);
    arena_close(&world->arena);
    free(world);
}
