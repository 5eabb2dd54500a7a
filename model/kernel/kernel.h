/* kernel.h - the simulated NT 5.2, for its own files. One organism, learnt on one read.
 *
 * Time. A simulated thread is a fiber; host code takes no simulated time. ke_spend(ns) does: the
 * running thread uses its processor for that long, and meanwhile other processors, interrupts and
 * threads of higher priority have their turn. Every kernel call spends something, so every kernel
 * call is a point. Between two points nothing else runs: that is why the kernel's own structures
 * need no host locks.
 *
 * Who am I. ke_cpu() is the processor whose code is being executed; its thread is
 * KeGetCurrentThread(). During a DPC that is the interrupted thread, as on NT. The process in force
 * is thread->apc_state.Process.
 *
 * Addresses. Kernel objects are ordinary host structures in the arena; each carries a simulated
 * 32-bit address that records and stops show (ke_address_new, or pinned by the scenario). User
 * memory is reached only through mm_.
 *
 * Names. What NT has a public name for has it here (KiDeliverApc, ObpCloseHandle, PspExitThread),
 * because it is read on stacks; the rest is component_verb.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/words/limits.h"
#include "sim/sim.h"
#include "sim/list.h"
#include <string.h>

/* ---- Words from the tables ------------------------------------------------------------------- */
enum rec_kind {
#define RECORD(name, text) REC_##name,
#include "model/words/records.def"
#undef RECORD
    REC_COUNT
};
enum choice_site {
#define CHOICE(name, text) CHOICE_##name,
#include "model/words/choices.def"
#undef CHOICE
    CHOICE_COUNT
};
enum cost {
#define COST(name, ns, source) COST_##name,
#include "model/words/costs.def"
#undef COST
    COST_COUNT
};
enum bugcheck_code {
#define BUGCHECK(code, name, a1, a2, a3, a4) name = code,
#include "model/words/bugchecks.def"
#undef BUGCHECK
};

/* The simulated machine boots on Tuesday 5 September 2006, 06:00 UTC: 100 ns since 1601. */
#define KI_BOOT_TIME 128019096000000000ll

/* A function that must show as a frame of its own on a simulated stack. */
#define NT_FRAME __attribute__((noinline))

enum { ORIGINAL_APC_ENVIRONMENT = 0, ATTACHED_APC_ENVIRONMENT = 1 };

/* KOBJECTS, the type byte of a dispatcher header; 3 and 6 are documented, the rest as commonly
 * listed. */
enum ke_object_type {
    KE_EVENT_NOTIFICATION = 0,
    KE_EVENT_SYNCHRONIZATION = 1,
    KE_MUTANT = 2,
    KE_PROCESS = 3,
    KE_QUEUE = 4,
    KE_SEMAPHORE = 5,
    KE_THREAD = 6,
    KE_TIMER_NOTIFICATION = 8,
    KE_TIMER_SYNCHRONIZATION = 9,
};

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

/* A function of NT's own name that must show on a simulated stack: never inlined. */
#define NT_FRAME __attribute__((noinline))

/* ---- Thread and process ---------------------------------------------------------------------- */
enum { THREAD_WAIT_BLOCKS = MAXIMUM_WAIT_OBJECTS + 1 }; /* One more for the timeout's timer. */

struct ke_thread {              /* KTHREAD and ETHREAD. An object body: ob_header lies before it. */
    DISPATCHER_HEADER header;   /* Signaled when the thread has ended. */
    uint32_t id;                /* Client ID, a multiple of 4. */
    uint32_t address;           /* Simulated. */
    struct ke_process *process; /* Owner; never changes. */
    struct link process_link;   /* In process->threads. */
    struct fiber *fiber;
    void (*start)(void *context);
    void *start_context;
    const char *name;   /* For people: "smtp 3", "proxy 0"; static or in the arena. */
    bool system_thread; /* Never in user mode. */

