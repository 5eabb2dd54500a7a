/* ke.h - threads and processors: their structures, scheduling, waits and interrupts.
 *
 * Time. A simulated thread is a fiber; host code takes no simulated time. ke_spend(ns) does: the
 * running thread uses its processor for ns, and meanwhile other processors, interrupts and threads
 * of higher priority have their turn. Every kernel call spends something, so every kernel call is a
 * point.
 *
 * Who may write. There are no host locks, because between two points nothing else runs. In place of
 * a lock, each group of fields of struct ke_thread names one of three rules:
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
struct ki_queue_wait;
struct ke_process;

struct ke_thread { /* KTHREAD and ETHREAD. An object body: its ob_header lies before it. */
    /* Shared, by dispatcher code (ke_wait.c): signaled when the thread has ended. */
    DISPATCHER_HEADER header;

    /* Fixed. */
    uint32_t id;                /* Client ID, a multiple of 4. */
    uint32_t address;           /* Simulated. */
    struct ke_process *process; /* The process that owns the thread. */
    struct fiber *fiber;
    void (*start)(void *context);
    void *start_context;
    const void *start_routine; /* Where the thread's own code begins: a host address. */
    bool system_thread;        /* The thread never runs in user mode. */

    /* Shared. As its last step the thread moves from the owner's list to the reaper's. */
    struct link process_link; /* Entry of process->threads. */
    /* Own. */
    const char *name; /* Name for people: "smtp 3", "proxy 0"; static or in the arena. */

    /* Attachment and APCs (1.1). The two Process fields, the pointers and the index are own: they
     * change in ke_attach.c only. The APC lists and their Pending flags are shared: any code up to
     * DISPATCH_LEVEL queues APCs. */
    KAPC_STATE apc_state, saved_apc_state;
    KAPC_STATE *apc_state_pointer[2];
    uint8_t apc_state_index;
    bool apc_queueable; /* Own: false from a late step of the exit on. */
    /* 0: APCs enabled; negative: depth of critical or guarded regions. Own, except that the thread
     * that grants a mutant decrements kernel_apc_disable of the new owner. */
    int16_t kernel_apc_disable, special_apc_disable;

    /* Scheduling (4). Shared: written where threads are made ready, switched and interrupted
     * (ke_sched.c), on any processor, and by the clock. */
    enum ke_thread_state state;
    int8_t priority, base_priority;
    int16_t quantum, quantum_reset; /* Units, 3 a clock tick. */
    uint8_t ideal_processor, last_processor;
    KIRQL irql; /* Level while the thread is not running; while it runs, struct ke_cpu has it. */
    struct link ready_link;
    sim_time ready_since;
    sim_time spend_left; /* Processor time still owed at the present point. */
    sim_time debt;       /* ns of switches and clock ticks, spent at the thread's next point. */
    uint64_t switches;   /* Times the thread was given a processor. */
    uint64_t cpu_time;   /* Own; ns. */

    /* Free order (ke_orders.h). Own. */
    struct {
        bool guest, counted; /* Has run a guest's code; is waited for by the end of the run. */
        uint32_t id, children, takes; /* Stable name; threads made, blocks allocated. */
        const struct ke_step *step;   /* What it stands before; NULL: it is under way. */
        struct link ready_link;       /* Entry of cpu->guests. */
    } order;

    /* Waiting (4.5). Own until the thread leaves its processor; then shared with the code that ends
     * the wait: another thread's signal, a timer's DPC, an APC. */
    NTSTATUS wait_status;
    bool wait_next;       /* The next wait follows a signal in the same step. */
    KIRQL wait_next_irql; /* Level before that signal, to which the wait returns. */
    KIRQL wait_irql;
    KPROCESSOR_MODE wait_mode;
    bool alertable, alerted;
    KWAIT_REASON wait_reason;
    WAIT_TYPE wait_type;
    /* Wait blocks in the objects' lists; 0: the thread does not wait for objects. */
    uint32_t wait_count;
    KWAIT_BLOCK *wait_blocks; /* The wait blocks in use: own_blocks or the caller's. */
    KWAIT_BLOCK own_blocks[THREAD_WAIT_OBJECTS + 1];
    KWAIT_BLOCK timer_block;
    KTIMER timer;       /* Timer for the timeouts of waits. */
    LIST_ENTRY timers;  /* Timers by handle whose APCs are the thread's (ob_timer.h). */
    LIST_ENTRY mutants; /* KMUTANTs that the thread owns; shared, as kernel_apc_disable. */

    /* System services. Own. */
    KPROCESSOR_MODE previous_mode;
    uint32_t service; /* Number of the system service in progress; 0: none. */
    /* State at the beginning of the service, for the check at its end. */
    uint8_t service_apc_index;
    int16_t service_apc_disable;
    LIST_ENTRY irps;    /* Pending I/O, by ThreadListEntry. */
    PIRP top_level_irp; /* IoSetTopLevelIrp; NULL: none. */
    /* Kernel queue of which the thread holds a slot, or waits for an entry; NULL: none. Shared. */
    PKQUEUE queue;
    LIST_ENTRY queue_link;            /* Entry of queue->ThreadListHead. */
    struct ki_queue_wait *queue_wait; /* NULL: the thread does not wait for an entry. */
    uint32_t last_error;              /* Value of GetLastError. */
    uint32_t rand_state;              /* State of the C library's rand. */
    uint64_t fault_address; /* Address of the last fault in user memory, for the debugger. */
    uint64_t tainted_read;  /* Number + 1 of the record of the latest tainted read; 0: none. */

    /* Ending and freezing. Shared: written by threads that kill, freeze or protect this one. */
    bool terminating; /* The kill APC has been queued. */
    bool exited;      /* Own: set by the thread's last step. */
    NTSTATUS exit_status;
    KAPC kill_apc, suspend_apc;
    KSEMAPHORE suspend_semaphore;
    int32_t suspend_count;
    struct ps_rundown rundown;
};

