/* engine_fiber.c - the whole engine: n simulated threads that sleep Exp(1) for ever, by sim_run,
 * with the agenda and a record for each wake-up when asked. usage: engine_fiber N WAKES
 * fibers|callbacks [records] */
#include "sim/sim.h"

#include "bench.h"

struct sleeper {
    struct fiber *fiber;
    uint64_t state;
};

static struct arena arena;
static struct sim *sim;
static size_t left;
static bool records;

static void woke(struct sleeper *sleeper)
{
    if (records)
        trace_add(&sim->trace, 1, 0, 1, (uint32_t)sim->now, 0, 0, 0);
    if (--left == 0)
        sim_finish(sim, SIM_FINISHED);
    (void)sleeper;
}

static void wake(void *arg) { fiber_switch(sim->fibers, ((struct sleeper *)arg)->fiber); }

static void sleep_for_ever(void *arg)
{
    struct sleeper *sleeper = arg;

    for (;;) {
        woke(sleeper);
        agenda_add(sim->agenda, sim->now + bench_exponential(&sleeper->state), wake, sleeper);
        fiber_switch(sim->fibers, NULL);
    }
}

static void call_back(void *arg)
{
    struct sleeper *sleeper = arg;

    woke(sleeper);
    agenda_add(sim->agenda, sim->now + bench_exponential(&sleeper->state), call_back, sleeper);
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoull(argv[1], NULL, 0) : 100;
    size_t wakes = argc > 2 ? strtoull(argv[2], NULL, 0) : 1000000;
    bool fibers = argc < 4 || strcmp(argv[3], "fibers") == 0;
    const size_t stack = 8192;
    char who[64];
    double start = 0, before;

    records = argc > 4;
    bench_begin();
    before = bench_resident();
    if (!arena_open(&arena, n * (512 + (fibers ? stack : 0)) + (64u << 20),
                    "the benchmark's arena"))
        return 1;
    sim = sim_new(&arena, &(struct sim_limits){ (uint32_t)n + 16, (uint32_t)n + 1, stack, 1 }, 1);
    for (size_t i = 0; i < n; i++) {
        struct sleeper *sleeper = arena_take(&arena, sizeof *sleeper, 64);

        sleeper->state = i * 0x1234567;
        if (fibers)
            sleeper->fiber = fiber_new(sim->fibers, sleep_for_ever, sleeper);
        agenda_add(sim->agenda, bench_exponential(&sleeper->state), fibers ? wake : call_back,
                   sleeper);
    }
    for (int measured = 0; measured < 2; measured++) {
        left = measured ? wakes : 3 * n;
        sim->end = SIM_GOING;
        start = bench_now();
        sim_run(sim, SIM_NEVER - 1);
    }
    double ns = (bench_now() - start) / (double)wakes;

    snprintf(who, sizeof who, "engine-%s%s", fibers ? "fibers" : "callbacks",
             records ? "+records" : "");
    bench_result("engine", who, (double)n, ns, (bench_resident() - before) / (double)n);
    return 0;
}