    /* Attach and APCs (1.1). */
    KAPC_STATE apc_state, saved_apc_state;
    KAPC_STATE *apc_state_pointer[2];
    uint8_t apc_state_index;
    bool apc_queueable;
    int16_t kernel_apc_disable, special_apc_disable; /* 0 enabled, negative: depth. */

    /* Scheduling (4). */
    enum ke_thread_state state;
    int8_t priority, base_priority, priority_decrement;
    int16_t quantum, quantum_reset; /* Units, 3 a clock tick. */
    uint8_t ideal_processor, last_processor;
    KIRQL irql; /* Of the thread while it is not running; of its processor while it is. */
    struct link ready_link;
    sim_time ready_since;
    sim_time spend_left;         /* Processor time still owed at the present point. */
    sim_time debt;               /* Switches and clock ticks, paid at the next point. */
    uint64_t cpu_time, switches; /* ns; count. */

    /* Waiting (4.5). */
    NTSTATUS wait_status;
    KIRQL wait_irql;
    KPROCESSOR_MODE wait_mode;
    bool alertable, alerted;
    KWAIT_REASON wait_reason;
    WAIT_TYPE wait_type;
    uint32_t wait_count;
    KWAIT_BLOCK *wait_blocks; /* In force: own_blocks or the caller's. */
    KWAIT_BLOCK own_blocks[4];
    KWAIT_BLOCK timer_block;
    KTIMER timer;       /* For timeouts. */
    LIST_ENTRY mutants; /* Owned KMUTANTs. */

    /* System services. */
    KPROCESSOR_MODE previous_mode;
    uint32_t service; /* Number in force, 0: none. */
    LIST_ENTRY irps;  /* Pending I/O, by ThreadListEntry. */
    /* The kernel queue whose slot it holds while it does not wait; NULL: none. */
    struct ex_queue *queue;
    bool terminating; /* The kill APC has been queued. */
    bool exited;
    NTSTATUS exit_status;
    KAPC kill_apc, suspend_apc;
    KSEMAPHORE suspend_semaphore;
    int32_t suspend_count;
    int32_t freeze_count;
    struct ps_rundown {
        int32_t count;
        bool closed;
        KEVENT drained;
    } rundown;

    uint32_t last_error;    /* The user side's GetLastError. */
    uint64_t fault_address; /* Last user fault, for the debugger. */
    uint64_t tainted_read;  /* Record number + 1 of the latest tainted read; 0: none. */
};

struct ke_process {           /* KPROCESS and EPROCESS. An object body. */
    DISPATCHER_HEADER header; /* Signaled when the process has ended. */
    uint32_t id;
    uint32_t address;              /* Simulated; a scenario can pin it. */
    char name[NAME_MAX_CHARS + 1]; /* Image name: "store.exe". */
    struct link process_link;      /* In kernel.processes, in order of creation. */
    struct link threads;
    uint32_t active_threads;
    int32_t stack_count; /* Threads that need this address space (1.3). */
    int8_t base_priority;
    struct mm_space *space; /* NULL: no user region (System), or already torn down. */
    struct ob_table *handles;
    /* The debug port: the debugger's process, referenced. NULL: none. */
    struct ke_process *debugger;
    struct ps_rundown rundown;
    bool exiting, deleting, critical;
    NTSTATUS exit_status;
    uint32_t parent_id;
    uint64_t quota_nonpaged, quota_paged;
    uint64_t cpu_time; /* Of threads that have ended. */
    /* The user side's own: heap, command line, debugging. See win32.h. */
    struct win32_process *win32;
    void (*win32_exit)(struct ke_process *process); /* Told once, when the process is deleted. */
};

/* ---- Processors ------------------------------------------------------------------------------ */
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
    bool spinning;                  /* Waits for a spin lock: interrupts only. */
    sim_time idle_since, idle_time; /* Of it: measured; DPCs are no idleness. */
    sim_time idle_all;              /* Of it: the whole run. */
    uint64_t switches;
    uint32_t cr3; /* Address of the process whose space is loaded. */
};

