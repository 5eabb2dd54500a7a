/* ex.h - the executive's base: pool, system worker threads.
 *
 * The world starts the executive in this order: ex_start makes pool, object types and work queues;
 * cm_start the registry and the logs; ps_start the System process, the reaper and the worker
 * threads; io_start the I/O manager, its volumes and their disks. All of this happens before
 * simulated time runs.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/words/limits.h"
#include "sim/list.h"

struct ke_thread;

void ex_start(void); /* Makes pool, object types and work queues; ps_start makes the threads. */

/* ---- Pool (ex_pool.c) ------------------------------------------------------------------------ */
/* Block sizes: 16-byte steps to 128, then four sizes a doubling, to 16 MB. */
enum { POOL_CLASSES = 76 };

/* A pool tag of four characters; it prints in this order. */
#define EX_TAG(a, b, c, d) \
    ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

enum { POOL_MAP_CHUNK = 4096, POOL_MAP_CHUNKS = 1024, POOL_MAP_NAMED = 64 };
struct pool_block;
struct pool_map { /* Every block's place in the arena, in units of 16 bytes, rising. */
    uint32_t count;
    uint32_t *chunks[POOL_MAP_CHUNKS];
    struct pool_block *named[POOL_MAP_NAMED]; /* Found lately by ex_pool_name; NULL: none yet. */
};

struct ex_pool_use {
    uint32_t tag;
    uint64_t bytes, blocks, allocs, frees, fails;
};
struct pool_tag { /* Use of one tag in one pool. */
    uint32_t tag;
    bool used;
    uint8_t type; /* POOL_TYPE. */
    struct ex_pool_use use;
    struct pool_slot *free_slots; /* Simulated addresses to be reused. */
};

/* Allocates a zeroed block for the kernel itself; NULL only when the pool is exhausted. */
void *ex_pool_take(POOL_TYPE type, size_t bytes, uint32_t tag);
/* Allocates a block for a driver, not zeroed; NULL: exhausted, or refused by the oracle or a
 * fault. */
void *ex_pool_try(POOL_TYPE type, size_t bytes, uint32_t tag);
/* Both, for structures of the kernel itself: the pool is charged NT's own size of the structure on
 * 32-bit x86, whose addresses and limits this machine has, so that no size of the host reaches a
 * record. */
void *ex_pool_take_as(POOL_TYPE type, size_t bytes, size_t charged, uint32_t tag);
void *ex_pool_try_as(POOL_TYPE type, size_t bytes, size_t charged, uint32_t tag);
/* ex_pool_take_as for a structure with a part whose size a driver names, and which may have
 * pointers: the fingerprint leaves the charged size out, as it does all sizes asked for. */
void *ex_pool_take_with_part(POOL_TYPE type, size_t bytes, size_t charged, uint32_t tag);
/* Frees a block of either pool. */
void ex_pool_give(void *block);
/* True if the oracle or a fault refuses memory for an object that a driver asks for. */
bool ex_pool_unlucky(POOL_TYPE type, uint32_t tag);

uint64_t ex_pool_bytes(POOL_TYPE type);                   /* Bytes in use. */
uint64_t ex_pool_peak(POOL_TYPE type);                    /* Most bytes in use so far. */
uint64_t ex_pool_tag_bytes(POOL_TYPE type, uint32_t tag); /* Bytes in use by blocks of one tag. */
/* Copies the use of each tag, sorted by tag; returns their number. */
uint32_t ex_pool_tags(struct ex_pool_use *out, uint32_t max, POOL_TYPE type);
uint32_t ex_pool_address(const void *block); /* Returns the simulated address of a pool block. */
/* In free order a block has a name that is the same in every order: who allocated it, and how many
 * blocks he had before. Returns it for the block that holds a byte, also after it was freed, and
 * the byte's offset; 0: it is in none, or was not allocated by a guest's thread. */
uint32_t ex_pool_name(const void *byte, uint32_t *offset);
/* Returns the simulated address of a byte in a pool block that is in use; 0: it is in none. */
uint32_t ex_pool_place(const void *byte);
/* True if the byte lies in a block of paged pool. */
bool ex_pool_is_paged(const void *byte);
/* The block that shows an address, in use or, if none is, freed there last; for onlookers. False:
 * no block of the normal pool ever did. */
struct ex_pool_found {
    const void *memory;           /* The block's, of an object its body. */
    size_t room;                  /* Bytes of it. */
    uint32_t address, bytes, tag; /* address: of the memory, as records show it. */
    POOL_TYPE type;
    bool in_use;
    const struct ke_process *charged; /* NULL: nobody. */
};
bool ex_pool_find(uint32_t address, struct ex_pool_found *out);
/* Says that a block holds an object, header and body: its bytes are counted from the body. */
void ex_pool_mark_object(void *memory);

/* ---- Workers (ex_worker.c) ------------------------------------------------------------------- */
struct ex_worker_queue {
    KQUEUE queue;
    uint32_t threads, dynamic;
    uint64_t taken;        /* Entries that workers have begun. */
    uint64_t taken_before; /* The same at the last pass of the balance thread. */
    LONG depth_before;     /* Entries in the queue then. */
};
void ex_workers_start(void); /* Makes the work queues. */
void ex_workers_run(void);   /* Makes the worker threads; the System process must exist. */
/* True for a system worker thread. */
bool ex_is_worker(const struct ke_thread *thread);

/* ---- Resources (ex_resource.c) --------------------------------------------------------------- */
enum { EX_RESOURCES_MAX = 512 };
/* Resources that have been initialized and not deleted, the oldest first; those beyond the room are
 * not listed. One whose memory was freed or written over may be among them: ex_resource_stands. */
struct ex_resources {
    uint32_t count;
    PERESOURCE list[EX_RESOURCES_MAX];
};
/* True if a listed resource still is one. */
bool ex_resource_stands(const ERESOURCE *resource);

/* ---- State ----------------------------------------------------------------------------------- */
struct ex_state {
    uint64_t bytes[2], peak[2]; /* Bytes in use and most bytes in use so far, by POOL_TYPE. */
    /* Limits in bytes: those of a 2003 server with /3GB, or the scenario's. */
    uint64_t limits[2];
    bool exhausted_logged[2];
    bool special_next; /* The next allocation is a verified driver's, from special pool. */
    struct pool_map map;
    struct pool_block *free_blocks[POOL_CLASSES];
    struct pool_tag tags[POOL_TAGS_MAX];
    struct ex_worker_queue workers[MaximumWorkQueue];
    struct ex_resources resources;
};

/* Returns a simulated code address for a routine that a stop has to name. */
uint32_t ex_code_address(void);
