/* progress.h - how far long work has come, and how long it will still take, on a terminal.
 *
 * Nothing is shown in the first two seconds, and nothing if standard error is no terminal. May be
 * called by any thread, one at a time.
 *
 *     struct progress progress;
 *
 *     progress_begin(&progress, !options->quiet);
 *     while (work(&share))
 *         if (progress_due(&progress))
 *             progress_show(&progress, share, "%u of %u runs", done, all);
 *     progress_end(&progress);
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool on, shown;             /* shown: the terminal has a line to be cleared. */
    uint64_t began_us, last_us; /* Host times of the beginning and of the last line. */
};

/* wanted: false for a caller that is to be quiet. */
void progress_begin(struct progress *progress, bool wanted);

/* True if it is time for a line. */
bool progress_due(const struct progress *progress);

/* Shows a line: the share done, from 0 to 1, this text, and the time left if it can be told. */
void progress_show(struct progress *progress, double share, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Clears the line, so that something else can be printed. */
void progress_clear(struct progress *progress);
void progress_end(struct progress *progress);

/* A clock of the host in microseconds, which never goes back. */
uint64_t progress_clock_us(void);
