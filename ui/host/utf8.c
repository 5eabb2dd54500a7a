/* utf8.c - see utf8.h. */
#include "ui/host/utf8.h"

uint32_t utf8_next(const char **text)
{
    static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
    const unsigned char *s = (const unsigned char *)*text;
    uint32_t value = s[0];
    int more = value < 0x80 ? 0 : value < 0xc2 ? -1 : value < 0xe0 ? 1 : value < 0xf0 ? 2 : 3;

    if (value == 0)
        return 0;
    *text += 1;
    if (more == 0)
        return value >= 0x20 && value != 0x7f                    ? value
               : value == '\t' || value == '\n' || value == '\r' ? ' '
                                                                 : UTF8_REPLACEMENT;
    if (more < 0 || value > 0xf4)
        return UTF8_REPLACEMENT;
    value &= 0x3fu >> more;
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return UTF8_REPLACEMENT;
        value = value << 6 | (s[i] & 0x3fu);
    }
    if (value < least[more] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000) ||
        (value >= 0x80 && value < 0xa0) || (value & 0xfffe) == 0xfffe)
        return UTF8_REPLACEMENT;
    *text += more;
    return value;
}