/* ---- The kernel ------------------------------------------------------------------------------ */
struct ke_stop {
    bool stopped;
    uint32_t code;
    uint32_t args[4];                  /* As shown: simulated addresses. */
    struct ke_process *arg_process[2]; /* Arg1/Arg2 as processes where they are; NULL otherwise. */
    struct ke_thread *thread;
    struct ke_process *owner, *current; /* Of the thread at the stop. */
    uint8_t index, cpu;
    KIRQL irql;
    bool in_dpc;
    sim_time at;
    uint64_t record; /* Number of the STOP record. */
    /* To blame, where the code has an instruction address; else empty. */
    char driver[NAME_MAX_CHARS + 1];
    void *frames[48]; /* Host return addresses of the simulated stack, innermost first. */
    uint32_t frame_count;
};

/* The first exception of this boot that nobody handled: what a user dump of the process shows. */
struct ke_crash {
    char process[NAME_MAX_CHARS + 1];
    const char *thread; /* Its name for people; NULL: none, or no crash yet. */
    uint32_t code, address;
    void *frames[48]; /* As of a stop. */
    uint32_t frame_count;
};

struct ke_switches {       /* Facts that the sheet leaves open, as switches of the scenario. */
    bool exit_check;       /* Stop 1 at service exit (2.6). Default on. */
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
    struct ke_cpu *cpu;        /* Whose code is being executed. */
    uint32_t cost[COST_COUNT]; /* ns. */
    struct ke_switches switches;
    sim_time tick_ns; /* 15.625 ms on multiprocessors, 10 ms on one (4.2). */
    uint64_t ticks;
    sim_time measured_from; /* Statistics begin here: what happens earlier warms up. */
    struct link processes;  /* In order of creation, until deleted. */
    struct ke_process *system;
    uint32_t next_id;
    uint32_t next_address[REGION_COUNT]; /* See ke_address_new. */
    LIST_ENTRY timers;                   /* Sorted by DueTime. */
    struct ki_interrupt *free_interrupts;
    struct ke_stop stop;
    struct ke_crash crash;
    const char *repro;   /* The line that runs this case again. */
    struct ex_state *ex; /* Pool, workers, lookaside: ex_ files. */
    struct ob_state *ob; /* Types, names, reaper. */
    struct io_state *io; /* Drivers, devices, files, disks. */
    struct ps_state *ps;
    struct cm_state *cm; /* Registry and event logs. */
    struct mm_state *mm;
    struct mm_mappings *mappings; /* System addresses of mapped MDLs. */
    struct win32_state *win32;
    struct io_image installed_driver; /* What "EXIFS" loads. */
    /* Another build's file is in place now; set by the world. NULL: files do not change. */
    void (*install_driver)(const char *build);
    void *site; /* What programs share with the world: nt_site(). */
};

/* The current world's kernel: the only thread-local of the model. */
extern _Thread_local struct kernel *ke;

/* Start: allocates from sim->arena; afterwards the agenda holds what makes the machine boot. */
struct kernel *kernel_new(struct sim *sim, uint32_t cpu_count);

static inline struct ke_cpu *ke_cpu(void) { return ke->cpu; }
static inline struct ke_thread *ke_current_thread(void) { return ke->cpu->thread; }
static inline struct ke_process *ke_current_process(void)
{
    return ke->cpu->thread->apc_state.Process;
}
/* How much of a span counts for the statistics. */
static inline sim_time ke_measured(sim_time from, sim_time to)
{
    return to > MAX_OF(from, ke->measured_from) ? to - MAX_OF(from, ke->measured_from) : 0;
}

static inline bool ke_dpc_active(void) { return ke->cpu->dpc_active; }

/* Adds a record with the present processor and thread. */
void ke_record(enum rec_kind kind, uint32_t a, uint32_t b, uint32_t c, uint32_t d);

