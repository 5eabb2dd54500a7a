/* restart_test.c - restarts of the machine within a run: the order of log lines, the duration of
 * recovery, and the mail that waits, is lost or is kept.
 */
#include "tests/server/night.h"
#include "model/kernel/cm.h"
#include "model/kernel/kernel.h"
#include "model/kernel/win32.h"
#include "model/scm/scm.h"
#include "tests/groups.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct site *site(void) { return ke->site; }

/* The time of the nth line (from 0) of a source and ID; 0: there is none. */
static sim_time logged(const char *source, uint32_t id, uint32_t nth)
{
    for (uint32_t i = 0; i < cm_log_count(); i++)
        if (cm_log_line(i)->id == id && strcmp(cm_log_line(i)->source, source) == 0 && nth-- == 0)
            return cm_log_line(i)->at;
    return 0;
}

static uint64_t held_by_senders(void)
{
    uint64_t count = site()->wires[LOAD_SMTP].count;

    for (uint32_t slot = 0; slot < IN_FLIGHT_MAX; slot++)
        count += site()->wires[LOAD_SMTP].in_flight[slot].id != 0;
    return count;
}

static void the_log_tells_it_in_order(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "aftermath.ini", NULL);
    night_run(&night, 2);
    const struct result *r = &night.result;
    sim_time said = logged("EventLog", 6008, 0), driver = logged("EXIFS", 9216, 1),
             begun = logged("ESE", 301, 0), done = logged("ESE", 302, 0);

    assert_int_equal(r->outcome, OUTCOME_STOP);
    assert_true(r->on_at == r->off_at + SEC(40) + SEC(60)); /* The dump, and the boot. */
    assert_true(r->on_at <= said && said <= logged("Save Dump", 1001, 0));
    assert_true(logged("System Error", 1003, 0) <= driver && driver <= begun);
    assert_true(begun < done && done < r->flows_at && r->flows_at < r->drained_at);
    assert_true(ke->sim->now == night.scenario.set.duration && ke->stop.stopped == false);
    night_end(&night);
}

/* What was acknowledged is delivered; what was not waits with its sender, through the dark. */
static void no_mail_is_lost_in_the_dark(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "aftermath.ini", NULL);
    night_begin(&night, 3);
    while (world_run(night.world, ke->sim->now + SEC(20)) == SIM_GOING) {
        const struct site_statistics *stats = &site()->stats;

        world_enter(night.world);
        assert_int_equal(stats->arrived, stats->delivered + stats->refused + held_by_senders());
    }
    night.result = *world_result(night.world);
    assert_int_equal(night.result.boots, 1);
    assert_true(night.result.outage_queue_most > 1000);
    night_end(&night);
}

/* Recovery takes as long as the log is long. */
static sim_time recovery_time(const char *duration, const char *kill_at)
{
    struct night night;

    night_read(&night, "services_recovery.ini", duration, "step.one.do=rem", "step.two.do=rem",
               "load.smtp.rate=3/s", "load.smtp.shape=constant", NULL);
    night.scenario.step_count = 0;
    night.scenario.fault_count = 1;
    night.scenario.faults[0] = (struct scenario_fault){ .kind = FAULT_KILL };
    snprintf(night.scenario.faults[0].process, sizeof night.scenario.faults[0].process,
             "store.exe");
    night.scenario.faults[0].at = SEC((uint64_t)atoi(kill_at));
    night_run(&night, 1);
    sim_time took = logged("ESE", 302, 0) - logged("ESE", 301, 0);

    assert_true(logged("ESE", 302, 0) > 0);
    assert_int_equal(logged("ESE", 301, 1), 0);
    night_end(&night);
    return took;
}

static void recovery_goes_by_the_length_of_the_log(void **state)
{
    sim_time early = recovery_time("scenario.duration=95 s", "10"),
             late = recovery_time("scenario.duration=95 s", "80");

    (void)state;
    assert_true(early > 0 && late > early * 3);
}

/* Told in good order, everybody stops; who lies under Dr. Watson is given up after the time. */
static void a_shutdown_waits_so_long_and_no_longer(void **state)
{
    struct night night;
    sim_time typed = 0, at;
    const char *text;

    (void)state;
    night_read(&night, "services_hung.ini", "step.stop.do=reboot", "step.stop.do_2=rem",
               "machine.wait_to_kill=12 s", "scenario.duration=5 min", NULL);
    night_run(&night, 1);
    for (uint32_t i = 0; (text = world_console_line(night.world, i, &at)) != NULL; i++)
        if (strstr(text, "reboot") != NULL)
            typed = at;
    assert_true(night.result.off_at - typed >= SEC(12) && night.result.off_at - typed < SEC(14));
    assert_int_equal(site()->stats.killed_at_shutdown, 1); /* The process of three services. */
    assert_int_equal(night.result.boots, 1);
    assert_int_equal(logged("EventLog", 6008, 0), 0);
    assert_int_equal(logged("ESE", 301, 0), 0); /* The store had its time. */
    night_end(&night);
}

/* With the cause left in place the machine stops again and again, until the run has had enough. */
static void an_old_driver_under_stress_comes_back_to_stop(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "aftermath.ini", "load.smtp.shape=constant", "load.smtp.rate=100/s",
               "machine.boot_time=5 s", "machine.memory_dump=1 s", "expect.boots=6", NULL);
    night.scenario.loads[0].burst_count = 0;
    night_run(&night, 2);
    assert_int_equal(night.result.boots, BOOTS_MAX);
    assert_int_equal(night.result.end, SIM_STOPPED);
    assert_true(night.result.stop.at < logged("EventLog", 6008, 0)); /* The first one is told. */
    assert_true(night.result.flows_at != 0 || night.result.drained_at == 0);
    night_end(&night);
}

/* The run that ends while the machine is dark. */
static void a_run_may_end_in_the_dark(void **state)
{
    struct night night;

    (void)state;
    night_read(&night, "aftermath.ini", "scenario.duration=100 s", NULL);
    night_run(&night, 2);
    assert_int_equal(night.result.end, SIM_FINISHED);
    assert_true(night.result.simulated == SEC(100) && night.result.on_at == 0);
    assert_int_equal(night.result.outcome, OUTCOME_STOP);
    night_end(&night);
}

GROUP(restart_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_log_tells_it_in_order),
        cmocka_unit_test(no_mail_is_lost_in_the_dark),
        cmocka_unit_test(recovery_goes_by_the_length_of_the_log),
        cmocka_unit_test(a_shutdown_waits_so_long_and_no_longer),
        cmocka_unit_test(an_old_driver_under_stress_comes_back_to_stop),
        cmocka_unit_test(a_run_may_end_in_the_dark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
