/* fiber.c - simulated threads: each has its own stack, switched by hand.
 *
 *            stack                                     stack + stack_size
 *   | colour | guard | (zero until used) ....... live frames | rest of colour |
 *                     <-- grows down            sp
 *
 * The guard is a pattern in the lowest bytes. The guard is checked whenever a fiber is left, so an
 * overflow is reported before the damage has an effect. (With very many fibers only one switch in
 * 64 checks, because each check is a cache miss.) Memory above the guard is zero at first, so the
 * deepest use can be found without filling the stack with a pattern.
 *
 * The colour shifts each stack by another number of cache lines. Without it the tops of all stacks,
 * and all guards, would compete for the same few cache sets.
 *
 * fiber_switch.S switches stacks; processors it does not support use ucontext. Every switch is
 * announced to AddressSanitizer.
 *
 * WebAssembly has no stack pointer to set: a function that is to be left returns, and writes what
 * it needs to go on into memory (Emscripten's Asyncify). This memory grows upwards from where the
 * stack begins, so that both are one live part:
 *
 *            stack                      stack + stack_size - ASYNCIFY_BYTES
 *   | colour | guard | ... live frames | what Asyncify has written ... | rest of colour |
 */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE
#include "sim/fiber.h"
#include "sim/host/memory.h"

#include <string.h>

#if (defined(__x86_64__) || (defined(__aarch64__) && !defined(_WIN32))) && !defined(FIBER_UCONTEXT)
#define FIBER_ASSEMBLY 1
#elif defined(__EMSCRIPTEN__)
#define FIBER_ASYNCIFY 1
#include <emscripten/fiber.h>
#else
#include <ucontext.h>
#endif

#if defined(UNDER_ASAN)
#include <sanitizer/common_interface_defs.h>
#endif

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#define VALGRIND_QUIET(on)                    \
    do {                                      \
        if (on)                               \
            VALGRIND_DISABLE_ERROR_REPORTING; \
        else                                  \
            VALGRIND_ENABLE_ERROR_REPORTING;  \
    } while (0)
#else
#define VALGRIND_QUIET(on) ((void)(on))
#endif
#endif

enum {
    GUARD_WORDS = 8,
    GUARD_FIBERS = 1024, /* Up to this many fibers, every switch checks a guard; */
    GUARD_SELDOM = 64,   /* with more fibers, one switch in this many does. */
    COLOUR_BYTES = 64,
    STACK_MIN = 8192,
    /* With guests: bytes below the guard pages, and the guard pages. */
    GUARD_OFFSET = 12 * 1024,
    GUARD_BYTES = 8 * 1024,
    REGISTERS_MAX = 1024, /* Bytes that ucontext may keep below the frame that switches. */
    /* Room for what Asyncify writes: of a fiber, and of the engine with all that called it. */
    ASYNCIFY_BYTES = 16 * 1024,
    ASYNCIFY_ENGINE_BYTES = 256 * 1024,
};

static const uint64_t guard_pattern = 0x5afe57ac4e4d5afeu;

/* Fields of a fiber that only some builds need. */
struct fiber_more {
    void *sanitizer; /* ASan's fake stack while switched away. */
#if defined(FIBER_ASYNCIFY)
    emscripten_fiber_t left;
#elif !defined(FIBER_ASSEMBLY)
    ucontext_t registers;
#endif
};

struct fibers {
    struct fiber *current; /* NULL: the engine's own stack. */
    struct fiber engine;   /* Only sp is used; under ASan also stack. */
    uint32_t switches;
    uint32_t guard_mask; /* A guard is looked at when these bits of `switches` are zero. */
    struct fiber *free;
    struct fiber *all;
    struct fiber_more *more; /* By index; the last is the engine's. */
    struct arena *arena;
    size_t block_size, stack_size;
    size_t engine_stack_size;
    uint32_t made, fibers_max;
    bool protected; /* Stacks have guard pages. */
#if defined(FIBER_ASYNCIFY)
    char *engine_written; /* What Asyncify writes of the engine's stack. */
#endif
};

struct fibers *fibers_new(struct arena *arena, size_t stack_size, uint32_t fibers_max)
{
    struct fibers *fibers = arena_take(arena, sizeof *fibers, 64);
    size_t block = (stack_size + 4095) & ~(size_t)4095;

