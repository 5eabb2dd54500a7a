/* bare.c - engine and model without the command, for systems that lack the command's libraries.
 *
 *     bare SCENARIO.ini ...
 *
 * Prints a line for each scenario that begins and ends as one of exifsim test does. Expectations
 * are not judged. Exit code 2: a scenario has errors.
 */
#include "model/world/world.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static bool run(const char *path)
{
    struct scenario *scenario = malloc(sizeof *scenario);
    struct ini *ini = ini_read(path);
    bool good = scenario != NULL && scenario_read(scenario, ini, path);
    struct world *world;

    for (uint32_t i = 0; i < ini_error_count(ini); i++)
        fprintf(stderr, "%s\n", ini_error_text(ini, i));
    ini_free(ini);
    world = good ? world_new(scenario, scenario->seed) : NULL;
    if (world != NULL) {
        world_run(world, SIM_NEVER);
        printf("pass seed %" PRIu64 "  %016" PRIx64 "  %s\n", scenario->seed,
               world_result(world)->fingerprint, path);
        world_free(world);
    }
    free(scenario);
    return world != NULL;
}

int main(int count, char **words)
{
    bool good = count > 1;

    for (int i = 1; i < count; i++)
        good &= run(words[i]);
    return good ? 0 : 2;
}
