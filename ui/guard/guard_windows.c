/* guard_windows.c - see guard.h.
 *
 *     guard_call --_setjmp--> work --> engine --> fiber --> CHECK fails, or an exception
 *          ^---------------------- longjmp -----------------------'
 *
 * A vectored handler gets an exception before any other. It lets the thread go on at `jump` on its
 * own stack. The jump buffer is made without a frame, so that longjmp restores
 * registers and does not unwind: a simulated stack has nothing to unwind to. Windows keeps the
 * limits of the stack in use with the thread, and the switch of stacks changes them, so they are
 * put back.
 *
 * Another thread breaks a loop by the same means: it stops the thread and changes where it goes on.
 */
#include "ui/guard/guard.h"
#include "sim/base.h"
#include "sim/host/fault.h"
#include "sim/sim.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static const struct {
    DWORD code;
    const char *name;
} crashes[] = {
    { EXCEPTION_ACCESS_VIOLATION, "access violation" },
    { EXCEPTION_IN_PAGE_ERROR, "a page that cannot be read" },
    { EXCEPTION_DATATYPE_MISALIGNMENT, "misaligned data" },
    { EXCEPTION_INT_DIVIDE_BY_ZERO, "division by zero" },
    { EXCEPTION_INT_OVERFLOW, "integer overflow" },
    { EXCEPTION_FLT_DIVIDE_BY_ZERO, "division by zero" },
    { EXCEPTION_FLT_INVALID_OPERATION, "invalid operation" },
    { EXCEPTION_ILLEGAL_INSTRUCTION, "illegal instruction" },
    { EXCEPTION_PRIV_INSTRUCTION, "privileged instruction" },
    { EXCEPTION_STACK_OVERFLOW, "stack overflow" },
};

static _Thread_local struct guarded {
    jmp_buf back;
    void *frame;                    /* Frame of guard_call; `jump` runs below it. */
    void *stack_base, *stack_limit; /* Limits of guard_call's stack. */
    volatile bool armed;
    char *message;
    size_t size;
    DWORD crash;        /* Code of the exception; 0: none. */
    bool broken;        /* By guard_break. */
    void *broken_frame; /* The frame pointer of the code that was interrupted. */
} guarded;

/* Guards of one thread may nest; only calls do not. */
struct guard_own {
    struct guarded *of;
    HANDLE thread;
};

static atomic_bool whole_program; /* guard_program was called. */

enum { BELOW_THE_FRAME = 4096 };

NORETURN static void jump(void)
{
    NT_TIB *thread = (NT_TIB *)NtCurrentTeb();

    guarded.armed = false;
    thread->StackBase = guarded.stack_base;
    thread->StackLimit = guarded.stack_limit;
    longjmp(guarded.back, 1);
}

/* Lets an interrupted thread go on in jump, on the stack of its guard_call, below the frames that
 * are live there. */
static void go_on_in_jump(const struct guarded *of, CONTEXT *context)
{
    uintptr_t top = ((uintptr_t)of->frame - BELOW_THE_FRAME) & ~(uintptr_t)15;

    context->Rip = (uintptr_t)jump;
    context->Rsp = top - 8; /* As behind a call. */
}

static void on_check(const char *message)
{
    if (!guarded.armed)
        return;
    snprintf(guarded.message, guarded.size, "%s", message);
    jump();
}

static const char *name_of(DWORD code)
{
    for (size_t i = 0; i < ARRAY_LEN(crashes); i++)
        if (crashes[i].code == code)
            return crashes[i].name;
    return NULL;
}

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *what)
{
    DWORD code = what->ExceptionRecord->ExceptionCode;
    const char *name = name_of(code);

    if (name == NULL)
        return EXCEPTION_CONTINUE_SEARCH;
    if (host_fault_offer(0, what, NULL)) /* A write to a watched page is no crash. */
        return EXCEPTION_CONTINUE_EXECUTION;
    if (guarded.armed) {
        guarded.crash = code;
        go_on_in_jump(&guarded, what->ContextRecord);
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    if (atomic_exchange(&whole_program, false))
        check_failed_with("exifsim", 0, "the simulator itself has crashed: exception 0x%08lx (%s)",
                          code, name);
    return EXCEPTION_CONTINUE_SEARCH;
}

static void handle_exceptions(void) { AddVectoredExceptionHandler(1, on_exception); }

static void install(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, handle_exceptions);
}

void guard_enter(struct guard *guard)
{
    install();
    guard->own = malloc(sizeof *guard->own);
    CHECK(guard->own != NULL);
    guard->own->of = &guarded;
    CHECK(DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(),
                          &guard->own->thread, 0, FALSE, DUPLICATE_SAME_ACCESS));
}

bool guard_call(void (*work)(void *arg), void *arg, char *message, size_t size)
{
    const NT_TIB *thread = (NT_TIB *)NtCurrentTeb();
    bool caught;

    guarded.frame = __builtin_frame_address(0);
    guarded.stack_base = thread->StackBase;
    guarded.stack_limit = thread->StackLimit;
    guarded.message = message;
    guarded.size = size;
    guarded.crash = 0;
    guarded.broken = false;
    guarded.broken_frame = NULL;
    if (_setjmp(guarded.back, NULL) == 0) {
        check_hook(on_check);
        guarded.armed = true;
        work(arg);
        caught = false;
    } else {
        caught = true;
    }
    guarded.armed = false;
    sim_left_behind();
    check_hook(NULL);
    check_clock(NULL);
    if (guarded.broken)
        snprintf(guarded.message, guarded.size, "ended from outside");
    else if (guarded.crash != 0)
        snprintf(guarded.message, guarded.size,
                 "the simulator itself has crashed: exception 0x%08lx (%s)", guarded.crash,
                 name_of(guarded.crash));
    return !caught;
}

void guard_break(const struct guard *guard)
{
    struct guarded *of = guard->own->of;
    HANDLE thread = guard->own->thread;
    CONTEXT context = { .ContextFlags = CONTEXT_FULL };

    if (SuspendThread(thread) == (DWORD)-1)
        return;
    if (of->armed && GetThreadContext(thread, &context)) {
        of->broken = true;
        of->broken_frame = (void *)(uintptr_t)context.Rbp;
        go_on_in_jump(of, &context);
        SetThreadContext(thread, &context);
    }
    ResumeThread(thread);
}

bool guard_was_broken(void **frame)
{
    *frame = guarded.broken_frame;
    return guarded.broken;
}

void guard_leave(struct guard *guard)
{
    CloseHandle(guard->own->thread);
    free(guard->own);
}

void guard_program(void)
{
    install();
    atomic_store(&whole_program, true);
}
