// hold_ns3.cpp - the hold model on ns-3: PriorityQueueScheduler alone (Insert, RemoveNext), or, with
// NS3_WHOLE, Simulator::Schedule and Run.
#include <cstddef>
#include <cstdint>
#include <ns3/core-module.h>

#include "hold.h"

using namespace ns3;

static Ptr<Scheduler> queue;
static uint32_t sequence;

void queue_open(size_t) { queue = CreateObject<PriorityQueueScheduler>(); }

uint64_t queue_add(uint64_t at)
{
    Scheduler::Event event;

    event.impl = nullptr;
    event.key.m_ts = at;
    event.key.m_uid = ++sequence;
    event.key.m_context = 0;
    queue->Insert(event);
    return sequence;
}

uint64_t queue_take(void) { return queue->RemoveNext().key.m_ts; }

#if defined(NS3_WHOLE)
static uint64_t state = 42, left, acted;

static void act(uint64_t *counter)
{
    ++*counter;
    if (--left == 0)
        Simulator::Stop();
    Simulator::Schedule(TimeStep(bench_exponential(&state)), &act, counter);
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoull(argv[1], nullptr, 0) : 100;
    size_t ops = argc > 2 ? strtoull(argv[2], nullptr, 0) : 1000000;
    ObjectFactory factory("ns3::PriorityQueueScheduler");

    (void)&hold_main;
    (void)&queue_open;
    bench_begin();
    double before = bench_resident();

    Simulator::SetScheduler(factory);
    for (size_t i = 0; i < n; i++)
        Simulator::Schedule(TimeStep(bench_exponential(&state)), &act, &acted);
    left = 3 * n;
    Simulator::Run();
    left = ops;
    double start = bench_now();

    Simulator::Run();
    bench_result("hold-exp", "ns-3", static_cast<double>(n),
                 (bench_now() - start) / static_cast<double>(ops),
                 (bench_resident() - before) / static_cast<double>(n));
    return 0;
}
#else
int main(int argc, char **argv) { return hold_main(argc, argv, "ns-3-bare"); }
#endif
