/* fault_posix.c - see fault.h: signals.
 *
 * The handlers are the program's, the taker is the thread's. Other parts of the program set
 * handlers for the same signals (ui/guard, a test's runner): a handler of ours that was replaced is
 * offered each fault first by the other one; a fault that nobody here takes goes to the handler
 * that was there before.
 */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE
#include "sim/host/fault.h"
#include "sim/host/memory.h"
#include "sim/host/step.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
enum { SIGNALS = sizeof signals / sizeof signals[0] };
static struct sigaction earlier[SIGNALS];
static pthread_mutex_t installing = PTHREAD_MUTEX_INITIALIZER;
static uint32_t users; /* Threads and watches between begin and end. */
static pthread_mutex_t watching = PTHREAD_MUTEX_INITIALIZER;
static struct host_watch *watches; /* Guarded by `watching`, which nobody holds while he writes. */
static _Thread_local struct host_faults *taker;

enum { HANDLER_STACK = 128 * 1024, RED_ZONE = 128, ALIGNMENT = 16 };

/* ---- The registers of the interrupted code --------------------------------------------------- */

#if defined(__linux__) && defined(__x86_64__)
#define PC(c)     ((c)->uc_mcontext.gregs[REG_RIP])
#define SP(c)     ((c)->uc_mcontext.gregs[REG_RSP])
#define FP(c)     ((c)->uc_mcontext.gregs[REG_RBP])
#define ARG(c, n) ((c)->uc_mcontext.gregs[(n) == 0 ? REG_RDI : (n) == 1 ? REG_RSI : REG_RDX])
#define REGISTERS 1
#elif defined(__APPLE__) && defined(__x86_64__)
#define PC(c) ((c)->uc_mcontext->__ss.__rip)
#define SP(c) ((c)->uc_mcontext->__ss.__rsp)
#define FP(c) ((c)->uc_mcontext->__ss.__rbp)
#define ARG(c, n)                                 \
    (*((n) == 0   ? &(c)->uc_mcontext->__ss.__rdi \
       : (n) == 1 ? &(c)->uc_mcontext->__ss.__rsi \
                  : &(c)->uc_mcontext->__ss.__rdx))
#define REGISTERS 1
#elif defined(__linux__) && defined(__aarch64__)
#define PC(c)     ((c)->uc_mcontext.pc)
#define SP(c)     ((c)->uc_mcontext.sp)
#define FP(c)     ((c)->uc_mcontext.regs[29])
#define LR(c)     ((c)->uc_mcontext.regs[30])
#define ARG(c, n) ((c)->uc_mcontext.regs[n])
#define REGISTERS 1
#elif defined(__APPLE__) && defined(__aarch64__)
#define PC(c)     ((c)->uc_mcontext->__ss.__pc)
#define SP(c)     ((c)->uc_mcontext->__ss.__sp)
#define FP(c)     ((c)->uc_mcontext->__ss.__fp)
#define LR(c)     ((c)->uc_mcontext->__ss.__lr)
#define ARG(c, n) ((c)->uc_mcontext->__ss.__x[n])
#define REGISTERS 1
#else
#define REGISTERS 0
#endif

#if REGISTERS

/* True if the access that faulted was a write. */
static bool was_write(const ucontext_t *context, uintptr_t address)
{
    (void)address;
#if defined(__linux__) && defined(__x86_64__)
    return (context->uc_mcontext.gregs[REG_ERR] & 2) != 0;
#elif defined(__APPLE__) && defined(__x86_64__)
    return (context->uc_mcontext->__es.__err & 2) != 0;
#elif defined(__APPLE__)
    return (context->uc_mcontext->__es.__esr & 0x40) != 0;
#else
    /* A list of records {magic, size, ...}; the syndrome register's has a magic of its own. */
    const unsigned char *at = context->uc_mcontext.__reserved;
    uint32_t head[2];
    uint64_t syndrome;

    for (size_t offset = 0; offset + 16 <= sizeof context->uc_mcontext.__reserved;
         offset += head[1]) {
        memcpy(head, at + offset, sizeof head);
        memcpy(&syndrome, at + offset + 8, sizeof syndrome);
        if (head[0] == 0x45535201)
            return (syndrome & 0x40) != 0;
        if (head[0] == 0 || head[1] < 16)
            break;
    }
    if (address == (uintptr_t)PC(context))
        return false; /* A call of a bad address. */
    /* None (QEMU): the instruction tells. Loads have bit 22; loads that extend a sign need not. */
    uint32_t code = *(const uint32_t *)PC(context);
    bool extends = (code & 0x3b000000) == 0x38000000 || (code & 0x3b000000) == 0x39000000;

    return (code & 0x00400000) == 0 && !(extends && (code & 0x04800000) == 0x00800000);
#endif
}

