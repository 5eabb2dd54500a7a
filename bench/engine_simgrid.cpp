// engine_simgrid.cpp - n SimGrid actors that sleep Exp(1) for ever. usage: engine_simgrid N WAKES
#include <simgrid/s4u.hpp>
#include <string>

#include "bench.h"

namespace sg4 = simgrid::s4u;

static size_t left, wakes, count;
static bool measuring;
static double start, before;

static void sleeper(uint64_t state)
{
    for (;;) {
        sg4::this_actor::sleep_for(static_cast<double>(bench_exponential(&state)) /
                                   static_cast<double>(TICK));
        if (--left != 0)
            continue;
        if (!measuring) {
            measuring = true;
            left = wakes;
            start = bench_now();
            continue;
        }
        bench_result("engine", "simgrid-actors", static_cast<double>(count),
                     (bench_now() - start) / static_cast<double>(wakes),
                     (bench_resident() - before) / static_cast<double>(count));
        _Exit(0);
    }
}

int main(int argc, char **argv)
{
    int few = 1;
    char *quiet[] = {argv[0], nullptr};
    sg4::Engine engine(&few, quiet);

    count = argc > 1 ? strtoull(argv[1], nullptr, 0) : 100;
    wakes = argc > 2 ? strtoull(argv[2], nullptr, 0) : 200000;
    bench_begin();
    sg4::Engine::set_config("contexts/stack-size:16");
    auto *zone = sg4::create_full_zone("zone");
    auto *host = zone->create_host("host", 1e9)->seal();

    zone->seal();
    before = bench_resident();
    left = 2 * count;
    for (size_t i = 0; i < count; i++)
        sg4::Actor::create("sleeper", host, sleeper, static_cast<uint64_t>(i * 0x1234567));
    engine.run();
    return 0;
}
