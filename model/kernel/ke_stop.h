/* ke_stop.h - bug checks: how they are raised, and what is kept of one and of a process' first
 * crash.
 *
 * Only the kernel's own rules stop the machine. A stop is recorded, freezes the engine and does not
 * return; struct ke_stop holds what the blue screen and the dump would show.
 *
 *     if (thread->apc_state_index != ORIGINAL_APC_ENVIRONMENT)
 *         ke_stop_processes(INVALID_PROCESS_ATTACH_ATTEMPT, wanted, current, index, dpc);
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/words/bugchecks.h"
#include "model/words/limits.h"
#include "sim/base.h"
#include "sim/clock.h"

struct ke_process;
struct ke_thread;

struct ke_stop {
    bool stopped;
    uint32_t code;
    uint32_t args[4];                  /* The arguments as shown; addresses are simulated. */
    struct ke_process *arg_process[2]; /* Arg1 and Arg2 where they are processes; NULL otherwise. */
    struct ke_thread *thread;
    /* The owner of the thread, and its process in force; NULL: a driver has written over it. */
    struct ke_process *owner, *current;
    uint32_t service;  /* System service in progress; 0: none. */
    bool first_thread; /* The thread is the first of its process. */
    uint8_t index, cpu;
    KIRQL irql;
    bool in_dpc;
    /* Stop 5: an APC routine came back attached; a thread ended attached. Both false: an attach. */
    bool by_apc, by_exit;
    sim_time at;
    uint64_t record; /* Number of the STOP record. */
    /* Host return addresses of the simulated stack, innermost first. */
    void *frames[STOP_FRAMES_MAX];
    uint32_t frame_count;
    /* Driver Verifier: the rule that was broken, as a sentence; what another stack is, "It was
     * allocated by"; that stack. "": none. Without a rule: the dispatch routine to blame. */
    char rule[STOP_RULE_CHARS], other[STOP_OTHER_CHARS];
    void *other_frames[STOP_FRAMES_MAX];
    uint32_t other_count;
};

/* The first unhandled user-mode exception of this boot, as a user dump of the process shows it. */
struct ke_crash {
    char process[NAME_MAX_CHARS + 1];
    const char *thread; /* Name of the crashed thread for people; NULL: none, or no crash yet. */
    uint32_t code, address;
    void *frames[STOP_FRAMES_MAX]; /* As in struct ke_stop. */
    uint32_t frame_count;
};

/* Stops the machine with a code and its arguments, at any IRQL. */
NORETURN void ke_stop(uint32_t code, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4);
/* The stack of the stop that follows at once begins in a routine that does not run now: the one to
 * blame. */
void ke_stop_begins_in(const void *routine);
/* Stops with processes as Arg1 and Arg2: their addresses are shown, and the processes are kept. */
NORETURN void ke_stop_processes(uint32_t code, struct ke_process *a1, struct ke_process *a2,
                                uint32_t a3, uint32_t a4);
/* Stops a machine that is still being made and runs no code yet: it stops when time begins. */
void ke_stop_at_boot(uint32_t code, uint32_t a1);

/* Stops the machine if the IRQL is above `most`, as touching pageable kernel memory there does
 * (0xA, nt-kernel.md 3.4). */
void ke_require_irql(KIRQL most, uint32_t address);
/* The same for a write to an object that has an address by ke_address_of. */
void ke_require_irql_of(KIRQL most, const void *object);

/* Stops for an unhandled exception in kernel mode: 0x1E/0x7E/0x8E, or 0xA/0xD1/0x50 by IRQL and
 * address (nt-kernel.md 3.4, 6.6). */
NORETURN void ke_kernel_exception(NTSTATUS code, uint32_t address, bool write);

/* Runs the callbacks that drivers have registered for a stop, once the stop is kept. */
void ke_run_bugcheck_callbacks(void);
/* True if such a callback runs: it has stopped the machine once more, which ends it. */
bool ke_bugcheck_again(void);
