/* ke_exception.c - structured exceptions: the frames of __try, the search for a handler, unwinding.
 *
 * A function with __try marks a place before its body and is entered there again, behind the body,
 * for one of these reasons (`arrival`); the macro behind the body asks which with its first call:
 *
 *   FILTER    its filter, or the answer "I am a __finally", is wanted: on the stack of the raiser
 *   HANDLER   an exception has been caught here: on the function's own stack
 *   UNWIND    an exception passes its __finally: on the function's own stack
 *   LOCAL     return, goto, break or continue leaves the body of a __finally: on the stack of the
 *             code that leaves, which goes on afterwards
 *
 * BODY stands for a body that came to its end, or was ended by __leave. The search is the first of
 * two phases, so an exception that nobody handles stops the machine with all frames still on its
 * stack. facts/ddi.md 1.5: what can be caught; locks and IRQL stay as they are.
 */
#include "model/kernel/ke_exception.h"
#include "model/kernel/ke_guest.h"
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm.h"
#include "model/kernel/vf.h"
#include "sim/host/mark.h"
#include <string.h>

enum { BODY, FILTER, HANDLER, UNWIND, LOCAL };
enum { RAISE_AT_APC_MOST = APC_LEVEL };
enum { DOUBLE_FAULT = 8 }; /* Arg1 of stop 0x7F. */

struct ke_search { /* On the stack of the raiser. */
    void *mark[MARK_WORDS];
    struct ke_search *up; /* The search whose filter raised this exception; NULL: none. */
    EXCEPTION_POINTERS pointers;
    int verdict;
};

struct ke_local { /* On the stack of the code that leaves a body. */
    void *mark[MARK_WORDS];
    struct ke_local *up;
};

enum { OF_THE_ENGINE = THREADS_MAX, STATES_MAX };

/* The state of the running fiber: of a thread, or of a processor's DPCs. */
static struct ke_seh *state(void)
{
    struct fibers *fibers = ke->sim->fibers;
    const struct fiber *fiber = fiber_current(fibers);
    uint32_t number = fiber != NULL ? fiber_number(fibers, fiber) : OF_THE_ENGINE;

    if (ke->seh == NULL)
        ke->seh = arena_take(ke->sim->arena, STATES_MAX * sizeof *ke->seh, 64);
    if (ke->seh[number] == NULL)
        ke->seh[number] = arena_take(ke->sim->arena, sizeof **ke->seh, 64);
    return ke->seh[number];
}

struct ke_seh *ke_seh_state(void) { return state(); }

void ke_forget_frames(const struct fiber *fiber)
{
    struct ke_seh *seh = ke->seh != NULL ? ke->seh[fiber_number(ke->sim->fibers, fiber)] : NULL;

    if (seh == NULL)
        return;
    if (seh->overflowed)
        fiber_close_guard(ke->sim->fibers, fiber);
    *seh = (struct ke_seh){ 0 };
}

bool ke_in_kernel(void)
{
    const struct ke_thread *thread = ke_current_thread();

    return ke_dpc_active() || thread->system_thread || thread->service != 0;
}

/* ---- The block of a __try -------------------------------------------------------------------- */

void **_seh_mark(void) { return state()->mark; }

void _seh_enter(struct _SEH_FRAME *frame)
{
    struct ke_seh *seh = state();

    memcpy(frame->Mark, seh->mark, sizeof frame->Mark);
    frame->Done = frame->Finally = 0;
    frame->Never = 0;
    frame->Kernel = ke_in_kernel();
    frame->Up = seh->top;
    seh->top = frame;
}

/* Takes a frame, and frames inside it that were left without notice, off the list. */
static void unlink_frame(struct ke_seh *seh, struct _SEH_FRAME *frame)
{
    for (struct _SEH_FRAME *each = seh->top; each != NULL; each = each->Up)
        if (each == frame) {
            seh->top = frame->Up;
            return;
        }
}

/* A body was left by return, goto, break or continue: if a __finally follows, it runs now. */
static void leave_body(struct ke_seh *seh, struct _SEH_FRAME *frame)
{
    struct ke_local here = { .up = seh->local };

    seh->local = &here;
    seh->arrival = LOCAL;
    if (mark_here(here.mark) == 0)
        mark_jump(frame->Mark, 1, mark_stack(here.mark));
    state()->local = here.up;
}

void _seh_exit(struct _SEH_FRAME *frame)
{
    struct ke_seh *seh = state();

    unlink_frame(seh, frame);
    seh->arrival = BODY;
    if (!frame->Done)
        leave_body(seh, frame);
}

void _seh_leave(struct _SEH_FRAME *frame)
{
    struct ke_seh *seh = state();

    unlink_frame(seh, frame);
    seh->arrival = BODY;
    mark_jump(frame->Mark, 1, NULL);
}

