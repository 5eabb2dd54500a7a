/* fault_windows.c - see fault.h: a vectored exception handler.
 *
 * Windows writes the exception to the stack of the thread, below what is in use, and calls the
 * handler below that. So the code that goes on does so below the handler, which has ended by then:
 *
 *     frames of the code | Windows' frames | handler | GAP | registers | landing's function
 *
 * It is called before the handler of ui/guard, which was added earlier at most, because each
 * addition asks to be the first.
 */
#include "sim/host/fault.h"
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static _Thread_local struct host_faults *taker;

/* GAP: what Windows still writes below the handler's frame when the handler has returned. */
enum { GAP = 2048, HOME_BYTES = 64 };

/* The limits of the taker's stack, as Windows keeps them with the thread: the switch of stacks
 * changes them (fiber_switch.S). */
enum { LIMITS = 3 };
static const size_t limit_places[LIMITS] = { 0x08, 0x10, 0x1478 };
static _Thread_local uint64_t limits[LIMITS];

/* The thread's block. NtCurrentTeb reads a low address, and gcc takes that for a null pointer. */
static char *thread_block(void)
{
    char *block;

    __asm__("movq %%gs:0x30, %0" : "=r"(block));
    return block;
}

/* ---- Watches --------------------------------------------------------------------------------- */

static pthread_mutex_t watching = PTHREAD_MUTEX_INITIALIZER;
static struct host_watch *watches; /* Guarded by `watching`, which nobody holds while he writes. */
static uint32_t watch_count;
static void *watch_handler;

/* A watch outlives the call, because its block is in use by the thread that has faulted. */
static bool watches_take(const EXCEPTION_RECORD *record)
{
    struct host_watch *watch;
    uintptr_t at;

    if (record->ExceptionCode != EXCEPTION_ACCESS_VIOLATION || record->NumberParameters < 2)
        return false;
    at = record->ExceptionInformation[1];
    pthread_mutex_lock(&watching);
    watch = watches;
    while (watch != NULL && at - (uintptr_t)watch->base >= watch->size)
        watch = watch->next;
    pthread_mutex_unlock(&watching);
    return watch != NULL && watch->written(watch, (char *)at);
}

static LONG CALLBACK on_write(EXCEPTION_POINTERS *what)
{
    return watches_take(what->ExceptionRecord) ? EXCEPTION_CONTINUE_EXECUTION
                                               : EXCEPTION_CONTINUE_SEARCH;
}

void host_watch_begin(struct host_watch *watch)
{
    pthread_mutex_lock(&watching);
    if (watch_count++ == 0)
        watch_handler = AddVectoredExceptionHandler(1, on_write);
    watch->next = watches;
    watches = watch;
    pthread_mutex_unlock(&watching);
}

void host_watch_end(struct host_watch *watch)
{
    struct host_watch **at = &watches;

    pthread_mutex_lock(&watching);
    while (*at != watch)
        at = &(*at)->next;
    *at = watch->next;
    if (--watch_count == 0)
        RemoveVectoredExceptionHandler(watch_handler);
    pthread_mutex_unlock(&watching);
}

/* Exceptions are handled on the stack of the thread, and a later handler offers them. */
void host_watch_ready(void) {}

/* ---- Faults of a world ----------------------------------------------------------------------- */

void mark_trap(void *saved);

static bool kind_of(DWORD code, enum host_fault_kind *kind)
{
    switch (code) {
    case EXCEPTION_ACCESS_VIOLATION:
    case EXCEPTION_IN_PAGE_ERROR:
    case EXCEPTION_STACK_OVERFLOW:
    case EXCEPTION_GUARD_PAGE: /* host_memory_guard. */
        *kind = HOST_FAULT_ACCESS;
        return true;
    case EXCEPTION_INT_DIVIDE_BY_ZERO:
    case EXCEPTION_INT_OVERFLOW:
        *kind = HOST_FAULT_DIVISION;
        return true;
    case EXCEPTION_ILLEGAL_INSTRUCTION:
    case EXCEPTION_PRIV_INSTRUCTION:
        *kind = HOST_FAULT_INSTRUCTION;
        return true;
    case EXCEPTION_BREAKPOINT:
        *kind = HOST_FAULT_BREAKPOINT;
        return true;
    default:
        return false;
    }
}

