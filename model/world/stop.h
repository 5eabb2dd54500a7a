/* stop.h - the stop of a run, and its first crash, as plain data: what a blue screen and a dump
 * show.
 *
 * Nothing here points into the world. Processes are addresses with their image names; frames are
 * host return addresses of this program, innermost first, for ui/symbols/symbols.h.
 */
#pragma once
#include "model/words/limits.h"
#include "sim/clock.h"
#include <stdbool.h>

struct stop_process {
    uint32_t address; /* Simulated; 0: no process. */
    char name[NAME_MAX_CHARS + 1];
};

struct stop {
    bool stopped;
    uint32_t code;
    /* Arg1 to Arg4 as the screen shows them: simulated addresses. */
    uint32_t args[4];
    struct stop_process arg_process[2]; /* Arg1 and Arg2 if they are processes, else empty. */
    uint32_t thread;                    /* Client ID. */
    /* The stopping thread's own process, and the one it runs in. */
    struct stop_process owner, current;
    uint32_t service;  /* Number of the system service in progress; 0: none. */
    bool first_thread; /* The thread is the first of its process. */
    uint8_t index;     /* ApcStateIndex of the thread; 1: attached. */
    uint8_t cpu, irql;
    bool in_dpc;
    sim_time at;
    uint64_t record; /* Number of the STOP record. */
    void *frames[STOP_FRAMES_MAX];
    uint32_t frame_count;
    /* Driver Verifier: the rule that was broken, as a sentence; what another stack is, "It was
     * allocated by"; that stack. "": none. */
    char rule[STOP_RULE_CHARS], other[STOP_OTHER_CHARS];
    void *other_frames[STOP_FRAMES_MAX];
    uint32_t other_count;
};

/* The first unhandled exception of a boot: what a user dump of the process shows. */
struct crash {
    char process[NAME_MAX_CHARS + 1]; /* Image name; empty: no crash yet. */
    char thread[NAME_MAX_CHARS + 1];  /* The thread's name for people; empty: none. */
    uint32_t code, address;
    void *frames[STOP_FRAMES_MAX];
    uint32_t frame_count;
};
