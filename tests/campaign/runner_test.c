/* runner_test.c - sweeps that are run by any number of threads, interrupted, killed, shared, and
 * that meet a broken simulator.
 *
 * In every case the database must finally hold what an undisturbed sweep by one thread writes.
 */
#include "model/kernel/kernel.h"
#include "model/kernel/ps.h"
#include "tests/breaking_world.h"
#include "tests/campaign/sweeps.h"
#include "tests/groups.h"
#include "ui/campaign/stats.h"
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

static struct runner_report report;

static void same_content(const char *one, const char *other)
{
    char *first = sweeps_content(one), *second = sweeps_content(other);

    assert_string_equal(first, second);
    free(first);
    free(second);
}

static uint64_t ask_number(const char *database, const char *sql)
{
    char *text = sweeps_ask(database, sql);
    uint64_t number = strtoull(text, NULL, 10);

    free(text);
    return number;
}

/* ---- A simulator that breaks ----------------------------------------------------------------- */

static volatile int zero;

static void break_by_signal(void *context)
{
    LARGE_INTEGER second = { .QuadPart = -10000000 };

    (void)context;
    KeDelayExecutionThread(KernelMode, FALSE, &second);
    if (ke->sim->seed % 5 == 1)
        *(volatile int *)(intptr_t)(zero + 64) = 1; /* A second into the run. */
    CHECK(ke->sim->seed % 5 != 2);
    raise(SIGFPE);
}

static void break_by_seed(struct world *world)
{
    uint64_t kind = world_sim(world)->seed % 5;
    struct ke_thread *thread;

    world_enter(world);
    if (kind > 0 && kind < 4)
        ps_create_thread(ke->system, break_by_signal, NULL, true, "break", &thread);
    CHECK(kind != 4); /* Fails before the first fiber. */
}

static void a_broken_simulator_is_a_row_and_the_sweep_goes_on(void **state)
{
    const char *one = sweeps_path("broken1.db"), *other = sweeps_path("broken3.db");
    struct sweeps_sitting sitting = { .rates = "${10,24}/s", .replicas = 10, .jobs = 1 };
    char *told;

    (void)state;
    breaking_before = break_by_seed;
    assert_int_equal(sweeps_run(one, &sitting, &report), RUNNER_COMPLETE);
    assert_int_equal(report.runs, 20);
    assert_in_range(report.crashed, 8, 19);
    assert_non_null(strstr(report.first_crash, "again load.smtp.rate="));
    sitting.jobs = 3;
    assert_int_equal(sweeps_run(other, &sitting, &report), RUNNER_COMPLETE);
    breaking_before = NULL;
    same_content(one, other);
    told = sweeps_ask(
        one, "SELECT DISTINCT message FROM runs WHERE status = 'crashed' AND seed % 5 = 1");
    assert_string_equal(told, "the simulator itself has crashed: signal 11 (Segmentation fault)\n");
    free(told);
    told = sweeps_ask(one, "SELECT message FROM runs WHERE seed % 5 = 2 LIMIT 1");
    assert_non_null(strstr(told, "check failed: ke->sim->seed % 5 != 2 at 1."));
    free(told);
    assert_int_equal(
        ask_number(one, "SELECT count(*) FROM runs WHERE seed % 5 <> 0 AND status <> 'crashed'"),
        0);
    assert_int_equal(
        ask_number(
            one, "SELECT count(*) FROM runs WHERE status = 'crashed' AND repro NOT LIKE 'again %'"),
        0);
    assert_int_equal(
        ask_number(one,
                   "SELECT count(*) FROM runs WHERE status = 'crashed' AND outcome IS NOT NULL"),
        0);
}

/* ---- Threads --------------------------------------------------------------------------------- */

static void content_does_not_depend_on_threads(void **state)
{
    const struct sweeps_sitting one = { .rates = "${5,24,100}/s", .replicas = 6, .jobs = 1 };
    struct sweeps_sitting more = one;

    (void)state;
    assert_int_equal(sweeps_run(sweeps_path("j1.db"), &one, &report), RUNNER_COMPLETE);
    assert_int_equal(report.runs, 18);
    assert_int_equal(report.missing, 0);
    more.jobs = 2;
    assert_int_equal(sweeps_run(sweeps_path("j2.db"), &more, &report), RUNNER_COMPLETE);
    more.jobs = 5;
    assert_int_equal(sweeps_run(sweeps_path("j5.db"), &more, &report), RUNNER_COMPLETE);
    same_content(sweeps_path("j1.db"), sweeps_path("j2.db"));
    same_content(sweeps_path("j1.db"), sweeps_path("j5.db"));
    assert_int_not_equal(access(sweeps_path("j5.db-claims"), F_OK), 0);
    assert_int_not_equal(access(sweeps_path("j5.db-wal"), F_OK), 0);
}

/* ---- Sittings -------------------------------------------------------------------------------- */

