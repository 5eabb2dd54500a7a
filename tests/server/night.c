/* night.c - see night.h. */
#include "tests/server/night.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

void night_read(struct night *night, const char *file, ...)
{
    char path[512];
    const char *set;
    va_list sets;

    memset(night, 0, sizeof *night);
    snprintf(path, sizeof path, "%s%s", SCENARIOS, file);
    struct ini *ini = ini_read(path);

    va_start(sets, file);
    while ((set = va_arg(sets, const char *)) != NULL)
        ini_set(ini, set);
    va_end(sets);
    if (!scenario_read(&night->scenario, ini, path))
        fail_msg("%s", ini_error_text(ini, 0));
    ini_free(ini);
}

void night_begin(struct night *night, uint64_t seed)
{
    night->world = world_new(&night->scenario, seed);
    assert_non_null(night->world);
    world_enter(night->world);
}

void night_go(struct night *night)
{
    world_run(night->world, SIM_NEVER);
    night->result = *world_result(night->world);
}

void night_run(struct night *night, uint64_t seed)
{
    night_begin(night, seed);
    night_go(night);
}

void night_end(struct night *night)
{
    world_free(night->world);
    night->world = NULL;
}

struct tally night_tally(struct night *night, uint64_t first, uint32_t count)
{
    struct tally tally = { 0 };

    for (uint64_t seed = first; seed < first + count; seed++) {
        night_run(night, seed);
        tally.survived += night->result.outcome == OUTCOME_SURVIVED;
        tally.crashed_only += night->result.outcome == OUTCOME_PROCESS_CRASH;
        tally.stopped += night->result.outcome == OUTCOME_STOP;
        tally.crashed += night->result.crashed;
        tally.other_stops += night->result.stop.stopped && night->result.stop.code != 5;
        night_end(night);
    }
    return tally;
}
