/* step.h - stops code of chosen ranges before chosen instructions of it, or before each: for a
 * debugger of guests.
 *
 *     struct host_step step = { .stop = decide, .ranges = ranges, .range_count = 2 };
 *
 *     host_step_begin(&step);                      // on the host thread that will run the code
 *     host_step_mode(&step, HOST_STEP_EACH);       // while none of the code runs
 *     ... run ...
 *     host_step_end(&step);
 *
 * `stop` is called before an instruction, on the stack of the handler of faults (fault.h), and says
 * how to go on. Code outside the ranges runs at full speed: whoever steps sees a call of it as one
 * instruction, and what it calls in the ranges as the next ones. There is code for Linux on x86-64.
 */
#pragma once
#include "sim/host/image.h"
#include <stdbool.h>
#include <stdint.h>

/* General registers in the order of gdb: rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp, r8 to r15. */
enum { HOST_RAX, HOST_RBX, HOST_RBP = 6, HOST_RSP, HOST_R12 = 12, HOST_GENERAL = 16 };
struct host_registers {
    uint64_t general[HOST_GENERAL];
    uint64_t pc;
    uint32_t flags, cs, ss;
    bool thin;  /* Only pc, stack and frame pointer are known. */
    bool whole; /* False: of the general ones only those are known that calls preserve. */
    uint8_t floats[8][10], vectors[16][16];
    uint32_t mxcsr;
};

enum host_step_mode {
    HOST_STEP_OFF,
    HOST_STEP_BREAKS, /* Stops before the instructions of `breaks`. */
    HOST_STEP_EACH    /* Stops before each instruction. */
};

struct host_step {
    enum host_step_mode (*stop)(struct host_step *step, const struct host_registers *registers);
    void *ctx;                       /* The caller's. */
    const struct host_range *ranges; /* Whole pages of code. */
    size_t range_count;
    const uintptr_t
        *breaks; /* Addresses in the ranges; may change whenever the mode is not BREAKS. */
    size_t break_count;

    enum host_step_mode mode; /* Not the caller's: what is in force. */
    bool armed, closed, passing;
};

/* True if this host can step. */
bool host_step_exists(void);

void host_step_begin(struct host_step *step);
void host_step_end(struct host_step *step);
void host_step_mode(struct host_step *step, enum host_step_mode mode);

/* The registers that calls preserve, of the function that made a mark (mark.h). */
void host_step_marked(void **mark, struct host_registers *out);

/* For the handler of faults: true if the signal belongs to a stepper. */
bool host_step_trap(int signal, void *info, void *context);
