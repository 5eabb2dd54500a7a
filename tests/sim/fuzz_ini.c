/* fuzz_ini.c - feeds random bytes to the INI reader, which may report errors but must not crash.
 *
 * A build for libFuzzer is guided by coverage; the plain program mutates the files of the corpus
 * for some seconds:
 *
 *     fuzz_ini SECONDS CORPUS_FOLDER
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/ini.h"
#include "sim/rng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads every value by every getter, and then all errors. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const words[] = { "scenario", "load", "process", "calm" };
    struct ini *ini = ini_read_text("fuzz/a.ini", (const char *)data, size);
    const char *key, *text;
    struct ini_place place;
    uint64_t wide;
    uint32_t narrow;
    bool yes;

    if (size < 200) {
        char assignment[201];

        memcpy(assignment, data, size);
        assignment[size] = 0;
        ini_set(ini, assignment);
    }
    for (uint32_t s = 0; s < ini_section_count(ini); s++) {
        const char *section = ini_section_name(ini, s);

        for (uint32_t k = 0; k + 1 < 64 && ini_key_at(ini, section, k, &key, &text, &place); k++) {
            if (k % 5 == 4) /* Leave some keys unknown. */
                continue;
            ini_get_text(ini, section, key, &text);
            ini_get_bool(ini, section, key, &yes);
            ini_get_uint(ini, section, key, 1, 1000, &wide);
            ini_get_time(ini, section, key, 1, SEC(1), &wide);
            ini_get_size(ini, section, key, 1, 1 << 30, &wide);
            ini_get_rate(ini, section, key, 1, 1 << 30, &wide);
            ini_get_percent_ppm(ini, section, key, &narrow);
            ini_get_address(ini, section, key, &narrow);
            ini_get_word(ini, section, key, words, ARRAY_LEN(words), &narrow);
        }
    }
    ini_unknown(ini, words, ARRAY_LEN(words));
    for (uint32_t i = 0; i < ini_error_count(ini); i++) {
        if (strstr(ini_error_text(ini, i), ": ") == NULL)
            abort();
    }
    ini_free(ini);
    return 0;
}

#if !defined(FUZZ_WITH_LIBFUZZER)

enum { SEEDS_MAX = 64, INPUT_MAX = 4096 };

static struct {
    uint8_t bytes[INPUT_MAX];
    size_t size;
} seeds[SEEDS_MAX];

static uint32_t read_corpus(const char *folder)
{
    uint32_t count = 0;
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir != NULL && count < SEEDS_MAX && (entry = readdir(dir)) != NULL) {
        char path[1024];

        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "rb");

        if (file == NULL)
            continue;
        seeds[count].size = fread(seeds[count].bytes, 1, INPUT_MAX, file);
        count++;
        fclose(file);
    }
    if (dir != NULL)
        closedir(dir);
    return count;
}

/* Makes a few changes: another byte, a piece copied from elsewhere, a piece removed, a meaningful
 * word inserted. */
static size_t mangle(struct rng *rng, uint8_t *bytes, size_t size, uint32_t seed_count)
{
    static const char *const words[] = { "[",          "]",
                                         "=",          "\n",
                                         ";",          "#",
                                         "${",         "[scenario]\n",
                                         "extends = ", "\xef\xbb\xbf",
                                         "\r\n",       "18446744073709551616",
                                         "0x",         "  ",
                                         "/s" };

    for (uint64_t changes = 1 + rng_below(rng, 6); changes > 0; changes--) {
        size_t at = (size_t)rng_below(rng, size + 1);
        const uint8_t *from = (const uint8_t *)words[rng_below(rng, ARRAY_LEN(words))];
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

int main(int argc, char **argv)
{
    time_t seconds = argc > 1 ? (time_t)strtoul(argv[1], NULL, 10) : 3;
    uint32_t count = read_corpus(argc > 2 ? argv[2] : "tests/sim/corpus");
    static uint8_t bytes[INPUT_MAX];
    struct rng rng = rng_stream(1, "fuzz_ini");
    uint64_t runs = 0;
    time_t end = time(NULL) + seconds;

    if (count == 0) {
        fprintf(stderr, "fuzz_ini: no corpus\n");
        return 2;
    }
    for (uint32_t i = 0; i < count; i++)
        LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].size);
    for (; runs % 64 != 0 || time(NULL) < end; runs++) {
        size_t seed = (size_t)rng_below(&rng, count);

        memcpy(bytes, seeds[seed].bytes, seeds[seed].size);
        LLVMFuzzerTestOneInput(bytes, mangle(&rng, bytes, seeds[seed].size, count));
    }
    printf("fuzz_ini: %" PRIu64 " inputs, nothing broke\n", runs);
    return 0;
}

#endif