/* 0 .. count-1 from the oracle; zero is calm. */
uint32_t ke_choose(enum choice_site site, uint32_t count);

/* A new simulated address, 16-byte aligned, unique for the run; deterministic by order of
 * asking. */
uint32_t ke_address_new(enum ke_region region, uint32_t bytes);

/* ---- ke_sched: time and processors ----------------------------------------------------------- */
/* The running code uses its processor for ns; a point. At DISPATCH_LEVEL and above nothing
 * interrupts it. */
void ke_spend(sim_time ns);
static inline void ke_cost(enum cost cost) { ke_spend(ke->cost[cost]); }
sim_time ke_idle_time(void);              /* Of all processors together, as measured until now. */
sim_time ke_processor_idle(uint32_t cpu); /* Of one, from its start until now. */
/* Waiting or new -> ready, with boost (4.3). */
void ke_ready_thread(struct ke_thread *thread, KPRIORITY increment);
/* The current thread gives up its processor in its present state (not running). */
void ke_switch_away(void);
void ke_request_dpc(struct ke_cpu *cpu); /* DISPATCH interrupt to a processor; from anywhere. */
void ke_request_apc(struct ke_thread *thread); /* APC_LEVEL interrupt if it runs; from anywhere. */
void ke_exit_dispatcher(void); /* Leaving the dispatcher: preemption if a better thread is ready. */
void ke_thread_init(struct ke_thread *thread, struct ke_process *process, void (*start)(void *),
                    void *context,
                    /* Fills every field above but id, address, win32; makes the fiber. */
                    KPRIORITY base_priority);
void ke_thread_start(struct ke_thread *thread); /* Makes it ready. */
NORETURN void ke_thread_end(void); /* The current thread is over: signals it, never runs again. */

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

/* ---- ke_bugcheck ----------------------------------------------------------------------------- */
/* The machine stops. Records, freezes the engine, never returns. Only the kernel's own rules call
 * it. */
NORETURN void ke_stop(uint32_t code, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4);
NORETURN void ke_stop_processes(uint32_t code, struct ke_process *a1, struct ke_process *a2,
                                uint32_t a3, uint32_t a4);
/* The same while the machine is being made and no code of it runs yet: it stops as soon as time
 * does. */
void ke_stop_at_boot(uint32_t code, uint32_t a1);
const char *ke_stop_name(uint32_t code);

/* ---- Services (ke_service) ------------------------------------------------------------------- */
/* User code calls the system: previous mode becomes user, a cost is spent; leaving runs the checks
 * of 2.6, user APCs and termination. A thread that is to die does not come back from
 * service_leave. */
void service_enter(uint32_t number);
void service_leave(NTSTATUS status);
/* User-mode computing: spends, then what return to user mode does. */
void ke_user_point(sim_time ns);
/* The current thread raised an exception in user mode: debugger, handlers, last chance. Does not
 * return. */
NORETURN void ke_user_exception(NTSTATUS code, uint32_t address, bool write);
/* An exception in kernel mode that nobody handles: 0x1E/0x7E/0x8E, or 0xA/0xD1/0x50 by IRQL and
 * address (3.4, 6.6). */
NORETURN void ke_kernel_exception(NTSTATUS code, uint32_t address, bool write);

/* ---- mm_: user memory ------------------------------------------------------------------------ */
enum { MM_PAGE = 4096 };
#define MM_USER_FIRST   0x00010000u
#define MM_USER_END     0x7fff0000u
#define MM_SYSTEM_FIRST 0x80000000u /* Simulated addresses from here on are the system's. */

/* A simulated address, not a host pointer: below 4 GiB and not in the program's own image, which
 * some hosts load there. */
#if defined(__ELF__)
extern const char __executable_start[], _end[];
static inline bool mm_is_simulated(const void *ptr)
{
    return (uintptr_t)ptr < 0x100000000ull &&
           (uintptr_t)ptr - (uintptr_t)__executable_start >= (uintptr_t)(_end - __executable_start);
}
#else
static inline bool mm_is_simulated(const void *ptr) { return (uintptr_t)ptr < 0x100000000ull; }
#endif

