/* run_capsule.c - writes a capsule: a scenario file that repeats one run and holds its fingerprint.
 *
 * The scenario reader reads a capsule like any scenario, so a value that does not fit on one line
 * of such a file is refused here. Long lists of surprises continue in surprises_2, surprises_3 and
 * so on.
 */
#include "ui/run/run.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One --set, split for a file: "load.smtp.rate=100/s" becomes section "load smtp", key "rate" and
 * value "100/s". */
struct set {
    char section[64], key[64];
    const char *value;
};

static void split_set(const char *assignment, struct set *set)
{
    size_t equals = strcspn(assignment, "="), dot = equals;

    while (dot > 0 && assignment[dot] != '.')
        dot--;
    snprintf(set->section, sizeof set->section, "%.*s", (int)dot, assignment);
    for (char *at = set->section; *at != 0; at++)
        *at = *at == '.' ? ' ' : *at;
    snprintf(set->key, sizeof set->key, "%.*s", (int)(equals - dot - 1), assignment + dot + 1);
    set->key[strcspn(set->key, " \t")] = 0;
    set->value = assignment + equals + 1 + strspn(assignment + equals + 1, " \t");
}

/* Writes a key and its value. A data file named by --set gets its absolute path, because the
 * capsule may lie in another folder. */
static void write_value(FILE *out, const struct set *set)
{
    bool file = strncmp(set->section, "load ", 5) == 0 &&
                (strcmp(set->key, "arrivals") == 0 || strcmp(set->key, "size_file") == 0);
    char *absolute = file ? realpath(set->value, NULL) : NULL;

    fprintf(out, "%s = %s\n", set->key, absolute != NULL ? absolute : set->value);
    free(absolute);
}

/* Writes the keys of one section, each once, with its last value. */
static void write_section(FILE *out, const struct set *sets, uint32_t count, const char *section)
{
    for (uint32_t i = 0; i < count; i++) {
        bool last = strcmp(sets[i].section, section) == 0;

        for (uint32_t later = i + 1; later < count && last; later++)
            last = strcmp(sets[i].section, sets[later].section) != 0 ||
                   strcmp(sets[i].key, sets[later].key) != 0;
        if (last)
            write_value(out, &sets[i]);
    }
}

static void write_sets(FILE *out, const struct set *sets, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bool first =
            strcmp(sets[i].section, "scenario") != 0 && strcmp(sets[i].section, "replay") != 0;

        for (uint32_t before = 0; before < i && first; before++)
            first = strcmp(sets[i].section, sets[before].section) != 0;
        if (!first)
            continue;
        fprintf(out, "\n[%s]\n", sets[i].section);
        write_section(out, sets, count, sets[i].section);
    }
}

/* Bytes of surprises in a line; the reader takes 200 bytes with the key. */
enum { LINE_CHARS = 160 };

static void write_surprises(FILE *out, const char *surprises)
{
    for (uint32_t number = 1; *surprises != 0; number++) {
        size_t length = strlen(surprises);

        if (length > LINE_CHARS)
            for (length = LINE_CHARS; surprises[length] != ','; length--)
                ;
        if (number == 1)
            fprintf(out, "surprises = %.*s\n", (int)length, surprises);
        else
            fprintf(out, "surprises_%u = %.*s\n", number, (int)length, surprises);
        surprises += length + (surprises[length] == ',');
    }
}

static bool readable(const char *text, size_t length, char error[RUN_ERROR_CHARS])
{
    struct ini *ini = ini_read_text("capsule", text, length);
    bool good = ini_error_count(ini) == 0;

    if (!good)
        snprintf(error, RUN_ERROR_CHARS, "%s", ini_error_text(ini, 0));
    ini_free(ini);
    return good;
}

char *run_capsule(const struct run_options *options, const struct scenario *scenario, uint64_t seed,
                  uint64_t fingerprint, const char *surprises, char error[RUN_ERROR_CHARS])
{
    struct set *sets = calloc(RUN_SETS_MAX, sizeof *sets);
    char *absolute = realpath(scenario->path, NULL), *text = NULL;
    size_t length = 0;
    bool cut = options->has_until && options->until < scenario->set.duration;
    /* The run ended before its warm-up, which the reader would refuse. A warm-up changes no record,
     * so the capsule sets it to 0. */
    bool cold = cut && scenario->has_warm_up && scenario->warm_up >= options->until;
    uint32_t count = 0;
    char until[32];
    FILE *out = open_memstream(&text, &length);

    CHECK(out != NULL && sets != NULL);
    for (uint32_t i = 0; i < options->set_count; i++) {
        split_set(options->sets[i], &sets[count]);
        if (strcmp(sets[count].section, "scenario") != 0 ||
            (strcmp(sets[count].key, "seed") != 0 &&
             !(cut && strcmp(sets[count].key, "duration") == 0) &&
             !(cold && strcmp(sets[count].key, "warm_up") == 0)))
            count++;
    }
    fprintf(out,
            "# A capsule: one run, again. exifsim replay THIS-FILE\n[scenario]\nextends = %s\nseed "
            "= %" PRIu64 "\n",
            absolute != NULL ? absolute : scenario->path, seed);
    if (cut) {
        run_time(options->until, until, sizeof until);
        fprintf(out, "duration = %s\n", until);
    }
    if (cold)
        fprintf(out, "warm_up = 0 s\n");
    write_section(out, sets, count, "scenario");
    write_sets(out, sets, count);
    fprintf(out, "\n[replay]\nfingerprint = %016" PRIx64 "\n", fingerprint);
    write_surprises(out, surprises);
    free(absolute);
    free(sets);
    fclose(out);
    if (readable(text, length, error))
        return text;
    free(text);
    return NULL;
}
