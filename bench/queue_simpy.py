"""The same queues in SimPy. usage: queue_simpy.py mmc|mail CUSTOMERS

mmc: M/M/4. mail: processor, streaming disk, log disk, processor. SimPy 2 (Debian's) and later ones.
"""
import random
import sys
import time

what, customers = sys.argv[1], int(sys.argv[2])
rand = random.Random(1)
MMC = (10.0, (("cpu", lambda: rand.expovariate(1 / 30.0)),))
MAIL = (1000 / 24.0, (("cpu", lambda: rand.expovariate(1 / 3.0)), ("stm", lambda: rand.lognormvariate(1.386, 0.5)),
                      ("log", lambda: rand.lognormvariate(0.916, 0.6)), ("cpu", lambda: rand.expovariate(1 / 2.6))))
gap, path = MMC if what == "mmc" else MAIL
done = 0


def report(begin):
    print("RESULT queue-%s simpy 4 %.3f 0" % (what, (time.perf_counter_ns() - begin) / customers), flush=True)


try:
    import simpy

    def customer(env, stations):
        global done
        for name, service in path:
            with stations[name].request() as turn:
                yield turn
                yield env.timeout(service())
        done += 1

    def source(env, stations):
        for _ in range(customers):
            yield env.timeout(rand.expovariate(1 / gap))
            env.process(customer(env, stations))

    env = simpy.Environment()
    env.process(source(env, {"cpu": simpy.Resource(env, 4), "stm": simpy.Resource(env, 1), "log": simpy.Resource(env, 1)}))
    start = time.perf_counter_ns()
    env.run()
    report(start)
except ImportError:
    from SimPy.Simulation import Process, Resource, Simulation, hold, release, request

    class Customer(Process):
        def run(self, stations):
            for name, service in path:
                yield request, self, stations[name]
                yield hold, self, service()
                yield release, self, stations[name]

    class Source(Process):
        def run(self, world, stations):
            for _ in range(customers):
                yield hold, self, rand.expovariate(1 / gap)
                one = Customer(sim=world)
                world.activate(one, one.run(stations))

    world = Simulation()
    world.initialize()
    rooms = {"cpu": Resource(4, sim=world), "stm": Resource(1, sim=world), "log": Resource(1, sim=world)}
    first = Source(sim=world)
    world.activate(first, first.run(world, rooms))
    start = time.perf_counter_ns()
    world.simulate(until=1e18)
    report(start)
