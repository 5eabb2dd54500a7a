/* results_test.c - the database meets a full disk, files that are not its own, and damage: it says
 * so and loses nothing. */
#include "tests/campaign/sweeps.h"
#include "tests/groups.h"
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

static char error[RESULTS_ERROR_CHARS];
static struct runner_report report;
static const struct sweeps_sitting small = { .rates = "${10,24}/s", .replicas = 3, .jobs = 2 };

static void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *out = fopen(path, "wb");

    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, length, out), length);
    assert_int_equal(fclose(out), 0);
}

static char *file_bytes(const char *path, size_t *length)
{
    FILE *in = fopen(path, "rb");
    char *bytes = malloc(1 << 22);

    assert_non_null(in);
    *length = fread(bytes, 1, 1 << 22, in);
    fclose(in);
    return bytes;
}

/* Readers and sweeps refuse the file with these words and leave it unchanged. */
static void refused(const char *path, const char *words)
{
    size_t length, length_after;
    char *before = file_bytes(path, &length), *after;

    for (int mode = RESULTS_READ; mode <= RESULTS_RESUME; mode++) {
        error[0] = 0;
        assert_null(results_open(path, (enum results_mode)mode, error));
        if (strstr(error, words) == NULL &&
            !(mode == RESULTS_NEW && strstr(error, "holds a sweep already")))
            fail_msg("said \"%s\", expected \"%s\"", error, words);
    }
    after = file_bytes(path, &length_after);
    assert_int_equal(length, length_after);
    assert_memory_equal(before, after, length);
    free(before);
    free(after);
}

/* ---- A row ----------------------------------------------------------------------------------- */

static void fill(struct result_run *run, int64_t point, uint32_t replica)
{
    uint64_t *numbers[] = { &run->crash_at_ns, &run->stop_at_ns,       &run->simulated_ns,
                            &run->host_us,     &run->records,          &run->arrived,
                            &run->delivered,   &run->refused,          &run->read_back,
                            &run->restarts,    &run->latency_mean_us,  &run->latency_max_us,
                            &run->measured_ns, &run->queue_mean_milli, &run->queue_max,
                            &run->pool_peak };

    memset(run, 0, sizeof *run);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        *numbers[i] = replica == 0 ? INT64_MAX - i : i * 1000 + replica;
    run->point = point;
    run->replica = replica;
    run->seed = INT64_MAX - replica;
    run->outcome = OUTCOME_STOP;
    run->stopped = run->process_crashed = true;
    run->stop_code = 5;
    for (uint32_t i = 0; i < 4; i++)
        run->stop_args[i] = UINT32_MAX - i;
    snprintf(run->victim, sizeof run->victim, "store.exe");
    run->fingerprint = UINT64_MAX - replica;
    run->first_error = -2239;
    for (uint32_t i = 0; i < LATENCY_BUCKETS; i++)
        run->latency[i] = replica == 0 ? UINT32_MAX : i % 97 == replica ? i : 0;
    run->cpu_busy_ppm = 1000000;
    run->disk_busy_ppm[2] = 7;
    snprintf(run->repro, sizeof run->repro, "exifsim run 'it''s' --seed 7");
}

static bool compare(void *context, const struct result_run *run)
{
    static struct result_run expected;
    uint32_t *count = context;

    fill(&expected, run->point, run->replica);
    assert_memory_equal(run, &expected, sizeof expected);
    ++*count;
    return true;
}

