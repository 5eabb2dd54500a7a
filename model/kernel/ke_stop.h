/* ke_stop.h - the machine stops: what is kept of a bug check, and of a process' first crash.
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
    uint32_t args[4];                  /* As shown: simulated addresses. */
    struct ke_process *arg_process[2]; /* Arg1/Arg2 as processes where they are; NULL otherwise. */
    struct ke_thread *thread;
    struct ke_process *owner, *current; /* The thread's owner, and its process in force. */
    uint32_t service;                   /* System service in force; 0: none. */
    bool first_thread;                  /* The thread is the first of its process. */
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
};

/* The first exception of this boot that nobody handled: what a user dump of the process shows. */
struct ke_crash {
    char process[NAME_MAX_CHARS + 1];
    const char *thread; /* Its name for people; NULL: none, or no crash yet. */
    uint32_t code, address;
    void *frames[STOP_FRAMES_MAX]; /* As of a stop. */
    uint32_t frame_count;
};

NORETURN void ke_stop(uint32_t code, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4);
/* The first two arguments are processes: their addresses are shown, and who they are is kept. */
NORETURN void ke_stop_processes(uint32_t code, struct ke_process *a1, struct ke_process *a2,
                                uint32_t a3, uint32_t a4);
/* While the machine is being made and no code of it runs yet: it stops as soon as time does. */
void ke_stop_at_boot(uint32_t code, uint32_t a1);

/* An exception in kernel mode that nobody handles: 0x1E/0x7E/0x8E, or 0xA/0xD1/0x50 by IRQL and
 * address (nt-kernel.md 3.4, 6.6). */
NORETURN void ke_kernel_exception(NTSTATUS code, uint32_t address, bool write);
