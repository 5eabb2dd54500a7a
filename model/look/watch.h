/* watch.h - who writes one byte of simulated memory, told to an onlooker while the world runs.
 *
 *     struct watch watch = { .hit = take, .ctx = mine };
 *     watch_begin(world, &watch, 0x1a4, 0x2f0040);
 *     world_run(world, until);                   // take() is called at each write
 *     watch_end(world);
 *
 * A watch changes nothing in the machine: a watched run has the same records as any other. Only one
 * watch can be set. The structure is the caller's and lies outside the world, so after a snapshot
 * has been restored watch_begin is called again.
 */
#pragma once
#include "model/words/watched.h"
#include "model/world/world.h"

enum { WATCH_FRAMES_MAX = 16 };

struct watch_hit {
    uint64_t number; /* Records before the write: the next one has this number. */
    sim_time at;
    uint8_t how;      /* enum watched_change. */
    uint8_t cpu;      /* Processor whose code wrote. */
    uint32_t thread;  /* Client ID of the thread that wrote; 0: the idle thread. */
    uint32_t owner;   /* Client ID of the process that the thread belongs to. */
    uint32_t force;   /* Client ID of the process in force: whose memory addresses meant. */
    uint32_t through; /* Client ID of the process that was written to; 0: a system address. */
    uint32_t address, bytes; /* The range that was written in one go, as the writer addressed it. */
    uint32_t frame_count;
    void *frames[WATCH_FRAMES_MAX]; /* Host addresses, innermost first: ui/symbols/symbols.h. */
};

struct watch {
    struct watched_byte byte; /* What the kernel sees. Filled in by watch_begin. */
    void (*hit)(void *ctx, const struct watch_hit *hit);
    void *ctx;
};

/* process: client ID; 0: the address is the system's. */
void watch_begin(struct world *world, struct watch *watch, uint32_t process, uint32_t address);
void watch_end(struct world *world);

/* True for addresses that hold bytes: those of processes, and the system's where MDLs are mapped.
 * Objects of the kernel have an address, but no bytes that could be watched. */
bool watch_possible(uint32_t process, uint32_t address);
