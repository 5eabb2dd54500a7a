/* going_back.c - a world that is put back and run again, as those who try many schedules do: what a
 * restore, a take and the run cost. usage: going_back NAME SCENARIO.ini MILLISECONDS ROUNDS
 *
 * The rounds go over the last milliseconds before the run's end. Their first ones take other
 * schedules, so that the pages which any of them writes are known. "-all" is the same with full
 * copies. Prints pages of 4 KiB that a restore copies as the bytes of each.
 */
#include "model/world/world.h"
#include "ui/run/run.h"

#include "bench.h"

enum { OTHERS = 100 };

enum { RESTORE, TAKE, RETAKE, RUN, KINDS };
static const char *const kinds[] = { "restore", "take", "retake", "run" };

static uint64_t print_of(struct world *world)
{
    return trace_fingerprint(&world_sim(world)->trace);
}

static void other_schedules(struct world *world, const struct snapshot *snapshot)
{
    for (uint64_t i = 1; i <= OTHERS; i++) {
        world_restore(world, snapshot);
        world_reschedule(world, i);
        world_run(world, SIM_NEVER);
    }
    world_restore(world, snapshot);
}

static void measure(const char *name, struct world *world, struct snapshot *snapshot, double n,
                    size_t rounds)
{
    struct sim *sim = world_sim(world);
    double *spent[KINDS], from, until;
    uint64_t print = 0;
    char group[64];

    for (int kind = 0; kind < KINDS; kind++)
        spent[kind] = malloc(rounds * sizeof(double));
    other_schedules(world, snapshot);
    for (size_t i = 0; i < rounds; i++) {
        struct snapshot *extra;

        from = bench_now();
        snapshot_restore(snapshot, sim->arena, sim->fibers);
        spent[RESTORE][i] = (until = bench_now()) - from;
        extra = snapshot_take(sim->arena, sim->fibers);
        spent[TAKE][i] = (from = bench_now()) - until;
        snapshot_free(extra);
        from = bench_now();
        snapshot_retake(snapshot, sim->arena, sim->fibers);
        spent[RETAKE][i] = bench_now() - from;
        world_restore(world, snapshot);
        from = bench_now();
        world_run(world, SIM_NEVER);
        spent[RUN][i] = bench_now() - from;
        if (i == 0)
            print = print_of(world);
        CHECK(print == print_of(world));
    }
    snprintf(group, sizeof group, "back-%s", name);
    for (int kind = 0; kind < KINDS; kind++) {
        char who[32];

        snprintf(who, sizeof who, "%s%s", kinds[kind], sim->arena->copies_all ? "-all" : "");
        bench_result(group, who, n, bench_median(spent[kind], rounds),
                     4096.0 * (double)snapshot_pages(snapshot, sim->arena));
        free(spent[kind]);
    }
}

int main(int argc, char **argv)
{
    static const struct run_options plain = { .set_count = 0 };
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario = argc == 5 ? run_load(&plain, argv[2], error) : NULL;
    size_t rounds = argc == 5 ? strtoull(argv[4], NULL, 10) : 0;
    double ms = argc == 5 ? atof(argv[3]) : 0;
    struct world *world;
    sim_time end;

    if (scenario == NULL)
        return 2;
    world = world_new(scenario, run_seed(&plain, scenario));
    world_run(world, SIM_NEVER);
    end = world_sim(world)->now;
    world_free(world);

    world = world_new(scenario, run_seed(&plain, scenario));
    world_run(world, end - MIN_OF(end, MS((sim_time)ms)));
    struct snapshot *snapshot = world_snapshot(world);

    measure(argv[1], world, snapshot, ms, rounds);
    world_sim(world)->arena->copies_all = true;
    measure(argv[1], world, snapshot, ms, rounds);
    snapshot_free(snapshot);
    world_free(world);
    free(scenario);
    return 0;
}
