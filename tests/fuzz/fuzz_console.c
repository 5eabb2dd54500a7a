/* fuzz_console.c - types random lines at the console of a small machine that has booted. Whatever
 * is typed, the machine goes on or stops by its own rules; the simulator stays.
 *
 * The machine is booted once; each input begins at a snapshot of it.
 */
#include "model/world/world.h"
#include "tests/fuzz/fuzz.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const fuzz_words[] = { "net stop ",
                                   "net start ",
                                   "MSExchangeIS",
                                   " /y\n",
                                   "sc query ",
                                   "EXIFS\n",
                                   "subst m: ",
                                   "copy hotfix ",
                                   "taskkill /f /im store.exe\n",
                                   "lm\n",
                                   "dir m:\\\n",
                                   "type m:\\priv1\\m3\n",
                                   "reboot\n",
                                   "iisreset\n",
                                   "reg add ",
                                   "reg delete ",
                                   "eseutil /d ",
                                   "\n",
                                   "\"",
                                   "%",
                                   NULL };

static struct world *world;
static struct snapshot *booted;

static const char scenario_text[] = "[scenario]\ntitle = fuzz\nduration = 1 h\nseed = 1\n"
                                    "[versions]\nall = sp2\n[machine]\nprocessors = 1\n"
                                    "drive_letter = M\n[load smtp]\nrate = 0.1/s\n";

static void boot(void)
{
    struct ini *ini = ini_read_text("fuzz.ini", scenario_text, strlen(scenario_text));
    struct scenario *scenario = malloc(sizeof *scenario);

    if (scenario == NULL || !scenario_read(scenario, ini, "fuzz.ini"))
        abort();
    ini_free(ini);
    world = world_new(scenario, 1);
    free(scenario);
    if (world == NULL)
        abort();
    world_run(world, SEC(3));
    booted = world_snapshot(world);
    if (booted == NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char line[200];
    size_t at = 0;

    if (world == NULL)
        boot();
    world_restore(world, booted);
    for (int lines = 0; lines < 3 && at < size; lines++) {
        size_t length = 0;

        while (at < size && data[at] != '\n' && length + 1 < sizeof line)
            line[length++] = (char)data[at++];
        line[length] = 0;
        at += at < size && data[at] == '\n';
        world_type(world, line);
        if (world_run(world, world_sim(world)->now + MS(50)) != SIM_GOING)
            break;
    }
    world_result(world);
    return 0;
}
