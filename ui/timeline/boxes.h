/* boxes.h - two processes at one instant, read off the live machine: what boxes.c draws.
 *
 * The subject is the thread that is chosen, or the one that wrote the record under the playhead.
 * The two processes are its owner and the one whose memory it sees; at home, its owner and another
 * one of those that are shown.
 */
#pragma once
#include "ui/timeline/app.h"

enum { BOXES_BARS = 5, BOXES_DISKS = 3 };

struct boxes_process {
    const struct inspect_process *process;
    const uint8_t *bytes; /* Bytes at the address; NULL: there are none. */
    bool in_force;        /* For the subject. */
    uint32_t bar_count, waiting;
    const struct inspect_thread *bars[BOXES_BARS]; /* The subject, then who runs or is ready. */
};

struct boxes_disk {
    const char *name;       /* "Disk C: (logs)". */
    bool busy;              /* A transfer is under way. */
    uint32_t bytes, queued; /* Size of that transfer; how many waited when it began. */
};

struct boxes {
    const struct inspect *look;
    const struct inspect_thread *subject; /* NULL: none. */
    uint32_t count;                       /* Processes, at most two. */
    struct boxes_process processes[2];
    uint32_t disk_count;
    struct boxes_disk disks[BOXES_DISKS]; /* Disks that have worked so far. */
    uint32_t address;                     /* 0: no address is in question. */
};

/* Under the lock. False: the machine's state is not here yet (asked for). */
bool boxes_find(struct app *app, struct boxes *out);
