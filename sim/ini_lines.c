/* ini_lines.c - which lines inih may read.
 *
 * Lines that inih would cut, join or skip silently are refused here, with their place:
 *
 *     a line or a name over inih's limits        it would be cut
 *     a line that begins with a blank            it would be joined to the value before
 *     text behind [section], a key with no '='   it would be passed over
 *     ':' between key and value, ' #' behind it  it would be taken for something else
 *
 * Section headers are handled here only: inih does not report a section without keys.
 */
#include "sim/ini_inside.h"
#include "sim/plain.h"

#include <string.h>

void ini_refuse(struct ini_reading *r, size_t column, const char *format, ...)
{
    va_list args;

    r->refused++;
    va_start(args, format);
    ini_error_list(r->ini, (struct ini_place){ r->file, r->line, (int)column + 1 }, format, args);
    va_end(args);
}

size_t ini_utf8_length(const char *text, size_t length)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t i = 0;

    while (i < length) {
        unsigned char c = s[i];
        size_t more = c < 0x80                ? 0
                      : c >= 0xc2 && c < 0xe0 ? 1
                      : c >= 0xe0 && c < 0xf0 ? 2
                      : c >= 0xf0 && c < 0xf5 ? 3
                                              : 9;

        if (more > length - i - 1)
            return i;
        for (size_t k = 1; k <= more; k++) {
            if ((s[i + k] & 0xc0) != 0x80)
                return i;
        }
        if ((c == 0xe0 && s[i + 1] < 0xa0) || (c == 0xed && s[i + 1] >= 0xa0) ||
            (c == 0xf0 && s[i + 1] < 0x90) || (c == 0xf4 && s[i + 1] >= 0x90))
            return i; /* Overlong, a surrogate, or above U+10FFFF. */
        i += more + 1;
    }
    return i;
}

static bool name_char(char c, bool section)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' ||
           (c >= 'A' && c <= 'Z') || (section && c == ' ');
}

/* Reads a line of the form [name], perhaps with a comment behind it. */
static bool line_section(struct ini_reading *r, const char *line, size_t length)
{
    char name[INI_NAME_MAX + 1];
    size_t end = 1;

    r->section = NULL;
    r->section_bad = true;
    while (end < length && line[end] != ']')
        end++;
    if (end == length) {
        ini_refuse(r, 0, "\"%.60s\" (expected a section such as [scenario])", line);
        return false;
    }
    if (end == 1 || end - 1 > INI_NAME_MAX) {
        ini_refuse(r, 1, "a section name of %zu bytes (expected 1 to %d)", end - 1, INI_NAME_MAX);
        return false;
    }
    for (size_t i = 1; i < end; i++) {
        bool blank_wrong = line[i] == ' ' && (i == 1 || i + 1 == end || line[i - 1] == ' ');

        if (!name_char(line[i], true) || blank_wrong) {
            ini_refuse(r, i, "\"%.60s\" (expected a section of words such as [load smtp])", line);
            return false;
        }
    }
    size_t after = end + 1 + strspn(line + end + 1, " \t");

    if (after < length && line[after] != ';' && line[after] != '#') {
        ini_refuse(r, after, "\"%.60s\" behind a section (expected a line of its own)",
                   line + after);
        return false;
    }
    memcpy(name, line + 1, end - 1);
    name[end - 1] = 0;
    struct ini_section *before = ini_section_find(&r->own, name);

    if (before != NULL) {
        ini_refuse(r, 0, "\"[%s]\" again (expected one section of that name; it begins in line %d)",
                   name, before->place.line);
        return false;
    }
    r->section = ini_section_add(&r->own, name, (struct ini_place){ r->file, r->line, 1 });
    r->section_bad = false;
    return false; /* inih does not need the header. */
}

/* Checks a line of the form key = value, perhaps with a comment behind it. */
static bool line_key(struct ini_reading *r, const char *line, size_t length)
{
    size_t sign = 0;

    while (sign < length && line[sign] != '=' && line[sign] != ':')
        sign++;
    if (sign == length || line[sign] == ':') {
        ini_refuse(r, 0, "\"%.60s\" (expected key = value)", line);
        return false;
    }
    size_t name = sign;

    while (name > 0 && (line[name - 1] == ' ' || line[name - 1] == '\t'))
        name--;
    if (name == 0 || name > INI_NAME_MAX) {
        ini_refuse(r, 0, "a key of %zu bytes (expected 1 to %d)", name, INI_NAME_MAX);
        return false;
    }
    for (size_t i = 0; i < name; i++) {
        if (!name_char(line[i], false)) {
            ini_refuse(r, i, "\"%.*s\" (expected a key of letters, digits and _)", (int)name, line);
            return false;
        }
    }
    size_t value = sign + 1 + strspn(line + sign + 1, " \t");

    if (value == length || line[value] == ';') {
        ini_refuse(r, value, "nothing behind \"%.*s =\" (expected a value)", (int)name, line);
        return false;
    }
    for (size_t i = value; i < length; i++) {
        bool blank_before = line[i - 1] == ' ' || line[i - 1] == '\t';

        if (line[i] == ';' && blank_before)
            break;
        if (line[i] == '#' && (blank_before || i == value)) {
            ini_refuse(r, i, "\"%.60s\" behind a value (expected a comment, which begins with ;)",
                       line + i);
            return false;
        }
    }
    if (r->section == NULL) {
        if (!r->section_bad)
            ini_refuse(r, 0, "\"%.*s\" before any section (expected [scenario] above it)",
                       (int)name, line);
        return false;
    }
    r->name_column = 1;
    r->value_column = (int)value + 1;
    return true;
}

bool ini_line_good(struct ini_reading *r, const char *line, size_t length, size_t room)
{
    size_t good = ini_utf8_length(line, length);

    if (good < length) {
        ini_refuse(r, good, "byte 0x%02x (expected text in UTF-8)",
                   (unsigned)(unsigned char)line[good]);
        return false;
    }
    good = MIN_OF(plain_length(line), length);
    if (good < length) {
        ini_refuse(r, good, "a control character, byte 0x%02x (expected text)",
                   (unsigned)(unsigned char)line[good]);
        return false;
    }
    if (length > room) {
        ini_refuse(r, room, "a line of %zu bytes (expected at most %zu)", length, room);
        return false;
    }
    size_t blank = strspn(line, " \t");

    if (blank == length || line[blank] == ';' || line[blank] == '#')
        return false;
    if (blank != 0) {
        ini_refuse(r, 0,
                   "a line that begins with a blank (expected key = value from the first column)");
        return false;
    }
    return line[0] == '[' ? line_section(r, line, length) : line_key(r, line, length);
}
