/* snapshot.h - copies the used part of a world, and puts the copy back.
 *
 * A snapshot holds the arena's low end up to `used`, the memory it has adopted, and the live part
 * of every fiber stack. Restoring it makes the world what it was, so a run restored midway ends
 * with the same fingerprint. Take and restore on the engine's own stack only (no fiber runs).
 *
 *     struct snapshot *s = snapshot_take(&arena, fibers);     // host memory
 *     snapshot_restore(s, &arena, fibers);                    // as often as wanted
 *     snapshot_free(s);
 *
 * A restore costs what has changed, where the host can tell that (snapshots_way): from the second
 * restore of a snapshot in a row on, the arena's pages are read only until they are written, and
 * only pages that were ever written since are copied back. Each page faults once, and is open from
 * then on. Snapshots taken meanwhile share the pages that nobody has written, so taking, retaking
 * and restoring any of them costs as little. Restoring a snapshot of another time, from before or
 * from after, is a full copy once. Stacks and adopted memory are copied whole each time.
 *
 * An arena with copies_all is never followed: full copies suit one who goes to another snapshot
 * each time, and one whose program has other handlers of faults.
 *
 * While writes are followed, a call of the host's system that writes into the arena fails; no code
 * below ui/ makes any. All pages are open again when the last snapshot that shares them is freed,
 * and when the arena is emptied or closed.
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

/* Compares the whole world with the snapshot, as after a restore. False: they are equal. True:
 * *where is the first byte of the host's memory that differs. */
bool snapshot_differs(const struct snapshot *snapshot, const struct arena *arena,
                      const char **where);

/* Bytes of host memory; what snapshots share is divided among them. */
size_t snapshot_size(const struct snapshot *snapshot);
/* Pages of the low end that a restore copies at present. */
size_t snapshot_pages(const struct snapshot *snapshot, const struct arena *arena);
void snapshot_free(struct snapshot *snapshot);

/* How this host does it: "page protection" or "full copy". */
const char *snapshots_way(void);
