/* merge_test.c - parts of a sweep that are joined: in any number and order, cut short, killed,
 * resumed, doubled.
 *
 * In every case the result must hold what one undisturbed sweep writes, or the part of it that any
 * of the parts has; what cannot be joined is refused, and then nothing is written.
 */
#include "tests/campaign/sweeps.h"
#include "tests/groups.h"
#include "ui/campaign/merge.h"
#include <glob.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

enum { REPLICAS = 5, POINTS = 2, RUNS = REPLICAS * POINTS };
static const char rates[] = "${10,24}/s";
static struct runner_report report;
static struct merge_report merged;

static const char *name_of(const char *kind, unsigned number)
{
    char name[40];

    snprintf(name, sizeof name, "%s%u.db", kind, number);
    return sweeps_path(name);
}

/* Makes the runs of a shard, at most this many of those that are left; 0: all. */
static void make_shard(const char *path, uint32_t shard, uint32_t shards, uint64_t most)
{
    struct sweeps_sitting sitting = { .rates = rates,
                                      .replicas = REPLICAS,
                                      .jobs = 1,
                                      .budget_runs = most,
                                      .shard = shard,
                                      .shards = shards };
    enum runner_end end = sweeps_run(path, &sitting, &report);

    assert_true(end == RUNNER_COMPLETE || (most > 0 && end == RUNNER_BUDGET));
}

/* The sweep in one database, made on first use. */
static const char *whole(void)
{
    const char *path = sweeps_path("whole.db");

    if (access(path, F_OK) != 0)
        make_shard(path, 0, 0, 0);
    return path;
}

static enum merge_end join(const char *out, const char *const *paths, uint32_t count)
{
    struct part parts[16] = { 0 };

    assert_true(count <= ARRAY_LEN(parts));
    for (uint32_t i = 0; i < count; i++)
        parts[i].path = paths[i];
    merge_parts(out, parts, count, false, &merged);
    return merged.end;
}

static void is_the_whole_sweep(const char *path)
{
    char *first = sweeps_content(whole()), *second = sweeps_content(path);

    assert_string_equal(first, second);
    free(first);
    free(second);
}

static char *rows_of(const char *path)
{
    return sweeps_ask(path, "SELECT label, replica, seed, status, outcome, fingerprint, records, "
                            "latency_histogram FROM runs JOIN points ON id = point "
                            "ORDER BY label, replica");
}

/* Every row of the database is one of the whole sweep. Returns their number. */
static uint64_t rows_are_of_the_sweep(const char *path)
{
    char *all = rows_of(whole()), *some = rows_of(path), *rest = some;
    uint64_t count = 0;

    for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != 0; count++)
        assert_non_null(strstr(all, line));
    free(all);
    free(some);
    return count;
}

static void shards_in_any_number_join_to_the_sweep(void **state)
{
    static const uint32_t cuts[] = { 1, 3, 4, 12 }; /* 12: two shards have no run at all. */

    (void)state;
    for (size_t c = 0; c < ARRAY_LEN(cuts); c++) {
        const char *paths[16], *out = name_of("joined", cuts[c]);

        for (uint32_t i = 0; i < cuts[c]; i++) {
            paths[i] = name_of("cut", cuts[c] * 100 + i);
            make_shard(paths[i], i + 1, cuts[c], 0);
        }
        assert_int_equal(join(out, paths, cuts[c]), MERGE_DONE);
        assert_int_equal(merged.runs, RUNS);
        assert_int_equal(merged.wanted, RUNS);
        assert_int_equal(merged.doubled, 0);
        is_the_whole_sweep(out);
    }
}

/* Property: whatever parts there are, their union holds each of their runs once; and once all runs
 * are in it, it is the sweep. */
static void any_union_of_parts_holds_each_run_once(void **state)
{
    struct rng rng = rng_stream(11, "unions");

    (void)state;
    for (unsigned round = 0; round < 6; round++) {
        const char *paths[16], *out = name_of("union", round);
        uint32_t count = 0;

        /* Cut into two to five; some shards are cut short, some made twice, in any order. */
        uint32_t shards = 2 + (uint32_t)rng_below(&rng, 4);

        for (uint32_t part = 0; part < 7; part++) {
            uint32_t shard = 1 + (uint32_t)rng_below(&rng, shards);

            paths[count] = name_of("piece", round * 100 + part);
            make_shard(paths[count++], shard, shards, rng_below(&rng, 4));
        }
        assert_int_equal(join(out, paths, count), MERGE_DONE);
        assert_int_equal(rows_are_of_the_sweep(out), merged.runs);
        /* The rest by another cut: now it is complete. */
        for (uint32_t shard = 1; shard <= 2; shard++) {
            paths[count] = name_of("rest", round * 100 + shard);
            make_shard(paths[count++], shard, 2, 0);
        }
        assert_int_equal(join(out, paths, count), MERGE_DONE);
        assert_true(merged.doubled > 0);
        is_the_whole_sweep(out);
    }
}