    CHECK(stack_size >= STACK_MIN);
    fibers->all = arena_take(arena, ((size_t)fibers_max + 1) * sizeof *fibers->all, 64);
    fibers->more = arena_take(arena, ((size_t)fibers_max + 1) * sizeof *fibers->more, 64);
    fibers->arena = arena;
    fibers->block_size = block;
    fibers->stack_size = block - MIN_OF(block / 4, (size_t)4096);
    fibers->fibers_max = fibers_max;
#if defined(FIBER_ASYNCIFY)
    fibers->engine_written = arena_take(arena, ASYNCIFY_ENGINE_BYTES, 16);
#endif
    return fibers;
}

static inline uint32_t index_of(const struct fibers *fibers, const struct fiber *fiber)
{
    return fiber == &fibers->engine ? fibers->fibers_max : (uint32_t)(fiber - fibers->all);
}

/* ---- arriving and leaving ---- */

static inline void leave(struct fibers *fibers, struct fiber *from, struct fiber *to, bool for_ever)
{
    (void)fibers, (void)from, (void)to, (void)for_ever;
#if defined(UNDER_ASAN)
    size_t size = to == &fibers->engine ? fibers->engine_stack_size : fibers->stack_size;

    __sanitizer_start_switch_fiber(
        for_ever ? NULL : &fibers->more[index_of(fibers, from)].sanitizer, to->stack, size);
#endif
}

/* Completes a switch on the stack of self, which may be the engine. The first switch away from
 * the engine records where the engine's stack is. */
static inline void arrive(struct fibers *fibers, struct fiber *self)
{
    (void)fibers, (void)self;
#if defined(UNDER_ASAN)
    const void *bottom;
    size_t size;

    __sanitizer_finish_switch_fiber(fibers->more[index_of(fibers, self)].sanitizer, &bottom, &size);
    if (fibers->engine.stack == NULL) {
        fibers->engine.stack = (char *)(uintptr_t)bottom;
        fibers->engine_stack_size = size;
    }
#endif
}

void fiber_begin(struct fibers *fibers);
NORETURN void fiber_begin(struct fibers *fibers)
{
    struct fiber *self = fibers->current;

    arrive(fibers, self);
    self->body(self->arg);
    check_failed_with(__FILE__, __LINE__,
                      "the body of fiber %u returned; it must end by fiber_exit",
                      index_of(fibers, self));
}

#if defined(FIBER_ASSEMBLY)

void fiber_jump(void **save, void *to);
void fiber_first(void);

/* Lays out the frame that fiber_jump will take its registers from. */
static void first_frame(struct fibers *fibers, struct fiber *fiber, char *top)
{
#if defined(__aarch64__)
    void **frame = (void **)(void *)(top - 160);

    frame[0] = fibers;                          /* x19 */
    frame[10] = NULL;                           /* x29: the chain of frames ends here. */
    frame[11] = (void *)(uintptr_t)fiber_first; /* x30 */
#elif defined(_WIN32)
    /* ten xmm, the limits, eight registers, return address; 16-aligned after the return. */
    void **frame = (void **)(void *)(top - 16 - 160 - 12 * 8);
    void **after = frame + 160 / 8;

    /* Lowest reserved address, limit and base. A range without bytes: Windows would let a stack
     * that it knows grow into its guard page. */
    after[0] = after[1] = after[2] = top;
    after[9] = fibers; /* rbx */
    after[10] = NULL;  /* rbp: the chain of frames ends here. */
    after[11] = (void *)(uintptr_t)fiber_first;
#else
    void **frame = (void **)(void *)(top - 16 - 7 * 8);

    frame[4] = fibers; /* rbx */
    frame[5] = NULL;   /* rbp: the chain of frames ends here. */
    frame[6] = (void *)(uintptr_t)fiber_first;
#endif
    fiber->sp = frame;
}

static inline void jump(struct fibers *fibers, struct fiber *from, struct fiber *to)
{
    (void)fibers;
    fiber_jump(&from->sp, to->sp);
}

#elif defined(FIBER_ASYNCIFY)

static void first(void *fibers) { fiber_begin(fibers); }