static void a_budget_ends_a_sitting_and_resume_goes_on(void **state)
{
    struct sweeps_sitting sitting = {
        .rates = "${5,24,100}/s", .replicas = 6, .jobs = 2, .budget_runs = 7
    };
    const char *database = sweeps_path("budget.db");

    (void)state;
    assert_int_equal(sweeps_run(database, &sitting, &report), RUNNER_BUDGET);
    assert_int_equal(report.runs, 7);
    assert_int_equal(report.missing, 11);
    assert_int_equal(sweeps_run(database, &sitting, &report), RUNNER_BUDGET);
    assert_int_equal(report.there, 7);
    /* 4 of 18 runs are left. */
    assert_int_equal(sweeps_run(database, &sitting, &report), RUNNER_COMPLETE);
    assert_int_equal(report.runs, 4);
    same_content(sweeps_path("j1.db"), database);
    assert_int_equal(sweeps_run(database, &sitting, &report), RUNNER_COMPLETE);
    assert_int_equal(report.runs, 0);
}

static void more_points_and_replicas_change_no_run(void **state)
{
    static const char sql[] =
        "SELECT label, replica, seed, fingerprint, host_us FROM runs JOIN points ON point = id "
        "WHERE replica < 3"
        " AND label IN ('load.smtp.rate=10/s', 'load.smtp.rate=24/s') ORDER BY label, replica";
    struct sweeps_sitting sitting = { .rates = "${10,24}/s", .replicas = 3, .jobs = 2 };
    const char *database = sweeps_path("more.db");
    char *before, *after;

    (void)state;
    assert_int_equal(sweeps_run(database, &sitting, &report), RUNNER_COMPLETE);
    before = sweeps_ask(database, sql);
    sitting.rates = "${5,10,16,24}/s";
    sitting.replicas = 5;
    assert_int_equal(sweeps_run(database, &sitting, &report), RUNNER_COMPLETE);
    assert_int_equal(report.runs, 20 - 6);
    after = sweeps_ask(database, sql);
    assert_string_equal(before, after); /* host_us is equal too: no run was repeated. */
    free(before);
    free(after);
    assert_int_equal(
        ask_number(database, "SELECT group_concat(label = 'load.smtp.rate=5/s', '') = '1000' FROM "
                             "(SELECT label FROM points ORDER BY position)"),
        1);
}

static void another_sweep_is_refused(void **state)
{
    struct sweeps_sitting sitting = { .rates = "${5,24}/min", .replicas = 1, .jobs = 1 };
    struct plan *plan;
    const char *sets[] = { "load.smtp.rate=${5,24}/s", "scenario.duration=20 s" };
    struct results *results;
    int64_t ids[2];

    (void)state;
    assert_int_equal(sweeps_run(sweeps_path("other.db"), &sitting, &report), RUNNER_COMPLETE);
    plan = plan_read(SCENARIOS "/kb908674.ini", sets, 2, NULL, stderr);
    results = results_open(sweeps_path("other.db"), RESULTS_RESUME, report.error);
    assert_non_null(results);
    assert_false(results_take_plan(results, plan, ids, report.error));
    assert_non_null(strstr(report.error, "holds another sweep"));
    results_close(results);
    plan_free(plan);
    assert_null(results_open(sweeps_path("other.db"), RESULTS_NEW, report.error));
    assert_non_null(strstr(report.error, "--resume"));
}

static void another_simulator_is_refused(void **state)
{
    struct sweeps_sitting sitting = { .rates = "${10,24}/s", .replicas = 2, .jobs = 1 };
    const char *database = sweeps_path("simulator.db");

    (void)state;
    assert_int_equal(sweeps_run(database, &sitting, &report), RUNNER_COMPLETE);
    free(sweeps_ask(database, "UPDATE runs SET fingerprint = '0123456789abcdef'"));
    sitting.replicas = 4;
    assert_int_equal(sweeps_run(database, &sitting, &report), RUNNER_DIFFERENT);
    assert_non_null(strstr(report.error, "another simulator made it"));
    assert_int_equal(ask_number(database, "SELECT count(*) FROM runs"), 4);
}

static void intervals_shrink_until_they_are_narrow_enough(void **state)
{
    struct sweeps_sitting sitting = {
        .rates = "${10,100}/s", .replicas = 4, .jobs = 1, .until_ci = 0.12
    };
    const char *one = sweeps_path("ci1.db"), *other = sweeps_path("ci3.db");

    (void)state;
    assert_int_equal(sweeps_run(one, &sitting, &report), RUNNER_COMPLETE);
    sitting.jobs = 3;
    sitting.budget_runs = 9; /* With a budget, so in several parts. */
    for (int i = 0; i < 100 && sweeps_run(other, &sitting, &report) == RUNNER_BUDGET; i++)
        ;
    assert_int_equal(report.end, RUNNER_COMPLETE);
    same_content(one, other);
    for (int point = 1; point <= 2; point++) {
        char sql[96];
        uint64_t all, stopped;

        snprintf(sql, sizeof sql, "SELECT count(*) FROM runs WHERE point = %d", point);
        all = ask_number(one, sql);
        strcat(sql, " AND outcome = 'stop'");
        stopped = ask_number(one, sql);
        struct stats_interval interval = stats_wilson(stopped, all);

        assert_true(all > 4);
        assert_true((interval.high - interval.low) / 2 <= 0.12);
    }
}

