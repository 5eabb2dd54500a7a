/* kernel.h - the simulated NT 5.2 of one world: the structure that holds its parts.
 *
 *     ke.h  ke_stop.h  ke_service.h        threads, processors; bug checks; the border to user mode
 *     ke_record.h  ke_choose.h  ke_cost.h  what the kernel tells, asks and spends, by its tables
 *     ps.h  mm.h  ob.h  ex.h               processes; user memory; objects, handles; pool, workers
 *     io.h  io_disk.h  cm.h                requests, drivers; volumes; registry and event logs
 *     win32.h                              the user side
 *     faults.h                             what a scenario lets go wrong
 *
 * Current processor and thread. ke_cpu() is the processor whose code is being executed; its thread
 * is ke_current_thread(). During a DPC the current thread is the interrupted one, as on NT. The
 * process in force is thread->apc_state.Process.
 *
 * Addresses. Kernel objects are ordinary host structures in the arena; each carries a simulated
 * 32-bit address that records and stops show (ke_address_new, or pinned by the scenario). User
 * memory is reached only through mm.h.
 *
 * Names. A function with a public name in NT has that name here (KiDeliverApc, ObpCloseHandle,
 * PspExitThread), because it is read on stacks; all others are component_verb.
 */
#pragma once
#include "model/kernel/ke.h"
#include "model/kernel/ke_stop.h"
#include "sim/sim.h"

/* Switches of the scenario for facts that facts/nt-kernel.md leaves open. */
struct ke_switches {
    bool checked_build; /* Stop 1 at the end of a system call (ddi.md 3). Default off. */
    /* 6.4: the reaper runs on the critical work queue; false: on the delayed one. Default on. */
    bool reaper_critical;
    bool thread_exit_arg4; /* 1.5 D: Arg4 is the thread; false: the DPC flag. Default on. */
    bool aedebug;          /* A JIT debugger is registered. Default on. */
    bool pool_tagging;     /* GFlags' pool tagging, as on Windows 2000. Default off. */
    /* KeRaiseIrql to a lower level and KeLowerIrql to a higher one set the level, as in a free
     * build; false: stop 0xA, as documented. Default off. */
    bool irql_falls_freely;
    sim_time silent_ns;   /* ke_watch_processors. 0: guests may be silent for ever. */
    sim_time hung_ns;     /* ke_watch_processors. Default 10 s. */
    bool kernel_debugger; /* 6.2: closing a bad handle in kernel mode is stop 0x93. Default off. */
};

/* Regions of simulated addresses. REGION_EMBEDDED is for dispatcher objects inside other
 * structures; these are many and short-lived. */
enum ke_region {
    REGION_NONPAGED,
    REGION_PAGED,
    REGION_STACK,
    REGION_IMAGE,
    REGION_EMBEDDED,
    REGION_COUNT
};

struct ke_book_entry;
struct ke_book { /* Which address an object has: ke_address.c. */
    struct ke_book_entry *entries;
    uint32_t size, used; /* Entries: all, and those in use. */
};

/* A driver's image: a file name and an entry. */
struct io_image {
    const char *file;
    PDRIVER_INITIALIZE entry;
    /* Called when the image is mapped, before its entry: makes its variables new. NULL: it has
     * none. */
    void (*map)(const struct io_image *image);
    /* Called when the driver object is gone and with it the image; NULL: as map. */
    void (*unmap)(const struct io_image *image);
    void *context; /* For map and unmap. */
};

