// queue_simgrid.cpp - the same queues in SimGrid. usage: queue_simgrid mmc|mail CUSTOMERS
// Servers are actors that wait for their station's semaphore, like the threads of the kernel.
#include <simgrid/s4u.hpp>
#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "bench.h"

namespace sg4 = simgrid::s4u;

struct Station {
    sg4::SemaphorePtr waiting;
    int servers;
    bool exponential;
    double mean, sigma;
};

static std::vector<Station> path;
static size_t customers, done;
static std::mt19937_64 engine_of_chance(1);
static double begin_ns;
static const char *what;

static double draw(const Station &s)
{
    if (s.exponential)
        return std::exponential_distribution<double>(1 / s.mean)(engine_of_chance);
    return std::lognormal_distribution<double>(std::log(s.mean), s.sigma)(engine_of_chance);
}

static void serve(size_t at)
{
    for (;;) {
        path[at].waiting->acquire();
        sg4::this_actor::sleep_for(draw(path[at]));
        if (at + 1 < path.size()) {
            path[at + 1].waiting->release();
        } else if (++done == customers) {
            bench_result(strcmp(what, "mmc") == 0 ? "queue-mmc" : "queue-mail", "simgrid", 4,
                         (bench_now() - begin_ns) / static_cast<double>(customers), 0);
            _Exit(0);
        }
    }
}

static void source(double gap)
{
    for (size_t i = 0; i < customers; i++) {
        sg4::this_actor::sleep_for(std::exponential_distribution<double>(1 / gap)(engine_of_chance));
        path[0].waiting->release();
    }
}

int main(int argc, char **argv)
{
    int few = 1;
    char *quiet[] = {argv[0], nullptr};
    sg4::Engine engine(&few, quiet);

    what = argc > 1 ? argv[1] : "mmc";
    customers = argc > 2 ? strtoull(argv[2], nullptr, 0) : 100000;
    auto *zone = sg4::create_full_zone("zone");
    auto *host = zone->create_host("host", 1e9)->seal();

    zone->seal();
    if (strcmp(what, "mmc") == 0)
        path = {{sg4::Semaphore::create(0), 4, true, 0.030, 0}};
    else
        path = {{sg4::Semaphore::create(0), 4, true, 0.003, 0}, {sg4::Semaphore::create(0), 1, false, 0.004, 0.5},
                {sg4::Semaphore::create(0), 1, false, 0.0025, 0.6}, {sg4::Semaphore::create(0), 4, true, 0.0026, 0}};
    for (size_t at = 0; at < path.size(); at++)
        for (int i = 0; i < path[at].servers; i++)
            sg4::Actor::create("server", host, serve, at);
    sg4::Actor::create("source", host, source, strcmp(what, "mmc") == 0 ? 0.010 : 1 / 24.0);
    begin_ns = bench_now();
    engine.run();
    return 0;
}
