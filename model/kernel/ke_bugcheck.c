/* ke_bugcheck.c - bug checks: recording a stop and ending the machine.
 *
 * Called only by the kernel's own rules. Keeps the data of the crash sequence: code, arguments as
 * simulated addresses, the thread with its owner and the process in force, and the simulated stack.
 * All processors stop at once; the engine ends the run (facts/nt-kernel.md 8.1). The blue screen is
 * drawn by the user interface.
 */
#include "model/kernel/ke_stop.h"
#include "model/kernel/ke_record.h"
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"

static NORETURN void halt(void)
{
    sim_finish(ke->sim, SIM_STOPPED);
    for (;;)
        fiber_switch(ke->sim->fibers, NULL);
}

/* A process that the stopped thread names; NULL where a driver has written over the name. */
static struct ke_process *followed(struct ke_process *process)
{
    bool whole = (uintptr_t)process % _Alignof(struct ke_process) == 0 &&
                 arena_holds(ke->sim->arena, process);

    return whole ? process : NULL;
}

NORETURN void NT_FRAME ke_stop(uint32_t code, uint32_t a1, uint32_t a2, uint32_t a3, uint32_t a4)
{
    struct ke_stop *stop = &ke->stop;
    struct ke_thread *thread = ke_current_thread();

    if (stop->stopped && ke_bugcheck_again())
        halt();
    CHECK(!stop->stopped);
    stop->stopped = true;
    stop->code = code;
    stop->args[0] = a1;
    stop->args[1] = a2;
    stop->args[2] = a3;
    stop->args[3] = a4;
    stop->thread = thread;
    stop->owner = followed(thread->process);
    stop->current = followed(thread->apc_state.Process);
    stop->service = thread->service;
    stop->first_thread = stop->owner != NULL && thread->id == stop->owner->id + 4;
    stop->index = thread->apc_state_index;
    stop->cpu = ke->cpu->number;
    stop->irql = ke->cpu->irql;
    stop->in_dpc = ke_dpc_active();
    stop->at = ke->sim->now;
    stop->record = ke->sim->trace.count;
    stop->frame_count +=
        fiber_frames(ke->sim->fibers, fiber_current(ke->sim->fibers), __builtin_frame_address(0),
                     stop->frames + stop->frame_count, ARRAY_LEN(stop->frames) - stop->frame_count);
    ke_record(REC_STOP, code, a1, a2, a3);
    ke_run_bugcheck_callbacks();
    halt();
}

void ke_stop_begins_in(const void *routine)
{
    /* Frames are addresses that a call returns to. */
    ke->stop.frames[ke->stop.frame_count++] = (void *)((uintptr_t)routine + 1);
}

NORETURN void NT_FRAME ke_stop_processes(uint32_t code, struct ke_process *p1,
                                         struct ke_process *p2, uint32_t a3, uint32_t a4)
{
    ke->stop.arg_process[0] = p1;
    ke->stop.arg_process[1] = p2;
    ke_stop(code, p1->address, p2->address, a3, a4);
}

static void boot_stop(void *arg)
{
    const struct ke_stop *why = arg;

    ke_stop(why->code, why->args[0], 0, 0, 0);
}

void ke_stop_at_boot(uint32_t code, uint32_t a1)
{
    struct ke_stop *why = arena_take(ke->sim->arena, sizeof *why, 16);

    why->code = code;
    why->args[0] = a1;
    ke_interrupt_at(ke->sim->now, 0, boot_stop, why);
}

NORETURN VOID NT_FRAME KeBugCheckEx(ULONG code, ULONG_PTR p1, ULONG_PTR p2, ULONG_PTR p3,
                                    ULONG_PTR p4)
{
    ke_stop(code, (uint32_t)p1, (uint32_t)p2, (uint32_t)p3, (uint32_t)p4);
}

NORETURN VOID KeBugCheck(ULONG code) { ke_stop(code, 0, 0, 0, 0); }
