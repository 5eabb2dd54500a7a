/* ke_fault.c - faults of the processor once a guest is loaded: from the host's signal to NT's
 * exception.
 *
 *   the guest's code --fault--> ki_take, on the handler's stack: whose is it?
 *                                |-- nobody's: the simulated machine is beyond use: SIM_BROKEN
 *                                '-- the running thread's --> landed, on the thread's own stack
 *                                                               '--> ke_fault --> handler or stop
 *
 * `landed` looks as if the faulting instruction had called it, so the stack of a stop shows where
 * the fault was. Addresses are shown as 32 bits (facts/ddi.md 1.5 has the rules): those of the
 * window and below 4 GiB as they are, others as addresses of the system; inside the arena they are
 * counted from its beginning, because the host chooses where it lies.
 */
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_guest.h"
#include "model/kernel/ke_points.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm.h"
#include "model/kernel/mm_window.h"
#include "model/kernel/vf.h"
#include <stdio.h>
#include <string.h>

enum {
    /* An exception inside the handling of an exception, and so on: then the machine is given up. */
    LANDINGS_MAX = 16,
    /* So many times a filter may have the same instruction done again in vain. */
    AGAIN_MAX = 100000,
    SYSTEM_HALF = (int)0x80000000u,
};

struct ke_fault_state {
    uint32_t landings; /* Faults in progress that have landed and have not been dealt with. */
    /* The fault that lands next. */
    NTSTATUS code;
    uint32_t address;
    bool write;
    bool read_only; /* A write to a driver's code or constants. */
    void *instruction;
    /* The latest fault after which a filter let the code go on; how often in a row it came. */
    uint32_t again_address, again;
    void *again_instruction;
};

#if defined(__linux__) && !defined(_WIN32)
extern const char __executable_start[], etext[];
#define IN_PROGRAM(at) \
    ((uintptr_t)(at) >= (uintptr_t)__executable_start && (uintptr_t)(at) < (uintptr_t)etext)
#else
#define IN_PROGRAM(at) true
#endif

bool ke_guests(void) { return ke->faulting != NULL; }

/* ---- A machine beyond use -------------------------------------------------------------------- */

static enum host_fault_answer broken(const char *what)
{
    sim_say_broken(ke->sim, what);
    return HOST_FAULT_IS_FATAL;
}

/* ---- What the fault means -------------------------------------------------------------------- */

static NTSTATUS code_of(const struct host_fault *fault)
{
    switch (fault->kind) {
    case HOST_FAULT_DIVISION:
        return STATUS_INTEGER_DIVIDE_BY_ZERO;
    case HOST_FAULT_INSTRUCTION:
        return STATUS_ILLEGAL_INSTRUCTION;
    case HOST_FAULT_BREAKPOINT:
        return STATUS_BREAKPOINT;
    default:
        return STATUS_ACCESS_VIOLATION;
    }
}

/* Simulated address of an access. */
static uint32_t address_of(const struct host_fault *fault)
{
    uintptr_t base = (uintptr_t)ke->sim->arena->base;

    if (!fault->address_known)
        return UINT32_MAX; /* As on NT: the processor does not tell. */
    if (mm_is_simulated((const void *)fault->address))
        return (uint32_t)fault->address;
    if (ke->vf != NULL && vf_special_place((const void *)fault->address) != 0)
        return vf_special_place((const void *)fault->address);
    if (fault->address - base < ke->sim->arena->size)
        return (uint32_t)(fault->address - base) | (uint32_t)SYSTEM_HALF;
    if (ke->is_program_data != NULL && ke->is_program_data((const void *)fault->address, false))
        return mm_program_address((const void *)fault->address);
    if (ke->code_address != NULL && ke->code_address((const void *)fault->address) != 0)
        return ke->code_address((const void *)fault->address);
    return (uint32_t)SYSTEM_HALF; /* Anywhere in the host. */
}

/* True for code that keeps frames: the program's own, and a guest's. */
static bool has_frames(uintptr_t at)
{
    return IN_PROGRAM(at) || (ke->code_address != NULL && ke->code_address((void *)at) != 0);
}

