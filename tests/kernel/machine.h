/* machine.h - a booted kernel for tests, and a System thread to run a story in.
 *
 *     static void story(void *arg) { ... EXPECT(KeIsAttachedProcess()); }
 *
 *     struct machine machine;
 *     machine_boot(&machine, 2, 1);
 *     const struct ke_stop *stop = machine_run(&machine, story, NULL);     // NULL: it did not stop
 *     machine_close(&machine);
 *
 * A story runs on a fiber, where cmocka must not jump: EXPECT remembers the first failure and
 * machine_run reports it.
 */
#pragma once
#include "model/kernel/ke_service.h"
#include "model/kernel/kernel.h"
#include "model/kernel/mm.h"
#include "model/kernel/ob.h"
#include "model/kernel/ps.h"
#include "model/kernel/win32.h"

struct machine {
    struct arena arena;
    struct sim *sim;
    enum sim_end end;
};

void machine_boot(struct machine *machine, uint32_t cpus, uint64_t seed);

/* Runs story(arg) in a System thread, at most limit of simulated time from now (machine_run: one
 * minute). Fails the test if an EXPECT did not hold. The stop, or NULL. */
const struct ke_stop *machine_run_for(struct machine *machine, void (*story)(void *arg), void *arg,
                                      sim_time limit);
const struct ke_stop *machine_run(struct machine *machine, void (*story)(void *arg), void *arg);
void machine_close(struct machine *machine);

/* An empty process with one thread that waits for ever; a reference is the caller's. */
struct ke_process *machine_process(const char *name);

void expect_failed(const char *cond, const char *file, int line);
#define EXPECT(cond) ((cond) ? (void)0 : expect_failed(#cond, __FILE__, __LINE__))

/* Asserts the code and the four arguments of a stop. */
void assert_stop(const struct ke_stop *stop, uint32_t code, uint32_t a1, uint32_t a2, uint32_t a3,
                 uint32_t a4);

/* Sleeps in kernel mode. */
void story_sleep(sim_time ns);
