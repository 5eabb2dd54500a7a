"""n SimPy processes that sleep Exp(1) for ever. usage: engine_simpy.py N WAKES

Debian's package is SimPy 2; SimPy 3 and 4 are taken when they are what is installed.
"""
import random
import sys
import time

count, wakes = int(sys.argv[1]), int(sys.argv[2])
left = 2 * count
started = None
draw = random.Random(1).expovariate


def woke():
    """Counts a wake-up; after the last one prints the result and ends."""
    global left, started
    left -= 1
    if left:
        return
    if started is None:
        started = time.perf_counter_ns()
        left = wakes
        return
    spent = time.perf_counter_ns() - started
    print("RESULT engine simpy-processes %d %.3f 0" % (count, spent / wakes), flush=True)
    sys.exit(0)


try:
    import simpy

    def sleeper(env):
        while True:
            yield env.timeout(draw(1.0))
            woke()

    env = simpy.Environment()
    for _ in range(count):
        env.process(sleeper(env))
    env.run()
except ImportError:
    from SimPy.Simulation import Process, Simulation, hold

    class Sleeper(Process):
        def run(self):
            while True:
                yield hold, self, draw(1.0)
                woke()

    world = Simulation()
    world.initialize()
    for i in range(count):
        one = Sleeper(name="s", sim=world)
        world.activate(one, one.run())
    world.simulate(until=1e18)
