/* texts.c - see texts.h. */
#include "ui/host/texts.h"
#include "ui/host/grow.h"
#include <string.h>

char *text_take(char **rest, const char *signs)
{
    char *word = *rest, *end;

    if (word == NULL)
        return NULL;
    end = strpbrk(word, signs);
    *rest = end != NULL ? end + 1 : NULL;
    if (end != NULL)
        *end = 0;
    return word;
}

char *text_copy(const char *text, size_t length)
{
    char *copy = grow_new(length + 1);

    memcpy(copy, text, length);
    return copy;
}

bool text_ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), last = strlen(end);

    return length > last && strcmp(text + length - last, end) == 0;
}