static void a_killed_shard_that_was_resumed_joins_as_if_nothing_had_been(void **state)
{
    struct sweeps_sitting sitting = {
        .rates = rates, .replicas = REPLICAS, .jobs = 2, .shard = 1, .shards = 2
    };
    const char *paths[] = { sweeps_path("killed1.db"), sweeps_path("killed2.db") };
    const char *out = sweeps_path("killed.db");

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        int process = sweeps_start(paths[0], &sitting);

        usleep(5000 + 20000 * i);
        kill(process, SIGKILL);
        sweeps_end(process);
        if (access(paths[0], F_OK) == 0 && join(out, paths, 1) == MERGE_DONE)
            assert_int_equal(rows_are_of_the_sweep(out), merged.runs);
    }
    make_shard(paths[0], 1, 2, 0);
    make_shard(paths[1], 2, 2, 0);
    assert_int_equal(join(out, paths, 2), MERGE_DONE);
    is_the_whole_sweep(out);
}

static void what_a_result_held_before_is_kept(void **state)
{
    const char *first = sweeps_path("one1.db"), *second = sweeps_path("one2.db"),
               *out = sweeps_path("kept.db");

    (void)state;
    make_shard(first, 1, 2, 0);
    make_shard(second, 2, 2, 0);
    assert_int_equal(join(out, &first, 1), MERGE_DONE);
    assert_int_equal(merged.runs, RUNS / 2);
    assert_int_equal(merged.wanted, RUNS / 2); /* A shard that is joined with nothing is itself. */
    assert_int_equal(join(out, &second, 1), MERGE_DONE);
    assert_int_equal(merged.doubled, 0);
    is_the_whole_sweep(out);
    /* An incomplete result is a database like any other: a sweep goes on with it. */
    const char *paths[] = { sweeps_path("third1.db"), sweeps_path("third2.db") };
    const char *part = sweeps_path("part.db");

    make_shard(paths[0], 1, 3, 0);
    make_shard(paths[1], 2, 3, 1);
    assert_int_equal(join(part, paths, 2), MERGE_DONE);
    assert_int_equal(merged.wanted, RUNS);
    make_shard(part, 0, 0, 0);
    is_the_whole_sweep(part);
    /* So is a shard that was copied by joining. */
    assert_int_equal(join(sweeps_path("third3.db"), &paths[1], 1), MERGE_DONE);
    make_shard(sweeps_path("third3.db"), 2, 3, 0);
}

static void a_run_with_two_results_is_refused_and_nothing_is_written(void **state)
{
    const char *paths[] = { sweeps_path("true.db"), sweeps_path("false.db") };
    const char *out = sweeps_path("refused.db");

    (void)state;
    make_shard(paths[0], 1, 2, 0);
    make_shard(paths[1], 1, 2, 0);
    free(
        sweeps_ask(paths[1], "UPDATE runs SET host_us = 1, repro = 'elsewhere' WHERE replica = 2"));
    assert_int_equal(join(out, paths, 2), MERGE_DONE); /* These two tell of the host. */
    assert_int_equal(unlink(out), 0);
    free(sweeps_ask(paths[1], "UPDATE runs SET delivered = delivered + 1 WHERE replica = 2"));
    assert_int_equal(join(out, paths, 2), MERGE_DIFFERENT);
    assert_non_null(strstr(merged.error, "false.db: replica 2"));
    assert_non_null(strstr(merged.error, "in delivered"));
    assert_int_not_equal(access(out, F_OK), 0);
}