static void first_frame(struct fibers *fibers, struct fiber *fiber, char *top)
{
    char *begin = (char *)((uintptr_t)(top - ASYNCIFY_BYTES) & ~(uintptr_t)15);

    emscripten_fiber_init(&fibers->more[index_of(fibers, fiber)].left, first, fibers, fiber->stack,
                          (size_t)(begin - fiber->stack), begin, (size_t)(top - begin));
    fiber->sp = begin;
}

static inline void jump(struct fibers *fibers, struct fiber *from, struct fiber *to)
{
    emscripten_fiber_t *left = &fibers->more[index_of(fibers, from)].left;
    char here;

    if (from == &fibers->engine)
        emscripten_fiber_init_from_current_context(left, fibers->engine_written,
                                                   ASYNCIFY_ENGINE_BYTES);
    from->sp = (void *)((uintptr_t)&here & ~(uintptr_t)63);
    emscripten_fiber_swap(left, &fibers->more[index_of(fibers, to)].left);
}

#else

static void ucontext_first(unsigned high, unsigned low)
{
    fiber_begin((struct fibers *)(((uintptr_t)high << 16 << 16) | low));
}

static void first_frame(struct fibers *fibers, struct fiber *fiber, char *top)
{
    ucontext_t *registers = &fibers->more[index_of(fibers, fiber)].registers;
    uintptr_t self = (uintptr_t)fibers;

    getcontext(registers);
    registers->uc_stack.ss_sp = fiber->stack;
    registers->uc_stack.ss_size = (size_t)(top - fiber->stack);
    registers->uc_link = NULL;
    makecontext(registers, (void (*)(void))ucontext_first, 2, (unsigned)(self >> 16 >> 16),
                (unsigned)self);
    fiber->sp = top - REGISTERS_MAX;
}

static inline void jump(struct fibers *fibers, struct fiber *from, struct fiber *to)
{
    char here;

    from->sp = (void *)(((uintptr_t)&here & ~(uintptr_t)63) - REGISTERS_MAX);
    swapcontext(&fibers->more[index_of(fibers, from)].registers,
                &fibers->more[index_of(fibers, to)].registers);
}

#endif

/* ---- public functions ---- */

static void guard_write(const struct fiber *fiber)
{
    for (size_t i = 0; i < GUARD_WORDS; i++)
        ((uint64_t *)(void *)fiber->stack)[i] = guard_pattern;
}

/* ---- Guard pages ---- */

/* First byte of the block that a stack lies in. */
static char *block_of(const struct fiber *fiber)
{
    return (char *)((uintptr_t)fiber->stack & ~(uintptr_t)4095);
}

static void guard_pages(const struct fiber *fiber, bool closed)
{
    if (closed)
        host_memory_guard(block_of(fiber) + GUARD_OFFSET, GUARD_BYTES);
    else
        host_memory_open(block_of(fiber) + GUARD_OFFSET, GUARD_BYTES);
}

void fibers_protect(struct fibers *fibers)
{
    CHECK(fibers->stack_size > 2 * (GUARD_OFFSET + GUARD_BYTES));
    if (fibers->protected || host_memory_page() > GUARD_BYTES / 2)
        return; /* With large pages an overflow is found by the pattern. */
    fibers->protected = true;
    fibers->arena->closed = true;
    for (uint32_t i = 0; i < fibers->made; i++)
        guard_pages(&fibers->all[i], true);
}

enum fiber_place fiber_place(const struct fibers *fibers, uintptr_t address)
{
    const struct fiber *fiber = fibers->current;

    if (fiber == NULL || address - (uintptr_t)fiber->stack >= fibers->stack_size)
        return FIBER_OUTSIDE;
    if (!fibers->protected)
        return FIBER_ON_STACK;
    uintptr_t guard = (uintptr_t)block_of(fiber) + GUARD_OFFSET;

    return address < guard                 ? FIBER_BELOW_GUARD
           : address - guard < GUARD_BYTES ? FIBER_IN_GUARD
                                           : FIBER_ON_STACK;
}

