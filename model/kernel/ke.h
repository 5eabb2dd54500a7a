/* ke.h - threads and processors: what they are, how they take turns, wait, and are interrupted.
 *
 * Time. A simulated thread is a fiber; host code takes no simulated time. ke_spend(ns) does: the
 * running thread uses its processor for that long, and meanwhile other processors, interrupts and
 * threads of higher priority have their turn. Every kernel call spends something, so every kernel
 * call is a point.
 *
 * Who may write. There are no host locks, because between two points nothing else runs. What a lock
 * would say elsewhere, the groups of struct ke_thread say by one of three words:
 *
 *   fixed   written before the thread first runs, then only read
 *   own     written by the thread itself between two of its points, at any IRQL; others only read,
 *           and may rely on the value until a point of their own
 *   shared  written by other threads, by DPCs and by the clock as well. The owner must read such a
 *           field anew after each of his points: at DISPATCH_LEVEL his own processor does nothing
 *           else meanwhile, but the other processors do
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/kernel/ps_rundown.h"
#include "model/words/limits.h"
#include "model/words/object_types.h"
#include "sim/agenda.h"
#include "sim/clock.h"
#include "sim/list.h"

/* A function of NT's own name, or another that must show as a frame on a simulated stack. */
#define NT_FRAME __attribute__((noinline))

enum { ORIGINAL_APC_ENVIRONMENT = 0, ATTACHED_APC_ENVIRONMENT = 1 };

/* nt-kernel.md 4.4. */
enum ke_thread_state {
    KE_INITIALIZED,
    KE_READY,
    KE_RUNNING,
    KE_STANDBY,
    KE_TERMINATED,
    KE_WAITING,
    KE_TRANSITION,
    KE_DEFERRED_READY,
    KE_GATE_WAIT,
};

/* ---- A thread -------------------------------------------------------------------------------- */
struct fiber;
struct ex_queue;
struct ke_process;

struct ke_thread { /* KTHREAD and ETHREAD. An object body: ob_header lies before it. */
    /* Shared, by dispatcher code (ke_wait.c): signaled when the thread has ended. */
    DISPATCHER_HEADER header;

    /* Fixed. */
    uint32_t id;                /* Client ID, a multiple of 4. */
    uint32_t address;           /* Simulated. */
    struct ke_process *process; /* Owner. */
    struct fiber *fiber;
    void (*start)(void *context);
    void *start_context;
    bool system_thread; /* Never in user mode. */

    /* Shared: it leaves the owner's list for the reaper's, at its very end. */
    struct link process_link; /* In process->threads. */
    /* Own. */
    const char *name; /* For people: "smtp 3", "proxy 0"; static or in the arena. */

    /* Attachment and APCs (1.1). The two Process fields, the pointers and the index are own: they
     * change in ke_attach.c only. The APC lists and their Pending flags are shared: anybody queues
     * an APC, up to DISPATCH_LEVEL. */
    KAPC_STATE apc_state, saved_apc_state;
    KAPC_STATE *apc_state_pointer[2];
    uint8_t apc_state_index;
    bool apc_queueable; /* Own: false from a late step of the exit on. */
    /* 0 enabled, negative: depth. Own, but for a mutant's part of the first: it is taken off by
     * whoever grants the mutant. */
    int16_t kernel_apc_disable, special_apc_disable;

    /* Scheduling (4). Shared: written where threads are made ready, switched and interrupted
     * (ke_sched.c), on any processor, and by the clock. */
    enum ke_thread_state state;
    int8_t priority, base_priority;
    int16_t quantum, quantum_reset; /* Units, 3 a clock tick. */
    uint8_t ideal_processor, last_processor;
    KIRQL irql; /* While the thread is not running; struct ke_cpu has it while it is. */
    struct link ready_link;
    sim_time ready_since;
    sim_time spend_left; /* Processor time still owed at the present point. */
    sim_time debt;       /* Switches and clock ticks, paid at the thread's next point. */
    uint64_t switches;   /* Times it was given a processor. */
    uint64_t cpu_time;   /* Own; ns. */

    /* Waiting (4.5). Own until the thread leaves its processor; then shared, for whoever ends the
     * wait: another thread's signal, a timer's DPC, an APC. */
    NTSTATUS wait_status;
    KIRQL wait_irql;
    KPROCESSOR_MODE wait_mode;
    bool alertable, alerted;
    KWAIT_REASON wait_reason;
    WAIT_TYPE wait_type;
    uint32_t wait_count;      /* Blocks in lines; 0: it does not wait for objects. */
    KWAIT_BLOCK *wait_blocks; /* In force: own_blocks or the caller's. */
    KWAIT_BLOCK own_blocks[4];
    KWAIT_BLOCK timer_block;
    KTIMER timer;       /* For timeouts. */
    LIST_ENTRY mutants; /* KMUTANTs it owns; shared, as kernel_apc_disable. */

    /* System services. Own. */
    KPROCESSOR_MODE previous_mode;
    uint32_t service; /* Number in force, 0: none. */
    /* At the beginning of the service, for the check at its end. */
    uint8_t service_apc_index;
    int16_t service_apc_disable;
    LIST_ENTRY irps;        /* Pending I/O, by ThreadListEntry. */
    struct ex_queue *queue; /* Kernel queue whose slot it holds; NULL: none. */
    uint32_t last_error;    /* The user side's GetLastError. */
    uint64_t fault_address; /* Last user fault, for the debugger. */
    uint64_t tainted_read;  /* Number + 1 of the record of the latest tainted read; 0: none. */

