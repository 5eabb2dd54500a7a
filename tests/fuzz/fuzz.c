/* fuzz.c - the plain driver of all fuzz targets (fuzz.h). */
#define _POSIX_C_SOURCE 200809L
#include "tests/fuzz/fuzz.h"
#include "sim/base.h"
#include "sim/rng.h"
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SEEDS_MAX = 64, INPUT_MAX = 4096, INPUTS_BETWEEN_LOOKS = 16 };

static struct {
    uint8_t bytes[INPUT_MAX];
    size_t size;
} seeds[SEEDS_MAX];

static int by_name(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Reads the files of a folder in the order of their names, so that every host has the same. */
static uint32_t read_corpus(const char *folder)
{
    char *names[SEEDS_MAX];
    uint32_t count = 0;
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir != NULL && count < SEEDS_MAX && (entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.' && (names[count] = strdup(entry->d_name)) != NULL)
            count++;
    if (dir != NULL)
        closedir(dir);
    qsort(names, count, sizeof names[0], by_name);
    for (uint32_t i = 0; i < count; i++) {
        char path[1024];

        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        FILE *file = fopen(path, "rb");

        if (file != NULL) {
            seeds[i].size = fread(seeds[i].bytes, 1, INPUT_MAX, file);
            fclose(file);
        }
        free(names[i]);
    }
    return count;
}

static uint64_t word_count(void)
{
    uint64_t count = 0;

    while (fuzz_words[count] != NULL)
        count++;
    return count;
}

/* Makes a few changes: another byte, a piece copied from elsewhere, a piece removed, a meaningful
 * word inserted. */
static size_t mangle(struct rng *rng, uint8_t *bytes, size_t size, uint32_t seed_count)
{
    for (uint64_t changes = 1 + rng_below(rng, 6); changes > 0; changes--) {
        size_t at = (size_t)rng_below(rng, size + 1);
        const uint8_t *from = (const uint8_t *)fuzz_words[rng_below(rng, word_count())];
        size_t piece = strlen((const char *)from);

        switch (rng_below(rng, 4)) {
        case 0:
            if (at < size)
                bytes[at] = (uint8_t)rng_next(rng);
            continue;
        case 1:
            piece = (size_t)rng_below(rng, 300);
            piece = MIN_OF(piece, size - at);
            memmove(bytes + at, bytes + at + piece, size - at - piece);
            size -= piece;
            continue;
        case 2: {
            size_t other = (size_t)rng_below(rng, seed_count), start;

            start = (size_t)rng_below(rng, seeds[other].size + 1);
            from = seeds[other].bytes + start;
            piece = (size_t)rng_below(rng, seeds[other].size - start + 1);
            break;
        }
        default:
            break;
        }
        if (size + piece > INPUT_MAX)
            continue;
        memmove(bytes + at + piece, bytes + at, size - at);
        memcpy(bytes + at, from, piece);
        size += piece;
    }
    return size;
}

/* The input at hand, written where a crash leaves it. */
static void keep(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = path != NULL ? fopen(path, "wb") : NULL;

    if (file == NULL)
        return;
    fwrite(bytes, 1, size, file);
    fclose(file);
}

int main(int argc, char **argv)
{
    time_t seconds = argc > 1 ? (time_t)strtoul(argv[1], NULL, 10) : 3;
    uint32_t count = read_corpus(argc > 2 ? argv[2] : ".");
    const char *name = strrchr(argv[0], '/'), *last = getenv("FUZZ_LAST_INPUT");
    static uint8_t bytes[INPUT_MAX];
    struct rng rng = rng_stream(1, "fuzz");
    time_t begin = time(NULL), now = begin;
    uint64_t runs = 0;

    name = name != NULL ? name + 1 : argv[0];
    if (count == 0) {
        fprintf(stderr, "%s: no corpus (expected %s SECONDS FOLDER)\n", name, name);
        return 2;
    }
    for (uint32_t i = 0; i < count; i++)
        LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].size);
    for (; runs % INPUTS_BETWEEN_LOOKS != 0 || now < begin + seconds; runs++) {
        size_t seed = (size_t)rng_below(&rng, count), size;

        memcpy(bytes, seeds[seed].bytes, seeds[seed].size);
        size = mangle(&rng, bytes, seeds[seed].size, count);
        keep(last, bytes, size);
        LLVMFuzzerTestOneInput(bytes, size);
        now = time(NULL);
    }
    printf("%s: %" PRIu64 " inputs, %" PRIu64 " a second, nothing broke\n", name, runs,
           runs / (uint64_t)MAX_OF(now - begin, 1));
    return 0;
}
