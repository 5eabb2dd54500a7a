/* atq.h - a pool of threads that serves several protocols (inetinfo's ATQ, w3wp's workers).
 *
 *     atq = atq_new(ATQ_POOL);  atq->serve = ...;       in each thread of the pool:
 *     atq_start(atq, 20);                               serve(&connection, &work)
 *     atq_admit(atq, LOAD_POP3, TRUE);
 *
 * Work comes off the wires (step 0) and from work that goes on later (atq_continue). One semaphore
 * counts both. A protocol has two work queues, new work and work that goes on, each with a limit of
 * threads. A thread takes the oldest work that the limits allow; work passed over is taken as soon
 * as a thread of its queue is free. A message belongs to the pool from its wire until serve returns
 * TRUE.
 */
#pragma once
#include "model/outside/site.h"

struct atq_work {
    enum load_protocol protocol;
    struct message message;
    ULONG slot; /* Index in the wire's in_flight[]. */
    ULONG step; /* Step of the protocol's engine to do next; 0: new, off the wire. */
};

struct atq_connection { /* State of one thread of the pool. */
    struct atq *atq;
    void *context;
    PVOID buffer; /* EXIFS_WRITE_BYTES_MAX of exposed memory. */
};

struct atq_ring {
    struct atq_work works[IN_FLIGHT_MAX];
    uint32_t head, count;
};

struct atq {
    const char *name; /* Name of the pool's threads. */
    void *context;
    /* Does one step. TRUE: the message is over, and no longer in flight. */
    BOOL (*serve)(struct atq_connection *connection, struct atq_work *work);
    HANDLE items; /* Semaphore that counts the work waiting on the wires and in later[]. */
    /* Work that the semaphore counted down and no thread took: over its limit. */
    uint32_t announced;
    BOOL admitted[LOAD_PROTOCOLS];
    /* Threads; [0]: new work, [1]: work that goes on. */
    uint32_t limit[LOAD_PROTOCOLS][2], busy[LOAD_PROTOCOLS][2];
    uint32_t inside[LOAD_PROTOCOLS]; /* Messages in flight. */
    struct atq_ring later[LOAD_PROTOCOLS];
};

/* Makes a pool without threads, on the semaphore of this name. The process owns it. NULL: no
 * memory. */
struct atq *atq_new(PCWSTR semaphore);
/* Starts this many threads, each with its buffer; fewer if memory is short. */
void atq_start(struct atq *self, uint32_t threads);

/* Opens the pool to new work of a protocol, or closes it: new work then stays on the wire. */
void atq_admit(struct atq *self, enum load_protocol protocol, BOOL open);

/* Takes note that a message ended without a thread of the pool. */
void atq_over(struct atq *self, enum load_protocol protocol);

/* Queues work (copied) whose message goes on at work->step, in any thread of the pool. */
void atq_continue(struct atq *self, const struct atq_work *work);
