/* model.c - the whole server on a heavy day: the cost of a record, of a simulated second and of a
 * snapshot. usage: model SCENARIO.ini SECONDS */
#include "model/world/world.h"

#include "bench.h"

enum { COPIES = 50 };

static void run_heavy(const struct scenario *scenario)
{
    double begin = bench_now(), spent;
    struct world *world = world_new(scenario, 1);

    world_run(world, SIM_NEVER);
    spent = bench_now() - begin;
    const struct result *result = world_result(world);

    bench_result("model", "record", 24, spent / (double)result->records,
                 (double)result->arena_used);
    bench_result("model", "simulated-second", 24, spent / ((double)result->simulated / 1e9), 0);
    world_free(world);
}

static void copy_world(const struct scenario *scenario)
{
    struct world *world = world_new(scenario, 1);
    double take[COPIES], restore[COPIES];

    world_run(world, SEC(30));
    struct snapshot *snapshot = world_snapshot(world);

    for (int i = 0; i < COPIES; i++) {
        double begin = bench_now();

        snapshot_retake(snapshot, world_sim(world)->arena, world_sim(world)->fibers);
        take[i] = bench_now() - begin;
        begin = bench_now();
        world_restore(world, snapshot);
        restore[i] = bench_now() - begin;
    }
    bench_result("model", "world-take", 24, bench_median(take, COPIES),
                 (double)snapshot_size(snapshot));
    bench_result("model", "world-restore", 24, bench_median(restore, COPIES),
                 (double)snapshot_size(snapshot));
    snapshot_free(snapshot);
    world_free(world);
}

int main(int argc, char **argv)
{
    struct scenario scenario;
    struct ini *ini = argc == 3 ? ini_read(argv[1]) : NULL;

    if (ini == NULL || !scenario_read(&scenario, ini, argv[1]))
        return 2;
    ini_free(ini);
    scenario.set.duration = SEC(strtoull(argv[2], NULL, 10));
    run_heavy(&scenario);
    copy_world(&scenario);
    return 0;
}
