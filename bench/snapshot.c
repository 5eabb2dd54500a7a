/* snapshot.c - taking and restoring a snapshot, compared with one memcpy of as many bytes. usage:
 * snapshot KIB ROUNDS
 *
 * The world is an arena with that much in use and 100 fibers asleep. Every round dirties a page in
 * sixteen, as a running world does. */
#include "sim/snapshot.h"

#include "sim/sim.h"

#include "bench.h"

enum { FIBERS = 100 };

static struct arena arena;
static struct sim *sim;

static void sleep_once(void *arg)
{
    (void)arg;
    for (;;)
        fiber_switch(sim->fibers, NULL);
}

static void dirty(char *bytes, size_t size)
{
    for (size_t at = 0; at < size; at += 16 * 4096)
        bytes[at] = (char)(bytes[at] + 1);
}

int main(int argc, char **argv)
{
    size_t kib = argc > 1 ? strtoull(argv[1], NULL, 0) : 1024;
    size_t rounds = argc > 2 ? strtoull(argv[2], NULL, 0) : 200;
    double *times[4];

    if (!arena_open(&arena, (kib << 10) + (64u << 20), "the benchmark's arena"))
        return 1;
    sim = sim_new(&arena, &(struct sim_limits){ 256, FIBERS, 65536, 1 }, 1);
    for (int i = 0; i < FIBERS; i++)
        fiber_switch(sim->fibers, fiber_new(sim->fibers, sleep_once, NULL));
    size_t size = kib << 10 > arena.used ? (kib << 10) - arena.used : 4096;
    char *bytes = arena_take(&arena, size, 4096);

    memset(bytes, 1, size);
    struct snapshot *s = snapshot_take(&arena, sim->fibers);
    size_t total = snapshot_size(s);
    char *copy = malloc(total), *world = malloc(total);

    memset(copy, 1, total);
    memset(world, 1, total);
    for (int i = 0; i < 4; i++)
        times[i] = malloc(rounds * sizeof(double));
    for (size_t r = 0; r < rounds; r++) {
        double t[5];

        dirty(bytes, size);
        t[0] = bench_now();
        memcpy(copy, world, total);
        t[1] = bench_now();
        memcpy(world, copy, total);
        t[2] = bench_now();
        snapshot_retake(s, &arena, sim->fibers);
        t[3] = bench_now();
        snapshot_restore(s, &arena, sim->fibers);
        t[4] = bench_now();
        for (int i = 0; i < 4; i++)
            times[i][r] = t[i + 1] - t[i];
    }
    bench_result("snapshot", "memcpy-out", (double)kib, bench_median(times[0], rounds),
                 (double)total);
    bench_result("snapshot", "memcpy-back", (double)kib, bench_median(times[1], rounds),
                 (double)total);
    bench_result("snapshot", "take", (double)kib, bench_median(times[2], rounds), (double)total);
    bench_result("snapshot", "restore", (double)kib, bench_median(times[3], rounds), (double)total);
    return 0;
}
