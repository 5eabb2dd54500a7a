/* code_text.c - see code_text.h. */
#include "ui/guest/code_text.h"
#include "ui/host/grow.h"
#include <stdlib.h>
#include <string.h>

char *code_text(const char *text, size_t length)
{
    char *code = grow_new(length + 1);

    for (size_t i = 0; i < length; i++)
        code[i] = (char)(text[i] != 0 ? text[i] : ' ');
    for (char *at = code; *at != 0;) {
        char quote = (char)(*at == '"' || *at == '\'' ? *at : 0);
        bool line = strncmp(at, "//", 2) == 0, block = strncmp(at, "/*", 2) == 0;
        char *end = at + 1;

        if (line)
            end = at + strcspn(at, "\n");
        else if (block)
            end = (end = strstr(at + 2, "*/")) != NULL ? end + 2 : at + strlen(at);
        else if (quote != 0)
            while (*end != 0 && *end != '\n' && *end++ != quote)
                end += end[-1] == '\\' && *end != 0;
        if (line || block || quote != 0)
            memset(at, ' ', (size_t)(end - at));
        at = end;
    }
    return code;
}

/* The text behind the bracket that closes the one at `at`. */
static const char *behind_brackets(const char *at)
{
    int depth = 0;

    for (; *at != 0; at++) {
        depth += *at == '(';
        depth -= *at == ')';
        if (depth == 0)
            return at + 1;
    }
    return at;
}

bool code_defines(const char *source, size_t length, const char *name)
{
    char *text = code_text(source, length);
    size_t chars = strlen(name);
    bool found = false;

    for (const char *at = text; !found && (at = strstr(at, name)) != NULL; at += chars) {
        const char *behind = at + chars;

        while (is_blank(*behind))
            behind++;
        if ((at > text && is_of_name(at[-1])) || *behind != '(')
            continue;
        behind = behind_brackets(behind);
        while (is_blank(*behind))
            behind++;
        found = *behind == '{';
    }
    free(text);
    return found;
}
