/* progress.c - see progress.h. */
#include "ui/host/progress.h"
#include "ui/host/terminal.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum { FIRST_US = 2000000, EVERY_US = 120000 };

uint64_t progress_clock_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void progress_begin(struct progress *progress, bool wanted)
{
    *progress =
        (struct progress){ .on = wanted && terminal_errors(), .began_us = progress_clock_us() };
}

bool progress_due(const struct progress *progress)
{
    uint64_t now;

    if (!progress->on)
        return false;
    now = progress_clock_us();
    return now - progress->began_us >= FIRST_US && now - progress->last_us >= EVERY_US;
}

/* Writes the time left, as far as the work so far tells it. */
static void show_left(double seconds)
{
    uint64_t left = (uint64_t)(seconds + 0.5);

    if (left < 120)
        fprintf(stderr, ", %" PRIu64 " s left", left);
    else if (left < 2 * 3600)
        fprintf(stderr, ", %" PRIu64 " min left", (left + 30) / 60);
    else
        fprintf(stderr, ", %" PRIu64 " h left", (left + 1800) / 3600);
}

void progress_show(struct progress *progress, double share, const char *format, ...)
{
    uint64_t now = progress_clock_us();
    double spent = (double)(now - progress->began_us) / 1e6;
    va_list arguments;

    if (!progress->on)
        return;
    progress->last_us = now;
    progress->shown = true;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    fprintf(stderr, "\r%3.0f%%  ", share * 100);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    if (share > 0.001)
        show_left(spent / share - spent);
    fputs("\033[K", stderr);
    fflush(stderr);
}

void progress_clear(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}

void progress_end(struct progress *progress)
{
    progress_clear(progress);
    progress->on = false;
}
