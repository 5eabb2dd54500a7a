/* step_posix.c - see step.h: signals.
 *
 *   BREAKS  a breakpoint instruction lies at each chosen address. To go on there, the instruction
 *           that was there is put back and stepped over, and the breakpoints are set again.
 *   EACH    the processor's single-step flag is set while code of the ranges runs. The pages of
 *           the ranges cannot be executed while other code runs, which then has no flag: the fault
 *           by which the ranges are entered again is the stop before the first instruction.
 */
#define _GNU_SOURCE
#include "sim/host/step.h"
#include "sim/host/mark.h"
#include <string.h>

#if defined(__linux__) && defined(__x86_64__)
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { BREAK_INSTRUCTION = 0xcc, SINGLE_STEP = 0x100, BREAKS_MAX = 64 };

static _Thread_local struct host_step *stepper;
static _Thread_local uint8_t kept[BREAKS_MAX]; /* What lay at each breakpoint that is set. */

bool host_step_exists(void) { return true; }

/* ---- The pages ------------------------------------------------------------------------------- */

static void protect(const struct host_step *step, int how)
{
    for (size_t i = 0; i < step->range_count; i++)
        mprotect(step->ranges[i].base, step->ranges[i].size, how);
}

static void close_ranges(struct host_step *step)
{
    if (!step->closed)
        protect(step, PROT_READ);
    step->closed = true;
}

static void open_ranges(struct host_step *step)
{
    if (step->closed)
        protect(step, PROT_READ | PROT_EXEC);
    step->closed = false;
}

static bool in_ranges(const struct host_step *step, uintptr_t at)
{
    for (size_t i = 0; i < step->range_count; i++)
        if (at - (uintptr_t)step->ranges[i].base < step->ranges[i].size)
            return true;
    return false;
}

static bool has_break(const struct host_step *step, uintptr_t at)
{
    for (size_t i = 0; i < step->break_count; i++)
        if (step->breaks[i] == at)
            return true;
    return false;
}

/* Puts breakpoints into the code, or takes them out of it. */
static void arm(struct host_step *step, bool on)
{
    if (step->armed == on)
        return;
    protect(step, PROT_READ | PROT_WRITE);
    for (size_t i = 0; i < step->break_count && i < BREAKS_MAX; i++) {
        uint8_t *at = (uint8_t *)step->breaks[i];

        if (on)
            kept[i] = *at;
        *at = on ? BREAK_INSTRUCTION : kept[i];
    }
    protect(step, PROT_READ | PROT_EXEC);
    step->armed = on;
    step->closed = false;
}

/* ---- Beginning and ending -------------------------------------------------------------------- */

void host_step_begin(struct host_step *step)
{
    step->mode = HOST_STEP_OFF;
    step->armed = step->closed = step->passing = false;
    stepper = step;
}

void host_step_end(struct host_step *step)
{
    host_step_mode(step, HOST_STEP_OFF);
    stepper = NULL;
}

void host_step_mode(struct host_step *step, enum host_step_mode mode)
{
    step->mode = mode;
    step->passing = false;
    arm(step, mode == HOST_STEP_BREAKS);
    if (mode == HOST_STEP_EACH)
        close_ranges(step);
    else
        open_ranges(step);
}

/* ---- Registers ------------------------------------------------------------------------------- */

static void read_registers(const ucontext_t *context, struct host_registers *out)
{
    static const int order[HOST_GENERAL] = { REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI, REG_RDI,
                                             REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                             REG_R12, REG_R13, REG_R14, REG_R15 };
    const greg_t *from = context->uc_mcontext.gregs;
    __typeof__(context->uc_mcontext.fpregs) floats = context->uc_mcontext.fpregs;

    memset(out, 0, sizeof *out);
    for (int i = 0; i < HOST_GENERAL; i++)
        out->general[i] = (uint64_t)from[order[i]];
    out->pc = (uint64_t)from[REG_RIP];
    out->flags = (uint32_t)from[REG_EFL] & ~(uint32_t)SINGLE_STEP;
    out->cs = (uint32_t)(from[REG_CSGSFS] & 0xffff);
    out->whole = true;
    if (floats == NULL)
        return;
    for (int i = 0; i < 8; i++)
        memcpy(out->floats[i], &floats->_st[i], sizeof out->floats[i]);
    memcpy(out->vectors, floats->_xmm, sizeof out->vectors);
    out->mxcsr = floats->mxcsr;
}

void host_step_marked(void **mark, struct host_registers *out)
{
    memset(out, 0, sizeof *out);
    out->general[HOST_RBX] = (uintptr_t)mark[0];
    out->general[HOST_RBP] = (uintptr_t)mark[1];
    for (int i = 0; i < 4; i++)
        out->general[HOST_R12 + i] = (uintptr_t)mark[2 + i];
    out->general[HOST_RSP] = (uintptr_t)mark[6];
    out->pc = (uintptr_t)mark[7];
}

/* ---- Traps ----------------------------------------------------------------------------------- */

static void set_flag(ucontext_t *context, bool on)
{
    if (on)
        context->uc_mcontext.gregs[REG_EFL] |= SINGLE_STEP;
    else
        context->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)SINGLE_STEP;
}

/* Asks what is to be done before an instruction of the ranges. */
static void stop_before(struct host_step *step, ucontext_t *context)
{
    struct host_registers registers;
    uintptr_t at = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];

    arm(step, false);
    read_registers(context, &registers);
    step->mode = step->stop(step, &registers);
    step->passing = step->mode == HOST_STEP_BREAKS && has_break(step, at);
    if (step->mode == HOST_STEP_BREAKS && !step->passing)
        arm(step, true);
    open_ranges(step);
    set_flag(context, step->mode == HOST_STEP_EACH || step->passing);
}

/* The single-step flag was set: an instruction of the ranges has been done. */
static void stepped(struct host_step *step, ucontext_t *context)
{
    bool inside = in_ranges(step, (uintptr_t)context->uc_mcontext.gregs[REG_RIP]);

    set_flag(context, false);
    if (step->passing) {
        step->passing = false;
        arm(step, true);
    } else if (step->mode == HOST_STEP_EACH && inside) {
        stop_before(step, context);
    } else if (step->mode == HOST_STEP_EACH) {
        close_ranges(step);
    }
}

bool host_step_trap(int signal, void *information, void *at)
{
    struct host_step *step = stepper;
    ucontext_t *context = at;
    const siginfo_t *info = information;

    if (step == NULL)
        return false;
    uintptr_t pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];

    if (signal == SIGSEGV && step->closed && in_ranges(step, pc) &&
        (uintptr_t)info->si_addr == pc) {
        stop_before(step, context);
        return true;
    }
    if (signal != SIGTRAP)
        return false;
    if (info->si_code == TRAP_TRACE) {
        stepped(step, context);
        return true;
    }
    if (!step->armed || !in_ranges(step, pc - 1) || !has_break(step, pc - 1))
        return false;
    context->uc_mcontext.gregs[REG_RIP]--;
    stop_before(step, context);
    return true;
}

#else

bool host_step_exists(void) { return false; }
void host_step_begin(struct host_step *step) { (void)step; }
void host_step_end(struct host_step *step) { (void)step; }
void host_step_mode(struct host_step *step, enum host_step_mode mode) { (void)step, (void)mode; }

void host_step_marked(void **mark, struct host_registers *out)
{
    (void)mark;
    memset(out, 0, sizeof *out);
}

bool host_step_trap(int signal, void *info, void *context)
{
    (void)signal, (void)info, (void)context;
    return false;
}
#endif
