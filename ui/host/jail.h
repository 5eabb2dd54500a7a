/* jail.h - another program, run where it can harm nothing but its own run.
 *
 *     struct jail jail = { .words = words, .readable = folders, .wall_ms = 60000, ... };
 *     char *output;
 *     enum jail_end end = jail_run(&jail, &output);
 *
 * Two fences. Limits of the system on time, memory, files and processes hold always. A jail proper,
 * which bubblewrap makes where the system has it, has a file system with nothing but the programs
 * of the system and what is named here, no network, and no other processes; all of it is gone when
 * the program ends.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JAIL_READABLE_MAX = 12, JAIL_VALUES_MAX = 8 };

struct jail_place {
    const char *outside, *inside; /* The path there, and as the program sees it. */
};

struct jail {
    const char *const *words; /* The program and its words; NULL ends the list. */
    struct jail_place readable[JAIL_READABLE_MAX];
    uint32_t readable_count;
    /* Environment of the program, "NAME=VALUE"; NULL ends the list. */
    const char *values[JAIL_VALUES_MAX];
    bool only_limits; /* Not in a jail proper. */
    uint64_t wall_ms, cpu_seconds;
    uint64_t data_bytes, space_bytes; /* Private memory, and addresses. */
    uint64_t file_bytes;              /* Most bytes of one file, and of all in the jail. */
    size_t output_bytes;              /* Most that it may print. */
};

/* What became of the program. JAIL_ABSENT: it, or the jail, cannot be had. */
enum jail_end { JAIL_EXITED, JAIL_LATE, JAIL_TALKED, JAIL_KILLED, JAIL_ABSENT };

/* Runs the program to its end, or ends it and all that it has started. *output is what it printed,
 * to both streams, a text to be freed with free.
 * *code: its exit code, or the signal that killed it. */
enum jail_end jail_run(const struct jail *jail, char **output, int *code);

/* Called by the program itself, in its jail: from now on it and what it starts are at most so many
 * processes. The system counts those of a jail by themselves only if the limit is set there. */
void jail_limit_processes(uint32_t most);

/* True if a jail proper can be had. Else why says what is missing. */
bool jail_is_there(char *why, size_t size);

/* Copies a regular file of at most `most` bytes; a link is not followed. False: errno says why. */
bool jail_copy(const char *from, const char *to, size_t most);
