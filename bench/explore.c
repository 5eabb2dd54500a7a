/* explore.c - how long a search takes to find the bug of a story, and to make a schedule.
 * usage: explore bug STORY.ini SEEDS SCHEDULES
 *        explore speed WHO STORY.ini STRATEGY SCHEDULES
 *
 * bug: every strategy searches with so many seeds until it finds something, or has made so many
 * schedules. Prints the median processor time as ns, and the median of the schedules as bytes; a
 * search that finds nothing counts as twice its budget. Ten that find nothing are enough. dpor and
 * rings draw nothing, so one search tells.
 *
 * speed: prints the processor time of a schedule.
 */
#include "ui/explore/hunt.h"

#include "bench.h"

enum { ENOUGH = 10, SEEDS_MAX = 1000 };

static const struct run_options plain = { .set_count = 0 };

static struct scenario *load(const char *path)
{
    char error[RUN_ERROR_CHARS];

    return run_load(&plain, path, error);
}

/* Searches; exits if the search cannot be made. */
static void search(struct hunt *hunt)
{
    char error[RUN_ERROR_CHARS];

    if (hunt_go(hunt, error))
        return;
    fprintf(stderr, "explore: %s\n", error);
    exit(2);
}

/* Name of a story: its file's, without folder and ending. */
static void name_of(const char *path, char *out, size_t size)
{
    const char *name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;

    snprintf(out, size, "%s", name);
    out[strcspn(out, ".")] = 0;
}

static void to_the_bug(const char *path, const struct scenario *scenario,
                       enum strategy_name strategy, size_t seeds, uint64_t schedules)
{
    static double spent[SEEDS_MAX], made[SEEDS_MAX];
    char story[64], group[64];
    size_t count = 0, found = 0;
    bool draws =
        strategy != STRATEGY_dpor && strategy != STRATEGY_rings && strategy != STRATEGY_bounded;

    while (count < (draws ? seeds : 1) && (found > 0 || count < ENOUGH)) {
        struct hunt hunt = { .options = &plain,
                             .scenario = scenario,
                             .seed = count + 1,
                             .strategy = strategy,
                             .schedules = schedules,
                             .until_found = true,
                             .only_count = true };

        search(&hunt);
        bool finds = hunt.finding_count > 0;

        if (finds && hunt.findings[0].first_at == 0)
            return; /* The calm order finds it. */

        spent[count] = (double)hunt.spent_us * 1000;
        made[count++] = finds ? (double)hunt.findings[0].first_at : 2.0 * (double)schedules;
        found += finds;
        hunt_free(&hunt);
    }
    name_of(path, story, sizeof story);
    snprintf(group, sizeof group, "bug-%s", strategy_names[strategy]);
    bench_result(group, story, (double)seeds, bench_median(spent, count),
                 bench_median(made, count));
}

static int speed(const char *who, const struct scenario *scenario, const char *word,
                 uint64_t schedules)
{
    struct hunt hunt = { .options = &plain,
                         .scenario = scenario,
                         .seed = 1,
                         .schedules = schedules,
                         .only_count = true };

    while (hunt.strategy < STRATEGIES && strcmp(strategy_names[hunt.strategy], word) != 0)
        hunt.strategy++;
    search(&hunt);
    bench_result("explore", who, 24, (double)hunt.spent_us * 1000 / (double)hunt.counts.runs, 0);
    hunt_free(&hunt);
    return 0;
}

int main(int argc, char **argv)
{
    bool bug = argc == 5 && strcmp(argv[1], "bug") == 0;
    struct scenario *scenario = bug ? load(argv[2]) : argc == 6 ? load(argv[3]) : NULL;

    if (scenario == NULL)
        return 2;
    if (!bug)
        return speed(argv[2], scenario, argv[4], strtoull(argv[5], NULL, 10));
    size_t seeds = strtoull(argv[3], NULL, 10);

    if (seeds == 0 || seeds > SEEDS_MAX)
        return 2;
    for (int strategy = 0; strategy <= STRATEGIES; strategy++)
        to_the_bug(argv[2], scenario, (enum strategy_name)strategy, seeds,
                   strtoull(argv[4], NULL, 10));
    free(scenario);
    return 0;
}