int _seh_filtered(int verdict)
{
    struct ke_search *search = state()->search;

    search->verdict = verdict;
    mark_jump(search->mark, 1, NULL);
}

int _seh_arrived(int at_handler)
{
    struct ke_seh *seh = state();
    int arrival = seh->arrival;

    if (arrival == LOCAL) /* No __finally follows, so the body may be left. */
        mark_jump(seh->local->mark, 1, NULL);
    if (!at_handler)
        return arrival == HANDLER || arrival == FILTER;
    if (arrival == HANDLER && seh->overflowed) { /* Now nothing stands on the guard page. */
        fiber_close_guard(ke->sim->fibers, fiber_current(ke->sim->fibers));
        seh->overflowed = false;
    }
    seh->arrival = BODY;
    return arrival == HANDLER;
}

/* ---- Unwinding ------------------------------------------------------------------------------- */

/* Forgets searches and departures whose stack lies below a frame that is returned to. */
static void forget_below(struct ke_seh *seh, const struct _SEH_FRAME *frame)
{
    while (seh->search != NULL && (uintptr_t)seh->search < (uintptr_t)frame)
        seh->search = seh->search->up;
    while (seh->local != NULL && (uintptr_t)seh->local < (uintptr_t)frame)
        seh->local = seh->local->up;
}

/* Runs the __finally bodies between the top and the goal, each of which comes back here at its end,
 * then the goal's handler. */
static NORETURN void unwind(struct ke_seh *seh, struct _SEH_FRAME *goal)
{
    for (;;) {
        struct _SEH_FRAME *frame = seh->top;

        CHECK(frame != NULL);
        seh->top = frame->Up;
        if (frame != goal && !frame->Finally)
            continue;
        seh->arrival = frame == goal ? HANDLER : UNWIND;
        seh->goal = goal;
        forget_below(seh, frame);
        ke_fault_handled();
        mark_jump(frame->Mark, 1, NULL);
    }
}

struct _SEH_FINALLY _seh_finally(void)
{
    struct ke_seh *seh = state();
    struct _SEH_FINALLY body = { .Once = 1, .How = seh->arrival };

    if (seh->arrival == FILTER) {
        seh->at->Finally = 1;
        _seh_filtered(EXCEPTION_CONTINUE_SEARCH);
    }
    body.Abnormal = seh->arrival == UNWIND || seh->arrival == LOCAL;
    if (seh->arrival == UNWIND) {
        body.Goal = seh->goal;
        body.Record = seh->record;
    } else if (seh->arrival == LOCAL) {
        body.Goal = seh->local;
        seh->local = seh->local->up;
    }
    seh->arrival = BODY;
    return body;
}

void _seh_finally_end(struct _SEH_FINALLY *body)
{
    struct ke_seh *seh = state();

    body->Once = 0;
    if (body->How == UNWIND) {
        seh->record = body->Record;
        unwind(seh, body->Goal);
    } else if (body->How == LOCAL) {
        struct ke_local *left = body->Goal;

        mark_jump(left->mark, 1, NULL);
    }
}

/* ---- The search ------------------------------------------------------------------------------ */

/* Asks one frame. Meanwhile the frames around it are the list, so that an exception of the filter
 * goes to them. */
static int ask(struct ke_seh *seh, struct ke_search *search, struct _SEH_FRAME *frame)
{
    struct _SEH_FRAME *top = seh->top;

    seh->top = frame->Up;
    seh->search = search;
    seh->at = frame;
    seh->arrival = FILTER;
    if (mark_here(search->mark) == 0)
        mark_jump(frame->Mark, 1, mark_stack(search->mark));
    seh = state();
    seh->top = top;
    seh->search = search->up;
    return search->verdict;
}

bool ke_dispatch_exception(EXCEPTION_RECORD *record)
{
    struct ke_seh *seh = state();
    struct ke_search search = { .up = seh->search, .pointers = { record, NULL } };
    bool kernel = ke_in_kernel();

    for (struct _SEH_FRAME *frame = seh->top; frame != NULL && frame->Kernel == kernel;
         frame = frame->Up) {
        int verdict = ask(seh, &search, frame);

        if (verdict < 0)
            return true;
        if (verdict > 0) {
            seh->record = *record;
            unwind(seh, frame);
        }
    }
    return false;
}

ULONG _seh_code(void)
{
    const struct ke_seh *seh = state();

    return seh->search != NULL ? seh->search->pointers.ExceptionRecord->ExceptionCode
                               : seh->record.ExceptionCode;
}

