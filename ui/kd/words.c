/* words.c - numbers, patterns and times, as the debugger reads and writes them: numbers are
 * hexadecimal unless 0n says decimal, and a backtick may part them. */
#include "ui/kd/inside.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static int digit_of(char c, int base)
{
    int digit = isdigit((unsigned char)c)    ? c - '0'
                : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                             : 99;

    return digit < base ? digit : -1;
}

bool kd_number(const char *text, uint32_t *out)
{
    int base = 16, digits = 0;
    uint64_t value = 0;

    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X' || text[1] == 'n')) {
        base = text[1] == 'n' ? 10 : 16;
        text += 2;
    }
    for (; *text != 0; text++) {
        int digit = digit_of(*text, base);

        if (*text == '`')
            continue;
        if (digit < 0 || value > UINT32_MAX)
            return false;
        value = value * (unsigned)base + (unsigned)digit;
        digits++;
    }
    *out = (uint32_t)value;
    return digits > 0 && value <= UINT32_MAX;
}

bool kd_number_at(struct kd *kd, const struct kd_words *words, uint32_t index, uint32_t otherwise,
                  uint32_t *out)
{
    *out = otherwise;
    if (index >= words->count)
        return true;
    if (kd_number(words->words[index], out))
        return true;
    kd_complain(kd, "%s \"%s\" (expected a hexadecimal number such as 81f3a0c8)", words->words[0],
                words->words[index]);
    return false;
}

void kd_time(sim_time time, char out[KD_TIME_CHARS])
{
    uint64_t ms = time / MS(1);

    snprintf(out, KD_TIME_CHARS, "%02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 ".%03" PRIu64,
             ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

bool kd_fits(const char *pattern, const char *text)
{
    for (; *pattern != 0; pattern++, text++) {
        if (*pattern == '*') {
            while (*pattern == '*')
                pattern++;
            for (; *text != 0; text++)
                if (kd_fits(pattern, text))
                    return true;
            return *pattern == 0;
        }
        if (*text == 0 ||
            (*pattern != '?' && tolower((unsigned char)*pattern) != tolower((unsigned char)*text)))
            return false;
    }
    return *text == 0;
}
