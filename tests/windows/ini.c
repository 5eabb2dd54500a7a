/* ini.c - stands in for inih, for the cross builds of exifsim.exe and for the browser only.
 *
 * Debian has inih for its own processors alone, so this file does what inih's documentation says of
 * ini_parse_stream with its usual settings: lines of up to 199 bytes, comments behind ';' or '#' at
 * the start of a line and behind " ;" in it, ':' as good as '=', values that go on in lines that
 * begin with a blank, sections cut at 49 bytes. exifsim refuses most of these lines itself before
 * they get here (sim/ini_lines.c). A native build uses inih.
 */
#include "ini.h"
#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 200, NAME_BYTES = 50 };

static const char blanks[] = " \t\n\v\f\r";

/* Removes blanks at the end of a text. Returns its first character that is none. */
static char *strip(char *text)
{
    size_t length = strlen(text);

    while (length > 0 && strchr(blanks, text[length - 1]) != NULL)
        text[--length] = 0;
    return text + strspn(text, blanks);
}

/* Finds one of the signs, the start of a comment, or the end of the text. */
static char *find(char *text, const char *signs)
{
    int after_blank = 0;

    for (; *text != 0; text++) {
        if (strchr(signs, *text) != NULL || (after_blank && *text == ';'))
            return text;
        after_blank = strchr(blanks, *text) != NULL;
    }
    return text;
}

struct reading {
    char section[NAME_BYTES], name[NAME_BYTES]; /* name: of the last key; empty: none. */
    ini_handler handler;
    void *user;
};

/* Takes one line. Returns zero for an error. */
static int take(struct reading *r, char *line)
{
    char *start = strip(line), *end, *value;

    if (*start == 0 || *start == ';' || *start == '#')
        return 1;
    if (r->name[0] != 0 && start > line) { /* The value of the key above goes on. */
        *find(start, "") = 0;
        return r->handler(r->user, r->section, r->name, strip(start));
    }
    if (*start == '[') {
        end = find(start + 1, "]");
        if (*end != ']')
            return 0;
        *end = 0;
        snprintf(r->section, sizeof r->section, "%s", start + 1);
        r->name[0] = 0;
        return 1;
    }
    end = find(start, "=:");
    if (*end != '=' && *end != ':')
        return 0;
    *end = 0;
    value = end + 1;
    *find(value, "") = 0;
    strip(start);
    snprintf(r->name, sizeof r->name, "%s", start);
    return r->handler(r->user, r->section, start, strip(value));
}

int ini_parse_stream(ini_reader reader, void *stream, ini_handler handler, void *user)
{
    struct reading r = { .handler = handler, .user = user };
    char line[LINE_BYTES];
    int number = 0, wrong = 0;

    while (reader(line, sizeof line, stream) != NULL) {
        size_t mark = ++number == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

        if (!take(&r, line + mark) && wrong == 0)
            wrong = number;
    }
    return wrong;
}