struct kernel {
    struct sim *sim;
    uint32_t cpu_count;
    struct ke_cpu cpus[CPUS_MAX];
    struct ke_cpu *cpu;       /* The processor whose code is being executed. */
    uint32_t cost[COSTS_MAX]; /* ns, by enum cost (ke_cost.h). */
    struct ke_switches switches;
    sim_time tick_ns; /* 15.625 ms on multiprocessors, 10 ms on one (4.2). */
    uint64_t ticks;
    sim_time measured_from; /* Start of the statistics; the time before is warm-up. */
    struct link processes;  /* Processes not yet deleted, in order of creation. */
    struct ke_process *system;
    uint32_t next_id;
    uint32_t next_address[REGION_COUNT]; /* Bytes given out of each region; ke_address_new. */
    struct ke_book book;
    uint64_t spin_turns; /* Turns given out to processors that wait for spin locks. */
    LIST_ENTRY timers;   /* Sorted by DueTime. */
    struct ki_interrupt *free_interrupts;
    struct ke_stop stop;
    struct ke_crash crash;
    const char *repro;        /* The command line that reproduces this run. */
    struct ke_faults *faults; /* Injected faults: faults.h. */
    struct ex_state *ex;      /* Pool, workers, lookaside: ex_ files. */
    struct ob_state *ob;      /* Types, names, reaper. */
    struct io_state *io;      /* Drivers, devices, files. */
    struct io_disks *disks;   /* Volumes and their files. */
    struct ps_state *ps;
    struct cm_state *cm; /* Registry and event logs. */
    struct mm_state *mm;
    char *window; /* Where guests touch simulated memory (mm_window.h); NULL: no guest. */
    struct mm_window *mm_window;
    struct mdl_pages *mdl_pages;      /* Pages of MmAllocatePagesForMdl. */
    struct mm_plain_map *plain_maps;  /* Plain memory mapped into processes (mm_mdl.c). */
    struct mm_mappings *mappings;     /* System addresses of mapped MDLs. */
    const struct watched_byte *watch; /* Told who changes one byte of memory; NULL: nobody asks. */
    struct win32_state *win32;
    struct ke_log *log;       /* What guests print (ke_log.h); NULL: nothing yet. */
    struct vf_state *vf;      /* Driver Verifier (vf.h); NULL: no driver is verified. */
    struct ke_orders *orders; /* Free order (ke_orders.h); NULL: NT's. */
    struct ke_points *points; /* Points of guests (ke_points.h); NULL: no guest. */
    const void *question; /* What the question to the oracle under way is about (ke_choose.h). */
    /* Puts another build's file in place; set by the world. NULL: files do not change. */
    void (*install_driver)(const char *build);
    /* The user side's handling of an unhandled exception (AeDebug, Dr. Watson). */
    void (*last_chance)(struct ke_thread *thread, NTSTATUS code, uint32_t address, bool write);
    /* Simulated address of an instruction of a guest, for stops; NULL, or 0: not known. */
    uint32_t (*code_address)(const void *at);
    /* Name of the driver from outside whose code lies there; NULL: it is none of one's. The text
     * lasts as long as the world. NULL while there are no guests. */
    const char *(*code_owner)(const void *at);
    /* True for the code of a driver from outside that has been unloaded; NULL: there are no
     * guests. */
    bool (*is_unloaded)(const void *at);
    /* True for the image of a program from outside: for all of it, or for the variables, which may
     * be written. NULL: there is none. */
    bool (*is_program_data)(const volatile void *at, bool write);
    struct ke_fault_state *faulting; /* ke_fault.c; NULL: no guest has been loaded. */
    struct ke_seh **seh; /* Frames of __try, by the number of the fiber; NULL: nobody has any. */
    void *site;          /* Structure that the programs share with the world: nt_site(). */
    uint32_t speaker_hz; /* Tone of the loudspeaker; 0: silent. */
    LIST_ENTRY bugcheck_callbacks; /* Drivers' records (ke_callback.c); zeroed: none yet. */
    KBUGCHECK_CALLBACK_RECORD *bugcheck_running; /* NULL: no callback runs. */
};

/* The current world's kernel: the only thread-local of the model. */
extern _Thread_local struct kernel *ke;

/* Makes a kernel in sim->arena; afterwards the agenda holds the entry that boots the machine. */
struct kernel *kernel_new(struct sim *sim, uint32_t cpu_count);

/* Switches the power off: every processor is idle from now on. */
void kernel_power_off(struct kernel *kernel);
/* Carries over into the current kernel, a new one, what lasts of the one before: registry, event
 * logs, files, the disks' faults; for the statistics idle time and pool peaks; and the next id, so
 * that no id names two processes of one run. */
void kernel_take_over(const struct kernel *before);

static inline struct ke_cpu *ke_cpu(void) { return ke->cpu; }
static inline struct ke_thread *ke_current_thread(void) { return ke->cpu->thread; }
static inline struct ke_process *ke_current_process(void)
{
    return ke->cpu->thread->apc_state.Process;
}
static inline bool ke_dpc_active(void) { return ke->cpu->dpc_active; }

/* Returns the part of a span, in ns, that counts for the statistics. */
static inline sim_time ke_measured(sim_time from, sim_time to)
{
    return to > MAX_OF(from, ke->measured_from) ? to - MAX_OF(from, ke->measured_from) : 0;
}

/* ---- Simulated addresses (ke_address.c) ------------------------------------------------------ */
/* Gives out a simulated address, 16-byte aligned and unique in the run; the order of calls alone
 * determines it. */
uint32_t ke_address_new(enum ke_region region, uint32_t bytes);
/* Gives an object an address of its own when it is initialized: events and their kind, spin locks,
 * DPCs, APCs, whose structures have no room for it. */
uint32_t ke_address_give(const void *object, enum ke_region region, uint32_t bytes);
/* Gives an object an address that it shares or that is known. */
void ke_address_set(const void *object, uint32_t address);
/* Returns the address of an object. One that was never initialized gets a new one. */
uint32_t ke_address_of(const void *object);
/* Returns the address to show for any pointer that a driver has: never the host's. */
uint32_t ke_address_shown(const void *pointer);
/* Returns the address of an object; 0: it has none. For onlookers: changes nothing. */
uint32_t ke_address_find(const void *object);
/* The object with an address of its own; NULL: none. For onlookers. */
const void *ke_address_object(uint32_t address);
