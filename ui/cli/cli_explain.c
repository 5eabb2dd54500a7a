/* cli_explain.c - exifsim explain: prints the differential diagnosis of a run, from its evidence
 * alone.
 *
 * The diagnosis does not use the scenario's title, faults or expectations. Only afterwards,
 * [expect] diagnosis is compared with what was found.
 */
#include "ui/cli/cli.h"
#include "ui/campaign/plan.h"
#include "ui/report/diagnosis.h"
#include <stdlib.h>
#include <string.h>

enum { OTHERS_SHOWN = 2, WIDTH = 100 };

static void print_opinion(const struct opinion *o, int place)
{
    const char *article = diagnosis_article(o->diagnosis);
    int at = article[0] != 0
                 ? printf("  %d. KB %s (%s, score %d): ", place, article,
                          diagnosis_word(o->diagnosis), o->weight)
                 : printf("  %d. %s (score %d): ", place, diagnosis_word(o->diagnosis), o->weight);

    report_wrap(stdout, diagnosis_what(o->diagnosis), at, 5, WIDTH);
    for (uint32_t i = 0; i < o->clue_count; i++) {
        at = printf("       %+d  ", o->clues[i].weight);
        report_wrap(stdout, o->clues[i].text, at, 11, WIDTH);
    }
}

/* Prints what Dr. Watson's dump shows of the first thread that crashed. */
static void print_dump(const struct evidence *e)
{
    char frames[512] = "";
    size_t used = 0;

    if (e->crash.process[0] == 0)
        return;
    for (uint32_t i = 0; i < e->crash_frame_count && i < 6; i++)
        used += (size_t)snprintf(frames + used, sizeof frames - used, "%s%s", i > 0 ? ", " : ": ",
                                 e->crash_frames[i]);
    int at = printf("  User dump of %s, exception %08x, thread %s", e->crash.process,
                    (unsigned)e->crash.code,
                    e->crash.thread[0] != 0 ? e->crash.thread : "without a name");

    report_wrap(stdout, frames, at, 5, WIDTH);
    putchar('\n');
}

/* Prints the figures behind the clues, for comparison with a healthy day. */
static void print_measures(const struct evidence *e)
{
    static const char letters[] = "CDE";
    static const struct {
        int gauge;
        uint64_t divisor;
        const char *format;
    } rows[] = {
        { GAUGE_POOL_NONPAGED, 1024, "nonpaged pool %llu KB" },
        { GAUGE_POOL_AUXL, 1024, ", AuxL of it %llu KB" },
        { GAUGE_POOL_PAGED, 1024, "; paged pool %llu KB" },
        { GAUGE_EPOXY_BLOCKS, 1, "; Epoxy\\Blocks Allocated %llu" },
        { GAUGE_IMAP_CLIENTS, 1, "; IMAP4 clients waiting %llu" },
        { GAUGE_POOL_THREADS_SMTP, 1, "; ATQ threads with SMTP %llu" },
        { GAUGE_OUTBOX_OLDEST, 1000, "; oldest mail on its way out %llu s" },
    };
    char text[512];
    size_t used = 0;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (e->most[rows[i].gauge] >= rows[i].divisor)
            used +=
                (size_t)snprintf(text + used, sizeof text - used, rows[i].format,
                                 (unsigned long long)(e->most[rows[i].gauge] / rows[i].divisor));
    for (size_t i = 0; i < ARRAY_LEN(e->disk_us); i++)
        if (e->disk_us[i] != 0)
            used += (size_t)snprintf(text + used, sizeof text - used, "; disk %c: %llu.%llu ms",
                                     letters[i], (unsigned long long)(e->disk_us[i] / 1000),
                                     (unsigned long long)(e->disk_us[i] / 100 % 10));
    snprintf(text + used, sizeof text - used, "; mail %llu.%llu s",
             (unsigned long long)(e->result->latency_max_us / 1000000),
             (unsigned long long)(e->result->latency_max_us / 100000 % 10));
    report_wrap(stdout, text, printf("  At most: "), 11, WIDTH);
    putchar('\n');
}

static void print_opinions(const struct evidence *evidence, const struct opinion *opinions,
                           uint32_t count)
{
    print_dump(evidence);
    print_measures(evidence);
    for (uint32_t i = 0; i < count && i <= OTHERS_SHOWN; i++)
        print_opinion(&opinions[i], (int)i + 1);
    printf("\n  What to do: ");
    report_wrap(stdout, opinions[0].advice, 14, 14, WIDTH);
    putchar('\n');
}

static int explain_run(const struct options *options, const struct scenario *scenario,
                       const char *path)
{
    const char *expected = scenario->expect.diagnosis, *found;
    struct opinion opinions[DIAGNOSES];
    struct evidence evidence;
    uint64_t seed = run_seed(&options->run, scenario);
    struct world *world = world_new(scenario, seed);
    uint32_t count;
    bool right;

    if (world == NULL)
        return cli_no_memory();
    evidence_gather(&evidence, world, options->run.has_until ? options->run.until : 0);
    count = diagnose(&evidence, opinions);
    found = diagnosis_word(opinions[0].diagnosis);
    right = expected[0] == 0 || strcmp(expected, found) == 0;
    if (options->quiet) {
        printf("%s %-18s %s\n", right ? "pass" : "FAIL", found, path);
    } else {
        printf("%s, seed %llu\n\n", path, (unsigned long long)seed);
        print_opinions(&evidence, opinions, count);
    }
    if (!right)
        printf("%s: found %s, expected %s\nAgain: exifsim explain %s --seed %llu\n", path, found,
               expected, path, (unsigned long long)seed);
    evidence_free(&evidence);
    world_free(world);
    return right ? EXIT_MET : EXIT_FINDING;
}

static int explain(const struct options *options, const char *path)
{
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario = run_load(&options->run, path, error);
    int code = scenario != NULL ? explain_run(options, scenario, path) : EXIT_USAGE;

    free(scenario);
    return code;
}

int verb_explain(const struct options *options)
{
    uint32_t passed = 0, failed = 0, skipped = 0;
    int code = EXIT_MET;

    for (uint32_t i = 0; i < options->path_count; i++) {
        int one;

        if (plan_is_sweep(options->paths[i], options->run.sets, options->run.set_count)) {
            printf("skip %s: a sweep (exifsim sweep runs it)\n", options->paths[i]);
            skipped++;
            continue;
        }
        one = explain(options, options->paths[i]);
        passed += one == EXIT_MET;
        failed += one != EXIT_MET;
        code = exit_worse(code, one);
    }
    printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
    return code;
}