static void what_is_put_in_comes_out(void **state)
{
    static struct result_run runs[3];
    struct plan *plan = sweeps_plan("${10,24}/s", 3);
    struct results *results = results_open(sweeps_path("rows.db"), RESULTS_NEW, error);
    struct result_counts counts;
    uint32_t count = 0;
    int64_t ids[2];

    (void)state;
    assert_non_null(results);
    assert_true(results_take_plan(results, plan, ids, error));
    for (uint32_t i = 0; i < 3; i++)
        fill(&runs[i], ids[1], i);
    assert_true(results_add(results, runs, 3, error));
    runs[1].seed = 1; /* A run that exists already: it is not changed. */
    assert_true(results_add(results, runs, 3, error));
    results_close(results);
    results = results_open(sweeps_path("rows.db"), RESULTS_READ, error);
    assert_non_null(results);
    assert_true(results_runs(results, 0, compare, &count, error));
    assert_int_equal(count, 3);
    assert_true(results_has(results, ids[1], 2));
    assert_false(results_has(results, ids[0], 2));
    assert_true(results_count(results, ids[1], 2, &counts, error));
    assert_int_equal(counts.done, 2);
    assert_int_equal(counts.stopped, 2);
    results_close(results);
    plan_free(plan);
}

static void a_bucket_knows_a_time_to_one_part_in_32(void **state)
{
    (void)state;
    for (uint32_t bucket = 0; bucket + 1 < LATENCY_BUCKETS; bucket++) {
        uint64_t low = latency_low(bucket), next = latency_low(bucket + 1);

        assert_int_equal(latency_bucket(low), bucket);
        assert_int_equal(latency_bucket(next - 1), bucket);
        assert_true(next - low <= MAX_OF(low / 32, 1));
    }
    assert_int_equal(latency_bucket(UINT64_MAX), LATENCY_BUCKETS - 1);
}

/* ---- Files of others, and broken ones -------------------------------------------------------- */

static void files_of_others_are_refused_and_not_touched(void **state)
{
    const char *path = sweeps_path("foreign.db");
    static char text[] =
        "This is no database at all, but it is long enough for somebody to take it for one. "
        "0123456789 0123456789 0123456789 0123456789 0123456789";

    (void)state;
    write_file(path, text, sizeof text);
    refused(path, "no database");
    assert_null(results_open(sweeps_path("absent.db"), RESULTS_READ, error));
    assert_non_null(strstr(error, "No such file"));
    assert_null(results_open("/nowhere/at/all.db", RESULTS_NEW, error));
    assert_null(results_open("/tmp", RESULTS_RESUME, error));
    assert_null(results_open("", RESULTS_NEW, error));

    const char *other = sweeps_path("other.db");

    write_file(other, "", 0);
    free(sweeps_ask(other, "CREATE TABLE mine(a)"));
    refused(other, "another program");
}

static void a_later_version_is_refused(void **state)
{
    const char *path = sweeps_path("later.db");

    (void)state;
    assert_int_equal(sweeps_run(path, &small, &report), RUNNER_COMPLETE);
    free(sweeps_ask(path, "PRAGMA user_version = 2"));
    refused(path, "version 2 (expected version 1");
}

/* What a picture prints may be a command to the program that draws it. */
static void damaged_axes_of_a_point_are_refused(void **state)
{
    static const char *const axes[] = {
        "{}",
        "[1]",
        "no JSON",
        "{\"load.smtp.rate\":5}",
        "{\"load.smtp.rate\":\"5/s\\nsystem(\\\"date\\\")\"}",
        "{\"load.smtp.rate\":\"5/s\",\"another\":\"1\"}",
    };
    const char *path = sweeps_path("axes.db");

    (void)state;
    assert_int_equal(sweeps_run(path, &small, &report), RUNNER_COMPLETE);
    for (size_t i = 0; i < ARRAY_LEN(axes); i++) {
        char change[256];
        struct result_point *points;
        uint32_t count;

        snprintf(change, sizeof change,
                 "UPDATE points SET axes = '%s' WHERE id = (SELECT max(id) FROM points)", axes[i]);
        free(sweeps_ask(path, change));
        struct results *results = results_open(path, RESULTS_READ, error);

        assert_non_null(results);
        assert_false(results_points(results, &points, &count, error));
        assert_non_null(strstr(error, "the points are damaged"));
        results_close(results);
    }
}