const struct fiber *fiber_at(const struct fibers *fibers, uintptr_t address, size_t *depth)
{
    const char *end = fibers->arena->base + fibers->arena->size; /* The first block ends there. */
    size_t index = ((uintptr_t)end - address - 1) / fibers->block_size;

    if (address >= (uintptr_t)end || index >= fibers->made)
        return NULL;
    const struct fiber *fiber = &fibers->all[index];

    *depth = (uintptr_t)fiber->stack + fibers->stack_size - address;
    return *depth - 1 < fibers->stack_size ? fiber : NULL;
}

uintptr_t fiber_open_guard(const struct fibers *fibers)
{
    guard_pages(fibers->current, false);
    fibers->arena->guard_open = true;
    fibers->arena->high_closed = 0;
    return (uintptr_t)block_of(fibers->current) + GUARD_OFFSET + GUARD_BYTES;
}

void fiber_close_guard(const struct fibers *fibers, const struct fiber *fiber)
{
    if (fibers->protected)
        guard_pages(fiber, true);
}

void fibers_back(struct fibers *fibers) { fibers->current = NULL; }

/* ---- making ---- */

static struct fiber *fiber_make(struct fibers *fibers)
{
    if (fibers->made == fibers->fibers_max)
        check_failed_with(__FILE__, __LINE__, "more than %u fibers at once: raise fibers_max",
                          fibers->fibers_max);
    uint32_t index = fibers->made++;
    size_t colours = (fibers->block_size - fibers->stack_size) / COLOUR_BYTES;
    char *block = arena_take_high(fibers->arena, fibers->block_size, 4096);
    struct fiber *fiber = &fibers->all[index];

    /* The colour is scattered by a hash: a regular step could coincide with that of the blocks. */
    fiber->stack = block + (index * 0x9e3779b1u >> 16) % colours * COLOUR_BYTES;
    guard_write(fiber);
    if (fibers->protected && fibers->arena->high > fibers->arena->high_closed) {
        guard_pages(fiber, true);
        fibers->arena->high_closed = fibers->arena->high;
    }
#if defined(VALGRIND_STACK_REGISTER)
    (void)VALGRIND_STACK_REGISTER(fiber->stack, fiber->stack + fibers->stack_size);
#endif
    if (fibers->made > GUARD_FIBERS)
        fibers->guard_mask = GUARD_SELDOM - 1;
    return fiber;
}

struct fiber *fiber_new(struct fibers *fibers, void (*body)(void *arg), void *arg)
{
    struct fiber *fiber = fibers->free;

    if (fiber != NULL)
        fibers->free = fiber->arg;
    else
        fiber = fiber_make(fibers);
    ASAN_FORGET(fiber->stack, fibers->stack_size);
    fibers->more[index_of(fibers, fiber)].sanitizer = NULL;
    fiber->body = body;
    fiber->arg = arg;
    first_frame(fibers, fiber, fiber->stack + fibers->stack_size);
    return fiber;
}

NORETURN static void overflowed(const struct fibers *fibers, const struct fiber *fiber)
{
    check_failed_with(__FILE__, __LINE__,
                      "fiber %u ran over its stack of %zu bytes: raise stack_size",
                      index_of(fibers, fiber), fibers->stack_size);
}

/* Checks the highest word of the guard, which a growing stack meets first. */
static inline void guard_check(const struct fibers *fibers, const struct fiber *fiber)
{
    if (UNLIKELY(((const uint64_t *)(const void *)fiber->stack)[GUARD_WORDS - 1] != guard_pattern))
        overflowed(fibers, fiber);
}

void fiber_switch(struct fibers *fibers, struct fiber *to)
{
    struct fiber *from = fibers->current;

    if (UNLIKELY(from == to))
        return;
    fibers->current = to;
    if (from == NULL)
        from = &fibers->engine;
    else if (LIKELY(fibers->guard_mask == 0) || (++fibers->switches & fibers->guard_mask) == 0)
        guard_check(fibers, from);
    if (to == NULL)
        to = &fibers->engine;
    leave(fibers, from, to, false);
    jump(fibers, from, to);
    arrive(fibers, from);
}

/* Puts a fiber on the free list. The stack keeps its bytes. */
static void give(struct fibers *fibers, struct fiber *fiber)
{
    guard_check(fibers, fiber);
    fiber->sp = NULL;
    fiber->arg = fibers->free;
    fibers->free = fiber;
}

