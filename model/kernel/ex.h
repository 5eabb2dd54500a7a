/* ex.h - what the executive's parts stand on: pool, kernel queues, system workers.
 *
 * The world starts the executive in this order: ex_start makes pool, object types and work queues;
 * cm_start the registry and the logs; ps_start the System process, the reaper and the worker
 * threads; io_start the I/O manager, its volumes and their disks. All of it before time runs.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/words/limits.h"
#include "sim/list.h"

struct ke_thread;

void ex_start(void); /* Pool, object types, work queues. The threads come with ps_start. */

/* ---- Kernel queues (ex_queue.c; nt-kernel.md 5.1) -------------------------------------------- */
/* KQUEUE: entries for threads to take, last waiter first, so that few threads stay warm. At most
 * `limit` threads that hold a slot work at once; one that waits inside its work lends its slot to
 * another. */
struct ex_queue {
    LIST_ENTRY entries;
    struct link waiters; /* struct ex_waiter, the latest first. */
    int32_t active, limit;
    uint32_t depth; /* Entries. */
    uint64_t taken;
};
void ex_queue_init(struct ex_queue *queue, int32_t limit);
void ex_queue_insert(struct ex_queue *queue, LIST_ENTRY *entry);
/* The next entry; NULL: the timeout (as KeWaitForSingleObject has it) is over, or status says
 * why. */
LIST_ENTRY *ex_queue_remove(struct ex_queue *queue, KPROCESSOR_MODE mode, LARGE_INTEGER *timeout,
                            NTSTATUS *status);
void ex_queue_leave(struct ke_thread *thread); /* At thread exit: gives the slot back. */
/* The queue goes: nobody holds a slot of it any more. */
void ex_queue_rundown(struct ex_queue *queue);
/* The waiting code says when a thread that holds a slot starts and stops waiting. */
void ex_queue_block(struct ke_thread *thread);
void ex_queue_unblock(struct ke_thread *thread);

/* ---- Pool (ex_pool.c) ------------------------------------------------------------------------ */
enum { POOL_CLASSES = 76 }; /* 16-byte steps to 128, then four a doubling, to 16 MB. */

/* A pool tag that prints in the order it is written. */
#define EX_TAG(a, b, c, d) \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

struct ex_pool_use {
    uint32_t tag;
    uint64_t bytes, blocks, allocs, frees, fails;
};
struct pool_tag { /* One tag in one pool. */
    uint32_t tag;
    bool used;
    uint8_t type; /* POOL_TYPE. */
    struct ex_pool_use use;
    struct pool_slot *free_slots; /* Simulated addresses to give out again. */
};

/* The kernel's own allocations: NULL only when the pool is exhausted. Zeroed. */
void *ex_pool_take(POOL_TYPE type, size_t bytes, uint32_t tag);
/* What a driver asks for: the oracle and the faults may say no. Not zeroed. */
void *ex_pool_try(POOL_TYPE type, size_t bytes, uint32_t tag);
void ex_pool_give(void *block);
/* The same question, for objects that a driver asks for. */
bool ex_pool_unlucky(POOL_TYPE type, uint32_t tag);

uint64_t ex_pool_bytes(POOL_TYPE type);                   /* In use. */
uint64_t ex_pool_peak(POOL_TYPE type);                    /* The most that was in use. */
uint64_t ex_pool_tag_bytes(POOL_TYPE type, uint32_t tag); /* In use by one tag's blocks. */
uint32_t ex_pool_tags(struct ex_pool_use *out, uint32_t max, POOL_TYPE type); /* Sorted by tag. */
uint32_t ex_pool_address(const void *block); /* Simulated address of a pool block. */

/* ---- Workers (ex_worker.c) ------------------------------------------------------------------- */
struct ex_worker_queue {
    struct ex_queue queue;
    uint32_t threads, dynamic;
    uint64_t taken_before; /* At the balance thread's last look. */
    uint32_t depth_before;
};
void ex_workers_start(void); /* Queues. */
void ex_workers_run(void);   /* Threads; the System process exists. */
bool ex_is_worker(const struct ke_thread *thread);

/* ---- State ----------------------------------------------------------------------------------- */
struct ex_state {
    uint64_t bytes[2], peak[2]; /* In use, by POOL_TYPE; the most so far. */
    uint64_t limits[2];         /* Of a 2003 server with /3GB, or what the scenario says. */
    bool exhausted_logged[2];
    struct pool_block *free_blocks[POOL_CLASSES];
    struct pool_tag tags[POOL_TAGS_MAX];
    struct ex_worker_queue workers[MaximumWorkQueue];
};

/* IRQL above `most`: the stop that touching pageable kernel memory there gives (0xA, nt-kernel.md
 * 3.4). */
void ex_require_irql(KIRQL most, uint32_t address);

/* A simulated code address for a routine that a stop has to name. */
uint32_t ex_code_address(void);