static void who_only_reads_leaves_no_files(void **state)
{
    const char *path = sweeps_path("alone.db");
    char wal[4096];

    (void)state;
    assert_int_equal(sweeps_run(path, &small, &report), RUNNER_COMPLETE);
    struct results *results = results_open(path, RESULTS_READ, error);
    struct result_point *points;
    uint32_t count;

    assert_true(results_points(results, &points, &count, error));
    results_points_free(points, count);
    results_close(results);
    snprintf(wal, sizeof wal, "%s-wal", path);
    assert_int_not_equal(access(wal, F_OK), 0);
}

static void an_empty_file_is_nobodys(void **state)
{
    const char *path = sweeps_path("empty.db");

    (void)state;
    write_file(path, "", 0);
    assert_null(results_open(path, RESULTS_READ, error));
    assert_non_null(strstr(error, "an empty file"));
    assert_int_equal(sweeps_run(path, &small, &report), RUNNER_COMPLETE);
}

static void damage_is_found_before_anything_is_built_on_it(void **state)
{
    const char *whole = sweeps_path("whole.db"), *broken = sweeps_path("broken.db");
    uint32_t found = 0;
    size_t length;
    char *bytes;

    (void)state;
    assert_int_equal(sweeps_run(whole, &small, &report), RUNNER_COMPLETE);
    bytes = file_bytes(whole, &length);
    /* Damage the head of every page but the first. */
    for (size_t at = 4096; at + 512 <= length; at += 4096) {
        char saved[64];

        memcpy(saved, bytes + at, sizeof saved);
        memset(bytes + at, 0xa5, sizeof saved);
        write_file(broken, bytes, length);
        struct results *results = results_open(broken, RESULTS_RESUME, error);

        found += results == NULL && strstr(error, "damaged") != NULL;
        assert_true(results == NULL);
        memcpy(bytes + at, saved, sizeof saved);
    }
    assert_true(found >= 3);
    write_file(broken, bytes, length / 2);
    assert_null(results_open(broken, RESULTS_READ, error));
    assert_non_null(strstr(error, "damaged"));
    free(bytes);
}

/* ---- Where nothing can be written ------------------------------------------------------------ */

/* Runs a sweep in a child process after `prepare`; returns how it ended. The error goes to a
 * file. */
static int sweep_under(bool (*prepare)(const char *database), const char *database,
                       const struct sweeps_sitting *sitting)
{
    const char *said = sweeps_path("said");
    int process;

    fflush(NULL);
    process = fork();
    if (process == 0) {
        if (!prepare(database))
            _exit(77);
        sweeps_run(database, sitting, &report);
        if (access(said, W_OK) == 0)
            write_file(said, report.error, strlen(report.error));
        _exit((int)report.end);
    }
    return sweeps_end(process);
}

static void said(const char *words)
{
    size_t length;
    char *text = file_bytes(sweeps_path("said"), &length);

    text[length] = 0;
    if (strstr(text, words) == NULL)
        fail_msg("said \"%s\", expected \"%s\"", text, words);
    free(text);
}

