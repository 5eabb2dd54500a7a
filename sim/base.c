/* base.c - what happens when a CHECK fails.
 *
 * The message holds everything needed to reproduce the failure: the place, the condition, the
 * simulated time and the command line that repeats the run. A host thread may set a hook, which
 * gets the message and may longjmp away; without a hook the process ends with exit code 70.
 */
#include "sim/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { MESSAGE_BYTES = 1024, EXIT_INTERNAL = 70 };

static _Thread_local void (*hook)(const char *message);
static _Thread_local void (*catcher)(const char *message);
static _Thread_local const char *repro;
static _Thread_local const uint64_t *clock_now;

void check_hook(void (*new_hook)(const char *message)) { hook = new_hook; }
void check_catcher(void (*new_catcher)(const char *message)) { catcher = new_catcher; }
void check_repro(const char *line) { repro = line; }
void check_clock(const uint64_t *now) { clock_now = now; }

NORETURN static void fail(const char *file, int line, const char *what)
{
    char message[MESSAGE_BYTES];
    char when[64] = "";
    const uint64_t *now = clock_now;

    if (catcher != NULL) {
        snprintf(message, sizeof message, "%s:%d: %s", file, line, what);
        catcher(message);
    }
    clock_now = NULL; /* The world of this clock may be freed before the next failure. */
    if (now != NULL)
        snprintf(when, sizeof when, " at %llu.%09llu s", (unsigned long long)(*now / 1000000000u),
                 (unsigned long long)(*now % 1000000000u));
    snprintf(message, sizeof message, "%s:%d: %s%s%s%s", file, line, what, when,
             repro != NULL ? "\nrun again: " : "", repro != NULL ? repro : "");
    if (hook != NULL)
        hook(message);
    fprintf(stderr, "%s\n", message);
    fflush(NULL);
    _Exit(EXIT_INTERNAL);
}

void check_failed(const char *cond, const char *file, int line)
{
    char what[MESSAGE_BYTES / 2];

    snprintf(what, sizeof what, "check failed: %s", cond);
    fail(file, line, what);
}

void check_failed_with(const char *file, int line, const char *format, ...)
{
    char what[MESSAGE_BYTES / 2];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    fail(file, line, what);
}