/* ---- Processes ------------------------------------------------------------------------------- */

static void two_processes_share_one_file(void **state)
{
    struct sweeps_sitting sitting = { .rates = "${5,24,100}/s", .replicas = 6, .jobs = 2 };
    const char *database = sweeps_path("shared.db");
    int one = sweeps_start(database, &sitting), other = sweeps_start(database, &sitting);

    (void)state;
    assert_int_equal(sweeps_end(one), RUNNER_COMPLETE);
    assert_int_equal(sweeps_end(other), RUNNER_COMPLETE);
    same_content(sweeps_path("j1.db"), database);
}

/* Processes meet at a file that has no tables yet, or only some. */
static void many_processes_may_begin_one_file(void **state)
{
    struct sweeps_sitting sitting = { .rates = "${5,24}/s", .replicas = 1, .jobs = 1 };
    char name[32];

    (void)state;
    for (int round = 0; round < 20; round++) {
        int processes[4];

        snprintf(name, sizeof name, "begun%d.db", round);
        const char *database = sweeps_path(name);

        for (int i = 0; i < 4; i++)
            processes[i] = sweeps_start(database, &sitting);
        for (int i = 0; i < 4; i++)
            assert_int_equal(sweeps_end(processes[i]), RUNNER_COMPLETE);
        assert_int_equal(ask_number(database, "SELECT count(*) FROM runs"), 2);
    }
}

/* A sweep that is killed at random moments, again and again, loses no row and repeats none:
 * existing rows stay as they are, host_us included. */
static void kills_lose_nothing_and_repeat_nothing(void **state)
{
    static const char rows[] = "SELECT point, replica, host_us FROM runs ORDER BY point, replica";
    struct sweeps_sitting sitting = { .rates = "${5,24,100}/s", .replicas = 30, .jobs = 2 };
    const char *database = sweeps_path("killed.db"), *calm = sweeps_path("calm.db");
    uint32_t kills = 0, random = 12345, delay = 2000;
    char *before = strdup("");
    int end;

    (void)state;
    for (;;) {
        int process = sweeps_start(database, &sitting);

        random = random * 1103515245 + 12345;
        usleep((random >> 8) % delay * 10);
        kill(process, SIGKILL);
        end = sweeps_end(process);
        char *after = access(database, F_OK) == 0 ? sweeps_ask(database, rows) : strdup("");

        for (char *line = strtok(before, "\n"); line != NULL; line = strtok(NULL, "\n"))
            if (strncmp(line, "(no such table", 14) != 0)
                assert_non_null(strstr(after, line));
        free(before);
        before = after;
        if (end != -SIGKILL)
            break;
        kills++;
        delay += delay / 8;
    }
    free(before);
    assert_int_equal(end, RUNNER_COMPLETE);
    assert_true(kills >= 5);
    sitting.jobs = 1;
    assert_int_equal(sweeps_run(calm, &sitting, &report), RUNNER_COMPLETE);
    same_content(calm, database);
}

static void an_interrupt_lets_the_running_work_end(void **state)
{
    struct sweeps_sitting sitting = { .rates = "${24,100}/s", .replicas = 5000, .jobs = 2 };
    const char *database = sweeps_path("interrupted.db");
    int process = sweeps_start(database, &sitting), end;

    (void)state;
    usleep(700000);
    kill(process, SIGINT);
    end = sweeps_end(process);
    assert_int_equal(end, RUNNER_INTERRUPTED);
    assert_true(ask_number(database, "SELECT count(*) FROM runs") > 2);
    assert_int_equal(ask_number(database, "SELECT count(*) FROM runs WHERE status <> 'done'"), 0);
}

GROUP(runner_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_does_not_depend_on_threads),
        cmocka_unit_test(a_broken_simulator_is_a_row_and_the_sweep_goes_on),
        cmocka_unit_test(a_budget_ends_a_sitting_and_resume_goes_on),
        cmocka_unit_test(more_points_and_replicas_change_no_run),
        cmocka_unit_test(another_sweep_is_refused),
        cmocka_unit_test(another_simulator_is_refused),
        cmocka_unit_test(intervals_shrink_until_they_are_narrow_enough),
        cmocka_unit_test(two_processes_share_one_file),
        cmocka_unit_test(many_processes_may_begin_one_file),
        cmocka_unit_test(kills_lose_nothing_and_repeat_nothing),
        cmocka_unit_test(an_interrupt_lets_the_running_work_end),
    };

    return cmocka_run_group_tests_name("campaign.runner", tests, NULL, sweeps_clean);
}