static void what_is_no_part_of_the_sweep_is_refused(void **state)
{
    struct sweeps_sitting other = { .rates = "${10}/s", .replicas = 1, .jobs = 1 };
    const char *paths[] = { sweeps_path("part1.db"), sweeps_path("part2.db") };
    const char *out = sweeps_path("none.db");
    struct plan *plan;

    (void)state;
    make_shard(paths[0], 1, 2, 0);
    assert_int_equal(join(out, paths, 2), MERGE_FAILED);
    assert_non_null(strstr(merged.error, "part2.db: No such file"));
    assert_int_equal(sweeps_run(paths[1], &other, &report), RUNNER_COMPLETE);
    /* Fewer points of the same scenario are a part; another seed is another sweep. */
    assert_int_equal(join(out, paths, 2), MERGE_DONE);
    assert_int_equal(unlink(out), 0);
    free(sweeps_ask(paths[1], "UPDATE provenance SET value = '7' WHERE key = 'base_seed'"));
    assert_int_equal(join(out, paths, 2), MERGE_FAILED);
    assert_non_null(strstr(merged.error, "another sweep: its seed is \"7\""));
    free(sweeps_ask(paths[1], "UPDATE provenance SET value = '2' WHERE key = 'base_seed'"));
    plan = sweeps_plan("${10}/s", 1);
    assert_int_equal(plan->base_seed, 2); /* The article's seed, written back. */
    plan_free(plan);
    free(sweeps_ask(paths[0], "UPDATE provenance SET value = '9/2' WHERE key = 'shard'"));
    assert_int_equal(join(out, paths, 2), MERGE_FAILED);
    assert_non_null(strstr(merged.error, "shard \"9/2\" (expected one such as 2/8)"));
    free(sweeps_ask(paths[0], "UPDATE provenance SET value = '1/4000000000' WHERE key = 'shard'"));
    assert_int_equal(join(out, paths, 2), MERGE_FAILED);
    assert_int_not_equal(access(out, F_OK), 0);
}

/* A limit of file sizes stands for a full disk: the write fails in the middle. */
static void a_full_disk_leaves_the_old_result_and_no_half_one(void **state)
{
    const char *paths[] = { sweeps_path("full1.db"), sweeps_path("full2.db") };
    const char *out = sweeps_path("full.db");
    int process, status;

    (void)state;
    make_shard(paths[0], 1, 2, 0);
    make_shard(paths[1], 2, 2, 0);
    assert_int_equal(join(out, paths, 1), MERGE_DONE);
    char *before = sweeps_content(out);

    fflush(NULL);
    process = fork();
    if (process == 0) {
        struct rlimit small = { 8192, 8192 };

        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &small);
        join(out, paths, 2);
        _exit(merged.end == MERGE_FAILED && strstr(merged.error, "no room") != NULL ? 0 : 1);
    }
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_int_equal(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
    char *after = sweeps_content(out), pattern[160];
    glob_t left;

    assert_string_equal(before, after);
    snprintf(pattern, sizeof pattern, "%s.*tmp*", out);
    assert_int_equal(glob(pattern, 0, NULL, &left), GLOB_NOMATCH);
    free(before);
    free(after);
    assert_int_equal(join(out, paths, 2), MERGE_DONE);
    is_the_whole_sweep(out);
}

static void a_look_tells_what_each_part_has(void **state)
{
    struct part parts[] = { { .path = sweeps_path("look1.db") },
                            { .path = sweeps_path("look2.db") },
                            { .path = sweeps_path("look3.db") } };

    (void)state;
    make_shard(parts[0].path, 1, 4, 0);
    make_shard(parts[1].path, 3, 4, 1);
    merge_look(parts, ARRAY_LEN(parts));
    assert_int_equal(parts[0].shard, 1);
    assert_int_equal(parts[0].shards, 4);
    assert_int_equal(parts[0].there, 3); /* Ten runs dealt to four: 3, 3, 2, 2. */
    assert_int_equal(parts[0].wanted, 3);
    assert_string_equal(parts[0].error, "");
    assert_int_equal(parts[1].there, 1);
    assert_int_equal(parts[1].wanted, 2);
    assert_non_null(strstr(parts[2].error, "No such file"));
}

GROUP(merge_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shards_in_any_number_join_to_the_sweep),
        cmocka_unit_test(any_union_of_parts_holds_each_run_once),
        cmocka_unit_test(a_killed_shard_that_was_resumed_joins_as_if_nothing_had_been),
        cmocka_unit_test(what_a_result_held_before_is_kept),
        cmocka_unit_test(a_run_with_two_results_is_refused_and_nothing_is_written),
        cmocka_unit_test(what_is_no_part_of_the_sweep_is_refused),
        cmocka_unit_test(a_full_disk_leaves_the_old_result_and_no_half_one),
        cmocka_unit_test(a_look_tells_what_each_part_has),
    };

    return cmocka_run_group_tests_name("campaign.merge", tests, NULL, sweeps_clean);
}
