/* faults.h - what a scenario lets go wrong inside the kernel: set from above, asked from within.
 *
 *   the world (faults of a scenario, tests) --fault_set_...--> ke->faults
 *   pool, I/O manager, disks ---------------fault_...?-------> does it fail this time?
 *
 * Each set of faults means some operations and strikes the nth of those that it meets from now on,
 * and count - 1 more behind it. Without faults every answer is no. A restart forgets them but for
 * the disks': a disk stays as it is (fault_take_over).
 *
 * Two are no questions but deeds, done at once to what the disks hold: pages of a file change, and
 * pages that only the cache had are lost.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/kernel/io_disk.h"
#include <stdbool.h>

struct kernel;

/* The nth and count - 1 behind it of those that are met. */
struct fault_range {
    uint64_t nth, count, met; /* count 0: none. */
};

/* Allocations fail. The caller keeps the block, which is never taken out; count 0 ends it. */
struct fault_memory {
    struct fault_range range;
    struct fault_memory *next;
    uint32_t tag;        /* 0: any. */
    bool of_type;        /* Only of this type of pool. */
    uint8_t type;        /* POOL_TYPE. */
    const char *process; /* The process in force; NULL: any. */
};

/* Transfers that reach the disk end with a status and move nothing; what the cache answers does not
 * reach it. The caller keeps the block while it is in force. */
struct fault_transfer {
    struct fault_range range;
    bool reads, writes;
    NTSTATUS status;
};

struct ke_faults {
    struct fault_memory *memory;
    uint64_t allocation; /* The allocation that fails, counted from the next (1); 0: none. */
    struct {
        struct fault_range range;
        uint32_t code; /* 0: none. */
    } control;
    struct {
        uint32_t slow; /* Transfers take so many times as long; 0 and 1: as ever. */
        bool full;
        struct fault_transfer *transfer; /* NULL: none. */
    } disks[DISKS];
};

void fault_start(void);                            /* With the kernel: nothing goes wrong. */
void fault_take_over(const struct kernel *before); /* After a restart: the disks' faults. */

/* ---- Set ------------------------------------------------------------------------------------- */
void fault_set_memory(struct fault_memory *memory); /* One more. */
/* This one allocation that may fail does, counted from the next (1). 0: none. For fault loops. */
void fault_set_allocation(uint64_t nth);
uint64_t fault_allocation_left(void); /* What is left of the count; 0: it has failed. */
/* Requests with this control code fail for want of memory before they reach a driver. 0: none. */
void fault_set_control(uint32_t code, uint64_t nth, uint64_t count);
void fault_set_slow_disk(uint32_t disk, uint32_t factor);                /* 1: as ever. */
void fault_set_full_disk(uint32_t disk, bool full);                      /* No file gets longer. */
void fault_set_transfer(uint32_t disk, struct fault_transfer *transfer); /* NULL: as ever. */

/* A neighbour driver's block that nobody frees and nobody looks into: it counts, and has no memory
 * on the host. False: the pool is exhausted. Then: the neighbour is gone, and all comes back. */
bool fault_leak_pool(POOL_TYPE type, uint32_t bytes, uint32_t tag);
void fault_return_leaks(POOL_TYPE type, uint32_t tag);

/* ---- Done at once (io_disk_files.c) ---------------------------------------------------------- */
/* The medium fails: a bit changes in the nth page of a file that holds something, and in the
 * count - 1 behind it that do. How many they are. */
uint32_t fault_spoil_file(PCWSTR path, uint64_t nth, uint64_t count);
/* The current is cut: what was written into the cache within the last seconds, and not through it,
 * never reached the disks; such pages are zeros. How many they are. */
uint32_t fault_cut_power(void);

/* ---- Asked ----------------------------------------------------------------------------------- */
bool fault_fails_memory(POOL_TYPE type, uint32_t tag);
bool fault_fails_control(uint32_t code);
NTSTATUS fault_fails_transfer(uint32_t disk, bool read); /* STATUS_SUCCESS: it does not fail. */
uint32_t fault_slows_disk(uint32_t disk);                /* At least 1. */
bool fault_fills_disk(uint32_t disk);
