/* merge.c - joining the databases of a fleet: time a part, for PARTS parts of ROWS rows each.
 *
 *     merge PARTS ROWS
 *
 * The parts are the shards of one plan with ten points; their rows are made up, with the sizes of
 * real ones. Making them is not measured.
 */
#include "bench.h"
#include "ui/campaign/merge.h"

#include <string.h>
#include <unistd.h>

enum { POINTS = 10 };

static const char sweep[] = "[scenario]\ntitle = fleet\nduration = 10 s\n[load smtp]\n"
                            "rate = ${1, 2, 3, 4, 5, 6, 7, 8, 9, 10}/s\n";

static void fill(struct result_run *run, uint64_t number)
{
    static const char repro[] =
        "exifsim run scenarios/load_curve.ini --seed 1234567890123456789 --set load.smtp.rate=24/s";

    memset(run, 0, sizeof *run);
    run->status = RUN_DONE;
    run->seed = run->fingerprint = number * 0x9e3779b97f4a7c15u >> 1;
    run->records = 1000000 + number;
    run->delivered = run->arrived = 2400;
    for (uint32_t i = 200; i < 320; i++)
        run->latency[i] = 1 + (uint32_t)(number + i) % 40;
    snprintf(run->repro, sizeof run->repro, "%s", repro);
}

static void make_part(struct plan *plan, const char *path, uint32_t rows)
{
    struct result_run *runs = malloc(rows * sizeof *runs);
    int64_t ids[POINTS];
    char error[RESULTS_ERROR_CHARS];
    struct results *results = results_open(path, RESULTS_NEW, error);
    uint32_t count = 0;

    CHECK(runs != NULL && results != NULL && results_take_plan(results, plan, ids, error));
    for (uint64_t number = plan->shard - 1; count < rows; number += plan->shards) {
        fill(&runs[count], number);
        runs[count].point = ids[number % POINTS];
        runs[count++].replica = (uint32_t)(number / POINTS);
    }
    CHECK(results_add(results, runs, count, error));
    results_close(results);
    free(runs);
}

int main(int count, char **words)
{
    uint32_t parts = count > 1 ? (uint32_t)atoi(words[1]) : 100;
    uint32_t rows = count > 2 ? (uint32_t)atoi(words[2]) : 1000;
    struct part *list = calloc(parts, sizeof *list);
    char folder[] = "/tmp/exifsim-merge-XXXXXX", path[96], *out;
    struct merge_report report;
    struct plan *plan;
    FILE *file;

    CHECK(list != NULL && mkdtemp(folder) != NULL && chdir(folder) == 0);
    file = fopen("sweep.ini", "w");
    CHECK(file != NULL && fputs(sweep, file) >= 0 && fclose(file) == 0);
    plan = plan_read("sweep.ini", NULL, 0, NULL, stderr);
    CHECK(plan != NULL && plan->point_count == POINTS);
    plan->replicas = (uint32_t)((uint64_t)parts * rows / POINTS);
    plan->shards = parts;
    for (uint32_t i = 0; i < parts; i++) {
        snprintf(path, sizeof path, "part%u.db", i + 1);
        plan->shard = i + 1;
        make_part(plan, path, rows);
        list[i].path = strdup(path);
    }
    out = strdup("all.db");

    double begin = bench_now();

    merge_parts(out, list, parts, false, &report);
    CHECK(report.end == MERGE_DONE && report.runs == (uint64_t)parts * rows);
    bench_result("merge", "part", 24, (bench_now() - begin) / parts, (double)report.runs);
    for (uint32_t i = 0; i < parts; i++)
        unlink(list[i].path);
    unlink(out);
    unlink("sweep.ini");
    CHECK(chdir("/") == 0);
    rmdir(folder);
    return 0;
}
