/* kernel.c - the kernel of one world: making, power-off, restart, addresses. */
#include "model/kernel/kernel.h"
#include "model/kernel/cm.h"
#include "model/kernel/ex.h"
#include "model/kernel/faults.h"
#include "model/kernel/io.h"
#include "model/kernel/io_disk.h"
#include "model/kernel/ke_choose.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/mm.h"
#include "model/kernel/ps.h"
#include "model/words/costs.h"
#include <string.h>

_Thread_local struct kernel *ke;

void ke_record(enum rec_kind kind, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    struct ke_cpu *cpu = ke->cpu;

    trace_add(&ke->sim->trace, (uint16_t)kind, cpu->number, cpu->thread->id, a, b, c, d);
}

void ke_record_beside(enum rec_kind kind, uint32_t a, uint32_t b, uint32_t c, uint32_t d,
                      char beside)
{
    struct ke_cpu *cpu = ke->cpu;

    trace_add_beside(&ke->sim->trace, (uint16_t)kind, cpu->number, cpu->thread->id, a, b, c, d,
                     beside);
}

uint32_t ke_choose(enum choice_site site, uint32_t count, const void *about)
{
    struct sim *sim = ke->sim;

    ke->question = about;
    uint32_t pick = choice_pick(&sim->choices, site, count);

    if (UNLIKELY(pick != 0))
        choice_note(&sim->choices, sim->now, sim->trace.count);
    return pick;
}

static void cpu_init(struct ke_cpu *cpu, uint8_t number)
{
    cpu->number = number;
    for (int i = 0; i < 32; i++)
        list_init(&cpu->ready[i]);
    list_init(&cpu->guests);
    InitializeListHead(&cpu->dpcs);
    cpu->dpc_fiber = fiber_new(ke->sim->fibers, ki_dpc_loop, cpu);
}

/* Makes the idle thread of a processor: a thread without code, so that there always is a current
 * thread. */
static void idle_init(struct ke_cpu *cpu, struct ke_process *system)
{
    struct ke_thread *idle = arena_take(ke->sim->arena, sizeof *idle, 16);

    idle->process = system;
    idle->system_thread = true;
    idle->name = "Idle";
    idle->state = KE_RUNNING;
    idle->address = ke_address_new(REGION_NONPAGED, 0x1b8);
    ki_apc_init_thread(idle);
    InitializeListHead(&idle->mutants);
    InitializeListHead(&idle->timers);
    InitializeListHead(&idle->irps);
    cpu->idle = cpu->thread = idle;
    cpu->cr3 = system->address;
}

struct kernel *kernel_new(struct sim *sim, uint32_t cpu_count)
{
    static const uint32_t costs[] = {
#define COST(name, ns, source) [COST_##name] = (ns),
#include "model/words/costs.def"
#undef COST
    };

    CHECK(cpu_count >= 1 && cpu_count <= CPUS_MAX);
    ke = arena_take(sim->arena, sizeof *ke, 64);
    ke->sim = sim;
    ke->cpu_count = cpu_count;
    ke->cpu = &ke->cpus[0];
    ke->tick_ns = cpu_count > 1 ? US(15625) : MS(10);
    ke->switches = (struct ke_switches){
        .reaper_critical = true, .thread_exit_arg4 = true, .aedebug = true, .hung_ns = SEC(10)
    };
    ke->next_id = 4;
    memcpy(ke->cost, costs, sizeof costs);
    InitializeListHead(&ke->timers);
    list_init(&ke->processes);
    for (uint32_t i = 0; i < cpu_count; i++)
        cpu_init(&ke->cpus[i], (uint8_t)i);

    /* The process in force until System exists. */
    struct ke_process *boot = arena_take(sim->arena, sizeof *boot, 16);

    boot->address = ke_address_new(REGION_NONPAGED, 0x278);
    for (uint32_t i = 0; i < cpu_count; i++)
        idle_init(&ke->cpus[i], boot);
    fault_start();
    mm_start();
    ex_start();
    cm_start();
    ps_start();
    for (uint32_t i = 0; i < cpu_count; i++)
        idle_init(&ke->cpus[i], ke->system);
    io_start();
    ke_record(REC_BOOT, cpu_count, (uint32_t)sim->seed, 0, 0);
    ki_start_clock();
    return ke;
}

/* ---- Idle time ------------------------------------------------------------------------------- */

sim_time ke_idle_time(void)
{
    sim_time all = 0;

    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        const struct ke_cpu *cpu = &ke->cpus[i];

        all += cpu->idle_time;
        if (cpu->thread == cpu->idle && !cpu->dpc_active)
            all += ke_measured(cpu->idle_since, ke->sim->now);
    }
    return all;
}

sim_time ke_processor_idle(uint32_t number)
{
    const struct ke_cpu *cpu = &ke->cpus[number];
    bool idle = cpu->thread == cpu->idle && !cpu->dpc_active;

    return cpu->idle_all + (idle ? ke->sim->now - cpu->idle_since : 0);
}

/* ---- Power-off and restart ------------------------------------------------------------------- */

void kernel_power_off(struct kernel *kernel)
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

/* Continues the idle times, as if the processors had been idle all the while. */
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

void kernel_take_over(const struct kernel *before)
{
    ke->measured_from = before->measured_from;
    ke->watch = before->watch;
    ke->next_id = MAX_OF(before->next_id, ke->next_id);
    stay_idle(before);
    cm_take_over(before);
    io_disk_take_over(before);
    fault_take_over(before);
    ke->log = before->log; /* What guests printed is outside the machine, and lasts. */
    for (int type = 0; type < 2; type++)
        ke->ex->peak[type] = MAX_OF(ke->ex->peak[type], before->ex->peak[type]);
}
