/* fiber.c - simulated threads: a stack of their own, switched by hand.
 *
 *   stack                                                     stack + stack_size
 *   | guard | (zero until used) ............ live frames | colour |
 *            <-- grows down                 sp
 *
 * The guard is a pattern in the lowest bytes. It is looked at whenever a fiber is left, and the saved stack
 * pointer with it: whoever ran over the end is named before anybody acts on the damage. What lies above
 * the guard was zero at first, so the depth ever reached is seen without having filled anything.
 *
 * The colour spreads the tops over cache lines; without it all stacks would compete for the same few.
 *
 * How a stack is switched stands in fiber_switch.S; where there is no block for the processor, ucontext does it.
 * Under AddressSanitizer every switch is announced.
 */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#include "sim/fiber.h"

#include <string.h>

#if (defined(__x86_64__) || (defined(__aarch64__) && !defined(_WIN32))) && !defined(FIBER_UCONTEXT)
#define FIBER_ASSEMBLY 1
#else
#include <ucontext.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#endif
#if defined(FIBER_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif

enum {
    GUARD_WORDS = 8,
    COLOURS = 32, COLOUR_BYTES = 64,
    STACK_MIN = 8192,
    REGISTERS_MAX = 1024,        /* ucontext keeps some below the frame that switches. */
};

static const uint64_t guard_pattern = 0x5afe57ac4e4d5afeu;

struct fibers {
    struct fiber *current;       /* NULL: the engine's own stack. */
    struct fiber  engine;        /* Only sp and the sanitizer's part are used. */
    struct fiber *free;
    struct fiber *all;
    struct arena *arena;
    size_t   stack_size;
    uint32_t made, fibers_max;
};

#if !defined(FIBER_ASSEMBLY)
struct fiber_context {
    ucontext_t registers;
};
#endif

struct fibers *fibers_new(struct arena *arena, size_t stack_size, uint32_t fibers_max)
{
    struct fibers *fibers = arena_take(arena, sizeof *fibers, 64);

    CHECK(stack_size >= STACK_MIN);
    fibers->all = arena_take(arena, ((size_t)fibers_max + 1) * sizeof *fibers->all, 64);
    fibers->arena = arena;
    fibers->stack_size = (stack_size + 4095) & ~(size_t)4095;
    fibers->fibers_max = fibers_max;
#if !defined(FIBER_ASSEMBLY)
    fibers->engine.context = arena_take(arena, sizeof *fibers->engine.context, 64);
#endif
    return fibers;
}

/* ---- arriving and leaving ---- */

static inline void leave(struct fibers *fibers, struct fiber *from, struct fiber *to, bool for_ever)
{
    (void)fibers, (void)from, (void)to, (void)for_ever;
#if defined(FIBER_ASAN)
    __sanitizer_start_switch_fiber(for_ever ? NULL : &from->sanitizer, to->stack, to->stack_size);
#endif
}

/* self is the fiber that goes on, the engine included. The first arrival from the engine tells where its stack is. */
static inline void arrive(struct fibers *fibers, struct fiber *self)
{
    (void)fibers, (void)self;
#if defined(FIBER_ASAN)
    const void *bottom;
    size_t size;

    __sanitizer_finish_switch_fiber(self->sanitizer, &bottom, &size);
    if (fibers->engine.stack == NULL) {
        fibers->engine.stack = (char *)(uintptr_t)bottom;
        fibers->engine.stack_size = size;
    }
#endif
}

void fiber_begin(struct fiber *self);
NORETURN void fiber_begin(struct fiber *self)
{
    arrive(self->home, self);
    self->body(self->arg);
    check_failed_with(__FILE__, __LINE__, "the body of fiber %u returned; it must end by fiber_exit",
                      self->index);
}

#if defined(FIBER_ASSEMBLY)

void fiber_jump(void **save, void *to);
void fiber_first(void);

/* Lays out the frame that fiber_jump will take its registers from. */
static void first_frame(struct fiber *fiber, char *top)
{
#if defined(__aarch64__)
    void **frame = (void **)(void *)(top - 160);

    frame[0] = fiber;                          /* x19 */
    frame[11] = (void *)(uintptr_t)fiber_first;    /* x30 */
#elif defined(_WIN32)
    /* ten xmm, the limits, eight registers, return address; 16-aligned after the return. */
    void **frame = (void **)(void *)(top - 16 - 160 - 12 * 8);
    void **after = frame + 160 / 8;

    after[0] = fiber->stack;                   /* Lowest reserved address, */
    after[1] = fiber->stack;                   /* limit */
    after[2] = top;                            /* and base. */
    after[9] = fiber;                          /* rbx */
    after[11] = (void *)(uintptr_t)fiber_first;
#else
    void **frame = (void **)(void *)(top - 16 - 7 * 8);

    frame[4] = fiber;                          /* rbx */
    frame[6] = (void *)(uintptr_t)fiber_first;
#endif
    fiber->sp = frame;
}

static inline void jump(struct fiber *from, struct fiber *to) { fiber_jump(&from->sp, to->sp); }

#else

static void ucontext_first(unsigned high, unsigned low)
{
    fiber_begin((struct fiber *)(((uintptr_t)high << 16 << 16) | low));
}

static void first_frame(struct fiber *fiber, char *top)
{
    uintptr_t self = (uintptr_t)fiber;

    if (fiber->context == NULL)
        fiber->context = arena_take(fiber->home->arena, sizeof *fiber->context, 64);
    getcontext(&fiber->context->registers);
    fiber->context->registers.uc_stack.ss_sp = fiber->stack;
    fiber->context->registers.uc_stack.ss_size = (size_t)(top - fiber->stack);
    fiber->context->registers.uc_link = NULL;
    makecontext(&fiber->context->registers, (void (*)(void))ucontext_first, 2,
                (unsigned)(self >> 16 >> 16), (unsigned)self);
    fiber->sp = top - REGISTERS_MAX;
}