void mm_start(void);
struct mm_space *mm_space_new(void);
void mm_space_free(struct mm_space *space); /* Unmaps and frees all. */
/* bytes at *base (0: anywhere from the bottom, 64 KB steps). Zeroed. */
NTSTATUS mm_allocate(struct ke_process *process, uint32_t *base, uint32_t bytes);
NTSTATUS mm_free(struct ke_process *process, uint32_t base);  /* What mm_allocate gave, whole. */
NTSTATUS mm_unmap(struct ke_process *process, uint32_t base); /* A view, whole. */
/* One region holds them all. */
bool mm_covered(struct ke_process *process, uint32_t base, uint32_t bytes);
struct mm_section; /* Pages shared by views; an object body (type Section). */
NTSTATUS mm_map(struct ke_process *process, struct mm_section *section, uint32_t *base,
                uint32_t bytes);
NTSTATUS mm_section_new(uint32_t bytes, struct mm_section **out); /* Through ob: reference 1. */
void mm_section_remove(void *body);                               /* The type's remove. */
/* Copies between a process' user memory and plain memory. STATUS_ACCESS_VIOLATION with *fault set
 * at the first bad byte; what came before is copied. Writes by a thread whose owner is another
 * process are recorded. */
NTSTATUS mm_read(struct ke_process *process, uint32_t address, void *to, size_t bytes,
                 uint32_t *fault);
NTSTATUS mm_write(struct ke_process *process, uint32_t address, const void *from, size_t bytes,
                  uint32_t *fault);
NTSTATUS mm_fill(struct ke_process *process, uint32_t address, uint8_t byte, size_t bytes,
                 uint32_t *fault);
/* For onlookers: bytes as they stand, without a record, a page or a fault. False: some are not
 * there. */
bool mm_peek(const struct ke_process *process, uint32_t address, void *to, size_t bytes);

/* The same of a section, wherever it is mapped. */
bool mm_section_peek(const struct mm_section *section, uint32_t offset, void *to, size_t bytes);

/* Address space of a process. Private: allocated for itself alone, backed or not. */
struct mm_use {
    uint64_t private_bytes, virtual_bytes, largest_free;
};
void mm_space_use(const struct ke_process *process, struct mm_use *out);
/* Copy where either side may be a simulated user address (in `process`) or plain memory; used by
 * the I/O manager and Nt services to reach caller buffers in the process in force. No exception: a
 * status. */
NTSTATUS mm_copy_to_caller(void *to, const void *from, size_t bytes);
NTSTATUS mm_copy_from_caller(void *to, const void *from, size_t bytes);

/* ---- ob_: objects and handles (nt-kernel.md 6) ----------------------------------------------- */
struct ob_type {
    const char *name;
    uint32_t index;
    bool waitable;                  /* The body starts with a dispatcher header. */
    uint32_t default_header_offset; /* File objects wait on their Event. Bytes into the body. */
    /* A handle of `process` (the process in force) goes; counts are those BEFORE the decrement. */
    void (*close)(struct ke_process *process, void *body, uint32_t process_handles,
                  uint32_t system_handles);
    void (*remove)(void *body); /* Last reference gone; frees nothing itself, ob does. */
};
enum ob_type_index {
    OB_PROCESS,
    OB_THREAD,
    OB_EVENT,
    OB_SEMAPHORE,
    OB_MUTANT,
    OB_TIMER,
    OB_FILE,
    OB_DEVICE,
    OB_DRIVER,
    OB_SECTION,
    OB_COMPLETION,
    OB_SYMLINK,
    OB_KEY,
    OB_DIRECTORY,
    OB_TYPE_COUNT
};
struct ob_holder {              /* How many handles one process has to an object. */
    struct ke_process *process; /* NULL: this place is free. */
    struct ob_holder *next;
    LONG count;
};
struct ob_header {
    /* The alignment makes every body start on 16 bytes, on any host. */
    _Alignas(16) LONG pointer_count;
    LONG handle_count;
    const struct ob_type *type;
    struct ob_name *name; /* NULL: no name. */
    uint32_t address;     /* Simulated; of the body. */
    bool permanent;       /* Keeps its name when the last handle goes. */
    struct link reaper_link;
    struct ob_holder holder; /* The first process; others hang from it. */
};
static inline struct ob_header *ob_header(const void *body)
{
    return (struct ob_header *)(uintptr_t)body - 1;
}
static inline uint32_t ob_address(const void *body) { return body ? ob_header(body)->address : 0; }

