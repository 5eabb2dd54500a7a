/* calendar.h - days and dates of the Gregorian calendar, in integers.
 *
 * Days are counted from 1 January 1970, a Thursday. */
#pragma once
#include "sim/base.h"

/* The day number of a date; month and day count from 1, years are 1970 to 9999. The date must be
 * valid (calendar_valid). */
uint32_t calendar_days(uint32_t year, uint32_t month, uint32_t day);
bool calendar_valid(uint32_t year, uint32_t month, uint32_t day);
void calendar_date(uint32_t days, uint32_t *year, uint32_t *month, uint32_t *day);

/* 0: Monday. */
static inline uint32_t calendar_weekday(uint32_t days) { return (days + 3) % 7; }

/* Reads so many digits and then the character `behind` (0: any). False: the text has another
 * form. For fixed forms such as 09/05/2006 06:00:00.000. */
bool calendar_digits(const char **at, const char *end, uint32_t digits, char behind,
                     uint32_t *value);