static inline void jump(struct fiber *from, struct fiber *to)
{
    char here;

    from->sp = (void *)(((uintptr_t)&here & ~(uintptr_t)63) - REGISTERS_MAX);
    swapcontext(&from->context->registers, &to->context->registers);
}

#endif

/* ---- what others call ---- */

static char *top_of(const struct fiber *fiber)
{
    return fiber->stack + fiber->stack_size - (size_t)(fiber->index % COLOURS) * COLOUR_BYTES;
}

static struct fiber *fiber_make(struct fibers *fibers)
{
    if (fibers->made == fibers->fibers_max)
        check_failed_with(__FILE__, __LINE__, "more than %u fibers at once: raise fibers_max",
                          fibers->fibers_max);
    struct fiber *fiber = &fibers->all[fibers->made];

    fiber->index = fibers->made++;
    fiber->home = fibers;
    fiber->stack_size = fibers->stack_size;
    fiber->stack = arena_take_high(fibers->arena, fiber->stack_size, 4096);
    for (size_t i = 0; i < GUARD_WORDS; i++)
        ((uint64_t *)(void *)fiber->stack)[i] = guard_pattern;
#if defined(VALGRIND_STACK_REGISTER)
    fiber->valgrind_id = (uint32_t)VALGRIND_STACK_REGISTER(fiber->stack, fiber->stack + fiber->stack_size);
#endif
    return fiber;
}

struct fiber *fiber_new(struct fibers *fibers, void (*body)(void *arg), void *arg)
{
    struct fiber *fiber = fibers->free;

    if (fiber != NULL)
        fibers->free = fiber->next_free;
    else
        fiber = fiber_make(fibers);
#if defined(FIBER_ASAN)
    ASAN_UNPOISON_MEMORY_REGION(fiber->stack, fiber->stack_size);
#endif
    fiber->next_free = NULL;
    fiber->body = body;
    fiber->arg = arg;
    fiber->in_use = true;
    fiber->sanitizer = NULL;
    first_frame(fiber, top_of(fiber));
    return fiber;
}

NORETURN static void overflowed(const struct fiber *fiber)
{
    check_failed_with(__FILE__, __LINE__, "fiber %u ran over its stack of %zu bytes: raise stack_size",
                      fiber->index, fiber->stack_size);
}

/* One word of the guard, the highest, is what a growing stack meets first. */
static inline void guard_check(const struct fiber *fiber)
{
    if (UNLIKELY(((const uint64_t *)(const void *)fiber->stack)[GUARD_WORDS - 1] != guard_pattern))
        overflowed(fiber);
}

void fiber_switch(struct fibers *fibers, struct fiber *to)
{
    struct fiber *from = fibers->current;

    if (UNLIKELY(from == to))
        return;
    fibers->current = to;
    if (from != NULL)
        guard_check(from);
    else
        from = &fibers->engine;
    if (to == NULL)
        to = &fibers->engine;
    leave(fibers, from, to, false);
    jump(from, to);
    arrive(fibers, from);
}

void fiber_exit(struct fibers *fibers, struct fiber *to)
{
    struct fiber *from = fibers->current;

    CHECK(from != NULL && from != to);
    guard_check(from);
    fibers->current = to;
    from->in_use = false;
    from->next_free = fibers->free;
    fibers->free = from;
    if (to == NULL)
        to = &fibers->engine;
    leave(fibers, from, to, true);
    jump(from, to);
    check_failed_with(__FILE__, __LINE__, "fiber %u was switched to after its end", from->index);
}

void fiber_free(struct fibers *fibers, struct fiber *fiber)
{
    CHECK(fiber != fibers->current && fiber->in_use);
    guard_check(fiber);
    fiber->in_use = false;
    fiber->next_free = fibers->free;
    fibers->free = fiber;
}

struct fiber *fiber_current(const struct fibers *fibers) { return fibers->current; }

size_t fibers_depth(const struct fibers *fibers)
{
    size_t deepest = 0;

    for (uint32_t i = 0; i < fibers->made; i++) {
        const struct fiber *fiber = &fibers->all[i];
        const uint64_t *word = (const uint64_t *)(const void *)fiber->stack + GUARD_WORDS;
        const uint64_t *end = (const uint64_t *)(const void *)(fiber->stack + fiber->stack_size);

#if defined(FIBER_ASAN)
        ASAN_UNPOISON_MEMORY_REGION(fiber->stack, fiber->stack_size);
#endif
        while (word < end && *word == 0)
            word++;
        deepest = MAX_OF(deepest, (size_t)(end - word) * sizeof *word);
    }
    return deepest;
}

void fibers_live(struct fibers *fibers, void (*visit)(void *base, size_t size, void *ctx), void *ctx)
{
    CHECK(fibers->current == NULL);
    for (uint32_t i = 0; i < fibers->made; i++) {
        struct fiber *fiber = &fibers->all[i];

        if (!fiber->in_use)
            continue;
        char *end = fiber->stack + fiber->stack_size;
#if defined(FIBER_ASAN)
        /* The frames' red zones are poisoned, and must be copied as well; a frame unpoisons its own on leaving,
         * so all that is lost is a finding in a frame that lives across a snapshot. */
        ASAN_UNPOISON_MEMORY_REGION(fiber->stack, fiber->stack_size);
#endif
        visit(fiber->sp, (size_t)(end - (char *)fiber->sp), ctx);
    }
}