/* Where a function without a frame returns to. */
static uintptr_t caller_of(const struct host_fault *fault)
{
    return fault->link != 0 ? fault->link : *(const uintptr_t *)fault->stack;
}

/* ---- Landing --------------------------------------------------------------------------------- */

void ke_fault_handled(void)
{
    if (ke->faulting != NULL)
        ke->faulting->landings = 0;
}

/* Ends a run in which a filter has an instruction done again for ever, and mends nothing. */
static void count_again(const struct ke_fault_state *fault)
{
    struct ke_fault_state *state = ke->faulting;

    if (state->again_instruction != fault->instruction || state->again_address != fault->address)
        state->again = 0;
    state->again_instruction = fault->instruction;
    state->again_address = fault->address;
    if (++state->again < AGAIN_MAX)
        return;
    sim_say_broken(ke->sim, "a filter returns EXCEPTION_CONTINUE_EXECUTION for the same fault over "
                            "and over, and nothing has changed");
    sim_finish(ke->sim, SIM_HUNG);
    for (;;)
        fiber_switch(ke->sim->fibers, NULL);
}

static void landed(void *saved)
{
    struct ke_fault_state fault = *ke->faulting;

    if (fault.read_only && ke_in_kernel())
        ke_stop(ATTEMPTED_WRITE_TO_READONLY_MEMORY, fault.address, 0, 0, 0);
    ke_fault(fault.code, fault.address, fault.write, fault.instruction);
    if (ke->faulting->landings > 0) /* A handler that took another fault meanwhile made it zero. */
        ke->faulting->landings--;
    count_again(&fault);
    host_fault_resume(saved);
}

/* Fills in where the code goes on. The stack pointer is on the stack of the running fiber. */
static void land_after(const struct host_fault *fault, struct host_landing *land)
{
    uintptr_t from = fault->instruction;

    land->function = landed;
    land->caller = 0;
    if (fault->kind == HOST_FAULT_ACCESS && fault->address_known && fault->address == from) {
        from = caller_of(fault); /* A call of a bad address: the caller is what matters. */
    } else if (!has_frames(from) && has_frames(caller_of(fault))) {
        /* A function of the host's library, such as memcpy, which keeps no frame. */
        land->caller = caller_of(fault);
        ke->faulting->instruction = (void *)land->caller;
    }
    land->from = from;
    land->stack = fault->stack;
}

static enum host_fault_answer ki_take(struct host_fault *fault, struct host_landing *land)
{
    struct ke_fault_state *state = ke->faulting;
    struct fibers *fibers = ke->sim->fibers;

    if (state == NULL)
        return HOST_FAULT_NOT_MINE; /* After a restart, before guests are loaded again. */
    if (ke->vf != NULL && fault->kind == HOST_FAULT_ACCESS && fault->address_known &&
        fault->address != fault->instruction && vf_special_mend((const void *)fault->address))
        return HOST_FAULT_MENDED;
    if (fiber_current(fibers) == NULL)
        return broken("a fault where no simulated code runs");
    if (ke->stop.stopped)
        return broken("a fault after the stop");
    if (state->landings >= LANDINGS_MAX)
        return broken("too many faults inside each other");
    if (fault->kind == HOST_FAULT_ACCESS && fault->address_known && ke->window != NULL &&
        arena_window_holds(ke->window, (const void *)fault->address) &&
        mm_window_fault((uint32_t)fault->address, fault->write))
        return HOST_FAULT_MENDED;
    enum fiber_place place = fiber_place(fibers, fault->stack);