/* ---- A processor ----------------------------------------------------------------------------- */
/* Written by the code that the processor executes, at any level. Code on other processors writes
 * only the fields that ask it for something: next, ready, dpcs, timer_wanted, quantum_end, resume
 * and interrupt_sent. */
struct ke_cpu {
    uint8_t number;
    KIRQL irql;
    struct ke_thread *thread; /* Current; the idle thread when there is nothing to do. */
    struct ke_thread *next;   /* Standby: takes over as soon as IRQL allows. */
    struct ke_thread *idle;
    struct link ready[32]; /* Ready queues by priority. */
    uint32_t ready_bits;
    struct link guests; /* Ready threads of guests, in the order of the ready queues. */
    LIST_ENTRY dpcs;
    bool dpc_active;                /* DpcRoutineActive. */
    bool timer_wanted, quantum_end; /* Work for the next dispatch interrupt. */
    bool interrupt_sent;            /* A dispatch interrupt is on its way. */
    KIRQL interrupted_irql;         /* Level that the DPCs interrupted. */
    struct fiber *dpc_fiber;        /* The DPC stack. */
    /* The fiber that spends the processor's time: a thread's, or dpc_fiber; NULL: idle. */
    struct fiber *active;
    sim_time spend_end; /* Time at which `active` goes on; valid while resume is set. */
    agenda_id resume;
    bool spinning;         /* The processor waits for a spin lock: only interrupts run. */
    PKSPIN_LOCK spin_lock; /* The lock that it waits for; NULL: none, or handed over. */
    uint64_t spin_turn;    /* The place in line: the lowest of a lock is next. */
    sim_time idle_since;   /* Start of the present idle span; DPCs do not count as idle. */
    sim_time idle_time;    /* ns of earlier idle spans since the measurement began. */
    sim_time idle_all;     /* ns of earlier idle spans since the start of the run. */
    uint64_t switches;
    uint32_t high_ticks; /* Clock ticks in a row that found the processor at DISPATCH_LEVEL. */
    uint32_t cr3;        /* Address of the process whose space is loaded. */
};