void fiber_exit(struct fibers *fibers, struct fiber *to)
{
    struct fiber *from = fibers->current;
    struct fiber left = { 0 }; /* The ending fiber's registers are saved here and never read. */

    CHECK(from != NULL && from != to);
    give(fibers, from);
    fibers->current = to;
    if (to == NULL)
        to = &fibers->engine;
    leave(fibers, from, to, true);
#if defined(FIBER_ASSEMBLY)
    jump(fibers, &left, to);
#elif defined(FIBER_ASYNCIFY)
    (void)left;
    emscripten_fiber_swap(&fibers->more[index_of(fibers, from)].left,
                          &fibers->more[index_of(fibers, to)].left);
#else
    (void)left;
    setcontext(&fibers->more[index_of(fibers, to)].registers);
#endif
    check_failed_with(__FILE__, __LINE__, "fiber %u was switched to after its end",
                      index_of(fibers, from));
}

void fiber_free(struct fibers *fibers, struct fiber *fiber)
{
    CHECK(fiber != fibers->current && fiber->sp != NULL);
    give(fibers, fiber);
}

void fibers_abandon(struct fibers *fibers)
{
    CHECK(fibers->current == NULL);
    for (uint32_t i = 0; i < fibers->made; i++)
        if (fibers->all[i].sp != NULL)
            give(fibers, &fibers->all[i]);
}

struct fiber *fiber_current(const struct fibers *fibers) { return fibers->current; }

uint32_t fiber_number(const struct fibers *fibers, const struct fiber *fiber)
{
    return index_of(fibers, fiber);
}

#if defined(__x86_64__) || defined(__aarch64__)
/* The place where fiber_jump put the leaving fiber's frame pointer; the return address follows. */
static void **frame_left(const struct fiber *fiber)
{
#if defined(FIBER_ASSEMBLY) && defined(__aarch64__)
    return fiber->sp != NULL ? (void **)fiber->sp + 10 : NULL;
#elif defined(FIBER_ASSEMBLY) && defined(_WIN32)
    return fiber->sp != NULL ? (void **)fiber->sp + 30 : NULL;
#elif defined(FIBER_ASSEMBLY) && defined(__x86_64__)
    return fiber->sp != NULL ? (void **)fiber->sp + 5 : NULL;
#else
    (void)fiber;
    return NULL;
#endif
}
#endif

bool fiber_left(const struct fiber *fiber, void **mark)
{
#if defined(FIBER_ASSEMBLY) && defined(__x86_64__) && !defined(_WIN32)
    void **kept = fiber->sp; /* r15, r14, r13, r12, rbx, rbp, and where it goes on. */

    if (kept == NULL)
        return false;
    for (int i = 0; i < 4; i++)
        mark[2 + i] = kept[3 - i];
    mark[0] = kept[4];
    mark[1] = kept[5];
    mark[6] = kept + 7;
    mark[7] = kept[6];
    return true;
#else
    (void)fiber, (void)mark;
    return false;
#endif
}

/* Reads two words of a frame. AddressSanitizer would complain: red zones are next to them. */
#if defined(__has_attribute) && __has_attribute(no_sanitize)
__attribute__((no_sanitize("address", "undefined")))
#endif
uint32_t
fiber_frames(const struct fibers *fibers, const struct fiber *fiber, void *from, void **out,
             uint32_t out_max)
{
    uint32_t count = 0;

    if (fiber == NULL)
        return 0;
#if defined(__x86_64__) || defined(__aarch64__)
    char *end = fiber->stack + fibers->stack_size;
    void **frame = from != NULL ? from : frame_left(fiber);

    while (count < out_max && frame != NULL) {
        char *at = (char *)frame;

        if (at < fiber->stack || at + 2 * sizeof(void *) > end || ((uintptr_t)at & 7) != 0 ||
            frame[1] == NULL)
            break;
        out[count++] = frame[1];
        if ((char *)frame[0] <= at)
            break;
        frame = (void **)frame[0];
    }
#else
    (void)fibers, (void)from, (void)out, (void)out_max;
#endif
    return count;
}

