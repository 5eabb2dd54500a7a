/* fuzz_scenario.c - reads random bytes as a scenario, a capsule or a lesson. What is valid boots a
 * machine that runs for a moment.
 */
#include "model/world/world.h"
#include "tests/fuzz/fuzz.h"
#include "ui/lesson/lesson.h"
#include <stdlib.h>
#include <string.h>

const char *const fuzz_words[] = { "[scenario]\n",
                                   "[replay]\n",
                                   "[choices]\n",
                                   "[fault x]\n",
                                   "fingerprint = ",
                                   "surprises = PREEMPT:1:1\n",
                                   "seed = 7\n",
                                   "[load smtp]\n",
                                   "rate = 24/s\n",
                                   "kind = crash\n",
                                   "at = 1 s\n",
                                   "process = store.exe\n",
                                   "[lesson]\n",
                                   "[page 1]\n",
                                   "[run a]\n",
                                   "key = count(ATTACH, begin, end)\n",
                                   "at = stop - 3 records\n",
                                   "with(\"a=b\").",
                                   "seeds(1..3).all(",
                                   ")",
                                   "\n",
                                   " = ",
                                   NULL };

enum { MOMENT_MS = 2 };

static void try_world(const char *data, size_t size)
{
    struct ini *ini = ini_read_text("fuzz/a.ini", data, size);
    struct scenario *scenario = malloc(sizeof *scenario);
    struct world *world;
    bool good;

    CHECK(scenario != NULL);
    good = scenario_read(scenario, ini, "fuzz/a.ini");
    if (good != (ini_error_count(ini) == 0))
        abort();
    ini_free(ini);
    world = good ? world_new(scenario, 1) : NULL;
    if (world != NULL) {
        world_run(world, MS(MOMENT_MS));
        world_free(world);
    }
    free(scenario);
}

static void try_expression(const char *data, size_t size)
{
    static const struct expr_runs runs = { 1, { "heavy" }, { "seed=1;" } };
    static struct expr expr;
    char error[LESSON_ERROR_CHARS], text[EXPR_CHARS + 8];

    snprintf(text, sizeof text, "%.*s", (int)MIN_OF(size, sizeof text - 1), data);
    error[0] = 0;
    if (!expr_parse(&expr, text, &runs, error) && error[0] == 0)
        abort(); /* A refusal says why. */
    expr_check_instant(text, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_world((const char *)data, size);
    try_expression((const char *)data, size);
    return 0;
}
