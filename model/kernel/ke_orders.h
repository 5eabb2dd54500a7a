/* ke_orders.h - free order: at every point of a guest's thread any thread may be the next that
 * could go on, whatever its priority.
 *
 *     ke_before(&event->Header, KE_WRITES);     // the running thread is about to set the event
 *
 * A machine in free order has one processor and asks CHOICE_RUN at each point: who goes on? The
 * answers are the running thread and the ready ones. Points are calls that work on objects which
 * threads share (dispatcher objects, locks, interlocked operations) and, in code that tells it
 * (points = memory), each load and store outside of the running thread's own stack. What a thread
 * does from one point to the next is one step, and named by what it touches.
 *
 * What is explored, and what is not:
 *
 * - A wait, or taking a lock, is one step that is possible while the object is free: whoever waits
 *   stands before that step, and who comes first is another order. So the order in which threads
 *   queue is no matter, and KePulseEvent finds nobody who stands before his wait.
 * - A wait with a time-out is always possible: if the object is not free, the time is over. A delay
 *   is over at once. Points take a nanosecond, so the clock ticks while the threads rest.
 * - A DPC of a guest that is queued, and a timer of a guest that is set, are answers, too: the DPC
 *   runs, the timer expires, at any point from then on, periodic timers three times in all.
 *   KeFlushQueuedDpcs runs what is queued.
 * - Code at DISPATCH_LEVEL and above, DPCs among it, runs whole; what it touches belongs to the
 *   step in which it runs. A kernel APC runs at the next point of its thread.
 * - A wait for more than KE_STEP_OBJECTS objects begins at any point: who queues first counts, and
 *   the thread waits as NT's threads do.
 * - A thread keeps its slot of a KQUEUE while it stands before another wait; it gives the slot up
 *   when nobody else can go on.
 * - Quanta, priorities and boosts decide nothing. Threads of services, which have never run code
 *   of a guest, run when no thread of a guest can.
 * - Memory that the kernel touches for a caller (a copied string, an IRP's fields) is no step of
 *   its own, and allocations commute. Freeing a block writes its first 256 bytes. Memory is told
 *   apart by words of four bytes.
 *
 * A run in free order hangs, SIM_HUNG, if threads are left that nothing has woken for a second. It
 * ends with SIM_BUDGET after KE_ORDERS_POINTS_MAX points: a thread that goes round for ever takes
 * no time there.
 */
#pragma once
#include "model/kernel/kernel.h"

enum { KE_ORDERS_POINTS_MAX = 20000 };
enum { KE_STEP_OBJECTS = CHOICE_TOUCHES_MAX - 1 }; /* The last touch stands for APCs. */
enum ke_effect { KE_READS, KE_WRITES };

/* What the running thread is about to do. */
struct ke_step {
    uint32_t count;
    const volatile void *object[KE_STEP_OBJECTS];
    const struct ke_thread *apc; /* An APC is queued for this thread; NULL: none is. */
    enum ke_effect effect;
    /* Whether it can be done now; NULL: always. With several objects, all of them or one. */
    bool (*open)(const void *object, const struct ke_thread *thread);
    bool all;
    bool timed; /* True for a step that can be done although it is not open. */
};

struct answers;
struct ke_orders {
    uint32_t waiting;       /* Threads that may be left waiting in the end. */
    uint32_t births, alive; /* Threads that guests made; of these, those that have not ended. */
    /* Runs end with SIM_ASKED as soon as so many were made and have ended; UINT32_MAX, as in the
     * beginning: they go on. */
    uint32_t enough;
    uint32_t points;  /* Points so far. */
    uint32_t periods; /* Expiries of periodic timers by choice. */
    LIST_ENTRY dpcs;  /* Queued DPCs of guests that have not been picked. */
    sim_time latest;  /* When code of a guest ran last. */
    /* Answers to the question that is asked: too large for the threads' stacks. */
    struct answers *answers;
};

/* One who may go on: a thread, a DPC that is queued, or a timer that is set. */
struct ke_answer {
    struct ke_thread *thread;
    PKDPC dpc;
    PKTIMER timer;
};

/* The answers to a question: the running thread, the ready ones, higher priorities first, DPCs and
 * timers of guests; behind these, from `enabled` on, those who cannot go on. */
struct ke_answers {
    struct ke_answer answer[CHOICE_ACTORS_MAX];
    uint32_t enabled, count;
};

/* From now on the machine is in free order. A run whose last threads wait for ever hangs, unless
 * these are no more than `waiting`. */
void ke_orders_start(uint32_t waiting);

/* The running thread is about to do a step. Comes back when it may. */
void ki_before(const struct ke_step *step);
/* The step that is under way touches these, too. */
void ki_touches(const struct ke_step *step);
void ki_before_one(const volatile void *object, enum ke_effect effect);

/* The same for what others may wait for: `open` tells whether their wait would be satisfied. */
void ki_before_waited(const volatile void *object, enum ke_effect effect,
                      bool (*open)(const void *object, const struct ke_thread *thread));
bool ki_is_signaled(const void *object, const struct ke_thread *thread);

/* True for memory of a guest: a variable, or a block that its threads allocated. */
bool ki_is_of_guest(const void *object);

/* The running thread is about to work on a dispatcher object. */
static inline void ke_before_object(const volatile void *object, enum ke_effect effect)
{
    if (UNLIKELY(ke->orders != NULL))
        ki_before_waited(object, effect, ki_is_signaled);
}

static inline void ke_before(const volatile void *object, enum ke_effect effect)
{
    if (UNLIKELY(ke->orders != NULL))
        ki_before_one(object, effect);
}

/* The running thread is about to queue an APC: that is in conflict with each step of its thread. */
void ki_before_apc(const struct ke_thread *thread);

/* The running thread runs code of a guest. */
void ki_orders_guest(void);

/* The running thread is about to read or write memory; its own stack is no matter. */
void ki_before_access(const volatile void *address, uint32_t bytes, enum ke_effect effect);

/* The name of a block of pool that the running thread allocates; 0: it is no guest's. */
uint32_t ki_orders_taken(void);
/* The running thread is about to free memory: that is in conflict with every use of it. */
void ki_before_freeing(const void *memory, uint32_t bytes);

/* A thread is made by the running one; it ends. */
void ki_orders_born(struct ke_thread *thread);
void ki_orders_ended(struct ke_thread *thread);

/* The running thread is about to queue a DPC, or to remove it. */
void ki_before_dpc(const KDPC *dpc);
/* Queues a DPC of a guest; false: it is none, or this is not free order. */
bool ki_orders_defer(PKDPC dpc);
/* The running thread is about to wait for queued DPCs: all of guests run next. */
void ki_orders_flush(void);
/* Expires a timer now (ke_dpc.c). */
void ki_expire_timer(PKTIMER timer);

/* Queues a ready thread of a guest among those alone, as the ready queues have them: each question
 * looks at them, and services may have many threads beside them. */
void ki_orders_queue(struct ke_cpu *cpu, struct ke_thread *thread, bool head);

/* Takes the thread that goes on from the ready queue; NULL: none can. */
struct ke_thread *ki_orders_take(struct ke_cpu *cpu);

/* Another thread of the ready queue runs in place of the running one (ke_sched.c). */
void ki_go_on(struct ke_thread *next);

/* Looks, at a clock tick, whether the run is over. */
void ki_orders_tick(void);