/* ---- ke_sched: time and processors ----------------------------------------------------------- */
/* Spends ns of the processor's time in the running code; a point. At DISPATCH_LEVEL and above
 * nothing preempts the code. */
void ke_spend(sim_time ns);
/* ns that all processors together were idle since the measurement began. */
sim_time ke_idle_time(void);
sim_time ke_processor_idle(uint32_t cpu); /* ns that one processor was idle since its start. */
/* Makes a waiting or new thread ready, with a priority boost (4.3). */
void ke_ready_thread(struct ke_thread *thread, KPRIORITY increment);
/* Takes the current thread off its processor; its state is set already, and is not KE_RUNNING. */
void ke_switch_away(void);
/* Requests a DISPATCH interrupt at a processor; callable on any processor. */
void ke_request_dpc(struct ke_cpu *cpu);
/* Requests an APC_LEVEL interrupt if the thread is running; callable on any processor. */
void ke_request_apc(struct ke_thread *thread);
/* Leaves the dispatcher: the current thread is preempted if a better one is ready. */
void ke_exit_dispatcher(void);
/* Fills every field but id, address and system_thread, which the caller sets, and makes the
 * fiber. */
void ke_thread_init(struct ke_thread *thread, struct ke_process *process, void (*start)(void *),
                    void *context, KPRIORITY base_priority);
void ke_thread_start(struct ke_thread *thread); /* Makes it ready. */
/* Ends the current thread: signals it and never returns. */
NORETURN void ke_thread_end(void);

/* ---- Between ke_sched.c and its neighbours --------------------------------------------------- */
/* The running fiber is another one than before. */
void ki_arrived(void);
/* Suspends the current fiber until ki_spin_end, while another processor holds the spin lock. */
void ki_spin(PKSPIN_LOCK lock);
/* Returns the processor that waits longest for a spin lock; NULL: none does. */
struct ke_cpu *ki_next_spinner(const KSPIN_LOCK *lock);
/* Resumes a processor's fiber after ki_spin. */
void ki_spin_end(struct ke_cpu *cpu);
/* Runs, on the DPC stack, expired timers, then DPCs until none is left. */
void ki_retire_dpcs(struct ke_cpu *cpu);
/* Lets DPCs that are queued at a processor run by an interrupt as soon as its thread has left it:
 * a thread that keeps the dispatcher waits without having lowered its level. */
void ki_dpcs_follow(struct ke_cpu *cpu);
/* Sets the level of the running code and nothing else: no pending work is run. */
void ke_set_irql(KIRQL irql);
/* Main function of the DPC fiber of a processor. */
void ki_dpc_loop(void *cpu);
/* Adds the first clock tick to the agenda. */
void ki_start_clock(void);
/* Takes one quantum unit for a satisfied wait (4.2). */
void ki_charge_wait(struct ke_thread *thread);

/* Schedules an interrupt: at the time `at`, act(arg) runs at DISPATCH_LEVEL as a DPC on processor
 * cpu. For disks, network and timers. */
agenda_id ke_interrupt_at(sim_time at, uint8_t cpu, void (*act)(void *arg), void *arg);

/* ---- ke_attach, ke_apc ----------------------------------------------------------------------- */
/* Delivers the APCs of the environment in force: kernel ones, in UserMode also user ones (2.5). */
void KiDeliverApc(KPROCESSOR_MODE mode);
void ki_apc_init_thread(struct ke_thread *thread);
void ki_apc_state_init(KAPC_STATE *state, struct ke_process *process);
/* KeInitializeApc for an APC that has its address already. */
void ki_init_apc(PRKAPC apc, PRKTHREAD thread, KAPC_ENVIRONMENT environment,
                 PKKERNEL_ROUTINE kernel_routine, PKRUNDOWN_ROUTINE rundown_routine,
                 PKNORMAL_ROUTINE normal_routine, KPROCESSOR_MODE mode, PVOID context);