static bool may_not_grow(const char *database)
{
    struct rlimit limit = { 120 * 1024, 120 * 1024 };

    (void)database;
    signal(SIGXFSZ, SIG_IGN);
    return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

static bool is_nobody(const char *database)
{
    (void)database;
    return geteuid() != 0 || setuid(65534) == 0;
}

static bool anybody(const char *database)
{
    (void)database;
    return true;
}

static void a_full_disk_ends_a_sitting_and_keeps_what_was_written(void **state)
{
    struct sweeps_sitting sitting = { .rates = "${10,24}/s", .replicas = 150, .jobs = 2 };
    const char *database = sweeps_path("full.db"), *calm = sweeps_path("calm.db");
    char *one, *other;

    (void)state;
    write_file(sweeps_path("said"), "", 0);
    assert_int_equal(sweep_under(may_not_grow, database, &sitting), RUNNER_FAILED);
    said("room on the disk");
    one = sweeps_ask(database, "SELECT count(*) > 10 AND count(*) < 300 FROM runs");
    assert_string_equal(one, "1\n");
    free(one);
    assert_int_equal(sweeps_run(database, &sitting, &report), RUNNER_COMPLETE);
    assert_true(report.there > 10);
    assert_int_equal(sweeps_run(calm, &sitting, &report), RUNNER_COMPLETE);
    one = sweeps_content(database);
    other = sweeps_content(calm);
    assert_string_equal(one, other);
    free(one);
    free(other);
}

/* The same on a disk that is really full, if the test may mount one. */
static void a_full_file_system_does_the_same(void **state)
{
    struct sweeps_sitting sitting = { .rates = "${10,24}/s", .replicas = 150, .jobs = 2 };
    const char *folder = sweeps_path("disk");
    char database[256];

    (void)state;
    assert_int_equal(mkdir(folder, 0777), 0);
    if (mount("none", folder, "tmpfs", 0, "size=256k") != 0) {
        rmdir(folder);
        skip();
    }
    snprintf(database, sizeof database, "%s/full.db", folder);
    assert_int_equal(sweeps_run(database, &sitting, &report), RUNNER_FAILED);
    bool told = strstr(report.error, "no room on the disk") != NULL;
    bool grown = mount("none", folder, "tmpfs", MS_REMOUNT, "size=8m") == 0;
    enum runner_end end = sweeps_run(database, &sitting, &report);
    uint64_t there = report.there;

    umount(folder);
    rmdir(folder);
    assert_true(told);
    assert_true(grown);
    assert_int_equal(end, RUNNER_COMPLETE);
    assert_true(there > 0);
}

static void a_read_only_file_is_said_to_be_one(void **state)
{
    struct sweeps_sitting more = { .rates = "${10,24}/s", .replicas = 9, .jobs = 2 };
    const char *database = sweeps_path("fixed.db");
    char *before, *after;
    struct results *results;

    (void)state;
    assert_int_equal(sweeps_run(database, &small, &report), RUNNER_COMPLETE);
    before = sweeps_content(database);
    write_file(sweeps_path("said"), "", 0);
    assert_int_equal(chmod(sweeps_path("said"), 0666), 0);
    assert_int_equal(chmod(sweeps_path(""), 0555), 0);
    assert_int_equal(chmod(database, 0444), 0);
    assert_int_equal(sweep_under(is_nobody, database, &more), RUNNER_FAILED);
    said("cannot be written: Permission denied");
    assert_int_equal(chmod(database, 0644), 0);
    assert_int_equal(chown(database, geteuid() == 0 ? 65534 : geteuid(), (gid_t)-1), 0);
    /* The folder cannot be written: no -wal can be made. */
    assert_int_equal(sweep_under(is_nobody, database, &more), RUNNER_FAILED);
    said("cannot be written");
    assert_int_equal(chmod(sweeps_path(""), 0755), 0);
    results = results_open(database, RESULTS_READ, error);
    if (results == NULL)
        fail_msg("%s", error);
    results_close(results);
    after = sweeps_content(database);
    assert_string_equal(before, after);
    free(before);
    free(after);
    assert_int_equal(sweep_under(anybody, database, &more), RUNNER_COMPLETE);
}

GROUP(results_test)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_in_comes_out),
        cmocka_unit_test(a_bucket_knows_a_time_to_one_part_in_32),
        cmocka_unit_test(files_of_others_are_refused_and_not_touched),
        cmocka_unit_test(a_later_version_is_refused),
        cmocka_unit_test(damaged_axes_of_a_point_are_refused),
        cmocka_unit_test(who_only_reads_leaves_no_files),
        cmocka_unit_test(an_empty_file_is_nobodys),
        cmocka_unit_test(damage_is_found_before_anything_is_built_on_it),
        cmocka_unit_test(a_full_disk_ends_a_sitting_and_keeps_what_was_written),
        cmocka_unit_test(a_full_file_system_does_the_same),
        cmocka_unit_test(a_read_only_file_is_said_to_be_one),
    };

    return cmocka_run_group_tests_name("campaign.results", tests, NULL, sweeps_clean);
}
