/* cli_load.c - scenarios under the command's options: file, then --set, then seed and surprises. */
#include "model/words/names.h"
#include "ui/campaign/plan.h"
#include "ui/cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool apply_surprises(const struct options *options, struct scenario *scenario,
                            char error[CLI_ERROR_CHARS])
{
    char text[160];

    if (options->surprises == NULL)
        return true;
    choices_init(&scenario->replay, choice_count, 0);
    if (!choices_parse(&scenario->replay, options->surprises, choice_names, text, sizeof text)) {
        snprintf(error, CLI_ERROR_CHARS, "--surprises:1:1: %s", text);
        fprintf(stderr, "%s\n", error);
        return false;
    }
    scenario->strategy = CHOICE_LISTED;
    return true;
}

bool cli_load(const struct options *options, const char *path, struct scenario *scenario,
              char error[CLI_ERROR_CHARS])
{
    struct ini *ini = ini_read(path);
    bool good;

    for (uint32_t i = 0; i < options->set_count; i++)
        ini_set(ini, options->sets[i]);
    good = scenario_read(scenario, ini, path);
    for (uint32_t i = 0; i < ini_error_count(ini); i++)
        fprintf(stderr, "%s\n", ini_error_text(ini, i));
    if (ini_error_count(ini) > 0)
        snprintf(error, CLI_ERROR_CHARS, "%s", ini_error_text(ini, 0));
    ini_free(ini);
    return good && apply_surprises(options, scenario, error);
}

bool cli_is_sweep(const char *path, const char *const *sets, uint32_t set_count)
{
    struct ini *ini = ini_read(path);
    bool sweep;

    for (uint32_t i = 0; i < set_count; i++)
        ini_set(ini, sets[i]);
    sweep = plan_wanted(ini);
    ini_free(ini);
    return sweep;
}

/* Any number will do; it is printed before anything else and is all the chance there is. */
static uint64_t draw_seed(void)
{
    uint64_t seed = (uint64_t)time(NULL) * 0x9e3779b97f4a7c15u;
    FILE *random = fopen("/dev/urandom", "rb");

    if (random != NULL) {
        if (fread(&seed, sizeof seed, 1, random) != 1)
            seed ^= (uint64_t)clock();
        fclose(random);
    }
    return seed >> 32; /* Ten digits at most: people copy them. */
}

uint64_t cli_seed(const struct options *options, const struct scenario *scenario)
{
    if (options->has_seed)
        return options->seed;
    if (scenario->has_seed)
        return scenario->seed;
    return draw_seed();
}

void cli_add_word(char out[CLI_REPRO_CHARS], const char *word)
{
    size_t used = strlen(out);
    bool plain =
        word[0] != 0 &&
        strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=:,%+-") ==
            strlen(word);

    if (used + strlen(word) * 4 + 4 > CLI_REPRO_CHARS)
        return;
    out[used++] = ' ';
    if (!plain)
        out[used++] = '\'';
    for (; *word != 0; word++) {
        if (*word == '\'') {
            memcpy(out + used, "'\\''", 4);
            used += 4;
        } else {
            out[used++] = *word;
        }
    }
    if (!plain)
        out[used++] = '\'';
    out[used] = 0;
}

void cli_repro(const struct options *options, const struct scenario *scenario, uint64_t seed,
               const char *surprises, char out[CLI_REPRO_CHARS])
{
    bool replay = options->verb != NULL && strcmp(options->verb, "replay") == 0;
    char text[SCENARIO_PATH + 8];

    snprintf(out, CLI_REPRO_CHARS, "exifsim %s", replay ? "replay" : "run");
    snprintf(text, sizeof text, "%s%s", scenario->path[0] == '-' ? "./" : "", scenario->path);
    cli_add_word(out, text);
    if (!replay) { /* A capsule has it all. */
        snprintf(text, sizeof text, "%" PRIu64, seed);
        cli_add_word(out, "--seed");
        cli_add_word(out, text);
    }
    for (uint32_t i = 0; i < options->set_count; i++) {
        cli_add_word(out, "--set");
        cli_add_word(out, options->sets[i]);
    }
    if (!replay && (surprises[0] != 0 || options->surprises != NULL)) {
        cli_add_word(out, "--surprises");
        cli_add_word(out, surprises);
    }
    if (options->has_until) {
        bool whole = options->until % MS(1) == 0;

        snprintf(text, sizeof text, "%" PRIu64 "%s", options->until / (whole ? MS(1) : 1),
                 whole ? "ms" : "ns");
        cli_add_word(out, "--until");
        cli_add_word(out, text);
    }
    if (options->verify)
        cli_add_word(out, "--verify");
}
