/* locks.h - locks of single places of a file, between processes.
 *
 * A place is a number, not a byte that must exist. The system gives a process's locks back when it
 * ends in any way.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct lock_file {
    intptr_t handle; /* -1: not open. */
};

enum lock_answer { LOCK_OURS, LOCK_THEIRS, LOCK_UNKNOWN };

/* Opens the file, making it if there is none. False: errno says why. */
bool lock_file_open(struct lock_file *file, const char *path);

/* Locks a place, without waiting. LOCK_UNKNOWN: this file system has no locks. */
enum lock_answer lock_take(const struct lock_file *file, uint64_t place);
void lock_drop(const struct lock_file *file, uint64_t place);
void lock_file_close(struct lock_file *file);
