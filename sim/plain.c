/* plain.c - see plain.h. */
#include "sim/plain.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Length of the well-formed sequence of several bytes that begins here; 0: none. */
static size_t sequence(const unsigned char *at)
{
    size_t length = at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;

    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

/* Number of bytes of the control character that begins here; 0: another character. */
static size_t control(const unsigned char *at)
{
    bool left = at[0] == 0xe2 && at[1] == 0x80 &&
                (at[2] == 0x8e || at[2] == 0x8f || (at[2] >= 0xaa && at[2] <= 0xae));
    bool isolates = at[0] == 0xe2 && at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9;

    if (at[0] == '\t')
        return 0;
    if (at[0] < 0x20 || at[0] == 0x7f || (at[0] >= 0x80 && at[0] < 0xa0))
        return 1;
    if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0)
        return 2;
    return left || isolates ? 3 : 0;
}

size_t plain_length(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t i = 0;

    while (at[i] != 0 && control(at + i) == 0) {
        size_t length = sequence(at + i);

        i += length > 0 ? length : 1;
    }
    return i;
}

const char *plain_copy(const char *text, char *out, size_t size)
{
    size_t used = 0;

    while (*text != 0) {
        size_t plain = plain_length(text), bytes;

        if (used + plain >= size)
            plain = size - used - 1;
        memcpy(out + used, text, plain);
        used += plain;
        text += plain;
        bytes = *text != 0 ? control((const unsigned char *)text) : 0;
        if (bytes == 0 || used + bytes * 4 >= size)
            break;
        for (; bytes > 0; bytes--)
            used += (size_t)snprintf(out + used, size - used, "\\x%02x",
                                     (unsigned)(unsigned char)*text++);
    }
    out[used] = 0;
    return out;
}

void plain_name(const char *text, size_t most, char *out, size_t size)
{
    size_t i = 0;

    for (; i < most && i + 1 < size && text[i] != 0; i++)
        out[i] = (char)(text[i] >= ' ' && text[i] < 0x7f ? text[i] : '?');
    out[i] = 0;
}
