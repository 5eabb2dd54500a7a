/* kernel.h - the simulated NT 5.2 of one world: what hangs together, and what hangs from it.
 *
 *     ke.h  ke_stop.h  ke_service.h        threads, processors; bug checks; the border to user mode
 *     ke_record.h  ke_choose.h  ke_cost.h  what the kernel tells, asks and spends, by its tables
 *     ps.h  mm.h  ob.h  ex.h               processes; user memory; objects, handles; pool, workers
 *     io.h  io_disk.h  cm.h                requests, drivers; volumes; registry and event logs
 *     win32.h                              the user side
 *     faults.h                             what a scenario lets go wrong
 *
 * Who am I. ke_cpu() is the processor whose code is being executed; its thread is
 * ke_current_thread(). During a DPC that is the interrupted thread, as on NT. The process in force
 * is thread->apc_state.Process.
 *
 * Addresses. Kernel objects are ordinary host structures in the arena; each carries a simulated
 * 32-bit address that records and stops show (ke_address_new, or pinned by the scenario). User
 * memory is reached only through mm.h.
 *
 * Names. What NT has a public name for has it here (KiDeliverApc, ObpCloseHandle, PspExitThread),
 * because it is read on stacks; the rest is component_verb.
 */
#pragma once
#include "model/kernel/ke.h"
#include "model/kernel/ke_stop.h"
#include "sim/sim.h"

struct ke_switches {       /* Facts that the sheet leaves open, as switches of the scenario. */
    bool checked_build;    /* Stop 1 at the end of a system call (ddi.md 3). Default off. */
    bool reaper_critical;  /* 6.4: reaper on the critical queue; else delayed. Default on. */
    bool thread_exit_arg4; /* 1.5 D: Arg4 is the thread; else the DPC flag. Default on. */
    bool aedebug;          /* A JIT debugger is registered. Default on. */
    bool pool_tagging;     /* GFlags' pool tagging, as on Windows 2000. Default off. */
    bool kernel_debugger;  /* 6.2: closing a bad handle in kernel mode is stop 0x93. Default off. */
};

/* Regions of simulated addresses. Embedded: dispatcher objects inside other things; they are many
 * and short-lived. */
enum ke_region {
    REGION_NONPAGED,
    REGION_PAGED,
    REGION_STACK,
    REGION_IMAGE,
    REGION_EMBEDDED,
    REGION_COUNT
};

/* A driver's image: a file name and an entry. */
struct io_image {
    const char *file;
    PDRIVER_INITIALIZE entry;
};

struct kernel {
    struct sim *sim;
    uint32_t cpu_count;
    struct ke_cpu cpus[CPUS_MAX];
    struct ke_cpu *cpu;       /* Whose code is being executed. */
    uint32_t cost[COSTS_MAX]; /* ns, by enum cost (ke_cost.h). */
    struct ke_switches switches;
    sim_time tick_ns; /* 15.625 ms on multiprocessors, 10 ms on one (4.2). */
    uint64_t ticks;
    sim_time measured_from; /* Statistics begin here: what happens earlier warms up. */
    struct link processes;  /* In order of creation, until deleted. */
    struct ke_process *system;
    uint32_t next_id;
    uint32_t next_address[REGION_COUNT]; /* Bytes given out of each region; ke_address_new. */
    LIST_ENTRY timers;                   /* Sorted by DueTime. */
    struct ki_interrupt *free_interrupts;
    struct ke_stop stop;
    struct ke_crash crash;
    const char *repro;        /* The line that runs this case again. */
    struct ke_faults *faults; /* faults.h */
    struct ex_state *ex;      /* Pool, workers, lookaside: ex_ files. */
    struct ob_state *ob;      /* Types, names, reaper. */
    struct io_state *io;      /* Drivers, devices, files. */
    struct io_disks *disks;   /* Volumes and what is on them. */
    struct ps_state *ps;
    struct cm_state *cm; /* Registry and event logs. */
    struct mm_state *mm;
    struct mm_mappings *mappings; /* System addresses of mapped MDLs. */
    struct win32_state *win32;
    struct io_image installed_driver; /* What "EXIFS" loads. */
    /* Another build's file is in place now; set by the world. NULL: files do not change. */
    void (*install_driver)(const char *build);
    /* What the user side does with an exception that nobody handled (AeDebug, Dr. Watson). */
    void (*last_chance)(struct ke_thread *thread, NTSTATUS code, uint32_t address, bool write);
    void *site; /* What programs share with the world: nt_site(). */
};

/* The current world's kernel: the only thread-local of the model. */
extern _Thread_local struct kernel *ke;

/* Start: allocates from sim->arena; afterwards the agenda holds what makes the machine boot. */
struct kernel *kernel_new(struct sim *sim, uint32_t cpu_count);

/* The machine loses its power: every processor is idle from now on. */
void kernel_power_off(struct kernel *kernel);
/* After that, a new kernel: what lasts of the one before. Registry, event logs, files, the disks'
 * faults; for the statistics idle time and pool peaks; and no id names two processes of one run. */
void kernel_take_over(const struct kernel *before);

static inline struct ke_cpu *ke_cpu(void) { return ke->cpu; }
static inline struct ke_thread *ke_current_thread(void) { return ke->cpu->thread; }
static inline struct ke_process *ke_current_process(void)
{
    return ke->cpu->thread->apc_state.Process;
}
static inline bool ke_dpc_active(void) { return ke->cpu->dpc_active; }

/* How much of a span counts for the statistics. */
static inline sim_time ke_measured(sim_time from, sim_time to)
{
    return to > MAX_OF(from, ke->measured_from) ? to - MAX_OF(from, ke->measured_from) : 0;
}

/* A new simulated address, 16-byte aligned, unique for the run; deterministic by order of
 * asking. */
uint32_t ke_address_new(enum ke_region region, uint32_t bytes);