PEXCEPTION_POINTERS _seh_information(void)
{
    struct ke_seh *seh = state();

    if (seh->search != NULL)
        return &seh->search->pointers;
    seh->pointers = (EXCEPTION_POINTERS){ &seh->record, NULL };
    return &seh->pointers;
}

/* ---- Raising --------------------------------------------------------------------------------- */

static uint32_t code_address(const void *at)
{
    return at != NULL && ke->code_address != NULL ? ke->code_address(at) : 0;
}

/* Stops for an exception without a handler; the kind of the code that raised it chooses the stop
 * (facts/nt-kernel.md 5.6, 6.6). */
static NORETURN NT_FRAME void KiDispatchException(const EXCEPTION_RECORD *record)
{
    uint32_t code = record->ExceptionCode, at = code_address(record->ExceptionAddress);

    if (ke_dpc_active())
        ke_stop(KMODE_EXCEPTION_NOT_HANDLED, code, at, (uint32_t)record->ExceptionInformation[0],
                (uint32_t)record->ExceptionInformation[1]);
    if (ke_current_thread()->system_thread)
        ke_stop(SYSTEM_THREAD_EXCEPTION_NOT_HANDLED, code, at, 0, 0);
    ke_stop(KERNEL_MODE_EXCEPTION_NOT_HANDLED, code, at, 0, 0);
}

static NORETURN void raise_record(EXCEPTION_RECORD *record)
{
    record->ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    if (ke_dispatch_exception(record)) /* A filter that goes on is wrong itself. */
        record->ExceptionCode = (DWORD)STATUS_NONCONTINUABLE_EXCEPTION;
    if (!ke_in_kernel())
        ke_user_exception((NTSTATUS)record->ExceptionCode, 0, false);
    KiDispatchException(record);
}

/* `at`: the code that raises the status; NULL: the kernel's own. */
static NORETURN void raise_status_at(NTSTATUS status, void *at)
{
    EXCEPTION_RECORD record = { .ExceptionCode = (DWORD)status, .ExceptionAddress = at };

    if (ke->cpu->irql > RAISE_AT_APC_MOST) /* ddi.md 1.5: undefined there; [U]. */
        ke_stop(KMODE_EXCEPTION_NOT_HANDLED, (uint32_t)status, 0, 0, 0);
    raise_record(&record);
}

NORETURN void ke_raise_status(NTSTATUS status) { raise_status_at(status, NULL); }

void NT_FRAME ke_fault(NTSTATUS code, uint32_t address, bool write, void *at)
{
    EXCEPTION_RECORD record = { .ExceptionCode = (DWORD)code, .ExceptionAddress = at };

    if (code == STATUS_ACCESS_VIOLATION) {
        record.NumberParameters = 2;
        record.ExceptionInformation[0] = write;
        record.ExceptionInformation[1] = address;
    }
    if (code == STATUS_STACK_OVERFLOW && ke_in_kernel())
        ke_stop(UNEXPECTED_KERNEL_MODE_TRAP, DOUBLE_FAULT, 0, 0, 0);
    if (code == STATUS_ACCESS_VIOLATION && UNLIKELY(ke->vf != NULL))
        vf_special_touched(address, write, at);
    if (code == STATUS_ACCESS_VIOLATION && ke_in_kernel()) {
        if (ke->cpu->irql >= DISPATCH_LEVEL)
            ke_stop(DRIVER_IRQL_NOT_LESS_OR_EQUAL, address, ke->cpu->irql, write, code_address(at));
        if (address >= MM_SYSTEM_FIRST)
            ke_stop(PAGE_FAULT_IN_NONPAGED_AREA, address, write, code_address(at), 0);
    }
    if (ke_dispatch_exception(&record))
        return;
    if (!ke_in_kernel())
        ke_user_exception(code, address, write);
    KiDispatchException(&record);
}

NORETURN void NT_FRAME ke_kernel_exception(NTSTATUS code, uint32_t address, bool write)
{
    if (code != STATUS_ACCESS_VIOLATION)
        ke_raise_status(code);
    ke_fault(code, address, write, NULL);
    ke_raise_status(STATUS_NONCONTINUABLE_EXCEPTION); /* A copy is not done again. */
}

/* ---- The public functions -------------------------------------------------------------------- */

VOID NT_FRAME ExRaiseStatus(NTSTATUS status)
{
    raise_status_at(status, __builtin_return_address(0));
}

VOID NT_FRAME ExRaiseAccessViolation(VOID)
{
    raise_status_at(STATUS_ACCESS_VIOLATION, __builtin_return_address(0));
}

VOID NT_FRAME ExRaiseDatatypeMisalignment(VOID)
{
    raise_status_at(STATUS_DATATYPE_MISALIGNMENT, __builtin_return_address(0));
}
