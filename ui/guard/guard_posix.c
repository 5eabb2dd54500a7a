/* guard_posix.c - see guard.h.
 *
 *     guard_call --sigsetjmp--> work --> engine --> fiber --> CHECK fails, or SIGSEGV
 *          ^------------------------ siglongjmp --------------------------'
 *
 * The jump leaves fibers as they are: the whole world is freed afterwards. glibc's fortified
 * longjmp takes a jump between two unrelated stacks for an error, so this file is not fortified.
 * AddressSanitizer is told that the stack changes and that the frames left behind are dead.
 */
#define _GNU_SOURCE /* For pthread_getattr_np. */
#undef _FORTIFY_SOURCE
#include "ui/guard/guard.h"
#include "sim/base.h"
#include "sim/host/fault.h"
#include "sim/sim.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(UNDER_ASAN)
#include <sanitizer/common_interface_defs.h>
#endif

enum { STACK_BYTES = 64 * 1024 };

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
static struct sigaction earlier[ARRAY_LEN(signals)];
static pthread_mutex_t installing = PTHREAD_MUTEX_INITIALIZER;

static _Thread_local struct {
    sigjmp_buf back;
    /* Frame of guard_call; the jump discards what lies below it on this thread's stack. */
    void *frame;
    bool armed;
    char *message;
    size_t size;
    bool broken;        /* By guard_break. */
    void *broken_frame; /* The frame pointer of the code that was interrupted. */
} guarded;

/* Guards of one thread may nest; only calls do not. */
struct guard_own {
    void *stack; /* Stack for this thread's signals, because a simulated stack may be full. */
    stack_t before;
    pthread_t thread;
};

NORETURN static void jump(int value)
{
    guarded.armed = false;
#if defined(UNDER_ASAN)
    pthread_attr_t own;
    void *bottom = NULL;
    size_t size = 0;

    pthread_getattr_np(pthread_self(), &own);
    pthread_attr_getstack(&own, &bottom, &size);
    pthread_attr_destroy(&own);
    ASAN_FORGET(bottom, (size_t)((char *)guarded.frame - (char *)bottom));
    __sanitizer_start_switch_fiber(NULL, bottom, size);
#endif
    siglongjmp(guarded.back, value);
}

static void on_check(const char *message)
{
    if (!guarded.armed)
        return;
    snprintf(guarded.message, guarded.size, "%s", message);
    jump(-1);
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
    /* A fault of a guest, or a write to a watched page, is no crash. */
    if (host_fault_offer(signal, info, context))
        return;
    if (guarded.armed)
        jump(signal);
    /* No guard is active: restore the earlier handlers; the signal then comes again. */
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        if (signals[i] == signal)
            sigaction(signal, &earlier[i], NULL);
}

/* The signal of guard_break. One that nobody waits for is ignored. */
enum { BREAKING = SIGURG };

static void on_break(int signal, siginfo_t *info, void *context)
{
    const ucontext_t *at = context;

    (void)info;
    if (!guarded.armed)
        return;
    guarded.broken = true;
#if defined(__linux__) && defined(__x86_64__)
    guarded.broken_frame = (void *)(uintptr_t)at->uc_mcontext.gregs[REG_RBP];
#elif defined(__linux__) && defined(__aarch64__)
    guarded.broken_frame = (void *)(uintptr_t)at->uc_mcontext.regs[29];
#else
    (void)at;
#endif
    jump(signal);
}

/* Installs the handlers. Handlers that were set since the last guard are kept as the earlier
 * ones. */
static void install(void)
{
    /* The handler may fault itself: a fault that is offered may write to a watched page. */
    struct sigaction action = { .sa_sigaction = on_signal,
                                .sa_flags = SA_ONSTACK | SA_SIGINFO | SA_NODEFER },
                     present;

    struct sigaction breaking = { .sa_sigaction = on_break, .sa_flags = SA_ONSTACK | SA_SIGINFO };

    sigaddset(&action.sa_mask, BREAKING); /* While a page is opened, nobody jumps away. */
    pthread_mutex_lock(&installing);
    sigaction(BREAKING, &breaking, NULL);
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        sigaction(signals[i], &action, &present);
        if (present.sa_sigaction != on_signal && !host_fault_owns(&present))
            earlier[i] = present;
    }
    pthread_mutex_unlock(&installing);
}

void guard_enter(struct guard *guard)
{
    stack_t own = { .ss_size = STACK_BYTES };

    install();
    guard->own = malloc(sizeof *guard->own);
    CHECK(guard->own != NULL);
    guard->own->thread = pthread_self();
    guard->own->stack = own.ss_sp = malloc(STACK_BYTES);
    CHECK(guard->own->stack != NULL);
    sigaltstack(&own, &guard->own->before);
}

bool guard_call(void (*work)(void *arg), void *arg, char *message, size_t size)
{
    guarded.frame = __builtin_frame_address(0);
    guarded.message = message;
    guarded.size = size;
    guarded.broken = false;
    guarded.broken_frame = NULL;
    int caught = sigsetjmp(guarded.back, 1);

    if (caught == 0) {
        check_hook(on_check);
        guarded.armed = true;
        work(arg);
    }
#if defined(UNDER_ASAN)
    if (caught != 0)
        __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
#endif
    guarded.armed = false;
    sim_left_behind();
    check_hook(NULL);
    check_clock(NULL);
    if (guarded.broken)
        snprintf(guarded.message, guarded.size, "ended from outside");
    else if (caught > 0)
        snprintf(guarded.message, guarded.size, "the simulator itself has crashed: signal %d (%s)",
                 caught, strsignal(caught));
    return caught == 0;
}

void guard_break(const struct guard *guard) { pthread_kill(guard->own->thread, BREAKING); }

bool guard_was_broken(void **frame)
{
    *frame = guarded.broken_frame;
    return guarded.broken;
}

void guard_leave(struct guard *guard)
{
    sigaltstack(&guard->own->before, NULL);
    free(guard->own->stack);
    free(guard->own);
}

/* ---- The whole program ----------------------------------------------------------------------- */

#if !defined(UNDER_ASAN)
static void broken(int signal)
{
    check_failed_with("exifsim", signal,
                      "the simulator itself has crashed (that was the signal's number)");
}

void guard_program(void)
{
    static char stack[STACK_BYTES];
    struct sigaction action = { .sa_handler = broken,
                                .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND) };
    stack_t own = { .ss_sp = stack, .ss_size = sizeof stack };

    sigaltstack(&own, NULL);
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        sigaction(signals[i], &action, NULL);
}
#else
void guard_program(void) {} /* AddressSanitizer tells more. */
#endif
