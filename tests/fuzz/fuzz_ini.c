/* fuzz_ini.c - feeds random bytes to the INI reader, which may report errors but must not crash. */
#include "sim/ini.h"
#include "tests/fuzz/fuzz.h"
#include <stdlib.h>
#include <string.h>

const char *const fuzz_words[] = { "[",          "]",
                                   "=",          "\n",
                                   ";",          "#",
                                   "${",         "[scenario]\n",
                                   "extends = ", "\xef\xbb\xbf",
                                   "\r\n",       "18446744073709551616",
                                   "0x",         "  ",
                                   "/s",         NULL };
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
