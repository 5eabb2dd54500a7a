/* reading.h - reads load from a text as if it were a file of another program.
 *
 *     reading.column = "...";                         // as a scenario's keys would set it
 *     is_rate(read_all(text), 0, SEC(15), 4500000);
 *     refused(text, "expected a time");
 */
#pragma once
#include "model/scenario/load_text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define HEAD  "\"(PDH-CSV 4.0)\",\"\\\\X\\SMTP Server(_Total)\\Messages Received/sec\"\r\n"
#define TOTAL "\"(PDH-CSV 4.0)\",\"\\\\X\\SMTP Server(_Total)\\Messages Received Total\"\r\n"
#define AT(s) "\"09/05/2006 08:00:" s ".000\""

static struct ini *ini;
static struct load_reading reading;

/* The errors and warnings for a text under the settings of `reading`. */
static inline const struct load_series *read_bytes(const char *text, size_t length)
{
    static const char scenario[] = "[scenario]\ntitle = t\n[load smtp]\narrivals = f\ncolumn = c\n";

    ini_free(ini);
    ini = ini_read_text("t.ini", scenario, sizeof scenario - 1);
    reading.ini = ini;
    reading.section = "load smtp";
    reading.file = (struct ini_file){ "f.csv", text, length };
    reading.wrong = 0;
    if (reading.time_scale_milli == 0)
        reading.time_scale_milli = 1000;
    if (reading.rate_scale_micro == 0)
        reading.rate_scale_micro = 1000000;
    return load_read(&reading);
}
static inline const struct load_series *read_all(const char *text)
{
    const struct load_series *series = read_bytes(text, strlen(text));

    if (series == NULL)
        fail_msg("%s", ini_error_text(ini, 0));
    return series;
}

static inline void refused(const char *text, const char *part)
{
    assert_null(read_bytes(text, strlen(text)));
    assert_true(ini_error_count(ini) > 0);
    if (strstr(ini_error_text(ini, 0), part) == NULL)
        fail_msg("\"%s\" (expected \"%s\" in it)", ini_error_text(ini, 0), part);
}

static inline int begin(void **state)
{
    (void)state;
    memset(&reading, 0, sizeof reading);
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    ini_free(ini);
    ini = NULL;
    return 0;
}

static inline void is_rate(const struct load_series *series, uint32_t i, uint64_t until,
                           uint32_t micro)
{
    assert_false(series->arrivals);
    assert_true(i < series->count);
    assert_int_equal(series->points[i].at, until);
    assert_int_equal(series->points[i].rate_micro, micro);
}

static inline void is_arrival(const struct load_series *series, uint32_t i, uint64_t at,
                              uint32_t bytes)
{
    assert_true(series->arrivals);
    assert_true(i < series->count);
    assert_int_equal(series->points[i].at, at);
    assert_int_equal(series->points[i].bytes, bytes);
}