/* The processor's general protection fault tells no address. */
static bool has_address(int signal, const ucontext_t *context)
{
#if defined(__linux__) && defined(__x86_64__)
    return signal == SIGSEGV && context->uc_mcontext.gregs[REG_TRAPNO] == 14;
#else
    (void)context;
    return signal == SIGSEGV || signal == SIGBUS;
#endif
}

static enum host_fault_kind kind_of(int signal)
{
    switch (signal) {
    case SIGSEGV:
    case SIGBUS:
        return HOST_FAULT_ACCESS;
    case SIGFPE:
        return HOST_FAULT_DIVISION;
    case SIGILL:
        return HOST_FAULT_INSTRUCTION;
    default: /* SIGTRAP */
        return HOST_FAULT_BREAKPOINT;
    }
}

/* The registers of code that may go on: a copy, on the stack of that code. */
struct saved {
    mcontext_t registers;
#if defined(__linux__) && defined(__x86_64__)
    __typeof__(*((mcontext_t *)0)
                    ->fpregs) floats; /* A structure whose name differs between C libraries. */
#elif defined(__APPLE__)
    struct __darwin_mcontext64 machine;
#endif
};

static void save(struct saved *saved, const ucontext_t *context)
{
    saved->registers = context->uc_mcontext;
#if defined(__linux__) && defined(__x86_64__)
    if (context->uc_mcontext.fpregs != NULL)
        saved->floats = *context->uc_mcontext.fpregs;
#elif defined(__APPLE__)
    saved->machine = *context->uc_mcontext;
#endif
}

static void load(const struct saved *saved, ucontext_t *context)
{
#if defined(__linux__) && defined(__x86_64__)
    memcpy(context->uc_mcontext.gregs, saved->registers.gregs, sizeof saved->registers.gregs);
    /* Wider registers than the oldest ones' keep what the filter left in them. */
    if (context->uc_mcontext.fpregs != NULL)
        *context->uc_mcontext.fpregs = saved->floats;
#elif defined(__APPLE__)
    *context->uc_mcontext = saved->machine;
#else
    context->uc_mcontext = saved->registers;
#endif
}

static void land(const struct host_landing *landing, ucontext_t *context)
{
    uintptr_t at = (landing->stack - RED_ZONE - sizeof(struct saved)) & ~(uintptr_t)63;
    struct saved *saved = (struct saved *)at;
    uintptr_t *words = (uintptr_t *)at;

    save(saved, context);
    words -= 4;
    words[2] = (uintptr_t)FP(context); /* A frame for the code that has none. */
    words[3] = landing->caller;
    if (landing->caller != 0)
        FP(context) = (__typeof__(FP(context)))((uintptr_t)&words[2]);
#if defined(__x86_64__)
    words[-1] = landing->from; /* As a call leaves the stack. */
    SP(context) = (__typeof__(SP(context)))((uintptr_t)&words[-1]);
#else
    SP(context) = (__typeof__(SP(context)))((uintptr_t)words);
    LR(context) = (__typeof__(LR(context)))(landing->from);
#endif
    ARG(context, 0) = (__typeof__(ARG(context, 0)))((uintptr_t)saved);
    PC(context) = (__typeof__(PC(context)))((uintptr_t)landing->function);
}