const struct ob_type *ob_type_of(enum ob_type_index type);
/* Zeroed, one reference; address 0: a new one. NULL: no pool. */
void *ob_new(enum ob_type_index type, size_t body_bytes, uint32_t address);
/* Puts it in the namespace: "\\Device\\ExIfs". Case does not count. */
NTSTATUS ob_name_insert(void *body, PCWSTR name);
void ob_name_remove(void *body);
/* Follows symbolic links; longest match is for IopParse. No reference added. */
void *ob_name_find(PCWSTR name);
/* In the process in force. */
NTSTATUS ob_create_handle(void *body, ACCESS_MASK access, ULONG attributes, KPROCESSOR_MODE mode,
                          HANDLE *out);
NTSTATUS ObpCloseHandle(HANDLE handle, KPROCESSOR_MODE mode);
NTSTATUS ob_duplicate(struct ke_process *source, HANDLE handle, struct ke_process *target,
                      HANDLE *out, ACCESS_MASK access, ULONG options);
void ob_table_new(struct ke_process *process);
void ObKillProcess(struct ke_process *process);             /* 6.5 step 15. */
void ObClearProcessHandleTable(struct ke_process *process); /* 6.3 row e: the foreign sweep. */
uint32_t ob_handle_count(const struct ke_process *process);
void ob_dereference_deferred(void *body); /* 6.4: always by the reaper. */

/* ---- ex_ ------------------------------------------------------------------------------------- */
/* The world starts its parts in this order: ex_start, cm_start, ps_start, io_start; all of it
 * before time runs. */
void ex_start(void); /* Pool, object types, work queues. The threads come with ps_start. */
/* The waiting code tells a kernel queue when a thread that holds one of its slots starts and stops
 * waiting. */
void ex_queue_block(struct ke_thread *thread);
void ex_queue_unblock(struct ke_thread *thread);
struct ex_pool_use {
    uint32_t tag;
    uint64_t bytes, blocks, allocs, frees, fails;
};
uint64_t ex_pool_bytes(POOL_TYPE type);
uint64_t ex_pool_peak(POOL_TYPE type); /* The most that was in use at once. */
uint32_t ex_pool_tags(struct ex_pool_use *out, uint32_t max, POOL_TYPE type); /* Sorted by tag. */
uint32_t ex_pool_address(const void *block); /* Simulated address of a pool block. */

/* ---- io_ (nt-kernel.md 5.4, 5.5, 7) ---------------------------------------------------------- */
void io_start(void);
NTSTATUS io_create_file(HANDLE *out, ACCESS_MASK access, PCWSTR name, ULONG attributes,
                        IO_STATUS_BLOCK *iosb, ULONG share, ULONG disposition, ULONG options,
                        KPROCESSOR_MODE mode);