void ki_check_apcs(void); /* Delivers pending kernel APCs if IRQL and regions allow. */
/* Called at the end of the outermost critical or guarded region: delivers the APCs it held back
 * (2.2). */
void ki_leave_region(struct ke_thread *thread);
bool ke_insert_exit_apc(struct ke_thread *thread); /* Queues the thread-exit APC (2.1). */
void ke_freeze_thread(struct ke_thread *thread);   /* Queues the suspend APC; nests. */
void ke_thaw_thread(struct ke_thread *thread);

/* ---- ke_wait --------------------------------------------------------------------------------- */
/* Initialises the header of a dispatcher object. */
void ke_header_init(DISPATCHER_HEADER *header, enum ke_object_type type, LONG state);
/* Satisfies waits for a header whose state has been raised. */
void ke_signal(DISPATCHER_HEADER *header, KPRIORITY increment);
/* Ends the wait of a thread with a status, and makes it ready. */
void ke_unwait(struct ke_thread *thread, NTSTATUS status, KPRIORITY increment);
void ke_expire_timers(void); /* Runs in a DPC at each clock tick. */
/* Makes the thread's next wait one step with what it has just done: it runs at DISPATCH_LEVEL till
 * then. */
void ki_keep_dispatcher(struct ke_thread *thread);
/* Stops for a wait with this timeout that could block at DISPATCH_LEVEL. */
void ki_check_wait_level(const LARGE_INTEGER *timeout);
/* Abandons the mutants of a thread that ends. */
void ke_abandon_mutants(struct ke_thread *thread);
/* KeReleaseSemaphore, but returns a status instead of raising an exception. */
NTSTATUS ke_release_semaphore(PRKSEMAPHORE semaphore, KPRIORITY increment, LONG adjustment,
                              LONG *previous);

/* ---- ke_queue (nt-kernel.md 5.1) ------------------------------------------------------------- */
/* KQUEUE: entries for threads to remove. The latest waiter is served first, so that few threads
 * stay busy. At most MaximumCount threads hold a slot and work at once; a thread that waits inside
 * its work gives its slot to another thread meanwhile. These spend nothing; the functions of the
 * door do. */
/* Makes an empty queue with `count` slots; 0: one for each processor. */
void ki_queue_init(PKQUEUE queue, ULONG count);
/* Adds an entry, and wakes a waiter if a slot is free. How many there were before. */
LONG ki_queue_insert(PKQUEUE queue, PLIST_ENTRY entry, bool first);
/* True if an entry is in the queue, or on its way to the thread that it was handed to. */
bool ki_queue_holds(const KQUEUE *queue, const LIST_ENTRY *entry);
/* Removes the next entry, waiting for one if need be. NULL: *status has the reason. */
PLIST_ENTRY ki_queue_remove(PKQUEUE queue, KPROCESSOR_MODE mode, PLARGE_INTEGER timeout,
                            NTSTATUS *status);
/* Ends a queue: takes the slots of all threads, and tells those that wait. The first entry, whose
 * links lead through the others and back to it; NULL: there was none. */
PLIST_ENTRY ki_queue_rundown(PKQUEUE queue);
/* True if the thread holds a slot of this queue. */
bool ki_queue_slot(const struct ke_thread *thread, const KQUEUE *queue);
void ki_queue_leave(struct ke_thread *thread); /* Gives up the slot of a thread that exits. */
/* Called by the wait code (ke_wait.c) when a thread that holds a slot starts and stops waiting. */
void ki_queue_block(struct ke_thread *thread);
void ki_queue_unblock(struct ke_thread *thread);
/* True for a wait that is part of a removal before which the thread has stood (ke_orders.h). */
bool ki_queue_has_stood(const struct ke_thread *thread, const void *object);
