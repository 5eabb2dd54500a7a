/* machine.c - see machine.h. */
#include "tests/kernel/machine.h"
#include "model/words/choices.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

static struct {
    void (*story)(void *arg);
    void *arg;
    bool over;
    char failure[256];
} run;

void expect_failed(const char *cond, const char *file, int line)
{
    if (run.failure[0] == 0)
        snprintf(run.failure, sizeof run.failure, "%s:%d: %s does not hold", file, line, cond);
}

void machine_boot(struct machine *machine, uint32_t cpus, uint64_t seed)
{
    struct sim_limits limits = { .entries_max = AGENDA_ENTRIES_MAX,
                                 .fibers_max = THREADS_MAX,
                                 .stack_size = FIBER_STACK_BYTES,
                                 .choice_sites = CHOICE_COUNT };

    assert_true(arena_open(&machine->arena, ARENA_BYTES, "ARENA_BYTES"));
    machine->sim = sim_new(&machine->arena, &limits, seed);
    kernel_new(machine->sim, cpus);
    ke->switches.checked_build = true; /* Stories find what a free build would not. */
    win32_start();
}

static void story_thread(void *arg)
{
    (void)arg;
    run.story(run.arg);
    run.over = true;
    if (KeGetCurrentIrql() > PASSIVE_LEVEL) /* The thread's end would be a stop of its own. */
        KeLowerIrql(PASSIVE_LEVEL);
    sim_finish(ke->sim, SIM_FINISHED);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static void time_is_up(void *arg)
{
    (void)arg;
    sim_finish(ke->sim, SIM_FINISHED);
}

const struct ke_stop *machine_run_for(struct machine *machine, void (*story)(void *arg), void *arg,
                                      sim_time limit)
{
    struct ke_thread *thread;

    run.story = story;
    run.arg = arg;
    run.over = false;
    run.failure[0] = 0;
    assert_true(
        NT_SUCCESS(ps_create_thread(ke->system, story_thread, NULL, true, "story", &thread)));
    agenda_add(machine->sim->agenda, machine->sim->now + limit, time_is_up, NULL);
    machine->end = sim_run(machine->sim, SIM_NEVER);
    if (run.failure[0] != 0)
        fail_msg("%s", run.failure);
    return ke->stop.stopped ? &ke->stop : NULL;
}

const struct ke_stop *machine_run(struct machine *machine, void (*story)(void *arg), void *arg)
{
    const struct ke_stop *stop = machine_run_for(machine, story, arg, SEC(60));

    if (stop == NULL && !run.over)
        fail_msg("the story did not come to its end");
    return stop;
}

void machine_close(struct machine *machine)
{
    arena_close(&machine->arena);
    ke = NULL;
}

static void wait_for_ever(void *context)
{
    KEVENT never;

    (void)context;
    service_enter(SERVICE_NtWaitForSingleObject);
    KeInitializeEvent(&never, NotificationEvent, FALSE);
    service_leave(KeWaitForSingleObject(&never, UserRequest, UserMode, FALSE, NULL));
}

struct ke_process *machine_process(const char *name)
{
    struct ke_process *process = NULL;

    EXPECT(NT_SUCCESS(ps_create_process(name, 0, ke->system, wait_for_ever, NULL, &process)));
    story_sleep(MS(20));
    return process;
}

void story_sleep(sim_time ns)
{
    LARGE_INTEGER interval = { .QuadPart = -(LONGLONG)(ns / 100) };

    KeDelayExecutionThread(KernelMode, FALSE, &interval);
}

void assert_stop(const struct ke_stop *stop, uint32_t code, uint32_t a1, uint32_t a2, uint32_t a3,
                 uint32_t a4)
{
    assert_non_null(stop);
    assert_int_equal(stop->code, code);
    assert_int_equal(stop->args[0], a1);
    assert_int_equal(stop->args[1], a2);
    assert_int_equal(stop->args[2], a3);
    assert_int_equal(stop->args[3], a4);
}