/* DIRECTORY: code other than 0 begins at the first entry again. */
enum io_kind { IO_READ, IO_WRITE, IO_CONTROL, IO_FLUSH, IO_DIRECTORY, IO_VOLUME };
struct io_request { /* What NtReadFile, NtWriteFile, NtDeviceIoControlFile pass on. */
    enum io_kind kind;
    HANDLE file, event;
    PIO_APC_ROUTINE apc_routine;
    void *apc_context;     /* Also the completion port's per-request value. */
    IO_STATUS_BLOCK *iosb; /* Caller's: user (plain or simulated) or kernel memory. */
    void *in, *out;        /* Caller's buffers. */
    ULONG in_bytes, out_bytes, code;
    LARGE_INTEGER *offset;
};
/* STATUS_PENDING for asynchronous files. */
NTSTATUS io_transfer(const struct io_request *request, KPROCESSOR_MODE mode);
void IoCancelThreadIo(struct ke_thread *thread);
NTSTATUS io_cancel_file(HANDLE file); /* NtCancelIoFile: this thread's IRPs on it. */
/* IRP_MJ_QUERY_INFORMATION, FileStandardInformation's EndOfFile. */
NTSTATUS io_query_size(HANDLE file, uint64_t *size);
/* IRP_MJ_SET_INFORMATION, FileEndOfFileInformation. */
NTSTATUS io_set_size(HANDLE file, uint64_t size);
NTSTATUS io_delete(HANDLE file); /* With its last handle, which this must be. */
/* Completion ports. */
NTSTATUS io_port_new(ULONG concurrency, HANDLE *out);
NTSTATUS io_port_bind(HANDLE file, HANDLE port, void *key);
NTSTATUS io_port_post(HANDLE port, void *key, void *context, NTSTATUS status,
                      ULONG_PTR information);
NTSTATUS io_port_remove(HANDLE port, void **key, void **context, IO_STATUS_BLOCK *iosb,
                        LARGE_INTEGER *timeout);
/* Drivers. An image is a name with an entry; images are registered by the world before boot. */
/* NtLoadDriver: in a System worker; caller waits. */
NTSTATUS io_load_driver(PCWSTR service_key, PCWSTR driver_name, const struct io_image *image);
/* NtUnloadDriver; success with unload pending while references last. */
NTSTATUS io_unload_driver(PCWSTR driver_name);
bool io_driver_present(PCWSTR driver_name); /* The driver object still exists. */
/* Plain files on simulated NTFS volumes: \??\C:\... . Disks have queues; see io_disk.c. */
struct io_disk_settings {
    uint32_t service_us_median, sigma_milli, per_page_us, cache_ppm;
};
/* 0: C: (system, logs), 1: D: (.edb), 2: E: (.stm). */
void io_disk_configure(uint32_t disk, const struct io_disk_settings *settings);
/* After a restart: the files of an earlier kernel's volumes, nothing of them open. */
void io_disk_take_over(const struct kernel *before);
void io_disk_reseed(uint64_t seed); /* Service times from here on come from this seed's streams. */
/* A worn disk: every transfer takes so many times as long; 1: as ever. */
void io_disk_slow(uint32_t disk, uint32_t factor);
/* A failing one: of the transfers that reach the disk and are meant, the nth ends with this status
 * and nothing moved, and so do the count - 1 behind it. What the cache answers does not reach the
 * disk. NULL: as ever. The caller keeps the block while it is in force. */
struct io_disk_failure {
    bool reads, writes;
    NTSTATUS status;
    uint64_t nth, count, met;
};
void io_disk_fail(uint32_t disk, struct io_disk_failure *failure);
/* A full one: no file gets longer (STATUS_DISK_FULL). */
void io_disk_fill(uint32_t disk, bool full);
/* The current is cut: what was written into the cache within the last seconds, and not through it,
 * never reached the disks; such pages are zeros. How many they are. */
uint32_t io_disks_power_off(void);
/* Bytes of a file as they stand; how many there are from offset on, at most `bytes`. */
uint32_t io_file_peek(PCWSTR path, uint64_t offset, void *to, uint32_t bytes);
/* The medium fails: a bit changes in the nth page of a file that holds something, and in the
 * count - 1 behind it that do. How many they are. */
