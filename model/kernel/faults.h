/* faults.h - faults that a scenario injects into the kernel: set from outside, queried by the
 * kernel.
 *
 *   the world (faults of a scenario, tests) --fault_set_...--> ke->faults
 *   pool, I/O manager, disks ---------------fault_...?-------> does it fail this time?
 *
 * A fault matches certain operations and makes the nth matching one from now on fail, and the count
 * - 1 matching ones after it. Without faults every query answers no. A restart of the machine
 * clears all faults but those of the disks, which stay as they are (fault_take_over).
 *
 * Two faults are no queries but act at once on the contents of the disks: fault_spoil_file changes
 * pages of a file, and fault_cut_power loses the pages that only a cache had.
 */
#pragma once
#include "model/kernel/include/ntifs.h"
#include "model/kernel/io_disk.h"
#include <stdbool.h>

struct kernel;

/* Operations nth to nth + count - 1 of the matching ones. */
struct fault_range {
    uint64_t nth, count, met; /* met: matching operations so far. count 0: no fault. */
};

/* A fault of pool allocations. The structure is the caller's and stays in the list for good; count
 * 0 disables it. */
struct fault_memory {
    struct fault_range range;
    struct fault_memory *next;
    uint32_t tag;        /* Pool tag; 0: any. */
    bool of_type;        /* True: only allocations of `type` match. */
    uint8_t type;        /* POOL_TYPE. */
    const char *process; /* Image name of the process in force; NULL: any. */
};

/* A fault of disk transfers: a transfer that reaches the disk ends with `status` and moves no data.
 * Reads that the cache answers do not reach the disk. The structure is the caller's while the fault
 * is set. */
struct fault_transfer {
    struct fault_range range;
    bool reads, writes;
    NTSTATUS status;
};

struct ke_faults {
    struct fault_memory *memory;
    /* Number of the allocation that fails, counted from the next one (1); 0: none. */
    uint64_t allocation;
    struct {
        struct fault_range range;
        uint32_t code; /* I/O control code; 0: none. */
    } control;
    struct {
        uint32_t slow; /* Factor on the duration of transfers; 0 and 1: normal speed. */
        bool full;
        struct fault_transfer *transfer; /* NULL: none. */
    } disks[DISKS];
};

void fault_start(void);                            /* Starts the kernel without faults. */
void fault_take_over(const struct kernel *before); /* Keeps the disks' faults over a restart. */

/* ---- Setting faults -------------------------------------------------------------------------- */
void fault_set_memory(struct fault_memory *memory); /* Adds a fault. */
/* Makes one allocation fail, the nth of those that may fail, counted from the next one (1); 0:
 * none. For tests that let each allocation of a run fail in turn. */
void fault_set_allocation(uint64_t nth);
/* Returns the allocations left until the one that fails; 0: it has failed. */
uint64_t fault_allocation_left(void);
/* Makes requests with this I/O control code fail for lack of memory before they reach a driver.
 * Code 0: none. */
void fault_set_control(uint32_t code, uint64_t nth, uint64_t count);
/* Factor 1: normal speed. */
void fault_set_slow_disk(uint32_t disk, uint32_t factor);
/* True: no file can grow. */
void fault_set_full_disk(uint32_t disk, bool full);
void fault_set_transfer(uint32_t disk, struct fault_transfer *transfer); /* NULL: no fault. */

/* fault_leak_pool adds a leaked block of a neighbour driver: it counts as pool in use, but takes no
 * host memory. False: the pool is exhausted. fault_return_leaks frees all leaked blocks of a
 * tag. */
bool fault_leak_pool(POOL_TYPE type, uint32_t bytes, uint32_t tag);
void fault_return_leaks(POOL_TYPE type, uint32_t tag);

/* ---- Faults that act at once (io_disk_outside.c) --------------------------------------------- */
/* Changes one bit in each of the nonzero pages nth to nth + count - 1 of a file, as a failing
 * medium does. Returns the number of pages changed. */
uint32_t fault_spoil_file(PCWSTR path, uint64_t nth, uint64_t count);
/* Cuts the power: pages written into the cache within the last seconds, without write-through,
 * never reached the disks and become zeros. Returns the number of pages lost. */
uint32_t fault_cut_power(void);

/* ---- Queries of the kernel ------------------------------------------------------------------- */
/* True if a fault refuses this allocation. Each query counts as an operation. */
bool fault_fails_memory(POOL_TYPE type, uint32_t tag);
bool fault_fails_control(uint32_t code);                 /* True: the request fails. */
NTSTATUS fault_fails_transfer(uint32_t disk, bool read); /* STATUS_SUCCESS: no fault. */
uint32_t fault_slows_disk(uint32_t disk);                /* Factor, at least 1. */
bool fault_fills_disk(uint32_t disk);                    /* True: no file can grow. */