    /* Ending and freezing. Shared: written by whoever kills, freezes or protects the thread. */
    bool terminating; /* The kill APC has been queued. */
    bool exited;      /* Own: set by its last step. */
    NTSTATUS exit_status;
    KAPC kill_apc, suspend_apc;
    KSEMAPHORE suspend_semaphore;
    int32_t suspend_count;
    struct ps_rundown rundown;
};

/* ---- A processor ----------------------------------------------------------------------------- */
/* Written by the code that it executes, at any level; by others only what brings it to look up:
 * next, ready, dpcs, the two wishes, resume and interrupt_sent. */
struct ke_cpu {
    uint8_t number;
    KIRQL irql;
    struct ke_thread *thread; /* Current; the idle thread when there is nothing to do. */
    struct ke_thread *next;   /* Standby: takes over as soon as IRQL allows. */
    struct ke_thread *idle;
    struct link ready[32]; /* Ready queues by priority. */
    uint32_t ready_bits;
    LIST_ENTRY dpcs;
    bool dpc_active;                /* DpcRoutineActive. */
    bool timer_wanted, quantum_end; /* For the next dispatch interrupt. */
    bool interrupt_sent;            /* A dispatch interrupt is on its way. */
    KIRQL interrupted_irql;         /* Where the DPCs came in. */
    struct fiber *dpc_fiber;        /* The DPC stack. */
    struct fiber *active; /* Whose time is being spent: a thread's or dpc_fiber. NULL: idle. */
    sim_time spend_end;   /* When `active` goes on; valid while resume is set. */
    agenda_id resume;
    bool spinning;       /* Waits for a spin lock: interrupts only. */
    sim_time idle_since; /* Start of the present idle span; DPCs are no idleness. */
    sim_time idle_time;  /* Idle spans before it, as far as they are measured. */
    sim_time idle_all;   /* Idle spans before it, from the start of the run. */
    uint64_t switches;
    uint32_t cr3; /* Address of the process whose space is loaded. */
};

/* ---- ke_sched: time and processors ----------------------------------------------------------- */
/* The running code uses its processor for ns; a point. At DISPATCH_LEVEL and above nothing
 * interrupts it. */
void ke_spend(sim_time ns);
sim_time ke_idle_time(void);              /* Of all processors together, as measured until now. */
sim_time ke_processor_idle(uint32_t cpu); /* Of one, from its start until now. */
/* Waiting or new -> ready, with boost (4.3). */
void ke_ready_thread(struct ke_thread *thread, KPRIORITY increment);
/* The current thread gives up its processor in its present state (not running). */
void ke_switch_away(void);
void ke_request_dpc(struct ke_cpu *cpu); /* DISPATCH interrupt to a processor; from anywhere. */
void ke_request_apc(struct ke_thread *thread); /* APC_LEVEL interrupt if it runs; from anywhere. */
void ke_exit_dispatcher(void); /* Leaving the dispatcher: preemption if a better thread is ready. */
/* Fills every field above but id, address and system_thread, which are the caller's; makes the
 * fiber. */
void ke_thread_init(struct ke_thread *thread, struct ke_process *process, void (*start)(void *),
                    void *context, KPRIORITY base_priority);
void ke_thread_start(struct ke_thread *thread); /* Makes it ready. */
NORETURN void ke_thread_end(void);              /* The current thread: signaled, and no more. */

/* Between ke_sched and its neighbours. */
void ki_spin(void); /* Lies down until ki_spin_end: a spin lock's owner is elsewhere. */
void ki_spin_end(struct ke_cpu *cpu);
/* On the DPC stack: timers, then DPCs, until none is left. */
void ki_retire_dpcs(struct ke_cpu *cpu);
void ki_dpc_loop(void *cpu);
void ki_start_clock(void);
void ki_charge_wait(struct ke_thread *thread);

/* An interrupt at a time: act(arg) runs at DISPATCH_LEVEL as a DPC on processor cpu. For disks,
 * wires, timers. */
agenda_id ke_interrupt_at(sim_time at, uint8_t cpu, void (*act)(void *arg), void *arg);

/* ---- ke_attach, ke_apc ----------------------------------------------------------------------- */
void KiDeliverApc(KPROCESSOR_MODE mode);
void ki_apc_init_thread(struct ke_thread *thread);
void ki_apc_state_init(KAPC_STATE *state, struct ke_process *process);
void ki_check_apcs(void); /* Delivers pending kernel APCs if IRQL and regions allow. */
/* The outermost region is over: what it held back has its turn (2.2). */
void ki_leave_region(struct ke_thread *thread);
bool ke_insert_exit_apc(struct ke_thread *thread); /* The thread-exit APC (2.1). */
void ke_freeze_thread(struct ke_thread *thread);   /* Suspend APC; nests. */
void ke_thaw_thread(struct ke_thread *thread);

/* ---- ke_wait --------------------------------------------------------------------------------- */
void ke_header_init(DISPATCHER_HEADER *header, enum ke_object_type type, LONG state);
/* Satisfies waits for a header whose state has been raised. */
void ke_signal(DISPATCHER_HEADER *header, KPRIORITY increment);
void ke_unwait(struct ke_thread *thread, NTSTATUS status, KPRIORITY increment);
void ke_expire_timers(void); /* In a DPC, at each tick. */
void ke_abandon_mutants(struct ke_thread *thread);
/* KeReleaseSemaphore as a status instead of an exception. */
NTSTATUS ke_release_semaphore(PRKSEMAPHORE semaphore, KPRIORITY increment, LONG adjustment,
                              LONG *previous);
