/* atq.h - a pool of threads that serves several protocols (inetinfo's ATQ, w3wp's workers).
 *
 *     atq = atq_new(ATQ_POOL);  atq->serve = ...;       in each thread of the pool:
 *     atq_start(atq, 20);                               serve(&connection, &work)
 *     atq_admit(atq, LOAD_POP3, TRUE);
 *
 * Work comes off the wires (step 0) and from work that goes on later (atq_continue). One semaphore
 * counts both. A thread takes the oldest that its work queue's limit allows: a protocol has two,
 * what is new and what goes on. What is passed over is taken as soon as one ends. A message belongs
 * to the pool from its wire until serve says that it is over.
 */
#pragma once
#include "model/outside/site.h"

struct atq_work {
    enum load_protocol protocol;
    struct message message;
    ULONG slot; /* Its place among those in flight. */
    ULONG step; /* 0: off the wire. */
};

struct atq_connection { /* One thread's. */
    struct atq *atq;
    void *context;
    PVOID buffer; /* EXIFS_WRITE_BYTES_MAX of exposed memory. */
};

struct atq_ring {
    struct atq_work works[IN_FLIGHT_MAX];
    uint32_t head, count;
};

struct atq {
    const char *name; /* Of its threads. */
    void *context;
    /* TRUE: the message is over, and no longer in flight. */
    BOOL (*serve)(struct atq_connection *connection, struct atq_work *work);
    HANDLE items;       /* Counts what waits. */
    uint32_t announced; /* Counted down and not taken: passed over. */
    BOOL admitted[LOAD_PROTOCOLS];
    uint32_t limit[LOAD_PROTOCOLS][2], busy[LOAD_PROTOCOLS][2]; /* [1]: what goes on. */
    uint32_t inside[LOAD_PROTOCOLS];                            /* In flight. */
    struct atq_ring later[LOAD_PROTOCOLS];
};

/* A pool without threads, on the semaphore of this name. NULL: no memory. */
struct atq *atq_new(PCWSTR semaphore);
/* So many threads, each with its buffer; fewer where memory is short. */
void atq_start(struct atq *self, uint32_t threads);

/* From now on a protocol is served; or no longer: what waits, waits. */
void atq_admit(struct atq *self, enum load_protocol protocol, BOOL open);

/* A message of a protocol ended without a thread of the pool. */
void atq_over(struct atq *self, enum load_protocol protocol);

/* The message of this work goes on at its step, in some thread. */
void atq_continue(struct atq *self, const struct atq_work *work);