/* Goes on at the mark of the run, below the frames that it keeps. */
static void give_up(ucontext_t *context)
{
    uintptr_t stack = ((uintptr_t)mark_stack(taker->broken) - 1024) & ~(uintptr_t)(ALIGNMENT - 1);

#if defined(__x86_64__)
    stack -= sizeof(void *);
#endif
    SP(context) = (__typeof__(SP(context)))(stack);
    ARG(context, 0) = (__typeof__(ARG(context, 0)))((uintptr_t)taker->broken);
    ARG(context, 1) = (__typeof__(ARG(context, 1)))(1);
    ARG(context, 2) = (__typeof__(ARG(context, 2)))(0);
    PC(context) = (__typeof__(PC(context)))((uintptr_t)mark_jump);
}

/* ---- Watches --------------------------------------------------------------------------------- */

/* A watch outlives the call, because its block is in use by the thread that has faulted. */
static bool watches_take(void *at)
{
    struct host_watch *watch;
    int error = errno;
    bool taken;

    pthread_mutex_lock(&watching);
    watch = watches;
    while (watch != NULL && (uintptr_t)at - (uintptr_t)watch->base >= watch->size)
        watch = watch->next;
    pthread_mutex_unlock(&watching);
    taken = watch != NULL && watch->written(watch, at);
    errno = error;
    return taken;
}

/* ---- Faults of a world ----------------------------------------------------------------------- */

void mark_trap(void *saved);

void host_fault_resume(void *saved)
{
    mark_trap(saved); /* An illegal instruction, which host_fault_offer knows. */
    for (;;)
        ;
}

bool host_fault_offer(int signal, void *information, void *at)
{
    ucontext_t *context = at;
    const siginfo_t *info = information;
    struct host_landing landing;
    struct host_fault fault = { .kind = kind_of(signal) };

    if (host_step_trap(signal, information, at))
        return true;
    if (has_address(signal, context) && watches_take(info->si_addr))
        return true;
    if (taker == NULL)
        return false;
    fault.instruction = (uintptr_t)PC(context);
    if (fault.instruction == (uintptr_t)mark_trap) {
        load((const struct saved *)(uintptr_t)ARG(context, 0), context);
        return true;
    }
    fault.stack = (uintptr_t)SP(context);
    fault.frame = (uintptr_t)FP(context);
#if !defined(__x86_64__)
    fault.link = (uintptr_t)LR(context);
#endif
    fault.address_known = has_address(signal, context);
    fault.address = fault.address_known ? (uintptr_t)info->si_addr : 0;
    fault.write = fault.kind == HOST_FAULT_ACCESS && was_write(context, fault.address);
    switch (taker->take(&fault, &landing)) {
    case HOST_FAULT_MENDED:
        return true;
    case HOST_FAULT_LANDS:
        land(&landing, context);
        return true;
    case HOST_FAULT_IS_FATAL:
        give_up(context);
        return true;
    default:
        return false;
    }
}

#else

void host_fault_resume(void *saved)
{
    (void)saved;
    for (;;)
        ;
}

bool host_fault_offer(int signal, void *information, void *at)
{
    (void)signal, (void)information, (void)at;
    return false;
}
#endif

/* ---- The handlers ---------------------------------------------------------------------------- */

static void pass_on(int signal, siginfo_t *info, void *context)
{
    for (int i = 0; i < SIGNALS; i++) {
        const struct sigaction *before = &earlier[i];

        if (signals[i] != signal)
            continue;
        if (before->sa_flags & SA_SIGINFO)
            before->sa_sigaction(signal, info, context);
        else if (before->sa_handler == SIG_DFL || before->sa_handler == SIG_IGN)
            sigaction(signal, before, NULL); /* The signal comes again. */
        else
            before->sa_handler(signal);
    }
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
    if (!host_fault_offer(signal, info, context))
        pass_on(signal, info, context);
}

static bool is_ours(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO) && action->sa_sigaction == on_signal;
}

bool host_fault_owns(const void *action) { return is_ours(action); }

