/* sweeps.c - see sweeps.h. */
#include "tests/campaign/sweeps.h"
#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

const char *sweeps_path(const char *name)
{
    static char paths[64][128];
    static unsigned next;
    char *path = paths[next++ % 64];

    if (folder[0] == 0) {
        snprintf(folder, sizeof folder, "/tmp/exifsim-sweeps-XXXXXX");
        CHECK(mkdtemp(folder) != NULL);
    }
    snprintf(path, sizeof paths[0], "%s/%.40s", folder, name);
    return path;
}

int sweeps_clean(void **state)
{
    DIR *dir = folder[0] != 0 ? opendir(folder) : NULL;
    struct dirent *entry;
    char path[sizeof folder + sizeof entry->d_name];

    (void)state;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (dir != NULL)
        closedir(dir);
    rmdir(folder);
    folder[0] = 0;
    return 0;
}

/* A copy of the article's scenario that every user can read: some tests run as a user without
 * access to the sources. */
static const char *article(void)
{
    const char *path = sweeps_path("article.ini");
    char text[8192];
    size_t length;

    if (access(path, R_OK) == 0)
        return path;
    FILE *in = fopen(SCENARIOS "/kb908674.ini", "r"), *out = fopen(path, "w");

    CHECK(in != NULL && out != NULL);
    length = fread(text, 1, sizeof text, in);
    CHECK(length < sizeof text && fwrite(text, 1, length, out) == length);
    fclose(in);
    CHECK(fclose(out) == 0);
    return path;
}

struct plan *sweeps_plan(const char *rates, uint32_t replicas)
{
    char rate[128];
    const char *sets[] = { rate, "scenario.duration=10 s", "process.store.impatience=0" };

    snprintf(rate, sizeof rate, "load.smtp.rate=%s", rates);
    struct plan *plan = plan_read(article(), sets, ARRAY_LEN(sets), NULL, stderr);

    CHECK(plan != NULL);
    plan->replicas = replicas;
    return plan;
}

static void repro(void *context, const struct plan_point *point, uint64_t seed, char *out)
{
    (void)context;
    snprintf(out, RESULTS_REPRO_CHARS, "again %s %llu", point->label, (unsigned long long)seed);
}

enum runner_end sweeps_run(const char *database, const struct sweeps_sitting *sitting,
                           struct runner_report *report)
{
    struct plan *plan = sweeps_plan(sitting->rates, sitting->replicas);
    struct results *results;

    plan->shard = sitting->shard;
    plan->shards = sitting->shards;
    memset(report, 0, sizeof *report);
    results = results_open(database, RESULTS_RESUME, report->error);
    struct runner_settings settings = { .plan = plan,
                                        .results = results,
                                        .database = database,
                                        .jobs = sitting->jobs,
                                        .budget_runs = sitting->budget_runs,
                                        .until_ci = sitting->until_ci,
                                        .repro = repro };

    if (results != NULL)
        runner_run(&settings, report);
    else
        report->end = RUNNER_FAILED;
    results_close(results);
    plan_free(plan);
    return report->end;
}

int sweeps_start(const char *database, const struct sweeps_sitting *sitting)
{
    static struct runner_report report;
    int process;

    fflush(NULL);
    process = fork();
    CHECK(process >= 0);
    if (process != 0)
        return process;
    sweeps_run(database, sitting, &report);
    if (report.error[0] != 0)
        fprintf(stderr, "%s\n", report.error);
    _exit((int)report.end);
}

int sweeps_end(int process)
{
    int status;

    CHECK(waitpid(process, &status, 0) == process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

char *sweeps_ask(const char *database, const char *sql)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    sqlite3 *db = NULL;
    sqlite3_stmt *ask = NULL;

    CHECK(out != NULL);
    if (sqlite3_open_v2(database, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
        sqlite3_busy_timeout(db, 10000);
    if (sqlite3_prepare_v2(db, sql, -1, &ask, NULL) != SQLITE_OK)
        fprintf(out, "(%s)\n", sqlite3_errmsg(db));
    while (ask != NULL && sqlite3_step(ask) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(ask); i++) {
            const unsigned char *bytes = sqlite3_column_blob(ask, i);
            int count = sqlite3_column_bytes(ask, i);

            for (int b = 0; sqlite3_column_type(ask, i) == SQLITE_BLOB && b < count; b++)
                fprintf(out, "%02x", bytes[b]);
            if (sqlite3_column_type(ask, i) != SQLITE_BLOB)
                fprintf(out, "%s", count > 0 ? (const char *)sqlite3_column_text(ask, i) : "");
            fputc(i + 1 < sqlite3_column_count(ask) ? '|' : '\n', out);
        }
    }
    sqlite3_finalize(ask);
    sqlite3_close(db);
    fclose(out);
    return text;
}

char *sweeps_content(const char *database)
{
    static const char *const tables[] = {
        "SELECT * FROM provenance WHERE key NOT IN ('host', 'created') ORDER BY key",
        "SELECT * FROM points ORDER BY id",
        "SELECT point, replica, seed, status, outcome, stop_code, stop_arg1, stop_arg2, stop_arg3, "
        "stop_arg4, victim, crash_at_ns,"
        " stop_at_ns, simulated_ns, records, fingerprint, arrived, delivered, refused, read_back, "
        "restarts, first_error,"
        " latency_mean_us, latency_max_us, latency_histogram, measured_ns, cpu_busy_ppm, "
        "disk0_busy_ppm, disk1_busy_ppm,"
        " disk2_busy_ppm, queue_mean_milli, queue_max, pool_peak, message, repro FROM runs ORDER "
        "BY point, replica",
    };
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    CHECK(out != NULL);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        char *rows = sweeps_ask(database, tables[i]);

        fputs(rows, out);
        free(rows);
    }
    fclose(out);
    return text;
}
