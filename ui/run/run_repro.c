/* run_repro.c - writes the command line that repeats a run, quoted for a shell. */
#include "ui/run/run.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void run_add_word(char out[RUN_REPRO_CHARS], const char *word)
{
    size_t used = strlen(out);
    bool plain =
        word[0] != 0 &&
        strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=:,%+-") ==
            strlen(word);

    if (used + strlen(word) * 4 + 4 > RUN_REPRO_CHARS)
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

void run_time(sim_time time, char *out, size_t size)
{
    static const struct {
        sim_time ns;
        const char *name;
    } units[] = {
        { SEC(60), "min" }, { SEC(1), "s" }, { MS(1), "ms" }, { US(1), "us" }, { 1, "ns" }
    };
    size_t unit = 0;

    while (time % units[unit].ns != 0)
        unit++;
    snprintf(out, size, "%" PRIu64 "%s", time / units[unit].ns, units[unit].name);
}

/* The verb, the file, and what leads to the same run. */
static void begin(const char *verb, const struct run_options *options, const char *path,
                  uint64_t seed, const char *surprises, char out[RUN_REPRO_CHARS])
{
    char text[SCENARIO_PATH + 8];

    snprintf(out, RUN_REPRO_CHARS, "exifsim %s", verb);
    snprintf(text, sizeof text, "%s%s", path[0] == '-' && path[1] != 0 ? "./" : "", path);
    run_add_word(out, text);
    if (!options->replay) { /* A capsule contains seed, sets and surprises. */
        snprintf(text, sizeof text, "%" PRIu64, seed);
        run_add_word(out, "--seed");
        run_add_word(out, text);
    }
    for (uint32_t i = 0; i < options->set_count; i++) {
        run_add_word(out, "--set");
        run_add_word(out, options->sets[i]);
    }
    if (!options->replay && (surprises[0] != 0 || options->surprises != NULL)) {
        run_add_word(out, "--surprises");
        run_add_word(out, surprises);
    }
    if (options->trust)
        run_add_word(out, "--trust");
    if (options->has_until) {
        run_time(options->until, text, sizeof text);
        run_add_word(out, "--until");
        run_add_word(out, text);
    }
}

void run_view(const struct run_options *options, const char *path, uint64_t seed,
              const char *surprises, char out[RUN_REPRO_CHARS])
{
    begin("view", options, path, seed, surprises, out);
}

void run_repro(const struct run_options *options, const char *path, uint64_t seed,
               const char *surprises, char out[RUN_REPRO_CHARS])
{
    begin(options->replay ? "replay" : "run", options, path, seed, surprises, out);
    if (options->verify)
        run_add_word(out, "--verify");
    if (options->strict)
        run_add_word(out, "--strict");
}
