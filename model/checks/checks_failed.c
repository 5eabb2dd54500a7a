/* checks_failed.c - the record of a violated check. */
#include "model/checks/checks.h"
#include <stdarg.h>
#include <stdio.h>

void check_failed_in(struct checks *checks, enum check check, const char *format, ...)
{
    va_list arguments;
    int used;

    if (checks->violated == 0) {
        used =
            snprintf(checks->what, sizeof checks->what,
                     "at %llu ms: ", (unsigned long long)(world_sim(checks->world)->now / MS(1)));
        va_start(arguments, format);
        vsnprintf(checks->what + used, sizeof checks->what - (size_t)used, format, arguments);
        va_end(arguments);
    }
    checks->violated |= 1u << check;
}
