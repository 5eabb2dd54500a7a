/* limits.h - every maximum of the model, with its reason. A maximum is raised here and nowhere
 * else. */
#pragma once
#include <stddef.h>

enum {
    CPUS_MAX = 8, /* Servers of 2003 had 1 to 8 processors. */
    /* store.exe 370 and inetinfo.exe 310 at the upper ends of their keys, w3wp.exe 70, services,
     * system threads, tools. */
    THREADS_MAX = 1024,
    PROCESSES_MAX = 64,
    HANDLES_MAX = 16384,       /* Handles of one process; far above smtp_open_handles_max (1000). */
    AGENDA_ENTRIES_MAX = 8192, /* Entries pending at a time; a few hundred on a busy day. */
    NAME_MAX_CHARS = 63,       /* Image names, and most others, without the terminator. */
    /* Names of objects: the link of a device interface has a path and a GUID in it. */
    OBJECT_NAME_CHARS_MAX = 95,
    MODULES_MAX = 32,
    REGISTRY_VALUES_MAX = 256,
    LOG_LINES_MAX = 1024, /* Lines of one event log; the oldest leave first. */
    /* Ranges of a process that foreign threads wrote; the oldest leave first. */
    FOREIGN_WRITES_MAX = 64,
    /* A whole NT path as the I/O manager parses it, without the terminator. */
    PATH_CHARS_MAX = 255,
    /* Different pool tags of one run; the programs and drivers use about fifty. */
    POOL_TAGS_MAX = 256,
    FILES_MAX = 512,                 /* Files on one simulated volume: databases, logs, dumps. */
    ADMIN_CHARS = 160,               /* A line that an administrator types, with the terminator. */
    COSTS_MAX = 64,                  /* Rows of costs.def. */
    STOP_FRAMES_MAX = 48,            /* Frames kept of the stack of a stop or a crash. */
    STOP_RULE_CHARS = 200,           /* A rule of Driver Verifier, as a sentence. */
    STOP_OTHER_CHARS = 48,           /* What the second stack of a stop is. */
    POOL_NONPAGED_BYTES = 128 << 20, /* 128 MB with /3GB (facts/nt-kernel.md 5.2). */
    POOL_PAGED_BYTES = 160 << 20,    /* About 150-160 MB seen with /3GB (5.2). */
};

/* Host stack of a fiber. The tests measure the deepest use; AddressSanitizer needs the rest. */
#define FIBER_STACK_BYTES ((size_t)64 * 1024)
/* Address space only; the host backs the pages that are touched. */
#define ARENA_BYTES       ((size_t)192 << 20)

_Static_assert(THREADS_MAX *(64 * 1024) <= (192 << 20) / 2, "stacks must leave half of the arena");