static void land(const struct host_landing *landing, CONTEXT *context)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0) - GAP;
    uintptr_t below = landing->stack < here ? landing->stack : here;
    uintptr_t at = (below - sizeof(CONTEXT)) & ~(uintptr_t)63;
    CONTEXT *saved = (CONTEXT *)at;
    uintptr_t *words = (uintptr_t *)(at - HOME_BYTES);

    *saved = *context;
    words[2] = context->Rbp;
    words[3] = landing->caller;
    if (landing->caller != 0)
        context->Rbp = (uintptr_t)&words[2];
    words[-5] = landing->from; /* Below room for the registers of the four first arguments. */
    context->Rsp = (uintptr_t)&words[-5];
    context->Rcx = at;
    context->Rip = (uintptr_t)landing->function;
}

static void give_up(CONTEXT *context)
{
    for (int i = 0; i < LIMITS; i++)
        memcpy(thread_block() + limit_places[i], &limits[i], sizeof limits[i]);
    context->Rsp = (((uintptr_t)mark_stack(taker->broken) - 1024) & ~(uintptr_t)15) - 8;
    context->Rcx = (uintptr_t)taker->broken;
    context->Rdx = 1;
    context->R8 = 0;
    context->Rip = (uintptr_t)mark_jump;
}

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *what)
{
    const EXCEPTION_RECORD *record = what->ExceptionRecord;
    CONTEXT *context = what->ContextRecord;
    struct host_fault fault = { .address = 0 };
    struct host_landing landing;

    if (watches_take(record))
        return EXCEPTION_CONTINUE_EXECUTION;
    if (taker == NULL || !kind_of(record->ExceptionCode, &fault.kind))
        return EXCEPTION_CONTINUE_SEARCH;
    if (context->Rip == (uintptr_t)mark_trap) {
        *context = *(const CONTEXT *)(uintptr_t)context->Rcx;
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    fault.instruction = context->Rip;
    fault.stack = context->Rsp;
    fault.frame = context->Rbp;
    if (fault.kind == HOST_FAULT_ACCESS && record->NumberParameters >= 2) {
        fault.address = record->ExceptionInformation[1];
        fault.address_known = fault.address != UINTPTR_MAX;
        fault.write = record->ExceptionInformation[0] == 1;
    }
    switch (taker->take(&fault, &landing)) {
    case HOST_FAULT_MENDED:
        return EXCEPTION_CONTINUE_EXECUTION;
    case HOST_FAULT_LANDS:
        land(&landing, context);
        return EXCEPTION_CONTINUE_EXECUTION;
    case HOST_FAULT_IS_FATAL:
        give_up(context);
        return EXCEPTION_CONTINUE_EXECUTION;
    default:
        return EXCEPTION_CONTINUE_SEARCH;
    }
}

void host_fault_resume(void *saved)
{
    mark_trap(saved);
    for (;;)
        ;
}

bool host_fault_offer(int signal, void *info, void *context)
{
    (void)signal, (void)context;
    return watches_take(((const EXCEPTION_POINTERS *)info)->ExceptionRecord);
}

bool host_fault_owns(const void *action)
{
    (void)action;
    return false;
}

bool host_faults_exist(void) { return true; }

void host_faults_keep(bool on) { (void)on; } /* Nothing is asked for here. */

void host_faults_begin(struct host_faults *faults)
{
    for (int i = 0; i < LIMITS; i++)
        memcpy(&limits[i], thread_block() + limit_places[i], sizeof limits[i]);
    taker = faults;
    faults->own = AddVectoredExceptionHandler(1, on_exception);
}

void host_faults_end(struct host_faults *faults)
{
    taker = NULL;
    RemoveVectoredExceptionHandler(faults->own);
}
