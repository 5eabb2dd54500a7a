/* cli_load.c - scenarios under the command's options: file, then --set, then seed and surprises. */
#include "ui/cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const choice_names[] = {
#define CHOICE(name, text) #name,
#include "model/choices.def"
#undef CHOICE
};

static bool apply_surprises(const struct options *options, struct scenario *scenario)
{
    char error[160];

    if (options->surprises == NULL)
        return true;
    choices_init(&scenario->replay, ARRAY_LEN(choice_names), 0);
    if (!choices_parse(&scenario->replay, options->surprises, choice_names, error, sizeof error)) {
        fprintf(stderr, "--surprises:1:1: %s\n", error);
        return false;
    }
    scenario->strategy = CHOICE_LISTED;
    return true;
}

bool cli_load(const struct options *options, const char *path, struct scenario *scenario)
{
    struct ini *ini = ini_read(path);
    bool good;

    for (uint32_t i = 0; i < options->set_count; i++)
        ini_set(ini, options->sets[i]);
    good = scenario_read(scenario, ini, path);
    for (uint32_t i = 0; i < ini_error_count(ini); i++)
        fprintf(stderr, "%s\n", ini_error_text(ini, i));
    ini_free(ini);
    if (!good || !apply_surprises(options, scenario))
        return false;
    if (options->has_until && options->until < scenario->duration)
        scenario->duration = options->until;
    return true;
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
    return seed >> 32;                   /* Ten digits at most: people copy them. */
}

uint64_t cli_seed(const struct options *options, const struct scenario *scenario)
{
    if (options->has_seed)
        return options->seed;
    if (scenario->has_seed)
        return scenario->seed;
    return draw_seed();
}

/* A word as a shell takes it. */
static void quote(const char *word, char *out, size_t size)
{
    bool plain = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=:,%+-") == strlen(word);

    snprintf(out, size, plain ? "%s" : "'%s'", word);
}

void cli_repro(const struct options *options, const struct scenario *scenario, uint64_t seed, const char *surprises, char *out,
               size_t size)
{
    char word[600];
    size_t used;

    quote(scenario->path, word, sizeof word);
    used = (size_t)snprintf(out, size, "exifsim run %s --seed %" PRIu64, word, seed);
    for (uint32_t i = 0; i < options->set_count && used < size; i++) {
        quote(options->sets[i], word, sizeof word);
        used += (size_t)snprintf(out + used, size - used, " --set %s", word);
    }
    if (surprises[0] != 0 && used < size)
        used += (size_t)snprintf(out + used, size - used, " --surprises %s", surprises);
    if (options->has_until && used < size)
        snprintf(out + used, size - used, " --until '%" PRIu64 " ms'", options->until / MS(1));
}
