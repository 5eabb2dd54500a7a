/* snapshot.h - copies the used part of a world, and puts the copy back.
 *
 * Copies the arena's low end up to `used`, the memory it has adopted, and the live part of every
 * fiber stack. Restoring the copy makes the world what it was, so a run restored midway ends with
 * the same fingerprint. Take and restore on the engine's own stack only (no fiber runs).
 *
 *     struct snapshot *s = snapshot_take(&arena, fibers);     // host memory
 *     snapshot_restore(s, &arena, fibers);                    // as often as wanted
 *     snapshot_free(s);
 */
#pragma once
#include "sim/arena.h"
#include "sim/fiber.h"

struct snapshot;

/* Copies the world into host memory; free it with snapshot_free. NULL: the host has no memory. */
struct snapshot *snapshot_take(struct arena *arena, struct fibers *fibers);

/* Copies again into the same memory, which grows if needed. False: the host has no memory; the
 * old contents are lost. */
bool snapshot_retake(struct snapshot *snapshot, struct arena *arena, struct fibers *fibers);

/* Makes the world what it was at the take. Arena and fibers must be those of the take. */
void snapshot_restore(const struct snapshot *snapshot, struct arena *arena, struct fibers *fibers);
size_t snapshot_size(const struct snapshot *snapshot); /* Bytes copied. */
void snapshot_free(struct snapshot *snapshot);