uint32_t io_file_spoil(PCWSTR path, uint64_t nth, uint64_t count);
/* Requests with this control code fail for want of memory before they reach a driver: the nth from
 * now on, and the count - 1 behind it. */
void io_lose_control(uint32_t code, uint64_t nth, uint64_t count);
uint32_t io_disk_queue(uint32_t disk);     /* Transfers waiting or in service. */
sim_time io_disk_busy_time(uint32_t disk); /* As measured until now. */

/* What passed a disk's queue since the start: [0] reads, [1] writes and flushes. Area: the time
 * that transfers spent waiting and in service, ns; those still there count until now. */
struct io_disk_totals {
    uint64_t transfers[2], area[2];
    uint32_t depth[2];
    sim_time changed;
};
void io_disk_total(uint32_t disk, struct io_disk_totals *out);
/* Of a file's content, for checks; 0: no such file. */
uint64_t io_file_hash(PCWSTR path, uint64_t offset, uint32_t bytes);

/* ---- ps_ (nt-kernel.md 6.5, 6.6) ------------------------------------------------------------- */
void ps_start(void);
/* A process with one thread that runs start(context) in user mode; the thread exits when start
 * returns. One reference to the process is the caller's. address 0: not pinned. */
NTSTATUS ps_create_process(const char *name, uint32_t address, struct ke_process *parent,
                           void (*start)(void *), void *context, struct ke_process **out);
NTSTATUS ps_create_thread(struct ke_process *process, void (*start)(void *), void *context,
                          bool system_thread, const char *name, struct ke_thread **out);
/* NULL: the current one, caller's threads last. */
NTSTATUS NtTerminateProcess(HANDLE process, NTSTATUS status);
/* The part behind the handle. */
NTSTATUS PspTerminateProcess(struct ke_process *process, NTSTATUS status);
NTSTATUS ps_terminate_thread(struct ke_thread *thread, NTSTATUS status);
NORETURN void PspExitThread(NTSTATUS status);
/* Debug port: freezes nobody by itself; dies with its debugger (which kills the debuggee). */
NTSTATUS ps_debug_attach(struct ke_process *debugger, struct ke_process *target);
void ps_freeze_process(struct ke_process *process, struct ke_thread *except);
struct ke_process *ps_find(const char *name); /* First living process of this image name; NULL. */
struct ke_process *ps_by_id(uint32_t id);
bool ps_rundown_acquire(struct ps_rundown *rundown);
void ps_rundown_release(struct ps_rundown *rundown);
void ps_rundown_wait(struct ps_rundown *rundown);

/* ---- cm_: registry values and event logs ----------------------------------------------------- */
void cm_start(void);
/* key: "\\Registry\\Machine\\System\\..." */
void cm_set_text(const char *key, const char *value_name, const char *text);
void cm_set_dword(const char *key, const char *value_name, uint32_t value);
bool cm_get_text(const char *key, const char *value_name, char *out, size_t size);
bool cm_get_dword(const char *key, const char *value_name, uint32_t *out);
enum cm_log { LOG_SYSTEM, LOG_APPLICATION };
enum cm_severity { LOG_INFORMATION, LOG_WARNING, LOG_ERROR };
struct cm_line {
    sim_time at;
    enum cm_log log;
    enum cm_severity severity;
    uint32_t id;
    char source[32];
    char text[448];
};
void cm_log(enum cm_log log, enum cm_severity severity, const char *source, uint32_t id,
            const char *format, ...) PRINTF_LIKE(5, 6);
/* After a restart: registry and event logs of an earlier kernel. */
void cm_take_over(const struct kernel *before);
uint32_t cm_log_count(void);
const struct cm_line *cm_log_line(uint32_t index);
/* What the user side does with an exception that nobody handled (AeDebug, Dr. Watson): set by win32
 * at start. */
extern void (*ke_last_chance)(struct ke_thread *thread, NTSTATUS code, uint32_t address,
                              bool write);
