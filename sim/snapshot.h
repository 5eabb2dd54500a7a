/* snapshot.h - the used part of a world, put aside and put back.
 *
 * Copies the arena's low end up to `used` and the live part of every fiber stack. Putting it back
 * makes the world what it was, so a run restored midway ends with the same fingerprint. Only the
 * engine's own stack may take or restore (no fiber runs).
 *
 *     struct snapshot *s = snapshot_take(&arena, fibers);     // host memory
 *     snapshot_restore(s, &arena, fibers);                    // as often as wanted
 *     snapshot_free(s);
 */
#pragma once
#include "sim/arena.h"
#include "sim/fiber.h"

struct snapshot;

/* NULL: the host has no memory. */
struct snapshot *snapshot_take(struct arena *arena, struct fibers *fibers);

/* Takes again into the same memory, which grows if needed. False: no memory; the old content is
 * gone. */
bool snapshot_retake(struct snapshot *snapshot, struct arena *arena, struct fibers *fibers);

/* The world becomes what it was at the take. Arena and fibers must be the ones it was taken
 * from. */
void snapshot_restore(const struct snapshot *snapshot, struct arena *arena, struct fibers *fibers);
size_t snapshot_size(const struct snapshot *snapshot); /* Bytes copied. */
void snapshot_free(struct snapshot *snapshot);
