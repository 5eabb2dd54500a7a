/* cli_explain.c - exifsim explain: prints the differential diagnosis of a run, from its evidence
 * alone.
 *
 * The diagnosis does not use the scenario's title, faults or expectations. Only afterwards,
 * [expect] diagnosis is compared with what was found.
 */
#include "ui/cli/cli_explain.h"
#include "ui/campaign/plan.h"
#include "ui/host/interrupt.h"
#include "ui/host/progress.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { OTHERS_SHOWN = 2, WIDTH = 100 };

static void print_opinion(const struct opinion *o, int place)
{
    const char *article = diagnosis_article(o->diagnosis), *word = diagnosis_word(o->diagnosis);
    int at = printf("  %d. %s", place, o->also ? "also " : "");

    if (article[0] == 0)
        at += printf("%s (score %d): ", word, o->weight);
    else if (strncmp(word, "kb", 2) == 0 && strcmp(word + 2, article) == 0)
        at += printf("KB %s (score %d): ", article, o->weight);
    else
        at += printf("KB %s (%s, score %d): ", article, word, o->weight);
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

/* Prints what tells the first diagnosis from its nearest alternative. */
static void print_telling(const struct evidence *evidence, const struct opinion *opinions,
                          uint32_t count)
{
    struct telling telling = diagnosis_tell(evidence, opinions, count);
    char text[640];

    if (telling.other == NULL || (telling.seen == NULL && telling.unseen == NULL))
        return;
    snprintf(text, sizeof text, "%s%s%s%s%s", telling.seen != NULL ? telling.seen : "",
             telling.seen != NULL ? " (seen)" : "",
             telling.seen != NULL && telling.unseen != NULL ? "; " : "",
             telling.unseen != NULL ? telling.unseen : "",
             telling.unseen != NULL ? " (not seen)" : "");
    int at = printf("\n  What tells 1 from %d: ", (int)(telling.other - opinions) + 1);

    report_wrap(stdout, text, at - 1, 5, WIDTH);
}

static void print_opinions(const struct evidence *evidence, const struct opinion *opinions,
                           uint32_t count)
{
    uint32_t others = 0;
    int at;

    print_dump(evidence);
    print_measures(evidence);
    for (uint32_t i = 0; i < count && others <= OTHERS_SHOWN; i++) {
        others += i == 0 || !opinions[i].also;
        print_opinion(&opinions[i], (int)i + 1);
    }
    print_telling(evidence, opinions, count);
    for (uint32_t i = 0; i < count && (i == 0 || opinions[i].also); i++) {
        at = printf("\n  What to do%s%s: ", i > 0 ? " about " : "",
                    i > 0 ? diagnosis_word(opinions[i].diagnosis) : "");
        report_wrap(stdout, opinions[i].advice, at - 1, 14, WIDTH);
    }
    putchar('\n');
}

/* True if the diagnoses that the scenario expects were found: the first, and those beside it. */
static bool as_expected(const struct scenario *scenario, const struct opinion *opinions,
                        uint32_t count)
{
    for (uint32_t i = 0; i < EXPECT_DIAGNOSES; i++) {
        const char *expected = scenario->expect.diagnoses[i];
        bool found = expected[0] == 0;

        for (uint32_t k = 0; k < count && !found; k++)
            found = (k == 0 || (i > 0 && opinions[k].also)) &&
                    strcmp(expected, diagnosis_word(opinions[k].diagnosis)) == 0;
        if (!found)
            return false;
    }
    return true;
}

/* Writes the words as a list: "kb908674, disk-slow". */
static const char *list_words(char *text, size_t size, const char *const words[], uint32_t count)
{
    size_t used = 0;

    text[0] = 0;
    for (uint32_t i = 0; i < count && used < size; i++)
        if (words[i][0] != 0)
            used +=
                (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", words[i]);
    return text;
}

struct explaining {
    struct progress progress;
    sim_time all; /* The end of the run. */
};

static void show_progress(void *ctx, struct world *world)
{
    struct explaining *e = ctx;
    sim_time now = world_sim(world)->now;

    if (progress_due(&e->progress))
        progress_show(&e->progress, (double)now / (double)e->all, "%llu of %llu simulated s",
                      (unsigned long long)(now / SEC(1)), (unsigned long long)(e->all / SEC(1)));
}

static void print_explained(const struct options *options, const struct explained *e,
                            const char *again)
{
    char found[240], expected[240];

    list_words(found, sizeof found, e->found, e->found_count);
    list_words(expected, sizeof expected, e->expected, EXPECT_DIAGNOSES);
    if (options->quiet) {
        printf("%s %-18s %s\n", e->met ? "pass" : "FAIL", found, e->path);
    } else {
        printf("%s, seed %" PRIu64 "\n\n", e->path, e->seed);
        print_opinions(e->evidence, e->opinions, e->opinion_count);
    }
    if (!e->met)
        printf("%s: found %s, expected %s\nAgain: exifsim explain%s\n", e->path, found, expected,
               again);
}

/* The lists of the document; all NULL: for a person. */
struct lists {
    json_t *runs, *errors, *skips;
};

/* Tells of a run that was interrupted; at 0: before it began. */
static void skip(const char *path, sim_time at, json_t *skips)
{
    char text[80] = "interrupted";
    json_t *object;

    if (at > 0)
        snprintf(text, sizeof text, "interrupted at %" PRIu64 " s of simulated time", at / SEC(1));
    if (skips == NULL) {
        printf("skip %s  %s\n", text, path);
        return;
    }
    object = json_object();
    json_object_set_new(object, "scenario", cli_json_text(path));
    json_object_set_new(object, "message", json_string(text));
    json_array_append_new(skips, object);
}

static int explain_run(const struct options *options, const struct scenario *scenario,
                       const char *path, const struct lists *lists)
{
    struct opinion opinions[DIAGNOSES];
    char again[RUN_REPRO_CHARS], how[UNMET_CHARS];
    struct evidence evidence;
    struct explained e = { .path = path,
                           .seed = run_seed(&options->run, scenario),
                           .evidence = &evidence,
                           .opinions = opinions };
    struct world *world = world_new(scenario, e.seed);
    sim_time all = scenario->set.duration;
    struct explaining progress = {
        .all = MAX_OF(options->run.has_until ? MIN_OF(options->run.until, all) : all, 1)
    };

    if (world == NULL)
        return cli_no_memory();
    world_heed(world, interrupt_flag(), NULL);
    progress_begin(&progress.progress, !options->quiet);
    e.opinion_count =
        diagnose_world(&evidence, world, options->run.has_until ? options->run.until : 0,
                       show_progress, &progress, opinions);
    progress_end(&progress.progress);
    if (e.opinion_count == 0) {
        world_end_by_guest(world_sim(world), how, sizeof how);
        fprintf(stderr, "%s: %s\n", path, how);
        return EXIT_FINDING;
    }
    if (world_sim(world)->end == SIM_ASKED) {
        skip(path, world_sim(world)->now, lists->skips);
        evidence_free(&evidence);
        world_free(world);
        return EXIT_INCONCLUSIVE;
    }
    for (uint32_t i = 0; i < e.opinion_count && (i == 0 || opinions[i].also); i++)
        e.found[e.found_count++] = diagnosis_word(opinions[i].diagnosis);
    for (uint32_t i = 0; i < EXPECT_DIAGNOSES; i++)
        e.expected[i] = scenario->expect.diagnoses[i];
    e.met = as_expected(scenario, opinions, e.opinion_count);
    run_repro(&options->run, path, e.seed, options->run.surprises ? options->run.surprises : "",
              again);
    if (lists->runs != NULL)
        json_array_append_new(lists->runs, explain_json(&e));
    else
        print_explained(options, &e, again + strlen("exifsim run"));
    evidence_free(&evidence);
    world_free(world);
    return e.met ? EXIT_MET : EXIT_FINDING;
}

static int explain(const struct options *options, const char *path, const struct lists *lists)
{
    char error[RUN_ERROR_CHARS];
    struct scenario *scenario;
    int code;

    if (plan_is_sweep(path, options->run.sets, options->run.set_count)) {
        snprintf(error, sizeof error, "%s:1:1: a sweep: exifsim sweep runs it (expected one run)",
                 path);
        fprintf(stderr, "%s\n", error);
        if (lists->errors != NULL)
            cli_json_errors(lists->errors, error);
        return EXIT_USAGE;
    }
    scenario = cli_json_load(options, path, lists->errors);
    code = scenario != NULL ? explain_run(options, scenario, path, lists) : EXIT_USAGE;
    free(scenario);
    return code;
}

/* Prints the document; takes the lists. */
static void print_document(const struct lists *lists, uint32_t passed, uint32_t failed,
                           uint32_t skipped)
{
    json_t *document = cli_json_new("explain");

    json_object_set_new(document, "passed", cli_json_count(passed));
    json_object_set_new(document, "failed", cli_json_count(failed));
    json_object_set_new(document, "skipped", cli_json_count(skipped));
    json_object_set_new(document, "runs", lists->runs);
    json_object_set_new(document, "errors", lists->errors);
    json_object_set_new(document, "skips", lists->skips);
    cli_json_print(document);
}

int verb_explain(const struct options *options)
{
    if (options->when)
        return cli_explain_when(options);

    struct lists lists = { NULL, NULL, NULL };
    uint32_t passed = 0, failed = 0, skipped = 0;
    int code = EXIT_MET;

    if (options->format == FORMAT_JSON)
        lists = (struct lists){ json_array(), json_array(), json_array() };
    interrupt_watch();
    for (uint32_t i = 0; i < options->path_count; i++) {
        int one = EXIT_INCONCLUSIVE;

        if (!interrupt_came())
            one = explain(options, options->paths[i], &lists);
        else if (lists.skips != NULL)
            skip(options->paths[i], 0, lists.skips);
        passed += one == EXIT_MET;
        skipped += one == EXIT_INCONCLUSIVE;
        failed += one != EXIT_MET && one != EXIT_INCONCLUSIVE;
        code = exit_worse(code, one);
    }
    if (lists.runs != NULL) {
        print_document(&lists, passed, failed, skipped);
        return code;
    }
    if (interrupt_came())
        printf("interrupted by %s\n", interrupt_name());
    printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
    return code;
}