    state->code = code_of(fault);
    state->address = address_of(fault);
    state->write = fault->write;
    state->read_only = fault->kind == HOST_FAULT_ACCESS && fault->address_known && fault->write &&
                       ke->code_owner != NULL &&
                       ke->code_owner((const void *)fault->address) != NULL;
    state->instruction = (void *)fault->instruction;
    bool overflow =
        place != FIBER_ON_STACK ||
        (fault->kind == HOST_FAULT_ACCESS && fiber_place(fibers, fault->address) == FIBER_IN_GUARD);
    if (overflow && state->landings > 0)
        return broken("a stack overflow inside the handling of a fault");
    state->landings++;
    if (!overflow) {
        land_after(fault, land);
        return HOST_FAULT_LANDS;
    }
    state->code = STATUS_STACK_OVERFLOW;
    ke_seh_state()->overflowed = true;
    *land = (struct host_landing){ .function = landed,
                                   .stack = fiber_open_guard(fibers),
                                   .from = fault->instruction };
    return HOST_FAULT_LANDS;
}

/* ---- Processors that are kept ---------------------------------------------------------------- */

static void say_hung(const struct ke_cpu *cpu)
{
    char what[SIM_BROKEN_CHARS - SIM_GUESTS_CHARS];

    snprintf(what, sizeof what,
             "processor %u has been at IRQL %u for %u s of simulated time%s%s, in thread %s",
             cpu->number, cpu->irql, (unsigned)(ke->switches.hung_ns / SEC(1)),
             cpu->spinning ? ", waiting for a spin lock" : "", cpu->dpc_active ? ", in a DPC" : "",
             cpu->thread->name != NULL ? cpu->thread->name : "without a name");
    sim_say_broken(ke->sim, what);
    sim_finish(ke->sim, SIM_HUNG);
}

/* No driver from outside has made a call for a while: its threads wait, and nobody wakes them. */
static void say_silent(void)
{
    char what[SIM_BROKEN_CHARS - SIM_GUESTS_CHARS];

    snprintf(what, sizeof what, "no driver of one's own has called the kernel for %u ms",
             (unsigned)(ke->switches.silent_ns / MS(1)));
    sim_say_broken(ke->sim, what);
    sim_finish(ke->sim, SIM_HUNG);
}

void ke_watch_processors(void)
{
    if (ke->switches.silent_ns != 0 && ke_points_silence() >= ke->switches.silent_ns) {
        say_silent();
        return;
    }
    for (uint32_t i = 0; i < ke->cpu_count; i++) {
        struct ke_cpu *cpu = &ke->cpus[i];

        cpu->high_ticks = cpu->irql >= DISPATCH_LEVEL || cpu->dpc_active ? cpu->high_ticks + 1 : 0;
        if (cpu->high_ticks * ke->tick_ns >= ke->switches.hung_ns) {
            say_hung(cpu);
            return;
        }
    }
}

/* ---- Loading --------------------------------------------------------------------------------- */

static void entered(void)
{
    if (ke->vf != NULL)
        vf_entered();
}

static void left(void)
{
    if (ke->mm_window != NULL)
        mm_window_rest();
}

static bool is_listed(const char *list, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = list; (at = strstr(at, name)) != NULL; at++)
        if ((at == list || at[-1] == ' ') && (at[length] == 0 || at[length] == ','))
            return true;
    return false;
}

/* Adds a name to the list of guests; "..." stands for those that it has no room for. */
static void list_guest(char list[SIM_GUESTS_CHARS], const char *name)
{
    static const char more[] = ", ...";
    size_t used = strlen(list);

    if (is_listed(list, name) || is_listed(list, more + 2))
        return;
    if (used + 2 + strlen(name) + sizeof more > SIM_GUESTS_CHARS)
        memcpy(list + used, more, sizeof more);
    else
        snprintf(list + used, SIM_GUESTS_CHARS - used, "%s%s", used > 0 ? ", " : "", name);
}

void ke_guest_loaded(const char *name)
{
    struct ke_fault_state *state = ke->faulting;

    if (state == NULL) {
        state = ke->faulting = arena_take(ke->sim->arena, sizeof *state, 64);
        fibers_protect(ke->sim->fibers);
        mm_window_open();
        ke->sim->entered = entered;
        ke->sim->left = left;
        ke->sim->fault = ki_take;
    }
    list_guest(ke->sim->guests, name);
}
