/* fault.h - faults of the processor, offered to the world that runs on this host thread.
 *
 *     struct host_faults faults = { .take = decide };
 *
 *     if (mark_here(faults.broken) == 0) {
 *         host_faults_begin(&faults);
 *         ... run ...
 *     } // else: the world could not go on
 *     host_faults_end(&faults);
 *
 * Meanwhile a fault of this thread (bad address, division by zero, illegal instruction, breakpoint)
 * calls `take` on a stack of its own, which says what becomes of it. Faults that nobody takes go
 * where they went before. Threads are independent of each other. Hosts without mark_here (mark.h)
 * take no faults.
 *
 * A watch tells which pages of a block are written, whichever thread writes: the caller makes them
 * read only, and the first write to each calls `written`, which opens the page.
 *
 *     struct host_watch watch = { .base = block, .size = size, .written = open_page };
 *
 *     host_watch_begin(&watch);
 *     host_watch_ready();                      // on each thread, before it writes
 *     host_watch_end(&watch);
 */
#pragma once
#include "sim/host/mark.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum host_fault_kind {
    HOST_FAULT_ACCESS,
    HOST_FAULT_DIVISION,
    HOST_FAULT_INSTRUCTION,
    HOST_FAULT_BREAKPOINT,
};

struct host_fault {
    enum host_fault_kind kind;
    uintptr_t address;  /* Address of the access. */
    bool address_known; /* False: an address that the processor cannot have. */
    bool write;
    /* Registers of the code: instruction pointer, stack pointer, frame pointer. */
    uintptr_t instruction, stack, frame;
    uintptr_t link; /* Where a call returns to. 0: the processor keeps it on the stack. */
};

enum host_fault_answer {
    HOST_FAULT_NOT_MINE,
    HOST_FAULT_MENDED,   /* The instruction is done again. */
    HOST_FAULT_LANDS,    /* `land` is set: the code goes on there. */
    HOST_FAULT_IS_FATAL, /* The run goes on at `broken`. */
};

/* Where the code goes on: in function(saved), as if called by the instruction `from`, below the
 * address `stack`. The function must not return; host_fault_resume(saved) does the instruction
 * again. */
struct host_landing {
    void (*function)(void *saved);
    uintptr_t stack, from;
    uintptr_t caller; /* The code that called `from`, which has no frame; 0: `from` has one. */
};

struct host_faults {
    enum host_fault_answer (*take)(struct host_fault *fault, struct host_landing *land);
    void *broken[MARK_WORDS];
    void *own; /* The stack on which `take` runs, where the host has none for this thread. */
};

/* True if this host takes faults: on Linux and macOS with x86-64 and AArch64, on Windows. In
 * WebAssembly those of guests alone are taken, whose code asks before each access. */
bool host_faults_exist(void);

void host_faults_begin(struct host_faults *faults);
void host_faults_end(struct host_faults *faults);

/* The code that called this function (code from outside, mostly). WebAssembly does not tell it, so
 * modules note the beginning of their variables before each call (ui/web/guest_cc.mjs). */
#if defined(__EMSCRIPTEN__)
extern void *host_caller;
#define HOST_CALLER() host_caller
#else
#define HOST_CALLER() __builtin_return_address(0)
#endif

/* From now on, or no more: only this file changes the handlers of these faults, and the stack on
 * which this thread runs them. So who begins and ends over and over need not ask the system each
 * time. */
void host_faults_keep(bool on);

void host_fault_resume(void *saved) __attribute__((noreturn));

struct host_watch {
    char *base;
    size_t size;
    /* A fault at an address of the block, told on the handler's stack before any world's `take`
     * hears of it. True: the page is open now, and the write is done again. False: the fault has
     * another cause. */
    bool (*written)(struct host_watch *watch, char *at);
    struct host_watch *next; /* Not the caller's. */
};

/* Watches a block until the end of the watch; any thread may call both. A call of the system that
 * writes to a watched page fails, so no such call may get an address of the block. */
void host_watch_begin(struct host_watch *watch);
void host_watch_end(struct host_watch *watch);

/* Gives this thread a stack for the handler, because a simulated stack has no room for it; and puts
 * the handler back where another one has taken its place. Cheap enough to be called often. */
void host_watch_ready(void);

/* For another handler of the same faults: true if the fault was taken. The arguments are those of a
 * POSIX handler; on Windows `info` is an EXCEPTION_POINTERS, and the others are nothing. */
bool host_fault_offer(int signal, void *info, void *context);
/* True if this is the handler that this file sets (struct sigaction). */
bool host_fault_owns(const void *action);
