/* ke_log.h - what drivers and programs from outside print: DbgPrint and printf, line by line.
 *
 *     ke_log_print("echo.sys", "opened\n");
 *
 * The log is part of the world, so a restored snapshot also restores what was printed. It keeps the
 * latest KE_LOG_LINES lines.
 */
#pragma once
#include "sim/clock.h"
#include <stdint.h>

enum { KE_LOG_LINES = 512, LOG_LINE_CHARS = 160, LOG_SOURCE_CHARS = 32 };

struct ke_log_line {
    sim_time at;
    char source[LOG_SOURCE_CHARS]; /* "client.exe"; "nt" for DbgPrint. */
    char text[LOG_LINE_CHARS];     /* One line, cut to this length, without its end. */
};

/* Adds a text; a line is complete when its end comes, and until then waits for more of the same
 * source. */
void ke_log_print(const char *source, const char *text);

/* The number of complete lines printed so far, and one of the latest KE_LOG_LINES; NULL: it is
 * kept no more, or not yet there. */
uint64_t ke_log_count(void);
const struct ke_log_line *ke_log_get(uint64_t number);
