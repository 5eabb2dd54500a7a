/* hung_test.c - runs that do not come to an end by themselves. The limit is a millisecond, or none
 * of the run's own ends is ever reached, so the tests do not depend on how busy the host is. */
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "tests/breaking_world.h"
#include "ui/guard/watch.h"
#include "ui/report/report.h"
#include "ui/run/run.h"
#include <stdlib.h>
#include <string.h>

static struct run *run(uint64_t timeout_ns, sim_time until, const atomic_bool *signal)
{
    struct run_options options = {
        .timeout_ns = timeout_ns, .has_until = until != 0, .until = until, .signal = signal
    };
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario = run_load(&options, SCENARIOS "kill_without_load.ini", error);
    struct run *run;

    assert_non_null(scenario);
    run = run_once(&options, scenario, 1, NULL, NULL);
    free(scenario);
    assert_non_null(run);
    return run;
}

/* What report_threads prints of the run. Free it with free. */
static char *threads(const struct run *run)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    report_threads(out, run->world, run->hung_frame);
    fclose(out);
    return text;
}

static void is_hung(const struct run *run)
{
    assert_true(run->hung);
    assert_false(run->met);
    assert_int_equal(run->verdict, RUN_FAILED);
    assert_int_equal(run->unmet.count, 1);
    assert_string_equal(run_outcome(run), "hung");
    assert_memory_equal(unmet_text(&run->unmet, 0), "hung: after ", 12);
}

/* Three simulated minutes take longer than a millisecond on any host. */
static void a_run_that_takes_too_long_has_hung(void **state)
{
    struct run *hung;
    char *told;

    (void)state;
    hung = run(MS(1), 0, NULL);
    is_hung(hung);
    assert_true(hung->result.simulated < SEC(180));
    told = threads(hung);
    assert_non_null(strstr(told, "(id 0x"));
    free(told);
    run_free(hung);
}

static void a_run_in_time_is_judged_as_ever(void **state)
{
    struct run *limited, *free_run;

    (void)state;
    limited = run(SEC(36000), SEC(20), NULL);
    free_run = run(0, SEC(20), NULL);
    assert_false(limited->hung);
    assert_int_equal(limited->result.fingerprint, free_run->result.fingerprint);
    assert_int_equal(limited->verdict, free_run->verdict);
    run_free(limited);
    run_free(free_run);
}

/* ---- Loops ----------------------------------------------------------------------------------- */

static void again(void *arg)
{
    struct sim *sim = arg;

    agenda_add(sim->agenda, sim->now, again, sim);
}

/* From ten seconds on, an entry of the agenda makes the next one at the same time. */
static void stand_still(struct world *world)
{
    struct sim *sim = world_sim(world);

    breaking_before = NULL;
    agenda_add(sim->agenda, SEC(10), again, sim);
}

static void a_run_whose_time_stands_still_has_hung(void **state)
{
    struct run *hung;

    (void)state;
    breaking_before = stand_still;
    hung = run(MS(300), 0, NULL);
    is_hung(hung);
    assert_true(hung->result.simulated <= SEC(10));
    assert_null(hung->hung_frame); /* Ended between two entries. */
    run_free(hung);
}

static volatile bool spinning = true;

__attribute__((noinline)) static void spin_here(void)
{
    while (spinning)
        continue;
}

/* A simulated thread that never comes back to the kernel. */
static void spin(PVOID context)
{
    (void)context;
    spin_here();
    spin_here();
}

static void start_spinning(struct world *world)
{
    struct ke_thread *thread;

    breaking_before = NULL;
    world_enter(world);
    ps_create_thread(ke->system, spin, NULL, true, "spinner", &thread);
}

static void a_thread_that_never_comes_back_is_broken_and_told(void **state)
{
    struct run *hung;
    char *told;

    (void)state;
    breaking_before = start_spinning;
    hung = run(MS(1), 0, NULL);
    is_hung(hung);
    told = threads(hung);
    assert_non_null(strstr(told, "spinner (id 0x"));
    /* Code of the sanitizer lies between the signal and the thread's frame. */
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)) && \
    !defined(__SANITIZE_ADDRESS__)
    assert_non_null(hung->hung_frame);
    assert_non_null(strstr(strstr(told, "spinner (id 0x"), "nt!PspSystemThreadStartup\n"));
#endif
    free(told);
    run_free(hung);
    a_run_in_time_is_judged_as_ever(state); /* And the next run is as good as ever. */
}

/* ---- Other ends ------------------------------------------------------------------------------ */

static void fail_a_check(void *arg, const atomic_bool *asked)
{
    (void)asked;
    CHECK(arg != NULL);
}

static void a_failed_check_under_a_limit_is_told_as_one(void **state)
{
    struct watched watched;

    (void)state;
    watch_call(SEC(3600), fail_a_check, NULL, &watched);
    assert_non_null(strstr(watched.failed, "check failed: arg != NULL"));
    assert_false(watched.late);
    assert_false(watched.broken);
    assert_null(watched.frame);
}

/* ---- Signals --------------------------------------------------------------------------------- */

static void a_signal_leaves_a_run_without_a_verdict(void **state)
{
    atomic_bool signal = true;
    struct run *cut;

    (void)state;
    cut = run(0, 0, &signal);
    assert_true(cut->interrupted);
    assert_false(cut->hung);
    assert_int_equal(cut->verdict, RUN_SKIPPED);
    assert_string_equal(run_outcome(cut), "interrupted");
    run_free(cut);
}

GROUP(hung_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_takes_too_long_has_hung),
        cmocka_unit_test(a_run_in_time_is_judged_as_ever),
        cmocka_unit_test(a_run_whose_time_stands_still_has_hung),
        cmocka_unit_test(a_thread_that_never_comes_back_is_broken_and_told),
        cmocka_unit_test(a_failed_check_under_a_limit_is_told_as_one),
        cmocka_unit_test(a_signal_leaves_a_run_without_a_verdict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