static void install(void)
{
    struct sigaction action = { .sa_sigaction = on_signal,
                                .sa_flags = SA_ONSTACK | SA_SIGINFO | SA_NODEFER };

    /* Nothing interrupts the handler but a fault of its own: it may write to a watched page. */
    sigfillset(&action.sa_mask);
    for (int i = 0; i < SIGNALS; i++)
        sigdelset(&action.sa_mask, signals[i]);
    for (int i = 0; i < SIGNALS; i++) {
        struct sigaction present;

        sigaction(signals[i], NULL, &present);
        if (is_ours(&present))
            continue;
        earlier[i] = present;
        sigaction(signals[i], &action, NULL);
    }
}

static void uninstall(void)
{
    for (int i = 0; i < SIGNALS; i++) {
        struct sigaction present;

        sigaction(signals[i], NULL, &present);
        if (is_ours(&present))
            sigaction(signals[i], &earlier[i], NULL);
    }
}

static void use_begin(void)
{
    pthread_mutex_lock(&installing);
    if (users++ == 0)
        install();
    pthread_mutex_unlock(&installing);
}

static void use_end(void)
{
    pthread_mutex_lock(&installing);
    if (--users == 0)
        uninstall();
    pthread_mutex_unlock(&installing);
}

/* What host_faults_keep has promised for this thread, and what was found since: then the system
 * need not be asked again. */
static _Thread_local struct kept {
    bool on, has_stack, has_handler;
} kept;

void host_faults_keep(bool on) { kept = (struct kept){ .on = on }; }

/* Gives this thread a stack for its handlers where it has none. NULL: it has one. */
static void *stack_give(void)
{
    stack_t present, own = { .ss_size = HANDLER_STACK };

    if (kept.has_stack)
        return NULL;
    sigaltstack(NULL, &present);
    if ((present.ss_flags & SS_DISABLE) == 0 && present.ss_size >= HANDLER_STACK / 2) {
        kept.has_stack = kept.on;
        return NULL;
    }
    own.ss_sp = host_memory_take(HANDLER_STACK);
    if (own.ss_sp != NULL)
        sigaltstack(&own, NULL);
    return own.ss_sp;
}

static void stack_take_back(void *stack)
{
    stack_t none = { .ss_flags = SS_DISABLE };

    sigaltstack(&none, NULL);
    host_memory_give(stack, HANDLER_STACK);
}

bool host_faults_exist(void) { return REGISTERS; }

void host_faults_begin(struct host_faults *faults)
{
    faults->own = stack_give();
    use_begin();
    taker = faults;
}

void host_faults_end(struct host_faults *faults)
{
    taker = NULL;
    use_end();
    if (faults->own != NULL)
        stack_take_back(faults->own);
}

/* ---- Watching -------------------------------------------------------------------------------- */

/* Keeps signals away meanwhile: a handler that jumped away would leave the lock taken. */
static void signals_block(sigset_t *before)
{
    sigset_t all;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, before);
}

void host_watch_begin(struct host_watch *watch)
{
    sigset_t before;

    signals_block(&before);
    use_begin();
    pthread_mutex_lock(&watching);
    watch->next = watches;
    watches = watch;
    pthread_mutex_unlock(&watching);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void host_watch_end(struct host_watch *watch)
{
    struct host_watch **at = &watches;
    sigset_t before;

    signals_block(&before);
    pthread_mutex_lock(&watching);
    while (*at != watch)
        at = &(*at)->next;
    *at = watch->next;
    pthread_mutex_unlock(&watching);
    use_end();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static pthread_key_t stack_key; /* The stack that host_watch_ready gave to a thread. */

static void make_stack_key(void) { pthread_key_create(&stack_key, stack_take_back); }

void host_watch_ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct sigaction present;

    if (kept.has_handler)
        return;
    pthread_once(&once, make_stack_key);
    if (pthread_getspecific(stack_key) == NULL)
        pthread_setspecific(stack_key, stack_give());
    sigaction(SIGSEGV, NULL, &present);
    if (!is_ours(&present)) {
        pthread_mutex_lock(&installing);
        install();
        pthread_mutex_unlock(&installing);
    }
    kept.has_handler = kept.on;
}