size_t fibers_depth(const struct fibers *fibers)
{
    size_t deepest = 0;

    for (uint32_t i = 0; i < fibers->made; i++) {
        const struct fiber *fiber = &fibers->all[i];
        const char *lowest = fibers->protected ? block_of(fiber) + GUARD_OFFSET + GUARD_BYTES
                                               : fiber->stack + GUARD_WORDS * sizeof(uint64_t);
        const uint64_t *word = (const uint64_t *)(const void *)lowest;
        const uint64_t *end = (const uint64_t *)(const void *)(fiber->stack + fibers->stack_size);

        ASAN_FORGET(fiber->stack, fibers->stack_size);
        VALGRIND_QUIET(
            true); /* Valgrind sees reads below the stack pointer here; they are meant. */
        while (word < end && *word == 0)
            word++;
        VALGRIND_QUIET(false);
        deepest = MAX_OF(deepest, (size_t)(end - word) * sizeof *word);
    }
    return deepest;
}

/* Where the live part of a fiber that is not running ends. */
static char *live_end(const struct fibers *fibers, const struct fiber *fiber)
{
#if defined(FIBER_ASYNCIFY)
    uintptr_t end = (uintptr_t)fibers->more[index_of(fibers, fiber)].left.asyncify_data.stack_ptr;

    return (char *)((end + 7) & ~(uintptr_t)7);
#else
    return fiber->stack + fibers->stack_size;
#endif
}

void fibers_live(struct fibers *fibers, void (*visit)(void *base, size_t size, void *ctx),
                 void *ctx)
{
    CHECK(fibers->current == NULL);
    for (uint32_t i = 0; i < fibers->made; i++) {
        struct fiber *fiber = &fibers->all[i];

        if (fiber->sp == NULL)
            continue;
        guard_check(fibers, fiber);
        /* Unpoison the frames' red zones, because they are copied too. A frame unpoisons its own
         * on return, so the only loss is a finding in a frame that lives across a snapshot. */
        ASAN_FORGET(fiber->stack, fibers->stack_size);
        visit(fiber->sp, (size_t)(live_end(fibers, fiber) - (char *)fiber->sp), ctx);
    }
}

#if defined(FIBER_ASSEMBLY) || defined(FIBER_ASYNCIFY)
bool fibers_need_no_system(void) { return true; }
#else
bool fibers_need_no_system(void) { return false; }
#endif

uint32_t fibers_made(const struct fibers *fibers) { return fibers->made; }
bool fibers_protected(const struct fibers *fibers) { return fibers->protected; }

static bool is_zero(const char *bytes, size_t size)
{
    static const _Alignas(64) char zeroes[4096];

    return memcmp(bytes, zeroes, size) == 0; /* At most a page. */
}

/* Writes only where a byte is set: most of a stack is never touched, and the host backs no page
 * that is merely read. */
static void zero(char *from, char *end)
{
    while (from < end) {
        size_t size = MIN_OF((size_t)(end - from), 4096 - ((uintptr_t)from & 4095));

        if (!is_zero(from, size))
            memset(from, 0, size);
        from += size;
    }
}

void fibers_zero(const struct fibers *fibers, char *from, char *end)
{
    /* Later stacks lie lower. */
    for (uint32_t i = fibers->made; fibers->protected && from < end && i-- > 0;) {
        char *guard = block_of(&fibers->all[i]) + GUARD_OFFSET;

        if (guard >= end)
            break;
        zero(from, guard);
        from = guard + GUARD_BYTES;
    }
    zero(from, end);
}

/* True if a stack has overflowed, and stands on its guard pages. */
static bool stands_on_guard(const struct fiber *fiber)
{
    return fiber->sp != NULL && (char *)fiber->sp < block_of(fiber) + GUARD_OFFSET + GUARD_BYTES;
}

void fibers_close(struct fibers *fibers, uint32_t from)
{
    for (uint32_t i = from; i < fibers->made; i++) {
        const struct fiber *fiber = &fibers->all[i];

        guard_write(fiber);
        if (!fibers->protected)
            continue;
        if (stands_on_guard(fiber))
            fibers->arena->guard_open = true;
        else
            guard_pages(fiber, true);
    }
}

void fibers_overwritten(struct fibers *fibers)
{
    for (uint32_t i = 0; i < fibers->made; i++)
        ASAN_FORGET(fibers->all[i].stack, fibers->stack_size);
}
