/* stop.h - the stop of a run, and its first crash, as plain data: what a blue screen and a dump
 * show.
 *
 * Nothing here points into the world. Processes are addresses with their image names; frames are
 * host return addresses of this program, innermost first, for ui/report/symbols.h.
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
    uint32_t args[4];                   /* As shown: simulated addresses. */
    struct stop_process arg_process[2]; /* Arg1 and Arg2, where they are processes. */
    uint32_t thread;                    /* Client ID. */
    struct stop_process owner, current; /* Of the thread: its process, and the one in force. */
    uint32_t service;                   /* System service in force; 0: none. */
    bool first_thread;                  /* The thread is the first of its process. */
    uint8_t index;                      /* Of its APC state. */
    uint8_t cpu, irql;
    bool in_dpc;
    sim_time at;
    uint64_t record; /* Number of the STOP record. */
    void *frames[STOP_FRAMES_MAX];
    uint32_t frame_count;
};

/* The first exception of a boot that nobody handled: what a user dump of the process shows. */
struct crash {
    char process[NAME_MAX_CHARS + 1]; /* Image name; empty: no crash yet. */
    char thread[NAME_MAX_CHARS + 1];  /* The thread's name for people; empty: none. */
    uint32_t code, address;
    void *frames[STOP_FRAMES_MAX];
    uint32_t frame_count;
};
